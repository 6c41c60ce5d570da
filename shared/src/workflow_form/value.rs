//! A value of a step while it is typed: a fixed one, or one that an input or an earlier step gives.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

use super::Row;

/// What a value is, which decides how it is typed and what may stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A text.
    #[default]
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Decimal,
    /// True or false.
    YesNo,
    /// A day: `2026-11-24`; in conditions also `-30d`.
    Date,
    /// A moment: `2026-11-24 10:00:00` in UTC; in conditions also `-30d`.
    DateTime,
    /// The id of a record.
    Record,
    /// The ids of records.
    Records,
    /// Several texts.
    Texts,
    /// Anything, as JSON.
    Json,
    /// No value: it empties a field.
    Nothing,
}

impl ValueKind {
    /// What a field of this type of Odoo holds.
    #[must_use]
    pub fn of_odoo(kind: &str) -> Self {
        match kind {
            "integer" | "many2one_reference" => Self::Whole,
            "float" | "monetary" => Self::Decimal,
            "boolean" => Self::YesNo,
            "date" => Self::Date,
            "datetime" => Self::DateTime,
            "many2one" => Self::Record,
            "one2many" | "many2many" => Self::Records,
            "json" | "properties" | "properties_definition" => Self::Json,
            _ => Self::Text,
        }
    }

    /// Whether what is of kind `given` may stand where this kind is wanted.
    #[must_use]
    pub fn takes(self, given: Self) -> bool {
        self == given
            || matches!(
                (self, given),
                (Self::Json, _)
                    | (_, Self::Json)
                    | (Self::Text, Self::Date | Self::DateTime)
                    | (Self::Texts, Self::Text)
                    | (Self::Decimal, Self::Whole)
                    | (Self::DateTime, Self::Date)
                    | (Self::Records, Self::Record)
            )
    }
}

/// A fixed value as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What it is to be.
    pub kind: ValueKind,
    /// What stands in the field.
    pub text: String,
}

impl Typed {
    /// A text of this kind.
    #[must_use]
    pub fn new(kind: ValueKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// How `value` is typed. [`Typed::value`] gives it back.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let (kind, text) = match value {
            Value::String(text) => (ValueKind::Text, text.clone()),
            Value::Bool(true) => (ValueKind::YesNo, "true".to_owned()),
            Value::Bool(false) => (ValueKind::Nothing, String::new()),
            Value::Number(number) if number.is_i64() => (ValueKind::Whole, number.to_string()),
            Value::Number(number) if number.is_f64() => (ValueKind::Decimal, number.to_string()),
            Value::Array(values) if !values.is_empty() && values.iter().all(is_id) => {
                (ValueKind::Records, joined(values.iter().map(Value::to_string)))
            }
            Value::Array(values) if !values.is_empty() && values.iter().all(is_word) => {
                (ValueKind::Texts, joined(values.iter().filter_map(Value::as_str)))
            }
            other => (ValueKind::Json, other.to_string()),
        };
        Self { kind, text }
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind != ValueKind::Nothing && self.text.trim().is_empty()
    }

    /// The value.
    ///
    /// # Errors
    /// The kind that the text is none of.
    pub fn value(&self) -> Result<Value, ValueKind> {
        let text = self.text.trim();
        let read = match self.kind {
            ValueKind::Text => Some(Value::String(self.text.clone())),
            ValueKind::Nothing => Some(Value::Bool(false)),
            ValueKind::Whole => text.parse::<i64>().ok().map(Value::from),
            ValueKind::Decimal => decimal(text),
            ValueKind::YesNo => text.parse::<bool>().ok().map(Value::from),
            ValueKind::Date | ValueKind::DateTime => {
                is_when(text).then(|| Value::String(text.to_owned()))
            }
            ValueKind::Record => id(text).map(Value::from),
            ValueKind::Records => {
                let ids: Option<Vec<i64>> = text.split(',').map(id).collect();
                ids.map(|ids| json!(ids))
            }
            ValueKind::Texts => {
                let words: Vec<&str> =
                    text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
                (!words.is_empty()).then(|| json!(words))
            }
            ValueKind::Json => serde_json::from_str(text).ok(),
        };
        read.ok_or(self.kind)
    }

    /// The same as another kind, as far as that can be: a number stays the same number.
    #[must_use]
    pub fn as_kind(&self, kind: ValueKind) -> Self {
        let text = match (self.kind, kind) {
            (ValueKind::Nothing, ValueKind::YesNo) => "false".to_owned(),
            _ => self.text.clone(),
        };
        let same = Self { kind, text };
        if same.is_empty() || same.value().is_ok() { same } else { Self::new(kind, "") }
    }

    /// Whether a field of this kind can show it as it is.
    #[must_use]
    pub const fn is_shown_as(&self, kind: ValueKind) -> bool {
        matches!(
            (self.kind, kind),
            (ValueKind::Whole, ValueKind::Record | ValueKind::Decimal | ValueKind::Records)
                | (ValueKind::Record, ValueKind::Records | ValueKind::Whole)
                | (ValueKind::Text, ValueKind::Date | ValueKind::DateTime | ValueKind::Texts)
                | (ValueKind::Nothing, ValueKind::YesNo)
        ) || self.kind as u8 == kind as u8
    }
}

/// Where a value comes from that is not fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The input or the step.
    pub of: Of,
    /// What of a step's answer: `records.*.id`. Empty for an input.
    pub path: String,
    /// Whether it stands alone in a list.
    pub is_wrapped: bool,
}

/// An input or an earlier step. They are known by their row, so that another name changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// An input.
    Input(Row),
    /// A step.
    Step(Row),
    /// What is not there any more, or never was: `steps.find`, `input.customer`.
    Gone(String),
}

/// A value of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    /// A fixed one.
    Typed(Typed),
    /// One that is known when it runs.
    From(Source),
}

impl Filling {
    /// Nothing typed yet, of this kind.
    #[must_use]
    pub fn empty(kind: ValueKind) -> Self {
        Self::Typed(Typed::new(kind, ""))
    }

    /// Whether it says nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Typed(typed) if typed.is_empty())
    }
}

/// Whether the text is a day, a moment, or a day told from today: `today`, `-30d`, `month+1w`.
#[must_use]
pub fn is_when(text: &str) -> bool {
    is_day(text) || is_moment(text) || is_relative(text)
}

fn is_day(text: &str) -> bool {
    shaped(text, "dddd-dd-dd")
}

fn is_moment(text: &str) -> bool {
    shaped(text, "dddd-dd-dd dd:dd:dd")
}

fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

fn is_relative(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let (start, mut steps) = match text.find(['+', '-']) {
        Some(at) => text.split_at(at),
        None => (text.as_str(), ""),
    };
    let begins = matches!(start, "today" | "now" | "week" | "month" | "quarter" | "year");
    // Without a start it counts from today, if it counts at all.
    let counts = start.is_empty() && !steps.is_empty();
    if !(begins || counts) {
        return false;
    }
    while let Some(rest) = steps.strip_prefix(['+', '-']) {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        match rest.as_bytes().get(digits) {
            Some(b'd' | b'w' | b'm' | b'y' | b'h') if (1..=4).contains(&digits) => {
                steps = &rest[digits + 1..];
            }
            _ => return false,
        }
    }
    steps.is_empty()
}

fn id(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|id| (1..=i64::from(i32::MAX)).contains(id))
}

fn is_id(value: &Value) -> bool {
    value.as_i64().is_some_and(|id| (1..=i64::from(i32::MAX)).contains(&id))
}

/// A text that stays itself between commas.
fn is_word(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| !text.is_empty() && text.trim() == text && !text.contains(','))
}

fn joined(parts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
    parts.join(", ")
}

/// A number with a point, or with the comma that much of Europe writes.
fn decimal(text: &str) -> Option<Value> {
    let text = text.replace(',', ".");
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    text.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_that_is_typed_is_what_it_was() {
        for value in [
            json!("draft"),
            json!(" a, b "),
            json!(""),
            json!(7),
            json!(-2.5),
            json!(true),
            json!(false),
            json!(null),
            json!([1, 2]),
            json!(["draft", "sent"]),
            json!(["a, b"]),
            json!([]),
            json!([[6, 0, [1]]]),
            json!({ "a": { "$": "input.b" } }),
            json!(u64::MAX),
        ] {
            assert_eq!(Typed::of(&value).value(), Ok(value));
        }
    }

    #[test]
    fn what_is_no_value_of_its_kind_is_told() {
        for (kind, text) in [
            (ValueKind::Whole, "12a"),
            (ValueKind::Whole, "1.5"),
            (ValueKind::Decimal, "1.5.2"),
            (ValueKind::Decimal, "NaN"),
            (ValueKind::YesNo, "perhaps"),
            (ValueKind::Date, "24/11/2026"),
            (ValueKind::Date, "yesterday"),
            (ValueKind::Date, "+d"),
            (ValueKind::Record, "0"),
            (ValueKind::Records, "1,,2"),
            (ValueKind::Texts, " , "),
            (ValueKind::Json, "{"),
        ] {
            assert_eq!(Typed::new(kind, text).value(), Err(kind), "{text}");
        }
        assert_eq!(Typed::new(ValueKind::Decimal, "12,5").value(), Ok(json!(12.5)));
        for when in ["2026-11-24", "2026-11-24 10:00:00", "today", "-30d", "month+1w-2d"] {
            assert!(Typed::new(ValueKind::Date, when).value().is_ok(), "{when}");
        }
    }

    #[test]
    fn another_kind_keeps_what_it_can() {
        let seven = Typed::new(ValueKind::Whole, "7");
        assert_eq!(seven.as_kind(ValueKind::Record), Typed::new(ValueKind::Record, "7"));
        let word = Typed::new(ValueKind::Text, "seven");
        assert_eq!(word.as_kind(ValueKind::Record), Typed::new(ValueKind::Record, ""));
        assert_eq!(Typed::of(&json!(false)).as_kind(ValueKind::YesNo).value(), Ok(json!(false)));
    }

    #[test]
    fn a_list_takes_one_and_one_takes_no_list() {
        assert!(ValueKind::Records.takes(ValueKind::Record));
        assert!(!ValueKind::Record.takes(ValueKind::Records));
        assert!(
            !ValueKind::Date.takes(ValueKind::Text) && !ValueKind::Whole.takes(ValueKind::Decimal)
        );
    }

    proptest! {
        #[test]
        fn any_text_or_number_comes_back(text in "\\PC{0,30}", number: f64, whole: i64, words in prop::collection::vec("\\PC{0,6}", 0..4)) {
            for value in [json!(text), json!(number), json!(whole), json!(words)] {
                prop_assert_eq!(Typed::of(&value).value(), Ok(value));
            }
        }
    }
}
