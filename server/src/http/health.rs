//! Whether the server is alive, and whether it can work.

use std::time::Duration;

use axum::{Json, Router, extract::State, routing::get};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    store::Db,
    web::routes::{Route, Routing as _},
};

/// A balancer waits no longer than this for an answer, and neither does the probe.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /health` and `GET /ready`.
pub fn router<S: Clone + Send + Sync + 'static>(db: Db) -> Router<S> {
    Router::new().at(Route::Health, get(health)).at(Route::Ready, get(ready)).with_state(db)
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// 200 when the database answers and every migration has run, else 503.
async fn ready(State(db): State<Db>) -> (StatusCode, Json<Value>) {
    let status = match tokio::time::timeout(PATIENCE, db.is_ready()).await {
        Ok(Ok(true)) => return (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Ok(Ok(false)) => "migrations are missing",
        Ok(Err(error)) => {
            tracing::warn!(error = %error, "not ready");
            "the database does not answer"
        }
        Err(_) => "the database does not answer in time",
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": status })))
}
