//! What a page costs over the wire on a first visit: the page and the files that it names, as brotli.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use reqwest::header;

use crate::program::Program;

/// Pages that are looked at, and whether somebody has to be signed in.
const PAGES: [(&str, bool); 3] = [("/sign-in", false), ("/sign-up", false), ("/api-keys", true)];

/// A page, and what it and its files have in bytes.
pub(crate) struct Weight {
    pub(crate) page: &'static str,
    pub(crate) bytes: usize,
    /// What of it is the program.
    pub(crate) wasm: usize,
}

/// Weighs the pages. Those before the sign-in name the program too, and load it when somebody begins to use
/// them: it is not counted there.
pub(crate) async fn weigh(program: &Program) -> anyhow::Result<Vec<Weight>> {
    let cookie = program.sign_in().await?;
    let mut weights = Vec::with_capacity(PAGES.len());
    for (page, needs_program) in PAGES {
        let cookie = needs_program.then_some(cookie.as_str());
        // Read as it is for the names in it, and compressed for its weight.
        let text = String::from_utf8(fetch(program, page, cookie, "identity").await?)?;
        let mut weight =
            Weight { page, bytes: fetch(program, page, cookie, "br").await?.len(), wasm: 0 };
        for file in files(&text) {
            let is_program = file.ends_with(".js") || file.ends_with(".wasm");
            if is_program && !needs_program {
                continue;
            }
            let bytes = fetch(program, file, None, "br").await?.len();
            weight.bytes += bytes;
            if file.ends_with(".wasm") {
                weight.wasm = bytes;
            }
        }
        weights.push(weight);
    }
    Ok(weights)
}

/// The files that the page names between quotes.
fn files(page: &str) -> BTreeSet<&str> {
    page.split('"')
        .map(|part| part.trim_end_matches('\\'))
        .filter(|part| part.starts_with("/pkg/") || part.starts_with("/favicon"))
        .collect()
}

async fn fetch(
    program: &Program,
    path: &str,
    cookie: Option<&str>,
    encoding: &str,
) -> anyhow::Result<Vec<u8>> {
    let mut request = program
        .client
        .get(format!("{}{path}", program.url))
        .header(header::ACCEPT_ENCODING, encoding);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let response = request.send().await.with_context(|| path.to_owned())?;
    ensure!(response.status().is_success(), "{path}: {}", response.status());
    Ok(response.bytes().await?.to_vec())
}
