//! `aidoo_read`: fields of records whose ids are known.

use rmcp::model::Tool;
use serde_json::json;

use super::{Answer, Call, ToolError, named, reading_tool, records::Fields};
use crate::mcp::arguments::Arguments;

pub(super) fn definition() -> Tool {
    reading_tool(
        "aidoo_read",
        "Read records",
        "Read fields of Odoo records by their ids: the fields named, or up to 15 useful ones. Relations \
         come as id and name; very long texts are cut and binaries described.",
        json!({
            "type": "object",
            "properties": {
                "model": { "type": "string", "description": "technical name, such as res.partner" },
                "ids": {
                    "type": "array", "items": { "type": "integer", "minimum": 1 },
                    "minItems": 1, "maxItems": 500
                },
                "fields": { "type": "array", "items": { "type": "string" }, "maxItems": 100 }
            },
            "required": ["model", "ids"],
            "additionalProperties": false
        }),
        json!({
            "type": "object",
            "properties": {
                "model": { "type": "string" },
                "records": { "type": "array", "items": { "type": "object" } },
                "missing": {
                    "type": "array", "items": { "type": "integer" },
                    "description": "ids for which there is no record"
                }
            },
            "required": ["model", "records", "missing"]
        }),
    )
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments) -> Answer {
    let model =
        arguments.model("model")?.ok_or_else(|| ToolError::argument("model", "is required"))?;
    let ids = arguments.ids("ids")?;
    let asked = arguments.fields("fields")?;
    arguments.finish(&["model", "ids", "fields"])?;

    let fields = Fields::of(call, &model, asked).await?;
    let read = named(json!({ "fields": fields.names }));
    let records = fields.rows(call.ask(&model, "read", Some(ids.clone()), read).await?);
    let found: Vec<i64> = records.iter().filter_map(|record| record["id"].as_i64()).collect();
    let missing: Vec<i64> = ids.into_iter().filter(|id| !found.contains(id)).collect();
    Ok(json!({ "model": model, "records": records, "missing": missing }))
}
