//! `aidoo_query`: search records by a domain; count, order, pages.

use rmcp::model::Tool;
use serde_json::{Value, json};
use shared::permission::Permission;

use super::{Answer, Call, ToolError, named, reading_tool, records::Fields};
use crate::{
    domain::odoo_domain::Domain,
    mcp::arguments::{Arguments, Flag, refuse_secret},
};

/// Records of one page unless the call says otherwise, and the most that it may say.
const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;
const MAX_OFFSET: i64 = 10_000_000;

const ARGUMENTS: [&str; 7] =
    ["model", "domain", "fields", "order", "limit", "offset", "count_only"];

pub(super) fn definition() -> Tool {
    reading_tool(
        "aidoo_query",
        "Search records",
        "Search the records of an Odoo model by a domain. Gives ids and display names, the total and the \
         offset of the next page; with the read permission also fields (useful ones, or those named in \
         fields). Example: the 5 latest purchase orders are model purchase.order, order date_order desc, \
         limit 5.",
        json!({
            "type": "object",
            "properties": {
                "model": { "type": "string", "description": "technical name, such as purchase.order" },
                "domain": {
                    "description": "an Odoo domain as a list or as its JSON text, such as [[\"state\", \"=\", \"purchase\"], [\"amount_total\", \">\", 1000]]; \"&\", \"|\" and \"!\" stand before their operands; absent means every record",
                    "anyOf": [{ "type": "array", "items": {} }, { "type": "string" }]
                },
                "fields": {
                    "type": "array", "items": { "type": "string" }, "maxItems": 100,
                    "description": "fields to return; needs the read permission"
                },
                "order": { "type": "string", "description": "such as date_order desc, id" },
                "limit": { "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT },
                "offset": { "type": "integer", "minimum": 0, "default": 0 },
                "count_only": { "type": "boolean", "default": false, "description": "give the total and no records" }
            },
            "required": ["model"],
            "additionalProperties": false
        }),
        json!({
            "type": "object",
            "properties": {
                "model": { "type": "string" },
                "total": { "type": "integer", "description": "records that match" },
                "offset": { "type": "integer" },
                "next_offset": { "type": ["integer", "null"], "description": "where the next page begins; null on the last" },
                "records": { "type": "array", "items": { "type": "object" } }
            },
            "required": ["model", "total"]
        }),
    )
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments) -> Answer {
    let model =
        arguments.model("model")?.ok_or_else(|| ToolError::argument("model", "is required"))?;
    let domain = match arguments.value("domain") {
        None => Domain::everything(),
        Some(value) => {
            Domain::parse(&value).map_err(|error| ToolError::argument("domain", error))?
        }
    };
    for path in domain.fields() {
        refuse_secret("domain", path)?;
    }
    let fields = arguments.fields("fields")?;
    let order = arguments.order("order")?;
    let limit = arguments.integer("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let offset = arguments.integer("offset", 0..=MAX_OFFSET)?.unwrap_or(0);
    let count_only = arguments.flag("count_only")?;
    arguments.finish(&ARGUMENTS)?;

    let may_read = call.principal.permissions.contains(Permission::Read);
    if fields.is_some() && !may_read {
        return Err(ToolError::argument(
            "fields",
            "this API key does not have the permission read; without it, only ids and names are given",
        ));
    }
    let domain = domain.into_value();
    if count_only == Flag::On {
        let total = count(call, &model, &domain).await?;
        return Ok(json!({ "model": model, "total": total }));
    }

    let asked = if may_read { fields } else { Some(vec!["display_name".to_owned()]) };
    let fields = Fields::of(call, &model, asked).await?;
    let mut search = named(json!({
        "domain": domain, "fields": fields.names, "limit": limit, "offset": offset,
    }));
    if let Some(order) = order {
        search.insert("order".to_owned(), Value::String(order));
    }
    let rows = fields.rows(call.ask(&model, "search_read", None, search).await?);
    let found = rows.len() as i64;
    // A page that is not full ends the list, so its length says the total.
    let total = if found < limit && (found > 0 || offset == 0) {
        offset + found
    } else {
        count(call, &model, &domain).await?
    };
    let next = offset + found;
    Ok(json!({
        "model": model,
        "total": total,
        "offset": offset,
        "next_offset": (found > 0 && next < total).then_some(next),
        "records": rows,
    }))
}

async fn count(call: &Call<'_>, model: &str, domain: &Value) -> Result<i64, ToolError> {
    let arguments = named(json!({ "domain": domain }));
    let answer = call.ask(model, "search_count", None, arguments).await?;
    answer.as_i64().ok_or_else(|| ToolError::new("Odoo answered with something that is no count"))
}
