//! What the demonstration Odoo gives to readers: domains and relations, figures by periods, languages.

use serde_json::{Value, json};

use crate::support::demo::{DemoServer, Person};

async fn groups(odoo: &DemoServer, model: &str, body: Value) -> Vec<Value> {
    let groups = odoo.ok(Person::Admin, model, "formatted_read_group", body).await;
    groups.as_array().unwrap().clone()
}

#[tokio::test]
async fn figures_by_state_are_those_of_the_records() {
    let odoo = DemoServer::start().await;
    let asked = json!({
        "domain": [], "groupby": ["state"],
        "aggregates": [
            "__count", "amount_total:sum", "amount_total:avg", "amount_total:min", "amount_total:max",
            "partner_id:count_distinct",
        ],
    });
    let groups = groups(&odoo, "purchase.order", asked).await;
    assert!(groups.len() >= 4);
    for group in &groups {
        let records =
            json!({ "domain": group["__extra_domain"], "fields": ["amount_total", "partner_id"] });
        let records = odoo.ok(Person::Admin, "purchase.order", "search_read", records).await;
        let records = records.as_array().unwrap();
        let totals: Vec<f64> =
            records.iter().map(|record| record["amount_total"].as_f64().unwrap()).collect();
        let is = |name: &str, expected: f64| {
            let told = group[name].as_f64().unwrap();
            assert!((told - expected).abs() < 0.01, "{name}: {told} and {expected}");
        };
        let sum: f64 = totals.iter().sum();
        assert_eq!(group["__count"], totals.len());
        is("amount_total:sum", sum);
        is("amount_total:avg", sum / totals.len() as f64);
        is("amount_total:min", totals.iter().copied().fold(f64::MAX, f64::min));
        is("amount_total:max", totals.iter().copied().fold(0.0, f64::max));
        let partners: std::collections::BTreeSet<i64> =
            records.iter().map(|record| record["partner_id"][0].as_i64().unwrap()).collect();
        assert_eq!(group["partner_id:count_distinct"], partners.len());
    }
}

#[tokio::test]
async fn every_grain_covers_all_records_once_by_the_days_of_the_persons_zone() {
    let odoo = DemoServer::start().await;
    let all = odoo.search("sale.order", json!([])).await.len();
    for grain in ["day", "week", "month", "quarter", "year"] {
        let mut totals = Vec::new();
        for zone in ["UTC", "Europe/Berlin", "America/New_York"] {
            let key = format!("date_order:{grain}");
            let asked = json!({
                "domain": [], "groupby": [key], "aggregates": ["__count", "amount_total:sum"],
                "context": { "tz": zone },
            });
            let groups = groups(&odoo, "sale.order", asked).await;
            let mut sum = 0.0;
            let mut count = 0;
            for group in &groups {
                let label = group[&key].as_array().expect("a beginning and its words");
                assert!(label[1].as_str().is_some_and(|words| !words.is_empty()));
                let domain = &group["__extra_domain"];
                assert_eq!(domain[1], json!(["date_order", ">=", label[0]]));
                let found = odoo.search("sale.order", domain.clone()).await.len();
                assert_eq!(group["__count"], found, "{grain} {zone} {label:?}");
                count += found;
                sum += group["amount_total:sum"].as_f64().unwrap();
            }
            assert_eq!(count, all, "{grain} {zone}");
            totals.push((sum * 100.0).round());
        }
        assert!(totals.iter().all(|total| *total == totals[0]), "{grain} {totals:?}");
    }
    let bad = json!({ "domain": [], "groupby": ["date_order:decade"] });
    let bad = odoo.json2(Person::Admin, "sale.order", "formatted_read_group", bad).await;
    assert_eq!(bad.class(), "builtins.ValueError");
}

#[tokio::test]
async fn groups_are_ordered_cut_and_kept_by_their_figures() {
    let odoo = DemoServer::start().await;
    let asked = |further: Value| {
        let mut body = json!({
            "domain": [], "groupby": ["partner_id"], "aggregates": ["__count", "amount_total:sum"],
            "order": "amount_total:sum desc",
        });
        body.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        body
    };
    let all = groups(&odoo, "sale.order", asked(json!({}))).await;
    let sum = |group: &Value| group["amount_total:sum"].as_f64().unwrap();
    assert!(all.windows(2).all(|pair| sum(&pair[0]) >= sum(&pair[1])));
    let page = groups(&odoo, "sale.order", asked(json!({ "limit": 2, "offset": 1 }))).await;
    assert_eq!(page, all[1..3]);
    let least = sum(&all[2]);
    let having = json!({ "having": [["amount_total:sum", ">=", least]] });
    let kept = groups(&odoo, "sale.order", asked(having)).await;
    assert!(kept.len() >= 3 && kept.iter().all(|group| sum(group) >= least));
    let having = json!({ "having": ["!", ["__count", ">", 0]] });
    assert!(groups(&odoo, "sale.order", asked(having)).await.is_empty());
    let nothing =
        json!({ "domain": [["id", "=", 0]], "aggregates": ["__count", "amount_total:sum"] });
    let nothing = groups(&odoo, "sale.order", nothing).await;
    assert_eq!(nothing, [json!({ "__extra_domain": [], "__count": 0, "amount_total:sum": false })]);
}

#[tokio::test]
async fn the_older_grouping_names_its_figures_in_its_own_way() {
    let odoo = DemoServer::start().await;
    let old = async |body: Value| odoo.ok(Person::Admin, "sale.order", "read_group", body).await;
    let lazy = old(json!({
        "domain": [], "fields": ["amount_total"], "groupby": ["state", "date_order:month"],
    }));
    let lazy = lazy.await;
    let keys: Vec<&String> = lazy[0].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
    assert!(lazy[0]["state_count"].is_i64() && lazy[0]["amount_total"].is_f64());
    assert_eq!(lazy[0]["__context"], json!({ "group_by": ["date_order:month"] }));
    let eager = old(json!({
        "domain": [], "fields": ["most:max(amount_total)", "least:min(amount_total)", "name"],
        "groupby": ["state", "date_order:month"], "lazy": false,
    }));
    let eager = eager.await;
    for group in eager.as_array().unwrap() {
        assert!(group["most"].as_f64() >= group["least"].as_f64());
        assert!(group["date_order:month"].is_string() && group["__count"].is_i64());
        let range = &group["__range"]["date_order:month"];
        assert!(range["from"].as_str() < range["to"].as_str());
        let found = odoo.search("sale.order", group["__domain"].clone()).await.len();
        assert_eq!(group["__count"], found);
        assert!(group.get("name").is_none(), "a text is not added up");
    }
}

#[tokio::test]
async fn labels_come_in_the_language_of_the_call() {
    let odoo = DemoServer::start().await;
    let labels = async |lang: &str| {
        let asked = json!({
            "allfields": ["partner_id", "state"], "attributes": ["string", "selection"],
            "context": { "lang": lang },
        });
        odoo.ok(Person::Sales, "sale.order", "fields_get", asked).await
    };
    let (english, french) = (labels("en_US").await, labels("fr_FR").await);
    assert_eq!(english["partner_id"]["string"], "Customer");
    assert_eq!(french["partner_id"]["string"], "Client");
    assert_eq!(french["state"]["selection"][0], json!(["draft", "Devis"]));
    let refused = json!({ "context": { "lang": "tlh_QO" } });
    let refused = odoo.json2(Person::Sales, "sale.order", "fields_get", refused).await;
    assert_eq!((refused.status, refused.class()), (422, "odoo.exceptions.UserError"));

    let models = async |word: &str, lang: &str| {
        let asked = json!({
            "domain": [["name", "ilike", word]], "fields": ["model", "name"],
            "context": { "lang": lang },
        });
        odoo.ok(Person::Admin, "ir.model", "search_read", asked).await
    };
    let found = models("commande client", "fr_FR").await;
    let found: Vec<&Value> = found.as_array().unwrap().iter().map(|row| &row["model"]).collect();
    assert_eq!(found, ["sale.order", "sale.order.line"]);
    assert_eq!(models("commande client", "en_US").await, json!([]));
    let codes = json!({ "domain": [], "fields": ["code"], "order": "code" });
    let codes = odoo.ok(Person::Sales, "res.lang", "search_read", codes).await;
    assert_eq!((&codes[0]["code"], &codes[1]["code"]), (&json!("en_US"), &json!("fr_FR")));

    let own =
        json!({ "ids": [Person::Admin.uid()], "vals": { "lang": "fr_FR", "tz": "Europe/London" } });
    odoo.ok(Person::Admin, "res.users", "write", own).await;
    let context = odoo.ok(Person::Admin, "res.users", "context_get", json!({})).await;
    assert_eq!(
        context,
        json!({ "lang": "fr_FR", "tz": "Europe/London", "uid": Person::Admin.uid() })
    );
}

#[tokio::test]
async fn domains_look_through_relations_and_down_trees() {
    let odoo = DemoServer::start().await;
    let count = async |model: &str, domain: Value| odoo.search(model, domain).await.len();
    let goods = odoo.search("product.category", json!([["parent_id", "=", false]])).await;
    let below = count("product.category", json!([["id", "child_of", goods[0]]])).await;
    let direct = count("product.category", json!([["parent_id", "=", goods[0]]])).await;
    assert_eq!(below, direct + 1);
    let mut most = 0;
    for root in goods {
        let by_tree = count("product.product", json!([["categ_id", "child_of", root]])).await;
        let by_path = count("product.product", json!([["categ_id.parent_id", "=", root]])).await;
        let itself = count("product.product", json!([["categ_id", "=", root]])).await;
        assert_eq!(by_tree, by_path + itself);
        most = most.max(by_tree);
    }
    assert!(most > 10);
    let any = json!([["order_line", "any", [["product_uom_qty", ">", 10]]]]);
    let path = json!([["order_line.product_uom_qty", ">", 10]]);
    let none = json!([["order_line", "not any", [["product_uom_qty", ">", 10]]]]);
    let found = count("sale.order", any).await;
    assert!(found > 0 && found == count("sale.order", path).await);
    assert_eq!(found + count("sale.order", none).await, count("sale.order", json!([])).await);
    // A domain does not look into a model that the person may not read.
    let peek = json!({ "domain": [["sale_id.partner_id", "!=", false]] });
    let peek = odoo.json2(Person::Purchasing, "stock.picking", "search", peek).await;
    assert_eq!((peek.status, peek.class()), (403, "odoo.exceptions.AccessError"));
}

#[tokio::test]
async fn names_are_searched_and_values_exported() {
    let odoo = DemoServer::start().await;
    let asked = json!({ "name": "bakery", "limit": 3 });
    let found = odoo.ok(Person::Sales, "res.partner", "name_search", asked).await;
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|pair| pair[0].is_i64()));
    let asked = json!({ "name": "FL-405", "domain": [["type", "=", "consu"]] });
    let found = odoo.ok(Person::Sales, "product.product", "name_search", asked).await;
    assert!(found[0][1].as_str().unwrap().starts_with("[FL-405]"));
    let asked = json!({ "ids": [3], "fields_to_export": [".id", "name", "partner_id/country_id"] });
    let told = odoo.ok(Person::Sales, "sale.order", "export_data", asked).await;
    assert_eq!((&told["datas"][0][0], &told["datas"][0][1]), (&json!("3"), &json!("S00003")));
    let files = json!({ "domain": [], "fields": ["datas", "file_size"], "limit": 1, "context": { "bin_size": true } });
    let files = odoo.ok(Person::Admin, "ir.attachment", "search_read", files).await;
    assert!(files[0]["datas"].as_str().unwrap().ends_with(" Kb"), "{files}");
    assert!(files[0]["file_size"].as_i64().unwrap() > 1_024);
}
