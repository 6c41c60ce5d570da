//! Points in time and spans, as a person reads them. The server has measured them: here are only words,
//! so that what it renders and what the browser hydrates are the same.

use shared::time::{Distance, Span, TimeView, Unit};

use crate::texts::{self, Locale, counted, text};

/// "just now", "3 days ago", "in 2 hours".
#[must_use]
pub fn relative(distance: Distance) -> String {
    match distance {
        Distance::Now => text!(times.now).to_owned(),
        Distance::Past(past) => text!(times.past, span = span(past)),
        Distance::Ahead(ahead) => text!(times.ahead, span = span(ahead)),
    }
}

/// "3 days".
#[must_use]
pub fn span(Span { count, unit }: Span) -> String {
    match unit {
        Unit::Minute => counted!(count, times.minute),
        Unit::Hour => counted!(count, times.hour),
        Unit::Day => counted!(count, times.day),
        Unit::Month => counted!(count, times.month),
        Unit::Year => counted!(count, times.year),
    }
}

/// How long something took, of which the server says milliseconds: "120 ms", "1.2 s".
#[must_use]
pub fn duration(milliseconds: u32) -> String {
    if milliseconds < 1_000 {
        return text!(workflows.milliseconds, count = milliseconds);
    }
    let (whole, tenths) = (milliseconds / 1_000, milliseconds % 1_000 / 100);
    let sign = if texts::locale() == Locale::fr { ',' } else { '.' };
    text!(workflows.seconds, count = format!("{whole}{sign}{tenths}"))
}

/// "24 Nov 2026, 10:12 CET", in the person's zone.
#[must_use]
pub fn date_time(time: &TimeView) -> String {
    let Some((date, clock)) = local_date(time) else { return time.iso.clone() };
    text!(times.date_time, date = date, time = clock.to_owned())
}

/// "28 Feb 2027, in 89 days", in the person's zone, `elapsed` microseconds after the page was made.
#[must_use]
pub fn dated(time: &TimeView, elapsed: i64) -> String {
    let date = local_date(time).map_or_else(|| time.iso.clone(), |(date, _)| date);
    text!(times.dated, date = date, distance = relative(time.distance_after(elapsed)))
}

/// The date, and what stands on the clock. A time is told as 2026-11-24T10:12 CET; a year beyond 9999 has a sign, and is
/// shown as it stands.
fn local_date(time: &TimeView) -> Option<(String, &str)> {
    let (year, month, day, clock) = parts(&time.local)?;
    let (day, month) = (of_month(day), short_month(month));
    Some((text!(times.date, day = day, month = month, year = year.to_owned()), clock))
}

/// "24 November 2026"; the month counts from 1.
#[must_use]
pub fn date(year: i64, month: usize, day: i64) -> String {
    text!(times.date, day = of_month(day), month = long_month(month), year = year)
}

/// A day of which the server says "2026-12-01": "1 December 2026".
#[must_use]
pub fn day(iso: &str) -> String {
    match numbers(iso) {
        Some((year, month, day)) => {
            let (day, month) = (of_month(day), long_month(month));
            text!(times.date, day = day, month = month, year = year.to_owned())
        }
        None => iso.to_owned(),
    }
}

/// A day of which the server says "2026-12-01", without its year: "1 Dec".
#[must_use]
pub fn short_day(iso: &str) -> String {
    match numbers(iso) {
        Some((_, month, day)) => {
            text!(times.day_month, day = of_month(day), month = short_month(month))
        }
        None => iso.to_owned(),
    }
}

fn parts(local: &str) -> Option<(&str, usize, i64, &str)> {
    let (date, clock) = local.split_once('T')?;
    let (year, month, day) = numbers(date)?;
    Some((year, month, day, clock))
}

fn numbers(date: &str) -> Option<(&str, usize, i64)> {
    let mut numbers = date.split('-');
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    (year.len() == 4).then_some(())?;
    Some((year, month.parse().ok()?, day.parse::<u8>().ok()?.into()))
}

/// A day of a month as a date has it: in French the first has a form of its own.
fn of_month(day: i64) -> String {
    if day == 1 { text!(times.first).to_owned() } else { day.to_string() }
}

fn long_month(month: usize) -> &'static str {
    match month {
        1 => text!(months.month_1),
        2 => text!(months.month_2),
        3 => text!(months.month_3),
        4 => text!(months.month_4),
        5 => text!(months.month_5),
        6 => text!(months.month_6),
        7 => text!(months.month_7),
        8 => text!(months.month_8),
        9 => text!(months.month_9),
        10 => text!(months.month_10),
        11 => text!(months.month_11),
        _ => text!(months.month_12),
    }
}

fn short_month(month: usize) -> &'static str {
    match month {
        1 => text!(months_short.month_1),
        2 => text!(months_short.month_2),
        3 => text!(months_short.month_3),
        4 => text!(months_short.month_4),
        5 => text!(months_short.month_5),
        6 => text!(months_short.month_6),
        7 => text!(months_short.month_7),
        8 => text!(months_short.month_8),
        9 => text!(months_short.month_9),
        10 => text!(months_short.month_10),
        11 => text!(months_short.month_11),
        _ => text!(months_short.month_12),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::{Owner, provide_context};
    use shared::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

    use super::*;
    use crate::texts::{Locale, in_locale};

    fn say(locale: Locale, offset: i64) -> String {
        let now = Timestamp::from_micros(1_800_000_000 * SECOND);
        Owner::new().with(|| {
            provide_context(locale);
            relative(Distance::between(now.plus(offset), now))
        })
    }

    #[test]
    fn relative_times_read_as_a_person_would_say_them() {
        for (offset, english, french) in [
            (-5 * SECOND, "just now", "à l’instant"),
            (-MINUTE, "1 minute ago", "il y a 1 minute"),
            (-59 * MINUTE, "59 minutes ago", "il y a 59 minutes"),
            (-HOUR, "1 hour ago", "il y a 1 heure"),
            (-3 * DAY, "3 days ago", "il y a 3 jours"),
            (-70 * DAY, "2 months ago", "il y a 2 mois"),
            (2 * HOUR, "in 2 hours", "dans 2 heures"),
            (800 * DAY, "in 2 years", "dans 2 ans"),
        ] {
            assert_eq!(say(Locale::en, offset), english);
            assert_eq!(say(Locale::fr, offset), french);
        }
    }

    #[test]
    fn a_time_is_told_in_full() {
        let time = |local: &str| TimeView {
            at: Timestamp::default(),
            iso: "as it stands".to_owned(),
            local: local.to_owned(),
            seen_at: Timestamp::default(),
        };
        let tell = |locale: Locale, local: &str| {
            Owner::new().with(|| {
                provide_context(locale);
                date_time(&time(local))
            })
        };
        assert_eq!(tell(Locale::en, "2026-11-24T09:12 UTC"), "24 Nov 2026, 09:12 UTC");
        assert_eq!(tell(Locale::fr, "2026-11-04T10:12 CET"), "4 nov. 2026 à 10:12 CET");
        assert_eq!(tell(Locale::fr, "2026-12-01T10:12 CET"), "1er déc. 2026 à 10:12 CET");
        assert_eq!(tell(Locale::en, "2026-12-01T10:12 CET"), "1 Dec 2026, 10:12 CET");
        assert_eq!(tell(Locale::fr, "-009999-01-02T00:00 UTC"), "as it stands");
    }

    #[test]
    fn an_end_is_told_with_its_day() {
        let end = TimeView {
            at: Timestamp::from_micros(90 * DAY - HOUR),
            iso: String::new(),
            local: "2027-02-28T09:12 UTC".to_owned(),
            seen_at: Timestamp::default(),
        };
        let tell = |locale: Locale, elapsed: i64| in_locale(locale, || dated(&end, elapsed));
        assert_eq!(tell(Locale::en, 0), "28 Feb 2027, in 89 days");
        assert_eq!(tell(Locale::fr, DAY), "28 févr. 2027, dans 88 jours");
    }
}
