//! Points in time as a page shows them.

use shared::time::{Distance, TimeView, Timestamp};

/// `at` as a page shows it at `now`.
#[must_use]
pub fn time_view(at: Timestamp, now: Timestamp) -> TimeView {
    let moment = moment(at);
    TimeView {
        at,
        iso: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        distance: Distance::between(at, now),
    }
}

/// A time that the calendar cannot hold (before the year -9999 or after 9999) is shown as its end.
fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(if at.as_micros() < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

#[cfg(test)]
mod tests {
    use shared::time::{DAY, MINUTE, SECOND, Span, Unit};

    use super::*;

    #[test]
    fn a_time_is_shown_with_its_distance() {
        let at = Timestamp::from_micros(1_795_511_520 * SECOND + 5);
        let view = time_view(at, at.plus(3 * DAY + MINUTE));
        assert_eq!(view.iso, "2026-11-24T09:12:00Z");
        assert_eq!(view.distance, Distance::Past(Span { count: 3, unit: Unit::Day }));
        assert_eq!(view.at, at);
    }

    #[test]
    fn no_time_panics() {
        for micros in [i64::MIN, 0, i64::MAX] {
            let at = Timestamp::from_micros(micros);
            assert!(!time_view(at, at).iso.is_empty());
        }
    }
}
