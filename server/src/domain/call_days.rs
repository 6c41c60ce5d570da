//! How calls are counted: by whole days, UTC, and by how long they took.

use shared::{
    call_figures::{DAYS, SPEEDS},
    time::{DAY, SECOND, Timestamp},
};

const MILLISECOND: i64 = SECOND / 1_000;

/// The day of a moment: days since 1970.
#[must_use]
pub const fn day_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(DAY)
}

/// Where [`DAYS`] days begin that end with the day of `now`: whole days, so that the first is no part of one.
#[must_use]
pub const fn first_moment(now: Timestamp) -> Timestamp {
    Timestamp::from_micros((day_of(now) - (DAYS - 1)) * DAY)
}

/// The place of the first of [`SPEEDS`] that is longer than `duration`, in microseconds; their number if none is.
#[must_use]
pub fn speed(duration: i64) -> usize {
    let is_below = |limit: &u32| duration < i64::from(*limit) * MILLISECOND;
    SPEEDS.iter().position(is_below).unwrap_or(SPEEDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_end_with_today() {
        let noon = Timestamp::from_micros(20_000 * DAY + DAY / 2);
        assert_eq!(day_of(noon), 20_000);
        assert_eq!(day_of(Timestamp::from_micros(-1)), -1);
        assert_eq!(first_moment(noon), Timestamp::from_micros((20_001 - DAYS) * DAY));
    }

    #[test]
    fn a_call_that_takes_as_long_as_a_limit_is_not_below_it() {
        let first = i64::from(SPEEDS[0]) * MILLISECOND;
        assert_eq!((speed(0), speed(first - 1), speed(first)), (0, 0, 1));
        assert_eq!(speed(i64::MAX), SPEEDS.len());
    }
}
