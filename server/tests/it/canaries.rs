//! No secret is where it should not be: keys, passwords, tokens and Odoo secrets are planted by using
//! the product, and then searched for in the database's files, the log at `trace`, and every page.

use std::{fs, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};
use server::{entities::api_key, router::page_routes, store::Db};
use shared::id::ApiKeyId;

use crate::support::{
    app::{Browser, PASSWORD},
    process::Process,
};

/// What the token of an invitation that nobody has accepted, and the page for it, are called.
const OPEN_INVITATION: &str = "an open invitation";

/// A secret, and what it is, for the message.
struct Canary {
    what: &'static str,
    text: String,
}

#[tokio::test]
async fn no_secret_is_in_the_database_the_log_or_a_page() {
    let process = Process::start_demo().await;
    let (canaries, pages) = use_the_product(&process).await;

    let mut places: Vec<(String, Vec<u8>)> =
        pages.into_iter().map(|(path, html)| (path, html.into_bytes())).collect();
    for entry in fs::read_dir(process.folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        // These two hold secrets by design, and only their owner can read them.
        if path.is_file() && name != "demo.env" && !name.contains("master") {
            places.push((name, fs::read(&path).expect("readable")));
        }
    }
    assert!(places.iter().any(|(name, _)| name.starts_with("aidoo.db")));
    let log = places.iter().find(|(name, _)| name == "aidoo.log").map(|(_, bytes)| bytes);
    assert!(log.is_some_and(|log| log.len() > 10_000), "the log at trace has lines");

    let mut found = Vec::new();
    for canary in &canaries {
        assert!(canary.text.len() >= 12, "{} is long enough to search for", canary.what);
        let hexadecimal: String = canary.text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let encoded = STANDARD.encode(&canary.text);
        for (place, bytes) in &places {
            // The page of an invitation that is still open sends its token back.
            if canary.what == OPEN_INVITATION && place == OPEN_INVITATION {
                continue;
            }
            for form in [canary.text.as_str(), &hexadecimal, encoded.trim_end_matches('=')] {
                if contains(bytes, form.as_bytes()) {
                    found.push(format!("{} in {place}", canary.what));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// Signs up, in and out, invites, generates, rotates, links, calls and is refused, so that every secret
/// passes through. Gives the secrets, and the pages as the people saw them.
async fn use_the_product(process: &Process) -> (Vec<Canary>, Vec<(String, String)>) {
    let mut canaries = Vec::new();
    let mut plant = |what, text: &str| canaries.push(Canary { what, text: text.to_owned() });
    for who in ["OWNER", "ADMIN", "MEMBER", "MEMBER2"] {
        plant("a password", process.var(&format!("AIDOO_{who}_PASSWORD")));
        plant("an odoo key", process.var(&format!("AIDOO_{who}_ODOO_KEY")));
        plant("an odoo password", process.var(&format!("AIDOO_{who}_ODOO_PASSWORD")));
    }
    plant("a wrong password", "canary-wrong-password-71");
    plant("a new password", PASSWORD);

    let owner = Browser::new(&process.url);
    owner.sign_in(process.var("AIDOO_OWNER_EMAIL"), process.var("AIDOO_OWNER_PASSWORD")).await;
    let (_, viewer) = owner.form("accounts/viewer", &[]).await;
    let company = viewer["current"]["company"].as_str().expect("a company").to_owned();
    let member = viewer["current"]["member"].as_str().expect("a member").to_owned();

    let fields = [
        ("input[email]", process.var("AIDOO_OWNER_EMAIL")),
        ("input[password]", "canary-wrong-password-71"),
    ];
    let (status, _) = Browser::new(&process.url).form("accounts/sign_in", &fields).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let invite = [
        ("input[company]", company.as_str()),
        ("input[email]", "canary@nordwind.example"),
        ("input[role]", "member"),
    ];
    let (status, link) = owner.form("team/invite", &invite).await;
    assert_eq!(status, StatusCode::OK, "{link}");
    let token = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    plant("an invitation's token", token);
    let newcomer = Browser::new(&process.url);
    let accept =
        [("input[token]", token), ("input[name]", "Canary"), ("input[password]", PASSWORD)];
    let (status, body) = newcomer.form("accounts/accept_as_new", &accept).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let (_, viewer) = newcomer.form("accounts/viewer", &[]).await;
    let joined = viewer["current"]["member"].as_str().expect("a member").to_owned();
    let reset = [("input[company]", company.as_str()), ("input[member]", joined.as_str())];
    let (status, link) = owner.form("team/make_reset_link", &reset).await;
    assert_eq!(status, StatusCode::OK, "{link}");
    let token = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    plant("a token for a new password", token);
    plant("a password set by a link", "canary lantern quartz obey");
    let (status, _) = Browser::new(&process.url).open(&format!("/reset/{token}")).await;
    assert_eq!(status, StatusCode::OK);
    let set = [("input[token]", token), ("input[password]", "canary lantern quartz obey")];
    let (status, body) = newcomer.form("accounts/reset_password", &set).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    newcomer.sign_in("canary@nordwind.example", "canary lantern quartz obey").await;
    let change = [
        ("input[current]", "canary lantern quartz obey"),
        ("input[password]", "canary drifting oboe turnip"),
    ];
    plant("a changed password", "canary drifting oboe turnip");
    let (status, body) = newcomer.form("settings/change_password", &change).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let input = json!({ "input": {
        "company": company, "member": joined, "request": format!("req_{}", "cd".repeat(16)),
        "name": "Canary", "permissions": "query", "expiry": "never",
    }});
    let (status, link) = owner.json("api_keys/hand_over", &input).await;
    assert_eq!(status, StatusCode::OK, "{link}");
    let handed = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    plant("the token of a key that is handed over", handed);
    let (status, _) = newcomer.open(&format!("/pick-up/{handed}")).await;
    assert_eq!(status, StatusCode::OK);
    let input =
        json!({ "input": { "token": handed, "request": format!("req_{}", "ef".repeat(16)) } });
    let (status, picked) = newcomer.json("api_keys/pick_up", &input).await;
    assert_eq!(status, StatusCode::OK, "{picked}");
    let theirs = id_of(&picked);
    let picked = picked["key"].as_str().expect("a key");
    plant("a key that was handed over", picked);
    plant("its secret", &picked["aid_live_".len() + 8..picked.len() - 6]);
    let (status, _) = newcomer.open(&format!("/pick-up/{handed}")).await;
    assert_eq!(status, StatusCode::GONE);

    let wrong = [
        ("input[company]", company.as_str()),
        ("input[url]", process.var("AIDOO_DEMO_ODOO_URL")),
        ("input[database]", process.var("AIDOO_DEMO_ODOO_DATABASE")),
        ("input[login]", "marie"),
        ("input[secret]", "canary-wrong-odoo-secret-3f"),
    ];
    plant("a wrong odoo secret", "canary-wrong-odoo-secret-3f");
    let (status, _) = newcomer.form("connections/link", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let input = json!({ "input": {
        "company": company, "member": member, "request": format!("req_{}", "ab".repeat(16)),
        "name": "Canary", "permissions": "query read write schema report", "expiry": "never",
    }});
    let (status, made) = owner.json("api_keys/create", &input).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let key = made["key"].as_str().expect("a key").to_owned();
    for key in [key.as_str(), process.var("AIDOO_API_KEY")] {
        plant("an api key", key);
        plant("an api key's secret", &key["aid_live_".len() + 8..key.len() - 6]);
        call(process, key).await;
    }
    // What a confirmation and a link are worth, they are worth to whoever reads the log too.
    let change = json!({ "model": "res.partner", "ids": [1], "values": { "city": "Aarhus" } });
    let preview = tool(process, &key, "aidoo_write", change.clone()).await;
    let confirm = preview["confirm"].as_str().expect("a confirmation").to_owned();
    plant("a confirmation", &confirm);
    let mut confirmed = change;
    confirmed["confirm"] = json!(confirm);
    assert_eq!(tool(process, &key, "aidoo_write", confirmed).await["status"], "done");
    let extract =
        json!({ "action": "extract", "model": "res.partner", "fields": ["name"], "limit": 1 });
    let file = tool(process, &key, "aidoo_report", extract).await;
    let link = file["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a link");
    plant("a link to a file", link);
    // A client is set up so that the key stands where a name does.
    for (method, params) in [
        ("tools/call", json!({ "name": key, "arguments": {} })),
        ("prompts/get", json!({ "name": key })),
        ("resources/read", json!({ "uri": format!("aidoo://{key}") })),
        ("resources/read", json!({ "uri": format!("aidoo://schema/{key}/") })),
    ] {
        let answer = ask(process, &key, method, params).await;
        assert!(answer["error"]["code"].is_i64(), "{answer}");
    }
    // The key's owner forgets where it belongs: in an address it must not reach the log either.
    let misplaced = reqwest::get(format!("{}/mcp?api_key={key}", process.url)).await;
    assert_eq!(misplaced.expect("answers").status(), StatusCode::BAD_REQUEST);
    let client = reqwest::Client::new();
    // Nor does it stay anywhere when it is noted whose it is, however it was sent.
    for request in [
        client.post(format!("{}/mcp", process.url)).header("authorization", &key),
        client.post(format!("{}/mcp", process.url)).bearer_auth(format!("\"{key}\"")),
        client.post(format!("{}/mcp", process.url)).header("x-api-key", &key),
        client.get(format!("{}/sse?token={key}", process.url)),
    ] {
        let answer = request.send().await.expect("answers");
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
    for transport in ["mcp", "sse", "messages"] {
        let url = format!("{}/{transport}/{key}", process.url);
        for request in [client.get(&url), client.post(&url).body("{}")] {
            let answer = request.send().await.expect("answers");
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "a key behind /{transport}");
            let body: Value = answer.json().await.expect("json");
            assert_eq!(body["error"], "invalid_request");
        }
    }
    // Another site's page posts to an invitation's address.
    let foreign = client
        .post(format!("{}/invitation/{token}", process.url))
        .header("origin", "https://evil.example")
        .send();
    assert_eq!(foreign.await.expect("answers").status(), StatusCode::FORBIDDEN);

    let replaced = id_of(&made);
    let input = json!({ "input": {
        "company": company, "key": replaced, "request": format!("req_{}", "ba".repeat(16)),
        "grace": "day",
    }});
    let (status, made) = owner.json("api_keys/rotate", &input).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let (next, key) = (id_of(&made), made["key"].as_str().expect("a key"));
    plant("the successor of a key", key);
    plant("its successor's secret", &key["aid_live_".len() + 8..key.len() - 6]);
    call(process, key).await;
    // Only a key that has been there for a while can be asked to lose what it does not use.
    make_old(process, next).await;

    let invite = [invite[0], ("input[email]", "canary2@nordwind.example"), invite[2]];
    let (_, open) = owner.form("team/invite", &invite).await;
    let invitation = open["invitation"].as_str().expect("an id").to_owned();
    let open = open["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    plant(OPEN_INVITATION, open);

    let mut pages = Vec::new();
    let further = [
        "/team?invite".to_owned(),
        format!("/team?generate={member}"),
        format!("/team?role={member}"),
        format!("/team?remove={member}"),
        format!("/team?renew={invitation}"),
        format!("/team?withdraw={invitation}"),
        format!("/api-keys?revoke={replaced}"),
        "/odoo?remove".to_owned(),
        "/workflows?edit=new".to_owned(),
        format!("/api-keys/{replaced}"),
        format!("/api-keys/{theirs}"),
        format!("/api-keys/{next}"),
    ];
    // What one of these has in it is on a page only when it opens, as it does for the owner.
    let opening = [
        format!("/team?reset={joined}"),
        format!("/api-keys?rotate={next}"),
        format!("/api-keys?edit={next}"),
        format!("/api-keys/{next}?revoke={next}"),
        format!("/api-keys/{next}?rotate={next}"),
        format!("/api-keys/{next}?edit={next}"),
        format!("/api-keys/{next}?reduce={next}"),
    ];
    for path in &opening {
        wait_for_dialog(&owner, path).await;
    }
    let routes = page_routes();
    assert!(routes.len() > 10, "the pages are there");
    let routes = routes.iter().map(|route| route.path().to_owned());
    let routes = routes.filter(|path| !path.contains('{'));
    let paths: Vec<String> = routes.chain(further).chain(opening).collect();
    let admin = Browser::new(&process.url);
    admin.sign_in(process.var("AIDOO_ADMIN_EMAIL"), process.var("AIDOO_ADMIN_PASSWORD")).await;
    for (who, browser) in [("owner", &owner), ("admin", &admin), ("member", &newcomer)] {
        for path in &paths {
            let (_, html) = browser.open(path).await;
            // An owner may open all of them: what is searched is the page, and not one that asks to sign in.
            assert!(
                who != "owner" || !path.contains('?') || html.contains(r#"class="main""#),
                "{path}: {html}"
            );
            pages.push((format!("{path} for the {who}"), html));
        }
        let (status, html) = browser.open(&format!("/invitation/{open}")).await;
        assert_eq!(status, StatusCode::OK);
        pages.push((OPEN_INVITATION.to_owned(), html));
        let (status, html) = browser.open(&format!("/invitation/{token}")).await;
        assert_eq!(status, StatusCode::GONE);
        pages.push(("a used invitation".to_owned(), html));
    }
    for path in ["/health", "/ready", "/metrics", "/nowhere"] {
        let (_, html) = owner.open(path).await;
        assert!(path != "/metrics" || html.contains("# TYPE "), "{html}");
        pages.push((path.to_owned(), html));
    }
    // Long enough for what is written in batches.
    tokio::time::sleep(Duration::from_secs(6)).await;
    (canaries, pages)
}

/// The id of a key that was just made.
fn id_of(made: &Value) -> ApiKeyId {
    made["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

/// Lets a key have been made long ago, in the database.
async fn make_old(process: &Process, key: ApiKeyId) {
    let database = format!("sqlite:{}", process.folder.path().join("aidoo.db").display());
    let db = Db::connect(&database).await.expect("connects");
    let transaction = db.begin().await.expect("begins");
    api_key::Entity::update_many()
        .col_expr(api_key::Column::CreatedAt, Expr::value(0_i64))
        .filter(api_key::Column::Id.eq(key.as_uuid()))
        .exec(&transaction)
        .await
        .expect("is written");
    transaction.commit().await.expect("commits");
    db.close().await.expect("closes");
}

/// Opens the address until its dialog is there: what a key does not use is known when its calls are written.
async fn wait_for_dialog(browser: &Browser, path: &str) {
    for _ in 0..100 {
        if browser.open(path).await.1.contains("<dialog") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} opens nothing");
}

async fn call(process: &Process, key: &str) {
    tool(process, key, "aidoo_query", json!({ "model": "purchase.order", "limit": 5 })).await;
}

/// A tool's structured answer.
async fn tool(process: &Process, key: &str, tool: &str, arguments: Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    let body = ask(process, key, "tools/call", params).await;
    assert_ne!(body["result"]["isError"], json!(true), "{body}");
    body["result"]["structuredContent"].clone()
}

async fn ask(process: &Process, key: &str, method: &str, params: Value) -> Value {
    let answer = reqwest::Client::new()
        .post(format!("{}/mcp", process.url))
        .bearer_auth(key)
        .header("accept", "application/json, text/event-stream")
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("json")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}
