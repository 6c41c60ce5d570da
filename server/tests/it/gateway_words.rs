//! What a refusal names: the exact term of a domain, order or list, and names that are near to it.

use serde_json::{Value, json};
use shared::workflow::{Definition, SaveWorkflow};

use crate::support::{gate::Gate, workflows};

/// Calls with one wrong term each, by the words that must name it.
fn calls(name: &str) -> Vec<(&'static str, Value, String)> {
    let partner = |more: Value| {
        let mut call = json!({ "model": "res.partner" });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    let report = |action: &str, more: Value| {
        let mut call = partner(more);
        call["action"] = json!(action);
        call
    };
    let execute = |method: &str, kwargs: Value| json!({ "model": "res.partner", "method": method, "kwargs": kwargs });
    let leaf = json!([["name", "ilike", "a"], [name, "=", "x"]]);
    let dotted = format!("parent_id.{name}");
    let grouped = format!("{name}:month");
    let measured = format!("{name}:max");
    let in_domain = format!("argument domain: term 2, \"{name}\": ");
    let quoted = |argument: &str, term: &str| format!("argument {argument}: \"{term}\": ");
    vec![
        ("aidoo_query", partner(json!({ "domain": leaf })), in_domain.clone()),
        ("aidoo_query", partner(json!({ "domain": leaf.to_string() })), in_domain.clone()),
        ("aidoo_query", partner(json!({ "domain": leaf, "name": "A" })), in_domain.clone()),
        (
            "aidoo_query",
            partner(json!({ "domain": ["|", ["name", "=", "x"], [dotted, "=", "x"]] })),
            format!("argument domain: term 3, \"{dotted}\": "),
        ),
        (
            "aidoo_query",
            partner(json!({ "domain": [["child_ids", "any", leaf]] })),
            format!("argument domain: term 1, inside its any: term 2, \"{name}\": "),
        ),
        (
            "aidoo_query",
            partner(json!({ "order": format!("name, {name} desc") })),
            quoted("order", &format!("{name} desc")),
        ),
        ("aidoo_query", partner(json!({ "fields": ["name", dotted] })), quoted("fields", &dotted)),
        (
            "aidoo_read",
            partner(json!({ "ids": [1], "fields": ["name", dotted] })),
            quoted("fields", &dotted),
        ),
        ("aidoo_report", report("figures", json!({ "domain": leaf })), in_domain.clone()),
        (
            "aidoo_report",
            report("figures", json!({ "group_by": ["name", grouped] })),
            quoted("group_by", &grouped),
        ),
        (
            "aidoo_report",
            report("figures", json!({ "group_by": [dotted] })),
            quoted("group_by", &dotted),
        ),
        (
            "aidoo_report",
            report("figures", json!({ "measures": ["color:sum", measured] })),
            quoted("measures", &measured),
        ),
        ("aidoo_report", report("extract", json!({ "domain": leaf })), in_domain.clone()),
        (
            "aidoo_report",
            report("extract", json!({ "fields": ["name", dotted] })),
            quoted("fields", &dotted),
        ),
        (
            "aidoo_report",
            report("extract", json!({ "order": format!("name, {name} asc") })),
            quoted("order", &format!("{name} asc")),
        ),
        ("aidoo_execute", execute("search", json!({ "domain": leaf })), in_domain),
        (
            "aidoo_execute",
            execute("search", json!({ "domain": [], "order": format!("name, {name} desc") })),
            quoted("order", &format!("{name} desc")),
        ),
        (
            "aidoo_execute",
            execute("formatted_read_group", json!({ "domain": [], "aggregates": [measured] })),
            quoted("aggregates", &measured),
        ),
    ]
}

#[tokio::test]
async fn an_unknown_field_is_named_with_its_term_and_the_nearest_names() {
    let gate = Gate::start().await;
    for (tool, arguments, words) in calls("emial") {
        let answer = gate.call(tool, arguments.clone()).await;
        let sentence = answer.expect_err("is refused");
        assert!(sentence.starts_with(&words), "{tool} {arguments}: {words} in {sentence}");
        let near = "res.partner has no field emial; the nearest are email";
        assert!(sentence.contains(near), "{tool} {arguments}: {sentence}");
    }
}

/// A leaf that its field's type cannot take, and what is said of it.
fn faulty_leaves() -> Vec<(Value, &'static str)> {
    vec![
        (json!(["date_order", ">=", "yesterdayish"]), "\"date_order\": is compared with a date"),
        (json!(["date_order", ">=", "2026-13-01"]), "\"date_order\": is compared with a date"),
        (json!(["date_order", "in", ["today", "2026-02-30"]]), "\"2026-02-30\" is none"),
        (json!(["date_order", "=", 20_260_101]), "\"date_order\": is compared with a date"),
        (json!(["amount_total", ">", "abc"]), "\"amount_total\": is compared with a number"),
        (json!(["partner_id.id", "in", [1, "x"]]), "\"partner_id.id\": is compared with a number"),
        (
            json!(["order_line", "any", [["price_unit", ">", "x"]]]),
            "inside its any: term 1, \"price_unit\": is compared with a number",
        ),
        (json!(["name", "any", []]), "\"name\": \"any\" looks into related records"),
        (
            json!(["state", "=", "nonsense"]),
            "\"state\": is compared with \"nonsense\", and the field has no such choice: there are draft, sent, sale, cancel",
        ),
        (json!(["state", "in", ["Draft", "done"]]), "there are draft, sent, sale, cancel"),
        (json!(["partner_id.type", "!=", "home"]), "there are contact, invoice, delivery, other"),
    ]
}

#[tokio::test]
async fn a_leaf_that_its_field_cannot_take_is_named_before_odoo_hears_of_it() {
    let gate = Gate::start().await;
    for (leaf, words) in faulty_leaves() {
        let domain = json!([["state", "=", "sale"], leaf]);
        for (tool, arguments) in [
            ("aidoo_query", json!({ "model": "sale.order", "domain": domain })),
            (
                "aidoo_report",
                json!({ "model": "sale.order", "action": "figures", "domain": domain }),
            ),
            (
                "aidoo_execute",
                json!({ "model": "sale.order", "method": "search_count", "kwargs": { "domain": domain } }),
            ),
        ] {
            let before = gate.calls();
            let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
            assert!(sentence.starts_with("argument domain: term 2"), "{tool} {leaf}: {sentence}");
            assert!(sentence.contains(words), "{tool} {leaf}: {words} in {sentence}");
            assert_eq!(gate.asked_since(before), Vec::<String>::new(), "{tool} {leaf}");
        }
    }
    for leaf in [
        json!(["date_order", ">=", "-30d"]),
        json!(["date_order", ">=", "2026-11-24"]),
        json!(["date_order", "<", "2026-11-24T15:30:00Z"]),
        json!(["amount_total", ">", "10"]),
        json!(["order_line", "any", [["price_unit", ">", 1]]]),
        json!(["state", "in", ["sale", "done"]]),
        json!(["state", "!=", false]),
        json!(["state", "=", ""]),
    ] {
        let query = json!({ "model": "sale.order", "domain": [leaf], "count_only": true });
        gate.call("aidoo_query", query).await.unwrap_or_else(|error| panic!("{leaf}: {error}"));
    }
}

#[tokio::test]
async fn what_odoo_does_not_order_group_or_add_up_by_is_named_before_it_hears_of_it() {
    let gate = Gate::start().await;
    let report = |more: Value| {
        let mut call = json!({ "model": "sale.order", "action": "figures" });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("aidoo_report", call)
    };
    let order = json!({ "model": "sale.order", "order": "name, partner_id.name desc" });
    for ((tool, arguments), words) in [
        (
            ("aidoo_query", order),
            "argument order: \"partner_id.name desc\": Odoo orders by the model's own fields: write partner_id",
        ),
        (
            report(json!({ "action": "extract", "order": "order_line.name" })),
            "argument order: \"order_line.name\": Odoo orders by the model's own fields",
        ),
        (
            report(json!({ "group_by": ["order_line.product_id"] })),
            "argument group_by: \"order_line.product_id\": Odoo groups by the model's own fields: group by order_line, or \
             group records of sale.order.line by product_id",
        ),
        (
            report(json!({ "group_by": ["date_order:weekday"] })),
            "argument group_by: \"date_order:weekday\": \"weekday\" is no grain: there are hour, day, week",
        ),
        (
            report(json!({ "group_by": ["partner_id:week"] })),
            "argument group_by: \"partner_id:week\": a grain (hour, day, week, month, quarter, year) goes with a date",
        ),
        (
            report(json!({ "measures": ["amount_total:sum", "name:sum"] })),
            "argument measures: \"name:sum\": sum goes with numbers only, and the field is char",
        ),
        (
            report(json!({ "measures": ["date_order:avg"] })),
            "argument measures: \"date_order:avg\": avg goes with numbers only, and the field is datetime",
        ),
    ] {
        let before = gate.calls();
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.starts_with(words), "{tool} {arguments}: {sentence}");
        assert_eq!(gate.asked_since(before), Vec::<String>::new(), "{arguments}");
    }
}

#[tokio::test]
async fn a_call_that_would_make_or_change_nothing_is_refused_before_a_preview() {
    let gate = Gate::start().await;
    for (method, ids, kwargs, words) in [
        ("create", None, json!({}), "create needs vals_list"),
        ("create", None, json!({ "vals_list": [] }), "create needs vals_list"),
        ("name_create", None, json!({}), "name_create needs name"),
        ("name_create", None, json!({ "name": "" }), "name_create needs name"),
        ("write", Some(1), json!({ "vals": {} }), "write needs vals"),
        ("web_save", Some(1), json!({ "specification": {} }), "web_save needs vals"),
    ] {
        let mut call = json!({ "model": "res.partner", "method": method, "kwargs": kwargs });
        if let Some(id) = ids {
            call["ids"] = json!([id]);
        }
        let sentence = gate.call("aidoo_execute", call).await.expect_err("is refused");
        assert!(sentence.contains(words), "{method}: {sentence}");
    }
}

#[tokio::test]
async fn what_is_nearly_right_is_told_how_it_is_right() {
    let gate = Gate::start().await;
    for (tool, arguments, words) in [
        (
            "aidoo_execute",
            json!({ "model": "sale.order", "method": "confirm", "ids": [1] }),
            "open and near to it are action_confirm",
        ),
        (
            "aidoo_execute",
            json!({ "model": "res.partner", "method": "read", "args": [[1], ["name"]] }),
            "argument ids: read is called on records: name them in ids",
        ),
        (
            "aidoo_query",
            json!({ "model": "res.partners" }),
            "this Odoo has no model res.partners; near to it are res.partner",
        ),
        (
            "aidoo_create",
            json!({ "model": "res.partner", "values": [{ "name": "A" }, { "name": "B" }] }),
            "argument values: must be an object, the values of one record: give those of several as a list in records",
        ),
    ] {
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains(words), "{tool} {arguments}: {sentence}");
    }
}

#[tokio::test]
async fn a_record_that_is_not_there_is_named_before_a_preview() {
    let gate = Gate::start().await;
    let write = |values: Value| {
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": values }))
    };
    let create =
        |model: &str, values: Value| ("aidoo_create", json!({ "model": model, "values": values }));
    let gone = 999_999;
    for ((tool, arguments), words) in [
        (
            create("sale.order", json!({ "partner_id": gone })),
            "there are no records [999999] of res.partner: nothing was changed",
        ),
        (
            create(
                "sale.order",
                json!({ "partner_id": 1, "order_line": [[0, 0, { "product_id": gone }]] }),
            ),
            "there are no records [999999] of product.product",
        ),
        (write(json!({ "parent_id": gone })), "there are no records [999999] of res.partner"),
        (
            write(json!({ "category_id": [[6, 0, [1, gone]]] })),
            "there are no records [999999] of res.partner.category",
        ),
        (create("res.partner", json!({})), "argument values: names no field"),
    ] {
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains(words), "{tool} {arguments}: {sentence}");
    }
    let (tool, there) = create("sale.order", json!({ "partner_id": 1 }));
    let told = gate.call(tool, there).await.expect("a preview");
    assert_eq!(told["status"], "preview", "{told}");
}

#[tokio::test]
async fn times_are_told_in_the_zone_that_the_call_names() {
    let gate = Gate::start().await;
    let query = |zone: Option<&str>| {
        let context = zone.map_or(json!({}), |zone| json!({ "tz": zone }));
        json!({ "model": "sale.order", "fields": ["date_order"], "limit": 1, "context": context })
    };
    let local = async |zone: Option<&str>| {
        let answer = gate.call("aidoo_query", query(zone)).await.expect("is answered");
        let date = answer["records"][0]["date_order"].clone();
        (date["local"].as_str().expect("a time").to_owned(), date["utc"].clone())
    };
    let (tokyo, utc) = local(Some("Asia/Tokyo")).await;
    assert!(tokyo.ends_with("+09:00"), "{tokyo}");
    let (own, same) = local(None).await;
    assert!(!own.ends_with("+09:00") && same == utc, "{own}");
    let unknown = gate.call("aidoo_query", query(Some("Nowhere/Land"))).await;
    assert!(unknown.expect_err("is refused").contains("tz has a value that cannot be"));

    let figures = json!({ "model": "sale.order", "action": "figures", "group_by": ["date_order:month"], "context": { "tz": "Asia/Tokyo" } });
    let answer = gate.call("aidoo_report", figures).await.expect("is answered");
    let group = &answer["groups"][0]["date_order:month"];
    let local = group["from"]["local"].as_str().unwrap_or_else(|| panic!("{group}"));
    assert!(local.ends_with("-01T00:00:00+09:00"), "{group}");
    assert!(
        group["from"]["utc"].as_str().is_some_and(|utc| utc.ends_with("T15:00:00Z")),
        "{group}"
    );
}

#[tokio::test]
async fn a_secret_field_is_named_with_its_term() {
    let gate = Gate::start().await;
    let before = gate.calls();
    for (tool, arguments, words) in calls("signup_token") {
        let answer = gate.call(tool, arguments.clone()).await;
        let sentence = answer.expect_err("is refused");
        assert!(sentence.starts_with(&words), "{tool} {arguments}: {words} in {sentence}");
        assert!(sentence.contains("holds a secret"), "{tool} {arguments}: {sentence}");
    }
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
}

#[tokio::test]
async fn no_secret_field_is_among_the_nearest_names() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.guards.secret_fields = vec!["email".to_owned()]).await;
    let values = json!({ "emial": "x" });
    for (tool, arguments) in [
        ("aidoo_query", json!({ "model": "res.partner", "domain": [["emial", "=", 1]] })),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": ["emial"] })),
        ("aidoo_create", json!({ "model": "res.partner", "values": values })),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": values })),
    ] {
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains("has no field emial"), "{tool} {arguments}: {sentence}");
        let (_, near) = sentence.split_once("no field emial").expect("is there");
        assert!(!near.contains("email"), "{tool} {arguments}: {sentence}");
    }
    let schema = json!({ "model": "res.partner", "fields": ["emial"] });
    let told = gate.call("aidoo_schema", schema).await.expect("is told")["unknown"].to_string();
    assert_eq!(told.matches("email").count(), 0, "{told}");
}

#[tokio::test]
async fn a_step_of_a_workflow_says_the_same() {
    let gate = Gate::start().await;
    let step = |name: &str, arguments: Value| json!({ "name": name, "title": name, "action": "query", "arguments": arguments });
    let definition: Definition = serde_json::from_value(json!({
        "inputs": [{ "name": "word", "label": "Word", "kind": "text" }],
        "steps": [step("find", json!({ "model": "res.partner",
            "domain": [["name", "=", { "$": "input.word" }], ["emial", "=", { "$": "input.word" }]] }))],
    }))
    .expect("a definition");
    let (company, actor, backend) = (gate.company, gate.actor, &gate.app.state.backend.workflows);
    let input = SaveWorkflow {
        company,
        workflow: None,
        name: "Words".to_owned(),
        description: String::new(),
        definition,
    };
    let workflow = backend.save(actor, input).await.expect("is saved");
    workflows::validate(&gate.app, actor, company, workflow).await;
    let run = json!({ "workflow": "Words", "inputs": { "word": "x" } });
    let sentence = gate.call("aidoo_workflow", run).await.expect_err("stops");
    assert!(sentence.contains("argument domain: term 2, \"emial\": "), "{sentence}");
    assert!(sentence.contains("the nearest are email"), "{sentence}");
}
