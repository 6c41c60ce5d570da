//! What a company keeps secret is found by no other way: not by a name, not by a text where a record is asked for, and not
//! in what Odoo copies from it.

use serde_json::{Value, json};

use crate::support::gate::Gate;

/// A gate, and the id and the e-mail address of a contact.
async fn gate_and_contact() -> (Gate, i64, String) {
    let gate = Gate::start().await;
    let query = json!({
        "model": "res.partner", "domain": [["email", "=like", "hello@%"]], "fields": ["email"],
        "order": "id", "limit": 1,
    });
    let found = gate.call("aidoo_query", query).await.expect("is found");
    let record = &found["records"][0];
    let id = record["id"].as_i64().expect("an id");
    let email = record["email"].as_str().expect("a text").to_owned();
    (gate, id, email)
}

async fn keep_secret(gate: &Gate, field: &str) {
    gate.set_rules(|rules| rules.guards.secret_fields = vec![field.to_owned()]).await;
}

/// The ids that both ways of searching by name give for `word`, and the whole of an answer.
async fn by_name(gate: &Gate, id: i64, word: &str) -> (Vec<i64>, Vec<i64>, Value) {
    let one = json!([["id", "=", id]]);
    let query = json!({ "model": "res.partner", "name": word, "domain": one, "limit": 1 });
    let queried = gate.call("aidoo_query", query).await.expect("is answered");
    let search = json!({
        "model": "res.partner", "method": "name_search",
        "kwargs": { "name": word, "domain": one, "limit": 1 },
    });
    let searched = gate.call("aidoo_execute", search).await.expect("is answered");
    let of_query = queried["records"].as_array().expect("records").iter();
    let of_query = of_query.filter_map(|record| record["id"].as_i64()).collect();
    let of_search = searched["result"].as_array().expect("pairs").iter();
    let of_search = of_search.filter_map(|pair| pair[0].as_i64()).collect();
    (of_query, of_search, queried)
}

#[tokio::test]
async fn a_search_by_name_does_not_tell_a_secret_field() {
    let (gate, id, email) = gate_and_contact().await;
    let (queried, searched, _) = by_name(&gate, id, &email).await;
    assert_eq!((queried, searched), (vec![id], vec![id]), "Odoo looks there");

    keep_secret(&gate, "email").await;
    let (queried, searched, answer) = by_name(&gate, id, &email).await;
    assert_eq!((queried, searched), (vec![], vec![]), "nothing is found by it");
    // Nor does how much was found tell it.
    assert_eq!(answer["total"], 0, "{answer}");
    let note = answer["note"].as_str().expect("a note");
    assert!(note.contains("only names were searched"), "{note}");

    let read = json!({ "model": "res.partner", "ids": [id], "fields": ["name"] });
    let read = gate.call("aidoo_read", read).await.expect("is read");
    let name = read["records"][0]["name"].as_str().expect("a name").to_owned();
    let (queried, searched, _) = by_name(&gate, id, &name).await;
    assert_eq!((queried, searched), (vec![id], vec![id]), "its name finds it");
    // What is not so is not so of its name.
    let other = json!({
        "model": "res.partner", "method": "name_search",
        "kwargs": { "name": email, "operator": "not ilike", "domain": [["id", "=", id]] },
    });
    let other = gate.call("aidoo_execute", other).await.expect("is answered");
    assert_eq!(other["result"][0][0], id, "{other}");
}

#[tokio::test]
async fn a_text_where_a_record_is_asked_for_does_not_tell_a_secret_field() {
    let (gate, id, email) = gate_and_contact().await;
    keep_secret(&gate, "email").await;
    for leaf in [
        json!(["display_name", "ilike", email]),
        json!(["parent_id", "ilike", email]),
        json!(["parent_id", "in", [email]]),
        json!(["parent_id", "child_of", email]),
        json!(["child_ids", "=", email]),
        json!(["parent_id.display_name", "=", email]),
        json!(["child_ids", "any", [["display_name", "ilike", email]]]),
    ] {
        let domain = json!([leaf]);
        for (tool, arguments) in [
            ("aidoo_query", json!({ "model": "res.partner", "domain": domain })),
            (
                "aidoo_report",
                json!({ "model": "res.partner", "action": "figures", "domain": domain }),
            ),
            (
                "aidoo_execute",
                json!({ "model": "res.partner", "method": "search_count", "kwargs": { "domain": domain } }),
            ),
        ] {
            let before = gate.calls();
            let sentence = gate.call(tool, arguments).await.expect_err("is refused");
            assert!(sentence.contains("your company keeps fields secret"), "{leaf}: {sentence}");
            assert_eq!(gate.asked_since(before), Vec::<String>::new(), "{leaf}");
        }
    }
    for leaf in [
        json!(["parent_id", "=", id]),
        json!(["parent_id", "!=", false]),
        json!(["parent_id.name", "ilike", "a"]),
        json!(["display_name", "!=", false]),
    ] {
        let query = json!({ "model": "res.partner", "domain": [leaf], "count_only": true });
        gate.call("aidoo_query", query).await.unwrap_or_else(|error| panic!("{leaf}: {error}"));
    }
    // Nor does an import look for records by it.
    let load = json!({
        "model": "res.partner", "method": "load",
        "kwargs": { "fields": ["name", "parent_id"], "data": [["a", email]] },
    });
    let sentence = gate.call("aidoo_execute", load).await.expect_err("is refused");
    assert!(sentence.contains("write parent_id/.id"), "{sentence}");
}

#[tokio::test]
async fn what_odoo_copies_from_a_secret_field_is_secret_with_it() {
    let gate = Gate::start().await;
    keep_secret(&gate, "email").await;
    for copy in ["email_normalized", "email_formatted"] {
        for (tool, arguments) in [
            ("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": [copy] })),
            ("aidoo_query", json!({ "model": "res.partner", "domain": [[copy, "ilike", "a"]] })),
            ("aidoo_query", json!({ "model": "res.partner", "order": copy })),
        ] {
            let sentence = gate.call(tool, arguments).await.expect_err("is refused");
            assert!(sentence.contains(&format!("{copy} holds a secret")), "{sentence}");
        }
    }
}
