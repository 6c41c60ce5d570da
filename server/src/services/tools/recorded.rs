//! What is kept of a call's arguments where the company keeps them: never the value of a secret field, whether
//! the call was refused or not.

use serde_json::{Map, Value};

use super::generic::without_secrets;
use crate::domain::guards::Guards;

/// What stands where an argument is not kept.
const NOT_KEPT: &str = "(names a secret field: not kept)";

/// The arguments of a call as they are kept. What stands under the name of a secret field is left out; an argument
/// that names one in another way, as a domain or a list of columns does, is left out as a whole, since its values
/// stand anywhere in it.
pub(super) fn keepable(guards: &Guards, given: Value) -> Value {
    let Value::Object(arguments) = given else { return without_secrets(guards, given) };
    let arguments: Map<String, Value> = arguments
        .into_iter()
        .map(|(name, value)| {
            // Some clients send lists and objects as JSON text.
            let value = match &value {
                Value::String(text) if has_shape(text) => {
                    serde_json::from_str(text).unwrap_or(value)
                }
                _ => value,
            };
            let value = if names_secret(guards, &value) { NOT_KEPT.into() } else { value };
            (name, value)
        })
        .collect();
    without_secrets(guards, Value::Object(arguments))
}

/// Whether a secret field is named anywhere but as the key of an object.
fn names_secret(guards: &Guards, value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(|value| names_secret(guards, value)),
        Value::Array(values) => values.iter().any(|value| names_secret(guards, value)),
        // Whatever language it is written in: it may not even have been understood.
        Value::String(text) if has_shape(text) => text
            .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .any(|word| guards.is_secret(word)),
        Value::String(text) => guards.is_secret(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether the text is a list or an object in some language.
fn has_shape(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{', '('])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_names_a_secret_field_is_not_kept_and_all_else_is() {
        let guards = Guards::default();
        for (given, kept) in [
            (
                json!({ "values": { "name": "a", "password": "b" } }),
                json!({ "values": { "name": "a" } }),
            ),
            (
                json!({ "values": "{\"name\": 1, \"password\": 2}" }),
                json!({ "values": { "name": 1 } }),
            ),
            (json!({ "domain": [["name", "=", "a"]] }), json!({ "domain": [["name", "=", "a"]] })),
            (json!({ "domain": [["user_id.password", "=", "b"]] }), json!({ "domain": NOT_KEPT })),
            (json!({ "domain": "[['password', '=', 'b']]" }), json!({ "domain": NOT_KEPT })),
            (json!({ "order": "name desc" }), json!({ "order": "name desc" })),
            (json!({ "kwargs": { "x": "[[\"password\"]]" } }), json!({ "kwargs": NOT_KEPT })),
            (json!({ "name": "my password" }), json!({ "name": "my password" })),
        ] {
            assert_eq!(keepable(&guards, given.clone()), kept, "{given}");
        }
    }
}
