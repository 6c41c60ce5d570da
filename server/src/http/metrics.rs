//! `GET /metrics`: figures in the text form of Prometheus, for those networks that may read them. They
//! name tools, results and reasons, and never a company, a person or a key.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header::CONTENT_TYPE};
use ipnet::IpNet;

use crate::{
    telemetry,
    web::{
        client_address::ClientAddress,
        routes::{Route, Routing as _},
    },
};

/// The route, for clients from these networks. To all others it is not there.
pub fn router<S: Clone + Send + Sync + 'static>(readers: Arc<[IpNet]>) -> Router<S> {
    Router::new().at(Route::Metrics, get(show)).with_state(readers)
}

async fn show(
    State(readers): State<Arc<[IpNet]>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
) -> Response {
    let address = address.to_canonical();
    // 0.0.0.0 stands for a client that nobody knows, and lies in no network.
    if address.is_unspecified() || !readers.iter().any(|network| network.contains(&address)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = telemetry::metrics().render();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
