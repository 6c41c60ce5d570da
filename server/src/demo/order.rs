//! `order`: parsing it, and sorting by it as PostgreSQL does (unset values last, first when descending).

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    errors::{OdooError, user_error, value_error},
    fields::{Field, Kind},
    model::Model,
    store::{Row, Store},
};

/// One column of an order.
#[derive(Debug)]
pub(super) struct Column {
    field: &'static Field,
    direction: Direction,
    nulls: Nulls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nulls {
    First,
    Last,
}

/// Reads `name desc, id`.
///
/// # Errors
/// `UserError` for what is no list of fields, `ValueError` for a field that is unknown or has no order.
pub(super) fn parse(model: &'static Model, order: &str) -> Result<Vec<Column>, OdooError> {
    order.split(',').map(|part| column(model, order, part)).collect()
}

fn column(model: &'static Model, order: &str, part: &str) -> Result<Column, OdooError> {
    let wrong = || {
        user_error(format!(
            "Invalid \"order\" specified ({order}). Use a comma-separated list of field names, each \
             with asc or desc behind it if need be"
        ))
    };
    let lower = part.to_lowercase();
    let mut words = part.split_whitespace();
    let name = words.next().ok_or_else(wrong)?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == ':';
    if !name.chars().all(is_name) {
        return Err(wrong());
    }
    let mut rest = lower.split_whitespace().skip(1).peekable();
    let direction = match rest.peek() {
        Some(&"desc") => Direction::Descending,
        _ => Direction::Ascending,
    };
    rest.next_if(|word| matches!(*word, "asc" | "desc"));
    let nulls = match (rest.next(), rest.next(), direction) {
        (None, None, Direction::Ascending) | (Some("nulls"), Some("last"), _) => Nulls::Last,
        (None, None, Direction::Descending) | (Some("nulls"), Some("first"), _) => Nulls::First,
        _ => return Err(wrong()),
    };
    if rest.next().is_some() {
        return Err(wrong());
    }
    let field = model
        .field(name)
        .ok_or_else(|| value_error(format!("Invalid field '{name}' on model '{}'", model.name)))?;
    if !field.is_sortable() {
        return Err(value_error(format!(
            "Cannot convert {}.{name} to SQL because it is not stored",
            model.name
        )));
    }
    Ok(Column { field, direction, nulls })
}

/// What a record sorts by.
pub(super) fn key(store: &Store, model: &Model, row: &Row, order: &[Column]) -> Vec<Value> {
    order
        .iter()
        .map(|column| match (column.field.kind, store.value(model, row, column.field)) {
            (Kind::Many2one(other), Value::Number(id)) => {
                let name = id.as_i64().map(|id| store.name(other, id)).unwrap_or_default();
                Value::String(name.to_lowercase())
            }
            (_, Value::String(text)) => Value::String(text.to_lowercase()),
            (_, value) => value,
        })
        .collect()
}

/// The order of two keys.
pub(super) fn compare(a: &[Value], b: &[Value], order: &[Column]) -> Ordering {
    a.iter()
        .zip(b)
        .zip(order)
        .map(|((a, b), column)| match (a.is_null(), b.is_null(), column.nulls) {
            (true, true, _) => Ordering::Equal,
            (true, false, Nulls::First) | (false, true, Nulls::Last) => Ordering::Less,
            (true, false, Nulls::Last) | (false, true, Nulls::First) => Ordering::Greater,
            (false, false, _) => match column.direction {
                Direction::Ascending => compare_values(a, b),
                Direction::Descending => compare_values(a, b).reverse(),
            },
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The order of two values of one field.
pub(super) fn compare_values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default())
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::model, *};

    #[test]
    fn every_models_own_order_can_be_read() {
        for model in model::all() {
            parse(model, model.order).unwrap();
        }
    }
}
