//! `tools/list` on `/mcp`, from texts that are made once. It is what clients ask most: without a session
//! each conversation begins with it, and the SDK would build a service, four tasks and three channels
//! to say what hardly changes.
//!
//! Only the plain question of the initialize era is answered here, after its key was checked; anything
//! else about the request, and it goes on to the SDK, whose answer is the same.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use rmcp::model::{JsonRpcVersion2_0, ProtocolVersion, RequestId};
use serde::{Deserialize, de::IgnoredAny};
use shared::permission::PermissionSet;

use super::{MAX_BODY, handler::definition};
use crate::services::{principal::Principal, tools::ToolName};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
const REVISION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// Middleware around the SDK's service.
pub(super) async fn answer(request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_plain(request.headers()) {
        return next.run(request).await;
    }
    let Some(permissions) = request.extensions().get::<Principal>().map(|key| key.permissions)
    else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    // It was read before the key's limit was looked at: this only takes it out.
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the message is too large\n").into_response();
    };
    match Question::read(&bytes).and_then(|id| list(&id, permissions)) {
        Some(list) => ([(CONTENT_TYPE, JSON)], list).into_response(),
        None => next.run(Request::from_parts(parts, Body::from(bytes))).await,
    }
}

/// The question, and nothing beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[expect(dead_code, reason = "it has to be there, and 2.0")]
    jsonrpc: JsonRpcVersion2_0,
    id: RequestId,
    #[expect(dead_code, reason = "it has to be this one")]
    method: ToolsList,
    #[serde(default)]
    params: HashMap<String, IgnoredAny>,
}

impl Question {
    /// Its id, if `bytes` are the question.
    fn read(bytes: &[u8]) -> Option<RequestId> {
        // A list of the fields' values would be read as the fields.
        let is_object = bytes.trim_ascii_start().starts_with(b"{");
        let question: Self = serde_json::from_slice(bytes).ok().filter(|_| is_object)?;
        question.params.is_empty().then_some(question.id)
    }
}

#[derive(Deserialize)]
enum ToolsList {
    #[serde(rename = "tools/list")]
    ToolsList,
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
    accepts && revision_fits && only(&CONTENT_TYPE) == Some(JSON)
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
        assert!(!is_plain(&headers(&[("accept", JSON), ("content-type", JSON)])));
        assert!(!is_plain(&headers(&[("accept", "application/json, text/event-stream")])));
    }

    #[test]
    fn only_the_bare_question_is_one() {
        let is_one = |text: &str| Question::read(text.as_bytes()).is_some();
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
}
