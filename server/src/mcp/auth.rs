//! Every request to the MCP server is authenticated by itself, before anything else looks at it.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderName, Method, StatusCode,
    header::{AUTHORIZATION, COOKIE, USER_AGENT},
};
use rmcp::model::ProtocolVersion;
use serde::Deserialize;

use super::{MAX_BODY, refusal};
use crate::{
    domain::{credential::Presented, throttle::TooMany},
    http::client_address::ClientAddress,
    services::{
        principal::{Principal, Refusal},
        tools::Toolbox,
    },
};

/// What is read of a refused request, and for how long: an honest client's message is no longer.
const UNREAD: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// Middleware: puts the [`Principal`](crate::services::principal::Principal) of the request's key into
/// its extensions, or answers why not.
pub(super) async fn authenticate(
    State(toolbox): State<Toolbox>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = request
        .extensions()
        .get::<ClientAddress>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0);
    let presented = Presented::of(request.headers(), request.uri());
    let client = user_agent(&request);
    match toolbox.verifier.verify(presented, address, client).await {
        Ok(principal) => {
            // Handlers get the request's headers: what was a credential goes no further.
            for header in [AUTHORIZATION, COOKIE] {
                request.headers_mut().remove(header);
            }
            let request = match within_limit(&toolbox, &principal, request).await {
                Ok(request) => request,
                Err(refused) => return refused,
            };
            let (mut parts, body) = request.into_parts();
            parts.extensions.insert(principal);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refused) => refuse(refused, request).await,
    }
}

/// Answers what is asked for behind a transport's path: it would be a credential in the URL.
pub(super) async fn refuse_path(request: Request) -> Response {
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
    let revision = text(HeaderName::from_static("mcp-protocol-version"));
    // The names of revisions sort as their dates.
    let says_it_itself =
        revision.is_some_and(|revision| revision >= ProtocolVersion::V_2026_07_28.as_str());
    text(USER_AGENT).filter(|_| request.uri().path() == "/mcp" && !says_it_itself)
}

/// The part of a message that says whether it calls a tool. Reading no more than this costs little.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    method: std::borrow::Cow<'a, str>,
}

/// Counts a call of a tool against its key, however it is made. Over the limit the answer is 429, as HTTP has it, so that a
/// client waits rather than tries again.
async fn within_limit(
    toolbox: &Toolbox,
    principal: &Principal,
    request: Request,
) -> Result<Request, Response> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "the message is too large\n").into_response());
    };
    // A resource is read by a tool. What cannot be read counts as well, so that no message is a call for
    // the transport and none here.
    let calls_a_tool = serde_json::from_slice::<Envelope<'_>>(&bytes)
        .map_or(true, |envelope| matches!(&*envelope.method, "tools/call" | "resources/read"));
    if calls_a_tool {
        toolbox.limits.take_call(principal.key, &principal.rules).map_err(
            |TooMany { retry_after_seconds }| {
                tracing::info!(key.id = %principal.key, "a key is over its limit");
                refusal::response(Refusal::OverLimit { retry_after_seconds })
            },
        )?;
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}
