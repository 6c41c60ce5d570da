//! Changes in two steps: how a company wants them confirmed, what a preview shows, and what waits.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    activity::{CallResult, Consent},
    id::{CompanyId, ConfirmationId},
    permission::{Permission, PermissionSet},
    time::TimeView,
};

/// How a change is confirmed before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfirmMode {
    /// The client shows a preview and calls again with its token. It proves that a preview was made, not
    /// that a person saw it.
    Preview,
    /// The client asks the person; one that cannot sends them to the dashboard.
    Client,
    /// A person approves it in the dashboard.
    Dashboard,
    /// It never runs.
    Refuse,
}

impl ConfirmMode {
    /// All four, from the freest to the strictest.
    pub const ALL: [Self; 4] = [Self::Preview, Self::Client, Self::Dashboard, Self::Refuse];

    /// Whether it is enough that somebody agreed in this way.
    #[must_use]
    pub const fn is_met_by(self, consent: Consent) -> bool {
        match self {
            Self::Preview => true,
            Self::Client => matches!(consent, Consent::Client | Consent::Dashboard),
            Self::Dashboard => matches!(consent, Consent::Dashboard),
            Self::Refuse => false,
        }
    }

    /// The name in the database and in forms: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Client => "client",
            Self::Dashboard => "dashboard",
            Self::Refuse => "refuse",
        }
    }
}

impl fmt::Display for ConfirmMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no way to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown way to confirm")]
pub struct UnknownConfirmMode;

impl FromStr for ConfirmMode {
    type Err = UnknownConfirmMode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(UnknownConfirmMode)
    }
}

/// How each kind of change is confirmed in a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmModes {
    /// `aidoo_create`.
    pub create: ConfirmMode,
    /// `aidoo_write`.
    pub write: ConfirmMode,
    /// `aidoo_execute`.
    pub execute: ConfirmMode,
    /// `aidoo_workflow`.
    pub workflow: ConfirmMode,
}

impl ConfirmModes {
    /// What a new company has.
    pub const DEFAULT: Self = Self {
        create: ConfirmMode::Preview,
        write: ConfirmMode::Preview,
        execute: ConfirmMode::Preview,
        workflow: ConfirmMode::Preview,
    };

    /// The permissions whose tools change something, in their order.
    pub const PERMISSIONS: [Permission; 4] =
        [Permission::Create, Permission::Write, Permission::Execute, Permission::Workflow];

    /// Reads the names of four ways.
    ///
    /// # Errors
    /// When one is no way to confirm.
    pub fn parse(
        create: &str,
        write: &str,
        execute: &str,
        workflow: &str,
    ) -> Result<Self, UnknownConfirmMode> {
        Ok(Self {
            create: create.parse()?,
            write: write.parse()?,
            execute: execute.parse()?,
            workflow: workflow.parse()?,
        })
    }

    /// The strictest of the ways for what a change does: it obeys all of them.
    #[must_use]
    pub fn strictest(self, permissions: PermissionSet) -> ConfirmMode {
        permissions
            .iter()
            .map(|permission| self.of(permission))
            .max_by_key(|mode| ConfirmMode::ALL.iter().position(|one| one == mode))
            .unwrap_or(ConfirmMode::Preview)
    }

    /// The way for a change under `permission`. A permission that changes nothing needs no more than the
    /// preview that it never makes.
    #[must_use]
    pub const fn of(self, permission: Permission) -> ConfirmMode {
        match permission {
            Permission::Create => self.create,
            Permission::Write => self.write,
            Permission::Execute => self.execute,
            Permission::Workflow => self.workflow,
            Permission::Query | Permission::Read | Permission::Schema | Permission::Report => {
                ConfirmMode::Preview
            }
        }
    }
}

/// What a change would do, as far as it can be told before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// One sentence: `Change 2 records of Purchase Order (purchase.order)`.
    pub summary: String,
    /// The single changes, at most [`Preview::MAX_CHANGES`].
    pub changes: Vec<Change>,
    /// How many more there are.
    pub more: u32,
    /// What cannot be told, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Preview {
    /// The most changes that are listed one by one.
    pub const MAX_CHANGES: usize = 100;
}

/// One value that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The record's name; what a new one will be called, if that is known.
    pub record: String,
    /// The field's label.
    pub label: String,
    /// The value now, as text; `None` for a new record and for what cannot be read.
    pub before: Option<String>,
    /// The value after.
    pub after: String,
}

/// What has become of a change that waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Waiting,
    /// It was approved and waits for its call.
    Approved,
    /// It was approved, and its call is under way.
    Running,
    /// It was approved and has run.
    Done,
    /// It was approved and has run, and came to nothing, or stopped half-way.
    Failed,
    /// It was approved and sent, and nobody knows what became of it.
    Unknown,
    /// It was approved and used, and what became of it was not noted.
    Used,
    /// It was refused.
    Refused,
    /// When its call came, the records were others than those that were shown: it did not run.
    Changed,
    /// Nobody decided in time, or nobody called in time.
    Expired,
}

impl ApprovalState {
    /// What has become of a change that was used, by how its call ended; none where that is on record nowhere. One that
    /// was refused after all, as a run of a workflow that somebody edits just then, came to nothing.
    #[must_use]
    pub const fn of_used(call: Option<CallResult>) -> Self {
        match call {
            None => Self::Used,
            Some(CallResult::Started) => Self::Running,
            Some(CallResult::Ok) => Self::Done,
            Some(CallResult::Failed | CallResult::Refused | CallResult::Asked) => Self::Failed,
            Some(CallResult::Unknown) => Self::Unknown,
        }
    }
}

/// The page of changes that wait, or waited, for a person in the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalPage {
    /// Those that wait, the longest waiting first, and then the newest that are decided.
    pub approvals: Vec<ApprovalView>,
    /// How many wait besides: of many, those that have waited longest and the newest are shown.
    pub more_waiting: u32,
}

/// A change that waits, or waited, for a person in the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalView {
    /// Its id: the reference that the client was given.
    pub id: ConfirmationId,
    /// What the change is.
    pub preview: Preview,
    /// The person as whom it would run.
    pub person: String,
    /// The key that asked.
    pub key_name: String,
    /// What the client called itself, if it did.
    pub client: Option<String>,
    /// Since when.
    pub asked_at: TimeView,
    /// Until when it can be decided, or run.
    pub expires_at: TimeView,
    /// What has become of it.
    pub state: ApprovalState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Whether the viewer may decide.
    pub can_decide: bool,
}

/// Approves or refuses a change.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct DecideApproval {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub approval: ConfirmationId,
    /// What is decided.
    pub decision: Decision,
}

/// What a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It may run once.
    Approve,
    /// It never runs.
    Refuse,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_agreed_is_enough_for_what_asks_no_more() {
        let enough = |consent: Consent| ConfirmMode::ALL.map(|mode| mode.is_met_by(consent));
        assert_eq!(enough(Consent::Token), [true, false, false, false]);
        assert_eq!(enough(Consent::Client), [true, true, false, false]);
        assert_eq!(enough(Consent::Dashboard), [true, true, true, false]);
    }

    #[test]
    fn only_a_change_that_odoo_made_is_done() {
        for result in CallResult::ALL {
            let is_done = ApprovalState::of_used(Some(result)) == ApprovalState::Done;
            assert_eq!(is_done, result == CallResult::Ok, "{result}");
        }
        assert_eq!(ApprovalState::of_used(None), ApprovalState::Used);
    }

    #[test]
    fn the_names_of_the_ways_round_trip() {
        for mode in ConfirmMode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
        }
        assert_eq!("never".parse::<ConfirmMode>(), Err(UnknownConfirmMode));
    }
}
