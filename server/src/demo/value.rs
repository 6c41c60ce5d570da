//! Values as the store keeps them and as Python would print them. A value that is not set is `Null` inside
//! and `false` on the wire; a many2one is its id, a many2many a list of ids.

use serde_json::{Number, Value};
use shared::time::Timestamp;

/// A float that stays one on the wire (`12.0`, not `12`).
pub(super) fn float(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Money, rounded to cents.
pub(super) fn money(value: f64) -> Value {
    float((value * 100.0).round() / 100.0)
}

/// The number in a value, zero when there is none.
pub(super) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// The ids in a value: none, one (a many2one) or several.
pub(super) fn ids(value: &Value) -> Vec<i64> {
    match value {
        Value::Number(id) => id.as_i64().into_iter().collect(),
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        _ => Vec::new(),
    }
}

/// Whether Python would take the value for false.
pub(super) fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    }
}

/// The value as Python's `repr` prints it: Odoo's texts quote what they refuse this way.
pub(super) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => repr_text(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", repr_text(key), repr(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// A text as Python's `repr` prints it.
pub(super) fn repr_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `2026-11-24 09:30:00`, in UTC.
pub(super) fn datetime_text(at: Timestamp) -> String {
    instant(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11-24`, in UTC.
pub(super) fn date_text(at: Timestamp) -> String {
    instant(at).strftime("%Y-%m-%d").to_string()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default()
}

/// A day out of `2026-11-24` or the start of `2026-11-24 09:30:00`.
pub(super) fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    let day = text.get(..10)?;
    (text.len() == 10 || parse_datetime(text).is_some()).then(|| day.parse().ok()).flatten()
}

/// A moment out of `2026-11-24 09:30:00` or `2026-11-24T09:30:00`, a fraction of a second cut off; a day
/// alone is its midnight.
pub(super) fn parse_datetime(text: &str) -> Option<jiff::civil::DateTime> {
    if text.len() == 10 {
        let day: jiff::civil::Date = text.parse().ok()?;
        return Some(day.at(0, 0, 0, 0));
    }
    let text = text.strip_suffix('Z').unwrap_or(text);
    let moment: jiff::civil::DateTime = text.parse().ok()?;
    let time = moment.time();
    Some(moment.date().at(time.hour(), time.minute(), time.second(), 0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn python_prints_what_it_was_given() {
        assert_eq!(repr(&json!(["name", "=", "it's"])), r#"['name', '=', "it's"]"#);
        assert_eq!(repr(&json!([true, null, 1.5, {"a": 1}])), "[True, None, 1.5, {'a': 1}]");
    }

    #[test]
    fn times_are_read_and_written_in_odoos_form() {
        let at = Timestamp::from_micros(1_764_000_000_000_000);
        assert_eq!(datetime_text(at), "2025-11-24 16:00:00");
        assert_eq!(date_text(at), "2025-11-24");
        let moment = parse_datetime("2025-11-24 16:00:00").unwrap();
        assert_eq!(moment.strftime("%Y-%m-%d %H:%M:%S").to_string(), "2025-11-24 16:00:00");
        assert!(parse_date("2025-13-01").is_none());
        assert!(parse_datetime("soon").is_none());
        assert!(parse_date("héllo wörld").is_none());
    }
}
