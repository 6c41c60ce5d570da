//! Points in time as texts for a page.

use shared::time::{DAY, TimeView, Timestamp, relative};

/// `at` as a page shows it at `now`.
#[must_use]
pub fn time_view(at: Timestamp, now: Timestamp) -> TimeView {
    let moment = moment(at);
    TimeView {
        at,
        iso: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        text: relative(at, now),
        title: moment.strftime("%-d %b %Y, %H:%M UTC").to_string(),
    }
}

/// The day that begins `days` days after 1970-01-01, UTC, in a word: "24 Nov".
#[must_use]
pub fn day_view(days: i64) -> String {
    moment(Timestamp::from_micros(days.saturating_mul(DAY))).strftime("%-d %b").to_string()
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
    use shared::time::{MINUTE, SECOND};

    use super::*;

    #[test]
    fn a_time_is_shown_in_three_ways() {
        let at = Timestamp::from_micros(1_795_511_520 * SECOND + 5);
        let view = time_view(at, at.plus(3 * DAY + MINUTE));
        assert_eq!(view.iso, "2026-11-24T09:12:00Z");
        assert_eq!(view.title, "24 Nov 2026, 09:12 UTC");
        assert_eq!(view.text, "3 days ago");
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
