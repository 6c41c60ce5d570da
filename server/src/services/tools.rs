//! The tools, one file each: what a client is told of it, its arguments, its calls of Odoo, its answer.
//!
//! They stand among the services and know nothing of MCP, because a workflow runs the same tools.

mod answer;
mod arguments;
mod catalog;
mod change;
mod consent;
mod context;
mod conversation;
mod create;
mod download;
mod execute;
mod generic;
mod met;
mod nested;
mod paths;
mod patience;
mod query;
mod read;
mod readable;
mod recorded;
mod records;
mod report;
mod run;
mod schema;
mod sentences;
mod values;
mod wizard;
mod workflow;
mod write;

use std::sync::LazyLock;

use serde_json::{Map, Value};
use shared::permission::{Permission, PermissionSet};

pub use self::catalog::Looking;
pub use self::workflow::{Tried, try_steps};
pub use self::{
    answer::{Answer, Cause, File, Link, Output, ToolError},
    conversation::{Answered, Asking, Conversation, Returned, Silent},
    patience::Patience,
    run::{Caller, Pages, Toolbox},
};
use self::{arguments::Arguments, run::Call};

/// A tool. The order is the one in which clients see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolName {
    /// Who am I.
    Context,
    /// Search.
    Query,
    /// Read by ids.
    Read,
    /// Create.
    Create,
    /// Update.
    Write,
    /// Call a method.
    Execute,
    /// Find models and fields.
    Schema,
    /// Figures, PDFs, extracts.
    Report,
    /// Run a validated sequence.
    Workflow,
}

/// What a client is told about a tool.
#[derive(Debug)]
pub struct Definition {
    /// For people.
    pub title: &'static str,
    /// For the model.
    pub description: &'static str,
    /// The JSON Schema of its arguments.
    pub input: Value,
    /// The JSON Schema of its structured answer.
    pub output: Value,
    /// What it may do.
    pub effect: Effect,
}

/// What a tool may do to Odoo's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing, whatever and however often it is called.
    Reads,
    /// It adds, and takes nothing away.
    Adds,
    /// It may replace what there was.
    Changes,
}

impl ToolName {
    /// All of them, in their order.
    pub const ALL: [Self; 9] = [
        Self::Context,
        Self::Query,
        Self::Read,
        Self::Create,
        Self::Write,
        Self::Execute,
        Self::Schema,
        Self::Report,
        Self::Workflow,
    ];

    /// Whether its changes are asked about first.
    #[must_use]
    pub const fn asks(self) -> bool {
        matches!(self, Self::Create | Self::Write | Self::Execute | Self::Workflow)
    }

    /// The tool of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    /// Its name: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Context => "aidoo_context",
            Self::Query => "aidoo_query",
            Self::Read => "aidoo_read",
            Self::Create => "aidoo_create",
            Self::Write => "aidoo_write",
            Self::Execute => "aidoo_execute",
            Self::Schema => "aidoo_schema",
            Self::Report => "aidoo_report",
            Self::Workflow => "aidoo_workflow",
        }
    }

    /// The permission that it needs; `None` where every key may call it.
    #[must_use]
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Context => None,
            Self::Query => Some(Permission::Query),
            Self::Read => Some(Permission::Read),
            Self::Create => Some(Permission::Create),
            Self::Write => Some(Permission::Write),
            Self::Execute => Some(Permission::Execute),
            Self::Schema => Some(Permission::Schema),
            Self::Report => Some(Permission::Report),
            Self::Workflow => Some(Permission::Workflow),
        }
    }

    /// The permission that it needs and `permissions` lack.
    #[must_use]
    pub fn missing(self, permissions: PermissionSet) -> Option<Permission> {
        self.permission().filter(|needed| !permissions.contains(*needed))
    }

    /// Whether a key with these permissions may call it.
    #[must_use]
    pub fn is_allowed(self, permissions: PermissionSet) -> bool {
        self.missing(permissions).is_none()
    }

    /// What a client is told about it.
    #[must_use]
    pub fn definition(self) -> &'static Definition {
        static DEFINITIONS: LazyLock<[Definition; 9]> = LazyLock::new(|| {
            [
                context::definition(),
                query::definition(),
                read::definition(),
                create::definition(),
                write::definition(),
                execute::definition(),
                schema::definition(),
                report::definition(),
                workflow::definition(),
            ]
        });
        &DEFINITIONS[self as usize]
    }

    /// Runs it. That the key may call it has been checked.
    async fn run(self, call: &Call<'_>, arguments: Arguments<'_>) -> Answer {
        match self {
            Self::Context => context::run(call, arguments).await,
            Self::Query => query::run(call, arguments).await,
            Self::Read => read::run(call, arguments).await,
            Self::Create => create::run(call, arguments).await,
            Self::Write => write::run(call, arguments).await,
            Self::Execute => execute::run(call, arguments).await,
            Self::Schema => schema::run(call, arguments).await,
            Self::Report => report::run(call, arguments).await,
            Self::Workflow => workflow::run(call, arguments).await,
        }
    }
}

/// Arguments by name, from a JSON object literal.
fn named(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => unreachable!("arguments are an object, not {other}"),
    }
}

/// The JSON Schema of the argument `context`.
fn context_schema() -> Value {
    serde_json::json!({
        "type": "object",
        "description": "lang (such as fr_FR), tz (a zone such as Europe/Paris, in which times are then told), active_test, allowed_company_ids; absent means as the person's Odoo user has them",
        "properties": {
            "lang": { "type": "string" },
            "tz": { "type": "string" },
            "active_test": { "type": "boolean" },
            "allowed_company_ids": { "type": "array", "items": { "type": "integer" } }
        },
        "additionalProperties": false
    })
}

/// The JSON Schema of the argument `confirm`.
fn confirm_schema() -> Value {
    serde_json::json!({
        "type": "string",
        "description": "the confirm of the preview that was shown to the person, or of a change that they approved in the dashboard"
    })
}

/// The JSON Schema of what a change answers, with properties of its own.
fn change_schema(own: Value) -> Value {
    let mut properties = named(serde_json::json!({
        "status": {
            "type": "string", "enum": ["preview", "pending", "done", "wizard"],
            "description": "preview: nothing has changed, call again with confirm; pending: a person approves it first; done: it has happened"
        },
        "preview": { "type": "object", "description": "what would change" },
        "confirm": { "type": "string" },
        "expires_in_seconds": { "type": "integer" },
        "approve_at": { "type": "string" },
        "next": { "type": "string" },
        "model": { "type": "string" }
    }));
    properties.extend(named(own));
    serde_json::json!({ "type": "object", "properties": properties, "required": ["status"] })
}
