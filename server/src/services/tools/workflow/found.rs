//! What a step found, for the screen: the first records of it, the fields by their labels, and each value as what it is.

use serde_json::{Map, Value};
use shared::{
    time::Timestamp,
    workflow::{Cell, FoundColumn, FoundTable, Step, StepAnswer},
};

use super::super::{paths::required_definitions, run::Call};
use crate::services::time_view::Face;

/// The most records that are shown.
const MAX_ROWS: usize = 10;
/// The most columns of them.
const MAX_COLUMNS: usize = 6;
/// The most characters of an answer as it is.
const MAX_SHOWN: usize = 12_000;
/// Where a tool's answer has its list.
const LISTS: [&str; 3] = ["records", "groups", "reports"];

/// The answer of `step`, as `face` reads it.
pub(super) async fn found(call: &Call<'_>, step: &Step, answer: &Value, face: &Face) -> StepAnswer {
    let model = step.arguments.get("model").and_then(Value::as_str).unwrap_or_default();
    let total = answer["total"].as_u64().map(|total| u32::try_from(total).unwrap_or(u32::MAX));
    let exactly = exactly(answer);
    let listed = LISTS.iter().find_map(|name| Some((*name, answer[*name].as_array()?)));
    let Some((list, all)) = listed else {
        return StepAnswer { total, table: None, is_cut: false, exactly };
    };
    let rows: Vec<&Map<String, Value>> =
        all.iter().filter_map(Value::as_object).take(MAX_ROWS).collect();
    let names = columns(step, &rows);
    let mut fields = Vec::new();
    for name in &names {
        fields.push(match list {
            // Documents are no records of the model.
            "reports" => Field::unknown(name),
            _ => Field::of(call, model, name).await,
        });
    }
    let mut told = Vec::new();
    for row in rows {
        let cells = fields.iter().map(|Field { column, definition }| {
            row.get(&column.name).map_or(Cell::Nothing, |value| cell(definition, value, face))
        });
        told.push(cells.collect::<Vec<Cell>>());
    }
    let shown = told.len();
    let is_cut = all.len() > shown || total.is_some_and(|total| total as usize > shown);
    let columns = fields.into_iter().map(|field| field.column).collect();
    StepAnswer { total, table: Some(FoundTable { columns, rows: told }), is_cut, exactly }
}

/// An answer as JSON: the first records of a list, and no more text than fits.
fn exactly(answer: &Value) -> String {
    let mut answer = answer.clone();
    for list in LISTS {
        if let Some(Value::Array(rows)) = answer.get_mut(list) {
            rows.truncate(MAX_ROWS);
        }
    }
    let text = serde_json::to_string_pretty(&answer).unwrap_or_default();
    text.chars().take(MAX_SHOWN).collect()
}

/// The names of what the rows have. What a record is called comes first, then what the step asks for, in its order.
fn columns(step: &Step, rows: &[&Map<String, Value>]) -> Vec<String> {
    let asked: Vec<&str> = step
        .arguments
        .get("fields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut names: Vec<String> = Vec::new();
    for name in rows.iter().flat_map(|row| row.keys()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names.sort_by_key(|name| {
        let is_name = matches!(name.as_str(), "id" | "display_name" | "name");
        let place = asked.iter().position(|asked| asked == name).unwrap_or(asked.len());
        (!is_name, place)
    });
    names.truncate(MAX_COLUMNS);
    names
}

/// What a column is of.
struct Field {
    column: FoundColumn,
    /// As Odoo defines it; null where that is not known.
    definition: Value,
}

impl Field {
    fn unknown(name: &str) -> Self {
        let column = FoundColumn { name: name.to_owned(), label: None, grain: None };
        Self { column, definition: Value::Null }
    }

    /// The field of `model`, or a path through a relation, that a tool has answered under this name: it is no secret then.
    async fn of(call: &Call<'_>, model: &str, name: &str) -> Self {
        let (path, grain) = name.split_once(':').unwrap_or((name, ""));
        let (mut model, mut definition) = (model.to_owned(), Value::Null);
        let mut labels: Vec<String> = Vec::new();
        for part in path.split('.') {
            if model.is_empty() {
                return Self::unknown(name);
            }
            let Ok(definitions) = required_definitions(call, &model).await else {
                return Self::unknown(name);
            };
            definition = definitions.of(part).clone();
            let Some(label) = definition["string"].as_str() else { return Self::unknown(name) };
            labels.push(label.to_owned());
            model = definition["relation"].as_str().unwrap_or_default().to_owned();
        }
        // What is counted is a number, whatever the field is.
        if grain == "count_distinct" {
            definition = Value::Null;
        }
        let column = FoundColumn {
            name: name.to_owned(),
            label: Some(labels.join(" · ")),
            grain: (!grain.is_empty()).then(|| grain.to_owned()),
        };
        Self { column, definition }
    }
}

/// A value that a tool has answered of the field with this `definition`.
fn cell(definition: &Value, value: &Value, face: &Face) -> Cell {
    let kind = definition["type"].as_str().unwrap_or_default();
    let count = |ids: &[Value]| Cell::Whole(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    match (kind, value) {
        (_, Value::Null) => Cell::Nothing,
        (_, Value::Bool(value)) => Cell::YesNo(*value),
        // Ids of lines say nothing to anybody. Those of a path have values.
        ("one2many" | "many2many", Value::Array(ids)) if !ids.iter().any(Value::is_object) => {
            count(ids)
        }
        ("monetary", Value::Number(number)) => Cell::Amount(number.as_f64().unwrap_or_default()),
        (_, Value::Number(number)) => match number.as_i64() {
            Some(whole) => Cell::Whole(whole),
            None => Cell::Decimal(number.as_f64().unwrap_or_default()),
        },
        ("selection", Value::String(value)) => Cell::Text(chosen(definition, value)),
        ("date", Value::String(day)) => Cell::Day(day.clone()),
        (_, Value::String(text)) => Cell::Text(text.clone()),
        (_, Value::Array(values)) => {
            Cell::Several(values.iter().map(|value| cell(definition, value, face)).collect())
        }
        (_, Value::Object(fields)) => {
            if let Some(at) = fields.get("utc").and_then(Value::as_str).and_then(moment) {
                return Cell::Moment(face.view(at));
            }
            // The first of many values behind a path, with the count of all.
            if let (Some(first), Some(_)) =
                (fields.get("values").and_then(Value::as_array), fields.get("count"))
            {
                let first = first.iter().map(|value| cell(definition, value, face));
                return Cell::Several(first.chain([Cell::Text("…".to_owned())]).collect());
            }
            ["name", "local", "count", "value"]
                .iter()
                .find_map(|name| fields.get(*name))
                .map_or_else(
                    || Cell::Text(value.to_string()),
                    |value| cell(definition, value, face),
                )
        }
    }
}

/// What a selection calls one of its values.
fn chosen(definition: &Value, value: &str) -> String {
    let pairs = definition["selection"].as_array().into_iter().flatten();
    let label = pairs.filter(|pair| pair[0] == value).find_map(|pair| pair[1].as_str());
    label.unwrap_or(value).to_owned()
}

fn moment(utc: &str) -> Option<Timestamp> {
    let at: jiff::Timestamp = utc.parse().ok()?;
    Some(Timestamp::from_micros(at.as_microsecond()))
}
