//! What a call may ask for at most, what a value may be, and what the company has closed though a tool looks
//! there by itself.

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::domain::guards::Guards;
use shared::permission::PermissionSet;

use crate::support::{door::Door, gate::Gate};

fn execute(method: &str, kwargs: Value) -> Value {
    json!({ "model": "res.partner", "method": method, "kwargs": kwargs })
}

#[tokio::test]
async fn a_generic_method_gives_a_page_and_says_that_there_may_be_more() {
    let gate = Gate::start().await;
    for (method, rows) in [("search", "/result"), ("web_search_read", "/result/records")] {
        let mut kwargs = json!({ "domain": [] });
        if method == "web_search_read" {
            kwargs["specification"] = json!({ "name": {} });
        }
        let answer = gate.call("aidoo_execute", execute(method, kwargs)).await.expect("is given");
        assert_eq!(answer.pointer(rows).and_then(Value::as_array).map(Vec::len), Some(50));
        let note = answer["note"].as_str().unwrap_or_default();
        assert!(note.contains("there may be more than these 50"), "{method}: {answer}");
    }
    let few = execute("search_read", json!({ "domain": [["id", "=", 1]], "fields": ["name"] }));
    let answer = gate.call("aidoo_execute", few).await.expect("is given");
    assert_eq!(answer["note"], Value::Null, "{answer}");
    let all = json!({ "domain": [], "limit": 500 });
    let answer = gate.call("aidoo_execute", execute("search", all)).await.expect("is given");
    assert!(answer["result"].as_array().is_some_and(|ids| ids.len() > 50));

    let before = gate.calls();
    for (method, kwargs, words) in [
        ("search", json!({ "domain": [], "limit": 501 }), "limit: must be between 1 and 500"),
        ("search", json!({ "domain": [], "limit": -1 }), "limit: must be between 1 and 500"),
        ("search", json!({ "domain": [], "limit": 0.5 }), "limit: must be a whole number"),
        ("search", json!({ "domain": [], "offset": -1 }), "offset: must be between 0"),
        ("search_count", json!({ "domain": [], "limit": -1 }), "limit: must be between 1"),
        (
            "read_group",
            json!({ "domain": [], "fields": [], "groupby": ["country_id"], "limit": 1_u64 << 63 }),
            "limit: must be a whole number",
        ),
    ] {
        let answer = gate.call("aidoo_execute", execute(method, kwargs)).await;
        let sentence = answer.expect_err("is refused");
        assert!(sentence.contains(words), "{method}: {sentence}");
    }
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
}

/// Nobody agrees to a change that Odoo can only refuse.
#[tokio::test]
async fn a_value_that_odoo_cannot_take_is_refused_before_anybody_is_asked() {
    let gate = Gate::start().await;
    let before = gate.calls();
    for (model, values, words) in [
        ("sale.order", json!({ "date_order": "2026-11-24T10:00:00Z" }), "date_order needs a time"),
        ("sale.order", json!({ "validity_date": "2026-02-30" }), "validity_date needs a date"),
        ("res.partner", json!({ "color": 1_i64 << 31 }), "color needs a whole number from"),
        ("res.partner", json!({ "country_id": 1_i64 << 31 }), "country_id needs the id"),
        ("res.partner", json!({ "type": "nowhere" }), "type needs one of contact, "),
        (
            "res.partner",
            json!({ "child_ids": [[0, 0, { "type": "nowhere" }]] }),
            "child_ids, command 1: type needs one of",
        ),
    ] {
        for (tool, arguments) in [
            ("aidoo_create", json!({ "model": model, "values": values })),
            ("aidoo_write", json!({ "model": model, "ids": [1], "values": values })),
            (
                "aidoo_execute",
                json!({ "model": model, "method": "write", "ids": [1], "kwargs": { "vals": values } }),
            ),
        ] {
            let sentence = gate.call(tool, arguments).await.expect_err("is refused");
            assert!(sentence.contains(words), "{tool} {values}: {sentence}");
        }
    }
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
}

#[tokio::test]
async fn a_report_looks_into_no_model_that_the_company_has_closed() {
    let gate = Gate::start().await;
    let printing = json!({ "action": "pdf", "model": "stock.picking", "ids": [1] });
    let listing = json!({ "action": "list", "model": "stock.picking" });
    gate.call("aidoo_report", listing.clone()).await.expect("is listed");
    let closed = ["ir.attachment", "ir.actions.report"].map(str::to_owned).to_vec();
    gate.set_rules(|rules| {
        rules.guards = Guards { closed_models: closed, ..Guards::default() };
    })
    .await;
    let before = gate.calls();
    let sentence = gate.call("aidoo_report", printing).await.expect_err("no way is open");
    assert!(
        sentence.contains("an attachment: ir.attachment is closed to every tool"),
        "{sentence}"
    );
    let sentence = gate.call("aidoo_report", listing).await.expect_err("is refused");
    assert!(sentence.contains("ir.actions.report is closed to every tool"), "{sentence}");
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
}

#[tokio::test]
async fn a_key_has_so_many_files_waiting_and_one_that_is_fetched_makes_room() {
    let gate = Gate::start().await;
    let extract =
        json!({ "action": "extract", "model": "res.partner", "fields": ["name"], "limit": 1 });
    let mut link = Value::Null;
    for _ in 0..20 {
        link = gate.call("aidoo_report", extract.clone()).await.expect("is kept")["url"].take();
    }
    let sentence = gate.call("aidoo_report", extract.clone()).await.expect_err("is one too many");
    assert!(sentence.contains("20 files of this API key wait to be fetched"), "{sentence}");
    let other = gate.another_key(PermissionSet::ALL).await;
    gate.call_as(&other, "aidoo_report", extract.clone()).await.expect("another key has its own");
    let link = link.as_str().expect("a link");
    let fetched = reqwest::Client::new().get(link).bearer_auth(&gate.key.key).send().await;
    assert_eq!(fetched.expect("answers").status(), StatusCode::OK);
    gate.call("aidoo_report", extract).await.expect("there is room");
}

#[tokio::test]
async fn what_is_no_field_of_a_related_record_is_told_and_not_read_as_nothing() {
    let gate = Gate::start().await;
    for (tool, more) in [
        ("aidoo_read", json!({ "ids": [3] })),
        ("aidoo_query", json!({})),
        ("aidoo_report", json!({ "action": "extract" })),
    ] {
        let mut call = json!({ "model": "sale.order", "fields": ["date_order.year_number"] });
        call.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        let sentence = gate.call(tool, call).await.expect_err("is refused");
        assert!(sentence.contains("date_order leads to no record"), "{tool}: {sentence}");
    }
}

/// Whatever an Odoo, or what pretends to be one, answers: a tool answers or says what is wrong.
#[tokio::test]
async fn an_odoo_that_answers_nonsense_breaks_nothing() {
    let model = "sale.order";
    let calls = [
        ("aidoo_context", json!({})),
        (
            "aidoo_query",
            json!({ "model": model, "fields": ["partner_id.email", "name"], "domain": [["date_order", ">", "-3d"]] }),
        ),
        ("aidoo_query", json!({ "model": model, "name": "a", "fields": ["partner_id.email"] })),
        ("aidoo_query", json!({ "model": model, "count_only": true })),
        (
            "aidoo_read",
            json!({ "model": model, "ids": [3], "fields": ["order_line.name", "partner_id.email"] }),
        ),
        (
            "aidoo_create",
            json!({ "model": model, "values": { "partner_id": 7, "order_line": [[0, 0, { "name": "x" }]] } }),
        ),
        ("aidoo_write", json!({ "model": model, "ids": [3], "values": { "partner_id": 7 } })),
        ("aidoo_execute", json!({ "model": model, "method": "action_confirm", "ids": [3] })),
        ("aidoo_execute", json!({ "model": model, "method": "fields_get" })),
        (
            "aidoo_execute",
            json!({ "model": model, "method": "web_search_read", "kwargs": { "domain": [], "specification": {} } }),
        ),
        ("aidoo_schema", json!({ "model": model })),
        ("aidoo_schema", json!({ "search": "order" })),
        ("aidoo_report", json!({ "action": "list", "model": model })),
        ("aidoo_report", json!({ "action": "pdf", "model": model, "ids": [3] })),
        (
            "aidoo_report",
            json!({ "action": "figures", "model": model, "group_by": ["partner_id"], "measures": ["amount_total:sum"] }),
        ),
        (
            "aidoo_report",
            json!({ "action": "extract", "model": model, "fields": ["partner_id.email"], "format": "xlsx" }),
        ),
    ];
    let nonsense = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("x"),
        json!([]),
        json!({}),
        json!([null, 7, "x", []]),
        json!([{}]),
        json!([{ "id": "x", "partner_id": [[]], "date_order": 7, "__count": -1 }]),
        json!([{ "id": 3, "partner_id": [7], "order_line": "x", "display_name": [] }]),
        json!([{ "id": 3, "partner_id": [7, "x", 8], "order_line": [[1]], "amount_total": {} }]),
        json!({ "partner_id": 7, "name": [], "date_order": { "type": 3, "relation": {} } }),
        json!({ "type": "ir.actions.act_window", "res_model": [], "target": "new", "context": 3 }),
        json!([["id", "name"], [3, 4, 5]]),
    ];
    // Where fields are in memory, which an Odoo that turns to nonsense meets.
    let (door, gate) = wide_open().await;
    for model in ["sale.order", "sale.order.line", "res.partner"] {
        gate.call("aidoo_schema", json!({ "model": model })).await.expect("is told");
    }
    for answer in &nonsense {
        door.answer("*", answer.clone());
        for (tool, arguments) in &calls {
            // An answer or a sentence: the gate takes nothing else.
            let _ = gate.call(tool, arguments.clone()).await;
        }
    }
    door.open("*");
    gate.call("aidoo_query", json!({ "model": model, "limit": 1 })).await.expect("is well again");
    // Where nothing is known yet. What is taken for fields stays in memory.
    let (mut door, mut gate) = wide_open().await;
    for answer in &nonsense {
        if answer.is_object() {
            (door, gate) = wide_open().await;
        }
        door.answer("*", answer.clone());
        for (tool, arguments) in &calls {
            let _ = gate.call(tool, arguments.clone()).await;
        }
    }
}

/// A gate whose limits are out of the way, and the door before its Odoo.
async fn wide_open() -> (Door, Gate) {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    gate.set_rules(|rules| (rules.calls_per_minute, rules.writes_per_minute) = (60_000, 60_000))
        .await;
    (door, gate)
}

/// A page of a file is held in memory until it is written, with all that paths ask of other records.
#[tokio::test]
async fn the_values_behind_a_page_of_a_file_are_not_read_without_end() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let people: Vec<i64> = (2..5_000).collect();
    door.answer("res.partner/search_read", json!([{ "id": 1, "child_ids": people }]));
    let long = "x".repeat(12 * 1024 * 1024);
    door.answer("res.partner/read", json!([{ "id": 2, "comment": long }]));
    let before = door.came("read");
    let extract =
        json!({ "action": "extract", "model": "res.partner", "fields": ["child_ids.comment"] });
    let sentence = gate.call("aidoo_report", extract).await.expect_err("is too much");
    assert!(
        sentence.contains("fields: child_ids.comment has more than 33554432 bytes of values"),
        "{sentence}"
    );
    assert_eq!(door.came("read"), before + 3, "of ten parts");
}

#[tokio::test]
async fn a_list_of_reports_that_is_cut_says_so() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    for (count, is_cut) in [(100, false), (101, true)] {
        let row = |n: i32| {
            let (name, report) = (format!("Report {n}"), format!("x.report_{n}"));
            json!({ "id": n, "name": name, "report_name": report })
        };
        let rows: Vec<Value> = (1..=count).map(row).collect();
        door.answer("ir.actions.report/search_read", json!(rows));
        let list = json!({ "action": "list", "model": "sale.order" });
        let told = gate.call("aidoo_report", list).await.expect("is listed");
        assert_eq!(told["reports"].as_array().map(Vec::len), Some(100));
        let note = told["note"].as_str().unwrap_or_default();
        assert_eq!(note.contains("there are more than these 100 reports"), is_cut, "{note}");
    }
}
