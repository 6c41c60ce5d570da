//! Web sessions, as Odoo's own browser client opens them: by password, carried by a cookie.

use std::{collections::BTreeMap, sync::Arc};

use axum::{body::Bytes, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::{
    DATABASE, Shared,
    context::Language,
    env::{COMPANY, Env},
    errors::{Class, OdooError},
    http::{VERSION, is_json, json_body, version_info, wrong_content_type},
    users::{DemoRights, Login},
};

const COOKIE: &str = "session_id";
/// Odoo keeps a session for a week after its last use.
const SECONDS: u32 = 7 * 24 * 60 * 60;

/// The open sessions: the users' ids by the cookies' values.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    open: BTreeMap<String, i64>,
    opened: u64,
}

impl Sessions {
    fn start(&mut self, login: &Login) -> String {
        self.opened += 1;
        let id = login.derive(&format!("session {}", self.opened));
        self.open.insert(id.clone(), login.uid);
        id
    }
}

/// `POST /web/session/authenticate`. An API key opens no session.
pub(super) async fn authenticate(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_json(&headers) {
        return wrong_content_type("/web/session/authenticate");
    }
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let params = &request["params"];
    let name = params["login"].as_str();
    shared.record("web", "session/authenticate", name);
    let outcome = if params["db"] == DATABASE {
        let password = params["password"].as_str().unwrap_or_default();
        shared
            .logins
            .iter()
            .find(|login| Some(login.login.as_str()) == name && login.accepts_password(password))
            .ok_or_else(|| OdooError::new(Class::AccessDenied, "Access Denied"))
    } else {
        Err(OdooError::new(Class::Access, "Database not found."))
    };
    let answered = outcome.and_then(|login| Ok((login, info(&shared.reading(login.clone())?))));
    let mut envelope = json!({ "jsonrpc": "2.0", "id": request["id"] });
    let cookie = match answered {
        Ok((login, info)) => {
            envelope["result"] = info;
            let id = shared.sessions().start(login);
            Some(format!("{COOKIE}={id}; Max-Age={SECONDS}; Path=/; HttpOnly; SameSite=Lax"))
        }
        Err(error) => {
            envelope["error"] =
                json!({ "code": 0, "message": "Odoo Server Error", "data": error.data() });
            None
        }
    };
    let mut response = json_body(StatusCode::OK, &envelope);
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// `POST /web/session/destroy`.
pub(super) async fn destroy(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let login = of(&shared, &headers).map(|login| login.login);
    shared.record("web", "session/destroy", login.as_deref());
    if let Some(id) = cookie(&headers) {
        shared.sessions().open.remove(id);
    }
    json_body(StatusCode::OK, &json!({ "jsonrpc": "2.0", "id": null }))
}

/// The person whose session a request carries.
pub(super) fn of(shared: &Shared, headers: &HeaderMap) -> Option<Login> {
    let uid = shared.sessions().open.get(cookie(headers)?).copied()?;
    shared.logins.iter().find(|login| login.uid == uid).cloned()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// What a browser is told of the session that it has opened.
fn info(env: &Env) -> Value {
    let login = &env.login;
    let is_admin = login.rights == DemoRights::Admin;
    let context = env.user_context();
    let lang = context["lang"].as_str().unwrap_or(Language::default().code());
    let partner = env.store.get("res.users", login.uid, "partner_id");
    let partner_id = partner.as_i64().unwrap_or_default();
    json!({
        "uid": login.uid,
        "is_system": is_admin,
        "is_admin": is_admin,
        "is_public": false,
        "is_internal_user": true,
        "user_context": context,
        "db": DATABASE,
        "server_version": VERSION,
        "server_version_info": version_info(),
        "name": login.name,
        "username": login.login,
        "quick_login": true,
        "partner_id": partner,
        "partner_display_name": env.store.name("res.partner", partner_id),
        "partner_write_date": env.store.get("res.partner", partner_id, "write_date"),
        "active_ids_limit": 20_000,
        "max_file_upload_size": 134_217_728,
        "home_action_id": false,
        "bundle_params": { "lang": lang },
        "test_mode": false,
        "user_companies": {
            "current_company": COMPANY,
            "allowed_companies": {
                COMPANY.to_string(): {
                    "id": COMPANY,
                    "name": env.store.name("res.company", COMPANY),
                    "sequence": env.store.get("res.company", COMPANY, "sequence"),
                    "child_ids": [],
                    "parent_id": false,
                    "currency_id": env.store.get("res.company", COMPANY, "currency_id"),
                },
            },
            "disallowed_ancestor_companies": {},
        },
    })
}
