//! Every tool at an Odoo 17 and at an Odoo 18: what is asked is what those versions take, and what is answered is what an Odoo
//! 19 with the same records answers.

use std::sync::Arc;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use server::{clock::Clock, demo::DATABASE};
use shared::{
    connection::{RemoveConnection, SaveConnection},
    time::{MINUTE, SECOND},
};
use tempfile::TempDir;

use crate::support::{
    app::TestApp,
    core::NOW,
    gate::Gate,
    linking::link_as_shown,
    older_odoo::{OTHER_DATABASE, OlderOdoo},
};

/// The versions that speak JSON-RPC alone.
const OLDER: [u32; 2] = [17, 18];

/// A gate that stands before the demonstration Odoo, which is a 19, and an older Odoo with the same records.
async fn gate_and(major: u32) -> (Gate, OlderOdoo) {
    gate_and_at(major, Clock::system()).await
}

/// The same at the time of `clock`.
async fn gate_and_at(major: u32, clock: Clock) -> (Gate, OlderOdoo) {
    let odoo = OlderOdoo::start(major).await;
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let options = ["--odoo-allow", &odoo.address.to_string()];
    let gate = Gate::of(TestApp::start_on(&database, folder, clock, &options).await).await;
    odoo.has_records_of(&gate.app.odoo);
    (gate, odoo)
}

/// Connects the company to it, as an owner does.
async fn connect(gate: &Gate, odoo: &OlderOdoo) {
    connect_to(gate, odoo, DATABASE).await;
}

/// Connects the company to this database of it.
async fn connect_to(gate: &Gate, odoo: &OlderOdoo, database: &str) {
    let connections = &gate.app.state.backend.connections;
    let save = SaveConnection {
        company: gate.company,
        url: odoo.url(),
        database: database.to_owned(),
        calls_per_second: String::new(),
        calls_at_once: String::new(),
    };
    connections.save(gate.actor, save).await.expect("is saved");
    let account = (gate.app.var("AIDOO_OWNER_ODOO_LOGIN"), gate.app.var("AIDOO_OWNER_ODOO_KEY"));
    link_as_shown(&**connections, gate.actor, gate.company, account).await.expect("is linked");
}

/// A gate before an older Odoo.
async fn gate_at(major: u32) -> (Gate, OlderOdoo) {
    let (gate, odoo) = gate_and(major).await;
    connect(&gate, &odoo).await;
    (gate, odoo)
}

/// Calls that read.
fn reads() -> Vec<(&'static str, Value)> {
    let figures = |model: &str, group_by: Value, measures: Value| {
        let asked = json!({ "action": "figures", "model": model, "group_by": group_by, "measures": measures });
        ("aidoo_report", asked)
    };
    let execute = |method: &str, ids: Option<Value>, kwargs: Value| {
        let mut asked = json!({ "model": "res.partner", "method": method, "kwargs": kwargs });
        if let Some(ids) = ids {
            asked["ids"] = ids;
        }
        ("aidoo_execute", asked)
    };
    let confirmed = json!([["state", "=", "purchase"]]);
    vec![
        ("aidoo_query", json!({ "model": "purchase.order", "count_only": true })),
        ("aidoo_query", json!({ "model": "purchase.order", "domain": confirmed, "limit": 3 })),
        (
            "aidoo_query",
            json!({ "model": "purchase.order", "domain": confirmed, "limit": 3, "offset": 3,
                "order": "date_order desc", "fields": ["name", "date_order", "partner_id.city"] }),
        ),
        (
            "aidoo_query",
            json!({ "model": "purchase.order", "limit": 5, "order": "id",
                "domain": [["date_order", ">=", "-300d"], ["date_order", "<", "today"]] }),
        ),
        (
            "aidoo_query",
            json!({ "model": "account.move", "limit": 5, "order": "id",
                "domain": [["invoice_date", ">=", "-300d"], ["partner_id.country_id.code", "!=", false]] }),
        ),
        ("aidoo_query", json!({ "model": "res.partner", "name": "a", "limit": 4 })),
        ("aidoo_query", json!({ "model": "res.partner", "archived": true, "limit": 4 })),
        ("aidoo_query", json!({ "model": "mail.message", "count_only": true })),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1, 7] })),
        (
            "aidoo_read",
            json!({ "model": "res.partner", "ids": [1, 7],
                "fields": ["name", "country_id", "parent_id.name", "category_id.name", "create_date"] }),
        ),
        ("aidoo_schema", json!({ "search": "invoice" })),
        (
            "aidoo_schema",
            json!({ "model": "sale.order.line", "fields": ["order_id", "price_unit", "nam"] }),
        ),
        execute("search_read", None, json!({ "domain": [["id", "<", 9]], "fields": ["name"] })),
        execute("search_count", None, json!({ "domain": [] })),
        execute(
            "name_search",
            None,
            json!({ "name": "a", "domain": [["id", ">", 3]], "limit": 3 }),
        ),
        execute("read", Some(json!([1])), json!({ "fields": ["name"] })),
        execute("web_read", Some(json!([1])), json!({ "specification": { "name": {} } })),
        execute("default_get", None, json!({ "fields": ["active", "type"] })),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": ["id"], "groupby": ["country_id"], "lazy": false }),
        ),
        execute(
            "check_access_rights",
            None,
            json!({ "operation": "read", "raise_exception": false }),
        ),
        execute("fields_get", None, json!({ "allfields": ["name"], "attributes": ["type"] })),
        execute(
            "export_data",
            Some(json!([1])),
            json!({ "fields_to_export": ["name", "parent_id/name"] }),
        ),
        ("aidoo_report", json!({ "action": "list", "model": "sale.order" })),
        figures("purchase.order", json!([]), json!(["amount_total"])),
        figures(
            "purchase.order",
            json!(["state"]),
            json!(["amount_total:sum", "amount_total:avg"]),
        ),
        figures("sale.order", json!(["partner_id"]), json!(["partner_id:count_distinct"])),
        figures(
            "purchase.order",
            json!(["date_order:month", "state"]),
            json!(["amount_total:sum"]),
        ),
        figures("purchase.order", json!(["date_order:week"]), json!(["date_order:max"])),
        figures("purchase.order", json!(["date_order"]), json!([])),
        figures("purchase.order", json!(["date_approve:quarter"]), json!([])),
        figures("account.move", json!(["invoice_date:month"]), json!(["amount_total:sum"])),
        figures("account.move", json!(["invoice_date:year", "move_type"]), json!([])),
        figures("account.move", json!(["date:day"]), json!([])),
    ]
}

#[tokio::test]
async fn what_is_read_is_the_same_at_every_version() {
    for major in OLDER {
        let (gate, odoo) = gate_and(major).await;
        let mut new = Vec::new();
        for (tool, arguments) in reads() {
            let answer = gate.call(tool, arguments.clone()).await;
            new.push(answer.unwrap_or_else(|error| panic!("19: {tool} {arguments}: {error}")));
        }
        connect(&gate, &odoo).await;
        for ((tool, arguments), mut new) in reads().into_iter().zip(new) {
            let answer = gate.call(tool, arguments.clone()).await;
            let mut old =
                answer.unwrap_or_else(|error| panic!("{major}: {tool} {arguments}: {error}"));
            for answer in [&mut old, &mut new] {
                answer["age_seconds"] = Value::Null;
            }
            assert_eq!(old, new, "{major}: {tool} {arguments}");
        }
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn what_one_may_do_is_told_of_a_model_and_of_records() {
    let (gate, odoo) = gate_and(18).await;
    let ask = |ids: Option<Value>| {
        let mut asked = json!({
            "model": "res.partner", "method": "has_access", "kwargs": { "operation": "read" },
        });
        if let Some(ids) = ids {
            asked["ids"] = ids;
        }
        asked
    };
    for _ in ["19, by JSON-2", "18, by JSON-RPC"] {
        for ids in [None, Some(json!([1, 7]))] {
            let told = gate.call("aidoo_execute", ask(ids)).await.expect("answers");
            assert_eq!(told["result"], true, "{told}");
        }
        connect(&gate, &odoo).await;
    }
}

#[tokio::test]
async fn a_period_says_where_it_begins_and_none_is_null() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let asked = json!({ "action": "figures", "model": "purchase.order", "domain": [["state", "in", ["draft", "purchase"]]],
            "group_by": ["date_approve:month"] });
        let told = gate.call("aidoo_report", asked).await.expect("is told");
        let groups = told["groups"].as_array().expect("groups");
        let (none, some): (Vec<_>, Vec<_>) =
            groups.iter().map(|group| &group["date_approve:month"]).partition(|is| is.is_null());
        assert_eq!(none.len(), 1, "{told}");
        assert!(some.len() > 1, "{told}");
        for period in some {
            let (from, utc) = (&period["from"]["local"], &period["from"]["utc"]);
            let from = from.as_str().and_then(|from| from.get(7..)).unwrap_or_default();
            assert!(from.starts_with("-01T00:00:00"), "a month begins on its first: {told}");
            assert!(utc.is_string() && period["name"].is_string(), "{told}");
        }
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn an_older_odoo_is_told_with_its_version_and_its_person() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let context = gate.call("aidoo_context", json!({})).await.expect("answers");
        assert_eq!(context["odoo"]["status"], "linked", "{context}");
        assert_eq!(context["odoo"]["version"], format!("{major}.0"));
        assert!(context["odoo"]["user"].is_string() && context["odoo"]["help"].is_null());
        assert_eq!(odoo.refused(), Vec::<String>::new());
    }
}

/// Carries a change out with the confirmation that its preview gives.
async fn changed(gate: &Gate, tool: &str, arguments: Value) -> Value {
    let confirmed = gate.previewed(tool, arguments.clone()).await;
    let done = gate.call(tool, confirmed).await;
    let done = done.unwrap_or_else(|error| panic!("{tool} {arguments}: {error}"));
    assert_eq!(done["status"], "done", "{done}");
    done
}

async fn first(gate: &Gate, model: &str, domain: Value) -> Value {
    let asked = json!({ "model": model, "domain": domain, "limit": 1, "order": "id" });
    gate.call("aidoo_query", asked).await.expect("is found")["records"][0]["id"].clone()
}

async fn field(gate: &Gate, model: &str, id: &Value, name: &str) -> Value {
    let asked = json!({ "model": model, "ids": [id], "fields": [name] });
    gate.call("aidoo_read", asked).await.expect("is read")["records"][0][name].clone()
}

#[tokio::test]
async fn records_are_created_and_changed_at_an_older_odoo() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let one = json!({ "model": "res.partner", "values": { "name": "Lofoten Fisk", "city": "Svolvær" } });
        let one = changed(&gate, "aidoo_create", one).await["ids"][0].clone();
        let two = json!({ "model": "res.partner", "records": [{ "name": "A" }, { "name": "B" }] });
        assert_eq!(
            changed(&gate, "aidoo_create", two).await["ids"].as_array().map(Vec::len),
            Some(2)
        );

        let move_it =
            json!({ "model": "res.partner", "ids": [one], "values": { "city": "Leknes" } });
        changed(&gate, "aidoo_write", move_it).await;
        assert_eq!(field(&gate, "res.partner", &one, "city").await, "Leknes", "{major}");
        changed(
            &gate,
            "aidoo_write",
            json!({ "model": "res.partner", "ids": [one], "archive": true }),
        )
        .await;
        assert_eq!(field(&gate, "res.partner", &one, "active").await, false, "{major}");

        // A model may give the values of `write` a name of its own.
        let line = first(&gate, "sale.order.line", json!([["order_id.state", "=", "draft"]])).await;
        let write =
            json!({ "model": "sale.order.line", "ids": [line], "values": { "price_unit": 1.5 } });
        changed(&gate, "aidoo_write", write).await;
        assert_eq!(field(&gate, "sale.order.line", &line, "price_unit").await, 1.5, "{major}");
        let nested = json!({ "model": "sale.order.line", "method": "write", "ids": [line],
            "kwargs": { "vals": { "price_unit": 2.5 } } });
        changed(&gate, "aidoo_execute", nested).await;
        assert_eq!(field(&gate, "sale.order.line", &line, "price_unit").await, 2.5, "{major}");
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn methods_are_called_at_an_older_odoo() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let quotation = first(&gate, "sale.order", json!([["state", "=", "draft"]])).await;
        let call = |model: &str, method: &str, ids: Value| json!({ "model": model, "method": method, "ids": ids });
        changed(&gate, "aidoo_execute", call("sale.order", "action_confirm", json!([quotation])))
            .await;
        assert_eq!(field(&gate, "sale.order", &quotation, "state").await, "sale", "{major}");
        // What returns nothing is answered with neither a result nor an error.
        let partner = first(&gate, "res.partner", json!([["child_ids", "!=", false]])).await;
        let archive = call("res.partner", "action_archive", json!([partner]));
        assert!(changed(&gate, "aidoo_execute", archive).await["result"].is_null());
        let order = first(&gate, "purchase.order", json!([["state", "=", "draft"]])).await;
        let copied =
            changed(&gate, "aidoo_execute", call("purchase.order", "copy", json!([order]))).await;
        let ids =
            if copied["result"].is_array() { &copied["result"][0] } else { &copied["result"] };
        assert!(ids.is_number(), "{copied}");
        // A sentence of Odoo's own passes; what it does not have is refused before it is asked.
        let again = call("sale.order", "action_confirm", json!([quotation]));
        let confirmed = gate.previewed("aidoo_execute", again).await;
        gate.call("aidoo_execute", confirmed).await.expect_err("Odoo refuses");
        for missing in ["formatted_read_group", "web_save_multi"] {
            let asked = json!({ "model": "sale.order", "method": missing, "ids": [quotation] });
            let told = gate.call("aidoo_execute", asked).await.expect_err("is refused");
            assert!(told.contains("this version of odoo does not have it"), "{told}");
        }
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn a_copy_gets_its_values_whatever_its_model_calls_them() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let order = first(&gate, "sale.order", json!([["state", "=", "draft"]])).await;
        let copy = json!({ "model": "sale.order", "method": "copy", "ids": [order],
            "kwargs": { "default": { "client_order_ref": "Second order" } } });
        let copied = changed(&gate, "aidoo_execute", copy).await["result"].clone();
        let copied = if major == 17 { &copied } else { &copied[0] };
        assert_ne!(*copied, order, "{major}");
        let reference = field(&gate, "sale.order", copied, "client_order_ref").await;
        assert_eq!(reference, "Second order", "{major}");
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn a_record_is_made_of_a_name_whatever_its_model_calls_it() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let make = json!({ "model": "res.partner", "method": "name_create", "kwargs": { "name": "Lofoten Fisk" } });
        let made = changed(&gate, "aidoo_execute", make).await["result"].clone();
        let name = field(&gate, "res.partner", &made[0], "name").await;
        assert_eq!(name, "Lofoten Fisk", "{major}: {made}");
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn an_update_sets_values_whatever_its_model_calls_them() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let partner = first(&gate, "res.partner", json!([["is_company", "=", true]])).await;
        let update = json!({ "model": "res.partner", "method": "update", "ids": [partner],
            "kwargs": { "values": { "city": "Leknes" } } });
        assert!(changed(&gate, "aidoo_execute", update).await["result"].is_null(), "{major}");
        assert_eq!(field(&gate, "res.partner", &partner, "city").await, "Leknes", "{major}");
        assert!(odoo.called().contains(&"res.partner.update".to_owned()), "{major}");
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

#[tokio::test]
async fn files_are_made_of_an_older_odoo() {
    for major in OLDER {
        let (gate, odoo) = gate_at(major).await;
        let extract = json!({ "action": "extract", "model": "purchase.order", "format": "csv",
            "fields": ["name", "partner_id.city", "date_order"], "limit": 5 });
        let made = gate.call("aidoo_report", extract).await.expect("is made");
        let url = made["url"].as_str().unwrap_or_else(|| panic!("no link in {made}"));
        let answer = Client::new().get(url).bearer_auth(&gate.key.key).send().await;
        let answer = answer.expect("answers");
        assert_eq!(answer.status(), StatusCode::OK);
        let text = answer.text().await.expect("a text");
        assert_eq!(text.lines().count(), 6, "{major}: {text}");
        assert!(text.contains("City"), "{major}: {text}");

        let order = first(&gate, "sale.order", json!([["state", "=", "sale"]])).await;
        let pdf = json!({ "action": "pdf", "model": "sale.order", "ids": [order] });
        let made = gate.call("aidoo_report", pdf).await.expect("is printed");
        assert_eq!(made["way"], "the portal", "{major}: {made}");
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

/// Two contacts with values of their own, of which Odoo refuses the second: nobody is their own parent.
async fn half_refused(gate: &Gate) -> (Value, Value) {
    let asked = json!({ "model": "res.partner", "domain": [["is_company", "=", true]], "limit": 2, "order": "id" });
    let found = gate.call("aidoo_query", asked).await.expect("are found");
    let (one, two) = (found["records"][0]["id"].clone(), found["records"][1]["id"].clone());
    let change = json!({ "model": "res.partner", "changes": [
        { "id": one, "values": { "city": "Narvik" } }, { "id": two, "values": { "parent_id": two } },
    ] });
    (change, one)
}

#[tokio::test]
async fn different_values_are_saved_in_one_transaction_where_odoo_has_it() {
    for major in OLDER {
        let (gate, odoo) = gate_and(major).await;
        let (refused, one) = half_refused(&gate).await;
        let was = field(&gate, "res.partner", &one, "city").await;
        let mut good = refused.clone();
        good["changes"][1]["values"] = json!({ "city": "Bergen" });

        // 19 has it: one call, and nothing is left of it when a record is refused.
        let told = gate.call("aidoo_write", refused.clone()).await.expect("a preview");
        let note = &told["preview"]["note"];
        assert!(note.as_str().is_some_and(|note| note.contains("in one transaction")), "{note}");
        let confirmed = gate.previewed("aidoo_write", refused.clone()).await;
        let sentence = gate.call("aidoo_write", confirmed).await.expect_err("is refused");
        assert!(!sentence.contains("and kept"), "{sentence}");
        assert_eq!(field(&gate, "res.partner", &one, "city").await, was);
        let before = gate.calls();
        let done = changed(&gate, "aidoo_write", good.clone()).await;
        assert_eq!(done["ids"].as_array().map(Vec::len), Some(2), "{done}");
        let saved = gate.asked_since(before);
        let saved: Vec<&String> = saved.iter().filter(|call| !call.ends_with(".read")).collect();
        assert_eq!(saved, ["res.partner.web_save_multi"]);
        assert_eq!(field(&gate, "res.partner", &one, "city").await, "Narvik");

        // Earlier versions have not, and it is said before and after.
        connect(&gate, &odoo).await;
        let mut refused = refused;
        refused["changes"][0]["values"]["city"] = json!("Bodø");
        let told = gate.call("aidoo_write", refused.clone()).await.expect("a preview");
        let note = &told["preview"]["note"];
        assert!(note.as_str().is_some_and(|note| note.contains("is saved by itself")), "{note}");
        let confirmed = gate.previewed("aidoo_write", refused).await;
        let sentence = gate.call("aidoo_write", confirmed).await.expect_err("is refused");
        assert!(sentence.contains(&format!("and kept: [{one}]")), "{sentence}");
        assert_eq!(field(&gate, "res.partner", &one, "city").await, "Bodø");
        changed(&gate, "aidoo_write", good).await;
        assert_eq!(field(&gate, "res.partner", &one, "city").await, "Narvik");
        assert_eq!(odoo.refused(), Vec::<String>::new(), "{major}");
    }
}

/// How old the fields of contacts are said to be.
async fn age(gate: &Gate) -> i64 {
    let told = gate.call("aidoo_schema", json!({ "model": "res.partner" })).await;
    told.expect("is told")["age_seconds"].as_i64().expect("a number")
}

#[tokio::test]
async fn fields_are_kept_for_ten_minutes_and_not_for_another_address_or_database() {
    let clock = Clock::manual(NOW);
    let (gate, odoo) = gate_and_at(18, clock.clone()).await;
    let asked = || gate.count("res.partner", "fields_get");
    assert_eq!((age(&gate).await, asked()), (0, 1));
    clock.advance(42 * SECOND);
    assert_eq!((age(&gate).await, asked()), (42, 1), "from memory, as old as it says");
    clock.advance(10 * MINUTE - 42 * SECOND);
    assert_eq!((age(&gate).await, asked()), (600, 1));
    clock.advance(SECOND);
    assert_eq!((age(&gate).await, asked()), (0, 2), "older than ten minutes it is read again");

    clock.advance(SECOND);
    connect(&gate, &odoo).await;
    assert_eq!((age(&gate).await, asked()), (0, 3), "another address is another Odoo");
    clock.advance(SECOND);
    assert_eq!((age(&gate).await, asked()), (1, 3));
    connect_to(&gate, &odoo, OTHER_DATABASE).await;
    assert_eq!((age(&gate).await, asked()), (0, 4), "and so is another database");
    let fields = odoo.called().into_iter().filter(|call| call == "res.partner.fields_get");
    assert_eq!(fields.count(), 2);
}

#[tokio::test]
async fn without_an_odoo_a_method_is_refused_for_that_and_for_no_version() {
    let gate = Gate::start().await;
    let connections = &gate.app.state.backend.connections;
    let remove = RemoveConnection { company: gate.company };
    connections.remove(gate.actor, remove).await.expect("is removed");
    let count = json!({ "model": "res.partner", "count_only": true });
    let expected = gate.call("aidoo_query", count).await.expect_err("has no Odoo");
    let count = json!({ "model": "res.partner", "method": "search_count" });
    assert_eq!(gate.call("aidoo_execute", count).await.expect_err("has none either"), expected);
}
