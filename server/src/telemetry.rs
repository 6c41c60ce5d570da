//! Figures for whoever runs the server, and logs: one line an event, readable alone, with fields to filter by. No e-mail, key, token or address
//! of a person is ever in one.

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;
use tracing::Metadata;
use tracing_subscriber::{
    EnvFilter, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::config::LogFormat;

/// Starts logging to standard error. `directives` is a level or a list such as `info,server=debug`.
///
/// # Errors
/// When the directives cannot be read, or logging was started before.
pub fn init(directives: &str, format: LogFormat) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(directives).context("the log filter (AIDOO_LOG)")?;
    let registry = tracing_subscriber::registry().with(filter).with(filter_fn(is_written));
    let lines = fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            let is_terminal = std::io::stderr().is_terminal();
            registry.with(lines.with_target(false).with_ansi(is_terminal).compact()).try_init()?;
        }
        LogFormat::Json => registry.with(lines.json()).try_init()?,
    }
    Ok(())
}

/// Whether events of this origin are written at all, whatever the directives say. The SDK of MCP puts whole
/// messages into its own, some as warnings: confirmations, links to files, values of records, and what a client
/// sends where a name belongs. What is worth a line is told by Aidoo itself.
fn is_written(metadata: &Metadata<'_>) -> bool {
    let origin = metadata.target();
    origin != "rmcp" && !origin.starts_with("rmcp::")
}

/// How often samples that nobody has fetched are summed up.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to count, and sums up what was measured, until `stop`. Each sample is kept until then, and where
/// nobody reads the figures, nothing else does it.
pub fn start_metrics(stop: CancellationToken) {
    let handle = metrics();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(UPKEEP) => handle.run_upkeep(),
            }
        }
    });
}

/// The figures of this process. The first call begins to count; there is one set in a process, whatever
/// number of servers a test starts in it.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("something else counts already: the figures stay empty");
        }
        handle
    })
}
