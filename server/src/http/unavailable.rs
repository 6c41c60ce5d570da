//! Answers that need neither the pages nor the database.

use std::sync::LazyLock;

use app::{texts, words};
use axum::{
    Json,
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use shared::Error;

const STYLE: &str = "\
    body{margin:0;min-height:100vh;display:grid;place-items:center;\
    font:16px/1.5 system-ui,sans-serif;background:#f6f7f9;color:#1c2430}\
    main{max-width:32rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}\
    a{color:inherit}\
    @media(prefers-color-scheme:dark){body{background:#14181f;color:#e6e9ee}}";

/// The page carries its style in itself, since its stylesheet may be what is missing; the policy admits
/// this one by its hash.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    HeaderValue::try_from(format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    ))
    .expect("base64 is visible ASCII")
});

/// 503: the database does not answer. A page for browsers, [`Error::Unavailable`] for server functions.
#[must_use]
pub fn unavailable(request: &HeaderMap) -> Response {
    let mut response = respond(
        request,
        StatusCode::SERVICE_UNAVAILABLE,
        Error::Unavailable,
        words::answers::unavailable,
    );
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// 403: a change was asked for by another site's page.
#[must_use]
pub fn foreign(request: &HeaderMap) -> Response {
    respond(request, StatusCode::FORBIDDEN, Error::Forbidden, words::answers::foreign)
}

/// 413: a form with more in it than is read.
#[must_use]
pub fn too_long(request: &HeaderMap) -> Response {
    respond(request, StatusCode::PAYLOAD_TOO_LARGE, Error::BadRequest, words::answers::too_long)
}

/// 408: a form that does not come to its end.
#[must_use]
pub fn too_slow(request: &HeaderMap) -> Response {
    respond(request, StatusCode::REQUEST_TIMEOUT, Error::Unreachable, words::answers::too_slow)
}

/// Whether the request is a browser's that loads a page, and not a server function's call.
pub(super) fn wants_page(request: &HeaderMap) -> bool {
    request
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn respond(
    request: &HeaderMap,
    status: StatusCode,
    error: Error,
    told: fn() -> (&'static str, &'static str),
) -> Response {
    if !wants_page(request) {
        return (status, Json(error)).into_response();
    }
    let locale = texts::of_request(request);
    let ((title, sentence), back) = texts::in_locale(locale, || (told(), words::answers::back()));
    let page = format!(
        "<!DOCTYPE html><html lang=\"{locale}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{sentence}</p><p><a href=\"/\">{back}</a></p></main>\
         </body></html>"
    );
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY.clone())];
    (status, policy, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_browser_gets_a_page_and_a_call_gets_the_error() {
        let mut browser = HeaderMap::new();
        browser.insert(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"));
        let response = unavailable(&browser);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "5");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains("not available"));

        browser.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("fr"));
        let response = unavailable(&browser);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains("pas disponible"));

        let response = unavailable(&HeaderMap::new());
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
        let error: Error = serde_json::from_slice(&body).expect("an error");
        assert_eq!(error, Error::Unavailable);
    }
}
