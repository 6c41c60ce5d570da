//! A run of a workflow: its steps one after the other, each on record, to its end or to the first that fails.

use std::{net::IpAddr, sync::Arc};

use serde_json::{Map, Value, json};
use shared::{
    activity::{CallResult, Consent},
    call_cause::CallCause,
    id::{CompanyId, ConfirmationId, WorkflowRunId, WorkflowVersionId},
    permission::Permission,
    time::Timestamp,
    workflow::{Definition as Workflow, RanStep, Step, StepOutcome},
};

use super::{
    super::{
        Answer, Caller, Cause, Link, Output, Silent, ToolError, Toolbox,
        consent::unavailable,
        run::{Stage, ending},
    },
    check_whole, filled, kept, makes_changes, tool,
};
use crate::{
    services::principal::{Principal, Refusal},
    store::{
        calls::{self, NewCall},
        workflows,
    },
};

/// One run.
pub(super) struct Run {
    pub(super) toolbox: Toolbox,
    pub(super) principal: Principal,
    pub(super) client: Option<String>,
    pub(super) address: IpAddr,
    pub(super) id: WorkflowRunId,
    pub(super) version: WorkflowVersionId,
    pub(super) consent: Option<Consent>,
    /// What was used up for it.
    pub(super) confirmation: Option<ConfirmationId>,
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
    ///
    /// # Errors
    /// When `row` could not be written: nothing was done, and the run is on record nowhere.
    pub(super) async fn on_record(
        self,
        row: Option<NewCall>,
        name: String,
        workflow: Arc<Workflow>,
        inputs: Map<String, Value>,
    ) -> Result<Answer, ToolError> {
        let Toolbox { core, activity, .. } = &self.toolbox;
        let company = self.principal.company;
        let begun = row.as_ref().map(|row| (row.id, row.at));
        if let Some(row) = row {
            activity.begin(row, self.confirmation).await.map_err(unavailable)?;
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
        Ok(answer)
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
        for (place, step) in workflow.steps.iter().enumerate() {
            let at = core.clock.now();
            if ended.problem.is_some() {
                ended.steps.push(ran(step, StepOutcome::NotDone, None, 0));
                continue;
            }
            let outcome = self.one(&workflow, place, &inputs, &ended.results).await;
            let took = millis(core.clock.now().since(at));
            let outcome = outcome.and_then(|(value, link)| {
                ended.results.insert(step.name.clone(), value);
                ended.links.extend(link);
                // A change that was made has not failed: there the step does that cannot take all of its answer.
                if makes_changes(step) {
                    return Ok(());
                }
                // What a later step would take for all that there is ends the run here, before any between has done more.
                let scope = json!({ "input": inputs, "steps": ended.results });
                (place + 1..workflow.steps.len())
                    .try_for_each(|later| check_whole(&workflow, later, &scope))
                    .map_err(ToolError::from)
            });
            match outcome {
                Ok(()) => ended.steps.push(ran(step, StepOutcome::Done, None, took)),
                Err(error) => {
                    let outcome = match error.cause {
                        Cause::Unknown => StepOutcome::Unknown,
                        _ => StepOutcome::Failed,
                    };
                    ended.steps.push(ran(step, outcome, Some(&error), took));
                    ended.problem = Some(error);
                }
            }
            self.note(company, &ended, None).await;
        }
        self.note(company, &ended, Some(core.clock.now())).await;
        Ok(ended)
    }

    /// What the step at the place `at` answered, and where a file that it made can be read again. Every step sees what
    /// the key is worth now: between two steps it may have been revoked.
    async fn one(
        &self,
        workflow: &Workflow,
        at: usize,
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
        let arguments = filled(workflow, at, inputs, results)?;
        let stage = self.consent.map_or(Stage::Preview, Stage::Agreed);
        let tool = tool(workflow.steps[at].action);
        match self.toolbox.step(&caller, self.id, tool, stage, arguments).await? {
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
            let told: Vec<String> = steps
                .iter()
                .map(|step| format!("{}: {}", step.title, step.outcome.as_str()))
                .collect();
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

fn ran(step: &Step, outcome: StepOutcome, error: Option<&ToolError>, duration_ms: u32) -> RanStep {
    RanStep {
        title: step.title.clone(),
        outcome,
        cause: error.map(|error| error.why),
        problem: error.map(|error| error.sentence.clone()),
        duration_ms,
    }
}

fn millis(micros: i64) -> u32 {
    u32::try_from(micros / 1_000).unwrap_or(0)
}
