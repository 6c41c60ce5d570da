//! Whatever ends a key's power acts on the next request: while clients hammer the key, of the requests
//! that *start* after the dashboard's answer none is accepted. In one process on SQLite, and in two
//! processes, and in two servers of one process, on PostgreSQL.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};
use server::{
    clock::{Clock, Entropy},
    demo::dotenv::DemoEnv,
    entities::api_key,
    store::Db,
};
use shared::{
    api_key::RevokeApiKey,
    id::{ApiKeyId, RequestId},
    permission::PermissionSet,
    time::SECOND,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    app::{Browser, TestApp, Who},
    postgres::postgres_url,
    process::Process,
    streams::request,
};

/// Clients that call one key at once.
const CLIENTS: usize = 8;
/// Requests that each server must have accepted before the key's end, and have answered after it.
const ENOUGH: usize = 40;

/// The tests of one way in which a key's power ends.
macro_rules! acts_on_the_next_request {
    ($name:ident, $end:expr) => {
        mod $name {
            use super::{End, Servers, hammer};

            #[tokio::test(flavor = "multi_thread")]
            async fn of_a_process_on_sqlite() {
                hammer(Servers::ProcessOnSqlite, $end).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn of_two_processes_on_postgres() {
                hammer(Servers::TwoProcessesOnPostgres, $end).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn of_two_servers_in_one_process_on_postgres() {
                hammer(Servers::TwoInOneProcessOnPostgres, $end).await;
            }
        }
    };
}

acts_on_the_next_request!(a_revocation_acts_on_the_next_request, End::Revoked);
acts_on_the_next_request!(an_expiry_acts_on_the_next_request, End::Expired);
acts_on_the_next_request!(a_removal_acts_on_the_next_request, End::Removed);
acts_on_the_next_request!(a_lowered_ceiling_acts_on_the_next_request, End::CeilingLowered);

/// What ends a key's power.
#[derive(Debug, Clone, Copy)]
enum End {
    Revoked,
    Expired,
    Removed,
    CeilingLowered,
}

/// What answers the key.
#[derive(Debug, Clone, Copy)]
enum Servers {
    ProcessOnSqlite,
    /// They share nothing but the database: each has its own memory, folder and pool.
    TwoProcessesOnPostgres,
    TwoInOneProcessOnPostgres,
}

impl Servers {
    /// How long the key is hammered, before its end and after it.
    const fn each_half(self) -> Duration {
        match self {
            Self::ProcessOnSqlite | Self::TwoProcessesOnPostgres => Duration::from_millis(1_500),
            Self::TwoInOneProcessOnPostgres => Duration::ZERO,
        }
    }
}

/// What runs, kept until the test ends.
enum Running {
    Processes(Vec<Process>),
    Apps(Vec<TestApp>),
}

impl Running {
    fn urls(&self) -> Vec<String> {
        match self {
            Self::Processes(all) => all.iter().map(|one| one.url.clone()).collect(),
            Self::Apps(all) => all.iter().map(|one| one.url.clone()).collect(),
        }
    }

    /// Who works in the demonstration company. The first server has it, and is the one with the dashboard.
    fn env(&self) -> &DemoEnv {
        match self {
            Self::Processes(all) => &all[0].env,
            Self::Apps(all) => &all[0].env,
        }
    }
}

/// A key of the member Idris, and the owner's browser.
struct Scene {
    running: Running,
    database: String,
    owner: Browser,
    company: String,
    member: String,
    id: ApiKeyId,
    key: String,
}

impl Scene {
    async fn new(servers: Servers) -> Self {
        // The tests of secrets log everything; here it would only take time.
        let quiet = [("AIDOO_LOG", "warn"), ("AIDOO_CALLS_PER_ADDRESS", "1000000")];
        match servers {
            Servers::ProcessOnSqlite => {
                let demo = [&quiet[..], &[("AIDOO_DEMO", "true")]].concat();
                let process = Process::start(&demo).await;
                let database =
                    format!("sqlite:{}", process.folder.path().join("aidoo.db").display());
                Self::of(Running::Processes(vec![process]), database).await
            }
            Servers::TwoProcessesOnPostgres => {
                let (database, master_key) = (postgres_url().await, "ab".repeat(32));
                let both = [("DATABASE_URL", &*database), ("AIDOO_MASTER_KEY", &*master_key)];
                let both = [&quiet[..], &both].concat();
                let one = Process::start(&[&both[..], &[("AIDOO_DEMO", "true")]].concat()).await;
                let odoo = one.var("AIDOO_DEMO_ODOO_URL").replace("http://", "");
                let two =
                    Process::start(&[&both[..], &[("AIDOO_ODOO_ALLOW", &*odoo)]].concat()).await;
                Self::of(Running::Processes(vec![one, two]), database).await
            }
            Servers::TwoInOneProcessOnPostgres => {
                let (database, folder) =
                    (postgres_url().await, Arc::new(TempDir::new().expect("a folder")));
                let start = async |options: &[&str]| {
                    TestApp::start_on(&database, Arc::clone(&folder), Clock::system(), options)
                        .await
                };
                let one = start(&[]).await;
                let odoo = one.var("AIDOO_DEMO_ODOO_URL").replace("http://", "");
                let two = start(&["--odoo-allow", &odoo]).await;
                Self::of(Running::Apps(vec![one, two]), database).await
            }
        }
    }

    async fn of(running: Running, database: String) -> Self {
        let url = running.urls().remove(0);
        let variable = |name: &str| {
            let name = format!("AIDOO_{name}");
            running.env().get(&name).unwrap_or_else(|| panic!("{name} is set")).to_owned()
        };
        let browser = async |who: &str| {
            let browser = Browser::new(&url);
            let (email, password) = (format!("{who}_EMAIL"), format!("{who}_PASSWORD"));
            browser.sign_in(&variable(&email), &variable(&password)).await;
            browser
        };
        let (owner, theirs) = (browser("OWNER").await, browser("MEMBER").await);
        let (_, viewer) = theirs.form("accounts/viewer", &[]).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let company = text(&viewer["current"]["company"]);
        let member = text(&viewer["current"]["member"]);
        let wish = json!({ "input": {
            "company": company, "member": member,
            "request": RequestId::from_uuid(Clock::system().uuid(&Entropy)),
            "name": "Hammered", "permissions": "query read schema", "expiry": "never",
        }});
        let (status, made) = theirs.json("api_keys/create", &wish).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        let (id, key) = (text(&made["id"]).parse().expect("an id"), text(&made["key"]));
        let odoo = [
            ("input[url]", variable("DEMO_ODOO_URL")),
            ("input[database]", variable("DEMO_ODOO_DATABASE")),
        ];
        let account = [
            ("input[login]", variable("MEMBER_ODOO_LOGIN")),
            ("input[secret]", variable("MEMBER_ODOO_KEY")),
        ];
        let scene = Self { running, database, owner, company, member, id, key };
        // A second server with a demonstration connects its own Odoo, which the first may not call.
        let odoo = odoo.each_ref().map(|(name, value)| (*name, &**value));
        scene.post("connections/save", &odoo).await;
        let account = account.each_ref().map(|(name, value)| (*name, &**value));
        let account = [&[("input[company]", &*scene.company)][..], &odoo, &account].concat();
        let (status, body) = theirs.form("connections/link", &account).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        // As many calls as a company can allow: what is refused here is to be refused for one reason only.
        let rules = [
            ("input[create]", "preview"),
            ("input[write]", "preview"),
            ("input[execute]", "dashboard"),
            ("input[workflow]", "preview"),
            ("input[calls_per_minute]", "6000"),
            ("input[writes_per_minute]", "20"),
        ];
        scene.post("policies/set_gateway", &rules).await;
        scene
    }

    /// Ends the key's power. No request that starts after this may be accepted.
    async fn end(&self, how: End) {
        match how {
            End::Revoked => {
                self.post("api_keys/revoke", &[("input[key]", &self.id.to_string())]).await;
            }
            End::Removed => {
                self.post("team/remove_member", &[("input[member]", &self.member)]).await;
            }
            End::CeilingLowered => {
                let ceilings = [
                    ("input[owner][]", "schema"),
                    ("input[admin][]", "schema"),
                    ("input[member][]", "query"),
                ];
                self.post("policies/set_ceilings", &ceilings).await;
            }
            End::Expired => self.expire().await,
        }
    }

    async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) {
        let mut all = vec![("input[company]", self.company.as_str())];
        all.extend_from_slice(fields);
        let (status, body) = self.owner.form(endpoint, &all).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// Waits for the key's end, which is brought near in the database: the dashboard has no shorter life than a day.
    async fn expire(&self) {
        let clock = Clock::system();
        let ends = clock.now().plus(SECOND);
        let db = Db::connect(&self.database).await.expect("connects");
        let transaction = db.begin().await.expect("begins");
        api_key::Entity::update_many()
            .col_expr(api_key::Column::ExpiresAt, Expr::value(ends.as_micros()))
            .filter(api_key::Column::Id.eq(self.id.as_uuid()))
            .exec(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        while clock.now() < ends {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A request: when it started, at which server, and what was answered.
struct Attempt {
    started: Instant,
    server: usize,
    answer: Answer,
}

#[derive(Debug, PartialEq)]
enum Answer {
    /// The tool ran.
    Accepted,
    /// The key is no good, or not for this tool any more.
    Refused,
    /// Anything else would say nothing about the key.
    Other(String),
}

impl Answer {
    fn of(status: StatusCode, body: &Value) -> Self {
        let result = &body["result"];
        let told = result["content"][0]["text"].as_str().unwrap_or_default();
        match status {
            StatusCode::UNAUTHORIZED => Self::Refused,
            StatusCode::OK if result["structuredContent"]["fields"].is_array() => Self::Accepted,
            // A call beyond the key is an error of the tool, in an answer that is 200.
            StatusCode::OK if told.contains("withhold the permission schema") => Self::Refused,
            _ => Self::Other(format!("{status} {body}")),
        }
    }
}

/// What each server has answered so far.
#[derive(Default)]
struct Tally {
    accepted: AtomicUsize,
    all: AtomicUsize,
}

/// Calls the servers in turn from [`CLIENTS`] tasks, ends the key's power in between, and asserts that each server
/// had accepted requests before, and that none accepted one which started after.
async fn hammer(servers: Servers, how: End) {
    let scene = Scene::new(servers).await;
    let urls = scene.running.urls();
    let stop = Arc::new(AtomicBool::new(false));
    let tallies: Arc<Vec<Tally>> = Arc::new(urls.iter().map(|_| Tally::default()).collect());
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let server = number % urls.len();
            let (url, key) = (format!("{}/mcp", urls[server]), scene.key.clone());
            let (stop, tallies) = (Arc::clone(&stop), Arc::clone(&tallies));
            tokio::spawn(async move {
                let client = Client::new();
                let mut attempts = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let started = Instant::now();
                    let answer = ask(&client, &url, &key).await;
                    let tally = &tallies[server];
                    let is_accepted = usize::from(answer == Answer::Accepted);
                    tally.accepted.fetch_add(is_accepted, Ordering::Relaxed);
                    tally.all.fetch_add(1, Ordering::Relaxed);
                    attempts.push(Attempt { started, server, answer });
                    // A short pause keeps this a test of the key check, and the calls below their limit.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                attempts
            })
        })
        .collect();

    tokio::time::sleep(servers.each_half()).await;
    reach(&tallies, |tally| &tally.accepted, &vec![ENOUGH; urls.len()]).await;
    scene.end(how).await;
    let ended = Instant::now();
    tokio::time::sleep(servers.each_half()).await;
    // Those under way at the end are not among those that started after it.
    let so_far = tallies.iter().map(|tally| tally.all.load(Ordering::Relaxed));
    let goals: Vec<usize> = so_far.map(|all| all + CLIENTS + ENOUGH).collect();
    reach(&tallies, |tally| &tally.all, &goals).await;
    stop.store(true, Ordering::Relaxed);

    let mut attempts = Vec::new();
    for task in tasks {
        attempts.extend(task.await.expect("no panic"));
    }
    for Attempt { answer, .. } in &attempts {
        assert!(!matches!(answer, Answer::Other(_)), "{how:?}, {servers:?}: {answer:?}");
    }
    for server in 0..urls.len() {
        let its = || attempts.iter().filter(|attempt| attempt.server == server);
        let count = |wanted: Answer, is_later: bool| {
            its().filter(|one| one.answer == wanted && (one.started > ended) == is_later).count()
        };
        assert!(count(Answer::Accepted, false) >= ENOUGH, "{how:?}: server {server} took the key");
        assert!(count(Answer::Refused, true) >= ENOUGH, "{how:?}: server {server} refused it");
        assert_eq!(count(Answer::Accepted, true), 0, "{how:?}, {servers:?}, server {server}");
    }
}

/// Asks for the fields of a model, which needs the permission that the ceiling takes away.
async fn ask(client: &Client, url: &str, key: &str) -> Answer {
    let call = json!({ "name": "aidoo_schema", "arguments": { "model": "res.partner" } });
    let answer = client
        .post(url)
        .bearer_auth(key)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .json(&request("tools/call", call))
        .send()
        .await
        .expect("answers");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    Answer::of(status, &serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Waits until each server has reached its goal; a minute is more than a slow machine needs.
async fn reach(tallies: &[Tally], of: fn(&Tally) -> &AtomicUsize, goals: &[usize]) {
    let counts =
        || tallies.iter().map(|tally| of(tally).load(Ordering::Relaxed)).collect::<Vec<_>>();
    let waiting = async {
        while counts().iter().zip(goals).any(|(count, goal)| count < goal) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let reached = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    assert!(reached.is_ok(), "{:?} of {goals:?} requests", counts());
}

/// Asks with a message of which the end comes only when `meanwhile` is over, and gives the status.
async fn ask_slowly(app: &TestApp, key: &str, meanwhile: impl Future<Output = ()>) -> String {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params":
        { "name": "aidoo_query", "arguments": { "model": "res.partner", "count_only": true } } })
    .to_string();
    let (begin, end) = body.split_at(1);
    let address = app.url.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).await.expect("connects");
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
         MCP-Protocol-Version: 2025-11-25\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{begin}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("is sent");
    // The key has been looked at by then, and once is not enough.
    tokio::time::sleep(Duration::from_millis(400)).await;
    meanwhile.await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    stream.write_all(end.as_bytes()).await.expect("is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("is answered");
    answer.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_call_that_was_begun_before_the_revocation_and_written_after_it_is_refused() {
    let app = TestApp::start().await;
    let (company, (owner, member)) = app.membership(Who::Owner).await;
    let made = app.make_key(owner, company, member, PermissionSet::DEFAULT).await;
    assert_eq!(ask_slowly(&app, &made.key, async {}).await, "200");
    let revoke = async {
        let input = RevokeApiKey { company, key: made.id };
        app.state.backend.api_keys.revoke(owner, input).await.expect("is revoked");
    };
    assert_eq!(ask_slowly(&app, &made.key, revoke).await, "401");
}
