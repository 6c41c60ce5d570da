//! The site's folder on disk: `pkg/<content hash>/` and the assets beside it.
//!
//! The hash is of everything in the site. So a file under it never changes and a browser may keep it
//! for ever, and a program that embeds the folder is compiled again when anything in it changed.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use crate::{
    project::{Profile, Project},
    script::Files,
};

/// The end of a path that says that compressing the file again gains nothing.
const COMPRESSED: [&str; 6] = [".png", ".jpg", ".webp", ".avif", ".woff2", ".ico"];

/// A finished site.
#[derive(Debug)]
pub(crate) struct Site {
    package: PathBuf,
}

impl Site {
    /// The site that lies on disk, if this tool made one: `cargo leptos` writes no hash folder.
    pub(crate) fn find(project: &Project) -> Option<Self> {
        let script = format!("{}.js", project.output_name);
        let mut packages = fs::read_dir(project.pkg_root())
            .ok()?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.join(&script).is_file());
        let package = packages.next()?;
        packages.next().is_none().then_some(Self { package })
    }

    /// Writes the site anew. The old one is removed first: what no longer exists must not be served.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn write(
        project: &Project,
        profile: Profile,
        package: Files,
        assets: Files,
    ) -> Result<Self> {
        let root = &project.site_root;
        match fs::remove_dir_all(root) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", root.display()));
            }
            _ => {}
        }
        let hash = content_hash(&[&package, &assets]);
        let folder = project.pkg_root().join(hash);
        write_files(root, profile, &assets)?;
        write_files(&folder, profile, &package)?;
        Ok(Self { package: folder })
    }

    /// One line for the terminal: where the site is, and what its parts weigh on the wire.
    pub(crate) fn summary(&self) -> String {
        let size = |name: &str| {
            let path = self.package.join(name);
            let wire = path.with_added_extension("br");
            let bytes = fs::metadata(&wire).or_else(|_| fs::metadata(&path)).map_or(0, |m| m.len());
            format!("{} KB", bytes.div_ceil(1024))
        };
        let mut parts = fs::read_dir(&self.package)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| [".js", ".css", ".wasm"].iter().any(|end| name.ends_with(end)))
            .collect::<Vec<_>>();
        parts.sort();
        let parts = parts.iter().map(|name| format!("{name} {}", size(name))).collect::<Vec<_>>();
        format!("site: {} ({})", self.package.display(), parts.join(", "))
    }
}

/// Every file of a folder and the folders in it; an absent folder has none.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn read_folder(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| folder.display().to_string()),
        };
        for entry in entries {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                open.push((path, format!("{name}/")));
            } else {
                let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
                files.insert(name, bytes);
            }
        }
    }
    Ok(files)
}

fn content_hash(groups: &[&Files]) -> String {
    let mut hasher = Sha256::new();
    for files in groups {
        hasher.update(files.len().to_le_bytes());
        for (path, bytes) in *files {
            hasher.update(path.len().to_le_bytes());
            hasher.update(path);
            hasher.update(bytes.len().to_le_bytes());
            hasher.update(bytes);
        }
    }
    // 64 bits: enough that two builds of one installation never meet.
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn write_files(folder: &Path, profile: Profile, files: &Files) -> Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        let copies = match profile {
            Profile::Dev => BTreeMap::new(),
            Profile::Release if COMPRESSED.iter().any(|end| name.ends_with(end)) => BTreeMap::new(),
            Profile::Release => BTreeMap::from([("br", brotli(bytes)?), ("gz", gzip(bytes)?)]),
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        for (end, copy) in copies {
            let path = path.with_added_extension(end);
            fs::write(&path, copy).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    const BUFFER: usize = 64 * 1024;
    const QUALITY: u32 = 11;
    const WINDOW: u32 = 22;
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_hash_follows_every_file_and_its_place() {
        let hash = content_hash(&[&files(&[("a", "bc")]), &files(&[])]);
        assert_eq!(hash.len(), 16);
        assert_eq!(hash, content_hash(&[&files(&[("a", "bc")]), &files(&[])]));
        assert_ne!(hash, content_hash(&[&files(&[("ab", "c")]), &files(&[])]));
        assert_ne!(hash, content_hash(&[&files(&[]), &files(&[("a", "bc")])]));
    }

    #[test]
    fn a_release_has_compressed_copies_and_pictures_have_none() {
        let folder = tempfile::tempdir().unwrap();
        let given = files(&[("in/app.js", "let a = 1; let a1 = 1;"), ("icon.png", "png")]);
        write_files(folder.path(), Profile::Release, &given).unwrap();
        let written = read_folder(folder.path()).unwrap();
        let names = written.keys().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(names, ["icon.png", "in/app.js", "in/app.js.br", "in/app.js.gz"]);
        let mut text = Vec::new();
        brotli::BrotliDecompress(&mut written["in/app.js.br"].as_slice(), &mut text).unwrap();
        assert_eq!(text, written["in/app.js"]);
    }
}
