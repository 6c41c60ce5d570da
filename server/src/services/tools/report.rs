//! `aidoo_report`: grouped figures, PDF reports, and extracts of data as files.

mod extract;
mod figures;
mod pdf;

use serde_json::{Value, json};

use super::{Answer, Definition, Effect, ToolError, arguments::Arguments, run::Call};

const ACTIONS: [&str; 4] = ["list", "pdf", "figures", "extract"];

pub(super) fn definition() -> Definition {
    Definition {
        title: "Report",
        description: "Reports from Odoo. action figures: sums, averages and counts, grouped, with date grains, such \
         as group_by [\"date_order:month\"] and measures [\"amount_total:sum\"]. action list: the PDF reports of a \
         model. action pdf: the PDF of records. action extract: records as a CSV, XLSX or JSON file behind a link \
         that works once and for one hour; give the link to the person.",
        input: json!({
            "type": "object",
            "properties": {
                "action": { "type": "string", "enum": ACTIONS },
                "model": { "type": "string", "description": "technical name, such as sale.order" },
                "domain": {
                    "description": "which records, as in aidoo_query; for figures and extract",
                    "anyOf": [{ "type": "array", "items": {} }, { "type": "string" }]
                },
                "group_by": {
                    "type": "array", "items": { "type": "string" }, "maxItems": 4,
                    "description": "figures: fields, dates with a grain (day, week, month, quarter, year) such as date_order:month; empty gives one total"
                },
                "measures": {
                    "type": "array", "items": { "type": "string" }, "maxItems": 10,
                    "description": "figures: such as amount_total:sum; sum, avg, min, max, count_distinct; the count is always there"
                },
                "order": { "type": "string", "description": "extract: such as date_order desc" },
                "limit": { "type": "integer", "minimum": 1, "description": "figures: groups, default 80, at most 500; extract: records, default 10000, at most 50000" },
                "ids": { "type": "array", "items": { "type": "integer" }, "maxItems": 20, "description": "pdf: the records" },
                "report": { "type": "string", "description": "pdf: the report's name from list; absent means the standard one" },
                "fields": { "type": "array", "items": { "type": "string" }, "maxItems": 50, "description": "extract: columns, such as name or partner_id.email" },
                "format": { "type": "string", "enum": ["csv", "xlsx", "json"], "default": "csv", "description": "extract" },
                "context": super::context_schema()
            },
            "required": ["action", "model"],
            "additionalProperties": false
        }),
        output: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string" },
                "reports": { "type": "array", "items": { "type": "object" } },
                "groups": { "type": "array", "items": { "type": "object" } },
                "note": { "type": "string" },
                "name": { "type": "string" },
                "bytes": { "type": "integer" },
                "records": { "type": "integer", "description": "extract: how many the file holds" },
                "total": { "type": "integer", "description": "extract: how many match; more than records where limit left some out" },
                "url": { "type": "string", "description": "works once, for one hour, for the person whose key made it: signed in, or with that key as bearer" },
                "expires_in_seconds": { "type": "integer" },
                "way": { "type": "string" }
            },
            "required": ["model"]
        }),
        effect: Effect::Reads,
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let action = arguments.text("action", 20)?;
    let model = arguments.required_model()?;
    call.note(|about| {
        about.model = Some(model.clone());
        about.method = action.clone();
    });
    match action.as_deref() {
        Some("list") => {
            arguments.finish(&["action", "model"])?;
            pdf::list(call, &model).await
        }
        Some("pdf") => pdf::run(call, &model, arguments).await,
        Some("figures") => figures::run(call, &model, arguments).await,
        Some("extract") => extract::run(call, &model, arguments).await,
        _ => Err(ToolError::argument(
            "action",
            format_args!("must be one of {}", ACTIONS.join(", ")),
        )),
    }
}

/// A number that Odoo gives for a count.
fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}
