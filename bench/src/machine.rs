//! What the figures were measured on.

use std::fs;

/// The processor, its cores, the memory and the system, as far as Linux tells.
pub(crate) fn describe() -> String {
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let found = text.lines().find(|line| line.starts_with(name));
        found
            .and_then(|line| line.split_once([':', '=']))
            .map(|(_, value)| value.trim().trim_matches('"').to_owned())
    };
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = line("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or(0, |kib| kib / 1024 / 1024);
    let system = line("/etc/os-release", "PRETTY_NAME").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{processor}, {cores} cores, {memory} GiB, {system}; load before it began: {load}")
}
