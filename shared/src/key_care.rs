//! What the owner of a key should look at: one rule for the list, the key's own page and its tests.

use serde::{Deserialize, Serialize};

use crate::{
    api_key::ApiKeyState,
    time::{DAY, Timestamp},
};

/// A key that was made this long ago, in microseconds, and never used is probably not needed.
pub const UNUSED_AFTER: i64 = 30 * DAY;
/// A key that was made this long ago, in microseconds, should be rotated.
pub const OLD_AFTER: i64 = 90 * DAY;

/// Something that the owner of a key should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// It was replaced, and a client still uses it.
    StillUsed,
    /// It ends within a week.
    Expiring,
    /// It was made a month ago and never used.
    NeverUsed,
    /// It was made three months ago.
    Old,
}

/// The times of a key that warnings depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimes {
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends or ended by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was replaced.
    pub rotated_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// What the owner of a key with these times should look at, at `now`. A key that is over needs nothing, and
/// one that was replaced only that nobody uses it any more.
#[must_use]
pub fn warnings(times: KeyTimes, now: Timestamp) -> Vec<Warning> {
    let KeyTimes { created_at, expires_at, revoked_at, rotated_at, last_used_at } = times;
    let state = ApiKeyState::at(now, expires_at, revoked_at);
    if !state.is_live() {
        return Vec::new();
    }
    if let Some(rotated_at) = rotated_at {
        // Uses are kept to the minute: one in the minute of the rotation may have come before it, and a client that goes on using
        // the key comes again.
        let is_used = last_used_at.is_some_and(|used| used > rotated_at);
        return if is_used { vec![Warning::StillUsed] } else { Vec::new() };
    }
    let age = now.since(created_at);
    [
        (state == ApiKeyState::Expiring, Warning::Expiring),
        (last_used_at.is_none() && age >= UNUSED_AFTER, Warning::NeverUsed),
        // A key that nobody uses is better revoked than rotated.
        (last_used_at.is_some() && age >= OLD_AFTER, Warning::Old),
    ]
    .into_iter()
    .filter_map(|(holds, warning)| holds.then_some(warning))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api_key::EXPIRING_WITHIN,
        time::{MINUTE, SECOND},
    };

    const NOW: Timestamp = Timestamp::from_micros(1_000 * DAY);

    fn aged(age: i64) -> KeyTimes {
        KeyTimes {
            created_at: NOW.plus(-age),
            expires_at: None,
            revoked_at: None,
            rotated_at: None,
            last_used_at: None,
        }
    }

    #[test]
    fn each_warning_begins_at_its_moment() {
        let told = |times| warnings(times, NOW);
        assert_eq!(told(aged(UNUSED_AFTER - 1)), []);
        assert_eq!(told(aged(UNUSED_AFTER)), [Warning::NeverUsed]);
        let used = |age| KeyTimes { last_used_at: Some(NOW.plus(-DAY)), ..aged(age) };
        assert_eq!(told(used(OLD_AFTER - 1)), []);
        assert_eq!(told(used(OLD_AFTER)), [Warning::Old]);
        let ending = |by| KeyTimes { expires_at: Some(NOW.plus(by)), ..used(OLD_AFTER) };
        assert_eq!(told(ending(EXPIRING_WITHIN + 1)), [Warning::Old]);
        assert_eq!(told(ending(EXPIRING_WITHIN)), [Warning::Expiring, Warning::Old]);
    }

    #[test]
    fn a_key_that_is_over_needs_nothing() {
        let old = aged(OLD_AFTER);
        assert_eq!(warnings(KeyTimes { expires_at: Some(NOW), ..old }, NOW), []);
        assert_eq!(warnings(KeyTimes { revoked_at: Some(NOW), ..old }, NOW), []);
    }

    #[test]
    fn a_replaced_key_warns_only_when_it_was_used_since() {
        let rotated_at = NOW.plus(-DAY + 20 * SECOND);
        let replaced = |used: Option<i64>| KeyTimes {
            rotated_at: Some(rotated_at),
            expires_at: Some(NOW.plus(DAY)),
            last_used_at: used.map(|by| rotated_at.plus(by).to_minute()),
            ..aged(OLD_AFTER)
        };
        assert_eq!(warnings(replaced(None), NOW), []);
        assert_eq!(warnings(replaced(Some(-MINUTE)), NOW), []);
        // In the same minute, which is all that is known.
        assert_eq!(warnings(replaced(Some(SECOND)), NOW), []);
        assert_eq!(warnings(replaced(Some(MINUTE)), NOW), [Warning::StillUsed]);
    }
}
