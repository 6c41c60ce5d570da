//! Calls: what one costs, how many there are in a second, and what many leave behind.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use anyhow::ensure;
use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};

use crate::program::{Program, answer};

/// Pairs of calls whose times are compared, after some that warm up both ways.
const PAIRS: usize = 4_000;
const WARM_UP: usize = 400;
/// Requests at once. A connection lets 8 calls to Odoo run at once.
const AT_ONCE: usize = 8;
/// One round of a rate, and how many of each there are, in turn.
const ROUND: Duration = Duration::from_secs(4);
const ROUNDS: usize = 4;
/// Calls after which memory must not have grown, and how often it is looked at. As many go before, in which what
/// is kept fills up: pages of the database, and as much of the heap as so many calls at once need.
const CALLS: usize = 200_000;
const LOOKS: usize = 10;

/// Times in microseconds, sorted.
pub(crate) struct Times(Vec<u128>);

/// A call through the gateway beside the same request straight to Odoo.
pub(crate) struct Added {
    pub(crate) straight: Times,
    pub(crate) through: Times,
    /// The difference of each pair.
    pub(crate) added: Times,
}

/// How often each is answered by one run of the program.
pub(crate) struct Rates {
    pub(crate) health: Rate,
    pub(crate) list: Rate,
    /// The length of one list.
    pub(crate) list_bytes: usize,
}

/// Answers in a second, and how long each took.
pub(crate) struct Rate {
    pub(crate) a_second: f64,
    pub(crate) times: Times,
}

/// Memory in KiB after each part of the calls that fill up what is kept, and of those after.
pub(crate) struct Growth {
    pub(crate) seconds: u64,
    pub(crate) before: Vec<u64>,
    pub(crate) after: Vec<u64>,
}

impl Times {
    /// The time below which `share` of all lie.
    pub(crate) fn quantile(&self, share: f64) -> u128 {
        let place = ((self.0.len() - 1) as f64 * share).round() as usize;
        self.0[place]
    }

    pub(crate) fn of(mut times: Vec<u128>) -> Self {
        times.sort_unstable();
        Self(times)
    }
}

/// A request of MCP.
pub(crate) fn mcp(program: &Program, key: &str, method: &str, params: Value) -> RequestBuilder {
    program
        .client
        .post(format!("{}/mcp", program.url))
        .bearer_auth(key)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
}

fn search() -> Value {
    json!({
        "domain": [["customer_rank", ">", 0]],
        "fields": ["name", "email", "city"],
        "limit": 80,
        "offset": 0,
        "order": "id",
    })
}

fn through(program: &Program, key: &str) -> RequestBuilder {
    let mut arguments = search();
    arguments["model"] = json!("res.partner");
    mcp(program, key, "tools/call", json!({ "name": "aidoo_query", "arguments": arguments }))
}

/// One after the other, in turn, so that whatever else the machine does hits both alike.
pub(crate) async fn added(program: &Program, keys: &[String]) -> anyhow::Result<Added> {
    let url = format!(
        "{}/json/2/res.partner/search_read",
        program.variable("AIDOO_DEMO_ODOO_URL")?.trim_end_matches('/')
    );
    let odoo_key = program.variable("AIDOO_OWNER_ODOO_KEY")?;
    let straight = || program.client.post(&url).bearer_auth(odoo_key).json(&search());
    let records = answer(straight()).await?;
    let found = answer(through(program, &keys[0])).await?;
    let (expected, given) =
        (records.as_array().map(Vec::len), &found["result"]["structuredContent"]["total"]);
    ensure!(
        expected.is_some_and(|count| count > 0 && *given == json!(count)),
        "both ways find the same: {expected:?}, {found}"
    );

    let (mut straights, mut throughs, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..WARM_UP + PAIRS {
        let one = timed(straight()).await?;
        let other = timed(through(program, &keys[number % keys.len()])).await?;
        if number >= WARM_UP {
            straights.push(one);
            throughs.push(other);
            added.push(other.saturating_sub(one));
        }
    }
    Ok(Added {
        straight: Times::of(straights),
        through: Times::of(throughs),
        added: Times::of(added),
    })
}

async fn timed(request: RequestBuilder) -> anyhow::Result<u128> {
    let started = Instant::now();
    let response = request.send().await?;
    let status = response.status();
    response.bytes().await?;
    let time = started.elapsed().as_micros();
    ensure!(status.is_success(), "{status}");
    Ok(time)
}

/// `/health` and `tools/list` in turn, as fast as the same clients can.
pub(crate) async fn rates(program: &Program, keys: &[String]) -> anyhow::Result<Rates> {
    let health = |_: usize| program.client.get(format!("{}/health", program.url));
    let list = |number: usize| mcp(program, &keys[number % keys.len()], "tools/list", json!({}));
    let list_bytes = list(0).send().await?.bytes().await?.len();
    round(health).await?;
    round(list).await?;
    let (mut healths, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        healths.extend(round(health).await?);
        lists.extend(round(list).await?);
    }
    let rate = |times: Vec<u128>| Rate {
        a_second: times.len() as f64 / (ROUND * ROUNDS as u32).as_secs_f64(),
        times: Times::of(times),
    };
    Ok(Rates { health: rate(healths), list: rate(lists), list_bytes })
}

async fn round(request: impl Fn(usize) -> RequestBuilder) -> anyhow::Result<Vec<u128>> {
    let started = Instant::now();
    in_parallel(&request, |_| started.elapsed() < ROUND).await
}

/// Sends requests, each with a number of its own, while `more` says so; gives how long each took.
async fn in_parallel(
    request: &impl Fn(usize) -> RequestBuilder,
    more: impl Fn(usize) -> bool,
) -> anyhow::Result<Vec<u128>> {
    let next = Cell::new(0);
    let client = async || {
        let mut times = Vec::new();
        while more(next.get()) {
            let number = next.replace(next.get() + 1);
            times.push(timed(request(number)).await?);
        }
        anyhow::Ok(times)
    };
    let times = futures::future::try_join_all((0..AT_ONCE).map(|_| client())).await?;
    Ok(times.concat())
}

/// Memory over many calls that reach Odoo.
pub(crate) async fn growth(program: &Program, keys: &[String]) -> anyhow::Result<Growth> {
    let started = Instant::now();
    let mut memory = Vec::with_capacity(2 * LOOKS);
    let part = CALLS / LOOKS;
    for look in 0..2 * LOOKS {
        let call = |number: usize| through(program, &keys[(look * part + number) % keys.len()]);
        in_parallel(&call, |number| number < part).await?;
        memory.push(program.memory()?);
    }
    let after = memory.split_off(LOOKS);
    Ok(Growth { seconds: started.elapsed().as_secs(), before: memory, after })
}
