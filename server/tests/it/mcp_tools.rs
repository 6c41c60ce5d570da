//! What clients are told of the tools, as reviewed, and that the tools keep to it.

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use shared::confirmation::{ConfirmMode, ConfirmModes};

use crate::support::{door::Door, gate::Gate, streams::request, workflows::in_force};

/// The tools that the gate's key, which has all permissions, is told of.
async fn tools(gate: &Gate) -> Vec<Value> {
    let (_, answer) = gate.app.mcp(&gate.key.key, request("tools/list", json!({}))).await;
    answer["result"]["tools"].as_array().expect("a list").clone()
}

fn text<'a>(tool: &'a Value, name: &str) -> &'a str {
    tool[name].as_str().unwrap_or_else(|| panic!("no {name} in {tool}"))
}

#[tokio::test]
async fn the_titles_and_annotations_of_all_tools_are_as_reviewed() {
    let gate = Gate::start().await;
    let hints = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];
    let row = |cells: [&str; 6]| {
        let [name, title, more @ ..] = cells;
        let more = more.map(|cell| format!("{cell:<16}")).concat();
        format!("{name:<16}{title:<32}{more}").trim_end().to_owned()
    };
    let mut table = vec![row(["tool", "title", hints[0], hints[1], hints[2], hints[3]])];
    for tool in tools(&gate).await {
        let annotations = tool["annotations"].as_object().expect("annotations");
        let told = |hint: &str| match annotations.get(hint) {
            Some(Value::Bool(true)) => "yes",
            Some(Value::Bool(false)) => "no",
            // The protocol has a default for each, which nobody should have to know.
            other => panic!("{hint} is {other:?} in {tool}"),
        };
        assert_eq!(annotations.get("title").unwrap_or(&tool["title"]), &tool["title"]);
        let [reads, destroys, repeats, opens] = hints.map(told);
        table.push(row([
            text(&tool, "name"),
            text(&tool, "title"),
            reads,
            destroys,
            repeats,
            opens,
        ]));
        let mut keys: Vec<&String> = tool.as_object().expect("an object").keys().collect();
        keys.sort();
        let all = ["annotations", "description", "inputSchema", "name", "outputSchema", "title"];
        assert_eq!(keys, all, "what a client is told, and nothing more");
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[tokio::test]
async fn the_descriptions_and_schemas_of_all_tools_are_as_reviewed() {
    let gate = Gate::start().await;
    let told = tools(&gate).await.into_iter().map(|tool| {
        let pretty =
            |name: &str| serde_json::to_string_pretty(&sorted(&tool[name])).expect("is written");
        format!(
            "## {}\n\n{}\n\ninput: {}\n\noutput: {}\n",
            text(&tool, "name"),
            text(&tool, "description"),
            pretty("inputSchema"),
            pretty("outputSchema")
        )
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
}

/// With its keys in order, so that the snapshot does not depend on how JSON is held.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            names.into_iter().map(|name| (name.clone(), sorted(&fields[name]))).collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// What a tool promises of its arguments and answers.
struct Promise {
    input: Validator,
    output: Validator,
    /// The parts of an answer that a client is told of.
    parts: Map<String, Value>,
}

struct Promises {
    gate: Gate,
    tools: Vec<(String, Promise)>,
}

impl Promises {
    async fn of(gate: Gate) -> Self {
        let tools = tools(&gate).await.into_iter().map(|tool| {
            let schema = |name: &str| {
                jsonschema::draft202012::meta::validate(&tool[name]).expect("is a schema");
                jsonschema::draft202012::new(&tool[name]).expect("is a schema")
            };
            let parts = tool["outputSchema"]["properties"].as_object().expect("parts").clone();
            let promise =
                Promise { input: schema("inputSchema"), output: schema("outputSchema"), parts };
            (text(&tool, "name").to_owned(), promise)
        });
        let tools = tools.collect();
        Self { gate, tools }
    }

    fn of_tool(&self, tool: &str) -> &Promise {
        let found = self.tools.iter().find(|(name, _)| name == tool);
        &found.unwrap_or_else(|| panic!("there is no {tool}")).1
    }

    /// The answer to arguments that the tool says it takes, which is as it says.
    async fn kept(&self, tool: &str, arguments: Value) -> Value {
        let promise = self.of_tool(tool);
        if let Err(problem) = promise.input.validate(&arguments) {
            panic!("{tool} {arguments} is taken by the server and not by its schema: {problem}");
        }
        let answer = self.gate.call(tool, arguments.clone()).await;
        let answer = answer.unwrap_or_else(|sentence| panic!("{tool} {arguments}: {sentence}"));
        if let Err(problem) = promise.output.validate(&answer) {
            panic!("{tool} {arguments} answers otherwise than it says: {problem}\n{answer}");
        }
        // What is not in the schema is no fault of an answer to JSON Schema, but nobody is told of it.
        for part in answer.as_object().expect("an object").keys() {
            assert!(promise.parts.contains_key(part), "{tool} does not say that it gives {part}");
        }
        answer
    }

    /// A preview and what is done with it, both as the tool says.
    async fn kept_twice(&self, tool: &str, mut arguments: Value) -> Value {
        let preview = self.kept(tool, arguments.clone()).await;
        assert_eq!(preview["status"], "preview", "{preview}");
        arguments["confirm"] = preview["confirm"].clone();
        self.kept(tool, arguments).await
    }

    async fn first(&self, model: &str, domain: Value) -> i64 {
        let query = json!({ "model": model, "domain": domain, "limit": 1, "order": "id" });
        let found = self.kept("aidoo_query", query).await;
        found["records"][0]["id"].as_i64().unwrap_or_else(|| panic!("no {model} {domain}"))
    }
}

#[tokio::test]
async fn what_reads_takes_and_answers_what_it_says() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    let all = Promises::of(gate).await;
    all.kept("aidoo_context", json!({})).await;
    let partner = all.first("res.partner", json!([])).await;
    let order = all.first("sale.order", json!([])).await;
    let model = "res.partner";
    for query in [
        json!({ "model": model }),
        json!({ "model": model, "count_only": true }),
        json!({ "model": model, "name": "a", "limit": 3 }),
        json!({ "model": model, "domain": [["id", "<", 0]] }),
        json!({ "model": model, "domain": "[[\"is_company\", \"=\", true]]" }),
        json!({ "model": model, "fields": ["name", "email", "parent_id"], "order": "name desc", "limit": 2, "offset": 1 }),
        json!({ "model": model, "archived": true, "limit": 500, "context": { "lang": "fr_FR", "tz": "Europe/Paris" } }),
        json!({ "model": "sale.order", "fields": ["partner_id.city", "date_order", "order_line"] }),
    ] {
        all.kept("aidoo_query", query).await;
    }
    for read in [
        json!({ "model": model, "ids": [partner] }),
        json!({ "model": model, "ids": [partner, 999_999] }),
        json!({ "model": "sale.order", "ids": [order], "fields": ["partner_id.email", "date_order", "amount_total"] }),
    ] {
        all.kept("aidoo_read", read).await;
    }
    for schema in [
        json!({ "search": "order" }),
        json!({ "search": "a" }),
        json!({ "search": "no such thing at all" }),
        json!({ "model": "sale.order" }),
        json!({ "model": "sale.order", "fields": ["partner_id", "state"] }),
    ] {
        all.kept("aidoo_schema", schema).await;
    }
    for report in [
        json!({ "action": "list", "model": "sale.order" }),
        json!({ "action": "pdf", "model": "sale.order", "ids": [order] }),
        json!({ "action": "figures", "model": "sale.order" }),
        json!({ "action": "figures", "model": "sale.order", "group_by": ["partner_id", "date_order:month"], "measures": ["amount_total:sum"] }),
        json!({ "action": "extract", "model": model, "fields": ["name", "parent_id.name"], "format": "csv" }),
        json!({ "action": "extract", "model": model, "fields": ["name"], "format": "xlsx", "limit": 3 }),
        json!({ "action": "extract", "model": model, "format": "json", "domain": [["is_company", "=", true]] }),
    ] {
        all.kept("aidoo_report", report).await;
    }
    for execute in [
        json!({ "model": model, "method": "search_count", "kwargs": { "domain": [] } }),
        json!({ "model": model, "method": "search_read", "args": [[], ["name"]] }),
        json!({ "model": model, "method": "read", "ids": [partner], "kwargs": { "fields": ["name"] } }),
        json!({ "model": model, "method": "fields_get" }),
    ] {
        all.kept("aidoo_execute", execute).await;
    }
    all.kept("aidoo_workflow", json!({})).await;
}

#[tokio::test]
async fn what_changes_takes_and_answers_what_it_says() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let rules = |confirm: ConfirmModes| {
        move |rules: &mut server::services::principal::Rules| {
            (rules.calls_per_minute, rules.writes_per_minute) = (1_000, 1_000);
            rules.confirm = confirm;
        }
    };
    gate.set_rules(rules(ConfirmModes::DEFAULT)).await;
    let write = |name: &str| {
        json!([
            { "name": "find", "title": "Find", "action": "query",
              "arguments": { "model": "res.partner", "domain": [["id", "=", { "$": "input.who" }]] } },
            { "name": "move", "title": "Move", "action": "write",
              "arguments": { "model": "res.partner", "ids": { "$": "input.who" }, "values": { "city": name } } },
        ])
    };
    let who = json!([{ "name": "who", "label": "Who", "kind": "record" }]);
    in_force(&gate, "Moves", who.clone(), write("Narvik")).await;
    let print = json!([{ "name": "print", "title": "Print", "action": "report",
        "arguments": { "action": "pdf", "model": "sale.order", "ids": { "$": "input.who" } } }]);
    in_force(&gate, "Prints", who, print).await;
    let all = Promises::of(gate).await;
    let partner = all.first("res.partner", json!([])).await;
    let order = all.first("sale.order", json!([["state", "=", "draft"]])).await;
    let model = "res.partner";
    for create in [
        json!({ "model": model, "values": { "name": "One" } }),
        json!({ "model": model, "records": [{ "name": "One" }, { "name": "Two" }] }),
        json!({ "model": "sale.order", "values": { "partner_id": partner, "order_line": [[0, 0, { "name": "A note" }]] } }),
    ] {
        let mut arguments = create.clone();
        let preview = all.kept("aidoo_create", arguments.clone()).await;
        arguments["confirm"] = preview["confirm"].clone();
        if create["model"] == model {
            all.kept("aidoo_create", arguments).await;
        }
    }
    for write in [
        json!({ "model": model, "ids": [partner], "values": { "city": "Narvik" } }),
        json!({ "model": model, "ids": [partner], "archive": false }),
        json!({ "model": model, "changes": [{ "id": partner, "values": { "city": "Bergen" } }] }),
    ] {
        all.kept_twice("aidoo_write", write).await;
    }
    let execute = json!({ "model": "sale.order", "method": "action_confirm", "ids": [order] });
    all.kept_twice("aidoo_execute", execute).await;
    let by_execute = json!({ "model": model, "method": "write", "ids": [partner], "kwargs": { "vals": { "city": "Oslo" } } });
    all.kept_twice("aidoo_execute", by_execute).await;
    let listed = all.kept("aidoo_workflow", json!({})).await;
    assert_eq!(listed["workflows"].as_array().map(Vec::len), Some(2), "{listed}");
    let run = json!({ "workflow": "Moves", "inputs": { "who": partner } });
    all.kept_twice("aidoo_workflow", run.clone()).await;
    all.kept("aidoo_workflow", json!({ "workflow": "Prints", "inputs": { "who": order } })).await;

    // A wizard, and its answer.
    let transfer = all.first("stock.picking", json!([])).await;
    door.answer(
        "stock.picking/button_validate",
        json!({ "name": "A wizard", "type": "ir.actions.act_window", "target": "new",
            "res_model": "stock.backorder.confirmation",
            "context": { "button_validate_picking_ids": [transfer] } }),
    );
    door.answer(
        "stock.backorder.confirmation/fields_get",
        json!({
            "id": { "type": "integer", "string": "ID" },
            "show_transfers": { "type": "boolean", "string": "Show transfers" },
        }),
    );
    door.answer("stock.backorder.confirmation/create", json!([7]));
    door.answer("stock.backorder.confirmation/process", json!(true));
    let validate =
        json!({ "model": "stock.picking", "method": "button_validate", "ids": [transfer] });
    let told = all.kept_twice("aidoo_execute", validate.clone()).await;
    assert_eq!(told["status"], "wizard", "{told}");
    let reply = json!({ "wizard": told["wizard"]["id"], "method": "process", "values": { "show_transfers": true } });
    all.kept_twice("aidoo_execute", reply).await;
    // Records that Odoo would show, and what it would run by itself.
    for action in [
        json!({ "type": "ir.actions.act_window", "name": "Orders", "res_model": "sale.order", "res_id": 7, "target": "current", "domain": [] }),
        json!({ "type": "ir.actions.client", "tag": "reload" }),
        json!({ "type": "ir.actions.act_url", "url": "https://example.com/x?token=y" }),
        json!(null),
        json!([1, 2, 3]),
        json!("x".repeat(200_000)),
    ] {
        door.answer("stock.picking/button_validate", action);
        all.kept_twice("aidoo_execute", validate.clone()).await;
    }

    // A change that waits for a person.
    let mode = ConfirmMode::Dashboard;
    let waits = ConfirmModes { create: mode, write: mode, execute: mode, workflow: mode };
    all.gate.set_rules(rules(waits)).await;
    for (tool, arguments) in [
        ("aidoo_create", json!({ "model": model, "values": { "name": "One" } })),
        ("aidoo_write", json!({ "model": model, "ids": [partner], "values": { "city": "Vardø" } })),
        ("aidoo_execute", validate),
        ("aidoo_workflow", run),
    ] {
        let told = all.kept(tool, arguments).await;
        assert_eq!(told["status"], "pending", "{told}");
    }
}

/// What a schema does not take is not taken by another name either: a client that checks loses nothing.
#[tokio::test]
async fn what_no_schema_takes_no_tool_takes() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    let all = Promises::of(gate).await;
    for (tool, good) in [
        ("aidoo_context", json!({})),
        ("aidoo_query", json!({ "model": "res.partner" })),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1] })),
        ("aidoo_create", json!({ "model": "res.partner", "values": { "name": "x" } })),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": { "city": "x" } })),
        ("aidoo_execute", json!({ "model": "res.partner", "method": "search" })),
        ("aidoo_schema", json!({ "model": "res.partner" })),
        ("aidoo_report", json!({ "model": "res.partner", "action": "list" })),
        ("aidoo_workflow", json!({})),
    ] {
        let mut wrong = vec![("an unknown argument", {
            let mut more = good.clone();
            more["nothing_like_it"] = json!(1);
            more
        })];
        for name in good.as_object().expect("an object").keys() {
            let mut other = good.clone();
            other[name] = json!({ "a": [true] });
            if name != "values" {
                wrong.push(("another type", other));
            }
        }
        for name in ["ids", "limit", "confirm", "context"] {
            let mut other = good.clone();
            other[name] = json!([{}]);
            wrong.push(("another type", other));
        }
        for (what, arguments) in wrong {
            let promise = all.of_tool(tool);
            assert!(
                !promise.input.is_valid(&arguments),
                "{what}: {tool} says it takes {arguments}"
            );
            let before = all.gate.calls();
            let answer = all.gate.call(tool, arguments.clone()).await;
            assert!(answer.is_err(), "{what}: {tool} takes {arguments}: {answer:?}");
            assert_eq!(all.gate.asked_since(before), Vec::<String>::new(), "{tool} {arguments}");
        }
    }
}
