//! What a tool answers: a structured value, or one sentence about why there is none.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

use crate::services::gateway::GatewayError;

/// A tool's answer.
pub(super) type Answer = Result<Value, ToolError>;

/// Why a tool did not do what was asked: one sentence for the model and the person behind it. It is an
/// error of the tool, not of the protocol, so that the model can mend its call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ToolError(pub(super) String);

impl ToolError {
    /// With this sentence.
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// About one argument.
    pub(super) fn argument(name: &str, problem: impl std::fmt::Display) -> Self {
        Self(format!("argument {name}: {problem}"))
    }

    /// What the gateway met; `odoo_page` is where the person mends a connection or an account.
    pub(super) fn gateway(error: &GatewayError, odoo_page: &str) -> Self {
        match error {
            GatewayError::NotConnected | GatewayError::NotLinked | GatewayError::SecretRefused => {
                Self(format!("{error}: {odoo_page}"))
            }
            GatewayError::Odoo(error) => Self(error.message_for_person()),
            GatewayError::Unavailable => Self(error.to_string()),
        }
    }
}

/// The answer as the protocol has it: structured content, and the same content as text.
pub(super) fn result(answer: Answer) -> CallToolResult {
    match answer {
        Ok(value) => {
            let mut result = CallToolResult::success(vec![ContentBlock::text(value.to_string())]);
            result.structured_content = Some(value);
            result
        }
        Err(ToolError(sentence)) => CallToolResult::error(vec![ContentBlock::text(sentence)]),
    }
}
