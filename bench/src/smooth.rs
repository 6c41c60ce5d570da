//! How smooth the pages of API keys and of the activity stay in a large company: in Chromium, as on a desk and as on a
//! slow phone.

use std::path::Path;

use serde::Deserialize;

use crate::{chromium, lists};

/// How often each thing is pressed.
pub(crate) const TIMES: usize = 20;

/// The pages that are looked at.
const PAGES: [&str; 2] = ["/api-keys", "/activity"];

/// What was found of a page: on a desk, and on a phone.
pub(crate) struct Found {
    pub(crate) page: &'static str,
    pub(crate) devices: [Device; 2],
}

/// What was found on a device.
#[derive(Deserialize)]
pub(crate) struct Device {
    /// What was pressed, and the milliseconds until the next frame.
    pub(crate) presses: Vec<(String, Vec<f64>)>,
    /// The milliseconds between frames, of the page that is scrolled.
    pub(crate) frames: Vec<f64>,
}

/// Fills a company and looks at its pages.
pub(crate) async fn measure(program: &Path) -> anyhow::Result<Vec<Found>> {
    let large = lists::fill(program, None).await?;
    let cookie = large.program.sign_in().await?;
    let times = TIMES.to_string();
    let mut found = Vec::with_capacity(PAGES.len());
    for page in PAGES {
        let arguments = [times.as_str(), large.program.url.as_str(), cookie.as_str(), page];
        let devices = chromium::ask("smooth.mjs", &arguments).await?;
        found.push(Found { page, devices });
    }
    Ok(found)
}
