//! The steps to the first answered question.

use serde::{Deserialize, Serialize};

use crate::id::CompanyId;

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

/// The steps of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsView {
    /// Those that are theirs, in their order; none when their first question was answered.
    pub steps: Vec<StepView>,
    /// How they want to see them.
    pub fold: Fold,
}

/// Whether a person looks at the list of steps, or has folded it up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// All steps are shown.
    #[default]
    Open,
    /// Only how far they are, and what comes next.
    Folded,
}

impl Fold {
    /// The value in a form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Folded => "folded",
        }
    }

    /// What a form's value stands for.
    #[must_use]
    pub fn of(value: &str) -> Option<Self> {
        [Self::Open, Self::Folded].into_iter().find(|fold| fold.as_str() == value)
    }

    /// What the button makes of it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Open => Self::Folded,
            Self::Folded => Self::Open,
        }
    }
}

/// Folds the list of steps up, or opens it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FoldSteps {
    /// The company whose steps they are.
    pub company: CompanyId,
    /// How they are to be shown.
    pub fold: Fold,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_in_a_form_is_the_one_that_is_read_from_it() {
        for fold in [Fold::Open, Fold::Folded] {
            assert_eq!(serde_json::to_value(fold).expect("a text"), fold.as_str());
            assert_eq!(Fold::of(fold.as_str()), Some(fold));
            assert_eq!(fold.other().other(), fold);
            assert_ne!(fold.other(), fold);
        }
    }
}
