//! Which dialog of the Team page is open: kept in the page's address, so that it opens before the wasm
//! has loaded, and the browser's Back closes it.

use shared::id::{InvitationId, MemberId};

use crate::pages::query::Query;

/// The page without a dialog.
pub(super) const TEAM: &str = "/team";

/// Pages from which somebody comes here to generate a key, and to which they go back. No other: anybody can write an address.
const BACK: [&str; 2] = ["/api-keys", "/connect"];

/// The page to which `query` leads back.
pub(super) fn back(query: &Query) -> Option<&'static str> {
    let page = query.get("back")?;
    BACK.into_iter().find(|known| *known == page)
}

/// A dialog of the Team page, and whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Invite somebody.
    Invite,
    /// Generate a key for a member.
    Generate(MemberId),
    /// Give a member another role.
    ChangeRole(MemberId),
    /// Remove a member, or leave.
    Remove(MemberId),
    /// Let a member set a new password.
    Reset(MemberId),
    /// Replace an invitation's link.
    Renew(InvitationId),
    /// Withdraw an invitation.
    Withdraw(InvitationId),
}

impl Open {
    /// Whether the dialog makes what is shown once.
    #[cfg(feature = "split")]
    pub(crate) const fn makes(self) -> bool {
        match self {
            Self::Invite | Self::Generate(_) | Self::Reset(_) | Self::Renew(_) => true,
            Self::ChangeRole(_) | Self::Remove(_) | Self::Withdraw(_) => false,
        }
    }

    /// The dialog that `query` names. One that names none, or a malformed id, opens nothing.
    pub(super) fn parse(query: &Query) -> Option<Self> {
        if query.get("invite").is_some() {
            return Some(Self::Invite);
        }
        let member = |name| query.get(name).and_then(|id| id.parse().ok());
        let invitation = |name| query.get(name).and_then(|id| id.parse().ok());
        member("generate")
            .map(Self::Generate)
            .or_else(|| member("role").map(Self::ChangeRole))
            .or_else(|| member("remove").map(Self::Remove))
            .or_else(|| member("reset").map(Self::Reset))
            .or_else(|| invitation("renew").map(Self::Renew))
            .or_else(|| invitation("withdraw").map(Self::Withdraw))
    }

    /// The address that opens it.
    #[must_use]
    pub fn href(self) -> String {
        match self {
            Self::Invite => format!("{TEAM}?invite"),
            Self::Generate(member) => format!("{TEAM}?generate={member}"),
            Self::ChangeRole(member) => format!("{TEAM}?role={member}"),
            Self::Remove(member) => format!("{TEAM}?remove={member}"),
            Self::Reset(member) => format!("{TEAM}?reset={member}"),
            Self::Renew(invitation) => format!("{TEAM}?renew={invitation}"),
            Self::Withdraw(invitation) => format!("{TEAM}?withdraw={invitation}"),
        }
    }

    /// The address that opens it for somebody on `page`, and leads back there.
    pub(in crate::pages) fn href_from(self, page: &str) -> String {
        format!("{}&back={page}", self.href())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198a7c6b2f07d3f8e1c2a4b5c6d7e8f";

    #[test]
    fn each_dialog_is_found_again_in_its_address() {
        let member: MemberId = format!("mem_{ID}").parse().expect("an id");
        let invitation: InvitationId = format!("inv_{ID}").parse().expect("an id");
        for open in [
            Open::Invite,
            Open::Generate(member),
            Open::ChangeRole(member),
            Open::Remove(member),
            Open::Reset(member),
            Open::Renew(invitation),
            Open::Withdraw(invitation),
        ] {
            let href = open.href();
            let (path, query) = href.split_once('?').expect("a query");
            assert_eq!(path, TEAM);
            assert_eq!(Open::parse(&Query::parse(query)), Some(open));
        }
    }

    #[test]
    fn a_dialog_leads_back_to_known_pages_alone() {
        for page in BACK {
            let href = Open::Invite.href_from(page);
            let (_, query) = href.split_once('?').expect("a query");
            assert_eq!(back(&Query::parse(query)), Some(page));
            assert_eq!(Open::parse(&Query::parse(query)), Some(Open::Invite));
        }
        for query in ["", "back=", "back=//evil.example", "back=/team", "back=%2Fapi-keys%2F"] {
            assert_eq!(back(&Query::parse(query)), None, "{query}");
        }
    }

    #[test]
    fn nothing_opens_for_a_malformed_id() {
        for query in ["", "generate=", "generate=mem_x", "remove=<script>", "role=key_0"] {
            assert_eq!(Open::parse(&Query::parse(query)), None, "{query}");
        }
        let other_kind = format!("generate=inv_{ID}");
        assert_eq!(Open::parse(&Query::parse(&other_kind)), None);
    }
}
