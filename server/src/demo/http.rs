//! The routes, and the answers that are the same for both protocols.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{Shared, json2, portal, rpc, session};

/// The version, as both `/web/version` and `common.version` tell it.
pub(super) const VERSION: &str = "19.0";

/// All routes of the demonstration Odoo.
#[expect(clippy::disallowed_methods, reason = "they are Odoo's routes and not Aidoo's")]
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/web/version", get(version))
        .route("/json/version", get(version))
        .route("/web/login", get(portal::sign_in))
        .route("/web/session/authenticate", post(session::authenticate))
        .route("/web/session/destroy", post(session::destroy))
        .route("/report/pdf/{report}/{ids}", get(portal::report))
        .route("/my", get(portal::start))
        .route("/my/{place}/{id}", get(portal::show))
        .route("/jsonrpc", any(rpc::handle))
        .route("/json/2/{model}/{method}", post(json2::handle).fallback(json2::wrong_address))
        .route("/json/2", any(json2::wrong_address))
        .route("/json/2/{model}", any(json2::wrong_address))
        .route("/json/2/{model}/{method}/{*rest}", any(json2::wrong_address))
        .fallback(async || html(StatusCode::NOT_FOUND, "Nothing is served at this address."))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), wait))
        .with_state(shared)
}

/// `19.0.0 final`, as Odoo lists its parts.
pub(super) fn version_info() -> Value {
    json!([19, 0, 0, "final", 0, ""])
}

async fn version(State(shared): State<Arc<Shared>>) -> Response {
    shared.record("web", "version", None);
    json_body(StatusCode::OK, &json!({ "version_info": version_info(), "version": VERSION }))
}

async fn wait(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let latency = shared.latency();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    next.run(request).await
}

/// A JSON answer with the content type that Odoo gives it.
pub(super) fn json_body(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    let kind = header::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A page for a person, which is what the layers before Odoo's controllers answer with.
pub(super) fn html(status: StatusCode, text: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<!doctype html>\n<html lang=en>\n<title>{code} {title}</title>\n<h1>{title}</h1>\n\
         <p>{text}</p>\n",
        code = status.as_u16()
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Whether a request says that its body is JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The page for a body of another type.
pub(super) fn wrong_content_type(address: &str) -> Response {
    let text = format!("{address} takes application/json; check the Content-Type header.");
    html(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text)
}
