//! What whoever runs a workflow gives, and the kinds of values that it takes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value that whoever runs the workflow gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// How steps refer to it.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// What kind of value it takes.
    pub kind: InputKind,
}

/// The kinds of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A text.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, as 2026-11-24.
    Date,
    /// True or false.
    Boolean,
    /// The id of a record.
    Record,
    /// The ids of records.
    Records,
}

impl InputKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Number, Self::Date, Self::Boolean, Self::Record, Self::Records];

    /// The name in definitions: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Record => "record",
            Self::Records => "records",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether `value` is one of this kind.
    #[must_use]
    pub fn takes(self, value: &Value) -> bool {
        let is_id = |value: &Value| {
            value.as_i64().is_some_and(|id| (1..=i64::from(i32::MAX)).contains(&id))
        };
        match self {
            Self::Text => value.as_str().is_some_and(|text| text.chars().count() <= 10_000),
            Self::Number => value.is_number(),
            Self::Date => value.as_str().is_some_and(is_date),
            Self::Boolean => value.is_boolean(),
            Self::Record => is_id(value),
            Self::Records => value
                .as_array()
                .is_some_and(|ids| (1..=500).contains(&ids.len()) && ids.iter().all(is_id)),
        }
    }
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_take_values_of_their_kind_only() {
        assert!(InputKind::Record.takes(&json!(7)) && !InputKind::Record.takes(&json!("7")));
        assert!(InputKind::Records.takes(&json!([1, 2])) && !InputKind::Records.takes(&json!([])));
        assert!(
            InputKind::Date.takes(&json!("2026-11-24")) && !InputKind::Date.takes(&json!("today"))
        );
        assert!(!InputKind::Text.takes(&json!([[2, 7]])));
        for kind in InputKind::ALL {
            assert_eq!(InputKind::parse(kind.as_str()), Some(kind));
        }
    }
}
