//! Which part of an answer a generic method gives: where it begins, how long it is, and what is said of one that is
//! full.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use super::{super::ToolError, is_empty, wrong};
use crate::domain::odoo_methods::Generic;

/// Records, or groups, of one answer unless the call says otherwise, and the most that it may say: those of
/// `aidoo_query`.
const DEFAULT_LIMIT: i64 = 50;
pub(super) const MAX_LIMIT: i64 = 500;
pub(super) const MAX_OFFSET: i64 = 10_000_000;

/// A whole number, if any is given.
pub(super) fn within(
    name: &str,
    value: Value,
    range: RangeInclusive<i64>,
) -> Result<Value, ToolError> {
    match value.as_i64() {
        _ if is_empty(&value) => Ok(Value::Null),
        None => Err(wrong(name, "a whole number", &value)),
        Some(number) if range.contains(&number) => Ok(value),
        Some(_) => {
            let (least, most) = range.into_inner();
            Err(ToolError::argument(name, format_args!("must be between {least} and {most}")))
        }
    }
}

/// Gives a method that answers with a page its length, where the call does not.
pub(super) fn bound(generic: &Generic, params: &[&str], checked: &mut Map<String, Value>) {
    let is_paged = params.contains(&"limit") && generic.name != "search_count";
    if is_paged && checked.get("limit").is_none_or(Value::is_null) {
        checked.insert("limit".to_owned(), json!(DEFAULT_LIMIT));
    }
}

/// What is said of an answer that is as long as its limit.
pub(in crate::services::tools) fn note_of_page(
    limit: Option<&Value>,
    answer: &Value,
) -> Option<String> {
    let limit = limit.and_then(Value::as_u64)?;
    let rows = ["records", "groups"].iter().find_map(|name| answer[*name].as_array());
    let found = answer.as_array().or(rows)?.len() as u64;
    (found >= limit).then(|| {
        format!(
            "there may be more than these {found}: go on with offset, or give a limit (at most {MAX_LIMIT})"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::odoo_methods::generic;

    #[test]
    fn a_page_has_an_end_and_a_full_one_says_that_there_may_be_more() {
        let bounded = |method: &str, given: Value| {
            let mut given = given.as_object().expect("an object").clone();
            let generic = generic(method).expect("is one");
            bound(generic, generic.params_on(19), &mut given);
            given.get("limit").cloned()
        };
        assert_eq!(bounded("search_read", json!({})), Some(json!(DEFAULT_LIMIT)));
        assert_eq!(bounded("search", json!({ "limit": null })), Some(json!(DEFAULT_LIMIT)));
        assert_eq!(bounded("search", json!({ "limit": 7 })), Some(json!(7)));
        assert_eq!(bounded("search_count", json!({})), None);
        assert_eq!(bounded("export_data", json!({})), None);
        for bad in [json!(0), json!(-1), json!(501), json!(1_u64 << 63), json!(true), json!("x")] {
            assert!(within("limit", bad.clone(), 1..=MAX_LIMIT).is_err(), "{bad}");
        }
        let note = |answer: Value| note_of_page(Some(&json!(2)), &answer);
        assert_eq!(note(json!([1])), None);
        assert!(note(json!([1, 2])).is_some());
        assert!(note(json!({ "records": [1, 2], "length": 9 })).is_some());
        assert_eq!(note(json!(2)), None);
    }
}
