//! The load generator: starts the program, measures it over HTTP, and writes what it found as a page, with
//! what criterion has measured of the parts. `make bench` builds and runs both.
//!
//!     bench PROGRAM PARTS PAGE
//!
//! PARTS is the folder that criterion writes to.

mod bytes;
mod figures;
mod lighthouse;
mod load;
mod machine;
mod parts;
mod program;
mod streams;

use std::{fs, path::PathBuf, time::Duration};

use anyhow::Context as _;

use self::{
    figures::Page,
    program::{Program, With},
};

/// Keys that share the work, so that none reaches its limit of calls a minute, nor of streams.
const KEYS: usize = 1_280;
/// How long a program that has just started is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut argument = |what| arguments.next().with_context(|| format!("{what} is missing"));
    let (path, parts) = (argument("the program's path")?, argument("the folder of parts")?);
    let page = argument("the page's path")?;
    let (machine, parts) = (machine::describe(), parts::read(&parts)?);

    say("memory at rest");
    let program = Program::start(&path, With::Nothing).await?;
    tokio::time::sleep(REST).await;
    let at_rest = program.memory()?;
    drop(program);

    let program = Program::start(&path, With::Demonstration).await?;
    tokio::time::sleep(REST).await;
    let with_demonstration = program.memory()?;
    let weights = bytes::weigh(&program).await?;
    say("what lighthouse says");
    let lighthouse = lighthouse::ask(&program).await?;
    say("making keys");
    let keys = program.make_keys(KEYS).await?;
    say("a call through the gateway, and straight to Odoo");
    let added = load::added(&program, &keys).await?;
    say("lists of tools, and answers of /health");
    let rates = load::rates(&program, &keys).await?;
    say("many calls, and memory meanwhile");
    let growth = load::growth(&program, &keys).await?;
    drop(program);

    say("idle streams");
    let program = Program::start(&path, With::Demonstration).await?;
    let keys = program.make_keys(KEYS).await?;
    let idle = streams::idle(&program, &keys).await?;
    drop(program);

    let found = Page {
        machine,
        parts,
        weights,
        lighthouse,
        at_rest,
        with_demonstration,
        added,
        rates,
        growth,
        idle,
    }
    .to_string();
    say(&found);
    fs::write(&page, found).with_context(|| format!("cannot write {}", page.display()))
}

#[expect(clippy::print_stdout, reason = "a program for a terminal says what it does")]
fn say(text: &str) {
    println!("{text}");
}
