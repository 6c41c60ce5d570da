//! How long a session lives.

use shared::time::{DAY, MINUTE, Timestamp};

/// A session that was not used for this long is over.
pub const IDLE: i64 = 30 * DAY;
/// No session is older than this.
pub const LIFETIME: i64 = 90 * DAY;
/// `last_seen_at` is at most this far behind: it is not worth a write on every request.
pub const SEEN_EVERY: i64 = MINUTE;

/// The times of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_seen_at: Timestamp,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
}

impl SessionTimes {
    /// Whether the session is good at `now`. It is over *at* its end.
    #[must_use]
    pub const fn is_live(self, now: Timestamp) -> bool {
        self.ended_at.is_none()
            && now.since(self.last_seen_at) < IDLE
            && now.since(self.created_at) < LIFETIME
    }

    /// Whether `last_seen_at` is due for a write.
    #[must_use]
    pub const fn is_due(self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= SEEN_EVERY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(created: i64, seen: i64) -> SessionTimes {
        SessionTimes {
            created_at: Timestamp::from_micros(created),
            last_seen_at: Timestamp::from_micros(seen),
            ended_at: None,
        }
    }

    #[test]
    fn a_session_ends_by_idling_by_age_and_by_hand() {
        let now = Timestamp::from_micros(1_000 * DAY);
        let at = |before: i64| now.plus(-before).as_micros();
        assert!(times(at(IDLE - 1), at(IDLE - 1)).is_live(now));
        assert!(!times(at(IDLE), at(IDLE)).is_live(now));
        assert!(times(at(LIFETIME - 1), at(0)).is_live(now));
        assert!(!times(at(LIFETIME), at(0)).is_live(now));
        assert!(!SessionTimes { ended_at: Some(now), ..times(at(0), at(0)) }.is_live(now));
    }

    #[test]
    fn being_seen_is_written_once_a_minute() {
        let now = Timestamp::from_micros(1_000 * DAY);
        assert!(!times(0, now.plus(1 - SEEN_EVERY).as_micros()).is_due(now));
        assert!(times(0, now.plus(-SEEN_EVERY).as_micros()).is_due(now));
    }
}
