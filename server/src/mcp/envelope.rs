//! What can be told of a message before the SDK reads it: which tool it calls, and what is wrong with one that
//! cannot be read. The SDK answers such a message by HTTP alone; a client waits for JSON-RPC.

use std::borrow::Cow;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use rmcp::{
    ErrorData,
    model::{ClientJsonRpcMessage, ErrorCode, ProtocolVersion},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::parameters::{self, CALL, Parameters, READ};
use crate::services::tools::ToolName;

/// What a message asks for, read once. The arguments of a call, which may be long, are passed over.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    method: Cow<'a, str>,
    id: Value,
    /// The tool that a call names, if it names one by a text.
    name: Option<String>,
    /// What is wrong with the parameters.
    problem: Option<&'static str>,
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

impl<'a> Envelope<'a> {
    /// The envelope of a message; `None` of what cannot be read.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        // A list of the fields' values would be read as the fields.
        if !body.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        let Message { method, id, params } = serde_json::from_slice(body).ok()?;
        let parameters = Parameters::read(params);
        let name = parameters.as_ref().filter(|_| method == CALL).and_then(Parameters::name);
        let problem = parameters::problem(&method, parameters.as_ref());
        Some(Self { method, id, name, problem })
    }

    /// The answer to a request whose parameters cannot be read, with this status. What has no id asks for none.
    pub(super) fn misshapen(&self, status: StatusCode) -> Option<Response> {
        let problem = self.problem.filter(|_| is_id(&self.id))?;
        Some(fault(&self.id, &ErrorData::invalid_params(problem, None), status))
    }

    /// Whether a client begins with this: what it proposes is settled by the answer.
    pub(super) fn begins(&self) -> bool {
        self.method == "initialize"
    }

    /// The answer to a message in a revision that the server does not know.
    pub(super) fn in_unknown_revision(&self, revision: &str) -> Response {
        let known = json!({ "requested": revision, "supported": ProtocolVersion::KNOWN_VERSIONS });
        let code = ErrorCode::UNSUPPORTED_PROTOCOL_VERSION;
        let error = ErrorData::new(code, "Unsupported protocol version", Some(known));
        // An answer of the client's has the id of a question of the server's.
        let id = Some(&self.id).filter(|_| !self.method.is_empty());
        fault(id.unwrap_or(&Value::Null), &error, StatusCode::BAD_REQUEST)
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
        READ => Some(READ),
        _ => None,
    }
}

/// The answer to a message that cannot be read; `None` if it can.
pub(super) fn unreadable(body: &[u8]) -> Option<Response> {
    let (id, error) = why_unreadable(body)?;
    Some(fault(&id, &error, StatusCode::BAD_REQUEST))
}

/// Why a message cannot be read, with its id if that can; `None` if all of it can.
pub(super) fn why_unreadable(body: &[u8]) -> Option<(Value, ErrorData)> {
    match serde_json::from_slice::<Value>(body) {
        Err(error) => Some((Value::Null, ErrorData::parse_error(no_json(&error), None))),
        Ok(Value::Array(_)) => {
            let problem = "batches are not taken: send each message by itself";
            Some((Value::Null, ErrorData::invalid_request(problem, None)))
        }
        Ok(message) if serde_json::from_slice::<ClientJsonRpcMessage>(body).is_err() => {
            let problem = "the body is no JSON-RPC message of MCP";
            Some((message["id"].clone(), ErrorData::invalid_request(problem, None)))
        }
        Ok(_) => None,
    }
}

/// What is wrong with JSON that is none, or none that can be kept.
fn no_json(error: &serde_json::Error) -> &'static str {
    // The reader tells its reasons apart in words alone; a test would notice others.
    let told = error.to_string();
    if told.starts_with("recursion limit exceeded") {
        "the body is nested too deep: at most 127 levels are read"
    } else if ["lone leading surrogate", "unexpected end of hex escape"]
        .iter()
        .any(|half| told.starts_with(half))
    {
        "a text in the body holds half a character: \\ud800 to \\udfff stand for one in pairs only"
    } else {
        "the body is not JSON"
    }
}

fn fault(id: &Value, error: &ErrorData, status: StatusCode) -> Response {
    let id = Some(id).filter(|id| is_id(id));
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
    (status, Json(body)).into_response()
}

/// Only texts and numbers are ids (JSON-RPC 2.0, 4).
fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_number()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(body: &str) -> String {
        why_unreadable(body.as_bytes())
            .map(|(_, error)| error.message.into_owned())
            .unwrap_or_default()
    }

    fn nested(levels: usize) -> String {
        let arguments = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{{"deep":{arguments}}}}}"#)
    }

    #[test]
    fn a_message_that_cannot_be_read_is_told_why() {
        // Two levels are the message's own.
        assert_eq!(why(&nested(125)), "");
        assert!(why(&nested(126)).contains("nested too deep"), "{}", why(&nested(126)));
        for half in [r"\ud83d", r"\ude00", r"\ud83d\n", r"\ud83d\ud83d", r"\ud83dx"] {
            let body =
                format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{{"half":"{half}"}}}}"#);
            assert!(why(&body).contains("half a character"), "{half}: {}", why(&body));
            assert_eq!(why(&body.replace(half, r"\ud83d\ude00")), "", "a whole one");
        }
        for garbage in ["", "{", "{\"id\":1,}", "x"] {
            assert_eq!(why(garbage), "the body is not JSON");
        }
        assert!(why("[]").contains("batches"));
        assert!(why("{\"id\":7}").contains("no JSON-RPC message"));
    }
}
