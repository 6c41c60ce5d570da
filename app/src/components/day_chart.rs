//! The calls of each day as bars, drawn without a script, and the same figures as a table.

use leptos::prelude::*;
use shared::call_figures::DayView;

use crate::{texts::text, words};

/// The drawing's height, in its own units; a day is [`STEP`] wide.
const HEIGHT: u32 = 100;
const STEP: u32 = 20;
const BAR: u32 = 14;

/// One bar a day, what was refused and what failed on top of what was done.
#[component]
pub fn DayChart(
    /// The days, the oldest first.
    days: Vec<DayView>,
) -> impl IntoView {
    let most = days.iter().map(DayView::total).max().unwrap_or_default();
    if most == 0 {
        return view! { <p class="in-card soft">{text!(chart.none)}</p> }.into_any();
    }
    let width = STEP * u32::try_from(days.len()).unwrap_or(0);
    let bars = days
        .iter()
        .zip(0_u32..)
        .map(|(day, at)| {
            let parts = stack(day, most).map(|Part { class, top, height }| {
                (height > 0).then(|| {
                    view! { <rect class=class x=at * STEP + (STEP - BAR) / 2 y=top width=BAR height=height/> }
                })
            });
            view! { <g><title>{sentence(day)}</title>{parts.collect_view()}</g> }
        })
        .collect_view();
    let label = |day: Option<&DayView>| day.map(|day| words::short_day(&day.day));
    let (first, last) = (label(days.first()), label(days.last()));
    let rows = days
        .iter()
        .rev()
        .filter(|day| day.total() > 0)
        .map(|day| {
            view! {
                <tr>
                    <th scope="row">{words::short_day(&day.day)}</th>
                    <td>{day.done}</td>
                    <td>{day.refused}</td>
                    <td>{day.failed}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <figure class="chart in-card">
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=summary(&days)>
                {bars}
            </svg>
            <div class="axis" aria-hidden="true"><span>{first}</span><span>{text!(chart.most, count = most)}</span><span>{last}</span></div>
            <figcaption>
                <ul class="legend" aria-hidden="true">
                    <li class="done">{text!(chart.done)}</li>
                    <li class="refused">{text!(chart.refused)}</li>
                    <li class="failed">{text!(chart.failed)}</li>
                </ul>
                <details class="how">
                    <summary>{text!(chart.table)}</summary>
                    <table class="figures">
                        <caption class="visually-hidden">{text!(chart.caption)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{text!(chart.day)}</th>
                                <th scope="col">{text!(chart.done)}</th>
                                <th scope="col">{text!(chart.refused)}</th>
                                <th scope="col">{text!(chart.failed)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </details>
            </figcaption>
        </figure>
    }
    .into_any()
}

/// A part of a bar.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    class: &'static str,
    top: u32,
    height: u32,
}

/// The parts of a day's bar from the bottom up. What happened at all can be seen: no part is lower than 2.
fn stack(day: &DayView, most: u32) -> impl Iterator<Item = Part> + use<> {
    let DayView { day: _, done, refused, failed } = *day;
    let mut bottom = HEIGHT;
    [("done", done), ("refused", refused), ("failed", failed)].into_iter().map(
        move |(class, calls)| {
            let share = u64::from(calls) * u64::from(HEIGHT) / u64::from(most.max(1));
            let height = u32::try_from(share).unwrap_or(HEIGHT);
            let height = if calls == 0 { 0 } else { height.max(2).min(bottom) };
            bottom -= height;
            Part { class, top: bottom, height }
        },
    )
}

/// "24 Nov: 12 done, 1 refused, 0 failed".
fn sentence(day: &DayView) -> String {
    let DayView { day, done, refused, failed } = day;
    text!(
        chart.day_told,
        day = words::short_day(day),
        done = done,
        refused = refused,
        failed = failed
    )
}

/// The whole drawing in a sentence.
fn summary(days: &[DayView]) -> String {
    let sum = |count: fn(&DayView) -> u32| days.iter().map(count).map(u64::from).sum::<u64>();
    text!(
        chart.summary,
        days = days.len(),
        done = sum(|day| day.done),
        refused = sum(|day| day.refused),
        failed = sum(|day| day.failed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(done: u32, refused: u32, failed: u32) -> DayView {
        DayView { day: "2026-11-24".to_owned(), done, refused, failed }
    }

    #[test]
    fn the_parts_of_a_bar_stand_on_each_other_and_none_leaves_the_drawing() {
        for (day, most) in [
            (day(50, 25, 25), 100),
            (day(0, 0, 1), 1_000),
            (day(1_000, 1, 1), 1_002),
            (day(u32::MAX, 0, 0), u32::MAX),
            (day(0, 0, 0), 0),
        ] {
            let parts: Vec<Part> = stack(&day, most).collect();
            let mut bottom = HEIGHT;
            for (part, calls) in parts.iter().zip([day.done, day.refused, day.failed]) {
                assert_eq!(part.top + part.height, bottom);
                assert!(calls == 0 || bottom == 0 || part.height > 0);
                bottom = part.top;
            }
        }
    }

    #[test]
    fn the_drawing_is_told_in_a_sentence() {
        let told = summary(&[day(3, 0, 1), day(2, 1, 0)]);
        assert_eq!(told, "Calls in the last 2 days: 5 done, 1 refused, 1 failed");
    }
}
