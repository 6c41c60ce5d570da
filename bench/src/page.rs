//! The page of figures: its sections, of which some can be measured anew while the others stay.

use std::{collections::BTreeMap, fs, io::ErrorKind, path::Path};

use anyhow::Context as _;

const INTRODUCTION: &str = "# Benchmarks\n\n\
    What `make bench` measured: the release build with its demonstration company, and the demonstration Odoo in the\n\
    same process (but for the program at rest, which has neither), on SQLite unless PostgreSQL is named; the load\n\
    generator (`bench/`) ran beside it on the same machine. Each section says where and by what command, and beside each\n\
    goal whether it was met. The load is the average of the minute before, in which `make bench` builds or measures\n\
    another section. `make bench SECTIONS=\"gateway lists\"` measures those alone.\n";

/// A section of the page. Their order is the page's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Gateway,
    Rates,
    Memory,
    Lists,
    Smooth,
    Bytes,
    Lighthouse,
    Parts,
}

impl Section {
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Gateway,
        Self::Rates,
        Self::Memory,
        Self::Lists,
        Self::Smooth,
        Self::Bytes,
        Self::Lighthouse,
        Self::Parts,
    ];

    /// What it is called on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Rates => "rates",
            Self::Memory => "memory",
            Self::Lists => "lists",
            Self::Smooth => "smooth",
            Self::Bytes => "bytes",
            Self::Lighthouse => "lighthouse",
            Self::Parts => "parts",
        }
    }

    /// What it is called on the page.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Gateway => "What the gateway adds",
            Self::Rates => "How much it takes",
            Self::Memory => "Memory",
            Self::Lists => "Lists of a large company",
            Self::Smooth => "How smooth a large company's page stays",
            Self::Bytes => "Bytes of a page",
            Self::Lighthouse => "Lighthouse",
            Self::Parts => "Parts",
        }
    }
}

/// The page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page(BTreeMap<Section, String>);

impl Page {
    /// The page in `file`, or an empty one.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        match fs::read_to_string(file) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| file.display().to_string()),
        }
    }

    fn parse(text: &str) -> Self {
        let sections = text.split("\n## ").skip(1).filter_map(|part| {
            let (title, text) = part.split_once('\n')?;
            let section = Section::ALL.into_iter().find(|one| one.title() == title.trim())?;
            Some((section, text.trim().to_owned()))
        });
        Self(sections.collect())
    }

    /// Puts what was measured in the place of what the page said of it.
    pub(crate) fn set(&mut self, section: Section, machine: &str, text: &str) {
        let name = section.name();
        let told = format!(
            "Machine: {machine}. Command: `make bench SECTIONS={name}`.\n\n{}",
            text.trim()
        );
        self.0.insert(section, told);
    }

    /// Writes it.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let sections = self.0.iter();
        let told = sections.map(|(section, text)| format!("\n## {}\n\n{text}\n", section.title()));
        let page: String = std::iter::once(INTRODUCTION.to_owned()).chain(told).collect();
        fs::write(file, page).with_context(|| format!("cannot write {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_is_measured_alone_leaves_the_others_as_they_were() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("page.md");
        let mut page = Page::read(&file)?;
        page.set(Section::Parts, "one", "| a |\n");
        page.set(Section::Gateway, "one", "| b |\n");
        page.write(&file)?;
        let mut again = Page::read(&file)?;
        assert_eq!(again, page);
        again.set(Section::Gateway, "two", "| c |");
        again.write(&file)?;
        let text = fs::read_to_string(&file)?;
        assert!(text.contains("| a |") && text.contains("| c |") && !text.contains("| b |"));
        assert!(text.find("adds") < text.find("## Parts"), "{text}");
        Ok(())
    }
}
