//! Handing a key over by a link: nothing is made until the person for whom it is opens the link and asks for
//! it, so that nobody but that person ever sees the key. Inputs and views.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    api_key::{By, Expiry},
    id::{CompanyId, HandoverId, MemberId, RequestId},
    permission::PermissionSet,
    time::{HOUR, TimeView},
};

/// How long a link works, in microseconds: 72 hours.
pub const LIFETIME: i64 = 72 * HOUR;
/// The most that the list of keys shows as waiting.
pub const MOST_SHOWN: u64 = 50;

/// Prepares a key for somebody else. The answer is a link to hand over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandOverKey {
    /// The company.
    pub company: CompanyId,
    /// For whom.
    pub member: MemberId,
    /// Drawn by the browser for each opening of the dialog, so that a repeated request makes one link.
    pub request: RequestId,
    /// What the key will be called.
    pub name: String,
    /// What it will allow.
    pub permissions: PermissionSet,
    /// When it will end; days are counted from the moment at which it is picked up.
    pub expiry: Expiry,
}

/// Replaces a link by a new one, valid for 72 hours again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RenewHandover {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub handover: HandoverId,
}

/// Ends a link before it was used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct WithdrawHandover {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub handover: HandoverId,
}

/// A link that is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverLink {
    /// What it hands over.
    pub handover: HandoverId,
    /// The key's name.
    pub name: String,
    /// Whom it is for.
    pub person: String,
    /// The whole address, with the token.
    pub url: String,
}

// The link is a credential.
impl fmt::Debug for HandoverLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandoverLink").field("handover", &self.handover).finish_non_exhaustive()
    }
}

/// A key that waits to be picked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverView {
    /// Which.
    pub handover: HandoverId,
    /// The key's name.
    pub name: String,
    /// What the key will allow: what was prepared, without what has been taken since from the key that it replaces. Nothing
    /// once that was revoked.
    pub permissions: PermissionSet,
    /// Whom it is for.
    pub person: String,
    /// Whether that is the viewer.
    pub is_own: bool,
    /// Who prepared it.
    pub made_by: By,
    /// When the link was made.
    pub made: TimeView,
    /// When the link stops working.
    pub expires: TimeView,
    /// Whether the link works no more: its time is over, its maker may make no such key now, or the key that it replaces was
    /// revoked.
    pub ended: bool,
    /// Whether the viewer may replace the link, and another would give something.
    pub may_renew: bool,
    /// Whether the viewer may withdraw it.
    pub may_withdraw: bool,
}

/// What a link shows to the person for whom it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickUpPreview {
    /// The company's name.
    pub company: String,
    /// The key's name.
    pub name: String,
    /// Who prepared it.
    pub made_by: String,
    /// What the key would allow if it was picked up now.
    pub permissions: PermissionSet,
    /// When the key would end.
    pub ends: Option<TimeView>,
    /// When the link stops working.
    pub expires: TimeView,
}

/// Makes the key and shows it: the answer is the only one that ever holds it.
#[derive(Clone, Serialize, Deserialize)]
pub struct PickUpKey {
    /// The link's token.
    pub token: String,
    /// Drawn by the browser, so that a repeated request makes one key.
    pub request: RequestId,
}

// The token is a credential.
impl fmt::Debug for PickUpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PickUpKey").field("request", &self.request).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn neither_a_link_nor_its_token_is_printed() {
        let link = HandoverLink {
            handover: HandoverId::from_uuid(Uuid::nil()),
            name: "Cursor".to_owned(),
            person: "Idris".to_owned(),
            url: "https://mcp.example.com/pick-up/canary".to_owned(),
        };
        let input =
            PickUpKey { token: "canary".to_owned(), request: RequestId::from_uuid(Uuid::nil()) };
        assert!(!format!("{link:?} {input:?}").contains("canary"));
    }
}
