//! What criterion has measured: it leaves a folder for each benchmark.

use std::{fs, path::Path};

use anyhow::Context as _;
use serde_json::Value;

/// One part of a call.
pub(crate) struct Part {
    pub(crate) name: String,
    /// The time of one turn: median, and the deviation of all from their mean. Nanoseconds.
    pub(crate) median: f64,
    pub(crate) deviation: f64,
}

/// All of them, by name.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<Part>> {
    let entries =
        fs::read_dir(folder).context("criterion has left nothing: run `cargo bench -p bench`")?;
    let mut parts = Vec::new();
    for entry in entries {
        let latest = entry?.path().join("new");
        if latest.join("benchmark.json").exists() {
            parts.push(part(&latest)?);
        }
    }
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(parts)
}

fn part(folder: &Path) -> anyhow::Result<Part> {
    let json = |file: &str| -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&fs::read_to_string(folder.join(file))?)?)
    };
    let (what, estimates) = (json("benchmark.json")?, json("estimates.json")?);
    let nanos = |name: &str| {
        let found = estimates[name]["point_estimate"].as_f64();
        found.with_context(|| format!("{}: no {name}", folder.display()))
    };
    let name = what["full_id"].as_str().context("a benchmark without a name")?.to_owned();
    Ok(Part { name, median: nanos("median")?, deviation: nanos("std_dev")? })
}
