//! What the samples show.

use shared::{
    call_figures::{DayView, ToolDays},
    time::{HOUR, TimeView, Timestamp},
};

/// A point in time, some hours ago.
pub(super) fn hours_ago(count: u32) -> TimeView {
    TimeView {
        at: Timestamp::from_micros(-i64::from(count) * HOUR),
        iso: "2026-11-24T09:12:00Z".to_owned(),
        local: "2026-11-24T10:12 CET".to_owned(),
        seen_at: Timestamp::from_micros(0),
    }
}

/// One that is still to come.
pub(super) fn hours_ahead(count: u32) -> TimeView {
    TimeView { at: Timestamp::from_micros(i64::from(count) * HOUR), ..hours_ago(0) }
}

/// Thirty days, some of them without a call.
pub(super) fn days() -> Vec<DayView> {
    (1..=30)
        .map(|day| DayView {
            day: format!("2026-11-{day:02}"),
            done: if day % 7 == 0 { 0 } else { day * 3 % 40 },
            refused: day % 5,
            failed: day % 3,
        })
        .collect()
}

/// The same days by tool, of which there are more than a chart tells apart.
pub(super) fn tool_days() -> ToolDays {
    let tools = ["query", "read", "write", "schema", "report", "create", "context"];
    let counts: Vec<_> = (0..30_usize)
        .flat_map(|day| tools.iter().zip(1_u32..).map(move |(tool, at)| (day, *tool, at)))
        .map(|(day, tool, at)| (day, format!("aidoo_{tool}"), day as u32 * 7 % (20 / at + 1)))
        .collect();
    ToolDays::of(days().into_iter().map(|day| day.day).collect(), &counts)
}

/// Texts that break out of boxes, if anything does.
pub(super) const STRANGE: [&str; 4] = [
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "مرحبا بالعالم (RTL)",
    "<script>alert(1)</script>",
    "e\u{301}\u{302}\u{303} 👩‍👩‍👧‍👦 =cmd()",
];
