//! No form of the dashboard is long: what is longer is not read to its end.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http::Method;

use super::unavailable;

/// The longest body, in bytes: more than a workflow of the most steps takes.
const MAX_BODY: usize = 1024 * 1024;
/// What is read of a longer one, and for how long, so that its sender gets to the answer.
const UNREAD: usize = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a body may take to come: others wait for its memory.
const READING: Duration = Duration::from_secs(30);

/// Middleware: answers a longer body with 413 and one that does not come with 408, and hands every other on whole.
pub async fn limit_body(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let declared = body.size_hint().lower();
    if declared > MAX_BODY as u64 {
        let _ = tokio::time::timeout(PATIENCE, to_bytes(body, UNREAD)).await;
        return unavailable::too_long(&parts.headers);
    }
    let Ok(read) = tokio::time::timeout(READING, to_bytes(body, MAX_BODY)).await else {
        return unavailable::too_slow(&parts.headers);
    };
    match read {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        // It was longer than it said, or its sender is gone.
        Err(_) => unavailable::too_long(&parts.headers),
    }
}
