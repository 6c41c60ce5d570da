//! The tools, one file each: definition, arguments, calls of Odoo, answer.

mod context;
mod query;
mod read;
mod records;
mod schema;

use std::{collections::BTreeMap, sync::LazyLock};

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value};
use shared::{
    permission::{Permission, PermissionSet},
    time::Timestamp,
};

use super::{
    answer::{Answer, ToolError},
    arguments::Arguments,
};
use crate::{
    odoo,
    services::{
        gateway::{Gateway, GatewayError},
        principal::Principal,
    },
};

/// A tool. The order is the one in which clients see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolName {
    Context,
    Query,
    Read,
    Schema,
}

impl ToolName {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 4] = [Self::Context, Self::Query, Self::Read, Self::Schema];

    /// The tool of this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    /// Its name: stable.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Context => "aidoo_context",
            Self::Query => "aidoo_query",
            Self::Read => "aidoo_read",
            Self::Schema => "aidoo_schema",
        }
    }

    /// The permission that it needs; `None` where every key may call it.
    const fn permission(self) -> Option<Permission> {
        match self {
            Self::Context => None,
            Self::Query => Some(Permission::Query),
            Self::Read => Some(Permission::Read),
            Self::Schema => Some(Permission::Schema),
        }
    }

    /// The permission that it needs and `permissions` lack.
    pub(super) fn missing(self, permissions: PermissionSet) -> Option<Permission> {
        self.permission().filter(|needed| !permissions.contains(*needed))
    }

    /// Whether a key with these permissions may call it.
    pub(super) fn is_allowed(self, permissions: PermissionSet) -> bool {
        self.missing(permissions).is_none()
    }

    /// What a client is told about it.
    pub(super) fn definition(self) -> &'static Tool {
        static DEFINITIONS: LazyLock<[Tool; 4]> = LazyLock::new(|| {
            [context::definition(), query::definition(), read::definition(), schema::definition()]
        });
        &DEFINITIONS[self as usize]
    }

    /// Runs it. That the key may call it has been checked.
    pub(super) async fn run(self, call: &Call<'_>, arguments: Arguments) -> Answer {
        match self {
            Self::Context => context::run(call, arguments).await,
            Self::Query => query::run(call, arguments).await,
            Self::Read => read::run(call, arguments).await,
            Self::Schema => schema::run(call, arguments).await,
        }
    }
}

/// One call of a tool: for whom, and through what.
pub(super) struct Call<'a> {
    /// The way to Odoo.
    pub(super) gateway: &'a Gateway,
    /// For whom.
    pub(super) principal: &'a Principal,
    /// When.
    pub(super) now: Timestamp,
    /// Where the person mends a connection or an account.
    pub(super) odoo_page: &'a str,
}

impl Call<'_> {
    /// Calls a method of Odoo as the person. `ids` are the records, or `None` for a method of the model.
    async fn odoo(
        &self,
        model: &str,
        method: &str,
        ids: Option<Vec<i64>>,
        arguments: Map<String, Value>,
    ) -> Result<Value, GatewayError> {
        let call = odoo::Call {
            model: model.to_owned(),
            method: method.to_owned(),
            ids,
            arguments,
            context: BTreeMap::new(),
        };
        self.gateway.call(self.principal, &call).await
    }

    /// The same, with what went wrong in words.
    async fn ask(
        &self,
        model: &str,
        method: &str,
        ids: Option<Vec<i64>>,
        arguments: Map<String, Value>,
    ) -> Result<Value, ToolError> {
        let answer = self.odoo(model, method, ids, arguments).await;
        answer.map_err(|error| ToolError::gateway(&error, self.odoo_page))
    }
}

/// A tool that changes nothing, whatever and however often it is called, and that reaches a system with
/// other people's texts.
fn reading_tool(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    input: Value,
    output: Value,
) -> Tool {
    let object = |value: Value| match value {
        Value::Object(fields) => fields,
        other => unreachable!("a schema is an object, not {other}"),
    };
    let mut annotations = ToolAnnotations::new();
    annotations.title = Some(title.to_owned());
    annotations.read_only_hint = Some(true);
    annotations.destructive_hint = Some(false);
    annotations.idempotent_hint = Some(true);
    annotations.open_world_hint = Some(true);
    Tool::new(name, description, object(input))
        .with_title(title)
        .with_raw_output_schema(object(output).into())
        .with_annotations(annotations)
}

/// Arguments by name, from a JSON object literal.
fn named(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => unreachable!("arguments are an object, not {other}"),
    }
}
