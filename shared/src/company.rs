//! A company's policies: what its members' keys may allow.

use serde::{Deserialize, Serialize};

use crate::{id::CompanyId, permission::PermissionSet, role::Role};

/// Switches the pages to another of the viewer's companies.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SwitchCompany {
    /// The company to show.
    pub company: CompanyId,
}

/// The most that keys may allow, for each role. It holds for existing keys on their next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceilings {
    /// For owners' keys.
    pub owner: PermissionSet,
    /// For admins' keys.
    pub admin: PermissionSet,
    /// For members' keys.
    pub member: PermissionSet,
}

impl Ceilings {
    /// What a new company has: no limit.
    pub const DEFAULT: Self =
        Self { owner: PermissionSet::ALL, admin: PermissionSet::ALL, member: PermissionSet::ALL };

    /// The ceiling of `role`.
    #[must_use]
    pub const fn of(self, role: Role) -> PermissionSet {
        match role {
            Role::Owner => self.owner,
            Role::Admin => self.admin,
            Role::Member => self.member,
        }
    }
}

/// Sets the ceilings.
///
/// As a form sends it: for each role the permissions whose boxes are ticked, and none when no box is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetCeilings {
    /// The company.
    pub company: CompanyId,
    /// For owners' keys.
    #[serde(default)]
    pub owner: Vec<String>,
    /// For admins' keys.
    #[serde(default)]
    pub admin: Vec<String>,
    /// For members' keys.
    #[serde(default)]
    pub member: Vec<String>,
}

/// The policies as the page shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliciesView {
    /// The ceilings in force.
    pub ceilings: Ceilings,
    /// Live keys that allow more than their ceiling now: they go on working within it.
    pub keys_above_ceiling: u32,
}
