//! What holds calls back, what is on record of them, and what becomes of files and of what is under way
//! when the server stops.

use std::{io::Cursor, sync::Arc, time::Duration};

use calamine::{DataType as _, Reader as _, Xlsx};
use futures::{
    future::join_all,
    stream::{FuturesUnordered, StreamExt as _},
};
use reqwest::{Client, StatusCode, header};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};
use server::{
    clock::Clock,
    entities::{call, odoo_connection},
    services::{Core, activity::Activity, lines::CHANGES},
};
use shared::{
    activity::ListActivity,
    api_key::RevokeApiKey,
    confirmation::{ConfirmMode, ConfirmModes, DecideApproval, Decision},
    key_change::ReduceApiKey,
    permission::PermissionSet,
    time::{HOUR, MINUTE, SECOND},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::{
    app::{TestApp, Who},
    asking::modern,
    core::NOW,
    door::Door,
    gate::{Gate, outcome},
    streams::{EventStream, initialize, request, say},
    tools::calls_of,
    workflows::in_force,
};

fn counting() -> Value {
    json!({ "model": "res.partner", "count_only": true })
}

/// A gate at a clock of the test's own, in a folder that lives as long as it.
async fn at(clock: &Clock) -> Gate {
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    Gate::of(TestApp::start_on(&database, folder, clock.clone(), &[]).await).await
}

/// The same with a door before Odoo.
async fn behind(door: &Door, clock: &Clock) -> Gate {
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let options = ["--odoo-allow", &door.address.to_string()];
    let app = TestApp::start_on(&database, folder, clock.clone(), &options).await;
    Gate::through(door, app).await
}

async fn post(gate: &Gate, key: &str, body: &str) -> (StatusCode, String, String) {
    let answer = Client::new()
        .post(format!("{}/mcp", gate.app.url))
        .bearer_auth(key)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.to_owned())
        .send()
        .await
        .expect("answers");
    let wait = answer.headers().get(header::RETRY_AFTER);
    let wait = wait.map(|wait| wait.to_str().expect("a text").to_owned()).unwrap_or_default();
    (answer.status(), wait, answer.text().await.expect("a body"))
}

#[tokio::test]
async fn over_its_limit_a_key_is_told_when_to_come_back_however_it_calls() {
    let clock = Clock::manual(NOW);
    let gate = at(&clock).await;
    gate.set_rules(|rules| rules.calls_per_minute = 6).await;
    let (key, url) = (gate.key.key.as_str(), &gate.app.url);
    let mut stream = EventStream::open(url, key).await;
    let path = stream.endpoint().await;
    say(url, &path, key, &initialize("2025-11-25")).await;
    stream.message().await;

    let call = request("tools/call", json!({ "name": "aidoo_workflow", "arguments": {} }));
    let read = request("resources/read", json!({ "uri": "aidoo://schema/res.partner" }));
    let escaped = call.to_string().replace("tools/call", "tools\\/c\\u0061ll");
    let twice = call.to_string().replacen('{', "{\"method\":\"tools/list\",", 1);
    for body in [call.to_string(), read.to_string(), escaped, twice, format!("[{call}]")] {
        assert_ne!(post(&gate, key, &body).await.0, StatusCode::TOO_MANY_REQUESTS, "{body}");
    }
    assert_eq!(say(url, &path, key, &call).await, StatusCode::ACCEPTED);
    let (status, wait, body) = post(&gate, key, &call.to_string()).await;
    assert_eq!((status, wait.as_str()), (StatusCode::TOO_MANY_REQUESTS, "10"), "{body}");
    assert!(body.contains("too_many_requests"), "{body}");
    assert!(body.contains("may make 6 calls a minute: try again in 10 s"), "{body}");
    for refused in [&read, &call] {
        let status = post(&gate, key, &refused.to_string()).await.0;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{refused}");
    }
    assert_eq!(say(url, &path, key, &call).await, StatusCode::TOO_MANY_REQUESTS);

    // What calls no tool is not counted, another key has its own, and what was waited for comes back.
    let list = request("tools/list", json!({})).to_string();
    assert_eq!(post(&gate, key, &list).await.0, StatusCode::OK);
    let other = gate.another_key(PermissionSet::ALL).await;
    assert_eq!(post(&gate, &other, &call.to_string()).await.0, StatusCode::OK);
    clock.advance(10 * SECOND);
    assert_eq!(post(&gate, key, &call.to_string()).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_address_has_a_limit_of_its_own_and_a_hammering_client_fills_no_table() {
    let clock = Clock::manual(NOW);
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let options = ["--calls-per-address", "3"];
    let app = TestApp::start_on(&database, folder, clock.clone(), &options).await;
    let gate = Gate::of(app).await;
    let key = gate.key.key.as_str();
    let call = request("tools/call", json!({ "name": "aidoo_workflow", "arguments": {} }));
    let other = gate.another_key(PermissionSet::ALL).await;
    for key in [key, &other, key] {
        assert_eq!(post(&gate, key, &call.to_string()).await.0, StatusCode::OK);
    }
    for _ in 0..5 {
        let (status, wait, body) = post(&gate, key, &call.to_string()).await;
        assert_eq!((status, wait.as_str()), (StatusCode::TOO_MANY_REQUESTS, "20"), "{body}");
        assert!(body.contains("this address") && body.contains("3 calls a minute"), "{body}");
        assert!(body.contains("try again in 20 s"), "{body}");
    }
    clock.advance(SECOND);
    assert_eq!(post(&gate, key, &call.to_string()).await.0, StatusCode::TOO_MANY_REQUESTS);
    let refused: Vec<(String, Option<String>)> = gate
        .record()
        .await
        .into_iter()
        .filter(|row| {
            row.result == "refused" && row.problem.as_ref().is_some_and(|p| p.contains("a minute"))
        })
        .map(|row| (row.tool, row.problem))
        .collect();
    assert_eq!(refused.len(), 2, "one for each second: {refused:?}");
    assert_eq!(refused[0].0, "aidoo_workflow");
    clock.advance(20 * SECOND);
    assert_eq!(post(&gate, key, &call.to_string()).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_twenty_first_change_of_a_minute_waits_and_its_confirmation_stays_good() {
    let clock = Clock::manual(NOW);
    let gate = at(&clock).await;
    let create = |number: u32| {
        let name = format!("Customer {number}");
        json!({ "model": "res.partner", "values": { "name": name } })
    };
    for number in 0..20 {
        let confirmed = gate.previewed("aidoo_create", create(number)).await;
        gate.call("aidoo_create", confirmed).await.expect("is done");
    }
    let confirmed = gate.previewed("aidoo_create", create(20)).await;
    let refused = gate.call("aidoo_create", confirmed.clone()).await.expect_err("is too much");
    assert!(refused.contains("20 changes a minute: try again in 3 s"), "{refused}");
    assert_eq!(gate.count("res.partner", "create"), 20);
    clock.advance(3 * SECOND);
    gate.call("aidoo_create", confirmed).await.expect("is done now");
    assert_eq!(gate.count("res.partner", "create"), 21);
}

/// Four changes by this tool, each agreed to in this way: what their calls bring.
async fn agreed_to(gate: &Gate, tool: &'static str, mode: ConfirmMode) -> Vec<Value> {
    let key = gate.key.key.as_str();
    let mut calls = Vec::new();
    for number in 0..4 {
        let name = format!("{mode} {number}");
        let mut change = match tool {
            "aidoo_workflow" => json!({ "workflow": "Makes", "inputs": { "name": name } }),
            _ => json!({ "model": "res.partner.category", "values": { "name": name } }),
        };
        let asked = modern(gate, key, tool, json!({ "arguments": change })).await;
        let result = &asked["result"];
        let told = &result["structuredContent"];
        match mode {
            ConfirmMode::Client => {
                calls.push(json!({ "arguments": change, "requestState": result["requestState"],
                    "inputResponses": { "confirm": { "action": "accept", "content": {} } } }));
                continue;
            }
            ConfirmMode::Dashboard => {
                let approval = told["confirm"].as_str().and_then(|id| id.parse().ok());
                let approval = approval.unwrap_or_else(|| panic!("waits for nobody: {asked}"));
                let company = gate.company;
                let decide = DecideApproval { company, approval, decision: Decision::Approve };
                let approvals = &gate.app.state.backend.approvals;
                approvals.decide(gate.actor, decide).await.expect("is approved");
            }
            ConfirmMode::Preview | ConfirmMode::Refuse => {}
        }
        change["confirm"] = told["confirm"].clone();
        calls.push(json!({ "arguments": change }));
    }
    calls
}

/// What somebody agreed to is not used up by a limit, also when more come at once than it allows.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_at_once_those_beyond_the_limit_keep_their_confirmations() {
    let clock = Clock::manual(NOW);
    let gate = at(&clock).await;
    let name = json!([{ "name": "name", "label": "Name", "kind": "text" }]);
    let make = json!([{ "name": "make", "title": "Make", "action": "create", "arguments": {
        "model": "res.partner.category", "values": { "name": { "$": "input.name" } } } }]);
    in_force(&gate, "Makes", name, make).await;
    let key = gate.key.key.as_str();
    for tool in ["aidoo_create", "aidoo_workflow"] {
        for mode in [ConfirmMode::Preview, ConfirmMode::Client, ConfirmMode::Dashboard] {
            gate.set_rules(|rules| {
                (rules.calls_per_minute, rules.writes_per_minute) = (1_000, 2);
                rules.confirm =
                    ConfirmModes { create: mode, write: mode, execute: mode, workflow: mode };
            })
            .await;
            let calls = agreed_to(&gate, tool, mode).await;
            let made = || gate.count("res.partner.category", "create");
            let before = made();
            let send = |params: &Value| {
                let (gate, params) = (&gate, params.clone());
                async move { outcome(&modern(gate, key, tool, params).await) }
            };
            let answers = join_all(calls.iter().map(send)).await;
            let mut left = Vec::new();
            for (params, answer) in calls.iter().zip(answers) {
                match answer {
                    Ok(done) => assert_eq!(done["status"], "done", "{tool}, {mode}: {done}"),
                    Err(refused) => {
                        let words = "2 changes a minute";
                        assert!(refused.contains(words), "{tool}, {mode}: {refused}");
                        left.push(params);
                    }
                }
            }
            assert_eq!((left.len(), made() - before), (2, 2), "{tool}, {mode}");
            clock.advance(MINUTE);
            for params in left {
                let done = send(params).await.expect("is done, as it was agreed to");
                assert_eq!(done["status"], "done", "{tool}, {mode}: {done}");
            }
            assert_eq!(made() - before, 4, "{tool}, {mode}");

            // What is no agreement any more takes nothing of the limit.
            clock.advance(MINUTE);
            for params in &calls {
                let used = send(params).await.expect_err("was used");
                assert!(used.contains("it was used before"), "{tool}, {mode}: {used}");
            }
            assert_eq!(made() - before, 4, "{tool}, {mode}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_said_and_those_in_it_are_served() {
    let door = Door::new().await;
    let gate = Arc::new(behind(&door, &Clock::system()).await);
    gate.connect(&door, "", "1").await;
    gate.call("aidoo_query", counting()).await.expect("answers");
    let held = door.hold("search_count");
    let call = || {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move { gate.call("aidoo_query", counting()).await })
    };
    let first = call();
    door.wait_for("search_count", 2).await;
    // 32 stand in the queue; of 33 the one that is too many ends alone.
    let mut calls: FuturesUnordered<_> = (0..33).map(|_| call()).collect();
    let refused = calls.next().await.expect("one").expect("ends").expect_err("is one too many");
    assert!(refused.contains("are waiting (32 may)"), "{refused}");
    assert_eq!(door.came("search_count"), 2, "one at a time");
    door.open("search_count");
    held.release();
    first.await.expect("ends").expect("is served");
    while let Some(call) = calls.next().await {
        call.expect("ends").expect("is served");
    }
    assert_eq!(door.came("search_count"), 34);
}

#[tokio::test]
async fn a_change_that_has_begun_goes_on_before_the_reads_that_fill_the_queue() {
    let door = Door::new().await;
    let gate = Arc::new(behind(&door, &Clock::system()).await);
    gate.connect(&door, "", "1").await;
    // Until 18 different values are a call each.
    let transaction = gate.app.state.core.db.begin().await.expect("begins");
    odoo_connection::Entity::update_many()
        .col_expr(odoo_connection::Column::Version, Expr::value("18.0"))
        .exec(&transaction)
        .await
        .expect("is written");
    transaction.commit().await.expect("commits");
    let query = json!({ "model": "res.partner", "limit": 2, "order": "id" });
    let found = gate.call("aidoo_query", query).await.expect("answers");
    let city = |at: usize, city: &str| json!({ "id": found["records"][at]["id"], "values": { "city": city } });
    let change =
        json!({ "model": "res.partner", "changes": [city(0, "Narvik"), city(1, "Bergen")] });
    let confirmed = gate.previewed("aidoo_write", change).await;
    let spawn = |tool: &'static str, arguments: Value| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move { gate.call(tool, arguments).await })
    };

    let first = door.hold("write");
    let change = spawn("aidoo_write", confirmed);
    door.wait_for("write", 1).await;
    let read = |_| spawn("aidoo_query", counting());
    let mut reads: FuturesUnordered<_> = (0..33).map(read).collect();
    let refused = reads.next().await.expect("one").expect("ends").expect_err("is one too many");
    assert!(refused.contains("are waiting (32 may)"), "{refused}");
    let (counts, second) = (door.hold("search_count"), door.hold("write"));
    first.release();
    door.wait_for("search_count", 1).await;
    // The queue is full again, and the change goes on behind the one that is at Odoo.
    reads.extend((0..2).map(read));
    let refused = reads.next().await.expect("one").expect("ends").expect_err("is one too many");
    assert!(refused.contains("are waiting (32 may)"), "{refused}");
    counts.release();
    door.wait_for("write", 2).await;
    let before = door.came("search_count");
    assert!(before <= 2, "{before} of 33 reads went before");
    second.release();
    let done = change.await.expect("ends").expect("is done as a whole");
    assert_eq!(done["ids"].as_array().map(Vec::len), Some(2), "{done}");
    while let Some(read) = reads.next().await {
        read.expect("ends").expect("is served");
    }
}

#[tokio::test]
async fn an_odoo_that_does_not_answer_is_left_alone_and_comes_back() {
    let clock = Clock::manual(NOW);
    let door = Door::new().await;
    let gate = behind(&door, &clock).await;
    gate.call("aidoo_query", counting()).await.expect("answers");
    door.break_before("search_count");
    for _ in 0..5 {
        gate.call("aidoo_query", counting()).await.expect_err("is not answered");
    }
    assert_eq!(door.came("search_count"), 6, "a call that may have reached odoo is not repeated");
    for _ in 0..3 {
        let refused = gate.call("aidoo_query", counting()).await.expect_err("is not asked");
        assert!(refused.contains("left alone for a moment: try again in 15 s"), "{refused}");
    }
    assert_eq!(door.came("search_count"), 6);

    clock.advance(15 * SECOND);
    gate.call("aidoo_query", counting()).await.expect_err("one tries, in vain");
    gate.call("aidoo_query", counting()).await.expect_err("and the next does not");
    assert_eq!(door.came("search_count"), 7);

    door.open("search_count");
    clock.advance(15 * SECOND);
    for _ in 0..3 {
        gate.call("aidoo_query", counting()).await.expect("is there again");
    }
    // What odoo itself refuses is an answer.
    for _ in 0..8 {
        let query = json!({ "model": "no.such.model" });
        gate.call("aidoo_query", query).await.expect_err("there is none");
    }
    gate.call("aidoo_query", counting()).await.expect("is there");
}

/// A change that cannot be made now is not made later by itself, so its person need not agree a second time.
#[tokio::test]
async fn an_odoo_that_is_left_alone_uses_up_no_confirmation() {
    let clock = Clock::manual(NOW);
    let door = Door::new().await;
    let gate = behind(&door, &clock).await;
    let tag = json!({ "model": "res.partner.category", "values": { "name": "Made" } });
    let steps = json!([{ "name": "make", "title": "Make", "action": "create", "arguments": tag }]);
    in_force(&gate, "Makes", json!([]), steps).await;
    let order = json!({ "model": "sale.order", "domain": [["state", "=", "draft"]], "limit": 1 });
    let order = gate.call("aidoo_query", order).await.expect("answers")["records"][0]["id"].clone();
    let confirm = json!({ "model": "sale.order", "method": "action_confirm", "ids": [order] });
    let mut agreed = Vec::new();
    for (tool, change) in [
        ("aidoo_create", tag),
        ("aidoo_execute", confirm),
        ("aidoo_workflow", json!({ "workflow": "Makes" })),
    ] {
        agreed.push((tool, gate.previewed(tool, change).await));
    }
    door.break_before("search_count");
    for _ in 0..5 {
        gate.call("aidoo_query", counting()).await.expect_err("is not answered");
    }
    for (tool, change) in &agreed {
        let refused = gate.call(tool, change.clone()).await.expect_err("is not asked");
        assert!(refused.contains("left alone for a moment"), "{tool}: {refused}");
    }
    assert_eq!((door.came("create"), door.came("action_confirm")), (0, 0));

    door.open("search_count");
    clock.advance(15 * SECOND);
    for (tool, change) in agreed {
        let done = gate.call(tool, change).await.expect("is done, as it was agreed to");
        assert_eq!(done["status"], "done", "{tool}: {done}");
    }
    assert_eq!((door.came("create"), door.came("action_confirm")), (2, 1));
}

/// Whoever said no is not overruled by a later yes to the same question, even if no change could be made just then.
#[tokio::test]
async fn a_no_counts_also_while_no_change_can_be_made() {
    let clock = Clock::manual(NOW);
    let gate = at(&clock).await;
    gate.set_rules(|rules| {
        rules.writes_per_minute = 1;
        rules.confirm.create = ConfirmMode::Client;
    })
    .await;
    let (key, tool) = (gate.key.key.as_str(), "aidoo_create");
    let change = json!({ "model": "res.partner.category", "values": { "name": "Made" } });
    let ask = async || {
        let asked = modern(&gate, key, tool, json!({ "arguments": change })).await;
        asked["result"]["requestState"].clone()
    };
    let answer = async |state: &Value, action: &str| {
        let params = json!({ "arguments": change, "requestState": state,
            "inputResponses": { "confirm": { "action": action, "content": {} } } });
        outcome(&modern(&gate, key, tool, params).await)
    };
    let question = ask().await;
    answer(&question, "accept").await.expect("is the one of this minute");
    let question = ask().await;
    answer(&question, "decline").await.expect_err("says no");
    clock.advance(2 * MINUTE);
    let overruled = answer(&question, "accept").await.expect_err("was answered");
    assert!(overruled.contains("refused this change"), "{overruled}");
    assert_eq!(gate.count("res.partner.category", "create"), 1);
}

/// Nor if Odoo did not answer when the no came: nothing of the call is looked at before it.
#[tokio::test]
async fn a_no_counts_also_while_odoo_does_not_answer() {
    let door = Door::new().await;
    let gate = behind(&door, &Clock::system()).await;
    gate.set_rules(|rules| rules.confirm.write = ConfirmMode::Client).await;
    let (key, tool) = (gate.key.key.as_str(), "aidoo_write");
    let change = json!({ "model": "res.partner", "ids": [1], "values": { "city": "Narvik" } });
    let asked = modern(&gate, key, tool, json!({ "arguments": change })).await;
    let question = asked["result"]["requestState"].clone();
    let answer = async |action: &str| {
        let params = json!({ "arguments": change, "requestState": question,
            "inputResponses": { "confirm": { "action": action, "content": {} } } });
        outcome(&modern(&gate, key, tool, params).await)
    };
    door.break_before("read");
    let no = answer("decline").await.expect_err("says no");
    assert!(no.contains("did not agree"), "{no}");
    door.open("read");
    let overruled = answer("accept").await.expect_err("was answered");
    assert!(overruled.contains("refused this change"), "{overruled}");
    assert_eq!(gate.count("res.partner", "write"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_change_too_many_is_refused_before_it_begins_and_keeps_its_confirmation() {
    let door = Door::new().await;
    let gate = Arc::new(behind(&door, &Clock::system()).await);
    gate.set_rules(|rules| rules.writes_per_minute = 1_000).await;
    let tag = json!({ "model": "res.partner.category", "values": { "name": "Made" } });
    let mut agreed = Vec::new();
    for _ in 0..=CHANGES {
        agreed.push(gate.previewed("aidoo_create", tag.clone()).await);
    }
    let one_more = agreed.pop().expect("one more than there is room for");
    let held = door.hold("create");
    let calls: Vec<_> = agreed
        .into_iter()
        .map(|change| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move { gate.call("aidoo_create", change).await })
        })
        .collect();
    let begun = async || {
        let rows = gate.record().await.into_iter();
        rows.filter(|row| row.result == "started").count()
    };
    // A minute, where the machine has much else to do; a moment otherwise.
    for _ in 0..3_000 {
        if begun().await == CHANGES {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(begun().await, CHANGES);
    let refused = gate.call("aidoo_create", one_more.clone()).await.expect_err("is too many");
    assert!(refused.contains("too many changes are under way"), "{refused}");
    door.open("create");
    held.release();
    for call in calls {
        call.await.expect("ends").expect("is done");
    }
    gate.call("aidoo_create", one_more).await.expect("is done now");
    assert_eq!(door.came("create"), CHANGES + 1);
}

#[tokio::test]
async fn a_reading_call_that_is_cancelled_ends_at_odoo_and_is_on_record() {
    let door = Door::new().await;
    let gate = behind(&door, &Clock::system()).await;
    gate.call("aidoo_query", counting()).await.expect("answers");
    let _held = door.hold("search_count");
    tokio::select! {
        answer = gate.call("aidoo_query", counting()) => panic!("is held: {answer:?}"),
        () = door.wait_for("search_count", 2) => {}
    }
    for _ in 0..400 {
        if door.left() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(door.left(), 1, "odoo sees that nobody waits any more");
    let last = gate.record().await.pop().expect("is on record");
    assert_eq!((last.tool.as_str(), last.result.as_str()), ("aidoo_query", "failed"));
    assert!(last.problem.is_some_and(|problem| problem.contains("went away")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_key_may_is_read_again_after_its_call_has_waited() {
    let door = Door::new().await;
    let gate = Arc::new(behind(&door, &Clock::system()).await);
    gate.connect(&door, "", "1").await;
    let revoked =
        gate.app.make_key(gate.actor, gate.company, gate.member, PermissionSet::ALL).await;
    let keys = [gate.key.key.clone(), revoked.key.clone()];
    for key in &keys {
        gate.call_as(key, "aidoo_query", counting()).await.expect("answers");
    }
    let spawn = |key: String| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move { gate.call_as(&key, "aidoo_query", counting()).await })
    };

    let held = door.hold("search_count");
    let first = spawn(keys[0].clone());
    door.wait_for("search_count", 3).await;
    let second = spawn(keys[1].clone());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let revoke = RevokeApiKey { company: gate.company, key: revoked.id };
    gate.app.state.backend.api_keys.revoke(gate.actor, revoke).await.expect("revokes");
    held.release();
    first.await.expect("ends").expect("was at odoo before");
    let ended = second.await.expect("ends").expect_err("is over");
    assert!(ended.contains("came to its end while the call waited"), "{ended}");
    assert_eq!(door.came("search_count"), 3);

    // A policy that closes the model in the meantime acts the same way.
    let held = door.hold("search_count");
    let first = spawn(keys[0].clone());
    door.wait_for("search_count", 4).await;
    let second = spawn(keys[0].clone());
    tokio::time::sleep(Duration::from_secs(2)).await;
    gate.set_rules(|rules| rules.guards.closed_models = vec!["res.partner".into()]).await;
    held.release();
    first.await.expect("ends").expect("was at odoo before");
    let ended = second.await.expect("ends").expect_err("is closed now");
    assert!(ended.contains("the company's policies changed"), "{ended}");
    assert_eq!(door.came("search_count"), 4);
}

#[tokio::test]
async fn every_call_is_on_record_with_who_what_and_how_it_ended() {
    let gate = Gate::start().await;
    let agent = Client::new();
    let call = async |tool: &str, arguments: &Value| {
        let body = request("tools/call", json!({ "name": tool, "arguments": arguments }));
        let answer = agent
            .post(format!("{}/mcp", gate.app.url))
            .bearer_auth(&gate.key.key)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::USER_AGENT, "agent/7")
            .json(&body)
            .send()
            .await
            .expect("answers");
        outcome(&answer.json().await.expect("json"))
    };
    let query = json!({ "model": "res.partner", "limit": 3 });
    call("aidoo_query", &query).await.expect("answers");
    let mut same = serde_json::Map::new();
    for name in ["limit", "model"] {
        same.insert(name.to_owned(), query[name].clone());
    }
    call("aidoo_query", &Value::Object(same)).await.expect("answers");
    call("aidoo_query", &counting()).await.expect("answers");
    call("aidoo_read", &json!({ "model": "res.partner", "ids": [1], "fields": ["x"] }))
        .await
        .expect_err("no such field");
    call("aidoo_query", &json!({ "model": "no.such.model" })).await.expect_err("no such model");
    call("aidoo_context", &json!({})).await.expect("answers");
    call("aidoo_schema", &json!({ "model": "sale.order" })).await.expect("answers");
    let figures = json!({ "action": "figures", "model": "sale.order" });
    call("aidoo_report", &figures).await.expect("answers");
    let mut change =
        json!({ "model": "res.partner", "ids": [1, 2], "values": { "city": "Narvik" } });
    change["confirm"] = call("aidoo_write", &change).await.expect("a preview")["confirm"].clone();
    call("aidoo_write", &change).await.expect("is done");
    call("aidoo_write", &change).await.expect_err("was used");

    let rows = gate.record().await;
    let table: String = rows
        .iter()
        .map(|row| {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let records = row.records.map_or("-".to_owned(), |records| records.to_string());
            let (model, method, by) = (text(&row.model), text(&row.method), text(&row.consent));
            format!("{} {model} {method} {records} {} {by}\n", row.tool, row.result)
        })
        .collect();
    insta::assert_snapshot!(table, @r"
    aidoo_query res.partner - 3 ok -
    aidoo_query res.partner - 3 ok -
    aidoo_query res.partner - - ok -
    aidoo_read res.partner - 1 refused -
    aidoo_query no.such.model - - refused -
    aidoo_context - - - ok -
    aidoo_schema sale.order - - ok -
    aidoo_report sale.order figures 1 ok -
    aidoo_write res.partner - 2 asked -
    aidoo_write res.partner write 2 ok token
    aidoo_write res.partner - 2 refused -
    ");
    for row in &rows {
        assert_eq!(row.member_id, gate.member.as_uuid());
        assert_eq!((row.client.as_deref(), row.address.as_str()), (Some("agent/7"), "127.0.0.1"));
        assert!(row.duration.is_some_and(|micros| (0..MINUTE).contains(&micros)), "{}", row.tool);
        assert_eq!((row.arguments.as_deref(), row.arguments_digest.len()), (None, 32));
        let failed = ["refused", "failed", "unknown"].contains(&row.result.as_str());
        assert_eq!(row.problem.is_some(), failed, "{} {}", row.tool, row.result);
    }
    assert_eq!(rows[0].arguments_digest, rows[1].arguments_digest, "the order of names is none");
    assert_ne!(rows[0].arguments_digest, rows[2].arguments_digest);

    gate.set_rules(|rules| rules.record_arguments = true).await;
    call("aidoo_write", &change).await.expect_err("was used");
    let secret = json!({ "model": "res.users", "ids": [1], "values": { "password": "canary" } });
    call("aidoo_write", &secret).await.expect_err("is refused");
    let kept: Vec<String> =
        gate.record().await.into_iter().filter_map(|row| row.arguments).collect();
    assert_eq!(kept.len(), 2);
    assert!(kept[0].contains("Narvik") && !kept[0].contains("confirm"), "{kept:?}");
    assert!(kept[1].contains("res.users") && !kept[1].contains("canary"), "{kept:?}");
    let shown =
        gate.app.state.backend.activity.timeline(gate.actor, gate.company, ListActivity::default());
    let shown: Vec<String> = calls_of(shown.await.expect("is shown"))
        .into_iter()
        .filter_map(|call| call.arguments)
        .collect();
    assert_eq!(shown.len(), 2, "the activity shows what is kept: {shown:?}");
    assert!(shown.iter().any(|arguments| arguments.contains("Narvik")), "{shown:?}");
}

#[tokio::test]
async fn a_change_that_is_under_way_when_the_server_stops_is_ended_and_on_record() {
    let door = Door::new().await;
    let gate = behind(&door, &Clock::system()).await;
    let change = json!({ "model": "res.partner", "ids": [1], "values": { "city": "Narvik" } });
    let confirmed = gate.previewed("aidoo_write", change).await;
    let writing = door.hold("write");
    // The change's client has gone away.
    tokio::select! {
        answer = gate.call("aidoo_write", confirmed) => panic!("is held: {answer:?}"),
        () = door.wait_for("write", 1) => {}
    }
    let finished = gate.app.finish();
    let release = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        writing.release();
    };
    tokio::join!(finished, release);
    let rows = call::Entity::find()
        .filter(call::Column::KeyId.eq(gate.key.id.as_uuid()))
        .all(gate.app.state.core.db.reader())
        .await
        .expect("answers");
    let mut results: Vec<(String, String)> =
        rows.into_iter().map(|row| (row.tool, row.result)).collect();
    results.sort();
    let expected = [("aidoo_write", "asked"), ("aidoo_write", "ok")];
    assert_eq!(results, expected.map(|(tool, result)| (tool.to_owned(), result.to_owned())));
}

#[tokio::test]
async fn a_change_whose_process_died_is_told_as_unknown() {
    let clock = Clock::manual(NOW);
    let door = Door::new().await;
    let gate = behind(&door, &clock).await;
    let change = json!({ "model": "res.partner", "ids": [1], "values": { "city": "Narvik" } });
    let confirmed = gate.previewed("aidoo_write", change).await;
    // The record is in the order of time: of two rows of one moment either may be the last.
    clock.advance(SECOND);
    let _held = door.hold("write");
    tokio::select! {
        answer = gate.call("aidoo_write", confirmed.clone()) => panic!("is held: {answer:?}"),
        () = door.wait_for("write", 1) => {}
    }
    let result = async || gate.record().await.pop().expect("is on record").result;
    let core: Core = gate.app.state.core.clone();
    let another_start = async || {
        let stop = CancellationToken::new();
        let (_, task) = Activity::start(core.clone(), stop.clone());
        stop.cancel();
        task.await.expect("ends");
    };
    clock.advance(9 * MINUTE);
    another_start().await;
    assert_eq!(result().await, "started", "another replica may still wait for it");
    clock.advance(2 * MINUTE);
    another_start().await;
    assert_eq!(result().await, "unknown");
    // Nobody tries again, and whoever sends it again is told that it was used.
    let again = gate.call("aidoo_write", confirmed).await.expect_err("is refused");
    assert!(again.contains("it was used before"), "{again}");
    assert_eq!(door.came("write"), 1);
}

async fn extract(gate: &Gate, more: Value) -> String {
    let mut asked = json!({ "action": "extract", "model": "res.partner" });
    asked.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
    let made = gate.call("aidoo_report", asked).await.expect("is made");
    assert_eq!(made["expires_in_seconds"], 3_600, "{made}");
    made["url"].as_str().expect("a link").to_owned()
}

async fn fetch(gate: &Gate, url: &str) -> (StatusCode, Vec<u8>) {
    fetch_as(&gate.key.key, url).await
}

async fn fetch_as(key: &str, url: &str) -> (StatusCode, Vec<u8>) {
    let answer = Client::new().get(url).bearer_auth(key).send().await.expect("answers");
    (answer.status(), answer.bytes().await.expect("a body").to_vec())
}

#[tokio::test]
async fn a_link_ends_after_an_hour_and_with_its_key() {
    let clock = Clock::manual(NOW);
    let gate = at(&clock).await;
    let (late, in_time) = (extract(&gate, json!({})).await, extract(&gate, json!({})).await);
    clock.advance(HOUR - SECOND);
    assert_eq!(fetch(&gate, &in_time).await.0, StatusCode::OK);
    clock.advance(SECOND);
    assert_eq!(fetch(&gate, &late).await.0, StatusCode::GONE);
    let url = extract(&gate, json!({})).await;
    let revoke = RevokeApiKey { company: gate.company, key: gate.key.id };
    gate.app.state.backend.api_keys.revoke(gate.actor, revoke).await.expect("revokes");
    assert_eq!(fetch(&gate, &url).await.0, StatusCode::UNAUTHORIZED);
    let another = gate.another_key(PermissionSet::DEFAULT).await;
    let path = url.strip_prefix(&gate.app.url).expect("a link of this server");
    let (status, _) = gate.app.signed_in(Who::Owner).await.open(path).await;
    assert_eq!(status, StatusCode::GONE, "nothing of a key that is over is given");
    for guess in ["x", &"A".repeat(43), "..%2f..%2fetc"] {
        let status = fetch_as(&another, &format!("{}/downloads/{guess}", gate.app.url)).await.0;
        assert!(status.is_client_error(), "{guess}: {status}");
    }
}

#[tokio::test]
async fn a_link_works_for_its_owner_alone_and_nobody_else_uses_it_up() {
    let gate = Gate::start().await;
    let url = extract(&gate, json!({})).await;
    let path = url.strip_prefix(&gate.app.url).expect("a link of this server");

    let stranger = Client::new().get(&url).send().await.expect("answers");
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(stranger.headers()[header::WWW_AUTHENTICATE], "Bearer realm=\"aidoo\"");
    let (status, to) = gate.app.browser().open(path).await;
    let next = path.replace('/', "%2F");
    assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("/sign-in?next={next}")));
    let never = "/downloads/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(fetch(&gate, &format!("{}{never}", gate.app.url)).await.0, StatusCode::GONE);
    let colleague = gate.app.signed_in(Who::Admin).await;
    assert_eq!(colleague.open(path).await, colleague.open(never).await, "as one that never was");
    let another = gate.another_key(PermissionSet::ALL).await;
    assert_eq!(
        fetch_as(&another, &url).await.0,
        StatusCode::GONE,
        "another key of the same person"
    );
    assert_eq!(fetch_as("aid_live_wrong", &url).await.0, StatusCode::UNAUTHORIZED);

    let owner = gate.app.signed_in(Who::Owner).await;
    let (status, file) = owner.open(path).await;
    assert_eq!(status, StatusCode::OK, "all of these left it as it was");
    assert!(file.starts_with("\u{FEFF}ID,"), "{file}");
    assert_eq!(owner.open(path).await.0, StatusCode::GONE);
}

#[tokio::test]
async fn a_key_that_may_make_no_files_any_more_gets_none_that_it_made() {
    let gate = Gate::start().await;
    let url = extract(&gate, json!({})).await;
    let (company, key) = (gate.company, gate.key.id);
    let reduce =
        ReduceApiKey { company, key, remove: vec!["report".to_owned(), "read".to_owned()] };
    gate.app.state.backend.api_keys.reduce(gate.actor, reduce).await.expect("is reduced");
    let (status, body) = fetch(&gate, &url).await;
    let body = String::from_utf8_lossy(&body);
    assert_eq!(
        status,
        StatusCode::GONE,
        "what else it allows, workflows too, gives nothing: {body}"
    );
    let path = url.strip_prefix(&gate.app.url).expect("a link of this server");
    let (status, file) = gate.app.signed_in(Who::Owner).await.open(path).await;
    assert_eq!(status, StatusCode::OK, "it is its person's, and was not used up");
    assert!(file.starts_with("\u{FEFF}ID,"), "{file}");
}

#[tokio::test]
async fn a_file_holds_texts_of_any_length_in_full_or_says_that_it_does_not() {
    let gate = Gate::start().await;
    let long = "é".repeat(40_000);
    let create = json!({ "model": "res.partner", "values": { "name": "Long", "comment": long } });
    let create = gate.previewed("aidoo_create", create).await;
    let ids = gate.call("aidoo_create", create).await.expect("is done")["ids"].clone();
    let asked = |format: &str| {
        json!({ "action": "extract", "model": "res.partner", "fields": ["comment"],
        "domain": [["id", "in", ids]], "format": format })
    };
    for format in ["csv", "json"] {
        let made = gate.call("aidoo_report", asked(format)).await.expect("is made");
        assert!(!made["note"].to_string().contains("cut"), "{made}");
        let (_, file) = fetch(&gate, made["url"].as_str().expect("a link")).await;
        let file = String::from_utf8(file).expect("text");
        assert!(file.contains(&long), "{format} holds it in full: {} bytes", file.len());
    }
    // A cell of Excel does not: the cell says so, and the answer.
    let made = gate.call("aidoo_report", asked("xlsx")).await.expect("is made");
    let note = made["note"].as_str().expect("a note");
    assert!(note.contains("1 text is longer than a cell"), "{note}");
    let (_, xlsx) = fetch(&gate, made["url"].as_str().expect("a link")).await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx)).expect("opens");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("is read");
    let cell = sheet.rows().nth(1).expect("a row")[1].to_string();
    assert!(cell.ends_with("(40000 characters in all: the format csv or json holds them)"));
}

#[tokio::test]
async fn no_value_of_a_secret_field_is_among_the_arguments_that_a_company_keeps() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| {
        rules.record_arguments = true;
        rules.guards.secret_fields = vec!["x_salary".to_owned()];
    })
    .await;
    let leaf = json!([["name", "=", "kept"], ["x_salary", "=", "canary"]]);
    let values = json!({ "name": "kept", "x_salary": "canary" });
    let partner = |more: Value| {
        let mut call = json!({ "model": "res.partner" });
        call.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        call
    };
    let execute = |more: Value| {
        let mut call = partner(more);
        call["method"] = json!("load");
        call
    };
    let calls = [
        ("aidoo_query", partner(json!({ "domain": leaf }))),
        ("aidoo_query", partner(json!({ "domain": leaf.to_string() }))),
        ("aidoo_query", partner(json!({ "domain": "[('x_salary', '=', 'canary')]" }))),
        ("aidoo_query", partner(json!({ "domain": [["child_ids", "any", leaf]] }))),
        ("aidoo_query", partner(json!({ "domain": [["user_ids.x_salary", "=", "canary"]] }))),
        ("aidoo_write", partner(json!({ "ids": [1], "values": values }))),
        ("aidoo_write", partner(json!({ "ids": [1], "values": values.to_string() }))),
        ("aidoo_write", partner(json!({ "changes": [{ "id": 1, "values": values }] }))),
        ("aidoo_create", partner(json!({ "values": { "child_ids": [[0, 0, values]] } }))),
        ("aidoo_create", partner(json!({ "records": json!([values]).to_string() }))),
        (
            "aidoo_execute",
            execute(
                json!({ "kwargs": { "fields": ["name", "x_salary"], "data": [["kept", "canary"]] } }),
            ),
        ),
        ("aidoo_execute", execute(json!({ "args": [["name", "x_salary"], [["kept", "canary"]]] }))),
        (
            "aidoo_execute",
            execute(
                json!({ "kwargs": { "fields": ["name", "X_Salary/.id"], "data": [["kept", "canary"]] } }),
            ),
        ),
        ("aidoo_execute", execute(json!({ "kwargs": json!({ "x": leaf }).to_string() }))),
    ];
    for (tool, arguments) in calls.clone() {
        gate.call(tool, arguments.clone()).await.expect_err("is refused");
    }
    let rows = gate.record().await;
    assert_eq!(rows.len(), calls.len());
    for row in rows {
        let kept = row.arguments.expect("are kept");
        assert!(kept.contains("res.partner") && !kept.contains("canary"), "{kept}");
    }
    // What holds none is kept as it came.
    let plain =
        partner(json!({ "domain": [["name", "=", "a token of the password kind"]], "limit": 1 }));
    gate.call("aidoo_query", plain.clone()).await.expect("is found");
    let kept = gate.record().await.pop().and_then(|row| row.arguments).expect("is kept");
    assert_eq!(serde_json::from_str::<Value>(&kept).ok(), Some(plain));
}

/// What an extract that is asked for on a stream says of how far it is, and what it answers in the end.
async fn followed(
    gate: &Gate,
    stream: &mut EventStream,
    path: &str,
    arguments: &Value,
) -> (Vec<(Option<f64>, Option<f64>)>, Value) {
    let params =
        json!({ "name": "aidoo_report", "arguments": arguments, "_meta": { "progressToken": 1 } });
    say(&gate.app.url, path, &gate.key.key, &request("tools/call", params)).await;
    let mut told = Vec::new();
    loop {
        let message = stream.message().await;
        if message["method"] != "notifications/progress" {
            return (told, outcome(&message).expect("is made"));
        }
        let progress = &message["params"];
        told.push((progress["progress"].as_f64(), progress["total"].as_f64()));
    }
}

#[tokio::test]
async fn an_extract_of_pages_holds_each_record_and_says_how_many_there_are() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.writes_per_minute = 1_000).await;
    let mut made = 0;
    while made < 1_200 {
        let records: Vec<Value> =
            (0..100).map(|n| json!({ "name": format!("Row {}", made + n) })).collect();
        let create = json!({ "model": "res.partner", "records": records });
        let create = gate.previewed("aidoo_create", create).await;
        gate.call("aidoo_create", create).await.expect("is done");
        made += 100;
    }
    let (url, key) = (&gate.app.url, gate.key.key.as_str());
    let mut stream = EventStream::open(url, key).await;
    let path = stream.endpoint().await;
    say(url, &path, key, &initialize("2025-11-25")).await;
    stream.message().await;
    let mut arguments = json!({ "action": "extract", "model": "res.partner", "domain": [["name", "=like", "Row %"]],
        "fields": ["name"], "format": "json" });
    let (told, answer) = followed(&gate, &mut stream, &path, &arguments).await;
    let of = |done, whole| (Some(done), Some(whole));
    assert_eq!(told, [of(500.0, 1_200.0), of(1_000.0, 1_200.0), of(1_200.0, 1_200.0)]);
    assert_eq!((&answer["records"], &answer["total"]), (&json!(1_200), &json!(1_200)));
    assert!(!answer["note"].to_string().contains("the first"), "{answer}");
    let (_, file) = fetch(&gate, answer["url"].as_str().expect("a link")).await;
    let rows: Vec<Value> = serde_json::from_slice(&file).expect("json");
    let mut names: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((rows.len(), names.len()), (1_200, 1_200));

    // One that its limit ends counts up to that, and says how many there are.
    let before = gate.count("res.partner", "search_count");
    arguments["limit"] = json!(700);
    let (told, answer) = followed(&gate, &mut stream, &path, &arguments).await;
    assert_eq!(told, [of(500.0, 700.0), of(700.0, 700.0)]);
    assert_eq!((&answer["records"], &answer["total"]), (&json!(700), &json!(1_200)));
    let note = answer["note"].as_str().expect("a note");
    assert!(
        note.starts_with("the file holds the first 700 of 1200 records: raise limit"),
        "{note}"
    );
    assert_eq!(gate.count("res.partner", "search_count"), before + 1, "asked once");
}

#[tokio::test]
async fn an_extract_that_ends_at_its_limit_says_how_many_records_it_leaves_out() {
    let gate = Gate::start().await;
    let records: Vec<Value> = (0..5).map(|n| json!({ "name": format!("Row {n}") })).collect();
    let create = json!({ "model": "res.partner", "records": records });
    let create = gate.previewed("aidoo_create", create).await;
    gate.call("aidoo_create", create).await.expect("is done");
    // Odoo is asked how many there are only where the page does not say it.
    for (limit, held, asked) in [(3, 3, 1), (5, 5, 1), (6, 5, 0)] {
        let before = gate.count("res.partner", "search_count");
        let extract = json!({ "action": "extract", "model": "res.partner", "limit": limit,
            "domain": [["name", "=like", "Row %"]], "fields": ["name"] });
        let made = gate.call("aidoo_report", extract).await.expect("is made");
        assert_eq!((&made["records"], &made["total"]), (&json!(held), &json!(5)), "{made}");
        let note = made["note"].as_str().expect("a note");
        let left_out = "the file holds the first 3 of 5 records: raise limit (at most 50000) or narrow the domain; \
                        the link works once";
        assert_eq!(note.starts_with(left_out), held < 5, "{note}");
        assert_eq!(note.starts_with("the link works once"), held == 5, "{note}");
        assert_eq!(gate.count("res.partner", "search_count"), before + asked, "limit {limit}");
    }
}

#[tokio::test]
async fn a_file_holds_every_record_once_in_each_format() {
    let gate = Gate::start().await;
    let names = ["=1+1", "+32 2 555", "@home", "-5", "Quoted \"A\", B", "été 🧾"];
    let records: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    let create = json!({ "model": "res.partner", "records": records });
    let create = gate.previewed("aidoo_create", create).await;
    let ids = gate.call("aidoo_create", create).await.expect("is done")["ids"].clone();
    let asked = |format: &str| json!({ "domain": [["id", "in", ids]], "fields": ["name"], "order": "id", "format": format });

    let (_, csv) = fetch(&gate, &extract(&gate, asked("csv")).await).await;
    let csv = String::from_utf8(csv).expect("text");
    assert!(csv.starts_with("\u{FEFF}ID,Name\n"), "{csv}");
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{FEFF}').as_bytes());
    let cells: Vec<String> =
        reader.records().map(|row| row.expect("a row")[1].to_owned()).collect();
    assert_eq!(cells, ["'=1+1", "'+32 2 555", "'@home", "'-5", names[4], names[5]]);

    let (_, xlsx) = fetch(&gate, &extract(&gate, asked("xlsx")).await).await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx)).expect("opens");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("is read");
    let cells: Vec<String> = sheet.rows().map(|row| row[1].to_string()).collect();
    assert_eq!(cells[0], "Name");
    assert_eq!(cells[1..], names, "a text is no formula there, and stays as it is");
    assert!(sheet.rows().skip(1).all(|row| row[0].as_f64().is_some()), "an id is a number");

    let (_, rows) = fetch(&gate, &extract(&gate, asked("json")).await).await;
    let rows: Vec<Value> = serde_json::from_slice(&rows).expect("json");
    let cells: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(cells, names);
}

#[tokio::test]
async fn an_extract_of_many_pages_has_no_record_twice_and_misses_none() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.writes_per_minute = 100).await;
    // The same name a thousand times: an order by it says nothing of which comes first.
    for _ in 0..10 {
        let records: Vec<Value> = (0..100).map(|_| json!({ "name": "Twin" })).collect();
        let create = json!({ "model": "res.partner.category", "records": records });
        let create = gate.previewed("aidoo_create", create).await;
        gate.call("aidoo_create", create).await.expect("is done");
    }
    for order in [json!(null), json!("name"), json!("name desc")] {
        let asked = json!({ "model": "res.partner.category", "domain": [["name", "=", "Twin"]],
            "fields": ["name"], "order": order, "format": "json" });
        let (_, rows) = fetch(&gate, &extract(&gate, asked).await).await;
        let rows: Vec<Value> = serde_json::from_slice(&rows).expect("json");
        let mut ids: Vec<i64> = rows.iter().filter_map(|row| row["id"].as_i64()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((rows.len(), ids.len()), (1_000, 1_000), "{order}");
    }
    // A record that goes while the pages are read shifts no other.
    assert_eq!(gate.count("res.partner.category", "search_read"), 9, "three pages each");
}
