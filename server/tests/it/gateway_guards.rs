//! What no key reaches, whatever way it is named; and what each permission opens, by every way.

use std::fmt::Write as _;

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::domain::odoo_methods::{GENERIC, Target};
use shared::{
    confirmation::ConfirmMode,
    permission::{Permission, PermissionSet},
};

use crate::support::{
    app::{TestApp, Who},
    tools::{Client, Said, reached, set_rules, with},
};

/// Every way in which a secret field, or a model that no tool touches, could be named.
fn attempts() -> Vec<(&'static str, &'static str, Value)> {
    let partner = |more: Value| {
        let mut all = json!({ "model": "res.partner" });
        for (name, value) in more.as_object().expect("an object") {
            all[name] = value.clone();
        }
        all
    };
    let execute = |method: &str, kwargs: Value| json!({ "model": "res.users", "method": method, "kwargs": kwargs });
    let on = |method: &str, kwargs: Value| json!({ "model": "res.partner", "method": method, "ids": [1], "kwargs": kwargs });
    vec![
        ("domain", "aidoo_query", partner(json!({ "domain": [["signup_token", "!=", false]] }))),
        ("path", "aidoo_query", partner(json!({ "domain": [["user_ids.password", "!=", false]] }))),
        (
            "any",
            "aidoo_query",
            partner(json!({ "domain": [["user_ids", "any", [["password", "!=", false]]]] })),
        ),
        ("order", "aidoo_query", partner(json!({ "order": "signup_token desc" }))),
        ("fields", "aidoo_query", partner(json!({ "fields": ["signup_token"] }))),
        ("dotted", "aidoo_read", partner(json!({ "ids": [1], "fields": ["user_id.password"] }))),
        ("schema", "aidoo_schema", json!({ "model": "res.users.apikeys" })),
        ("closed", "aidoo_query", json!({ "model": "ir.config_parameter" })),
        ("read", "aidoo_read", json!({ "model": "mail.mail", "ids": [1] })),
        ("create", "aidoo_create", json!({ "model": "res.users", "values": { "name": "x" } })),
        (
            "write",
            "aidoo_write",
            json!({ "model": "ir.rule", "ids": [1], "values": { "active": false } }),
        ),
        (
            "values",
            "aidoo_write",
            partner(json!({ "ids": [1], "values": { "signup_token": "x" } })),
        ),
        (
            "group_by",
            "aidoo_report",
            partner(json!({ "action": "figures", "group_by": ["signup_token"] })),
        ),
        (
            "measures",
            "aidoo_report",
            partner(json!({ "action": "figures", "measures": ["signup_token:max"] })),
        ),
        (
            "extract",
            "aidoo_report",
            partner(json!({ "action": "extract", "fields": ["signup_token"] })),
        ),
        (
            "report",
            "aidoo_report",
            json!({ "action": "pdf", "model": "ir.config_parameter", "ids": [1] }),
        ),
        (
            "search_read fields",
            "aidoo_execute",
            execute("search_read", json!({ "fields": ["password"] })),
        ),
        (
            "search_read domain",
            "aidoo_execute",
            execute("search_read", json!({ "domain": [["password", "like", "a%"]] })),
        ),
        ("search order", "aidoo_execute", execute("search", json!({ "order": "password" }))),
        (
            "search_fetch",
            "aidoo_execute",
            execute("search_fetch", json!({ "field_names": ["password"] })),
        ),
        (
            "web_search_read",
            "aidoo_execute",
            execute("web_search_read", json!({ "specification": { "password": {} } })),
        ),
        (
            "web_read nested",
            "aidoo_execute",
            on(
                "web_read",
                json!({ "specification": { "user_ids": { "fields": { "password": {} } } } }),
            ),
        ),
        (
            "export_data",
            "aidoo_execute",
            on("export_data", json!({ "fields_to_export": ["user_ids/password"] })),
        ),
        (
            "read_group",
            "aidoo_execute",
            execute(
                "read_group",
                json!({ "domain": [], "fields": ["x:max(password)"], "groupby": [] }),
            ),
        ),
        (
            "formatted_read_group",
            "aidoo_execute",
            execute("formatted_read_group", json!({ "aggregates": ["password:max"] })),
        ),
        (
            "having",
            "aidoo_execute",
            execute("formatted_read_group", json!({ "having": [["password:max", ">", "a"]] })),
        ),
        (
            "create by execute",
            "aidoo_execute",
            json!({ "model": "res.users", "method": "create", "kwargs": { "vals_list": [{ "login": "x" }] } }),
        ),
        (
            "write by execute",
            "aidoo_execute",
            on("write", json!({ "vals": { "signup_token": "x" } })),
        ),
        (
            "copy default",
            "aidoo_execute",
            on("copy", json!({ "default": { "signup_token": "x" } })),
        ),
        (
            "load column",
            "aidoo_execute",
            json!({ "model": "res.partner", "method": "load", "kwargs": { "fields": ["name", "signup_token"], "data": [["a", "b"]] } }),
        ),
        (
            "load nested",
            "aidoo_execute",
            json!({ "model": "res.partner", "method": "load", "kwargs": { "fields": ["name", "user_ids/login"], "data": [["a", "b"]] } }),
        ),
        (
            "business argument",
            "aidoo_execute",
            json!({ "model": "sale.order", "method": "action_confirm", "ids": [1], "kwargs": { "password": "x" } }),
        ),
        ("context", "aidoo_query", partner(json!({ "context": { "uid": 1 } }))),
        ("kwargs context", "aidoo_execute", on("read", json!({ "context": { "uid": 1 } }))),
        (
            "unlink",
            "aidoo_execute",
            json!({ "model": "res.partner", "method": "unlink", "ids": [1] }),
        ),
        (
            "private",
            "aidoo_execute",
            json!({ "model": "sale.order", "method": "_create_invoices", "ids": [1] }),
        ),
        ("sudo", "aidoo_execute", json!({ "model": "sale.order", "method": "sudo", "ids": [1] })),
        (
            "onchange",
            "aidoo_execute",
            json!({ "model": "sale.order", "method": "onchange", "ids": [1] }),
        ),
        (
            "message_post",
            "aidoo_execute",
            json!({ "model": "sale.order", "method": "message_post", "ids": [1] }),
        ),
        (
            "attachment",
            "aidoo_execute",
            json!({ "model": "ir.attachment", "method": "write", "ids": [1], "kwargs": { "vals": { "name": "x" } } }),
        ),
        (
            "model in values",
            "aidoo_create",
            json!({ "model": "mail.message", "values": { "model": "payment.token", "res_id": 1 } }),
        ),
        (
            "model in changes",
            "aidoo_write",
            json!({ "model": "mail.message", "changes": [{ "id": 1, "values": { "model": "payment.token" } }] }),
        ),
        (
            "model in vals_list",
            "aidoo_execute",
            json!({ "model": "mail.message", "method": "create", "kwargs": { "vals_list": [{ "model": "payment.token" }] } }),
        ),
        (
            "model in a cell",
            "aidoo_execute",
            json!({ "model": "mail.message", "method": "load", "kwargs": { "fields": ["subject", "model"], "data": [["a", "payment.token"]] } }),
        ),
        (
            "model in a domain",
            "aidoo_query",
            json!({ "model": "mail.message", "domain": [["model", "=", "payment.token"]] }),
        ),
        (
            "model in a list",
            "aidoo_query",
            json!({ "model": "ir.attachment", "domain": ["!", ["res_model", "in", ["res.partner", "payment.token"]]], "count_only": true }),
        ),
        (
            "model of a report",
            "aidoo_query",
            json!({ "model": "ir.actions.report", "domain": [["model", "=", "payment.token"]] }),
        ),
        (
            "model in figures",
            "aidoo_report",
            json!({ "model": "mail.message", "action": "figures", "domain": [["model", "=", "payment.token"]] }),
        ),
        (
            "model in an extract",
            "aidoo_report",
            json!({ "model": "mail.message", "action": "extract", "domain": [["model", "=", "payment.token"]] }),
        ),
        (
            "model in search_read",
            "aidoo_execute",
            json!({ "model": "mail.message", "method": "search_read", "kwargs": { "domain": [["model", "=", "payment.token"]] } }),
        ),
        (
            "delete command",
            "aidoo_create",
            json!({ "model": "sale.order", "values": { "order_line": [[2, 7]] } }),
        ),
        (
            "clear command",
            "aidoo_create",
            json!({ "model": "sale.order", "values": { "order_line": [[5]] } }),
        ),
        (
            "replace command",
            "aidoo_create",
            json!({ "model": "sale.order", "values": { "order_line": [[6, 0, [7]]] } }),
        ),
        (
            "unlink command",
            "aidoo_create",
            json!({ "model": "sale.order", "values": { "order_line": [[3, 7]] } }),
        ),
    ]
}

#[tokio::test]
async fn a_secret_or_closed_thing_is_refused_however_it_is_named() {
    let app = TestApp::start().await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    let (company, _) = app.membership(Who::Owner).await;
    // More calls than a key has in a minute.
    set_rules(&app, company, ConfirmMode::Preview, "{}").await;
    let mut table = String::new();
    for (name, tool, arguments) in attempts() {
        let before = app.odoo.calls().len();
        let said = client.call(tool, arguments).await;
        let Said::Error(sentence) = said else { panic!("{name}: {said:?}") };
        assert_eq!(reached(&app, before), Vec::<String>::new(), "{name}: {sentence}");
        let _ = writeln!(table, "{name:<21} {sentence}");
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_company_closes_and_opens_by_name() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    let guards = json!({ "closed_models": ["res.partner"], "secret_fields": ["amount_total"], "open_methods": ["sale.order.message_post"] });
    set_rules(&app, company, ConfirmMode::Preview, &guards.to_string()).await;
    let error = client.error("aidoo_query", json!({ "model": "res.partner" })).await;
    assert!(error.contains("closed to every tool"), "{error}");
    let through = json!({ "model": "sale.order", "domain": [["partner_id.name", "=", "x"]] });
    let error = client.error("aidoo_query", through).await;
    assert!(error.contains("leads into res.partner"), "{error}");
    let read = json!({ "model": "sale.order", "limit": 1, "fields": ["amount_total"] });
    assert!(client.error("aidoo_query", read).await.contains("holds a secret"));
    let fields = client.answer("aidoo_schema", json!({ "model": "sale.order" })).await;
    let names: Vec<&str> = fields["fields"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    assert!(!names.contains(&"amount_total") && !names.contains(&"partner_id"), "{names:?}");
    let order = client.answer("aidoo_query", json!({ "model": "sale.order", "limit": 1 })).await;
    let post = json!({ "model": "sale.order", "method": "message_post", "ids": [order["records"][0]["id"]], "kwargs": { "body": "hello" } });
    let preview = client.answer("aidoo_execute", post).await;
    assert_eq!(preview["status"], "preview", "it is open now, and asks first");
}

/// Messages, files and reports are about records of many models.
#[tokio::test]
async fn what_is_about_a_closed_model_is_closed_with_it() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    set_rules(&app, company, ConfirmMode::Preview, "{}").await;
    let files = json!({ "model": "ir.attachment", "fields": ["res_model", "datas"] });
    let before = client.answer("aidoo_query", files.clone()).await;
    assert!(before["total"].as_u64() > Some(0));
    assert_eq!(before["records"][0]["res_model"], "stock.picking");
    let id = &before["records"][0]["id"];
    let reports = json!({ "model": "ir.actions.report", "count_only": true });
    let all = client.answer("aidoo_query", reports.clone()).await["total"].clone();
    let note = json!({ "model": "mail.message", "values": { "body": "x", "res_id": 1, "model": "res.partner" } });
    let note = with(&note, &client.confirmation("aidoo_create", &note).await);
    let note = client.answer("aidoo_create", note).await["ids"][0].clone();

    set_rules(&app, company, ConfirmMode::Preview, r#"{"closed_models":["stock.picking"]}"#).await;
    assert_eq!(client.answer("aidoo_query", files).await["total"], 0);
    let left = client.answer("aidoo_query", reports).await["total"].clone();
    assert_eq!(left.as_u64(), all.as_u64().map(|all| all - 2), "the two of transfers");
    let figures =
        json!({ "model": "ir.attachment", "action": "figures", "group_by": ["res_model"] });
    assert_eq!(client.answer("aidoo_report", figures).await["groups"], json!([]));
    let named = json!({ "model": "ir.attachment", "name": "Delivery" });
    assert_eq!(client.answer("aidoo_query", named).await["records"], json!([]));
    let extract = json!({ "model": "ir.attachment", "action": "extract" });
    assert_eq!(client.answer("aidoo_report", extract).await["records"], 0);
    let searches = [
        json!({ "model": "ir.actions.report", "method": "search", "kwargs": {} }),
        json!({ "model": "ir.actions.report", "method": "search", "args": [[]] }),
        json!({ "model": "ir.actions.report", "method": "search_read", "kwargs": { "domain": [["model", "like", "stock"]] } }),
    ];
    for (search, expected) in searches.into_iter().zip([left.as_u64(), left.as_u64(), Some(0)]) {
        let found = client.answer("aidoo_execute", search).await;
        let found = found["result"].as_array().map(|found| found.len() as u64);
        assert_eq!(found, expected);
    }
    let read = json!({ "model": "ir.attachment", "ids": [id] });
    let error = client.error("aidoo_read", read).await;
    assert!(error.contains("is about a record of a model that is closed to every tool"), "{error}");
    // What is about an open model, or about none, stays.
    let read = json!({ "model": "mail.message", "ids": [note], "fields": ["body"] });
    assert_eq!(client.answer("aidoo_read", read).await["records"][0]["body"], "x");
}

/// One call of each generic method that is right but for the permission.
fn arguments_of(method: &str) -> Value {
    match method {
        "read" | "web_read" | "export_data" | "copy" | "name_get" | "toggle_active"
        | "action_archive" | "action_unarchive" => json!({}),
        "write" => json!({ "vals": { "city": "x" } }),
        "update" => json!({ "values": { "city": "x" } }),
        "create" => json!({ "vals_list": [{ "name": "x" }] }),
        "name_create" => json!({ "name": "x" }),
        "load" => json!({ "fields": ["name"], "data": [["x"]] }),
        "web_save" => json!({ "vals": { "city": "x" }, "specification": {} }),
        "web_save_multi" => json!({ "vals_list": [{ "city": "x" }], "specification": {} }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn the_matrix_of_permissions_tools_and_methods_is_as_reviewed() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    set_rules(&app, company, ConfirmMode::Preview, "{}").await;
    let mut keys =
        vec![("none".to_owned(), PermissionSet::EMPTY), ("all".to_owned(), PermissionSet::ALL)];
    for permission in Permission::ALL {
        keys.push((permission.to_string(), PermissionSet::from_iter([permission])));
    }
    for permission in Permission::ALL.into_iter().filter(|one| *one != Permission::Execute) {
        let set = PermissionSet::from_iter([permission, Permission::Execute]);
        keys.push((format!("execute+{permission}"), set));
    }
    let tools = [
        ("aidoo_context", json!({})),
        ("aidoo_query", json!({ "model": "res.partner", "limit": 1 })),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1] })),
        ("aidoo_create", json!({ "model": "res.partner", "values": { "name": "x" } })),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": { "city": "x" } })),
        ("aidoo_execute", json!({ "model": "sale.order", "method": "action_confirm", "ids": [1] })),
        ("aidoo_schema", json!({ "model": "res.partner" })),
        ("aidoo_report", json!({ "action": "figures", "model": "sale.order" })),
        ("aidoo_workflow", json!({})),
    ];
    let mut table = String::new();
    for (name, permissions) in keys {
        // A key has at least one permission; none at all is what a ceiling can leave of it.
        let client = Client::new(
            &app,
            Who::Owner,
            if permissions == PermissionSet::EMPTY {
                PermissionSet::from_iter([Permission::Schema])
            } else {
                permissions
            },
        )
        .await;
        if permissions == PermissionSet::EMPTY {
            shrink(&app, &client.key).await;
        }
        let mut open = Vec::new();
        for (tool, arguments) in &tools {
            match client.call(tool, arguments.clone()).await {
                Said::Error(sentence)
                    if sentence.contains("does not have the permission")
                        || sentence.contains("withhold the permission") => {}
                Said::Status(status) => panic!("{status}"),
                _ => open.push(tool.trim_start_matches("aidoo_").to_owned()),
            }
        }
        if permissions.contains(Permission::Execute) {
            for generic in GENERIC.iter().filter(|generic| generic.versions.contains(&19)) {
                let mut call = json!({ "model": "res.partner", "method": generic.name, "kwargs": arguments_of(generic.name) });
                if generic.target == Target::Records {
                    call["ids"] = json!([1]);
                }
                match client.call("aidoo_execute", call).await {
                    Said::Error(sentence) if sentence.contains("needs the permission") => {}
                    Said::Status(StatusCode::TOO_MANY_REQUESTS) => {
                        panic!("the limit is too low for this test")
                    }
                    _ => open.push(format!("execute:{}", generic.name)),
                }
            }
        }
        let _ = writeln!(table, "{name}: {}", open.join(" "));
    }
    insta::assert_snapshot!(table);
}

async fn shrink(app: &TestApp, key: &str) {
    let core = &app.state.core;
    let identifier = &key[9..17];
    let transaction = core.db.begin().await.expect("begins");
    let sql = format!("UPDATE api_keys SET permissions = 0 WHERE identifier = '{identifier}'");
    sea_orm::ConnectionTrait::execute_unprepared(&transaction, &sql).await.expect("shrinks");
    transaction.commit().await.expect("commits");
}

#[tokio::test]
async fn a_key_without_the_permission_of_a_nested_record_is_refused() {
    let app = TestApp::start().await;
    let only = |permissions: &[Permission]| permissions.iter().copied().collect::<PermissionSet>();
    let writer = Client::new(&app, Who::Owner, only(&[Permission::Write, Permission::Query])).await;
    let order = writer.answer("aidoo_query", json!({ "model": "sale.order", "limit": 1 })).await;
    let order = order["records"][0]["id"].clone();
    let nested = json!({ "model": "sale.order", "ids": [order], "values": { "order_line": [[0, 0, { "name": "x" }]] } });
    let error = writer.error("aidoo_write", nested).await;
    assert!(error.contains("needs the permission create"), "{error}");
    let delete =
        json!({ "model": "sale.order", "ids": [order], "values": { "order_line": [[2, 1]] } });
    assert!(writer.error("aidoo_write", delete).await.contains("would delete"));
}
