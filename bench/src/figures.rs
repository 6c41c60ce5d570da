//! The figures as sections of the page.

use std::fmt::Write as _;

use crate::{
    Memory,
    lists::{Database, Found, seed},
    load::{Added, Growth, Rate, Rates, Times},
    parts::Part,
    smooth::{self, Device},
    streams::Idle,
};

/// The most that the gateway may add to a call at the median and at the 99th percentile, in milliseconds.
const ADDED_GOAL: [f64; 2] = [0.5, 2.0];
/// The least that there are of authenticated answers, of a hundred of `/health`.
const RATE_GOAL: f64 = 60.0;
/// The most memory at rest, in bytes.
const REST_GOAL: u64 = 40_000_000;
/// The most memory with all idle streams, in bytes.
const STREAMS_GOAL: u64 = 250_000_000;
/// What memory may be more on average in the second half of the looks than in the first, in KiB: the heap breathes.
const NO_GROWTH: f64 = 1_024.0;

/// The most that a list may take at its 95th percentile, in milliseconds.
const LIST_GOAL: f64 = 100.0;

/// The most that a press may take until the next frame, in milliseconds: "good" of Interaction to Next Paint (web.dev).
const PRESS_GOAL: f64 = 200.0;
/// The most between two frames, in milliseconds: what is longer is "long" to the Long Animation Frames API (W3C).
const FRAME_GOAL: f64 = 50.0;

/// A goal as the page has it: with whether it was met.
pub(crate) fn judged(goal: &str, is_met: bool) -> String {
    format!("{goal}, {}", verdict(is_met))
}

const fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "missed" }
}

/// What the gateway adds to a call.
pub(crate) fn added(Added { straight, through, added }: &Added) -> String {
    let mut text = "| what | median | p99 | goal |\n| --- | --- | --- | --- |\n".to_owned();
    let [most, most_p99] = ADDED_GOAL;
    let is_met = millis(added, 0.5) <= most && millis(added, 0.99) <= most_p99;
    let goal = judged(&format!("≤ {most} ms, ≤ {most_p99} ms"), is_met);
    for (what, times, goal) in [
        ("`search_read` straight to the demonstration Odoo", straight, ""),
        ("the same through `aidoo_query` on `/mcp`", through, ""),
        ("added by the gateway, pair by pair", added, goal.as_str()),
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
    let share = |rate: &Rate| rate.a_second / health.a_second * 100.0;
    let goal = judged(&format!("≥ {RATE_GOAL} %"), share(list) >= RATE_GOAL);
    for (what, rate, goal) in
        [("`/health`", health, ""), ("authenticated `tools/list`", list, goal.as_str())]
    {
        let _ = writeln!(
            text,
            "| {what} | {:.0} | {:.0} % | {:.2} ms | {:.2} ms | {goal} |",
            rate.a_second,
            share(rate),
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
    let at_most = |goal: u64, kib: u64| {
        judged(&format!("≤ {:.0} MiB", mib(goal / 1_024)), kib * 1_024 <= goal)
    };
    format!(
        "| what | resident | goal |\n| --- | --- | --- |\n\
         | at rest | {:.0} MiB | {} |\n\
         | at rest, with the demonstration and its Odoo in the process | {:.0} MiB | |\n\
         | with {streams} idle streams of `/sse` | {:.0} MiB ({each:.1} KiB each) | {} |\n\
         | while 200,000 calls fill up what is kept, after each 20,000 | {} MiB | |\n\
         | over the 200,000 calls after them | {} MiB | {} |\n\n\
         The calls took {seconds} s in all. No growth means on average at most 1 MiB more in the second half of that row \
         than in the first.\n\
         Each stream has been initialized, and its key is read again every 15 s. The streams and the calls are shared \
         by\n2,048 keys, as each may call 120 times a minute and hold 8 streams.\n",
        mib(*at_rest),
        at_most(REST_GOAL, *at_rest),
        mib(*with_demonstration),
        mib(*held),
        at_most(STREAMS_GOAL, *held),
        shown(filling),
        shown(after),
        judged("no growth", growth_of(after) <= NO_GROWTH),
    )
}

/// How much more memory the second half of the looks found on average than the first, in KiB.
fn growth_of(memory: &[u64]) -> f64 {
    let (first, second) = memory.split_at(memory.len() / 2);
    let mean = |half: &[u64]| half.iter().sum::<u64>() as f64 / half.len() as f64;
    mean(second) - mean(first)
}

/// How long lists take in a large company.
pub(crate) fn lists(found: &[Found]) -> String {
    let seed::Size { keys, calls, members, audit, confirmations, runs, notices } = seed::SIZE;
    let mut text = format!(
        "One company with {keys} API keys of {members} people, {calls} calls in 60 days, {audit} entries of the audit, \
         {confirmations}\nchanges that were previewed, {runs} runs of workflows and {notices} notices. Each list is asked \
         for 60 times, over HTTP, one after\nthe other, after five times that do not count: by the owner, a member's own by \
         the one whose keys are called with most, and the\nlast two by a key. The goal is a 95th percentile of at most \
         {LIST_GOAL} ms.\n\n| list |"
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
        let _ = writeln!(text, "{line} {} |", verdict(is_met));
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

/// How smooth each page stays, on a desk and on a phone.
pub(crate) fn smooth(found: &[smooth::Found]) -> String {
    let mut text = format!(
        "The pages of API keys and of the activity of the large company above, in Chromium without a graphics card: as on a \
         desk of\n1440 pixels, and as on a phone of 360 whose processor is four times slower. Each thing is pressed {} times. A \
         time is the browser's\nown, from the press to the next frame (Interaction to Next Paint), in steps of 8 ms; what is done \
         within a frame counts as 16 ms.\nWhat a server has to answer is shown after that, as the section above says. A page is \
         scrolled from its beginning to its end, by\n1,500 pixels a second.\n",
        smooth::TIMES
    );
    for smooth::Found { page, devices: [desk, phone] } in found {
        let _ = write!(
            text,
            "\n| on `{page}` | desk, median | p99 | phone, median | p99 | goal |\n| --- | --- | --- | --- | --- | --- |\n"
        );
        for ((what, on_desk), (_, on_phone)) in desk.presses.iter().zip(&phone.presses) {
            text += &smoothness(what, [on_desk, on_phone], PRESS_GOAL);
        }
        let frames = [desk, phone].map(|Device { frames, .. }| frames.as_slice());
        text += &smoothness("between two frames while it scrolls", frames, FRAME_GOAL);
    }
    text
}

/// A row of milliseconds: those on a desk, and those on a phone.
fn smoothness(what: &str, times: [&[f64]; 2], goal: f64) -> String {
    let [desk, phone] = times.map(|times| {
        Times::of(times.iter().map(|time| (time * 1_000.0).round() as u128).collect())
    });
    let worst = millis(&desk, 0.99).max(millis(&phone, 0.99));
    format!(
        "| {what} | {:.0} ms | {:.0} ms | {:.0} ms | {:.0} ms | {} |\n",
        millis(&desk, 0.5),
        millis(&desk, 0.99),
        millis(&phone, 0.5),
        millis(&phone, 0.99),
        judged(&format!("≤ {goal} ms"), worst <= goal),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_printed_with_whether_it_was_met() {
        let of = |micros| Times::of(vec![micros; 3]);
        let text = added(&Added { straight: of(200), through: of(700), added: of(500) });
        assert!(text.contains("| 0.50 ms | 0.50 ms | ≤ 0.5 ms, ≤ 2 ms, met |"), "{text}");
        let text = added(&Added { straight: of(200), through: of(701), added: of(501) });
        assert!(text.contains("≤ 0.5 ms, ≤ 2 ms, missed |"), "{text}");

        let rate = |a_second| Rate { a_second, times: of(1) };
        let text = rates(&Rates { health: rate(100.0), list: rate(60.0), list_bytes: 0 });
        assert!(text.contains("| 60 % | 0.00 ms | 0.00 ms | ≥ 60 %, met |"), "{text}");
        let text = rates(&Rates { health: rate(100.0), list: rate(54.0), list_bytes: 0 });
        assert!(text.contains("≥ 60 %, missed |"), "{text}");
    }

    #[test]
    fn memory_is_judged_in_the_unit_that_it_is_printed_in() {
        let of = |kib, after| Memory {
            at_rest: kib,
            with_demonstration: kib,
            idle: Idle { streams: 1, before: 0, held: kib },
            growth: Growth { seconds: 1, before: vec![kib], after },
        };
        let text = memory(&of(35_000, vec![70_000, 72_000, 71_000, 71_000]));
        assert!(text.contains("| at rest | 34 MiB | ≤ 38 MiB, met |"), "{text}");
        assert!(text.contains("KiB each) | ≤ 238 MiB, met |"), "{text}");
        assert!(text.contains("| 68, 70, 69, 69 MiB | no growth, met |"), "{text}");
        let text = memory(&of(300_000, vec![70_000, 70_000, 72_000, 72_000]));
        assert!(text.contains("| at rest | 293 MiB | ≤ 38 MiB, missed |"), "{text}");
        assert!(text.contains("KiB each) | ≤ 238 MiB, missed |"), "{text}");
        assert!(text.contains("MiB | no growth, missed |"), "{text}");
    }

    #[test]
    fn each_page_has_its_own_table_and_its_presses_are_judged_by_the_worse_device() {
        let device = |press| Device {
            presses: vec![("a row is unfolded".to_owned(), vec![press; 3])],
            frames: vec![17.0; 3],
        };
        let of = |page, phone| smooth::Found { page, devices: [device(24.0), device(phone)] };
        let text = smooth(&[of("/api-keys", 200.0), of("/activity", 208.0)]);
        let (keys, activity) = text.split_once("| on `/activity` |").expect("a table for each");
        assert!(keys.contains("| on `/api-keys` |"), "{text}");
        let row = "| a row is unfolded | 24 ms | 24 ms | 200 ms | 200 ms | ≤ 200 ms, met |";
        assert!(keys.contains(row), "{text}");
        assert!(activity.contains("| 208 ms | 208 ms | ≤ 200 ms, missed |"), "{text}");
        let frames = "| between two frames while it scrolls | 17 ms | 17 ms | 17 ms | 17 ms | ≤ 50 ms, met |";
        assert_eq!(text.matches(frames).count(), 2, "{text}");
    }
}
