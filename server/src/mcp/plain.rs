//! The two questions of `/mcp` that clients ask all the time, `tools/list` and `tools/call`, without the SDK: without
//! a session it would build a service, four tasks and three channels for each.
//!
//! Only the plain questions of the initialize era are answered here, after their key was checked and their limit
//! looked at; anything else about the request, and it goes on to the SDK, whose answer is the same.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
    request::Parts,
};
use rmcp::model::{
    JsonRpcVersion2_0, ProtocolVersion, RequestId, ServerJsonRpcMessage, ServerResult,
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value, value::RawValue};
use shared::permission::PermissionSet;
use tokio_util::sync::CancellationToken;

use super::{
    MAX_BODY, answer,
    handler::{called_by, definition},
    revision::{REVISION, spoken},
};
use crate::{
    services::{
        principal::Principal,
        tools::{Caller, Silent, ToolName, Toolbox},
    },
    web::client_address::ClientAddress,
};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// What answering a plain question needs.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    pub(super) toolbox: Arc<Toolbox>,
    /// Cancelled when the server stops: it ends the wait for Odoo.
    pub(super) stop: CancellationToken,
}

/// Middleware around the SDK's service.
pub(super) async fn answer_plainly(
    State(plain): State<Plain>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !is_plain(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // It was read before the key's limit was looked at: this only takes it out.
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the message is too large\n").into_response();
    };
    if let Some(answer) = plain.answer(&parts, &bytes).await {
        return answer;
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

impl Plain {
    /// The answer to a message, if it is a plain question.
    async fn answer(&self, parts: &Parts, bytes: &Bytes) -> Option<Response> {
        let principal = parts.extensions.get::<Principal>()?;
        match Question::read(bytes)? {
            Question::List(id) => list(&id, principal.permissions).map(json),
            Question::Call(id, tool, arguments) => {
                self.call(parts, principal, id, tool, arguments).await
            }
        }
    }

    async fn call(
        &self,
        parts: &Parts,
        principal: &Principal,
        id: RequestId,
        tool: ToolName,
        arguments: Option<Map<String, Value>>,
    ) -> Option<Response> {
        let revision = spoken(&parts.headers).ok()?;
        let caller = Caller {
            principal,
            client: called_by(&parts.headers),
            address: ClientAddress::of(parts.extensions.get()),
            // In this era and without a stream nobody can be asked, or told how far the call has come.
            conversation: &Silent,
        };
        let answer = tokio::select! {
            answer = self.toolbox.call(&caller, tool, arguments) => answer,
            () = self.stop.cancelled() => {
                let told = "the server is stopping\n";
                return Some((StatusCode::INTERNAL_SERVER_ERROR, told).into_response());
            }
        };
        let mut result = ServerResult::from(answer::response(answer, &revision));
        result.strip_result_type_for_legacy_peer();
        let message = ServerJsonRpcMessage::response(result, id);
        Some(match serde_json::to_string(&message) {
            Ok(text) => json(text),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        })
    }
}

fn json(text: String) -> Response {
    ([(CONTENT_TYPE, JSON)], text).into_response()
}

/// A plain question, with its id.
enum Question {
    /// Which tools there are.
    List(RequestId),
    /// A call of one of them.
    Call(RequestId, ToolName, Option<Map<String, Value>>),
}

/// `tools/list`, and nothing beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[expect(dead_code, reason = "it has to be there, and 2.0")]
    jsonrpc: JsonRpcVersion2_0,
    id: RequestId,
    #[expect(dead_code, reason = "it has to be this one")]
    method: ToolsList,
    #[serde(default)]
    params: HashMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
enum ToolsList {
    #[serde(rename = "tools/list")]
    ToolsList,
}

/// `tools/call`, with nothing but a tool and its arguments.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call<'a> {
    #[expect(dead_code, reason = "it has to be there, and 2.0")]
    jsonrpc: JsonRpcVersion2_0,
    id: RequestId,
    #[expect(dead_code, reason = "it has to be this one")]
    method: ToolsCall,
    #[serde(borrow)]
    params: &'a RawValue,
}

#[derive(Deserialize)]
enum ToolsCall {
    #[serde(rename = "tools/call")]
    ToolsCall,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Called<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    arguments: Option<Map<String, Value>>,
}

impl Question {
    /// The question, if `bytes` are one.
    fn read(bytes: &[u8]) -> Option<Self> {
        // A list of the fields' values would be read as the fields.
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        if let Ok(List { id, params, .. }) = serde_json::from_slice(bytes) {
            return params.is_empty().then_some(Self::List(id));
        }
        let Call { id, params, .. } = serde_json::from_slice(bytes).ok()?;
        let params = Some(params.get()).filter(|params| params.starts_with('{'))?;
        let Called { name, arguments } = serde_json::from_str(params).ok()?;
        Some(Self::Call(id, ToolName::find(&name)?, arguments))
    }
}

/// Whether nothing but the usual stands in the headers, written as the SDKs write it.
fn is_plain(headers: &HeaderMap) -> bool {
    let only = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none())?.to_str().ok()
    };
    let accepts = only(&ACCEPT).is_some_and(|accept| {
        let mut kinds = accept.split(',').map(str::trim);
        kinds.clone().any(|kind| kind == JSON) && kinds.any(|kind| kind == EVENTS)
    });
    // Newer revisions say more about themselves, and are held to it.
    let is_known = |name: &str| {
        let mut known = ProtocolVersion::KNOWN_VERSIONS.iter().map(ProtocolVersion::as_str);
        known.any(|one| one == name && one < ProtocolVersion::V_2026_07_28.as_str())
    };
    let revision_fits = !headers.contains_key(&REVISION) || only(&REVISION).is_some_and(is_known);
    // Headers that say again what the body says are held against it.
    let is_silent = |name: &HeaderName| name == REVISION || !name.as_str().starts_with("mcp-");
    let says_no_more = headers.keys().all(is_silent);
    accepts && revision_fits && says_no_more && only(&CONTENT_TYPE) == Some(JSON)
}

/// The answer: the tools that these permissions allow.
fn list(id: &RequestId, permissions: PermissionSet) -> Option<String> {
    static TOOLS: LazyLock<Option<Vec<String>>> = LazyLock::new(|| {
        ToolName::ALL
            .map(|tool| serde_json::to_string(&definition(tool)).ok())
            .into_iter()
            .collect()
    });
    let texts = TOOLS.as_ref()?;
    let allowed = ToolName::ALL.into_iter().filter(|tool| tool.is_allowed(permissions));
    let tools = allowed.map(|tool| texts[tool as usize].as_str()).collect::<Vec<_>>().join(",");
    let id = serde_json::to_string(id).ok()?;
    Some(format!(
        r#"{{"jsonrpc":"2.0","id":{id},"result":{{"ttlMs":0,"cacheScope":"private","tools":[{tools}]}}}}"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (HeaderName::from_static(name), http::HeaderValue::from_static(value))
        });
        pairs.collect()
    }

    fn plain(more: (&'static str, &'static str)) -> bool {
        let accept = ("accept", "application/json, text/event-stream");
        is_plain(&headers(&[accept, ("content-type", JSON), more]))
    }

    #[test]
    fn only_the_usual_headers_of_the_initialize_era_are_plain() {
        assert!(plain(("user-agent", "Cursor")));
        assert!(plain(("mcp-protocol-version", "2025-06-18")));
        assert!(!plain(("mcp-protocol-version", "2026-07-28")));
        assert!(!plain(("mcp-protocol-version", "2025-06-17")));
        assert!(!plain(("mcp-method", "tools/list")));
        assert!(!is_plain(&headers(&[("accept", JSON), ("content-type", JSON)])));
        assert!(!is_plain(&headers(&[("accept", "application/json, text/event-stream")])));
    }

    #[test]
    fn only_the_bare_question_for_the_list_is_one() {
        let is_one =
            |text: &str| matches!(Question::read(text.as_bytes()), Some(Question::List(_)));
        assert!(is_one(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#));
        assert!(is_one(r#"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#));
        assert!(!is_one(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#));
        assert!(!is_one(r#"{"jsonrpc":"1.0","id":1,"method":"tools/list"}"#));
        assert!(!is_one(r#"{"jsonrpc":"2.0","method":"tools/list"}"#));
        assert!(!is_one(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{}}}"#));
        assert!(!is_one(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","x":1}"#));
        assert!(!is_one(r#"[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]"#));
        assert!(!is_one(r#"["2.0",1,"tools/list",{}]"#));
    }

    #[test]
    fn only_a_call_of_a_tool_with_its_arguments_alone_is_one() {
        let read = |params: &str| {
            let text =
                format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#);
            match Question::read(text.as_bytes()) {
                Some(Question::Call(_, tool, arguments)) => Some((tool, arguments)),
                _ => None,
            }
        };
        assert_eq!(read(r#"{"name":"aidoo_context"}"#), Some((ToolName::Context, None)));
        let given = Map::from_iter([("model".to_owned(), Value::from("a\"b"))]);
        assert_eq!(
            read(r#"{"arguments":{"model":"a\"b"},"name":"aidoo\u005fquery"}"#),
            Some((ToolName::Query, Some(given)))
        );
        assert_eq!(read(r#"{"name":"aidoo_nothing"}"#), None);
        assert_eq!(read(r#"{"name":"aidoo_query","arguments":[]}"#), None);
        assert_eq!(read(r#"{"name":"aidoo_query","_meta":{"progressToken":1}}"#), None);
        assert_eq!(read(r#"{"name":"aidoo_query","requestState":"x"}"#), None);
        assert_eq!(read(r#"{"name":"aidoo_query","name":"aidoo_read"}"#), None);
        assert_eq!(read(r#"["aidoo_query"]"#), None);
        assert_eq!(read("null"), None);
    }
}
