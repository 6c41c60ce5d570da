//! What the workflows page shows: workflows and their versions, runs, and what trying a step gave.

use serde::{Deserialize, Serialize};

use super::{Definition, Flaw};
use crate::{
    activity::CallResult,
    call_cause::CallCause,
    confirmation::Preview,
    id::{WorkflowId, WorkflowRunId, WorkflowVersionId},
    time::TimeView,
};

/// The workflows page.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowsView {
    /// All workflows that the viewer may see: members see validated ones.
    pub workflows: Vec<WorkflowView>,
    /// Business actions of Odoo that a draft can begin with.
    pub templates: Vec<TemplateView>,
    /// The newest runs that the viewer may see.
    pub runs: Vec<RunView>,
}

/// A business action of Odoo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateView {
    /// `sale.order.action_confirm`.
    pub id: String,
    /// "Confirm a quotation".
    pub title: String,
    /// The states in which Odoo takes it.
    pub states: String,
}

/// One workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowView {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its draft, which is what was validated where it was.
    pub definition: Definition,
    /// What is wrong with the draft.
    pub flaws: Vec<Flaw>,
    /// Whether every step of the draft, as it is, was tried on screen: only then can it be validated. For those who may
    /// validate; for others it says no.
    pub is_tried: bool,
    /// The version in force.
    pub version: Option<VersionView>,
    /// What was validated so far, the newest first; for those who may validate.
    pub history: Vec<PastVersion>,
    /// Who changed it last, and when.
    pub changed_by: String,
    /// When.
    pub changed_at: TimeView,
}

/// The draft of a workflow, for whoever builds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it does.
    pub definition: Definition,
    /// Whether it is in force as it is.
    pub is_validated: bool,
}

/// A validated version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionView {
    /// Which.
    pub id: WorkflowVersionId,
    /// 1 for the first.
    pub number: u32,
    /// Who validated it.
    pub validated_by: String,
    /// When.
    pub validated_at: TimeView,
    /// Whether it can change data.
    pub changes: bool,
    /// Whether the viewer has let it run as them.
    pub is_accepted: bool,
}

/// A version that was validated, in force or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastVersion {
    /// 1 for the first.
    pub number: u32,
    /// Who validated it.
    pub validated_by: String,
    /// When.
    pub validated_at: TimeView,
    /// Since when keys cannot run it any more.
    pub retired_at: Option<TimeView>,
    /// Who has let it run as them.
    pub accepted_by: Vec<String>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    /// Which.
    pub id: WorkflowRunId,
    /// The workflow's name.
    pub workflow: String,
    /// The version's number.
    pub number: u32,
    /// As whom it ran.
    pub person: String,
    /// When it began.
    pub started_at: TimeView,
    /// How long it took in all, in milliseconds; nothing while it runs.
    pub took_ms: Option<u32>,
    /// The key that asked.
    pub key_name: String,
    /// How it ended.
    pub result: CallResult,
    /// Its steps.
    pub steps: Vec<RanStep>,
}

/// How a step of a run ended; in the words that clients and the database know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepOutcome {
    /// It was done.
    Done,
    /// It was not, and nothing of it.
    Failed,
    /// Whether it was done cannot be known.
    Unknown,
    /// The run ended before it.
    #[serde(rename = "not done")]
    NotDone,
}

impl StepOutcome {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotDone => "not done",
        }
    }
}

/// What became of a step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RanStep {
    /// The step's title.
    pub title: String,
    /// What became of it.
    pub outcome: StepOutcome,
    /// Why, as one of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<CallCause>,
    /// Why, in the words that the client got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How long it took.
    pub duration_ms: u32,
}

/// What trying a step gave.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedStep {
    /// The step's name; none for the inputs, which are looked at before the first one.
    pub name: Option<String>,
    /// What it answered; of a step that would change something, nothing.
    pub answer: Option<StepAnswer>,
    /// What it would change.
    pub preview: Option<Preview>,
    /// Why it did not work, in the words that a client would get.
    pub problem: Option<String>,
    /// The same as something that the page has words for.
    pub why: Option<TryCause>,
    /// The title of the earlier step without whose result it cannot be tried: one that would change something.
    pub waits_for: Option<String>,
}

/// What a step answered.
#[derive(Debug, Clone, PartialEq)]
pub struct StepAnswer {
    /// How many records there are, where that was counted.
    pub total: Option<u32>,
    /// The first of what it found, where it found a list.
    pub table: Option<FoundTable>,
    /// Whether there is more than the table has.
    pub is_cut: bool,
    /// The answer as JSON, shortened.
    pub exactly: String,
}

/// The first of what a step found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundTable {
    /// What it tells of each record.
    pub columns: Vec<FoundColumn>,
    /// A row for each record, with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// What a column is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundColumn {
    /// How the answer names it: `partner_id.email`, `amount_total:sum`.
    pub name: String,
    /// What Odoo calls the field in the person's language, if it is one.
    pub label: Option<String>,
    /// What becomes of its values, or by which part of a date they are grouped: `sum`, `month`.
    pub grain: Option<String>,
}

/// A value of what a step found.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There is none.
    Nothing,
    /// True or false.
    YesNo(bool),
    /// A text, the name of a record, or what a selection calls its value.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Decimal(f64),
    /// An amount of money, in the record's currency.
    Amount(f64),
    /// A day: `2026-11-24`.
    Day(String),
    /// A point in time.
    Moment(TimeView),
    /// Several values.
    Several(Vec<Cell>),
}

/// Why a step could not be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TryCause {
    /// An earlier step found nothing that this one could take.
    FoundNothing {
        /// The number of that step, from 1.
        number: usize,
        /// Its title.
        title: String,
    },
    /// An earlier step hands on the beginning of what it found, and no limit says that no more is wanted.
    FoundMore {
        /// The number of that step, from 1.
        number: usize,
        /// Its title.
        title: String,
        /// How many records it found, where they were counted.
        total: Option<u64>,
        /// How many it hands on.
        given: u64,
    },
    /// An earlier step hands on the beginning of what it found, as more would make its answer too long.
    FoundTooMuch {
        /// The number of that step, from 1.
        number: usize,
        /// Its title.
        title: String,
        /// How many it hands on.
        given: u64,
    },
    /// The tool refused, or could not do it.
    Call(CallCause),
}
