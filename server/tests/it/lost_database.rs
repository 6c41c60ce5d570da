//! The file of the database is taken away while the program runs: nothing is accepted that only those who
//! have it open still know, and no empty file takes its place.

use std::{collections::BTreeMap, fs, path::PathBuf};

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use shared::id::CompanyId;

use crate::support::app::{Browser, TestApp, Who};

/// How many ask at once: more than there are connections.
const AT_ONCE: usize = 16;

/// How often each of what asks the database was answered with which status.
type Answers = BTreeMap<(&'static str, u16), usize>;

/// Whoever asks, from before the file was taken away.
struct Visitors {
    app: TestApp,
    signed_in: Browser,
    company: CompanyId,
}

impl Visitors {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (company, _) = app.membership(Who::Owner).await;
        Self { signed_in: app.signed_in(Who::Owner).await, company, app }
    }

    /// Asks for everything several times at once.
    async fn ask(&self) -> Answers {
        let (app, company) = (&self.app, self.company.to_string());
        let key = app.var("AIDOO_API_KEY");
        let asked = join_all((0..AT_ONCE).map(|_| async {
            let (call, _) =
                app.mcp(key, json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" })).await;
            let (page, _) = self.signed_in.open("/connect").await;
            let (first_page, _) = app.browser().open("/sign-in").await;
            let (function, _) = self.signed_in.form("team/team", &[("company", &company)]).await;
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
    let visitors = Visitors::new().await;
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
    let visitors = Visitors::new().await;
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
