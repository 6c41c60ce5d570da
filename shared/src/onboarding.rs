//! The steps to the first answered question.

use serde::{Deserialize, Serialize};

/// What is to be done, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Connect the company's Odoo.
    Connect,
    /// Link one's own Odoo account.
    Link,
    /// Generate an API key.
    Generate,
    /// Connect a client with it.
    Client,
    /// Ask the first question.
    Ask,
}

/// One step, for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// Which.
    pub step: Step,
    /// Whether it is done.
    pub done: bool,
}
