//! The suite's prompts and resources.

use rmcp::model::{
    GetPromptRequestParams, GetPromptResponse, GetPromptResult, InputRequiredResult, Prompt,
    PromptArgument, PromptMessage, ReadResourceResult, Resource, ResourceContents,
    ResourceTemplate, Role,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A picture of one point, red.
pub(super) const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
/// A sound of no length.
pub(super) const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

/// Something of the protocol, written as clients see it.
pub(super) fn parsed<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("is written as the protocol has it")
}

/// A question with one answer of this type.
pub(super) fn question(message: &str, field: &str, kind: &str) -> Value {
    json!({
        "method": "elicitation/create",
        "params": {
            "mode": "form",
            "message": message,
            "requestedSchema": {
                "type": "object", "properties": { field: { "type": kind } }, "required": [field]
            }
        }
    })
}

/// The prompts.
pub(super) fn prompts() -> Vec<Prompt> {
    let prompt = |name: &str, arguments: &[&str]| {
        let arguments = arguments.iter().map(|name| PromptArgument::new(*name).with_required(true));
        let arguments: Vec<_> = arguments.collect();
        Prompt::new(name, Some("For the conformance suite"), Some(arguments))
    };
    vec![
        prompt("test_simple_prompt", &[]),
        prompt("test_prompt_with_arguments", &["arg1", "arg2"]),
        prompt("test_prompt_with_embedded_resource", &["resourceUri"]),
        prompt("test_prompt_with_image", &[]),
        prompt("test_input_required_result_prompt", &[]),
    ]
}

/// The prompt of this name.
pub(super) fn prompt(request: &GetPromptRequestParams) -> Option<GetPromptResponse> {
    let argument = |name: &str| {
        let arguments = request.arguments.as_ref();
        arguments
            .and_then(|arguments| serde_json::to_value(arguments).ok())
            .and_then(|arguments| arguments[name].as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let text = |text: &str| PromptMessage::new_text(Role::User, text);
    let messages = match request.name.as_str() {
        "test_simple_prompt" => vec![text("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" => {
            let (one, two) = (argument("arg1"), argument("arg2"));
            vec![text(&format!("Prompt with arguments: arg1='{one}', arg2='{two}'"))]
        }
        "test_prompt_with_embedded_resource" => vec![
            parsed(json!({ "role": "user", "content": { "type": "resource", "resource": {
                "uri": argument("resourceUri"),
                "mimeType": "text/plain",
                "text": "Embedded resource content for testing."
            } } })),
            text("Please process the embedded resource above."),
        ],
        "test_prompt_with_image" => vec![
            parsed(json!({ "role": "user", "content": {
                "type": "image", "data": PNG, "mimeType": "image/png"
            } })),
            text("Please analyze the image above."),
        ],
        "test_input_required_result_prompt" => {
            let given = request.input_responses.as_ref();
            match given.and_then(|given| given.get("user_context")) {
                Some(context) => {
                    vec![text(&format!("Context: {}", context["content"]["context"]))]
                }
                None => {
                    let asked =
                        question("What context should the prompt use?", "context", "string");
                    let questions = parsed(json!({ "user_context": asked }));
                    let result = InputRequiredResult::from_input_requests(questions);
                    return Some(GetPromptResponse::InputRequired(result));
                }
            }
        }
        _ => return None,
    };
    Some(GetPromptResponse::Complete(GetPromptResult::new(messages)))
}

/// The resources that are listed.
pub(super) fn resources() -> Vec<Resource> {
    let resource = |name: &str, kind: &str| {
        Resource::new(format!("test://{name}"), name)
            .with_mime_type(kind)
            .with_description("For the conformance suite")
    };
    vec![resource("static-text", "text/plain"), resource("static-binary", "image/png")]
}

/// The one template.
pub(super) fn template() -> ResourceTemplate {
    ResourceTemplate::new("test://template/{id}/data", "template")
        .with_mime_type("application/json")
}

/// The resource at this address.
pub(super) fn resource(uri: &str) -> Option<ReadResourceResult> {
    let contents = match uri {
        "test://static-text" => {
            ResourceContents::text("This is the content of the static text resource.", uri)
                .with_mime_type("text/plain")
        }
        "test://static-binary" => ResourceContents::blob(PNG, uri).with_mime_type("image/png"),
        _ => {
            let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
            let data =
                json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            ResourceContents::text(data.to_string(), uri).with_mime_type("application/json")
        }
    };
    Some(ReadResourceResult::new(vec![contents]))
}
