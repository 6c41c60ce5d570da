//! The periods that dates and times are grouped by, in a person's time zone and language.

use jiff::{
    Span,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::super::super::{context::Language, value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A period of a field's values.
#[derive(Debug, Clone)]
pub(super) struct Grain {
    pub(super) period: Period,
    pub(super) language: Language,
    /// The zone whose days are meant; none for a field that holds days already.
    pub(super) zone: Option<TimeZone>,
}

impl Period {
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    fn span(self) -> Span {
        let span = Span::new();
        match self {
            Self::Day => span.days(1),
            Self::Week => span.days(7),
            Self::Month => span.months(1),
            Self::Quarter => span.months(3),
            Self::Year => span.years(1),
        }
    }
}

impl Grain {
    /// Where the period of a stored value begins, in the form that the field stores.
    pub(super) fn start_of(&self, stored: &str) -> Option<String> {
        let day = match &self.zone {
            None => value::parse_date(stored)?,
            Some(zone) => local(zone, stored)?.date(),
        };
        self.stored(self.first_day(day))
    }

    /// Where the period after the one that begins at `start` begins.
    pub(super) fn next(&self, start: &str) -> Option<String> {
        let next = self.day(start)?.checked_add(self.period.span()).ok()?;
        self.stored(next)
    }

    /// What a person calls the period that begins at `start`.
    pub(super) fn words(&self, start: &str) -> String {
        self.day(start).map(|day| self.name(day)).unwrap_or_default()
    }

    fn day(&self, stored: &str) -> Option<Date> {
        match &self.zone {
            None => value::parse_date(stored),
            Some(zone) => Some(local(zone, stored)?.date()),
        }
    }

    fn stored(&self, day: Date) -> Option<String> {
        let Some(zone) = &self.zone else { return Some(day.to_string()) };
        let midnight = zone.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
        Some(midnight.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }

    fn first_day(&self, day: Date) -> Date {
        let months = i64::from(day.month()) - 1;
        let back = match self.period {
            Period::Day => Span::new(),
            Period::Week => Span::new().days(self.days_into_week(day)),
            Period::Month => Span::new().days(i64::from(day.day()) - 1),
            Period::Quarter => {
                let first = day.saturating_sub(Span::new().days(i64::from(day.day()) - 1));
                return first.saturating_sub(Span::new().months(months % 3));
            }
            Period::Year => Span::new().days(i64::from(day.day_of_year()) - 1),
        };
        day.saturating_sub(back)
    }

    /// Weeks begin on a Sunday in American English and on a Monday in French.
    fn days_into_week(&self, day: Date) -> i64 {
        i64::from(match self.language {
            Language::English => day.weekday().to_sunday_zero_offset(),
            Language::French => day.weekday().to_monday_zero_offset(),
        })
    }

    fn name(&self, first: Date) -> String {
        let (month, year) = (first.month(), first.year());
        let french = |names: [&'static str; 12]| names[usize::from(month.unsigned_abs()) - 1];
        match (self.period, self.language) {
            (Period::Week, _) => self.week(first),
            (Period::Year, _) => year.to_string(),
            (Period::Day, Language::English) => first.strftime("%d %b %Y").to_string(),
            (Period::Day, Language::French) => {
                format!("{:02} {} {year}", first.day(), french(SHORT_MONTHS))
            }
            (Period::Month, Language::English) => first.strftime("%B %Y").to_string(),
            (Period::Month, Language::French) => format!("{} {year}", french(MONTHS)),
            (Period::Quarter, language) => {
                let letter = if language == Language::English { 'Q' } else { 'T' };
                format!("{letter}{} {year}", (month - 1) / 3 + 1)
            }
        }
    }

    /// In America the week with the first of January is the first; elsewhere ISO 8601 counts.
    fn week(&self, first: Date) -> String {
        if self.language == Language::French {
            return first.strftime("W%-V %G").to_string();
        }
        let year = first.saturating_add(Span::new().days(6)).year();
        let first_of_year = Date::new(year, 1, 1).unwrap_or(first);
        let beginning = self.first_day(first_of_year);
        let days = first.since(beginning).map_or(0, |span| span.get_days());
        format!("W{} {year}", days / 7 + 1)
    }
}

/// A stored moment, which is in UTC, by the clocks of a zone.
fn local(zone: &TimeZone, stored: &str) -> Option<DateTime> {
    let moment = TimeZone::UTC.to_timestamp(value::parse_datetime(stored)?).ok()?;
    Some(zone.to_datetime(moment))
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT_MONTHS: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PERIODS: [Period; 5] =
        [Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Year];

    fn grain(period: Period, language: Language, zone: Option<&str>) -> Grain {
        let zone = zone.map(|name| TimeZone::get(name).unwrap());
        Grain { period, language, zone }
    }

    #[test]
    fn days_of_a_zone_begin_at_its_midnight() {
        let berlin = |period| grain(period, Language::English, Some("Europe/Berlin"));
        // Half past eleven in the evening in UTC is the next day in Berlin.
        let late = "2026-03-31 22:30:00";
        assert_eq!(berlin(Period::Month).start_of(late).unwrap(), "2026-03-31 22:00:00");
        assert_eq!(berlin(Period::Month).words("2026-03-31 22:00:00"), "April 2026");
        // A month with the change of clocks: it begins in winter time and ends in summer time.
        let march = berlin(Period::Month).start_of("2026-03-15 12:00:00").unwrap();
        assert_eq!(march, "2026-02-28 23:00:00");
        assert_eq!(berlin(Period::Month).next(&march).unwrap(), "2026-03-31 22:00:00");
    }

    #[test]
    fn weeks_begin_and_are_counted_as_the_language_has_them() {
        let english = grain(Period::Week, Language::English, None);
        let french = grain(Period::Week, Language::French, None);
        // A Tuesday.
        assert_eq!(english.start_of("2026-11-24").unwrap(), "2026-11-22");
        assert_eq!(french.start_of("2026-11-24").unwrap(), "2026-11-23");
        assert_eq!(english.words("2026-11-22"), "W48 2026");
        assert_eq!(french.words("2026-11-23"), "W48 2026");
        assert_eq!(english.words("2026-12-27"), "W1 2027");
        assert_eq!(french.words("2026-12-28"), "W53 2026");
    }

    #[test]
    fn periods_have_names_in_both_languages() {
        let names = |language| {
            PERIODS.map(|period| grain(period, language, None).words("2026-08-01")).join(", ")
        };
        assert_eq!(names(Language::English), "01 Aug 2026, W31 2026, August 2026, Q3 2026, 2026");
        assert_eq!(names(Language::French), "01 août 2026, W31 2026, août 2026, T3 2026, 2026");
    }

    proptest! {
        #[test]
        fn every_moment_lies_in_its_period(
            seconds in 1_500_000_000_i64..2_000_000_000,
            period in proptest::sample::select(&PERIODS),
            zone in proptest::sample::select(&["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
        ) {
            let at = jiff::Timestamp::from_second(seconds).unwrap();
            let at = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
            for language in [Language::English, Language::French] {
                let grain = grain(period, language, Some(zone));
                let start = grain.start_of(&at).unwrap();
                let next = grain.next(&start).unwrap();
                prop_assert!(start <= at && at < next, "{start} {at} {next}");
                prop_assert_eq!(grain.start_of(&start).unwrap(), start);
            }
        }
    }
}
