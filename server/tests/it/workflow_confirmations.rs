//! Running a workflow in two steps, attacked: what somebody agreed to runs once, exactly so, for the key that asked, while
//! everything that it was agreed to under still holds.

use std::sync::Arc;

use futures::future::join_all;
use reqwest::{Client, StatusCode};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::{Value, json};
use server::{
    clock::Clock,
    entities::{api_key, audit_entry, confirmation},
    services::{Core, activity::Activity},
};
use shared::{
    Error,
    activity::CallResult,
    api_key::RevokeApiKey,
    confirmation::{ConfirmMode, ConfirmModes, DecideApproval, Decision},
    id::ConfirmationId,
    member::RemoveMember,
    permission::{Permission, PermissionSet},
    time::{DAY, HOUR, MINUTE, SECOND},
    workflow::{AcceptWorkflow, Definition, NameWorkflow, SaveWorkflow, WorkflowView},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::{
    app::{TestApp, Who},
    asking::{Asking, modern},
    core::{Company, NOW, for_both_databases},
    door::Door,
    gate::{Gate, outcome},
    streams::request,
    workflows,
};

/// The tool.
const TOOL: &str = "aidoo_workflow";

/// A workflow that moves a partner to a city, validated and accepted by the gate's person.
struct Moves {
    gate: Gate,
    partner: i64,
}

impl Moves {
    async fn of(gate: Gate) -> Self {
        let query = json!({ "model": "res.partner", "limit": 1, "order": "id" });
        let found = gate.call("aidoo_query", query).await.expect("is found");
        let partner = found["records"][0]["id"].as_i64().expect("an id");
        let moves = Self { gate, partner };
        moves.make("Moves", "city").await;
        moves
    }

    async fn start() -> Self {
        Self::of(Gate::start().await).await
    }

    /// On SQLite, at this clock.
    async fn at(clock: &Clock) -> Self {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        Self::of(Gate::of(TestApp::start_on(&database, folder, clock.clone(), &[]).await).await)
            .await
    }

    /// Another workflow that writes what its input says into this field.
    async fn make(&self, name: &str, field: &str) {
        let backend = &self.gate.app.state.backend.workflows;
        let input = SaveWorkflow { workflow: None, ..self.saving(name, field) };
        backend.save(self.gate.actor, input).await.expect("is saved");
        self.put_in_force(name).await;
    }

    fn saving(&self, name: &str, field: &str) -> SaveWorkflow {
        let definition: Definition = serde_json::from_value(json!({
            "inputs": [
                { "name": "who", "label": "Who", "kind": "record" },
                { "name": "to", "label": "Where to", "kind": "text" },
            ],
            "steps": [{ "name": "move", "title": "Move", "action": "write", "arguments": {
                "model": "res.partner", "ids": { "$": "input.who" },
                "values": { field: { "$": "input.to" } },
            } }],
        }))
        .expect("a definition");
        let (company, description) = (self.gate.company, String::new());
        SaveWorkflow { company, workflow: None, name: name.to_owned(), description, definition }
    }

    /// Its draft is validated, and accepted.
    async fn put_in_force(&self, name: &str) {
        self.validate(name).await;
        self.accept(name, Who::Owner).await;
    }

    async fn validate(&self, name: &str) {
        let (actor, company) = (self.gate.actor, self.gate.company);
        let workflow = self.view(name).await.id;
        workflows::validate(&self.gate.app, actor, company, workflow).await;
    }

    async fn accept(&self, name: &str, who: Who) {
        let version = self.view(name).await.version.expect("is in force").id;
        let (company, (actor, _)) = self.gate.app.membership(who).await;
        let backend = &self.gate.app.state.backend.workflows;
        backend.accept(actor, AcceptWorkflow { company, version }).await.expect("accepts");
    }

    async fn view(&self, name: &str) -> WorkflowView {
        let backend = &self.gate.app.state.backend.workflows;
        let page = backend.page(self.gate.actor, self.gate.company).await.expect("is shown");
        page.workflows.into_iter().find(|one| one.name == name).expect("is there")
    }

    /// Somebody edits it: it is a draft again.
    async fn edit(&self, field: &str) {
        let backend = &self.gate.app.state.backend.workflows;
        let workflow = Some(self.view("Moves").await.id);
        let input = SaveWorkflow { workflow, ..self.saving("Moves", field) };
        backend.save(self.gate.actor, input).await.expect("is saved");
    }

    async fn archive(&self) {
        let named =
            NameWorkflow { company: self.gate.company, workflow: self.view("Moves").await.id };
        let backend = &self.gate.app.state.backend.workflows;
        backend.archive(self.gate.actor, named).await.expect("is put away");
    }

    /// A run to this city.
    fn run(&self, city: &str) -> Value {
        json!({ "workflow": "Moves", "inputs": { "who": self.partner, "to": city } })
    }

    /// A run to this city with the confirmation of its preview.
    async fn previewed(&self, city: &str) -> Value {
        self.gate.previewed(TOOL, self.run(city)).await
    }

    /// Somebody writes the city in Odoo itself.
    async fn in_odoo_itself(&self, city: &str) {
        let app = &self.gate.app;
        let url = format!("{}/json/2/res.partner/write", app.var("AIDOO_DEMO_ODOO_URL"));
        let answer = Client::new()
            .post(url)
            .bearer_auth(app.var("AIDOO_OWNER_ODOO_KEY"))
            .json(&json!({ "ids": [self.partner], "vals": { "city": city } }))
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status(), StatusCode::OK);
    }

    async fn city(&self) -> Value {
        let read = json!({ "model": "res.partner", "ids": [self.partner], "fields": ["city"] });
        let read = self.gate.call("aidoo_read", read).await.expect("is read");
        read["records"][0]["city"].clone()
    }

    /// How often Odoo was told to change something, from anywhere.
    fn written(&self) -> usize {
        self.gate.count("res.partner", "write")
    }

    /// The call is refused in these words, and nothing but looking reaches Odoo.
    async fn refused(&self, key: &str, tool: &str, arguments: Value, words: &str) {
        let before = self.gate.calls();
        let answer = self.gate.call_as(key, tool, arguments).await;
        self.is_refusal(answer, before, words);
    }

    #[track_caller]
    fn is_refusal(&self, answer: Result<Value, String>, before: usize, words: &str) {
        let asked = self.gate.asked_since(before);
        match answer {
            Ok(answer) => panic!("must be refused with {words:?}, and was answered: {answer}"),
            Err(sentence) => assert!(sentence.contains(words), "{words:?} is not in: {sentence}"),
        }
        assert!(asked.iter().all(|call| call.ends_with(".read")), "{words:?}: {asked:?}");
    }

    /// How the runs ended that are on record, the newest first.
    async fn runs(&self) -> Vec<CallResult> {
        let backend = &self.gate.app.state.backend.workflows;
        let page = backend.page(self.gate.actor, self.gate.company).await.expect("is shown");
        page.runs.into_iter().map(|run| run.result).collect()
    }
}

fn all(mode: ConfirmMode) -> ConfirmModes {
    ConfirmModes { create: mode, write: mode, execute: mode, workflow: mode }
}

#[tokio::test]
async fn what_is_not_exactly_the_run_that_was_agreed_to_does_not_run() {
    let moves = Moves::start().await;
    moves.make("Moves too", "city").await;
    let (gate, own) = (&moves.gate, &moves.gate.key.key);
    let confirmed = moves.previewed("Narvik").await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut other = confirmed.clone();
        change(&mut other);
        other
    };
    let other_partner = moves.partner + 1;
    for (other, words) in [
        (with(&|run| run["inputs"]["to"] = json!("Oslo")), "not those that were previewed"),
        (with(&|run| run["inputs"]["to"] = json!("narvik")), "not those that were previewed"),
        (with(&|run| run["inputs"]["who"] = json!(other_partner)), "not those that were previewed"),
        (with(&|run| run["workflow"] = json!("Moves too")), "not those that were previewed"),
        (with(&|run| run["inputs"]["more"] = json!(1)), "argument inputs: more is unknown"),
        (with(&|run| run["inputs"]["who"] = json!([1])), "must be the id of a record"),
        (with(&|run| drop(run["inputs"].as_object_mut().unwrap().remove("to"))), "must be a text"),
        (with(&|run| run["steps"] = json!([])), "argument steps"),
        (with(&|run| run["confirm"] = json!("")), "no such confirmation"),
        (with(&|run| run["confirm"] = json!("A".repeat(43))), "no such confirmation"),
        (
            with(&|run| run["confirm"] = json!("conf_00000000000000000000000000000000")),
            "no such confirmation",
        ),
    ] {
        moves.refused(own, TOOL, other, words).await;
    }
    // The same change by its own tool, and a change's token for the run.
    let write =
        json!({ "model": "res.partner", "ids": [moves.partner], "values": { "city": "Narvik" } });
    let mut by_token = write.clone();
    by_token["confirm"] = confirmed["confirm"].clone();
    moves.refused(own, "aidoo_write", by_token, "argument confirm").await;
    let of_write = gate.previewed("aidoo_write", write).await["confirm"].clone();
    moves
        .refused(own, TOOL, with(&|run| run["confirm"] = of_write.clone()), "argument confirm")
        .await;

    // Another key, of the same person and of somebody else who has accepted the workflow too.
    let another = gate.another_key(PermissionSet::ALL).await;
    moves.refused(&another, TOOL, confirmed.clone(), "no such confirmation").await;
    moves.accept("Moves", Who::Admin).await;
    let (company, (admin, member)) = gate.app.membership(Who::Admin).await;
    let theirs = gate.app.make_key(admin, company, member, PermissionSet::ALL).await.key;
    moves.refused(&theirs, TOOL, confirmed.clone(), "no such confirmation").await;
    // One that may not run workflows has no use for it.
    let without = PermissionSet::of(&[Permission::Write, Permission::Execute]);
    let without = gate.another_key(without).await;
    moves.refused(&without, TOOL, confirmed.clone(), "permission workflow").await;
    assert_eq!((moves.written(), moves.runs().await), (0, vec![]));

    // After all of that it is still good for what it was given for, once.
    let done = gate.call(TOOL, confirmed.clone()).await.expect("runs");
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!((moves.written(), moves.city().await), (1, json!("Narvik")));
    moves.refused(own, TOOL, confirmed, "it was used before").await;
    assert_eq!((moves.written(), moves.runs().await), (1, vec![CallResult::Ok]));
}

#[tokio::test]
async fn a_runs_confirmation_ends_with_its_time_with_the_policies_and_with_the_old_values() {
    let clock = Clock::manual(NOW);
    let moves = Moves::at(&clock).await;
    let own = &moves.gate.key.key;
    let late = moves.previewed("Narvik").await;
    clock.advance(5 * MINUTE);
    moves.refused(own, TOOL, late, "too old").await;

    let before = moves.previewed("Narvik").await;
    moves.gate.set_rules(|rules| rules.calls_per_minute = 1_000).await;
    moves.refused(own, TOOL, before, "policies have changed").await;
    let before = moves.previewed("Narvik").await;
    moves.gate.set_rules(|rules| rules.confirm.workflow = ConfirmMode::Refuse).await;
    moves.refused(own, TOOL, before.clone(), "lets no key make changes").await;
    // What a step does is asked as well.
    moves.gate.set_rules(|rules| rules.confirm.write = ConfirmMode::Client).await;
    moves.refused(own, TOOL, before.clone(), "wants a person").await;
    moves.gate.set_rules(|rules| rules.guards.secret_fields = vec!["city".into()]).await;
    moves.refused(own, TOOL, before.clone(), "city holds a secret").await;
    moves.gate.set_rules(|rules| rules.guards.closed_models = vec!["res.partner".into()]).await;
    moves.refused(own, TOOL, before, "closed to every tool").await;
    moves.gate.set_rules(|_| {}).await;

    let stale = moves.previewed("Narvik").await;
    moves.in_odoo_itself("Tromsø").await;
    moves.refused(own, TOOL, stale, "records have changed").await;
    assert_eq!((moves.written(), moves.runs().await), (1, vec![]), "by somebody in Odoo itself");

    let just = moves.previewed("Narvik").await;
    clock.advance(5 * MINUTE - SECOND);
    moves.gate.call(TOOL, just).await.expect("runs in time");
    assert_eq!(moves.city().await, "Narvik");
}

#[tokio::test]
async fn a_runs_confirmation_ends_with_the_version_that_was_previewed() {
    let moves = Moves::start().await;
    let (gate, own) = (&moves.gate, &moves.gate.key.key);
    let by_name = moves.previewed("Narvik").await;
    let version = moves.view("Moves").await.version.expect("is in force").id;
    let mut by_id = moves.run("Narvik");
    by_id["workflow"] = json!(version.to_string());
    let by_id = gate.previewed(TOOL, by_id).await;
    let both = async |words: &str| {
        for run in [&by_name, &by_id] {
            moves.refused(own, TOOL, run.clone(), words).await;
        }
    };
    moves.edit("comment").await;
    both("no validated workflow").await;
    // The same inputs mean something else now.
    moves.validate("Moves").await;
    moves.refused(own, TOOL, by_name.clone(), "has not let it run as them").await;
    moves.refused(own, TOOL, by_id.clone(), "no validated workflow").await;
    moves.accept("Moves", Who::Owner).await;
    moves.refused(own, TOOL, by_name.clone(), "not those that were previewed").await;
    // What is word for word as it was is another version all the same.
    moves.edit("city").await;
    moves.put_in_force("Moves").await;
    moves.refused(own, TOOL, by_name.clone(), "not those that were previewed").await;
    moves.refused(own, TOOL, by_id.clone(), "no validated workflow").await;
    moves.archive().await;
    both("no validated workflow").await;
    assert_eq!((moves.written(), moves.runs().await), (0, vec![]));
}

#[tokio::test]
async fn a_runs_confirmation_ends_with_its_key() {
    let moves = Moves::start().await;
    let (gate, company) = (&moves.gate, moves.gate.company);
    let core = &gate.app.state.core;
    let new_key = async || {
        let (actor, member) = (gate.actor, gate.member);
        gate.app.make_key(actor, company, member, PermissionSet::ALL).await
    };
    let set = async |id: uuid::Uuid, column: api_key::Column, value: Expr| {
        let transaction = core.db.begin().await.expect("begins");
        let update = api_key::Entity::update_many().col_expr(column, value);
        update.filter(api_key::Column::Id.eq(id)).exec(&transaction).await.expect("is written");
        transaction.commit().await.expect("commits");
    };
    let agreed = async |key: &str| {
        let mut run = moves.run("Narvik");
        let told = gate.call_as(key, TOOL, run.clone()).await.expect("a preview");
        run["confirm"] = told["confirm"].clone();
        run
    };
    let ended = async |key: &str, run: Value| {
        let before = gate.calls();
        let call = request("tools/call", json!({ "name": TOOL, "arguments": run }));
        let (status, _) = gate.app.mcp(key, call).await;
        assert_eq!((status, gate.calls()), (StatusCode::UNAUTHORIZED, before));
    };
    let revoked = new_key().await;
    let run = agreed(&revoked.key).await;
    let revoke = RevokeApiKey { company, key: revoked.id };
    gate.app.state.backend.api_keys.revoke(gate.actor, revoke).await.expect("is revoked");
    ended(&revoked.key, run).await;

    let expired = new_key().await;
    let run = agreed(&expired.key).await;
    let past = Expr::value(core.clock.now().plus(-SECOND).as_micros());
    set(expired.id.as_uuid(), api_key::Column::ExpiresAt, past).await;
    ended(&expired.key, run).await;

    let reduced = new_key().await;
    let run = agreed(&reduced.key).await;
    let without = PermissionSet::of(&[Permission::Write]);
    set(reduced.id.as_uuid(), api_key::Column::Permissions, Expr::value(i16::from(without.bits())))
        .await;
    moves.refused(&reduced.key, TOOL, run, "permission workflow").await;
    assert_eq!((moves.written(), moves.runs().await), (0, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_runs_at_once_on_two_servers_one_runs() {
    for_both_databases(async |url| {
        let door = Door::new().await;
        let (gate, other) = Gate::beside_another(url, &door).await;
        let moves = Moves::of(gate).await;
        let confirmed = moves.previewed("Narvik").await;
        let body = request("tools/call", json!({ "name": TOOL, "arguments": confirmed }));
        let calls = (0..12).map(|number| {
            let app = if number % 2 == 0 { &moves.gate.app } else { &other };
            app.mcp(&moves.gate.key.key, body.clone())
        });
        let answers = join_all(calls).await;
        let done = answers.iter().filter(|(_, answer)| outcome(answer).is_ok()).count();
        assert_eq!((done, door.came("write")), (1, 1), "{answers:?}");
        assert_eq!(moves.runs().await, [CallResult::Ok]);
    })
    .await;
}

#[tokio::test]
async fn a_person_in_the_client_agrees_to_a_run_declines_it_or_says_nothing() {
    let moves = Moves::start().await;
    let gate = &moves.gate;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let mut client = Asking::open(gate).await;
    let run = moves.run("Narvik");
    let question = client.call(gate, TOOL, &run).await;
    let message = question["params"]["message"].as_str().expect("a text");
    assert!(message.starts_with("Run “Moves”, version 1?"), "{message}");
    assert!(message.contains("Narvik"), "what becomes of it is in the question: {message}");
    let before = gate.calls();
    let answer = client.answer(gate, &question, "decline").await;
    moves.is_refusal(answer, before, "did not agree");

    let question = client.call(gate, TOOL, &run).await;
    let waits = client.answer(gate, &question, "cancel").await.expect("is told");
    assert_eq!(waits["status"], "pending", "{waits}");
    assert_eq!((moves.written(), moves.runs().await), (0, vec![]));

    let question = client.call(gate, TOOL, &run).await;
    let done = client.answer(gate, &question, "accept").await.expect("runs");
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!((moves.written(), moves.runs().await), (1, vec![CallResult::Ok]));
    let consents: Vec<String> =
        gate.record().await.into_iter().filter_map(|row| row.consent).collect();
    assert_eq!(consents, ["client"], "the step says how it was agreed to");
}

/// A person takes their time to answer, and what they are asked about does not wait for them.
#[tokio::test]
async fn what_changed_while_a_person_was_asked_about_a_run_is_not_overrun() {
    let moves = Moves::start().await;
    let gate = &moves.gate;
    let asks = async || gate.set_rules(|rules| rules.confirm.workflow = ConfirmMode::Client).await;
    asks().await;
    let mut client = Asking::open(gate).await;
    let run = moves.run("Narvik");

    let question = client.call(gate, TOOL, &run).await;
    moves.in_odoo_itself("Tromsø").await;
    let before = gate.calls();
    let answer = client.answer(gate, &question, "accept").await;
    moves.is_refusal(answer, before, "records have changed");

    let question = client.call(gate, TOOL, &run).await;
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
    let before = gate.calls();
    let answer = client.answer(gate, &question, "accept").await;
    moves.is_refusal(answer, before, "policies or the Odoo account");
    asks().await;

    // Somebody found a fault in the workflow itself.
    let question = client.call(gate, TOOL, &run).await;
    moves.edit("comment").await;
    let before = gate.calls();
    let answer = client.answer(gate, &question, "accept").await;
    moves.is_refusal(answer, before, "was changed or removed meanwhile");
    moves.put_in_force("Moves").await;
    let question = client.call(gate, TOOL, &run).await;
    moves.archive().await;
    let before = gate.calls();
    let answer = client.answer(gate, &question, "accept").await;
    moves.is_refusal(answer, before, "was changed or removed meanwhile");
    assert_eq!((moves.written(), moves.runs().await), (1, vec![]), "by somebody in Odoo itself");
}

#[tokio::test]
async fn a_run_of_the_newest_revision_ends_with_the_question_and_its_answer_runs_once() {
    let moves = Moves::start().await;
    let (gate, key) = (&moves.gate, moves.gate.key.key.as_str());
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Client)).await;
    let run = moves.run("Narvik");
    let ask = async || {
        let answer = modern(gate, key, TOOL, json!({ "arguments": run })).await;
        assert_eq!(answer["result"]["resultType"], "input_required", "{answer}");
        answer["result"]["requestState"].clone()
    };
    let answered = async |key: &str, arguments: &Value, state: &Value, action: &str| {
        let params = json!({ "arguments": arguments, "requestState": state,
            "inputResponses": { "confirm": { "action": action, "content": {} } } });
        outcome(&modern(gate, key, TOOL, params).await)
    };
    let refused = async |key: &str, arguments: &Value, state: &Value, action: &str, words: &str| {
        let before = gate.calls();
        let answer = answered(key, arguments, state, action).await;
        moves.is_refusal(answer, before, words);
    };
    let state = ask().await;
    refused(key, &run, &state, "decline", "did not agree").await;
    refused(key, &run, &state, "accept", "refused this change").await;
    let state = ask().await;
    refused(key, &run, &state, "cancel", "did not agree").await;
    let other = gate.another_key(PermissionSet::ALL).await;
    refused(&other, &run, &state, "accept", "no such confirmation").await;
    refused(key, &moves.run("Oslo"), &state, "accept", "not those that were previewed").await;
    refused(key, &run, &json!("A".repeat(43)), "accept", "no such confirmation").await;
    moves.in_odoo_itself("Tromsø").await;
    refused(key, &run, &state, "accept", "records have changed").await;
    let state = ask().await;
    moves.edit("comment").await;
    refused(key, &run, &state, "accept", "no validated workflow").await;
    moves.put_in_force("Moves").await;
    refused(key, &run, &state, "accept", "not those that were previewed").await;
    moves.edit("city").await;
    moves.put_in_force("Moves").await;

    let state = ask().await;
    let done = answered(key, &run, &state, "accept").await.expect("runs");
    assert_eq!(done["status"], "done", "{done}");
    refused(key, &run, &state, "accept", "it was used before").await;
    assert_eq!((moves.written(), moves.runs().await), (2, vec![CallResult::Ok]));
}

#[tokio::test]
async fn a_run_waits_for_a_person_in_the_dashboard_and_then_runs_once() {
    let clock = Clock::manual(NOW);
    let moves = Moves::at(&clock).await;
    let (gate, own) = (&moves.gate, &moves.gate.key.key);
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
    let approvals = &gate.app.state.backend.approvals;
    let decide = async |actor, company, run: &Value, decision| {
        let id = run["confirm"].as_str().expect("a reference");
        let approval: ConfirmationId = id.parse().expect("an id");
        approvals.decide(actor, DecideApproval { company, approval, decision }).await
    };
    let ask = async |city: &str| {
        let mut run = moves.run(city);
        let told = gate.call(TOOL, run.clone()).await.expect("is told");
        assert_eq!(told["status"], "pending", "{told}");
        assert_eq!(told["approve_at"], format!("{}/approvals", gate.app.url));
        run["confirm"] = told["confirm"].clone();
        run
    };
    let run = ask("Narvik").await;
    assert_eq!(ask("Narvik").await["confirm"], run["confirm"], "one question, not two");
    moves.refused(own, TOOL, run.clone(), "nobody has approved").await;

    // Whose decision it is not: a member's, of an owner's key, and anybody's of another company.
    let company = gate.company;
    let (_, (member, _)) = gate.app.membership(Who::Member).await;
    let by_member = decide(member, company, &run, Decision::Approve).await;
    assert!(matches!(by_member, Err(Error::Forbidden | Error::NotFound)), "{by_member:?}");
    let other = Company::found(&gate.app.state.core, "Other").await;
    for company in [company, other.id] {
        let theirs = decide(other.owner.actor, company, &run, Decision::Approve).await;
        assert_eq!(theirs, Err(Error::NotFound));
    }
    moves.refused(own, TOOL, run.clone(), "nobody has approved").await;

    decide(gate.actor, company, &run, Decision::Approve).await.expect("is approved");
    assert_eq!(
        decide(gate.actor, company, &run, Decision::Refuse).await,
        Err(Error::AlreadyDecided)
    );
    // An approval is of one run, for one key.
    let mut oslo = moves.run("Oslo");
    oslo["confirm"] = run["confirm"].clone();
    moves.refused(own, TOOL, oslo, "not those that were previewed").await;
    let another = gate.another_key(PermissionSet::ALL).await;
    moves.refused(&another, TOOL, run.clone(), "no such confirmation").await;
    assert_eq!((moves.written(), moves.runs().await), (0, vec![]));
    clock.advance(23 * HOUR);
    let done = gate.call(TOOL, run.clone()).await.expect("runs");
    assert_eq!(done["status"], "done", "{done}");
    moves.refused(own, TOOL, run, "it was used before").await;
    assert_eq!((moves.written(), moves.runs().await), (1, vec![CallResult::Ok]));

    let run = ask("Bergen").await;
    decide(gate.actor, company, &run, Decision::Refuse).await.expect("is refused");
    moves.refused(own, TOOL, run, "a person refused this change").await;

    let run = ask("Bodø").await;
    decide(gate.actor, company, &run, Decision::Approve).await.expect("is approved");
    clock.advance(DAY);
    moves.refused(own, TOOL, run, "too old").await;

    // What was approved is what was looked at.
    let run = ask("Bodø").await;
    decide(gate.actor, company, &run, Decision::Approve).await.expect("is approved");
    moves.edit("comment").await;
    moves.refused(own, TOOL, run.clone(), "no validated workflow").await;
    moves.put_in_force("Moves").await;
    moves.refused(own, TOOL, run, "not those that were previewed").await;
    assert_eq!(moves.written(), 1);
}

/// The process dies between what it wrote down to do and what came of it. Nobody knows, and nobody tries again.
#[tokio::test]
async fn what_waits_ends_with_the_person_who_asked_and_is_shown_however_old() {
    let clock = Clock::manual(NOW);
    let moves = Moves::at(&clock).await;
    let (gate, company) = (&moves.gate, moves.gate.company);
    gate.set_rules(|rules| rules.confirm = all(ConfirmMode::Dashboard)).await;
    moves.accept("Moves", Who::Member2).await;
    let (_, (theirs, member)) = gate.app.membership(Who::Member2).await;
    let key = gate.app.make_key(theirs, company, member, PermissionSet::ALL).await.key;
    let told = gate.call_as(&key, TOOL, moves.run("Narvik")).await.expect("is told");
    assert_eq!(told["status"], "pending", "{told}");
    let approvals = &gate.app.state.backend.approvals;
    let waiting = async || {
        let page = approvals.list(gate.actor, company).await.expect("is listed");
        let list = page.approvals.into_iter();
        list.filter(|one| one.can_decide).map(|one| one.id.to_string()).collect::<Vec<_>>()
    };
    let id = told["confirm"].as_str().expect("a reference").to_owned();
    assert_eq!(waiting().await, std::slice::from_ref(&id));

    // As many as a page shows are decided after it.
    let core = &gate.app.state.core;
    let row = confirmation::Entity::find().one(core.db.reader()).await.unwrap().unwrap();
    let tx = core.db.begin().await.unwrap();
    for after in 1..=100 {
        let decided = confirmation::ActiveModel {
            id: Set(core.clock.uuid(&core.entropy)),
            created_at: Set(row.created_at + after),
            refused_at: Set(Some(row.created_at + after)),
            ..row.clone().into()
        };
        confirmation::Entity::insert(decided).exec_without_returning(&tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(waiting().await, [id.as_str()]);

    // It stands before all of them, and before what came after it.
    clock.advance(SECOND);
    let later = gate.call_as(&key, TOOL, moves.run("Bergen")).await.expect("is told");
    let later = later["confirm"].as_str().expect("a reference").to_owned();
    let list = approvals.list(gate.actor, company).await.expect("is listed").approvals;
    let first: Vec<String> = list.iter().take(2).map(|one| one.id.to_string()).collect();
    assert_eq!(first, [id, later]);
    let decided = &list[2..];
    assert!(decided.len() >= 99 && decided.iter().all(|one| !one.can_decide));
    assert!(decided.is_sorted_by_key(|one| std::cmp::Reverse(one.asked_at.at)), "the newest first");

    let team = &gate.app.state.backend.team;
    let remove = RemoveMember { company, member, revoke_seen: String::new() };
    team.remove_member(gate.actor, remove).await.expect("is removed");
    assert_eq!(waiting().await, Vec::<String>::new());
    let (_, viewer) = gate.app.signed_in(Who::Owner).await.form("accounts/viewer", &[]).await;
    assert_eq!(viewer["current"]["waiting"], 0, "{viewer}");
}

#[tokio::test]
async fn accepting_again_is_no_second_deed() {
    let moves = Moves::start().await;
    moves.accept("Moves", Who::Member2).await;
    moves.accept("Moves", Who::Member2).await;
    let (_, (theirs, _)) = moves.gate.app.membership(Who::Member2).await;
    let entries = audit_entry::Entity::find().all(moves.gate.app.state.core.db.reader()).await;
    let mine = entries.unwrap().into_iter().filter(|entry| {
        entry.action == "workflow.accepted" && entry.user_id == Some(theirs.user.as_uuid())
    });
    assert_eq!(mine.count(), 1);
}

#[tokio::test]
async fn a_run_whose_process_died_is_told_as_unknown_and_never_repeated() {
    let clock = Clock::manual(NOW);
    let door = Door::new().await;
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let allow = door.address.to_string();
    let options = ["--odoo-allow", allow.as_str()];
    let app = TestApp::start_on(&database, folder, clock.clone(), &options).await;
    let moves = Moves::of(Gate::through(&door, app).await).await;
    let confirmed = moves.previewed("Narvik").await;
    clock.advance(SECOND);
    let _held = door.hold("write");
    tokio::select! {
        answer = moves.gate.call(TOOL, confirmed.clone()) => panic!("is held: {answer:?}"),
        () = door.wait_for("write", 1) => {}
    }
    let core: Core = moves.gate.app.state.core.clone();
    let another_start = async || {
        let stop = CancellationToken::new();
        let (_, task) = Activity::start(core.clone(), stop.clone());
        stop.cancel();
        task.await.expect("ends");
    };
    assert_eq!(moves.runs().await, [CallResult::Started]);
    clock.advance(2 * DAY);
    another_start().await;
    assert_eq!(moves.runs().await, [CallResult::Unknown]);
    let rows = moves.gate.record().await.into_iter();
    let told: Vec<(String, String)> = rows
        .filter(|row| row.tool == TOOL || row.tool == "aidoo_write")
        .map(|row| (row.tool, row.result))
        .filter(|(_, result)| result != "asked")
        .collect();
    let unknown = |tool: &str| (tool.to_owned(), "unknown".to_owned());
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&unknown(TOOL)) && told.contains(&unknown("aidoo_write")), "{told:?}");
    // Whoever sends it again is told, and nothing of it goes to Odoo.
    let again = moves.gate.call(TOOL, confirmed).await.expect_err("is refused");
    assert!(again.contains("argument confirm"), "{again}");
    assert_eq!(door.came("write"), 1);
}
