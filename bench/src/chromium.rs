//! The scripts that ask Chromium: they print what they find as JSON.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::de::DeserializeOwned;
use tokio::process::Command;

const FOLDER: &str = "end2end/lighthouse";

/// Runs a script of that folder, and gives what it prints.
pub(crate) async fn ask<Found: DeserializeOwned>(
    script: &str,
    arguments: &[&str],
) -> anyhow::Result<Found> {
    let script = Path::new(FOLDER).join(script);
    ensure!(script.exists(), "{} is not there: run it from the repository", script.display());
    let output = Command::new("node")
        .arg(&script)
        .args(arguments)
        .output()
        .await
        .context("cannot start node")?;
    let problem = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {}\n{problem}", script.display(), output.status);
    serde_json::from_slice(&output.stdout).context("what the script printed")
}
