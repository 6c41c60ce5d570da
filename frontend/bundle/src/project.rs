//! Where things are: the workspace's own settings, read through Cargo.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// What the site is built from and for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For a server on this machine: nothing is compressed.
    Dev,
    /// For people: compressed copies lie beside each file.
    Release,
}

/// The paths and names that the tool and `cargo leptos` share.
#[derive(Debug)]
pub(crate) struct Project {
    /// The base name of the script, the wasm and the style sheet.
    pub(crate) output_name: String,
    /// The folder that becomes the site.
    pub(crate) site_root: PathBuf,
    /// The folder inside the site, relative to it, that holds script, wasm and style.
    pub(crate) pkg_dir: String,
    /// The style sheet that imports the others.
    pub(crate) style_file: PathBuf,
    /// Files that are copied to the site's root as they are.
    pub(crate) assets_dir: PathBuf,
    /// Cargo's own output folder.
    pub(crate) target_dir: PathBuf,
    library: String,
    release_profile: String,
}

impl Project {
    /// Asks Cargo for the workspace that the current folder belongs to.
    ///
    /// # Errors
    /// When Cargo cannot be run or the workspace has no leptos settings.
    pub(crate) fn read() -> Result<Self> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .context("running cargo metadata")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self::parse(&output.stdout)
    }

    fn parse(metadata: &[u8]) -> Result<Self> {
        let Workspace { workspace_root: root, target_directory, metadata } =
            serde_json::from_slice(metadata).context("the answer of cargo metadata")?;
        let settings =
            metadata.leptos.into_iter().next().context("[[workspace.metadata.leptos]] is empty")?;
        Ok(Self {
            output_name: settings.name,
            site_root: root.join(settings.site_root),
            pkg_dir: settings.site_pkg_dir,
            style_file: root.join(settings.style_file),
            assets_dir: root.join(settings.assets_dir),
            target_dir: target_directory,
            library: settings.lib_package,
            release_profile: settings.lib_profile_release,
        })
    }

    /// The bytes of the wasm that Cargo compiled for the profile.
    ///
    /// # Errors
    /// When it was not compiled yet.
    pub(crate) fn compiled_wasm(&self, profile: Profile) -> Result<Vec<u8>> {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => self.release_profile.as_str(),
        };
        let path = self
            .target_dir
            .join("wasm32-unknown-unknown")
            .join(folder)
            .join(format!("{}.wasm", self.library));
        fs::read(&path).with_context(|| format!("{} is not there yet", path.display()))
    }

    /// The folder with script, wasm and style, or with the one folder that holds them.
    pub(crate) fn pkg_root(&self) -> PathBuf {
        self.site_root.join(Path::new(&self.pkg_dir))
    }
}

#[derive(Deserialize)]
struct Workspace {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    leptos: Vec<Settings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    name: String,
    lib_package: String,
    lib_profile_release: String,
    site_root: String,
    site_pkg_dir: String,
    style_file: String,
    assets_dir: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_s_own_settings_are_understood() {
        let project = Project::read().unwrap();
        assert_eq!(project.output_name, "aidoo");
        assert_eq!(project.pkg_dir, "pkg");
        assert!(project.site_root.ends_with("target/site"));
        assert!(project.style_file.ends_with("style/main.css"));
    }

    #[test]
    fn a_workspace_without_settings_is_refused() {
        let metadata =
            br#"{"workspace_root":"/w","target_directory":"/w/t","metadata":{"leptos":[]}}"#;
        assert!(Project::parse(metadata).is_err());
    }
}
