//! Figures over the records of a group, and conditions on them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::super::{
        env::Env,
        errors::{OdooError, value_error},
        fields::Kind,
        model::Model,
        order, value,
    },
    unknown,
};

/// A figure such as `amount_total:sum` or `__count` over records.
///
/// # Errors
/// `ValueError` for a field or an aggregate that there is none of.
pub(super) fn aggregate(
    env: &Env,
    model: &'static Model,
    spec: &str,
    ids: &[i64],
) -> Result<Value, OdooError> {
    if spec == "__count" {
        return Ok(json!(ids.len()));
    }
    let wrong = || value_error(format!("Invalid aggregate '{spec}' on '{}'", model.name));
    let (name, by) = spec.split_once(':').ok_or_else(wrong)?;
    let field = model.field(name).ok_or_else(|| unknown(model, name))?;
    let values: Vec<Value> = ids
        .iter()
        .filter_map(|id| env.store.row(model.name, *id))
        .map(|row| env.store.value(model, row, field))
        .filter(|value| !value.is_null())
        .collect();
    let sum: f64 = values.iter().map(value::number).sum();
    let is_number = field.kind.is_amount() || field.kind == Kind::Integer;
    match by {
        // Of nothing there is no sum, and no mean.
        "sum" | "avg" if is_number && values.is_empty() => Ok(json!(false)),
        "sum" if field.kind == Kind::Integer => Ok(json!(sum as i64)),
        "sum" if is_number => Ok(value::money(sum)),
        "avg" if is_number => Ok(value::float(sum / values.len() as f64)),
        "min" => Ok(values.into_iter().min_by(order::compare_values).unwrap_or(json!(false))),
        "max" => Ok(values.into_iter().max_by(order::compare_values).unwrap_or(json!(false))),
        "bool_and" => Ok(json!(!values.iter().any(value::is_falsy))),
        "bool_or" => Ok(json!(!values.iter().all(value::is_falsy))),
        "count" => Ok(json!(values.len())),
        "count_distinct" => {
            let texts: BTreeSet<_> = values.iter().map(Value::to_string).collect();
            Ok(json!(texts.len()))
        }
        "array_agg" => Ok(Value::Array(values)),
        _ => Err(wrong()),
    }
}

/// Whether the figures over these records meet `having`, a domain whose left sides are aggregates.
///
/// # Errors
/// `ValueError` for a malformed one, and as [`aggregate`].
pub(super) fn meets(
    env: &Env,
    model: &'static Model,
    having: &[Value],
    ids: &[i64],
) -> Result<bool, OdooError> {
    let malformed = || value_error(format!("Domain() malformed domain {}", json!(having)));
    let mut stack: Vec<bool> = Vec::new();
    for item in having.iter().rev() {
        let holds = match item {
            Value::String(operator) => {
                let first = stack.pop().ok_or_else(malformed)?;
                match operator.as_str() {
                    "!" => !first,
                    "&" => stack.pop().ok_or_else(malformed)? && first,
                    "|" => stack.pop().ok_or_else(malformed)? || first,
                    _ => return Err(malformed()),
                }
            }
            Value::Array(triple) => {
                let [spec, operator, operand] = triple.as_slice() else { return Err(malformed()) };
                let spec = spec.as_str().ok_or_else(malformed)?;
                let figure = aggregate(env, model, spec, ids)?;
                compare(&figure, operator.as_str().unwrap_or_default(), operand)
                    .ok_or_else(malformed)?
            }
            _ => return Err(malformed()),
        };
        stack.push(holds);
    }
    Ok(stack.into_iter().all(|holds| holds))
}

fn compare(figure: &Value, operator: &str, operand: &Value) -> Option<bool> {
    let ordering = order::compare_values(figure, operand);
    let among = || operand.as_array().map(|all| all.iter().any(|one| same(figure, one)));
    Some(match operator {
        "=" => same(figure, operand),
        "!=" => !same(figure, operand),
        "<" => ordering.is_lt(),
        "<=" => ordering.is_le(),
        ">" => ordering.is_gt(),
        ">=" => ordering.is_ge(),
        "in" => among()?,
        "not in" => !among()?,
        _ => return None,
    })
}

fn same(figure: &Value, operand: &Value) -> bool {
    match (figure.as_f64(), operand.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => figure == operand,
    }
}
