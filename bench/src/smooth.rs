//! How smooth the page of API keys stays in a large company: in Chromium, as on a desk and as on a slow phone.

use std::path::Path;

use serde::Deserialize;

use crate::{chromium, lists};

/// How often each thing is pressed.
pub(crate) const TIMES: usize = 20;

/// What was found on a device.
#[derive(Deserialize)]
pub(crate) struct Device {
    /// What was pressed, and the milliseconds until the next frame.
    pub(crate) presses: Vec<(String, Vec<f64>)>,
    /// The milliseconds between frames, of the page that is scrolled.
    pub(crate) frames: Vec<f64>,
}

/// Fills a company and looks at its page: on a desk, and on a phone.
pub(crate) async fn measure(program: &Path) -> anyhow::Result<[Device; 2]> {
    let large = lists::fill(program, None).await?;
    let cookie = large.program.sign_in().await?;
    chromium::ask("smooth.mjs", &[&TIMES.to_string(), &large.program.url, &cookie]).await
}
