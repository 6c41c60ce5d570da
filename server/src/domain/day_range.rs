//! From the days of a filter to moments.

use jiff::{civil::Date, tz::TimeZone};
use shared::{
    Problem,
    error::{Field, FieldError},
    time::Timestamp,
};

use super::expiry::parse_date;

/// A time without ends, or with one or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// Its first moment.
    pub since: Option<Timestamp>,
    /// The first moment after it.
    pub until: Option<Timestamp>,
}

/// The time from the beginning of the day `since` to the end of the day `until`, in `zone`. An empty text is no day.
///
/// # Errors
/// [`Problem::NotADay`] for each that is not written as `2026-11-24`, and [`Problem::EndsBeforeStart`].
pub fn range(since: &str, until: &str, zone: &TimeZone) -> Result<Range, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut day = |text: &str, field, moment: fn(Date, &TimeZone) -> Option<Timestamp>| {
        if text.is_empty() {
            return None;
        }
        let read = parse_date(text).ok().and_then(|date| Some((date, moment(date, zone)?)));
        if read.is_none() {
            errors.push(FieldError { field, problem: Problem::NotADay });
        }
        read
    };
    let first = day(since, Field::Since, start);
    let last = day(until, Field::Until, end);
    if let (Some((first, _)), Some((last, _))) = (first, last)
        && last < first
    {
        errors.push(FieldError { field: Field::Until, problem: Problem::EndsBeforeStart });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Range { since: first.map(|(_, at)| at), until: last.map(|(_, at)| at) })
}

fn start(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    // Where the clock leaves midnight out, the day begins when it goes on.
    let start = date.to_zoned_datetime(zone.clone()).ok()?;
    Some(Timestamp::from_micros(start.timestamp().as_microsecond()))
}

/// The first moment of the day after; a day can have 23 or 25 hours.
fn end(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    start(date.tomorrow().ok()?, zone)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::time::{DAY, HOUR, SECOND};

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    #[test]
    fn days_are_those_of_the_zone_and_both_belong_to_the_time() {
        // 2026-11-24T00:00:00Z.
        let day = Timestamp::from_micros(1_795_478_400 * SECOND);
        let utc = range("2026-11-24", "2026-11-24", &TimeZone::UTC).expect("a day");
        assert_eq!(utc, Range { since: Some(day), until: Some(day.plus(DAY)) });
        let paris = range("2026-11-24", "", &zone("Europe/Paris")).expect("a day");
        assert_eq!(paris, Range { since: Some(day.plus(-HOUR)), until: None });
        // The clock goes back in that night.
        let long = range("2026-10-25", "2026-10-25", &zone("Europe/Paris")).expect("a day");
        let length = long.until.zip(long.since).map(|(end, start)| end.since(start));
        assert_eq!(length, Some(DAY + HOUR));
        assert_eq!(range("", "", &TimeZone::UTC), Ok(Range::default()));
    }

    #[test]
    fn each_day_that_cannot_be_read_is_told_and_so_is_an_end_before_the_start() {
        let problems = |since: &str, until: &str| {
            let wrong = range(since, until, &TimeZone::UTC).expect_err("it is wrong");
            wrong.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
        };
        let (since, until) = ((Field::Since, Problem::NotADay), (Field::Until, Problem::NotADay));
        assert_eq!(problems("yesterday", "24/11/2026"), [since, until]);
        assert_eq!(problems("2026-02-30", ""), [since]);
        assert_eq!(problems("", "9999-12-31"), [until]);
        assert_eq!(
            problems("2026-11-24", "2026-11-23"),
            [(Field::Until, Problem::EndsBeforeStart)]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}|-?[0-9]{4}-[0-9]{2}-[0-9]{2}") {
            for name in ["UTC", "Pacific/Kiritimati", "America/New_York"] {
                let _ = range(&text, &text, &zone(name));
            }
        }
    }
}
