//! The page of figures.

use std::fmt;

use crate::{
    bytes::Weights,
    lighthouse::Said,
    load::{Added, Growth, Rates, Times},
    parts::Part,
    streams::Idle,
};

/// What was found. Memory is in KiB.
pub(crate) struct Page {
    pub(crate) machine: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) weights: Weights,
    pub(crate) lighthouse: Said,
    pub(crate) at_rest: u64,
    pub(crate) with_demonstration: u64,
    pub(crate) added: Added,
    pub(crate) rates: Rates,
    pub(crate) growth: Growth,
    pub(crate) idle: Idle,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            machine,
            parts,
            weights,
            lighthouse,
            at_rest,
            with_demonstration,
            added,
            rates,
            growth,
            idle,
        } = self;
        writeln!(
            f,
            "# Benchmarks\n\n\
             What `make bench` measured: the release build with its demonstration company, SQLite, and the \
             demonstration Odoo\nin the same process; the load generator (`bench/`) ran beside it on the same \
             machine.\n\n\
             Machine: {machine}. Command: `make bench`.\n\n\
             ## What the gateway adds\n\n\
             | what | median | p99 | goal |\n| --- | --- | --- | --- |"
        )?;
        let Added { straight, through, added } = added;
        let search = "`search_read` straight to the demonstration Odoo";
        times(f, search, straight, "")?;
        times(f, "the same through `aidoo_query` on `/mcp`", through, "")?;
        times(f, "added by the gateway, pair by pair", added, "≤ 0.5 ms, ≤ 2 ms")?;
        writeln!(
            f,
            "\nThe calls of a pair follow one another, and the next pair follows them.\n\n\
             ## How much it takes\n\n\
             | what | a second | of `/health` | median | p99 | goal |\n| --- | --- | --- | --- | --- | --- |"
        )?;
        let Rates { health, list, list_bytes } = rates;
        for (what, rate, goal) in
            [("`/health`", health, ""), ("authenticated `tools/list`", list, "≥ 60 %")]
        {
            writeln!(
                f,
                "| {what} | {:.0} | {:.0} % | {:.2} ms | {:.2} ms | {goal} |",
                rate.a_second,
                rate.a_second / health.a_second * 100.0,
                millis(&rate.times, 0.5),
                millis(&rate.times, 0.99),
            )?;
        }
        writeln!(
            f,
            "\nAsked in turn, 8 at once. `/health` reads nothing; every `tools/list` reads its key, member and \
             company from the\ndatabase, and its answer has {:.0} KB.\n\n\
             ## Memory\n\n\
             | what | resident | goal |\n| --- | --- | --- |",
            *list_bytes as f64 / 1_000.0
        )?;
        writeln!(f, "| at rest | {:.0} MiB | ≤ 40 MB |", mib(*at_rest))?;
        writeln!(
            f,
            "| at rest, with the demonstration and its Odoo in the process | {:.0} MiB | |",
            mib(*with_demonstration)
        )?;
        let Idle { streams, before, held } = idle;
        let each = held.saturating_sub(*before) as f64 / *streams as f64;
        writeln!(
            f,
            "| with {streams} idle streams of `/sse` | {:.0} MiB ({each:.1} KiB each) | ≤ 250 MB |",
            mib(*held)
        )?;
        let Growth { seconds, memory } = growth;
        let shown: Vec<_> = memory.iter().map(|kib| format!("{:.0}", mib(*kib))).collect();
        writeln!(
            f,
            "| over 200,000 calls in {seconds} s, after each 20,000 | {} MiB | no growth |",
            shown.join(", ")
        )?;
        writeln!(
            f,
            "\nEach stream has been initialized, and its key is read again every 15 s. The streams and the calls \
             are shared by\n1,280 keys, as each may call 120 times a minute and hold 8 streams."
        )?;
        write!(f, "{weights}{lighthouse}")?;
        writeln!(
            f,
            "\n## Parts\n\n\
             By criterion (`cargo bench --package bench`).\n\n\
             | what | median | deviation |\n| --- | --- | --- |"
        )?;
        for Part { name, median, deviation } in parts {
            let micros = |nanos: f64| nanos / 1_000.0;
            writeln!(f, "| {name} | {:.2} µs | {:.2} µs |", micros(*median), micros(*deviation))?;
        }
        Ok(())
    }
}

fn times(f: &mut fmt::Formatter<'_>, what: &str, times: &Times, goal: &str) -> fmt::Result {
    let (median, p99) = (millis(times, 0.5), millis(times, 0.99));
    writeln!(f, "| {what} | {median:.2} ms | {p99:.2} ms | {goal} |")
}

fn millis(times: &Times, share: f64) -> f64 {
    times.quantile(share) as f64 / 1_000.0
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
