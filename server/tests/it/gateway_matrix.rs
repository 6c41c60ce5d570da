//! What each permission opens, by every tool and by every generic method that `execute` can call, as
//! reviewed tables; and every way in which a secret field or a closed model could be named.

use std::fmt::Write as _;

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::domain::{
    guards::Guards,
    odoo_methods::{GENERIC, Target},
};
use shared::permission::{Permission, PermissionSet};

use crate::support::{door::Door, gate::Gate, streams::request, workflows::in_force};

/// A gate whose key's limits are out of the way, and further keys.
async fn open_gate() -> Gate {
    let gate = Gate::start().await;
    gate.set_rules(|rules| (rules.calls_per_minute, rules.writes_per_minute) = (60_000, 60_000))
        .await;
    gate
}

/// Each permission alone, none, and all.
fn alone() -> Vec<(String, PermissionSet)> {
    let mut sets = vec![("none".to_owned(), PermissionSet::EMPTY)];
    sets.extend(Permission::ALL.map(|one| (one.to_string(), PermissionSet::of(&[one]))));
    sets.push(("all".to_owned(), PermissionSet::ALL));
    sets
}

/// `execute` alone and with others, and all without `execute`.
fn with_execute() -> Vec<(String, PermissionSet)> {
    let plus = |more: &[Permission]| {
        let all: Vec<Permission> = [&[Permission::Execute], more].concat();
        PermissionSet::of(&all)
    };
    use Permission::{Create, Execute, Query, Read, Report, Schema, Workflow, Write};
    let pairs = [Query, Read, Create, Write, Schema, Report, Workflow];
    let mut sets: Vec<(String, PermissionSet)> =
        pairs.iter().map(|one| (format!("+{one}"), plus(&[*one]))).collect();
    sets.insert(0, ("execute".to_owned(), plus(&[])));
    sets.push(("+q+r".to_owned(), plus(&[Query, Read])));
    sets.push(("+c+w".to_owned(), plus(&[Create, Write])));
    sets.push(("all".to_owned(), PermissionSet::ALL));
    let others: Vec<Permission> =
        Permission::ALL.into_iter().filter(|one| *one != Execute).collect();
    sets.push(("others".to_owned(), PermissionSet::of(&others)));
    sets
}

/// What became of a call, in a word. What is refused has reached Odoo in no form but looking at models.
async fn word(gate: &Gate, key: &str, tool: &str, arguments: &Value) -> String {
    let before = gate.calls();
    let answer = gate.call_as(key, tool, arguments.clone()).await;
    let asked = gate.asked_since(before);
    match answer {
        Ok(answer) if answer["status"] == "preview" => "asks".to_owned(),
        Ok(_) => "yes".to_owned(),
        Err(sentence) if sentence.contains("such method") => {
            assert!(!asked.is_empty(), "Odoo said that it has no {arguments}");
            "yes*".to_owned()
        }
        Err(sentence) => {
            assert_eq!(asked, Vec::<String>::new(), "{tool} {arguments} was refused: {sentence}");
            let is_permission = sentence.contains("permission") && !sentence.contains("deletion");
            if is_permission { "-" } else { "closed" }.to_owned()
        }
    }
}

async fn table(
    gate: &Gate,
    sets: Vec<(String, PermissionSet)>,
    rows: &[(String, &str, Value)],
) -> String {
    let mut keys = Vec::new();
    for (name, set) in sets {
        let key = gate.another_key(set).await;
        let key = (name, key);
        keys.push(key);
    }
    let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0) + 2;
    let mut table = format!("{:width$}", "");
    for (name, ..) in &keys {
        write!(table, "{name:<10}").expect("is written");
    }
    let mut lines = vec![table.trim_end().to_owned()];
    for (name, tool, arguments) in rows {
        let mut line = format!("{name:width$}");
        for (_, key) in &keys {
            write!(line, "{:<10}", word(gate, key, tool, arguments).await).expect("is written");
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

async fn first(gate: &Gate, model: &str) -> i64 {
    let query = json!({ "model": model, "limit": 1, "order": "id" });
    let found = gate.call("aidoo_query", query).await.expect("is found");
    found["records"][0]["id"].as_i64().expect("an id")
}

#[tokio::test]
async fn each_permission_opens_its_tool_and_nothing_else() {
    let gate = open_gate().await;
    let (partner, order) = (first(&gate, "res.partner").await, first(&gate, "sale.order").await);
    let model = "res.partner";
    let rows = [
        ("context", json!({})),
        ("query", json!({ "model": model })),
        ("query", json!({ "model": model, "fields": ["email"] })),
        ("read", json!({ "model": model, "ids": [partner] })),
        ("create", json!({ "model": model, "values": { "name": "A" } })),
        ("write", json!({ "model": model, "ids": [partner], "values": { "city": "A" } })),
        ("write", json!({ "model": model, "ids": [partner], "archive": true })),
        ("execute", json!({ "model": "sale.order", "method": "action_confirm", "ids": [order] })),
        ("schema", json!({ "search": "partner" })),
        ("schema", json!({ "model": model })),
        ("report", json!({ "action": "figures", "model": "sale.order" })),
        ("report", json!({ "action": "extract", "model": model, "limit": 1, "fields": ["name"] })),
        ("workflow", json!({})),
    ];
    let rows: Vec<(String, &str, Value)> = rows
        .into_iter()
        .map(|(tool, arguments)| {
            let more = ["fields", "archive", "action", "search"].into_iter().find_map(|name| {
                let value = arguments.get(name)?;
                Some(value.as_str().filter(|_| name == "action").unwrap_or(name).to_owned())
            });
            let name = format!("{tool} {}", more.unwrap_or_default());
            let tool = match tool {
                "context" => "aidoo_context",
                "query" => "aidoo_query",
                "read" => "aidoo_read",
                "create" => "aidoo_create",
                "write" => "aidoo_write",
                "execute" => "aidoo_execute",
                "schema" => "aidoo_schema",
                "report" => "aidoo_report",
                _ => "aidoo_workflow",
            };
            (name, tool, arguments)
        })
        .collect();
    insta::assert_snapshot!(table(&gate, alone(), &rows).await);
}

/// Arguments with which a generic method does what it is for.
fn usual(method: &str) -> Value {
    let vals = json!({ "city": "A" });
    match method {
        "search" | "search_count" | "search_fetch" => json!({ "domain": [] }),
        "name_search" | "name_create" => json!({ "name": "A" }),
        "search_read" => json!({ "domain": [], "fields": ["name"], "limit": 1 }),
        "web_search_read" => json!({ "domain": [], "specification": { "name": {} }, "limit": 1 }),
        "export_data" => json!({ "fields_to_export": ["name", "parent_id/name"] }),
        "read" => json!({ "fields": ["name"] }),
        "web_read" => json!({ "specification": { "name": {} } }),
        "read_group" => {
            json!({ "domain": [], "fields": ["credit_limit:sum"], "groupby": ["user_id"] })
        }
        "web_read_group" | "formatted_read_group" => {
            json!({ "domain": [], "groupby": ["user_id"], "aggregates": ["credit_limit:sum", "__count"] })
        }
        "read_progress_bar" => {
            json!({ "domain": [], "group_by": "user_id", "progress_bar": { "field": "type", "colors": {} } })
        }
        "get_views" => json!({ "views": [[false, "form"]], "options": {} }),
        "default_get" => json!({ "fields": ["name"] }),
        "has_access" | "check_access_rights" => json!({ "operation": "read" }),
        "create" => json!({ "vals_list": [{ "name": "A" }] }),
        "write" => json!({ "vals": vals }),
        "update" => json!({ "values": vals }),
        "load" => json!({ "fields": ["name"], "data": [["A"]] }),
        // What is read back needs `read` as well: `gateway_related` shows it.
        "web_save" => json!({ "vals": vals, "specification": {} }),
        "web_save_multi" => json!({ "vals_list": [vals], "specification": {} }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn each_generic_method_needs_what_its_tool_needs_besides_execute() {
    let gate = open_gate().await;
    let partner = first(&gate, "res.partner").await;
    let mut rows: Vec<(String, &str, Value)> = Vec::new();
    for generic in &GENERIC {
        let mut call = json!({ "model": "res.partner", "method": generic.name, "kwargs": usual(generic.name) });
        if generic.target == Target::Records {
            call["ids"] = json!([partner]);
        }
        rows.push((generic.name.to_owned(), "aidoo_execute", call));
    }
    for (model, method) in [
        ("res.partner", "unlink"),
        ("res.partner", "_write"),
        ("res.partner", "sudo"),
        ("res.partner", "with_context"),
        ("res.partner", "mapped"),
        ("res.partner", "filtered_domain"),
        ("res.partner", "onchange"),
        ("res.partner", "message_post"),
        ("sale.order", "get_portal_url"),
        ("sale.order", "action_quotation_send"),
        ("sale.order", "action_anything"),
        ("sale.order", "action_confirm"),
        ("res.users", "write"),
        ("res.users", "has_group"),
        ("ir.attachment", "read"),
        ("ir.config_parameter", "get_param"),
        ("res.users.apikeys", "search"),
        ("mail.mail", "send"),
    ] {
        let mut call = json!({ "model": model, "method": method, "ids": [partner] });
        if method == "write" {
            call["kwargs"] = json!({ "vals": { "name": "A" } });
        }
        rows.push((format!("{model}.{method}"), "aidoo_execute", call));
    }
    insta::assert_snapshot!(table(&gate, with_execute(), &rows).await);
}

#[tokio::test]
async fn nested_commands_need_what_they_do_and_none_deletes() {
    let gate = open_gate().await;
    let partner = first(&gate, "res.partner").await;
    let tag = first(&gate, "res.partner.category").await;
    let commands = |vals: Value, id: i64| {
        [
            json!([0, 0, vals]),
            json!([1, id, vals]),
            json!([2, id, 0]),
            json!([3, id, 0]),
            json!([4, id, 0]),
            json!([5, 0, 0]),
            json!([6, 0, [id]]),
        ]
    };
    let mut rows: Vec<(String, &str, Value)> = Vec::new();
    let mut push = |what: &str, values: Value| {
        let base = json!({ "model": "res.partner" });
        let with = |more: Value| {
            let mut call = base.clone();
            call.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
            call
        };
        rows.push((format!("create {what}"), "aidoo_create", with(json!({ "values": values }))));
        let ids = json!({ "ids": [partner], "values": values });
        rows.push((format!("write {what}"), "aidoo_write", with(ids)));
        let execute = json!({ "method": "write", "ids": [partner], "kwargs": { "vals": values } });
        rows.push((format!("execute {what}"), "aidoo_execute", with(execute)));
        let args = json!({ "method": "write", "ids": [partner], "args": [values] });
        rows.push((format!("by position {what}"), "aidoo_execute", with(args)));
        let create = json!({ "method": "create", "kwargs": { "vals_list": [values] } });
        rows.push((format!("execute create {what}"), "aidoo_execute", with(create)));
        let save = json!({ "method": "web_save", "ids": [partner],
            "kwargs": { "vals": values, "specification": {} } });
        rows.push((format!("web_save {what}"), "aidoo_execute", with(save)));
    };
    let named = json!({ "name": "A" });
    for (number, command) in commands(named.clone(), partner).into_iter().enumerate() {
        push(&format!("one2many {number}"), json!({ "child_ids": [command] }));
    }
    for (number, command) in commands(named.clone(), tag).into_iter().enumerate() {
        push(&format!("many2many {number}"), json!({ "category_id": [command] }));
    }
    for (number, command) in commands(named, tag).into_iter().enumerate() {
        let child = json!({ "name": "A", "category_id": [command] });
        push(&format!("one2many 0, many2many {number}"), json!({ "child_ids": [[0, 0, child]] }));
    }
    push("closed one2many 4", json!({ "user_ids": [[4, 1, 0]] }));
    push(
        "closed one2many 0, nested",
        json!({ "child_ids": [[0, 0, { "user_ids": [[0, 0, {}]] }]] }),
    );

    use Permission::{Create, Execute, Write};
    let sets = [
        ("create", &[Create][..]),
        ("write", &[Write]),
        ("c+w", &[Create, Write]),
        ("c+x", &[Create, Execute]),
        ("w+x", &[Write, Execute]),
        ("c+w+x", &[Create, Write, Execute]),
    ];
    let sets = sets.map(|(name, set)| (name.to_owned(), PermissionSet::of(set))).to_vec();
    insta::assert_snapshot!(table(&gate, sets, &rows).await);
    insta::assert_snapshot!(
        "nested_commands_with_each_permission_alone",
        table(&gate, alone(), &rows).await
    );
}

/// What a call names, for which there is no tool.
const RESOURCE: &str = "resources/read";

/// What becomes of each call for each permission alone, none and all, with the calls as they are. What guards close
/// is opened by no permission: a key without the right one is told of that, and all others of the guard.
async fn refusals(gate: &Gate, calls: &[(&str, Value)]) -> String {
    let mut keys = Vec::new();
    for (name, set) in alone() {
        keys.push((name, gate.another_key(set).await));
    }
    let mut lines = vec![keys.iter().map(|(name, _)| format!("{name:<10}")).collect::<String>()];
    lines[0].push_str("call");
    for (tool, arguments) in calls {
        let mut line = String::new();
        for (_, key) in &keys {
            let word = match *tool {
                RESOURCE => of_resource(gate, key, arguments).await,
                tool => word(gate, key, tool, arguments).await,
            };
            assert!(["-", "closed"].contains(&word.as_str()), "{word}: {tool} {arguments}");
            line.push_str(&format!("{word:<10}"));
        }
        line.push_str(&format!("{} {arguments}", tool.trim_start_matches("aidoo_")));
        lines.push(line);
    }
    lines.join("\n")
}

/// What became of reading a resource, in a word. It reaches Odoo in no form.
async fn of_resource(gate: &Gate, key: &str, uri: &Value) -> String {
    let before = gate.calls();
    let (_, answer) = gate.app.mcp(key, request(RESOURCE, json!({ "uri": uri }))).await;
    assert_eq!(gate.asked_since(before), Vec::<String>::new(), "{uri}: {answer}");
    match answer["error"]["message"].as_str() {
        None => "yes",
        Some(sentence) if sentence.contains("permission") => "-",
        Some(_) => "closed",
    }
    .to_owned()
}

/// Workflows with a step of each kind that names what a company closes afterwards.
async fn workflows_of(gate: &Gate, steps: Vec<(&str, &str, Value)>) -> Vec<(&'static str, Value)> {
    let mut calls = Vec::new();
    for (name, action, arguments) in steps {
        let steps =
            json!([{ "name": "one", "title": "One", "action": action, "arguments": arguments }]);
        in_force(gate, name, json!([]), steps).await;
        calls.push(("aidoo_workflow", json!({ "workflow": name })));
    }
    calls
}

/// Every call is refused, and nothing of it reaches Odoo.
async fn all_refused(gate: &Gate, calls: Vec<(&str, Value)>, words: &[&str]) {
    for (tool, arguments) in calls {
        let before = gate.calls();
        let answer = gate.call(tool, arguments.clone()).await;
        let asked = gate.asked_since(before);
        let Err(sentence) = answer else { panic!("{tool} {arguments} must be refused") };
        assert!(
            words.iter().any(|words| sentence.contains(words)),
            "{tool} {arguments} is refused for another reason: {sentence}"
        );
        assert_eq!(asked, Vec::<String>::new(), "{tool} {arguments}: {sentence}");
    }
}

/// An `aidoo_execute` on partners, on the first of them where `ids` is one.
fn execute(method: &str, ids: Option<i64>, kwargs: Value) -> (&'static str, Value) {
    let mut call = json!({ "model": "res.partner", "method": method, "kwargs": kwargs });
    if let Some(id) = ids {
        call["ids"] = json!([id]);
    }
    ("aidoo_execute", call)
}

/// Every way to name the field `vat` of partners, which the company keeps secret. It is there, and Odoo
/// would give it.
#[tokio::test]
async fn a_secret_field_is_refused_however_it_is_named() {
    let gate = open_gate().await;
    let partner = first(&gate, "res.partner").await;
    let order = first(&gate, "sale.order").await;
    let runs = workflows_of(
        &gate,
        vec![
            ("Query", "query", json!({ "model": "res.partner", "domain": [["vat", "!=", false]] })),
            ("Order", "query", json!({ "model": "res.partner", "order": "vat" })),
            (
                "Read",
                "read",
                json!({ "model": "res.partner", "ids": [partner], "fields": ["vat"] }),
            ),
            ("Create", "create", json!({ "model": "res.partner", "values": { "vat": "x" } })),
            (
                "Write",
                "write",
                json!({ "model": "res.partner", "ids": [partner],
                "values": { "child_ids": [[0, 0, { "vat": "x" }]] } }),
            ),
            (
                "Execute",
                "execute",
                json!({ "model": "res.partner", "method": "write", "ids": [partner],
                "kwargs": { "vals": { "vat": "x" } } }),
            ),
            (
                "Figures",
                "report",
                json!({ "action": "figures", "model": "res.partner", "group_by": ["vat"] }),
            ),
            (
                "Extract",
                "report",
                json!({ "action": "extract", "model": "res.partner", "fields": ["vat"] }),
            ),
        ],
    )
    .await;
    gate.set_rules(|rules| {
        rules.calls_per_minute = 60_000;
        rules.writes_per_minute = 60_000;
        rules.guards = Guards {
            secret_fields: vec!["vat".into()],
            open_methods: vec!["res.partner.action_open".into()],
            ..Guards::default()
        };
    })
    .await;
    let model = "res.partner";
    let leaf = json!([["vat", "=like", "B%"]]);
    let some = Some(partner);
    let query = |more: Value| {
        let mut call = json!({ "model": "res.partner" });
        call.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        ("aidoo_query", call)
    };
    let of_order = |more: Value| {
        let (tool, mut call) = query(more);
        call["model"] = json!("sale.order");
        (tool, call)
    };
    let report = |action: &str, more: Value| {
        let (_, mut call) = query(more);
        call["action"] = json!(action);
        ("aidoo_report", call)
    };
    let vat = json!({ "vat": "BE0123456789" });
    let calls = vec![
        // domains
        query(json!({ "domain": leaf })),
        query(json!({ "domain": leaf.to_string() })),
        query(json!({ "domain": ["!", ["vat", "=", false]] })),
        query(json!({ "domain": leaf, "count_only": true })),
        query(json!({ "name": "A", "domain": leaf })),
        query(json!({ "domain": [["parent_id.vat", "=", "x"]] })),
        query(json!({ "domain": [["parent_id.parent_id.vat", "=", "x"]] })),
        query(json!({ "domain": [["child_ids", "any", leaf]] })),
        query(json!({ "domain": [["child_ids", "not any", leaf]] })),
        query(json!({ "domain": [["child_ids", "any", [["child_ids", "any", leaf]]]] })),
        of_order(json!({ "domain": [["partner_id", "any", leaf]] })),
        of_order(json!({ "domain": [["partner_id.vat", "!=", false]] })),
        // order and fields
        query(json!({ "order": "vat" })),
        query(json!({ "order": "name, vat desc" })),
        of_order(json!({ "order": "partner_id.vat" })),
        query(json!({ "fields": ["name", "vat"] })),
        query(json!({ "fields": ["parent_id.vat"] })),
        query(json!({ "name": "A", "fields": ["vat"] })),
        ("aidoo_read", json!({ "model": model, "ids": [partner], "fields": ["vat"] })),
        (
            "aidoo_read",
            json!({ "model": "sale.order", "ids": [order], "fields": ["partner_id.vat"] }),
        ),
        ("aidoo_schema", json!({ "model": model, "fields": ["vat"] })),
        // reports
        report("figures", json!({ "domain": leaf })),
        report("figures", json!({ "group_by": ["vat"] })),
        report("figures", json!({ "group_by": ["vat:month"] })),
        report("figures", json!({ "group_by": ["parent_id.vat"] })),
        report("figures", json!({ "measures": ["vat:max"] })),
        report("figures", json!({ "measures": ["vat:count_distinct"] })),
        report("extract", json!({ "domain": leaf })),
        report("extract", json!({ "fields": ["vat"] })),
        report("extract", json!({ "fields": ["parent_id.vat"] })),
        report("extract", json!({ "order": "vat" })),
        // values
        ("aidoo_create", json!({ "model": model, "values": vat })),
        ("aidoo_create", json!({ "model": model, "records": [{ "name": "A" }, vat] })),
        ("aidoo_create", json!({ "model": model, "values": { "child_ids": [[0, 0, vat]] } })),
        ("aidoo_write", json!({ "model": model, "ids": [partner], "values": vat })),
        ("aidoo_write", json!({ "model": model, "changes": [{ "id": partner, "values": vat }] })),
        (
            "aidoo_write",
            json!({ "model": model, "ids": [partner],
            "values": { "child_ids": [[1, partner, { "child_ids": [[0, 0, vat]] }]] } }),
        ),
        // generic methods
        execute("search", None, json!({ "domain": leaf })),
        execute("search", None, json!({ "domain": [], "order": "vat desc" })),
        execute("search_count", None, json!({ "domain": leaf })),
        execute("name_search", None, json!({ "name": "A", "domain": leaf })),
        execute("name_search", None, json!({ "name": leaf, "operator": "any" })),
        execute("name_search", None, json!({ "name": "A", "operator": "any" })),
        execute("search_read", None, json!({ "domain": leaf, "fields": ["name"] })),
        execute("search_read", None, json!({ "domain": [], "fields": ["vat"] })),
        execute("search_read", None, json!({ "domain": [], "fields": "vat" })),
        execute("search_read", None, json!({ "domain": [], "fields": [["vat"]] })),
        execute("search_read", None, json!({ "domain": [], "fields": ["name"], "order": "vat" })),
        execute("search_fetch", None, json!({ "domain": [], "field_names": ["vat"] })),
        execute("web_search_read", None, json!({ "domain": leaf, "specification": {} })),
        execute("web_search_read", None, json!({ "domain": [], "specification": { "vat": {} } })),
        execute(
            "web_search_read",
            None,
            json!({ "domain": [], "specification": { "parent_id": { "fields": { "vat": {} } } } }),
        ),
        execute(
            "web_search_read",
            None,
            json!({ "domain": [], "specification": { "child_ids": { "fields": {}, "order": "vat" } } }),
        ),
        execute(
            "web_search_read",
            None,
            json!({ "domain": [], "specification": { "child_ids": { "order": ["vat"] } } }),
        ),
        execute(
            "web_search_read",
            None,
            json!({ "domain": [], "specification": { "child_ids": { "context": { "x": "vat" } } } }),
        ),
        execute("web_search_read", None, json!({ "domain": [], "specification": ["vat"] })),
        execute("export_data", some, json!({ "fields_to_export": ["vat"] })),
        execute("export_data", some, json!({ "fields_to_export": ["parent_id/vat"] })),
        execute("export_data", some, json!({ "fields_to_export": ["parent_id.vat"] })),
        execute("export_data", some, json!({ "fields_to_export": ["parent_id:id/vat"] })),
        execute("export_data", some, json!({ "fields_to_export": ["vat:id"] })),
        execute("read", some, json!({ "fields": ["vat"] })),
        execute("web_read", some, json!({ "specification": { "vat": {} } })),
        execute("read_group", None, json!({ "domain": [], "fields": ["vat:max"], "groupby": [] })),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": ["x:max(vat)"], "groupby": [] }),
        ),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": ["x:max(vat)y"], "groupby": [] }),
        ),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": ["name:max(vat) "], "groupby": [] }),
        ),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": ["__x:max(vat)"], "groupby": [] }),
        ),
        execute("read_group", None, json!({ "domain": [], "fields": [], "groupby": ["vat"] })),
        execute("read_group", None, json!({ "domain": [], "fields": [], "groupby": "vat" })),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": [], "groupby": [], "orderby": "vat" }),
        ),
        execute("web_read_group", None, json!({ "domain": [], "groupby": ["vat"] })),
        execute("web_read_group", None, json!({ "domain": [], "aggregates": ["vat:array_agg"] })),
        execute("formatted_read_group", None, json!({ "domain": [], "groupby": ["vat"] })),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "aggregates": ["vat:array_agg"] }),
        ),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "having": [["vat:max", "=", "x"]] }),
        ),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "having": ["|", ["__count", ">", 1], ["vat:max", "=", "x"]] }),
        ),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "having": "[[\"vat:max\", \"=\", \"x\"]]" }),
        ),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "having": [[["vat:max"], "=", "x"]] }),
        ),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "groupby": ["user_id"], "order": "vat:max" }),
        ),
        execute(
            "read_progress_bar",
            None,
            json!({ "domain": [], "group_by": "vat", "progress_bar": { "field": "type" } }),
        ),
        execute(
            "read_progress_bar",
            None,
            json!({ "domain": [], "group_by": "type", "progress_bar": { "field": "vat" } }),
        ),
        execute("fields_get", None, json!({ "allfields": ["vat"] })),
        execute("default_get", None, json!({ "fields": ["vat"] })),
        execute("create", None, json!({ "vals_list": [vat] })),
        execute("create", None, json!({ "vals_list": vat })),
        execute("create", None, json!({ "vals_list": [{ "child_ids": [[0, 0, vat]] }] })),
        execute("copy", some, json!({ "default": vat })),
        execute("write", some, json!({ "vals": vat })),
        execute("update", some, json!({ "values": vat })),
        execute("load", None, json!({ "fields": ["name", "vat"], "data": [["A", "x"]] })),
        execute("load", None, json!({ "fields": ["child_ids/vat"], "data": [["x"]] })),
        execute("load", None, json!({ "fields": ["child_ids"], "data": [[[vat]]] })),
        execute("load", None, json!({ "fields": ["vat:id"], "data": [["x"]] })),
        execute("web_save", some, json!({ "vals": vat, "specification": {} })),
        execute("web_save", some, json!({ "vals": {}, "specification": { "vat": {} } })),
        execute("web_save_multi", some, json!({ "vals_list": [vat], "specification": {} })),
        // business methods
        execute("action_open", some, vat.clone()),
        execute("action_open", some, json!({ "vals": { "lines": [[0, 0, vat]] } })),
        execute("action_open", some, json!({ "domain": leaf })),
        execute("action_open", some, json!({ "fields": ["name", "parent_id.vat"] })),
        // the context
        query(json!({ "context": { "default_vat": "x" } })),
        query(json!({ "context": { "lang": "en_US", "search_default_vat": "x" } })),
        (
            "aidoo_execute",
            json!({ "model": model, "method": "search", "kwargs": { "domain": [], "context": { "vat": 1 } } }),
        ),
    ];
    let positional = [
        json!({ "model": model, "method": "search", "args": [leaf] }),
        json!({ "model": model, "method": "search_read", "args": [[], ["vat"]] }),
        json!({ "model": model, "method": "read", "ids": [partner], "args": [["vat"]] }),
        json!({ "model": model, "method": "write", "ids": [partner], "args": [vat] }),
        json!({ "model": model, "method": "create", "args": [[vat]] }),
        json!({ "model": model, "method": "action_open", "ids": [partner], "args": [["vat"]] }),
    ];
    let onchange = [
        execute(
            "onchange",
            some,
            json!({ "values": vat, "field_names": ["vat"], "fields_spec": {} }),
        ),
        execute("search", None, json!({ "domain": [], "groupby": ["vat"] })),
        execute(
            "fields_get",
            None,
            json!({ "allfields": ["name", "vat"], "attributes": ["string"] }),
        ),
    ];
    let calls: Vec<(&str, Value)> = calls
        .into_iter()
        .chain(positional.map(|call| ("aidoo_execute", call)))
        .chain(onchange)
        .chain(runs)
        .collect();
    let words = [
        "stays closed",
        "takes no groupby",
        "holds a secret",
        "only lang, tz",
        "is an argument of its own",
        "is not understood",
        "must be",
        "takes fields, limit",
    ];
    insta::assert_snapshot!(refusals(&gate, &calls).await);
    all_refused(&gate, calls, &words).await;
}

/// What nobody named does not come either.
#[tokio::test]
async fn a_secret_field_is_in_no_answer_and_no_schema() {
    let gate = open_gate().await;
    let partner = first(&gate, "res.partner").await;
    let set = json!({ "model": "res.partner", "ids": [partner], "values": { "vat": "BE0CANARY" } });
    let set = gate.previewed("aidoo_write", set).await;
    gate.call("aidoo_write", set).await.expect("is done");
    gate.set_rules(|rules| {
        rules.guards.secret_fields = vec!["vat".into()];
        rules.guards.closed_models = vec!["res.country".into()];
    })
    .await;
    for (tool, arguments) in [
        ("aidoo_query", json!({ "model": "res.partner", "domain": [["id", "=", partner]] })),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [partner] })),
        ("aidoo_schema", json!({ "model": "res.partner" })),
        execute("read", Some(partner), json!({})),
        execute("read", Some(partner), json!({ "fields": null })),
        execute("search_read", None, json!({ "domain": [["id", "=", partner]], "fields": [] })),
        execute("search_read", None, json!({ "domain": [["id", "=", partner]], "fields": false })),
        execute("fields_get", None, json!({})),
        execute("web_read", Some(partner), json!({ "specification": { "name": {} } })),
        ("aidoo_report", json!({ "action": "figures", "model": "res.partner" })),
    ] {
        let answer = gate.call(tool, arguments.clone()).await.expect("answers");
        let text = answer.to_string();
        for closed in ["CANARY", "\"vat\"", "\"country_id\"", "res.country\""] {
            assert!(!text.contains(closed), "{closed} is in what {tool} {arguments} gives: {text}");
        }
    }
    let extract = json!({ "action": "extract", "model": "res.partner", "format": "json" });
    let made = gate.call("aidoo_report", extract).await.expect("is made");
    let link = made["url"].as_str().expect("a link");
    let file = reqwest::Client::new().get(link).bearer_auth(&gate.key.key).send().await;
    let file = file.expect("answers");
    let text = file.text().await.expect("a body");
    assert!(text.contains("\"name\"") && !text.contains("CANARY"), "{text}");
}

#[tokio::test]
async fn a_closed_model_is_refused_however_it_is_named() {
    let gate = open_gate().await;
    let partner = first(&gate, "res.partner").await;
    let order = first(&gate, "sale.order").await;
    let country = first(&gate, "res.country").await;
    let runs = workflows_of(
        &gate,
        vec![
            ("Query", "query", json!({ "model": "res.country", "domain": [] })),
            ("Through", "query", json!({ "model": "res.partner", "domain": [["country_id.code", "=", "BE"]] })),
            ("Read", "read", json!({ "model": "res.partner", "ids": [partner], "fields": ["country_id"] })),
            ("Create", "create", json!({ "model": "res.country", "values": { "name": "x" } })),
            ("Write", "write", json!({ "model": "res.partner", "ids": [partner], "values": { "country_id": country } })),
            ("Execute", "execute", json!({ "model": "res.partner", "method": "copy", "ids": [partner],
                "kwargs": { "default": { "country_id": country } } })),
            ("Figures", "report", json!({ "action": "figures", "model": "res.partner", "group_by": ["country_id"] })),
            ("Extract", "report", json!({ "action": "extract", "model": "res.country", "fields": ["name"] })),
        ],
    )
    .await;
    gate.set_rules(|rules| {
        rules.calls_per_minute = 60_000;
        rules.writes_per_minute = 60_000;
        rules.guards = Guards {
            closed_models: vec!["res.country".into()],
            open_methods: vec!["res.partner.action_open".into(), "res.country.action_open".into()],
            ..Guards::default()
        };
    })
    .await;
    let (some, model) = (Some(partner), "res.partner");
    let to = json!({ "country_id": country });
    let mut calls = vec![
        ("aidoo_query", json!({ "model": model, "domain": [["country_id.code", "=", "BE"]] })),
        (
            "aidoo_query",
            json!({ "model": model, "domain": [["country_id", "any", [["code", "=", "BE"]]]] }),
        ),
        ("aidoo_query", json!({ "model": model, "domain": [["country_id", "=", country]] })),
        (
            "aidoo_query",
            json!({ "model": "sale.order", "domain": [["partner_id.country_id.code", "=", "BE"]] }),
        ),
        (
            "aidoo_query",
            json!({ "model": "sale.order", "domain": [["partner_id", "any", [["country_id", "any", [["code", "=", "BE"]]]]]] }),
        ),
        ("aidoo_query", json!({ "model": model, "order": "country_id" })),
        ("aidoo_query", json!({ "model": model, "fields": ["country_id"] })),
        ("aidoo_query", json!({ "model": model, "fields": ["country_id.code"] })),
        ("aidoo_read", json!({ "model": model, "ids": [partner], "fields": ["country_id"] })),
        (
            "aidoo_read",
            json!({ "model": "sale.order", "ids": [order], "fields": ["partner_id.country_id"] }),
        ),
        (
            "aidoo_report",
            json!({ "action": "figures", "model": model, "group_by": ["country_id"] }),
        ),
        (
            "aidoo_report",
            json!({ "action": "figures", "model": model, "measures": ["country_id:count_distinct"] }),
        ),
        (
            "aidoo_report",
            json!({ "action": "extract", "model": model, "fields": ["country_id.name"] }),
        ),
        ("aidoo_report", json!({ "action": "extract", "model": model, "fields": ["country_id"] })),
        ("aidoo_create", json!({ "model": model, "values": to })),
        ("aidoo_create", json!({ "model": model, "values": { "child_ids": [[0, 0, to]] } })),
        ("aidoo_write", json!({ "model": model, "ids": [partner], "values": to })),
        execute("search", None, json!({ "domain": [["country_id.code", "=", "BE"]] })),
        execute("search_read", None, json!({ "domain": [], "fields": ["country_id"] })),
        execute("read", some, json!({ "fields": ["country_id"] })),
        execute(
            "web_read",
            some,
            json!({ "specification": { "country_id": { "fields": { "code": {} } } } }),
        ),
        execute(
            "web_read",
            some,
            json!({ "specification": { "parent_id": { "fields": { "country_id": {} } } } }),
        ),
        execute("export_data", some, json!({ "fields_to_export": ["country_id/code"] })),
        execute("export_data", some, json!({ "fields_to_export": ["country_id/.id"] })),
        execute(
            "read_group",
            None,
            json!({ "domain": [], "fields": [], "groupby": ["country_id"] }),
        ),
        execute("formatted_read_group", None, json!({ "domain": [], "groupby": ["country_id"] })),
        execute("load", None, json!({ "fields": ["country_id"], "data": [["Belgium"]] })),
        execute("load", None, json!({ "fields": ["country_id/name"], "data": [["Belgium"]] })),
        execute("write", some, json!({ "vals": to })),
        execute("copy", some, json!({ "default": to })),
        execute("action_open", some, json!({ "model": "res.country" })),
        execute(
            "action_open",
            some,
            json!({ "domain": [["res_model", "=", "ir.config_parameter"]] }),
        ),
    ];
    calls.extend([
        ("aidoo_query", json!({ "model": "res.country", "name": "Belgium" })),
        ("aidoo_query", json!({ "model": model, "order": "country_id.code desc" })),
        ("aidoo_schema", json!({ "model": "res.country", "fields": ["code"] })),
        ("aidoo_report", json!({ "action": "figures", "model": model, "group_by": ["country_id.code"] })),
        ("aidoo_report", json!({ "action": "figures", "model": model, "domain": [["country_id", "!=", false]] })),
        ("aidoo_report", json!({ "action": "extract", "model": model, "order": "country_id" })),
        ("aidoo_create", json!({ "model": model, "records": [{ "name": "A" }, to] })),
        ("aidoo_write", json!({ "model": model, "changes": [{ "id": partner, "values": to }] })),
        (
            "aidoo_write",
            json!({ "model": model, "ids": [partner], "values": { "child_ids": [[1, partner, to]] } }),
        ),
        execute("search", None, json!({ "domain": [], "order": "country_id" })),
        execute("search_count", None, json!({ "domain": [["country_id", "any", []]] })),
        execute("name_search", None, json!({ "name": "A", "domain": [["country_id.name", "=", "x"]] })),
        execute("search_fetch", None, json!({ "domain": [], "field_names": ["country_id"] })),
        execute(
            "web_search_read",
            None,
            json!({ "domain": [], "specification": { "country_id": { "fields": { "code": {} } } } }),
        ),
        execute("web_read_group", None, json!({ "domain": [], "groupby": ["country_id"] })),
        execute(
            "formatted_read_group",
            None,
            json!({ "domain": [], "aggregates": ["country_id:count_distinct"] }),
        ),
        execute(
            "read_progress_bar",
            None,
            json!({ "domain": [], "group_by": "country_id", "progress_bar": { "field": "type" } }),
        ),
        execute("default_get", None, json!({ "fields": ["country_id"] })),
        execute("fields_get", None, json!({ "allfields": ["country_id"] })),
        execute("create", None, json!({ "vals_list": [to] })),
        execute("update", some, json!({ "values": to })),
        execute("web_save", some, json!({ "vals": to, "specification": {} })),
        execute("web_save", some, json!({ "vals": {}, "specification": { "country_id": {} } })),
        execute("onchange", some, json!({ "values": to, "field_names": ["country_id"], "fields_spec": {} })),
        execute("action_open", some, json!({ "ref": "res.country,1" })),
        ("aidoo_query", json!({ "model": model, "context": { "default_country_id": country } })),
        (RESOURCE, json!("aidoo://schema/res.country")),
        (RESOURCE, json!("aidoo://report/res.country/1")),
        (RESOURCE, json!("aidoo://report/res.country/1/base.report_country")),
    ]);
    calls.extend(
        [
            json!({ "model": model, "method": "search", "args": [[["country_id.code", "=", "BE"]]] }),
            json!({ "model": model, "method": "read", "ids": [partner], "args": [["country_id"]] }),
            json!({ "model": model, "method": "write", "ids": [partner], "args": [to] }),
            json!({ "model": model, "method": "create", "args": [[to]] }),
            json!({ "model": model, "method": "action_open", "ids": [partner], "args": ["res.country"] }),
        ]
        .map(|call| ("aidoo_execute", call)),
    );
    calls.extend(runs);
    for closed in ["res.country", "res.users.apikeys", "ir.config_parameter", "mail.mail"] {
        calls.extend([
            ("aidoo_query", json!({ "model": closed })),
            ("aidoo_read", json!({ "model": closed, "ids": [1] })),
            ("aidoo_create", json!({ "model": closed, "values": {} })),
            ("aidoo_write", json!({ "model": closed, "ids": [1], "values": { "name": "x" } })),
            ("aidoo_write", json!({ "model": closed, "ids": [1], "archive": true })),
            (
                "aidoo_execute",
                json!({ "model": closed, "method": "search", "kwargs": { "domain": [] } }),
            ),
            ("aidoo_execute", json!({ "model": closed, "method": "action_open", "ids": [1] })),
            ("aidoo_schema", json!({ "model": closed })),
            ("aidoo_report", json!({ "action": "list", "model": closed })),
            ("aidoo_report", json!({ "action": "pdf", "model": closed, "ids": [1] })),
            ("aidoo_report", json!({ "action": "figures", "model": closed })),
            ("aidoo_report", json!({ "action": "extract", "model": closed })),
        ]);
    }
    insta::assert_snapshot!(refusals(&gate, &calls).await);
    calls.retain(|(tool, _)| *tool != RESOURCE);
    let words = ["closed to every tool", "closed to changes", "stays closed", "only lang, tz"];
    all_refused(&gate, calls, &words).await;

    for changed in ["res.users", "ir.rule", "ir.actions.server", "ir.model.access", "ir.attachment"]
    {
        let calls = vec![
            ("aidoo_create", json!({ "model": changed, "values": {} })),
            ("aidoo_write", json!({ "model": changed, "ids": [1], "values": { "name": "x" } })),
            ("aidoo_write", json!({ "model": changed, "ids": [1], "archive": false })),
            (
                "aidoo_execute",
                json!({ "model": changed, "method": "write", "ids": [1], "kwargs": { "vals": {} } }),
            ),
            ("aidoo_execute", json!({ "model": changed, "method": "copy", "ids": [1] })),
            (
                "aidoo_execute",
                json!({ "model": changed, "method": "load", "kwargs": { "fields": ["name"], "data": [["x"]] } }),
            ),
        ];
        all_refused(&gate, calls, &["closed to changes", "stays closed until"]).await;
    }
    let calls = vec![
        execute("load", None, json!({ "fields": ["user_ids"], "data": [["Marie"]] })),
        execute("load", None, json!({ "fields": ["user_ids/.id"], "data": [["2"]] })),
        execute("load", None, json!({ "fields": ["user_ids/name"], "data": [["Marie"]] })),
        execute("load", None, json!({ "fields": ["user_ids.id"], "data": [["2"]] })),
        execute("load", None, json!({ "fields": ["user_ids:id"], "data": [["x"]] })),
    ];
    all_refused(&gate, calls, &["closed to changes", "is no field of"]).await;
}

#[tokio::test]
async fn a_closed_model_is_no_resource_and_in_no_list_of_models() {
    let gate = open_gate().await;
    gate.set_rules(|rules| rules.guards.closed_models = vec!["res.country".into()]).await;
    let before = gate.calls();
    for uri in [
        "aidoo://schema/res.country",
        "aidoo://schema/ir.config_parameter",
        "aidoo://schema/res%2Ecountry",
        "aidoo://schema/../res.country",
        "aidoo://report/res.country/1",
        "aidoo://report/mail.mail/1",
        "aidoo://schema/",
        "file:///etc/passwd",
    ] {
        let (status, answer) =
            gate.app.mcp(&gate.key.key, request("resources/read", json!({ "uri": uri }))).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert!(answer["error"]["message"].is_string(), "{uri}: {answer}");
    }
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
    let found = gate.call("aidoo_schema", json!({ "search": "country" })).await.expect("answers");
    let models = found["models"].to_string();
    assert!(models.contains("res.country.state") && !models.contains("res.country\""), "{found}");
    let fields = gate.call("aidoo_schema", json!({ "model": "res.partner" })).await;
    let fields = fields.expect("answers").to_string();
    assert!(!fields.contains("res.country\""), "{fields}");
}

#[tokio::test]
async fn a_wizard_is_answered_by_its_own_key_with_open_values_and_methods_only() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let transfer = first(&gate, "stock.picking").await;
    let wizard = |model: &str| {
        json!({ "name": "A wizard", "type": "ir.actions.act_window", "res_model": model,
            "target": "new", "context": { "button_validate_picking_ids": [transfer] } })
    };
    door.answer("stock.picking/button_validate", wizard("stock.backorder.confirmation"));
    door.answer(
        "stock.backorder.confirmation/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "show_transfers": { "type": "boolean", "string": "Show transfers" },
            "password": { "type": "char", "string": "Password" },
            "user_ids": { "type": "one2many", "relation": "res.users", "string": "Users" },
        }),
    );
    door.answer("stock.backorder.confirmation/create", json!([7]));
    door.answer("stock.backorder.confirmation/process", json!(true));
    let validate =
        json!({ "model": "stock.picking", "method": "button_validate", "ids": [transfer] });
    let confirmed = gate.previewed("aidoo_execute", validate.clone()).await;
    let told = gate.call("aidoo_execute", confirmed).await.expect("is told");
    assert_eq!(told["status"], "wizard", "{told}");
    let names: Vec<&str> = told["wizard"]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    assert_eq!(names, ["show_transfers", "user_ids"], "{told}");
    let id = told["wizard"]["id"].clone();
    let reply =
        |method: &str, values: Value| json!({ "wizard": id, "method": method, "values": values });

    let other = gate.another_key(PermissionSet::ALL).await;
    let stolen = gate.call_as(&other, "aidoo_execute", reply("process", json!({}))).await;
    assert!(stolen.is_err_and(|sentence| sentence.contains("no such wizard")));
    for (reply, words) in [
        (reply("process", json!({ "password": "x" })), "holds a secret"),
        (reply("process", json!({ "user_ids": [[4, 2]] })), "closed to changes"),
        (reply("process", json!({ "nothing": 1 })), "has no field"),
        (reply("unlink", json!({})), "no permission covers deletion"),
        (reply("write", json!({})), "one of its own methods"),
        (reply("action_other", json!({})), "not in the catalogue"),
        (json!({ "wizard": id, "method": "process", "ids": [1] }), "argument wizard"),
        (json!({ "wizard": id, "method": "process", "kwargs": { "x": 1 } }), "argument wizard"),
        (json!({ "wizard": "x", "method": "process" }), "no such wizard"),
    ] {
        let answer = gate.call("aidoo_execute", reply.clone()).await;
        let Err(sentence) = answer else { panic!("{reply} must be refused") };
        assert!(sentence.contains(words), "{reply}: {sentence}");
    }
    assert_eq!((door.came("create"), door.came("process")), (0, 0));

    let good =
        gate.previewed("aidoo_execute", reply("process", json!({ "show_transfers": true }))).await;
    let done = gate.call("aidoo_execute", good.clone()).await.expect("is done");
    assert_eq!((&done["status"], &done["result"]), (&json!("done"), &json!(true)));
    assert!(gate.call("aidoo_execute", good).await.is_err());
    assert_eq!((door.came("create"), door.came("process")), (1, 1));

    // One of a closed model is told and not kept.
    door.answer("stock.picking/button_validate", wizard("res.users.apikeys.description"));
    let confirmed = gate.previewed("aidoo_execute", validate).await;
    let told = gate.call("aidoo_execute", confirmed).await.expect("is told");
    assert!(told["wizard"].is_null() && told["next"].to_string().contains("closed"), "{told}");
}
