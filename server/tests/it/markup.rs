//! What people type is text on every page, wherever it stands: in an element, an attribute, a title, a script.

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::router::page_routes;

use crate::support::app::{Browser, TestApp, Who};

/// Ends whatever it stands in, were it not escaped, and leaves an element behind.
const NAME: &str = r#"</title></script>"'--><x-canary>"#;
const ELEMENT: &str = "<x-canary";

#[tokio::test]
async fn no_name_is_markup_on_a_page() {
    let app = TestApp::start().await;
    let owner = app.signed_in(Who::Owner).await;
    let (company, (_, member)) = app.membership(Who::Owner).await;
    let (company, member) = (company.to_string(), member.to_string());
    let company = company.as_str();

    let renamed = [("input[company]", company), ("input[name]", NAME)];
    done(owner.form("companies/rename", &renamed).await);
    let profile = [("input[name]", NAME), ("input[time_zone]", "Europe/Paris")];
    done(owner.form("settings/save_profile", &profile).await);
    let make = |request: &str, member: &str| {
        json!({ "input": {
            "company": company, "member": member, "request": format!("req_{}", request.repeat(16)),
            "name": NAME, "permissions": "query read write", "expiry": "never",
        }})
    };
    let key = done(owner.json("api_keys/create", &make("ab", &member)).await);
    let colleague = app.membership(Who::Admin).await.1.1.to_string();
    let link = done(owner.json("api_keys/hand_over", &make("cd", &colleague)).await);
    let draft = json!({ "input": {
        "company": company, "workflow": null, "name": NAME, "description": NAME,
        "definition": { "inputs": [], "steps": [] },
    }});
    done(owner.json("workflows/save", &draft).await);

    // A call, for the activity; and a change that waits for a person, who is shown its values.
    let call = |tool: &str, arguments: Value| {
        let params = json!({ "name": tool, "arguments": arguments });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        app.mcp(key["key"].as_str().expect("a key"), body)
    };
    let found = call("aidoo_query", json!({ "model": "res.partner", "limit": 1 })).await;
    assert_eq!(found.0, StatusCode::OK, "{}", found.1);
    let policy = [
        ("input[company]", company),
        ("input[create]", "preview"),
        ("input[write]", "dashboard"),
        ("input[execute]", "dashboard"),
        ("input[workflow]", "preview"),
        ("input[calls_per_minute]", "120"),
        ("input[writes_per_minute]", "20"),
    ];
    done(owner.form("policies/set_gateway", &policy).await);
    let id = found.1["result"]["structuredContent"]["records"][0]["id"].as_i64().expect("a record");
    let write = json!({ "model": "res.partner", "ids": [id], "values": { "street": NAME } });
    let waits = call("aidoo_write", write).await;
    assert_ne!(waits.1["result"]["isError"], json!(true), "{}", waits.1);

    let id = key["id"].as_str().expect("an id");
    let pick_up = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    let further = [
        format!("/api-keys/{id}"),
        format!("/api-keys?revoke={id}"),
        format!("/api-keys?rotate={id}"),
        format!("/api-keys?edit={id}"),
        format!("/team?generate={member}"),
        "/nowhere".to_owned(),
    ];
    let routes = page_routes();
    let routes = routes.iter().map(|route| route.path().to_owned());
    let mut paths: Vec<String> = routes.filter(|path| !path.contains('{')).collect();
    paths.extend(further);
    let mut shown = 0;
    for path in &paths {
        shown += shows_text(&owner, path).await;
    }
    // Its name stands in the menu of every page of the company, beside what the page itself shows.
    assert!(shown > 3 * paths.len(), "{shown} names on {} pages", paths.len());
    let admin = app.signed_in(Who::Admin).await;
    assert!(shows_text(&admin, &format!("/pick-up/{pick_up}")).await > 0);
    app.finish().await;
}

fn done((status, body): (StatusCode, Value)) -> Value {
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// How often the page shows the name as text.
async fn shows_text(browser: &Browser, path: &str) -> usize {
    let (_, html) = browser.open(path).await;
    if let Some(at) = html.find(ELEMENT) {
        panic!("{path}: {}", &html[at.saturating_sub(200)..at + 40]);
    }
    html.matches("&lt;x-canary").count()
}
