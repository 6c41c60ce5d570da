//! Lists that are read page by page, records that are archived, and models that a company opens.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::gate::Gate;

#[tokio::test]
async fn the_pages_of_a_list_have_each_of_its_records_once() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.calls_per_minute = 60_000).await;
    let counted = json!({ "model": "res.partner", "count_only": true });
    let total = gate.call("aidoo_query", counted).await.expect("a count")["total"].clone();
    let total = total.as_u64().expect("a number");
    let (mut seen, mut offset, mut pages) = (BTreeSet::new(), json!(0), 0);
    while !offset.is_null() {
        let page = json!({
            "model": "res.partner", "order": "name, id", "limit": 40, "offset": offset,
        });
        let page = gate.call("aidoo_query", page).await.expect("a page");
        assert_eq!((&page["total"], &page["offset"]), (&json!(total), &offset));
        let records = page["records"].as_array().expect("records");
        assert!(!records.is_empty(), "no page is empty");
        let ids = records.iter().map(|record| record["id"].as_i64().expect("an id"));
        let before = seen.len();
        seen.extend(ids);
        assert_eq!(seen.len(), before + records.len(), "none comes twice");
        offset = page["next_offset"].clone();
        pages += 1;
    }
    assert!(pages > 2, "there is more than a page: {total}");
    assert_eq!(seen.len() as u64, total);

    let beyond = json!({ "model": "res.partner", "offset": total + 100 });
    let beyond = gate.call("aidoo_query", beyond).await.expect("an empty page");
    assert_eq!((&beyond["records"], &beyond["next_offset"]), (&json!([]), &json!(null)));
}

#[tokio::test]
async fn an_archived_record_is_found_when_it_is_asked_for_and_comes_back() {
    let gate = Gate::start().await;
    let made = json!({ "model": "res.partner", "values": { "name": "Archived Bakery" } });
    let made = gate.previewed("aidoo_create", made).await;
    let made = gate.call("aidoo_create", made).await.expect("is made");
    let ids = made["ids"].clone();
    let found = async |archived: bool| {
        let query = json!({
            "model": "res.partner", "domain": [["name", "=", "Archived Bakery"]], "archived": archived,
        });
        gate.call("aidoo_query", query).await.expect("an answer")["total"].clone()
    };
    let archive = async |archive: bool| {
        let change = json!({ "model": "res.partner", "ids": ids, "archive": archive });
        let change = gate.previewed("aidoo_write", change).await;
        gate.call("aidoo_write", change).await.expect("is done");
    };
    assert_eq!((found(false).await, found(true).await), (json!(1), json!(1)));
    archive(true).await;
    assert_eq!((found(false).await, found(true).await), (json!(0), json!(1)));
    archive(false).await;
    assert_eq!((found(false).await, found(true).await), (json!(1), json!(1)));
}

#[tokio::test]
async fn a_closed_model_is_open_to_a_company_that_opens_it() {
    let gate = Gate::start().await;
    let query = json!({ "model": "payment.provider" });
    let asked = gate.calls();
    let closed = gate.call("aidoo_query", query.clone()).await.expect_err("closed");
    assert!(closed.contains("payment.provider is closed to every tool"), "{closed}");
    assert_eq!(gate.calls(), asked, "nothing reaches Odoo");
    gate.set_rules(|rules| rules.guards.open_models = vec!["payment.provider".into()]).await;
    // The demonstration has no such model: Odoo says so itself.
    let unknown = gate.call("aidoo_query", query).await.expect_err("no such model");
    assert!(!unknown.contains("closed"), "{unknown}");
    assert!(gate.calls() > asked, "Odoo is asked");
}

/// The ids of contacts that are made with these values.
async fn made(gate: &Gate, records: &[Value]) -> Vec<Value> {
    let create = json!({ "model": "res.partner", "records": records });
    let create = gate.previewed("aidoo_create", create).await;
    let made = gate.call("aidoo_create", create).await.expect("are made");
    made["ids"].as_array().expect("ids").clone()
}

#[tokio::test]
async fn a_path_through_many_records_tells_the_first_of_how_many_and_a_file_has_all() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.writes_per_minute = 1_000).await;
    let holder = made(&gate, &[json!({ "name": "Holder" })]).await[0].clone();
    let people = |first: usize| -> Vec<Value> {
        let person = |n: usize| json!({ "name": format!("Person {n}"), "parent_id": holder });
        (first..first + 100).map(person).collect()
    };
    let read = json!({ "model": "res.partner", "ids": [holder], "fields": ["child_ids.name"] });
    made(&gate, &people(0)).await;
    let told = gate.call("aidoo_read", read.clone()).await.expect("is read");
    let all = told["records"][0]["child_ids.name"].as_array().map(Vec::len);
    assert_eq!(all, Some(100), "a list while it holds all: {told}");

    for first in [100, 200, 300, 400, 500] {
        made(&gate, &people(first)).await;
    }
    let told = gate.call("aidoo_read", read).await.expect("more than are told are no refusal");
    let record = &told["records"][0];
    let (field, path) = (&record["child_ids"], &record["child_ids.name"]);
    assert_eq!((&field["count"], &path["count"]), (&json!(600), &json!(600)));
    let values = path["values"].as_array().expect("the first of them");
    let ids: Vec<&Value> = values.iter().map(|value| &value["id"]).collect();
    assert_eq!((ids.len(), &json!(ids)), (100, &field["ids"]), "those that the field names");
    assert!(values.iter().all(|value| value["value"].is_string()), "{path}");

    let before = gate.count("res.partner", "read");
    let extract = json!({ "action": "extract", "model": "res.partner", "domain": [["id", "=", holder]],
        "fields": ["child_ids.name"], "format": "json" });
    let file = gate.call("aidoo_report", extract).await.expect("is made");
    assert_eq!(gate.count("res.partner", "read"), before + 2, "500 at a time");
    let link = file["url"].as_str().expect("a link");
    let file = reqwest::Client::new().get(link).bearer_auth(&gate.key.key).send().await;
    let file = file.expect("answers").text().await.expect("a text");
    let rows: Vec<Value> = serde_json::from_str(&file).expect("json");
    let values = rows[0]["child_ids.name"].as_array().expect("a list");
    let mut names: Vec<&str> = values.iter().filter_map(|value| value["value"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((values.len(), names.len()), (600, 600));
}
