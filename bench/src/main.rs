//! The load generator: starts the program, measures it over HTTP, and writes what it found into a page, with
//! what criterion has measured of the parts. `make bench` builds and runs both.
//!
//!     bench PROGRAM CRITERION PAGE [SECTION…]
//!
//! CRITERION is the folder that criterion writes to. Without a SECTION all are measured; otherwise the page keeps
//! what it says of the others.

mod bytes;
mod chromium;
mod figures;
mod lighthouse;
mod lists;
mod load;
mod machine;
mod page;
mod parts;
mod program;
mod smooth;
mod streams;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};

use self::{
    page::{Page, Section},
    program::{Program, With},
};

/// Keys that share the work, so that none reaches its limit of calls a minute, nor of streams.
const KEYS: usize = 2_048;
/// How long a program that has just started is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut argument = |what| arguments.next().with_context(|| format!("{what} is missing"));
    let program = argument("the program's path")?;
    let criterion = argument("criterion's folder")?;
    let file = argument("the page's path")?;
    let wanted = arguments.map(|name| section(&name)).collect::<anyhow::Result<Vec<_>>>()?;

    let mut page = Page::read(&file)?;
    for section in Section::ALL {
        if wanted.is_empty() || wanted.contains(&section) {
            say(section.title());
            let machine = machine::describe();
            let text = measure(section, &program, &criterion).await?;
            say(&text);
            page.set(section, &machine, &text);
            // What was found is kept, whatever becomes of the rest.
            page.write(&file)?;
        }
    }
    Ok(())
}

fn section(name: &Path) -> anyhow::Result<Section> {
    let found = Section::ALL.into_iter().find(|section| Path::new(section.name()) == name);
    let Some(found) = found else {
        let known: Vec<_> = Section::ALL.iter().map(|section| section.name()).collect();
        bail!("there is no section {}: there are {}", name.display(), known.join(", "));
    };
    Ok(found)
}

async fn measure(section: Section, program: &Path, criterion: &Path) -> anyhow::Result<String> {
    let demonstration = || Program::start(program, With::Demonstration);
    Ok(match section {
        Section::Gateway => {
            let program = demonstration().await?;
            let keys = program.make_keys(KEYS).await?;
            figures::added(&load::added(&program, &keys).await?)
        }
        Section::Rates => {
            let program = demonstration().await?;
            let keys = program.make_keys(KEYS).await?;
            figures::rates(&load::rates(&program, &keys).await?)
        }
        Section::Memory => figures::memory(&memory(program).await?),
        Section::Lists => figures::lists(&lists::measure(program).await?),
        Section::Smooth => figures::smooth(&smooth::measure(program).await?),
        Section::Bytes => bytes::weigh(&demonstration().await?).await?.to_string(),
        Section::Lighthouse => lighthouse::ask(&demonstration().await?).await?.to_string(),
        Section::Parts => figures::parts(&parts::read(criterion)?),
    })
}

/// Resident memory in KiB, of programs that have just started and of one at work.
pub(crate) struct Memory {
    pub(crate) at_rest: u64,
    pub(crate) with_demonstration: u64,
    pub(crate) idle: streams::Idle,
    pub(crate) growth: load::Growth,
}

async fn memory(path: &Path) -> anyhow::Result<Memory> {
    let program = Program::start(path, With::Nothing).await?;
    tokio::time::sleep(REST).await;
    let at_rest = program.memory()?;
    drop(program);
    let program = Program::start(path, With::Demonstration).await?;
    tokio::time::sleep(REST).await;
    let with_demonstration = program.memory()?;
    let keys = program.make_keys(KEYS).await?;
    let growth = load::growth(&program, &keys).await?;
    drop(program);
    let program = Program::start(path, With::Demonstration).await?;
    let keys = program.make_keys(KEYS).await?;
    let idle = streams::idle(&program, &keys).await?;
    Ok(Memory { at_rest, with_demonstration, idle, growth })
}

#[expect(clippy::print_stdout, reason = "a program for a terminal says what it does")]
fn say(text: &str) {
    println!("{text}");
}
