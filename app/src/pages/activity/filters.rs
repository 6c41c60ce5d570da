//! The filters of the activity page, as its address has them.

use shared::activity::ListActivity;

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
pub(super) fn parse(query: &Query) -> ListActivity {
    let text = |name: &str| query.get(name).filter(|text| !text.is_empty());
    ListActivity {
        key: text("key").and_then(|key| key.parse().ok()),
        member: text("person").and_then(|member| member.parse().ok()),
        kind: text("what").and_then(|kind| kind.parse().ok()),
        // Addresses that were kept say `tool`.
        tool: text("what")
            .or_else(|| text("tool"))
            .filter(|tool| TOOLS.contains(tool))
            .map(str::to_owned),
        result: text("result").and_then(|result| result.parse().ok()),
        within: text("within").and_then(|within| within.parse().ok()),
        // Not left out where they are no days: leaving a wrong end out would show more than was asked for.
        since: text("since").map(str::to_owned),
        until: text("until").map(str::to_owned),
        cursor: text("from").map(str::to_owned),
    }
}

/// The address of `filter`.
pub(super) fn query(filter: &ListActivity) -> Query {
    let ListActivity { key, member, kind, tool, result, within, since, until, cursor } = filter;
    let what = tool.clone().or_else(|| kind.map(|kind| kind.as_str().to_owned()));
    let text = |value: Option<String>| value.unwrap_or_default();
    Query::default()
        .with("key", &text(key.map(|key| key.to_string())))
        .with("person", &text(member.map(|member| member.to_string())))
        .with("what", &text(what))
        .with("result", &text(result.map(|result| result.to_string())))
        .with("within", &text(within.map(|within| within.as_str().to_owned())))
        .with("since", &text(since.clone()))
        .with("until", &text(until.clone()))
        .with("from", &text(cursor.clone()))
}

#[cfg(test)]
mod tests {
    use shared::{
        activity::{CallResult, Period},
        timeline::Kind,
    };

    use super::*;

    #[test]
    fn filters_survive_an_address_and_garbage_is_left_out() {
        let filter = ListActivity {
            tool: Some("aidoo_query".into()),
            result: Some(CallResult::Failed),
            within: Some(Period::Week),
            since: Some("2026-11-01".into()),
            until: Some("yesterday & before".into()),
            cursor: Some("abc".into()),
            ..ListActivity::default()
        };
        assert_eq!(parse(&query(&filter)), filter);
        let about_keys = ListActivity { kind: Some(Kind::Keys), ..ListActivity::default() };
        assert_eq!(parse(&query(&about_keys)), about_keys);
        let old = parse(&Query::parse("?tool=aidoo_write"));
        assert_eq!(old.tool.as_deref(), Some("aidoo_write"));
        let garbage = Query::parse("?key=x&person=1&what=rm&tool=rm&result=maybe&within=ever");
        assert_eq!(parse(&garbage), ListActivity::default());
    }
}
