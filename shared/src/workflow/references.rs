//! References to inputs and to what earlier steps answered: which values are one, and what is filled in for them.

use serde_json::Value;

/// The reference that `value` is, if it is one: an object with the one key `$`.
#[must_use]
pub fn reference(value: &Value) -> Option<&str> {
    let object = value.as_object()?;
    (object.len() == 1).then(|| object.get("$"))??.as_str()
}

/// Why a reference cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// There is nothing where it leads.
    #[error("{0} is not there: an earlier step found nothing, or the input is missing")]
    Missing(String),
    /// What is there has a shape of its own.
    #[error("{0} is more than a value: name a field of it, such as its id")]
    Shaped(String),
}

/// Fills references in: `scope` has what inputs and earlier steps hold, as `{"input": {…}, "steps": {…}}`.
/// What is filled in is a value, or a list of values, and is not looked at again.
///
/// # Errors
/// The first reference that leads nowhere, or to more than values.
pub fn fill(value: &Value, scope: &Value) -> Result<Value, Unfilled> {
    if let Some(reference) = reference(value) {
        let found =
            look_up(scope, reference).ok_or_else(|| Unfilled::Missing(reference.to_owned()))?;
        // Whatever has a shape of its own could bring fields, operators or commands along.
        let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
        let is_plain = match &found {
            Value::Array(values) => values.iter().all(is_scalar),
            value => is_scalar(value),
        };
        return if is_plain { Ok(found) } else { Err(Unfilled::Shaped(reference.to_owned())) };
    }
    Ok(match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), fill(value, scope)?)))
                .collect::<Result<_, Unfilled>>()?,
        ),
        Value::Array(values) => {
            Value::Array(values.iter().map(|value| fill(value, scope)).collect::<Result<_, _>>()?)
        }
        scalar => scalar.clone(),
    })
}

/// The value at a path of names, numbers and `*`, which takes every element of a list.
fn look_up(scope: &Value, path: &str) -> Option<Value> {
    let mut at = scope.clone();
    let mut steps = path.split('.');
    while let Some(step) = steps.next() {
        at = match (&at, step) {
            (Value::Array(values), "*") => {
                let rest: Vec<&str> = steps.collect();
                let rest = rest.join(".");
                let found: Option<Vec<Value>> =
                    values
                        .iter()
                        .map(|value| {
                            if rest.is_empty() {
                                Some(value.clone())
                            } else {
                                look_up(value, &rest)
                            }
                        })
                        .collect();
                return found.filter(|found| !found.is_empty()).map(Value::Array);
            }
            (Value::Array(values), index) => values.get(index.parse::<usize>().ok()?)?.clone(),
            (Value::Object(fields), name) => fields.get(name)?.clone(),
            _ => return None,
        };
    }
    Some(at)
}

/// `input.NAME` or `steps.NAME` of a reference.
pub(super) fn owner(reference: &str) -> Option<&str> {
    let (kind, rest) = reference.split_once('.')?;
    if !matches!(kind, "input" | "steps") {
        return None;
    }
    let name = rest.split('.').next()?;
    Some(&reference[..kind.len() + 1 + name.len()])
}

pub(super) fn each_reference(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        value if reference(value).is_some() => visit(reference(value).unwrap_or_default()),
        Value::Array(values) => values.iter().for_each(|value| each_reference(value, visit)),
        Value::Object(fields) => fields.values().for_each(|value| each_reference(value, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let scope = json!({ "input": { "a": { "$": "input.b" }, "b": "secret" }, "steps": { "find": { "records": [{ "id": 1 }, { "id": 2 }] } } });
        // What has a shape of its own is not filled in at all.
        assert!(fill(&json!({ "x": { "$": "input.a" } }), &scope).is_err());
        assert!(fill(&json!({ "$": "steps.find.records.0" }), &scope).is_err());
        assert!(fill(&json!({ "$": "steps.find.records" }), &scope).is_err());
        let text = json!({ "input": { "a": "{\"$\": \"input.b\"}" } });
        assert_eq!(
            fill(&json!({ "$": "input.a" }), &text),
            Ok(json!("{\"$\": \"input.b\"}")),
            "a text stays a text"
        );
        assert_eq!(fill(&json!([{ "$": "steps.find.records.*.id" }]), &scope), Ok(json!([[1, 2]])));
        assert_eq!(fill(&json!({ "$": "steps.find.records.1.id" }), &scope), Ok(json!(2)));
        assert!(fill(&json!({ "$": "steps.find.records.5.id" }), &scope).is_err());
    }
}
