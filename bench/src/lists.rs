//! Lists of a company with very many keys and calls: how long each takes to answer, on either database.

mod asked;
mod dialect;
mod postgres;
pub(crate) mod seed;

use std::{path::Path, time::Instant};

use anyhow::{Context as _, ensure};
use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};
use shared::account::Viewer;

use self::{asked::Asked, postgres::Cluster};
use crate::{
    load::{Times, mcp},
    program::{Program, With, answer},
};

/// How often each list is asked for.
const TIMES: usize = 60;
/// Pages that are turned before a page counts as deep.
const DEEP: usize = 200;

/// A database that the program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// What was found on one database.
pub(crate) struct Found {
    pub(crate) database: Database,
    /// Bringing the company's data up to this version took this many seconds.
    pub(crate) upgrade: f64,
    /// Each list, and how long it took.
    pub(crate) lists: Vec<(&'static str, Times)>,
}

/// Fills a database of each kind, and asks for every list.
pub(crate) async fn measure(program: &Path) -> anyhow::Result<Vec<Found>> {
    let cluster = Cluster::start().await?;
    Ok(vec![
        on(program, Database::Sqlite, None).await?,
        on(program, Database::Postgres, Some(cluster.url())).await?,
    ])
}

async fn on(path: &Path, database: Database, url: Option<String>) -> anyhow::Result<Found> {
    let Large { program, company, upgrade } = fill(path, url).await?;
    let key = program.make_keys(1).await?.remove(0);
    let asking = |cookie| Asking { program: &program, cookie, company: company.clone() };
    let owner = asking(program.sign_in().await?);
    let mut lists = owner.all(asked::all(&owner).await?).await?;
    let member = asking(program.sign_in_by(&seed::busiest(), "MEMBER").await?);
    lists.extend(member.all(asked::of_member(&member).await?).await?);
    lists.extend(by_key(&program, &key).await?);
    Ok(Found { database, upgrade, lists })
}

/// What is asked with a key of that company.
async fn by_key(program: &Program, key: &str) -> anyhow::Result<Vec<(&'static str, Times)>> {
    let call =
        json!({ "name": "aidoo_query", "arguments": { "model": "res.partner", "limit": 10 } });
    let mut lists = Vec::new();
    for (name, method, params) in [
        ("`tools/list` with a key of that company", "tools/list", json!({})),
        ("`aidoo_query` with it", "tools/call", call),
    ] {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let begun = Instant::now();
            answer(mcp(program, key, method, params.clone())).await?;
            times.push(begun.elapsed().as_micros());
        }
        lists.push((name, Times::of(times)));
    }
    Ok(lists)
}

/// A program with such a company.
pub(crate) struct Large {
    pub(crate) program: Program,
    company: String,
    upgrade: f64,
}

/// Starts the program and fills its database: the one at `url`, or its own of SQLite.
pub(crate) async fn fill(path: &Path, url: Option<String>) -> anyhow::Result<Large> {
    let program = Program::start_on(path, With::Demonstration, url.clone()).await?;
    let viewer = viewer(&program).await?;
    let email = program.variable("AIDOO_MEMBER_EMAIL")?.to_owned();
    let stopped = program.stop()?;
    let url = url.unwrap_or_else(|| stopped.sqlite());
    let upgrade = seed::fill(&url, viewer.company, viewer.member, &email).await?;
    let program = stopped.start(path).await?;
    Ok(Large { program, company: viewer.company.to_string(), upgrade })
}

async fn viewer(program: &Program) -> anyhow::Result<shared::account::CurrentCompany> {
    let cookie = program.sign_in().await?;
    let asking = Asking { program, cookie, company: String::new() };
    let viewer: Option<Viewer> =
        serde_json::from_value(answer(asking.form("accounts/viewer", "")).await?)?;
    viewer.and_then(|viewer| viewer.current).context("the owner has a company")
}

/// Somebody who asks.
struct Asking<'a> {
    program: &'a Program,
    cookie: String,
    company: String,
}

impl Asking<'_> {
    /// How long each of `lists` takes.
    async fn all(
        &self,
        lists: Vec<(&'static str, Asked)>,
    ) -> anyhow::Result<Vec<(&'static str, Times)>> {
        let mut found = Vec::with_capacity(lists.len());
        for (name, asked) in lists {
            found.push((name, self.times(&asked).await.context(name)?));
        }
        Ok(found)
    }

    /// Asks again and again; the first answers, for which nothing is at hand yet, do not count.
    async fn times(&self, asked: &Asked) -> anyhow::Result<Times> {
        let mut times = Vec::with_capacity(TIMES);
        for number in 0..TIMES + 5 {
            let begun = Instant::now();
            let mut response = self.request(asked).send().await?;
            let status = response.status();
            ensure!(status.is_success(), "{status}: {}", response.text().await?);
            if matches!(asked, Asked::File(_)) {
                // The rest is read by nobody, and the program notices.
                response.chunk().await?.context("the file is empty")?;
            } else {
                response.bytes().await?;
            }
            if number >= 5 {
                times.push(begun.elapsed().as_micros());
            }
        }
        Ok(Times::of(times))
    }

    fn request(&self, asked: &Asked) -> RequestBuilder {
        match asked {
            Asked::Json(endpoint, body) => self.api(endpoint).json(body),
            Asked::Form(endpoint) => self.form(endpoint, &format!("company={}", self.company)),
            Asked::File(file) => self
                .program
                .client
                .get(format!("{}/exports/{file}?company={}", self.program.url, self.company))
                .header(header::COOKIE, &self.cookie),
        }
    }

    /// Turns so many pages of a list of keys or calls, and gives the place of the next.
    async fn deep(&self, endpoint: &str, filter: &Value) -> anyhow::Result<Value> {
        let mut cursor = Value::Null;
        for _ in 0..DEEP {
            let mut filter = filter.clone();
            filter["cursor"] = cursor;
            let body = json!({ "company": self.company, "filter": filter });
            let page = answer(self.api(endpoint).json(&body)).await?;
            cursor = page["next"].clone();
            ensure!(cursor.is_string(), "{endpoint} ends before it is deep");
        }
        Ok(cursor)
    }

    fn form(&self, endpoint: &str, body: &str) -> RequestBuilder {
        self.api(endpoint)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.to_owned())
    }

    fn api(&self, endpoint: &str) -> RequestBuilder {
        let Program { url, client, .. } = self.program;
        client
            .post(format!("{url}/api/{endpoint}"))
            .header(header::ORIGIN, url)
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, &self.cookie)
    }
}
