//! Every request to the MCP server is authenticated by itself, before anything else looks at it.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName, Method, StatusCode, Uri,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, USER_AGENT},
};
use rmcp::model::ProtocolVersion;

use super::{
    MAX_BODY,
    envelope::{self, Envelope},
    revision::{REVISION, spoken},
};
use crate::{
    domain::{
        credential::{Meant, Presented},
        throttle::TooMany,
    },
    services::{
        activity::OverLimit,
        key_limits::KeyLimits,
        principal::{Limited, Principal, Refusal},
        tools::Toolbox,
    },
    web::{client_address::ClientAddress, refusal, routes::Route},
};

/// What is read of a refused request, and for how long: an honest client's message is no longer.
const UNREAD: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a message may take to come: others wait for its memory.
const READING: Duration = Duration::from_secs(30);
/// What took longer to come may have been written after its key came to its end.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Middleware: puts the [`Principal`](crate::services::principal::Principal) of the request's key into
/// its extensions, or answers why not.
pub(super) async fn authenticate(
    State(toolbox): State<Arc<Toolbox>>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = ClientAddress::of(request.extensions().get());
    let presented = Presented::of(request.headers(), request.uri());
    let client = user_agent(&request);
    match toolbox.verifier.verify(presented, address, client).await {
        Ok(mut principal) => {
            // Handlers get the request's headers: what was a credential goes no further.
            for header in [AUTHORIZATION, COOKIE] {
                request.headers_mut().remove(header);
            }
            if request.method() != Method::POST {
                request.extensions_mut().insert(principal);
                return next.run(request).await;
            }
            let client = user_agent(&request).map(|client| client.chars().take(100).collect());
            let (mut parts, body) = request.into_parts();
            let begun = Instant::now();
            let read = match tokio::time::timeout(READING, to_bytes(body, MAX_BODY)).await {
                Ok(Ok(read)) => read,
                Ok(Err(_)) => {
                    return (StatusCode::PAYLOAD_TOO_LARGE, "the message is too large\n")
                        .into_response();
                }
                Err(_) => {
                    return (StatusCode::REQUEST_TIMEOUT, "the message took too long to come\n")
                        .into_response();
                }
            };
            if begun.elapsed() > AT_ONCE {
                match toolbox.verifier.standing(principal.key, principal.address).await {
                    Ok(now) => principal = now,
                    Err(refused) => return refuse(refused, Request::new(Body::empty())).await,
                }
            }
            let envelope = Envelope::read(&read);
            let counted = envelope::counted(envelope.as_ref());
            if let Some(refused) = within_limit(&toolbox, &principal, address, client, counted) {
                return refused;
            }
            let is_mcp = is_mcp(&parts.uri);
            if let Some(envelope) = envelope.filter(|_| is_mcp)
                && let Some(refused) = malformed(&parts.headers, &envelope)
            {
                return refused;
            }
            let is_json = is_mcp && has_json(&parts.headers);
            parts.extensions.insert(principal);
            let response = next.run(Request::from_parts(parts, Body::from(read.clone()))).await;
            // The SDK's word for a body that it cannot read.
            if is_json && response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
                return envelope::unreadable(&read).unwrap_or(response);
            }
            response
        }
        Err(refused) => refuse(refused, request).await,
    }
}

/// Whether this is `/mcp`, however its client writes it.
fn is_mcp(uri: &Uri) -> bool {
    [Route::Mcp, Route::McpSlash].iter().any(|route| route.path() == uri.path())
}

fn has_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split_once(';').map_or(kind, |(essence, _)| essence);
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Answers what is asked for behind a transport's path: it would be a credential in the URL.
pub(super) async fn refuse_path(State(toolbox): State<Arc<Toolbox>>, request: Request) -> Response {
    let address = ClientAddress::of(request.extensions().get());
    toolbox.verifier.note_misplaced(Meant::in_url(request.uri()), address);
    refuse(Refusal::InvalidRequest, request).await
}

async fn refuse(refused: Refusal, request: Request) -> Response {
    metrics::counter!("aidoo_requests_refused_total", "reason" => refused.reason()).increment(1);
    // A connection whose request was not read is closed, and a client that keeps it for its next request
    // meets an end instead of this answer.
    let body = to_bytes(request.into_body(), UNREAD);
    let _ = tokio::time::timeout(PATIENCE, body).await;
    refusal::response(refused)
}

/// What the client calls itself, where the header is the only thing that says it: in the initialize era on
/// `/mcp`. A request of 2026-07-28 says it in `_meta`, a stream of `/sse` when it begins.
fn user_agent(request: &Request) -> Option<&str> {
    let text = |name: HeaderName| request.headers().get(name)?.to_str().ok();
    let revision = text(REVISION);
    // The names of revisions sort as their dates.
    let says_it_itself =
        revision.is_some_and(|revision| revision >= ProtocolVersion::V_2026_07_28.as_str());
    text(USER_AGENT).filter(|_| is_mcp(request.uri()) && !says_it_itself)
}

/// Counts what runs a tool against its key and its address, however it is made. Over a limit the answer is 429, as
/// HTTP has it, so that a client waits rather than tries again.
fn within_limit(
    toolbox: &Toolbox,
    principal: &Principal,
    address: IpAddr,
    client: Option<String>,
    counted: Option<&'static str>,
) -> Option<Response> {
    let tool = counted?;
    let refusal = take(&toolbox.limits, principal, address).err()?;
    tracing::info!(key.id = %principal.key, "a key, or its address, is over its limit");
    metrics::counter!("aidoo_requests_refused_total", "reason" => refusal.reason()).increment(1);
    let problem = refusal::over_limit(refusal).unwrap_or_default();
    let refused = OverLimit { principal, tool, address, client, problem };
    toolbox.activity.note_over_limit(&toolbox.limits, refused);
    Some(refusal::response(refusal))
}

fn take(limits: &KeyLimits, principal: &Principal, address: IpAddr) -> Result<(), Refusal> {
    let over = |of, calls| {
        move |TooMany { retry_after_seconds }| Refusal::OverLimit { of, calls, retry_after_seconds }
    };
    let rules = &principal.rules;
    // A key that is over its own limit takes nothing of its neighbours'.
    limits.take_call(principal.key, rules).map_err(over(Limited::Key, rules.calls_per_minute))?;
    limits.take_from(address).map_err(over(Limited::Address, limits.calls_per_address()))
}

/// What is wrong with a message on `/mcp` by itself, before the SDK reads it. On 2026-07-28 its status says so as well;
/// an older client hears it within an answer, as of any other call.
fn malformed(headers: &HeaderMap, envelope: &Envelope<'_>) -> Option<Response> {
    match spoken(headers) {
        Err(_) if envelope.begins() => None,
        Err(unknown) => Some(envelope.in_unknown_revision(&unknown)),
        Ok(revision) if revision >= ProtocolVersion::V_2026_07_28 => {
            envelope.misshapen(StatusCode::BAD_REQUEST)
        }
        Ok(_) => envelope.misshapen(StatusCode::OK),
    }
}
