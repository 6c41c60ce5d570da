//! `aidoo_query`: search records by a domain or a name; count, order, pages.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::{call_cause::CallCause, permission::Permission};

use super::{
    Answer, Definition, Effect, Output, ToolError,
    arguments::{Arguments, Flag, Term},
    named,
    paths::{by_names_alone, follow_open, open_only, refuse_foreign},
    records::{Fields, fitting, zone},
    run::Call,
};
use crate::domain::{
    by_name,
    odoo_domain::{Compared, Domain},
    odoo_operands,
    own_fields::Use,
    relative_dates::{Kind, resolve},
};

/// Records of one page unless the call says otherwise, and the most that it may say.
pub(super) const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;
const MAX_OFFSET: i64 = 10_000_000;

const ARGUMENTS: [&str; 10] = [
    "model",
    "domain",
    "name",
    "fields",
    "order",
    "limit",
    "offset",
    "count_only",
    "archived",
    "context",
];

pub(super) fn definition() -> Definition {
    Definition {
        title: "Search records",
        description: "Search the records of an Odoo model by a domain, or by name as Odoo's own search boxes \
         do. Gives ids and display names, the total and the offset of the next page; with the read permission \
         also fields (useful ones, or those named in fields). Dates in a domain may be relative, in the \
         person's time zone: today, now, week, month, quarter, year, with steps such as -30d, +2w, -1m, +1y. \
         Compared with a time, such a day means its beginning, and after <= and > its end; = finds its first moment \
         alone: for a whole day write >= today and < +1d. A written day such as 2026-11-24 goes to Odoo as it is, \
         which counts it in UTC until version 18. Example: the 5 latest purchase orders are model purchase.order, order date_order desc, limit 5.",
        input: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string", "description": "technical name, such as purchase.order" },
                "domain": {
                    "description": "an Odoo domain as a list or as its JSON text, such as [[\"state\", \"=\", \"purchase\"], [\"date_order\", \">=\", \"-30d\"]]; \"&\", \"|\" and \"!\" stand before their operands; absent means every record",
                    "anyOf": [{ "type": "array", "items": {} }, { "type": "string" }]
                },
                "name": { "type": "string", "maxLength": 200, "description": "search by name, reference or e-mail, whatever the model's own name search looks at; offset and order do not go with it" },
                "fields": {
                    "type": "array", "items": { "type": "string" }, "maxItems": 100,
                    "description": "fields to return, such as name or partner_id.email; needs the read permission"
                },
                "order": { "type": "string", "description": "such as date_order desc, id" },
                "limit": { "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT },
                "offset": { "type": "integer", "minimum": 0, "default": 0 },
                "count_only": { "type": "boolean", "default": false, "description": "give the total and no records" },
                "archived": { "type": "boolean", "default": false, "description": "include archived records" },
                "context": super::context_schema()
            },
            "required": ["model"],
            "additionalProperties": false
        }),
        output: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string" },
                "total": { "type": ["integer", "null"], "description": "records that match; null for a search by name that filled its page" },
                "offset": { "type": "integer" },
                "next_offset": { "type": ["integer", "null"], "description": "where the next page begins; null on the last" },
                "records": { "type": "array", "items": { "type": "object" } },
                "note": { "type": "string" }
            },
            "required": ["model", "total"]
        }),
        effect: Effect::Reads,
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let model = arguments.required_model()?;
    call.note(|about| about.model = Some(model.clone()));
    let mut domain = arguments.domain("domain")?;
    let name = arguments.text("name", 200)?.filter(|name| !name.trim().is_empty());
    let fields = arguments.paths("fields")?;
    let order = arguments.order("order")?;
    let limit = arguments.integer("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let offset = arguments.integer("offset", 0..=MAX_OFFSET)?.unwrap_or(0);
    let count_only = arguments.flag("count_only")?;
    let archived = arguments.flag("archived")?;
    let mut context = arguments.context()?;
    arguments.finish(&ARGUMENTS)?;
    if archived == Flag::On {
        context.insert("active_test".to_owned(), json!(false));
    }

    let may_read = call.permissions.contains(Permission::Read);
    if fields.is_some() && !may_read {
        return Err(ToolError::argument(
            "fields",
            "this API key does not have the permission read; without it, only ids and names are given",
        )
        .because(CallCause::Permission));
    }
    check_domain(call, &model, &mut domain, &context).await?;
    if let Some(order) = &order {
        check_order(call, &model, order).await?;
    }
    if let Some(name) = name {
        if order.is_some() || offset > 0 || count_only == Flag::On {
            return Err(ToolError::argument(
                "name",
                "order, offset and count_only do not go with a search by name; use a domain for them",
            ));
        }
        return by_name(call, &model, &name, domain, may_read.then_some(fields), limit, &context)
            .await;
    }
    let domain = domain.into_value();
    if count_only == Flag::On {
        let total = count(call, &model, &domain, &context).await?;
        return Ok(Output::Answer(json!({ "model": model, "total": total })));
    }

    let asked = if may_read { fields } else { Some(vec!["display_name".to_owned()]) };
    let fields = Fields::of(call, &model, asked, &context).await?;
    let mut search = named(json!({
        "domain": domain, "fields": fields.names(), "limit": limit, "offset": offset,
    }));
    if let Some(order) = order {
        search.insert("order".to_owned(), Value::String(with_tie_break(order)));
    }
    let rows = call.ask(&model, "search_read", None, search, &context).await?;
    let mut rows = fields.rows(call, rows, &context).await?;
    let found = rows.len() as i64;
    let is_cut = fitting(&mut rows);
    // A page that is not full ends the list, so its length says the total.
    let total = if found < limit && (found > 0 || offset == 0) {
        offset + found
    } else {
        count(call, &model, &domain, &context).await?
    };
    let given = rows.len() as i64;
    call.note(|about| about.records = u32::try_from(given).ok());
    let next = offset + given;
    let mut answer = json!({
        "model": model,
        "total": total,
        "offset": offset,
        "next_offset": (given > 0 && next < total).then_some(next),
        "records": rows,
    });
    if is_cut {
        answer["note"] = json!(
            "the page was cut to keep the answer short: ask for fewer fields, or go on at next_offset"
        );
    }
    Ok(Output::Answer(answer))
}

/// Follows every path of the domain, puts dates where relative ones stand, holds what is compared with to the
/// types of the fields, and leaves out what is about records of closed models.
///
/// # Errors
/// Names the term whose path leads nowhere, or where no tool goes, or that compares with what cannot be.
pub(super) async fn check_domain(
    call: &Call<'_>,
    model: &str,
    domain: &mut Domain,
    context: &BTreeMap<String, Value>,
) -> Result<(), ToolError> {
    let terms: Vec<Term> = domain.fields().iter().map(Term::from).collect();
    let ends = follow_open(call, model, "domain", &terms).await?;
    if ends.values().any(|end| end.kind.starts_with("date")) {
        let zone = zone(call, context).await?;
        let now = jiff::Timestamp::from_microsecond(call.now.as_micros()).unwrap_or_default();
        domain.rewrite(|Compared { path, operator, text }| {
            let kind = match ends.get(*path).map(|end| end.kind.as_str()) {
                Some("date") => Kind::Date,
                Some("datetime") => Kind::Datetime,
                _ => return None,
            };
            resolve(text, operator, kind, now, &zone).map(Value::String)
        });
    }
    let guards = &call.principal().rules.guards;
    domain.each_leaf(|leaf| {
        let Some(end) = ends.get(leaf.path) else { return Ok(()) };
        let refuse = |problem: String| {
            ToolError::argument("domain", format_args!("{}: {problem}", leaf.place))
        };
        odoo_operands::check(&end.kind, end.relation.as_deref(), &end.choices, leaf)
            .map_err(refuse)?;
        by_name::check(end.relation.as_deref(), leaf, guards).map_err(refuse)?;
        let mut models = named_in(leaf.value).filter_map(|text| text.split(',').next());
        match models.find(|model| end.names_a_model && guards.is_closed(model)) {
            Some(closed) => Err(refuse(format!("names {closed}, which is closed to every tool"))),
            None => Ok(()),
        }
    })?;
    domain.restrict(open_only(call, model).await?);
    Ok(())
}

/// The texts that a leaf compares with.
fn named_in(value: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match value {
        Value::Array(values) => (None, values.as_slice()),
        value => (Some(value), &[][..]),
    };
    one.into_iter().chain(many).filter_map(Value::as_str)
}

/// Follows the paths of an order such as `date_order desc, id`.
///
/// # Errors
/// Names the term whose path leads nowhere, or where no tool goes, or by which Odoo does not order.
pub(super) async fn check_order(
    call: &Call<'_>,
    model: &str,
    order: &str,
) -> Result<(), ToolError> {
    let field = |term: &str| Some(Term::quoted(term.split_whitespace().next()?, term));
    let terms: Vec<Term> = order.split(',').filter_map(field).collect();
    follow_open(call, model, "order", &terms).await?;
    refuse_foreign(call, model, "order", Use::Order, &terms).await
}

/// Pages of equal values would overlap without a last word on the order.
pub(super) fn with_tie_break(order: String) -> String {
    let has_id = order.split(',').any(|term| term.split_whitespace().next() == Some("id"));
    if has_id {
        return order;
    }
    let direction = if order.to_ascii_lowercase().ends_with(" desc") { " desc" } else { "" };
    format!("{order}, id{direction}")
}

/// Records by Odoo's own search for a name. `fields` is `None` for a key that may not read.
async fn by_name(
    call: &Call<'_>,
    model: &str,
    name: &str,
    mut domain: Domain,
    fields: Option<Option<Vec<String>>>,
    limit: i64,
    context: &BTreeMap<String, Value>,
) -> Answer {
    // Odoo is asked for what has the name, and not for all that it would find by it: of that a part would be left out here,
    // and how much would still tell what is secret.
    let names_alone = by_names_alone(call, model, "name", "ilike", name).await?;
    let is_narrowed = names_alone.is_some();
    domain.restrict(names_alone.unwrap_or_default());
    let name = if is_narrowed { "" } else { name };
    // Its third parameter was called `args` until 18; by position it is the same everywhere, but JSON-2
    // takes names only and came with 19.
    let mut search = call
        .prepare(
            model,
            "name_search",
            None,
            named(json!({ "name": name, "limit": limit })),
            context,
        )
        .await
        .map_err(|error| call.explain(&error))?;
    let is_old = call.major() < 19;
    search.arguments.insert(if is_old { "args" } else { "domain" }.to_owned(), domain.into_value());
    let pairs = call.toolbox.gateway.call(call.principal(), &search).await;
    let pairs = pairs.map_err(|error| call.explain(&error))?;
    let found: Vec<(i64, Value)> = pairs
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair[0].as_i64()?, pair[1].clone())))
        .collect();
    let ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
    call.note(|about| about.records = u32::try_from(ids.len()).ok());
    let mut records = match fields {
        Some(asked) if !ids.is_empty() => {
            let fields = Fields::of(call, model, asked, context).await?;
            let read = named(json!({ "fields": fields.names() }));
            let rows = call.ask(model, "read", Some(ids.clone()), read, context).await?;
            fields.rows(call, rows, context).await?
        }
        _ => found.iter().map(|(id, name)| json!({ "id": id, "display_name": name })).collect(),
    };
    // A full page says nothing of how many there are.
    let total = ((ids.len() as i64) < limit).then_some(ids.len());
    let is_cut = fitting(&mut records);
    let mut answer = json!({
        "model": model, "total": total, "offset": 0, "next_offset": null, "records": records,
    });
    let notes = [
        is_narrowed.then_some(
            "only names were searched, as your company keeps fields secret: for another field use a domain",
        ),
        is_cut.then_some(
            "the list was cut to keep the answer short: ask for fewer fields, or a smaller limit",
        ),
    ];
    let notes: Vec<&str> = notes.into_iter().flatten().collect();
    if !notes.is_empty() {
        answer["note"] = json!(notes.join("; "));
    }
    Ok(Output::Answer(answer))
}

/// How many records of `model` the domain finds.
///
/// # Errors
/// When Odoo does not answer, or with no number.
pub(super) async fn count(
    call: &Call<'_>,
    model: &str,
    domain: &Value,
    context: &BTreeMap<String, Value>,
) -> Result<i64, ToolError> {
    let arguments = named(json!({ "domain": domain }));
    let answer = call.ask(model, "search_count", None, arguments, context).await?;
    answer
        .as_i64()
        .ok_or_else(|| ToolError::failed("Odoo answered with something that is no count"))
}

#[cfg(test)]
mod tests {
    use super::with_tie_break;

    #[test]
    fn an_order_always_ends_with_the_id() {
        assert_eq!(with_tie_break("date_order desc".into()), "date_order desc, id desc");
        assert_eq!(with_tie_break("name".into()), "name, id");
        assert_eq!(with_tie_break("id desc, name".into()), "id desc, name");
    }
}
