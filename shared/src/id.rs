//! Identifiers: a newtype for each kind, so that a company's id cannot stand where a key's is meant.
//!
//! As text an id is a prefix, an underscore and the UUID's 32 hexadecimal digits (`key_0198…`). The
//! UUIDs are version 7 and made by the server; nothing here draws one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// The text is not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {0} id")]
pub struct ParseIdError(&'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What the text form starts with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id that stands for this UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID as the database stores it.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    // One text for one id: `Uuid` would also take hyphens, braces and capitals.
                    .filter(|hex| {
                        hex.len() == 32
                            && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                    })
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map(Self)
                    .ok_or(ParseIdError($prefix))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id!(
    /// A person with a password, who may be a member of several companies.
    UserId, "usr"
);
id!(
    /// A tenant.
    CompanyId, "com"
);
id!(
    /// A user's membership in one company.
    MemberId, "mem"
);
id!(
    /// An API key's row; never the key itself nor its public identifier.
    ApiKeyId, "key"
);
id!(
    /// An invitation's row; never its token.
    InvitationId, "inv"
);
id!(
    /// A signed-in browser.
    SessionId, "ses"
);
id!(
    /// A company's Odoo connection.
    ConnectionId, "con"
);
id!(
    /// A member's linked Odoo account.
    OdooAccountId, "acc"
);
id!(
    /// An audit entry.
    AuditEntryId, "aud"
);
id!(
    /// What makes a repeated request the same request: drawn by the browser, unique in the database.
    RequestId, "req"
);
id!(
    /// One call of a tool.
    CallId, "call"
);
id!(
    /// A change that waits for its confirmation.
    ConfirmationId, "apr"
);
id!(
    /// A file that waits to be fetched.
    DownloadId, "dl"
);
id!(
    /// A workflow.
    WorkflowId, "wf"
);
id!(
    /// A validated version of a workflow.
    WorkflowVersionId, "wfv"
);
id!(
    /// One run of a workflow.
    WorkflowRunId, "run"
);
id!(
    /// A link by which somebody sets a new password; never its token.
    PasswordResetId, "rst"
);
id!(
    /// A key that waits for its person to pick it up; never the token of its link.
    HandoverId, "hnd"
);
id!(
    /// What the dashboard tells a person.
    NoticeId, "ntc"
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_form_round_trips(bytes: [u8; 16]) {
            let id = ApiKeyId::from_uuid(Uuid::from_bytes(bytes));
            prop_assert_eq!(id.to_string().parse::<ApiKeyId>(), Ok(id));
        }

        #[test]
        fn any_other_text_is_refused_without_panic(text in "\\PC{0,60}") {
            if let Ok(id) = text.parse::<ApiKeyId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let user = UserId::from_uuid(Uuid::nil()).to_string();
        assert!(user.parse::<CompanyId>().is_err());
        assert!(user.to_uppercase().parse::<UserId>().is_err());
    }
}
