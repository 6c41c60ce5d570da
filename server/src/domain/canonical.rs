//! One text for one JSON value, whatever the order in which its keys came: what a confirmation is bound
//! to.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The SHA-256 of `value` with the keys of every object sorted, under a `label` that keeps digests of
/// different things apart.
#[must_use]
pub fn digest(label: &str, value: &Value) -> Vec<u8> {
    let mut text = format!("{label}\n");
    write(value, &mut text);
    Sha256::digest(text.as_bytes()).to_vec()
}

fn write(value: &Value, into: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            into.push('{');
            for (name, value) in fields {
                write(&Value::String(name.clone()), into);
                into.push(':');
                write(value, into);
                into.push(',');
            }
            into.push('}');
        }
        Value::Array(values) => {
            into.push('[');
            for value in values {
                write(value, into);
                into.push(',');
            }
            into.push(']');
        }
        scalar => into.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("is JSON")
    }

    #[test]
    fn the_order_of_keys_does_not_count_and_that_of_values_does() {
        let one = parsed(r#"{"a": 1, "b": {"c": [1, 2], "d": "x"}}"#);
        let other = parsed(r#"{"b": {"d": "x", "c": [1, 2]}, "a": 1}"#);
        assert_eq!(digest("t", &one), digest("t", &other));
        assert_ne!(digest("t", &one), digest("u", &one));
        assert_ne!(digest("t", &json!([1, 2])), digest("t", &json!([2, 1])));
    }

    proptest! {
        #[test]
        fn texts_cannot_pass_for_structure(one in "[\\[\\]{},:\"a]{0,8}", other in "[\\[\\]{},:\"a]{0,8}") {
            prop_assume!(one != other);
            prop_assert_ne!(digest("t", &json!([one])), digest("t", &json!([other])));
            prop_assert_ne!(digest("t", &json!([one, other])), digest("t", &json!([format!("{one},{other}")])));
        }
    }
}
