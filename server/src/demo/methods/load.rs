//! `load`: rows of texts as an import has them, stored all together or not at all.

use serde_json::{Map, Value, json};

use super::{
    super::{
        access::{self, Operation},
        env::Env,
        errors::{Class, OdooError, type_error, value_error},
        fields::{Field, Kind},
        model::{self, Model},
        value::{is_falsy, repr},
    },
    Args, Effect, Method,
    Param::Required,
    Target, write,
};

pub(super) const METHODS: &[Method] = &[Method {
    name: "load",
    models: &[],
    target: Target::Model,
    effect: Effect::Writes,
    params: &[Required("fields"), Required("data")],
    run: |env, model, _, args| load(env, model, args),
}];

/// A column of the import.
struct Column {
    field: &'static Field,
    by: By,
}

/// How a cell of a relation says which record is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Id,
}

fn load(env: &mut Env, model: &'static Model, args: &Args) -> Result<Value, OdooError> {
    access::check(&env.login, model, Operation::Create)?;
    let names = args.texts("fields")?.unwrap_or_default();
    let columns: Vec<Column> =
        names.iter().map(|name| column(model, name)).collect::<Result<_, _>>()?;
    let rows = args.value("data").as_array().ok_or_else(|| type_error("data is no list"))?;
    let before = env.store.clone();
    let (mut ids, mut messages) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        match load_row(env, model, &columns, row) {
            Ok(id) => ids.push(id),
            Err(error) => messages.push(json!({
                "rows": { "from": at, "to": at },
                "record": at,
                "type": "error",
                "message": error.message,
            })),
        }
    }
    if messages.is_empty() {
        return Ok(json!({ "ids": ids, "messages": [], "nextrow": 0 }));
    }
    env.store = before;
    Ok(json!({ "ids": false, "messages": messages, "nextrow": 0 }))
}

fn column(model: &'static Model, name: &str) -> Result<Column, OdooError> {
    let (step, by) = match name.split_once('/') {
        Some((step, ".id" | "id")) => (step, By::Id),
        None => (name.strip_prefix('.').unwrap_or(name), By::Name),
        Some(_) => {
            return Err(value_error(format!("A column such as '{name}' is not imported here")));
        }
    };
    let field = model
        .field(step)
        .ok_or_else(|| value_error(format!("Invalid field '{step}' in '{}'", model.name)))?;
    Ok(Column { field, by })
}

/// Makes the record of a row, or changes the one whose id it has.
fn load_row(
    env: &mut Env,
    model: &'static Model,
    columns: &[Column],
    row: &Value,
) -> Result<i64, OdooError> {
    let cells = row.as_array().ok_or_else(|| type_error("a row is no list"))?;
    let mut values = Map::new();
    let mut known = None;
    for (Column { field, by }, cell) in columns.iter().zip(cells) {
        if field.name == "id" {
            known = number(cell);
            continue;
        }
        values.insert(field.name.to_owned(), parse(env, field, *by, cell)?);
    }
    match known {
        Some(id) => write::write(env, model, &[id], &Value::Object(values)).map(|()| id),
        None => write::create(env, model, &Value::Object(values)),
    }
}

fn parse(env: &Env, field: &'static Field, by: By, cell: &Value) -> Result<Value, OdooError> {
    if is_falsy(cell) {
        return Ok(json!(false));
    }
    let text = cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
    match field.kind {
        Kind::Boolean => match text.to_lowercase().as_str() {
            "1" | "true" | "yes" => Ok(json!(true)),
            "0" | "false" | "no" => Ok(json!(false)),
            _ => Err(unknown(field, cell)),
        },
        Kind::Selection(options) => options
            .iter()
            .find(|(value, label)| *value == text || *label == text)
            .map(|(value, _)| json!(value))
            .ok_or_else(|| unknown(field, cell)),
        Kind::Many2one(other) => find(env, field, other, by, &text).map(|id| json!(id)),
        Kind::Many2many(other) => {
            let found: Result<Vec<i64>, _> =
                text.split(',').map(|name| find(env, field, other, by, name)).collect();
            Ok(json!([[6, 0, found?]]))
        }
        Kind::One2many(..) => Err(value_error(format!("'{}' is not imported here", field.label))),
        _ => Ok(cell.clone()),
    }
}

/// The record that a cell means.
fn find(env: &Env, field: &Field, other: &str, by: By, text: &str) -> Result<i64, OdooError> {
    let text = text.trim();
    let model = model::find(other).ok_or_else(|| unknown(field, &json!(text)))?;
    access::check(&env.login, model, Operation::Read)?;
    let found = match by {
        By::Id => text.parse().ok().filter(|id| env.store.row(other, *id).is_some()),
        By::Name => env
            .store
            .rows(other)
            .find(|(_, row)| env.store.display_name(model, row) == text)
            .map(|(id, _)| id),
    };
    found.ok_or_else(|| unknown(field, &json!(text)))
}

fn number(cell: &Value) -> Option<i64> {
    cell.as_i64().or_else(|| cell.as_str()?.trim().parse().ok())
}

fn unknown(field: &Field, cell: &Value) -> OdooError {
    let text = format!("Nothing in '{}' is called {}", field.label, repr(cell));
    OdooError::new(Class::Value, text)
}
