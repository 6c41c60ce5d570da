//! A message of `/sse` that reaches the wrong replica: two servers on one PostgreSQL database.

use std::sync::Arc;

use reqwest::StatusCode;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;
use server::{clock::Clock, entities::sse_message};
use shared::{api_key::RevokeApiKey, permission::PermissionSet};
use tempfile::TempDir;

use crate::support::{
    app::{TestApp, Who},
    postgres::postgres_url,
    streams::{EventStream, initialize, request, say},
};

async fn two_servers() -> [TestApp; 2] {
    let (url, folder) = (postgres_url().await, Arc::new(TempDir::new().expect("a folder")));
    let one = TestApp::start_on(&url, Arc::clone(&folder), Clock::system(), &[]).await;
    let two = TestApp::start_on(&url, folder, Clock::system(), &[]).await;
    [one, two]
}

async fn rows(app: &TestApp) -> u64 {
    sse_message::Entity::find().count(app.state.core.db.reader()).await.expect("answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_reaches_the_other_replica_is_answered_on_its_stream() {
    let [one, two] = two_servers().await;
    let (company, (actor, member)) = one.membership(Who::Owner).await;
    let made = one.make_key(actor, company, member, PermissionSet::DEFAULT).await;
    let other = one.make_key(actor, company, member, PermissionSet::ALL).await;
    let mut stream = EventStream::open(&one.url, &made.key).await;
    let path = stream.endpoint().await;

    let mut messages = vec![
        initialize("2025-11-25"),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
    ];
    messages.extend((0..20).map(|_| request("tools/list", json!({}))));
    for (number, message) in messages.iter().enumerate() {
        // Now here, now there: the client does not know.
        let url = if number % 2 == 0 { &two.url } else { &one.url };
        assert_eq!(say(url, &path, &made.key, message).await, StatusCode::ACCEPTED);
        if !message["id"].is_null() {
            assert!(stream.message().await["result"].is_object(), "{number}");
        }
    }
    let many = request(
        "tools/call",
        json!({ "name": "aidoo_query", "arguments": {
        "model": "res.partner", "domain": [["name", "ilike", "a".repeat(100_000)]] } }),
    );
    assert_eq!(say(&two.url, &path, &made.key, &many).await, StatusCode::ACCEPTED);
    assert_eq!(stream.message().await["id"], 1, "a message of every length arrives");
    assert_eq!(rows(&one).await, 0, "nothing of a message stays");

    let list = request("tools/list", json!({}));
    assert_eq!(say(&two.url, &path, &other.key, &list).await, StatusCode::NOT_FOUND);
    let nowhere = "/messages?sessionId=00000000000000000000000000000000";
    assert_eq!(say(&two.url, nowhere, &made.key, &list).await, StatusCode::NOT_FOUND);
    assert_eq!(rows(&one).await, 0, "nor of one that nobody took");

    drop(stream);
    let gone =
        async { while say(&two.url, &path, &made.key, &list).await != StatusCode::NOT_FOUND {} };
    tokio::time::timeout(std::time::Duration::from_secs(30), gone).await.expect("is gone");

    let revoke = RevokeApiKey { company, key: made.id };
    two.state.backend.api_keys.revoke(actor, revoke).await.expect("revokes");
    assert_eq!(say(&two.url, &path, &made.key, &list).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_a_bounded_number_of_messages_under_way() {
    let [one, two] = two_servers().await;
    let (company, (actor, member)) = one.membership(Who::Owner).await;
    let key = one.make_key(actor, company, member, PermissionSet::DEFAULT).await.key;
    let list = request("tools/list", json!({}));
    let nowhere = "/messages?sessionId=00000000000000000000000000000000";
    let sent = (0..12).map(|_| say(&two.url, nowhere, &key, &list));
    let answers = futures::future::join_all(sent).await;
    let count = |status| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!(count(StatusCode::NOT_FOUND), 8, "{answers:?}");
    assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 4, "{answers:?}");
}
