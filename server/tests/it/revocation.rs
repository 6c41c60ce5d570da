//! Whatever ends a key's power acts on the next request: while clients hammer the key, of the requests
//! that *start* after the dashboard's answer none is accepted. On SQLite, and on PostgreSQL with two
//! servers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use server::clock::Clock;
use shared::{
    api_key::{CreateApiKey, Expiry},
    id::RequestId,
    permission::{Permission, PermissionSet},
    time::DAY,
};
use tempfile::TempDir;

use crate::support::{
    app::{Browser, TestApp, Who},
    postgres::postgres_url,
    process::Process,
};

/// Clients that call one key at once.
const CLIENTS: usize = 8;
/// Requests that must have been accepted before the key's end, and be answered after it.
const ENOUGH: usize = 10 * CLIENTS;

/// When a request started, and whether it was accepted.
type Attempt = (Instant, bool);

/// Calls `urls` in turn from [`CLIENTS`] tasks, ends the key's power by `end` in between, and asserts
/// that requests were accepted before, and that none was which started after `end` had answered.
async fn hammer<E: Future<Output = ()>>(
    urls: &[String],
    key: &str,
    request: Value,
    accepted: fn(StatusCode, &Value) -> bool,
    end: impl FnOnce() -> E,
) {
    let stop = Arc::new(AtomicBool::new(false));
    let (good, all) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let url = format!("{}/mcp", urls[number % urls.len()]);
            let (key, request, stop) = (key.to_owned(), request.clone(), Arc::clone(&stop));
            let (good, all) = (Arc::clone(&good), Arc::clone(&all));
            tokio::spawn(async move {
                let client = Client::new();
                let mut attempts: Vec<Attempt> = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let started = Instant::now();
                    let answer = client
                        .post(&url)
                        .bearer_auth(&key)
                        .header(header::ACCEPT, "application/json, text/event-stream")
                        .json(&request)
                        .send()
                        .await
                        .expect("answers");
                    let status = answer.status();
                    let body = answer.json().await.unwrap_or(Value::Null);
                    let accepted = accepted(status, &body);
                    attempts.push((started, accepted));
                    good.fetch_add(usize::from(accepted), Ordering::Relaxed);
                    all.fetch_add(1, Ordering::Relaxed);
                    // Wrong keys are throttled; a short pause keeps this a test of the key check.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                attempts
            })
        })
        .collect();

    reach(&good, ENOUGH).await;
    end().await;
    let ended = Instant::now();
    let so_far = all.load(Ordering::Relaxed);
    reach(&all, so_far + ENOUGH).await;
    stop.store(true, Ordering::Relaxed);

    let mut attempts = Vec::new();
    for task in tasks {
        attempts.extend(task.await.expect("no panic"));
    }
    let before = attempts.iter().filter(|(at, accepted)| *at < ended && *accepted).count();
    let later: Vec<_> = attempts.iter().filter(|(at, _)| *at > ended).collect();
    assert!(before >= CLIENTS, "the key worked before: {before} of {}", attempts.len());
    assert!(later.len() >= CLIENTS, "there were requests after the end: {}", later.len());
    assert_eq!(later.iter().filter(|(_, accepted)| *accepted).count(), 0);
}

/// Waits until the count is reached; a minute is more than a slow machine needs.
async fn reach(count: &AtomicUsize, goal: usize) {
    let waiting = async {
        while count.load(Ordering::Relaxed) < goal {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let reached = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    assert!(reached.is_ok(), "{} of {goal} requests", count.load(Ordering::Relaxed));
}

fn list_tools() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} })
}

fn is_ok(status: StatusCode, _: &Value) -> bool {
    status == StatusCode::OK
}

/// One server on SQLite, or two on one PostgreSQL database. The first is the one with the dashboard.
async fn servers(replicas: Replicas) -> Vec<TestApp> {
    match replicas {
        Replicas::OneOnSqlite => vec![TestApp::start().await],
        Replicas::TwoOnPostgres => {
            let (url, folder) = (postgres_url().await, Arc::new(TempDir::new().expect("a folder")));
            let one = TestApp::start_on(&url, Arc::clone(&folder), Clock::system(), &[]).await;
            let two = TestApp::start_on(&url, folder, Clock::system(), &[]).await;
            vec![one, two]
        }
    }
}

#[derive(Clone, Copy)]
enum Replicas {
    OneOnSqlite,
    TwoOnPostgres,
}

/// A key of the member Idris, and the owner's browser.
struct Scene {
    apps: Vec<TestApp>,
    owner: Browser,
    key: shared::api_key::GeneratedKey,
    company: String,
    member: String,
}

impl Scene {
    async fn new(replicas: Replicas) -> Self {
        let apps = servers(replicas).await;
        let app = &apps[0];
        let (company, (actor, member)) = app.membership(Who::Member).await;
        let key = app.make_key(actor, company, member, PermissionSet::DEFAULT).await;
        let owner = app.signed_in(Who::Owner).await;
        Self { owner, key, company: company.to_string(), member: member.to_string(), apps }
    }

    fn urls(&self) -> Vec<String> {
        self.apps.iter().map(|app| app.url.clone()).collect()
    }

    async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) {
        let mut all = vec![("input[company]", self.company.as_str())];
        all.extend_from_slice(fields);
        let (status, body) = self.owner.form(endpoint, &all).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }
}

async fn revoked(replicas: Replicas) {
    let scene = Scene::new(replicas).await;
    let id = scene.key.id.to_string();
    hammer(&scene.urls(), &scene.key.key, list_tools(), is_ok, || async {
        scene.post("api_keys/revoke", &[("input[key]", &id)]).await;
    })
    .await;
}

async fn removed(replicas: Replicas) {
    let scene = Scene::new(replicas).await;
    hammer(&scene.urls(), &scene.key.key, list_tools(), is_ok, || async {
        scene.post("team/remove_member", &[("input[member]", &scene.member)]).await;
    })
    .await;
}

async fn ceiling_lowered(replicas: Replicas) {
    let scene = Scene::new(replicas).await;
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "aidoo_schema", "arguments": { "model": "res.partner" } } });
    // A call beyond the key is an error of the tool, in an answer that is 200.
    let accepted = |status: StatusCode, body: &Value| {
        status == StatusCode::OK && body["result"]["isError"] != json!(true)
    };
    hammer(&scene.urls(), &scene.key.key, request, accepted, || async {
        let fields = [
            ("input[owner][]", "schema"),
            ("input[admin][]", "schema"),
            ("input[member][]", "query"),
        ];
        scene.post("policies/set_ceilings", &fields).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_at_once_on_sqlite() {
    revoked(Replicas::OneOnSqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_at_once_by_two_servers_on_postgres() {
    revoked(Replicas::TwoOnPostgres).await;
}

/// Two programs that share nothing but the database: each has its own memory, folder and pool.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_at_once_by_two_processes_on_postgres() {
    let database = postgres_url().await;
    let master_key = "ab".repeat(32);
    let shared = [("DATABASE_URL", database.as_str()), ("AIDOO_MASTER_KEY", master_key.as_str())];
    let one = Process::start(&[&shared[..], &[("AIDOO_DEMO", "true")]].concat()).await;
    let two = Process::start(&shared).await;

    let owner = Browser::new(&one.url);
    owner.sign_in(one.var("AIDOO_OWNER_EMAIL"), one.var("AIDOO_OWNER_PASSWORD")).await;
    let (_, viewer) = owner.form("accounts/viewer", &[]).await;
    let company = viewer["current"]["company"].as_str().expect("an id").to_owned();
    let (_, list) = owner.json("api_keys/list", &json!({ "company": company, "filter": {} })).await;
    let id = list["keys"][0]["id"].as_str().expect("an id").to_owned();
    let urls = [one.url.clone(), two.url.clone()];
    hammer(&urls, one.var("AIDOO_API_KEY"), list_tools(), is_ok, || async {
        let fields = [("input[company]", company.as_str()), ("input[key]", id.as_str())];
        let (status, body) = owner.form("api_keys/revoke", &fields).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_members_key_is_refused_at_once_on_sqlite() {
    removed(Replicas::OneOnSqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_members_key_is_refused_at_once_by_two_servers_on_postgres() {
    removed(Replicas::TwoOnPostgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_ceiling_acts_at_once_on_sqlite() {
    ceiling_lowered(Replicas::OneOnSqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_ceiling_acts_at_once_on_two_servers_on_postgres() {
    ceiling_lowered(Replicas::TwoOnPostgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_refused_at_once() {
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let database = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let clock = Clock::manual(Clock::system().now());
    let app = TestApp::start_on(&database, folder, clock.clone(), &[]).await;
    expires(&[app], &clock).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_refused_at_once_by_two_servers_on_postgres() {
    let (url, folder) = (postgres_url().await, Arc::new(TempDir::new().expect("a folder")));
    let clock = Clock::manual(Clock::system().now());
    let one = TestApp::start_on(&url, Arc::clone(&folder), clock.clone(), &[]).await;
    let two = TestApp::start_on(&url, folder, clock.clone(), &[]).await;
    expires(&[one, two], &clock).await;
}

async fn expires(apps: &[TestApp], clock: &Clock) {
    let (company, (actor, member)) = apps[0].membership(Who::Member).await;
    let core = &apps[0].state.core;
    let input = CreateApiKey {
        company,
        member,
        request: RequestId::from_uuid(core.clock.uuid(&core.entropy)),
        name: "Ends soon".to_owned(),
        permissions: PermissionSet::of(&[Permission::Query]),
        expiry: Expiry::Days(30),
    };
    let key = apps[0].state.backend.api_keys.create(actor, input).await.expect("is made");
    let urls: Vec<_> = apps.iter().map(|app| app.url.clone()).collect();
    hammer(&urls, &key.key, list_tools(), is_ok, || async { clock.advance(30 * DAY) }).await;
}
