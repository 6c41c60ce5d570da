//! A step, and the tools that one can call.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::permission::Permission;

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// How later steps refer to it.
    pub name: String,
    /// What a person reads.
    pub title: String,
    /// Which tool it calls.
    pub action: StepAction,
    /// The tool's arguments.
    pub arguments: Map<String, Value>,
}

/// The tools that a step can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepAction {
    /// `aidoo_query`.
    #[default]
    Query,
    /// `aidoo_read`.
    Read,
    /// `aidoo_create`.
    Create,
    /// `aidoo_write`.
    Write,
    /// `aidoo_execute`.
    Execute,
    /// `aidoo_report`.
    Report,
}

impl StepAction {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Query, Self::Read, Self::Create, Self::Write, Self::Execute, Self::Report];

    /// The name in definitions: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Read => "read",
            Self::Create => "create",
            Self::Write => "write",
            Self::Execute => "execute",
            Self::Report => "report",
        }
    }

    /// The action of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// Whether it can change data.
    #[must_use]
    pub const fn changes(self) -> bool {
        matches!(self, Self::Create | Self::Write | Self::Execute)
    }

    /// The permission that its tool belongs to.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Query => Permission::Query,
            Self::Read => Permission::Read,
            Self::Create => Permission::Create,
            Self::Write => Permission::Write,
            Self::Execute => Permission::Execute,
            Self::Report => Permission::Report,
        }
    }
}
