//! Days that times are compared with: each begins and ends where the person is, whichever tool takes the domain.

use serde_json::{Value, json};
use server::clock::Clock;
use tempfile::TempDir;

use crate::support::{core::NOW, gate::Gate, workflows::in_force};

/// When orders were made, in UTC: in Berlin the last second of the 23rd of November 2026, the first and the last of the
/// 24th, which is today, and the first of the 25th; and the first of the 25th in UTC.
const MOMENTS: [&str; 5] = [
    "2026-11-23 22:59:59",
    "2026-11-23 23:00:00",
    "2026-11-24 22:59:59",
    "2026-11-24 23:00:00",
    "2026-11-25 00:00:00",
];

/// A gate whose person is in Berlin, and orders of those moments with a line each.
async fn gate_and_orders(folder: &TempDir) -> Gate {
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let gate = Gate::on(&database, Clock::manual(NOW)).await;
    gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    let first = async |model: &str| {
        let query = json!({ "model": model, "limit": 1, "order": "id" });
        let found = gate.call("aidoo_query", query).await.expect("is found");
        found["records"][0]["id"].clone()
    };
    let (partner, product) = (first("res.partner").await, first("product.product").await);
    let records: Vec<Value> = MOMENTS
        .iter()
        .map(|at| {
            json!({ "partner_id": partner, "client_order_ref": "DAYS", "date_order": at,
                "order_line": [[0, 0, { "product_id": product, "product_uom_qty": 1 }]] })
        })
        .collect();
    let create = json!({ "model": "sale.order", "records": records });
    let create = gate.previewed("aidoo_create", create).await;
    gate.call("aidoo_create", create).await.expect("are made");
    gate
}

/// The orders whose moment compares so with `day`.
fn ordered(operator: &str, day: &str) -> Value {
    json!([["client_order_ref", "=", "DAYS"], ["date_order", operator, day]])
}

#[tokio::test]
async fn a_whole_day_is_counted_where_the_person_is() {
    let folder = TempDir::new().expect("a folder");
    let gate = gate_and_orders(&folder).await;
    let count = async |operator: &str, day: &str, context: Value| {
        let query = json!({ "model": "sale.order", "domain": ordered(operator, day),
            "count_only": true, "context": context });
        gate.call("aidoo_query", query).await.expect("is counted")["total"].clone()
    };
    for (operator, day, wanted) in [
        ("<", "today", 1),
        (">=", "today", 4),
        ("<=", "today", 3),
        (">", "today", 2),
        // Its first moment alone, as of a day that is written.
        ("=", "today", 1),
        ("<=", "-1d", 1),
        (">", "-1d", 4),
        // The first day of each, and no more of it.
        ("<=", "week", 1),
        (">=", "week", 5),
        ("<=", "month", 0),
        ("<=", "now", 2),
        ("<=", "today+12h", 2),
    ] {
        assert_eq!(count(operator, day, json!({})).await, wanted, "{operator} {day}");
    }
    // Where the person is in UTC, the day that Odoo counts there is the same.
    for (operator, wanted) in [("<", 2), (">=", 3), ("<=", 4), (">", 1)] {
        for day in ["today", "2026-11-24"] {
            let found = count(operator, day, json!({ "tz": "UTC" })).await;
            assert_eq!(found, wanted, "{operator} {day}");
        }
    }
}

#[tokio::test]
async fn a_whole_day_is_the_same_to_every_tool_and_within_a_subdomain() {
    let folder = TempDir::new().expect("a folder");
    let gate = gate_and_orders(&folder).await;
    let domain = ordered("<=", "today");
    for (inside, wanted) in [
        (json!([["order_id", "any", domain]]), 3),
        (json!([["order_id", "any", ordered(">", "today")]]), 2),
        (
            json!([
                ["order_id.client_order_ref", "=", "DAYS"],
                ["order_id.date_order", "<=", "today"]
            ]),
            3,
        ),
    ] {
        let query = json!({ "model": "sale.order.line", "domain": inside, "count_only": true });
        let found = gate.call("aidoo_query", query).await.expect("is counted");
        assert_eq!(found["total"], wanted, "{inside}");
    }
    let figures = json!({ "action": "figures", "model": "sale.order", "domain": domain });
    let figures = gate.call("aidoo_report", figures).await.expect("are told");
    assert_eq!(figures["groups"][0]["count"], 3, "{figures}");
    let extract =
        json!({ "action": "extract", "model": "sale.order", "domain": domain, "fields": ["name"] });
    let extract = gate.call("aidoo_report", extract).await.expect("is made");
    assert_eq!(extract["records"], 3, "{extract}");
    let search =
        json!({ "model": "sale.order", "method": "search_count", "kwargs": { "domain": domain } });
    let search = gate.call("aidoo_execute", search).await.expect("is counted");
    assert_eq!(search["result"], 3, "{search}");
    let steps = json!([{ "name": "find", "title": "Find", "action": "query",
        "arguments": { "model": "sale.order", "domain": domain, "count_only": true } }]);
    in_force(&gate, "Days", json!([]), steps).await;
    let run = gate.call("aidoo_workflow", json!({ "workflow": "Days" })).await.expect("runs");
    assert_eq!(run["results"]["find"]["total"], 3, "{run}");
}
