//! A key that is sent in another way than it has to be: whose it is reads so, and what to do, and nobody else does.

use std::{convert::Infallible, time::Duration};

use http::{HeaderMap, HeaderValue, Uri};
use reqwest::{Client, StatusCode};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use server::{
    clock::Entropy,
    domain::{
        credential::Presented,
        key_throttle::{BURST, INTERVAL},
    },
    entities::api_key,
    services::principal::Refusal,
};
use shared::{
    api_key::{CreateApiKey, Expiry},
    id::{ApiKeyId, RequestId},
    key_format::ApiKey,
    permission::PermissionSet,
    time::MINUTE,
};

use crate::support::{
    app::{Browser, TestApp, Who},
    core::for_both_databases,
    keys::{ADDRESS, Keys},
};

const MISPLACED: &str = "The client did not send it as it has to.";
const IN_URL: &str = "It stood in the address, which logs may have kept.";

/// A way to send a key, which stands where it says KEY: its name, the path, a header and its value, the status of the
/// answer, and what its person is told.
type Way = (&'static str, &'static str, &'static str, &'static str, u16, &'static str);

const WAYS: [Way; 11] = [
    ("Without its scheme", "/mcp", "authorization", "KEY", 401, MISPLACED),
    ("In quotation marks", "/mcp", "authorization", "Bearer \"KEY\"", 401, MISPLACED),
    ("With its scheme twice", "/mcp", "authorization", "Bearer Bearer KEY", 401, MISPLACED),
    ("By another scheme", "/mcp", "authorization", "Basic KEY", 401, MISPLACED),
    ("In another header", "/mcp", "x-api-key", "KEY", 401, MISPLACED),
    ("Twice in one header", "/mcp", "authorization", "Bearer KEY, Bearer KEY", 400, MISPLACED),
    ("In the query", "/mcp?api_key=KEY", "accept", "*/*", 400, IN_URL),
    ("In the query of a stream", "/sse?token=KEY", "accept", "*/*", 400, IN_URL),
    ("In the query also", "/mcp?key=KEY", "authorization", "Bearer KEY", 400, IN_URL),
    ("In the path", "/mcp/KEY", "accept", "*/*", 400, IN_URL),
    ("In an encoded path", "/sse/Bearer%20KEY/", "accept", "*/*", 400, IN_URL),
];

/// Sends `key` in this way, and gives the status and body of the answer.
async fn send(app: &TestApp, way: Way, key: &str) -> (u16, String) {
    let (_, path, header, value, ..) = way;
    let url = format!("{}{}", app.url, path.replace("KEY", key));
    let request = Client::new().get(url).header(header, value.replace("KEY", key));
    let answer = request.send().await.expect("answers");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

async fn write_notes(app: &TestApp) {
    app.state.verifier.last_used().flush(&app.state.core).await.expect("is written");
}

/// The person's page *Connect a client*, once it tells of the key of this name.
async fn page_telling_of(app: &TestApp, browser: &Browser, name: &str) -> String {
    for _ in 0..100 {
        // What the server's own task has in hand at this moment is there a little later.
        write_notes(app).await;
        let page = connect_page(browser).await;
        if page.contains(name) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing is told of the key “{name}”");
}

async fn connect_page(browser: &Browser) -> String {
    let (status, page) = browser.open("/connect").await;
    assert_eq!(status, StatusCode::OK);
    page
}

#[tokio::test]
async fn each_way_to_misplace_a_key_is_told_to_its_person_with_what_to_do() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Member).await;
    let (theirs, anothers) = (app.signed_in(Who::Member).await, app.signed_in(Who::Owner).await);
    let core = &app.state.core;
    for way in WAYS {
        let (name, .., status, advice) = way;
        let input = CreateApiKey {
            company,
            member,
            request: RequestId::from_uuid(core.clock.uuid(&core.entropy)),
            name: name.to_owned(),
            permissions: PermissionSet::DEFAULT,
            expiry: Expiry::Never,
        };
        let made = app.state.backend.api_keys.create(actor, input).await.expect("is made");
        let (answered, body) = send(&app, way, &made.key).await;
        assert_eq!(answered, status, "{name}: {body}");
        assert!(body.contains("Authorization: Bearer aid_live_…"), "says how: {body}");
        assert!(!body.contains(&made.key), "nothing of a credential comes back");

        let page = page_telling_of(&app, &theirs, name).await;
        assert!(page.contains(advice), "{name}: {page}");
        assert!(!page.contains(&made.key), "{name}");
        let page = connect_page(&anothers).await;
        for told in [name, MISPLACED, IN_URL] {
            assert!(!page.contains(told), "{name} is told to somebody else");
        }
    }
}

#[tokio::test]
async fn a_key_that_nobody_has_is_noted_of_nobody() {
    let app = TestApp::start().await;
    let drawn = ApiKey::generate(|bytes| {
        Entropy.fill(bytes);
        Ok::<(), Infallible>(())
    });
    let unknown = drawn.expect("cannot fail");
    for way in WAYS {
        assert_eq!(send(&app, way, unknown.expose()).await.0, way.4, "{}", way.0);
        write_notes(&app).await;
    }
    let noted = api_key::Entity::find()
        .filter(api_key::Column::LastRefusal.is_not_null())
        .count(app.state.core.db.reader())
        .await;
    assert_eq!(noted.expect("answers"), 0);
}

/// Sends `key` in a header that is not its own.
async fn misplace(keys: &Keys, key: &str) {
    let mut headers = HeaderMap::new();
    headers.insert("x-api-key", HeaderValue::from_str(key).expect("a header"));
    let presented = Presented::of(&headers, &Uri::from_static("/mcp"));
    let refused = keys.verifier.verify(presented, ADDRESS, None).await;
    assert_eq!(refused.expect_err("is refused"), Refusal::NoCredential);
}

/// Why the last refusal of a key was, as its row tells it.
async fn last_refusal(keys: &Keys, key: ApiKeyId) -> Option<String> {
    keys.verifier.last_used().flush(&keys.core).await.expect("is written");
    let row = api_key::Entity::find_by_id(key.as_uuid()).one(keys.core.db.reader()).await;
    row.expect("answers").expect("is there").last_refusal
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misplaced_key_that_then_works_is_told_no_more() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        misplace(&keys, &made.key).await;
        assert_eq!(last_refusal(&keys, made.id).await.as_deref(), Some("misplaced"));
        keys.core.clock.advance(MINUTE);
        assert!(keys.verify(&made.key).await.is_ok());
        assert_eq!(last_refusal(&keys, made.id).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_misplaces_many_keys_is_told_of_no_more_and_keeps_nobody_from_calling() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let other = keys.make(keys.company.member, "Zed").await;
        for _ in 0..BURST {
            misplace(&keys, "aid_live_00000000").await;
        }
        misplace(&keys, &made.key).await;
        assert_eq!(last_refusal(&keys, made.id).await, None);
        // A key that was never used here waits where wrong keys were too many: these are not counted among them.
        assert!(keys.verify(&other.key).await.is_ok());
        keys.core.clock.advance(INTERVAL);
        misplace(&keys, &made.key).await;
        assert_eq!(last_refusal(&keys, made.id).await.as_deref(), Some("misplaced"));
    })
    .await;
}
