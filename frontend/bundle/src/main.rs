//! Turns the compiled wasm, `style/` and its assets into the folder that the server serves.
//!
//! `cargo leptos` does the same while developing; this tool does it with nothing but what Cargo
//! brings, so that a fresh clone needs no second program. Both read `[workspace.metadata.leptos]`.
//!
//! Usage: `bundle dev|release`, after `cargo build -p frontend --target wasm32-unknown-unknown`.

#[cfg(test)]
mod contrast;
mod project;
mod script;
mod site;
mod split;
mod stamp;
mod style;
mod wasm;

use std::{
    env,
    io::{self, Write as _},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    project::{Profile, Project},
    site::Site,
    stamp::Stamp,
};

fn main() -> Result<()> {
    let profile = match env::args().nth(1).as_deref() {
        Some("dev") => Profile::Dev,
        Some("release") => Profile::Release,
        _ => bail!("usage: bundle dev|release"),
    };
    let project = Project::read().context("reading the workspace's leptos settings")?;
    let site = make(&project, profile)?;
    writeln!(io::stdout(), "{}", site.summary())?;
    Ok(())
}

/// Makes the site, or finds that the one on disk was made from the same inputs: translating a
/// large unoptimised wasm takes seconds, and `make run` promises a quick start when nothing changed.
fn make(project: &Project, profile: Profile) -> Result<Site> {
    let wasm = project.compiled_wasm(profile)?;
    let style = style::bundle(&project.style_file)?;
    let style = match profile {
        Profile::Dev => style::with_held_states(&style),
        Profile::Release => style,
    };
    let assets = site::read_folder(&project.assets_dir)?;

    let stamp = Stamp::of(profile, &wasm, &style, &assets)?;
    if let Some(site) = Site::find(project)
        && stamp.is_the_last(project)
    {
        return Ok(site);
    }
    let mut package = script::translate(profile, wasm, &project.output_name)?;
    package.insert(format!("{}.css", project.output_name), style.into_bytes());
    let site = Site::write(project, profile, package, assets)?;
    stamp.keep(project)?;
    Ok(site)
}
