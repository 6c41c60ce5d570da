//! What a tool gave, as the protocol has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use rmcp::model::{
    CallToolResponse, CallToolResult, ContentBlock, ElicitRequest, ElicitRequestParams,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, Resource,
    ResourceContents,
};
use serde_json::Value;

use crate::services::tools::{Answer, File, Link, Output, ToolError};

/// The name of the one question in an `input_required` result.
pub(super) const QUESTION: &str = "confirm";

/// The tool's answer: structured content and the same content as text, a file as a link and as bytes, or
/// a question for the person.
pub(super) fn response(answer: Answer) -> CallToolResponse {
    match answer {
        Ok(Output::Answer(value) | Output::Preview(value)) => {
            CallToolResponse::Complete(complete(value, Vec::new()))
        }
        Ok(Output::File { answer, file }) => {
            CallToolResponse::Complete(complete(answer, blocks(&file)))
        }
        Ok(Output::Linked { answer, links }) => {
            let links = links.into_iter().map(link).collect();
            CallToolResponse::Complete(complete(answer, links))
        }
        Ok(Output::Question { message, state }) => {
            let question = InputRequest::Elicitation(ElicitRequest::new(elicitation(message)));
            let questions = InputRequests::from([(QUESTION.to_owned(), question)]);
            CallToolResponse::InputRequired(InputRequiredResult::new(Some(questions), Some(state)))
        }
        Err(ToolError { sentence, cause: _, why: _ }) => {
            CallToolResponse::Complete(CallToolResult::error(vec![ContentBlock::text(sentence)]))
        }
    }
}

/// A question that is answered by yes or no: accepting it is the yes.
pub(super) fn elicitation(message: String) -> ElicitRequestParams {
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message,
        requested_schema: ElicitationSchema::new(std::collections::BTreeMap::new()),
    }
}

fn complete(value: Value, more: Vec<ContentBlock>) -> CallToolResult {
    let mut content = vec![ContentBlock::text(value.to_string())];
    content.extend(more);
    let mut result = CallToolResult::success(content);
    result.structured_content = Some(value);
    result
}

/// A link for clients that read resources, and the bytes for those that do not.
fn blocks(file: &File) -> Vec<ContentBlock> {
    vec![link(file.link()), ContentBlock::resource(contents(file))]
}

fn link(link: Link) -> ContentBlock {
    let Link { name, media_type, uri, bytes } = link;
    let resource = Resource::new(uri, name)
        .with_mime_type(media_type)
        .with_size(u64::try_from(bytes).unwrap_or(u64::MAX));
    ContentBlock::resource_link(resource)
}

/// The file as a resource's contents.
pub(super) fn contents(file: &File) -> ResourceContents {
    ResourceContents::blob(STANDARD.encode(&file.content), file.uri.clone())
        .with_mime_type(file.media_type)
}
