//! Every call is on record, limits hold, files are fetched once, and workflows stop where a step fails.

use app::{
    texts::{Locale, in_locale},
    words::call_problem,
};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, IntoActiveModel as _};
use serde_json::json;
use server::entities::call;
use shared::{
    activity::{CallResult, CallView, ListActivity, Period},
    api_key::RevokeApiKey,
    call_cause::CallCause,
    call_figures::{Counted, DayView},
    confirmation::ConfirmMode,
    error::OdooProblem,
    permission::{Permission, PermissionSet},
    time::DAY,
    timeline::Kind,
    workflow::{AcceptWorkflow, Definition, NameWorkflow, SaveWorkflow, UseTemplate},
};
use uuid::Uuid;

use crate::support::{
    app::{TestApp, Who},
    door::Door,
    gate::Gate,
    tools::{Client, Said, calls_of, reached, set_rules, with},
    workflows,
};

async fn calls(app: &TestApp, who: Who) -> Vec<CallView> {
    let (company, (actor, _)) = app.membership(who).await;
    app.state.toolbox.activity.flush().await.expect("is written");
    let filter = ListActivity { kind: Some(Kind::Calls), ..ListActivity::default() };
    let page = app.state.backend.activity.timeline(actor, company, filter).await;
    calls_of(page.expect("is shown"))
}

#[tokio::test]
async fn the_figures_count_the_calls_that_their_reader_may_see() {
    let app = TestApp::start().await;
    let owner = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    for _ in 0..2 {
        owner.answer("aidoo_query", json!({ "model": "res.partner", "limit": 1 })).await;
    }
    let member = Client::new(&app, Who::Member, PermissionSet::ALL).await;
    member.error("aidoo_read", json!({ "model": "no.such.model", "ids": [1] })).await;
    app.state.toolbox.activity.flush().await.expect("is written");
    let figures = async |who| {
        let (company, (actor, _)) = app.membership(who).await;
        app.state.backend.activity.figures(actor, company).await
    };

    let all = figures(Who::Owner).await.expect("is shown");
    assert_eq!(all.days.len(), 30);
    // The test may have begun yesterday.
    let lately = &all.days[28..];
    assert_eq!(lately.iter().map(|day| day.done).sum::<u32>(), 2);
    assert_eq!(lately.iter().map(|day| day.refused + day.failed).sum::<u32>(), 1);
    assert_eq!(all.days.iter().map(DayView::total).sum::<u32>(), 3);
    assert_eq!(all.speeds.iter().sum::<u32>(), 3, "every call took some time");
    let counted = |name: &str, calls| Counted { name: name.to_owned(), calls };
    assert_eq!(all.models, [counted("res.partner", 2), counted("no.such.model", 1)]);
    assert_eq!(all.causes, [counted(CallCause::NoSuchModel.as_str(), 1)]);

    let own = figures(Who::Member).await.expect("is shown");
    assert_eq!(own.models, [counted("no.such.model", 1)]);
}

#[tokio::test]
async fn why_a_call_did_not_end_well_is_on_record_as_one_of_a_list() {
    let door = Door::new().await;
    let gate = Gate::behind(&door).await;
    let query = json!({ "model": "res.partner", "limit": 1 });
    let only = gate.another_key(PermissionSet::of(&[Permission::Query])).await;
    let read = json!({ "model": "res.partner", "ids": [1] });
    gate.call_as(&only, "aidoo_read", read).await.expect_err("no permission");
    gate.call("aidoo_query", json!({ "model": "res.partner", "limit": "x" })).await.expect_err("x");
    let change = json!({ "model": "res.partner", "ids": [1], "values": { "city": "Narvik" } });
    let mut never = change.clone();
    never["confirm"] = json!("never");
    gate.call("aidoo_write", never).await.expect_err("no such confirmation");
    let rule = json!({ "name": "odoo.exceptions.UserError", "message": "The books are closed.",
        "arguments": ["The books are closed."], "context": {}, "debug": "" });
    door.refuse("res.partner/search_read", StatusCode::UNPROCESSABLE_ENTITY, rule);
    gate.call("aidoo_query", query.clone()).await.expect_err("a rule");
    door.break_before("search_read");
    door.open("res.partner/search_read");
    gate.call("aidoo_query", query).await.expect_err("broken");
    door.open("search_read");
    let confirmed = gate.previewed("aidoo_write", change).await;
    door.break_after("write");
    gate.call("aidoo_write", confirmed).await.expect_err("nobody knows");

    let mut told: Vec<_> = calls(&gate.app, Who::Owner).await;
    told.reverse();
    let causes: Vec<CallCause> = told.iter().filter_map(|call| call.cause).collect();
    assert_eq!(
        causes,
        [
            CallCause::Permission,
            CallCause::Argument,
            CallCause::Confirmation,
            CallCause::Rule,
            CallCause::Odoo(OdooProblem::Unreachable),
            CallCause::Unknown,
        ]
    );
    assert!(told.iter().all(|call| call.cause.is_some() == call.problem.is_some()), "{told:?}");
    // A page says it in words of its own, and has those of Odoo's rules, which are for people. What a client was told is
    // set apart, in English too.
    let on_page = |locale: Locale, at: usize| {
        let mut unwell = told.iter().filter(|call| call.cause.is_some());
        let CallView { cause, problem, .. } = unwell.nth(at).expect("is there").clone();
        in_locale(locale, || call_problem(cause, problem)).expect("is told")
    };
    for locale in [Locale::en, Locale::fr] {
        let argument = on_page(locale, 1);
        assert!(!argument.said.contains("limit"), "{argument:?}");
        assert!(argument.told.is_some_and(|told| told.starts_with("argument limit: ")));
        let rule = on_page(locale, 3);
        assert!(rule.said.ends_with(": The books are closed.") && rule.told.is_none(), "{rule:?}");
    }
    let timeout = on_page(Locale::fr, 4);
    assert!(!timeout.said.contains("server") && timeout.told.is_none(), "{timeout:?}");
}

#[tokio::test]
async fn a_list_of_calls_looks_as_far_back_as_it_is_asked_to() {
    let app = TestApp::start().await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    client.answer("aidoo_query", json!({ "model": "res.partner", "limit": 1 })).await;
    let [recent] = &calls(&app, Who::Owner).await[..] else { panic!("one call") };
    let (recent, db) = (recent.id, &app.state.core.db);
    let row = call::Entity::find_by_id(recent.as_uuid()).one(db.reader()).await;
    let row = row.expect("answers").expect("is there");
    let transaction = db.begin().await.expect("begins");
    for (number, days) in [(1, 2), (2, 8), (3, 31)] {
        let (id, at) = (Uuid::from_u128(number), row.at - days * DAY);
        let older = call::Model { id, at, ..row.clone() }.into_active_model();
        call::Entity::insert(older).exec_without_returning(&transaction).await.expect("is written");
    }
    transaction.commit().await.expect("commits");

    let (company, (actor, _)) = app.membership(Who::Owner).await;
    for (within, expected) in
        [(Some(Period::Day), 1), (Some(Period::Week), 2), (Some(Period::Month), 3), (None, 4)]
    {
        let kind = Some(Kind::Calls);
        let filter = ListActivity { within, kind, ..ListActivity::default() };
        let page = app.state.backend.activity.timeline(actor, company, filter).await;
        assert_eq!(page.expect("is shown").entries.len(), expected, "{within:?}");
    }
}

#[tokio::test]
async fn every_call_is_on_record_with_how_it_ended() {
    let app = TestApp::start().await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    client.answer("aidoo_query", json!({ "model": "res.partner", "limit": 2 })).await;
    client.error("aidoo_query", json!({ "model": "ir.config_parameter" })).await;
    client.error("aidoo_read", json!({ "model": "no.such.model", "ids": [1] })).await;
    let create = json!({ "model": "res.partner", "values": { "name": "On record" } });
    let confirm = client.confirmation("aidoo_create", &create).await;
    client.answer("aidoo_create", with(&create, &confirm)).await;
    let told: Vec<String> = calls(&app, Who::Owner)
        .await
        .iter()
        .rev()
        .map(|call| {
            let consent = call.consent.map_or("", |consent| consent.as_str());
            format!(
                "{} {} {:?} {} {consent}",
                call.tool,
                call.model.as_deref().unwrap_or("-"),
                call.records,
                call.result,
            )
            .trim_end()
            .to_owned()
        })
        .collect();
    assert_eq!(
        told,
        [
            "aidoo_query res.partner Some(2) ok",
            "aidoo_query ir.config_parameter None refused",
            "aidoo_read no.such.model Some(1) refused",
            "aidoo_create res.partner Some(1) asked",
            "aidoo_create res.partner Some(1) ok token",
        ]
    );
    // A member sees their own calls only, and none of the owner's by asking for them.
    assert!(calls(&app, Who::Member).await.is_empty());
}

#[tokio::test]
async fn over_its_limit_a_key_is_told_to_wait_and_another_is_not() {
    let app = TestApp::start().await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    let other = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    let mut passed = 0;
    loop {
        match client.call("aidoo_workflow", json!({})).await {
            Said::Status(StatusCode::TOO_MANY_REQUESTS) => break,
            Said::Answer(_) => passed += 1,
            other => panic!("{other:?}"),
        }
        assert!(passed < 1_000, "nothing holds it back");
    }
    // A slow machine sees some come back meanwhile.
    assert!(passed >= 120, "120 in a minute pass: {passed}");
    other.answer("aidoo_workflow", json!({})).await;
}

#[tokio::test]
async fn a_file_is_fetched_once_and_a_preview_of_its_link_does_not_use_it_up() {
    let app = TestApp::start().await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    let evil = json!({ "model": "res.partner", "values": { "name": "=cmd()|' /C calc'!A0" } });
    let confirm = client.confirmation("aidoo_create", &evil).await;
    let id = client.answer("aidoo_create", with(&evil, &confirm)).await["ids"][0].clone();
    for (format, starts) in [("csv", "\u{FEFF}ID,"), ("json", "["), ("xlsx", "PK")] {
        let extract = json!({ "action": "extract", "model": "res.partner", "domain": [["id", "=", id]], "fields": ["name"], "format": format });
        let answer = client.answer("aidoo_report", extract).await;
        let url = answer["url"].as_str().expect("a link");
        let http = reqwest::Client::new();
        assert_eq!(
            http.head(url).bearer_auth(&client.key).send().await.expect("answers").status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
        let both = futures::future::join(
            http.get(url).bearer_auth(&client.key).send(),
            http.get(url).bearer_auth(&client.key).send(),
        )
        .await;
        let mut got = Vec::new();
        for answer in [both.0.expect("answers"), both.1.expect("answers")] {
            if answer.status() == StatusCode::OK {
                assert_eq!(answer.headers()["cache-control"], "no-store");
                got.push(answer.bytes().await.expect("a body"));
            } else {
                assert_eq!(answer.status(), StatusCode::GONE);
            }
        }
        assert_eq!(got.len(), 1, "of two at once one gets it");
        assert!(got[0].starts_with(starts.as_bytes()));
        if format == "csv" {
            assert!(String::from_utf8_lossy(&got[0]).contains(",'=cmd()"), "{got:?}");
        }
        assert_eq!(
            http.get(url).bearer_auth(&client.key).send().await.expect("answers").status(),
            StatusCode::GONE
        );
    }
}

#[tokio::test]
async fn a_workflow_runs_validated_and_accepted_while_it_finds_what_it_needs() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let (_, (member, _)) = app.membership(Who::Member).await;
    set_rules(&app, company, ConfirmMode::Preview, "{}").await;
    let backend = &app.state.backend.workflows;
    let template = UseTemplate { company, template: "sale.order.action_confirm".into() };
    let workflow = backend.use_template(owner, template, Locale::en).await.expect("makes a draft");
    let only = PermissionSet::from_iter([shared::permission::Permission::Workflow]);
    let client = Client::new(&app, Who::Owner, only).await;
    let listed = client.answer("aidoo_workflow", json!({})).await;
    assert_eq!(listed["workflows"], json!([]), "a draft is not run");
    assert!(backend.validate(member, NameWorkflow { company, workflow }).await.is_err());
    workflows::validate(&app, owner, company, workflow).await;
    let name = client.answer("aidoo_workflow", json!({})).await["workflows"][0]["name"].clone();

    let all = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    let drafts = json!({ "model": "sale.order", "domain": [["state", "=", "draft"]] });
    let record = all.answer("aidoo_query", drafts).await["records"][0]["id"].clone();
    let run = json!({ "workflow": name, "inputs": { "record": record } });
    let error = client.error("aidoo_workflow", run.clone()).await;
    assert!(error.contains("has not let it run as them"), "{error}");
    let page = backend.page(owner, company).await.expect("is shown");
    let version = page.workflows[0].version.as_ref().expect("is in force").id;
    backend.accept(owner, AcceptWorkflow { company, version }).await.expect("accepts");
    for inputs in [json!({}), json!({ "record": "7" }), json!({ "record": record, "more": 1 })] {
        let error =
            client.error("aidoo_workflow", json!({ "workflow": name, "inputs": inputs })).await;
        assert!(error.starts_with("argument inputs"), "{error}");
    }
    let before = app.odoo.calls().len();
    let confirm = client.confirmation("aidoo_workflow", &run).await;
    let read = ["sale.order.search_read", "sale.order.read"];
    assert_eq!(reached(&app, before), read, "nothing is changed before somebody agrees");
    let done = client.answer("aidoo_workflow", with(&run, &confirm)).await;
    assert_eq!(done["steps"][1]["outcome"], "done", "{done}");

    // The order is confirmed now, so the first step finds nothing: no run begins, and nobody is asked.
    let error = client.error("aidoo_workflow", run.clone()).await;
    assert!(error.contains("found nothing for this step to take"), "{error}");
    let page = backend.page(owner, company).await.expect("is shown");
    assert_eq!(page.runs.len(), 1);
    assert_eq!(page.runs[0].result, CallResult::Ok);

    // Any change makes it a draft again, and an accepted version that is retired does not run.
    let input = SaveWorkflow {
        company,
        workflow: Some(workflow),
        name: "Changed".into(),
        description: String::new(),
        definition: Definition::default(),
    };
    backend.save(owner, input).await.expect("saves");
    let error = client.error("aidoo_workflow", run).await;
    assert!(error.contains("no validated workflow"), "{error}");
    assert!(
        backend.validate(owner, NameWorkflow { company, workflow }).await.is_err(),
        "it has no steps"
    );
}

#[tokio::test]
async fn what_a_company_keeps_of_arguments_is_a_digest_unless_it_says_otherwise() {
    let app = TestApp::start().await;
    let client = Client::new(&app, Who::Owner, PermissionSet::ALL).await;
    client
        .answer("aidoo_query", json!({ "model": "res.partner", "name": "needle-in-arguments" }))
        .await;
    app.state.toolbox.activity.flush().await.expect("is written");
    let sql =
        "SELECT COUNT(*) AS n FROM calls WHERE arguments IS NULL AND length(arguments_digest) = 32";
    let db = app.state.core.db.reader();
    let statement = sea_orm::Statement::from_string(app.state.core.db.backend(), sql);
    let row = sea_orm::ConnectionTrait::query_one_raw(db, statement)
        .await
        .expect("answers")
        .expect("a row");
    assert_eq!(row.try_get::<i64>("", "n").expect("a number"), 1);
}

#[tokio::test]
async fn a_key_that_is_revoked_ends_its_waiting_changes_with_it() {
    let app = TestApp::start().await;
    let (company, (owner, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(owner, company, member, PermissionSet::ALL).await;
    let client = Client { app: &app, key: made.key };
    let create = json!({ "model": "res.partner", "values": { "name": "Too late" } });
    let confirm = client.confirmation("aidoo_create", &create).await;
    app.state
        .backend
        .api_keys
        .revoke(owner, RevokeApiKey { company, key: made.id })
        .await
        .expect("revokes");
    let before = app.odoo.calls().len();
    let said = client.call("aidoo_create", with(&create, &confirm)).await;
    assert!(matches!(said, Said::Status(StatusCode::UNAUTHORIZED)), "{said:?}");
    assert_eq!(app.odoo.calls().len(), before);
}
