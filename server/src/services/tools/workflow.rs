//! `aidoo_workflow`: list and run the sequences that a person has validated on screen.

mod found;
mod preview;
mod running;
mod trial;
mod whole;

use std::{io::Cursor, sync::Arc};

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use shared::{
    activity::Consent,
    confirmation::ConfirmMode,
    id::{WorkflowRunId, WorkflowVersionId},
    permission::Permission,
    workflow::{Definition as Workflow, InputKind, Step, StepAction, TryCause, Unfilled, fill},
};

pub use self::trial::{Tried, try_steps};
use self::{preview::preview, running::Run, whole::check_whole};
use super::{
    Answer, Definition, Effect, File, Output, ToolError, ToolName, Toolbox,
    arguments::Arguments,
    consent::{self, Proposal, Verdict, unavailable},
    download::{Kept, keep},
    run::{Call, Sent},
};
use crate::{
    domain::odoo_methods::{self, Generic},
    entities::workflow_version::Model,
    services::principal::Principal,
    store::workflows,
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
    let agreed = if workflow.changes() {
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
            Verdict::Agreed(change)
                if change.consent == Consent::Client
                    && preview(call, &version, &workflow, &inputs).await? != shown =>
            {
                return Err(consent::records_changed());
            }
            Verdict::Agreed(change) => Some(change),
        }
    } else {
        None
    };
    let mut toolbox = call.toolbox.clone();
    let consent = agreed.as_ref().map(|change| change.consent);
    let confirmation = agreed.as_ref().and_then(|change| change.confirmation);
    if let Some(change) = agreed {
        toolbox.gateway = change.sent();
    }
    let run = Run {
        toolbox,
        principal: principal.clone(),
        client: call.caller.client.clone(),
        address: call.caller.address,
        id: WorkflowRunId::from_uuid(call.toolbox.core.clock.uuid(&call.toolbox.core.entropy)),
        version: id,
        consent,
        confirmation,
    };
    // It runs to its end whatever the client does: half a sequence is worse than one that nobody waits for.
    let (id, row) = (run.id, call.begun_row());
    call.note(|about| about.sent = Some(Sent::Run(id)));
    let running = run.on_record(row, version.name, Arc::new(workflow), inputs);
    match call.toolbox.changes.spawn(running).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(unwritten)) => {
            // It has no row of its own, and is on record as any other call that failed.
            call.note(|about| about.sent = None);
            Err(unwritten)
        }
        Err(error) => {
            tracing::error!(error = %error, run.id = %id, "a workflow died on its way");
            Err(ToolError::unknown(format!(
                "the workflow died on its way ({id}), and what its last step did is not known: look at the records"
            )))
        }
    }
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

/// The arguments of the step at the place `at` with inputs and earlier results filled in.
///
/// # Errors
/// Which earlier step gave nothing that this one could take, or a part of what it would take for all.
fn filled(
    workflow: &Workflow,
    at: usize,
    inputs: &Map<String, Value>,
    results: &Map<String, Value>,
) -> Result<Map<String, Value>, Lack> {
    let scope = json!({ "input": inputs, "steps": results });
    check_whole(workflow, at, &scope)?;
    let arguments = Value::Object(workflow.steps[at].arguments.clone());
    match fill(&arguments, &scope).map_err(|why| lack(workflow, &why))? {
        Value::Object(arguments) => Ok(arguments),
        other => Err(Lack { sentence: format!("the step's arguments are {other}"), why: None }),
    }
}

/// What a step lacks to be carried out.
#[derive(Debug)]
struct Lack {
    /// The same in words.
    sentence: String,
    /// The same as something that the page has words for, where an earlier step is to blame.
    why: Option<TryCause>,
}

impl From<Lack> for ToolError {
    fn from(Lack { sentence, why: _ }: Lack) -> Self {
        Self::new(sentence)
    }
}

fn lack(workflow: &Workflow, why: &Unfilled) -> Lack {
    let step = match why {
        Unfilled::Missing(reference) => reference.strip_prefix("steps."),
        Unfilled::Shaped(_) => None,
    };
    let found = step.and_then(|path| path.split_once('.')).and_then(|(name, path)| {
        let at = workflow.steps.iter().position(|step| step.name == name)?;
        Some((at + 1, workflow.steps[at].title.clone(), path))
    });
    match found {
        Some((number, title, path)) => Lack {
            sentence: format!(
                "step {number}, “{title}”, found nothing for this step to take ({path} is not there)"
            ),
            why: Some(TryCause::FoundNothing { number, title }),
        },
        None => Lack { sentence: why.to_string(), why: None },
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
