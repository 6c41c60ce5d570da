//! The MCP server over HTTP: refusals, what each permission opens, what is closed to every tool, and the
//! older transport. The demonstration Odoo's own record of calls proves what reached it.

use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};
use server::{clock::Entropy, entities::api_key};
use shared::{
    api_key::RevokeApiKey,
    connection::{RemoveConnection, UnlinkOdooAccount},
    id::ApiKeyId,
    key_format::ApiKey,
    permission::{Permission, PermissionSet},
    time::SECOND,
};

use crate::support::{
    app::{TestApp, Who},
    streams::{EventStream, initialize, request, say, sse},
};

const TOOLS: [&str; 4] = ["aidoo_context", "aidoo_query", "aidoo_read", "aidoo_schema"];

fn call(tool: &str, arguments: Value) -> Value {
    request("tools/call", json!({ "name": tool, "arguments": arguments }))
}

fn post(app: &TestApp) -> RequestBuilder {
    Client::new()
        .post(format!("{}/mcp", app.url))
        .header(header::ACCEPT, "application/json, text/event-stream")
        .json(&request("tools/list", json!({})))
}

/// A key of the owner with these permissions.
async fn key(app: &TestApp, permissions: PermissionSet) -> String {
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    app.make_key(actor, company, member, permissions).await.key
}

/// Well-formed and unknown.
fn unknown_key() -> ApiKey {
    let drawn = ApiKey::generate(|bytes| {
        Entropy.fill(bytes);
        Ok::<(), std::convert::Infallible>(())
    });
    drawn.expect("cannot fail")
}

/// Brings a key's end about in the database: the dashboard has no shorter life than a day.
async fn expire(app: &TestApp, key: ApiKeyId) {
    let core = &app.state.core;
    let ended = core.clock.now().plus(-SECOND);
    let transaction = core.db.begin().await.expect("begins");
    api_key::Entity::update_many()
        .col_expr(api_key::Column::ExpiresAt, Expr::value(ended.as_micros()))
        .filter(api_key::Column::Id.eq(key.as_uuid()))
        .exec(&transaction)
        .await
        .expect("is written");
    transaction.commit().await.expect("commits");
}

/// The sentence of a tool's error, or nothing if it is none.
fn error_of(answer: &(StatusCode, Value)) -> Option<&str> {
    let result = &answer.1["result"];
    (result["isError"] == json!(true))
        .then(|| result["content"][0]["text"].as_str().expect("a text"))
}

#[tokio::test]
async fn every_refusal_has_its_status_header_and_body() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(actor, company, member, PermissionSet::DEFAULT).await;
    let (good, revoked) = (key(&app, PermissionSet::DEFAULT).await, made.key);
    let revoke = RevokeApiKey { company, key: made.id };
    app.state.backend.api_keys.revoke(actor, revoke).await.expect("revokes");
    let mut flipped = good.clone();
    let last = if good.ends_with('0') { "1" } else { "0" };
    flipped.replace_range(good.len() - 1.., last);
    let made = app.make_key(actor, company, member, PermissionSet::DEFAULT).await;
    let (expired, unknown) = (made.key, unknown_key());
    expire(&app, made.id).await;
    let (mut table, mut of_wrong_keys) = (String::new(), Vec::new());
    let requests = [
        ("no credential", post(&app)),
        ("malformed", post(&app).bearer_auth("aid_live_x")),
        ("mistyped", post(&app).bearer_auth(&flipped)),
        ("another scheme", post(&app).basic_auth("marie", Some("x"))),
        ("unknown", post(&app).bearer_auth(unknown.expose())),
        ("expired", post(&app).bearer_auth(&expired)),
        ("revoked", post(&app).bearer_auth(&revoked)),
        ("two headers", post(&app).bearer_auth(&good).bearer_auth(&good)),
        ("in the address", post(&app).query(&[("api_key", &good)])),
        ("in both", post(&app).bearer_auth(&good).query(&[("access_token", "x")])),
        ("a stranger's host", post(&app).bearer_auth(&good).header(header::HOST, "evil.example")),
        (
            "a stranger's page",
            post(&app).bearer_auth(&good).header(header::ORIGIN, "https://evil.example"),
        ),
        ("a cookie", post(&app).header(header::COOKIE, "aidoo_session=x")),
        ("good", post(&app).bearer_auth(&good)),
    ];
    for (name, request) in requests {
        let answer = request.send().await.expect("answers");
        let status = answer.status().as_u16();
        let challenge = text_of(&answer, header::WWW_AUTHENTICATE.as_str());
        let body = answer.text().await.expect("a body");
        assert!(!body.contains(&good), "nothing of a credential comes back");
        let error = serde_json::from_str::<Value>(&body)
            .ok()
            .and_then(|body| Some(body["error"].as_str()?.to_owned()))
            .unwrap_or_default();
        table.push_str(format!("{name:<18} {status} {challenge:<45} {error}").trim_end());
        table.push('\n');
        if error == "invalid_token" {
            of_wrong_keys.push((name, body));
        }
    }
    // To the letter: what is wrong with a key is nothing that its answer tells.
    let body = json!({
        "error": "invalid_token",
        "error_description": "the API key is not valid: it may be mistyped, expired or revoked, \
            or not sent as Authorization: Bearer aid_live_…",
    });
    let wrong = ["malformed", "mistyped", "another scheme", "unknown", "expired", "revoked"];
    assert_eq!(of_wrong_keys, wrong.map(|name| (name, body.to_string())));
    insta::assert_snapshot!(table, @r#"
    no credential      401 Bearer realm="aidoo"                          unauthorized
    malformed          401 Bearer realm="aidoo", error="invalid_token"   invalid_token
    mistyped           401 Bearer realm="aidoo", error="invalid_token"   invalid_token
    another scheme     401 Bearer realm="aidoo", error="invalid_token"   invalid_token
    unknown            401 Bearer realm="aidoo", error="invalid_token"   invalid_token
    expired            401 Bearer realm="aidoo", error="invalid_token"   invalid_token
    revoked            401 Bearer realm="aidoo", error="invalid_token"   invalid_token
    two headers        400 Bearer realm="aidoo", error="invalid_request" invalid_request
    in the address     400 Bearer realm="aidoo", error="invalid_request" invalid_request
    in both            400 Bearer realm="aidoo", error="invalid_request" invalid_request
    a stranger's host  403
    a stranger's page  403
    a cookie           401 Bearer realm="aidoo"                          unauthorized
    good               200
    "#);
}

#[tokio::test]
async fn wrong_keys_are_throttled_and_told_when_to_come_back() {
    let app = TestApp::start().await;
    for _ in 0..100 {
        let answer = post(&app).bearer_auth(unknown_key().expose()).send().await.expect("answers");
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            let seconds: u32 = text_of(&answer, "retry-after").parse().expect("seconds");
            assert!((1..=3_600).contains(&seconds));
            let body: Value = answer.json().await.expect("JSON");
            let refusal = json!({
                "error": "too_many_requests",
                "error_description":
                    "too many wrong API keys came from this address: wait and try again",
            });
            assert_eq!(body, refusal);
            return;
        }
    }
    panic!("a hundred wrong keys at once are too many");
}

#[tokio::test]
async fn a_key_lists_and_calls_what_its_permissions_open_and_nothing_else_reaches_odoo() {
    let app = TestApp::start().await;
    let sets = Permission::ALL.map(|one| (one.to_string(), PermissionSet::of(&[one])));
    let mut table =
        format!("{:<10}{}\n", "key", TOOLS.map(|tool| format!("{tool:<15}")).concat().trim_end());
    for (name, set) in sets.into_iter().chain([("all".to_owned(), PermissionSet::ALL)]) {
        let key = key(&app, set).await;
        let (_, list) = app.mcp(&key, request("tools/list", json!({}))).await;
        let listed: Vec<&str> = list["result"]["tools"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|tool| tool["name"].as_str())
            .collect();
        let mut row = format!("{name:<10}");
        for tool in TOOLS {
            let arguments = match tool {
                "aidoo_context" => json!({}),
                "aidoo_read" => json!({ "model": "res.partner", "ids": [1] }),
                _ => json!({ "model": "res.partner" }),
            };
            let before = app.odoo.calls().len();
            let answer = app.mcp(&key, call(tool, arguments)).await;
            let reached = app.odoo.calls().len() > before;
            let word = match error_of(&answer) {
                None => "answers",
                Some(sentence) => {
                    let permission = tool.trim_start_matches("aidoo_");
                    assert!(
                        sentence.contains(&format!("the permission {permission}")),
                        "{sentence}"
                    );
                    assert!(sentence.contains("/team"), "says where it is granted: {sentence}");
                    assert!(!reached, "{tool} reached Odoo without its permission");
                    "refused"
                }
            };
            assert_eq!(listed.contains(&tool), word == "answers", "{tool} for {name}");
            row.push_str(&format!("{word:<15}"));
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    insta::assert_snapshot!(table, @r"
    key       aidoo_context  aidoo_query    aidoo_read     aidoo_schema
    query     answers        answers        refused        refused
    read      answers        refused        answers        refused
    create    answers        refused        refused        refused
    write     answers        refused        refused        refused
    execute   answers        refused        refused        refused
    schema    answers        refused        refused        answers
    report    answers        refused        refused        refused
    workflow  answers        refused        refused        refused
    all       answers        answers        answers        answers
    ");
}

#[tokio::test]
async fn closed_models_secret_fields_and_bad_arguments_are_refused_before_odoo() {
    let app = TestApp::start().await;
    let key = key(&app, PermissionSet::ALL).await;
    let before = app.odoo.calls().len();
    for (tool, arguments, words) in [
        ("aidoo_query", json!({ "model": "res.users.apikeys" }), "closed to every tool"),
        (
            "aidoo_read",
            json!({ "model": "ir.config_parameter", "ids": [1] }),
            "closed to every tool",
        ),
        ("aidoo_schema", json!({ "model": "mail.mail" }), "closed to every tool"),
        ("aidoo_query", json!({ "model": "res.users", "fields": ["password"] }), "holds a secret"),
        (
            "aidoo_query",
            json!({ "model": "res.users", "domain": [["password", "=like", "a%"]] }),
            "holds a secret",
        ),
        (
            "aidoo_query",
            json!({ "model": "res.partner", "domain": [["user_ids.totp_secret", "!=", false]] }),
            "holds a secret",
        ),
        (
            "aidoo_query",
            json!({ "model": "res.partner", "domain": [["user_ids", "any", [["api_key", "!=", false]]]] }),
            "holds a secret",
        ),
        ("aidoo_query", json!({ "model": "res.users", "order": "password" }), "holds a secret"),
        (
            "aidoo_read",
            json!({ "model": "sale.order", "ids": [1], "fields": ["access_token"] }),
            "holds a secret",
        ),
        ("aidoo_query", json!({}), "argument model: is required"),
        ("aidoo_query", json!({ "model": 7 }), "argument model"),
        ("aidoo_query", json!({ "model": "res.partner", "limit": 501 }), "argument limit"),
        ("aidoo_query", json!({ "model": "res.partner", "offset": -1 }), "argument offset"),
        (
            "aidoo_query",
            json!({ "model": "res.partner", "domain": "[('a','=',1)]" }),
            "argument domain",
        ),
        ("aidoo_query", json!({ "model": "res.partner", "domain": [["name", "=="]] }), "term 1"),
        (
            "aidoo_query",
            json!({ "model": "res.partner", "order": "name; drop table x" }),
            "argument order",
        ),
        (
            "aidoo_query",
            json!({ "model": "res.partner", "where": "x" }),
            "argument where: is unknown",
        ),
        ("aidoo_query", json!({ "model": "x".repeat(5_000) }), "argument model"),
        ("aidoo_read", json!({ "model": "res.partner", "ids": [] }), "argument ids"),
        (
            "aidoo_read",
            json!({ "model": "res.partner", "ids": [2_147_483_648_i64] }),
            "no record id",
        ),
        ("aidoo_read", json!({ "model": "res.partner", "ids": "all" }), "argument ids"),
        ("aidoo_schema", json!({}), "give search"),
        ("aidoo_context", json!({ "x": 1 }), "argument x: is unknown"),
    ] {
        let answer = app.mcp(&key, call(tool, arguments.clone())).await;
        let sentence = error_of(&answer).unwrap_or_else(|| panic!("{tool} {arguments} is refused"));
        assert!(sentence.contains(words), "{tool} {arguments}: {sentence}");
    }
    assert_eq!(app.odoo.calls().len(), before, "none of these reached Odoo");

    // What only Odoo knows is said in words too.
    let unknown = app
        .mcp(
            &key,
            call("aidoo_read", json!({ "model": "res.partner", "ids": [1], "fields": ["emial"] })),
        )
        .await;
    assert!(
        error_of(&unknown).is_some_and(|text| text.contains("the nearest are email")),
        "{unknown:?}"
    );
    let missing = app.mcp(&key, call("aidoo_query", json!({ "model": "no.such.model" }))).await;
    assert!(
        error_of(&missing).is_some_and(|text| text.contains("no model no.such.model")),
        "{missing:?}"
    );
    let gone = app
        .mcp(&key, call("aidoo_read", json!({ "model": "res.partner", "ids": [1, 999_999] })))
        .await;
    assert_eq!(gone.1["result"]["structuredContent"]["missing"], json!([999_999]));
}

#[tokio::test]
async fn odoos_own_access_rights_apply_and_its_sentence_is_passed_on() {
    let app = TestApp::start().await;
    // Tomás sells: he may not see purchases in Odoo.
    let (company, (actor, member)) = app.membership(Who::Member2).await;
    let key = app.make_key(actor, company, member, PermissionSet::DEFAULT).await.key;
    let answer = app.mcp(&key, call("aidoo_query", json!({ "model": "purchase.order" }))).await;
    let sentence = error_of(&answer).expect("is refused by Odoo");
    assert!(sentence.contains("purchase.order"), "{sentence}");
    for leak in ["127.0.0.1", "Traceback", "debug"] {
        assert!(!sentence.contains(leak), "{sentence}");
    }
}

#[tokio::test]
async fn without_odoo_the_session_works_and_says_what_to_do_and_where() {
    let app = TestApp::start().await;
    let (company, (actor, _)) = app.membership(Who::Owner).await;
    let key = key(&app, PermissionSet::DEFAULT).await;
    let connections = &app.state.backend.connections;
    connections.unlink(actor, UnlinkOdooAccount { company }).await.expect("unlinks");
    says(&app, &key, "not linked").await;
    connections.remove(actor, RemoveConnection { company }).await.expect("removes");
    says(&app, &key, "not connected").await;
}

async fn says(app: &TestApp, key: &str, status: &str) {
    let (_, context) = app.mcp(key, call("aidoo_context", json!({}))).await;
    assert_eq!(context["result"]["structuredContent"]["odoo"]["status"], status);
    let query = app.mcp(key, call("aidoo_query", json!({ "model": "res.partner" }))).await;
    let page = format!("{}/odoo", app.url);
    assert!(error_of(&query).is_some_and(|sentence| sentence.contains(&page)), "{query:?}");
}

#[tokio::test]
async fn garbage_is_refused_without_harm() {
    let app = TestApp::start().await;
    let key = key(&app, PermissionSet::ALL).await;
    let send = |body: Vec<u8>| {
        Client::new()
            .post(format!("{}/mcp", app.url))
            .bearer_auth(&key)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
    };
    for body in [
        &b""[..],
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{\"jsonrpc\":\"2.0\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":1}",
    ] {
        let status = send(body.to_vec()).await.expect("answers").status();
        assert!(status.is_client_error(), "{status} for {body:?}");
    }
    let huge = vec![b' '; 5 * 1024 * 1024];
    assert!(send(huge).await.is_ok_and(|answer| answer.status() == StatusCode::PAYLOAD_TOO_LARGE));
    assert_eq!(
        post(&app).bearer_auth(&key).send().await.expect("answers").status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_stream_belongs_to_its_key_and_each_message_is_judged_by_the_key_as_it_stands() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(actor, company, member, PermissionSet::DEFAULT).await;
    let other = key(&app, PermissionSet::ALL).await;
    let mut stream = EventStream::open(&app.url, &made.key).await;
    let path = stream.endpoint().await;

    assert_eq!(
        say(&app.url, &path, &other, &initialize("2024-11-05")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        say(&app.url, "/messages?sessionId=0", &made.key, &initialize("2024-11-05")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        say(&app.url, "/messages", &made.key, &initialize("2024-11-05")).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(say(&app.url, &path, &made.key, &json!("x")).await, StatusCode::BAD_REQUEST);
    let refused =
        Client::new().post(format!("{}/sse", app.url)).bearer_auth(&made.key).send().await;
    assert_eq!(refused.expect("answers").status(), StatusCode::METHOD_NOT_ALLOWED);

    assert_eq!(
        say(&app.url, &path, &made.key, &initialize("2024-11-05")).await,
        StatusCode::ACCEPTED
    );
    let (event, data) = stream.next().await.expect("an answer");
    assert!(event == "message" && data.contains("\"protocolVersion\":\"2024-11-05\""), "{data}");
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(say(&app.url, &path, &made.key, &initialized).await, StatusCode::ACCEPTED);

    let question = call("aidoo_query", json!({ "model": "res.partner", "count_only": true }));
    assert_eq!(say(&app.url, &path, &made.key, &question).await, StatusCode::ACCEPTED);
    let (_, data) = stream.next().await.expect("an answer");
    assert!(data.contains("\"total\""), "{data}");

    let revoke = RevokeApiKey { company, key: made.id };
    app.state.backend.api_keys.revoke(actor, revoke).await.expect("revokes");
    assert_eq!(say(&app.url, &path, &made.key, &question).await, StatusCode::UNAUTHORIZED);
    assert_eq!(stream.next().await, None, "the stream ends when its key is over");
}

#[tokio::test]
async fn a_key_holds_a_bounded_number_of_streams() {
    let app = TestApp::start().await;
    let key = key(&app, PermissionSet::DEFAULT).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(EventStream::open(&app.url, &key).await);
    }
    let answer = sse(&app.url, &key).send().await.expect("answers");
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(!text_of(&answer, "retry-after").is_empty());
}

fn text_of(answer: &Response, header: &str) -> String {
    answer
        .headers()
        .get(header)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn models_are_found_by_the_words_of_people_whoever_looks_and_only_if_they_may_read_them() {
    let app = TestApp::start().await;
    for who in [Who::Owner, Who::Admin, Who::Member] {
        let client = crate::support::tools::Client::new(&app, who, PermissionSet::ALL).await;
        let found = async |search: &str| {
            let answer = client.answer("aidoo_schema", json!({ "search": search })).await;
            let models = answer["models"].as_array().expect("models").clone();
            assert!(models.iter().all(|model| model["name"].is_string()), "{who:?} {models:?}");
            models
                .iter()
                .map(|model| model["model"].as_str().expect("a name").to_owned())
                .collect::<Vec<_>>()
        };
        for search in ["bon de commande", "RFQ", "purchase.order"] {
            assert_eq!(found(search).await[0], "purchase.order", "{who:?} {search}");
        }
        for search in ["invoice", "facture"] {
            let reads_it = who != Who::Member;
            let finds_it = found(search).await.iter().any(|model| model == "account.move");
            assert_eq!(finds_it, reads_it, "{who:?} {search}");
        }
        assert!(found("password").await.is_empty());
    }
}
