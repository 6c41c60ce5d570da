//! A company's policies: what its members' keys may allow.

use serde::{Deserialize, Serialize};

use crate::{
    confirmation::ConfirmModes, id::CompanyId, key_rules::KeyRules, permission::PermissionSet,
    role::Role,
};

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
    /// How changes are confirmed, what is open and closed, and how often keys may call.
    pub gateway: GatewayView,
    /// How long keys live, from where they come, and who makes them for whom.
    pub keys: KeyRules,
    /// Live keys that somebody else made for their person, who has not accepted them.
    #[serde(default)]
    pub keys_unaccepted: u32,
}

/// How changes are confirmed, what is open and closed, and how often keys may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayView {
    /// How each kind of change is confirmed.
    pub confirm: ConfirmModes,
    /// Calls of one key in a minute.
    pub calls_per_minute: u32,
    /// Changes of one key in a minute.
    pub writes_per_minute: u32,
    /// Whether the arguments of calls are kept.
    pub record_arguments: bool,
    /// Models that are open though the product closes them.
    pub open_models: Vec<String>,
    /// Models that are closed to every tool.
    pub closed_models: Vec<String>,
    /// Names of fields that are secret on every model.
    pub secret_fields: Vec<String>,
    /// Methods that `execute` may call, as `model.method`.
    pub open_methods: Vec<String>,
}

/// Sets what [`GatewayView`] shows, as a form sends it: lists as lines of a text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetGatewayRules {
    /// The company.
    pub company: CompanyId,
    /// How `aidoo_create` is confirmed.
    pub create: String,
    /// How `aidoo_write` is confirmed.
    pub write: String,
    /// How `aidoo_execute` is confirmed.
    pub execute: String,
    /// How `aidoo_workflow` is confirmed.
    pub workflow: String,
    /// Calls of one key in a minute.
    pub calls_per_minute: String,
    /// Changes of one key in a minute.
    pub writes_per_minute: String,
    /// `on` when the arguments of calls are kept.
    #[serde(default)]
    pub record_arguments: String,
    /// Models to open, one in each line.
    #[serde(default)]
    pub open_models: String,
    /// Models to close, one in each line.
    #[serde(default)]
    pub closed_models: String,
    /// Fields that are secret, one in each line.
    #[serde(default)]
    pub secret_fields: String,
    /// Methods to open, one in each line.
    #[serde(default)]
    pub open_methods: String,
}

/// The most calls of one key in a minute that a company sets.
pub const MAX_CALLS_PER_MINUTE: u32 = 6_000;
