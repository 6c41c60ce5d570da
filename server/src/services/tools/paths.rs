//! Following field paths through Odoo's relations: every step must exist, hold no secret and lead into no
//! closed model.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use super::{ToolError, arguments::Term, named, run::Call};
use crate::{
    domain::{guards::Guards, nearest::unknown_field},
    odoo::OdooError,
    services::{gateway::GatewayError, odoo_cache::Definitions},
};

/// Parts of a date that Odoo takes as a last step from version 18 on.
const DATE_PARTS: [&str; 10] = [
    "year_number",
    "quarter_number",
    "month_number",
    "iso_week_number",
    "day_of_week",
    "day_of_month",
    "day_of_year",
    "hour_number",
    "minute_number",
    "second_number",
];

/// The type of the field that each path ends at.
pub(super) type Types = HashMap<String, String>;

/// Follows the paths of `terms` from `model` and gives the types of their ends. Errors name `argument` and the
/// term.
///
/// # Errors
/// When a step does not exist, with the nearest names, or leads where no tool goes.
pub(super) async fn follow(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    terms: &[Term],
) -> Result<Types, ToolError> {
    let mut types = Types::new();
    for term in terms {
        if !types.contains_key(&term.path) {
            let kind = end_of(call, model, argument, term).await?;
            types.insert(term.path.clone(), kind);
        }
    }
    Ok(types)
}

async fn end_of(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    term: &Term,
) -> Result<String, ToolError> {
    let guards = &call.principal().rules.guards;
    let path = term.path.as_str();
    let mut model = model.to_owned();
    let mut steps = path.split('.').peekable();
    let mut kind = String::new();
    while let Some(step) = steps.next() {
        if step == "id" && steps.peek().is_none() {
            return Ok("integer".to_owned());
        }
        // A path through a model that the person may not see is not sent: Odoo follows some relations with
        // rights of its own, and where the path leads cannot be looked at.
        let definitions = required_definitions(call, &model).await?;
        let Some(definition) = definitions.fields.get(step) else {
            let told = told_fields(&definitions, guards);
            return Err(term.error(argument, unknown_field(step, &model, told)));
        };
        if guards.holds_secret(step, definition) {
            let problem = format_args!("{path} holds a secret and is closed to every tool");
            return Err(term.error(argument, problem));
        }
        kind = definition["type"].as_str().unwrap_or_default().to_owned();
        match (steps.peek(), definition["relation"].as_str()) {
            (None, None) => {}
            (_, Some(relation)) if guards.is_closed(relation) => {
                let problem =
                    format_args!("{path} leads into {relation}, which is closed to every tool");
                return Err(term.error(argument, problem));
            }
            (_, Some(relation)) => model = relation.to_owned(),
            (Some(part), None)
                if matches!(kind.as_str(), "date" | "datetime") && DATE_PARTS.contains(part) =>
            {
                return Ok("integer".to_owned());
            }
            // What is inside properties is defined by records, not by the model.
            (Some(_), None) if kind == "properties" => return Ok(String::new()),
            (Some(_), None) => {
                let problem =
                    format_args!("{step} of {model} is no relation, so {path} leads nowhere");
                return Err(term.error(argument, problem));
            }
        }
    }
    Ok(kind)
}

/// The names of a model's fields that are told to anybody.
pub(super) fn told_fields<'a>(
    definitions: &'a Definitions,
    guards: &'a Guards,
) -> impl Iterator<Item = &'a str> {
    let told = definitions.fields.iter().filter(|(name, field)| !guards.hides(name, field));
    told.map(|(name, _)| name.as_str())
}

/// The fields of `model`, from memory or from Odoo.
///
/// # Errors
/// In words, also when the person's user may not see the model.
pub(super) async fn required_definitions(
    call: &Call<'_>,
    model: &str,
) -> Result<std::sync::Arc<Definitions>, ToolError> {
    let found = call.toolbox.gateway.definitions(call.principal(), model).await;
    found.map_err(|error| match error {
        GatewayError::Odoo(OdooError::Access(_)) => ToolError::failed(format!(
            "your Odoo user has no access to {model}: an administrator of Odoo grants it"
        )),
        GatewayError::Odoo(OdooError::NoSuchModel) => ToolError::argument(
            "model",
            format_args!(
                "this Odoo has no model {model}; aidoo_schema with a search word finds models"
            ),
        ),
        other => call.explain(&other),
    })
}

/// Whether the person's user may read records of `model` at all.
///
/// # Errors
/// When Odoo cannot be asked, or has no such model.
pub(super) async fn is_readable(call: &Call<'_>, model: &str) -> Result<bool, GatewayError> {
    let asked = named(json!({ "operation": "read", "raise_exception": false }));
    match call.odoo(model, "check_access_rights", None, asked, &BTreeMap::new()).await {
        Ok(answer) => Ok(answer == json!(true)),
        Err(GatewayError::Odoo(OdooError::Access(_) | OdooError::NoSuchMethod)) => Ok(false),
        Err(error) => Err(error),
    }
}
