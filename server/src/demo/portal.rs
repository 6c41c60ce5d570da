//! Documents that a browser fetches: by the portal's address of a record, which carries the record's token,
//! and by a report's address, which wants a session. An API key opens neither.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::{
    Shared,
    access::Operation,
    document,
    env::Env,
    http::html,
    model::{self, Model},
    pdf, session,
    users::Login,
};

/// The models that the portal shows, each below an address of its own.
const SHOWN: [(&str, &str); 3] =
    [("orders", "sale.order"), ("purchase", "purchase.order"), ("invoices", "account.move")];

/// The portal's address of a record, where its model has one.
pub(super) fn address(model: &str, id: i64) -> Option<String> {
    SHOWN.iter().find(|(_, shown)| *shown == model).map(|(place, _)| format!("/my/{place}/{id}"))
}

/// What may follow the portal's address.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    access_token: Option<String>,
    report_type: Option<String>,
    download: Option<String>,
}

/// `GET /my/<place>/<id>`: the record as a PDF, or a page that names it.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path((place, id)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let Wanted { access_token, report_type, download } = wanted;
    let shown = SHOWN.iter().find(|(shown, _)| *shown == place);
    let Some((model, id)) = shown.and_then(|(_, name)| model::find(name)).zip(id.parse().ok())
    else {
        return not_there();
    };
    let person = session::of(&shared, &headers);
    shared.record("portal", &place, person.as_ref().map(|login| login.login.as_str()));
    let Ok(env) = shared.reading(Login::system()) else { return not_there() };
    let token = access_token.unwrap_or_default();
    if !fits(&env, model, id, &token) && !may_read(&shared, person, model, &[id]) {
        return to("/my");
    }
    match report_type.as_deref() {
        Some("pdf") => {
            let printed = document::print(&env, model, id);
            let kind = if download.is_some() { "attachment" } else { "inline" };
            file(pdf::render(&[printed]), kind, &env.store.name(model.name, id))
        }
        Some("html" | "text") | None => html(StatusCode::OK, &env.store.name(model.name, id)),
        Some(_) => html(StatusCode::BAD_REQUEST, "There is no such type of report."),
    }
}

/// `GET /report/pdf/<report>/<ids>`.
pub(super) async fn report(
    State(shared): State<Arc<Shared>>,
    Path((report, ids)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let person = session::of(&shared, &headers);
    shared.record("report", &report, person.as_ref().map(|login| login.login.as_str()));
    let Some(login) = person else {
        return to(&format!("/web/login?redirect=%2Freport%2Fpdf%2F{report}%2F{ids}%3F"));
    };
    let ids: Vec<i64> = ids.split(',').filter_map(|id| id.parse().ok()).collect();
    let Ok(env) = shared.reading(login) else { return not_there() };
    let Some(model) = model_of(&env, &report) else { return not_there() };
    let is_there = |id: &i64| env.store.row(model.name, *id).is_some();
    if ids.is_empty() || !ids.iter().all(is_there) {
        return not_there();
    }
    if env.check(model, &ids, Operation::Read).is_err() {
        return html(StatusCode::FORBIDDEN, "These records may not be printed by you.");
    }
    let printed: Vec<_> = ids.iter().map(|id| document::print(&env, model, *id)).collect();
    file(pdf::render(&printed), "inline", &report)
}

/// `GET /web/login`, where those without a session are sent.
pub(super) async fn sign_in() -> Response {
    html(StatusCode::OK, "Sign in to go on.")
}

/// `GET /my`, the portal's start, which wants a session like all that is not shown by a token.
pub(super) async fn start(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    match session::of(&shared, &headers) {
        Some(login) => html(StatusCode::OK, &format!("The documents of {}", login.login)),
        None => to("/web/login?redirect=%2Fmy%3F"),
    }
}

/// Whether this is the token of a record that is there.
fn fits(env: &Env, model: &Model, id: i64, token: &str) -> bool {
    let own = env.store.get(model.name, id, "access_token");
    own.as_str().is_some_and(|own| bool::from(own.as_bytes().ct_eq(token.as_bytes())))
}

fn may_read(shared: &Shared, person: Option<Login>, model: &'static Model, ids: &[i64]) -> bool {
    let env = person.and_then(|login| shared.reading(login).ok());
    env.is_some_and(|env| {
        env.check_exist(model, ids).is_ok() && env.check(model, ids, Operation::Read).is_ok()
    })
}

/// The model that a report is of.
fn model_of(env: &Env, report: &str) -> Option<&'static Model> {
    env.store
        .rows("ir.actions.report")
        .find(|(_, row)| row.get("report_name") == Some(&json!(report)))
        .and_then(|(_, row)| row.get("model").and_then(Value::as_str))
        .and_then(model::find)
}

fn not_there() -> Response {
    html(StatusCode::NOT_FOUND, "Nothing is served at this address.")
}

fn to(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(_) => not_there(),
    }
}

fn file(content: Vec<u8>, disposition: &str, name: &str) -> Response {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let disposition = format!("{disposition}; filename={name}.pdf");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, content).into_response()
}
