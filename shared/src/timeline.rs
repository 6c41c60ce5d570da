//! What was done in a company: calls of tools, and what people did in the dashboard, in one list.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    activity::CallView,
    api_key::{KeyChoice, PersonChoice},
    confirmation::ConfirmMode,
    id::AuditEntryId,
    key_rules::Makers,
    permission::PermissionSet,
    role::Role,
    time::TimeView,
};

/// The most keys that a filter offers: those that were used last.
pub const KEYS_OFFERED: usize = 50;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Calls of tools.
    Calls,
    /// API keys.
    Keys,
    /// Members and invitations.
    Team,
    /// The Odoo connection and Odoo accounts.
    Odoo,
    /// Policies.
    Policies,
    /// Workflows.
    Workflows,
    /// Changes that waited for a person.
    Approvals,
    /// The company itself, and lists that were taken along.
    Company,
}

impl Kind {
    /// All of them, in the order of a filter.
    pub const ALL: [Self; 8] = [
        Self::Calls,
        Self::Keys,
        Self::Team,
        Self::Odoo,
        Self::Policies,
        Self::Workflows,
        Self::Approvals,
        Self::Company,
    ];

    /// The name in addresses: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Keys => "keys",
            Self::Team => "team",
            Self::Odoo => "odoo",
            Self::Policies => "policies",
            Self::Workflows => "workflows",
            Self::Approvals => "approvals",
            Self::Company => "company",
        }
    }

    /// What the actions in the audit begin with, before their dot. Calls are not in the audit.
    #[must_use]
    pub const fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Calls => &[],
            Self::Keys => &["api_key", "key_handover"],
            Self::Team => &["member", "invitation", "user"],
            Self::Odoo => &["odoo_account", "odoo_connection"],
            Self::Policies => &["policy"],
            Self::Workflows => &["workflow"],
            Self::Approvals => &["change"],
            Self::Company => &["activity", "company"],
        }
    }
}

/// The text is no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of an entry")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// One page of entries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePage<E = Entry> {
    /// At most [`crate::activity::PAGE_SIZE`].
    pub entries: Vec<E>,
    /// Where the page of older entries begins.
    pub next: Option<String>,
    /// Where the page of newer entries begins; nothing on the first page.
    pub previous: Option<String>,
    /// The name of the key that is filtered by, if the viewer may see it.
    pub key: Option<String>,
    /// Keys to filter by, the last used first, at most [`KEYS_OFFERED`]: those that the viewer may see, of the person
    /// that is filtered by.
    pub keys: Vec<KeyChoice>,
    /// Members to filter by; empty for a viewer who sees only their own entries.
    pub people: Vec<PersonChoice>,
}

impl<E> TimelinePage<E> {
    /// The page with each of its entries as `tell` has it.
    pub fn map<T>(self, tell: impl FnMut(E) -> T) -> TimelinePage<T> {
        let Self { entries, next, previous, key, keys, people } = self;
        let entries = entries.into_iter().map(tell).collect();
        TimelinePage { entries, next, previous, key, keys, people }
    }
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A tool was called with a key.
    Call(Box<CallView>),
    /// Something was done in the dashboard, or by the server itself.
    Deed(DeedView),
}

/// Something that was done in the dashboard, as the list shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct DeedView {
    /// Its row.
    pub id: AuditEntryId,
    /// When.
    pub at: TimeView,
    /// Who did it; nobody for the server itself.
    pub by: Option<String>,
    /// What.
    pub deed: Deed,
    /// What exactly it changed, or was given.
    pub changes: Vec<Change>,
    /// From where; nothing for the server itself.
    pub address: Option<String>,
}

// Names and addresses belong in no log.
impl fmt::Debug for DeedView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeedView").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One thing that was set, and what it was before.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub what: Detail,
    /// What it was, where the entry kept that.
    pub from: Option<Told>,
    /// What it is since.
    pub to: Told,
}

// Values belong in no log.
impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change").field("what", &self.what).finish_non_exhaustive()
    }
}

/// What the details of an entry can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// A name.
    Name,
    /// A role.
    Role,
    /// What a key allows.
    Permissions,
    /// A key's identifier.
    Identifier,
    /// When a key ends.
    Ends,
    /// How many keys were revoked with it.
    KeysRevoked,
    /// When the company is to be gone.
    DeletedAt,
    /// Where Odoo is.
    OdooAddress,
    /// Odoo's database.
    OdooDatabase,
    /// Odoo's version.
    OdooVersion,
    /// Calls that Odoo gets in a second.
    CallsPerSecond,
    /// Calls that Odoo gets at the same time.
    CallsAtOnce,
    /// How many Odoo accounts were unlinked with it.
    AccountsErased,
    /// The most that keys of owners allow.
    OwnersMay,
    /// The most that keys of admins allow.
    AdminsMay,
    /// The most that keys of members allow.
    MembersMay,
    /// The most days that a key lives.
    LongestDays,
    /// Days after which an unused key is revoked.
    UnusedDays,
    /// From where keys may come.
    Networks,
    /// Who makes keys for others.
    Makers,
    /// Whether keys wait for their person.
    MustAccept,
    /// How many keys end sooner by it.
    KeysShortened,
    /// How creating is confirmed.
    ConfirmCreate,
    /// How writing is confirmed.
    ConfirmWrite,
    /// How calling methods is confirmed.
    ConfirmExecute,
    /// How workflows are confirmed.
    ConfirmWorkflow,
    /// Calls of a key in a minute.
    CallsPerMinute,
    /// Changes of a key in a minute.
    WritesPerMinute,
    /// Whether arguments are kept.
    RecordArguments,
    /// Closed models that are opened.
    OpenModels,
    /// Models that are closed.
    ClosedModels,
    /// Fields that are secret.
    SecretFields,
    /// Methods that are opened.
    OpenMethods,
    /// How many steps a workflow has.
    Steps,
}

/// A value of a [`Change`], for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// None: no limit, no end, an empty list.
    Nothing,
    /// As it stands.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// Several, as they stand.
    List(Vec<String>),
    /// A point in time.
    Time(TimeView),
    /// A role.
    Role(Role),
    /// Permissions.
    Permissions(PermissionSet),
    /// How changes are confirmed.
    Confirm(ConfirmMode),
    /// Who makes keys for others.
    Makers(Makers),
}

/// What was done. Names of things are those of now, where the entry did not keep them; empty where they are
/// gone.
#[derive(Clone, PartialEq, Eq)]
pub enum Deed {
    /// Founded the company.
    CompanyFounded,
    /// Gave it another name.
    CompanyRenamed {
        /// The one after.
        to: String,
    },
    /// Had it deleted after seven days.
    CompanyDeleted,
    /// Kept it after all.
    CompanyKept,
    /// Got an account here.
    SignedUp,
    /// Invited somebody.
    Invited {
        /// Their e-mail.
        email: String,
        /// As what.
        role: Option<Role>,
    },
    /// Replaced an invitation's link.
    InvitationRenewed {
        /// Whose.
        email: String,
    },
    /// Withdrew an invitation.
    InvitationWithdrawn {
        /// Whose.
        email: String,
    },
    /// Joined the company.
    Joined {
        /// As what.
        role: Option<Role>,
    },
    /// Gave somebody another role.
    RoleChanged {
        /// Whom.
        person: String,
        /// Which.
        role: Option<Role>,
    },
    /// Left the company.
    Left,
    /// Took somebody out.
    Removed {
        /// Whom.
        person: String,
    },
    /// Made a link for somebody's new password.
    ResetLinkMade {
        /// Whose.
        person: String,
    },
    /// Generated a key.
    KeyGenerated {
        /// Its name.
        key: String,
        /// For whom, if not for oneself.
        person: Option<String>,
        /// What it allowed.
        permissions: PermissionSet,
    },
    /// Made a key that replaces another.
    KeyReplaced {
        /// Its name.
        key: String,
    },
    /// Prepared a key that its person picks up.
    KeyPrepared {
        /// Its name.
        key: String,
        /// For whom.
        person: String,
    },
    /// Replaced the link of such a key.
    KeyLinkRenewed {
        /// Its name.
        key: String,
        /// For whom.
        person: String,
    },
    /// Withdrew such a key.
    KeyWithdrawn {
        /// Its name.
        key: String,
        /// For whom.
        person: String,
    },
    /// Picked such a key up.
    KeyPickedUp {
        /// Its name.
        key: String,
    },
    /// Accepted a key that somebody else had made.
    KeyAccepted {
        /// Its name.
        key: String,
    },
    /// Gave a key another name.
    KeyRenamed {
        /// The one before.
        from: String,
        /// The one after.
        to: String,
    },
    /// Took permissions away from a key.
    KeyReduced {
        /// Its name.
        key: String,
        /// Which.
        removed: PermissionSet,
    },
    /// Rotated a key.
    KeyRotated {
        /// Its name.
        key: String,
    },
    /// Had a key end sooner, by letting keys live less long.
    KeyShortened {
        /// Its name.
        key: String,
    },
    /// Ended a key by that, which was older already.
    KeyEnded {
        /// Its name.
        key: String,
    },
    /// Revoked a key.
    KeyRevoked {
        /// Its name.
        key: String,
        /// Whose, if not one's own.
        person: Option<String>,
    },
    /// Revoked a key that was not used for as long as the company allows.
    KeyUnused {
        /// Its name.
        key: String,
    },
    /// Took the list of keys along.
    KeysExported,
    /// Took this list along.
    ActivityExported,
    /// Changed the policies.
    PoliciesChanged,
    /// Connected the company's Odoo.
    OdooConnected {
        /// Where it is.
        origin: String,
    },
    /// Changed the connection.
    OdooChanged {
        /// Where it is now.
        origin: String,
    },
    /// Tested the connection anew.
    OdooTested,
    /// Set how much the Odoo is asked.
    OdooPaced,
    /// Removed the connection.
    OdooRemoved,
    /// Linked one's own Odoo account.
    AccountLinked,
    /// Unlinked it.
    AccountUnlinked,
    /// Changed a workflow's draft.
    WorkflowChanged {
        /// Its name.
        workflow: String,
    },
    /// Validated a workflow.
    WorkflowValidated {
        /// Its name.
        workflow: String,
    },
    /// Took a workflow out of use.
    WorkflowArchived {
        /// Its name.
        workflow: String,
    },
    /// Tried steps of a workflow on screen, which reads Odoo.
    WorkflowTried {
        /// Its name.
        workflow: String,
        /// How many of its steps.
        steps: u64,
    },
    /// Let a workflow run as oneself.
    WorkflowAccepted {
        /// Its name.
        workflow: String,
    },
    /// Approved a change.
    ChangeApproved {
        /// The key with which it was asked for.
        key: String,
    },
    /// Refused a change.
    ChangeRefused {
        /// The key with which it was asked for.
        key: String,
    },
    /// Something that this version has no sentence for.
    Other,
}

impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_kinds_round_trip_and_no_group_is_of_two() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(kind.groups().iter().all(|group| seen.insert(*group)));
        }
        assert_eq!("rm".parse::<Kind>(), Err(UnknownKind));
    }
}
