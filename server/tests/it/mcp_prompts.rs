//! The prompts that clients offer to people.

use serde_json::{Value, json};
use shared::permission::{Permission, PermissionSet};

use crate::support::{gate::Gate, streams::request};

async fn ask(gate: &Gate, key: &str, method: &str, params: Value) -> Value {
    let (status, answer) = gate.app.mcp(key, request(method, params)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn names(gate: &Gate, key: &str) -> Vec<String> {
    let list = ask(gate, key, "prompts/list", json!({})).await;
    let prompts = list["result"]["prompts"].as_array().expect("prompts").clone();
    prompts.iter().map(|prompt| prompt["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_key_is_offered_the_prompts_that_it_can_carry_out_and_given_each() {
    let gate = Gate::start().await;
    let all = names(&gate, &gate.key.key).await;
    assert_eq!(
        all,
        ["latest_purchase_orders", "overdue_invoices", "stock_below_minimum", "sales_of_the_month"]
    );
    for name in &all {
        let given = ask(&gate, &gate.key.key, "prompts/get", json!({ "name": name })).await;
        let message = &given["result"]["messages"][0];
        assert_eq!(
            (&message["role"], &message["content"]["type"]),
            (&json!("user"), &json!("text"))
        );
        let text = message["content"]["text"].as_str().expect("a text");
        assert!(text.contains("aidoo_"), "{name} names the tool that it needs: {text}");
    }

    let reports = gate.another_key(PermissionSet::of(&[Permission::Report])).await;
    assert_eq!(names(&gate, &reports).await, ["sales_of_the_month"]);
    let other = ask(&gate, &reports, "prompts/get", json!({ "name": "overdue_invoices" })).await;
    assert!(
        other.get("error").is_some(),
        "one that it cannot carry out is none of its own: {other}"
    );
}
