//! What a person asks for on the workflows page.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Definition;
use crate::id::{CompanyId, WorkflowId, WorkflowVersionId};

/// Saves a workflow's draft; a new one where none is named. What was validated is retired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Which; `None` makes a new one.
    pub workflow: Option<WorkflowId>,
    /// Its name.
    pub name: String,
    /// One or two sentences for those who choose it, people and models.
    pub description: String,
    /// What it does.
    pub definition: Definition,
}

/// Names a workflow.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct NameWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub workflow: WorkflowId,
}

/// Names a validated version.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AcceptWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Which version.
    pub version: WorkflowVersionId,
}

/// Makes a draft from a business action of Odoo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UseTemplate {
    /// The company.
    pub company: CompanyId,
    /// Which: `sale.order.action_confirm`.
    pub template: String,
}

/// Tries a definition up to a step, as the person who looks at it. Nothing is changed: steps that would
/// give a preview.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TryWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Of which workflow it is a draft; `None` for one that was never saved.
    pub workflow: Option<WorkflowId>,
    /// What the draft is called.
    pub name: String,
    /// What to try.
    pub definition: Definition,
    /// The inputs.
    pub inputs: Map<String, Value>,
    /// How many steps.
    pub steps: usize,
}
