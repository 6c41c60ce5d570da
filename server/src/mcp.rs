//! The MCP server: authentication, two transports, tools.
//!
//! `/mcp` is Streamable HTTP without sessions, so that any replica answers; `/sse` with `/messages` is
//! the older transport, whose stream lives on one replica. Both read the bearer key of every request
//! and never a cookie.

mod answer;
mod auth;
#[cfg(debug_assertions)]
mod conformance;
mod conversation;
mod envelope;
mod handler;
mod hosts;
mod parameters;
mod plain;
mod prompts;
mod resources;
mod revision;
mod sse;
mod sse_sessions;
mod standing;
mod wire;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware,
    routing::{MethodRouter, any, any_service, get, post},
};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use tokio_util::sync::CancellationToken;
use tower::service_fn;
use url::Url;

use self::{
    handler::Aidoo,
    hosts::{AllowedHosts, check_host},
    sse::Arrivals,
    sse_sessions::SseSessions,
    standing::Standings,
};
use crate::{
    services::{replicas::Replicas, slots::Slots, tools::Toolbox},
    web::routes::{Route, Routing as _},
};

/// The largest message: rmcp's own bound, kept for both transports.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Messages of one key that may be on their way to another replica.
const MAX_TRAVELLING: usize = 8;

/// What the MCP server needs.
#[derive(Clone, Debug)]
pub struct McpDeps {
    /// The tools, and what checks keys.
    pub toolbox: Toolbox,
    /// The address that people and clients use.
    pub public_url: Url,
    /// Further host names under which clients come.
    pub hosts: Vec<String>,
    /// Further web origins whose pages may call.
    pub origins: Vec<String>,
    /// Cancelled when the server stops; it ends every stream.
    pub stop: CancellationToken,
    /// Whether `/mcp` has the conformance suite's things too.
    #[cfg(debug_assertions)]
    pub conformance: bool,
}

/// `/mcp`, `/sse` and `/messages`.
pub fn router(deps: McpDeps) -> Router {
    let McpDeps { toolbox, public_url, hosts, origins, stop, .. } = deps;
    let allowed = AllowedHosts::new(&public_url, hosts, origins);
    // One for all requests: its many parts are not counted up and down for each.
    let toolbox = Arc::new(toolbox);
    let verifier = toolbox.verifier.clone();
    let standings = Standings::start(verifier.clone(), stop.clone());
    let handler = Aidoo::new(toolbox.clone(), standings.clone());

    // Without sessions any replica answers, and nothing is bound to a credential that may end.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MAX_BODY)
        .with_allowed_hosts(allowed.hosts())
        .with_allowed_origins(allowed.origins())
        .with_cancellation_token(stop.clone());
    let plain = plain::Plain { toolbox: toolbox.clone(), stop: stop.clone() };
    let streamable: MethodRouter<sse::State> = streamable_http(handler.clone(), config.clone())
        .layer(middleware::from_fn_with_state(plain, plain::answer_plainly));
    // The SDK is what the suite tests: nothing is answered before it.
    #[cfg(debug_assertions)]
    let streamable = if deps.conformance {
        streamable_http(conformance::Fixtures::new(handler.clone()), config)
    } else {
        streamable
    };
    let sessions = SseSessions::default();
    let arrivals = Arrivals { sessions: sessions.clone(), verifier: verifier.clone() };
    let replicas = Replicas::start(toolbox.core.clone(), arrivals, stop.clone());
    let travelling = Slots::new(MAX_TRAVELLING);
    let streams = sse::State { sessions, handler, standings, replicas, travelling, stop };
    let messages: MethodRouter<sse::State> =
        post(sse::message).layer(DefaultBodyLimit::max(MAX_BODY));
    let below: MethodRouter = any(auth::refuse_path).with_state(toolbox.clone());
    Router::new()
        .at(Route::Mcp, streamable.clone())
        .at(Route::McpSlash, streamable)
        .at(Route::Sse, get(sse::open))
        .at(Route::SseSlash, get(sse::open))
        .at(Route::Messages, messages.clone())
        .at(Route::MessagesSlash, messages)
        .with_state(streams)
        .layer(middleware::from_fn_with_state(toolbox, auth::authenticate))
        // Nothing is behind these but keys that belong into a header: no page may answer there.
        .at(Route::BelowMcp, below.clone())
        .at(Route::BelowSse, below.clone())
        .at(Route::BelowMessages, below)
        .layer(allowed.cors())
        .layer(middleware::from_fn_with_state(allowed, check_host))
}

/// The SDK's transport for what `served` answers.
fn streamable_http<S>(served: S, config: StreamableHttpServerConfig) -> MethodRouter<sse::State>
where
    S: ServerHandler + Clone,
{
    let service = StreamableHttpService::new(
        move || Ok(served.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    // The lists of its settings are not copied for each request, nor is a handler's state.
    let service = Arc::new(service);
    any_service(service_fn(move |request: Request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.handle(request).await) }
    }))
}
