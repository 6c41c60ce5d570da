//! Which lists are asked for: every one of the dashboard, under each of its filters and orders.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{Asking, seed};
use crate::program::answer;

/// A list.
pub(super) enum Asked {
    /// By a server function that takes JSON.
    Json(&'static str, Value),
    /// By one that takes the company alone, as a form.
    Form(&'static str),
    /// As a file: its beginning.
    File(&'static str),
}

const KEYS: &str = "api_keys/list";
const CALLS: &str = "activity/calls";

/// All of them, by name.
pub(super) async fn all(asking: &Asking<'_>) -> anyhow::Result<Vec<(&'static str, Asked)>> {
    let company = asking.company.as_str();
    let list = |endpoint, filter: Value| {
        Asked::Json(endpoint, json!({ "company": company, "filter": filter }))
    };
    let first = answer(asking.request(&list(KEYS, json!({})))).await?;
    let member = first["people"][7]["member"].clone();
    let busy = answer(asking.request(&list(CALLS, json!({})))).await?;
    let key = busy["calls"][0]["key"].clone();
    anyhow::ensure!(member.is_string() && key.is_string(), "the company has people and calls");
    let total = first["total"].as_u64().context("a total")?;
    anyhow::ensure!(total >= seed::KEYS, "the company has its keys: {total}");

    let mut lists = Vec::new();
    for (name, filter) in [
        ("API keys, the newest first", json!({})),
        ("… the oldest first", json!({ "sort": "oldest" })),
        ("… by name", json!({ "sort": "name" })),
        ("… by last use", json!({ "sort": "last_used" })),
        ("… live", json!({ "state": "live" })),
        ("… live, by name", json!({ "state": "live", "sort": "name" })),
        ("… expiring", json!({ "state": "expiring" })),
        ("… ended", json!({ "state": "ended" })),
        ("… expired, by last use", json!({ "state": "expired", "sort": "last_used" })),
        ("… revoked", json!({ "state": "revoked" })),
        ("… of one person", json!({ "member": member })),
        ("… of one person, by name", json!({ "member": member, "sort": "name" })),
        ("… with a word of many names", json!({ "search": "warehouse" })),
        (
            "… with a word of one name, by last use",
            json!({ "search": "77777", "sort": "last_used" }),
        ),
        ("… with two words, live", json!({ "search": "month 123", "state": "live" })),
        ("… with a person's name", json!({ "search": "kowalski" })),
        ("… with a word of no name", json!({ "search": "nowhere" })),
    ] {
        lists.push((name, list(KEYS, filter)));
    }
    for (name, mut filter) in [
        ("… the newest first, 10,000 keys on", json!({})),
        ("… by name, 10,000 keys on", json!({ "sort": "name" })),
    ] {
        filter["cursor"] = asking.deep(KEYS, &filter).await?;
        lists.push((name, list(KEYS, filter)));
    }
    for (name, filter) in [
        ("Activity", json!({})),
        ("… of a tool called often", json!({ "tool": "aidoo_query" })),
        ("… of a tool called seldom", json!({ "tool": "aidoo_report" })),
        ("… of a tool never called", json!({ "tool": "aidoo_workflow" })),
        ("… answered", json!({ "result": "ok" })),
        ("… refused", json!({ "result": "refused" })),
        ("… unknown, of which there are few", json!({ "result": "unknown" })),
        (
            "… unknown, of a tool where there is none",
            json!({ "result": "unknown", "tool": "aidoo_create" }),
        ),
        ("… of one person", json!({ "member": member })),
        ("… of one person, failed", json!({ "member": member, "result": "failed" })),
        ("… of one key", json!({ "key": key })),
        ("… of one key, unknown", json!({ "key": key, "result": "unknown" })),
        ("… of the last day", json!({ "within": "day" })),
        ("… of the last month, refused", json!({ "within": "month", "result": "refused" })),
    ] {
        lists.push((name, list(CALLS, filter)));
    }
    let cursor = asking.deep(CALLS, &json!({})).await?;
    lists.push(("… 10,000 calls on", list(CALLS, json!({ "cursor": cursor }))));
    lists.push((
        "A busy key's page, with its charts and its audit",
        Asked::Json("api_keys/detail", json!({ "company": company, "key": key })),
    ));
    for (name, endpoint) in [
        ("The activity's charts of 30 days", "activity/figures"),
        ("Team", "team/team"),
        ("Approvals", "approvals/list"),
        ("Workflows and their runs", "workflows/page"),
        ("Notices", "notices/open"),
        ("Policies", "policies/policies"),
        ("Connect a client", "activity/connect"),
        ("First steps", "onboarding/steps"),
    ] {
        lists.push((name, Asked::Form(endpoint)));
    }
    lists.push(("API keys as CSV, the first bytes", Asked::File("api-keys.csv")));
    lists.push(("Activity as CSV, the first bytes", Asked::File("activity.csv")));
    Ok(lists)
}
