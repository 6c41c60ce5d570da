//! `demo.env`: what scripts and people need to use the demonstration. It is also the demonstration's
//! own memory, so that a second start has the same passwords.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{clock::Entropy, private_files};

/// The variables of `demo.env`. Its values are secrets of a demonstration: the file has mode 0600.
#[derive(Clone)]
pub struct DemoEnv {
    path: PathBuf,
    values: BTreeMap<String, String>,
}

impl DemoEnv {
    /// Reads the file in `folder`; a missing one is empty.
    ///
    /// # Errors
    /// When it is there but cannot be read.
    pub fn load(folder: &Path) -> io::Result<Self> {
        let path = folder.join("demo.env");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let values = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect();
        Ok(Self { path, values })
    }

    /// The value of `name`, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The value of `name`; one is drawn if it is not set: 20 random bytes in hexadecimal, in groups
    /// that can be typed.
    pub fn secret(&mut self, name: &str, entropy: &Entropy) -> String {
        self.values.entry(name.to_owned()).or_insert_with(|| drawn_secret(entropy)).clone()
    }

    /// Sets `name`.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// Writes the file anew, readable by its owner only, in one step, in a folder that is made where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be written to; the error names the file.
    pub fn save(&self) -> io::Result<()> {
        self.write().map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
        })
    }

    fn write(&self) -> io::Result<()> {
        // With a database elsewhere and the master key in a variable, nothing else has made it.
        if let Some(folder) = self.path.parent() {
            private_files::create_folder(folder)?;
        }
        let unfinished = self.path.with_extension("env.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        writeln!(file, "# The demonstration's sign-ins and key. Made by `aidoo serve --demo`.")?;
        for (name, value) in &self.values {
            writeln!(file, "{name}={value}")?;
        }
        file.sync_all()?;
        fs::rename(unfinished, &self.path)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn drawn_secret(entropy: &Entropy) -> String {
    let groups = entropy.bytes::<20>();
    let groups: Vec<String> = groups
        .chunks(4)
        .map(|four| four.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_read_again_and_only_by_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("data");
        let mut env = DemoEnv::load(&folder).expect("a missing file is empty");
        let secret = env.secret("A", &Entropy);
        env.set("B", "x=y");
        env.save().expect("writes");

        let mut again = DemoEnv::load(&folder).expect("reads");
        assert_eq!(again.secret("A", &Entropy), secret);
        assert_eq!(again.get("B"), Some("x=y"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode =
                |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
            assert_eq!((mode(env.path()), mode(&folder)), (0o600, 0o700));
        }
    }

    #[test]
    fn an_error_names_the_file_that_could_not_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("writes");
        let env = DemoEnv { path: file.join("demo.env"), values: BTreeMap::new() };
        let error = env.save().expect_err("there is no such folder").to_string();
        assert!(error.starts_with(&format!("{}: ", env.path().display())), "{error}");
    }
}
