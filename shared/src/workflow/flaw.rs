//! What can be wrong with a definition, and where. Finding it is no matter of this file.

use serde::{Deserialize, Serialize};

use super::{MAX_INPUTS, MAX_STEPS, Step};
use crate::workflow_form::ValueKind;

/// Something that is wrong with a definition. The page has the words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// Where.
    pub place: FlawPlace,
    /// What.
    pub problem: FlawProblem,
}

/// Where a flaw is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FlawPlace {
    /// In the whole.
    #[error("steps")]
    Steps,
    /// In the input of this name.
    #[error("input {0}")]
    Input(String),
    /// In the step of this name.
    #[error("step {0}")]
    Step(String),
    /// In an argument of a step.
    #[error("step {step}, {argument}")]
    Argument {
        /// The step's name.
        step: String,
        /// The argument's.
        argument: String,
    },
}

impl FlawPlace {
    /// The argument of this name of `step`.
    #[must_use]
    pub fn argument(step: &Step, argument: &str) -> Self {
        Self::Argument { step: step.name.clone(), argument: argument.to_owned() }
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FlawProblem {
    /// There is no step.
    #[error("add at least one step")]
    NoStep,
    /// There are more steps or inputs than fit.
    #[error("at most {MAX_STEPS} steps and {MAX_INPUTS} inputs are taken")]
    TooMany,
    /// An input's name is none.
    #[error("the name must be small letters, digits and underscores, such as customer")]
    InputName,
    /// An input has no label, or a long one.
    #[error("the label must have 1 to 80 characters")]
    Label,
    /// An input's name is there twice.
    #[error("another input has this name")]
    InputTwice,
    /// A step's name is none.
    #[error("the name must be small letters, digits and underscores, such as find_orders")]
    StepName,
    /// A step has no title, or a long one.
    #[error("the title must have 1 to 80 characters")]
    Title,
    /// A step's name is there twice.
    #[error("another step has this name")]
    StepTwice,
    /// An argument that belongs to a single call.
    #[error("confirm and wizard cannot be part of a step")]
    Confirm,
    /// A domain as text.
    #[error("a domain is a list here, not a text")]
    DomainText,
    /// A reference that leads nowhere.
    #[error("{0} is no input and no earlier step")]
    Unknown(String),
    /// A reference where a literal has to stand.
    #[error(
        "a value cannot be filled in here: models, methods, fields, operators and orders are literals"
    )]
    Literal,
    /// A reference with company.
    #[error("$ stands alone in an object")]
    Alone,
    /// Arguments that are no object.
    #[error("the arguments are no JSON object: line {line}, column {column}")]
    NoJson {
        /// The line of the first mistake, from 1.
        line: usize,
        /// Its column, from 1.
        column: usize,
    },
    /// An argument is missing.
    #[error("is required")]
    Required,
    /// A field gets two values.
    #[error("this field is there twice")]
    FieldTwice,
    /// What is typed is none of this kind.
    #[error("the value cannot be read")]
    NoValue(ValueKind),
    /// A model that the company's guards close.
    #[error("{0} is closed")]
    Closed(String),
    /// A method that the company's guards close.
    #[error("{method}: {why}")]
    MethodClosed {
        /// Model and method.
        method: String,
        /// Why, in English.
        why: String,
    },
    /// A field that nobody reads, and where it stands.
    #[error("{0} is secret")]
    Secret(String),
}
