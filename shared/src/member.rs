//! The team: members and invitations, inputs and views.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CompanyId, InvitationId, MemberId},
    key_rules::Makers,
    permission::PermissionSet,
    role::Role,
    time::TimeView,
};

/// Invites somebody by e-mail. The answer is a link to hand over.
#[derive(Clone, Serialize, Deserialize)]
pub struct Invite {
    /// The company.
    pub company: CompanyId,
    /// Whom.
    pub email: String,
    /// The role that they will have: a [`Role`] by name.
    pub role: String,
}

/// Replaces an invitation's link by a new one, valid for seven days again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RenewInvitation {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub invitation: InvitationId,
}

/// Withdraws an invitation.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct WithdrawInvitation {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub invitation: InvitationId,
}

/// Gives a member another role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRole {
    /// The company.
    pub company: CompanyId,
    /// Who.
    pub member: MemberId,
    /// The role that they will have: a [`Role`] by name.
    pub role: String,
}

/// Makes a link by which a member sets a new password.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MakeResetLink {
    /// The company.
    pub company: CompanyId,
    /// Who.
    pub member: MemberId,
}

/// Such a link, which is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetLink {
    /// Whom it is for.
    pub name: String,
    /// The whole address, with the token.
    pub url: String,
}

// The link is a credential.
impl std::fmt::Debug for ResetLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResetLink { … }")
    }
}

/// Takes a member out of the company and revokes all their keys there, at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveMember {
    /// The company.
    pub company: CompanyId,
    /// Who; the viewer's own membership means leaving.
    pub member: MemberId,
    /// `on` when the keys of others that they have seen ([`SeenKeys`]) are revoked as well.
    #[serde(default)]
    pub revoke_seen: String,
}

/// The most people whom [`SeenKeys`] names.
const MOST_NAMED: usize = 3;

/// Live keys that a member generated for others, or got by rotating theirs, and was shown: they may still have them. What was
/// handed over by a link is none of them, as its person alone has seen it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenKeys {
    /// How many.
    pub count: u32,
    /// Whose: the names of the first three people.
    pub people: Vec<String>,
    /// How many people there are besides.
    pub more_people: u32,
}

impl SeenKeys {
    /// Adds `count` keys of one more person.
    pub fn add(&mut self, person: &str, count: u32) {
        self.count = self.count.saturating_add(count);
        if self.people.len() < MOST_NAMED {
            self.people.push(person.to_owned());
        } else {
            self.more_people = self.more_people.saturating_add(1);
        }
    }
}

/// The Team page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// Owners first, then admins, then members; each by name.
    pub members: Vec<MemberView>,
    /// Open and lapsed invitations, the newest first; only for those who may invite.
    pub invitations: Vec<InvitationView>,
    /// How many owners there are: the last one cannot go.
    pub owners: u32,
    /// Who may generate keys for others.
    pub makers: Makers,
    /// The most days that a key lives, if the company says so.
    pub longest_days: Option<u32>,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// The membership.
    pub member: MemberId,
    /// The person's name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// Whether this is the viewer.
    pub is_viewer: bool,
    /// Whether they have linked an Odoo account to the company's connection.
    pub odoo_linked: bool,
    /// How many live keys they have, if the viewer may know.
    pub live_keys: Option<u32>,
    /// The keys of others that they may still have, if there are any and the viewer may remove them.
    pub seen_keys: Option<SeenKeys>,
    /// The most that their keys may allow now.
    pub ceiling: PermissionSet,
    /// Since when they are a member.
    pub joined: TimeView,
}

/// One invitation that was not accepted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    /// The invitation.
    pub invitation: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// When it was made or renewed.
    pub invited: TimeView,
    /// When its link stops working.
    pub expires: TimeView,
    /// Whether that is over.
    pub expired: bool,
}

/// A link that is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLink {
    /// The invitation.
    pub invitation: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// The whole address, with the token.
    pub url: String,
}

// The link is a credential, and an e-mail belongs in no log.
impl std::fmt::Debug for InvitationLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitationLink")
            .field("invitation", &self.invitation)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Invite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invite")
            .field("company", &self.company)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_people_are_named_and_the_rest_is_a_number() {
        let mut seen = SeenKeys::default();
        for person in ["Anna", "Idris", "Marie", "Tomás", "Zoe"] {
            seen.add(person, 2);
        }
        assert_eq!((seen.count, seen.more_people), (10, 2));
        assert_eq!(seen.people, ["Anna", "Idris", "Marie"]);
    }
}
