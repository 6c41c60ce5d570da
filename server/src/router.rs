//! All routes, and the layers around them.

use std::sync::{Arc, LazyLock};

use app::{App, shell};
use axum::{Router, middleware, routing::any};
use http::StatusCode;
use leptos::{config::LeptosOptions, prelude::provide_context};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes as _, file_and_error_handler_with_context, generate_route_list,
};
use tower_http::{catch_panic::CatchPanicLayer, trace::TraceLayer};

use crate::{
    http::{
        body_limit::limit_body,
        compression::compression,
        csrf::{self, SameOrigin},
        downloads,
        events::{self, Events},
        exports,
        headers::{self, Transport, provide_policy},
        health, language, metrics,
        session::{SessionLayer, identify, require_sign_in},
        site::{Site, serve_files},
    },
    mcp::{self, McpDeps},
    state::AppState,
    web::{
        client_address::{TrustedProxies, locate},
        routes::{Route, Routing as _},
    },
};

/// The whole server. `site` is where the built files are; without it, pages are served that work as
/// plain forms only.
pub fn build_router(state: &AppState, site: Option<Site>) -> Router {
    let public_url = &state.core.settings.public_url;
    let mut pages = pages(state);
    if let Some(site) = site {
        pages = pages.layer(middleware::from_fn_with_state(site, serve_files));
    }
    let mcp = mcp::router(McpDeps {
        toolbox: state.toolbox.clone(),
        public_url: public_url.clone(),
        hosts: state.mcp_access.hosts.clone(),
        origins: state.mcp_access.origins.clone(),
        stop: state.stop.clone(),
        #[cfg(debug_assertions)]
        conformance: state.conformance,
    });
    let proxies = TrustedProxies::new(&state.trusted_proxies);
    Router::new()
        .merge(pages)
        .merge(mcp)
        .merge(health::router(state.core.db.clone()))
        .merge(downloads::router(state.core.clone(), state.verifier.clone()))
        .merge(metrics::router(Arc::clone(&state.metrics_readers)))
        // Clients look here for OAuth. A page would tell them that there is some.
        .at(Route::WellKnown, any(async || StatusCode::NOT_FOUND))
        .layer(middleware::from_fn_with_state(Transport::of(public_url), headers::secure))
        .layer(middleware::from_fn_with_state(proxies, locate))
        .layer(CatchPanicLayer::new())
        .layer(
            // Paths of invitations and queries of misguided clients hold credentials: neither is logged.
            TraceLayer::new_for_http().make_span_with(|request: &http::Request<_>| {
                tracing::info_span!("http.request", method = %request.method())
            }),
        )
}

/// The dashboard: pages and server functions.
fn pages(state: &AppState) -> Router {
    let core = &state.core;
    let context = {
        let (backend, options) = (state.backend.clone(), state.leptos.clone());
        move || {
            provide_context(backend.clone());
            provide_policy(&options);
        }
    };
    let routes = page_routes().to_vec();
    let options = state.leptos.clone();
    let sessions = SessionLayer::new(core.clone());
    Router::new()
        .leptos_routes_with_context(&state.leptos, routes, context.clone(), move || {
            shell(options.clone())
        })
        .fallback(file_and_error_handler_with_context::<LeptosOptions, _>(context, shell))
        .merge(events::router(Events::new(core.clone(), state.stop.clone())))
        .merge(exports::router(core.clone()))
        .merge(language::router(state.backend.settings.clone()))
        .layer(middleware::from_fn_with_state(sessions.clone(), require_sign_in))
        .layer(middleware::from_fn_with_state(sessions, identify))
        .layer(middleware::from_fn(limit_body))
        .layer(middleware::from_fn_with_state(
            SameOrigin::new(&core.settings.public_url),
            csrf::guard,
        ))
        .layer(compression())
        .with_state(state.leptos.clone())
}

/// The routes of the dashboard's pages.
///
/// Leptos finds them by drawing the app once, and lets nothing in the whole process load meanwhile: a page
/// that is drawn at that moment for somebody else would wait for its data for ever. So they are found once,
/// before there is a router that could draw one.
#[must_use]
pub fn page_routes() -> &'static [AxumRouteListing] {
    static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));
    &ROUTES
}
