//! What a verified API key stands for at this moment.

use std::{net::IpAddr, sync::Arc};

use shared::{
    confirmation::ConfirmModes,
    connection::Pace,
    id::{ApiKeyId, CompanyId, ConnectionId, MemberId, OdooAccountId, UserId},
    permission::PermissionSet,
    role::Role,
};
use uuid::Uuid;

use crate::{domain::guards::Guards, odoo::Target};

/// Key, member, company and effective permissions, as the database had them when the request came.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The key's row.
    pub key: ApiKeyId,
    /// The key's name.
    pub key_name: String,
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The membership that the key belongs to.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// Their name.
    pub person: String,
    /// Their role.
    pub role: Role,
    /// What the key allows now: its own permissions under the company's ceiling for the role.
    pub permissions: PermissionSet,
    /// What the ceiling takes from the key's own permissions.
    pub withheld: PermissionSet,
    /// What the company lets its keys do on Odoo, and how changes are confirmed.
    pub rules: Arc<Rules>,
    /// Whether and how calls can reach Odoo.
    pub odoo: Standing,
    /// From where the key came; `None` for a person in the dashboard.
    pub address: Option<IpAddr>,
}

/// Stands for the key where a person tries something in the dashboard, without one.
pub const NO_KEY: ApiKeyId = ApiKeyId::from_uuid(Uuid::nil());

/// What a company lets its keys do on Odoo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Counted up by every change of the policies; 0 before the first.
    pub version: i64,
    /// How each kind of change is confirmed.
    pub confirm: ConfirmModes,
    /// What is open and closed beyond the product's own tables.
    pub guards: Guards,
    /// Calls of one key in a minute.
    pub calls_per_minute: u32,
    /// Changes of one key in a minute.
    pub writes_per_minute: u32,
    /// Whether the arguments of calls are kept, or their digest only.
    pub record_arguments: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            version: 0,
            confirm: ConfirmModes::DEFAULT,
            guards: Guards::default(),
            calls_per_minute: 120,
            writes_per_minute: 20,
            record_arguments: false,
        }
    }
}

/// Whether and how a member's calls can reach Odoo.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The company has no Odoo connection.
    NotConnected,
    /// The company has one, but the member has linked no Odoo account.
    NotLinked,
    /// Odoo refused the linked secret; it is not sent again until it is replaced.
    Refused,
    /// Calls can be made.
    Linked(Box<LinkedAccount>),
}

impl Standing {
    /// The account that calls are made with, if any can be.
    #[must_use]
    pub fn account(&self) -> Option<OdooAccountId> {
        match self {
            Self::Linked(account) => Some(account.account),
            Self::NotConnected | Self::NotLinked | Self::Refused => None,
        }
    }
}

/// A member's Odoo account with the secret still sealed.
#[derive(Clone)]
pub struct LinkedAccount {
    /// The account's row.
    pub account: OdooAccountId,
    /// The company's connection.
    pub connection: ConnectionId,
    /// The server, the database, and the protocol that this account's secret works with.
    pub target: Target,
    /// The server's version: "19.0".
    pub version: String,
    /// How much the server is asked at once.
    pub pace: Pace,
    /// The login in Odoo.
    pub login: String,
    /// The user's id in Odoo.
    pub uid: i64,
    /// The secret, sealed under the master key and bound to member, connection, origin and database.
    pub sealed: Vec<u8>,
}

// A login is personal and the sealed secret is no text.
impl std::fmt::Debug for LinkedAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkedAccount").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Why a credential was not accepted, as the table of refusals has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request has no credential.
    #[error("no credential")]
    NoCredential,
    /// More than one credential, or one in the address.
    #[error("more than one credential, or one in the address")]
    InvalidRequest,
    /// Malformed, unknown, expired or revoked: the caller cannot tell which.
    #[error("invalid credential")]
    InvalidToken,
    /// Too many wrong credentials from this address.
    #[error("too many wrong credentials")]
    TooMany {
        /// Seconds until the next attempt.
        retry_after_seconds: u32,
    },
    /// The key, or the address, has made as many calls as it may in a minute.
    #[error("too many calls")]
    OverLimit {
        /// Of whom.
        of: Limited,
        /// How many it may.
        calls: u32,
        /// Seconds until the next call.
        retry_after_seconds: u32,
    },
    /// The database does not answer: nothing is accepted.
    #[error("unavailable")]
    Unavailable,
}

/// Whose calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// A key's.
    Key,
    /// An address's, whatever its keys.
    Address,
}

impl Refusal {
    /// The reason in one word, for figures.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoCredential => "no_credential",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::TooMany { .. } => "too_many",
            Self::OverLimit { .. } => "over_limit",
            Self::Unavailable => "unavailable",
        }
    }
}
