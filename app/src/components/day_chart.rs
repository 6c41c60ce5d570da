//! The calls of each day as bars, drawn without a script, and the same figures as a table.

use leptos::prelude::*;
use shared::call_figures::{DayView, ToolDay, ToolDays};

use crate::{
    texts::{counted, text},
    words,
};

/// The drawing's height, in its own units; a day is [`STEP`] wide.
const HEIGHT: u32 = 100;
const STEP: u32 = 20;
const BAR: u32 = 14;
/// The class of each tool's part, in their order, and of all others'.
const TOOLS: [&str; shared::call_figures::TOOLS + 1] = ["s1", "s2", "s3", "s4", "s5", "s6"];

/// One bar a day, what was refused and what failed on top of what was done.
#[component]
pub fn DayChart(
    /// The days, the oldest first.
    days: Vec<DayView>,
) -> impl IntoView {
    let series = [
        ("done", text!(chart.done)),
        ("refused", text!(chart.refused)),
        ("failed", text!(chart.failed)),
    ];
    let bars = days
        .iter()
        .map(|day| {
            let DayView { day: date, done, refused, failed } = day;
            Bar { day: date.clone(), counts: vec![*done, *refused, *failed], told: sentence(day) }
        })
        .collect();
    let series = series
        .map(|(class, name)| Series { class, name: name.to_owned(), is_code: false })
        .into_iter()
        .collect();
    drawn(bars, series, summary(&days))
}

/// One bar a day, with a part for each tool.
#[component]
pub fn ToolChart(
    /// The calls by tool.
    tools: ToolDays,
) -> impl IntoView {
    let ToolDays { tools, has_others, days } = tools;
    let others = has_others.then(|| (text!(chart.other_tools).to_owned(), false));
    let series: Vec<Series> = tools
        .into_iter()
        .map(|tool| (tool, true))
        .chain(others)
        .zip(TOOLS)
        .map(|((name, is_code), class)| Series { class, name, is_code })
        .collect();
    let told = |counts: &[u32]| {
        let some = series.iter().zip(counts).filter(|(_, count)| **count > 0);
        let parts: Vec<_> = some.map(|(one, count)| format!("{} {count}", one.name)).collect();
        if parts.is_empty() { text!(chart.no_calls).to_owned() } else { parts.join(", ") }
    };
    let totals: Vec<u32> = (0..series.len())
        .map(|at| {
            let counts = days.iter().filter_map(|day| day.calls.get(at));
            counts.fold(0, |total: u32, count| total.saturating_add(*count))
        })
        .collect();
    let summary = text!(chart.tools_summary, days = days.len(), calls = told(&totals));
    let bars = days
        .into_iter()
        .map(|ToolDay { day, calls }| {
            let told = text!(chart.tools_told, day = words::short_day(&day), calls = told(&calls));
            Bar { day, counts: calls, told }
        })
        .collect();
    drawn(bars, series, summary)
}

/// A day.
struct Bar {
    /// "2026-11-24".
    day: String,
    /// How many there are of each series.
    counts: Vec<u32>,
    /// The day in a sentence.
    told: String,
}

impl Bar {
    fn total(&self) -> u32 {
        self.counts.iter().fold(0, |total, count| total.saturating_add(*count))
    }
}

/// What a part of each bar stands for.
struct Series {
    class: &'static str,
    name: String,
    is_code: bool,
}

impl Series {
    fn label(&self) -> AnyView {
        let name = self.name.clone();
        if self.is_code { view! { <code>{name}</code> }.into_any() } else { name.into_any() }
    }
}

/// The drawing, what its colours mean, and the figures.
fn drawn(bars: Vec<Bar>, series: Vec<Series>, summary: String) -> AnyView {
    let most = bars.iter().map(Bar::total).max().unwrap_or_default();
    if most == 0 {
        return view! { <p class="in-card soft">{text!(chart.none)}</p> }.into_any();
    }
    let width = STEP * u32::try_from(bars.len()).unwrap_or(0);
    let drawing = bars
        .iter()
        .zip(0_u32..)
        .map(|(bar, at)| {
            let parts = stack(&bar.counts, most).zip(&series).map(|((top, height), one)| {
                (height > 0).then(|| {
                    view! { <rect class=one.class x=at * STEP + (STEP - BAR) / 2 y=top width=BAR height=height/> }
                })
            });
            view! { <g><title>{bar.told.clone()}</title>{parts.collect_view()}</g> }
        })
        .collect_view();
    let label = |bar: Option<&Bar>| bar.map(|bar| words::short_day(&bar.day));
    let (first, last) = (label(bars.first()), label(bars.last()));
    let rows = bars
        .iter()
        .rev()
        .filter(|bar| bar.total() > 0)
        .map(|bar| {
            let cells = bar.counts.iter().map(|count| view! { <td>{*count}</td> }).collect_view();
            view! { <tr><th scope="row">{words::short_day(&bar.day)}</th>{cells}</tr> }
        })
        .collect_view();
    let heads =
        series.iter().map(|one| view! { <th scope="col">{one.label()}</th> }).collect_view();
    let legend =
        series.iter().map(|one| view! { <li class=one.class>{one.label()}</li> }).collect_view();
    view! {
        <figure class="chart in-card">
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=summary>
                {drawing}
            </svg>
            <div class="axis" aria-hidden="true"><span>{first}</span><span>{text!(chart.most, count = most)}</span><span>{last}</span></div>
            <figcaption>
                <ul class="legend" aria-hidden="true">{legend}</ul>
                <details class="how">
                    <summary>{text!(chart.table)}</summary>
                    // A region that scrolls must be reachable with the keyboard.
                    <div class="wide-table" tabindex="0" role="group" aria-label=text!(chart.table)>
                        <table class="figures">
                            <caption class="visually-hidden">{text!(chart.caption)}</caption>
                            <thead><tr><th scope="col">{text!(chart.day)}</th>{heads}</tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </details>
            </figcaption>
        </figure>
    }
    .into_any()
}

/// Top and height of each part of a bar, from the bottom up. What happened at all can be seen: no part is lower than 2.
fn stack(counts: &[u32], most: u32) -> impl Iterator<Item = (u32, u32)> {
    let mut bottom = HEIGHT;
    counts.iter().map(move |calls| {
        let share = u64::from(*calls) * u64::from(HEIGHT) / u64::from(most.max(1));
        let height = u32::try_from(share).unwrap_or(HEIGHT);
        let height = if *calls == 0 { 0 } else { height.max(2).min(bottom) };
        bottom -= height;
        (bottom, height)
    })
}

/// "24 Nov: 12 done, 1 refused, 0 failed".
fn sentence(day: &DayView) -> String {
    let DayView { day, done, refused, failed } = day;
    let calls = counts((*done).into(), (*refused).into(), (*failed).into());
    text!(chart.day_told, day = words::short_day(day), calls = calls)
}

/// "12 done, 1 refused, 0 failed".
fn counts(done: u64, refused: u64, failed: u64) -> String {
    [
        counted!(done, chart.done_of),
        counted!(refused, chart.refused_of),
        counted!(failed, chart.failed_of),
    ]
    .join(", ")
}

/// The whole drawing in a sentence.
fn summary(days: &[DayView]) -> String {
    let sum = |count: fn(&DayView) -> u32| days.iter().map(count).map(u64::from).sum::<u64>();
    let calls = counts(sum(|day| day.done), sum(|day| day.refused), sum(|day| day.failed));
    text!(chart.summary, days = days.len(), calls = calls)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::texts::{Locale, in_locale};

    #[test]
    fn the_parts_of_a_bar_stand_on_each_other_and_none_leaves_the_drawing() {
        for (counts, most) in [
            (vec![50, 25, 25], 100),
            (vec![0, 0, 1], 1_000),
            (vec![1_000, 1, 1], 1_002),
            (vec![1_000, 1, 1, 1, 1, 1], 1_005),
            (vec![u32::MAX, 0, 0], u32::MAX),
            (vec![0, 0, 0], 0),
        ] {
            let mut bottom = HEIGHT;
            for ((top, height), calls) in stack(&counts, most).zip(&counts) {
                assert_eq!(top + height, bottom);
                assert!(*calls == 0 || bottom == 0 || height > 0);
                bottom = top;
            }
        }
    }

    #[test]
    fn the_drawing_is_told_in_a_sentence() {
        let day =
            |done, refused, failed| DayView { day: "2026-11-24".to_owned(), done, refused, failed };
        let told = summary(&[day(3, 0, 1), day(2, 1, 0)]);
        assert_eq!(told, "Calls in the last 2 days: 5 done, 1 refused, 1 failed");
    }

    #[test]
    fn each_number_has_its_own_plural() {
        let day = |done, failed| DayView { day: String::new(), done, refused: 0, failed };
        let told = in_locale(Locale::fr, || summary(&[day(1, 0), day(0, 2)]));
        assert_eq!(told, "Appels des 2 derniers jours\u{a0}: 1 réussi, 0 refusé, 2 échoués");
    }
}
