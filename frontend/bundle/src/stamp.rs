//! What the site on disk was made from, so that the same is not made twice.

use std::{env, fs, path::PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::{
    project::{Profile, Project},
    script::Files,
};

/// The hash of all inputs, this program among them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp(String);

impl Stamp {
    /// # Errors
    /// When this program cannot look at its own file.
    pub(crate) fn of(profile: Profile, wasm: &[u8], style: &str, assets: &Files) -> Result<Self> {
        let program = env::current_exe()
            .and_then(fs::metadata)
            .and_then(|metadata| Ok((metadata.len(), metadata.modified()?)))
            .context("looking at this program")?;
        let mut hasher = Sha256::new();
        hasher.update(format!("{program:?} {profile:?}"));
        hasher.update(Sha256::digest(wasm));
        hasher.update(Sha256::digest(style));
        for (path, bytes) in assets {
            hasher.update(Sha256::digest(path));
            hasher.update(Sha256::digest(bytes));
        }
        Ok(Self(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    pub(crate) fn is_the_last(&self, project: &Project) -> bool {
        fs::read_to_string(path(project)).is_ok_and(|last| last == self.0)
    }

    /// # Errors
    /// When the disk refuses.
    pub(crate) fn keep(&self, project: &Project) -> Result<()> {
        let path = path(project);
        fs::write(&path, &self.0).with_context(|| path.display().to_string())
    }
}

/// Beside the site, not in it: what lies in the site is served.
fn path(project: &Project) -> PathBuf {
    project.site_root.with_added_extension("stamp")
}
