//! Workflows: sequences of steps that a person builds and validates on screen, and a key then runs.
//!
//! A step calls one of the tools. Its arguments are literals, but for places where a value may stand:
//! there `{"$": "input.customer"}` takes an input, and `{"$": "steps.find.records.0.id"}` what an earlier
//! step answered. Models, methods, fields and operators are literals always, and what was filled in is
//! never read as a reference again.

mod definition;
mod flaw;
mod input;
mod references;
mod requests;
mod room;
mod step;
mod views;

pub use self::{
    definition::{Definition, MAX_INPUTS, MAX_STEPS, Taken, is_name},
    flaw::{Flaw, FlawPlace, FlawProblem},
    input::{Input, InputKind},
    references::{Unfilled, fill, reference},
    requests::{AcceptWorkflow, NameWorkflow, SaveWorkflow, TryWorkflow, UseTemplate},
    step::{Step, StepAction},
    views::{
        Cell, DraftView, FoundColumn, FoundTable, PastVersion, RanStep, RunView, StepAnswer,
        StepOutcome, TemplateView, TriedStep, TryCause, VersionView, WorkflowView, WorkflowsView,
    },
};
