//! Fields that stand for a field of another record: what is closed there is closed through them.

use serde_json::{Value, json};

use crate::support::{door::Door, gate::Gate};

#[tokio::test]
async fn what_is_closed_is_not_reached_through_a_field_that_stands_for_it() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let related = |path: &str| json!({ "type": "char", "string": "X", "related": path });
    door.answer(
        "res.partner/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "display_name": { "type": "char", "string": "Name" },
            "name": { "type": "char", "string": "Name" },
            "parent_id": { "type": "many2one", "relation": "res.partner", "string": "Company" },
            "child_ids": { "type": "one2many", "relation": "res.partner", "string": "Contacts" },
            "user_id": { "type": "many2one", "relation": "res.users", "string": "Salesperson" },
            "x_login": related("user_id.login"),
            "x_far": related("parent_id.user_id.login"),
            "x_word": related("user_id.password"),
            "x_parent": related("parent_id.name"),
            "card_ids": { "type": "one2many", "relation": "payment.token", "string": "Cards" },
        }),
    );
    let write = |values: Value| {
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": values }))
    };
    let query = |more: Value| {
        let mut call = json!({ "model": "res.partner" });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("aidoo_query", call)
    };
    for ((tool, arguments), words) in [
        (write(json!({ "x_login": "root" })), "x_login is a field of res.users, which is closed"),
        (write(json!({ "x_far": "root" })), "x_far is a field of res.users, which is closed"),
        (
            write(json!({ "child_ids": [[0, 0, { "x_login": "root" }]] })),
            "x_login is a field of res.users",
        ),
        (
            (
                "aidoo_execute",
                json!({ "model": "res.partner", "method": "load",
                "kwargs": { "fields": ["name", "x_login"], "data": [["a", "root"]] } }),
            ),
            "x_login is a field of res.users",
        ),
        (write(json!({ "x_word": "x" })), "x_word holds a secret"),
        (query(json!({ "domain": [["x_word", "=", "x"]] })), "x_word holds a secret"),
        (query(json!({ "order": "x_word" })), "x_word holds a secret"),
        (query(json!({ "fields": ["parent_id.x_word"] })), "parent_id.x_word holds a secret"),
    ] {
        let before = gate.calls();
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains(words), "{tool} {arguments}: {sentence}");
        assert_eq!(gate.asked_since(before), Vec::<String>::new(), "{tool} {arguments}");
    }
    let schema = gate.call("aidoo_schema", json!({ "model": "res.partner" })).await;
    assert!(!schema.expect("is told").to_string().contains("x_word"));
    // Whatever is asked about fields, those that nobody is told of are not there.
    let asked = json!({ "model": "res.partner", "method": "fields_get", "kwargs": { "attributes": ["string"] } });
    let fields = gate.call("aidoo_execute", asked).await.expect("is told").to_string();
    assert!(fields.contains("x_parent"), "{fields}");
    assert!(!fields.contains("x_word") && !fields.contains("card_ids"), "{fields}");
    // One that stands for a field of an open model is a value like any other.
    let (tool, arguments) = write(json!({ "x_parent": "Fjord" }));
    door.answer("res.partner/read", json!([{ "id": 1, "display_name": "A", "x_parent": "B" }]));
    assert_eq!(gate.call(tool, arguments).await.expect("a preview")["status"], "preview");
}
