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
use serde_json::{Value, json, value::RawValue};

use crate::services::tools::ToolName;

/// The method that calls a tool.
const CALL: &str = "tools/call";

/// What a message asks for, read once. The arguments of a call, which may be long, are passed over.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    method: Cow<'a, str>,
    id: Value,
    /// The tool that a call names, if it names one by a text.
    name: Option<String>,
    /// Whether a call has arguments that are no object.
    is_shapeless: bool,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow, default)]
    method: Cow<'a, str>,
    #[serde(default)]
    id: Value,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
}

/// The parameters of a call.
#[derive(Deserialize, Default)]
struct Call<'a> {
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// The envelope of a message; `None` of what cannot be read.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let Message { method, id, params } = serde_json::from_slice(body).ok()?;
        let params = params.filter(|_| method == CALL);
        let Call { name, arguments } =
            params.and_then(|params| serde_json::from_str(params.get()).ok()).unwrap_or_default();
        let name = name.and_then(|name| serde_json::from_str(name.get()).ok());
        let is_shapeless = arguments.is_some_and(|arguments| !arguments.get().starts_with('{'));
        Some(Self { method, id, name, is_shapeless })
    }

    /// The answer to a call of a tool that names none, which the SDK takes for a method that it does not know.
    pub(super) fn nameless(&self) -> Option<Response> {
        (self.method == CALL && self.name.is_none()).then(|| {
            fault(&self.id, ErrorCode::INVALID_PARAMS, "params.name must be the name of a tool")
        })
    }

    /// The answer to a call of a tool whose arguments are no object, which the SDK takes for a method that it
    /// does not know either. It comes as the SDK's own errors do.
    pub(super) fn shapeless(&self) -> Option<Response> {
        self.is_shapeless.then(|| {
            let problem = "params.arguments must be an object with the tool's arguments by name";
            let mut answer = fault(&self.id, ErrorCode::INVALID_PARAMS, problem);
            *answer.status_mut() = StatusCode::OK;
            answer
        })
    }
}

/// What a message counts as under the limits of calls: a tool's name, or another name of what runs one.
/// `None` where it runs none.
pub(super) fn counted(envelope: Option<&Envelope<'_>>) -> Option<&'static str> {
    // What cannot be read counts as well, so that no message is a call for the transport and none here.
    let Some(envelope) = envelope else { return Some("unreadable") };
    match &*envelope.method {
        CALL => {
            let tool = envelope.name.as_deref().and_then(ToolName::find);
            Some(tool.map_or("unknown tool", |tool| tool.as_str()))
        }
        // A resource is read by a tool.
        "resources/read" => Some("resources/read"),
        _ => None,
    }
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
