//! What a refusal names: the exact term of a domain, order or list, and names that are near to it.

use serde_json::{Value, json};
use shared::workflow::{Definition, NameWorkflow, SaveWorkflow};

use crate::support::gate::Gate;

/// Calls with one wrong term each, by the words that must name it.
fn calls(name: &str) -> Vec<(&'static str, Value, String)> {
    let partner = |more: Value| {
        let mut call = json!({ "model": "res.partner" });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    let report = |action: &str, more: Value| {
        let mut call = partner(more);
        call["action"] = json!(action);
        call
    };
    let execute = |method: &str, kwargs: Value| json!({ "model": "res.partner", "method": method, "kwargs": kwargs });
    let leaf = json!([["name", "ilike", "a"], [name, "=", "x"]]);
    let dotted = format!("parent_id.{name}");
    let grouped = format!("{name}:month");
    let measured = format!("{name}:max");
    let in_domain = format!("argument domain: term 2, \"{name}\": ");
    let quoted = |argument: &str, term: &str| format!("argument {argument}: \"{term}\": ");
    vec![
        ("aidoo_query", partner(json!({ "domain": leaf })), in_domain.clone()),
        ("aidoo_query", partner(json!({ "domain": leaf.to_string() })), in_domain.clone()),
        ("aidoo_query", partner(json!({ "domain": leaf, "name": "A" })), in_domain.clone()),
        (
            "aidoo_query",
            partner(json!({ "domain": ["|", ["name", "=", "x"], [dotted, "=", "x"]] })),
            format!("argument domain: term 3, \"{dotted}\": "),
        ),
        (
            "aidoo_query",
            partner(json!({ "domain": [["child_ids", "any", leaf]] })),
            format!("argument domain: term 1, inside its any: term 2, \"{name}\": "),
        ),
        (
            "aidoo_query",
            partner(json!({ "order": format!("name, {name} desc") })),
            quoted("order", &format!("{name} desc")),
        ),
        ("aidoo_query", partner(json!({ "fields": ["name", dotted] })), quoted("fields", &dotted)),
        (
            "aidoo_read",
            partner(json!({ "ids": [1], "fields": ["name", dotted] })),
            quoted("fields", &dotted),
        ),
        ("aidoo_report", report("figures", json!({ "domain": leaf })), in_domain.clone()),
        (
            "aidoo_report",
            report("figures", json!({ "group_by": ["name", grouped] })),
            quoted("group_by", &grouped),
        ),
        (
            "aidoo_report",
            report("figures", json!({ "group_by": [dotted] })),
            quoted("group_by", &dotted),
        ),
        (
            "aidoo_report",
            report("figures", json!({ "measures": ["color:sum", measured] })),
            quoted("measures", &measured),
        ),
        ("aidoo_report", report("extract", json!({ "domain": leaf })), in_domain.clone()),
        (
            "aidoo_report",
            report("extract", json!({ "fields": ["name", dotted] })),
            quoted("fields", &dotted),
        ),
        (
            "aidoo_report",
            report("extract", json!({ "order": format!("name, {name} asc") })),
            quoted("order", &format!("{name} asc")),
        ),
        ("aidoo_execute", execute("search", json!({ "domain": leaf })), in_domain),
        (
            "aidoo_execute",
            execute("search", json!({ "domain": [], "order": format!("name, {name} desc") })),
            quoted("order", &format!("{name} desc")),
        ),
        (
            "aidoo_execute",
            execute("formatted_read_group", json!({ "domain": [], "aggregates": [measured] })),
            quoted("aggregates", &measured),
        ),
    ]
}

#[tokio::test]
async fn an_unknown_field_is_named_with_its_term_and_the_nearest_names() {
    let gate = Gate::start().await;
    for (tool, arguments, words) in calls("emial") {
        let answer = gate.call(tool, arguments.clone()).await;
        let sentence = answer.expect_err("is refused");
        assert!(sentence.starts_with(&words), "{tool} {arguments}: {words} in {sentence}");
        let near = "res.partner has no field emial; the nearest are email";
        assert!(sentence.contains(near), "{tool} {arguments}: {sentence}");
    }
}

#[tokio::test]
async fn a_secret_field_is_named_with_its_term() {
    let gate = Gate::start().await;
    let before = gate.calls();
    for (tool, arguments, words) in calls("signup_token") {
        let answer = gate.call(tool, arguments.clone()).await;
        let sentence = answer.expect_err("is refused");
        assert!(sentence.starts_with(&words), "{tool} {arguments}: {words} in {sentence}");
        assert!(sentence.contains("holds a secret"), "{tool} {arguments}: {sentence}");
    }
    assert_eq!(gate.asked_since(before), Vec::<String>::new());
}

#[tokio::test]
async fn no_secret_field_is_among_the_nearest_names() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.guards.secret_fields = vec!["email".to_owned()]).await;
    let values = json!({ "emial": "x" });
    for (tool, arguments) in [
        ("aidoo_query", json!({ "model": "res.partner", "domain": [["emial", "=", 1]] })),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": ["emial"] })),
        ("aidoo_create", json!({ "model": "res.partner", "values": values })),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [1], "values": values })),
    ] {
        let sentence = gate.call(tool, arguments.clone()).await.expect_err("is refused");
        assert!(sentence.contains("has no field emial"), "{tool} {arguments}: {sentence}");
        let (_, near) = sentence.split_once("no field emial").expect("is there");
        assert!(!near.contains("email"), "{tool} {arguments}: {sentence}");
    }
    let schema = json!({ "model": "res.partner", "fields": ["emial"] });
    let told = gate.call("aidoo_schema", schema).await.expect("is told")["unknown"].to_string();
    assert_eq!(told.matches("email").count(), 0, "{told}");
}

#[tokio::test]
async fn a_step_of_a_workflow_says_the_same() {
    let gate = Gate::start().await;
    let step = |name: &str, arguments: Value| json!({ "name": name, "title": name, "action": "query", "arguments": arguments });
    let definition: Definition = serde_json::from_value(json!({
        "inputs": [{ "name": "word", "label": "Word", "kind": "text" }],
        "steps": [step("find", json!({ "model": "res.partner",
            "domain": [["name", "=", { "$": "input.word" }], ["emial", "=", { "$": "input.word" }]] }))],
    }))
    .expect("a definition");
    let (company, actor, backend) = (gate.company, gate.actor, &gate.app.state.backend.workflows);
    let input = SaveWorkflow {
        company,
        workflow: None,
        name: "Words".to_owned(),
        description: String::new(),
        definition,
    };
    let workflow = backend.save(actor, input).await.expect("is saved");
    backend.validate(actor, NameWorkflow { company, workflow }).await.expect("is validated");
    let run = json!({ "workflow": "Words", "inputs": { "word": "x" } });
    let sentence = gate.call("aidoo_workflow", run).await.expect_err("stops");
    assert!(sentence.contains("argument domain: term 2, \"emial\": "), "{sentence}");
    assert!(sentence.contains("the nearest are email"), "{sentence}");
}
