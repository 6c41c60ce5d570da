//! The figures as sections of the page.

use std::fmt::Write as _;

use crate::{
    Memory,
    lists::{Database, Found, seed},
    load::{Added, Growth, Rates, Times},
    parts::Part,
    smooth::{self, Device},
    streams::Idle,
};

/// The most that a list may take at its 95th percentile, in milliseconds.
const LIST_GOAL: f64 = 100.0;

/// The most that a press may take until the next frame, in milliseconds: "good" of Interaction to Next Paint (web.dev).
const PRESS_GOAL: f64 = 200.0;
/// The most between two frames, in milliseconds: what is longer is "long" to the Long Animation Frames API (W3C).
const FRAME_GOAL: f64 = 50.0;

/// What the gateway adds to a call.
pub(crate) fn added(Added { straight, through, added }: &Added) -> String {
    let mut text = "| what | median | p99 | goal |\n| --- | --- | --- | --- |\n".to_owned();
    for (what, times, goal) in [
        ("`search_read` straight to the demonstration Odoo", straight, ""),
        ("the same through `aidoo_query` on `/mcp`", through, ""),
        ("added by the gateway, pair by pair", added, "≤ 0.5 ms, ≤ 2 ms"),
    ] {
        let (median, p99) = (millis(times, 0.5), millis(times, 0.99));
        let _ = writeln!(text, "| {what} | {median:.2} ms | {p99:.2} ms | {goal} |");
    }
    text + "\nThe calls of a pair follow one another, and the next pair follows them. Each way asks Odoo once: a page \
            that is not\nfull tells the total by itself.\n"
}

/// How many answers there are in a second.
pub(crate) fn rates(Rates { health, list, list_bytes }: &Rates) -> String {
    let mut text = "| what | a second | of `/health` | median | p99 | goal |\n\
                    | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for (what, rate, goal) in
        [("`/health`", health, ""), ("authenticated `tools/list`", list, "≥ 60 %")]
    {
        let _ = writeln!(
            text,
            "| {what} | {:.0} | {:.0} % | {:.2} ms | {:.2} ms | {goal} |",
            rate.a_second,
            rate.a_second / health.a_second * 100.0,
            millis(&rate.times, 0.5),
            millis(&rate.times, 0.99),
        );
    }
    let kilobytes = *list_bytes as f64 / 1_000.0;
    let _ = writeln!(
        text,
        "\nAsked in turn, 8 at once. `/health` reads nothing; every `tools/list` reads its key, member and company \
         from the\ndatabase, and its answer has {kilobytes:.0} KB."
    );
    text
}

/// Memory at rest, of idle streams, and over many calls.
pub(crate) fn memory(found: &Memory) -> String {
    let Memory { at_rest, with_demonstration, idle, growth } = found;
    let Idle { streams, before, held } = idle;
    let Growth { seconds, before: filling, after } = growth;
    let each = held.saturating_sub(*before) as f64 / *streams as f64;
    let shown = |memory: &[u64]| {
        let shown: Vec<_> = memory.iter().map(|kib| format!("{:.0}", mib(*kib))).collect();
        shown.join(", ")
    };
    format!(
        "| what | resident | goal |\n| --- | --- | --- |\n\
         | at rest | {:.0} MiB | ≤ 40 MB |\n\
         | at rest, with the demonstration and its Odoo in the process | {:.0} MiB | |\n\
         | with {streams} idle streams of `/sse` | {:.0} MiB ({each:.1} KiB each) | ≤ 250 MB |\n\
         | while 200,000 calls fill up what is kept, after each 20,000 | {} MiB | |\n\
         | over the 200,000 calls after them | {} MiB | no growth |\n\n\
         The calls took {seconds} s in all. \
         Each stream has been initialized, and its key is read again every 15 s. The streams and the calls are shared \
         by\n2,048 keys, as each may call 120 times a minute and hold 8 streams.\n",
        mib(*at_rest),
        mib(*with_demonstration),
        mib(*held),
        shown(filling),
        shown(after),
    )
}

/// How long lists take in a large company.
pub(crate) fn lists(found: &[Found]) -> String {
    let seed::Size { keys, calls, members, audit, confirmations, runs } = seed::SIZE;
    let mut text = format!(
        "One company with {keys} API keys of {members} people, {calls} calls in 60 days, {audit} entries of the audit, \
         {confirmations}\npreviews and {runs} runs of workflows. Each list is asked for 60 times by the owner, over \
         HTTP, one after the other;\nthe goal is a 95th percentile of at most 100 ms.\n\n| list |"
    );
    for Found { database, .. } in found {
        let name = database.name();
        let _ = write!(text, " {name}, median | p95 |");
    }
    text += " goal |\n| --- |";
    text += &" --- | --- |".repeat(found.len());
    text += " --- |\n";
    let rows = found.iter().map(|one| one.lists.len()).min().unwrap_or_default();
    for row in 0..rows {
        let mut is_met = true;
        let mut line = String::new();
        for Found { lists, .. } in found {
            let (name, times) = &lists[row];
            if line.is_empty() {
                let _ = write!(line, "| {name} |");
            }
            let (median, p95) = (millis(times, 0.5), millis(times, 0.95));
            is_met &= p95 <= LIST_GOAL;
            let _ = write!(line, " {median:.1} ms | {p95:.1} ms |");
        }
        let _ = writeln!(text, "{line} {} |", if is_met { "met" } else { "missed" });
    }
    let upgrades: Vec<_> = found
        .iter()
        .map(|found| format!("{:.0} s on {}", found.upgrade, found.database.name()))
        .collect();
    let _ = writeln!(
        text,
        "\nBringing this database up from before the counts of days took {}.",
        upgrades.join(", ")
    );
    text
}

/// How smooth a page stays, on a desk and on a phone.
pub(crate) fn smooth([desk, phone]: &[Device; 2]) -> String {
    let mut text = format!(
        "The page of API keys of the large company above, in Chromium without a graphics card: as on a desk of 1440 pixels, \
         and as on\na phone of 360 whose processor is four times slower. Each thing is pressed {} times. A time is the browser's \
         own, from the press to\nthe next frame (Interaction to Next Paint), in steps of 8 ms; what is done within a frame \
         counts as 16 ms. What a server has to answer\nis shown after that, as the section above says. The page is scrolled \
         from its beginning to its end, by 1,500 pixels a second.\n\n\
         | what | desk, median | p99 | phone, median | p99 | goal |\n| --- | --- | --- | --- | --- | --- |\n",
        smooth::TIMES
    );
    let mut row = |what: &str, desk: &[f64], phone: &[f64], goal: f64| {
        let [desk, phone] = [desk, phone].map(|times| {
            Times::of(times.iter().map(|time| (time * 1_000.0).round() as u128).collect())
        });
        let worst = millis(&desk, 0.99).max(millis(&phone, 0.99));
        let _ = writeln!(
            text,
            "| {what} | {:.0} ms | {:.0} ms | {:.0} ms | {:.0} ms | ≤ {goal} ms, {} |",
            millis(&desk, 0.5),
            millis(&desk, 0.99),
            millis(&phone, 0.5),
            millis(&phone, 0.99),
            if worst <= goal { "met" } else { "missed" },
        );
    };
    for ((what, desk), (_, phone)) in desk.presses.iter().zip(&phone.presses) {
        row(what, desk, phone, PRESS_GOAL);
    }
    row("between two frames while it scrolls", &desk.frames, &phone.frames, FRAME_GOAL);
    text
}

/// What criterion has found.
pub(crate) fn parts(parts: &[Part]) -> String {
    let mut text = "By criterion (`cargo bench --package bench`).\n\n\
                    | what | median | deviation |\n| --- | --- | --- |\n"
        .to_owned();
    for Part { name, median, deviation } in parts {
        let micros = |nanos: f64| nanos / 1_000.0;
        let _ =
            writeln!(text, "| {name} | {:.2} µs | {:.2} µs |", micros(*median), micros(*deviation));
    }
    text
}

impl Database {
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

fn millis(times: &Times, share: f64) -> f64 {
    times.quantile(share) as f64 / 1_000.0
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
