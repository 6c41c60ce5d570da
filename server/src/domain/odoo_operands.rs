//! What a leaf of a domain compares with, held to the type of its field: Odoo's own error would not say which leaf
//! it was.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use serde_json::Value;

use super::{
    odoo_domain::{COMPARISONS, Leaf, MEMBERSHIPS, NESTINGS},
    odoo_values::told_choices,
};

/// Checks the operand of a leaf whose field is of this `kind` (`fields_get`'s type; empty where nobody knows),
/// leads to the model `relation`, if to any, and has these `choices`, where they are known. Relative dates have been
/// resolved.
///
/// # Errors
/// What is wrong with it, as the end of a sentence about the leaf.
pub fn check(
    kind: &str,
    relation: Option<&str>,
    choices: &[String],
    leaf: &Leaf<'_>,
) -> Result<(), String> {
    let Leaf { operator, value, .. } = *leaf;
    if NESTINGS.contains(&operator) {
        return match relation {
            // Inside properties nobody knows.
            None if !kind.is_empty() => Err(format!(
                "{operator:?} looks into related records, and the field is no relation but {kind}"
            )),
            _ => Ok(()),
        };
    }
    if !COMPARISONS.contains(&operator) && !MEMBERSHIPS.contains(&operator) {
        return Ok(());
    }
    if matches!(operator, "=" | "!=" | "=?" | "in" | "not in") {
        check_choice(choices, value)?;
    }
    match value {
        Value::Array(values) => values.iter().try_for_each(|value| one(kind, value)),
        value => one(kind, value),
    }
}

/// Refuses texts of which the field has none: Odoo would find nothing, and say nothing. One choice among them will do, as
/// versions of Odoo differ in their states and a domain may be for all of them.
fn check_choice(choices: &[String], value: &Value) -> Result<(), String> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let mut texts = values.iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
    let is_choice = |text: &str| choices.iter().any(|choice| choice == text);
    match texts.clone().next() {
        Some(first) if !choices.is_empty() && !texts.any(is_choice) => {
            let shown: String = first.chars().take(40).collect();
            let told = told_choices(choices);
            Err(format!(
                "is compared with {shown:?}, and the field has no such choice: there are {told}"
            ))
        }
        _ => Ok(()),
    }
}

fn one(kind: &str, value: &Value) -> Result<(), String> {
    let (fits, wanted) = match (kind, value) {
        // For Odoo these stand for nothing.
        (_, Value::Null | Value::Bool(_)) => return Ok(()),
        ("date" | "datetime", Value::String(text)) => (
            text.is_empty() || is_moment(text),
            "a date such as 2026-11-24, a time in UTC such as 2026-11-24 15:30:00, or a relative date such as -30d or \
             month",
        ),
        ("date" | "datetime", _) => (false, "a date as a text, such as \"2026-11-24\""),
        // The database reads a number in a text as one.
        ("integer" | "float" | "monetary" | "many2one_reference", Value::String(text)) => {
            (text.trim().parse::<f64>().is_ok_and(f64::is_finite), "a number")
        }
        _ => return Ok(()),
    };
    if fits {
        return Ok(());
    }
    let shown: String = value.to_string().chars().take(40).collect();
    Err(format!("is compared with {wanted}, and {shown} is none"))
}

/// Whether Odoo, or its database, reads it as a day or a moment.
fn is_moment(text: &str) -> bool {
    let is_day = |text: &str| text.len() == 10 && text.parse::<Date>().is_ok();
    is_day(text)
        || (text.get(..10).is_some_and(is_day)
            && (text.parse::<DateTime>().is_ok() || text.parse::<Timestamp>().is_ok()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn outcome(kind: &str, operator: &str, value: &Value) -> Result<(), String> {
        let relation = matches!(kind, "many2one" | "one2many" | "many2many").then_some("x.y");
        let choices: &[&str] = if kind == "selection" { &["draft", "sale"] } else { &[] };
        let choices: Vec<String> = choices.iter().map(|choice| (*choice).to_owned()).collect();
        check(kind, relation, &choices, &Leaf { path: "f", place: String::new(), operator, value })
    }

    #[test]
    fn an_operand_of_another_kind_than_its_field_is_refused() {
        for (kind, operator, value) in [
            ("date", ">=", json!("2026-13-01")),
            ("date", "=", json!(20_261_101)),
            ("datetime", ">=", json!("yesterdayish")),
            ("datetime", "in", json!(["2026-11-24", "soon"])),
            ("datetime", ">=", json!("2026-11-24 25:00:00")),
            ("monetary", ">", json!("abc")),
            ("float", "<", json!("NaN")),
            ("integer", "in", json!([1, "x"])),
            ("integer", "=", json!(["x"])),
            ("char", "any", json!([])),
            ("boolean", "not any", json!([["a", "=", 1]])),
            ("selection", "=", json!("Draft")),
            ("selection", "!=", json!("nonsense")),
            ("selection", "in", json!(["nonsense", "more", false])),
            ("selection", "not in", json!(["nonsense"])),
        ] {
            assert!(outcome(kind, operator, &value).is_err(), "{kind} {operator} {value}");
        }
        for (kind, operator, value) in [
            ("date", ">=", json!("2026-11-24")),
            ("date", "=", json!(false)),
            ("date", "=", json!("")),
            ("datetime", ">=", json!("2026-11-24")),
            ("datetime", "<", json!("2026-11-24 15:30")),
            ("datetime", "<", json!("2026-11-24T15:30:00Z")),
            ("datetime", "like", json!("2026-11")),
            ("monetary", ">", json!("12.50")),
            ("monetary", ">", json!(12)),
            ("integer", "in", json!([1, false, "2"])),
            ("many2one", "=", json!("Acme")),
            ("many2one", "any", json!([])),
            ("char", ">", json!("abc")),
            ("selection", "=", json!("draft")),
            ("selection", "=", json!("")),
            ("selection", "!=", json!(false)),
            ("selection", "in", json!(["sale", "done"])),
            ("selection", "in", json!([])),
            ("selection", "ilike", json!("dra")),
            ("selection", ">", json!("d")),
            ("", "any", json!([])),
            ("", "=", json!("anything")),
        ] {
            assert_eq!(outcome(kind, operator, &value), Ok(()), "{kind} {operator} {value}");
        }
    }

    #[test]
    fn a_field_whose_choices_nobody_knows_takes_any_text() {
        let leaf = Leaf { path: "f", place: String::new(), operator: "=", value: &json!("x") };
        assert_eq!(check("selection", None, &[], &leaf), Ok(()));
    }

    proptest! {
        #[test]
        fn every_day_and_number_is_taken(year in 1_i16..9999, day in 1_i16..365, number: i64, float in -1e12_f64..1e12) {
            let date = Date::new(year, 1, 1).expect("a day").checked_add(jiff::Span::new().days(day)).expect("a day");
            let moment = format!("{date} 10:00:00");
            for kind in ["date", "datetime"] {
                prop_assert!(outcome(kind, ">=", &json!(date.to_string())).is_ok());
                prop_assert!(outcome(kind, "in", &json!([moment])).is_ok());
            }
            for value in [json!(number), json!(float), json!(number.to_string()), json!(float.to_string())] {
                prop_assert!(outcome("float", "<", &value).is_ok());
            }
        }

        #[test]
        fn no_text_makes_the_check_panic(text in "\\PC{0,30}") {
            for kind in ["date", "datetime", "integer", "char", ""] {
                let _ = outcome(kind, "=", &json!(text));
            }
        }
    }
}
