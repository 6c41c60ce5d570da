//! What the buttons and the imports of the demonstration Odoo do, and when they refuse.

use serde_json::{Value, json};

use crate::support::demo::{Answer, DemoServer, Person};

const USER_ERROR: &str = "odoo.exceptions.UserError";

/// Presses a button as the administrator.
async fn press(odoo: &DemoServer, model: &str, id: i64, button: &str) -> Answer {
    odoo.json2(Person::Admin, model, button, json!({ "ids": [id] })).await
}

/// The value that a button gives, and the state that its record is in then.
async fn pressed(odoo: &DemoServer, model: &str, id: i64, button: &str) -> (Value, Value) {
    let Answer { status, body, .. } = press(odoo, model, id, button).await;
    assert_eq!(status, 200, "{model}.{button}: {body}");
    (body, odoo.field(model, id, "state").await)
}

async fn refused(odoo: &DemoServer, model: &str, id: i64, button: &str) {
    let before = odoo.field(model, id, "state").await;
    let answer = press(odoo, model, id, button).await;
    assert_eq!((answer.status, answer.class()), (422, USER_ERROR), "{model}.{button}");
    assert_eq!(odoo.field(model, id, "state").await, before);
    let args = json!([[id]]);
    let answer = odoo.rpc(Person::Admin, model, button, args, json!({})).await;
    assert_eq!((answer.status, answer.class()), (200, USER_ERROR), "{model}.{button}");
}

async fn in_state(odoo: &DemoServer, model: &str, state: &str) -> i64 {
    odoo.search(model, json!([["state", "=", state]])).await[0]
}

#[tokio::test]
async fn a_quotation_is_confirmed_once_locked_and_cancelled_when_unlocked() {
    let odoo = DemoServer::start().await;
    let model = "sale.order";
    let id = in_state(&odoo, model, "draft").await;
    assert_eq!(pressed(&odoo, model, id, "action_confirm").await, (json!(true), json!("sale")));
    let transfers = odoo.field(model, id, "picking_ids").await;
    assert_eq!(transfers.as_array().unwrap().len(), 1);
    refused(&odoo, model, id, "action_confirm").await;
    pressed(&odoo, model, id, "action_lock").await;
    refused(&odoo, model, id, "action_cancel").await;
    pressed(&odoo, model, id, "action_unlock").await;
    assert_eq!(pressed(&odoo, model, id, "action_cancel").await, (json!(true), json!("cancel")));
    let transfer = transfers[0].as_i64().unwrap();
    assert_eq!(odoo.field("stock.picking", transfer, "state").await, "cancel");
    assert_eq!(pressed(&odoo, model, id, "action_draft").await, (json!(true), json!("draft")));
    let private = press(&odoo, model, id, "_create_invoices").await;
    assert_eq!((private.status, private.class()), (403, "odoo.exceptions.AccessError"));
}

#[tokio::test]
async fn a_request_is_confirmed_twice_without_a_word_and_billed_once() {
    let odoo = DemoServer::start().await;
    let model = "purchase.order";
    let id = in_state(&odoo, model, "draft").await;
    for _ in 0..2 {
        let done = pressed(&odoo, model, id, "button_confirm").await;
        assert_eq!(done, (json!(true), json!("purchase")));
    }
    let receipts = odoo.field(model, id, "picking_ids").await;
    assert_eq!(receipts.as_array().unwrap().len(), 1);
    let shown = press(&odoo, model, id, "action_create_invoice").await.body;
    assert_eq!(
        (&shown["res_model"], &shown["view_mode"]),
        (&json!("account.move"), &json!("form"))
    );
    let bill = shown["res_id"].as_i64().unwrap();
    let total = odoo.field(model, id, "amount_total").await;
    assert_eq!(odoo.field("account.move", bill, "amount_total").await, total);
    refused(&odoo, model, id, "action_create_invoice").await;
    assert_eq!(pressed(&odoo, model, id, "button_cancel").await, (json!(null), json!("cancel")));
    assert_eq!(pressed(&odoo, model, id, "button_draft").await, (json!({}), json!("draft")));
    let received = odoo
        .search("stock.picking", json!([["state", "=", "done"], ["purchase_id", "!=", false],]));
    let order = odoo.field("stock.picking", received.await[0], "purchase_id").await;
    refused(&odoo, model, order[0].as_i64().unwrap(), "button_cancel").await;
}

#[tokio::test]
async fn an_entry_goes_from_draft_to_posted_and_back() {
    let odoo = DemoServer::start().await;
    let model = "account.move";
    let id = in_state(&odoo, model, "draft").await;
    refused(&odoo, model, id, "button_draft").await;
    assert_eq!(pressed(&odoo, model, id, "action_post").await, (json!(false), json!("posted")));
    refused(&odoo, model, id, "action_post").await;
    assert_eq!(pressed(&odoo, model, id, "button_draft").await.1, "draft");
    assert_eq!(pressed(&odoo, model, id, "button_cancel").await, (json!(null), json!("cancel")));
    refused(&odoo, model, id, "button_cancel").await;
    refused(&odoo, model, id, "action_post").await;
    let empty = json!({ "vals_list": [{ "move_type": "out_invoice", "partner_id": 7 }] });
    let empty = odoo.ok(Person::Admin, model, "create", empty).await[0].as_i64().unwrap();
    refused(&odoo, model, empty, "action_post").await;
}

/// A transfer of which some is there and some is not.
async fn short_transfer(odoo: &DemoServer) -> i64 {
    let moves = json!({
        "domain": [["state", "=", "assigned"], ["quantity", ">", 0]],
        "fields": ["picking_id", "quantity", "product_uom_qty"],
    });
    let moves = odoo.ok(Person::Admin, "stock.move", "search_read", moves).await;
    let short = moves.as_array().unwrap().iter().find(|line| {
        line["quantity"].as_f64().unwrap() < line["product_uom_qty"].as_f64().unwrap()
    });
    short.expect("one is short")["picking_id"][0].as_i64().unwrap()
}

#[tokio::test]
async fn a_short_transfer_asks_about_a_backorder_and_makes_it() {
    let odoo = DemoServer::start().await;
    let (model, wizard) = ("stock.picking", "stock.backorder.confirmation");
    let id = short_transfer(&odoo).await;
    let question = press(&odoo, model, id, "button_validate").await.body;
    assert_eq!(question["res_model"], wizard);
    assert_eq!(question["context"]["default_pick_ids"], json!([[4, id]]));
    assert_eq!(odoo.field(model, id, "state").await, "assigned");

    let fields = odoo.ok(Person::Purchasing, wizard, "fields_get", json!({})).await;
    assert_eq!(fields["pick_ids"]["relation"], model);
    let context = &question["context"];
    let made = json!({ "vals_list": [{}], "context": context });
    let made = odoo.ok(Person::Admin, wizard, "create", made).await[0].as_i64().unwrap();
    assert_eq!(odoo.field(wizard, made, "pick_ids").await, json!([id]));
    let other = odoo.json2(Person::Manager, wizard, "read", json!({ "ids": [made] })).await;
    assert_eq!(other.status, 403, "a question is nobody else's");

    let without = odoo.ok(Person::Admin, wizard, "process", json!({ "ids": [made] })).await;
    assert_eq!((without, odoo.field(model, id, "state").await), (json!(true), json!("assigned")));
    let answer = json!({ "ids": [made], "context": context });
    assert_eq!(odoo.ok(Person::Admin, wizard, "process", answer).await, true);
    assert_eq!(odoo.field(model, id, "state").await, "done");
    let rest = odoo.search(model, json!([["backorder_id", "=", id]])).await;
    assert_eq!(rest.len(), 1);
    let asked = |picking: i64| {
        let groups = json!({
            "domain": [["picking_id", "=", picking]],
            "aggregates": ["product_uom_qty:sum", "quantity:sum"],
        });
        odoo.ok(Person::Admin, "stock.move", "formatted_read_group", groups)
    };
    let done = asked(id).await;
    assert_eq!(done[0]["product_uom_qty:sum"], done[0]["quantity:sum"]);
    assert!(asked(rest[0]).await[0]["product_uom_qty:sum"].as_f64().unwrap() > 0.0);
    refused(&odoo, model, id, "button_validate").await;
    refused(&odoo, model, id, "action_cancel").await;
    refused(&odoo, model, id, "action_assign").await;
}

#[tokio::test]
async fn a_short_transfer_can_be_finished_without_a_backorder() {
    let odoo = DemoServer::start().await;
    let (model, wizard) = ("stock.picking", "stock.backorder.confirmation");
    let id = short_transfer(&odoo).await;
    let question = press(&odoo, model, id, "button_validate").await.body;
    let args = json!([{ "pick_ids": [[4, id]] }]);
    let made =
        odoo.rpc(Person::Admin, wizard, "create", args, json!({})).await.body["result"].take();
    let args = json!([[made]]);
    let kwargs = json!({ "context": question["context"] });
    let answer = odoo.rpc(Person::Admin, wizard, "process_cancel_backorder", args, kwargs).await;
    assert_eq!(answer.body["result"], true);
    assert_eq!(odoo.field(model, id, "state").await, "done");
    assert!(odoo.search(model, json!([["backorder_id", "=", id]])).await.is_empty());
}

#[tokio::test]
async fn a_reservation_is_taken_back_and_a_transfer_with_nothing_there_is_not_validated() {
    let odoo = DemoServer::start().await;
    let model = "stock.picking";
    let id = in_state(&odoo, model, "assigned").await;
    assert_eq!(pressed(&odoo, model, id, "do_unreserve").await, (json!(null), json!("confirmed")));
    refused(&odoo, model, id, "button_validate").await;
    assert_eq!(pressed(&odoo, model, id, "action_assign").await, (json!(true), json!("assigned")));
    assert_eq!(pressed(&odoo, model, id, "action_cancel").await, (json!(true), json!("cancel")));
    let draft = json!({ "vals_list": [
        { "picking_type_id": 3, "location_id": 1, "location_dest_id": 1 },
    ] });
    let draft = odoo.ok(Person::Admin, model, "create", draft).await[0].as_i64().unwrap();
    refused(&odoo, model, draft, "action_confirm").await;
    let line = json!({ "ids": [draft], "vals": { "move_ids": [
        [0, 0, { "product_id": 1, "product_uom_qty": 2 }],
    ] } });
    odoo.ok(Person::Admin, model, "write", line).await;
    assert_eq!(
        pressed(&odoo, model, draft, "action_confirm").await,
        (json!(true), json!("confirmed"))
    );
}

#[tokio::test]
async fn a_message_is_posted_on_a_document_and_read_by_those_who_read_it() {
    let odoo = DemoServer::start().await;
    let posted = json!({ "ids": [3], "body": "Is <this> ready?" });
    let posted = odoo.ok(Person::Sales, "sale.order", "message_post", posted).await;
    let id = posted[0].as_i64().expect("a list with one id");
    assert_eq!(odoo.field("sale.order", 3, "message_ids").await, json!([id]));
    assert_eq!(odoo.field("mail.message", id, "body").await, "Is &lt;this&gt; ready?");
    let read = json!({ "ids": [id], "fields": ["body"] });
    assert_eq!(odoo.json2(Person::Purchasing, "mail.message", "read", read).await.status, 403);
    let refused = json!({ "ids": [3], "body": "x" });
    let refused = odoo.json2(Person::Purchasing, "sale.order", "message_post", refused).await;
    assert_eq!(refused.status, 403);
    let over = odoo.rpc(Person::Admin, "sale.order", "message_post", json!([[3]]), json!({}));
    assert!(over.await.body["result"].is_array(), "a list in 19");
}

#[tokio::test]
async fn an_import_stores_all_rows_or_none() {
    let odoo = DemoServer::start().await;
    let model = "res.partner";
    let count = async || odoo.search(model, json!([])).await.len();
    let before = count().await;
    let rows = json!([["Bakery One", "Germany", "a@x.example"], ["", "Germany", "b@x.example"]]);
    let bad = json!({ "fields": ["name", "country_id", "email"], "data": rows });
    let told = odoo.ok(Person::Sales, model, "load", bad).await;
    assert_eq!((&told["ids"], &told["nextrow"]), (&json!(false), &json!(0)));
    assert_eq!(told["messages"].as_array().unwrap().len(), 1);
    assert_eq!(told["messages"][0]["rows"], json!({ "from": 1, "to": 1 }));
    assert_eq!(told["messages"][0]["type"], "error");
    assert_eq!(count().await, before);

    let rows = json!([["Bakery One", "Germany", "Café,Bakery"], ["Bakery Two", "", ""]]);
    let good = json!({ "fields": ["name", "country_id", "category_id"], "data": rows });
    let told = odoo.ok(Person::Sales, model, "load", good).await;
    assert_eq!(told["messages"], json!([]));
    let ids = told["ids"].as_array().unwrap();
    assert_eq!((ids.len(), count().await), (2, before + 2));
    let first = ids[0].as_i64().unwrap();
    assert_eq!(odoo.field(model, first, "category_id").await.as_array().unwrap().len(), 2);
    let change = json!({ "fields": [".id", "city"], "data": [[first.to_string(), "Celle"]] });
    assert_eq!(odoo.ok(Person::Sales, model, "load", change).await["ids"], json!([first]));
    assert_eq!(odoo.field(model, first, "city").await, "Celle");
    let unknown = json!({ "fields": ["country_id"], "data": [["Atlantis"]] });
    assert_eq!(odoo.ok(Person::Sales, model, "load", unknown).await["ids"], false);
    let denied = json!({ "fields": ["name"], "data": [["x"]] });
    assert_eq!(odoo.json2(Person::Purchasing, model, "load", denied).await.status, 403);
}

#[tokio::test]
async fn a_form_is_saved_and_read_back_in_one_call() {
    let odoo = DemoServer::start().await;
    let spec = json!({ "name": {}, "country_id": { "fields": { "display_name": {} } } });
    let new =
        json!({ "ids": [], "vals": { "name": "New", "country_id": 1 }, "specification": spec });
    let made = odoo.ok(Person::Sales, "res.partner", "web_save", new).await;
    let id = made[0]["id"].as_i64().unwrap();
    let country = json!({ "id": 1, "display_name": "Germany" });
    assert_eq!(made, json!([{ "id": id, "name": "New", "country_id": country }]));
    let changed = json!({ "ids": [id], "vals": { "name": "Newer" }, "specification": spec });
    let changed = odoo.ok(Person::Sales, "res.partner", "web_save", changed).await;
    assert_eq!(changed[0]["name"], "Newer");
    let many = json!({
        "ids": [id, 7], "vals_list": [{ "city": "A" }, { "city": "B" }], "specification": { "city": {} },
    });
    let many = odoo.ok(Person::Sales, "res.partner", "web_save_multi", many).await;
    assert_eq!(many, json!([{ "id": id, "city": "A" }, { "id": 7, "city": "B" }]));
}

#[tokio::test]
async fn copies_are_drafts_and_archived_records_are_hidden_until_asked_for() {
    let odoo = DemoServer::start().await;
    let order = in_state(&odoo, "sale.order", "sale").await;
    odoo.ok(Person::Admin, "sale.order", "get_portal_url", json!({ "ids": [order] })).await;
    let copied = odoo.ok(Person::Admin, "sale.order", "copy", json!({ "ids": [order] })).await;
    let copied = copied[0].as_i64().expect("a list");
    assert_eq!(odoo.field("sale.order", copied, "state").await, "draft");
    assert_eq!(odoo.field("sale.order", copied, "access_token").await, false);
    let total = odoo.field("sale.order", order, "amount_total").await;
    assert_eq!(odoo.field("sale.order", copied, "amount_total").await, total);

    let ids = json!({ "ids": [7] });
    let is_found = async |context: Value| {
        let asked = json!({ "domain": [["id", "=", 7]], "context": context });
        odoo.ok(Person::Admin, "res.partner", "search_count", asked).await == json!(1)
    };
    assert_eq!(
        odoo.ok(Person::Sales, "res.partner", "action_archive", ids.clone()).await,
        json!(null)
    );
    assert!(!is_found(json!({})).await && is_found(json!({ "active_test": false })).await);
    odoo.ok(Person::Sales, "res.partner", "toggle_active", ids.clone()).await;
    assert!(is_found(json!({})).await);
    odoo.ok(Person::Sales, "res.partner", "toggle_active", ids.clone()).await;
    odoo.ok(Person::Sales, "res.partner", "action_unarchive", ids).await;
    assert!(is_found(json!({})).await);
}
