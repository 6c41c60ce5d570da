//! From the choice in the form to the moment at which a key ends.

use jiff::{civil::Date, tz::TimeZone};
use shared::{
    Problem,
    api_key::{Expiry, LONGEST_LIFE},
    time::{DAY, Timestamp},
};

/// When a key that is made at `now` ends; `None` for never. A date means its last moment, UTC. Where the
/// company lets keys live `longest_days`, a key without an end gets that one.
///
/// # Errors
/// [`Problem::NotADate`], [`Problem::InThePast`] for today and before, [`Problem::TooFarAhead`] beyond
/// [`LONGEST_LIFE`], [`Problem::BeyondPolicy`] beyond the company's.
pub fn expires_at(
    expiry: &Expiry,
    longest_days: Option<u32>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Problem> {
    let latest = longest_days.map(|days| now.plus(i64::from(days) * DAY));
    let end = match expiry {
        Expiry::Never => return Ok(latest),
        Expiry::Days(0) => return Err(Problem::InThePast),
        Expiry::Days(days) => now.plus(i64::from(*days) * DAY),
        Expiry::Date(text) => end_of(parse_date(text)?, now)?,
    };
    if let (Some(days), Some(latest)) = (longest_days, latest)
        && end > latest
    {
        return Err(Problem::BeyondPolicy { days });
    }
    if end.since(now) > LONGEST_LIFE { Err(Problem::TooFarAhead) } else { Ok(Some(end)) }
}

/// The last microsecond of `date`, which must lie after the day of `now`.
fn end_of(date: Date, now: Timestamp) -> Result<Timestamp, Problem> {
    let today = jiff::Timestamp::from_microsecond(now.as_micros())
        .map_err(|_| Problem::NotADate)?
        .to_zoned_datetime(TimeZone::UTC)
        .date();
    if date <= today {
        return Err(Problem::InThePast);
    }
    // Only the last days of the year 9999 have no end that the calendar can hold.
    date.to_zoned_datetime(TimeZone::UTC)
        .and_then(|start| start.end_of_day())
        .map(|end| Timestamp::from_micros(end.timestamp().as_microsecond()))
        .map_err(|_| Problem::TooFarAhead)
}

/// Exactly `YYYY-MM-DD`, as a date field sends it: the calendar library would take more.
pub(super) fn parse_date(text: &str) -> Result<Date, Problem> {
    text.parse::<Date>()
        .ok()
        .filter(|date| text.len() == 10 && date.to_string() == text)
        .ok_or(Problem::NotADate)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::time::SECOND;

    use super::*;

    /// 2026-11-24T09:12:00Z.
    const NOW: Timestamp = Timestamp::from_micros(1_795_511_520 * SECOND);

    fn date(text: &str) -> Result<Option<Timestamp>, Problem> {
        expires_at(&Expiry::Date(text.to_owned()), None, NOW)
    }

    fn days(days: u16) -> Result<Option<Timestamp>, Problem> {
        expires_at(&Expiry::Days(days), None, NOW)
    }

    #[test]
    fn days_count_from_now() {
        assert_eq!(expires_at(&Expiry::Never, None, NOW), Ok(None));
        assert_eq!(days(30), Ok(Some(NOW.plus(30 * DAY))));
        assert_eq!(days(0), Err(Problem::InThePast));
        assert_eq!(days(3653), Ok(Some(NOW.plus(3653 * DAY))));
        assert_eq!(days(3654), Err(Problem::TooFarAhead));
    }

    #[test]
    fn no_key_lives_longer_than_its_company_allows() {
        let within = |expiry| expires_at(&expiry, Some(30), NOW);
        assert_eq!(within(Expiry::Never), Ok(Some(NOW.plus(30 * DAY))));
        assert_eq!(within(Expiry::Days(30)), Ok(Some(NOW.plus(30 * DAY))));
        assert_eq!(within(Expiry::Days(31)), Err(Problem::BeyondPolicy { days: 30 }));
        let date = |text: &str| within(Expiry::Date(text.to_owned()));
        assert!(matches!(date("2026-12-23"), Ok(Some(_))));
        // Its last moment lies beyond.
        assert_eq!(date("2026-12-24"), Err(Problem::BeyondPolicy { days: 30 }));
    }

    #[test]
    fn a_date_means_its_last_moment_in_utc() {
        // 2026-11-26T00:00:00Z less one microsecond.
        let end = Timestamp::from_micros(1_795_651_200 * SECOND - 1);
        assert_eq!(date("2026-11-25"), Ok(Some(end)));
        assert!(matches!(date("2028-02-29"), Ok(Some(_))));
    }

    #[test]
    fn today_the_past_and_the_far_future_are_refused() {
        assert_eq!(date("2026-11-24"), Err(Problem::InThePast));
        assert_eq!(date("1970-01-01"), Err(Problem::InThePast));
        assert_eq!(date("2036-11-25"), Err(Problem::TooFarAhead));
        assert_eq!(date("9999-12-31"), Err(Problem::TooFarAhead));
    }

    #[test]
    fn other_ways_to_write_a_date_are_refused() {
        for text in [
            "",
            "tomorrow",
            "20261130",
            "2026-11-31",
            "2027-02-29",
            "2026-13-01",
            " 2026-11-30",
            "2026-11-30T00:00",
            "30/11/2026",
            "2026-W48-1",
            "+002026-11-30",
            "-000001-01-01",
        ] {
            assert_eq!(date(text), Err(Problem::NotADate), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_no_end_is_over_already(text in "\\PC{0,20}|[0-9]{4}-[0-9]{2}-[0-9]{2}") {
            if let Ok(Some(end)) = date(&text) {
                prop_assert!(end > NOW);
            }
        }
    }
}
