//! What exactly somebody changed: the names of details, and their values, for people.

use shared::timeline::{Change, Detail, Told};

use super::{confirm_mode, date_time, isolated, makers, role};
use crate::texts::text;

/// "Role: from Member to Admin", "Permissions: query read".
#[must_use]
pub fn change(change: &Change) -> String {
    let Change { what, from, to } = change;
    let (what, to) = (detail(*what), told(to));
    match from {
        Some(from) => text!(details.changed, what = what, from = told(from), to = to),
        None => text!(details.set, what = what, to = to),
    }
}

/// What a detail is about.
#[must_use]
pub fn detail(detail: Detail) -> &'static str {
    match detail {
        Detail::Name => text!(details.name),
        Detail::Role => text!(details.role),
        Detail::Permissions => text!(details.permissions),
        Detail::Identifier => text!(details.identifier),
        Detail::Ends => text!(details.ends),
        Detail::KeysRevoked => text!(details.keys_revoked),
        Detail::DeletedAt => text!(details.deleted_at),
        Detail::OdooAddress => text!(details.odoo_address),
        Detail::OdooDatabase => text!(details.odoo_database),
        Detail::OdooVersion => text!(details.odoo_version),
        Detail::CallsPerSecond => text!(details.calls_per_second),
        Detail::CallsAtOnce => text!(details.calls_at_once),
        Detail::AccountsErased => text!(details.accounts_erased),
        Detail::OwnersMay => text!(details.owners_may),
        Detail::AdminsMay => text!(details.admins_may),
        Detail::MembersMay => text!(details.members_may),
        Detail::LongestDays => text!(details.longest_days),
        Detail::UnusedDays => text!(details.unused_days),
        Detail::Networks => text!(details.networks),
        Detail::Makers => text!(details.makers),
        Detail::MustAccept => text!(details.must_accept),
        Detail::KeysShortened => text!(details.keys_shortened),
        Detail::ConfirmCreate => text!(details.confirm_create),
        Detail::ConfirmWrite => text!(details.confirm_write),
        Detail::ConfirmExecute => text!(details.confirm_execute),
        Detail::ConfirmWorkflow => text!(details.confirm_workflow),
        Detail::CallsPerMinute => text!(details.calls_per_minute),
        Detail::WritesPerMinute => text!(details.writes_per_minute),
        Detail::RecordArguments => text!(details.record_arguments),
        Detail::OpenModels => text!(details.open_models),
        Detail::ClosedModels => text!(details.closed_models),
        Detail::SecretFields => text!(details.secret_fields),
        Detail::OpenMethods => text!(details.open_methods),
        Detail::Steps => text!(details.steps),
    }
}

/// The value of a detail.
#[must_use]
pub fn told(value: &Told) -> String {
    match value {
        Told::Nothing => text!(details.nothing).to_owned(),
        Told::Text(text) => isolated(text),
        Told::Number(number) => number.to_string(),
        Told::Flag(true) => text!(details.yes).to_owned(),
        Told::Flag(false) => text!(details.no).to_owned(),
        Told::List(items) => items.join(", "),
        Told::Time(at) => date_time(at),
        Told::Role(one) => role(*one).to_owned(),
        Told::Permissions(permissions) => super::permissions(*permissions),
        Told::Confirm(mode) => confirm_mode(*mode).to_owned(),
        Told::Makers(who) => makers(*who).to_owned(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::role::Role;

    use super::*;
    use crate::texts::{Locale, in_locale};

    #[test]
    fn a_change_says_what_was_before_where_that_is_known() {
        let tell = |locale: Locale, made: &Change| in_locale(locale, || change(made));
        let role = Change {
            what: Detail::Role,
            from: Some(Told::Role(Role::Member)),
            to: Told::Role(Role::Admin),
        };
        assert_eq!(tell(Locale::en, &role), "Role: from Member to Admin");
        assert_eq!(tell(Locale::fr, &role), "Rôle\u{a0}: de Membre à Administrateur");
        let end = Change { what: Detail::Ends, from: None, to: Told::Nothing };
        assert_eq!(tell(Locale::en, &end), "Ends: none");
    }
}
