//! The protocol itself: what 2026-07-28 asks of `/mcp`, what an open stream is told, what cancels a call,
//! which pages may call, and what a client is called in each era.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use shared::{
    activity::ListActivity,
    api_key::{ListApiKeys, RevokeApiKey},
    company::SetCeilings,
    permission::{Permission, PermissionSet},
    timeline::Kind,
};

use crate::support::{
    app::{TestApp, Who},
    streams::{EventStream, initialize, request, say},
    tools::calls_of,
};

const REVISION: &str = "2026-07-28";
const ACCEPT: &str = "application/json, text/event-stream";

/// A key of the owner that allows everything.
async fn key(app: &TestApp) -> String {
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    app.make_key(actor, company, member, PermissionSet::ALL).await.key
}

/// `params` with what a request of 2026-07-28 says about itself.
fn with_meta(mut params: Value, revision: &str) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": revision,
        "io.modelcontextprotocol/clientInfo": { "name": "Modern", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    params
}

/// A request of 2026-07-28 as it should be.
fn post(app: &TestApp, key: &str, method: &str, params: Value) -> RequestBuilder {
    let name = params["name"].as_str().map(str::to_owned);
    let request = raw(app, key, &request(method, with_meta(params, REVISION)))
        .header("MCP-Protocol-Version", REVISION)
        .header("Mcp-Method", method);
    match name {
        Some(name) => request.header("Mcp-Name", name),
        None => request,
    }
}

fn raw(app: &TestApp, key: &str, body: &Value) -> RequestBuilder {
    Client::new()
        .post(format!("{}/mcp", app.url))
        .bearer_auth(key)
        .header(header::ACCEPT, ACCEPT)
        .json(body)
}

/// An open stream of `/sse` that has said hello in this revision, and where its messages go.
async fn initialized(app: &TestApp, key: &str, revision: &str) -> (EventStream, String) {
    let mut stream = EventStream::open(&app.url, key).await;
    let path = stream.endpoint().await;
    say(&app.url, &path, key, &initialize(revision)).await;
    stream.message().await;
    (stream, path)
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.expect("answers");
    (answer.status(), answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn the_server_can_be_discovered() {
    let app = TestApp::start().await;
    let (status, body) = answer(post(&app, &key(&app).await, "server/discover", json!({}))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let result = &body["result"];
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["cacheScope"], "private");
    assert!(result["ttlMs"].is_u64(), "{result}");
    assert_eq!(
        result["supportedVersions"],
        json!(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", REVISION])
    );
    assert_eq!(result["capabilities"]["tools"], json!({ "listChanged": true }));
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "aidoo");
}

#[tokio::test]
async fn lists_and_results_say_their_type_and_how_long_they_hold() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        let (status, body) = answer(post(&app, &key, method, json!({}))).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let result = &body["result"];
        let kept = (&result["resultType"], &result["ttlMs"], &result["cacheScope"]);
        assert_eq!(kept, (&json!("complete"), &json!(0), &json!("private")), "{method}");
    }
    let call = json!({ "name": "aidoo_context", "arguments": {} });
    let (_, body) = answer(post(&app, &key, "tools/call", call.clone())).await;
    assert_eq!(body["result"]["resultType"], "complete", "{body}");
    // Older clients check results strictly, and know no such field.
    let (_, body) = answer(raw(&app, &key, &request("tools/call", call))).await;
    assert!(body["result"]["content"].is_array() && body["result"]["resultType"].is_null());
}

#[tokio::test]
async fn a_cursor_that_was_never_given_out_is_refused() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let (mut stream, path) = initialized(&app, &key, "2025-11-25").await;
    for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        let made_up = json!({ "cursor": "page 2" });
        say(&app.url, &path, &key, &request(method, made_up.clone())).await;
        for told in [
            answer(post(&app, &key, method, made_up.clone())).await.1,
            answer(raw(&app, &key, &request(method, made_up))).await.1,
            answer(raw(&app, &key, &request(method, json!({ "cursor": 2 })))).await.1,
            stream.message().await,
        ] {
            assert_eq!(told["error"]["code"], -32602, "{method}: {told}");
            assert!(told["error"]["message"].to_string().contains("params.cursor"), "{told}");
        }
        let (_, first) = answer(raw(&app, &key, &request(method, json!({ "cursor": null })))).await;
        assert!(first["result"].is_object(), "{method}: {first}");
    }
}

#[tokio::test]
async fn the_list_that_is_made_once_is_the_one_that_the_sdk_makes() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let schema = PermissionSet::of(&[Permission::Schema]);
    for permissions in [schema, PermissionSet::DEFAULT, PermissionSet::ALL] {
        let key = app.make_key(actor, company, member, permissions).await.key;
        let list = async |params: Value, id: Value, revision: Option<&'static str>| {
            let mut question = request("tools/list", params);
            question["id"] = id;
            let mut asked = raw(&app, &key, &question);
            if let Some(revision) = revision {
                asked = asked.header("MCP-Protocol-Version", revision);
            }
            let answer = asked.send().await.expect("answers");
            let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
            (answer.status(), kind, answer.text().await.expect("a text"))
        };
        // What says anything beside the question goes to the SDK.
        let beside = json!({ "_meta": { "progressToken": 1 } });
        for id in [json!(7), json!("seven \" \u{e9}"), json!(-1)] {
            for revision in [None, Some("2024-11-05"), Some("2025-11-25")] {
                let made = list(json!({}), id.clone(), revision).await;
                assert_eq!(made, list(beside.clone(), id.clone(), revision).await);
                assert_eq!(made.0, StatusCode::OK);
            }
        }
        let refused = list(json!({}), json!(7), Some("2031-01-01")).await;
        assert_eq!(refused.0, StatusCode::BAD_REQUEST);
        let fraction = list(json!({}), json!(1.5), None).await;
        assert_eq!(fraction, list(beside, json!(1.5), None).await);
    }
}

#[tokio::test]
async fn a_call_that_is_answered_plainly_is_answered_as_the_sdk_does() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let reading = PermissionSet::of(&[Permission::Query, Permission::Read]);
    let key = app.make_key(actor, company, member, reading).await.key;
    let calls = [
        json!({ "name": "aidoo_context" }),
        json!({ "name": "aidoo_context", "arguments": {} }),
        json!({ "name": "aidoo_query", "arguments": { "model": "res.partner", "limit": 3 } }),
        json!({ "name": "aidoo_query", "arguments": { "model": "res.partner", "count_only": true,
            "domain": [["name", "ilike", "\u{e9}\" \u{1F600}"]] } }),
        json!({ "name": "aidoo_query", "arguments": { "model": "res.partner", "limit": "three" } }),
        json!({ "name": "aidoo_query", "arguments": { "model": "no.such.model" } }),
        json!({ "name": "aidoo_write", "arguments": { "model": "res.partner" } }),
        json!({ "name": "aidoo_nothing", "arguments": {} }),
        json!({ "name": "aidoo_query", "arguments": null }),
        json!({ "name": "aidoo_query", "arguments": [] }),
        json!({ "name": 7 }),
    ];
    for call in calls {
        let ask = async |call: &Value, id: &Value, revision: Option<&'static str>| {
            let mut question = request("tools/call", call.clone());
            question["id"] = id.clone();
            let mut asked = raw(&app, &key, &question).header(header::USER_AGENT, "Old one");
            if let Some(revision) = revision {
                asked = asked.header("MCP-Protocol-Version", revision);
            }
            let answer = asked.send().await.expect("answers");
            let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
            (answer.status(), kind, answer.text().await.expect("a text"))
        };
        // What says anything beside the call goes to the SDK.
        let mut beside = call.clone();
        beside["_meta"] = json!({ "progressToken": 1 });
        let id = if call["arguments"].is_null() { json!("seven \" \u{e9}") } else { json!(7) };
        // A key may call 120 times a minute.
        for revision in [None, Some("2025-11-25"), Some("2031-01-01")] {
            let plain = ask(&call, &id, revision).await;
            assert_eq!(plain, ask(&beside, &id, revision).await, "{call}");
        }
    }
    app.state.toolbox.activity.flush().await.expect("is written");
    let filter = ListActivity { kind: Some(Kind::Calls), ..ListActivity::default() };
    let page = app.state.backend.activity.timeline(actor, company, filter).await;
    let calls = calls_of(page.expect("is shown"));
    assert_eq!(calls.len(), 8 * 2 * 2, "what names a tool is on record, both ways");
    for call in calls {
        assert_eq!((call.client.as_deref(), call.address.as_str()), (Some("Old one"), "127.0.0.1"));
    }
}

#[tokio::test]
async fn what_contradicts_itself_or_is_unknown_is_refused_by_the_protocols_codes() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let list = || post(&app, &key, "tools/list", json!({}));
    let context = json!({ "name": "aidoo_context", "arguments": {} });
    let call = request("tools/call", with_meta(context.clone(), REVISION));
    let headers = |body: &Value, headers: &[(&'static str, &str)]| {
        headers
            .iter()
            .fold(raw(&app, &key, body), |request, (name, value)| request.header(*name, *value))
    };
    let version = ("MCP-Protocol-Version", REVISION);
    let of = |params| request("tools/list", params);
    let method = ("Mcp-Method", "tools/list");
    let cases = [
        ("as it should be", list()),
        (
            "another Mcp-Method",
            headers(&of(with_meta(json!({}), REVISION)), &[version, ("Mcp-Method", "tools/call")]),
        ),
        ("no Mcp-Method", headers(&of(with_meta(json!({}), REVISION)), &[version])),
        (
            "another Mcp-Name",
            headers(&call, &[version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "aidoo_query")]),
        ),
        ("no Mcp-Name", headers(&call, &[version, ("Mcp-Method", "tools/call")])),
        (
            "another version in _meta",
            headers(&of(with_meta(json!({}), "2025-11-25")), &[version, method]),
        ),
        ("no version in the header", headers(&of(with_meta(json!({}), REVISION)), &[method])),
        (
            "an unknown version",
            headers(
                &of(with_meta(json!({}), "2031-01-01")),
                &[("MCP-Protocol-Version", "2031-01-01"), method],
            ),
        ),
        (
            "the same without _meta",
            headers(&of(json!({})), &[("MCP-Protocol-Version", "2031-01-01"), method]),
        ),
        ("the same alone", headers(&of(json!({})), &[("MCP-Protocol-Version", "2025-06-17")])),
        ("no _meta", headers(&of(json!({})), &[version, method])),
        ("an unknown method", post(&app, &key, "tools/forget", json!({}))),
        ("ping, which is gone", post(&app, &key, "ping", json!({}))),
        ("initialize, which is gone", post(&app, &key, "initialize", json!({}))),
        ("an unknown tool", post(&app, &key, "tools/call", json!({ "name": "aidoo_forget" }))),
        ("an unknown tool before", raw(&app, &key, &request("tools/call", json!({ "name": "x" })))),
        ("an unknown method before", raw(&app, &key, &request("tools/forget", json!({})))),
    ];
    let mut table = String::new();
    for (name, request) in cases {
        let (status, body) = answer(request).await;
        let code = body["error"]["code"].as_i64().map(|code| code.to_string()).unwrap_or_default();
        table.push_str(format!("{name:<26} {} {code}", status.as_u16()).trim_end());
        table.push('\n');
        if !code.is_empty() {
            assert_eq!(body["id"], 1, "an error says what it answers: {body}");
        }
    }
    insta::assert_snapshot!(table, @r"
    as it should be            200
    another Mcp-Method         400 -32020
    no Mcp-Method              400 -32020
    another Mcp-Name           400 -32020
    no Mcp-Name                400 -32020
    another version in _meta   400 -32020
    no version in the header   400 -32020
    an unknown version         400 -32022
    the same without _meta     400 -32022
    the same alone             400 -32022
    no _meta                   400 -32602
    an unknown method          404 -32601
    ping, which is gone        404 -32601
    initialize, which is gone  404 -32601
    an unknown tool            200 -32602
    an unknown tool before     200 -32602
    an unknown method before   200 -32601
    ");
}

#[tokio::test]
async fn a_revision_that_is_unknown_is_told_with_those_that_are_known() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let of = |params: Value| {
        raw(&app, &key, &request("tools/list", params)).header("MCP-Protocol-Version", "2031-01-01")
    };
    let (status, alone) = answer(of(json!({}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{alone}");
    assert_eq!(alone["error"]["data"]["requested"], "2031-01-01", "{alone}");
    assert_eq!(alone["error"]["data"]["supported"].as_array().map(Vec::len), Some(5), "{alone}");
    let twice = of(with_meta(json!({}), "2031-01-01")).header("Mcp-Method", "tools/list");
    assert_eq!(answer(twice).await, (status, alone));
    // What a client proposes when it begins is settled by the answer.
    let begins = raw(&app, &key, &initialize("2031-01-01"));
    let (status, begun) = answer(begins.header("MCP-Protocol-Version", "2031-01-01")).await;
    assert!(status == StatusCode::OK && begun["result"]["capabilities"].is_object(), "{begun}");
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_in_json_rpc() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let plain = |body: &str| {
        Client::new()
            .post(format!("{}/mcp", app.url))
            .bearer_auth(&key)
            .header(header::ACCEPT, ACCEPT)
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body.to_owned())
    };
    let list = request("tools/list", json!({})).to_string();
    let nameless = post(&app, &key, "tools/call", json!({ "arguments": {} }));
    let cases = [
        (plain("{\"jsonrpc\": "), Value::Null, -32700),
        (plain(""), Value::Null, -32700),
        (plain(&format!("[{list},{list}]")), Value::Null, -32600),
        (plain("{\"id\":7}"), json!(7), -32600),
        (nameless, json!(1), -32602),
    ];
    for (request, id, code) in cases {
        let (status, body) = answer(request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!((&body["id"], &body["error"]["code"]), (&id, &json!(code)), "{body}");
        assert_eq!(body["jsonrpc"], "2.0");
    }
    let deep = format!(r#"{{"id":1,"params":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let half = list.replace("tools/list", r"tools/\ud800");
    for (body, named) in [(deep, "nested too deep"), (half, "half a character")] {
        let (status, told) = answer(plain(&body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
        assert_eq!(told["error"]["code"], -32700, "{told}");
        assert!(told["error"]["message"].to_string().contains(named), "{told}");
        let messages = Client::new().post(format!("{}/messages?sessionId=0", app.url));
        let told = messages.bearer_auth(&key).body(body).send().await.expect("answers");
        assert_eq!(told.status(), StatusCode::BAD_REQUEST);
        assert!(told.text().await.expect("a text").contains(named));
    }
    for arguments in [json!([]), json!("x"), json!(3), json!(true)] {
        let call = json!({ "name": "aidoo_context", "arguments": arguments });
        let (status, body) = answer(raw(&app, &key, &request("tools/call", call))).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!((&body["id"], &body["error"]["code"]), (&json!(1), &json!(-32602)), "{body}");
        assert!(body["error"]["message"].to_string().contains("arguments"), "{body}");
    }
    let other = Client::new().post(format!("{}/mcp", app.url)).bearer_auth(&key).body(list);
    let other = other.header(header::ACCEPT, ACCEPT).send().await;
    assert_eq!(other.expect("answers").status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_told_as_that_in_every_era() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let (mut stream, path) = initialized(&app, &key, "2024-11-05").await;
    let send = |path: &str, body: String| {
        Client::new()
            .post(format!("{}{path}", app.url))
            .bearer_auth(&key)
            .header(header::ACCEPT, ACCEPT)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
    };
    let meta = format!(r#","_meta":{}"#, with_meta(json!({}), REVISION)["_meta"]);
    for (method, fields, named) in [
        ("tools/call", r#""x":1"#, "params.name"),
        ("tools/call", r#""name":7"#, "params.name"),
        ("tools/call", r#""name":"aidoo_context","name":"aidoo_context""#, "params"),
        ("tools/call", r#""name":"aidoo_context","arguments":[]"#, "params.arguments"),
        ("resources/read", r#""x":1"#, "params.uri"),
        ("resources/read", r#""uri":7"#, "params.uri"),
        ("prompts/get", r#""name":7"#, "params.name"),
    ] {
        let body = |more: &str| {
            let params = format!("{fields}{more}");
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}}}}}"#)
        };
        let is_told = |told: &Value| {
            assert_eq!((&told["id"], &told["error"]["code"]), (&json!(1), &json!(-32602)));
            assert!(told["error"]["message"].to_string().contains(named), "{fields}: {told}");
        };
        let new = send("/mcp", body(&meta)).header("MCP-Protocol-Version", REVISION);
        let (status, told) = answer(new.header("Mcp-Method", method)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{fields}: {told}");
        is_told(&told);
        for revision in ["2024-11-05", "2025-11-25"] {
            let old = send("/mcp", body("")).header("MCP-Protocol-Version", revision);
            let (status, told) = answer(old).await;
            assert_eq!(status, StatusCode::OK, "{fields}: {told}");
            is_told(&told);
        }
        send(&path, body("")).send().await.expect("is taken");
        is_told(&stream.message().await);
    }
    // What only the SDK finds out is told the same way.
    let beside = json!({ "name": "aidoo_context", "requestState": 7 });
    let (_, told) = answer(raw(&app, &key, &request("tools/call", beside))).await;
    assert_eq!(told["error"]["code"], -32602, "{told}");
    // What has no id asks for no answer.
    let silent = json!({ "jsonrpc": "2.0", "method": "tools/call", "params": {} });
    assert_eq!(answer(raw(&app, &key, &silent)).await.0, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn gets_and_deletes_have_no_stream_and_no_session_to_speak_of() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    for (method, path) in [(Method::GET, "mcp"), (Method::DELETE, "mcp"), (Method::POST, "sse")] {
        let request = Client::new().request(method.clone(), format!("{}/{path}", app.url));
        let answer = request.bearer_auth(&key).header(header::ACCEPT, ACCEPT).send().await;
        let status = answer.expect("answers").status();
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} /{path}");
    }
}

#[tokio::test]
async fn an_address_with_a_slash_at_its_end_is_the_same() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let at = |path: &str, body: &Value| {
        let post = Client::new().post(format!("{}{path}", app.url)).bearer_auth(&key);
        post.header(header::ACCEPT, ACCEPT).json(body)
    };
    let list = request("tools/list", json!({}));
    let (status, listed) = answer(at("/mcp/", &list)).await;
    assert_eq!((status, &listed), (StatusCode::OK, &answer(at("/mcp", &list)).await.1));
    let new = at("/mcp/", &request("tools/list", with_meta(json!({}), REVISION)));
    let new = new.header("MCP-Protocol-Version", REVISION).header("Mcp-Method", "tools/list");
    let (status, told) = answer(new).await;
    assert_eq!((status, &told["result"]["resultType"]), (StatusCode::OK, &json!("complete")));
    let (status, told) = answer(at("/mcp/", &request("tools/call", json!({})))).await;
    assert_eq!((status, &told["error"]["code"]), (StatusCode::OK, &json!(-32602)));

    let stream = Client::new().get(format!("{}/sse/", app.url)).bearer_auth(&key).send().await;
    let mut stream = EventStream::of(stream.expect("answers"));
    let path = stream.endpoint().await;
    let begun = at(&path, &initialize("2024-11-05")).send().await.expect("answers");
    assert_eq!(begun.status(), StatusCode::ACCEPTED);
    assert_eq!(stream.message().await["result"]["protocolVersion"], "2024-11-05");
    let slashed = path.replace("/messages?", "/messages/?");
    let listed = at(&slashed, &list).send().await.expect("answers");
    assert_eq!(listed.status(), StatusCode::ACCEPTED);
    assert!(stream.message().await["result"]["tools"].is_array());

    // Strangers and what stands behind the slash are refused as before.
    let strange = at("/mcp/", &list).header(header::HOST, "evil.example");
    assert_eq!(answer(strange).await.0, StatusCode::FORBIDDEN);
    assert_eq!(answer(at("/mcp/a", &list)).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_subscription_tells_of_other_permissions_and_ends_with_its_key() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(actor, company, member, PermissionSet::ALL).await;
    let listen = |notifications| {
        let params = json!({ "notifications": notifications });
        post(&app, &made.key, "subscriptions/listen", params)
    };
    let answer = listen(json!({ "toolsListChanged": true, "resourcesListChanged": true })).send();
    let answer = answer.await.expect("answers");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = EventStream::of(answer);
    let acknowledged = stream.message().await;
    assert_eq!(acknowledged["method"], "notifications/subscriptions/acknowledged");
    let accepted = &acknowledged["params"]["notifications"];
    assert_eq!(accepted, &json!({ "toolsListChanged": true }), "what is declared and no more");
    // Somebody who asked for nothing is told of nothing, and ended all the same.
    let mut silent = EventStream::of(listen(json!({})).send().await.expect("answers"));
    silent.message().await;

    lower_ceilings(&app).await;
    let told = stream.message().await;
    assert_eq!(told["method"], "notifications/tools/list_changed", "{told}");
    assert_eq!(told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 1);

    let revoke = RevokeApiKey { company, key: made.id };
    app.state.backend.api_keys.revoke(actor, revoke).await.expect("revokes");
    let (last, silently) = tokio::join!(stream.message(), silent.message());
    assert_eq!(last["result"]["resultType"], "complete", "{last}");
    assert_eq!(silently["result"]["resultType"], "complete", "{silently}");
    assert_eq!((stream.next().await, silent.next().await), (None, None));
}

#[tokio::test]
async fn a_key_holds_a_bounded_number_of_subscriptions() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let listen = async || {
        let params = json!({ "notifications": { "toolsListChanged": true } });
        let answer = post(&app, &key, "subscriptions/listen", params).send().await;
        let mut stream = EventStream::of(answer.expect("answers"));
        stream.message().await;
        stream
    };
    let mut held = Vec::new();
    for _ in 0..32 {
        held.push(listen().await);
    }
    let refused = listen().await.message().await;
    assert!(refused["error"]["message"].as_str().is_some_and(|text| text.contains("too many")));
    held.clear();
    // Places come back when streams are closed.
    for _ in 0..100 {
        let mut stream = listen().await;
        let waiting = tokio::time::timeout(Duration::from_millis(100), stream.next());
        if waiting.await.is_err() {
            return;
        }
    }
    panic!("no place came back");
}

#[tokio::test]
async fn a_stream_that_rested_goes_on_as_before() {
    // The SDK leaves a stream on which nothing happened for a second.
    const REST: Duration = Duration::from_millis(1500);

    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(actor, company, member, PermissionSet::ALL).await;
    let mut stream = EventStream::open(&app.url, &made.key).await;
    let path = stream.endpoint().await;
    let say = async |message: Value| say(&app.url, &path, &made.key, &message).await;
    say(initialize("2025-11-25")).await;
    stream.message().await;
    say(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    for _ in 0..2 {
        tokio::time::sleep(REST).await;
        say(request("tools/list", json!({}))).await;
        let listed = stream.message().await;
        assert_eq!(listed["result"]["tools"].as_array().map(Vec::len), Some(9), "{listed}");
    }

    tokio::time::sleep(REST).await;
    lower_ceilings(&app).await;
    assert_eq!(stream.message().await["method"], "notifications/tools/list_changed");
    assert_eq!(stream.message().await["method"], "notifications/prompts/list_changed");

    tokio::time::sleep(REST).await;
    let revoke = RevokeApiKey { company, key: made.id };
    app.state.backend.api_keys.revoke(actor, revoke).await.expect("revokes");
    assert_eq!(stream.next().await, None, "it ends with its key");
}

#[tokio::test]
async fn a_stream_that_never_began_ends_with_its_key() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(actor, company, member, PermissionSet::ALL).await;
    let mut silent = EventStream::open(&app.url, &made.key).await;
    silent.endpoint().await;
    let mut pinged = EventStream::open(&app.url, &made.key).await;
    let path = pinged.endpoint().await;
    say(&app.url, &path, &made.key, &request("ping", json!({}))).await;
    pinged.message().await;

    let revoke = RevokeApiKey { company, key: made.id };
    app.state.backend.api_keys.revoke(actor, revoke).await.expect("revokes");
    assert_eq!(tokio::join!(silent.next(), pinged.next()), (None, None));
}

#[tokio::test]
async fn a_stream_of_the_older_transport_is_told_when_permissions_shrink() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let mut stream = EventStream::open(&app.url, &key).await;
    let path = stream.endpoint().await;
    say(&app.url, &path, &key, &initialize("2025-11-25")).await;
    let capabilities = stream.message().await["result"]["capabilities"].clone();
    assert_eq!(capabilities["tools"], json!({ "listChanged": true }));
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    say(&app.url, &path, &key, &initialized).await;

    lower_ceilings(&app).await;
    assert_eq!(stream.message().await["method"], "notifications/tools/list_changed");
    assert_eq!(stream.message().await["method"], "notifications/prompts/list_changed");
    say(&app.url, &path, &key, &request("tools/list", json!({}))).await;
    let listed = stream.message().await;
    assert_eq!(listed["result"]["tools"].as_array().map(Vec::len), Some(2), "{listed}");
    // On /mcp there is nowhere to tell it, and no promise to.
    let (_, body) = app.mcp(&key, initialize("2025-11-25")).await;
    assert_eq!(body["result"]["capabilities"]["tools"], json!({}));
}

#[tokio::test]
async fn what_the_policies_withhold_is_asked_of_the_policies() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    lower_ceilings(&app).await;
    let call = json!({ "name": "aidoo_schema", "arguments": {} });
    let (_, body) = app.mcp(&key, request("tools/call", call)).await;
    assert_eq!(body["result"]["isError"], true, "{body}");
    let sentence = body["result"]["content"][0]["text"].as_str().expect("a sentence");
    assert!(sentence.contains("policies withhold the permission schema"), "{sentence}");
    assert!(sentence.contains(&format!("{}/policies", app.url)), "{sentence}");
}

async fn lower_ceilings(app: &TestApp) {
    let (company, (actor, _)) = app.membership(Who::Owner).await;
    let (owner, admin, member) = (vec!["query".to_owned()], Vec::new(), Vec::new());
    let input = SetCeilings { company, owner, admin, member };
    app.state.backend.policies.set_ceilings(actor, input).await.expect("sets");
}

/// Odoo takes this long to begin with an answer, and counts a call when it does.
const SLOW: Duration = Duration::from_secs(3);

#[tokio::test]
async fn closing_the_stream_cancels_the_call_in_odoo() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let before = app.odoo.calls().len();
    app.odoo.set_latency(SLOW);
    let call = json!({ "name": "aidoo_query", "arguments": { "model": "res.partner", "count_only": true } });
    for request in [
        post(&app, &key, "tools/call", call.clone()),
        raw(&app, &key, &request("tools/call", call)),
    ] {
        let waiting = tokio::time::timeout(Duration::from_millis(500), request.send());
        assert!(waiting.await.is_err(), "nothing is answered yet, and the client goes away");
    }
    tokio::time::sleep(SLOW).await;
    assert_eq!(app.odoo.calls().len(), before, "Odoo never began with it");
}

#[tokio::test]
async fn a_notification_cancels_a_call_of_the_older_transport() {
    let app = TestApp::start().await;
    let key = key(&app).await;
    let (mut stream, path) = initialized(&app, &key, "2025-11-25").await;
    let before = app.odoo.calls().len();
    app.odoo.set_latency(SLOW);
    let call = json!({ "name": "aidoo_query", "arguments": { "model": "res.partner", "count_only": true } });
    say(&app.url, &path, &key, &request("tools/call", call)).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } });
    assert_eq!(say(&app.url, &path, &key, &cancelled).await, StatusCode::ACCEPTED);
    tokio::time::sleep(SLOW).await;
    assert_eq!(app.odoo.calls().len(), before, "Odoo never began with it");
    // The stream goes on.
    say(&app.url, &path, &key, &json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" })).await;
    assert_eq!(stream.message().await["id"], 2);
}

#[tokio::test]
async fn pages_of_configured_origins_may_call_and_read_and_others_may_not() {
    let app = TestApp::start_with(&["--allowed-origins", "https://tool.example"]).await;
    let key = key(&app).await;
    let preflight = async |origin: &str, path: &str| {
        let request = Client::new().request(Method::OPTIONS, format!("{}/{path}", app.url));
        let answer = request
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,mcp-method")
            .send()
            .await
            .expect("answers");
        let allowed = answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).cloned();
        let headers = answer.headers().get(header::ACCESS_CONTROL_ALLOW_HEADERS).cloned();
        (answer.status(), allowed, headers)
    };
    for path in ["mcp", "sse", "messages"] {
        let (status, origin, headers) = preflight("https://tool.example", path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(origin.expect("is told"), "https://tool.example");
        let headers = headers.expect("are told").to_str().expect("text").to_owned();
        for needed in
            ["authorization", "content-type", "mcp-method", "mcp-name", "mcp-protocol-version"]
        {
            assert!(headers.contains(needed), "{needed} is missing in {headers}");
        }
        let (status, origin, _) = preflight("https://evil.example", path).await;
        assert_eq!((status, origin), (StatusCode::FORBIDDEN, None), "{path}");
        // The dashboard's own origin needs no leave, and gets none.
        let (_, origin, _) = preflight(&app.url, path).await;
        assert_eq!(origin, None, "{path}");
    }

    for (key, status) in [(key.as_str(), StatusCode::OK), ("aid_live_x", StatusCode::UNAUTHORIZED)]
    {
        let request = post(&app, key, "tools/list", json!({}));
        let answer = request.header(header::ORIGIN, "https://tool.example").send().await;
        let answer = answer.expect("answers");
        assert_eq!(answer.status(), status);
        let headers = answer.headers();
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://tool.example");
        assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
        let exposed = headers[header::ACCESS_CONTROL_EXPOSE_HEADERS].to_str().expect("text");
        assert!(exposed.contains("www-authenticate"), "{exposed}");
    }
}

#[tokio::test]
async fn a_client_is_called_what_its_era_says_it_is() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(actor, company, member, PermissionSet::of(&[Permission::Query])).await;
    let shown = async || {
        app.state.verifier.last_used().flush(&app.state.core).await.expect("writes");
        let list = app.state.backend.api_keys.list(actor, company, ListApiKeys::default()).await;
        let keys = list.expect("lists").keys;
        let row = keys.into_iter().find(|row| row.id == made.id).expect("is listed");
        row.last_client
    };
    let agent = |request: RequestBuilder| request.header(header::USER_AGENT, "agent/1");

    agent(raw(&app, &made.key, &initialize("2025-11-25"))).send().await.expect("answers");
    agent(raw(&app, &made.key, &request("tools/list", json!({})))).send().await.expect("answers");
    assert_eq!(shown().await.as_deref(), Some("agent/1"), "the initialize era on /mcp");

    agent(post(&app, &made.key, "tools/list", json!({}))).send().await.expect("answers");
    assert_eq!(shown().await.as_deref(), Some("Modern"), "2026-07-28 on /mcp");

    let mut stream = EventStream::open(&app.url, &made.key).await;
    let path = stream.endpoint().await;
    for body in [initialize("2024-11-05"), request("tools/list", json!({}))] {
        let request = Client::new().post(format!("{}{path}", app.url)).bearer_auth(&made.key);
        agent(request.json(&body)).send().await.expect("answers");
        stream.message().await;
    }
    assert_eq!(shown().await.as_deref(), Some("Raw"), "/sse");
}
