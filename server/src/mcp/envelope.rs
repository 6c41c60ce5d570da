//! What can be told of a message before the SDK reads it: which tool it calls, and what is wrong with one that
//! cannot be read. The SDK answers such a message by HTTP alone; a client waits for JSON-RPC.

use std::borrow::Cow;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use rmcp::model::{ClientJsonRpcMessage, ErrorCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::services::tools::ToolName;

/// The part of a message that says what it asks for. Reading no more than this costs little.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    method: Cow<'a, str>,
    #[serde(default)]
    id: Value,
}

/// The part of a call that names its tool.
#[derive(Deserialize)]
struct Named {
    params: Name,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// What a message counts as under the limits of calls: a tool's name, or another name of what runs one.
/// `None` where it runs none.
pub(super) fn counted(body: &[u8]) -> Option<&'static str> {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(body) else {
        // What cannot be read counts as well, so that no message is a call for the transport and none here.
        return Some("unreadable");
    };
    match &*envelope.method {
        "tools/call" => Some(
            serde_json::from_slice::<Named>(body)
                .ok()
                .and_then(|call| ToolName::find(&call.params.name))
                .map_or("unknown tool", |tool| tool.as_str()),
        ),
        // A resource is read by a tool.
        "resources/read" => Some("resources/read"),
        _ => None,
    }
}

/// The answer to a call of a tool that names none, which the SDK takes for a method that it does not know.
pub(super) fn nameless_call(body: &[u8]) -> Option<Response> {
    let envelope = serde_json::from_slice::<Envelope<'_>>(body).ok()?;
    let names_one = serde_json::from_slice::<Named>(body).is_ok();
    (envelope.method == "tools/call" && !names_one).then(|| {
        fault(&envelope.id, ErrorCode::INVALID_PARAMS, "params.name must be the name of a tool")
    })
}

/// The answer to a call of a tool whose arguments are no object, which the SDK takes for a method that it
/// does not know either. It comes as the SDK's own errors do.
pub(super) fn shapeless_call(body: &[u8]) -> Option<Response> {
    let envelope = serde_json::from_slice::<Envelope<'_>>(body).ok()?;
    if envelope.method != "tools/call" {
        return None;
    }
    let call = serde_json::from_slice::<Value>(body).ok()?;
    let arguments = &call["params"]["arguments"];
    (!arguments.is_object() && !arguments.is_null()).then(|| {
        let problem = "params.arguments must be an object with the tool's arguments by name";
        let mut answer = fault(&envelope.id, ErrorCode::INVALID_PARAMS, problem);
        *answer.status_mut() = StatusCode::OK;
        answer
    })
}

/// The answer to a message that cannot be read; `None` if it can.
pub(super) fn unreadable(body: &[u8]) -> Option<Response> {
    match serde_json::from_slice::<Value>(body) {
        Err(_) => Some(fault(&Value::Null, ErrorCode::PARSE_ERROR, "the body is not JSON")),
        Ok(Value::Array(_)) => Some(fault(
            &Value::Null,
            ErrorCode::INVALID_REQUEST,
            "batches are not taken: send each message by itself",
        )),
        Ok(message) if serde_json::from_slice::<ClientJsonRpcMessage>(body).is_err() => {
            Some(fault(
                &message["id"],
                ErrorCode::INVALID_REQUEST,
                "the body is no JSON-RPC message of MCP",
            ))
        }
        Ok(_) => None,
    }
}

fn fault(id: &Value, code: ErrorCode, message: &str) -> Response {
    // Only texts and numbers are ids (JSON-RPC 2.0, 4).
    let id = Some(id).filter(|id| id.is_string() || id.is_number());
    let error = json!({ "code": code.0, "message": message });
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
