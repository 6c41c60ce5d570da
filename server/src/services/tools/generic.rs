//! The arguments of Odoo's generic methods when `execute` calls them: each is held to the rules that the
//! tool of its own kind has, whatever it is named.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::{Map, Value, json};
use shared::{call_cause::CallCause, permission::Permission};

use super::{
    ToolError,
    arguments::{Arguments, Term, kind, refuse_secret_fields},
    paths::{follow, follow_open, hidden_fields, open_only, required_definitions},
    query::check_domain,
    records::useful,
    run::Call,
    values,
};
use crate::domain::{
    closed::holds_code,
    guards::{Guards, is_model_name},
    naming::names_a_model,
    odoo_domain::{Domain, is_field_path, is_identifier},
    odoo_methods::{Effect, Generic},
};

/// Records, or groups, of one answer unless the call says otherwise, and the most that it may say: those of
/// `aidoo_query`.
const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;
const MAX_OFFSET: i64 = 10_000_000;
/// The most rows that `load` takes.
const MAX_ROWS: usize = 1_000;
/// Operators that `name_search` takes: those that compare with a text. `any` would take a domain.
const NAME_OPERATORS: [&str; 8] =
    ["=", "!=", "like", "not like", "ilike", "not ilike", "=like", "=ilike"];

/// Gives positional arguments their names and checks every one.
///
/// # Errors
/// Names the argument and what is wrong with it.
pub(super) async fn check(
    call: &Call<'_>,
    model: &str,
    generic: &Generic,
    positional: Vec<Value>,
    keywords: Map<String, Value>,
    context: &BTreeMap<String, Value>,
) -> Result<Map<String, Value>, ToolError> {
    let params = generic.params_on(call.major());
    let mut keywords = by_name(generic, call.major(), positional, keywords)?;
    if generic.effect == Effect::Changes {
        values::check_model(call, "model", model)?;
    }
    // Without a domain these methods look at every record.
    if params.contains(&"domain") {
        keywords.entry("domain").or_insert_with(|| json!([]));
    }
    let mut checked = Map::new();
    for (name, value) in keywords {
        if !params.contains(&name.as_str()) {
            let there = params.join(", ");
            return Err(ToolError::argument(
                "kwargs",
                format_args!("{} takes no {name}; there are: {there}", generic.name),
            ));
        }
        let value = one(call, model, generic, &name, value, context).await?;
        checked.insert(name, value);
    }
    if let Some(name) = generic.required().find(|name| checked.get(*name).is_none_or(is_empty)) {
        return Err(ToolError::argument("kwargs", format_args!("{} needs {name}", generic.name)));
    }
    bound(generic, params, &mut checked);
    // It says what is read and answered when the change is done.
    let reads_back = checked.get("specification").is_some_and(|fields| !is_empty(fields));
    if reads_back && !call.permissions.contains(Permission::Read) {
        let problem =
            "needs the permission read, which this API key does not have: {} reads nothing back";
        return Err(ToolError::argument("specification", problem).because(CallCause::Permission));
    }
    match generic.name {
        "load" => check_load(call, model, &checked).await?,
        // Without a choice Odoo gives every field there is.
        "read" | "search_read" if checked.get("fields").is_none_or(is_empty) => {
            let definitions = required_definitions(call, model).await?;
            let fields = useful(call, model, &definitions).await;
            checked.insert("fields".to_owned(), json!(fields));
        }
        _ => {}
    }
    rename(generic.name, call.major(), &mut checked);
    Ok(checked)
}

/// What one parameter of a method was called until 18.
fn rename(method: &str, major: u32, keywords: &mut Map<String, Value>) {
    let (now, then) = match method {
        "name_search" => ("domain", "args"),
        "default_get" => ("fields", "fields_list"),
        _ => return,
    };
    if major < 19
        && let Some(value) = keywords.remove(now)
    {
        keywords.insert(then.to_owned(), value);
    }
}

/// All arguments by their names on an Odoo of this major version.
///
/// # Errors
/// When there are more than the method takes, or one is given twice.
pub(super) fn by_name(
    generic: &Generic,
    major: u32,
    positional: Vec<Value>,
    mut keywords: Map<String, Value>,
) -> Result<Map<String, Value>, ToolError> {
    let params = generic.params_on(major);
    if positional.len() > params.len() {
        return Err(ToolError::argument(
            "args",
            format_args!("{} takes at most {} arguments", generic.name, params.len()),
        ));
    }
    for (name, value) in params.iter().zip(positional) {
        if keywords.insert((*name).to_owned(), value).is_some() {
            return Err(ToolError::argument("args", format_args!("{name} is given twice")));
        }
    }
    Ok(keywords)
}

/// The values for records among the arguments of a generic method.
pub(super) fn values_in(keywords: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    ["vals", "values", "default", "vals_list"]
        .iter()
        .filter_map(|name| keywords.get(*name))
        .flat_map(|value| match value {
            Value::Array(list) => list.iter().filter_map(Value::as_object).collect(),
            value => value.as_object().into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

async fn one(
    call: &Call<'_>,
    model: &str,
    generic: &Generic,
    name: &str,
    value: Value,
    context: &BTreeMap<String, Value>,
) -> Result<Value, ToolError> {
    match name {
        "domain" => {
            let mut domain = match is_empty(&value) {
                true => Domain::everything(),
                false => Domain::parse(&value).map_err(|error| ToolError::argument(name, error))?,
            };
            refuse_secret_fields(&call.principal().rules.guards, name, &domain)?;
            check_domain(call, model, &mut domain, context).await?;
            Ok(domain.into_value())
        }
        "having" => {
            let leaves = value.as_array().ok_or_else(|| wrong(name, "a list", &value))?;
            for leaf in leaves {
                match leaf {
                    Value::String(operator) if ["&", "|", "!"].contains(&operator.as_str()) => {}
                    Value::Array(leaf) => {
                        check_terms(call, model, name, &json!([leaf.first()])).await?;
                    }
                    other => return Err(wrong(name, "a list of conditions", other)),
                }
            }
            Ok(value)
        }
        "fields_to_export" | "fields" | "field_names" | "allfields" | "groupby" | "group_by"
        | "aggregates" => {
            check_terms(call, model, name, &value).await?;
            if name == "fields_to_export" && names_external_id(&value) {
                // Odoo gives records that have none one when it is asked for theirs: that is a change.
                return Err(ToolError::argument(
                    name,
                    "id, the external id, is made where there is none: export .id, the number of the record",
                ));
            }
            Ok(value)
        }
        "order" | "orderby" => {
            let text = value.as_str().ok_or_else(|| wrong(name, "a text", &value))?;
            for term in order_terms(name, text)? {
                check_term(call, model, name, term.field, term.written).await?;
            }
            Ok(value)
        }
        "specification" => {
            let mut paths = Vec::new();
            specification(name, "", &value, &mut paths)?;
            check_terms(call, model, name, &json!(paths)).await?;
            Ok(value)
        }
        "progress_bar" => {
            check_terms(call, model, name, &json!([value["field"]])).await?;
            Ok(value)
        }
        "vals" | "values" | "default" => match &value {
            Value::Object(fields) => {
                values::check(call, name, model, fields).await?;
                Ok(value)
            }
            other => Err(wrong(name, "an object of values", other)),
        },
        "vals_list" => {
            let list = match value {
                Value::Object(fields) => vec![Value::Object(fields)],
                Value::Array(list) => list,
                other => return Err(wrong(name, "a list of objects", &other)),
            };
            for fields in &list {
                let fields = fields
                    .as_object()
                    .ok_or_else(|| ToolError::argument(name, "must be a list of objects"))?;
                values::check(call, name, model, fields).await?;
            }
            Ok(Value::Array(list))
        }
        "offset" => within(name, value, 0..=MAX_OFFSET),
        // Of a count it is where counting ends.
        "limit" if generic.name == "search_count" => within(name, value, 1..=i64::from(i32::MAX)),
        "limit" => within(name, value, 1..=MAX_LIMIT),
        "count_limit" => within(name, value, 1..=i64::from(i32::MAX)),
        "lazy" | "raise_exception" if !value.is_boolean() => {
            Err(wrong(name, "true or false", &value))
        }
        "name" | "load" | "operation" | "view_type" if !value.is_string() && !is_empty(&value) => {
            Err(wrong(name, "a text", &value))
        }
        "operator" if !value.as_str().is_some_and(|text| NAME_OPERATORS.contains(&text)) => {
            let known = NAME_OPERATORS.join(", ");
            Err(ToolError::argument(name, format_args!("must be one of {known}")))
        }
        _ => Ok(value),
    }
}

/// A whole number, if any is given.
fn within(name: &str, value: Value, range: RangeInclusive<i64>) -> Result<Value, ToolError> {
    match value.as_i64() {
        _ if is_empty(&value) => Ok(Value::Null),
        None => Err(wrong(name, "a whole number", &value)),
        Some(number) if range.contains(&number) => Ok(value),
        Some(_) => {
            let (least, most) = range.into_inner();
            Err(ToolError::argument(name, format_args!("must be between {least} and {most}")))
        }
    }
}

/// Gives a method that answers with a page its length, where the call does not.
fn bound(generic: &Generic, params: &[&str], checked: &mut Map<String, Value>) {
    let is_paged = params.contains(&"limit") && generic.name != "search_count";
    if is_paged && checked.get("limit").is_none_or(Value::is_null) {
        checked.insert("limit".to_owned(), json!(DEFAULT_LIMIT));
    }
}

/// What is said of an answer that is as long as its limit.
pub(super) fn note_of_page(limit: Option<&Value>, answer: &Value) -> Option<String> {
    let limit = limit.and_then(Value::as_u64)?;
    let rows = ["records", "groups"].iter().find_map(|name| answer[*name].as_array());
    let found = answer.as_array().or(rows)?.len() as u64;
    (found >= limit).then(|| {
        format!(
            "there may be more than these {found}: go on with offset, or give a limit (at most {MAX_LIMIT})"
        )
    })
}

/// Takes fields out of an answer of `fields_get` that are told to nobody. The caller may have asked for
/// attributes that do not say where a field leads, or what it stands for.
///
/// # Errors
/// When the model cannot be looked at.
pub(super) async fn without_hidden_fields(
    call: &Call<'_>,
    model: &str,
    answer: Value,
) -> Result<Value, ToolError> {
    let Value::Object(mut fields) = answer else { return Ok(answer) };
    let definitions = required_definitions(call, model).await?;
    let hidden = hidden_fields(call, model, &definitions).await;
    fields.retain(|name, _| definitions.fields.contains_key(name) && !hidden.contains(name));
    Ok(Value::Object(fields))
}

fn wrong(name: &str, wanted: &str, given: &Value) -> ToolError {
    ToolError::argument(name, format_args!("must be {wanted}, not {}", kind(given)))
}

/// What Odoo takes for nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// A term of an order.
struct OrderTerm<'a> {
    /// What it orders by, without the direction.
    field: &'a str,
    /// All of it.
    written: &'a str,
}

/// The terms of an order such as `amount_total:sum desc, id`.
fn order_terms<'a>(argument: &str, order: &'a str) -> Result<Vec<OrderTerm<'a>>, ToolError> {
    let mut terms = Vec::new();
    for written in order.split(',') {
        let words: Vec<&str> = written.split_whitespace().collect();
        match *words.as_slice() {
            [] => {}
            [field] => terms.push(OrderTerm { field, written }),
            [field, direction] if ["asc", "desc"].contains(&direction.to_lowercase().as_str()) => {
                terms.push(OrderTerm { field, written });
            }
            _ => {
                return Err(ToolError::argument(
                    argument,
                    "is not understood: write a field and asc or desc, such as \"date_order desc\"",
                ));
            }
        }
    }
    Ok(terms)
}

/// Whether one of the terms of an export is an external id, or may become one: Odoo takes `:id`, wherever it stands, for `/id`
/// (`fix_import_export_id_paths`). The number of a record is `.id`.
fn names_external_id(terms: &Value) -> bool {
    let mut terms = terms.as_array().into_iter().flatten().filter_map(Value::as_str);
    terms.any(|term| term == "id" || term.ends_with("/id") || term.contains(":id"))
}

/// Follows the field in each of `terms`: `amount_total:sum`, `date_order:month`, `order_line/product_id`,
/// `total:sum(amount_total)`.
async fn check_terms(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    terms: &Value,
) -> Result<(), ToolError> {
    let terms: Vec<&Value> = match terms {
        Value::Array(terms) => terms.iter().collect(),
        Value::Null | Value::Bool(false) => return Ok(()),
        one => vec![one],
    };
    for term in terms {
        let text = term.as_str().ok_or_else(|| wrong(argument, "a list of texts", term))?;
        check_term(call, model, argument, text, text).await?;
    }
    Ok(())
}

/// Follows the field in `text`, a part of what the caller has `written`.
async fn check_term(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    text: &str,
    written: &str,
) -> Result<(), ToolError> {
    if text == "__count" {
        return Ok(());
    }
    let path = path_in(text).filter(|path| is_field_path(path)).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        ToolError::argument(argument, format_args!("{shown:?} is not understood"))
    })?;
    let term = Term::quoted(&path, written);
    term.refuse_secret(&call.principal().rules.guards, argument)?;
    // The columns of `load` are written: whose records they are about is looked at with their values.
    if argument == "fields" && text.contains('/') {
        follow(call, model, argument, &[term]).await?;
    } else {
        follow_open(call, model, argument, &[term]).await?;
    }
    Ok(())
}

/// The field path in a term: `path`, `path:word` or `name:word(path)`. Odoo 17 reads a term only as far as
/// it understands it, so nothing may stand behind.
fn path_in(term: &str) -> Option<String> {
    let path = match term.split_once(':') {
        None => term,
        Some((path, word)) if is_identifier(word) => path,
        Some((name, rest)) => {
            let (word, path) = rest.strip_suffix(')')?.split_once('(')?;
            let is_plain = !path.contains(['(', ')', ':']);
            if !is_identifier(name) || !is_identifier(word) || !is_plain {
                return None;
            }
            path
        }
    };
    // An export names steps by slashes, and ends in `id` or `.id` for a record's external or own id.
    let path = match path.strip_suffix("/.id") {
        Some(before) => format!("{before}.id"),
        None => path.strip_prefix('.').filter(|rest| *rest == "id").unwrap_or(path).to_owned(),
    };
    Some(path.replace('/', "."))
}

/// The paths in a specification of `web_read`: fields, and fields of related records inside them.
fn specification(
    argument: &str,
    prefix: &str,
    value: &Value,
    paths: &mut Vec<String>,
) -> Result<(), ToolError> {
    let Value::Object(fields) = value else {
        return Err(wrong(argument, "an object of fields", value));
    };
    for (field, inner) in fields {
        let path = format!("{prefix}{field}");
        let Value::Object(inner) = inner else {
            return Err(wrong(argument, "an object for each field", inner));
        };
        for (option, value) in inner {
            match option.as_str() {
                "fields" => specification(argument, &format!("{path}."), value, paths)?,
                "limit" | "offset" => {}
                // An order inside names fields of the related model.
                "order" => {
                    let order = value.as_str().ok_or_else(|| wrong(argument, "an order", value))?;
                    let terms = order_terms(argument, order)?;
                    paths.extend(terms.iter().map(|term| format!("{path}.{}", term.field)));
                }
                _ => {
                    return Err(ToolError::argument(
                        argument,
                        format_args!("{path} takes fields, limit, offset and order only"),
                    ));
                }
            }
        }
        paths.push(path);
    }
    Ok(())
}

/// `load` creates and updates records from rows of texts, also related ones: each column is held to what
/// a value of its field would be.
async fn check_load(
    call: &Call<'_>,
    model: &str,
    arguments: &Map<String, Value>,
) -> Result<(), ToolError> {
    let guards = &call.principal().rules.guards;
    let columns = arguments.get("fields").and_then(Value::as_array);
    let rows = arguments.get("data").and_then(Value::as_array);
    let (Some(columns), Some(rows)) = (columns, rows) else {
        return Err(ToolError::argument("args", "load needs fields and data, two lists"));
    };
    // A cell that is a list would be taken for records of its own, whose fields nobody has looked at.
    let fits = |row: &Value| {
        row.as_array().is_some_and(|cells| {
            cells.len() == columns.len()
                && cells.iter().all(|cell| !cell.is_array() && !cell.is_object())
        })
    };
    if rows.len() > MAX_ROWS || !rows.iter().all(fits) {
        return Err(ToolError::argument(
            "data",
            format_args!(
                "must be at most {MAX_ROWS} rows of texts and numbers, each with one value for each field"
            ),
        ));
    }
    for (at, column) in columns.iter().enumerate() {
        let column = column.as_str().unwrap_or_default();
        let names_a_model = check_column(call, model, guards, column).await?;
        // A reference is the name of a model and, behind a comma, an id.
        let closed = rows
            .iter()
            .filter_map(|row| row[at].as_str()?.split(',').next())
            .find(|model| names_a_model && guards.is_closed(model.trim()));
        if let Some(closed) = closed {
            let problem = format_args!("{column} names {closed}, which is closed to every tool");
            return Err(ToolError::argument("data", problem));
        }
    }
    Ok(())
}

/// A column is a field, or a path to one of related records: `order_line/product_id`, ending in `id` or
/// `.id` for a record's external or own id. Odoo has other ways to write the same, which are not taken. Says
/// whether its values are names of models, or begin with one.
async fn check_column(
    call: &Call<'_>,
    model: &str,
    guards: &Guards,
    column: &str,
) -> Result<bool, ToolError> {
    let refuse = |problem: String| Err(ToolError::argument("fields", problem));
    let mut model = model.to_owned();
    let mut steps = column.split('/').peekable();
    while let Some(step) = steps.next() {
        if matches!(step, "id" | ".id") && steps.peek().is_none() {
            refuse_named_records(call, &model).await?;
            return Ok(false);
        }
        let definitions = required_definitions(call, &model).await?;
        let Some(definition) = definitions.fields.get(step) else {
            return refuse(format!(
                "{column:?} is no field of {model}, or a path with slashes to one"
            ));
        };
        if definition["readonly"] == json!(true) {
            return refuse(format!("{step} is read-only on {model}"));
        }
        if holds_code(step) {
            return refuse(values::code(step));
        }
        if let Some(closed) = values::changes_closed(call, &model, step).await? {
            return refuse(closed.told(step, "changes"));
        }
        let Some(relation) = definition["relation"].as_str() else {
            return match steps.peek() {
                None => {
                    Ok(definition["type"] == "reference"
                        || names_a_model(step, &definitions.fields))
                }
                Some(_) => refuse(format!("{step} of {model} is no relation")),
            };
        };
        // Whatever is imported into a one2many changes its records, if only their parent.
        let changes = steps.peek().is_some() || definition["type"] == "one2many";
        if changes && guards.is_closed_to_changes(relation) {
            return refuse(format!("{column} leads into {relation}, which is closed to changes"));
        }
        model = relation.to_owned();
        if steps.peek().is_none() && definition["type"] != "many2one" {
            refuse_named_records(call, &model).await?;
        }
    }
    Ok(false)
}

/// Refuses rows that name records of `model`, where those may be about records of closed models: which ones they
/// are is found by Odoo alone.
async fn refuse_named_records(call: &Call<'_>, model: &str) -> Result<(), ToolError> {
    if open_only(call, model).await?.is_empty() {
        return Ok(());
    }
    let problem = format_args!(
        "records of {model} may be about closed models, so that load only makes new ones: use write for those that are there"
    );
    Err(ToolError::argument("fields", problem))
}

/// Refuses, at any depth, lists that Odoo would take for commands that delete, or may: 2, and 3, 5 and 6 on a
/// one2many. For methods whose arguments nobody knows.
///
/// # Errors
/// Names the command.
pub(super) fn refuse_deleting(argument: &str, value: &Value) -> Result<(), ToolError> {
    match value {
        Value::Object(fields) => {
            fields.values().try_for_each(|value| refuse_deleting(argument, value))
        }
        Value::Array(values) => {
            if let Some(command) = values.iter().find(|value| deletes(value)) {
                let problem = format_args!(
                    "{command} reads as a command that may delete, and no permission covers deletion"
                );
                return Err(ToolError::argument(argument, problem));
            }
            values.iter().try_for_each(|value| refuse_deleting(argument, value))
        }
        _ => Ok(()),
    }
}

/// Whether Odoo takes it for such a command: it looks at the number, which may be written as a fraction, and at no more of
/// the rest than it needs.
fn deletes(value: &Value) -> bool {
    let Some([number, rest @ ..]) = value.as_array().map(Vec::as_slice) else { return false };
    match number.as_f64() {
        Some(2.0 | 3.0) => !rest.is_empty(),
        Some(5.0) => true,
        Some(6.0) => rest.len() > 1,
        _ => false,
    }
}

/// Refuses, at any depth, what names a secret field or a closed model: for methods whose arguments nobody
/// knows.
pub(super) fn refuse_closed(
    guards: &Guards,
    argument: &str,
    value: &Value,
) -> Result<(), ToolError> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            refuse_secret(guards, argument, name)?;
            refuse_closed(guards, argument, value)
        }),
        Value::Array(values) => {
            values.iter().try_for_each(|value| refuse_closed(guards, argument, value))
        }
        Value::String(text)
            if is_model_name(model_in(text)) && guards.is_closed(model_in(text)) =>
        {
            let problem = format_args!("{} is closed to every tool", model_in(text));
            Err(ToolError::argument(argument, problem))
        }
        Value::String(text) if is_field_path(text) => refuse_secret(guards, argument, text),
        _ => Ok(()),
    }
}

/// The model in a text that is one's name, or a reference to a record of it: `res.partner,7`.
fn model_in(text: &str) -> &str {
    match text.split_once(',') {
        Some((model, id)) if id.trim().parse::<u64>().is_ok() => model,
        _ => text,
    }
}

/// Takes out of an answer, at any depth, what is under the name of a secret field, definitions of
/// fields that stand for one or lead into closed models, and properties of their records.
pub(super) fn without_secrets(guards: &Guards, value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(name, value)| {
                    // A field may have the name of a model that has no dot in it.
                    let is_closed_model = name.contains('.') && guards.is_closed(name);
                    !is_closed_model && !guards.hides(name, value)
                })
                .map(|(name, value)| (name, without_secrets(guards, value)))
                .collect(),
        ),
        Value::Array(values) => values
            .into_iter()
            .filter(|value| !guards.is_property_of_closed(value))
            .map(|value| without_secrets(guards, value))
            .collect(),
        other => other,
    }
}

fn refuse_secret(guards: &Guards, argument: &str, path: &str) -> Result<(), ToolError> {
    super::arguments::refuse_secret(guards, argument, path)
}

/// What `args` and `kwargs` of a call are.
///
/// # Errors
/// When one is of another kind.
pub(super) fn read(
    arguments: &mut Arguments<'_>,
) -> Result<(Vec<Value>, Map<String, Value>), ToolError> {
    let positional = arguments.list("args")?.unwrap_or_default();
    let keywords = arguments.object("kwargs")?.unwrap_or_default();
    for name in ["context", "ids", "self"] {
        if keywords.contains_key(name) {
            return Err(ToolError::argument(
                "kwargs",
                format_args!("{name} is an argument of its own, beside kwargs"),
            ));
        }
    }
    Ok((positional, keywords))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::odoo_methods::generic;

    #[test]
    fn fields_are_found_in_every_kind_of_term() {
        let found = |term: &str| path_in(term).unwrap_or_default();
        assert_eq!(found("amount_total:sum"), "amount_total");
        assert_eq!(found("date_order:month"), "date_order");
        assert_eq!(found("total:sum(amount_total)"), "amount_total");
        assert_eq!(found("x:sum(password)"), "password");
        assert_eq!(found("order_line/product_id/.id"), "order_line.product_id.id");
        assert_eq!(found(".id"), "id");
        for other in ["x:max(password)y", "x:max(password", "x:max:y", "x:y(z):max(password)", "x:"]
        {
            assert_eq!(path_in(other), None, "{other}");
        }
        assert!(!is_field_path(&found(".password")), "Odoo's other ways are not taken");
    }

    #[test]
    fn parameters_have_the_names_of_their_version() {
        let named = |method: &str, major: u32, name: &str| {
            let mut given = Map::from_iter([(name.to_owned(), json!(["name"]))]);
            rename(method, major, &mut given);
            given.into_iter().map(|(name, _)| name).collect::<String>()
        };
        assert_eq!(named("default_get", 17, "fields"), "fields_list");
        assert_eq!(named("default_get", 18, "fields"), "fields_list");
        assert_eq!(named("default_get", 19, "fields"), "fields");
        assert_eq!(named("name_search", 18, "domain"), "args");
        assert_eq!(named("name_search", 19, "domain"), "domain");
        assert_eq!(named("read", 17, "fields"), "fields");
    }

    #[test]
    fn a_page_has_an_end_and_a_full_one_says_that_there_may_be_more() {
        let bounded = |method: &str, given: Value| {
            let mut given = given.as_object().expect("an object").clone();
            let generic = generic(method).expect("is one");
            bound(generic, generic.params_on(19), &mut given);
            given.get("limit").cloned()
        };
        assert_eq!(bounded("search_read", json!({})), Some(json!(DEFAULT_LIMIT)));
        assert_eq!(bounded("search", json!({ "limit": null })), Some(json!(DEFAULT_LIMIT)));
        assert_eq!(bounded("search", json!({ "limit": 7 })), Some(json!(7)));
        assert_eq!(bounded("search_count", json!({})), None);
        assert_eq!(bounded("export_data", json!({})), None);
        for bad in [json!(0), json!(-1), json!(501), json!(1_u64 << 63), json!(true), json!("x")] {
            assert!(within("limit", bad.clone(), 1..=MAX_LIMIT).is_err(), "{bad}");
        }
        let note = |answer: Value| note_of_page(Some(&json!(2)), &answer);
        assert_eq!(note(json!([1])), None);
        assert!(note(json!([1, 2])).is_some());
        assert!(note(json!({ "records": [1, 2], "length": 9 })).is_some());
        assert_eq!(note(json!(2)), None);
    }

    #[test]
    fn a_specification_names_every_field_in_it() {
        let value = json!({ "name": {}, "partner_id": { "fields": { "email": {} }, "order": "password desc" } });
        let mut paths = Vec::new();
        specification("specification", "", &value, &mut paths).expect("is read");
        paths.sort();
        assert_eq!(paths, ["name", "partner_id", "partner_id.email", "partner_id.password"]);
        let bad = json!({ "partner_id": { "context": { "active_test": false } } });
        assert!(specification("specification", "", &bad, &mut paths).is_err());
    }

    #[test]
    fn what_odoo_takes_for_a_command_that_deletes_is_refused_however_it_is_written() {
        for command in [
            json!([2, 7, 0]),
            json!([2, 7]),
            json!([2, 7, 1]),
            json!([2, 7, {}, 0]),
            json!([2.0, 7, 0]),
            json!([2, "7", 0]),
            json!([3, 7, false]),
            json!([5]),
            json!([5, 0, 0]),
            json!([5, 1, 1]),
            json!([6, 0, []]),
            json!([6, 1, [3]]),
        ] {
            let arguments = json!({ "vals": { "lines": [command] } });
            assert!(refuse_deleting("kwargs", &arguments).is_err(), "{command}");
        }
        for open in [
            json!({ "range": [2, 7] }),
            json!({ "lines": [[0, 0, { "name": "A" }], [1, 7, { "name": "B" }], [4, 7, 0]] }),
            json!({ "domain": [["id", "=", 2]] }),
            json!({ "lines": [[2], [true, 7]] }),
        ] {
            assert!(refuse_deleting("kwargs", &open).is_ok(), "{open}");
        }
    }

    #[test]
    fn views_tell_nothing_of_closed_models() {
        let models = json!({ "models": {
            "res.partner": { "name": { "type": "char" } },
            "res.users.apikeys": { "scope": { "type": "char" } },
        } });
        let told = without_secrets(&Guards::default(), models);
        assert_eq!(told, json!({ "models": { "res.partner": { "name": { "type": "char" } } } }));
    }

    #[test]
    fn secrets_are_taken_out_at_any_depth() {
        let guards = Guards::default();
        let value =
            json!([{ "name": "x", "password": "y", "lines": [{ "access_token": "z", "a": 1 }] }]);
        assert_eq!(
            without_secrets(&guards, value),
            json!([{ "name": "x", "lines": [{ "a": 1 }] }])
        );
        let nested = json!([{ "a": [{ "password": 1 }] }]);
        assert!(refuse_closed(&guards, "kwargs", &nested).is_err());
        let defined = json!({ "models": { "m": {
            "x_word": { "type": "char", "related": "user_id.password" },
            "token_ids": { "type": "one2many", "relation": "payment.token" },
            "name": { "type": "char" },
        } } });
        let told = json!({ "models": { "m": { "name": { "type": "char" } } } });
        assert_eq!(without_secrets(&guards, defined), told);
        for closed in [
            json!(["password", "=", "x"]),
            json!({ "model": "ir.config_parameter" }),
            json!({ "about": "payment.token,7" }),
        ] {
            assert!(refuse_closed(&guards, "kwargs", &closed).is_err(), "{closed}");
        }
        for open in ["my password, please", "auth. failed, sorry", "res.partner,7"] {
            assert!(refuse_closed(&guards, "kwargs", &json!({ "body": open })).is_ok(), "{open}");
        }
    }
}
