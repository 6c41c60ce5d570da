//! An Odoo 17 or 18: the records of the demonstration Odoo, spoken to as those versions are. What they do not have is refused as
//! they refuse it, and remembered: a test that drives the tools asserts that nothing was.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use serde_json::{Map, Value, json};
use server::demo::{DATABASE, DemoOdoo};
use tokio::{net::TcpListener, task::JoinHandle};
use tower::ServiceExt as _;

/// The name of its second database, which has the same records as the first.
pub const OTHER_DATABASE: &str = "demo-copy";

/// A running one. It stops when dropped.
pub struct OlderOdoo {
    /// Where it is.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    major: u32,
    records: OnceLock<Router>,
    refused: Mutex<Vec<String>>,
    called: Mutex<Vec<String>>,
}

impl OlderOdoo {
    /// One of this version, without records yet.
    pub async fn start(major: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            major,
            records: OnceLock::new(),
            refused: Mutex::default(),
            called: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, task }
    }

    /// Gives it the records of this one.
    pub fn has_records_of(&self, odoo: &DemoOdoo) {
        self.shared.records.set(odoo.router()).expect("has none yet");
    }

    /// Its address as a person types it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked of it that this version does not have, and what it said.
    pub fn refused(&self) -> Vec<String> {
        self.shared.refused.lock().unwrap().clone()
    }

    /// The methods that were called, as `model.method`.
    pub fn called(&self) -> Vec<String> {
        self.shared.called.lock().unwrap().clone()
    }
}

impl Drop for OlderOdoo {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    // The pages that reports come from are the same as later.
    if path.starts_with("/my/") || path.starts_with("/report/") || path.starts_with("/web/session/")
    {
        return shared.pass(request).await;
    }
    if path != "/jsonrpc" {
        // Looking for a later version is how it is found out which one this is.
        if path != "/web/version" {
            shared.refused.lock().unwrap().push(path);
        }
        return (StatusCode::NOT_FOUND, Html("<h1>Not Found</h1>")).into_response();
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut asked: Value = serde_json::from_slice(&body).expect("JSON");
    let params = &mut asked["params"];
    let is_call = params["service"] == "object";
    // It has two databases with the same records.
    if params["args"][0] == OTHER_DATABASE {
        params["args"][0] = json!(DATABASE);
    }
    if params["service"] == "common" && params["method"] == "version" {
        return result(shared.version());
    }
    if params["service"] == "db" && params["method"] == "list" {
        return result(json!([DATABASE, OTHER_DATABASE]));
    }
    let (mut single, mut nothing) = (false, false);
    if is_call {
        assert_eq!(params["method"], "execute_kw", "the one way that is used");
        let (model, method) =
            (text(&params["args"][3]).to_owned(), text(&params["args"][4]).to_owned());
        shared.called.lock().unwrap().push(format!("{model}.{method}"));
        match shared.read(&model, &method, &mut params["args"]) {
            Ok(()) => {}
            Err((class, message)) => {
                shared.refused.lock().unwrap().push(format!("{model}.{method}: {message}"));
                return error(class, &message);
            }
        }
        // They gave one id where later versions give a list.
        single = match method.as_str() {
            "message_post" => true,
            "copy" => shared.major == 17,
            _ => false,
        };
        nothing = method == "update";
    }
    let is_fields = params["args"][4] == "fields_get";
    let body = Body::from(asked.to_string());
    let mut parts = parts;
    parts.headers.remove(header::CONTENT_LENGTH);
    let response = shared.pass(Request::from_parts(parts, body)).await;
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let mut answer: Value = serde_json::from_slice(&body).expect("JSON");
    if answer["error"].is_object() {
        answer["error"]["code"] = json!(200);
    }
    if single && answer["result"].as_array().is_some_and(|ids| ids.len() == 1) {
        answer["result"] = answer["result"][0].take();
    }
    if nothing {
        answer.as_object_mut().unwrap().remove("result");
    }
    if is_call && is_fields {
        for field in answer["result"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            // Attributes of 19.
            field.as_object_mut().unwrap().remove("groupable");
        }
    }
    Json(answer).into_response()
}

impl Shared {
    async fn pass(&self, request: Request) -> Response {
        let records = self.records.get().expect("has records").clone();
        records.oneshot(request).await.expect("cannot fail")
    }

    fn version(&self) -> Value {
        let (major, day) = (self.major, if self.major == 17 { "20240709" } else { "20250702" });
        json!({
            "server_version": format!("{major}.0-{day}"),
            "server_version_info": [major, 0, 0, "final", 0, ""],
            "server_serie": format!("{major}.0"),
            "protocol_version": 1,
        })
    }

    /// Holds the arguments of `execute_kw` to what this version takes, and writes them as the records' own version has them.
    fn read(
        &self,
        model: &str,
        method: &str,
        args: &mut Value,
    ) -> Result<(), (&'static str, String)> {
        if !self.has(method) {
            let message = match self.major {
                17 => format!("The method '{method}' does not exist on the model '{model}'"),
                _ => format!("The method '{model}.{method}' does not exist"),
            };
            return Err(("builtins.AttributeError", message));
        }
        let named = args[6].as_object().cloned().unwrap_or_default();
        let unknown = |name: &str| {
            let message =
                format!("BaseModel.{method}() got an unexpected keyword argument '{name}'");
            ("builtins.TypeError", message)
        };
        if let Some(known) = names(model, method)
            && let Some(name) = named
                .keys()
                .map(String::as_str)
                .find(|name| *name != "context" && !known.contains(name))
        {
            return Err(unknown(name));
        }
        if let Some(language) = named.get("context").and_then(|context| context["lang"].as_str())
            && !["en_US", "fr_FR"].contains(&language)
            && self.major == 18
        {
            let message = format!("Invalid language code: {language}");
            return Err(("odoo.exceptions.UserError", message));
        }
        // What it was called until 18.
        if method == "name_search"
            && let Some(domain) = args[6].as_object_mut().and_then(|named| named.remove("args"))
        {
            args[6]["domain"] = domain;
        }
        // The records have it not: it sets what `write` sets.
        if method == "update" {
            args[4] = json!("write");
            if let Some(values) = args[6].as_object_mut().and_then(|named| named.remove("values")) {
                args[6]["vals"] = values;
            }
        }
        Ok(())
    }

    fn has(&self, method: &str) -> bool {
        match method {
            "formatted_read_group" | "web_save_multi" => false,
            "has_access" => self.major == 18,
            "name_get" => self.major == 17,
            _ => true,
        }
    }
}

/// The names that the methods of records take their arguments by, in 17 as in 18. A model that extends one of them gives its
/// arguments names of its own there, and only the place is the same: `write` has `values` on the lines of sales orders.
fn names(model: &str, method: &str) -> Option<&'static [&'static str]> {
    Some(match method {
        "search" => &["domain", "offset", "limit", "order"],
        "search_count" => &["domain", "limit"],
        "search_read" => &["domain", "fields", "offset", "limit", "order", "load"],
        "search_fetch" => &["domain", "field_names", "offset", "limit", "order"],
        "read" => &["fields", "load"],
        "fields_get" => &["allfields", "attributes"],
        "name_search" => &["name", "args", "operator", "limit"],
        "read_group" => &["domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"],
        "check_access_rights" => &["operation", "raise_exception"],
        // Of one the server looks at the first argument, the other has another name on every other model.
        "create" | "default_get" => &[],
        "write" if model == "sale.order.line" => &["values"],
        "write" => &["vals"],
        // None of Odoo's own models does so with these three in 17 and 18. Those of other modules do, and here three have.
        "copy" if model == "sale.order" => &["defaults"],
        "copy" => &["default"],
        "name_create" if model == "res.partner" => &["value"],
        "name_create" => &["name"],
        "update" if model == "res.partner" => &["vals"],
        "update" => &["values"],
        "export_data" => &["fields_to_export"],
        "context_get" | "get_available_models" => &[],
        _ => return None,
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn result(value: Value) -> Response {
    Json(json!({ "jsonrpc": "2.0", "id": 1, "result": value })).into_response()
}

fn error(class: &str, message: &str) -> Response {
    let data = json!({
        "name": class, "message": message, "arguments": [message], "context": {},
        "debug": "Traceback (most recent call last):\n  File \"/opt/odoo/odoo/http.py\"\n",
    });
    let error = json!({ "code": 200, "message": "Odoo Server Error", "data": data });
    Json(json!({ "jsonrpc": "2.0", "id": 1, "error": error })).into_response()
}
