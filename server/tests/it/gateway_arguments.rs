//! Arguments of business methods, by position and by name: what reaches Odoo is exactly what was agreed to, and what
//! guards close is closed in either.

use serde_json::{Value, json};
use server::domain::guards::Guards;

use crate::support::{gate::Gate, linking::link_as_shown};

/// A gate with a method of orders that takes arguments opened, and a quotation.
struct Opened {
    gate: Gate,
    order: i64,
}

impl Opened {
    /// Speaks JSON-2, which has arguments by name only.
    async fn by_name() -> Self {
        let gate = Gate::start().await;
        gate.set_rules(|rules| {
            rules.writes_per_minute = 1_000;
            rules.guards = Guards {
                open_methods: vec![
                    "sale.order.message_post".into(),
                    "res.partner.message_post".into(),
                ],
                ..Guards::default()
            };
        })
        .await;
        let query =
            json!({ "model": "sale.order", "domain": [["state", "=", "draft"]], "limit": 1 });
        let found = gate.call("aidoo_query", query).await.expect("is found");
        let order = found["records"][0]["id"].as_i64().expect("an id");
        Self { gate, order }
    }

    /// Speaks JSON-RPC: a password is no key, and JSON-2 takes keys only.
    async fn by_position() -> Self {
        let opened = Self::by_name().await;
        let Gate { app, company, actor, .. } = &opened.gate;
        let connections = &*app.state.backend.connections;
        let account = (app.var("AIDOO_OWNER_ODOO_LOGIN"), app.var("AIDOO_OWNER_ODOO_PASSWORD"));
        link_as_shown(connections, *actor, *company, account).await.expect("is linked");
        opened
    }

    /// `message_post` on the order with these arguments besides.
    fn post(&self, more: Value) -> Value {
        self.call("sale.order", "message_post", Some(self.order), more)
    }

    fn call(&self, model: &str, method: &str, id: Option<i64>, more: Value) -> Value {
        let mut call = json!({ "model": model, "method": method });
        if let Some(id) = id {
            call["ids"] = json!([id]);
        }
        call.as_object_mut().expect("one").extend(more.as_object().expect("an object").clone());
        call
    }

    /// Body and subject of the order's newest message.
    async fn newest(&self) -> (Value, Value) {
        let query = json!({ "model": "mail.message", "limit": 1, "order": "id desc",
            "domain": [["model", "=", "sale.order"], ["res_id", "=", self.order]],
            "fields": ["body", "subject"] });
        let found = self.gate.call("aidoo_query", query).await.expect("is found");
        let message = &found["records"][0];
        (message["body"].clone(), message["subject"].clone())
    }

    fn posted(&self) -> usize {
        self.gate.count("sale.order", "message_post")
    }

    /// The calls are refused in these words, before anybody is asked, and nothing of them reaches Odoo.
    async fn refused(&self, calls: impl IntoIterator<Item = (Value, &str)>) {
        for (call, words) in calls {
            let before = self.gate.calls();
            let answer = self.gate.call("aidoo_execute", call.clone()).await;
            let Err(sentence) = answer else { panic!("{call} must be refused: {answer:?}") };
            assert!(sentence.contains(words), "{call}: {words:?} is not in: {sentence}");
            assert_eq!(self.gate.asked_since(before), Vec::<String>::new(), "{call}: {sentence}");
        }
    }

    /// Odoo itself does not take the arguments: that is told in words, and the call is not tried again.
    async fn failed_in_odoo(&self, call: Value) {
        let (model, method) = (call["model"].as_str().expect("one"), &call["method"]);
        let method = method.as_str().expect("one");
        let before = self.gate.count(model, method);
        let agreed = self.gate.previewed("aidoo_execute", call.clone()).await;
        let sentence = self.gate.call("aidoo_execute", agreed).await.expect_err("Odoo refuses");
        assert_eq!(self.gate.count(model, method), before + 1, "{call}: {sentence}");
        for inside in ["Traceback", "File \"", "127.0.0.1", "odoo/"] {
            assert!(!sentence.contains(inside), "{call}: {sentence}");
        }
    }
}

#[tokio::test]
async fn arguments_by_name_reach_odoo_as_they_were_agreed_to() {
    let opened = Opened::by_name().await;
    let gate = &opened.gate;
    let call = opened.post(json!({ "kwargs": { "body": "Thank you", "subject": "Order" } }));
    let preview = gate.call("aidoo_execute", call.clone()).await.expect("a preview");
    let note = preview["preview"]["note"].as_str().expect("a note");
    assert!(note.contains(r#""kwargs":{"body":"Thank you","subject":"Order"}"#), "{note}");
    assert_eq!(opened.posted(), 0);

    let agreed = gate.previewed("aidoo_execute", call).await;
    for other in [
        json!({ "body": "Thank you", "subject": "order" }),
        json!({ "body": "Thank you" }),
        json!({ "body": "Thank you", "subject": "Order", "body_is_html": true }),
        json!({}),
    ] {
        let mut changed = agreed.clone();
        changed["kwargs"] = other;
        let sentence = gate.call("aidoo_execute", changed).await.expect_err("is another call");
        assert!(sentence.contains("not those that were previewed"), "{sentence}");
    }
    assert_eq!(opened.posted(), 0);
    let done = gate.call("aidoo_execute", agreed).await.expect("is done");
    assert_eq!((&done["status"], opened.posted()), (&json!("done"), 1), "{done}");
    assert!(done["result"][0].is_i64(), "what the method returned: {done}");
    assert_eq!(opened.newest().await, (json!("Thank you"), json!("Order")));

    // A method without arguments, and arguments that a method has not.
    let confirm =
        |more: Value| opened.call("sale.order", "action_confirm", Some(opened.order), more);
    opened.failed_in_odoo(opened.post(json!({ "kwargs": { "nothing_like_it": 1 } }))).await;
    opened.failed_in_odoo(confirm(json!({ "kwargs": { "force": true } }))).await;
    let agreed =
        gate.previewed("aidoo_execute", confirm(json!({ "args": [], "kwargs": {} }))).await;
    assert_eq!(gate.call("aidoo_execute", agreed).await.expect("is done")["status"], "done");
}

#[tokio::test]
async fn json_2_takes_no_argument_by_position_and_that_is_said() {
    let opened = Opened::by_name().await;
    let by_name = "takes arguments by name only";
    let confirm = |args: Value| {
        opened.call("sale.order", "action_confirm", Some(opened.order), json!({ "args": args }))
    };
    opened
        .refused([
            (opened.post(json!({ "args": ["Thank you"] })), by_name),
            (opened.post(json!({ "args": ["x"], "kwargs": { "subject": "y" } })), by_name),
            (opened.post(json!({ "args": [null] })), by_name),
            (confirm(json!([true])), by_name),
            (opened.post(json!({ "args": { "body": "x" } })), "argument args"),
            (opened.post(json!({ "args": "x" })), "argument args"),
            (opened.post(json!({ "kwargs": ["x"] })), "argument kwargs"),
            (opened.post(json!({ "kwargs": "x" })), "argument kwargs"),
        ])
        .await;
    // Generic methods have names for theirs, so these go by name.
    let read = json!({ "model": "sale.order", "method": "read", "ids": [opened.order], "args": [["name"]] });
    let read = opened.gate.call("aidoo_execute", read).await.expect("is read");
    assert!(read["result"][0]["name"].is_string(), "{read}");
    opened
        .refused([
            (
                json!({ "model": "sale.order", "method": "read", "ids": [opened.order],
                    "args": [["name"]], "kwargs": { "fields": ["state"] } }),
                "fields is given twice",
            ),
            (
                json!({ "model": "sale.order", "method": "search", "args": [[], 0, 1, "id", 5, 6] }),
                "takes at most",
            ),
        ])
        .await;
}

#[tokio::test]
async fn arguments_by_position_reach_odoo_as_they_were_agreed_to() {
    let opened = Opened::by_position().await;
    let gate = &opened.gate;
    let call = opened.post(json!({ "args": ["By position", "First"] }));
    let agreed = gate.previewed("aidoo_execute", call).await;
    for (args, kwargs) in [
        (json!(["By position"]), json!({})),
        (json!(["First", "By position"]), json!({})),
        (json!(["By position", "First", "comment"]), json!({})),
        // The same to Odoo, but not what was shown.
        (json!(["By position"]), json!({ "subject": "First" })),
        (json!([]), json!({ "body": "By position", "subject": "First" })),
    ] {
        let mut changed = agreed.clone();
        changed["args"] = args;
        changed["kwargs"] = kwargs;
        let sentence = gate.call("aidoo_execute", changed).await.expect_err("is another call");
        assert!(sentence.contains("not those that were previewed"), "{sentence}");
    }
    assert_eq!(opened.posted(), 0);
    gate.call("aidoo_execute", agreed).await.expect("is done");
    assert_eq!(opened.newest().await, (json!("By position"), json!("First")));

    let both = opened.post(json!({ "args": ["Both"], "kwargs": { "subject": "ways" } }));
    let agreed = gate.previewed("aidoo_execute", both).await;
    gate.call("aidoo_execute", agreed).await.expect("is done");
    assert_eq!(opened.newest().await, (json!("Both"), json!("ways")));
    let named = opened.post(json!({ "kwargs": { "body": "By name" } }));
    let agreed = gate.previewed("aidoo_execute", named).await;
    gate.call("aidoo_execute", agreed).await.expect("is done");
    assert_eq!(opened.newest().await.0, "By name");
    assert_eq!(opened.posted(), 3);

    // What Odoo does not take.
    let confirm =
        opened.call("sale.order", "action_confirm", Some(opened.order), json!({ "args": ["now"] }));
    opened.failed_in_odoo(confirm).await;
    opened
        .failed_in_odoo(opened.post(json!({ "args": ["twice"], "kwargs": { "body": "given" } })))
        .await;
    let many: Vec<Value> = vec![json!("x"); 12];
    opened.failed_in_odoo(opened.post(json!({ "args": many }))).await;
    let state = json!({ "model": "sale.order", "ids": [opened.order], "fields": ["state"] });
    let state = gate.call("aidoo_read", state).await.expect("is read");
    assert_eq!(state["records"][0]["state"], "draft");
}

/// Whatever a method would make of its arguments: records are named in `ids`, and nothing closed is named at all.
#[tokio::test]
async fn no_argument_of_a_business_method_names_what_is_closed_or_deletes() {
    let opened = Opened::by_position().await;
    let ids = "name the records in ids";
    let unnamed = |args: Value| {
        opened.call(
            "sale.order",
            "message_post",
            None,
            json!({ "args": args, "kwargs": { "body": "x" } }),
        )
    };
    let on_records =
        |args: Value| opened.call("sale.order", "action_confirm", None, json!({ "args": args }));
    opened
        .refused([
            (unnamed(json!([opened.order])), ids),
            (unnamed(json!([[opened.order]])), ids),
            (unnamed(json!([[]])), ids),
            (unnamed(json!([opened.order.to_string()])), ids),
            (unnamed(json!([[opened.order.to_string()]])), ids),
            (unnamed(json!([{ "1": "x" }])), ids),
            (on_records(json!([[opened.order]])), "is called on records"),
            (on_records(json!([])), "is called on records"),
        ])
        .await;
    // Each by position and by name, and as deep as one likes.
    for (value, words) in [
        (json!({ "password": "x" }), "holds a secret"),
        (json!({ "line": [{ "signup_token": "x" }] }), "holds a secret"),
        (json!("partner_id.user_ids.password"), "holds a secret"),
        (json!([["user_ids.password", "=", "x"]]), "holds a secret"),
        (json!("res.users.apikeys"), "closed to every tool"),
        (json!(["ir.config_parameter"]), "closed to every tool"),
        (json!("mail.mail,7"), "closed to every tool"),
        (json!({ "res_model": "payment.token" }), "closed to every tool"),
        (json!({ "order_line": [[2, 7, 0]] }), "may delete"),
        (json!({ "order_line": [[3, 7]] }), "may delete"),
        (json!({ "order_line": [[5]] }), "may delete"),
        (json!({ "order_line": [[6, 0, [7]]] }), "may delete"),
        (json!([[5, 0, 0]]), "may delete"),
    ] {
        let by_position = opened.post(json!({ "args": [value] }));
        let second = opened.post(json!({ "args": ["x", value] }));
        let by_name = opened.post(json!({ "kwargs": { "email_from": value } }));
        opened.refused([(by_position, words), (second, words), (by_name, words)]).await;
    }
    for (more, words) in [
        (json!({ "kwargs": { "password": "x" } }), "holds a secret"),
        (json!({ "kwargs": { "context": { "uid": 1 } } }), "argument of its own"),
        (json!({ "context": { "default_state": "sale" } }), "only lang, tz"),
        (json!({ "values": { "body": "x" } }), "goes with a wizard only"),
        (json!({ "wizard": "x" }), "goes with method, values and confirm only"),
    ] {
        opened.refused([(opened.post(more), words)]).await;
    }
    assert_eq!(opened.posted(), 0);
}
