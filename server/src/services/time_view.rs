//! Points in time as a page shows them.

use app::backend::Actor;
use jiff::tz::TimeZone;
use shared::{
    Error,
    error::Problem,
    time::{DAY, TimeView, Timestamp},
};

use super::Core;
use crate::{
    domain::day_range::{self, Range},
    error::Outcome,
    store::users,
};

/// How one person reads the time: from when on they count, and in what zone.
#[derive(Debug, Clone)]
pub struct Face {
    /// Now.
    pub now: Timestamp,
    zone: TimeZone,
}

impl Face {
    /// The actor's, now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(core: &Core, actor: Actor) -> Outcome<Self> {
        let user = users::find(core.db.reader(), actor.user).await?;
        let zone = user.and_then(|user| user.time_zone);
        // A zone that is not in the database any more is told in UTC rather than not at all.
        let zone = zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
        Ok(Self { now: core.clock.now(), zone })
    }

    /// The time between two days of the person's zone, both with it; an empty text is no day.
    ///
    /// # Errors
    /// [`Error::Invalid`] when one of them is no day, or they are the wrong way round.
    pub fn range(&self, since: Option<&str>, until: Option<&str>) -> Result<Range, Error> {
        day_range::range(since.unwrap_or_default(), until.unwrap_or_default(), &self.zone)
            .map_err(Error::Invalid)
    }

    /// `at` as a page shows it.
    #[must_use]
    pub fn view(&self, at: Timestamp) -> TimeView {
        let moment = moment(at);
        let local = moment.to_zoned_datetime(self.zone.clone());
        TimeView {
            at,
            iso: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            local: local.strftime("%Y-%m-%dT%H:%M %Z").to_string(),
            seen_at: self.now,
        }
    }
}

/// The day of `at` in UTC: "2026-12-01".
#[must_use]
pub fn day(at: Timestamp) -> String {
    moment(at).strftime("%Y-%m-%d").to_string()
}

/// The names of the time zones that a person can choose, as `Area/Place`.
#[must_use]
pub fn zone_names() -> Vec<String> {
    const AREAS: [&str; 9] = [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area)))
        .collect();
    names.sort_unstable();
    names
}

/// The zone with this name; nothing stands for UTC, which needs no name.
///
/// # Errors
/// [`Problem::Unknown`].
pub fn parse_zone(name: &str) -> Result<Option<String>, Problem> {
    match name.trim() {
        "" => Ok(None),
        name if zone_names().iter().any(|one| one == name) => Ok(Some(name.to_owned())),
        _ => Err(Problem::Unknown),
    }
}

/// The day that begins `days` days after 1970-01-01, UTC.
#[must_use]
pub fn day_view(days: i64) -> String {
    day(Timestamp::from_micros(days.saturating_mul(DAY)))
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
    use shared::time::{Distance, MINUTE, SECOND, Span, Unit};

    use super::*;

    fn face(zone: &str, now: Timestamp) -> Face {
        Face { now, zone: TimeZone::get(zone).expect("a zone") }
    }

    #[test]
    fn a_time_is_shown_with_its_distance() {
        let at = Timestamp::from_micros(1_795_511_520 * SECOND + 5);
        let view = face("UTC", at.plus(3 * DAY + MINUTE)).view(at);
        assert_eq!(view.iso, "2026-11-24T09:12:00Z");
        assert_eq!(view.distance(), Distance::Past(Span { count: 3, unit: Unit::Day }));
        assert_eq!(view.local, "2026-11-24T09:12 UTC");
        assert_eq!(view.at, at);
    }

    #[test]
    fn a_person_reads_the_time_of_their_zone() {
        let at = Timestamp::from_micros(1_795_511_520 * SECOND);
        let view = face("Europe/Paris", at).view(at);
        assert_eq!(
            (view.iso.as_str(), view.local.as_str()),
            ("2026-11-24T09:12:00Z", "2026-11-24T10:12 CET")
        );
        // 182 days before it is summer.
        assert_eq!(
            face("Europe/Paris", at).view(at.plus(-182 * DAY)).local,
            "2026-05-26T11:12 CEST"
        );
    }

    #[test]
    fn no_time_panics() {
        for zone in ["UTC", "Pacific/Kiritimati", "America/New_York"] {
            for micros in [i64::MIN, 0, i64::MAX] {
                let at = Timestamp::from_micros(micros);
                assert!(!face(zone, at).view(at).local.is_empty());
            }
        }
    }

    #[test]
    fn only_zones_that_are_offered_are_taken() {
        assert_eq!(parse_zone("Europe/Paris"), Ok(Some("Europe/Paris".to_owned())));
        assert_eq!(parse_zone(" "), Ok(None));
        for other in ["Mars/Olympus", "../etc/passwd", "Etc/GMT+12", "europe/paris"] {
            assert_eq!(parse_zone(other), Err(Problem::Unknown), "{other}");
        }
        assert!((300..600).contains(&zone_names().len()), "{}", zone_names().len());
    }
}
