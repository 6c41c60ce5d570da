//! The rows of `load`: what may stand in their columns.

use serde_json::{Map, Value, json};

use super::super::{
    ToolError,
    paths::{open_only, required_definitions},
    run::Call,
    values,
};
use crate::domain::{closed::holds_code, guards::Guards, naming::names_a_model};

/// The most rows that `load` takes.
const MAX_ROWS: usize = 1_000;

/// `load` creates and updates records from rows of texts, also related ones: each column is held to what
/// a value of its field would be.
pub(super) async fn check_load(
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
        if steps.peek().is_none() && guards.keeps_fields_secret() {
            return refuse(format!(
                "{column} finds records by a text, which Odoo looks for in fields of its own choice, and your company keeps \
                 fields secret: write {column}/.id, and their ids"
            ));
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
