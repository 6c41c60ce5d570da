//! The words for what `shared` has as codes, in the person's language: roles, permissions, states, times.
//! What `shared` says in English itself is for clients, logs and the API.

pub mod errors;
pub mod times;

use shared::{
    activity::{CallResult, Consent},
    confirmation::{ApprovalState, ConfirmMode},
    permission::{Permission, Preset},
    role::Role,
};

pub use self::{
    errors::{error, problem},
    times::{date, date_time, relative, span},
};
use crate::texts::text;

/// A role's name.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => text!(roles.owner.label),
        Role::Admin => text!(roles.admin.label),
        Role::Member => text!(roles.member.label),
    }
}

/// What somebody with the role is: "an owner".
#[must_use]
pub fn who(role: Role) -> &'static str {
    match role {
        Role::Owner => text!(roles.owner.is),
        Role::Admin => text!(roles.admin.is),
        Role::Member => text!(roles.member.is),
    }
}

/// One sentence that tells whoever chooses a role what it means.
#[must_use]
pub fn about_role(role: Role) -> &'static str {
    match role {
        Role::Owner => text!(roles.owner.about),
        Role::Admin => text!(roles.admin.about),
        Role::Member => text!(roles.member.about),
    }
}

/// What a permission allows.
#[must_use]
pub fn about_permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Query => text!(permissions.query),
        Permission::Read => text!(permissions.read),
        Permission::Create => text!(permissions.create),
        Permission::Write => text!(permissions.write),
        Permission::Execute => text!(permissions.execute),
        Permission::Schema => text!(permissions.schema),
        Permission::Report => text!(permissions.report),
        Permission::Workflow => text!(permissions.workflow),
    }
}

/// The name of a recommended set.
#[must_use]
pub fn preset(preset: Preset) -> &'static str {
    match preset {
        Preset::Consultation => text!(presets.consultation),
        Preset::DayToDay => text!(presets.day_to_day),
        Preset::FullAutomation => text!(presets.full_automation),
    }
}

/// How a call ended.
#[must_use]
pub fn result(result: CallResult) -> &'static str {
    match result {
        CallResult::Ok => text!(results.ok),
        CallResult::Asked => text!(results.asked),
        CallResult::Refused => text!(results.refused),
        CallResult::Failed => text!(results.failed),
        CallResult::Unknown => text!(results.unknown),
        CallResult::Started => text!(results.started),
    }
}

/// Who agreed to a change.
#[must_use]
pub fn consent(consent: Consent) -> &'static str {
    match consent {
        Consent::Token => text!(consent.token),
        Consent::Client => text!(consent.client),
        Consent::Dashboard => text!(consent.dashboard),
    }
}

/// What has become of a change that waits for a person.
#[must_use]
pub fn approval_state(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Waiting => text!(approval_states.waiting),
        ApprovalState::Approved => text!(approval_states.approved),
        ApprovalState::Done => text!(approval_states.done),
        ApprovalState::Refused => text!(approval_states.refused),
        ApprovalState::Expired => text!(approval_states.expired),
    }
}

/// How a change is confirmed.
#[must_use]
pub fn confirm_mode(mode: ConfirmMode) -> &'static str {
    match mode {
        ConfirmMode::Preview => text!(confirm_modes.preview),
        ConfirmMode::Client => text!(confirm_modes.client),
        ConfirmMode::Dashboard => text!(confirm_modes.dashboard),
        ConfirmMode::Refuse => text!(confirm_modes.refuse),
    }
}
