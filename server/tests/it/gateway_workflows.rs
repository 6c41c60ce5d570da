//! Workflows through a key: what a run leaves on record, the files it makes, and what its preview shows.

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use server::{
    entities::call,
    services::tools::{Cause, ToolName},
    store::call_figures,
};
use shared::{
    activity::CallResult,
    call_cause::CallCause,
    confirmation::{ConfirmMode, ConfirmModes},
    permission::{Permission, PermissionSet},
    time::Timestamp,
    workflow::{Definition, NameWorkflow, SaveWorkflow},
};

use crate::support::{
    door::Door,
    gate::{Gate, outcome},
    streams::request,
    workflows::{in_force, make_contacts},
};

async fn first(gate: &Gate, model: &str, domain: Value) -> i64 {
    let query = json!({ "model": model, "domain": domain, "limit": 1, "order": "id" });
    let found = gate.call("aidoo_query", query).await.expect("is found");
    found["records"][0]["id"].as_i64().expect("an id")
}

fn record_input(name: &str) -> Value {
    json!([{ "name": name, "label": "Which", "kind": "record" }])
}

#[tokio::test]
async fn a_pdf_that_a_step_makes_is_kept_behind_a_link_for_its_owner() {
    let gate = Gate::start().await;
    let steps = json!([{ "name": "print", "title": "Print it", "action": "report",
        "arguments": { "action": "pdf", "model": "sale.order", "ids": { "$": "input.order" } } }]);
    in_force(&gate, "Print", record_input("order"), steps).await;
    let order = first(&gate, "sale.order", json!([])).await;
    let arguments = json!({ "workflow": "Print", "inputs": { "order": order } });
    let call = request("tools/call", json!({ "name": "aidoo_workflow", "arguments": arguments }));
    let (_, answer) = gate.app.mcp_in(Some("2025-11-25"), &gate.key.key, call.clone()).await;
    let result = &answer["result"];
    let print = &result["structuredContent"]["results"]["print"];
    let name = format!("sale-order-{order}.pdf");
    assert_eq!((&print["name"], &print["media_type"]), (&json!(name), &json!("application/pdf")));
    assert_eq!(print["expires_in_seconds"], 3_600, "{print}");
    let url = print["url"].as_str().expect("a link");

    let link = result["content"]
        .as_array()
        .expect("blocks")
        .iter()
        .find(|block| block["type"] == "resource_link")
        .unwrap_or_else(|| panic!("no link in {answer}"));
    let uri = format!("aidoo://report/sale.order/{order}");
    assert_eq!((&link["uri"], &link["name"]), (&json!(uri), &json!(name)));
    assert_eq!(link["size"], print["bytes"]);

    let fetch = async |key: &str| Client::new().get(url).bearer_auth(key).send().await.unwrap();
    let another = gate.another_key(PermissionSet::ALL).await;
    assert_eq!(fetch(&another).await.status(), StatusCode::GONE, "it is not theirs");
    let file = fetch(&gate.key.key).await;
    assert_eq!(file.status(), StatusCode::OK);
    assert_eq!(file.headers()[header::CONTENT_TYPE], "application/pdf");
    let file = file.bytes().await.expect("a body");
    assert!(file.starts_with(b"%PDF"));
    assert_eq!(print["bytes"], file.len());
    assert_eq!(fetch(&gate.key.key).await.status(), StatusCode::GONE, "it works once");

    // What a key may not read as a resource is not offered as one; the link is there all the same.
    let only = gate.another_key(PermissionSet::of(&[Permission::Workflow])).await;
    let (_, answer) = gate.app.mcp(&only, call).await;
    let result = &answer["result"];
    let print = &result["structuredContent"]["results"]["print"];
    let url = print["url"].as_str().unwrap_or_else(|| panic!("no link in {answer}"));
    assert_eq!(result["content"].as_array().map(Vec::len), Some(1), "{answer}");
    let file = Client::new().get(url).bearer_auth(&only).send().await.expect("answers");
    assert_eq!(file.status(), StatusCode::OK, "whoever may run it has what it makes");
}

#[tokio::test]
async fn the_resource_of_a_report_that_was_named_is_that_report() {
    let gate = Gate::start().await;
    let order = first(&gate, "sale.order", json!([])).await;
    let print = |report: Value| {
        let arguments =
            json!({ "action": "pdf", "model": "sale.order", "ids": [order], "report": report });
        request("tools/call", json!({ "name": "aidoo_report", "arguments": arguments }))
    };
    for (report, end) in
        [(json!(null), ""), (json!("sale.report_saleorder"), "/sale.report_saleorder")]
    {
        let (_, answer) = gate.app.mcp_in(Some("2025-11-25"), &gate.key.key, print(report)).await;
        let uri = answer["result"]["content"][1]["uri"].clone();
        assert_eq!(uri, format!("aidoo://report/sale.order/{order}{end}"), "{answer}");
        let read = request("resources/read", json!({ "uri": uri }));
        let (_, answer) = gate.app.mcp(&gate.key.key, read).await;
        assert_eq!(answer["result"]["contents"][0]["mimeType"], "application/pdf", "{answer}");
    }
    // One that this model does not have is not printed in the standard one's place.
    let uri = format!("aidoo://report/sale.order/{order}/account.report_invoice");
    let read = request("resources/read", json!({ "uri": uri }));
    let (_, answer) = gate.app.mcp(&gate.key.key, read).await;
    assert!(answer["error"].is_object(), "{answer}");
}

/// What is on record: tool, model, method, records, result and consent.
async fn told(gate: &Gate, from: usize) -> Vec<String> {
    let rows = gate.record().await.into_iter().skip(from);
    rows.map(|row| {
        assert_eq!(row.member_id, gate.member.as_uuid());
        assert_eq!(row.address, "127.0.0.1");
        assert_eq!(row.client.as_deref(), Some("agent/7"), "{}", row.tool);
        assert!(row.duration.is_some() && row.arguments_digest.len() == 32, "{}", row.tool);
        // The run is known by its steps; the call that began it is the client's.
        assert_eq!(row.step_of.is_some(), row.tool != "aidoo_workflow", "{}", row.tool);
        let records = row.records.map_or("-".to_owned(), |records| records.to_string());
        let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {} {} {records} {} {}",
            row.tool,
            text(row.model),
            text(row.method),
            row.result,
            text(row.consent)
        )
    })
    .collect()
}

/// Calls the tool as a client that says its name.
async fn named(gate: &Gate, arguments: &Value) -> Result<Value, String> {
    let call = request("tools/call", json!({ "name": "aidoo_workflow", "arguments": arguments }));
    let answer = Client::new()
        .post(format!("{}/mcp", gate.app.url))
        .bearer_auth(&gate.key.key)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::USER_AGENT, "agent/7")
        .json(&call)
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), StatusCode::OK);
    outcome(&answer.json().await.expect("json"))
}

#[tokio::test]
async fn every_step_of_a_run_is_on_record_like_a_call_and_takes_none_of_the_limits() {
    let gate = Gate::start().await;
    let partner = first(&gate, "res.partner", json!([])).await;
    let id = json!({ "$": "input.partner" });
    let steps = json!([
        { "name": "find", "title": "Find", "action": "query",
          "arguments": { "model": "res.partner", "domain": [["id", "=", id]] } },
        { "name": "look", "title": "Look", "action": "read",
          "arguments": { "model": "res.partner", "ids": id, "fields": ["name"] } },
        { "name": "count", "title": "Count", "action": "report",
          "arguments": { "action": "figures", "model": "sale.order", "group_by": ["state"] } },
        { "name": "move", "title": "Move", "action": "write",
          "arguments": { "model": "res.partner", "ids": id, "values": { "city": "Narvik" } } },
        { "name": "gone", "title": "Gone", "action": "read",
          "arguments": { "model": "res.partner", "ids": id, "fields": ["naem"] } },
        { "name": "never", "title": "Never", "action": "read",
          "arguments": { "model": "res.partner", "ids": id } },
    ]);
    in_force(&gate, "Moves", record_input("partner"), steps).await;
    // The run is one call and one change, whatever it has of steps.
    gate.set_rules(|rules| {
        rules.calls_per_minute = 4;
        rules.writes_per_minute = 1;
    })
    .await;
    let run = json!({ "workflow": "Moves", "inputs": { "partner": partner } });
    let mut confirmed = run.clone();
    confirmed["confirm"] = named(&gate, &run).await.expect("a preview")["confirm"].clone();
    let before = gate.record().await.len() - 1;
    let sentence = named(&gate, &confirmed).await.expect_err("stops at gone");
    assert!(sentence.contains("the workflow stopped") && !sentence.contains(".."), "{sentence}");
    assert!(sentence.contains("the nearest are name"), "{sentence}");
    let page = gate.app.state.backend.workflows.page(gate.actor, gate.company).await;
    let run = page.expect("is shown").runs.remove(0);
    assert_eq!(run.result, CallResult::Failed);
    let causes: Vec<_> = run.steps.iter().filter_map(|step| step.cause).collect();
    assert_eq!(causes, [CallCause::Argument]);
    named(&gate, &json!({})).await.expect("a call is left");
    let mut rows = told(&gate, before).await;
    rows.sort();
    assert_eq!(
        rows,
        [
            "aidoo_query res.partner - 1 ok -",
            "aidoo_read res.partner - 1 ok -",
            "aidoo_read res.partner - 1 refused -",
            "aidoo_report sale.order figures 4 ok -",
            "aidoo_workflow - - - ok -",
            "aidoo_workflow - Moves - asked -",
            "aidoo_workflow - Moves - failed -",
            "aidoo_write res.partner write 1 ok token",
        ]
    );
}

#[tokio::test]
async fn a_step_is_no_call_of_its_key_and_says_nothing_of_what_the_key_needs() {
    let gate = Gate::start().await;
    let steps = json!([{ "name": "find", "title": "Find", "action": "query",
        "arguments": { "model": "res.partner" } }]);
    in_force(&gate, "Finds", json!([]), steps).await;
    gate.call("aidoo_workflow", json!({ "workflow": "Finds" })).await.expect("runs");
    gate.app.state.toolbox.activity.flush().await.expect("is written");
    let (db, key) = (gate.app.state.core.db.reader(), gate.key.id);
    let since = Timestamp::from_micros(0);
    let tools = call_figures::tools(db, gate.company, key, since).await.expect("answers");
    let tools: Vec<&str> = tools.iter().map(|called| called.tool.as_str()).collect();
    assert_eq!(tools, ["aidoo_workflow"]);
    let days = call_figures::days_of_key(db, gate.company, key, since).await.expect("answers");
    assert_eq!(days.iter().map(|day| day.calls).sum::<i64>(), 1);
}

#[tokio::test]
async fn a_preview_of_a_run_shows_what_each_step_changes_and_what_comes_from_earlier_ones() {
    let gate = Gate::start().await;
    let order = first(&gate, "sale.order", json!([["state", "=", "draft"]])).await;
    let read = json!({ "model": "sale.order", "ids": [order], "fields": ["partner_id"] });
    let order_of = gate.call("aidoo_read", read).await.expect("is read");
    let partner = order_of["records"][0]["partner_id"]["id"].clone();
    let read = json!({ "model": "res.partner", "ids": [partner], "fields": ["city", "ref"] });
    let old = gate.call("aidoo_read", read).await.expect("is read")["records"][0].clone();
    let inputs = json!([
        { "name": "partner", "label": "Customer", "kind": "record" },
        { "name": "word", "label": "Reference", "kind": "text" },
    ]);
    let (id, word) = (json!({ "$": "input.partner" }), json!({ "$": "input.word" }));
    let found = json!({ "$": "steps.find.records.*.id" });
    let steps = json!([
        { "name": "find", "title": "Find the orders", "action": "query",
          "arguments": { "model": "sale.order", "domain": [["partner_id", "=", id]] } },
        { "name": "move", "title": "Move", "action": "write",
          "arguments": { "model": "res.partner", "ids": id,
            "values": { "city": "Narvik", "ref": { "$": "steps.find.records.0.name" } } } },
        { "name": "note", "title": "Note", "action": "write",
          "arguments": { "model": "sale.order", "ids": found, "values": { "client_order_ref": word } } },
        { "name": "make", "title": "Make", "action": "create",
          "arguments": { "model": "res.partner.category", "values": { "name": word } } },
        { "name": "confirm", "title": "Confirm", "action": "execute",
          "arguments": { "model": "sale.order", "method": "action_confirm", "ids": found } },
        { "name": "lock", "title": "Confirm the first", "action": "execute",
          "arguments": { "model": "sale.order", "method": "action_confirm", "ids": [order] } },
        { "name": "again", "title": "Find (again)", "action": "query",
          "arguments": { "model": "sale.order", "domain": [["partner_id", "=", id]] } },
        { "name": "mark", "title": "Mark", "action": "write",
          "arguments": { "model": "sale.order", "ids": { "$": "steps.again.records.*.id" },
            "values": { "client_order_ref": word } } },
    ]);
    in_force(&gate, "All of it", inputs, steps).await;
    let run = json!({ "workflow": "All of it", "inputs": { "partner": partner, "word": "AB-12" } });
    let before = gate.calls();
    let told = gate.call("aidoo_workflow", run.clone()).await.expect("a preview");
    let only_looks = |call: &String| {
        ["read", "search_read", "search_count"]
            .iter()
            .any(|read| call.ends_with(&format!(".{read}")))
    };
    assert!(gate.asked_since(before).iter().all(only_looks), "{:?}", gate.asked_since(before));
    let rows: Vec<(String, String, Option<String>, String)> = told["preview"]["changes"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["record"] != "input")
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            (
                text("record"),
                text("label"),
                row["before"].as_str().map(str::to_owned),
                text("after"),
            )
        })
        .collect();
    let name = |id: &Value, model: &str| json!({ "model": model, "ids": [id], "fields": ["display_name"] });
    let partner_name = gate.call("aidoo_read", name(&partner, "res.partner")).await.unwrap();
    let partner_name = partner_name["records"][0]["display_name"].as_str().unwrap().to_owned();
    let query = json!({ "model": "sale.order", "domain": [["partner_id", "=", partner]],
        "fields": ["name", "client_order_ref"] });
    let orders = gate.call("aidoo_query", query).await.expect("is found")["records"].clone();
    let orders = orders.as_array().expect("a list");
    let from = "from step 7, “Find (again)” (records.*.id)";
    let shown = |value: &Value| Some(value.as_str().unwrap_or("(empty)").to_owned());
    let row = |record: &str, label: &str, before: Option<String>, after: &str| {
        (record.to_owned(), label.to_owned(), before, after.to_owned())
    };
    let name = |order: &Value| order["name"].as_str().expect("a name").to_owned();
    let number = "Customer's own number";
    let mut expected = vec![
        row(&format!("2. {partner_name}"), "City", shown(&old["city"]), "Narvik"),
        row(&format!("2. {partner_name}"), "Reference", shown(&old["ref"]), &name(&orders[0])),
    ];
    expected.extend(orders.iter().map(|order| {
        let before = shown(&order["client_order_ref"]);
        row(&format!("3. {}", name(order)), number, before, "AB-12")
    }));
    let at = expected.len();
    expected.extend([
        row("4. AB-12", &rows[at].1, None, "AB-12"),
        row("5. Confirm", "action_confirm", None, &rows[at + 1].3),
        row("6. Confirm the first", "action_confirm", None, &rows[at + 2].3),
        row(&format!("8. {from}"), number, None, "AB-12"),
    ]);
    assert_eq!(rows, expected);
    assert!(rows[at + 1].3.contains(&name(&orders[0])), "what was found: {rows:?}");
    assert!(rows[at + 2].3.contains("to confirm a quotation, on S"), "the name: {rows:?}");
    assert!(rows[at + 2].3.contains("(draft)"), "the order's state: {rows:?}");

    // What was agreed to is what was shown: old values that are others now want another look.
    let confirmed = gate.previewed("aidoo_workflow", run).await;
    let moved = json!({ "model": "res.partner", "ids": [partner], "values": { "city": "Bodø" } });
    let moved = gate.previewed("aidoo_write", moved).await;
    gate.call("aidoo_write", moved).await.expect("is done");
    let sentence = gate.call("aidoo_workflow", confirmed).await.expect_err("has changed");
    assert!(sentence.contains("records have changed since the preview"), "{sentence}");
}

#[tokio::test]
async fn a_preview_of_a_run_reads_what_a_step_is_given_as_its_tool_does() {
    let gate = Gate::start().await;
    let partner = first(&gate, "res.partner", json!([])).await;
    let id = partner.to_string();
    let read =
        json!({ "model": "res.partner", "ids": [partner], "fields": ["display_name", "city"] });
    let row = gate.call("aidoo_read", read).await.expect("is read")["records"][0].clone();
    let name = row["display_name"].as_str().expect("a name");
    let inputs = json!([{ "name": "which", "label": "Which", "kind": "text" }]);
    let with = |arguments: Value| {
        json!([
            { "name": "make", "title": "Make", "action": "create",
              "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } },
            { "name": "move", "title": "Move", "action": "write", "arguments": arguments },
        ])
    };
    let moving = |ids: Value| {
        let tag = json!([4, { "$": "steps.make.ids.0" }]);
        let values = json!({ "city": "Narvik", "category_id": [tag] });
        with(json!({ "model": "res.partner", "ids": ids, "values": values }))
    };
    let run = |workflow: &str| json!({ "workflow": workflow, "inputs": { "which": id } });
    let line = |told: &Value, label: &str| {
        let lines = told["preview"]["changes"].as_array().expect("lines");
        let found = lines.iter().find(|line| line["label"] == label);
        found.unwrap_or_else(|| panic!("no {label} in {told}")).clone()
    };
    for (workflow, ids) in [
        ("A text", json!(id)),
        ("Texts", json!([id])),
        ("A list in a text", json!(format!("[{id}]"))),
        ("An input", json!({ "$": "input.which" })),
    ] {
        in_force(&gate, workflow, inputs.clone(), moving(ids)).await;
        let told = gate.call("aidoo_workflow", run(workflow)).await.expect("a preview");
        let city = line(&told, "City");
        assert_eq!(city["record"], format!("2. {name}"), "{workflow}");
        assert_eq!(city["before"], row["city"].as_str().unwrap_or("(empty)"), "{workflow}");
    }
    let renaming = json!({ "model": "res.partner.category", "ids": { "$": "steps.make.ids" },
        "values": "{\"name\": \"Renamed\"}" });
    in_force(&gate, "Values in a text", inputs.clone(), with(renaming)).await;
    let told = gate.call("aidoo_workflow", run("Values in a text")).await.expect("a preview");
    let lines = told["preview"]["changes"].as_array().expect("lines");
    let renamed = lines.iter().find(|line| line["after"] == "Renamed");
    let renamed = renamed.unwrap_or_else(|| panic!("no new name in {told}"));
    assert_eq!(renamed["record"], "2. from step 1, “Make” (ids)");

    // What was agreed to is bound to the old values of such a step too.
    let stale = gate.previewed("aidoo_workflow", run("Texts")).await;
    let moved = json!({ "model": "res.partner", "ids": [partner], "values": { "city": "Bodø" } });
    let moved = gate.previewed("aidoo_write", moved).await;
    gate.call("aidoo_write", moved).await.expect("is done");
    let sentence = gate.call("aidoo_workflow", stale).await.expect_err("has changed");
    assert!(sentence.contains("records have changed since the preview"), "{sentence}");

    // What its tool cannot read is refused before the first.
    for (workflow, ids, problem) in [
        ("No id", json!(["seven"]), "\"seven\" is no record id"),
        ("No list", json!("seven"), "must be a list of record ids"),
    ] {
        in_force(&gate, workflow, inputs.clone(), moving(ids)).await;
        let sentence = gate.call("aidoo_workflow", run(workflow)).await.expect_err("is no id");
        assert!(sentence.contains("step 2, “Move”, would be refused"), "{workflow}: {sentence}");
        assert!(sentence.contains(problem), "{workflow}: {sentence}");
    }
    assert_eq!(gate.count("res.partner.category", "create"), 0);
}

#[tokio::test]
async fn what_a_step_would_refuse_is_refused_before_the_first() {
    let gate = Gate::start().await;
    let id = json!({ "$": "input.partner" });
    let steps = json!([
        { "name": "make", "title": "Make", "action": "create",
          "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } },
        { "name": "move", "title": "Move", "action": "write",
          "arguments": { "model": "res.partner", "ids": id, "values": { "ctiy": "Narvik" } } },
    ]);
    in_force(&gate, "Cannot be", record_input("partner"), steps).await;
    let run = json!({ "workflow": "Cannot be", "inputs": { "partner": 1 } });
    let sentence = gate.call("aidoo_workflow", run).await.expect_err("cannot be done");
    assert!(sentence.contains("step 2, “Move”"), "{sentence}");
    assert!(sentence.contains("no field ctiy; the nearest are city"), "{sentence}");
    assert_eq!(gate.count("res.partner.category", "create"), 0);
}

#[tokio::test]
async fn what_a_step_would_refuse_is_refused_before_what_it_takes_is_made() {
    let gate = Gate::start().await;
    let made = json!({ "$": "steps.make.ids" });
    let model = "stock.backorder.confirmation";
    let values = json!({ "pick_ids": [[6, 0, made]] });
    for (workflow, action, arguments, words) in [
        ("Creates", "create", json!({ "model": model, "values": values }), "is a wizard"),
        (
            "Writes",
            "write",
            json!({ "model": model, "ids": made, "values": { "show_transfers": true } }),
            "is a wizard",
        ),
        (
            "Calls create",
            "execute",
            json!({ "model": model, "method": "create", "kwargs": { "vals_list": [values] } }),
            "is a wizard",
        ),
        (
            "Calls its method",
            "execute",
            json!({ "model": model, "method": "process", "ids": made }),
            "is a wizard",
        ),
        (
            "Writes nothing",
            "write",
            json!({ "model": "res.partner.category", "ids": made, "values": {} }),
            "names no field",
        ),
    ] {
        let steps = json!([
            { "name": "make", "title": "Make", "action": "create",
              "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } },
            { "name": "ask", "title": "Ask", "action": action, "arguments": arguments },
        ]);
        in_force(&gate, workflow, json!([]), steps).await;
        let answer = gate.call("aidoo_workflow", json!({ "workflow": workflow })).await;
        let sentence = answer.expect_err("cannot be done");
        assert!(sentence.contains("step 2, “Ask”, would be refused"), "{workflow}: {sentence}");
        assert!(sentence.contains(words), "{workflow}: {sentence}");
    }
    assert_eq!(gate.count("res.partner.category", "create"), 0);
}

/// Half a sequence is worse than one that nobody waits for.
#[tokio::test]
async fn a_run_that_is_under_way_when_the_server_stops_goes_to_its_end() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let partner = first(&gate, "res.partner", json!([])).await;
    let id = json!({ "$": "input.partner" });
    let write = |name: &str, city: &str| {
        json!({ "name": name, "title": name, "action": "write",
            "arguments": { "model": "res.partner", "ids": id, "values": { "city": city } } })
    };
    let steps = json!([write("one", "Narvik"), write("two", "Bergen"), write("three", "Tromsø")]);
    in_force(&gate, "Travels", record_input("partner"), steps).await;
    let mut run = json!({ "workflow": "Travels", "inputs": { "partner": partner } });
    run["confirm"] = named(&gate, &run).await.expect("a preview")["confirm"].clone();
    let held = door.hold("write");
    tokio::select! {
        answer = named(&gate, &run) => panic!("is held: {answer:?}"),
        () = door.wait_for("write", 1) => {}
    }
    let release = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        held.release();
    };
    tokio::join!(gate.app.finish(), release);
    assert_eq!(door.came("write"), 3);
    let rows = gate.record().await;
    let written = rows.iter().filter(|row| row.tool == "aidoo_write" && row.result == "ok");
    assert_eq!(written.count(), 3);
}

/// Two changes of one partner, one after the other, with their confirmation.
async fn travels(gate: &Gate) -> Value {
    let partner = first(gate, "res.partner", json!([])).await;
    let id = json!({ "$": "input.partner" });
    let write = |name: &str, city: &str| {
        json!({ "name": name, "title": name, "action": "write",
            "arguments": { "model": "res.partner", "ids": id, "values": { "city": city } } })
    };
    let steps = json!([write("one", "Narvik"), write("two", "Bergen")]);
    in_force(gate, "Travels", record_input("partner"), steps).await;
    let run = json!({ "workflow": "Travels", "inputs": { "partner": partner } });
    gate.previewed("aidoo_workflow", run).await
}

/// How the calls of the workflow itself ended, once the last has.
async fn ended(gate: &Gate) -> Vec<(String, Option<String>)> {
    for _ in 0..400 {
        let rows = gate.record().await.into_iter();
        let rows: Vec<_> = rows
            .filter(|row| row.tool == "aidoo_workflow")
            .map(|row| (row.result, row.problem))
            .collect();
        if rows.last().is_some_and(|(result, _)| result != "started" && result != "asked") {
            return rows;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the run did not end");
}

fn outcomes(results: [&str; 2]) -> Vec<(String, Option<String>)> {
    results.map(|result| (result.to_owned(), None)).to_vec()
}

#[tokio::test]
async fn a_run_that_takes_too_long_is_said_to_go_on_and_ends_on_record() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let run = travels(&gate).await;
    let held = door.hold("write");
    let answer = gate.overdue(ToolName::Workflow, run, door.wait_for("write", 1)).await;
    let error = answer.expect_err("nobody knows yet");
    assert_eq!(error.cause, Cause::Unknown);
    let started = |rows: &[call::Model]| {
        let mut rows = rows.iter().filter(|row| row.result == "started");
        (rows.any(|row| row.tool == "aidoo_workflow"), rows.any(|row| row.tool == "aidoo_write"))
    };
    assert_eq!(started(&gate.record().await), (true, true), "both are under way");
    let backend = &gate.app.state.backend.workflows;
    let page = backend.page(gate.actor, gate.company).await.expect("is shown");
    let id = page.runs[0].id;
    let place = format!("{}/workflows#{id}", gate.app.url);
    for told in ["still running", "do not run it again", &format!("({id})"), &place] {
        assert!(error.sentence.contains(told), "{told:?} is not in: {}", error.sentence);
    }
    held.release();
    assert_eq!(ended(&gate).await, outcomes(["asked", "ok"]));
    let page = backend.page(gate.actor, gate.company).await.expect("is shown");
    assert_eq!((page.runs[0].id, page.runs[0].result), (id, CallResult::Ok));
    assert_eq!(door.came("write"), 2);
}

#[tokio::test]
async fn a_run_whose_client_goes_away_is_on_record_as_what_became_of_it() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let run = travels(&gate).await;
    let held = door.hold("write");
    tokio::select! {
        answer = gate.call("aidoo_workflow", run) => panic!("is held: {answer:?}"),
        () = door.wait_for("write", 1) => {}
    }
    held.release();
    assert_eq!(ended(&gate).await, outcomes(["asked", "ok"]));
    assert_eq!(door.came("write"), 2);

    // The same when it stops in its middle.
    let run = travels_again(&gate).await;
    let held = door.hold("write");
    tokio::select! {
        answer = gate.call("aidoo_workflow", run) => panic!("is held: {answer:?}"),
        () = door.wait_for("write", 3) => {}
    }
    door.break_after("write");
    held.release();
    let (result, problem) = ended(&gate).await.pop().expect("is on record");
    assert_eq!(result, "unknown");
    assert!(problem.is_some_and(|problem| problem.contains("one: done; two: unknown")));
}

#[tokio::test]
async fn a_run_that_cannot_be_put_on_record_is_not_begun_and_is_a_call_that_failed() {
    let gate = Gate::start().await;
    let steps = json!([{ "name": "find", "title": "Find", "action": "query",
        "arguments": { "model": "res.partner" } }]);
    in_force(&gate, "Finds", json!([]), steps).await;
    // Nobody else can write, for longer than anybody waits who has to.
    let held = gate.app.state.core.db.begin().await.expect("begins");
    let answer = gate.call("aidoo_workflow", json!({ "workflow": "Finds" })).await;
    let sentence = answer.expect_err("is not begun");
    assert!(sentence.contains("so nothing was done"), "{sentence}");
    held.rollback().await.expect("lets go");
    let (result, problem) = ended(&gate).await.pop().expect("is on record");
    assert_eq!(result, "failed");
    assert!(problem.is_some_and(|problem| problem.contains("so nothing was done")));
    assert_eq!(gate.count("res.partner", "search_read"), 0);
}

/// Another confirmation of [`travels`].
async fn travels_again(gate: &Gate) -> Value {
    let partner = first(gate, "res.partner", json!([])).await;
    let run = json!({ "workflow": "Travels", "inputs": { "partner": partner } });
    gate.previewed("aidoo_workflow", run).await
}

#[tokio::test]
async fn a_new_workflow_whose_answer_got_lost_is_made_once_when_it_is_sent_again() {
    let gate = Gate::start().await;
    let (company, actor, backend) = (gate.company, gate.actor, &gate.app.state.backend.workflows);
    let input = |name: &str| SaveWorkflow {
        company,
        workflow: None,
        name: name.to_owned(),
        description: "For the trains".to_owned(),
        definition: Definition::default(),
    };
    let first = backend.save(actor, input("Cut off")).await.expect("is saved");
    assert_eq!(backend.save(actor, input(" Cut off ")).await, Ok(first));
    let other = backend.save(actor, input("Cut off too")).await.expect("is saved");
    assert_ne!(other, first);
    let page = backend.page(actor, company).await.expect("is shown");
    assert_eq!(page.workflows.len(), 2);

    // What was put away does not come back.
    backend.archive(actor, NameWorkflow { company, workflow: first }).await.expect("is removed");
    assert_ne!(backend.save(actor, input("Cut off")).await, Ok(first));
}

#[tokio::test]
async fn a_run_obeys_the_strictest_policy_of_what_its_steps_do() {
    let gate = Gate::start().await;
    let partner = first(&gate, "res.partner", json!([])).await;
    let id = json!({ "$": "input.partner" });
    let step = |name: &str, action: &str, arguments: Value| json!({ "name": name, "title": name, "action": action, "arguments": arguments });
    let city = json!({ "city": "Narvik" });
    let tag = step(
        "tag",
        "create",
        json!({ "model": "res.partner.category", "values": { "name": "Made" } }),
    );
    // What it finds after a change is not known before.
    let find = step("find", "query", json!({ "model": "res.partner", "limit": 1 }));
    let found = json!({ "$": "steps.find.records.0.id" });
    let workflows = [
        (
            "Writes",
            json!([step(
                "move",
                "write",
                json!({ "model": "res.partner", "ids": id, "values": city })
            )]),
        ),
        (
            "Calls write",
            json!([step(
                "move",
                "execute",
                json!({ "model": "res.partner", "method": "write", "ids": id,
                "kwargs": { "vals": city } })
            )]),
        ),
        (
            "Writes inside",
            json!([step(
                "make",
                "create",
                json!({ "model": "res.partner",
                "values": { "name": "Group", "child_ids": [[1, id, city]] } })
            )]),
        ),
        (
            "Writes inside what it finds",
            json!([
                tag,
                find,
                step(
                    "make",
                    "create",
                    json!({ "model": "res.partner",
                "values": { "name": "Group", "child_ids": [[4, found]] } })
                )
            ]),
        ),
        (
            "Calls a method that writes inside what it finds",
            json!([
                tag,
                find,
                step(
                    "make",
                    "execute",
                    json!({ "model": "res.partner", "method": "create",
                "kwargs": { "vals_list": [{ "name": "Group", "child_ids": [[4, found]] }] } })
                )
            ]),
        ),
    ];
    let only = gate.another_key(PermissionSet::of(&[Permission::Workflow])).await;
    for (name, steps) in workflows {
        in_force(&gate, name, record_input("partner"), steps).await;
        let run = json!({ "workflow": name, "inputs": { "partner": partner } });
        for mode in [ConfirmMode::Dashboard, ConfirmMode::Client] {
            gate.set_rules(|rules| {
                rules.confirm = ConfirmModes { write: mode, ..ConfirmModes::DEFAULT };
            })
            .await;
            // Its client cannot ask anybody, so the dashboard does.
            let told = gate.call_as(&only, "aidoo_workflow", run.clone()).await.expect("is told");
            assert_eq!(told["status"], "pending", "{name}, {mode}: {told}");
        }
        gate.set_rules(|rules| {
            rules.confirm = ConfirmModes { write: ConfirmMode::Refuse, ..ConfirmModes::DEFAULT };
        })
        .await;
        let sentence = gate.call_as(&only, "aidoo_workflow", run).await.expect_err("is refused");
        assert!(sentence.contains("under the permission write"), "{name}: {sentence}");
    }
    assert_eq!(gate.count("res.partner", "write"), 0);
    assert_eq!(gate.count("res.partner", "create"), 0);
}

#[tokio::test]
async fn a_run_stops_where_an_import_stored_nothing() {
    let gate = Gate::start().await;
    let steps = json!([
        { "name": "import", "title": "Import", "action": "execute",
          "arguments": { "model": "res.partner", "method": "load",
            "kwargs": { "fields": ["name", "country_id"], "data": [["Nobody", "Nowhere"]] } } },
        { "name": "make", "title": "Make", "action": "create",
          "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } },
    ]);
    in_force(&gate, "Imports", json!([]), steps).await;
    let run = gate.previewed("aidoo_workflow", json!({ "workflow": "Imports" })).await;
    let sentence = gate.call("aidoo_workflow", run).await.expect_err("stops");
    assert!(sentence.contains("nothing was imported: row 1: "), "{sentence}");
    assert!(sentence.contains("Make: not done"), "{sentence}");
    assert_eq!(gate.count("res.partner.category", "create"), 0);
}

#[tokio::test]
async fn a_run_is_bound_to_the_records_that_its_first_steps_find() {
    let gate = Gate::start().await;
    let steps = json!([
        { "name": "find", "title": "Find", "action": "query",
          "arguments": { "model": "res.partner", "domain": [["ref", "=", "AB-12"]] } },
        { "name": "move", "title": "Move", "action": "write",
          "arguments": { "model": "res.partner", "ids": { "$": "steps.find.records.*.id" },
            "values": { "city": "Narvik" } } },
    ]);
    in_force(&gate, "Moves", json!([]), steps).await;
    let run = json!({ "workflow": "Moves" });
    let only = gate.another_key(PermissionSet::of(&[Permission::Workflow])).await;
    let named = async |id: i64| {
        let change = json!({ "model": "res.partner", "ids": [id], "values": { "ref": "AB-12" } });
        let change = gate.previewed("aidoo_write", change).await;
        gate.call("aidoo_write", change).await.expect("is done");
    };
    let one = first(&gate, "res.partner", json!([])).await;
    let two = first(&gate, "res.partner", json!([["id", ">", one]])).await;
    named(one).await;
    let told = gate.call_as(&only, "aidoo_workflow", run.clone()).await.expect("a preview");
    let lines = told["preview"]["changes"].as_array().expect("lines").clone();
    assert_eq!(lines.len(), 1, "{told}");
    let read = json!({ "model": "res.partner", "ids": [one], "fields": ["display_name", "city"] });
    let row = gate.call("aidoo_read", read).await.expect("is read")["records"][0].clone();
    let name = row["display_name"].as_str().expect("a name");
    assert_eq!(lines[0]["record"], format!("2. {name}"));
    assert_eq!(lines[0]["before"], row["city"].as_str().unwrap_or("(empty)"));

    named(two).await;
    let mut stale = run.clone();
    stale["confirm"] = told["confirm"].clone();
    let sentence = gate.call_as(&only, "aidoo_workflow", stale).await.expect_err("two now");
    assert!(sentence.contains("records have changed since the preview"), "{sentence}");
    let run = gate.previewed("aidoo_workflow", run).await;
    gate.call("aidoo_workflow", run).await.expect("runs");
    let read = json!({ "model": "res.partner", "ids": [one, two], "fields": ["city"] });
    let rows = gate.call("aidoo_read", read).await.expect("is read")["records"].clone();
    assert!(rows.as_array().expect("rows").iter().all(|row| row["city"] == "Narvik"), "{rows}");
}

#[tokio::test]
async fn a_run_whose_first_step_finds_nothing_is_refused_before_anybody_is_asked() {
    let gate = Gate::start().await;
    let find = json!({ "name": "find", "title": "Find", "action": "query",
        "arguments": { "model": "res.partner", "domain": [["ref", "=", "nobody has it"]] } });
    let make = json!({ "name": "make", "title": "Make", "action": "create",
        "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } });
    let all = json!({ "$": "steps.find.records.*.id" });
    let one = json!({ "$": "steps.find.records.0.id" });
    let city = json!({ "city": "Narvik" });
    let read = json!({ "name": "look", "title": "Look", "action": "read",
        "arguments": { "model": "res.partner", "ids": [one] } });
    let write = |ids: &Value| {
        json!({ "name": "move", "title": "Move", "action": "write",
            "arguments": { "model": "res.partner", "ids": ids, "values": city } })
    };
    let inside = json!({ "name": "group", "title": "Group", "action": "create",
        "arguments": { "model": "res.partner", "values": { "name": "Group", "child_ids": [[1, one, city]] } } });
    for (name, steps, needing, lacking) in [
        ("All", json!([find, make, write(&all)]), "step 3, “Move”", "records.*.id"),
        ("One", json!([find, write(&one)]), "step 2, “Move”", "records.0.id"),
        ("Read", json!([find, read, make]), "step 2, “Look”", "records.0.id"),
        ("Inside", json!([find, inside]), "step 2, “Group”", "records.0.id"),
    ] {
        in_force(&gate, name, json!([]), steps).await;
        for mode in [ConfirmMode::Preview, ConfirmMode::Dashboard] {
            gate.set_rules(|rules| {
                let (create, write) = (mode, mode);
                rules.confirm = ConfirmModes { create, write, ..ConfirmModes::DEFAULT };
            })
            .await;
            let answer = gate.call("aidoo_workflow", json!({ "workflow": name })).await;
            let sentence = answer.expect_err("cannot be done");
            let lack = format!(
                "step 1, “Find”, found nothing for this step to take ({lacking} is not there)"
            );
            for told in [needing, "so nothing was done", &lack] {
                assert!(sentence.contains(told), "{name}: {told:?} is not in: {sentence}");
            }
        }
    }
    let waiting = gate.app.state.backend.approvals.list(gate.actor, gate.company).await;
    assert!(waiting.expect("is shown").approvals.is_empty(), "nobody is asked");
    assert_eq!(gate.count("res.partner.category", "create"), 0);
}

/// A step that finds the contacts of [`make_contacts`] by their reference, with more arguments.
fn find_contacts(more: Value) -> Value {
    let mut arguments = json!({ "model": "res.partner", "domain": [["ref", "=", "BATCH"]] });
    for (name, value) in more.as_object().expect("an object") {
        arguments[name] = value.clone();
    }
    json!({ "name": "find", "title": "Find", "action": "query", "arguments": arguments })
}

/// A step that moves what stands at `path` of what that step found.
fn move_contacts(path: &str) -> Value {
    json!({ "name": "move", "title": "Move", "action": "write",
        "arguments": { "model": "res.partner", "ids": { "$": format!("steps.find.{path}") },
            "values": { "city": "Narvik" } } })
}

/// How many of them were moved.
async fn moved(gate: &Gate) -> Value {
    let domain = json!([["ref", "=", "BATCH"], ["city", "=", "Narvik"]]);
    let query = json!({ "model": "res.partner", "domain": domain, "count_only": true });
    gate.call("aidoo_query", query).await.expect("is counted")["total"].clone()
}

#[tokio::test]
async fn a_run_that_would_act_on_a_part_of_what_it_finds_is_refused_before_anybody_is_asked() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    make_contacts(&gate, "BATCH").await;
    let all = "records.*.id";
    let look = json!({ "name": "look", "title": "Look", "action": "read",
        "arguments": { "model": "res.partner", "ids": { "$": "steps.find.records.*.id" } } });
    let counted =
        "step 1, “Find”, found 120 records and hands on 50: give it a limit, or narrow it";
    let first = "step 1, “Find”, hands on the first 50, and there may be more: give it a limit, or narrow it";
    let refused = async |name: &str, needing: &str, why: &str| {
        let answer = gate.call("aidoo_workflow", json!({ "workflow": name })).await;
        let sentence = answer.expect_err("is refused");
        for told in [needing, "would be refused, so nothing was done", why] {
            assert!(sentence.contains(told), "{name}: {told:?} is not in: {sentence}");
        }
    };
    for (name, steps, needing, why) in [
        ("All", json!([find_contacts(json!({})), move_contacts(all)]), "step 2, “Move”", counted),
        (
            "By name",
            json!([find_contacts(json!({ "domain": [], "name": "BATCH" })), move_contacts(all)]),
            "step 2, “Move”",
            first,
        ),
        (
            "Read before",
            json!([find_contacts(json!({})), look, move_contacts("records.0.id")]),
            "step 2, “Look”",
            counted,
        ),
    ] {
        in_force(&gate, name, json!([]), steps).await;
        for mode in [ConfirmMode::Preview, ConfirmMode::Dashboard] {
            gate.set_rules(|rules| {
                rules.calls_per_minute = 1_000;
                rules.confirm = ConfirmModes { write: mode, ..ConfirmModes::DEFAULT };
            })
            .await;
            refused(name, needing, why).await;
        }
    }
    let waiting = gate.app.state.backend.approvals.list(gate.actor, gate.company).await;
    assert!(waiting.expect("is shown").approvals.is_empty(), "nobody is asked");
    assert_eq!(gate.count("res.partner", "write"), 0);

    // A limit says how many are wanted; and the first of them is the first, however many there are.
    gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    for (name, find, path, wanted) in [
        ("The first", json!({ "order": "id" }), "records.0.id", 1),
        ("The last five", json!({ "order": "id desc", "limit": 5 }), all, 6),
        ("All of them", json!({ "limit": 500 }), all, 120),
    ] {
        let steps = json!([find_contacts(find), move_contacts(path)]);
        in_force(&gate, name, json!([]), steps).await;
        let run = gate.previewed("aidoo_workflow", json!({ "workflow": name })).await;
        let done = gate.call("aidoo_workflow", run).await.expect("runs");
        assert_eq!(done["status"], "done", "{done}");
        assert_eq!(moved(&gate).await, wanted, "{name}");
    }

    // Nor is what an answer has no room for.
    let query = json!({ "model": "res.partner", "domain": [["ref", "=", "BATCH"]], "limit": 500 });
    let found = gate.call("aidoo_query", query).await.expect("is found");
    let records = found["records"].as_array().expect("records");
    let ids: Vec<&Value> = records.iter().map(|record| &record["id"]).collect();
    let long = json!({ "model": "res.partner", "ids": ids,
        "values": { "comment": "\u{1F600}".repeat(2_000) } });
    let long = gate.previewed("aidoo_write", long).await;
    gate.call("aidoo_write", long).await.expect("is done");
    let writes = gate.count("res.partner", "write");
    let find = find_contacts(json!({ "limit": 500, "fields": ["comment"] }));
    in_force(&gate, "Long", json!([]), json!([find, move_contacts(all)])).await;
    let too_long =
        "as more would make its answer too long: have it tell fewer fields, or narrow it";
    refused("Long", "step 1, “Find”, hands on the first ", too_long).await;
    assert_eq!(gate.count("res.partner", "write"), writes);
}

#[tokio::test]
async fn a_run_goes_no_further_once_a_step_has_found_more_than_it_hands_on() {
    let gate = Gate::start().await;
    make_contacts(&gate, "BATCH").await;
    let make = |name: &str| {
        json!({ "name": name, "title": name, "action": "create",
            "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } })
    };
    // What is found after a change is known when that has been made: a preview cannot say it.
    let find = find_contacts(json!({}));
    let steps = json!([make("one"), find, make("two"), move_contacts("records.*.id")]);
    in_force(&gate, "Late", json!([]), steps).await;
    let run = gate.previewed("aidoo_workflow", json!({ "workflow": "Late" })).await;
    let sentence = gate.call("aidoo_workflow", run).await.expect_err("stops");
    let why = "the workflow stopped: step 2, “Find”, found 120 records and hands on 50: give it a limit, or narrow it";
    assert!(sentence.starts_with(why), "{sentence}");
    let steps = "Its steps: one: done; Find: failed; two: not done; Move: not done";
    assert!(sentence.contains(steps), "{sentence}");
    assert_eq!(gate.count("res.partner.category", "create"), 1);
    assert_eq!(gate.count("res.partner", "write"), 0);

    // One that only reads has no preview, and tells no part as all either.
    let look = json!({ "name": "look", "title": "Look", "action": "read",
        "arguments": { "model": "res.partner", "ids": { "$": "steps.find.records.*.id" } } });
    in_force(&gate, "Looks", json!([]), json!([find, look])).await;
    let answer = gate.call("aidoo_workflow", json!({ "workflow": "Looks" })).await;
    let sentence = answer.expect_err("stops");
    assert!(sentence.contains("step 1, “Find”, found 120 records and hands on 50"), "{sentence}");
    let page = gate.app.state.backend.workflows.page(gate.actor, gate.company).await;
    let run = page.expect("is shown").runs.remove(0);
    let told: Vec<bool> = run.steps.iter().map(|step| step.problem.is_some()).collect();
    assert_eq!((run.result, told), (CallResult::Failed, vec![true, false]));
}

#[tokio::test]
async fn a_run_is_bound_to_records_that_commands_change_beside_what_comes_from_a_step() {
    let gate = Gate::start().await;
    let parent = first(&gate, "res.partner", json!([["child_ids", "!=", false]])).await;
    let child = first(&gate, "res.partner", json!([["parent_id", "=", parent]])).await;
    let found = json!({ "$": "steps.make.ids.0" });
    let move_child = |field: &str| {
        let values = json!({ "child_ids": [[1, child, { "city": "Narvik", field: found }]] });
        json!([
            { "name": "make", "title": "Make", "action": "create",
              "arguments": { "model": "res.partner.category", "values": { "name": "Made" } } },
            { "name": "move", "title": "Move", "action": "write",
              "arguments": { "model": "res.partner", "ids": [parent], "values": values } },
        ])
    };
    in_force(&gate, "Moves", json!([]), move_child("ref")).await;
    let run = json!({ "workflow": "Moves" });
    let read = json!({ "model": "res.partner", "ids": [child], "fields": ["city"] });
    let row = gate.call("aidoo_read", read).await.expect("is read")["records"][0].clone();
    let told = gate.call("aidoo_workflow", run.clone()).await.expect("a preview");
    let lines = told["preview"]["changes"].as_array().expect("lines");
    let line = |label: &str| {
        let found = lines.iter().find(|line| line["label"] == label);
        found.unwrap_or_else(|| panic!("no {label} in {told}"))
    };
    assert_eq!(line("City")["before"], row["city"].as_str().unwrap_or("(empty)"));
    assert_eq!(line("City")["after"], "Narvik");
    assert_eq!(line("Reference")["after"], "from step 1, “Make” (ids.0)");

    let confirmed = gate.previewed("aidoo_workflow", run).await;
    let moved = json!({ "model": "res.partner", "ids": [child], "values": { "city": "Bodø" } });
    let moved = gate.previewed("aidoo_write", moved).await;
    gate.call("aidoo_write", moved).await.expect("is done");
    let sentence = gate.call("aidoo_workflow", confirmed).await.expect_err("has changed");
    assert!(sentence.contains("records have changed since the preview"), "{sentence}");

    // What a field holds that is secret is not read for a preview either.
    gate.set_rules(|rules| rules.guards.secret_fields = vec!["comment".to_owned()]).await;
    in_force(&gate, "Tells", json!([]), move_child("comment")).await;
    let sentence = gate.call("aidoo_workflow", json!({ "workflow": "Tells" })).await;
    let sentence = sentence.expect_err("is closed");
    assert!(sentence.contains("comment holds a secret"), "{sentence}");
}
