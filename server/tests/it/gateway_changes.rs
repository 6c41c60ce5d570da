//! Changes in two steps: a preview changes nothing, what was agreed to runs once and exactly so, and what
//! was sent is on record before Odoo hears of it.

use std::{net::Ipv4Addr, time::Duration};

use futures::future::join_all;
use reqwest::{Client, StatusCode};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};
use server::{
    clock::Clock,
    entities::{call, confirmation},
    services::tools::{Caller, Cause, ToolName},
    store::{
        confirmations,
        wizards::{self, NewWizard},
    },
};
use shared::{
    api_key::{CreateApiKey, Expiry},
    confirmation::{ApprovalState, ConfirmMode, ConfirmModes, DecideApproval, Decision},
    connection::SaveConnection,
    id::{CallId, ConfirmationId, RequestId},
    permission::{Permission, PermissionSet},
    time::{DAY, HOUR, MINUTE, SECOND},
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{
    app::Who,
    asking::{Agreeing, Asking, modern},
    core::{Company, NOW, for_both_databases},
    door::Door,
    gate::{Gate, outcome},
    linking::link_as_shown,
    streams::request,
    waiting::wait_on_page,
    workflows::in_force,
};

/// A change of each kind on the demonstration's records: the tool, its arguments, and the method of Odoo
/// that makes it.
async fn changes(gate: &Gate) -> [(&'static str, Value, (&'static str, &'static str)); 3] {
    let order = first(gate, "sale.order", json!([["state", "=", "draft"]])).await;
    let partner = first(gate, "res.partner", json!([])).await;
    [
        (
            "aidoo_create",
            json!({ "model": "res.partner", "values": { "name": "Fjord Traders" } }),
            ("res.partner", "create"),
        ),
        (
            "aidoo_write",
            json!({ "model": "res.partner", "ids": [partner], "values": { "city": "Narvik" } }),
            ("res.partner", "write"),
        ),
        (
            "aidoo_execute",
            json!({ "model": "sale.order", "method": "action_confirm", "ids": [order] }),
            ("sale.order", "action_confirm"),
        ),
    ]
}

async fn first(gate: &Gate, model: &str, domain: Value) -> i64 {
    let query = json!({ "model": model, "domain": domain, "limit": 1, "order": "id" });
    let found = gate.call("aidoo_query", query).await.expect("is found");
    found["records"][0]["id"].as_i64().expect("an id")
}

/// A city for the first partner.
async fn moving(gate: &Gate) -> Value {
    let partner = first(gate, "res.partner", json!([])).await;
    json!({ "model": "res.partner", "ids": [partner], "values": { "city": "Narvik" } })
}

async fn city(gate: &Gate, change: &Value) -> Value {
    let read = json!({ "model": "res.partner", "ids": change["ids"], "fields": ["city"] });
    gate.call("aidoo_read", read).await.expect("is read")["records"][0]["city"].clone()
}

fn writes(asked: &[String]) -> Vec<&String> {
    let reads = ["read", "search_read", "search_count", "name_search"];
    let is_read = |call: &&String| reads.iter().any(|read| call.ends_with(&format!(".{read}")));
    asked.iter().filter(|call| !is_read(call)).collect()
}

#[track_caller]
fn says(answer: Result<Value, String>, words: &str) {
    match answer {
        Ok(answer) => panic!("must be refused with {words:?}, and was answered: {answer}"),
        Err(sentence) => assert!(sentence.contains(words), "{words:?} is not in: {sentence}"),
    }
}

fn all(mode: ConfirmMode) -> ConfirmModes {
    ConfirmModes { create: mode, write: mode, execute: mode, workflow: mode }
}

#[tokio::test]
async fn a_preview_changes_nothing_and_its_confirmation_runs_once() {
    let gate = Gate::start().await;
    for (tool, arguments, (model, method)) in changes(&gate).await {
        let before = gate.calls();
        let confirmed = gate.previewed(tool, arguments.clone()).await;
        let asked = gate.asked_since(before);
        assert_eq!(writes(&asked), Vec::<&String>::new(), "{tool}'s preview");

        let done = gate.call(tool, confirmed.clone()).await.expect("is done");
        assert_eq!(done["status"], "done", "{done}");
        assert_eq!(gate.count(model, method), 1, "{tool}");
        says(gate.call(tool, confirmed).await, "argument confirm");
        assert_eq!(gate.count(model, method), 1, "{tool} a second time");
    }
    let results: Vec<(String, String)> = gate
        .record()
        .await
        .into_iter()
        .filter(|row| row.tool != "aidoo_query")
        .map(|row| (row.result, row.consent.unwrap_or_default()))
        .collect();
    let one = [("asked", ""), ("ok", "token"), ("refused", "")];
    let expected = one.map(|(result, consent)| (result.to_owned(), consent.to_owned()));
    assert_eq!(results, [&expected[..]; 3].concat());
}

#[tokio::test]
async fn a_preview_shows_old_and_new_values_by_their_names() {
    let gate = Gate::start().await;
    let change = moving(&gate).await;
    let before = city(&gate, &change).await;
    let preview = gate.call("aidoo_write", change).await.expect("a preview")["preview"].clone();
    let shown = &preview["changes"][0];
    assert_eq!((&shown["before"], &shown["after"]), (&before, &json!("Narvik")), "{preview}");
    assert!(shown["record"].as_str().is_some_and(|name| !name.is_empty()), "{preview}");
    assert_eq!(preview["summary"], "Change a record of Contact (res.partner)", "as Odoo calls it");
    let (order, user) = (
        first(&gate, "sale.order", json!([["state", "=", "draft"]])).await,
        first(&gate, "res.users", json!([])).await,
    );
    let change = json!({ "model": "sale.order", "ids": [order], "values": { "user_id": user } });
    let preview = gate.call("aidoo_write", change).await.expect("a preview")["preview"].clone();
    let after = preview["changes"][0]["after"].as_str().expect("a text");
    assert!(after.parse::<i64>().is_err() && !after.starts_with('#'), "a name: {preview}");
}

#[tokio::test]
async fn what_is_not_exactly_what_was_agreed_to_is_refused_in_words() {
    let gate = Gate::start().await;
    let change = moving(&gate).await;
    let confirmed = gate.previewed("aidoo_write", change.clone()).await;

    let mut other = confirmed.clone();
    other["values"]["city"] = json!("Oslo");
    says(gate.call("aidoo_write", other).await, "not those that were previewed");
    let mut more = confirmed.clone();
    more["context"] = json!({ "active_test": false });
    says(gate.call("aidoo_write", more).await, "not those that were previewed");
    let key = gate.another_key(PermissionSet::ALL).await;
    says(gate.call_as(&key, "aidoo_write", confirmed.clone()).await, "no such confirmation");
    for garbage in ["", "x", "conf_00000000000000000000000000000000", &"A".repeat(43)] {
        let mut guessed = confirmed.clone();
        guessed["confirm"] = json!(garbage);
        says(gate.call("aidoo_write", guessed).await, "no such confirmation");
    }
    // The same arguments for another tool.
    let execute = json!({ "model": "res.partner", "method": "write", "ids": change["ids"],
        "kwargs": { "vals": change["values"] }, "confirm": confirmed["confirm"] });
    says(gate.call("aidoo_execute", execute).await, "argument confirm");
    assert_eq!(gate.count("res.partner", "write"), 0);
    // After all of that it is still good for what it was given for.
    assert_eq!(gate.call("aidoo_write", confirmed).await.expect("is done")["status"], "done");
}

#[tokio::test]
async fn another_companys_key_cannot_use_it() {
    let gate = Gate::start().await;
    let core = &gate.app.state.core;
    let other = Company::found(core, "Other").await;
    let backend = &gate.app.state.backend;
    let save = SaveConnection {
        company: other.id,
        url: gate.app.var("AIDOO_DEMO_ODOO_URL").to_owned(),
        database: "demo".to_owned(),
        calls_per_second: String::new(),
        calls_at_once: String::new(),
    };
    backend.connections.save(other.owner.actor, save).await.expect("is saved");
    let account = (gate.app.var("AIDOO_OWNER_ODOO_LOGIN"), gate.app.var("AIDOO_OWNER_ODOO_KEY"));
    let linked = link_as_shown(&*backend.connections, other.owner.actor, other.id, account).await;
    linked.expect("is linked");
    let input = CreateApiKey {
        company: other.id,
        member: other.owner.member,
        request: RequestId::from_uuid(core.clock.uuid(&core.entropy)),
        name: "Other".to_owned(),
        permissions: PermissionSet::ALL,
        expiry: Expiry::Never,
    };
    let key = backend.api_keys.create(other.owner.actor, input).await.expect("is made").key;
    let confirmed = gate.previewed("aidoo_write", moving(&gate).await).await;
    says(gate.call_as(&key, "aidoo_write", confirmed).await, "no such confirmation");
    assert_eq!(gate.count("res.partner", "write"), 0);
}

#[tokio::test]
async fn a_confirmation_ends_after_five_minutes_and_with_the_policies_and_with_the_old_values() {
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let clock = Clock::manual(NOW);
    let gate = Gate::on(&database, clock.clone()).await;
    let change = moving(&gate).await;

    let late = gate.previewed("aidoo_write", change.clone()).await;
    clock.advance(5 * MINUTE);
    says(gate.call("aidoo_write", late).await, "too old");

    let moved = gate.previewed("aidoo_write", change.clone()).await;
    gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    says(gate.call("aidoo_write", moved).await, "policies have changed");

    let stale = gate.previewed("aidoo_write", change.clone()).await;
    let mut meanwhile = change.clone();
    meanwhile["values"]["city"] = json!("Tromsø");
    let meanwhile = gate.previewed("aidoo_write", meanwhile).await;
    gate.call("aidoo_write", meanwhile).await.expect("is done");
    says(gate.call("aidoo_write", stale).await, "records have changed");
    assert_eq!(city(&gate, &change).await, "Tromsø");
    assert_eq!(gate.count("res.partner", "write"), 1);

    let just = gate.previewed("aidoo_write", change.clone()).await;
    clock.advance(5 * MINUTE - SECOND);
    gate.call("aidoo_write", just).await.expect("is done in time");
    assert_eq!(city(&gate, &change).await, "Narvik");
}

/// A change without old values has nothing else by which another Odoo would be told.
#[tokio::test]
async fn what_was_agreed_to_ends_with_the_odoo_account_that_it_was_for() {
    let gate = Gate::start().await;
    let (app, company) = (&gate.app, gate.company);
    let create = json!({ "model": "res.partner", "values": { "name": "Made for another Odoo" } });
    let agreed = gate.previewed("aidoo_create", create.clone()).await;
    let (core, key) = (&app.state.core, gate.key.id);
    let asked = NewWizard {
        about: None,
        id: core.clock.uuid(&core.entropy),
        company,
        key,
        model: "stock.backorder.confirmation",
        record: Some(1),
        context: "{}".to_owned(),
        now: core.clock.now(),
    };
    let wizard = asked.id;
    let tx = core.db.begin().await.unwrap();
    wizards::create(&tx, asked).await.unwrap();
    tx.commit().await.unwrap();
    let is_open = async || {
        let found = wizards::find(core.db.reader(), company, key, wizard, core.clock.now()).await;
        found.unwrap().is_some()
    };
    assert!(is_open().await);

    link_anew(&gate).await;
    says(gate.call("aidoo_create", agreed).await, "records have changed");
    assert!(!is_open().await);
    assert_eq!(gate.count("res.partner", "create"), 0);
    let agreed = gate.previewed("aidoo_create", create).await;
    gate.call("aidoo_create", agreed).await.expect("is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_on_two_servers_one_runs() {
    for_both_databases(async |url| {
        let door = Door::new().await;
        let (gate, other) = Gate::beside_another(url, &door).await;
        for (tool, arguments, (_, method)) in changes(&gate).await {
            let confirmed = gate.previewed(tool, arguments).await;
            let body = request("tools/call", json!({ "name": tool, "arguments": confirmed }));
            let calls = (0..12).map(|number| {
                let app = if number % 2 == 0 { &gate.app } else { &other };
                app.mcp(&gate.key.key, body.clone())
            });
            let answers = join_all(calls).await;
            let done = answers.iter().filter(|(_, answer)| outcome(answer).is_ok()).count();
            assert_eq!((done, door.came(method)), (1, 1), "{tool}: {answers:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_company_refuses_changes_and_says_where_that_is_set() {
    let gate = Gate::start().await;
    let changes = changes(&gate).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Refuse)).await;
    for (tool, arguments, (model, method)) in changes {
        says(gate.call(tool, arguments).await, "on the page policies");
        assert_eq!(gate.count(model, method), 0);
    }
}

#[tokio::test]
async fn a_change_waits_for_a_person_in_the_dashboard_and_then_runs_once() {
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let clock = Clock::manual(NOW);
    let gate = Gate::on(&database, clock.clone()).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
    let (core, company) = (&gate.app.state.core, gate.company);
    let approve = async |id: &Value| {
        let id: ConfirmationId = id.as_str().expect("a reference").parse().expect("an id");
        let transaction = core.db.begin().await.expect("begins");
        let now = core.clock.now();
        let done = confirmations::approve(&transaction, company, id, gate.actor.user, now).await;
        assert!(done.expect("answers"), "waits to be approved");
        transaction.commit().await.expect("commits");
    };
    for (tool, arguments, (model, method)) in changes(&gate).await {
        let pending = gate.call(tool, arguments.clone()).await.expect("is told");
        assert_eq!(pending["status"], "pending", "{pending}");
        assert_eq!(pending["approve_at"], format!("{}/approvals", gate.app.url));
        let again = gate.call(tool, arguments.clone()).await.expect("is told again");
        assert_eq!(again["confirm"], pending["confirm"], "one question, not two");
        let mut confirmed = arguments.clone();
        confirmed["confirm"] = pending["confirm"].clone();
        says(gate.call(tool, confirmed.clone()).await, "nobody has approved");
        assert_eq!(gate.count(model, method), 0, "{tool}");

        approve(&pending["confirm"]).await;
        clock.advance(HOUR);
        let done = gate.call(tool, confirmed.clone()).await.expect("is done");
        assert_eq!(done["status"], "done");
        says(gate.call(tool, confirmed).await, "argument confirm");
        assert_eq!(gate.count(model, method), 1, "{tool}");
    }
    let consents: Vec<String> =
        gate.record().await.into_iter().filter_map(|row| row.consent).collect();
    assert_eq!(consents, ["dashboard"; 3]);

    let mut change = moving(&gate).await;
    change["values"]["city"] = json!("Bergen");
    let pending = gate.call("aidoo_write", change.clone()).await.expect("is told");
    approve(&pending["confirm"]).await;
    change["confirm"] = pending["confirm"].clone();
    clock.advance(DAY);
    says(gate.call("aidoo_write", change).await, "too old");
    assert_eq!(gate.count("res.partner", "write"), 1, "a day later not");
}

/// What a person approved is done when Odoo has done it, and not when somebody came for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_approved_change_is_told_as_what_became_of_it() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let name = json!([{ "name": "name", "label": "Name", "kind": "text" }]);
    let make = json!([{ "name": "make", "title": "Make", "action": "create", "arguments": {
        "model": "res.partner.category", "values": { "name": { "$": "input.name" } } } }]);
    in_force(&gate, "Makes", name, make).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
    let (company, approvals) = (gate.company, &gate.app.state.backend.approvals);
    let state = async |change: &Value| {
        let list = approvals.list(gate.actor, company).await.expect("is shown").approvals;
        let found = list.into_iter().find(|one| change["confirm"] == one.id.to_string());
        found.expect("is there").state
    };
    let approved = async |tool: &str, name: &str| {
        let mut change = match tool {
            "aidoo_workflow" => json!({ "workflow": "Makes", "inputs": { "name": name } }),
            _ => json!({ "model": "res.partner.category", "values": { "name": name } }),
        };
        let pending = gate.call(tool, change.clone()).await.expect("is told");
        let approval = id_of(&pending);
        let decide = DecideApproval { company, approval, decision: Decision::Approve };
        approvals.decide(gate.actor, decide).await.expect("is approved");
        change["confirm"] = pending["confirm"].clone();
        assert_eq!(state(&change).await, ApprovalState::Approved, "{tool}");
        change
    };
    let making = "res.partner.category/create";
    for tool in ["aidoo_create", "aidoo_workflow"] {
        let done = approved(tool, "Done").await;
        gate.call(tool, done.clone()).await.expect("is done");
        assert_eq!(state(&done).await, ApprovalState::Done, "{tool}");

        let failed = approved(tool, "Failed").await;
        door.deny(making);
        gate.call(tool, failed.clone()).await.expect_err("odoo refuses it");
        assert_eq!(state(&failed).await, ApprovalState::Failed, "{tool}");
        door.open(making);
        says(gate.call(tool, failed.clone()).await, "it was used before");
        assert_eq!(state(&failed).await, ApprovalState::Failed, "{tool}");

        let unknown = approved(tool, "Unknown").await;
        door.break_after(making);
        gate.call(tool, unknown.clone()).await.expect_err("nobody knows");
        assert_eq!(state(&unknown).await, ApprovalState::Unknown, "{tool}");
        door.open(making);

        let running = approved(tool, "Running").await;
        let held = door.hold(making);
        let came = door.came("create");
        let (ended, ()) = tokio::join!(gate.call(tool, running.clone()), async {
            door.wait_for("create", came + 1).await;
            assert_eq!(state(&running).await, ApprovalState::Running, "{tool}");
            held.release();
        });
        ended.expect("is done");
        door.open(making);
        assert_eq!(state(&running).await, ApprovalState::Done, "{tool}");

        // What became of it was not noted by versions before this one.
        let transaction = gate.app.state.core.db.begin().await.expect("begins");
        confirmation::Entity::update_many()
            .col_expr(confirmation::Column::CallId, Expr::value(None::<Uuid>))
            .filter(confirmation::Column::Id.eq(id_of(&done).as_uuid()))
            .exec(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        assert_eq!(state(&done).await, ApprovalState::Used, "{tool}");
    }
}

/// The approval that an answer, or a call with it, names.
fn id_of(told: &Value) -> ConfirmationId {
    told["confirm"].as_str().expect("a reference").parse().expect("an id")
}

#[tokio::test]
async fn a_person_is_asked_through_the_older_transport() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let mut client = Asking::open(&gate).await;
    for (tool, arguments, (model, method)) in changes(&gate).await {
        let question = client.call(&gate, tool, &arguments).await;
        let message = question["params"]["message"].as_str().expect("a text");
        assert!(message.contains('?'), "{message}");
        says(client.answer(&gate, &question, "decline").await, "did not agree");

        let question = client.call(&gate, tool, &arguments).await;
        let waits = client.answer(&gate, &question, "cancel").await.expect("is told");
        assert_eq!(waits["status"], "pending", "{waits}");
        assert_eq!(gate.count(model, method), 0, "{tool}");

        let question = client.call(&gate, tool, &arguments).await;
        let done = client.answer(&gate, &question, "accept").await.expect("is done");
        assert_eq!(done["status"], "done", "{done}");
        assert_eq!(gate.count(model, method), 1, "{tool}");
    }
    let consents: Vec<String> =
        gate.record().await.into_iter().filter_map(|row| row.consent).collect();
    assert_eq!(consents, ["client"; 3]);
}

#[tokio::test]
async fn what_changed_while_a_person_was_asked_is_not_overwritten() {
    let gate = Gate::start().await;
    let change = moving(&gate).await;
    gate.set_rules(|rules| {
        rules.confirm = ConfirmModes { write: ConfirmMode::Client, ..ConfirmModes::DEFAULT };
    })
    .await;
    let mut client = Asking::open(&gate).await;
    let question = client.call(&gate, "aidoo_write", &change).await;
    in_odoo_itself(&gate, &change, "Tromsø").await;
    says(client.answer(&gate, &question, "accept").await, "records have changed");
    assert_eq!(city(&gate, &change).await, "Tromsø");

    let question = client.call(&gate, "aidoo_write", &change).await;
    link_anew(&gate).await;
    says(client.answer(&gate, &question, "accept").await, "or the Odoo account have changed");
    let question = client.call(&gate, "aidoo_write", &change).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
    says(client.answer(&gate, &question, "accept").await, "the company's policies or");
    assert_eq!(city(&gate, &change).await, "Tromsø");
}

/// The person links their Odoo account once more: it is another one to whatever was agreed to before.
async fn link_anew(gate: &Gate) {
    let connections = &*gate.app.state.backend.connections;
    let account = (gate.app.var("AIDOO_OWNER_ODOO_LOGIN"), gate.app.var("AIDOO_OWNER_ODOO_KEY"));
    link_as_shown(connections, gate.actor, gate.company, account).await.expect("is linked");
}

/// Somebody changes the city in Odoo, without Aidoo.
async fn in_odoo_itself(gate: &Gate, change: &Value, city: &str) {
    written_in_odoo(gate, "res.partner", &change["ids"], json!({ "city": city })).await;
}

/// Somebody changes records in Odoo, without Aidoo.
async fn written_in_odoo(gate: &Gate, model: &str, ids: &Value, values: Value) {
    let url = format!("{}/json/2/{model}/write", gate.app.var("AIDOO_DEMO_ODOO_URL"));
    let answer = Client::new()
        .post(url)
        .bearer_auth(gate.app.var("AIDOO_OWNER_ODOO_KEY"))
        .json(&json!({ "ids": ids, "vals": values }))
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_hides_in_values_or_behind_a_method_obeys_the_policy_of_its_kind() {
    let gate = Gate::start().await;
    let change = moving(&gate).await;
    let write = json!({ "model": "res.partner", "method": "write", "ids": change["ids"],
        "kwargs": { "vals": { "city": "Tromsø" } } });
    let create = json!({ "model": "res.partner", "method": "create",
        "kwargs": { "vals_list": [{ "name": "Nobody" }] } });
    let nested = json!({ "model": "res.partner", "ids": change["ids"],
        "values": { "child_ids": [[0, 0, { "name": "Nobody" }]] } });
    gate.set_rules(|rules| {
        rules.confirm = ConfirmModes {
            write: ConfirmMode::Refuse,
            create: ConfirmMode::Dashboard,
            ..ConfirmModes::DEFAULT
        };
    })
    .await;
    says(gate.call("aidoo_execute", write).await, "under the permission write");
    says(gate.call("aidoo_write", nested.clone()).await, "under the permission write");
    let waits = gate.call("aidoo_execute", create.clone()).await.expect("is told");
    assert_eq!(waits["status"], "pending", "{waits}");
    let load = json!({ "model": "res.partner", "method": "load",
        "kwargs": { "fields": ["name"], "data": [["Nobody"]] } });
    says(gate.call("aidoo_execute", load).await, "under the permission write");

    gate.set_rules(|rules| {
        rules.confirm = ConfirmModes { create: ConfirmMode::Refuse, ..ConfirmModes::DEFAULT };
    })
    .await;
    says(gate.call("aidoo_write", nested).await, "under the permission create");
    says(gate.call("aidoo_execute", create).await, "under the permission create");
}

#[tokio::test]
async fn records_of_a_method_are_named_where_they_are_looked_at() {
    let gate = Gate::start().await;
    let order = first_draft_order(&gate).await;
    for (arguments, words) in [
        (
            json!({ "model": "sale.order", "method": "action_confirm", "args": [[order]] }),
            "argument ids",
        ),
        (json!({ "model": "sale.order", "method": "action_confirm" }), "argument ids"),
        (json!({ "model": "sale.order", "method": "action_confirm", "ids": [] }), "ids"),
        (
            json!({ "model": "stock.backorder.confirmation", "method": "process", "ids": [1] }),
            "is a wizard",
        ),
    ] {
        says(gate.call("aidoo_execute", arguments).await, words);
    }
    gate.set_rules(|rules| {
        rules.guards.open_methods = vec!["sale.order.message_subscribe".to_owned()];
    })
    .await;
    let hidden =
        json!({ "model": "sale.order", "method": "message_subscribe", "args": [[order], [3]] });
    let Err(sentence) = gate.call("aidoo_execute", hidden).await else { panic!("is refused") };
    assert!(sentence.contains("args"), "{sentence}");
}

async fn first_draft_order(gate: &Gate) -> i64 {
    let found = gate
        .call(
            "aidoo_query",
            json!({ "model": "sale.order", "domain": [["state", "=", "draft"]], "limit": 1 }),
        )
        .await
        .expect("is found");
    found["records"][0]["id"].as_i64().expect("an id")
}

#[tokio::test]
async fn a_client_that_cannot_ask_sends_its_person_to_the_dashboard() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    for (tool, arguments, _) in changes(&gate).await {
        let waits = gate.call(tool, arguments).await.expect("is told");
        assert_eq!(waits["status"], "pending", "{waits}");
    }
    // A preview's token that was given before is no person.
    gate.set_rules(|_| {}).await;
    let confirmed = gate.previewed("aidoo_write", moving(&gate).await).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    says(gate.call("aidoo_write", confirmed).await, "wants a person");
}

#[tokio::test]
async fn a_call_of_the_newest_revision_ends_with_the_question_and_its_answer_runs_once() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let key = gate.key.key.as_str();
    let answered = |arguments: &Value, state: &Value, action: &str| {
        json!({ "arguments": arguments, "requestState": state,
            "inputResponses": { "confirm": { "action": action, "content": {} } } })
    };
    for (tool, arguments, (model, method)) in changes(&gate).await {
        let ask = async || {
            let answer = modern(&gate, key, tool, json!({ "arguments": arguments })).await;
            let result = &answer["result"];
            assert_eq!(result["resultType"], "input_required", "{answer}");
            let question = &result["inputRequests"]["confirm"];
            assert_eq!(question["method"], "elicitation/create", "{answer}");
            result["requestState"].clone()
        };
        let state = ask().await;
        let declined = modern(&gate, key, tool, answered(&arguments, &state, "decline")).await;
        says(outcome(&declined), "did not agree");
        // Whoever said no is not overruled by saying yes to the same question.
        let after = modern(&gate, key, tool, answered(&arguments, &state, "accept")).await;
        says(outcome(&after), "refused this change");

        let state = ask().await;
        let other = gate.another_key(PermissionSet::ALL).await;
        let stolen = modern(&gate, &other, tool, answered(&arguments, &state, "accept")).await;
        says(outcome(&stolen), "no such confirmation");
        // The state is no preview's token.
        let mut confirmed = arguments.clone();
        confirmed["confirm"] = state.clone();
        let token = modern(&gate, key, tool, json!({ "arguments": confirmed })).await;
        says(outcome(&token), "wants a person");
        assert_eq!(gate.count(model, method), 0, "{tool}");

        let done = modern(&gate, key, tool, answered(&arguments, &state, "accept")).await;
        assert_eq!(outcome(&done).expect("is done")["status"], "done");
        let again = modern(&gate, key, tool, answered(&arguments, &state, "accept")).await;
        assert!(outcome(&again).is_err(), "{again}");
        assert_eq!(gate.count(model, method), 1, "{tool}");
    }
}

#[tokio::test]
async fn a_question_that_comes_back_without_an_answer_is_asked_again() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let (key, tool) = (gate.key.key.as_str(), "aidoo_write");
    let arguments = moving(&gate).await;
    let mut asked = modern(&gate, key, tool, json!({ "arguments": arguments })).await;
    let another = json!({ "another": { "action": "accept", "content": {} } });
    for responses in [None, Some(json!({})), Some(another)] {
        let state = asked["result"]["requestState"].clone();
        let mut params = json!({ "arguments": arguments, "requestState": state });
        if let Some(responses) = responses {
            params["inputResponses"] = responses;
        }
        asked = modern(&gate, key, tool, params).await;
        assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
        let question = &asked["result"]["inputRequests"]["confirm"];
        assert_eq!(question["method"], "elicitation/create", "{asked}");
    }
    let answered = |state: &Value, action: &str| {
        json!({ "arguments": arguments, "requestState": state,
            "inputResponses": { "confirm": { "action": action, "content": {} } } })
    };
    let state = asked["result"]["requestState"].clone();
    // Whoever closes the question has been asked.
    let closed = modern(&gate, key, tool, answered(&state, "cancel")).await;
    says(outcome(&closed), "did not agree");
    assert_eq!(gate.count("res.partner", "write"), 0);
    let done = modern(&gate, key, tool, answered(&state, "accept")).await;
    assert_eq!(outcome(&done).expect("is done")["status"], "done");
    assert_eq!(gate.count("res.partner", "write"), 1);
}

/// How the row of the change stands, if it is there.
async fn result_of(gate: &Gate, tool: &str) -> Option<String> {
    let rows = gate.record().await.into_iter();
    rows.filter(|row| row.tool == tool && row.consent.is_some()).map(|row| row.result).next_back()
}

#[tokio::test]
async fn a_change_is_on_record_before_odoo_hears_of_it() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let confirmed = gate.previewed("aidoo_write", moving(&gate).await).await;
    let held = door.hold("write");
    let meanwhile = async {
        door.wait_for("write", 1).await;
        assert_eq!(gate.count("res.partner", "write"), 0, "Odoo has not heard of it");
        assert_eq!(result_of(&gate, "aidoo_write").await.as_deref(), Some("started"));
        held.release();
    };
    let (done, ()) = tokio::join!(gate.call("aidoo_write", confirmed), meanwhile);
    done.expect("is done");
    assert_eq!(result_of(&gate, "aidoo_write").await.as_deref(), Some("ok"));
}

#[tokio::test]
async fn a_preview_shows_long_texts_and_says_what_it_cuts() {
    let gate = Gate::start().await;
    let shown = async |text: &str| {
        let create =
            json!({ "model": "res.partner", "values": { "name": "Long", "comment": text } });
        gate.call("aidoo_create", create).await.expect("a preview").to_string()
    };
    let long = "é".repeat(4_000);
    assert!(shown(&long).await.contains(&format!("{long}\"")), "all of it");
    let preview = shown(&format!("{long}{long}")).await;
    assert!(
        preview.contains(&format!("{long}… (8000 characters in all)")),
        "what is cut is counted"
    );
}

#[tokio::test]
async fn a_change_whose_connection_breaks_is_unknown_and_never_repeated() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let change = moving(&gate).await;
    let confirmed = gate.previewed("aidoo_write", change.clone()).await;
    door.break_after("write");
    let unknown = gate.call("aidoo_write", confirmed.clone()).await.expect_err("nobody knows");
    assert_eq!(
        unknown,
        "the change was sent to Odoo, and the connection broke before the answer: whether it was made is not \
         known, and Aidoo does not repeat it; look at the record in Odoo first"
    );
    assert_eq!((door.came("write"), gate.count("res.partner", "write")), (1, 1));
    assert_eq!(result_of(&gate, "aidoo_write").await.as_deref(), Some("unknown"));
    assert_eq!(city(&gate, &change).await, "Narvik", "it had been made");
    door.open("write");
    says(gate.call("aidoo_write", confirmed).await, "argument confirm");
    assert_eq!(door.came("write"), 1);

    // Where Odoo never heard of it nobody knows either: the request was sent.
    let mut change = change;
    change["values"]["city"] = json!("Bergen");
    let confirmed = gate.previewed("aidoo_write", change.clone()).await;
    door.break_before("write");
    says(gate.call("aidoo_write", confirmed).await, "is not known");
    assert_eq!(city(&gate, &change).await, "Narvik");
    assert_eq!(door.came("write"), 2);
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_stop_a_change_that_was_sent() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let change = moving(&gate).await;
    let confirmed = gate.previewed("aidoo_write", change.clone()).await;
    let held = door.hold("write");
    {
        let call = gate.call("aidoo_write", confirmed);
        let sent = door.wait_for("write", 1);
        tokio::select! {
            answer = call => panic!("is held: {answer:?}"),
            () = sent => {}
        }
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(door.left(), 0, "the request to Odoo goes on");
    assert_eq!(result_of(&gate, "aidoo_write").await.as_deref(), Some("started"));
    held.release();
    wait_for_result(&gate, "aidoo_write", "ok").await;
    assert_eq!(city(&gate, &change).await, "Narvik");
    let rows = gate.record().await.into_iter();
    assert_eq!(rows.filter(|row| row.tool == "aidoo_write").count(), 2, "asked, and ok");
}

#[tokio::test]
async fn a_client_that_goes_away_while_a_change_is_put_on_record_does_not_stop_it() {
    let gate = Gate::start().await;
    let change = moving(&gate).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let (app, address) = (&gate.app.state, Ipv4Addr::LOCALHOST.into());
    let principal = app.verifier.standing(gate.key.id, None).await.expect("stands");
    let caller = Caller { principal: &principal, client: None, address, conversation: &Agreeing };
    let call = || app.toolbox.call(&caller, ToolName::Write, change.as_object().cloned());
    // Nobody else can write meanwhile.
    let held = app.core.db.begin().await.expect("begins");
    let is_begun = async {
        while app.toolbox.changes.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        answer = call() => panic!("is held: {answer:?}"),
        () = is_begun => {}
    }
    assert_eq!(gate.count("res.partner", "write"), 0, "Odoo has not heard of it");
    held.rollback().await.expect("lets go");
    wait_for_result(&gate, "aidoo_write", "ok").await;
    assert_eq!(city(&gate, &change).await, "Narvik");

    // For longer than anybody waits who has to write.
    let held = app.core.db.begin().await.expect("begins");
    let error = call().await.expect_err("cannot be put on record");
    assert!(error.sentence.contains("so nothing was done"), "{}", error.sentence);
    held.rollback().await.expect("lets go");
    let rows = gate.record().await.into_iter().filter(|row| row.tool == "aidoo_write");
    let results: Vec<String> = rows.map(|row| row.result).collect();
    assert_eq!(results, ["ok", "failed"], "each is on record once");
    assert_eq!(gate.count("res.partner", "write"), 1);
}

/// Waits until the change has ended like this.
async fn wait_for_result(gate: &Gate, tool: &str, result: &str) {
    for _ in 0..400 {
        if result_of(gate, tool).await.as_deref() == Some(result) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the change did not end");
}

#[tokio::test]
async fn a_change_that_takes_too_long_is_said_to_be_under_way_and_ends_on_record() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let change = moving(&gate).await;
    let confirmed = gate.previewed("aidoo_write", change.clone()).await;
    let held = door.hold("write");
    let answer = gate.overdue(ToolName::Write, confirmed, door.wait_for("write", 1)).await;
    let error = answer.expect_err("nobody knows yet");
    let row = gate.record().await.pop().expect("is on record");
    assert_eq!((row.tool.as_str(), row.result.as_str()), ("aidoo_write", "started"));
    let page = format!("{}/activity", gate.app.url);
    for told in ["still be running", "do not repeat it", &call_id(&row), &page] {
        assert!(error.sentence.contains(told), "{told:?} is not in: {}", error.sentence);
    }
    assert_eq!(error.cause, Cause::Unknown);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(door.left(), 0, "the request to Odoo goes on");
    held.release();
    wait_for_result(&gate, "aidoo_write", "ok").await;
    assert_eq!((door.left(), gate.count("res.partner", "write")), (0, 1), "to its end");
    assert_eq!(city(&gate, &change).await, "Narvik");
    let rows = gate.record().await.into_iter();
    assert_eq!(rows.filter(|row| row.tool == "aidoo_write").count(), 2, "asked, and ok");

    // What was not sent is given up, whatever it is.
    let confirmed = gate.previewed("aidoo_write", change).await;
    let held = door.hold("read");
    let came = door.came("read");
    let read = door.wait_for("read", came + 1);
    let error = gate.overdue(ToolName::Write, confirmed, read).await.expect_err("is given up");
    assert!(error.sentence.contains("given up: nothing was changed"), "{}", error.sentence);
    door.wait_for_left(1).await;
    drop(held);
    assert_eq!(door.came("write"), 1);
}

#[tokio::test]
async fn a_read_that_takes_too_long_ends_at_odoo_too() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let reads = [
        (ToolName::Query, "search_read", json!({ "model": "res.partner" })),
        (ToolName::Read, "read", json!({ "model": "res.partner", "ids": [1] })),
        (
            ToolName::Execute,
            "search_count",
            json!({ "model": "res.partner", "method": "search_count" }),
        ),
    ];
    for (at, (tool, method, arguments)) in reads.into_iter().enumerate() {
        let held = door.hold(method);
        let came = door.came(method);
        let until = door.wait_for(method, came + 1);
        let error = gate.overdue(tool, arguments, until).await.expect_err("is given up");
        assert!(error.sentence.contains("took too long and was given up"), "{}", error.sentence);
        door.wait_for_left(at + 1).await;
        held.release();
        door.open(method);
        // Odoo never got to it, and the line is free for the next.
        assert_eq!(gate.count("res.partner", method), 0);
    }
    gate.call("aidoo_query", json!({ "model": "res.partner", "limit": 1 })).await.expect("goes on");
}

fn call_id(row: &call::Model) -> String {
    CallId::from_uuid(row.id).to_string()
}

#[tokio::test]
async fn a_key_that_may_not_change_has_no_use_for_a_confirmation() {
    let gate = Gate::start().await;
    let key = gate.another_key(PermissionSet::of(&[Permission::Query, Permission::Read])).await;
    let confirmed = gate.previewed("aidoo_write", moving(&gate).await).await;
    says(gate.call_as(&key, "aidoo_write", confirmed).await, "the permission write");
    assert_eq!(gate.count("res.partner", "write"), 0);
}

/// A line of a draft order, as it is read.
async fn a_line(gate: &Gate) -> Value {
    let line = first(gate, "sale.order.line", json!([["order_id.state", "=", "draft"]])).await;
    let fields = ["display_name", "order_id", "price_unit"];
    let read = json!({ "model": "sale.order.line", "ids": [line], "fields": fields });
    gate.call("aidoo_read", read).await.expect("is read")["records"][0].clone()
}

#[tokio::test]
async fn what_a_command_changes_is_shown_before_and_after_and_bound() {
    let gate = Gate::start().await;
    let line = a_line(&gate).await;
    let (id, order) = (&line["id"], &line["order_id"]["id"]);
    let values = json!({ "order_line": [[1, id, { "price_unit": 1.5 }]] });
    let change = json!({ "model": "sale.order", "ids": [order], "values": values });
    let before = gate.calls();
    let told = gate.call("aidoo_write", change.clone()).await.expect("a preview");
    let asked = gate.asked_since(before);
    let reads = asked.iter().filter(|call| *call == "sale.order.line.read").count();
    assert_eq!(reads, 1, "{asked:?}");
    let changes = &told["preview"]["changes"];
    let name = line["display_name"].as_str().expect("a name");
    assert_eq!(changes[0]["after"], format!("change {name}"), "{told}");
    assert_eq!(
        (&changes[1]["record"], &changes[1]["before"], &changes[1]["after"]),
        (&json!(name), &json!(line["price_unit"].to_string()), &json!("1.5")),
        "{told}"
    );

    let execute = json!({ "model": "sale.order", "method": "write", "ids": [order],
        "kwargs": { "vals": values } });
    let create = json!({ "model": "sale.order",
        "values": { "partner_id": 7, "order_line": [[1, id, { "price_unit": 1.5 }]] } });
    let stale = [
        ("aidoo_write", gate.previewed("aidoo_write", change.clone()).await),
        ("aidoo_execute", gate.previewed("aidoo_execute", execute).await),
        ("aidoo_create", gate.previewed("aidoo_create", create).await),
    ];
    written_in_odoo(&gate, "sale.order.line", &json!([id]), json!({ "price_unit": 99.0 })).await;
    for (tool, stale) in stale {
        says(gate.call(tool, stale).await, "records have changed since the preview");
    }
    let confirmed = gate.previewed("aidoo_write", change.clone()).await;
    gate.call("aidoo_write", confirmed).await.expect("is done");
    assert_eq!(a_line(&gate).await["price_unit"], json!(1.5));

    let gone = json!({ "model": "sale.order", "ids": [order],
        "values": { "order_line": [[1, 2_000_000, { "price_unit": 1.5 }]] } });
    says(gate.call("aidoo_write", gone).await, "no records [2000000] of sale.order.line");

    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let mut client = Asking::open(&gate).await;
    let question = client.call(&gate, "aidoo_write", &change).await;
    written_in_odoo(&gate, "sale.order.line", &json!([id]), json!({ "price_unit": 98.0 })).await;
    says(client.answer(&gate, &question, "accept").await, "records have changed");
    assert_eq!(a_line(&gate).await["price_unit"], json!(98.0));
}

#[tokio::test]
async fn a_record_that_gets_another_parent_is_told_with_the_one_that_it_has() {
    let gate = Gate::start().await;
    let line = a_line(&gate).await;
    let other = |id: &Value| json!([["state", "=", "draft"], ["id", "!=", id]]);
    let target = first(&gate, "sale.order", other(&line["order_id"]["id"])).await;
    let link = json!({ "model": "sale.order", "ids": [target],
        "values": { "order_line": [[4, line["id"]]] } });
    let told = gate.call("aidoo_write", link.clone()).await.expect("a preview");
    let (name, parent) = (&line["display_name"], &line["order_id"]["name"]);
    assert_eq!(
        told["preview"]["changes"][0]["after"],
        format!(
            "link {}, which is of {} now",
            name.as_str().expect("a name"),
            parent.as_str().expect("a name")
        )
    );
    let stale = gate.previewed("aidoo_write", link).await;
    let moved = json!({ "order_id": first(&gate, "sale.order", json!([["id", "!=", target],
        ["id", "!=", line["order_id"]["id"]]])).await });
    written_in_odoo(&gate, "sale.order.line", &json!([line["id"]]), moved).await;
    says(gate.call("aidoo_write", stale).await, "records have changed since the preview");
}

#[tokio::test]
async fn records_that_commands_link_are_told_by_their_names() {
    let gate = Gate::start().await;
    let partner = first(&gate, "res.partner", json!([])).await;
    let tag = first(&gate, "res.partner.category", json!([])).await;
    let read = json!({ "model": "res.partner.category", "ids": [tag], "fields": ["display_name"] });
    let name = gate.call("aidoo_read", read).await.expect("is read");
    let name = name["records"][0]["display_name"].as_str().expect("a name").to_owned();
    for (command, told) in [
        (json!([4, tag]), format!("link {name}")),
        (json!([3, tag]), format!("take {name} out")),
        (json!([6, 0, [tag]]), format!("set to {name}")),
        (json!([6, 0, []]), "take all out".to_owned()),
    ] {
        let change = json!({ "model": "res.partner", "ids": [partner],
            "values": { "category_id": [command] } });
        let preview = gate.call("aidoo_write", change).await.expect("a preview");
        assert_eq!(preview["preview"]["changes"][0]["after"], told, "{preview}");
    }
}

#[tokio::test]
async fn an_import_that_stored_nothing_has_failed() {
    let gate = Gate::start().await;
    let load = json!({ "model": "res.partner", "method": "load",
        "kwargs": { "fields": ["name", "country_id"], "data": [["Nobody", "Nowhere"]] } });
    let confirmed = gate.previewed("aidoo_execute", load).await;
    says(gate.call("aidoo_execute", confirmed).await, "nothing was imported: row 1: ");
    assert_eq!(result_of(&gate, "aidoo_execute").await.as_deref(), Some("failed"));
}

#[tokio::test]
async fn a_change_is_bound_to_what_may_be_read_of_its_records_and_says_what_may_not() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let parent = first(&gate, "res.partner", json!([["child_ids", "!=", false]])).await;
    let child = first(&gate, "res.partner", json!([["parent_id", "=", parent]])).await;
    let values = json!({ "city": "Narvik", "phone": "+47 1" });
    let update = json!([[1, child, values]]);
    let changes = [
        (
            "aidoo_write",
            json!({ "model": "res.partner", "ids": [parent], "values": { "child_ids": update } }),
        ),
        (
            "aidoo_create",
            json!({ "model": "res.partner", "values": { "name": "Group", "child_ids": update } }),
        ),
        ("aidoo_write", json!({ "model": "res.partner", "ids": [child], "values": values })),
    ];
    for (tool, change) in &changes {
        for city in ["Tromsø", "Bodø"] {
            door.forbid("res.partner/read", "phone");
            let told = gate.call(tool, change.clone()).await.expect("a preview");
            let lines = told["preview"]["changes"].as_array().expect("lines");
            let before = |label: &str| {
                let line = lines.iter().find(|line| line["label"] == label);
                line.unwrap_or_else(|| panic!("no {label} in {told}"))["before"].clone()
            };
            assert_eq!(before("Phone"), "(not readable)", "{told}");
            assert_ne!(before("City"), "(not readable)", "{told}");
            written_in_odoo(&gate, "res.partner", &json!([child]), json!({ "city": city })).await;
            let mut stale = change.clone();
            stale["confirm"] = told["confirm"].clone();
            says(gate.call(tool, stale).await, "records have changed since the preview");
        }
        let confirmed = gate.previewed(tool, change.clone()).await;
        gate.call(tool, confirmed).await.expect("is done");
    }

    // A field that an answer leaves out is not empty.
    door.answer(
        "res.partner/read",
        json!([{ "id": child, "display_name": "Somebody", "city": "Narvik" }]),
    );
    let told = gate.call("aidoo_write", changes[2].1.clone()).await.expect("a preview");
    let phone = &told["preview"]["changes"][1];
    assert_eq!((&phone["label"], &phone["before"]), (&json!("Phone"), &json!("(not readable)")));

    // Of what may not be read at all, Odoo says so, and nobody is asked.
    door.forbid("res.partner/read", "fields");
    for (tool, change) in &changes {
        says(gate.call(tool, change.clone()).await, "You do not have enough rights");
    }
}

#[tokio::test]
async fn a_key_holds_a_hundred_previews_and_loses_the_oldest() {
    let gate = Gate::start().await;
    let write = |city: usize| json!({ "model": "res.partner", "ids": [7], "values": { "city": format!("City {city}") } });
    let oldest = gate.previewed("aidoo_write", write(0)).await;
    let second = gate.previewed("aidoo_write", write(1)).await;
    for city in 2..=100 {
        gate.previewed("aidoo_write", write(city)).await;
    }
    assert!(gate.call("aidoo_write", oldest).await.is_err());
    assert_eq!(gate.count("res.partner", "write"), 0);
    gate.call("aidoo_write", second).await.expect("is one of the hundred");
}

/// So many changes of the gate's key that wait for a person, one after the other.
async fn ask_many(gate: &Gate, count: usize) {
    let whose = (gate.company, gate.member, gate.key.id);
    wait_on_page(&gate.app.state.core, whose, count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_changes_of_a_key_wait_for_a_person_and_no_more() {
    for_both_databases(async |url| {
        let clock = Clock::manual(NOW);
        let gate = Gate::on(url, clock.clone()).await;
        gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
        let write = |city: usize| {
            let values = json!({ "city": format!("City {city}") });
            json!({ "model": "res.partner", "ids": [7], "values": values })
        };
        let ask = async |city: usize| gate.call("aidoo_write", write(city)).await;
        let first = ask(0).await.expect("is told");
        ask_many(&gate, 95).await;
        // Eight at once do not pass it together: four of them are the last that may.
        let answers = join_all((1..=8).map(|city| gate.call("aidoo_write", write(city)))).await;
        let (told, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((told.len(), refused.len()), (4, 4), "{told:?} {refused:?}");
        for answer in refused {
            says(answer, "a person has to approve or refuse some of them first");
        }
        let record = gate.record().await.into_iter();
        let refused: Vec<_> =
            record.filter(|row| row.cause.as_deref() == Some("waiting")).collect();
        assert_eq!(refused.len(), 4, "each is on record");
        assert!(refused.iter().all(|row| row.result == "refused"), "as refused");

        // What waits is told again, and another key has a hundred of its own.
        let again = ask(0).await.expect("is told again");
        assert_eq!(again["confirm"], first["confirm"]);
        let other = gate.another_key(PermissionSet::ALL).await;
        gate.call_as(&other, "aidoo_write", write(9)).await.expect("is told");

        // A decision makes room for one more, whichever it is; and nothing waits for longer than a day.
        let company = gate.company;
        let told = told[0].clone().expect("was told");
        for (decision, asked, next) in
            [(Decision::Refuse, first, 10), (Decision::Approve, told, 11)]
        {
            let decide = DecideApproval { company, approval: id_of(&asked), decision };
            gate.app.state.backend.approvals.decide(gate.actor, decide).await.expect("is decided");
            ask(next).await.expect("there is room");
            says(ask(12).await, "wait for a person, and no more can");
        }
        clock.advance(DAY);
        ask(12).await.expect("nothing waits any more");
    })
    .await;
}

#[tokio::test]
async fn the_page_of_approvals_says_how_many_wait_beside_those_that_it_shows() {
    let gate = Gate::start().await;
    let browser = gate.app.signed_in(Who::Owner).await;
    let approvals = &gate.app.state.backend.approvals;
    // A hundred that have waited longest, and the hundred newest.
    for (asked, more) in [(200, 0), (3, 3)] {
        ask_many(&gate, asked).await;
        let page = approvals.list(gate.actor, gate.company).await.expect("is shown");
        assert_eq!((page.approvals.len(), page.more_waiting), (200, more));
        let is_in_order = page.approvals.is_sorted_by_key(|one| one.asked_at.at);
        assert!(is_in_order, "the longest waiting first");
        let (status, html) = browser.open("/approvals").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(html.contains("3 more changes wait for a decision"), more == 3);
    }
}
