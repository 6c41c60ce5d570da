//! API keys: inputs and views.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::{ApiKeyId, CompanyId, MemberId, RequestId},
    key_care::Warning,
    permission::PermissionSet,
    time::{DAY, TimeView, Timestamp},
};

/// A key is shown as *expiring* in this many microseconds before its end.
pub const EXPIRING_WITHIN: i64 = 7 * DAY;
/// The furthest end of a key that can be chosen.
pub const LONGEST_LIFE: i64 = 3653 * DAY;
/// Rows of one page of the list.
pub const PAGE_SIZE: u32 = 50;

/// Generates a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateApiKey {
    /// The company.
    pub company: CompanyId,
    /// For whom.
    pub member: MemberId,
    /// Drawn by the browser for each opening of the dialog, so that a repeated request makes one key.
    pub request: RequestId,
    /// What the key is called.
    pub name: String,
    /// What it allows.
    pub permissions: PermissionSet,
    /// When it ends.
    pub expiry: Expiry,
}

/// When a key ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// Never by itself.
    Never,
    /// This many days after it was made.
    Days(u16),
    /// At the end of this day, UTC, as `2027-03-31`.
    Date(String),
}

/// A key that was just made. The only thing in the product that holds a whole key, on its way to the
/// one screen that shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratedKey {
    /// The company that it is for.
    pub company: CompanyId,
    /// The key's row.
    pub id: ApiKeyId,
    /// Its name.
    pub name: String,
    /// Who it is for.
    pub person: String,
    /// Its identifier.
    pub identifier: String,
    /// The whole key.
    pub key: String,
    /// The address that clients call, ending in `/sse`.
    pub sse_url: String,
    /// The same server's `/mcp`.
    pub mcp_url: String,
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Revokes a key: at once, and for good.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RevokeApiKey {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub key: ApiKeyId,
}

/// Accepts a key that somebody else made for the actor, where the company asks for that.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AcceptApiKey {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub key: ApiKeyId,
}

/// What a key is worth at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiKeyState {
    /// It is accepted.
    Active,
    /// It is accepted, and ends within a week.
    Expiring,
    /// It ended by itself; final.
    Expired,
    /// Somebody ended it; final.
    Revoked,
}

impl ApiKeyState {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Active, Self::Expiring, Self::Expired, Self::Revoked];

    /// The state of a key with these two times, at `now`. A key is over *at* its `expires_at`.
    #[must_use]
    pub const fn at(
        now: Timestamp,
        expires_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    ) -> Self {
        if revoked_at.is_some() {
            return Self::Revoked;
        }
        match expires_at {
            Some(end) if end.as_micros() <= now.as_micros() => Self::Expired,
            Some(end) if end.since(now) <= EXPIRING_WITHIN => Self::Expiring,
            _ => Self::Active,
        }
    }

    /// Whether a key in this state is accepted.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Expiring)
    }
}

/// Which keys a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListApiKeys {
    /// Words that the name, the identifier or the person's name must contain; case does not matter.
    #[serde(default)]
    pub search: String,
    /// Only live keys, only ended ones, or all.
    #[serde(default)]
    pub state: StateFilter,
    /// Only keys of this member.
    #[serde(default)]
    pub member: Option<MemberId>,
    /// The order.
    #[serde(default)]
    pub sort: KeySort,
    /// Where the page begins: the `next` or `previous` of an earlier answer.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Which states a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// Every key.
    #[default]
    All,
    /// Keys that are accepted now.
    Live,
    /// Keys that end within a week.
    Expiring,
    /// Keys that are over: expired or revoked.
    Ended,
    /// Keys whose time is over and that nobody revoked.
    Expired,
    /// Keys that somebody revoked.
    Revoked,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySort {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// By name.
    Name,
    /// The one used last first; never used ones at the end.
    LastUsed,
    /// By name, from the end of the alphabet.
    NameReversed,
    /// The one not used for longest first, after those never used.
    UnusedLongest,
    /// The one that ends or ended first first; those without an end at the end.
    EndsFirst,
    /// Those without an end first, then the one that ends last.
    EndsLast,
}

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyColumn {
    /// The name.
    Name,
    /// When a key was made.
    Created,
    /// When it was last used.
    LastUsed,
    /// When it ends.
    End,
}

impl KeySort {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Newest,
        Self::Oldest,
        Self::Name,
        Self::NameReversed,
        Self::LastUsed,
        Self::UnusedLongest,
        Self::EndsFirst,
        Self::EndsLast,
    ];

    /// What it sorts by.
    #[must_use]
    pub const fn column(self) -> KeyColumn {
        match self {
            Self::Newest | Self::Oldest => KeyColumn::Created,
            Self::Name | Self::NameReversed => KeyColumn::Name,
            Self::LastUsed | Self::UnusedLongest => KeyColumn::LastUsed,
            Self::EndsFirst | Self::EndsLast => KeyColumn::End,
        }
    }

    /// Whether the least comes first.
    #[must_use]
    pub const fn is_ascending(self) -> bool {
        matches!(self, Self::Oldest | Self::Name | Self::UnusedLongest | Self::EndsFirst)
    }

    /// The order in which a list is first sorted by `column`; the other one if it is sorted so already.
    #[must_use]
    pub const fn by(self, column: KeyColumn) -> Self {
        match (column, self) {
            (KeyColumn::Name, Self::Name) => Self::NameReversed,
            (KeyColumn::Name, _) => Self::Name,
            (KeyColumn::Created, Self::Newest) => Self::Oldest,
            (KeyColumn::Created, _) => Self::Newest,
            (KeyColumn::LastUsed, Self::LastUsed) => Self::UnusedLongest,
            (KeyColumn::LastUsed, _) => Self::LastUsed,
            (KeyColumn::End, Self::EndsFirst) => Self::EndsLast,
            (KeyColumn::End, _) => Self::EndsFirst,
        }
    }
}

/// One page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyPage {
    /// At most [`PAGE_SIZE`] keys.
    pub keys: Vec<ApiKeyView>,
    /// How many keys the filters match in all.
    pub total: u64,
    /// How many keys the viewer may see without any filter.
    pub total_unfiltered: u64,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Where the page before it is; nothing on the first page.
    pub previous: Option<String>,
    /// Members to filter by; empty for a viewer who sees only their own keys.
    pub people: Vec<PersonChoice>,
}

/// One entry of a filter by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChoice {
    /// The key.
    pub key: ApiKeyId,
    /// Its name.
    pub name: String,
    /// Its identifier, 8 characters: a key and what replaced it have one name.
    #[serde(default)]
    pub identifier: String,
    /// Whose it is; nothing for a viewer who sees only their own keys.
    pub person: Option<String>,
}

/// One entry of the person filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChoice {
    /// The member.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// Whether they left the company.
    pub is_removed: bool,
}

/// One key as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyView {
    /// The key's row.
    pub id: ApiKeyId,
    /// Its name.
    pub name: String,
    /// Its identifier, 8 characters.
    pub identifier: String,
    /// What it allows by itself.
    pub permissions: PermissionSet,
    /// What it allows now, under the company's ceiling.
    pub effective: PermissionSet,
    /// Whose it is.
    pub person: String,
    /// Whether it is the viewer's own.
    pub is_own: bool,
    /// Who made it, when that was somebody else.
    pub made_by: Option<By>,
    /// What it is worth now.
    pub state: ApiKeyState,
    /// When it was made.
    pub created: TimeView,
    /// When it ends or ended by itself.
    pub expires: Option<TimeView>,
    /// When it was last used.
    pub last_used: Option<TimeView>,
    /// The client that used it last.
    pub last_client: Option<String>,
    /// Who revoked it and when.
    pub revoked: Option<RevokedView>,
    /// Whether it works only once its person has accepted it.
    pub waits: bool,
    /// When it was rotated, and by which key it is replaced, if that is there.
    pub rotated: Option<RotatedView>,
    /// What its owner should look at.
    pub warnings: Vec<Warning>,
    /// Whether the viewer may revoke it now.
    pub may_revoke: bool,
    /// Whether the viewer may rename it or take permissions away now.
    pub may_edit: bool,
    /// Whether the viewer may rotate it now.
    pub may_rotate: bool,
    /// Whether what takes its place, if the viewer rotates it, works only once its person has accepted it.
    pub successor_waits: bool,
}

/// When a key was rotated, and what replaces it. Until it ends, both are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotatedView {
    /// When.
    pub at: TimeView,
    /// The key that replaces it; none while nobody has picked it up.
    pub successor: Option<ApiKeyId>,
}

/// Who revoked a key and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedView {
    /// When.
    pub at: TimeView,
    /// Who.
    pub by: By,
}

/// Who did something to a key, as its viewer reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The viewer.
    You,
    /// Somebody else, by name.
    Person(String),
    /// Nobody: the company's rule on unused keys.
    UnusedRule,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_sorts_both_ways_in_turn_and_no_two_orders_are_one() {
        for sort in KeySort::ALL {
            let turned = sort.by(sort.column());
            assert_eq!(turned.column(), sort.column());
            assert_ne!(turned.is_ascending(), sort.is_ascending());
            assert_eq!(turned.by(sort.column()), sort);
        }
        let numbers: std::collections::BTreeSet<_> =
            KeySort::ALL.into_iter().map(|sort| sort as u8).collect();
        assert_eq!(numbers.len(), KeySort::ALL.len());
        assert_eq!(KeySort::Name.by(KeyColumn::End), KeySort::EndsFirst);
    }

    #[test]
    fn a_key_is_over_at_its_end_and_revocation_wins() {
        let now = Timestamp::from_micros(1_000 * DAY);
        let state = |end: Option<i64>, revoked: Option<i64>| {
            ApiKeyState::at(now, end.map(|by| now.plus(by)), revoked.map(|by| now.plus(by)))
        };
        assert_eq!(state(None, None), ApiKeyState::Active);
        assert_eq!(state(Some(EXPIRING_WITHIN + 1), None), ApiKeyState::Active);
        assert_eq!(state(Some(EXPIRING_WITHIN), None), ApiKeyState::Expiring);
        assert_eq!(state(Some(1), None), ApiKeyState::Expiring);
        assert_eq!(state(Some(0), None), ApiKeyState::Expired);
        assert_eq!(state(Some(-1), None), ApiKeyState::Expired);
        // Another replica's clock may run ahead: revoked is revoked, whatever the time says.
        assert_eq!(state(None, Some(5)), ApiKeyState::Revoked);
        assert_eq!(state(Some(-1), Some(-2)), ApiKeyState::Revoked);
    }
}
