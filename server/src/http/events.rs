//! News for open pages: `GET /events` streams a word whenever something of the company has changed. It
//! says nothing of what it was: the page reads it again, and every reading is authorised by itself.

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
use shared::id::CompanyId;
use tokio::{sync::broadcast::error::RecvError, time::Instant};
use tokio_util::sync::CancellationToken;

use super::routes::{Route, Routing as _};
use crate::services::{Core, access, news::News};

/// How long a stream lives: the browser opens another, and whoever has lost their place gets none.
const LIFE: Duration = Duration::from_secs(300);
/// Changes that come close together are one piece of news.
const GATHER: Duration = Duration::from_millis(300);
const PULSE: Duration = Duration::from_secs(20);

/// What the streams need.
#[derive(Clone, Debug)]
pub struct Events {
    /// Database, time and news.
    pub core: Core,
    /// Cancelled when the server stops; it ends every stream.
    pub stop: CancellationToken,
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
    if access::membership(events.core.db.reader(), &actor, company).await.is_err() {
        return (StatusCode::NOT_FOUND, "no such company\n").into_response();
    }
    let stop = events.stop.clone();
    let news = news(&events.core.news, company).take_until(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LIFE) => {}
        }
    });
    let mut response = Sse::new(news).keep_alive(KeepAlive::new().interval(PULSE)).into_response();
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

fn news(told: &News, company: CompanyId) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    // In this order: what comes between the two is told twice rather than never.
    let heard = told.listen();
    let missed = told.is_fresh(company).then(|| Ok(changed()));
    let begun = Instant::now();
    let later = stream::unfold((heard, begun), move |(mut heard, last)| async move {
        loop {
            match heard.recv().await {
                // A listener that missed some has news all the same.
                Ok(of) if of != company => {}
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    tokio::time::sleep_until(last + GATHER).await;
                    return Some((Ok(changed()), (heard.resubscribe(), Instant::now())));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    });
    stream::iter(missed).chain(later)
}

fn changed() -> Event {
    Event::default().data("changed")
}
