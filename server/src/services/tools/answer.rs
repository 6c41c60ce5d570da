//! What a tool answers: a structured value, or one sentence about why there is none.

use serde_json::Value;
use shared::{call_cause::CallCause, workflow_catalog::NotOffered};

use crate::{
    odoo::{OdooError, Reached},
    services::gateway::GatewayError,
};

/// What a tool gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// A structured value.
    Answer(Value),
    /// A structured value about a file, and the file.
    File {
        /// About the file.
        answer: Value,
        /// The file.
        file: File,
    },
    /// A structured value that tells of files, and where they can be read again.
    Linked {
        /// About the files and more.
        answer: Value,
        /// The files.
        links: Vec<Link>,
    },
    /// A structured value about a change that nobody has agreed to yet.
    Preview(Value),
    /// A question for the person behind the client, who answers by calling again with the state.
    Question {
        /// What is asked.
        message: String,
        /// What comes back with the answer.
        state: String,
    },
}

/// A file in an answer.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// `application/pdf`.
    pub media_type: &'static str,
    /// Where it can be read again as a resource.
    pub uri: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl File {
    /// Where it can be read again.
    #[must_use]
    pub fn link(&self) -> Link {
        let Self { name, media_type, uri, content } = self;
        Link { name: name.clone(), media_type, uri: uri.clone(), bytes: content.len() }
    }
}

/// Where a file can be read again as a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The file's name.
    pub name: String,
    /// `application/pdf`.
    pub media_type: &'static str,
    /// The resource.
    pub uri: String,
    /// The file's size.
    pub bytes: usize,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("bytes", &self.content.len()).finish_non_exhaustive()
    }
}

/// A tool's answer.
pub type Answer = Result<Output, ToolError>;

/// Why a tool did not do what was asked: one sentence for the model and the person behind it. It is an
/// error of the tool, not of the protocol, so that the model can mend its call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct ToolError {
    /// The sentence.
    pub sentence: String,
    /// Who said no.
    pub cause: Cause,
    /// Why, for the record.
    pub why: CallCause,
}

/// Who said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Aidoo, before Odoo was asked.
    Refused,
    /// Odoo refused, or could not be asked.
    Failed,
    /// A change was sent, and what became of it is not known.
    Unknown,
}

/// A sentence that can be on record: it may quote a client or Odoo, and PostgreSQL's texts have no NUL.
fn kept(sentence: impl Into<String>) -> String {
    let sentence = sentence.into();
    if sentence.contains('\0') { sentence.replace('\0', "") } else { sentence }
}

impl ToolError {
    /// Refused by Aidoo, with this sentence.
    #[must_use]
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: kept(sentence), cause: Cause::Refused, why: CallCause::Refused }
    }

    /// Odoo's fault, with this sentence.
    #[must_use]
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { sentence: kept(sentence), cause: Cause::Failed, why: CallCause::Failed }
    }

    /// A change was sent, and what became of it is not known.
    #[must_use]
    pub fn unknown(sentence: impl Into<String>) -> Self {
        Self { sentence: kept(sentence), cause: Cause::Unknown, why: CallCause::Unknown }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(self, why: CallCause) -> Self {
        Self { why, ..self }
    }

    /// About one argument.
    #[must_use]
    pub fn argument(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(format!("argument {name}: {problem}")).because(CallCause::Argument)
    }

    /// What the gateway met; `odoo_page` is where the person mends a connection or an account.
    #[must_use]
    pub fn gateway(error: &GatewayError, odoo_page: &str) -> Self {
        let told = match error {
            GatewayError::NotConnected | GatewayError::NotLinked | GatewayError::SecretRefused => {
                Self::failed(format!("{error}: {odoo_page}"))
            }
            GatewayError::Odoo(error) => Self::failed(error.message_for_person()),
            GatewayError::NoTurn(_) | GatewayError::Ended => Self::new(error.to_string()),
            GatewayError::Unavailable => Self::failed(error.to_string()),
        };
        told.because(error.cause())
    }

    /// The same for a change: where it may have been carried out, the sentence says that nobody knows.
    #[must_use]
    pub fn of_change(error: &GatewayError, odoo_page: &str) -> Self {
        match error {
            GatewayError::Odoo(odoo) if is_unknown(odoo) => {
                let met = match odoo {
                    OdooError::Timeout(_) => "Odoo did not answer in time".to_owned(),
                    OdooError::Unreachable(_) => {
                        "the connection broke before the answer".to_owned()
                    }
                    other => other.message_for_person(),
                };
                Self::unknown(format!(
                    "the change was sent to Odoo, and {met}: whether it was made is not known, and Aidoo does not \
                     repeat it; look at the record in Odoo first"
                ))
            }
            other => Self::gateway(other, odoo_page),
        }
    }
}

/// As a workflow's builder is told it.
impl From<ToolError> for NotOffered {
    fn from(error: ToolError) -> Self {
        let ToolError { sentence, cause: _, why } = error;
        Self { cause: why, told: sentence }
    }
}

/// Whether nobody knows what became of a change.
const fn is_unknown(error: &OdooError) -> bool {
    matches!(error.reached(), Reached::Perhaps)
}
