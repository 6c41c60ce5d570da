//! News for open pages: `GET /events` streams a word whenever something of the company has changed. It
//! says nothing of what it was: the page reads it again, and every reading is authorised by itself.
//!
//! A stream says why before it ends for good: its session has ended, or the person is no member any more.

use std::{convert::Infallible, time::Duration};

use app::backend::Caller;
use axum::{
    Extension, Router,
    extract::{Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use shared::{
    Error,
    id::{CompanyId, SessionId},
    news::End,
};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    services::{Core, news::Signal, news_watch::NewsWatch, slots::Slots},
    web::{
        refusal,
        routes::{Route, Routing as _},
    },
};

/// How long a stream lives: the browser opens another.
const LIFE: Duration = Duration::from_secs(300);
/// Changes that come close together are one piece of news.
const GATHER: Duration = Duration::from_millis(300);
/// How often session and membership are read again while there is no news; with news they always are.
const STANDING: Duration = Duration::from_secs(15);
const PULSE: Duration = Duration::from_secs(20);

/// Streams that one session may hold open: more than anybody has tabs of one browser in sight.
const MAX_PER_SESSION: usize = 30;

/// What the streams need.
#[derive(Clone, Debug)]
pub struct Events {
    core: Core,
    /// Cancelled when the server stops; it ends every stream.
    stop: CancellationToken,
    slots: Slots<SessionId>,
}

impl Events {
    /// Streams of this server, until `stop` is cancelled.
    #[must_use]
    pub fn new(core: Core, stop: CancellationToken) -> Self {
        Self { core, stop, slots: Slots::new(MAX_PER_SESSION) }
    }
}

/// `GET /events?company=…`.
pub fn router<S: Clone + Send + Sync + 'static>(events: Events) -> Router<S> {
    Router::new().at(Route::Events, get(open)).with_state(events)
}

#[derive(Deserialize)]
struct Wanted {
    company: String,
}

async fn open(
    State(events): State<Events>,
    Extension(caller): Extension<Caller>,
    Query(Wanted { company }): Query<Wanted>,
) -> Response {
    let Some(actor) = caller.session else {
        return (StatusCode::UNAUTHORIZED, "sign in first\n").into_response();
    };
    let Ok(company) = company.parse::<CompanyId>() else {
        return (StatusCode::NOT_FOUND, "no such company\n").into_response();
    };
    let watch = match NewsWatch::open(events.core, actor, company).await {
        Ok(watch) => watch,
        Err(fault) => {
            return match fault.into_answer() {
                Error::Unavailable => {
                    (StatusCode::SERVICE_UNAVAILABLE, "try again in a moment\n").into_response()
                }
                _ => (StatusCode::NOT_FOUND, "no such company\n").into_response(),
            };
        }
    };
    let slot = match events.slots.take(actor.session) {
        Ok(slot) => slot,
        Err(full) => {
            return (refusal::status_of_full(full), format!("{full}\n")).into_response();
        }
    };
    let stop = events.stop.clone();
    let words = words(watch).take_until(async move {
        // It is given back when the stream ends, and when its reader is gone.
        let _slot = slot;
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LIFE) => {}
        }
    });
    let mut response = Sse::new(words).keep_alive(KeepAlive::new().interval(PULSE)).into_response();
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// A stream that is open.
struct Open {
    watch: NewsWatch,
    heard: Receiver<Signal>,
    /// When the page was last told something.
    told: Instant,
    /// When it was last seen that it may be.
    checked: Instant,
}

fn words(watch: NewsWatch) -> impl Stream<Item = Result<Event, Infallible>> {
    // In this order: what comes between the two is told twice rather than never.
    let heard = watch.listen();
    let missed = watch.has_missed().then(|| Ok(changed()));
    let begun = Instant::now();
    let open = Open { watch, heard, told: begun, checked: begun };
    let later = stream::unfold(Some(open), |open| async move {
        let (event, open) = next(open?).await?;
        Some((Ok(event), open))
    });
    stream::iter(missed).chain(later)
}

/// The next event, and the stream if it goes on.
async fn next(mut open: Open) -> Option<(Event, Option<Open>)> {
    loop {
        let is_news = tokio::select! {
            heard = open.heard.recv() => match heard {
                Ok(signal) if !open.watch.concerns(signal) => continue,
                Ok(Signal::Person(_)) => false,
                // A listener that missed some has news all the same.
                Ok(Signal::Company(_) | Signal::Gap) | Err(RecvError::Lagged(_)) => true,
                Err(RecvError::Closed) => return None,
            },
            () = tokio::time::sleep_until(open.checked + STANDING) => false,
        };
        if is_news {
            tokio::time::sleep_until(open.told + GATHER).await;
            open.heard = open.heard.resubscribe();
        }
        open.checked = Instant::now();
        match open.watch.end().await {
            Ok(Some(end)) => {
                return Some((Event::default().event(End::EVENT).data(end.as_str()), None));
            }
            Ok(None) => {}
            // The page's own reading will say it better.
            Err(fault) => {
                let _ = fault.into_answer();
            }
        }
        if is_news {
            open.told = Instant::now();
            return Some((changed(), Some(open)));
        }
    }
}

fn changed() -> Event {
    Event::default().data("changed")
}
