//! Fields that stand for a field of another record: what is closed there is closed through them.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::permission::Permission;

use crate::support::{door::Door, gate::Gate};

/// The call is refused with these words, and nothing was asked of Odoo but what is asked about every model.
async fn refused(gate: &Gate, tool: &str, arguments: Value, words: &str) {
    let before = gate.calls();
    let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
    assert!(sentence.contains(words), "{tool} {arguments}: {sentence}");
    assert_eq!(gate.asked_since(before), Vec::<String>::new(), "{tool} {arguments}");
}

/// A field that stands for the one at the end of `path`, as `fields_get` tells it.
fn related(path: &str) -> Value {
    json!({ "type": "char", "string": "X", "related": path })
}

/// Fields that every model has, and these.
fn fields(more: Value) -> Value {
    let mut fields = json!({
        "id": { "type": "integer", "string": "ID" },
        "display_name": { "type": "char", "string": "Name" },
    });
    let Value::Object(more) = more else { unreachable!("an object") };
    fields.as_object_mut().expect("an object").extend(more);
    fields
}

#[tokio::test]
async fn what_is_closed_is_not_reached_through_a_field_that_stands_for_it() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "res.partner/fields_get",
        fields(json!({
            "name": { "type": "char", "string": "Name" },
            "parent_id": { "type": "many2one", "relation": "res.partner", "string": "Company" },
            "child_ids": { "type": "one2many", "relation": "res.partner", "string": "Contacts" },
            "user_id": { "type": "many2one", "relation": "res.users", "string": "Salesperson" },
            "x_login": related("user_id.login"),
            "x_far": related("parent_id.user_id.login"),
            "x_word": related("user_id.password"),
            "x_parent": related("parent_id.name"),
            "card_ids": { "type": "one2many", "relation": "payment.token", "string": "Cards" },
        })),
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
        (
            write(json!({ "x_login": "root" })),
            "x_login stands for a field of res.users, which is closed",
        ),
        (
            write(json!({ "x_far": "root" })),
            "x_far stands for a field of res.users, which is closed",
        ),
        (
            write(json!({ "child_ids": [[0, 0, { "x_login": "root" }]] })),
            "x_login stands for a field of res.users",
        ),
        (
            (
                "aidoo_execute",
                json!({ "model": "res.partner", "method": "load",
                "kwargs": { "fields": ["name", "x_login"], "data": [["a", "root"]] } }),
            ),
            "x_login stands for a field of res.users",
        ),
        (write(json!({ "x_word": "x" })), "x_word holds a secret"),
        (query(json!({ "domain": [["x_word", "=", "x"]] })), "x_word holds a secret"),
        (query(json!({ "order": "x_word" })), "x_word holds a secret"),
        (query(json!({ "fields": ["parent_id.x_word"] })), "parent_id.x_word holds a secret"),
    ] {
        refused(&gate, tool, arguments, words).await;
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

#[tokio::test]
async fn a_field_of_a_closed_model_is_not_named_however_far_it_is() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "res.partner/fields_get",
        fields(json!({
            "parent_id": { "type": "many2one", "relation": "res.partner", "string": "Company" },
            "main_order_id": { "type": "many2one", "relation": "x.order", "string": "Order" },
            "x_near": related("main_order_id.name"),
            "x_open": related("parent_id.main_order_id.name"),
            "x_shut": related("main_order_id.card_id.brand"),
            "x_shut_far": related("parent_id.main_order_id.card_id.brand"),
        })),
    );
    door.answer(
        "x.order/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "name": { "type": "char", "string": "Name" },
            "card_id": { "type": "many2one", "relation": "payment.token", "string": "Card" },
        }),
    );
    let fields_get = json!({ "model": "res.partner", "method": "fields_get", "kwargs": { "attributes": ["string"] } });
    for (tool, arguments) in [
        ("aidoo_schema", json!({ "model": "res.partner" })),
        (
            "aidoo_schema",
            json!({ "model": "res.partner", "fields": ["x_shut", "x_shut_far", "x_near", "x_open"] }),
        ),
        ("aidoo_execute", fields_get),
    ] {
        let told = gate.call(tool, arguments).await.expect("is told").to_string();
        assert!(told.contains("x_near") && told.contains("x_open"), "{told}");
        assert!(!told.contains("x_shut") && !told.contains("card_id"), "{told}");
    }
    // Nor are they offered instead of names that there are not.
    let misspelt = "x_shutt";
    for (tool, arguments) in [
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": [misspelt] })),
        ("aidoo_query", json!({ "model": "res.partner", "domain": [[misspelt, "=", 1]] })),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": { misspelt: 1 } })),
    ] {
        let told =
            gate.call(tool, arguments).await.expect_err("there is none").replace(misspelt, "");
        assert!(told.contains("no field") && !told.contains("x_shut"), "{told}");
    }
    let asked = json!({ "model": "res.partner", "fields": [misspelt] });
    let told = gate.call("aidoo_schema", asked).await.expect("is told")["unknown"].to_string();
    assert!(!told.replace(misspelt, "").contains("x_shut"), "{told}");
}

#[tokio::test]
async fn what_stands_for_a_field_that_stands_for_one_of_a_closed_model_is_closed_too() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "res.partner/fields_get",
        fields(json!({
            "order_id": { "type": "many2one", "relation": "x.order", "string": "Order" },
            "hidden_id": { "type": "many2one", "relation": "x.hidden", "string": "Hidden" },
            "away_id": { "type": "many2one", "relation": "x.away", "string": "Away" },
            "x_open": related("order_id.x_round"),
            "x_away": related("away_id.name"),
            "x_hidden": related("hidden_id.name"),
            "x_end": related("order_id.x_brand"),
            "x_word": related("order_id.x_round_word"),
            "x_middle": related("order_id.holder_id.name"),
        })),
    );
    let holder = json!({ "type": "many2one", "relation": "res.partner", "string": "H", "related": "card_id.partner_id" });
    door.answer(
        "x.order/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "card_id": { "type": "many2one", "relation": "payment.token", "string": "Card" },
            "back_id": { "type": "many2one", "relation": "res.partner", "string": "Back" },
            "holder_id": holder,
            "x_brand": related("card_id.brand"),
            "x_round_word": related("back_id.signup_token"),
            // What answers need not be Odoo: a circle ends.
            "x_round": related("back_id.x_open"),
        }),
    );
    door.deny("x.hidden/fields_get");
    for field in ["x_end", "x_middle"] {
        let stands = format!("{field} stands for a field of payment.token");
        for (tool, arguments) in [
            ("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": [field] })),
            ("aidoo_query", json!({ "model": "res.partner", "domain": [[field, "like", "4"]] })),
            ("aidoo_query", json!({ "model": "res.partner", "order": field })),
        ] {
            refused(&gate, tool, arguments, &stands).await;
        }
        let written = format!("{field} stands for a field of payment.token, which is closed");
        let write = json!({ "model": "res.partner", "ids": [1], "values": { field: "x" } });
        refused(&gate, "aidoo_write", write, &written).await;
    }
    for (tool, arguments) in [
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": ["x_word"] })),
        ("aidoo_query", json!({ "model": "res.partner", "domain": [["x_word", "like", "4"]] })),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": { "x_word": "x" } })),
    ] {
        refused(&gate, tool, arguments, "x_word holds a secret").await;
    }
    // Odoo shows fields of models that the person may not see by others that stand for them.
    door.answer("res.partner/read", json!([{ "id": 1, "x_open": "a", "x_hidden": "b" }]));
    let read = json!({ "model": "res.partner", "ids": [1], "fields": ["x_open", "x_hidden"] });
    let told = gate.call("aidoo_read", read).await.expect("is read").to_string();
    assert!(told.contains("x_open") && told.contains("x_hidden"), "{told}");
    // What cannot be looked at for another reason is not taken for open.
    door.refuse("x.away/fields_get", StatusCode::SERVICE_UNAVAILABLE, json!({}));
    let read = json!({ "model": "res.partner", "ids": [1], "fields": ["x_away"] });
    gate.call("aidoo_read", read).await.expect_err("nobody knows what lies behind");
    // Nor is one read where nobody chose.
    for field in ["x_end", "x_middle", "x_word"] {
        door.forbid("res.partner/read", field);
        let before = door.came("read");
        let unchosen = json!({ "model": "res.partner", "ids": [1] });
        gate.call("aidoo_read", unchosen).await.expect("is read");
        assert_eq!(door.came("read"), before + 1, "{field} was not asked for first");
    }
}

#[tokio::test]
async fn a_closed_model_is_not_named_by_the_field_beside_a_reference() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "res.partner/fields_get",
        fields(json!({
            "name": { "type": "char", "string": "Name" },
            "note_ids": { "type": "one2many", "relation": "x.note", "relation_field": "partner_id", "string": "Notes" },
            "own_note_ids": { "type": "one2many", "relation": "x.note", "relation_field": "about_id", "string": "Own" },
            "note_id": { "type": "many2one", "relation": "x.note", "string": "Note" },
        })),
    );
    door.answer(
        "x.note/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "text": { "type": "char", "string": "Text" },
            "partner_id": { "type": "many2one", "relation": "res.partner", "string": "Partner" },
            "about": { "type": "char", "string": "Model", "searchable": true },
            "about_id": { "type": "many2one_reference", "model_field": "about", "string": "Record" },
            "other_id": { "type": "many2one", "relation": "x.note", "string": "Other" },
        }),
    );
    let query =
        |domain: Value| ("aidoo_query", json!({ "model": "res.partner", "domain": domain }));
    let write = |values: Value| {
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": values }))
    };
    let execute = |method: &str, kwargs: Value| {
        let call =
            json!({ "model": "res.partner", "method": method, "ids": [1], "kwargs": kwargs });
        ("aidoo_execute", call)
    };
    let figures = |more: Value| {
        let mut call = json!({ "action": "figures", "model": "res.partner" });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("aidoo_report", call)
    };
    let names = "names payment.token, which is closed to every tool";
    let behind = "goes on behind x.note, whose records may be about closed models";
    for ((tool, arguments), words) in [
        (write(json!({ "note_ids": [[0, 0, { "about": "payment.token" }]] })), names),
        (write(json!({ "note_ids": [[1, 7, { "about": "payment.token" }]] })), names),
        (query(json!([["note_ids.about", "=", "payment.token"]])), behind),
        (query(json!(["!", ["note_ids", "any", [["about", "in", ["payment.token"]]]]])), behind),
        (query(json!([["own_note_ids.about", "=", "payment.token"]])), names),
        // What they say is not guessed by looking for it, by an order, or by grouping.
        (query(json!([["note_id.text", "ilike", "4200"]])), behind),
        (
            ("aidoo_query", json!({ "model": "res.partner", "order": "name, note_id.text desc" })),
            behind,
        ),
        (figures(json!({ "group_by": ["note_id.text"] })), behind),
        (figures(json!({ "group_by": ["name"], "measures": ["note_id.text:max"] })), behind),
        (
            (
                "aidoo_execute",
                json!({ "model": "res.partner", "method": "formatted_read_group",
                    "kwargs": { "domain": [], "groupby": ["note_id.text"], "aggregates": [] } }),
            ),
            behind,
        ),
        (execute("export_data", json!({ "fields_to_export": ["name", "note_ids/text"] })), behind),
        (
            execute(
                "web_read",
                json!({ "specification": { "note_ids": { "fields": { "text": {} } } } }),
            ),
            behind,
        ),
    ] {
        refused(&gate, tool, arguments, words).await;
    }
    // An external id is made where there is none, which nobody has agreed to.
    for column in ["id", "own_note_ids/id", "own_note_ids:id", "own_note_ids:identity"] {
        let (tool, made) = execute("export_data", json!({ "fields_to_export": ["name", column] }));
        refused(&gate, tool, made, "export .id, the number of the record").await;
    }
    // Those of a record itself are about that record, whose model is open.
    door.answer("res.partner/export_data", json!({ "datas": [["x"]] }));
    let (tool, own) = execute("export_data", json!({ "fields_to_export": ["own_note_ids/text"] }));
    gate.call(tool, own).await.expect("is exported");

    // Whatever is looked for, what is about a closed model is left out; by its id it is refused.
    door.answer("x.note/search", json!([7]));
    let read = json!({ "model": "x.note", "ids": [7, 8], "fields": ["text"] });
    let sentence = gate.call("aidoo_read", read).await.expect_err("is refused");
    assert!(sentence.contains("record 7 of x.note is about a record of a model"), "{sentence}");

    // Nor is it printed.
    let print = json!({ "action": "pdf", "model": "x.note", "ids": [7] });
    let sentence = gate.call("aidoo_report", print).await.expect_err("is refused");
    assert!(sentence.contains("record 7 of x.note is about a record of a model"), "{sentence}");

    // Nor by a command, whatever it does to it.
    door.answer("res.partner/read", json!([{ "id": 1, "display_name": "A", "note_ids": [] }]));
    let about = "record 7 of x.note is about a record of a model";
    let create =
        |values: Value| ("aidoo_create", json!({ "model": "res.partner", "values": values }));
    for (tool, arguments) in [
        write(json!({ "note_ids": [[1, 7, { "text": "x" }]] })),
        write(json!({ "note_ids": [[4, 7]] })),
        create(json!({ "name": "x", "note_ids": [[4, 7]] })),
        // A value that leads to it would be told by its name.
        write(json!({ "note_id": 7 })),
        create(json!({ "name": "x", "note_id": 7 })),
        create(json!({ "name": "x", "note_ids": [[0, 0, { "text": "x", "other_id": 7 }]] })),
        execute("write", json!({ "vals": { "note_ids": [[1, 7, { "text": "x" }]] } })),
    ] {
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains(about), "{tool} {arguments}: {sentence}");
    }
    let load = |fields: Value, row: Value| {
        let kwargs = json!({ "fields": fields, "data": [row] });
        json!({ "model": "res.partner", "method": "load", "kwargs": kwargs })
    };
    for fields in
        [json!(["note_ids/.id", "note_ids/text"]), json!(["note_ids/id", "note_ids/text"])]
    {
        let sentence = gate.call("aidoo_execute", load(fields, json!(["7", "x"]))).await;
        let sentence = sentence.expect_err("is refused");
        assert!(sentence.contains("records of x.note may be about closed models"), "{sentence}");
    }
}

#[tokio::test]
async fn a_closed_model_is_not_opened_by_what_names_it_in_values() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "res.partner/fields_get",
        fields(json!({
            "name": { "type": "char", "string": "Name" },
            "about": { "type": "reference", "string": "About" },
            "properties": { "type": "properties", "string": "Properties" },
        })),
    );
    let property = |model: &str| json!({ "name": "p", "type": "many2one", "comodel": model, "value": [3, "Visa 4242"] });
    let write = |values: Value| {
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": values }))
    };
    let execute = |method: &str, kwargs: Value| {
        let call =
            json!({ "model": "res.partner", "method": method, "ids": [1], "kwargs": kwargs });
        ("aidoo_execute", call)
    };
    let load = json!({ "model": "res.partner", "method": "load",
        "kwargs": { "fields": ["name", "about"], "data": [["a", "payment.token,3"]] } });
    let query = json!({ "model": "res.partner", "domain": [["about", "=", "payment.token,3"]] });
    let names = "names payment.token, which is closed to every tool";
    let inside = json!({ "properties": { "fields": { "p": { "fields": { "value": {} } } } } });
    for ((tool, arguments), words) in [
        (write(json!({ "properties": [property("payment.token")] })), names),
        (write(json!({ "properties": { "deep": [property("payment.token")] } })), names),
        (("aidoo_execute", load), names),
        (("aidoo_query", query), names),
        (execute("web_read", json!({ "specification": inside })), "leads nowhere"),
    ] {
        refused(&gate, tool, arguments, words).await;
    }
    // Those that are there already are not told.
    let both = json!([property("payment.token"), property("res.partner")]);
    door.answer("res.partner/read", json!([{ "id": 1, "display_name": "A", "properties": both }]));
    let read = json!({ "model": "res.partner", "ids": [1], "fields": ["properties"] });
    for (tool, arguments) in
        [("aidoo_read", read), execute("read", json!({ "fields": ["properties"] }))]
    {
        let told = gate.call(tool, arguments).await.expect("is told").to_string();
        assert!(told.contains("res.partner") && !told.contains("payment.token"), "{told}");
    }
}

#[tokio::test]
async fn a_field_that_stands_for_one_of_a_closed_model_is_closed_with_it() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "res.partner/fields_get",
        fields(json!({
            "name": { "type": "char", "string": "Name" },
            "parent_id": { "type": "many2one", "relation": "res.partner", "string": "Company", "store": true },
            "card_id": { "type": "many2one", "relation": "payment.token", "string": "Card" },
            "phone": { "type": "char", "string": "Phone", "related": "card_id.phone", "store": true },
            "x_far": { "type": "char", "string": "Far", "related": "parent_id.card_id.name", "store": true },
        })),
    );
    let stands = "stands for a field of payment.token, which is closed to every tool";
    for arguments in [
        json!({ "model": "res.partner", "fields": ["phone"] }),
        json!({ "model": "res.partner", "fields": ["x_far"] }),
        json!({ "model": "res.partner", "domain": [["x_far", "like", "4"]] }),
        json!({ "model": "res.partner", "order": "phone" }),
    ] {
        refused(&gate, "aidoo_query", arguments, stands).await;
    }
    let schema = gate.call("aidoo_schema", json!({ "model": "res.partner" })).await;
    assert!(!schema.expect("is told").to_string().contains("phone"));
    // Nor is it chosen where nobody chose.
    door.forbid("res.partner/read", "x_far");
    for (tool, call) in [
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1] })),
        ("aidoo_execute", json!({ "model": "res.partner", "method": "read", "ids": [1] })),
    ] {
        let before = door.came("read");
        let told = gate.call(tool, call).await.expect("is read").to_string();
        assert!(told.contains("parent_id"), "{tool}: {told}");
        assert_eq!(door.came("read"), before + 1, "{tool}: it was not asked for first");
    }
}

#[tokio::test]
async fn what_a_change_reads_back_needs_the_permission_to_read() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let key = [Permission::Execute, Permission::Create, Permission::Write].into_iter().collect();
    let key = gate.another_key(key).await;
    let save = |specification: Value| {
        let kwargs = json!({ "vals": { "name": "x" }, "specification": specification });
        json!({ "model": "res.partner", "method": "web_save", "ids": [1], "kwargs": kwargs })
    };
    let before = gate.calls();
    let asked = save(json!({ "email": {} }));
    let sentence =
        gate.call_as(&key, "aidoo_execute", asked.clone()).await.expect_err("is refused");
    assert!(sentence.contains("specification: needs the permission read"), "{sentence}");
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
    let preview = gate.call("aidoo_execute", asked).await.expect("a preview");
    assert_eq!(preview["status"], "preview");
}

#[tokio::test]
async fn arguments_that_nobody_knows_hold_no_records_and_no_deletions() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    gate.set_rules(|rules| rules.guards.open_methods = vec!["res.partner.x_do".to_owned()]).await;
    let call = |args: Value, kwargs: Value| {
        let mut call =
            json!({ "model": "res.partner", "method": "x_do", "args": args, "kwargs": kwargs });
        if args[0].is_null() {
            call["ids"] = json!([1]);
        }
        call
    };
    let deletes = "reads as a command that may delete";
    for (arguments, words) in [
        (call(json!([{ "7": 1 }]), json!({})), "name the records in ids"),
        (call(json!([]), json!({ "lines": [[2, 7, 0]] })), deletes),
        (call(json!([]), json!({ "vals": { "lines": [[4, 3], [2, 7]] } })), deletes),
        (call(json!([]), json!({ "vals": { "lines": [[5]] } })), deletes),
        (call(json!([]), json!({ "vals": { "lines": [[6, 0, []]] } })), deletes),
        (call(json!([]), json!({ "vals": { "lines": [[3, 7, false]] } })), deletes),
    ] {
        refused(&gate, "aidoo_execute", arguments, words).await;
    }
    for kwargs in [json!({ "range": [2, 7] }), json!({ "vals": { "lines": [[4, 7], [0, 0, {}]] } })]
    {
        let preview = gate.call("aidoo_execute", call(json!([]), kwargs)).await.expect("a preview");
        assert_eq!(preview["status"], "preview");
    }
}

#[tokio::test]
async fn code_that_odoo_runs_is_changed_by_no_tool() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    door.answer(
        "account.tax/fields_get",
        fields(json!({
            "name": { "type": "char", "string": "Name" },
            "python_compute": { "type": "text", "string": "Python Code" },
        })),
    );
    let code = "python_compute holds code that Odoo runs";
    let write = json!({ "model": "account.tax", "ids": [1], "values": { "python_compute": "x" } });
    refused(&gate, "aidoo_write", write, code).await;
    let load = json!({ "model": "account.tax", "method": "load",
        "kwargs": { "fields": ["name", "python_compute"], "data": [["A", "x"]] } });
    refused(&gate, "aidoo_execute", load, code).await;
}
