//! News for open pages: who is told, on which replica, and when a stream ends.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use server::clock::Clock;
use shared::{id::CompanyId, member::RemoveMember};
use tempfile::TempDir;

use crate::support::{
    app::{Browser, TestApp, Who},
    postgres::postgres_url,
    streams::EventStream,
};

/// The stream of `company`'s news on the server at `url`, once it is quiet.
async fn listen(browser: &Browser, url: &str, company: CompanyId) -> EventStream {
    let address = format!("{url}/events?company={company}");
    let answer = browser.client.get(address).send().await.expect("answers");
    assert_eq!(answer.status(), StatusCode::OK);
    let mut stream = EventStream::of(answer);
    // What was done just before is told to whoever comes late.
    while tokio::time::timeout(Duration::from_secs(2), stream.next()).await.is_ok() {}
    stream
}

/// What comes next, in less time than it takes until a stream sees by itself that it has to end.
async fn soon(stream: &mut EventStream) -> Option<(String, String)> {
    tokio::time::timeout(Duration::from_secs(5), stream.next()).await.expect("it is announced")
}

fn event(name: &str, data: &str) -> Option<(String, String)> {
    Some((name.to_owned(), data.to_owned()))
}

async fn sign_out(browser: &Browser) {
    let (status, body) = browser.form("accounts/sign_out", &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_closes_its_streams_and_no_others() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let admin = app.signed_in(Who::Admin).await;
    let address = format!("{}/events?company={company}", app.url);
    let id = company.to_string();
    // The password is changed last: with it nobody signs in any more.
    for way in [
        "accounts/sign_out",
        "settings/end_session",
        "settings/end_other_sessions",
        "settings/change_password",
    ] {
        let (here, there) = (app.signed_in(Who::Owner).await, app.signed_in(Who::Owner).await);
        let (_, page) = there.form("settings/page", &[("company", id.as_str())]).await;
        let session = page["devices"][0]["session"].as_str().expect("an id");
        let (mut first, mut second, mut own, mut others) = tokio::join!(
            listen(&there, &app.url, company),
            listen(&there, &app.url, company),
            listen(&here, &app.url, company),
            listen(&admin, &app.url, company),
        );
        let (who, fields) = match way {
            "accounts/sign_out" => (&there, vec![]),
            "settings/end_session" => (&here, vec![("input[session]", session)]),
            "settings/end_other_sessions" => (&here, vec![]),
            _ => {
                let current = ("input[current]", app.var("AIDOO_OWNER_PASSWORD"));
                (&here, vec![current, ("input[password]", "lantern quartz obey drift")])
            }
        };
        let (status, body) = who.form(way, &fields).await;
        assert_eq!(status, StatusCode::OK, "{way}: {body}");
        for stream in [&mut first, &mut second] {
            assert_eq!(soon(stream).await, event("end", "signed_out"), "{way}");
            assert_eq!(soon(stream).await, None, "{way}: nothing comes after it");
        }
        app.state.core.news.announce(company);
        for stream in [&mut own, &mut others] {
            assert_eq!(soon(stream).await, event("", "changed"), "{way}");
        }
        let again = there.client.get(address.as_str()).send().await.expect("answers");
        assert_eq!(again.status(), StatusCode::UNAUTHORIZED, "{way}: and none is opened");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_holds_thirty_streams_and_one_more_for_each_that_is_closed() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let (here, there) = (app.signed_in(Who::Owner).await, app.signed_in(Who::Owner).await);
    let address = format!("{}/events?company={company}", app.url);
    let open = async |browser: &Browser| {
        browser.client.get(address.as_str()).send().await.expect("answers")
    };
    let mut held = Vec::new();
    for _ in 0..30 {
        let stream = open(&here).await;
        assert_eq!(stream.status(), StatusCode::OK);
        held.push(stream);
    }
    assert_eq!(open(&here).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(open(&there).await.status(), StatusCode::OK, "another session has its own");
    drop(held.pop());
    // The server hears in its own time that the reader is gone.
    let mut tries = 0;
    while open(&here).await.status() != StatusCode::OK {
        tries += 1;
        assert!(tries < 100, "the place is not given back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_is_told_so_and_hears_nothing_more_of_the_company() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let (_, (_, member)) = app.membership(Who::Member).await;
    let browser = app.signed_in(Who::Member).await;
    let mut stream = listen(&browser, &app.url, company).await;
    let remove = RemoveMember { company, member, revoke_seen: String::new() };
    app.state.backend.team.remove_member(owner, remove).await.expect("removes");
    assert_eq!(soon(&mut stream).await, event("end", "removed"));
    assert_eq!(soon(&mut stream).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_company_s_news_is_not_told() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let browser = app.signed_in(Who::Owner).await;
    let mut stream = listen(&browser, &app.url, company).await;
    let core = &app.state.core;
    core.news.announce(CompanyId::from_uuid(core.clock.uuid(&core.entropy)));
    let told = tokio::time::timeout(Duration::from_secs(2), stream.next()).await;
    assert!(told.is_err(), "{told:?}");
}

async fn two_servers() -> [TestApp; 2] {
    let (url, folder) = (postgres_url().await, Arc::new(TempDir::new().expect("a folder")));
    let one = TestApp::start_on(&url, Arc::clone(&folder), Clock::system(), &[]).await;
    let two = TestApp::start_on(&url, folder, Clock::system(), &[]).await;
    [one, two]
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_one_replica_reaches_the_pages_of_the_other() {
    let [one, two] = two_servers().await;
    let (company, _) = one.membership(Who::Owner).await;
    let browser = one.signed_in(Who::Owner).await;
    let mut stream = listen(&browser, &two.url, company).await;

    one.state.core.news.announce(company);
    assert_eq!(stream.next().await, event("", "changed"));

    // A page that is opened on the other replica just after the change hears of it too.
    let address = format!("{}/events?company={company}", two.url);
    let late = browser.client.get(address).send().await.expect("answers");
    assert_eq!(EventStream::of(late).next().await, event("", "changed"));

    // Told once: what a replica hears it does not tell again.
    let again = tokio::time::timeout(Duration::from_secs(2), stream.next()).await;
    assert!(again.is_err(), "{again:?}");

    // The cookie holds on both, and so does its end.
    sign_out(&browser).await;
    assert_eq!(stream.next().await, event("end", "signed_out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn news_that_was_missed_is_made_up_for_when_the_database_is_back() {
    let [one, two] = two_servers().await;
    let (company, _) = one.membership(Who::Owner).await;
    let browser = one.signed_in(Who::Owner).await;
    let mut stream = listen(&browser, &two.url, company).await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE pid <> pg_backend_pid() AND datname = current_database() \
               AND query ILIKE 'LISTEN %'";
    one.state.core.db.reader().execute_unprepared(cut).await.expect("cuts");
    assert_eq!(stream.next().await, event("", "changed"), "whatever it was, it is read again");
    // And what comes after is heard as before.
    while tokio::time::timeout(Duration::from_secs(3), stream.next()).await.is_ok() {}
    one.state.core.news.announce(company);
    assert_eq!(stream.next().await, event("", "changed"));
}
