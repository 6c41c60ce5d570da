//! The filters of the activity page, as its address has them.

use shared::activity::ListCalls;

use crate::pages::query::Query;

/// The page's path.
pub(super) const ACTIVITY: &str = "/activity";

/// The tools that a filter offers, in their order.
pub(super) const TOOLS: [&str; 9] = [
    "aidoo_context",
    "aidoo_query",
    "aidoo_read",
    "aidoo_create",
    "aidoo_write",
    "aidoo_execute",
    "aidoo_schema",
    "aidoo_report",
    "aidoo_workflow",
];

/// The filters that an address names; what cannot be read is left out.
pub(super) fn parse(query: &Query) -> ListCalls {
    let text = |name: &str| query.get(name).filter(|text| !text.is_empty());
    ListCalls {
        key: text("key").and_then(|key| key.parse().ok()),
        member: text("person").and_then(|member| member.parse().ok()),
        tool: text("tool").filter(|tool| TOOLS.contains(tool)).map(str::to_owned),
        result: text("result").and_then(|result| result.parse().ok()),
        within: text("within").and_then(|within| within.parse().ok()),
        cursor: text("from").map(str::to_owned),
    }
}

/// The address of `filter`.
pub(super) fn query(filter: &ListCalls) -> Query {
    let ListCalls { key, member, tool, result, within, cursor } = filter;
    let text = |value: Option<String>| value.unwrap_or_default();
    Query::default()
        .with("key", &text(key.map(|key| key.to_string())))
        .with("person", &text(member.map(|member| member.to_string())))
        .with("tool", &text(tool.clone()))
        .with("result", &text(result.map(|result| result.to_string())))
        .with("within", &text(within.map(|within| within.as_str().to_owned())))
        .with("from", &text(cursor.clone()))
}

#[cfg(test)]
mod tests {
    use shared::activity::{CallResult, Period};

    use super::*;

    #[test]
    fn filters_survive_an_address_and_garbage_is_left_out() {
        let filter = ListCalls {
            tool: Some("aidoo_query".into()),
            result: Some(CallResult::Failed),
            within: Some(Period::Week),
            cursor: Some("abc".into()),
            ..ListCalls::default()
        };
        assert_eq!(parse(&query(&filter)), filter);
        let garbage = Query::parse("?key=x&person=1&tool=rm&result=maybe&within=ever");
        assert_eq!(parse(&garbage), ListCalls::default());
    }
}
