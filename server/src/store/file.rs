//! The file behind SQLite, and whether it is still the one that was opened.

use std::{
    fs::Metadata,
    io,
    path::{Path, PathBuf},
};

use crate::private_files;

/// The file that a database was opened from.
#[derive(Debug)]
pub(super) struct OpenedFile {
    path: PathBuf,
    identity: Identity,
}

/// What tells a file from another at the same place: its device and its number there. As long as it is
/// open its number is given to no other.
#[cfg(unix)]
type Identity = (u64, u64);
/// Elsewhere a file that is open can be neither deleted nor replaced.
#[cfg(not(unix))]
type Identity = ();

impl OpenedFile {
    /// The file at `path`, which is made where it is missing, for its owner's eyes only: SQLite gives its
    /// other files the permissions of this one.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn open_or_create(path: PathBuf) -> io::Result<Self> {
        let identity = identity(&private_files::open_or_create(&path)?.metadata()?);
        Ok(Self { path, identity })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether what is at its place now is this very file.
    pub(super) fn is_in_place(&self) -> bool {
        self.path.metadata().is_ok_and(|now| identity(&now) == self.identity)
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}
