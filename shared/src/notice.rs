//! What the dashboard tells a person: kinds and views.

use serde::{Deserialize, Serialize};

use crate::{id::NoticeId, key_care::Warning, role::Role, time::TimeView};

/// What happened. Names are those of that moment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Somebody whom the person invited has joined.
    InvitationAccepted {
        /// Who.
        person: String,
        /// As what.
        role: Role,
    },
    /// The person has another role.
    RoleChanged {
        /// Who gave it.
        by: String,
        /// What they are now.
        to: Role,
    },
    /// Somebody made an API key for the person.
    KeyMade {
        /// Who.
        by: String,
        /// The key's name.
        key: String,
        /// Whether it works only once the person has accepted it.
        #[serde(default)]
        waits: bool,
    },
    /// The company wants the person to accept keys that others made for them, and some of theirs are not.
    KeysWait {
        /// Who decided so.
        by: String,
        /// How many.
        count: u32,
    },
    /// The company lets keys live less long, and some of the person's were older already.
    KeysEnded {
        /// Who decided so.
        by: String,
        /// How many.
        count: u32,
    },
    /// Somebody revoked an API key of the person's.
    KeyRevoked {
        /// Who.
        by: String,
        /// The key's name.
        key: String,
        /// Who had generated it for the person, if it was revoked because they were removed.
        #[serde(default)]
        maker: Option<String>,
    },
    /// Somebody who generated an API key for its person, and may still have it, has left the company.
    KeyMakerLeft {
        /// Who.
        maker: String,
        /// The key's name.
        key: String,
        /// Whose it is, if not the reader's own.
        person: Option<String>,
    },
    /// Somebody who generated several API keys for others, and may still have them, has left the company.
    KeysMakerLeft {
        /// Who.
        maker: String,
        /// How many.
        count: u32,
        /// Whether all of them are the reader's own.
        own: bool,
    },
    /// Somebody prepared an API key for the person, who gets a link from them.
    KeyPrepared {
        /// Who.
        by: String,
        /// The key's name.
        key: String,
    },
    /// Somebody picked up an API key that the person had prepared for them.
    KeyPickedUp {
        /// Who.
        person: String,
        /// The key's name.
        key: String,
    },
    /// An API key ends soon.
    KeyExpiring {
        /// The key's name.
        key: String,
        /// The day in UTC: "2026-12-01".
        day: String,
        /// Whose it is, if not the reader's own.
        #[serde(default)]
        person: Option<String>,
    },
    /// An API key was made a month ago and never used.
    KeyUnused {
        /// The key's name.
        key: String,
        /// Whose it is, if not the reader's own.
        person: Option<String>,
    },
    /// An API key was made three months ago and should be rotated.
    KeyOld {
        /// The key's name.
        key: String,
        /// Whose it is, if not the reader's own.
        person: Option<String>,
    },
    /// Several API keys want looking after at once.
    KeysToLookAt {
        /// For what reason.
        warning: Warning,
        /// How many.
        count: u32,
    },
    /// An API key of the person's was revoked by the company's rule on unused keys.
    KeyEndedUnused {
        /// The key's name.
        key: String,
    },
    /// Somebody invited the person to another company.
    Invited {
        /// Who.
        by: String,
        /// To which.
        company: String,
    },
    /// Somebody signed in as the person from a browser or a network that was not seen before.
    NewDevice {
        /// The browser in plain words.
        browser: String,
        /// From where.
        address: String,
    },
    /// The person's password was changed in their settings.
    PasswordChanged,
    /// The person's password was set by a link.
    PasswordReset,
    /// An owner made a link that sets the person's password.
    ResetLinkMade {
        /// Who.
        by: String,
    },
}

impl Notice {
    /// The kind's name in the database.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::InvitationAccepted { .. } => "invitation_accepted",
            Self::RoleChanged { .. } => "role_changed",
            Self::KeyMade { .. } => "key_made",
            Self::KeysWait { .. } => "keys_wait",
            Self::KeysEnded { .. } => "keys_ended",
            Self::KeyRevoked { .. } => "key_revoked",
            Self::KeyMakerLeft { .. } => "key_maker_left",
            Self::KeysMakerLeft { .. } => "keys_maker_left",
            Self::KeyPrepared { .. } => "key_prepared",
            Self::KeyPickedUp { .. } => "key_picked_up",
            Self::KeyExpiring { .. } => "key_expiring",
            Self::KeyUnused { .. } => "key_unused",
            Self::KeyOld { .. } => "key_old",
            Self::KeysToLookAt { .. } => "keys_to_look_at",
            Self::KeyEndedUnused { .. } => "key_ended_unused",
            Self::Invited { .. } => "invited",
            Self::NewDevice { .. } => "new_device",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::ResetLinkMade { .. } => "reset_link_made",
        }
    }
}

// Names and addresses belong in no log.
impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Notice({})", self.kind())
    }
}

/// Some of a person's notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePage {
    /// The newest first.
    pub notices: Vec<NoticeView>,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// A notice as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// The notice.
    pub id: NoticeId,
    /// What happened.
    pub notice: Notice,
    /// When.
    pub at: TimeView,
    /// Whether it was unread until now.
    pub is_new: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_kept_under_its_kind_and_comes_back_whole() {
        let role = Role::Admin;
        let text = || "Anna".to_owned();
        for notice in [
            Notice::InvitationAccepted { person: text(), role },
            Notice::RoleChanged { by: text(), to: role },
            Notice::KeyMade { by: text(), key: text(), waits: true },
            Notice::KeysWait { by: text(), count: 3 },
            Notice::KeysEnded { by: text(), count: 2 },
            Notice::KeyRevoked { by: text(), key: text(), maker: Some(text()) },
            Notice::KeyMakerLeft { maker: text(), key: text(), person: None },
            Notice::KeysMakerLeft { maker: text(), count: 2, own: true },
            Notice::KeyPrepared { by: text(), key: text() },
            Notice::KeyPickedUp { person: text(), key: text() },
            Notice::KeyExpiring { key: text(), day: text(), person: None },
            Notice::KeyUnused { key: text(), person: Some(text()) },
            Notice::KeyOld { key: text(), person: Some(text()) },
            Notice::KeysToLookAt { warning: Warning::Old, count: 7 },
            Notice::KeyEndedUnused { key: text() },
            Notice::Invited { by: text(), company: text() },
            Notice::NewDevice { browser: text(), address: text() },
            Notice::PasswordChanged,
            Notice::PasswordReset,
            Notice::ResetLinkMade { by: text() },
        ] {
            let json = serde_json::to_value(&notice).expect("a value");
            assert_eq!(json["kind"], notice.kind());
            assert_eq!(serde_json::from_value::<Notice>(json).expect("its own"), notice);
            assert!(!format!("{notice:?}").contains("Anna"));
        }
        // As versions wrote it that told only the key's own person.
        let old = r#"{ "kind": "key_expiring", "key": "K", "day": "2026-12-01" }"#;
        assert!(matches!(serde_json::from_str(old), Ok(Notice::KeyExpiring { person: None, .. })));
        let old = r#"{ "kind": "key_made", "by": "Anna", "key": "K" }"#;
        assert!(matches!(serde_json::from_str(old), Ok(Notice::KeyMade { waits: false, .. })));
        let old = r#"{ "kind": "key_revoked", "by": "Anna", "key": "K" }"#;
        assert!(matches!(serde_json::from_str(old), Ok(Notice::KeyRevoked { maker: None, .. })));
    }
}
