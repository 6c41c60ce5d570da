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

/// A point in time as a page shows it. The server measures it, so that what it renders and what the
/// browser hydrates are the same; the words come from the person's language.
///
/// Two are equal that show the same point on the same clock, whenever they were made: what shows one counts on by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TimeView {
    /// For sorting and comparing.
    pub at: Timestamp,
    /// RFC 3339 in UTC, for `<time datetime>`.
    pub iso: String,
    /// Year to minute on the clock of the person's zone, and the zone's short name: "2026-11-24T10:12 CET".
    pub local: String,
    /// When the page was made: how far away the point is counts from then on.
    pub seen_at: Timestamp,
}

impl PartialEq for TimeView {
    fn eq(&self, other: &Self) -> bool {
        let Self { at, iso: _, local, seen_at: _ } = self;
        (at, local) == (&other.at, &other.local)
    }
}

impl Eq for TimeView {}

impl TimeView {
    /// How far away it was when the page was made.
    #[must_use]
    pub fn distance(&self) -> Distance {
        self.distance_after(0)
    }

    /// How far away it is `elapsed` microseconds after the page was made.
    #[must_use]
    pub fn distance_after(&self, elapsed: i64) -> Distance {
        Distance::between(self.at, self.seen_at.plus(elapsed))
    }
}

/// How far away a point in time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Less than a minute, on either side.
    Now,
    /// It was.
    Past(Span),
    /// It will be.
    Ahead(Span),
}

/// A length of time in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// The units of spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 30 days, as nobody reads more into such a text.
    Month,
    /// 365 days.
    Year,
}

impl Distance {
    /// How long before `now`, or after it, `at` lies, in one unit: to the nearest where it is past, and rounded down
    /// where it is ahead, so that nobody has less time than they read. Half a minute does not count: what was made
    /// for 30 days a moment ago ends in 30 days. Days are told as long as people count in them, which is up to 100 ahead;
    /// nobody plans by a part of a month, so months are to the nearest on both sides.
    #[must_use]
    pub fn between(at: Timestamp, now: Timestamp) -> Self {
        let difference = now.since(at);
        let distance = difference.saturating_abs();
        let is_past = difference > 0;
        let nearest = |unit: i64| distance.saturating_add(unit / 2) / unit;
        let rounded = |unit: i64| {
            if is_past { nearest(unit) } else { distance.saturating_add(MINUTE / 2) / unit }
        };
        let (minutes, hours, days) = (rounded(MINUTE), rounded(HOUR), rounded(DAY));
        let most_days = if is_past { 45 } else { 100 };
        let (count, unit) = if distance < MINUTE {
            return Self::Now;
        } else if minutes < 60 {
            (minutes, Unit::Minute)
        } else if hours < 24 {
            (hours, Unit::Hour)
        } else if days < most_days {
            (days, Unit::Day)
        } else if days < 365 {
            (nearest(30 * DAY), Unit::Month)
        } else {
            (rounded(365 * DAY), Unit::Year)
        };
        let span = Span { count: u32::try_from(count).unwrap_or(u32::MAX), unit };
        if is_past { Self::Past(span) } else { Self::Ahead(span) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_told_in_the_largest_unit_that_fits() {
        let now = Timestamp::from_micros(1_800_000_000 * SECOND);
        let measure = |offset| Distance::between(now.plus(offset), now);
        let past = |count, unit| Distance::Past(Span { count, unit });
        let ahead = |count, unit| Distance::Ahead(Span { count, unit });
        assert_eq!(measure(-5 * SECOND), Distance::Now);
        assert_eq!(measure(5 * SECOND), Distance::Now);
        assert_eq!(measure(-MINUTE), past(1, Unit::Minute));
        assert_eq!(measure(-59 * MINUTE), past(59, Unit::Minute));
        assert_eq!(measure(-HOUR), past(1, Unit::Hour));
        assert_eq!(measure(-3 * DAY), past(3, Unit::Day));
        assert_eq!(measure(-70 * DAY), past(2, Unit::Month));
        assert_eq!(measure(2 * HOUR), ahead(2, Unit::Hour));
        assert_eq!(measure(800 * DAY), ahead(2, Unit::Year));
        assert_eq!(measure(365 * DAY), ahead(1, Unit::Year));
    }

    #[test]
    fn what_is_ahead_is_rounded_down_but_for_half_a_minute() {
        let now = Timestamp::from_micros(1_800_000_000 * SECOND);
        let measure = |offset| Distance::between(now.plus(offset), now);
        let ahead = |count, unit| Distance::Ahead(Span { count, unit });
        assert_eq!(measure(30 * DAY - 5 * SECOND), ahead(30, Unit::Day));
        assert_eq!(measure(30 * DAY - MINUTE), ahead(29, Unit::Day));
        assert_eq!(measure(6 * DAY - HOUR), ahead(5, Unit::Day));
        assert_eq!(measure(5 * DAY + HOUR), ahead(5, Unit::Day));
        assert_eq!(measure(DAY - SECOND), ahead(1, Unit::Day));
        assert_eq!(measure(DAY - MINUTE), ahead(23, Unit::Hour));
        assert_eq!(measure(HOUR - SECOND), ahead(1, Unit::Hour));
        assert_eq!(measure(59 * DAY), ahead(59, Unit::Day));
        assert_eq!(measure(90 * DAY - 5 * MINUTE), ahead(89, Unit::Day));
        assert_eq!(measure(90 * DAY - SECOND), ahead(90, Unit::Day));
    }

    #[test]
    fn months_ahead_are_to_the_nearest_and_begin_behind_a_hundred_days() {
        let now = Timestamp::from_micros(1_800_000_000 * SECOND);
        let measure = |days: i64| Distance::between(now.plus(days * DAY), now);
        let ahead = |count, unit| Distance::Ahead(Span { count, unit });
        assert_eq!(measure(99), ahead(99, Unit::Day));
        assert_eq!(measure(100), ahead(3, Unit::Month));
        assert_eq!(measure(119), ahead(4, Unit::Month));
        assert_eq!(measure(179), ahead(6, Unit::Month));
        assert_eq!(measure(364), ahead(12, Unit::Month));
    }

    #[test]
    fn a_page_that_stays_open_counts_on_from_when_it_was_made() {
        let seen_at = Timestamp::from_micros(1_800_000_000 * SECOND);
        let time = TimeView {
            at: seen_at.plus(-5 * SECOND),
            iso: String::new(),
            local: String::new(),
            seen_at,
        };
        assert_eq!(time.distance(), Distance::Now);
        let later = Distance::Past(Span { count: 1, unit: Unit::Minute });
        assert_eq!(time.distance_after(MINUTE), later);
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        let (low, high) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
        assert_eq!(high.plus(1), high);
        assert!(matches!(Distance::between(low, high), Distance::Past(_)));
        assert!(matches!(Distance::between(high, low), Distance::Ahead(_)));
    }

    #[test]
    fn to_minute_rounds_down_on_both_sides_of_the_epoch() {
        assert_eq!(Timestamp::from_micros(MINUTE + 1).to_minute().as_micros(), MINUTE);
        assert_eq!(Timestamp::from_micros(-1).to_minute().as_micros(), -MINUTE);
    }
}
