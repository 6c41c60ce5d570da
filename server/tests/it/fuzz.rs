//! Inputs that nobody would write: the domain parser, the JSON-RPC envelope on `/mcp`, and a session of
//! `/sse`. They grow by mutation from good ones.
//!
//! The tests take a fixed number of inputs from a fixed seed. `make fuzz` sets `AIDOO_FUZZ_SECONDS`, the
//! time of each, and draws a seed; `AIDOO_FUZZ_SEED` repeats one: a failure names the seed and the input.

mod mutation;

use std::{
    collections::BTreeSet,
    env,
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use server::{clock::Entropy, domain::odoo_domain::Domain};
use shared::permission::PermissionSet;

use self::mutation::Random;
use crate::support::{
    app::{TestApp, Who},
    streams::{EventStream, initialize, request, sse},
};

/// How many inputs there are, and where they come from.
struct Run {
    random: Random,
    seed: u64,
    left: Left,
    count: u64,
}

enum Left {
    Inputs(u64),
    Until(Instant),
}

impl Run {
    /// One of `inputs`, or of as many as fit into the time that is asked for.
    fn new(inputs: u64) -> Self {
        let number = |name| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seconds = number("AIDOO_FUZZ_SECONDS").map(Duration::from_secs);
        let drawn = || seconds.map_or(1, |_| u64::from_le_bytes(Entropy.bytes()));
        let seed = number("AIDOO_FUZZ_SEED").unwrap_or_else(drawn);
        let left = match seconds {
            Some(seconds) => Left::Until(Instant::now() + seconds),
            None => Left::Inputs(inputs),
        };
        Self { random: Random::new(seed), seed, left, count: 0 }
    }

    fn goes_on(&mut self) -> bool {
        let goes_on = match self.left {
            Left::Inputs(inputs) => self.count < inputs,
            Left::Until(end) => Instant::now() < end,
        };
        self.count += u64::from(goes_on);
        goes_on
    }

    #[expect(clippy::print_stderr, reason = "a run is repeated by its seed")]
    fn say(&self, what: &str) {
        eprintln!("{what}: {} inputs, seed {}", self.count, self.seed);
    }
}

#[test]
fn a_domain_is_refused_or_whole_and_names_every_field_that_it_touches() {
    let mut run = Run::new(20_000);
    let seeds: Vec<Vec<u8>> = [
        json!([]),
        json!([["state", "=", "purchase"], ["amount_total", ">=", 100.5]]),
        json!(["|", ["a", "=", 1], "!", ["b", "ilike", "x%"], ["c.d", "in", [1, 2, "3"]]]),
        json!([["order_line", "any", ["&", ["product_id.name", "=like", "a"], ["q", "<", 3]]]]),
        json!([["line", "not any", [["deep", "any", [["password", "!=", false]]]]]]),
        json!([[1, "=", 1], ["date", ">", "-30d"], ["parent_id", "child_of", [4]]]),
        json!("[[\"state\", \"in\", [\"sale\", \"done\"]]]"),
    ]
    .iter()
    .map(|seed| seed.to_string().into_bytes())
    .collect();
    while run.goes_on() {
        let bytes = run.random.mutated(&seeds);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // As JSON where it is some, and always as a text, which is the other way in.
        let values = [serde_json::from_str(&text).ok(), Some(Value::String(text.clone()))];
        for value in values.into_iter().flatten() {
            let Ok(domain) = Domain::parse(&value) else { continue };
            let context = || format!("seed {}, input {text}", run.seed);
            let fields: BTreeSet<String> =
                domain.fields().iter().map(|named| named.path.clone()).collect();
            let sent = domain.clone().into_value();
            assert_eq!(Domain::parse(&sent).as_ref(), Ok(&domain), "{}", context());
            let mut touched = BTreeSet::new();
            let terms = sent.as_array().expect("a list");
            assert!(operands(terms, "", &mut touched), "arity: {}", context());
            assert_eq!(touched, fields, "{}", context());
        }
    }
    run.say("domains");
}

/// Whether each prefix operator has its operands; adds the fields that leaves name. Written apart from the
/// parser, on purpose: it looks from the end, as Odoo does.
fn operands(terms: &[Value], prefix: &str, touched: &mut BTreeSet<String>) -> bool {
    let mut whole = 0_usize;
    for term in terms.iter().rev() {
        match term {
            Value::String(operator) => {
                let needed = if operator == "!" { 1 } else { 2 };
                if whole < needed {
                    return false;
                }
                whole = whole - needed + 1;
            }
            Value::Array(leaf) => {
                whole += 1;
                let Some(name) = leaf[0].as_str() else { continue };
                let path = format!("{prefix}{name}");
                let is_nested = leaf[1].as_str().is_some_and(|name| name.ends_with("any"));
                if let (true, Some(inner)) = (is_nested, leaf[2].as_array())
                    && !operands(inner, &format!("{path}."), touched)
                {
                    return false;
                }
                touched.insert(path);
            }
            _ => return false,
        }
    }
    true
}

/// Keys that take turns, so that the limit of calls hides little.
const KEYS: usize = 24;

async fn keys(app: &TestApp) -> Vec<String> {
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let mut keys = Vec::new();
    for _ in 0..KEYS {
        keys.push(app.make_key(actor, company, member, PermissionSet::ALL).await.key);
    }
    keys
}

fn with_meta(mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "fuzz", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
        "progressToken": 1,
    });
    params
}

fn messages() -> Vec<Vec<u8>> {
    let query = json!({ "name": "aidoo_query", "arguments": {
        "model": "res.partner", "domain": [["name", "ilike", "a"]], "limit": 2 } });
    let context = json!({ "name": "aidoo_context", "arguments": {} });
    let cancelled = json!({ "requestId": 1, "reason": "x" });
    let notification = |method: &str, params: &Value| json!({ "jsonrpc": "2.0", "method": method, "params": params });
    [
        initialize("2025-11-25"),
        initialize("2024-11-05"),
        request("ping", json!({})),
        request("tools/list", json!({})),
        request("tools/call", query.clone()),
        request("tools/call", context.clone()),
        request("tools/call", with_meta(query)),
        request("server/discover", with_meta(json!({}))),
        request("prompts/get", json!({ "name": "overdue_invoices", "arguments": {} })),
        request("resources/read", json!({ "uri": "aidoo://schema/res.partner" })),
        request("resources/read", with_meta(json!({ "uri": "aidoo://report/sale.order/1,2" }))),
        request("subscriptions/listen", with_meta(json!({ "notifications": { "toolsListChanged": true } }))),
        request("completion/complete", json!({ "ref": { "type": "ref/prompt", "name": "x" }, "argument": { "name": "a", "value": "" } })),
        notification("notifications/initialized", &json!({})),
        notification("notifications/cancelled", &cancelled),
        notification("notifications/progress", &json!({ "progressToken": 1, "progress": 2 })),
        json!({ "jsonrpc": "2.0", "id": 1, "result": { "action": "accept", "content": {} } }),
        json!({ "jsonrpc": "2.0", "id": 7, "error": { "code": -1, "message": "no" } }),
        json!([request("ping", json!({})), context]),
    ]
    .iter()
    .map(|seed| seed.to_string().into_bytes())
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_is_answered_or_refused_and_breaks_nothing() {
    let app = TestApp::start().await;
    let (keys, seeds, client) = (keys(&app).await, messages(), Client::new());
    let revisions = ["2026-07-28", "2025-11-25", "2025-03-26", "2031-01-01", "", "\u{e9}"];
    let methods = ["tools/call", "tools/list", "server/discover", "initialize", "x"];
    let names = ["aidoo_query", "aidoo_context", "=?base64?YQ==?=", ""];
    let mut run = Run::new(500);
    while run.goes_on() {
        let random = &mut run.random;
        let body = random.mutated(&seeds);
        let key = random.pick(&keys);
        let mut post = client
            .post(format!("{}/mcp", app.url))
            .bearer_auth(key)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json")
            .timeout(Duration::from_secs(20))
            .body(body.clone());
        for (name, values) in [
            ("MCP-Protocol-Version", &revisions[..]),
            ("Mcp-Method", &methods[..]),
            ("Mcp-Name", &names[..]),
            ("Mcp-Session-Id", &names[..]),
        ] {
            if random.below(2) == 0 {
                post = post.header(name, *random.pick(values));
            }
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        let context = || format!("seed {}, input {text}", run.seed);
        let answer = post.send().await.unwrap_or_else(|error| panic!("{error}: {}", context()));
        let status = answer.status();
        assert!(!status.is_server_error(), "{status}: {}", context());
        let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
        let is_json = kind.is_some_and(|kind| kind == "application/json");
        if is_json && status == StatusCode::OK {
            let body: Value = answer.json().await.unwrap_or_else(|_| panic!("JSON: {}", context()));
            let is_whole = body["jsonrpc"] == "2.0"
                && (body["result"].is_object() != body["error"].is_object());
            assert!(is_whole, "{body}: {}", context());
        }
    }
    let (status, body) = app.mcp(&keys[0], request("tools/list", json!({}))).await;
    assert!(status == StatusCode::OK && body["result"]["tools"].is_array(), "it goes on: {body}");
    run.say("envelopes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_answers_or_ends_whatever_is_said_on_it() {
    let app = TestApp::start().await;
    let (keys, seeds, client) = (keys(&app).await, messages(), Client::new());
    let mut run = Run::new(40);
    while run.goes_on() {
        let key = run.random.pick(&keys).clone();
        let mut stream = open(&app, &key).await;
        let path = stream.endpoint().await;
        let say = async |body: Vec<u8>| {
            let address = format!("{}{path}", app.url);
            let post = client.post(address).bearer_auth(&key).body(body);
            post.send().await.expect("answers").status()
        };
        let mut said = Vec::new();
        // Most sessions begin as they should, or little would be said on them.
        if run.random.below(4) != 0 {
            say(initialize("2025-11-25").to_string().into_bytes()).await;
            said.push("initialize".to_owned());
        }
        for _ in 0..run.random.below(8) {
            let message = match run.random.below(2) {
                0 => run.random.pick(&seeds).clone(),
                _ => run.random.mutated(&seeds),
            };
            said.push(String::from_utf8_lossy(&message).into_owned());
            let status = say(message).await;
            assert!(!status.is_server_error(), "{status}: seed {}, {said:#?}", run.seed);
        }
        let last = json!({ "jsonrpc": "2.0", "id": "the last", "method": "ping" });
        say(last.to_string().into_bytes()).await;
        // A stream that did neither would run into the time limit of its reader.
        while let Some((_, data)) = stream.next().await {
            let message: Value = serde_json::from_str(&data)
                .unwrap_or_else(|_| panic!("JSON: {data}: seed {}, {said:#?}", run.seed));
            assert_eq!(message["jsonrpc"], "2.0", "seed {}, {said:#?}", run.seed);
            if message["id"] == "the last" {
                break;
            }
        }
    }
    run.say("sessions");
}

/// Opens a stream. Places of streams that were left come back when the server notices.
async fn open(app: &TestApp, key: &str) -> EventStream {
    for _ in 0..100 {
        let answer = sse(&app.url, key).send().await.expect("answers");
        match answer.status() {
            StatusCode::OK => return EventStream::of(answer),
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no place came back");
}
