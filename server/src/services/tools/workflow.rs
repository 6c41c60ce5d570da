//! `aidoo_workflow`: list and run the sequences that a person has validated on screen.

mod preview;
mod trial;

use std::{io::Cursor, net::IpAddr, sync::Arc};

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use shared::{
    activity::{CallResult, Consent},
    call_cause::CallCause,
    confirmation::ConfirmMode,
    id::{CompanyId, WorkflowRunId, WorkflowVersionId},
    permission::Permission,
    time::Timestamp,
    workflow::{Definition as Workflow, InputKind, RanStep, Step, StepAction, Unfilled, fill},
};

use self::preview::preview;
pub use self::trial::{Tried, try_steps};
use super::{
    Answer, Caller, Cause, Definition, Effect, File, Link, Output, Silent, ToolError, ToolName,
    Toolbox,
    arguments::Arguments,
    consent::{self, Proposal, Verdict, unavailable},
    download::{Kept, keep},
    run::{Call, Sent, Stage, ending},
};
use crate::{
    domain::odoo_methods::{self, Generic},
    entities::workflow_version::Model,
    services::principal::{Principal, Refusal},
    store::{
        calls::{self, NewCall},
        workflows,
    },
};

pub(super) fn definition() -> Definition {
    Definition {
        title: "Run a workflow",
        description: "Run a sequence of actions that an owner or admin of the company has validated. Without workflow \
         it lists them with their inputs. A run that changes data gives a preview and a confirm first; show it to the \
         person, then call again with the same arguments and that confirm. A run stops at the first step that fails \
         and says what was done.",
        input: json!({
            "type": "object",
            "properties": {
                "workflow": { "type": "string", "description": "the id or the name of a workflow; absent lists them" },
                "inputs": { "type": "object", "description": "the values that the workflow asks for, by name" },
                "confirm": super::confirm_schema()
            },
            "additionalProperties": false
        }),
        output: super::change_schema(json!({
            "workflows": { "type": "array", "items": { "type": "object" } },
            "workflow": { "type": "string" },
            "steps": { "type": "array", "items": { "type": "object" }, "description": "what became of each step" },
            "results": { "type": "object", "description": "what each step answered, by its name" }
        })),
        effect: Effect::Changes,
    }
}

/// Boxed, since a workflow's steps are tools themselves: without the box the future would contain itself.
pub(super) fn run<'a>(call: &'a Call<'_>, arguments: Arguments<'a>) -> BoxFuture<'a, Answer> {
    Box::pin(list_or_run(call, arguments))
}

async fn list_or_run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let wanted = arguments.text("workflow", 100)?;
    let inputs = arguments.object("inputs")?.unwrap_or_default();
    let confirm = arguments.text("confirm", 100)?;
    arguments.finish(&["workflow", "inputs", "confirm"])?;
    let principal = call.principal();
    let db = call.toolbox.core.db.reader();
    let versions = workflows::list_in_force(db, principal.company).await.map_err(unavailable)?;
    let accepted =
        workflows::accepted(db, principal.company, principal.member).await.map_err(unavailable)?;
    let Some(wanted) = wanted else { return list(&versions, &accepted) };
    let version = pick(versions, &wanted)?;
    call.note(|about| about.method = Some(version.name.clone()));
    let id = WorkflowVersionId::from_uuid(version.id);
    let workflow = read(&version)?;
    check_inputs(&workflow, &inputs)?;
    let consent = if workflow.changes() {
        if !accepted.contains(&id) {
            return Err(ToolError::new(format!(
                "this workflow changes data, and the person has not let it run as them yet: they accept version {} once \
                 at {}",
                version.number, call.toolbox.pages.workflows
            )));
        }
        // The run obeys the strictest policy of all that its steps do. What would be refused at a step is refused
        // before the first.
        let kinds = kinds(&workflow);
        call.note(|about| about.besides.extend(&kinds));
        let is_refused =
            |kind: &&Permission| principal.rules.confirm.of(**kind) == ConfirmMode::Refuse;
        if let Some(refused) = kinds.iter().find(is_refused) {
            return Err(consent::refused_by_policy(*refused));
        }
        let shown = preview(call, &version, &workflow, &inputs).await?;
        let proposal = Proposal {
            permission: Permission::Workflow,
            arguments: json!({ "version": id, "inputs": inputs }),
            // The old values, as far as they are known; what else the steps meet, each looks at then.
            state: shown.state.clone(),
            preview: shown.preview.clone(),
            confirm,
        };
        match consent::settle(call, proposal).await? {
            Verdict::Wait(output) => return Ok(output),
            // A person takes their time to answer.
            Verdict::Agreed(Consent::Client)
                if preview(call, &version, &workflow, &inputs).await? != shown =>
            {
                return Err(consent::records_changed());
            }
            Verdict::Agreed(consent) => Some(consent),
        }
    } else {
        None
    };
    let mut toolbox = call.toolbox.clone();
    if consent.is_some() {
        let begun = toolbox.gateway.begin(principal).map_err(|error| call.explain(&error))?;
        toolbox.gateway = begun;
    }
    if let Some(Err(too_many)) =
        consent.map(|_| call.toolbox.limits.take_write(principal.key, &principal.rules))
    {
        return Err(ToolError::new(format!(
            "this API key has made as many changes as it may in a minute: try again in {} s; nothing was done",
            too_many.retry_after_seconds
        ))
        .because(CallCause::Limit));
    }
    let run = Run {
        toolbox,
        principal: principal.clone(),
        client: call.caller.client.clone(),
        address: call.caller.address,
        id: WorkflowRunId::from_uuid(call.toolbox.core.clock.uuid(&call.toolbox.core.entropy)),
        version: id,
        consent,
    };
    // It runs to its end whatever the client does: half a sequence is worse than one that nobody waits for.
    let (id, row) = (run.id, call.begun_row());
    call.note(|about| about.sent = Some(Sent::Run(id)));
    let running = run.on_record(row, version.name, Arc::new(workflow), inputs);
    call.toolbox.changes.spawn(running).await.unwrap_or_else(|error| {
        tracing::error!(error = %error, run.id = %id, "a workflow died on its way");
        Err(ToolError::unknown(format!(
            "the workflow died on its way ({id}), and what its last step did is not known: look at the records"
        )))
    })
}

fn list(versions: &[Model], accepted: &[WorkflowVersionId]) -> Answer {
    let told: Vec<Value> = versions
        .iter()
        .filter_map(|version| {
            let workflow = read(version).ok()?;
            let inputs: Vec<Value> = workflow
                .inputs
                .iter()
                .map(
                    |input| json!({ "name": input.name, "label": input.label, "kind": input.kind }),
                )
                .collect();
            let steps: Vec<&str> = workflow.steps.iter().map(|step| step.title.as_str()).collect();
            let id = WorkflowVersionId::from_uuid(version.id);
            Some(json!({
                "id": id,
                "name": version.name,
                "version": version.number,
                "description": version.description,
                "inputs": inputs,
                "steps": steps,
                "changes_data": workflow.changes(),
                "accepted": !workflow.changes() || accepted.contains(&id),
            }))
        })
        .collect();
    Ok(Output::Answer(json!({ "status": "done", "workflows": told })))
}

fn pick(versions: Vec<Model>, wanted: &str) -> Result<Model, ToolError> {
    let id = wanted.parse::<WorkflowVersionId>().ok().map(WorkflowVersionId::as_uuid);
    let mut found: Vec<Model> = versions
        .into_iter()
        .filter(|version| id.map_or(version.name == wanted, |id| version.id == id))
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(version), true) => Ok(version),
        (Some(_), false) => {
            Err(ToolError::argument("workflow", "several have this name: use the id from the list"))
        }
        (None, _) => Err(ToolError::argument(
            "workflow",
            "there is no validated workflow of this name: call without arguments for the list",
        )),
    }
}

fn read(version: &Model) -> Result<Workflow, ToolError> {
    serde_json::from_str(&version.definition).map_err(unavailable)
}

/// Whether a step changes something: a generic method that reads does not.
fn makes_changes(step: &Step) -> bool {
    let generic = generic_of(step);
    step.action.changes()
        && generic.is_none_or(|generic| generic.effect == odoo_methods::Effect::Changes)
}

/// What the changing steps do, as far as they say it themselves: each by its tool, and by what a generic method
/// stands for. What hides in their values the preview finds.
fn kinds(workflow: &Workflow) -> Vec<Permission> {
    let changing = workflow.steps.iter().filter(|step| makes_changes(step));
    changing
        .flat_map(|step| {
            let stands_for = generic_of(step).map_or(&[][..], |generic| generic.needs);
            std::iter::once(step.action.permission()).chain(stands_for.iter().copied())
        })
        .collect()
}

/// The generic method that a step calls, if it does.
fn generic_of(step: &Step) -> Option<&'static Generic> {
    let method = step.arguments.get("method").and_then(Value::as_str)?;
    odoo_methods::generic(method).filter(|_| step.action == StepAction::Execute)
}

fn check_inputs(workflow: &Workflow, inputs: &Map<String, Value>) -> Result<(), ToolError> {
    if let Some(unknown) =
        inputs.keys().find(|name| !workflow.inputs.iter().any(|input| input.name == **name))
    {
        let unknown: String = unknown.chars().take(40).collect();
        let known: Vec<&str> = workflow.inputs.iter().map(|input| input.name.as_str()).collect();
        return Err(ToolError::argument(
            "inputs",
            format_args!("{unknown} is unknown; there are: {}", known.join(", ")),
        ));
    }
    for input in &workflow.inputs {
        let value = inputs.get(&input.name).unwrap_or(&Value::Null);
        if !input.kind.takes(value) {
            let wanted = match input.kind {
                InputKind::Text => "a text",
                InputKind::Number => "a number",
                InputKind::Date => "a date such as 2026-11-24",
                InputKind::Boolean => "true or false",
                InputKind::Record => "the id of a record",
                InputKind::Records => "a list of record ids",
            };
            return Err(ToolError::argument(
                "inputs",
                format_args!("{} ({}) must be {wanted}", input.name, input.label),
            ));
        }
    }
    Ok(())
}

/// One run.
struct Run {
    toolbox: Toolbox,
    principal: Principal,
    client: Option<String>,
    address: IpAddr,
    id: WorkflowRunId,
    version: WorkflowVersionId,
    consent: Option<Consent>,
}

/// What became of a run.
#[derive(Default)]
struct Ended {
    steps: Vec<RanStep>,
    results: Map<String, Value>,
    links: Vec<Link>,
    problem: Option<ToolError>,
}

impl Run {
    /// Carries it out, and completes `row`, the call that began it, with what became of it: whoever called may be
    /// gone by then.
    async fn on_record(
        self,
        row: Option<NewCall>,
        name: String,
        workflow: Arc<Workflow>,
        inputs: Map<String, Value>,
    ) -> Answer {
        let Toolbox { core, activity, .. } = &self.toolbox;
        let company = self.principal.company;
        let begun = row.as_ref().map(|row| (row.id, row.at));
        if let Some(row) = row {
            activity.begin(row).await.map_err(unavailable)?;
        }
        let answer = match self.carry_out(workflow, inputs).await {
            Ok(ended) => answer(&name, ended),
            Err(error) => Err(error),
        };
        if let Some((id, at)) = begun {
            let (result, error) = ending(&answer);
            let (cause, problem) = error.unzip();
            let duration = Some(core.clock.now().since(at));
            let ended = calls::Ended { result, records: None, cause, problem, duration };
            activity.complete(company, id, ended).await;
        }
        answer
    }

    async fn carry_out(
        &self,
        workflow: Arc<Workflow>,
        inputs: Map<String, Value>,
    ) -> Result<Ended, ToolError> {
        let core = &self.toolbox.core;
        let company = self.principal.company;
        let begun = core.clock.now();
        let transaction = core.db.begin().await.map_err(unavailable)?;
        // A person takes their time to agree, and whoever edits or removes the workflow meanwhile does so for a reason.
        let in_force = workflows::find_in_force(&transaction, company, self.version).await;
        if in_force.map_err(unavailable)?.is_none() {
            return Err(ToolError::new(
                "the workflow was changed or removed meanwhile, so nothing was done: call without arguments for the list",
            )
            .because(CallCause::Confirmation));
        }
        let Principal { member, key, .. } = self.principal;
        workflows::begin_run(&transaction, company, self.id, self.version, member, key, begun)
            .await
            .map_err(unavailable)?;
        core.commit(transaction, company).await.map_err(unavailable)?;

        let mut ended = Ended::default();
        for step in &workflow.steps {
            let at = core.clock.now();
            if ended.problem.is_some() {
                ended.steps.push(ran(step, "not done", None, 0));
                continue;
            }
            let outcome = self.one(&workflow, step, &inputs, &ended.results).await;
            let took = millis(core.clock.now().since(at));
            match outcome {
                Ok((value, link)) => {
                    ended.steps.push(ran(step, "done", None, took));
                    ended.results.insert(step.name.clone(), value);
                    ended.links.extend(link);
                }
                Err(error) => {
                    let outcome = if error.cause == Cause::Unknown { "unknown" } else { "failed" };
                    ended.steps.push(ran(step, outcome, Some(&error), took));
                    ended.problem = Some(error);
                }
            }
            self.note(company, &ended, None).await;
        }
        self.note(company, &ended, Some(core.clock.now())).await;
        Ok(ended)
    }

    /// What a step answered, and where a file that it made can be read again. Every step sees what the key is
    /// worth now: between two steps it may have been revoked.
    async fn one(
        &self,
        workflow: &Workflow,
        step: &Step,
        inputs: &Map<String, Value>,
        results: &Map<String, Value>,
    ) -> Result<(Value, Option<Link>), ToolError> {
        let Principal { key, address, .. } = self.principal;
        let now =
            self.toolbox.verifier.standing(key, address).await.map_err(
                |refusal| match refusal {
                    Refusal::Unavailable => ToolError::failed(
                        "Aidoo could not look at the API key between two steps: it goes no further",
                    )
                    .because(CallCause::Unavailable),
                    _ => ToolError::new(
                        "the API key came to its end while the workflow ran: it goes no further",
                    )
                    .because(CallCause::KeyEnded),
                },
            )?;
        if !now.permissions.contains(Permission::Workflow) {
            return Err(ToolError::new(
                "the API key may not run workflows any more: it goes no further",
            )
            .because(CallCause::KeyEnded));
        }
        // What was agreed to was agreed to for that account, and its records have other numbers in another Odoo.
        if now.odoo.account() != self.principal.odoo.account() {
            return Err(ToolError::new(
                "the person's Odoo account was changed while the workflow ran: it goes no further",
            )
            .because(CallCause::KeyEnded));
        }
        let caller = Caller {
            principal: &now,
            client: self.client.clone(),
            address: self.address,
            conversation: &Silent,
        };
        let arguments = filled(workflow, step, inputs, results).map_err(ToolError::new)?;
        let stage = self.consent.map_or(Stage::Preview, Stage::Agreed);
        match self.toolbox.step(&caller, self.id, tool(step.action), stage, arguments).await? {
            Output::Answer(value) if value["status"] == "wizard" => {
                Err(ToolError::failed(format!(
                    "Odoo wants {} answered first, which a workflow cannot do: a person goes on in Odoo",
                    value["model"]
                )))
            }
            Output::Answer(value) | Output::Linked { answer: value, .. } => Ok((value, None)),
            Output::File { answer, file } => {
                // The link that a run answers with is for its person, whatever else the key may do.
                let link = now.permissions.contains(Permission::Report).then(|| file.link());
                Ok((kept(&self.toolbox, &now, answer, file).await?, link))
            }
            Output::Preview(_) | Output::Question { .. } => Err(ToolError::new(
                "the step would change something, and nobody has agreed to that",
            )),
        }
    }

    async fn note(&self, company: CompanyId, ended: &Ended, at: Option<Timestamp>) {
        let result = match (&ended.problem, at) {
            (Some(error), _) if error.cause == Cause::Unknown => CallResult::Unknown,
            (Some(_), _) => CallResult::Failed,
            (None, Some(_)) => CallResult::Ok,
            (None, None) => CallResult::Started,
        };
        let steps = serde_json::to_string(&ended.steps).unwrap_or_default();
        let noted = async {
            let transaction = self.toolbox.core.db.begin().await?;
            workflows::note_run(&transaction, company, self.id, result.as_str(), steps, at).await?;
            self.toolbox.core.commit(transaction, company).await
        };
        // The steps themselves are on record as calls; a run that cannot be noted says less, not more.
        if let Err(error) = noted.await {
            tracing::error!(error = %error, run.id = %self.id, "a run could not be noted");
        }
    }
}

/// What a step answers of a file that it made: the file waits behind a link, as nothing else of a run's answer
/// would hold it.
async fn kept(
    toolbox: &Toolbox,
    principal: &Principal,
    mut answer: Value,
    file: File,
) -> Result<Value, ToolError> {
    let File { name, media_type, uri: _, content } = file;
    let (bytes, content) = (content.len(), Box::new(Cursor::new(content)));
    let link = keep(toolbox, principal, Kept { name, media_type, bytes, content }).await?;
    if let Value::Object(answer) = &mut answer {
        answer.insert("media_type".to_owned(), json!(media_type));
        answer.extend(link);
    }
    Ok(answer)
}

fn answer(name: &str, ended: Ended) -> Answer {
    let Ended { steps, results, links, problem } = ended;
    match problem {
        None => {
            let answer = json!({
                "status": "done", "workflow": name, "steps": steps, "results": results,
            });
            Ok(Output::Linked { answer, links })
        }
        Some(ToolError { sentence, cause, why }) => {
            // Some of Odoo's own sentences end with a full stop.
            let sentence = sentence.trim_end_matches('.');
            let told: Vec<String> =
                steps.iter().map(|step| format!("{}: {}", step.title, step.outcome)).collect();
            Err(ToolError {
                sentence: format!(
                    "the workflow stopped: {sentence}. Its steps: {}. What was done stays done, and nothing is tried again",
                    told.join("; ")
                ),
                cause: if cause == Cause::Unknown { cause } else { Cause::Failed },
                why: if cause == Cause::Unknown { why } else { CallCause::Stopped },
            })
        }
    }
}

/// A step's arguments with inputs and earlier results filled in.
///
/// # Errors
/// In words: which earlier step gave nothing that this one could take.
fn filled(
    workflow: &Workflow,
    step: &Step,
    inputs: &Map<String, Value>,
    results: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let scope = json!({ "input": inputs, "steps": results });
    let arguments = Value::Object(step.arguments.clone());
    match fill(&arguments, &scope).map_err(|why| in_words(workflow, &why))? {
        Value::Object(arguments) => Ok(arguments),
        other => Err(format!("the step's arguments are {other}")),
    }
}

fn in_words(workflow: &Workflow, why: &Unfilled) -> String {
    let Unfilled::Missing(reference) = why else { return why.to_string() };
    let step = reference.strip_prefix("steps.").and_then(|path| path.split_once('.'));
    let found = step.and_then(|(name, path)| {
        let at = workflow.steps.iter().position(|step| step.name == name)?;
        Some((at + 1, workflow.steps[at].title.as_str(), path))
    });
    match found {
        Some((number, title, path)) => format!(
            "step {number}, “{title}”, found nothing for this step to take ({path} is not there)"
        ),
        None => why.to_string(),
    }
}

const fn tool(action: StepAction) -> ToolName {
    match action {
        StepAction::Query => ToolName::Query,
        StepAction::Read => ToolName::Read,
        StepAction::Create => ToolName::Create,
        StepAction::Write => ToolName::Write,
        StepAction::Execute => ToolName::Execute,
        StepAction::Report => ToolName::Report,
    }
}

fn ran(step: &Step, outcome: &str, error: Option<&ToolError>, duration_ms: u32) -> RanStep {
    RanStep {
        title: step.title.clone(),
        outcome: outcome.to_owned(),
        cause: error.map(|error| error.why),
        problem: error.map(|error| error.sentence.clone()),
        duration_ms,
    }
}

fn millis(micros: i64) -> u32 {
    u32::try_from(micros / 1_000).unwrap_or(0)
}
