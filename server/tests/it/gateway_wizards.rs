//! Wizards: what a method returns to be answered is answered by the key whose call returned it, once.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::permission::PermissionSet;

use crate::support::{door::Door, gate::Gate};

/// A gate whose company has opened a method that returns a wizard, and the wizard's own method.
async fn open_gate(door: &Door) -> (Gate, i64) {
    let gate = Gate::behind(door).await;
    gate.set_rules(|rules| {
        rules.guards.open_methods = vec![
            "sale.order.action_ask".to_owned(),
            "x.ask.action_apply".to_owned(),
            "x.ask.more.action_other".to_owned(),
        ];
    })
    .await;
    door.answer(
        "x.ask/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "display_name": { "type": "char", "string": "Name" },
            "reason": { "type": "char", "string": "Reason" },
            "of": { "type": "selection", "string": "Of",
                "selection": [["payment.token", "Token"], ["res.partner", "Contact"]] },
        }),
    );
    door.answer("x.ask/check_access_rights", json!(true));
    door.answer("x.ask/read", json!([{ "id": 5, "display_name": "Ask" }]));
    door.answer("x.ask/create", json!([5]));
    door.answer("x.ask/write", json!(true));
    door.answer("x.ask/action_apply", json!(true));
    let query = json!({ "model": "sale.order", "limit": 1, "order": "id" });
    let found = gate.call("aidoo_query", query).await.expect("is found");
    let order = found["records"][0]["id"].as_i64().expect("an id");
    (gate, order)
}

/// The answer of the method that asks.
async fn asked(gate: &Gate, order: i64) -> Value {
    let ask = json!({ "model": "sale.order", "method": "action_ask", "ids": [order] });
    let confirmed = gate.previewed("aidoo_execute", ask).await;
    gate.call("aidoo_execute", confirmed).await.expect("is told")
}

#[tokio::test]
async fn a_wizard_of_an_opened_method_is_answered_once_by_its_own_key() {
    let door = Door::new().await;
    let (gate, order) = open_gate(&door).await;
    let other = gate.another_key(PermissionSet::ALL).await;
    let window = |more: Value| {
        let mut action =
            json!({ "type": "ir.actions.act_window", "name": "Ask", "res_model": "x.ask" });
        action.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        action
    };
    for action in [
        window(json!({ "target": "new", "res_id": 5, "context": {} })),
        window(json!({ "target": "new", "context": { "default_reason": "x" } })),
        // Whatever it opens in: its model makes it a wizard.
        window(json!({ "target": "current", "res_id": 5 })),
        window(json!({ "target": "inline", "context": { "active_ids": [order] } })),
    ] {
        door.answer("sale.order/action_ask", action.clone());
        let told = asked(&gate, order).await;
        assert_eq!(told["status"], "wizard", "{action}: {told}");
        let methods = told["wizard"]["methods"].as_array().expect("methods");
        assert_eq!(methods.len(), 1, "{told}");
        assert_eq!(methods[0]["method"], "action_apply");
        let fields = told["wizard"]["fields"].as_array().expect("fields");
        let of = fields.iter().find(|field| field["name"] == "of").expect("is told");
        assert_eq!(of["selection"], json!([["res.partner", "Contact"]]), "no closed model");
        let reply = json!({ "wizard": told["wizard"]["id"], "method": "action_apply",
            "values": { "reason": "why" } });
        let stolen = gate.call_as(&other, "aidoo_execute", reply.clone()).await;
        assert!(stolen.is_err_and(|sentence| sentence.contains("no such wizard")));
        let applied = door.came("action_apply");
        let good = gate.previewed("aidoo_execute", reply.clone()).await;
        let done = gate.call("aidoo_execute", good).await.expect("is done");
        assert_eq!(done["status"], "done", "{done}");
        assert_eq!(door.came("action_apply"), applied + 1);
        let again = gate.call("aidoo_execute", reply).await;
        assert!(again.is_err_and(|sentence| sentence.contains("no such wizard")), "once only");
    }
}

#[tokio::test]
async fn a_wizard_is_no_record_to_call_methods_on() {
    let door = Door::new().await;
    let (gate, _) = open_gate(&door).await;
    let other = gate.another_key(PermissionSet::ALL).await;
    for arguments in [
        json!({ "model": "x.ask", "method": "action_apply", "ids": [5] }),
        json!({ "model": "x.ask", "method": "action_apply" }),
    ] {
        for key in [&gate.key.key, &other] {
            let answer = gate.call_as(key, "aidoo_execute", arguments.clone()).await;
            let sentence = answer.expect_err("is refused");
            assert!(sentence.contains("x.ask is a wizard"), "{arguments}: {sentence}");
        }
    }
    assert_eq!(door.came("action_apply"), 0);
}

#[tokio::test]
async fn a_wizard_is_no_record_to_make_or_change() {
    let door = Door::new().await;
    let (gate, _) = open_gate(&door).await;
    let values = json!({ "reason": "x" });
    for (tool, arguments) in [
        ("aidoo_write", json!({ "model": "x.ask", "ids": [5], "values": values })),
        ("aidoo_write", json!({ "model": "x.ask", "changes": [{ "id": 5, "values": values }] })),
        ("aidoo_create", json!({ "model": "x.ask", "values": values })),
        (
            "aidoo_execute",
            json!({ "model": "x.ask", "method": "write", "ids": [5], "kwargs": { "vals": values } }),
        ),
        (
            "aidoo_execute",
            json!({ "model": "x.ask", "method": "create", "kwargs": { "vals_list": [values] } }),
        ),
        (
            "aidoo_create",
            json!({ "model": "stock.backorder.confirmation", "values": { "show_transfers": true } }),
        ),
    ] {
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains("is a wizard"), "{tool} {arguments}: {sentence}");
        assert!(sentence.contains("answers it with aidoo_execute"), "{sentence}");
    }
    assert_eq!((door.came("write"), door.came("create")), (0, 0));
}

#[tokio::test]
async fn a_record_that_a_method_opens_in_a_dialog_is_no_wizard() {
    let door = Door::new().await;
    let (gate, order) = open_gate(&door).await;
    door.answer(
        "sale.order/action_ask",
        json!({ "type": "ir.actions.act_window", "name": "Edit", "res_model": "sale.order",
            "target": "new", "res_id": order, "context": {} }),
    );
    // Answering it would change an ordinary record without the permission write.
    let told = asked(&gate, order).await;
    assert_eq!(told["status"], "done", "{told}");
    assert_eq!(told["opens"]["id"], order, "{told}");
    assert!(told["wizard"].is_null(), "{told}");
}

#[tokio::test]
async fn records_are_no_wizards_to_whoever_odoo_lists_no_models() {
    let door = Door::new().await;
    let (gate, order) = open_gate(&door).await;
    // As a portal's user is answered, whom Odoo does not refuse.
    door.answer("ir.model/get_available_models", json!([]));
    let change =
        json!({ "model": "sale.order", "ids": [order], "values": { "client_order_ref": "AB-12" } });
    gate.previewed("aidoo_write", change).await;
    // Nor is one answered, and changed by that, which a method shows.
    door.answer(
        "sale.order/action_ask",
        json!({ "type": "ir.actions.act_window", "name": "Show", "res_model": "sale.order",
            "target": "current", "res_id": order }),
    );
    let told = asked(&gate, order).await;
    assert_eq!(told["status"], "done", "{told}");
    assert_eq!(told["opens"]["id"], order, "{told}");
    assert_eq!(door.came("get_available_models"), 1, "it is not asked again for each change");
}

#[tokio::test]
async fn the_answer_to_a_wizard_is_bound_to_the_records_that_it_is_about() {
    let door = Door::new().await;
    let (gate, order) = open_gate(&door).await;
    door.answer(
        "sale.order/action_ask",
        json!({ "type": "ir.actions.act_window", "name": "Ask", "res_model": "x.ask", "target": "new",
            "context": {} }),
    );
    let told = asked(&gate, order).await;
    let reply = json!({ "wizard": told["wizard"]["id"], "method": "action_apply" });
    let read = json!({ "model": "sale.order", "ids": [order], "fields": ["name", "state"] });
    let row = gate.call("aidoo_read", read).await.expect("is read")["records"][0].clone();
    let preview = gate.call("aidoo_execute", reply.clone()).await.expect("a preview");
    let text = |name: &str| row[name].as_str().expect("a text").to_owned();
    assert_eq!(
        preview["preview"]["summary"],
        format!("Answer x.ask with action_apply, for {} ({})", text("name"), text("state"))
    );

    let stale = gate.previewed("aidoo_execute", reply.clone()).await;
    let change =
        json!({ "model": "sale.order", "ids": [order], "values": { "client_order_ref": "AB-12" } });
    let change = gate.previewed("aidoo_write", change).await;
    gate.call("aidoo_write", change).await.expect("is done");
    let sentence = gate.call("aidoo_execute", stale).await.expect_err("has changed");
    assert!(sentence.contains("records have changed since the preview"), "{sentence}");
    assert_eq!(door.came("action_apply"), 0);

    let good = gate.previewed("aidoo_execute", reply).await;
    gate.call("aidoo_execute", good).await.expect("is done");
    assert_eq!(door.came("action_apply"), 1);
}

#[tokio::test]
async fn a_wizard_that_odoo_has_thrown_away_is_asked_for_anew() {
    let door = Door::new().await;
    let (gate, order) = open_gate(&door).await;
    door.answer(
        "sale.order/action_ask",
        json!({ "type": "ir.actions.act_window", "name": "Ask", "res_model": "x.ask", "target": "new",
            "res_id": 5, "context": {} }),
    );
    let told = asked(&gate, order).await;
    let reply = json!({ "wizard": told["wizard"]["id"], "method": "action_apply" });
    let confirmed = gate.previewed("aidoo_execute", reply.clone()).await;
    let missing = json!({ "name": "odoo.exceptions.MissingError",
        "message": "Record does not exist or has been deleted.\n(Record: x.ask(5,), User: 2)",
        "arguments": [], "context": {}, "debug": "" });
    let gone = |answer: Result<Value, String>| {
        let sentence = answer.expect_err("is gone");
        assert!(sentence.contains("this wizard is no longer there"), "{sentence}");
        assert!(sentence.contains("call the action again"), "{sentence}");
    };
    // Odoo names it as missing, or says nothing of it.
    door.refuse("x.ask/read", StatusCode::NOT_FOUND, missing.clone());
    gone(gate.call("aidoo_execute", reply.clone()).await);
    gone(gate.call("aidoo_execute", confirmed.clone()).await);
    door.answer("x.ask/read", json!([]));
    gone(gate.call("aidoo_execute", reply).await);
    assert_eq!(door.came("action_apply"), 0);

    // It goes while its answer is on the way.
    door.answer("x.ask/read", json!([{ "id": 5, "display_name": "Ask" }]));
    let held = door.hold("x.ask/action_apply");
    let (answer, ()) = tokio::join!(gate.call("aidoo_execute", confirmed), async {
        door.wait_for("action_apply", 1).await;
        door.refuse("x.ask/read", StatusCode::NOT_FOUND, missing);
        held.release();
    });
    gone(answer);
}
