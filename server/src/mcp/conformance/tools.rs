//! The suite's tools: each kind of content, progress, log lines, and each way of asking in between.

use std::{borrow::Cow, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, ClientCapabilities, InputRequiredResult,
        LoggingLevel, LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion,
        Tool,
    },
    service::RequestContext,
};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::{
    Fixtures, List,
    things::{PNG, WAV, parsed, question},
};

/// A step between two notifications.
const STEP: Duration = Duration::from_millis(50);

/// The names of all of them.
pub(super) const NAMES: [&str; 22] = [
    "json_schema_2020_12_tool",
    "test_audio_content",
    "test_embedded_resource",
    "test_error_handling",
    "test_image_content",
    "test_input_required_result_capabilities",
    "test_input_required_result_elicitation",
    "test_input_required_result_list_roots",
    "test_input_required_result_multi_round",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_request_state",
    "test_input_required_result_sampling",
    "test_input_required_result_tampered_state",
    "test_logging_tool",
    "test_missing_capability",
    "test_multiple_content_types",
    "test_simple_text",
    "test_streaming_elicitation",
    "test_tool_with_logging",
    "test_tool_with_progress",
    "test_trigger_prompt_change",
    "test_trigger_tool_change",
];

/// What clients are told about them.
pub(super) fn definitions() -> Vec<Tool> {
    let empty = || Map::from_iter([("type".to_owned(), json!("object"))]);
    let definition = |name: &'static str| {
        let schema = if name == "json_schema_2020_12_tool" { rich_schema() } else { empty() };
        Tool::new(name, "For the conformance suite", schema)
    };
    NAMES.into_iter().map(definition).collect()
}

/// One that uses much of what JSON Schema 2020-12 has.
fn rich_schema() -> Map<String, Value> {
    parsed(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
        } },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false
    }))
}

/// Runs one of [`NAMES`].
pub(super) async fn call(
    fixtures: &Fixtures,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let text = |text: &str| json!({ "type": "text", "text": text });
    let image = json!({ "type": "image", "data": PNG, "mimeType": "image/png" });
    let resource = |name: &str, kind: &str, text: &str| {
        let resource = json!({ "uri": format!("test://{name}"), "mimeType": kind, "text": text });
        json!({ "type": "resource", "resource": resource })
    };
    let content = match request.name.as_ref() {
        "test_simple_text" => vec![text("This is a simple text response for testing.")],
        "test_image_content" => vec![image],
        "test_audio_content" => {
            vec![json!({ "type": "audio", "data": WAV, "mimeType": "audio/wav" })]
        }
        "test_embedded_resource" => {
            let words = "This is an embedded resource content.";
            vec![resource("embedded-resource", "text/plain", words)]
        }
        "test_multiple_content_types" => vec![
            text("Multiple content types test:"),
            image,
            resource(
                "mixed-content-resource",
                "application/json",
                r#"{"test":"data","value":123}"#,
            ),
        ],
        "test_error_handling" => {
            let words = text("This tool intentionally returns an error for testing");
            return Ok(complete(json!({ "content": [words], "isError": true })));
        }
        "test_tool_with_progress" => {
            progress(&context).await;
            vec![text("done")]
        }
        "test_tool_with_logging" | "test_logging_tool" => {
            log(&context).await;
            vec![text("done")]
        }
        "test_trigger_tool_change" => {
            let _ = fixtures.changes.send(List::Tools);
            vec![text("changed")]
        }
        "test_trigger_prompt_change" => {
            let _ = fixtures.changes.send(List::Prompts);
            vec![text("changed")]
        }
        "test_missing_capability" => {
            let declared = context.client_capabilities().unwrap_or_default();
            if serde_json::to_value(declared).is_ok_and(|declared| declared["sampling"].is_null()) {
                let needed: ClientCapabilities = parsed(json!({ "sampling": {} }));
                return Err(ErrorData::missing_required_client_capability(needed));
            }
            vec![text("the client can sample")]
        }
        "json_schema_2020_12_tool" => vec![text("valid")],
        asking => return ask(fixtures, asking, &request, &context),
    };
    Ok(complete(json!({ "content": content })))
}

fn complete(mut result: Value) -> CallToolResponse {
    result["resultType"] = json!("complete");
    CallToolResponse::Complete(parsed(result))
}

async fn progress(context: &RequestContext<RoleServer>) {
    for done in [0.0, 50.0, 100.0] {
        if let Some(token) = context.meta.get_progress_token() {
            let told = ProgressNotificationParam::new(token, done).with_total(100.0);
            let _ = context.peer.notify_progress(told).await;
        }
        tokio::time::sleep(STEP).await;
    }
}

/// Log lines go to whoever asked for them: by a method of its own before 2026-07-28, with each request
/// since.
async fn log(context: &RequestContext<RoleServer>) {
    let is_new =
        context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
    let wanted = !is_new || context.meta.log_level().is_some();
    for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        if wanted {
            let line = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(line));
            let _ = context.peer.notify_logging_message(line).await;
        }
        tokio::time::sleep(STEP).await;
    }
}

/// The tools that ask: what is still to be asked, or the answer when all is told.
fn ask(
    fixtures: &Fixtures,
    tool: &str,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let step = match &request.request_state {
        Some(state) => fixtures.open(state)?,
        None => 1,
    };
    let name = || question("What is your name?", "name", "string");
    let sample = |words: &str| {
        let message = json!({ "role": "user", "content": { "type": "text", "text": words } });
        let params = json!({ "messages": [message], "maxTokens": 100 });
        json!({ "method": "sampling/createMessage", "params": params })
    };
    let roots = || json!({ "method": "roots/list", "params": {} });
    let confirm = || json!({ "confirm": question("Please confirm", "ok", "boolean") });
    let (questions, last_step, is_sealed) = match tool {
        "test_input_required_result_sampling" => {
            (json!({ "capital_question": sample("What is the capital of France?") }), 1, false)
        }
        "test_input_required_result_list_roots" => (json!({ "client_roots": roots() }), 1, false),
        "test_input_required_result_request_state"
        | "test_input_required_result_tampered_state" => (confirm(), 1, true),
        "test_input_required_result_multiple_inputs" => {
            let greeting = sample("Generate a greeting");
            let all = json!({ "user_name": name(), "greeting": greeting, "client_roots": roots() });
            (all, 1, true)
        }
        "test_input_required_result_multi_round" if step == 1 => {
            (json!({ "step1": question("Step 1: What is your name?", "name", "string") }), 2, true)
        }
        "test_input_required_result_multi_round" => {
            let color = question("Step 2: What is your favorite color?", "color", "string");
            (json!({ "step2": color }), 2, true)
        }
        "test_input_required_result_capabilities" => {
            let declared = context.client_capabilities().unwrap_or_default();
            let declared = serde_json::to_value(declared).unwrap_or_default();
            let all = [("elicitation", name()), ("sampling", sample("Greet")), ("roots", roots())];
            let able = all.into_iter().filter(|(needed, _)| !declared[*needed].is_null());
            let able: Map<String, Value> =
                able.map(|(needed, question)| (needed.to_owned(), question)).collect();
            (Value::Object(able), 1, false)
        }
        _ => (json!({ "user_name": name() }), 1, false),
    };
    let told = request.input_responses.as_ref();
    let asked = questions.as_object().expect("questions are named");
    let all_told =
        asked.keys().all(|key| told.and_then(|told| told.get(key)).is_some_and(Value::is_object));
    let next = match all_told {
        true if step == last_step => {
            let words = format!("state-ok: {}", json!(told));
            return Ok(complete(json!({ "content": [{ "type": "text", "text": words }] })));
        }
        // The answers of a step lead to the questions of the next.
        true => {
            let color = question("Step 2: What is your favorite color?", "color", "string");
            (json!({ "step2": color }), step + 1)
        }
        false => (questions, step),
    };
    let (questions, step) = next;
    let state = is_sealed.then(|| fixtures.seal(step));
    let result = InputRequiredResult::new(Some(parsed(questions)), state);
    Ok(CallToolResponse::InputRequired(result))
}

impl Fixtures {
    /// A state that nobody else can make.
    fn seal(&self, step: u8) -> String {
        format!("{step}.{}", URL_SAFE_NO_PAD.encode(self.mac(step).finalize().into_bytes()))
    }

    fn open(&self, state: &str) -> Result<u8, ErrorData> {
        let opened = state.split_once('.').and_then(|(step, tag)| {
            let step = step.parse().ok()?;
            let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
            self.mac(step).verify_slice(&tag).ok().map(|()| step)
        });
        opened.ok_or_else(|| {
            ErrorData::invalid_params(Cow::from("the request state is not the server's own"), None)
        })
    }

    fn mac(&self, step: u8) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.seal.as_slice())
            .expect("HMAC takes keys of every length");
        mac.update(&[step]);
        mac
    }
}
