//! Values that a caller writes: checked against the field's type and brought into the store's form.

use serde_json::{Value, json};

use super::super::{
    errors::{OdooError, validation_error, value_error},
    fields::{Field, Kind},
    model::Model,
    store::Store,
    value::{self, is_falsy, repr},
};

/// One change of an x2many field.
#[derive(Debug)]
pub(super) enum Command {
    Create(Value),
    Update(i64, Value),
    Delete(i64),
    Unlink(i64),
    Link(i64),
    Clear,
    Set(Vec<i64>),
}

/// A value for a field that is not x2many.
///
/// # Errors
/// `ValueError` when it does not fit the type, `ValidationError` for a record that is not there.
pub(super) fn coerce(
    store: &Store,
    model: &Model,
    field: &Field,
    given: &Value,
) -> Result<Value, OdooError> {
    let wrong =
        || value_error(format!("Wrong value for {}.{}: {}", model.name, field.name, repr(given)));
    match field.kind {
        Kind::Boolean => Ok(json!(!is_falsy(given))),
        Kind::Integer => match given {
            Value::Number(number) => {
                number.as_i64().or_else(|| number.as_f64().map(|f| f as i64)).map(Value::from)
            }
            Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
            other if is_falsy(other) => Some(json!(0)),
            _ => None,
        }
        .ok_or_else(wrong),
        Kind::Float | Kind::Monetary => match given {
            Value::Number(number) => number.as_f64().map(value::float),
            Value::String(text) => text.trim().parse().ok().map(value::float),
            other if is_falsy(other) => Some(json!(0.0)),
            _ => None,
        }
        .ok_or_else(wrong),
        _ if is_falsy(given) && !given.is_number() => Ok(Value::Null),
        Kind::Char | Kind::Text | Kind::Html | Kind::Binary => match given {
            Value::String(text) => Ok(json!(text)),
            Value::Number(number) => Ok(json!(number.to_string())),
            Value::Bool(true) => Ok(json!("True")),
            _ => Err(wrong()),
        },
        Kind::Date => given
            .as_str()
            .and_then(value::parse_date)
            .map(|day| json!(day.to_string()))
            .ok_or_else(|| value_error(format!("Invalid isoformat string: {}", repr(given)))),
        Kind::Datetime => given
            .as_str()
            .and_then(value::parse_datetime)
            .map(|moment| json!(moment.strftime("%Y-%m-%d %H:%M:%S").to_string()))
            .ok_or_else(|| value_error(format!("Invalid isoformat string: {}", repr(given)))),
        Kind::Selection(options) => {
            let known = |text: &&str| options.iter().any(|(value, _)| value == text);
            given.as_str().filter(known).map(|text| json!(text)).ok_or_else(wrong)
        }
        Kind::Many2one(other) => {
            let id = given.as_i64().ok_or_else(wrong)?;
            check_record(store, field, other, id)?;
            Ok(json!(id))
        }
        Kind::One2many(..) | Kind::Many2many(_) => Err(wrong()),
    }
}

/// Refuses an id that no record of the model has.
pub(super) fn check_record(
    store: &Store,
    field: &Field,
    other: &str,
    id: i64,
) -> Result<(), OdooError> {
    if store.row(other, id).is_some() {
        return Ok(());
    }
    Err(validation_error(format!(
        "The operation cannot be completed: there is no {other} with id {id} for '{}' ({})",
        field.label, field.name
    )))
}

/// The commands of an x2many value. A plain list of ids sets them.
///
/// # Errors
/// `ValueError` for anything else.
pub(super) fn commands(
    model: &Model,
    field: &Field,
    given: &Value,
) -> Result<Vec<Command>, OdooError> {
    let wrong =
        || value_error(format!("Wrong value for {}.{}: {}", model.name, field.name, repr(given)));
    let items = match given {
        Value::Array(items) => items,
        value if is_falsy(value) => return Ok(vec![Command::Clear]),
        _ => return Err(wrong()),
    };
    if !items.is_empty() && items.iter().all(Value::is_i64) {
        return Ok(vec![Command::Set(value::ids(given))]);
    }
    items
        .iter()
        .map(|item| {
            let parts = item.as_array().map(Vec::as_slice).unwrap_or_default();
            let id = || parts.get(1).and_then(Value::as_i64);
            let values = || parts.get(2).filter(|values| values.is_object()).cloned();
            match parts.first().and_then(Value::as_i64) {
                Some(0) => values().map(Command::Create),
                Some(1) => id().zip(values()).map(|(id, values)| Command::Update(id, values)),
                Some(2) => id().map(Command::Delete),
                Some(3) => id().map(Command::Unlink),
                Some(4) => id().map(Command::Link),
                Some(5) => Some(Command::Clear),
                Some(6) => parts
                    .get(2)
                    .filter(|ids| ids.is_array())
                    .map(|ids| Command::Set(value::ids(ids))),
                _ => None,
            }
            .ok_or_else(wrong)
        })
        .collect()
}
