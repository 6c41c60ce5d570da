//! Idle streams of `/sse`: what so many cost while nothing happens on them.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures::{StreamExt as _, TryStreamExt as _};
use reqwest::Response;
use serde_json::json;

use crate::program::Program;

/// Streams in all. A key may hold 8.
const STREAMS: usize = 5_000;
const PER_KEY: usize = 8;
/// Long enough for every stream's key to be read again twice.
const HELD: Duration = Duration::from_secs(35);

/// Memory in KiB before and while the streams are open.
pub(crate) struct Idle {
    pub(crate) streams: usize,
    pub(crate) before: u64,
    pub(crate) held: u64,
}

/// Opens the streams as clients do, with the first messages of the protocol, and then waits.
pub(crate) async fn idle(program: &Program, keys: &[String]) -> anyhow::Result<Idle> {
    ensure!(keys.len() * PER_KEY >= STREAMS, "more keys are needed");
    let before = program.memory()?;
    let opened = futures::stream::iter(0..STREAMS)
        .map(|number| open(program, &keys[number / PER_KEY]))
        .buffer_unordered(16)
        .try_collect::<Vec<Response>>()
        .await?;
    tokio::time::sleep(HELD).await;
    Ok(Idle { streams: opened.len(), before, held: program.memory()? })
}

async fn open(program: &Program, key: &str) -> anyhow::Result<Response> {
    // Its own client: a stream has no end that a time limit could wait for.
    let client = reqwest::Client::new();
    let request = client.get(format!("{}/sse", program.url)).bearer_auth(key);
    let mut stream = request.send().await?.error_for_status()?;
    let first = stream.chunk().await?.context("the stream ended")?;
    let first = std::str::from_utf8(&first)?;
    let path = first.lines().find_map(|line| line.strip_prefix("data:")).context("no endpoint")?;
    let address = format!("{}{}", program.url, path.trim());
    let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "bench", "version": "1" } } });
    let say = |message| program.client.post(&address).bearer_auth(key).json(message).send();
    say(&initialize).await?.error_for_status()?;
    stream.chunk().await?.context("the stream ended")?;
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    say(&initialized).await?.error_for_status()?;
    Ok(stream)
}
