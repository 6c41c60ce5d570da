//! Roles, and what each may do: one table for the server, which enforces it, and for the browser, which
//! decides by it what buttons exist.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A member's role in a company, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the company: may do everything, and is never the last one to go.
    Owner,
    /// Runs the team and the connection, but does not touch owners.
    Admin,
    /// Works with their own keys.
    Member,
}

impl Role {
    /// All three, from the widest to the narrowest.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// The name in the database, in forms and in the API: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is none of the three roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// Whose thing an action touches, as seen by the person who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The person's own.
    Own,
    /// Another member's, whose role is this.
    Other(Role),
}

/// What a member may want to do in a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See the members and the invitations.
    SeeTeam,
    /// Invite somebody who will have this role; renew or withdraw such an invitation.
    Invite(Role),
    /// Take the member out of the company; `Subject::Own` is leaving.
    RemoveMember(Subject),
    /// Give another role, the second, to the member.
    ChangeRole(Subject, Role),
    /// Generate a key for the member.
    GenerateKey(Subject),
    /// See a key of the member.
    SeeKey(Subject),
    /// Revoke a key of the member.
    RevokeKey(Subject),
    /// Accept a key that somebody else made for the member.
    AcceptKey(Subject),
    /// Rename a key of the member, or take permissions away from it.
    EditKey(Subject),
    /// Replace a key of the member by a new one, which whoever does it sees.
    RotateKey(Subject),
    /// See whether the company's Odoo is connected, and to what.
    SeeConnection,
    /// Connect the company's Odoo, change or remove the connection.
    ManageConnection,
    /// Set what keys may allow.
    ManagePolicies,
    /// Link or unlink an Odoo account.
    LinkOdooAccount(Subject),
    /// See what was done.
    SeeActivity(Subject),
    /// Approve or refuse a change that waits for a person and would run as this member.
    DecideApproval(Subject),
    /// Build and validate workflows.
    ManageWorkflows,
    /// Rename or delete the company.
    ManageCompany,
    /// Make a link by which the member sets a new password.
    ResetPassword(Subject),
}

/// What the table says of a role and an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be done.
    Allowed,
    /// The thing may be seen, but this may not be done to it.
    Forbidden,
    /// The thing may not even be seen: the answer is the same as for one that never was.
    Hidden,
}

impl Verdict {
    /// Whether it may be done.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed)
    }
}

/// What `role` may do: owners everything, admins all but what concerns owners and the company itself, members what is theirs.
/// The one table: the server enforces it, and the pages show buttons by it.
///
/// "Never the last owner" is not in it: that depends on how many there are, and the service checks it
/// in the transaction that changes a member.
#[must_use]
pub const fn allows(role: Role, action: Action) -> Verdict {
    use Action as A;
    use Role::{Admin, Member, Owner};
    use Subject::{Other, Own};
    use Verdict::{Allowed, Forbidden, Hidden};

    match (role, action) {
        (
            _,
            A::SeeTeam
            | A::SeeConnection
            | A::RemoveMember(Own)
            | A::GenerateKey(Own)
            | A::SeeKey(Own)
            | A::RevokeKey(Own)
            | A::AcceptKey(Own)
            | A::EditKey(Own)
            | A::RotateKey(Own)
            | A::LinkOdooAccount(Own)
            | A::SeeActivity(Own)
            | A::DecideApproval(Own),
        ) => Allowed,

        // Nobody links an Odoo account for somebody else: the secret is that person's.
        (_, A::LinkOdooAccount(Other(_))) => Forbidden,
        // Nobody accepts a key in another's place; a member does not even learn that there is one.
        (Owner | Admin, A::AcceptKey(Other(_))) => Forbidden,
        (Member, A::AcceptKey(Other(_))) => Hidden,

        // Whoever is signed in knows their password, and changes it in their settings.
        (_, A::ResetPassword(Own)) => Forbidden,

        (Owner, _) => Allowed,

        (
            Admin,
            A::SeeKey(Other(_))
            | A::RevokeKey(Other(_))
            | A::EditKey(Other(_))
            | A::SeeActivity(Other(_)),
        ) => Allowed,
        // Whoever rotates a key holds the new one: as with generating one.
        (Admin, A::RotateKey(Other(Owner))) => Forbidden,
        (Admin, A::RotateKey(Other(_))) => Allowed,
        (Admin, A::DecideApproval(Other(_))) => Allowed,
        (Admin, A::ManageConnection | A::ManagePolicies | A::ManageWorkflows) => Allowed,
        (Admin, A::Invite(Owner)) => Forbidden,
        (Admin, A::Invite(Admin | Member)) => Allowed,
        (Admin, A::RemoveMember(Other(Owner)) | A::GenerateKey(Other(Owner))) => Forbidden,
        (Admin, A::RemoveMember(Other(_)) | A::GenerateKey(Other(_))) => Allowed,
        (Admin, A::ChangeRole(Other(Owner), _) | A::ChangeRole(_, Owner)) => Forbidden,
        (Admin, A::ChangeRole(Own | Other(Admin | Member), Admin | Member)) => Allowed,
        (Admin, A::ManageCompany | A::ResetPassword(Other(_))) => Forbidden,

        (
            Member,
            A::SeeKey(Other(_))
            | A::RevokeKey(Other(_))
            | A::EditKey(Other(_))
            | A::RotateKey(Other(_))
            | A::SeeActivity(Other(_))
            | A::DecideApproval(Other(_)),
        ) => Hidden,
        (
            Member,
            A::Invite(_)
            | A::RemoveMember(Other(_))
            | A::ChangeRole(..)
            | A::GenerateKey(Other(_))
            | A::ManageConnection
            | A::ManagePolicies
            | A::ManageWorkflows
            | A::ManageCompany
            | A::ResetPassword(Other(_)),
        ) => Forbidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_table_is_the_reviewed_one() {
        let own_and_others =
            || std::iter::once(Subject::Own).chain(Role::ALL.into_iter().map(Subject::Other));
        let mut actions = vec![Action::SeeTeam];
        actions.extend(Role::ALL.map(Action::Invite));
        actions.extend(own_and_others().map(Action::RemoveMember));
        actions.extend(
            own_and_others().flat_map(|whose| Role::ALL.map(|to| Action::ChangeRole(whose, to))),
        );
        actions.extend(own_and_others().map(Action::GenerateKey));
        actions.extend(own_and_others().map(Action::SeeKey));
        actions.extend(own_and_others().map(Action::RevokeKey));
        actions.extend(own_and_others().map(Action::AcceptKey));
        actions.extend(own_and_others().map(Action::EditKey));
        actions.extend(own_and_others().map(Action::RotateKey));
        actions.extend([Action::SeeConnection, Action::ManageConnection, Action::ManagePolicies]);
        actions.extend(own_and_others().map(Action::LinkOdooAccount));
        actions.extend(own_and_others().map(Action::SeeActivity));
        actions.extend(own_and_others().map(Action::DecideApproval));
        actions.extend([Action::ManageWorkflows, Action::ManageCompany]);
        actions.extend(own_and_others().map(Action::ResetPassword));

        let mut table = format!("{:<34}{:<11}{:<11}{}\n", "action", "owner", "admin", "member");
        for action in actions {
            let [owner, admin, member] =
                Role::ALL.map(|role| format!("{:?}", allows(role, action)).to_lowercase());
            let name = format!("{action:?}");
            table.push_str(&format!("{name:<34}{owner:<11}{admin:<11}{member}\n"));
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn role_names_round_trip() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("Owner".parse::<Role>(), Err(UnknownRole));
    }
}
