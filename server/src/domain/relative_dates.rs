//! Relative dates in a domain: `today`, `now`, `-30d`, `today+1w`, `month`, as a person means them where
//! they are.
//!
//! On a date field they become a date; on a datetime field the moment in UTC at which that day begins in
//! the person's time zone, which is how Odoo stores it.

use jiff::{Span, Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A day.
    Date,
    /// A moment.
    Datetime,
}

/// The value that `text` stands for at `now` in `zone`, or `None` when it is no relative date.
///
/// A text is a start (`today`, `now`, `week`, `month`, `quarter`, `year`: the first day of each), then
/// any number of steps such as `-30d`, `+2w`, `-1m`, `+1y`, `-6h`; without a start it counts from today,
/// and from now when the step is in hours.
#[must_use]
pub fn resolve(text: &str, kind: Kind, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let here = now.to_zoned_datetime(zone.clone());
    let (start, mut steps) = match text.find(['+', '-']) {
        Some(at) => text.split_at(at),
        None => (text.as_str(), ""),
    };
    if start.is_empty() && steps.is_empty() {
        return None;
    }
    let mut at = begin(start.trim(), &here, steps)?;
    while !steps.is_empty() {
        let (step, rest) = split(steps)?;
        at = at.checked_add(step).ok()?;
        steps = rest;
    }
    Some(match kind {
        Kind::Date => at.date().to_string(),
        Kind::Datetime => {
            at.with_time_zone(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
        }
    })
}

fn begin(start: &str, here: &ZonedDateTime, steps: &str) -> Option<ZonedDateTime> {
    let today = here.date();
    let first = |date: Option<Date>| date?.to_zoned_datetime(here.time_zone().clone()).ok();
    match start {
        "now" => Some(here.clone()),
        "" if steps.ends_with('h') => Some(here.clone()),
        "" | "today" => first(Some(today)),
        "week" => {
            let since_monday = i64::from(today.weekday().to_monday_zero_offset());
            first(today.checked_sub(Span::new().days(since_monday)).ok())
        }
        "month" => first(Some(today.first_of_month())),
        "quarter" => {
            let month = (today.month() - 1) / 3 * 3 + 1;
            first(Date::new(today.year(), month, 1).ok())
        }
        "year" => first(Some(today.first_of_year())),
        _ => None,
    }
}

/// The first step of `+2w-1d`, and the rest.
fn split(steps: &str) -> Option<(Span, &str)> {
    let sign = match steps.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = steps[1..].bytes().take_while(u8::is_ascii_digit).count();
    // Five digits of days are more than two centuries.
    let number: i64 = steps.get(1..=digits).filter(|text| text.len() <= 5)?.parse().ok()?;
    let number = sign * number;
    let unit = steps.as_bytes().get(digits + 1)?;
    let span = Span::new();
    let span = match unit {
        b'h' => span.try_hours(number),
        b'd' => span.try_days(number),
        b'w' => span.try_weeks(number),
        b'm' => span.try_months(number),
        b'y' => span.try_years(number),
        _ => return None,
    };
    Some((span.ok()?, &steps[digits + 2..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str, kind: Kind, zone: &str) -> Option<String> {
        let now: Timestamp = "2026-11-24T23:30:00Z".parse().expect("a time");
        let zone = TimeZone::get(zone).expect("a zone");
        resolve(text, kind, now, &zone)
    }

    #[test]
    fn days_are_those_where_the_person_is() {
        let brussels = |text| at(text, Kind::Date, "Europe/Brussels");
        assert_eq!(brussels("today").as_deref(), Some("2026-11-25"));
        assert_eq!(at("today", Kind::Date, "America/Lima").as_deref(), Some("2026-11-24"));
        assert_eq!(brussels("-30d").as_deref(), Some("2026-10-26"));
        assert_eq!(brussels("today+1w").as_deref(), Some("2026-12-02"));
        assert_eq!(brussels("month").as_deref(), Some("2026-11-01"));
        assert_eq!(brussels("month-1m").as_deref(), Some("2026-10-01"));
        assert_eq!(brussels("quarter").as_deref(), Some("2026-10-01"));
        assert_eq!(brussels("week").as_deref(), Some("2026-11-23"));
        assert_eq!(brussels("year-1y+1m").as_deref(), Some("2025-02-01"));
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_person_and_is_told_in_utc() {
        let brussels = |text| at(text, Kind::Datetime, "Europe/Brussels");
        assert_eq!(brussels("today").as_deref(), Some("2026-11-24 23:00:00"));
        assert_eq!(brussels("now").as_deref(), Some("2026-11-24 23:30:00"));
        assert_eq!(brussels("-6h").as_deref(), Some("2026-11-24 17:30:00"));
        // Summer time ended in between.
        assert_eq!(brussels("-60d").as_deref(), Some("2026-09-25 22:00:00"));
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            "",
            "2026-01-01",
            "tomorrow",
            "-",
            "+d",
            "-30",
            "30d",
            "today-",
            "-1x",
            "SO-1d0",
            "-999999d",
        ] {
            assert_eq!(at(text, Kind::Date, "UTC"), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(today|now|year)?([+-][0-9]{0,6}[hdwmyx]?){0,3}\\PC{0,3}") {
            let _ = at(&text, Kind::Date, "Europe/Brussels");
            let _ = at(&text, Kind::Datetime, "Europe/Brussels");
        }
    }
}
