//! Points in time, as the database stores them and as a person reads them.

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// One second in the unit of [`Timestamp`].
pub const SECOND: i64 = 1_000_000;
/// One minute in the unit of [`Timestamp`].
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in the unit of [`Timestamp`].
pub const HOUR: i64 = 60 * MINUTE;
/// One day in the unit of [`Timestamp`].
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// The point that lies this many microseconds after the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds after the epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This point moved by `micros`, held at the ends of the range.
    #[must_use]
    pub const fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this point; negative when it lies before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This point without its seconds: `last_used_at` is kept to the minute.
    #[must_use]
    pub const fn to_minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(MINUTE))
    }
}

/// A point in time as a page shows it. The server writes all three texts, so that what it renders and
/// what the browser hydrates are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeView {
    /// For sorting and comparing.
    pub at: Timestamp,
    /// RFC 3339 in UTC, for `<time datetime>`.
    pub iso: String,
    /// Short and relative: "3 days ago", "in 2 hours", "just now".
    pub text: String,
    /// In full, for a tooltip: "24 Nov 2026, 09:12 UTC".
    pub title: String,
}

/// How long ago, or how far ahead, `at` lies from `now`, in one unit, to the nearest: "just now", "5 minutes
/// ago", "in 30 days". Months count 30 days and years 365, as nobody reads more into such a text.
#[must_use]
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let difference = now.since(at);
    let distance = difference.saturating_abs();
    let nearest = |unit: i64| distance.saturating_add(unit / 2) / unit;
    let (minutes, hours, days) = (nearest(MINUTE), nearest(HOUR), nearest(DAY));
    let (count, unit) = if distance < MINUTE {
        return "just now".to_owned();
    } else if minutes < 60 {
        (minutes, "minute")
    } else if hours < 24 {
        (hours, "hour")
    } else if days < 45 {
        (days, "day")
    } else if days < 365 {
        (nearest(30 * DAY), "month")
    } else {
        (nearest(365 * DAY), "year")
    };
    let plural = if count == 1 { "" } else { "s" };
    if difference > 0 {
        format!("{count} {unit}{plural} ago")
    } else {
        format!("in {count} {unit}{plural}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_read_as_a_person_would_say_them() {
        let now = Timestamp::from_micros(1_800_000_000 * SECOND);
        let say = |offset| relative(now.plus(offset), now);
        assert_eq!(say(-5 * SECOND), "just now");
        assert_eq!(say(-MINUTE), "1 minute ago");
        assert_eq!(say(-59 * MINUTE), "59 minutes ago");
        assert_eq!(say(-HOUR), "1 hour ago");
        assert_eq!(say(-3 * DAY), "3 days ago");
        assert_eq!(say(-70 * DAY), "2 months ago");
        assert_eq!(say(2 * HOUR), "in 2 hours");
        assert_eq!(say(800 * DAY), "in 2 years");
        assert_eq!(say(30 * DAY - 5 * SECOND), "in 30 days");
        assert_eq!(say(DAY - SECOND), "in 1 day");
        assert_eq!(say(HOUR - SECOND), "in 1 hour");
        assert_eq!(say(90 * DAY - SECOND), "in 3 months");
        assert_eq!(say(365 * DAY), "in 1 year");
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        let (low, high) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
        assert_eq!(high.plus(1), high);
        assert!(!relative(low, high).is_empty());
        assert!(!relative(high, low).is_empty());
    }

    #[test]
    fn to_minute_rounds_down_on_both_sides_of_the_epoch() {
        assert_eq!(Timestamp::from_micros(MINUTE + 1).to_minute().as_micros(), MINUTE);
        assert_eq!(Timestamp::from_micros(-1).to_minute().as_micros(), -MINUTE);
    }
}
