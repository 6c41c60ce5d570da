//! The words for what `shared` has as codes, in the person's language: roles, permissions, states, times.
//! What `shared` says in English itself is for clients, logs and the API.

pub mod answers;
mod causes;
pub mod csv;
mod deeds;
mod details;
pub mod errors;
#[cfg(feature = "ssr")]
mod previews;
pub mod times;
mod workflows;

use shared::{
    activity::{CallResult, Consent, Period},
    api_key::{ApiKeyState, By},
    confirmation::{ApprovalState, ConfirmMode},
    key_care::Warning,
    key_rules::{KeyRefusal, Makers},
    name::is_bidi_override,
    permission::{Permission, PermissionSet, Preset},
    role::Role,
    settings::ColorMode,
};

pub use self::{
    causes::{CallProblem, call_problem, call_problem_line, cause, not_offered},
    deeds::{call, deed, kind},
    details::{change, detail, told},
    errors::{error, problem},
    times::{date, date_time, dated, day, duration, relative, short_day, span},
    workflows::{
        DraftWords, draft, flaw, flaw_sentence, given, given_path, grain, input_kind, method,
        operator, outcome, part, report_task, step_action, template, untried,
    },
};
#[cfg(feature = "ssr")]
pub use self::{previews::preview, workflows::purpose};
use crate::texts::text;

/// A name for the inside of a sentence: one that is written from right to left keeps to itself, and does not turn
/// the words around it (UAX #9: a first strong isolate). Marks of direction that somebody typed are left out.
#[must_use]
pub fn isolated(name: &str) -> String {
    const ISOLATE: char = '\u{2068}';
    const END: char = '\u{2069}';
    let name: String = name.chars().filter(|c| !is_bidi_override(*c)).collect();
    // Scripts that run from right to left, and the marks that pass for a letter of one.
    let turns = name.chars().any(|c| {
        matches!(
            c,
            '\u{590}'..='\u{8ff}'
                | '\u{200e}'..='\u{200f}'
                | '\u{fb1d}'..='\u{fdff}'
                | '\u{fe70}'..='\u{feff}'
                | '\u{10800}'..='\u{10fff}'
                | '\u{1e800}'..='\u{1efff}'
        )
    });
    if turns { format!("{ISOLATE}{name}{END}") } else { name }
}

/// A role's name.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => text!(roles.owner.label),
        Role::Admin => text!(roles.admin.label),
        Role::Member => text!(roles.member.label),
    }
}

/// Whether pages are light or dark.
#[must_use]
pub fn color_mode(mode: ColorMode) -> &'static str {
    match mode {
        ColorMode::System => text!(settings.profile.as_device),
        ColorMode::Light => text!(settings.profile.light),
        ColorMode::Dark => text!(settings.profile.dark),
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

/// The same, for the person whose role it will be.
#[must_use]
pub fn about_your_role(role: Role) -> &'static str {
    match role {
        Role::Member => text!(roles.member.about_you),
        Role::Owner | Role::Admin => about_role(role),
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

/// How far back a list looks.
#[must_use]
pub fn period(period: Period) -> &'static str {
    match period {
        Period::Day => text!(activity.last_day),
        Period::Week => text!(activity.last_week),
        Period::Month => text!(activity.last_month),
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
        ApprovalState::Running => text!(approval_states.running),
        ApprovalState::Done => text!(approval_states.done),
        ApprovalState::Failed => text!(approval_states.failed),
        ApprovalState::Unknown => text!(approval_states.unknown),
        ApprovalState::Used => text!(approval_states.used),
        ApprovalState::Refused => text!(approval_states.refused),
        ApprovalState::Changed => text!(approval_states.changed),
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

/// Who makes keys for others.
#[must_use]
pub fn makers(makers: Makers) -> &'static str {
    match makers {
        Makers::OwnersAndAdmins => text!(key_rules.makers_all),
        Makers::Owners => text!(key_rules.makers_owners),
        Makers::Nobody => text!(key_rules.makers_nobody),
    }
}

/// What a key is worth now.
#[must_use]
pub fn key_state(state: ApiKeyState) -> &'static str {
    match state {
        ApiKeyState::Active => text!(api_keys.states.active),
        ApiKeyState::Expiring => text!(api_keys.states.expiring),
        ApiKeyState::Expired => text!(api_keys.states.expired),
        ApiKeyState::Revoked => text!(api_keys.states.revoked),
    }
}

/// Permissions in a sentence: "query, read".
#[must_use]
pub fn permissions(permissions: PermissionSet) -> String {
    permissions.iter().map(Permission::as_str).collect::<Vec<_>>().join(", ")
}

/// Who did something to a key, after "by".
#[must_use]
pub fn by(by: &By) -> String {
    match by {
        By::You => text!(api_keys.you).to_owned(),
        By::Person(name) => name.clone(),
        By::UnusedRule => text!(api_keys.unused_rule).to_owned(),
    }
}

/// What the owner of a key should look at: the name on a badge, and what helps.
#[must_use]
pub fn warning(warning: Warning) -> (&'static str, &'static str) {
    match warning {
        Warning::StillUsed => {
            (text!(key_warnings.still_used.label), text!(key_warnings.still_used.advice))
        }
        Warning::Expiring => {
            (text!(key_warnings.expiring.label), text!(key_warnings.expiring.advice))
        }
        Warning::NeverUsed => {
            (text!(key_warnings.never_used.label), text!(key_warnings.never_used.advice))
        }
        Warning::Old => (text!(key_warnings.old.label), text!(key_warnings.old.advice)),
    }
}

/// What a client calls itself, without what it adds about its system: of "Cursor/2.4.1 (darwin arm64)" it is
/// "Cursor 2.4.1" (RFC 9110, 10.1.5), and anything else as it stands.
#[must_use]
pub fn client(told: &str) -> String {
    let product = told.split(' ').next().unwrap_or(told);
    match product.split_once('/') {
        Some((name, version))
            if !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{name} {version}")
        }
        _ => told.to_owned(),
    }
}

/// What a client that called is called here, also if it said no name.
#[must_use]
pub fn client_or_some(told: Option<String>) -> String {
    told.map_or_else(|| text!(connect.a_client).to_owned(), |told| client(&told))
}

/// What the person of a refused key should do.
#[must_use]
pub fn refusal_advice(refusal: KeyRefusal) -> &'static str {
    match refusal {
        KeyRefusal::Mistyped => text!(key_refusals.mistyped),
        KeyRefusal::Misplaced => text!(key_refusals.misplaced),
        KeyRefusal::InUrl => text!(key_refusals.in_url),
        KeyRefusal::Revoked => text!(key_refusals.revoked),
        KeyRefusal::Expired => text!(key_refusals.expired),
        KeyRefusal::Deleting => text!(key_refusals.deleting),
        KeyRefusal::Address => text!(key_refusals.address),
        KeyRefusal::Unused => text!(key_refusals.unused),
        KeyRefusal::NotAccepted => text!(key_refusals.not_accepted),
    }
}

/// A browser, of which the server says "Firefox on Windows", "A browser on Windows" or something that has
/// no system.
#[must_use]
pub fn browser(told: &str) -> String {
    match told.split_once(" on ") {
        Some(("A browser", system)) => text!(browsers.some_on, system = system.to_owned()),
        Some((browser, system)) => {
            text!(browsers.on, browser = browser.to_owned(), system = system.to_owned())
        }
        None if told == "An unknown browser" => text!(browsers.unknown).to_owned(),
        None => told.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{client, isolated};

    #[test]
    fn a_client_is_called_by_its_name_and_version() {
        assert_eq!(client("Cursor/2.4.1 (darwin arm64)"), "Cursor 2.4.1");
        assert_eq!(client("claude-code/2.0.1"), "claude-code 2.0.1");
        assert_eq!(client("Claude Code"), "Claude Code");
        assert_eq!(client("and/or of somebody"), "and/or of somebody");
        assert_eq!(client("/1"), "/1");
    }

    #[test]
    fn a_name_from_right_to_left_keeps_to_itself_in_a_sentence() {
        assert_eq!(isolated("Zoë 日本"), "Zoë 日本");
        assert_eq!(isolated("مرحبا"), "\u{2068}مرحبا\u{2069}");
        assert_eq!(isolated("\u{2069}\u{202e}eve"), "eve");
        assert_eq!(isolated("\u{2069}שלום"), "\u{2068}שלום\u{2069}");
    }
}
