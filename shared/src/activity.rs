//! What was done on Odoo through the company's keys: every call of a tool, one line each.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    call_cause::CallCause,
    id::{ApiKeyId, CallId, MemberId, WorkflowRunId},
    time::TimeView,
    timeline::Kind,
};

/// Rows of one page.
pub const PAGE_SIZE: usize = 50;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallResult {
    /// It was answered.
    Ok,
    /// It was answered with a preview, or a question: nothing has changed yet.
    Asked,
    /// Aidoo refused it: a permission, a guard, an argument, a limit.
    Refused,
    /// Odoo refused it, or could not be asked.
    Failed,
    /// It was sent to Odoo, and nobody knows what became of it.
    Unknown,
    /// It is at Odoo now.
    Started,
}

impl CallResult {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Ok, Self::Asked, Self::Refused, Self::Failed, Self::Unknown, Self::Started];

    /// The name in the database and in addresses: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Started => "started",
        }
    }
}

impl fmt::Display for CallResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown result of a call")]
pub struct UnknownCallResult;

impl FromStr for CallResult {
    type Err = UnknownCallResult;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|result| result.as_str() == text).ok_or(UnknownCallResult)
    }
}

/// Who agreed to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// The client sent the token of a preview; whether a person saw it is not known.
    Token,
    /// A person, asked by the client.
    Client,
    /// A person in the dashboard.
    Dashboard,
}

impl Consent {
    /// The name in the database: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Client => "client",
            Self::Dashboard => "dashboard",
        }
    }
}

/// How far back a list of calls looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

impl Period {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The name in addresses: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// How many days it has.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }
}

/// The text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown period")]
pub struct UnknownPeriod;

impl FromStr for Period {
    type Err = UnknownPeriod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|period| period.as_str() == text).ok_or(UnknownPeriod)
    }
}

/// Which entries a list of the activity shows. A tool and a result are a call's alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListActivity {
    /// Only calls with this key, and what was done to it.
    #[serde(default)]
    pub key: Option<ApiKeyId>,
    /// Only what this member did.
    #[serde(default)]
    pub member: Option<MemberId>,
    /// Only what is about this.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Only calls of the tool with this name.
    #[serde(default)]
    pub tool: Option<String>,
    /// Only calls that ended like this.
    #[serde(default)]
    pub result: Option<CallResult>,
    /// Only what was done within this time.
    #[serde(default)]
    pub within: Option<Period>,
    /// Only what was done on this day or later, as `2026-11-24`: a day of the viewer's time zone.
    #[serde(default)]
    pub since: Option<String>,
    /// Only what was done on this day or earlier, likewise.
    #[serde(default)]
    pub until: Option<String>,
    /// Where the page begins: the `next` or `previous` of an earlier answer.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// One call as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// Its row.
    pub id: CallId,
    /// When it came.
    pub at: TimeView,
    /// As whom it ran.
    pub person: String,
    /// With which key.
    pub key_name: String,
    /// The key's row.
    pub key: ApiKeyId,
    /// The tool's name: `aidoo_query`.
    pub tool: String,
    /// The model, if the call named one.
    pub model: Option<String>,
    /// The method of Odoo, where it is not the tool's own.
    pub method: Option<String>,
    /// How many records it was about.
    pub records: Option<u32>,
    /// How it ended.
    pub result: CallResult,
    /// Why it did not end well, where that is known as one of a list.
    pub cause: Option<CallCause>,
    /// The same in the words that the client got.
    pub problem: Option<String>,
    /// Who agreed, for a change.
    pub consent: Option<Consent>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<u32>,
    /// What the client called itself.
    pub client: Option<String>,
    /// From where it came.
    pub address: String,
    /// Its arguments as JSON without secrets, where the company keeps them.
    pub arguments: Option<String>,
    /// The run of a workflow whose step it was.
    pub step_of: Option<WorkflowRunId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_results_round_trip() {
        for result in CallResult::ALL {
            assert_eq!(result.as_str().parse(), Ok(result));
        }
        assert_eq!("done".parse::<CallResult>(), Err(UnknownCallResult));
    }
}
