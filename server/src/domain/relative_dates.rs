//! Relative dates in a domain: `today`, `now`, `-30d`, `today+1w`, `month`, as a person means them where
//! they are.
//!
//! On a date field they become a date; on a datetime field a moment in UTC, which is how Odoo stores it. A whole day is
//! the moment at which it begins in the person's time zone, or its last second after `<=` and `>`: there Odoo itself takes
//! the end of a day that is written without a time (`odoo.osv.expression`, and `odoo.orm.domains` from 19 on).

use jiff::{Span, Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A day.
    Date,
    /// A moment.
    Datetime,
}

/// The value that `text` stands for at `now` in `zone` when a field of this `kind` is compared with it by `operator`, or
/// `None` when it is no relative date.
///
/// A text is a start (`today`, `now`, `week`, `month`, `quarter`, `year`: the first day of each), then
/// any number of steps such as `-30d`, `+2w`, `-1m`, `+1y`, `-6h`; without a start it counts from today,
/// and from now when the step is in hours. It stands for a whole day unless it starts from now or has a step in hours.
#[must_use]
pub fn resolve(
    text: &str,
    operator: &str,
    kind: Kind,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<String> {
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
    let is_day = start.trim() != "now" && !steps.contains('h');
    while !steps.is_empty() {
        let (step, rest) = split(steps)?;
        at = at.checked_add(step).ok()?;
        steps = rest;
    }
    Some(match kind {
        Kind::Date => at.date().to_string(),
        Kind::Datetime => {
            let at = match operator {
                _ if !is_day => at,
                "<=" | ">" => last_second(&at)?,
                // Steps keep the time of the clock, and midnight is not on every day.
                _ => at.start_of_day().ok()?,
            };
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

/// The last second of the day: one before the next day begins, at whatever time of the clock.
fn last_second(at: &ZonedDateTime) -> Option<ZonedDateTime> {
    let next = at.date().tomorrow().ok()?.to_zoned_datetime(at.time_zone().clone()).ok()?;
    next.checked_sub(Span::new().seconds(1)).ok()
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

    fn compared(operator: &str, text: &str, kind: Kind, zone: &str) -> Option<String> {
        let now: Timestamp = "2026-11-24T23:30:00Z".parse().expect("a time");
        let zone = TimeZone::get(zone).expect("a zone");
        resolve(text, operator, kind, now, &zone)
    }

    fn at(text: &str, kind: Kind, zone: &str) -> Option<String> {
        compared(">=", text, kind, zone)
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
    fn a_day_ends_where_it_is_meant_to_be_over_or_in() {
        let zone = "Europe/Brussels";
        for operator in ["<=", ">"] {
            let brussels = |text| compared(operator, text, Kind::Datetime, zone);
            assert_eq!(brussels("today").as_deref(), Some("2026-11-25 22:59:59"));
            assert_eq!(brussels("today-1d").as_deref(), Some("2026-11-24 22:59:59"));
            assert_eq!(brussels("-30d").as_deref(), Some("2026-10-26 22:59:59"));
            // The first day of each, and no more of it.
            assert_eq!(brussels("month").as_deref(), Some("2026-11-01 22:59:59"));
            assert_eq!(brussels("year-1y").as_deref(), Some("2025-01-01 22:59:59"));
            // The day on which summer time ends has 25 hours, and that on which it begins 23.
            assert_eq!(brussels("-31d").as_deref(), Some("2026-10-25 22:59:59"));
            assert_eq!(brussels("-32d").as_deref(), Some("2026-10-24 21:59:59"));
            assert_eq!(brussels("month-8m+28d").as_deref(), Some("2026-03-29 21:59:59"));
            // Moments are what they are.
            assert_eq!(brussels("now").as_deref(), Some("2026-11-24 23:30:00"));
            assert_eq!(brussels("now-1d").as_deref(), Some("2026-11-23 23:30:00"));
            assert_eq!(brussels("-6h").as_deref(), Some("2026-11-24 17:30:00"));
            assert_eq!(brussels("today+6h").as_deref(), Some("2026-11-25 05:00:00"));
            let day = compared(operator, "today", Kind::Date, zone);
            assert_eq!(day.as_deref(), Some("2026-11-25"));
        }
        for operator in [">=", "<", "=", "!=", "in"] {
            let today = compared(operator, "today", Kind::Datetime, zone);
            assert_eq!(today.as_deref(), Some("2026-11-24 23:00:00"), "{operator}");
        }
    }

    #[test]
    fn a_day_without_a_midnight_begins_later_and_shortens_none_beside_it() {
        // In Cairo the 24th of April 2026 begins at one, as summer time does.
        let now: Timestamp = "2026-04-24T10:00:00Z".parse().expect("a time");
        let cairo = TimeZone::get("Africa/Cairo").expect("a zone");
        let by = |operator, text| resolve(text, operator, Kind::Datetime, now, &cairo);
        assert_eq!(by(">=", "today-1d").as_deref(), Some("2026-04-22 22:00:00"));
        assert_eq!(by("<=", "today-1d").as_deref(), Some("2026-04-23 21:59:59"));
        assert_eq!(by(">=", "today").as_deref(), Some("2026-04-23 22:00:00"));
        assert_eq!(by("<=", "today").as_deref(), Some("2026-04-24 20:59:59"));
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
            let _ = compared("<=", &text, Kind::Datetime, "Europe/Brussels");
        }
    }
}
