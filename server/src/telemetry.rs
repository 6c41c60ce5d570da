//! Logs: one line an event, readable alone, with fields to filter by. No e-mail, key, token or address
//! of a person is ever in one.

use std::io::IsTerminal;

use anyhow::Context as _;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::LogFormat;

/// Starts logging to standard error. `directives` is a level or a list such as `info,server=debug`.
///
/// # Errors
/// When the directives cannot be read, or logging was started before.
pub fn init(directives: &str, format: LogFormat) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(directives).context("the log filter (AIDOO_LOG)")?;
    let registry = tracing_subscriber::registry().with(filter);
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
