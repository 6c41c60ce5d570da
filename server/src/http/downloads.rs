//! Files that wait to be fetched: each link works once, for an hour, for the person whose key made it.

use app::{backend::Caller, texts, words};
use axum::{
    Extension, Router,
    body::Body,
    extract::{OriginalUri, Path, State},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{
        ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, REFERRER_POLICY,
    },
};
use shared::Error;

use super::session::{SessionLayer, identify, sign_in_first};
use crate::{
    domain::{credential::Presented, token::Token},
    services::{
        Core,
        downloads::{Asker, DownloadsService, TakenFile},
        verifier::Verifier,
    },
    web::{
        refusal,
        routes::{Route, Routing as _},
    },
};

/// `GET /downloads/{token}`. `HEAD` is not answered from it: a link preview must not use the link up.
pub fn router(core: Core, verifier: Verifier) -> Router {
    let sessions = SessionLayer::new(core.clone());
    Router::new()
        .at(Route::Download, get(fetch))
        .layer(middleware::from_fn_with_state(sessions, identify))
        .with_state(DownloadsService::new(core, verifier))
}

async fn fetch(
    State(downloads): State<DownloadsService>,
    Extension(caller): Extension<Caller>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    if method == Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, "fetch it with GET\n").into_response();
    }
    // Before the token is looked at: a stranger does not learn whether there is such a file.
    let asker = match asker(&downloads, &caller, &headers, &uri).await {
        Ok(asker) => asker,
        Err(answer) => return answer,
    };
    let Some(token) = Token::parse(&token) else { return gone(&headers) };
    match downloads.take(asker, &token).await {
        Ok(Some(file)) => file_response(file),
        Ok(None) => gone(&headers),
        Err(error) => {
            tracing::error!(error = %error, "a file could not be fetched");
            let text =
                texts::in_locale(texts::of_request(&headers), || words::error(&Error::Unavailable));
            (StatusCode::SERVICE_UNAVAILABLE, format!("{text}\n")).into_response()
        }
    }
}

/// A key counts before a session: a client that sends one means it.
async fn asker(
    downloads: &DownloadsService,
    caller: &Caller,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Asker, Response> {
    match (Presented::of(headers, uri), caller.session) {
        (Presented::None(_), Some(actor)) => Ok(Asker::Person(actor.user)),
        (Presented::None(_), None) if is_browser(headers) => {
            Err(Redirect::to(&sign_in_first(uri)).into_response())
        }
        (presented, _) => {
            downloads.holder(presented, caller.address).await.map_err(refusal::response)
        }
    }
}

/// Whether a page can be shown to whoever asks.
fn is_browser(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .into_iter()
        .any(|value| value.to_str().is_ok_and(|types| types.contains("text/html")))
}

/// The file, as it is read. Its length is said before, so that whoever fetches one that breaks off knows.
fn file_response(file: TakenFile) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let values = [
        (CONTENT_TYPE, HeaderValue::from_str(&file.media_type)),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&disposition)),
    ];
    let length = HeaderValue::from(file.bytes);
    let mut response = Body::from_stream(file.parts()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, length);
    for (name, value) in values {
        headers.insert(name, value.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn gone(headers: &HeaderMap) -> Response {
    let text = texts::in_locale(texts::of_request(headers), words::answers::file_gone);
    let text = format!("{text}\n");
    (StatusCode::GONE, [(CACHE_CONTROL, "no-store")], text).into_response()
}
