//! What a company asks of its API keys: how long they live, from where they come, and who makes them for
//! whom. All of it holds for existing keys from their next call on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{id::CompanyId, role::Role};

/// The most days that a company sets: as long as a key can live at all.
pub const MAX_DAYS: u32 = 3_653;
/// The most networks that a company names.
pub const MAX_NETWORKS: u32 = 100;

/// Who may generate keys for other people, within what their role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Makers {
    /// Owners for anybody, admins for admins and members.
    #[default]
    OwnersAndAdmins,
    /// Only owners.
    Owners,
    /// Everybody makes their own keys.
    Nobody,
}

impl Makers {
    /// All three, from the freest to the strictest.
    pub const ALL: [Self; 3] = [Self::OwnersAndAdmins, Self::Owners, Self::Nobody];

    /// The name in the database and in forms: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnersAndAdmins => "owners_and_admins",
            Self::Owners => "owners",
            Self::Nobody => "nobody",
        }
    }

    /// Whether somebody with this role may make keys for others. What the role itself allows comes on top.
    #[must_use]
    pub const fn include(self, role: Role) -> bool {
        match self {
            Self::OwnersAndAdmins => matches!(role, Role::Owner | Role::Admin),
            Self::Owners => matches!(role, Role::Owner),
            Self::Nobody => false,
        }
    }
}

impl fmt::Display for Makers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no such choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown makers of keys")]
pub struct UnknownMakers;

impl FromStr for Makers {
    type Err = UnknownMakers;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|makers| makers.as_str() == text).ok_or(UnknownMakers)
    }
}

/// The rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeyRules {
    /// The most days that a key lives.
    pub longest_days: Option<u32>,
    /// A key that was not used for this many days is revoked.
    pub unused_days: Option<u32>,
    /// Networks from which keys may come, as `203.0.113.0/24`; from anywhere when there is none.
    pub addresses: Vec<String>,
    /// Who may generate keys for others.
    pub makers: Makers,
    /// Whether a key that somebody else made waits until its person accepts it.
    pub must_accept: bool,
}

/// Sets what [`KeyRules`] shows, as a form sends it: an empty number is no limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetKeyRules {
    /// The company.
    pub company: CompanyId,
    /// The most days that a key lives.
    #[serde(default)]
    pub longest_days: String,
    /// Days after which an unused key is revoked.
    #[serde(default)]
    pub unused_days: String,
    /// Networks, one in each line.
    #[serde(default)]
    pub addresses: String,
    /// Who may generate keys for others: [`Makers`] by name.
    pub makers: String,
    /// `on` when keys that somebody else made wait.
    #[serde(default)]
    pub must_accept: String,
}

/// Why a key that Aidoo knows was refused. Only its person hears of it, in the dashboard: the client gets
/// one answer for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRefusal {
    /// The identifier is one of a key, the rest is not.
    Mistyped,
    /// It was sent, but not as the one bearer token of the `Authorization` header.
    Misplaced,
    /// It was sent in the URL, where logs and histories keep it.
    InUrl,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// Its company is to be deleted, which an owner can undo.
    Deleting,
    /// It came from an address outside the company's networks.
    Address,
    /// It was not used for longer than the company allows.
    Unused,
    /// Somebody else made it, and its person has not accepted it.
    NotAccepted,
}

impl KeyRefusal {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Mistyped,
        Self::Misplaced,
        Self::InUrl,
        Self::Revoked,
        Self::Expired,
        Self::Deleting,
        Self::Address,
        Self::Unused,
        Self::NotAccepted,
    ];

    /// The name in the database: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mistyped => "mistyped",
            Self::Misplaced => "misplaced",
            Self::InUrl => "in_url",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Deleting => "deleting",
            Self::Address => "address",
            Self::Unused => "unused",
            Self::NotAccepted => "not_accepted",
        }
    }
}

impl FromStr for KeyRefusal {
    type Err = UnknownRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(UnknownRefusal)
    }
}

/// The text is no reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown reason of a refusal")]
pub struct UnknownRefusal;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_what_they_name() {
        for makers in Makers::ALL {
            assert_eq!(makers.as_str().parse(), Ok(makers));
        }
        for refusal in KeyRefusal::ALL {
            assert_eq!(refusal.as_str().parse(), Ok(refusal));
        }
        assert_eq!("".parse::<Makers>(), Err(UnknownMakers));
    }

    #[test]
    fn a_member_makes_keys_for_nobody_whatever_is_set() {
        for makers in Makers::ALL {
            assert!(!makers.include(Role::Member));
        }
        assert!(!Makers::Owners.include(Role::Admin));
        assert!(!Makers::Nobody.include(Role::Owner));
    }
}
