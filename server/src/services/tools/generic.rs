//! The arguments of Odoo's generic methods when `execute` calls them: each is held to the rules that the
//! tool of its own kind has, whatever it is named.

use serde_json::{Map, Value, json};

use super::{
    ToolError,
    arguments::{Arguments, kind},
    paths::{definitions, follow},
    query::check_domain,
    run::Call,
    values,
};
use crate::domain::{
    guards::Guards,
    odoo_domain::{Domain, is_field_path},
    odoo_methods::{Effect, Generic},
};

/// The most rows that `load` takes.
const MAX_ROWS: usize = 1_000;

/// Gives positional arguments their names and checks every one.
///
/// # Errors
/// Names the argument and what is wrong with it.
pub(super) async fn check(
    call: &Call<'_>,
    model: &str,
    generic: &Generic,
    positional: Vec<Value>,
    mut keywords: Map<String, Value>,
) -> Result<Map<String, Value>, ToolError> {
    if positional.len() > generic.params.len() {
        return Err(ToolError::argument(
            "args",
            format_args!("{} takes at most {} arguments", generic.name, generic.params.len()),
        ));
    }
    for (name, value) in generic.params.iter().zip(positional) {
        if keywords.insert((*name).to_owned(), value).is_some() {
            return Err(ToolError::argument("args", format_args!("{name} is given twice")));
        }
    }
    if generic.effect == Effect::Changes {
        values::check_model(call, "model", model)?;
    }
    let mut checked = Map::new();
    for (name, value) in keywords {
        if !generic.params.contains(&name.as_str()) {
            return Err(ToolError::argument(
                "kwargs",
                format_args!(
                    "{} takes no {name}; there are: {}",
                    generic.name,
                    generic.params.join(", ")
                ),
            ));
        }
        let value = one(call, model, &name, value).await?;
        checked.insert(name, value);
    }
    if generic.name == "load" {
        check_load(call, model, &checked).await?;
    }
    // `domain` of name_search was called `args` until 18.
    if generic.name == "name_search"
        && call.major() < 19
        && let Some(domain) = checked.remove("domain")
    {
        checked.insert("args".to_owned(), domain);
    }
    Ok(checked)
}

async fn one(call: &Call<'_>, model: &str, name: &str, value: Value) -> Result<Value, ToolError> {
    match name {
        "domain" => {
            let mut domain =
                Domain::parse(&value).map_err(|error| ToolError::argument("domain", error))?;
            for path in domain.fields() {
                refuse_secret(&call.principal().rules.guards, name, path)?;
            }
            check_domain(call, model, &mut domain).await?;
            Ok(domain.into_value())
        }
        "having" => {
            let domain = value.as_array().into_iter().flatten();
            for leaf in domain.filter_map(Value::as_array) {
                let aggregate = leaf.first().and_then(Value::as_str).unwrap_or_default();
                check_terms(call, model, name, &json!([aggregate])).await?;
            }
            Ok(value)
        }
        "fields" | "field_names" | "allfields" | "fields_to_export" | "groupby" | "group_by"
        | "aggregates" => {
            check_terms(call, model, name, &value).await?;
            Ok(value)
        }
        "order" | "orderby" => {
            let text = value.as_str().ok_or_else(|| {
                ToolError::argument(name, format_args!("must be a text, not {}", kind(&value)))
            })?;
            let terms: Vec<&str> = text
                .split(',')
                .filter_map(|term| term.split_whitespace().next())
                .filter(|term| !term.is_empty())
                .collect();
            check_terms(call, model, name, &json!(terms)).await?;
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
            other => Err(ToolError::argument(
                name,
                format_args!("must be an object of values, not {}", kind(other)),
            )),
        },
        "vals_list" => {
            let list = match value {
                Value::Object(fields) => vec![Value::Object(fields)],
                Value::Array(list) => list,
                other => {
                    let problem = format_args!("must be a list of objects, not {}", kind(&other));
                    return Err(ToolError::argument(name, problem));
                }
            };
            for fields in &list {
                let fields = fields
                    .as_object()
                    .ok_or_else(|| ToolError::argument(name, "must be a list of objects"))?;
                values::check(call, name, model, fields).await?;
            }
            Ok(Value::Array(list))
        }
        _ => Ok(value),
    }
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
        let text = term.as_str().ok_or_else(|| {
            ToolError::argument(argument, format_args!("must hold texts, not {}", kind(term)))
        })?;
        for path in fields_in(text) {
            if !is_field_path(&path) {
                let shown: String = text.chars().take(40).collect();
                return Err(ToolError::argument(
                    argument,
                    format_args!("{shown:?} is not understood"),
                ));
            }
            refuse_secret(&call.principal().rules.guards, argument, &path)?;
            follow(call, model, argument, &[path.as_str()]).await?;
        }
    }
    Ok(())
}

/// The field paths that a term names. `__count` and the like are no fields.
fn fields_in(term: &str) -> Vec<String> {
    let (first, rest) = term.split_once(':').unwrap_or((term, ""));
    let inner = rest.split_once('(').and_then(|(_, inner)| inner.strip_suffix(')'));
    let path = inner.unwrap_or(first);
    if path.starts_with("__") || path.is_empty() {
        return Vec::new();
    }
    // An export names steps by slashes, and ends in `id` or `.id` for a record's external or own id.
    let path = path.replace("/.id", "/id").replace('/', ".");
    let path = path.strip_prefix('.').unwrap_or(&path);
    vec![path.to_owned()]
}

/// The paths in a specification of `web_read`: fields, and fields of related records inside them.
fn specification(
    argument: &str,
    prefix: &str,
    value: &Value,
    paths: &mut Vec<String>,
) -> Result<(), ToolError> {
    let Value::Object(fields) = value else {
        return Err(ToolError::argument(argument, "must be an object of fields"));
    };
    for (field, inner) in fields {
        let path = format!("{prefix}{field}");
        if let Value::Object(inner) = inner {
            for (option, value) in inner {
                match option.as_str() {
                    "fields" => specification(argument, &format!("{path}."), value, paths)?,
                    "limit" | "offset" | "order" => {}
                    _ => {
                        return Err(ToolError::argument(
                            argument,
                            format_args!("{path} takes fields, limit, offset and order only"),
                        ));
                    }
                }
                // An order inside names fields of the related model.
                if option == "order" {
                    let terms = value.as_str().unwrap_or_default().split(',');
                    paths.extend(
                        terms
                            .filter_map(|term| term.split_whitespace().next())
                            .map(|term| format!("{path}.{term}")),
                    );
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
    if rows.len() > MAX_ROWS
        || rows.iter().any(|row| row.as_array().is_none_or(|row| row.len() != columns.len()))
    {
        return Err(ToolError::argument(
            "data",
            format_args!("must be at most {MAX_ROWS} rows, each with one value for each field"),
        ));
    }
    for column in columns.iter().filter_map(Value::as_str) {
        let mut model = model.to_owned();
        for step in column.split('/') {
            if matches!(step, "id" | ".id") {
                break;
            }
            let definitions = definitions(call, &model).await.map_err(|missing| match missing {
                super::paths::Missing::Access => {
                    ToolError::failed(format!("your Odoo user has no access to {model}"))
                }
                super::paths::Missing::Other(error) => error,
            })?;
            let Some(definition) = definitions.fields.get(step) else { break };
            if definition["readonly"] == json!(true) {
                return Err(ToolError::argument(
                    "fields",
                    format_args!("{step} is read-only on {model}"),
                ));
            }
            match definition["relation"].as_str() {
                Some(relation) if column.contains('/') && guards.is_closed_to_changes(relation) => {
                    return Err(ToolError::argument(
                        "fields",
                        format_args!("{column} leads into {relation}, which is closed to changes"),
                    ));
                }
                Some(relation) => model = relation.to_owned(),
                None => break,
            }
        }
    }
    Ok(())
}

/// Refuses, at any depth, a key that names a secret field: for methods whose arguments nobody knows.
pub(super) fn refuse_secret_keys(
    guards: &Guards,
    argument: &str,
    value: &Value,
) -> Result<(), ToolError> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            refuse_secret(guards, argument, name)?;
            refuse_secret_keys(guards, argument, value)
        }),
        Value::Array(values) => {
            values.iter().try_for_each(|value| refuse_secret_keys(guards, argument, value))
        }
        _ => Ok(()),
    }
}

/// Takes out of an answer, at any depth, what is under the name of a secret field, and definitions of
/// fields that lead into closed models.
pub(super) fn without_secrets(guards: &Guards, value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(name, value)| {
                    let leads = value["relation"].as_str();
                    !guards.is_secret(name) && leads.is_none_or(|model| !guards.is_closed(model))
                })
                .map(|(name, value)| (name, without_secrets(guards, value)))
                .collect(),
        ),
        Value::Array(values) => {
            values.into_iter().map(|value| without_secrets(guards, value)).collect()
        }
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

    #[test]
    fn fields_are_found_in_every_kind_of_term() {
        let found = |term: &str| fields_in(term).join(" ");
        assert_eq!(found("amount_total:sum"), "amount_total");
        assert_eq!(found("date_order:month"), "date_order");
        assert_eq!(found("total:sum(amount_total)"), "amount_total");
        assert_eq!(found("x:sum(password)"), "password");
        assert_eq!(found("order_line/product_id/.id"), "order_line.product_id.id");
        assert_eq!(found(".id"), "id");
        assert_eq!(found("__count"), "");
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
    fn secrets_are_taken_out_at_any_depth() {
        let guards = Guards::default();
        let value =
            json!([{ "name": "x", "password": "y", "lines": [{ "access_token": "z", "a": 1 }] }]);
        assert_eq!(
            without_secrets(&guards, value),
            json!([{ "name": "x", "lines": [{ "a": 1 }] }])
        );
        let nested = json!([{ "a": [{ "password": 1 }] }]);
        assert!(refuse_secret_keys(&guards, "kwargs", &nested).is_err());
    }
}
