//! News from the server while a page is open: an event stream that says that something of the company
//! has changed, so that lists are read again.
//!
//! The stream is opened again after a break, later each time; a page that nobody looks at lets go of it.

use std::{any::Any, cell::Cell, cell::RefCell, rc::Rc, time::Duration};

use futures::channel::oneshot;
use leptos::{
    ev,
    prelude::*,
    tachys::{reactive_graph::OwnedView, view::either::EitherKeepAlive},
    task::spawn_local,
    wasm_bindgen::{JsCast, convert::FromWasmAbi, prelude::Closure},
    web_sys::{Event, EventSource, MessageEvent},
};
use leptos_router::hooks::use_location;
use serde::{Serialize, de::DeserializeOwned};
use shared::{Error, id::CompanyId, news::End};

use super::{Glyph, focus, lazy_hydration::all_hydrated};
use crate::{
    error::{Answer, AppError},
    texts::text,
};

/// Where the server tells its news.
const EVENTS: &str = "/events";
/// How long after each failed try another is made, in seconds; the last holds for all that follow.
const PAUSES: [u64; 6] = [1, 2, 4, 8, 15, LONGEST_PAUSE];
const LONGEST_PAUSE: u64 = 30;
/// After so many failed tries the page says that it is not live: a server that is replaced is back sooner.
const PATIENCE: usize = 5;
/// A page that nobody looked at for so long lets go of its stream: browsers allow a site six of them without
/// HTTP/2, which is six open tabs.
const UNSEEN: Duration = Duration::from_secs(60);

/// The news of the company that the pages show.
#[derive(Clone, Copy)]
struct News {
    count: ReadSignal<u32>,
    /// How many dialogs and menus are open: what would be drawn anew beneath them waits.
    held: RwSignal<u32>,
}

/// How the stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// It is open, or will be in a moment.
    #[default]
    Open,
    /// It could not be opened for a while; it is still tried.
    Lost,
    /// There will be none.
    Ended(End),
}

/// What is known of the stream.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// How it stands.
    pub line: ReadSignal<Line>,
    /// Counts the times that it could not be opened: whether the session is still good is to be asked.
    pub doubts: ReadSignal<u32>,
}

/// Counts the news since the frame was opened: whatever depends on it is read again. Without the wasm it
/// stays at 0.
///
/// # Panics
/// Outside the frame.
#[must_use]
pub fn use_news() -> ReadSignal<u32> {
    expect_context::<News>().count
}

/// As [`use_news`], also outside the frame: there the stream is opened for the caller, and closed with it.
pub fn use_news_of(company: CompanyId) -> ReadSignal<u32> {
    if use_context::<News>().is_none() {
        provide_news(company);
    }
    use_news()
}

/// A list that is read again with the news, and drawn anew where it has changed: as a whole by [`LiveList::show`], row by row by
/// [`LiveList::show_in_place`]. Not while a dialog or a menu is open, as that would take it from beneath the hands of whoever uses
/// it: what came meanwhile is shown once it is closed. And not while the server cannot be reached: what is drawn stays, and the
/// list is asked for again.
#[derive(Clone, Copy)]
pub struct LiveList {
    news: Memo<u32>,
    is_busy: Signal<bool>,
    drawn: StoredValue<Option<Drawn>>,
}

/// What a drawing shows, or the signal that it follows, unless that is an error. The server notes none, as it draws once.
type Drawn = Box<dyn Any + Send + Sync>;

/// See [`LiveList`].
///
/// # Panics
/// Outside the frame.
pub fn use_live_list() -> LiveList {
    let News { count, held } = expect_context();
    let is_busy = Signal::derive(move || held.get() > 0);
    let news = Memo::new(move |before: Option<&u32>| match before {
        Some(before) if is_busy.get() => *before,
        _ => count.get(),
    });
    LiveList { news, is_busy, drawn: StoredValue::new(None) }
}

impl LiveList {
    /// Counts the news, as [`use_news`], but for what comes while something is open.
    #[must_use]
    pub fn news(self) -> u32 {
        self.news.get()
    }

    /// Reads `list` and draws what was read; where that is what is drawn already, as mostly, nothing is. The drawing works until
    /// the next replaces it, also while the list is being read again: what calls this is torn down by that, with all that it owns.
    ///
    /// `view` gets the server's error; that the server cannot be reached only when nothing is drawn yet.
    pub async fn show<T>(
        self,
        list: Resource<Answer<T>>,
        view: impl FnOnce(Answer<T>) -> AnyView,
    ) -> AnyView
    where
        T: Clone + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        let read = self.read(list).await;
        let is_drawn = |drawn: &T| read.as_ref().is_ok_and(|read| read == drawn);
        if self.with_drawn(is_drawn).unwrap_or_default() {
            return drawing(None);
        }
        // What the server has drawn is not drawn anew.
        if self.has_drawn() {
            focus::keep_through_drawing();
        }
        if cfg!(not(feature = "ssr")) {
            self.note(read.as_ref().ok().cloned());
        }
        drawing(Some(owned(|| view(read))))
    }

    /// As [`Self::show`], but what was drawn stays: what is read later is put into the signal that `view` was given.
    pub async fn show_in_place<T>(
        self,
        list: Resource<Answer<T>>,
        view: impl FnOnce(Answer<RwSignal<T>>) -> AnyView,
    ) -> AnyView
    where
        T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        if self.has_drawn() {
            all_hydrated().await;
        }
        let read = self.read(list).await;
        match (self.with_drawn(|shown: &RwSignal<T>| *shown), read) {
            (Some(shown), Ok(read)) => {
                focus::keep_through_drawing();
                shown.try_set(read);
                drawing(None)
            }
            (_, read) => drawing(Some(owned(|| {
                let shown = read.map(RwSignal::new);
                if cfg!(not(feature = "ssr")) {
                    self.note(shown.as_ref().ok().copied());
                }
                view(shown)
            }))),
        }
    }

    async fn read<T>(self, list: Resource<Answer<T>>) -> Answer<T>
    where
        T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        let mut pauses = PAUSES.into_iter();
        loop {
            let answer = list.await;
            if self.has_drawn() && answer.as_ref().is_err_and(is_away) {
                list.refetch();
                pause_of(&mut pauses).await;
            } else if self.has_drawn() && self.is_busy() {
                // What has come by then is newer than this answer.
                self.calm().await;
            } else {
                return answer;
            }
        }
    }

    /// What is drawn is of another list from now on: it does not stay in place of that.
    pub fn forget(self) {
        // The page may be gone by now.
        let _ = self.drawn.try_set_value(None);
    }

    /// Keeps what the drawing that is about to be there shows.
    fn note<T: Send + Sync + 'static>(self, drawn: Option<T>) {
        // The page may be gone by now.
        let _ = self.drawn.try_set_value(drawn.map(|drawn| Box::new(drawn) as Drawn));
    }

    /// What `look` finds in what is drawn, if there is something.
    fn with_drawn<T: 'static, U>(self, look: impl FnOnce(&T) -> U) -> Option<U> {
        self.drawn.try_with_value(|drawn| drawn.as_ref()?.downcast_ref::<T>().map(look)).flatten()
    }

    /// Returns when nothing is open over the list.
    async fn calm(self) {
        const PAUSE: Duration = Duration::from_millis(100);
        while self.is_busy() {
            pause(PAUSE).await;
        }
    }

    fn has_drawn(self) -> bool {
        self.drawn.try_with_value(Option::is_some).unwrap_or_default()
    }

    /// Also of a menu that was opened before the wasm had taken over, which holds nothing.
    fn is_busy(self) -> bool {
        self.is_busy.try_get_untracked().unwrap_or_default() || has_open_menu()
    }
}

/// What `make` makes, with an owner that outlives the reading: it owns also what the view makes only when it is shown, as a dialog
/// that the address opens.
fn owned(make: impl FnOnce() -> AnyView) -> OwnedView<AnyView> {
    let page = Owner::current().and_then(|caller| caller.parent());
    let page = page.filter(|_| cfg!(not(feature = "ssr")));
    let owner = page.map_or_else(Owner::new, |page| page.child());
    OwnedView::new_with_owner(owner.with(make), owner)
}

/// `new`, as one type whatever was read; without one, what is drawn stays as it is.
fn drawing(new: Option<OwnedView<AnyView>>) -> AnyView {
    EitherKeepAlive { a: new, b: None::<()>, show_b: false }.into_any()
}

fn has_open_menu() -> bool {
    // It fails where the browser does not know the selector.
    matches!(document().query_selector(".menu:popover-open"), Ok(Some(_)))
}

/// Returns after this long, in the browser.
pub(crate) async fn pause(length: Duration) {
    let (done, is_done) = oneshot::channel();
    set_timeout(
        move || {
            let _ = done.send(());
        },
        length,
    );
    let _ = is_done.await;
}

/// What a dialog or a menu holds while it is open, and lets go of when it is closed or gone: see [`LiveList`]. Outside the
/// frame, where no news comes, it holds nothing.
pub(super) fn use_hold() -> Hold {
    let hold = Hold {
        held: use_context::<News>().map(|news| news.held),
        is_held: StoredValue::new(false),
    };
    on_cleanup(move || hold.set(false));
    hold
}

/// See [`use_hold`].
#[derive(Clone, Copy)]
pub(super) struct Hold {
    held: Option<RwSignal<u32>>,
    is_held: StoredValue<bool>,
}

impl Hold {
    /// Whether it is open now.
    pub(super) fn set(self, is_open: bool) {
        // The page may be gone by now.
        let (Some(held), Some(was_open)) = (self.held, self.is_held.try_get_value()) else {
            return;
        };
        if was_open != is_open {
            let _ = self.is_held.try_set_value(is_open);
            let _ = held.try_update(|count| {
                *count = if is_open { *count + 1 } else { count.saturating_sub(1) };
            });
        }
    }
}

/// How much news there was when a list was asked for: what came before its answer was drawn is news for it too.
#[derive(Clone, Copy)]
pub struct Heard {
    news: ReadSignal<u32>,
    by_then: StoredValue<u32>,
}

/// A list that is read for what is `asked`, to be kept current by [`keep_current`]. When the server has drawn it there was no news.
///
/// # Panics
/// Outside the frame.
pub fn use_kept_list<Asked, T, Reading>(
    asked: impl Fn() -> Asked + Send + Sync + 'static,
    read: impl Fn(Asked) -> Reading + Send + Sync + 'static,
) -> (Resource<Answer<T>>, Heard)
where
    Asked: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + Serialize + DeserializeOwned + 'static,
    Reading: Future<Output = Answer<T>> + Send + 'static,
{
    let (news, by_then) = (use_news(), StoredValue::new(0));
    let list = Resource::new(asked, move |asked| {
        // The page may be gone by now.
        let _ = by_then.try_set_value(news.get_untracked());
        read(asked)
    });
    (list, Heard { news, by_then })
}

/// Reads again what `shown` holds whenever there is news that had not been `heard` when it was asked for, or `also` changes, and
/// puts it there: what is drawn from it changes in its place, and what somebody has opened, ticked or typed stays. While the
/// server cannot be reached it is asked again.
pub fn keep_current<T, F, Reading>(shown: RwSignal<T>, heard: Heard, also: Signal<usize>, read: F)
where
    T: Send + Sync + 'static,
    F: Fn() -> Reading + 'static,
    Reading: Future<Output = Answer<T>> + 'static,
{
    let Heard { news, by_then } = heard;
    let changes = Memo::new(move |_| (news.get(), also.get()));
    let first = (by_then.get_value(), also.get_untracked());
    let read = Rc::new(read);
    Effect::new(move |before: Option<(u32, usize)>| {
        let now = changes.get();
        if before.unwrap_or(first) != now {
            let read = Rc::clone(&read);
            spawn_local(async move {
                let mut pauses = PAUSES.into_iter();
                loop {
                    let answer = read().await;
                    all_hydrated().await;
                    // What is newer has its own reading, which may have come first; and the page may be gone by now.
                    if changes.try_get_untracked() != Some(now) {
                        return;
                    }
                    match answer {
                        Ok(read) => {
                            focus::keep_through_drawing();
                            shown.try_set(read);
                            return;
                        }
                        Err(error) if is_away(&error) => pause_of(&mut pauses).await,
                        Err(_) => return,
                    }
                }
            });
        }
        now
    });
}

/// Whether the server could not be reached, so that it is worth asking again.
pub(crate) const fn is_away(error: &AppError) -> bool {
    matches!(error, AppError(Error::Unreachable | Error::Unavailable))
}

/// Waits before the next try.
async fn pause_of(pauses: &mut impl Iterator<Item = u64>) {
    pause(Duration::from_secs(pauses.next().unwrap_or(LONGEST_PAUSE))).await;
}

/// Opens the stream of `company`'s news, one for the frame and all pages in it.
pub fn provide_news(company: CompanyId) -> Live {
    let (news, count) = signal(0_u32);
    let (line, set_line) = signal(Line::Open);
    let (doubts, doubt) = signal(0_u32);
    provide_context(News { count: news, held: RwSignal::new(0) });
    Effect::new(move |_| {
        let stream = Rc::new(Stream {
            address: format!("{EVENTS}?company={company}"),
            count,
            line: set_line,
            doubt,
            source: RefCell::default(),
            was_tried: Cell::new(false),
            failures: Cell::new(0),
            attempt: Cell::new(0),
        });
        stream.open();
        let seen = {
            let stream = Rc::clone(&stream);
            window_event_listener(ev::visibilitychange, move |_| stream.look())
        };
        let online = {
            let stream = Rc::clone(&stream);
            window_event_listener(ev::online, move |_| stream.look())
        };
        let stream = StoredValue::new_local(stream);
        on_cleanup(move || {
            seen.remove();
            online.remove();
            let _ = stream.try_with_value(|stream| stream.end());
        });
    });
    Live { line, doubts }
}

/// Says that the page is not live any more, and what to do about it; nothing while it is.
#[component]
pub fn LineNote(
    /// How the stream stands.
    line: Signal<Line>,
) -> impl IntoView {
    let location = use_location();
    let here = move || format!("{}{}", location.pathname.get(), search(&location.search.get()));
    let note = move || {
        let (told, to, verb) = match line.get() {
            Line::Open => return None,
            Line::Lost => (text!(live.lost), here(), text!(common.reload)),
            Line::Ended(End::SignedOut) => {
                (text!(live.signed_out), "/sign-in".to_owned(), text!(common.sign_in))
            }
            Line::Ended(End::Removed) => {
                (text!(live.removed), "/team".to_owned(), text!(live.elsewhere))
            }
        };
        Some(view! {
            <div class="banner">
                <Glyph icon=icondata::LuUnplug/>
                <p>{told}</p>
                <a class="btn small" href=to rel="external">{verb}</a>
            </div>
        })
    };
    // The region stands before it has something to say, or nobody hears it.
    view! { <div role="status">{note}</div> }.into_any()
}

fn search(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{query}") }
}

/// The stream and what became of it.
struct Stream {
    address: String,
    count: WriteSignal<u32>,
    line: WriteSignal<Line>,
    doubt: WriteSignal<u32>,
    source: RefCell<Option<Source>>,
    /// It was opened, or could not be: there may have been news since.
    was_tried: Cell<bool>,
    failures: Cell<usize>,
    /// Counts what was opened and closed: a timer of an earlier attempt does nothing.
    attempt: Cell<u32>,
}

/// An open stream with those who listen to it.
struct Source {
    events: EventSource,
    _heard: Closure<dyn Fn(MessageEvent)>,
    _ended: Closure<dyn Fn(MessageEvent)>,
    _opened: Closure<dyn Fn(Event)>,
    _failed: Closure<dyn Fn(Event)>,
}

impl Stream {
    fn open(self: &Rc<Self>) {
        self.close();
        let Ok(events) = EventSource::new(&self.address) else { return };
        let heard = self.listener(|stream, _: MessageEvent| stream.tell());
        let ended = self.listener(|stream, event: MessageEvent| {
            let word = event.data().as_string().unwrap_or_default();
            if let Ok(end) = word.parse() {
                stream.end();
                let _ = stream.line.try_set(Line::Ended(end));
            }
        });
        let opened = self.listener(|stream, _: Event| stream.opened());
        let failed = self.listener(|stream, _: Event| stream.failed());
        events.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        events.set_onopen(Some(opened.as_ref().unchecked_ref()));
        events.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let listens =
            events.add_event_listener_with_callback(End::EVENT, ended.as_ref().unchecked_ref());
        debug_assert!(listens.is_ok(), "an event source takes listeners");
        let source =
            Source { events, _heard: heard, _ended: ended, _opened: opened, _failed: failed };
        self.source.replace(Some(source));
        // The tab may have been hidden since the one before, whose end nobody waits for any more.
        if document().hidden() {
            self.look();
        }
    }

    /// A listener that does not keep the stream alive, and calls nobody once it is closed.
    fn listener<E: FromWasmAbi + 'static>(
        self: &Rc<Self>,
        act: fn(&Rc<Self>, E),
    ) -> Closure<dyn Fn(E)> {
        let (stream, attempt) = (Rc::downgrade(self), self.attempt.get());
        Closure::new(move |event| {
            if let Some(stream) = stream.upgrade().filter(|stream| stream.attempt.get() == attempt)
            {
                act(&stream, event);
            }
        })
    }

    fn tell(&self) {
        // The page may be gone by now.
        let _ = self.count.try_update(|count| *count = count.wrapping_add(1));
    }

    fn opened(&self) {
        self.failures.set(0);
        let _ = self.line.try_set(Line::Open);
        if self.was_tried.replace(true) {
            self.tell();
        }
    }

    fn failed(self: &Rc<Self>) {
        // Not left to the browser, which gives up for good at the first answer that is no stream.
        self.close();
        // Also by the first try: the page may have been drawn long before one succeeds.
        self.was_tried.set(true);
        let failures = self.failures.get();
        self.failures.set(failures + 1);
        if failures > 0 {
            let _ = self.doubt.try_update(|doubts| *doubts = doubts.wrapping_add(1));
        }
        if failures + 1 >= PATIENCE {
            let _ = self.line.try_set(Line::Lost);
        }
        let pause = PAUSES.get(failures).or(PAUSES.last()).copied().unwrap_or_default();
        self.later(Duration::from_secs(pause), Self::open);
    }

    /// Somebody looks at the page again or not, or there is a network again.
    fn look(self: &Rc<Self>) {
        let is_open = self.source.borrow().is_some();
        if document().hidden() {
            self.later(UNSEEN, |stream| {
                if document().hidden() {
                    stream.close();
                }
            });
        } else if !is_open && !self.is_over() {
            self.open();
        }
    }

    /// Does something later, unless the stream was opened or closed meanwhile.
    fn later(self: &Rc<Self>, pause: Duration, act: fn(&Rc<Self>)) {
        let (stream, attempt) = (Rc::downgrade(self), self.attempt.get());
        set_timeout(
            move || {
                if let Some(stream) =
                    stream.upgrade().filter(|stream| stream.attempt.get() == attempt)
                {
                    act(&stream);
                }
            },
            pause,
        );
    }

    fn close(&self) {
        self.attempt.set(self.attempt.get().wrapping_add(1));
        if let Some(source) = self.source.borrow().as_ref() {
            source.events.close();
        }
        // The listener that brought us here may be one of its own: it goes when it has returned.
        if let Some(source) = self.source.take() {
            set_timeout(move || drop(source), Duration::ZERO);
        }
    }

    fn end(&self) {
        self.close();
        self.failures.set(usize::MAX);
    }

    fn is_over(&self) -> bool {
        self.failures.get() == usize::MAX
    }
}
