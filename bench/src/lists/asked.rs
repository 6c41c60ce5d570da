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

/// What it is called, and itself.
type Named = (&'static str, Asked);

const KEYS: &str = "api_keys/list";
const ACTIVITY: &str = "activity/timeline";
const FIGURES: &str = "activity/figures";
const APPROVALS: &str = "approvals/list";
const NOTICES: &str = "notices/open";
const VIEWER: &str = "accounts/viewer";

/// All of them as the owner asks, by name.
pub(super) async fn all(asking: &Asking<'_>) -> anyhow::Result<Vec<Named>> {
    let first = answer(asking.request(&list(asking, KEYS, &json!({})))).await?;
    let total = first["total"].as_u64().context("a total")?;
    anyhow::ensure!(total >= seed::KEYS, "the company has its keys: {total}");
    let member = &first["people"][7]["member"];
    let calls =
        answer(asking.request(&list(asking, ACTIVITY, &json!({ "kind": "calls" })))).await?;
    let key = &calls["entries"][0]["call"]["key"];
    anyhow::ensure!(member.is_string() && key.is_string(), "the company has people and calls");

    let mut lists = keys(asking, member).await?;
    lists.extend(activity(asking, member, key).await?);
    lists.push((
        "A busy key's page, with its charts and its audit",
        Asked::Json("api_keys/detail", json!({ "company": asking.company, "key": key })),
    ));
    for (name, endpoint) in [
        ("API keys that wait to be picked up", "api_keys/handovers"),
        ("The activity's charts of 30 days", FIGURES),
        ("Team", "team/team"),
        ("Approvals", APPROVALS),
        ("Workflows and their runs", "workflows/page"),
        ("Notices", NOTICES),
        ("Policies", "policies/policies"),
        ("Connect a client", "activity/connect"),
        ("First steps", "onboarding/steps"),
        ("Who looks at a page, which every page asks", VIEWER),
    ] {
        lists.push((name, Asked::Form(endpoint)));
    }
    lists.push(("API keys as CSV, the first bytes", Asked::File("api-keys.csv")));
    lists.push(("Activity as CSV, the first bytes", Asked::File("activity.csv")));
    Ok(lists)
}

/// The list of keys.
async fn keys(asking: &Asking<'_>, member: &Value) -> anyhow::Result<Vec<Named>> {
    let mut lists = Vec::new();
    for (name, filter) in [
        ("API keys, the newest first", json!({})),
        ("… the oldest first", json!({ "sort": "oldest" })),
        ("… by name", json!({ "sort": "name" })),
        ("… by name, from the end", json!({ "sort": "name_reversed" })),
        ("… by last use", json!({ "sort": "last_used" })),
        ("… the longest unused first", json!({ "sort": "unused_longest" })),
        ("… by end, the first one first", json!({ "sort": "ends_first" })),
        ("… by end, the last one first", json!({ "sort": "ends_last" })),
        ("… live", json!({ "state": "live" })),
        ("… live, by name", json!({ "state": "live", "sort": "name" })),
        ("… live, by end", json!({ "state": "live", "sort": "ends_first" })),
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
        lists.push((name, list(asking, KEYS, &filter)));
    }
    for (name, mut filter) in [
        ("… the newest first, 10,000 keys on", json!({})),
        ("… by name, 10,000 keys on", json!({ "sort": "name" })),
        ("… by end, 10,000 keys on", json!({ "sort": "ends_first" })),
    ] {
        filter["cursor"] = asking.deep(KEYS, &filter).await?;
        lists.push((name, list(asking, KEYS, &filter)));
    }
    Ok(lists)
}

/// The list of calls and of what people did.
async fn activity(asking: &Asking<'_>, member: &Value, key: &Value) -> anyhow::Result<Vec<Named>> {
    // The days as the server writes them, the oldest first.
    let figures = answer(asking.request(&Asked::Form(FIGURES))).await?;
    let (a_month_ago, a_week_ago) = (&figures["days"][0]["day"], &figures["days"][22]["day"]);
    anyhow::ensure!(a_month_ago.is_string() && a_week_ago.is_string(), "the charts have days");

    let mut lists = Vec::new();
    for (name, filter) in [
        ("Activity", json!({})),
        ("… calls alone", json!({ "kind": "calls" })),
        ("… about API keys, of which there is much", json!({ "kind": "keys" })),
        ("… about the team, of which there is little", json!({ "kind": "team" })),
        ("… about approvals, of which there is nothing", json!({ "kind": "approvals" })),
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
        ("… of one person, about API keys", json!({ "member": member, "kind": "keys" })),
        ("… of one person, failed", json!({ "member": member, "result": "failed" })),
        (
            "… of one person, of a tool, answered",
            json!({ "member": member, "tool": "aidoo_read", "result": "ok" }),
        ),
        (
            "… of one person, of a tool, failed",
            json!({ "member": member, "tool": "aidoo_read", "result": "failed" }),
        ),
        (
            "… of one person, of a tool, unknown",
            json!({ "member": member, "tool": "aidoo_read", "result": "unknown" }),
        ),
        ("… of one key", json!({ "key": key })),
        ("… of one key, failed", json!({ "key": key, "result": "failed" })),
        ("… of one key, unknown", json!({ "key": key, "result": "unknown" })),
        ("… of one key, about API keys", json!({ "key": key, "kind": "keys" })),
        ("… of one key, of a tool called often", json!({ "key": key, "tool": "aidoo_query" })),
        ("… of one key, of a tool never called", json!({ "key": key, "tool": "aidoo_workflow" })),
        ("… of the last day", json!({ "within": "day" })),
        ("… of the last month, refused", json!({ "within": "month", "result": "refused" })),
        ("… of one day", json!({ "since": a_week_ago, "until": a_week_ago })),
        (
            "… of one day, unknown",
            json!({ "since": a_week_ago, "until": a_week_ago, "result": "unknown" }),
        ),
        ("… until a month ago", json!({ "until": a_month_ago })),
        ("… until a month ago, about API keys", json!({ "until": a_month_ago, "kind": "keys" })),
        ("… since a month ago, of one person", json!({ "since": a_month_ago, "member": member })),
    ] {
        lists.push((name, list(asking, ACTIVITY, &filter)));
    }
    for (name, mut filter) in [
        ("… 10,000 entries on", json!({})),
        ("… about API keys, 10,000 entries on", json!({ "kind": "keys" })),
    ] {
        filter["cursor"] = asking.deep(ACTIVITY, &filter).await?;
        lists.push((name, list(asking, ACTIVITY, &filter)));
    }
    Ok(lists)
}

/// All of them as a plain member asks, by name: what is theirs is looked for among that of all.
pub(super) async fn of_member(asking: &Asking<'_>) -> anyhow::Result<Vec<Named>> {
    let first = answer(asking.request(&list(asking, KEYS, &json!({})))).await?;
    let total = first["total_unfiltered"].as_u64().context("a total")?;
    anyhow::ensure!(total == seed::KEYS / seed::MEMBERS, "a member sees their own keys: {total}");
    let calls =
        answer(asking.request(&list(asking, ACTIVITY, &json!({ "kind": "calls" })))).await?;
    let key = &calls["entries"][0]["call"]["key"];
    anyhow::ensure!(key.is_string(), "the member has called");

    let mut lists = Vec::new();
    for (name, filter) in [
        ("A member's own API keys, the newest first", json!({})),
        ("… by name", json!({ "sort": "name" })),
        ("… by last use", json!({ "sort": "last_used" })),
        ("… by end, the first one first", json!({ "sort": "ends_first" })),
        ("… live", json!({ "state": "live" })),
        ("… expiring", json!({ "state": "expiring" })),
        ("… with a word of many names", json!({ "search": "warehouse" })),
        ("… with two words, live", json!({ "search": "month 499", "state": "live" })),
        ("… with a word of no name", json!({ "search": "nowhere" })),
    ] {
        lists.push((name, list(asking, KEYS, &filter)));
    }
    for (name, filter) in [
        ("A member's own activity", json!({})),
        ("… calls alone", json!({ "kind": "calls" })),
        ("… about API keys", json!({ "kind": "keys" })),
        ("… about the team, of which there is nothing", json!({ "kind": "team" })),
        ("… of a tool called often", json!({ "tool": "aidoo_query" })),
        ("… of a tool never called", json!({ "tool": "aidoo_workflow" })),
        ("… answered", json!({ "result": "ok" })),
        ("… failed", json!({ "result": "failed" })),
        ("… unknown, of which there are few", json!({ "result": "unknown" })),
        ("… of a tool, failed", json!({ "tool": "aidoo_read", "result": "failed" })),
        ("… of one key", json!({ "key": key })),
        ("… of one key, failed", json!({ "key": key, "result": "failed" })),
        ("… of one key, of a tool never called", json!({ "key": key, "tool": "aidoo_workflow" })),
        ("… of the last day", json!({ "within": "day" })),
        ("… of the last month, refused", json!({ "within": "month", "result": "refused" })),
    ] {
        lists.push((name, list(asking, ACTIVITY, &filter)));
    }
    let mut deep = json!({});
    deep["cursor"] = asking.deep(ACTIVITY, &deep).await?;
    lists.push(("… 10,000 entries on", list(asking, ACTIVITY, &deep)));
    for (name, endpoint) in [
        ("The charts of a member's own calls", FIGURES),
        ("A member's own approvals", APPROVALS),
        ("A member's own notices", NOTICES),
        ("Who looks at a page, where that is a member", VIEWER),
    ] {
        lists.push((name, Asked::Form(endpoint)));
    }
    Ok(lists)
}

/// The list that `endpoint` gives under `filter`.
fn list(asking: &Asking<'_>, endpoint: &'static str, filter: &Value) -> Asked {
    Asked::Json(endpoint, json!({ "company": asking.company, "filter": filter }))
}
