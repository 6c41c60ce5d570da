//! The database goes away while the program runs. Its file is taken away: nothing is accepted that only those who
//! have it open still know, and no empty file takes its place. Or PostgreSQL ends the connections: whoever asks
//! meanwhile is told to come back.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc, time::Duration};

use futures::future::join_all;
use reqwest::StatusCode;
use sea_orm::{
    ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbBackend, Statement,
    TransactionTrait as _,
};
use serde_json::json;
use server::clock::Clock;
use shared::id::CompanyId;
use tempfile::TempDir;

use crate::support::{
    app::{Browser, TestApp, Who},
    postgres::postgres_url,
};

/// How many ask at once: more than there are connections to a file.
const AT_ONCE: usize = 16;
/// Keeps from all others what a key, a page and a server function read. Whose a session is stands elsewhere.
const LOCK: &str = "LOCK TABLE memberships IN ACCESS EXCLUSIVE MODE";
/// A row for each statement that waits for [`LOCK`].
const WAITING: &str = "SELECT pid FROM pg_locks WHERE NOT granted \
    AND relation = 'memberships'::regclass \
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
/// Ends every connection but the one that says so.
const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// How often each of what asks the database was answered with which status.
type Answers = BTreeMap<(&'static str, u16), usize>;

/// Whoever asks, from before the database went away.
struct Visitors {
    app: TestApp,
    signed_in: Browser,
    company: CompanyId,
}

impl Visitors {
    async fn of(app: TestApp) -> Self {
        let (company, _) = app.membership(Who::Owner).await;
        Self { signed_in: app.signed_in(Who::Owner).await, company, app }
    }

    /// What a key is answered, and that its whole refusal is the one that is meant for this.
    async fn call(&self) -> StatusCode {
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let (status, body) = self.app.mcp(self.app.var("AIDOO_API_KEY"), ping).await;
        if status != StatusCode::OK {
            let refusal = json!({
                "error": "unavailable",
                "error_description": "Aidoo is not available right now: try again in a moment",
            });
            assert_eq!(body, refusal, "{status}");
        }
        status
    }

    async fn page(&self) -> StatusCode {
        self.signed_in.open("/connect").await.0
    }

    async fn function(&self) -> StatusCode {
        let company = self.company.to_string();
        self.signed_in.form("team/team", &[("company", &company)]).await.0
    }

    /// Asks for everything several times at once.
    async fn ask(&self) -> Answers {
        let app = &self.app;
        let asked = join_all((0..AT_ONCE).map(|_| async {
            let (call, page) = (self.call().await, self.page().await);
            let (first_page, _) = app.browser().open("/sign-in").await;
            let function = self.function().await;
            let ready = reqwest::get(format!("{}/ready", app.url)).await.expect("answers");
            [
                ("key", call),
                ("page", page),
                ("first page", first_page),
                ("server function", function),
                ("ready", ready.status()),
            ]
        }))
        .await;
        let mut answers = Answers::new();
        for (what, status) in asked.into_iter().flatten() {
            *answers.entry((what, status.as_u16())).or_default() += 1;
        }
        answers
    }

    /// Asks at once and again until everything works. A connection that was ended is found out when it is used:
    /// until then somebody is told to come back, and nobody anything else.
    async fn ask_until_all_works(&self) {
        for _ in 0..20 {
            let answers = self.ask().await;
            if answers == all(StatusCode::OK) {
                return;
            }
            let is_told = answers.keys().all(|(_, status)| [200, 503].contains(status));
            assert!(is_told, "{answers:?}");
        }
        panic!("it does not work again");
    }

    /// The database's file and those beside it.
    fn files(&self) -> [PathBuf; 3] {
        let file = self.app.database();
        let beside = |end| file.with_extension(end);
        [file.clone(), beside("db-wal"), beside("db-shm")]
    }
}

/// What [`Visitors::ask`] gives when every answer is this.
fn all(status: StatusCode) -> Answers {
    ["key", "page", "first page", "server function", "ready"]
        .map(|what| ((what, status.as_u16()), AT_ONCE))
        .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_database_accepts_nothing_and_no_new_one_is_made() {
    let visitors = Visitors::of(TestApp::start().await).await;
    assert_eq!(visitors.ask().await, all(StatusCode::OK));
    for file in visitors.files() {
        fs::remove_file(file).expect("is deleted");
    }
    for _ in 0..3 {
        assert_eq!(visitors.ask().await, all(StatusCode::SERVICE_UNAVAILABLE));
    }
    assert!(!visitors.app.database().exists(), "an empty one was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_database_accepts_nothing_until_the_right_one_is_back() {
    let visitors = Visitors::of(TestApp::start().await).await;
    let file = visitors.app.database();
    let [aside, other] = ["aside", "other"].map(|name| file.with_extension(name));
    // With everything in it that the right one has, but for what is still in the log beside it.
    fs::copy(&file, &other).expect("is copied");
    fs::rename(&file, &aside).expect("is moved");
    fs::rename(&other, &file).expect("is put there");
    assert_eq!(visitors.ask().await, all(StatusCode::SERVICE_UNAVAILABLE));
    fs::rename(&aside, &file).expect("is back");
    assert_eq!(visitors.ask().await, all(StatusCode::OK));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_ends_connections_in_use_is_503_and_everything_works_again() {
    let (url, folder) = (postgres_url().await, Arc::new(TempDir::new().expect("a folder")));
    let app = TestApp::start_on(&url, folder, Clock::system(), &[]).await;
    let visitors = Visitors::of(app).await;
    let other = Database::connect(url.as_str()).await.expect("connects");
    visitors.ask_until_all_works().await;
    let call = end_while_it_waits(&other, visitors.call()).await;
    visitors.ask_until_all_works().await;
    let page = end_while_it_waits(&other, visitors.page()).await;
    visitors.ask_until_all_works().await;
    let function = end_while_it_waits(&other, visitors.function()).await;
    visitors.ask_until_all_works().await;
    assert_eq!([call, page, function], [StatusCode::SERVICE_UNAVAILABLE; 3]);
}

/// What is answered to `asking`, which is let in and has a statement under way when all connections end.
async fn end_while_it_waits(
    other: &DatabaseConnection,
    asking: impl Future<Output = StatusCode>,
) -> StatusCode {
    let held = other.begin().await.expect("begins");
    held.execute_unprepared(LOCK).await.expect("locks");
    let (status, ()) = tokio::join!(asking, async {
        let waiting = tokio::time::timeout(Duration::from_secs(20), until_it_waits(&held));
        waiting.await.expect("a statement waits");
        held.execute_unprepared(END).await.expect("ends them");
        held.rollback().await.expect("lets go");
    });
    status
}

async fn until_it_waits(held: &DatabaseTransaction) {
    let waiting = Statement::from_string(DbBackend::Postgres, WAITING);
    while held.query_one_raw(waiting.clone()).await.expect("answers").is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
