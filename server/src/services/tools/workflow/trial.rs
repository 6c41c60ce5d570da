//! Trying a workflow on screen, step by step: what reads is carried out, what would change something stops at its
//! preview.

use std::{net::IpAddr, sync::Mutex};

use serde_json::{Map, Value};
use shared::workflow::{Definition as Workflow, TriedStep, TryCause, reference};

use super::{
    super::{Caller, Output, Silent, ToolError, ToolName, Toolbox},
    Lack, check_inputs, filled,
    found::found,
    kept, tool,
};
use crate::services::{principal::Principal, time_view::Face};

/// What is tried, and by whom.
pub struct Tried<'a> {
    /// The person, as their own Odoo account.
    pub principal: &'a Principal,
    /// From where.
    pub address: IpAddr,
    /// How they read the time.
    pub face: &'a Face,
    /// What.
    pub workflow: &'a Workflow,
    /// The inputs.
    pub inputs: &'a Map<String, Value>,
    /// How many steps.
    pub steps: usize,
}

/// Tries the first steps of a workflow: those that read are carried out, those that would change something
/// give their preview. What takes the answer of such a step has to wait for a run.
pub async fn try_steps(toolbox: &Toolbox, tried: Tried<'_>) -> Vec<TriedStep> {
    let Tried { principal, address, face, workflow, inputs, steps } = tried;
    let nothing = |name: Option<&str>| TriedStep {
        name: name.map(str::to_owned),
        answer: None,
        preview: None,
        problem: None,
        why: None,
        waits_for: None,
    };
    if let Err(ToolError { sentence, cause: _, why }) = check_inputs(workflow, inputs) {
        let why = Some(TryCause::Call(why));
        return vec![TriedStep { problem: Some(sentence), why, ..nothing(None) }];
    }
    let caller = Caller { principal, client: None, address, conversation: &Silent };
    let about = Mutex::default();
    let looking = toolbox.trying(&caller, ToolName::Schema, &about);
    let mut results = Map::new();
    let mut told = Vec::new();
    for (at, step) in workflow.steps.iter().enumerate().take(steps) {
        let mut one = nothing(Some(&step.name));
        // All that was tried without a problem and gave no answer would change something, or waits itself.
        let open = workflow.steps[..at].iter().filter(|step| !results.contains_key(&step.name));
        let arguments = Value::Object(step.arguments.clone());
        one.waits_for = open
            .filter(|open| takes_from(&arguments, &open.name))
            .map(|open| open.title.clone())
            .next();
        if one.waits_for.is_some() {
            told.push(one);
            continue;
        }
        let answer = match filled(workflow, at, inputs, &results) {
            Ok(arguments) => toolbox.trial(&caller, tool(step.action), arguments).await,
            Err(Lack { sentence, why }) => {
                one.why = why;
                Err(ToolError::new(sentence))
            }
        };
        let answer = match answer {
            Ok(Output::File { answer, file }) => {
                kept(toolbox, principal, answer, file).await.map(Output::Answer)
            }
            other => other,
        };
        match answer {
            Ok(
                Output::Answer(value)
                | Output::File { answer: value, .. }
                | Output::Linked { answer: value, .. },
            ) => {
                one.answer = Some(found(&looking, step, &value, face).await);
                results.insert(step.name.clone(), value);
            }
            Ok(Output::Preview(value)) => {
                one.preview = serde_json::from_value(value["preview"].clone()).ok();
            }
            Ok(Output::Question { message, .. }) => one.problem = Some(message),
            Err(ToolError { sentence, cause: _, why }) => {
                one.problem = Some(sentence);
                one.why.get_or_insert(TryCause::Call(why));
            }
        }
        let is_over = one.problem.is_some();
        told.push(one);
        if is_over {
            break;
        }
    }
    told
}

/// Whether anything in `value` takes what the step of this name answers.
fn takes_from(value: &Value, name: &str) -> bool {
    match value {
        value if reference(value).is_some() => reference(value)
            .and_then(|reference| reference.strip_prefix("steps."))
            .is_some_and(|path| path.split('.').next() == Some(name)),
        Value::Array(values) => values.iter().any(|value| takes_from(value, name)),
        Value::Object(fields) => fields.values().any(|value| takes_from(value, name)),
        _ => false,
    }
}
