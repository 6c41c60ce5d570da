//! Changing keys that exist: revoking several at once, replacing one, renaming it, taking permissions
//! away from it. A key never gains a permission.

use serde::{Deserialize, Serialize};

use crate::{
    error::Problem,
    id::{ApiKeyId, CompanyId, RequestId},
    permission::PermissionSet,
    time::{DAY, HOUR, MINUTE, Timestamp},
};

/// The most keys that are revoked at once: more than a page of the list shows.
pub const MOST_AT_ONCE: usize = 100;

/// Revokes several keys: all of them, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeApiKeys {
    /// The company.
    pub company: CompanyId,
    /// Which. Those that are over already stay as they are.
    #[serde(default)]
    pub keys: Vec<ApiKeyId>,
}

/// Renames a key and leaves it these permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditApiKey {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub key: ApiKeyId,
    /// What it is called from now on.
    pub name: String,
    /// The names of the permissions that it keeps.
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// Takes permissions away from a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReduceApiKey {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub key: ApiKeyId,
    /// The names of the permissions that it loses.
    #[serde(default)]
    pub remove: Vec<String>,
}

/// Replaces a key by a new one with the same name and permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotateApiKey {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub key: ApiKeyId,
    /// Drawn by the browser for each opening of the dialog, so that a repeated request makes one key.
    pub request: RequestId,
    /// How long the old key goes on working.
    pub grace: Grace,
}

/// How long a key goes on working after it was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grace {
    /// Not at all: it is revoked.
    None,
    /// A quarter of an hour.
    FifteenMinutes,
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week.
    Week,
}

impl Grace {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] =
        [Self::None, Self::FifteenMinutes, Self::Hour, Self::Day, Self::Week];

    /// Its length in the unit of [`Timestamp`].
    #[must_use]
    pub const fn micros(self) -> i64 {
        match self {
            Self::None => 0,
            Self::FifteenMinutes => 15 * MINUTE,
            Self::Hour => HOUR,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
        }
    }

    /// When a key that is replaced at `now` ends; one with an end of its own never lives longer for it.
    #[must_use]
    pub fn end(self, now: Timestamp, expires_at: Option<Timestamp>) -> Timestamp {
        let end = now.plus(self.micros());
        expires_at.map_or(end, |expires_at| end.min(expires_at))
    }
}

/// When the successor of a key ends: it lives as long as the key was made to live.
#[must_use]
pub fn successor_end(
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    expires_at.map(|end| now.plus(end.since(created_at)))
}

/// How many days a key was made to live, to the nearest and at least one; `None` for one without an end.
#[must_use]
pub fn life_days(created_at: Timestamp, expires_at: Option<Timestamp>) -> Option<u16> {
    let days = (expires_at?.since(created_at) + DAY / 2) / DAY;
    Some(u16::try_from(days.max(1)).unwrap_or(u16::MAX))
}

/// What a key that allows `own` allows after it was cut to `wanted`.
///
/// # Errors
/// [`Problem::NoPermission`] when nothing would be left, [`Problem::Widened`] when `wanted` holds what
/// the key does not have.
pub const fn reduced(own: PermissionSet, wanted: PermissionSet) -> Result<PermissionSet, Problem> {
    if wanted.is_empty() {
        Err(Problem::NoPermission)
    } else if !wanted.is_subset_of(own) {
        Err(Problem::Widened)
    } else {
        Ok(wanted)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_cut_gives_a_key_what_it_had_not(own: u8, wanted: u8) {
            let (own, wanted) = (PermissionSet::from_bits(own), PermissionSet::from_bits(wanted));
            match reduced(own, wanted) {
                Ok(left) => prop_assert!(left == wanted && left.is_subset_of(own) && !left.is_empty()),
                Err(Problem::NoPermission) => prop_assert!(wanted.is_empty()),
                Err(Problem::Widened) => prop_assert!(!wanted.without(own).is_empty()),
                Err(other) => prop_assert!(false, "{other}"),
            }
        }

        #[test]
        fn no_grace_outlives_the_end_of_the_key(now in 0_i64..i64::MAX / 2, end: Option<i64>) {
            let (now, end) = (Timestamp::from_micros(now), end.map(Timestamp::from_micros));
            for grace in Grace::ALL {
                let over = grace.end(now, end);
                prop_assert!(over <= now.plus(grace.micros()));
                prop_assert!(end.is_none_or(|end| over <= end));
            }
        }
    }

    #[test]
    fn each_grace_is_as_long_as_it_is_called() {
        assert_eq!(Grace::ALL.map(Grace::micros), [0, 15 * MINUTE, HOUR, DAY, 7 * DAY]);
    }

    #[test]
    fn a_successor_lives_as_long_as_the_key_was_made_to_live() {
        let at = |days: i64| Timestamp::from_micros(days * DAY);
        assert_eq!(successor_end(at(10), Some(at(100)), at(70)), Some(at(160)));
        assert_eq!(successor_end(at(10), None, at(70)), None);
        assert_eq!(life_days(at(10), Some(at(100))), Some(90));
        assert_eq!(life_days(at(10), Some(at(12).plus(-HOUR))), Some(2));
        assert_eq!(life_days(at(10), Some(at(10).plus(HOUR))), Some(1));
        assert_eq!(life_days(at(10), None), None);
    }
}
