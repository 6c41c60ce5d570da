//! The builder of workflows, attacked: by members, by another company, by definitions that say more than they may, by two
//! at once, and while something runs.

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    clock::Clock,
    services::{housekeeping, news::Signal, workflows::digest_of},
    store::workflow_tries,
};
use shared::{
    Error,
    activity::ListActivity,
    confirmation::{ApprovalState, ConfirmMode, DecideApproval, Decision},
    connection::{RemoveConnection, SaveConnection},
    id::{WorkflowId, WorkflowVersionId},
    time::DAY,
    timeline::{Entry, Kind},
    workflow::{
        AcceptWorkflow, Cell, Definition, FoundColumn, FoundTable, NameWorkflow, SaveWorkflow,
        TriedStep, TryCause, TryWorkflow, UseTemplate, WorkflowView,
    },
    workflow_catalog::{AskModel, FindModels, FindRecords, ModelView},
    workflow_form::ValueKind,
};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use crate::support::{
    app::{TestApp, Who},
    core::{Company, NOW},
    door::Door,
    gate::Gate,
    workflows,
};

fn definition(steps: Value) -> Definition {
    let inputs = json!([{ "name": "which", "label": "Which", "kind": "record" }]);
    serde_json::from_value(json!({ "inputs": inputs, "steps": steps })).expect("a definition")
}

fn one_step(action: &str, arguments: Value) -> Definition {
    definition(json!([{ "name": "one", "title": "One", "action": action, "arguments": arguments }]))
}

fn moves() -> Definition {
    definition(json!([
        { "name": "find", "title": "Find", "action": "query",
          "arguments": { "model": "res.partner", "domain": [["id", "=", { "$": "input.which" }]] } },
        { "name": "move", "title": "Move", "action": "write",
          "arguments": { "model": "res.partner", "ids": { "$": "steps.find.records.*.id" }, "values": { "city": "Narvik" } } },
    ]))
}

fn saving(gate: &Gate, workflow: Option<WorkflowId>, definition: Definition) -> SaveWorkflow {
    let (company, description) = (gate.company, String::new());
    SaveWorkflow { company, workflow, name: "Moves".to_owned(), description, definition }
}

async fn saved(gate: &Gate, definition: Definition) -> WorkflowId {
    let input = saving(gate, None, definition);
    gate.app.state.backend.workflows.save(gate.actor, input).await.expect("is saved")
}

async fn view(gate: &Gate, workflow: WorkflowId) -> WorkflowView {
    let page = gate.app.state.backend.workflows.page(gate.actor, gate.company).await;
    let found = page.expect("is shown").workflows.into_iter().find(|one| one.id == workflow);
    found.expect("is there")
}

async fn accepted(gate: &Gate, workflow: WorkflowId) -> WorkflowVersionId {
    let (company, backend) = (gate.company, &gate.app.state.backend.workflows);
    workflows::validate(&gate.app, gate.actor, company, workflow).await;
    let version = view(gate, workflow).await.version.expect("is in force").id;
    backend.accept(gate.actor, AcceptWorkflow { company, version }).await.expect("accepts");
    version
}

async fn tried(gate: &Gate, definition: Definition, which: i64) -> Vec<TriedStep> {
    let steps = definition.steps.len();
    let asked = definition.inputs.iter().map(|input| (input.name.clone(), json!(which)));
    let inputs = asked.collect();
    let (company, name) = (gate.company, "Moves".to_owned());
    let input = TryWorkflow { company, workflow: None, name, definition, inputs, steps };
    gate.app.state.backend.workflows.try_steps(gate.actor, input).await.expect("is tried")
}

#[tokio::test]
async fn a_draft_is_given_to_those_who_may_change_it_alone() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let (name, description) = ("Half done".to_owned(), String::new());
    let definition = Definition::default();
    let input = SaveWorkflow { company, workflow: None, name, description, definition };
    let workflow = app.state.backend.workflows.save(owner, input).await.unwrap();
    let given = async |who, workflow: &str| {
        let company = company.to_string();
        let fields = [("input[company]", company.as_str()), ("input[workflow]", workflow)];
        app.signed_in(who).await.form("workflows/draft", &fields).await
    };
    let id = workflow.to_string();
    for who in [Who::Owner, Who::Admin] {
        let (_, draft) = given(who, &id).await;
        assert_eq!(draft["name"], "Half done");
        let whole: Value = serde_json::from_str(draft["whole"].as_str().unwrap()).unwrap();
        assert_eq!(whole["definition"], json!({ "inputs": [], "steps": [] }));
    }
    assert_eq!(given(Who::Member, &id).await.0, StatusCode::FORBIDDEN);
    let other = WorkflowId::from_uuid(uuid::Uuid::max()).to_string();
    assert_eq!(given(Who::Owner, &other).await, (StatusCode::OK, Value::Null));
    assert_eq!(given(Who::Owner, "no id").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_member_neither_edits_nor_looks_anything_up() {
    let gate = Gate::start().await;
    let workflow = saved(&gate, moves()).await;
    let (company, (member, _)) = gate.app.membership(Who::Member).await;
    let backend = &gate.app.state.backend.workflows;
    let (named, before) = (NameWorkflow { company, workflow }, gate.calls());
    let model = "res.partner".to_owned();
    let tries = TryWorkflow {
        company,
        workflow: Some(workflow),
        name: "Moves".to_owned(),
        definition: moves(),
        inputs: Default::default(),
        steps: 2,
    };
    let refused = [
        backend.save(member, saving(&gate, Some(workflow), moves())).await.map(drop),
        backend.save(member, saving(&gate, None, moves())).await.map(drop),
        backend.validate(member, named).await,
        backend.archive(member, named).await,
        backend.try_steps(member, tries).await.map(drop),
        backend.models(member, FindModels { company, search: "partner".into() }).await.map(drop),
        backend.model(member, AskModel { company, model: model.clone() }).await.map(drop),
        backend
            .records(member, FindRecords { company, model, search: String::new() })
            .await
            .map(drop),
    ];
    for (at, refused) in refused.into_iter().enumerate() {
        assert_eq!(refused, Err(Error::Forbidden), "{at}");
    }
    assert_eq!(gate.calls(), before, "Odoo heard of nothing");
    let page = backend.page(member, company).await.expect("is shown");
    assert!(page.workflows.is_empty() && page.templates.is_empty(), "a draft is not theirs to see");
    accepted(&gate, workflow).await;
    let page = backend.page(member, company).await.expect("is shown");
    assert!(page.workflows[0].version.is_some() && page.workflows[0].history.is_empty());
}

#[tokio::test]
async fn open_pages_hear_of_whatever_becomes_of_a_workflow() {
    let gate = Gate::start().await;
    let (company, backend) = (gate.company, &gate.app.state.backend.workflows);
    let news = &gate.app.state.core.news;
    let told = |mut heard: Receiver<Signal>| {
        assert_eq!(heard.try_recv(), Ok(Signal::Company(company)));
    };
    let heard = news.listen();
    let workflow = saved(&gate, moves()).await;
    told(heard);
    let heard = news.listen();
    assert!(tried(&gate, moves(), 1).await.iter().all(|step| step.problem.is_none()));
    told(heard);
    let heard = news.listen();
    let named = NameWorkflow { company, workflow };
    backend.validate(gate.actor, named).await.expect("validates");
    told(heard);
    let version = view(&gate, workflow).await.version.expect("is in force").id;
    let heard = news.listen();
    backend.accept(gate.actor, AcceptWorkflow { company, version }).await.expect("accepts");
    told(heard);
    let heard = news.listen();
    backend.archive(gate.actor, named).await.expect("is put away");
    told(heard);
}

#[tokio::test]
async fn what_is_tried_is_on_record_once_a_try() {
    let gate = Gate::start().await;
    let workflow = saved(&gate, moves()).await;
    let (company, (member, _)) = gate.app.membership(Who::Member).await;
    let backend = &gate.app.state.backend;
    let wish = |workflow| TryWorkflow {
        company,
        workflow,
        name: "Moves".to_owned(),
        definition: moves(),
        inputs: Default::default(),
        steps: 9,
    };
    let steps = moves().steps.len();
    assert!(steps > 1, "a try is more than one step");
    backend.workflows.try_steps(gate.actor, wish(Some(workflow))).await.expect("is tried");
    backend.workflows.try_steps(gate.actor, wish(None)).await.expect("is tried");
    let refused = backend.workflows.try_steps(member, wish(Some(workflow))).await.map(drop);
    assert_eq!(refused, Err(Error::Forbidden));
    let never = WorkflowId::from_uuid(uuid::Uuid::from_u128(7));
    let missing = backend.workflows.try_steps(gate.actor, wish(Some(never))).await.map(drop);
    assert_eq!(missing, Err(Error::NotFound));
    let filter = ListActivity { kind: Some(Kind::Workflows), ..ListActivity::default() };
    let page = backend.activity.timeline(gate.actor, company, filter).await.expect("is listed");
    let told: Vec<String> = page.entries.iter().filter_map(deed).collect();
    let line = format!("tried the workflow “Moves” on screen (steps: {steps})");
    assert_eq!(told.iter().filter(|told| told.ends_with(&line)).count(), 2, "{told:?}");
}

fn deed(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Deed(deed) => Some(app::words::deed(deed.by.as_deref(), &deed.deed)),
        Entry::Call(_) => None,
    }
}

#[tokio::test]
async fn what_is_of_another_company_is_not_there() {
    let gate = Gate::start().await;
    let workflow = saved(&gate, moves()).await;
    let version = accepted(&gate, workflow).await;
    let other = Company::found(&gate.app.state.core, "Other").await;
    let (stranger, backend) = (other.owner.actor, &gate.app.state.backend.workflows);
    // In their own company with our ids, and in ours.
    for company in [other.id, gate.company] {
        let named = NameWorkflow { company, workflow };
        let save = SaveWorkflow { company, ..saving(&gate, Some(workflow), moves()) };
        let refused = [
            backend.save(stranger, save).await.map(drop),
            backend.validate(stranger, named).await,
            backend.archive(stranger, named).await,
            backend.accept(stranger, AcceptWorkflow { company, version }).await,
        ];
        for refused in refused {
            assert_eq!(refused, Err(Error::NotFound));
        }
    }
    let company = gate.company;
    let ask = AskModel { company, model: "res.partner".into() };
    assert_eq!(backend.model(stranger, ask).await, Err(Error::NotFound));
    let find = FindRecords { company, model: "res.partner".into(), search: String::new() };
    assert_eq!(backend.records(stranger, find).await, Err(Error::NotFound));
    let still = view(&gate, workflow).await;
    assert_eq!(
        still.version.map(|version| version.id),
        Some(version),
        "nothing has become of ours"
    );
    // Their own company has no Odoo: that is said, and is no way to ours.
    let find = FindModels { company: other.id, search: "partner".into() };
    let offered = backend.models(stranger, find).await.expect("is answered");
    assert!(offered.found.is_empty() && offered.problem.is_some(), "{offered:?}");
}

#[tokio::test]
async fn a_shape_that_is_filled_in_is_kept_as_a_draft_and_never_validated() {
    let gate = Gate::start().await;
    let which = json!({ "$": "input.which" });
    for (action, arguments) in [
        ("query", json!({ "model": which })),
        ("query", json!({ "model": "res.partner", "domain": [[which, "=", 1]] })),
        ("query", json!({ "model": "res.partner", "domain": [["id", which, 1]] })),
        ("query", json!({ "model": "res.partner", "domain": which })),
        ("query", json!({ "model": "res.partner", "fields": [which] })),
        ("query", json!({ "model": "res.partner", "order": which })),
        ("write", json!({ "model": "res.partner", "ids": [1], "values": which })),
        ("create", json!({ "model": "sale.order", "values": { "order_line": [[which, 0, {}]] } })),
        ("execute", json!({ "model": "sale.order", "method": which, "ids": [1] })),
        (
            "execute",
            json!({ "model": "sale.order", "method": "action_confirm", "ids": [1], "args": [which] }),
        ),
        ("execute", json!({ "model": "sale.order", "method": "unlink", "ids": [1] })),
        ("write", json!({ "model": "res.users", "ids": [1], "values": { "name": "x" } })),
        ("query", json!({ "model": "res.partner", "domain": [["user_ids.password", "=", which]] })),
        (
            "write",
            json!({ "model": "res.partner", "ids": [1], "values": { "city": "x" }, "confirm": "y" }),
        ),
    ] {
        let workflow = saved(&gate, one_step(action, arguments.clone())).await;
        let named = NameWorkflow { company: gate.company, workflow };
        let validated = gate.app.state.backend.workflows.validate(gate.actor, named).await;
        assert_eq!(validated, Err(Error::HasFlaws), "{arguments}");
        assert!(!view(&gate, workflow).await.flaws.is_empty(), "and the page says so: {arguments}");
    }
    let listed = gate.call("aidoo_workflow", json!({})).await.expect("is listed");
    assert_eq!(listed["workflows"], json!([]));
}

#[tokio::test]
async fn a_definition_of_a_megabyte_is_not_kept() {
    let gate = Gate::start().await;
    let browser = gate.app.signed_in(Who::Owner).await;
    for (size, status) in [(61_000, StatusCode::BAD_REQUEST), (1_100_000, StatusCode::BAD_REQUEST)]
    {
        let long = "x".repeat(size);
        let definition =
            one_step("query", json!({ "model": "res.partner", "domain": [["name", "=", long]] }));
        let body = json!({ "input": saving(&gate, None, definition) });
        let (answered, body) = browser.json("workflows/save", &body).await;
        assert!(
            answered == status || answered == StatusCode::PAYLOAD_TOO_LARGE,
            "{size}: {answered} {body}"
        );
    }
    // Many levels are no way to take the reader down.
    let deep = (0..300).fold(json!(1), |inner, _| json!([inner]));
    let definition = one_step("query", json!({ "model": "res.partner", "domain": deep }));
    let body = json!({ "input": saving(&gate, None, definition) });
    let (answered, body) = browser.json("workflows/save", &body).await;
    assert_eq!(answered, StatusCode::BAD_REQUEST, "{body}");
    let page = gate.app.state.backend.workflows.page(gate.actor, gate.company).await;
    assert!(page.expect("is shown").workflows.is_empty());
}

#[tokio::test]
async fn of_two_validations_at_once_there_is_one_version() {
    let gate = Gate::start().await;
    let workflow = saved(&gate, moves()).await;
    let named = NameWorkflow { company: gate.company, workflow };
    let backend = &gate.app.state.backend.workflows;
    workflows::as_if_tried(&gate.app, gate.actor, gate.company, workflow).await;
    let (one, other) =
        tokio::join!(backend.validate(gate.actor, named), backend.validate(gate.actor, named));
    assert_eq!((one, other), (Ok(()), Ok(())));
    accepted(&gate, workflow).await;
    let history = view(&gate, workflow).await.history;
    assert_eq!(history.len(), 1, "{history:?}");
    assert_eq!(history[0].accepted_by.len(), 1, "what was accepted stays so");

    let (edit, validated) = tokio::join!(
        backend.save(gate.actor, saving(&gate, Some(workflow), moves())),
        backend.validate(gate.actor, named),
    );
    edit.expect("is saved");
    validated.expect("is validated, as it was or as it is");
    backend.validate(gate.actor, named).await.expect("validates what was saved");
    let history = view(&gate, workflow).await.history;
    let told: Vec<(u32, bool)> =
        history.iter().map(|version| (version.number, version.retired_at.is_none())).collect();
    assert_eq!(told, [(2, true), (1, false)]);
    assert!(history[0].accepted_by.is_empty(), "nobody has accepted this one");
}

#[tokio::test]
async fn what_becomes_a_draft_runs_no_more_and_a_run_that_has_begun_ends_as_it_was() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let workflow = saved(&gate, moves()).await;
    accepted(&gate, workflow).await;
    let run = json!({ "workflow": "Moves", "inputs": { "which": 1 } });
    let confirmed = gate.previewed("aidoo_workflow", run.clone()).await;
    let backend = &gate.app.state.backend.workflows;
    let edit = async || {
        let mut other = moves();
        other.steps[1].arguments["values"] = json!({ "city": "Bodø" });
        backend.save(gate.actor, saving(&gate, Some(workflow), other)).await.expect("is saved");
    };
    edit().await;
    let refused = gate.call("aidoo_workflow", confirmed).await.expect_err("is a draft now");
    assert!(refused.contains("no validated workflow"), "{refused}");
    assert_eq!(gate.count("res.partner", "write"), 0);

    // The next version is accepted by nobody, so that it asks again.
    workflows::validate(&gate.app, gate.actor, gate.company, workflow).await;
    let refused = gate.call("aidoo_workflow", run.clone()).await.expect_err("is not accepted");
    assert!(refused.contains("has not let it run as them"), "{refused}");

    accepted(&gate, workflow).await;
    let confirmed = gate.previewed("aidoo_workflow", run).await;
    let held = door.hold("write");
    let came = door.came("write");
    let (ended, ()) = tokio::join!(gate.call("aidoo_workflow", confirmed), async {
        door.wait_for("write", came + 1).await;
        edit().await;
        held.release();
    });
    let ended = ended.expect("runs to its end");
    assert_eq!(ended["status"], "done", "{ended}");
    assert_eq!(gate.count("res.partner", "write"), 1);
}

#[tokio::test]
async fn a_run_goes_no_further_once_another_odoo_account_is_linked() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let step = |name: &str| {
        json!({ "name": name, "title": name, "action": "write",
            "arguments": { "model": "res.partner", "ids": [1], "values": { "city": name } } })
    };
    let workflow = saved(&gate, definition(json!([step("first"), step("second")]))).await;
    accepted(&gate, workflow).await;
    let run = json!({ "workflow": "Moves", "inputs": { "which": 1 } });
    let confirmed = gate.previewed("aidoo_workflow", run).await;
    let held = door.hold("write");
    let came = door.came("write");
    let (ended, ()) = tokio::join!(gate.call("aidoo_workflow", confirmed), async {
        door.wait_for("write", came + 1).await;
        gate.link_through(&door).await;
        held.release();
    });
    let told = format!("{ended:?}");
    assert!(told.contains("Odoo account was changed while the workflow ran"), "{told}");
    assert_eq!(gate.count("res.partner", "write"), 1);
}

#[tokio::test]
async fn what_takes_the_answer_of_a_change_waits_for_a_run_and_the_rest_is_tried() {
    let gate = Gate::start().await;
    let made = json!({ "$": "steps.make.ids" });
    let steps = definition(json!([
        { "name": "make", "title": "Make it", "action": "create",
          "arguments": { "model": "res.partner", "values": { "name": "New" } } },
        { "name": "look", "title": "Look at it", "action": "read",
          "arguments": { "model": "res.partner", "ids": made } },
        { "name": "again", "title": "Look again", "action": "read",
          "arguments": { "model": "res.partner", "ids": { "$": "steps.look.records.*.id" } } },
        { "name": "find", "title": "Find", "action": "query",
          "arguments": { "model": "res.partner", "domain": [["id", "=", { "$": "input.which" }]] } },
    ]));
    let told = tried(&gate, steps, 1).await;
    assert!(told[0].preview.is_some(), "{told:?}");
    assert_eq!(told[1].waits_for.as_deref(), Some("Make it"));
    assert_eq!(told[2].waits_for.as_deref(), Some("Look at it"));
    assert_eq!(told[3].answer.as_ref().and_then(|found| found.total), Some(1), "{told:?}");
    assert!(told.iter().all(|step| step.problem.is_none()), "{told:?}");
    assert_eq!(gate.count("res.partner", "create"), 0);

    // What finds nothing is a problem where it is taken.
    let told = tried(&gate, moves(), 999_999).await;
    let problem = told[1].problem.as_deref().expect("has nothing to write to");
    assert!(problem.contains("step 1, “Find”, found nothing for this step to take"), "{problem}");
    // A step may have any name.
    let steps = definition(json!([
        { "name": "inputs", "title": "Inputs", "action": "query",
          "arguments": { "model": "res.partner", "count_only": true } },
    ]));
    let told = tried(&gate, steps, 1).await;
    assert!(told[0].name.as_deref() == Some("inputs") && told[0].answer.is_some(), "{told:?}");
    let told = tried(&gate, moves(), 0).await;
    assert!(told[0].name.is_none() && told[0].problem.is_some(), "{told:?}");
}

#[tokio::test]
async fn what_would_act_on_a_part_of_what_it_finds_is_not_tried_and_not_validated() {
    let gate = Gate::start().await;
    workflows::make_contacts(&gate, "BATCH").await;
    let finds = |limit: Value| {
        definition(json!([
            { "name": "find", "title": "Find", "action": "query",
              "arguments": { "model": "res.partner", "domain": [["ref", "=", "BATCH"]], "limit": limit } },
            { "name": "move", "title": "Move", "action": "write",
              "arguments": { "model": "res.partner", "ids": { "$": "steps.find.records.*.id" }, "values": { "city": "Narvik" } } },
        ]))
    };
    let told = tried(&gate, finds(json!(null)), 1).await;
    // What it found is shown, and that it is not all where it is taken for that.
    assert_eq!(told[0].answer.as_ref().and_then(|found| found.total), Some(120), "{told:?}");
    assert_eq!(told[0].problem, None);
    let sentence =
        "step 1, “Find”, found 120 records and hands on 50: give it a limit, or narrow it";
    assert_eq!(told[1].problem.as_deref(), Some(sentence));
    let title = "Find".to_owned();
    let why = TryCause::FoundMore { number: 1, title, total: Some(120), given: 50 };
    assert_eq!(told[1].why, Some(why));
    assert!(told[1].preview.is_none());
    let workflow = saved(&gate, finds(json!(null))).await;
    assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried));

    for limit in [5, 500] {
        let limited = finds(json!(limit));
        let told = tried(&gate, limited.clone(), 1).await;
        assert!(told[1].problem.is_none() && told[1].preview.is_some(), "{told:?}");
        let input = saving(&gate, Some(workflow), limited);
        gate.app.state.backend.workflows.save(gate.actor, input).await.expect("is saved");
        assert_eq!(validates(&gate, workflow).await, Ok(()));
    }
    assert_eq!(gate.count("res.partner", "write"), 0);
}

/// Validated as a browser does, which cannot say by itself what was tried.
async fn validates(gate: &Gate, workflow: WorkflowId) -> Result<(), Error> {
    let named = NameWorkflow { company: gate.company, workflow };
    gate.app.state.backend.workflows.validate(gate.actor, named).await
}

#[tokio::test]
async fn only_what_was_tried_to_its_end_as_it_is_is_validated() {
    let gate = Gate::start().await;
    let (company, backend) = (gate.company, &gate.app.state.backend.workflows);
    let workflow = saved(&gate, moves()).await;
    let is_refused = async |why: &str| {
        assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried), "{why}");
        let view = view(&gate, workflow).await;
        assert!(view.version.is_none() && !view.is_tried, "{why}: the page says so, too");
    };
    is_refused("nobody has tried it").await;
    let none = tried(&gate, moves(), 999_999).await;
    assert!(none.last().is_some_and(|step| step.problem.is_some()), "{none:?}");
    is_refused("a step had a problem").await;
    let no_inputs = tried(&gate, moves(), 0).await;
    assert_eq!(no_inputs[0].name, None);
    is_refused("its inputs were refused").await;
    let part = TryWorkflow {
        company,
        workflow: Some(workflow),
        name: "Moves".to_owned(),
        definition: moves(),
        inputs: [("which".to_owned(), json!(1))].into_iter().collect(),
        steps: 1,
    };
    backend.try_steps(gate.actor, part.clone()).await.expect("is tried");
    is_refused("only the first step was tried").await;
    let mut shorter = moves();
    shorter.steps.truncate(1);
    tried(&gate, shorter, 1).await;
    is_refused("another workflow was tried, of its first step").await;
    let mut other = moves();
    other.steps[1].arguments["values"] = json!({ "city": "Bodø" });
    tried(&gate, other.clone(), 1).await;
    is_refused("another value was tried").await;
    // Whoever may not build is refused before anything is tried.
    let (_, (member, _)) = gate.app.membership(Who::Member).await;
    let whole = TryWorkflow { steps: 2, ..part };
    assert_eq!(backend.try_steps(member, whole.clone()).await.map(drop), Err(Error::Forbidden));
    is_refused("a member tried it").await;

    // An admin tries, the owner validates; both may.
    let (_, (admin, _)) = gate.app.membership(Who::Admin).await;
    let told = backend.try_steps(admin, whole).await.expect("is tried");
    assert!(told.iter().all(|step| step.problem.is_none()), "{told:?}");
    assert!(view(&gate, workflow).await.is_tried);
    assert_eq!(validates(&gate, workflow).await, Ok(()));
    assert_eq!(gate.count("res.partner", "write"), 0, "trying and validating change nothing");

    // Any change makes it a draft again. What was tried before it was saved counts.
    let input = saving(&gate, Some(workflow), other.clone());
    backend.save(gate.actor, input).await.expect("is saved");
    assert_eq!(validates(&gate, workflow).await, Ok(()));
    other.steps[0].title = "Find it".to_owned();
    backend.save(gate.actor, saving(&gate, Some(workflow), other)).await.expect("is saved");
    is_refused("it is called otherwise than what was tried").await;
}

#[tokio::test]
async fn what_was_tried_elsewhere_or_long_ago_does_not_count() {
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let clock = Clock::manual(NOW);
    let gate = Gate::on(&database, clock.clone()).await;
    let workflow = saved(&gate, moves()).await;
    let core = &gate.app.state.core;
    // In another company, word for word the same.
    let other = Company::found(core, "Other").await;
    let tx = core.db.begin().await.expect("begins");
    let (digest, now) = (digest_of(&moves()), core.clock.now());
    workflow_tries::note(&tx, other.id, digest, other.owner.actor.user, now).await.expect("noted");
    tx.commit().await.expect("commits");
    assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried));

    tried(&gate, moves(), 1).await;
    clock.advance(89 * DAY);
    housekeeping::run(core).await.expect("is done");
    assert!(view(&gate, workflow).await.is_tried);
    clock.advance(2 * DAY);
    housekeeping::run(core).await.expect("is done");
    assert!(!view(&gate, workflow).await.is_tried);
    assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried));

    // What was tried on one Odoo says nothing of another.
    tried(&gate, moves(), 1).await;
    assert!(view(&gate, workflow).await.is_tried);
    let remove = RemoveConnection { company: gate.company };
    gate.app.state.backend.connections.remove(gate.actor, remove).await.expect("is removed");
    assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried));
}

/// A try asks Odoo for a while: what another connection erases meanwhile, or has erased, does not come back by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_outlasts_its_odoo_does_not_count() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let looks = || {
        definition(json!([{ "name": "find", "title": "Find", "action": "query",
            "arguments": { "model": "res.partner", "domain": [["id", "=", { "$": "input.which" }]] } }]))
    };
    let workflow = saved(&gate, looks()).await;
    let elsewhere = async || {
        let save = SaveConnection {
            company: gate.company,
            url: gate.app.var("AIDOO_DEMO_ODOO_URL").to_owned(),
            database: "demo".to_owned(),
            calls_per_second: String::new(),
            calls_at_once: String::new(),
        };
        gate.app.state.backend.connections.save(gate.actor, save).await.expect("is saved");
    };
    tried(&gate, looks(), 1).await;
    assert!(view(&gate, workflow).await.is_tried);
    elsewhere().await;
    assert!(!view(&gate, workflow).await.is_tried, "another address is another Odoo");

    gate.link_through(&door).await;
    let held = door.hold("search_read");
    let came = door.came("search_read");
    let (told, ()) = tokio::join!(tried(&gate, looks(), 1), async {
        door.wait_for("search_read", came + 1).await;
        elsewhere().await;
        held.release();
    });
    assert!(
        told.iter().all(|step| step.problem.is_none()),
        "it found what it looked for: {told:?}"
    );
    assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried));
}

#[tokio::test]
async fn what_a_try_found_has_labels_and_values_of_their_kinds() {
    let gate = Gate::start().await;
    let orders = json!({
        "model": "purchase.order", "domain": [["state", "=", "purchase"]],
        "fields": ["date_order", "amount_total", "state", "order_line", "partner_id.email"],
    });
    let answered = |steps: Vec<TriedStep>| steps[0].answer.clone().expect("it found something");
    let found = answered(tried(&gate, one_step("query", orders), 1).await);
    let FoundTable { columns, rows } = found.table.expect("it is a list");
    let label = |column: &FoundColumn| column.label.clone().unwrap_or_default();
    let labels: Vec<String> = columns.iter().map(label).collect();
    assert_eq!(rows.len(), 10);
    assert!(found.is_cut && found.total.is_some_and(|total| total > 10), "{:?}", found.total);
    let of = |wanted: &str| {
        let at = labels.iter().position(|label| label == wanted);
        rows[0][at.unwrap_or_else(|| panic!("{wanted} is none of {labels:?}"))].clone()
    };
    assert!(matches!(of("Order by"), Cell::Moment(_)), "{rows:?}");
    assert!(matches!(of("Total"), Cell::Amount(_)), "{rows:?}");
    assert_eq!(of("State"), Cell::Text("Purchase order".to_owned()));
    assert!(matches!(of("Lines"), Cell::Whole(_)), "{rows:?}");
    assert!(labels.iter().any(|label| label.starts_with("Supplier · ")), "{labels:?}");

    let figures = json!({
        "action": "figures", "model": "purchase.order",
        "group_by": ["partner_id"], "measures": ["amount_total:sum"],
    });
    let found = answered(tried(&gate, one_step("report", figures), 1).await);
    let FoundTable { columns, rows } = found.table.expect("it is a list");
    let of = |name: &str| {
        let at = columns.iter().position(|column| column.name == name).expect("is there");
        (columns[at].clone(), rows[0][at].clone())
    };
    let (total, sum) = of("amount_total:sum");
    assert_eq!((total.label.as_deref(), total.grain.as_deref()), (Some("Total"), Some("sum")));
    assert!(matches!(sum, Cell::Amount(_)), "{sum:?}");
    assert!(matches!(of("partner_id").1, Cell::Text(_)));
    assert_eq!(of("count").0.label, None);
}

#[tokio::test]
async fn what_a_try_found_behind_a_path_shows_that_there_is_more() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let people: Vec<i64> = (2..152).collect();
    let row = |id: &i64| {
        let name = format!("Person {id}");
        json!({ "id": id, "name": name, "credit_limit": 1.5, "child_ids": people })
    };
    let rows: Vec<Value> = people.iter().map(row).collect();
    door.answer("res.partner/read", json!(rows));
    let read =
        json!({ "model": "res.partner", "ids": [2], "fields": ["name", "child_ids.credit_limit"] });
    let told = tried(&gate, one_step("read", read), 1).await;
    let found = told[0].answer.clone().expect("it found something");
    let FoundTable { columns, rows } = found.table.expect("it is a list");
    let of = |name: &str| {
        let at = columns.iter().position(|column| column.name == name).expect("is there");
        rows[0][at].clone()
    };
    assert_eq!(of("child_ids"), Cell::Whole(150));
    let Cell::Several(values) = of("child_ids.credit_limit") else { panic!("no list: {rows:?}") };
    assert_eq!((values.len(), &values[0]), (101, &Cell::Decimal(1.5)));
    assert_eq!(values.last(), Some(&Cell::Text("…".to_owned())));
}

/// What Odoo itself calls an action is tried and validated like what a company has built.
#[tokio::test]
async fn a_template_is_tried_and_validated_like_the_companys_own() {
    let gate = Gate::start().await;
    let backend = &gate.app.state.backend.workflows;
    let template = "sale.order.action_confirm".to_owned();
    let input = UseTemplate { company: gate.company, template };
    let made = backend.use_template(gate.actor, input, app::texts::Locale::en).await;
    let workflow = made.expect("is made");
    assert_eq!(validates(&gate, workflow).await, Err(Error::NotTried));
    let drafts = json!({ "model": "sale.order", "domain": [["state", "=", "draft"]] });
    let found = gate.call("aidoo_query", drafts).await.expect("is found");
    let order = found["records"][0]["id"].as_i64().expect("an id");
    let told = tried(&gate, view(&gate, workflow).await.definition, order).await;
    assert!(told[1].preview.is_some(), "its preview is on screen: {told:?}");
    assert_eq!(validates(&gate, workflow).await, Ok(()));
}

#[tokio::test]
async fn only_what_a_step_may_name_is_offered() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| {
        rules.guards.closed_models = vec!["product.product".into()];
        rules.guards.secret_fields = vec!["client_order_ref".into()];
        rules.guards.open_methods = vec![
            "sale.order.message_post".into(),
            "sale.order.unlink".into(),
            "res.partner.anything".into(),
        ];
    })
    .await;
    let (company, actor, backend) = (gate.company, gate.actor, &gate.app.state.backend.workflows);
    let models = async |search: &str| -> Vec<String> {
        let input = FindModels { company, search: search.to_owned() };
        let offered = backend.models(actor, input).await.expect("is answered");
        assert_eq!(offered.problem, None);
        offered.found.into_iter().map(|one| one.model).collect()
    };
    assert!(models("invoice").await.contains(&"account.move".to_owned()), "as people call it");
    let usual = models("").await;
    assert!(
        usual.contains(&"sale.order".to_owned()) && !usual.contains(&"product.product".to_owned())
    );
    assert!(models("product").await.iter().all(|model| model != "product.product"));
    assert!(models("apikeys").await.is_empty());

    let describe = async |model: &str| {
        let input = AskModel { company, model: model.to_owned() };
        backend.model(actor, input).await.expect("is answered")
    };
    let order = describe("sale.order").await;
    let field = |name: &str| order.fields.iter().find(|field| field.name == name);
    let customer = field("partner_id").expect("is there");
    assert_eq!(
        (customer.kind, customer.relation.as_deref()),
        (ValueKind::Record, Some("res.partner"))
    );
    let state = field("state").expect("is there");
    assert!(state.selection.iter().any(|(value, _)| value == "draft"), "{state:?}");
    assert!(field("client_order_ref").is_none(), "a secret is offered to nobody");
    let methods: Vec<&str> = order.methods.iter().map(|one| one.method.as_str()).collect();
    let confirm = order.methods.iter().find(|one| one.method == "action_confirm");
    let states = &confirm.expect("is open").states;
    assert!(
        states.len() == 2 && states.iter().all(|told| told != "draft" && told != "sent"),
        "states are told as Odoo calls them: {states:?}"
    );
    assert!(
        methods.contains(&"action_confirm") && methods.contains(&"message_post"),
        "{methods:?}"
    );
    assert!(!methods.contains(&"unlink") && !methods.contains(&"anything"), "{methods:?}");
    assert!(
        order.reports.iter().any(|one| one.report == "sale.report_saleorder"),
        "{:?}",
        order.reports
    );

    for model in ["product.product", "res.users.apikeys", "no.such.model", "x'; drop", ""] {
        let ModelView { problem, fields, .. } = describe(model).await;
        let problem = problem.expect("there is nothing to name");
        assert!(fields.is_empty() && !problem.cause.may_pass(), "{model}: {problem:?}");
        // What a client is told of it is for an assistant, as that aidoo_schema finds models.
        let said = app::words::not_offered(&problem);
        assert!(said.contains("Sales Order"), "{model}: {said}");
    }
    assert!(describe("res.users").await.is_closed_to_changes);

    let records = async |model: &str, search: &str| {
        let input = FindRecords { company, model: model.to_owned(), search: search.to_owned() };
        backend.records(actor, input).await.expect("is answered")
    };
    let found = records("res.partner", "a").await.found;
    assert!(!found.is_empty() && found.len() <= 20);
    let one = records("res.partner", &found[0].id.to_string()).await.found;
    assert_eq!(one, [found[0].clone()], "by its id, too");
    assert!(
        records("product.product", "").await.problem.is_some(),
        "closed on this way in as well"
    );
}

#[tokio::test]
async fn an_approval_says_who_asked_with_what_and_when_its_records_have_changed() {
    let gate = Gate::start().await;
    gate.set_rules(|rules| rules.confirm.workflow = ConfirmMode::Dashboard).await;
    let steps = one_step(
        "write",
        json!({ "model": "res.partner", "ids": { "$": "input.which" }, "values": { "city": "Narvik" } }),
    );
    let workflow = saved(&gate, steps).await;
    accepted(&gate, workflow).await;
    let run = json!({ "workflow": "Moves", "inputs": { "which": 1 } });
    let asked = gate.call("aidoo_workflow", run.clone()).await.expect("waits");
    let approvals = &gate.app.state.backend.approvals;
    let list =
        async || approvals.list(gate.actor, gate.company).await.expect("is listed").approvals;
    let waiting = list().await.remove(0);
    assert_eq!(waiting.state, ApprovalState::Waiting);
    assert!(waiting.preview.changes.iter().any(|change| change.after == "Narvik"), "{waiting:?}");
    let input =
        DecideApproval { company: gate.company, approval: waiting.id, decision: Decision::Approve };
    approvals.decide(gate.actor, input).await.expect("is approved");

    let mut confirmed = run.clone();
    confirmed["confirm"] = asked["confirm"].clone();
    let moved = json!({ "model": "res.partner", "ids": [1], "values": { "city": "Bodø" } });
    let moved = gate.previewed("aidoo_write", moved).await;
    gate.call("aidoo_write", moved).await.expect("is done");
    let refused = gate.call("aidoo_workflow", confirmed).await.expect_err("has changed");
    assert!(refused.contains("records have changed"), "{refused}");
    assert_eq!(list().await[0].state, ApprovalState::Changed, "the page says so, too");
    assert_eq!(approvals.decide(gate.actor, input).await, Err(Error::AlreadyDecided));
    // What is asked anew waits by itself.
    let again = gate.call("aidoo_workflow", run).await.expect("waits again");
    assert_ne!(again["confirm"], asked["confirm"]);
    let states: Vec<ApprovalState> = list().await.iter().map(|one| one.state).collect();
    assert_eq!(states, [ApprovalState::Waiting, ApprovalState::Changed]);
}

#[tokio::test]
async fn every_template_is_tried_on_the_demonstration_without_a_word_that_nobody_reads() {
    let gate = Gate::of(TestApp::start().await).await;
    let backend = &gate.app.state.backend.workflows;
    let page = backend.page(gate.actor, gate.company).await.expect("is shown");
    let mut count = 0;
    for template in page.templates {
        let input = UseTemplate { company: gate.company, template: template.id.clone() };
        let made = backend.use_template(gate.actor, input, app::texts::Locale::en).await;
        let view = view(&gate, made.expect("is made")).await;
        let told = tried(&gate, view.definition, 999_999).await;
        // Some are of apps that this Odoo has not, and say that.
        if told[0].problem.as_deref().is_some_and(|problem| problem.contains("has no model")) {
            continue;
        }
        count += 1;
        assert_eq!(told.len(), 2, "{}: {told:?}", template.id);
        assert!(told[0].problem.is_none(), "{}: {told:?}", template.id);
        assert!(
            told[1].problem.as_deref().is_some_and(|problem| problem.contains("found nothing")),
            "{told:?}"
        );
    }
    assert!(count >= 15, "only {count} were tried");
}
