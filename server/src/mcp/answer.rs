//! What a tool gave, as the protocol has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use rmcp::model::{
    CallToolResponse, CallToolResult, ContentBlock, ElicitRequest, ElicitRequestParams,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, ProtocolVersion, Resource,
    ResourceContents,
};
use serde_json::Value;

use crate::services::tools::{Answer, File, Link, Output, ToolError};

/// The name of the one question in an `input_required` result.
pub(super) const QUESTION: &str = "confirm";

/// The tool's answer to a client that speaks `revision`: structured content and the same content as text, a file as a
/// link and as bytes, or a question for the person.
pub(super) fn response(answer: Answer, revision: &ProtocolVersion) -> CallToolResponse {
    match answer {
        Ok(Output::Answer(value) | Output::Preview(value)) => {
            CallToolResponse::Complete(complete(value, Vec::new()))
        }
        Ok(Output::File { answer, file }) => {
            CallToolResponse::Complete(complete(answer, blocks(&file, revision)))
        }
        Ok(Output::Linked { answer, links }) => {
            let links = links.into_iter().map(|one| link(one, revision)).collect();
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
fn blocks(file: &File, revision: &ProtocolVersion) -> Vec<ContentBlock> {
    vec![link(file.link(), revision), ContentBlock::resource(contents(file))]
}

/// Where a file can be read again.
fn link(link: Link, revision: &ProtocolVersion) -> ContentBlock {
    let Link { name, media_type, uri, bytes } = link;
    // A client that does not know one kind of block loses the whole answer. Fields that it does not know it passes
    // over, and texts and embedded resources are as old as the protocol.
    if *revision < ProtocolVersion::V_2025_06_18 {
        let told =
            format!("{name} ({media_type}, {bytes} bytes) can be read as the resource {uri}");
        return ContentBlock::text(told);
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The kinds of blocks in the answer to a client that speaks `revision`, and all of it as a text.
    fn told(output: Output, revision: &ProtocolVersion) -> (Vec<String>, String) {
        let answer = match response(Ok(output), revision) {
            CallToolResponse::Complete(result) => serde_json::to_value(result).expect("JSON"),
            other => panic!("{other:?}"),
        };
        let blocks = answer["content"].as_array().expect("blocks");
        let kinds = blocks.iter().map(|block| block["type"].as_str().expect("a kind").to_owned());
        (kinds.collect(), answer["content"].to_string())
    }

    #[test]
    fn every_revision_is_told_where_a_file_is_by_blocks_that_it_knows() {
        const URI: &str = "aidoo://report/sale.order/7";
        let file = || File {
            name: "sale-order-7.pdf".to_owned(),
            media_type: "application/pdf",
            uri: URI.to_owned(),
            content: b"%PDF-".to_vec(),
        };
        for revision in ProtocolVersion::KNOWN_VERSIONS {
            let link = match revision.as_str() {
                "2024-11-05" | "2025-03-26" => "text",
                _ => "resource_link",
            };
            let (kinds, text) = told(Output::File { answer: json!({}), file: file() }, revision);
            assert_eq!(kinds, ["text", link, "resource"], "{revision}");
            assert_eq!(text.matches(URI).count(), 2, "{text}");
            let links = vec![file().link()];
            let (kinds, text) = told(Output::Linked { answer: json!({}), links }, revision);
            assert_eq!(kinds, ["text", link], "{revision}");
            assert!(text.contains(URI) && text.contains("sale-order-7.pdf"), "{text}");
        }
    }
}
