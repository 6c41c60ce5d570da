//! Lists that are read page by page, records that are archived, and models that a company opens.

use std::collections::BTreeSet;

use serde_json::json;

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
