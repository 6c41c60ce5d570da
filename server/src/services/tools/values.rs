//! Values for records, checked through every level of nesting, and told as a person reads them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use shared::{call_cause::CallCause, confirmation::Change};

use super::{
    ToolError, named,
    nested::{Command, Nested, commands, named as named_records},
    paths::{Behind, behind, required_definitions},
    records::{shorten, whole},
    run::Call,
    sentences::{EMPTY, NO_CHANGE, UNKNOWN, UNREADABLE},
};
use crate::{
    domain::{
        closed::holds_code,
        odoo_values::{self, Nested as Inner},
    },
    services::odoo_cache::Definitions,
};

/// How deep values may nest.
pub(super) const MAX_DEPTH: usize = 4;
/// The most sets of values in one call, nested ones included.
const MAX_SETS: usize = 2_000;
/// The most characters of one value in a preview.
const MAX_SHOWN: usize = 4_000;
/// The most records of one model whose names are read for a preview.
const MAX_NAMED: usize = 500;

/// Checks `values` for `model` and all that is nested in them: fields, commands, closed models, and the
/// permissions that nested records need.
///
/// # Errors
/// Names the argument, the place and what is wrong.
pub(super) async fn check(
    call: &Call<'_>,
    argument: &str,
    model: &str,
    values: &Map<String, Value>,
) -> Result<(), ToolError> {
    let guards = &call.principal().rules.guards;
    let mut left = vec![(String::new(), model.to_owned(), values.clone(), 0)];
    let mut sets = 0;
    while let Some((place, model, values, depth)) = left.pop() {
        let refuse = |problem: String| {
            let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
            ToolError::argument(argument, format_args!("{place}{problem}"))
        };
        sets += 1;
        if depth > MAX_DEPTH || sets > MAX_SETS {
            return Err(refuse(format!(
                "values nest more than {MAX_DEPTH} deep, or hold more than {MAX_SETS} records"
            )));
        }
        check_model(call, argument, &model)?;
        let definitions = required_definitions(call, &model).await?;
        let nested =
            odoo_values::check(&model, &values, &definitions.fields, guards).map_err(&refuse)?;
        for name in values.keys() {
            if holds_code(name) {
                return Err(refuse(code(name)));
            }
            if let Some(closed) = changes_closed(call, &model, name).await? {
                return Err(refuse(closed.told(name, "changes")));
            }
        }
        for Inner { place: inner, model, needs, values } in nested {
            if !call.permissions.contains(needs) {
                return Err(refuse(format!(
                    "{inner} needs the permission {needs}, which this API key does not have"
                ))
                .because(CallCause::Permission));
            }
            call.note(|about| about.besides.push(needs));
            let place = if place.is_empty() { inner } else { format!("{place}, {inner}") };
            left.push((place, model, values, depth + 1));
        }
    }
    Ok(())
}

/// Why no tool changes this field.
pub(super) fn code(field: &str) -> String {
    format!("{field} holds code that Odoo runs, and is closed to changes")
}

/// What is closed to changes and would be changed by a value of this field: one that stands for a field of another record
/// (`related`) is written there.
///
/// # Errors
/// When a model on the way there cannot be looked at.
pub(super) async fn changes_closed(
    call: &Call<'_>,
    model: &str,
    field: &str,
) -> Result<Option<Behind>, ToolError> {
    let guards = &call.principal().rules.guards;
    let definitions = required_definitions(call, model).await?;
    behind(call, model, definitions.of(field), |model| guards.is_closed_to_changes(model)).await
}

/// Refuses a model that no tool changes.
pub(super) fn check_model(call: &Call<'_>, argument: &str, model: &str) -> Result<(), ToolError> {
    if call.principal().rules.guards.is_closed_to_changes(model) {
        return Err(ToolError::argument(
            argument,
            format_args!(
                "{model} holds Odoo's security, runs code or is sent by Odoo itself, and is closed to changes"
            ),
        ));
    }
    Ok(())
}

/// Tells values as a person reads them: relations by the names of their records.
pub(super) struct Teller<'a> {
    definitions: Arc<Definitions>,
    zone: TimeZone,
    names: HashMap<(String, i64), String>,
    nested: &'a Nested,
}

impl<'a> Teller<'a> {
    /// One that knows the names of all records that `sets` of values for `model` point at, and what is known of those
    /// that are `nested` in them.
    ///
    /// # Errors
    /// When one of them does not exist, or Odoo does not answer. A record whose name may not be read is told by its number.
    pub(super) async fn new(
        call: &Call<'_>,
        model: &str,
        sets: &[&Map<String, Value>],
        nested: &'a Nested,
    ) -> Result<Self, ToolError> {
        let definitions = required_definitions(call, model).await?;
        let zone = super::records::zone(call, nested.context()).await?;
        let mut names = HashMap::new();
        for (relation, ids) in named_records(call, model, sets).await? {
            // Those that are changed as well have been read.
            let unknown = ids.into_iter().filter(|id| nested.name(&relation, *id).is_none());
            let ids: Vec<i64> = unknown.take(MAX_NAMED).collect();
            if ids.is_empty() {
                continue;
            }
            let Some(found) = rows_of(call, &relation, ids.clone()).await else { continue };
            let missing: Vec<i64> = ids.into_iter().filter(|id| !found.contains_key(id)).collect();
            // Odoo would say it only once somebody has agreed.
            if !missing.is_empty() {
                let problem = format_args!(
                    "there are no records {missing:?} of {relation}: nothing was changed"
                );
                return Err(
                    ToolError::argument("values", problem).because(CallCause::MissingRecord)
                );
            }
            let told = found.into_iter().filter(|(_, name)| !name.is_empty());
            names.extend(told.map(|(id, name)| ((relation.clone(), id), name)));
        }
        Ok(Self { definitions, zone, names, nested })
    }

    /// The label of a field.
    pub(super) fn label(&self, field: &str) -> String {
        self.definitions.of(field)["string"].as_str().unwrap_or(field).to_owned()
    }

    /// One line for each value of a new record.
    pub(super) fn added(&self, record: &str, values: &Map<String, Value>) -> Vec<Change> {
        values
            .iter()
            .map(|(field, value)| Change {
                record: record.to_owned(),
                label: self.label(field),
                before: None,
                after: self.after(field, value),
            })
            .collect()
    }

    /// A value as it would be after the change.
    pub(super) fn after(&self, field: &str, value: &Value) -> String {
        let definition = self.definitions.of(field);
        match definition["type"].as_str().unwrap_or_default() {
            "many2one" => match (definition["relation"].as_str(), value.as_i64()) {
                (Some(relation), Some(id)) => self.name(relation, id),
                _ => EMPTY.to_owned(),
            },
            "one2many" | "many2many" => {
                self.commands(definition["relation"].as_str().unwrap_or_default(), value)
            }
            _ => self.before(field, value).unwrap_or_else(|| EMPTY.to_owned()),
        }
    }

    /// What a record has in a field now: in words where it has nothing, or where that may not be read.
    pub(super) fn now(&self, field: &str, row: &Value) -> String {
        match row.get(field) {
            None => UNREADABLE.to_owned(),
            Some(value) => self.before(field, value).unwrap_or_else(|| EMPTY.to_owned()),
        }
    }

    /// What a record is called, or its number.
    fn name(&self, model: &str, id: i64) -> String {
        let named = self.names.get(&(model.to_owned(), id)).map(String::as_str);
        named
            .or_else(|| self.nested.name(model, id))
            .map_or_else(|| format!("#{id}"), str::to_owned)
    }

    /// What commands do to records of `model`, in words. The values of a new record stand here; those that one gets
    /// which is there already stand in lines of their own, beside what it has now.
    fn commands(&self, model: &str, value: &Value) -> String {
        let told: Vec<String> = commands(value)
            .map(|Command { number, id, values, ids }| {
                let name = self.name(model, id.unwrap_or_default());
                match number {
                    Some(0) => format!("add {}", json!(values)),
                    Some(1) => format!("change {name}"),
                    Some(3) => format!("take {name} out"),
                    Some(4) => match id.and_then(|id| self.nested.parent(model, id)) {
                        Some(parent) => format!("link {name}, which is of {parent} now"),
                        None => format!("link {name}"),
                    },
                    Some(5) => "take all out".to_owned(),
                    Some(6) if ids.is_empty() => "take all out".to_owned(),
                    Some(6) => {
                        let names: Vec<String> =
                            ids.iter().map(|id| self.name(model, *id)).collect();
                        format!("set to {}", names.join(", "))
                    }
                    _ => UNKNOWN.to_owned(),
                }
            })
            .collect();
        if told.is_empty() { NO_CHANGE.to_owned() } else { shorten(told.join("; "), MAX_SHOWN) }
    }

    /// A value as Odoo has it; `None` when it has none.
    fn before(&self, field: &str, value: &Value) -> Option<String> {
        let definition = self.definitions.of(field);
        let kind = definition["type"].as_str().unwrap_or_default();
        let text = match whole(kind, value.clone(), &self.zone) {
            Value::Null => return None,
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::String(text) if kind == "selection" => selection(definition, &text),
            Value::String(text) => text,
            Value::Object(of) => match (of.get("name"), of.get("local")) {
                (Some(name), _) => name.as_str().unwrap_or_default().to_owned(),
                (_, Some(local)) => local.as_str().unwrap_or_default().to_owned(),
                _ => Value::Object(of).to_string(),
            },
            Value::Array(ids) => match ids.len() {
                1 => "1 record".to_owned(),
                count => format!("{count} records"),
            },
            number => number.to_string(),
        };
        Some(shorten(text, MAX_SHOWN))
    }
}

/// The display names of records, as far as they may be read.
pub(super) async fn display_names(
    call: &Call<'_>,
    model: &str,
    ids: Vec<i64>,
) -> HashMap<i64, String> {
    let mut found = rows_of(call, model, ids).await.unwrap_or_default();
    found.retain(|_, name| !name.is_empty());
    found
}

/// The records of these ids that there are, each with its name, which may be empty; `None` where they may not be read.
async fn rows_of(call: &Call<'_>, model: &str, ids: Vec<i64>) -> Option<HashMap<i64, String>> {
    let arguments = named(json!({ "fields": ["display_name"] }));
    let rows = call.odoo(model, "read", Some(ids), arguments, &BTreeMap::new()).await.ok()?;
    let name = |row: &Value| row["display_name"].as_str().unwrap_or_default().to_owned();
    let rows = rows.as_array()?.iter();
    Some(rows.filter_map(|row| Some((row["id"].as_i64()?, name(row)))).collect())
}

fn selection(definition: &Value, value: &str) -> String {
    definition["selection"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|pair| pair[0].as_str() == Some(value))
        .and_then(|pair| pair[1].as_str())
        .unwrap_or(value)
        .to_owned()
}
