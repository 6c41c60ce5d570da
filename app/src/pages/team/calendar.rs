//! Days of the calendar, for the end that a person chooses for a key. The server decides what a chosen
//! end means; this only shows it and keeps the date picker from offering days that are over.

use leptos::web_sys::js_sys::Date;

use crate::words;

/// A day, UTC, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day(i64);

impl Day {
    /// Today, by the browser's clock. Only a browser can tell: call it after hydration.
    pub(super) fn today() -> Self {
        const DAY_IN_MILLISECONDS: f64 = 86_400_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "a count of days fits")]
        Self((Date::now() / DAY_IN_MILLISECONDS).floor() as i64)
    }

    /// The day that lies `days` after this one.
    pub(super) const fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// As a date picker wants it: `2027-02-22`.
    pub(super) fn iso(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// As a person reads it: `22 February 2027`.
    pub(super) fn label(self) -> String {
        let (year, month, day) = self.parts();
        words::date(year, month, day)
    }

    /// Year, month from 1 and day from 1 of the proleptic Gregorian calendar. Years are counted from
    /// March, so that the leap day is a year's last and months' lengths follow one formula: five months
    /// have 153 days.
    fn parts(self) -> (i64, usize, i64) {
        const FROM_0000_03_01_TO_1970_01_01: i64 = 719_468;
        const DAYS_OF_400_YEARS: i64 = 146_097;
        let day = self.0 + FROM_0000_03_01_TO_1970_01_01;
        let era = day.div_euclid(DAYS_OF_400_YEARS);
        let of_era = day.rem_euclid(DAYS_OF_400_YEARS);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
        let (month, next_year) = match month_from_march {
            0..=9 => (month_from_march + 3, 0),
            _ => (month_from_march - 9, 1),
        };
        let month = usize::try_from(month).expect("1 to 12");
        (era * 400 + year_of_era + next_year, month, day_of_month)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_are_the_calendar_s() {
        // Counted with `date -u -d @…`.
        for (days, iso) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_781, "2026-11-24"),
            (20_781 + 90, "2027-02-22"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(Day(days).iso(), iso);
        }
        assert_eq!(Day(20_781).plus(90).label(), "22 February 2027");
    }

    #[test]
    fn each_day_is_followed_by_another() {
        let mut before = Day(-800_000).iso();
        for day in -799_999..800_000 {
            let now = Day(day).iso();
            assert_ne!(now, before);
            before = now;
        }
    }
}
