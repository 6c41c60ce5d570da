//! Files that are too large to be held in memory: they are written to the disk, kept in parts, and fetched in parts
//! from whichever server, once.

use std::sync::Arc;

use reqwest::{Client, StatusCode, header};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};
use server::{clock::Clock, entities::download_part, store::downloads::PART};
use tempfile::TempDir;

use crate::support::{
    app::TestApp, core::for_both_databases, door::Door, gate::Gate, postgres::postgres_url,
};

/// Records of one page of an extract, with texts that no compression makes short.
fn page() -> Vec<Value> {
    let mut state = 7_u64;
    let mut text = || -> String {
        let letter = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'A' + ((state >> 33) % 26) as u8)
        };
        (0..6_000).map(letter).collect()
    };
    (1..=500).map(|id| json!({ "id": id, "name": text() })).collect()
}

/// A gate at this database whose Odoo answers every search with `page`.
async fn gate(door: &Door, database: &str, folder: &Arc<TempDir>, page: &[Value]) -> Gate {
    let allow = door.address.to_string();
    let options = ["--odoo-allow", allow.as_str()];
    let app = TestApp::start_on(database, Arc::clone(folder), Clock::system(), &options).await;
    let gate = Gate::through(door, app).await;
    door.answer("res.partner/search_read", json!(page));
    gate
}

/// What a link of this format leads to, and how long the answer says it is.
async fn extract(gate: &Gate, format: &str) -> (String, usize) {
    let asked = json!({ "action": "extract", "model": "res.partner", "fields": ["name"], "limit": 500,
        "format": format });
    let made = gate.call("aidoo_report", asked).await.expect("is made");
    let url = made["url"].as_str().expect("a link");
    let path = url.strip_prefix(&gate.app.url).expect("a link of this server").to_owned();
    (path, made["bytes"].as_u64().expect("a number") as usize)
}

async fn fetch(url: &str, path: &str, key: &str) -> (StatusCode, Option<usize>, Vec<u8>) {
    let request = Client::new().get(format!("{url}{path}")).bearer_auth(key);
    let answer = request.send().await.expect("answers");
    let length = answer.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    (answer.status(), length, answer.bytes().await.expect("a body").to_vec())
}

async fn parts(gate: &Gate) -> usize {
    let db = gate.app.state.core.db.reader();
    download_part::Entity::find().count(db).await.expect("answers") as usize
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_kept_and_fetched_in_parts() {
    for_both_databases(async |database| {
        let (door, page) = (Door::new().await, page());
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let gate = gate(&door, database, &folder, &page).await;
        for format in ["csv", "json", "xlsx"] {
            let (path, bytes) = extract(&gate, format).await;
            assert!(bytes > 2 * PART, "{format}: {bytes}");
            assert_eq!(parts(&gate).await, bytes.div_ceil(PART), "{format}");
            let (url, key) = (&gate.app.url, &gate.key.key);
            // Of two at once one has it, and has all of it.
            let both = [fetch(url, &path, key), fetch(url, &path, key)];
            let mut both = futures::future::join_all(both).await;
            both.sort_by_key(|(status, ..)| status.as_u16());
            assert_eq!(both[1].0, StatusCode::GONE, "{format}");
            let (status, length, file) = &both[0];
            assert_eq!((*status, *length, file.len()), (StatusCode::OK, Some(bytes), bytes));
            assert_eq!(parts(&gate).await, 0, "{format}: nothing of it stays");
            match format {
                "xlsx" => assert!(file.starts_with(b"PK")),
                _ => {
                    let text = std::str::from_utf8(file).expect("UTF-8");
                    for row in &page {
                        assert!(text.contains(row["name"].as_str().expect("a text")), "{format}");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_one_server_has_made_is_fetched_from_another_once() {
    let (door, page, database) = (Door::new().await, page(), postgres_url().await);
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let one = gate(&door, &database, &folder, &page).await;
    let two = TestApp::start_on(&database, folder, Clock::system(), &[]).await;
    let (path, bytes) = extract(&one, "csv").await;
    let (status, _, file) = fetch(&two.url, &path, &one.key.key).await;
    assert_eq!((status, file.len()), (StatusCode::OK, bytes));
    for url in [&one.app.url, &two.url] {
        assert_eq!(fetch(url, &path, &one.key.key).await.0, StatusCode::GONE);
    }
}
