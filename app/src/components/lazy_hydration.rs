//! Lazy hydration: what the server has drawn in great number comes alive after the page, in slices between which the
//! browser answers whoever has begun to use it. All rows of a list at once would keep a phone from answering.

use futures::channel::oneshot;
use leptos::prelude::*;

/// What `make` makes, which is one element. Where the server has drawn it, it is made and hydrated after the page, in its
/// turn; elsewhere at once.
///
/// What it shows must not change meanwhile, or it would not be what the server has drawn: [`all_hydrated`] comes before a
/// change. An attribute may be old until the next one, as hydration writes none.
pub fn lazily_hydrated(make: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    #[cfg(feature = "ssr")]
    return make();
    #[cfg(not(feature = "ssr"))]
    client::Lazy::new(make).into_any()
}

/// Returns when nothing waits any more.
pub async fn all_hydrated() {
    let (done, is_done) = oneshot::channel();
    once_hydrated(move || {
        let _ = done.send(());
    });
    // The server waits for nothing, and drops what would tell.
    let _ = is_done.await;
}

/// Calls `act` when nothing waits any more.
pub fn once_hydrated(act: impl FnOnce() + 'static) {
    #[cfg(not(feature = "ssr"))]
    client::once_hydrated(act);
    #[cfg(feature = "ssr")]
    drop(act);
}

#[cfg(not(feature = "ssr"))]
mod client {
    use std::{
        cell::RefCell,
        collections::VecDeque,
        rc::{Rc, Weak},
        time::Duration,
    };

    use leptos::{
        prelude::*,
        tachys::{
            html::attribute::{Attribute, any_attribute::AnyAttribute},
            hydration::Cursor,
            renderer::{CastFrom, types},
            view::{
                Mountable, Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr,
                any_view::AnyViewState,
            },
        },
    };

    /// After so many milliseconds a slice ends, when what it is at is done. Lighthouse multiplies what it sees by four, and a
    /// row more: that stays below 50 ms, from where on the browser is blocked (W3C, Long Tasks API).
    const SLICE: f64 = 6.0;

    thread_local! {
        /// What waits, in the order of the page.
        static WAITING: RefCell<VecDeque<Box<dyn FnOnce()>>> = RefCell::default();
    }

    pub(super) struct Lazy(Box<dyn FnOnce() -> AnyView + Send>);

    /// What is in the page.
    pub(super) enum Shown {
        /// As the server has drawn it.
        Drawn(types::Element),
        Alive(AnyViewState),
    }

    impl Lazy {
        pub(super) fn new(make: impl FnOnce() -> AnyView + Send + 'static) -> Self {
            Self(Box::new(make))
        }
    }

    impl Render for Lazy {
        type State = Rc<RefCell<Shown>>;

        fn build(self) -> Self::State {
            Rc::new(RefCell::new(Shown::Alive((self.0)().build())))
        }

        fn rebuild(self, state: &mut Self::State) {
            let mut shown = state.borrow_mut();
            if let Shown::Alive(alive) = &mut *shown {
                return (self.0)().rebuild(alive);
            }
            let mut alive = (self.0)().build();
            shown.insert_before_this(&mut alive);
            shown.unmount();
            *shown = Shown::Alive(alive);
        }
    }

    impl RenderHtml for Lazy {
        type AsyncOutput = AnyView;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self::AsyncOutput {
            (self.0)()
        }

        fn to_html_with_buf(
            self,
            buf: &mut String,
            position: &mut Position,
            escape: bool,
            mark_branches: bool,
            extra_attrs: Vec<AnyAttribute>,
        ) {
            (self.0)().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        }

        fn hydrate<const FROM_SERVER: bool>(
            self,
            cursor: &Cursor,
            position: &PositionState,
        ) -> Self::State {
            // As tachys' `HtmlElement` finds its own node.
            match position.get() {
                Position::Current => {}
                Position::FirstChild => cursor.child(),
                _ => cursor.sibling(),
            }
            position.set(Position::NextChild);
            let Some(element) = types::Element::cast_from(cursor.current()) else {
                panic!("the server has drawn something else than an element");
            };
            let state = Rc::new(RefCell::new(Shown::Drawn(element)));
            let (owner, waiting) = (Owner::current().unwrap_or_default(), Rc::downgrade(&state));
            let is_owned = StoredValue::new(());
            put_off(Box::new(move || {
                // What it is made of goes with its owner, which may be before it leaves the page.
                if is_owned.try_get_value().is_some() {
                    owner.with(|| hydrate(&waiting, self.0));
                }
            }));
            state
        }

        fn into_owned(self) -> Self::Owned {
            self
        }
    }

    impl AddAnyAttr for Lazy {
        type Output<SomeNewAttr: Attribute> = Self;

        fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self {
            let attr = attr.into_cloneable_owned();
            Self::new(move || (self.0)().add_any_attr(attr).into_any())
        }
    }

    impl Shown {
        fn inner(&self) -> &dyn Mountable {
            match self {
                Self::Drawn(element) => element,
                Self::Alive(alive) => alive,
            }
        }

        fn inner_mut(&mut self) -> &mut dyn Mountable {
            match self {
                Self::Drawn(element) => element,
                Self::Alive(alive) => alive,
            }
        }
    }

    impl Mountable for Shown {
        fn unmount(&mut self) {
            self.inner_mut().unmount();
        }

        fn mount(&mut self, parent: &types::Element, marker: Option<&types::Node>) {
            self.inner_mut().mount(parent, marker);
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.inner().insert_before_this(child)
        }

        fn elements(&self) -> Vec<types::Element> {
            self.inner().elements()
        }
    }

    /// Makes what the server has drawn and hydrates it, unless it has left the page or was drawn anew.
    fn hydrate(waiting: &Weak<RefCell<Shown>>, make: Box<dyn FnOnce() -> AnyView + Send>) {
        let Some(state) = waiting.upgrade() else { return };
        let element = match &*state.borrow() {
            Shown::Drawn(element) => element.clone(),
            Shown::Alive(_) => return,
        };
        let alive = make().hydrate_from_position::<true>(&element, Position::Current);
        *state.borrow_mut() = Shown::Alive(alive);
    }

    fn put_off(job: Box<dyn FnOnce()>) {
        let is_first = WAITING.with_borrow_mut(|waiting| {
            waiting.push_back(job);
            waiting.len() == 1
        });
        if is_first {
            set_timeout(work, Duration::ZERO);
        }
    }

    /// As much as fits into a slice, and the rest in the next.
    fn work() {
        let now = || window().performance().map_or(0.0, |clock| clock.now());
        let end = now() + SLICE;
        while let Some(job) = WAITING.with_borrow_mut(VecDeque::pop_front) {
            job();
            if now() >= end {
                return set_timeout(work, Duration::ZERO);
            }
        }
    }

    pub(super) fn once_hydrated(act: impl FnOnce() + 'static) {
        if WAITING.with_borrow(VecDeque::is_empty) {
            act();
        } else {
            put_off(Box::new(act));
        }
    }
}
