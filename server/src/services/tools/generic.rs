//! The arguments of Odoo's generic methods when `execute` calls them: each is held to the rules that the
//! tool of its own kind has, whatever it is named.

mod argument;
mod closed;
mod deleting;
mod load;
mod page;
mod terms;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use shared::{call_cause::CallCause, permission::Permission};

use self::{argument::one, load::check_load, page::bound};
pub(super) use self::{
    closed::{refuse_closed, without_hidden_fields, without_secrets},
    deleting::refuse_deleting,
    page::note_of_page,
};
use super::{
    ToolError,
    arguments::{Arguments, kind},
    paths::{by_names_alone, required_definitions},
    records::useful,
    run::Call,
    values,
};
use crate::domain::odoo_methods::{Effect, Generic};

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
        "name_search" => search_names_alone(call, model, &mut checked).await?,
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

/// Has `name_search` find records by their names alone, where the company keeps fields secret.
async fn search_names_alone(
    call: &Call<'_>,
    model: &str,
    keywords: &mut Map<String, Value>,
) -> Result<(), ToolError> {
    if !keywords.contains_key("name") && !keywords.contains_key("operator") {
        return Ok(());
    }
    let text = |name: &str| keywords.get(name).and_then(Value::as_str);
    let (name, operator) = (text("name").unwrap_or_default(), text("operator").unwrap_or("ilike"));
    let Some(expression) = by_names_alone(call, model, "name", operator, name).await? else {
        return Ok(());
    };
    if let Some(Value::Array(domain)) = keywords.get_mut("domain") {
        domain.extend(expression);
    }
    keywords.insert("name".to_owned(), json!(""));
    keywords.remove("operator");
    Ok(())
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
}
