//! Resources: a model's fields, and a record's PDF, each read by the tool that gives it, under that
//! tool's permission.

use rmcp::{
    ErrorData,
    model::{ReadResourceResult, ResourceContents, ResourceTemplate},
};
use serde_json::{Map, Value, json};
use shared::permission::PermissionSet;

use super::answer::contents;
use crate::services::tools::{Caller, Output, ToolName, Toolbox};

const SCHEMA: &str = "aidoo://schema/";
const REPORT: &str = "aidoo://report/";

/// The templates of what a key with these permissions can read.
pub(super) fn templates(permissions: PermissionSet) -> Vec<ResourceTemplate> {
    let mut templates = Vec::new();
    if ToolName::Schema.is_allowed(permissions) {
        let template = ResourceTemplate::new(format!("{SCHEMA}{{model}}"), "schema")
            .with_title("Fields of a model")
            .with_description(
                "Label, type, help and relation of each field, such as aidoo://schema/res.partner",
            )
            .with_mime_type("application/json");
        templates.push(template);
    }
    if ToolName::Report.is_allowed(permissions) {
        let template = ResourceTemplate::new(format!("{REPORT}{{model}}/{{ids}}"), "report")
            .with_title("PDF of records")
            .with_description("The standard report, such as aidoo://report/sale.order/7")
            .with_mime_type("application/pdf");
        templates.push(template);
    }
    templates
}

/// Reads the resource at `uri`.
///
/// # Errors
/// Resource not found for an address that is none; the tool's own sentence for what it refuses.
pub(super) async fn read(
    toolbox: &Toolbox,
    caller: &Caller<'_>,
    uri: &str,
) -> Result<ReadResourceResult, ErrorData> {
    let not_found =
        || ErrorData::resource_not_found("there is no such resource", Some(json!({ "uri": uri })));
    let (tool, arguments) = if let Some(model) = uri.strip_prefix(SCHEMA) {
        (ToolName::Schema, json!({ "model": model }))
    } else if let Some((model, ids)) =
        uri.strip_prefix(REPORT).and_then(|rest| rest.split_once('/'))
    {
        // A report that is not the standard one stands behind the ids.
        let (ids, report) = match ids.split_once('/') {
            Some((ids, report)) => (ids, Some(report)),
            None => (ids, None),
        };
        let ids: Option<Vec<i64>> = ids.split(',').map(|id| id.parse().ok()).collect();
        let ids = ids.ok_or_else(not_found)?;
        let arguments = json!({ "action": "pdf", "model": model, "ids": ids, "report": report });
        (ToolName::Report, arguments)
    } else {
        return Err(not_found());
    };
    let arguments: Option<Map<String, Value>> = arguments.as_object().cloned();
    match toolbox.call(caller, tool, arguments).await {
        Ok(Output::File { file, .. }) => Ok(ReadResourceResult::new(vec![contents(&file)])),
        Ok(Output::Answer(value) | Output::Linked { answer: value, .. }) => {
            let text =
                ResourceContents::text(value.to_string(), uri).with_mime_type("application/json");
            Ok(ReadResourceResult::new(vec![text]))
        }
        Ok(Output::Preview(_) | Output::Question { .. }) => Err(not_found()),
        Err(error) => Err(ErrorData::invalid_params(error.sentence, None)),
    }
}
