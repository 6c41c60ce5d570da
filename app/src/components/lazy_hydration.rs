//! Lazy hydration: what the server has drawn comes alive in slices, between which the browser answers whoever has begun to
//! use the page. All of it at once would keep a phone from answering.

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

/// Makes all of a page alive before a link, a form or Back changes its address, and by that what waits: the frame tells where one is, and
/// actions follow the filters. To be called once, before there is a router.
#[cfg(feature = "hydrate")]
pub(crate) fn hydrate_before_leaving() {
    client::hydrate_before_leaving();
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
        mem,
        rc::{Rc, Weak},
        time::Duration,
    };

    #[cfg(feature = "hydrate")]
    use leptos::{ev, wasm_bindgen::JsCast as _};
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

    use crate::components::entered::keep_entered;
    #[cfg(feature = "hydrate")]
    use crate::components::stay::hear_first;

    /// After so many milliseconds a slice ends, when what it is at is done. Lighthouse multiplies what it sees by four, and a
    /// row more: that stays below 50 ms, from where on the browser is blocked (W3C, Long Tasks API).
    const SLICE: f64 = 6.0;

    thread_local! {
        static QUEUE: RefCell<Queue> = RefCell::default();
    }

    type Job = Box<dyn FnOnce()>;

    /// What is still to be done.
    #[derive(Default)]
    struct Queue {
        /// What waits, in the order of the page; what lies in another comes after that.
        waiting: VecDeque<Job>,
        /// What is done when nothing waits any more.
        then: Vec<Job>,
        /// Whether a slice is to come.
        is_due: bool,
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
        keep_entered(&element, || {
            let alive = make().hydrate_from_position::<true>(&element, Position::Current);
            *state.borrow_mut() = Shown::Alive(alive);
        });
    }

    fn put_off(job: Job) {
        let was_due = QUEUE.with_borrow_mut(|queue| {
            queue.waiting.push_back(job);
            mem::replace(&mut queue.is_due, true)
        });
        if !was_due {
            set_timeout(work, Duration::ZERO);
        }
    }

    /// As much as fits into a slice, and the rest in the next.
    fn work() {
        let now = || window().performance().map_or(0.0, |clock| clock.now());
        let end = now() + SLICE;
        if hydrate_while(|| now() < end) {
            finish();
        } else {
            set_timeout(work, Duration::ZERO);
        }
    }

    /// Does what waits, one at least, for as long as `goes_on`. Gives whether nothing waits any more.
    fn hydrate_while(goes_on: impl Fn() -> bool) -> bool {
        let next = || QUEUE.with_borrow_mut(|queue| queue.waiting.pop_front());
        while let Some(job) = next() {
            job();
            if !goes_on() {
                break;
            }
        }
        QUEUE.with_borrow(|queue| queue.waiting.is_empty())
    }

    fn finish() {
        let then = QUEUE.with_borrow_mut(|queue| {
            queue.is_due = false;
            mem::take(&mut queue.then)
        });
        for act in then {
            act();
        }
    }

    pub(super) fn once_hydrated(act: impl FnOnce() + 'static) {
        let is_due = QUEUE.with_borrow(|queue| queue.is_due);
        if is_due {
            QUEUE.with_borrow_mut(|queue| queue.then.push(Box::new(act)));
        } else {
            act();
        }
    }

    #[cfg(feature = "hydrate")]
    pub(super) fn hydrate_before_leaving() {
        let all = || _ = hydrate_while(|| true);
        hear_first("click", move |event| {
            let clicked =
                event.target().and_then(|target| target.dyn_into::<types::Element>().ok());
            if clicked.is_some_and(|clicked| matches!(clicked.closest("a[href]"), Ok(Some(_)))) {
                all();
            }
        })
        .forget();
        hear_first("submit", move |_| all()).forget();
        let _ = window_event_listener(ev::popstate, move |_| all());
    }
}
