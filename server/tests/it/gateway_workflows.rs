//! Workflows through a key: what a run leaves on record, the files it makes, and what its preview shows.

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use shared::{
    permission::{Permission, PermissionSet},
    workflow::{AcceptWorkflow, Definition, NameWorkflow, SaveWorkflow},
};

use crate::support::{gate::Gate, streams::request};

/// Validates a workflow of these inputs and steps and accepts it as the gate's person.
async fn validated(gate: &Gate, name: &str, inputs: Value, steps: Value) {
    let definition: Definition =
        serde_json::from_value(json!({ "inputs": inputs, "steps": steps })).expect("a definition");
    let (company, actor, backend) = (gate.company, gate.actor, &gate.app.state.backend.workflows);
    let description = String::new();
    let input =
        SaveWorkflow { company, workflow: None, name: name.to_owned(), description, definition };
    let workflow = backend.save(actor, input).await.expect("is saved");
    backend.validate(actor, NameWorkflow { company, workflow }).await.expect("is validated");
    let page = backend.page(actor, company).await.expect("is shown");
    let found = page.workflows.iter().find(|one| one.id == workflow).expect("is there");
    let version = found.version.as_ref().expect("is in force").id;
    backend.accept(actor, AcceptWorkflow { company, version }).await.expect("is accepted");
}

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
    validated(&gate, "Print", record_input("order"), steps).await;
    let order = first(&gate, "sale.order", json!([])).await;
    let arguments = json!({ "workflow": "Print", "inputs": { "order": order } });
    let call = request("tools/call", json!({ "name": "aidoo_workflow", "arguments": arguments }));
    let (_, answer) = gate.app.mcp(&gate.key.key, call.clone()).await;
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
    assert!(result["structuredContent"]["results"]["print"]["url"].is_string(), "{answer}");
    assert_eq!(result["content"].as_array().map(Vec::len), Some(1), "{answer}");
}
