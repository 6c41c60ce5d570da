//! What calls come to: for the activity page, and for the page of a key.

use app::backend::Actor;
use shared::{
    activity::CallResult,
    call_figures::{CallFigures, Counted, DAYS, DayView, ToolDays},
    id::CompanyId,
    role::Action,
    time::Timestamp,
};

use super::{Core, access, time_view::day_view};
use crate::{
    domain::call_days::{day_of, first_moment},
    error::{Fault, Outcome},
    store::call_figures::{self, DayCount, NameCount, Of, ToolCount},
};

/// The figures of the calls that the actor may see.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`.
pub(super) async fn figures(core: &Core, actor: Actor, company: CompanyId) -> Outcome<CallFigures> {
    let db = core.db.reader();
    let me = access::membership(db, &actor, company).await?;
    let of = access::only_own(&me, Action::SeeActivity).map_or(Of::Company, Of::Member);
    let since = first_moment(core.clock.now());

    let mut figures = CallFigures {
        days: days(call_figures::days(db, company, of, since).await?, since)?,
        ..CallFigures::default()
    };
    for speed in call_figures::speeds(db, company, of, since).await? {
        let place = speed.name.parse::<usize>().ok();
        if let Some(calls) = place.and_then(|place| figures.speeds.get_mut(place)) {
            *calls = count(speed.calls);
        }
    }
    let counted = |rows: Vec<NameCount>| {
        rows.into_iter().map(|row| Counted { name: row.name, calls: count(row.calls) }).collect()
    };
    figures.causes = counted(call_figures::causes(db, company, of, since).await?);
    figures.models = counted(call_figures::models(db, company, of, since).await?);
    Ok(figures)
}

/// One entry for each day from `since` on, also for those without a call.
pub(super) fn days(counts: Vec<DayCount>, since: Timestamp) -> Outcome<Vec<DayView>> {
    let first = day_of(since);
    let mut days: Vec<DayView> = (first..first + DAYS)
        .map(|day| DayView { day: day_view(day), ..DayView::default() })
        .collect();
    for DayCount { day, result, calls } in counts {
        let result: CallResult =
            result.parse().map_err(|error| Fault::Internal(format!("{error}: {result}")))?;
        // A clock that runs ahead elsewhere may have written a call of tomorrow.
        let at = usize::try_from(day - first).ok();
        if let Some(view) = at.and_then(|at| days.get_mut(at)) {
            view.add(result, count(calls));
        }
    }
    Ok(days)
}

/// The same by tool, whatever method of Odoo a call named.
pub(super) fn tool_days(counts: Vec<ToolCount>, since: Timestamp) -> ToolDays {
    let first = day_of(since);
    let counts: Vec<_> = counts
        .into_iter()
        .filter_map(|ToolCount { day, name, calls }| {
            let tool = name.split_once(' ').map_or(name.as_str(), |(tool, _)| tool);
            Some((usize::try_from(day - first).ok()?, tool.to_owned(), count(calls)))
        })
        .collect();
    ToolDays::of((first..first + DAYS).map(day_view).collect(), &counts)
}

/// As many as fit.
pub(super) fn count(calls: i64) -> u32 {
    u32::try_from(calls).unwrap_or(u32::MAX)
}
