//! The table of refusals: status, header and body for each reason, the same on both transports and
//! wherever else a key is presented; and the status of a stream for which there is no place.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::json;

use crate::services::{
    principal::{Limited, Refusal},
    slots::OpenError,
};

/// What a refused request is answered. Nothing of the credential is in it, and the four ways in which a
/// key can be wrong cannot be told apart. Errors and challenge as in RFC 6750, 3.
pub(crate) fn response(refusal: Refusal) -> Response {
    let over = over_limit(refusal).unwrap_or_default();
    let (status, challenge, error, sentence) = match refusal {
        Refusal::NoCredential => (
            StatusCode::UNAUTHORIZED,
            Some("Bearer realm=\"aidoo\""),
            "unauthorized",
            "send an API key in the header Authorization: Bearer aid_live_…",
        ),
        Refusal::InvalidToken => (
            StatusCode::UNAUTHORIZED,
            Some("Bearer realm=\"aidoo\", error=\"invalid_token\""),
            "invalid_token",
            "the API key is not valid: it may be mistyped, expired or revoked, or not sent as Authorization: Bearer aid_live_…",
        ),
        Refusal::InvalidRequest => (
            StatusCode::BAD_REQUEST,
            Some("Bearer realm=\"aidoo\", error=\"invalid_request\""),
            "invalid_request",
            "send exactly one API key, in the header Authorization: Bearer aid_live_… and nowhere else",
        ),
        Refusal::TooMany { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            None,
            "too_many_requests",
            "too many wrong API keys came from this address: wait and try again",
        ),
        Refusal::OverLimit { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, None, "too_many_requests", over.as_str())
        }
        Refusal::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            None,
            "unavailable",
            "Aidoo is not available right now: try again in a moment",
        ),
    };
    let body = Json(json!({ "error": error, "error_description": sentence }));
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = challenge {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Refusal::TooMany { retry_after_seconds }
    | Refusal::OverLimit { retry_after_seconds, .. } = refusal
    {
        headers.insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds));
    }
    response
}

/// Which limit was met, and how long to wait: for whoever calls, and for the record.
pub(crate) fn over_limit(refusal: Refusal) -> Option<String> {
    let Refusal::OverLimit { of, calls, retry_after_seconds } = refusal else { return None };
    let who = match of {
        Limited::Key => "this API key may make",
        Limited::Address => "this address may make, with all its API keys together,",
    };
    Some(format!("{who} {calls} calls a minute: try again in {retry_after_seconds} s"))
}

/// The status of what is not opened because too much is open: 429 where whoever asks has it open, 503 where all have
/// together.
pub(crate) const fn status_of_full(full: OpenError) -> StatusCode {
    match full {
        OpenError::TooMany => StatusCode::TOO_MANY_REQUESTS,
        OpenError::ServerFull => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::Value;

    use super::*;

    #[tokio::test]
    async fn every_refusal_is_answered_to_the_letter() {
        let over = |of| Refusal::OverLimit { of, calls: 120, retry_after_seconds: 9 };
        for (refusal, status, challenge, retry, error, sentence) in [
            (
                Refusal::NoCredential,
                401,
                Some(r#"Bearer realm="aidoo""#),
                None,
                "unauthorized",
                "send an API key in the header Authorization: Bearer aid_live_…",
            ),
            (
                Refusal::InvalidToken,
                401,
                Some(r#"Bearer realm="aidoo", error="invalid_token""#),
                None,
                "invalid_token",
                "the API key is not valid: it may be mistyped, expired or revoked, or not sent as Authorization: Bearer aid_live_…",
            ),
            (
                Refusal::InvalidRequest,
                400,
                Some(r#"Bearer realm="aidoo", error="invalid_request""#),
                None,
                "invalid_request",
                "send exactly one API key, in the header Authorization: Bearer aid_live_… and nowhere else",
            ),
            (
                Refusal::TooMany { retry_after_seconds: 3 },
                429,
                None,
                Some("3"),
                "too_many_requests",
                "too many wrong API keys came from this address: wait and try again",
            ),
            (
                over(Limited::Key),
                429,
                None,
                Some("9"),
                "too_many_requests",
                "this API key may make 120 calls a minute: try again in 9 s",
            ),
            (
                over(Limited::Address),
                429,
                None,
                Some("9"),
                "too_many_requests",
                "this address may make, with all its API keys together, 120 calls a minute: try again in 9 s",
            ),
            (
                Refusal::Unavailable,
                503,
                None,
                None,
                "unavailable",
                "Aidoo is not available right now: try again in a moment",
            ),
        ] {
            let (parts, body) = response(refusal).into_parts();
            let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
            assert_eq!(parts.status.as_u16(), status);
            assert_eq!(header(WWW_AUTHENTICATE), challenge);
            assert_eq!(header(RETRY_AFTER), retry);
            assert_eq!(header(CACHE_CONTROL), Some("no-store"));
            let body = to_bytes(body, 1024).await.expect("a body");
            let body: Value = serde_json::from_slice(&body).expect("JSON");
            assert_eq!(body, json!({ "error": error, "error_description": sentence }));
        }
    }
}
