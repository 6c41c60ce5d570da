//! What was done, as sentences: by people in the dashboard, and by calls of tools.

use shared::{
    role::Role,
    timeline::{Deed, Kind},
};

use crate::texts::text;

/// What an entry is about, in a filter.
#[must_use]
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Calls => text!(kinds.calls),
        Kind::Keys => text!(kinds.keys),
        Kind::Team => text!(kinds.team),
        Kind::Odoo => text!(kinds.odoo),
        Kind::Policies => text!(kinds.policies),
        Kind::Workflows => text!(kinds.workflows),
        Kind::Approvals => text!(kinds.approvals),
        Kind::Company => text!(kinds.company),
    }
}

/// What a call of a tool does. A tool that this version does not know was called, no more.
#[must_use]
pub fn call(tool: &str) -> &'static str {
    match tool {
        "aidoo_context" => text!(call_words.context),
        "aidoo_query" => text!(call_words.query),
        "aidoo_read" => text!(call_words.read),
        "aidoo_create" => text!(call_words.create),
        "aidoo_write" => text!(call_words.write),
        "aidoo_execute" => text!(call_words.execute),
        "aidoo_schema" => text!(call_words.schema),
        "aidoo_report" => text!(call_words.report),
        "aidoo_workflow" => text!(call_words.workflow),
        _ => text!(call_words.other),
    }
}

/// What somebody did; nobody stands for the server itself.
#[must_use]
pub fn deed(by: Option<&str>, deed: &Deed) -> String {
    let who = super::isolated(by.unwrap_or("Aidoo"));
    match deed {
        Deed::CompanyFounded => text!(deeds.founded, who = who),
        Deed::CompanyRenamed { to } => text!(deeds.renamed, who = who, to = name(to)),
        Deed::CompanyDeleted => text!(deeds.deleted, who = who),
        Deed::CompanyKept => text!(deeds.kept, who = who),
        Deed::SignedUp => text!(deeds.signed_up, who = who),
        Deed::Invited { email, role } => {
            text!(deeds.invited, who = who, email = name(email), role = as_what(*role))
        }
        Deed::InvitationRenewed { email } => {
            text!(deeds.invitation_renewed, who = who, email = name(email))
        }
        Deed::InvitationWithdrawn { email } => {
            text!(deeds.invitation_withdrawn, who = who, email = name(email))
        }
        Deed::Joined { role } => text!(deeds.joined, who = who, role = as_what(*role)),
        Deed::RoleChanged { person, role } => {
            text!(deeds.role_changed, who = who, person = name(person), role = as_what(*role))
        }
        Deed::Left => text!(deeds.left, who = who),
        Deed::Removed { person } => text!(deeds.removed, who = who, person = name(person)),
        Deed::ResetLinkMade { person } => {
            text!(deeds.reset_link_made, who = who, person = name(person))
        }
        Deed::PoliciesChanged => text!(deeds.policies_changed, who = who),
        Deed::OdooConnected { origin } => {
            text!(deeds.odoo_connected, who = who, origin = name(origin))
        }
        Deed::OdooChanged { origin } => text!(deeds.odoo_changed, who = who, origin = name(origin)),
        Deed::OdooTested => text!(deeds.odoo_tested, who = who),
        Deed::OdooPaced => text!(deeds.odoo_paced, who = who),
        Deed::OdooRemoved => text!(deeds.odoo_removed, who = who),
        Deed::AccountLinked => text!(deeds.account_linked, who = who),
        Deed::AccountUnlinked => text!(deeds.account_unlinked, who = who),
        Deed::WorkflowChanged { workflow } => {
            text!(deeds.workflow_changed, who = who, workflow = name(workflow))
        }
        Deed::WorkflowValidated { workflow } => {
            text!(deeds.workflow_validated, who = who, workflow = name(workflow))
        }
        Deed::WorkflowArchived { workflow } => {
            text!(deeds.workflow_archived, who = who, workflow = name(workflow))
        }
        Deed::WorkflowTried { workflow, steps } => text!(
            deeds.workflow_tried,
            who = who,
            workflow = name(workflow),
            steps = steps.to_string()
        ),
        Deed::WorkflowAccepted { workflow } => {
            text!(deeds.workflow_accepted, who = who, workflow = name(workflow))
        }
        Deed::ChangeApproved { key } => text!(deeds.change_approved, who = who, key = name(key)),
        Deed::ChangeRefused { key } => text!(deeds.change_refused, who = who, key = name(key)),
        Deed::ActivityExported => text!(deeds.activity_exported, who = who),
        Deed::Other => text!(deeds.other, who = who),
        about_a_key => to_a_key(who, about_a_key),
    }
}

fn to_a_key(who: String, deed: &Deed) -> String {
    match deed {
        Deed::KeyGenerated { key, person: None, permissions } => text!(
            deeds.key_generated,
            who = who,
            key = name(key),
            permissions = super::permissions(*permissions)
        ),
        Deed::KeyGenerated { key, person: Some(person), permissions } => text!(
            deeds.key_generated_for,
            who = who,
            key = name(key),
            person = name(person),
            permissions = super::permissions(*permissions)
        ),
        Deed::KeyReplaced { key } => text!(deeds.key_replaced, who = who, key = name(key)),
        Deed::KeyPrepared { key, person } => {
            text!(deeds.key_prepared, who = who, key = name(key), person = name(person))
        }
        Deed::KeyLinkRenewed { key, person } => {
            text!(deeds.key_link_renewed, who = who, key = name(key), person = name(person))
        }
        Deed::KeyWithdrawn { key, person } => {
            text!(deeds.key_withdrawn, who = who, key = name(key), person = name(person))
        }
        Deed::KeyPickedUp { key } => text!(deeds.key_picked_up, who = who, key = name(key)),
        Deed::KeyAccepted { key } => text!(deeds.key_accepted, who = who, key = name(key)),
        Deed::KeyRenamed { from, to } => {
            text!(deeds.key_renamed, who = who, from = name(from), to = name(to))
        }
        Deed::KeyReduced { key, removed } => {
            text!(
                deeds.key_reduced,
                who = who,
                key = name(key),
                names = super::permissions(*removed)
            )
        }
        Deed::KeyRotated { key } => text!(deeds.key_rotated, who = who, key = name(key)),
        Deed::KeyShortened { key } => text!(deeds.key_shortened, who = who, key = name(key)),
        Deed::KeyEnded { key } => text!(deeds.key_ended, who = who, key = name(key)),
        Deed::KeyRevoked { key, person: None } => {
            text!(deeds.key_revoked, who = who, key = name(key))
        }
        Deed::KeyRevoked { key, person: Some(person) } => {
            text!(deeds.key_revoked_of, who = who, key = name(key), person = name(person))
        }
        Deed::KeyUnused { key } => text!(deeds.key_unused, who = who, key = name(key)),
        Deed::KeysExported => text!(deeds.keys_exported, who = who),
        _ => text!(deeds.other, who = who),
    }
}

/// A name, or a sign that it is not known any more.
fn name(text: &str) -> String {
    if text.is_empty() { "…".to_owned() } else { super::isolated(text) }
}

fn as_what(role: Option<Role>) -> &'static str {
    role.map_or("…", super::who)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::{Owner, provide_context};

    use super::*;
    use crate::texts::Locale;

    #[test]
    fn deeds_are_told_in_the_language_of_the_page() {
        let tell = |locale: Locale, deed_: &Deed| {
            Owner::new().with(|| {
                provide_context(locale);
                deed(Some("Marie"), deed_)
            })
        };
        let revoked = Deed::KeyRevoked { key: "Cursor - Sales".to_owned(), person: None };
        assert_eq!(tell(Locale::en, &revoked), "Marie revoked the key “Cursor - Sales”");
        assert_eq!(
            tell(Locale::fr, &revoked),
            "Marie a révoqué la clé «\u{a0}Cursor - Sales\u{a0}»"
        );
        let gone = Deed::WorkflowArchived { workflow: String::new() };
        assert_eq!(tell(Locale::en, &gone), "Marie took the workflow “…” out of use");
    }

    #[test]
    fn what_the_server_does_by_itself_is_told_in_its_name() {
        let unused = Deed::KeyUnused { key: "Old".to_owned() };
        let told = deed(None, &unused);
        assert_eq!(told, "Aidoo revoked the key “Old”, which was not used for too long");
    }
}
