//! A key's own page, and lists as files.

use std::net::Ipv4Addr;

use app::backend::{Actor, ApiKeys as _};
use reqwest::{StatusCode, header};
use server::store::calls::{self, NewCall};
use shared::{
    Error,
    activity::CallResult,
    api_key::{By, RevokeApiKey},
    id::RequestId,
    id::{ApiKeyId, CallId, CompanyId},
    key_change::{EditApiKey, Grace, RotateApiKey},
    key_page::{ApiKeyDetail, KeyEvent},
    permission::PermissionSet,
    time::{DAY, SECOND, Timestamp},
};
use uuid::Uuid;

use crate::support::{
    app::{Browser, TestApp, Who},
    core::{Company, NOW, Person, for_both_databases},
    keys::{ADDRESS, Keys},
};

async fn detail(keys: &Keys, who: Person, key: ApiKeyId) -> Result<ApiKeyDetail, Error> {
    keys.service.detail(who.actor, keys.company.id, key).await
}

/// A call of the member's key.
async fn call(keys: &Keys, key: ApiKeyId, tool: &'static str, result: CallResult, at: Timestamp) {
    let new = NewCall {
        id: CallId::from_uuid(keys.core.clock.uuid(&keys.core.entropy)),
        company: keys.company.id,
        member: keys.company.member.member,
        key,
        tool,
        model: Some("sale.order".to_owned()),
        method: None,
        records: None,
        result,
        cause: None,
        problem: (result != CallResult::Ok).then(|| "a reason".to_owned()),
        consent: None,
        duration: Some(1_000),
        client: Some("Cursor".to_owned()),
        address: ADDRESS,
        digest: vec![1],
        arguments: None,
        at,
        step_of: None,
    };
    let transaction = keys.core.db.begin().await.expect("begins");
    calls::create(&transaction, vec![new]).await.expect("is written");
    transaction.commit().await.expect("commits");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_key_hears_of_the_client_that_comes_with_it() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let Company { owner, admin, member, .. } = keys.company;
        let made = keys.make(member, "M").await;
        assert_eq!(made.company, keys.company.id);
        let client =
            async |who: Person| keys.service.client(who.actor, keys.company.id, made.id).await;
        assert_eq!(client(member).await, Ok(None), "nobody came yet");
        keys.limit_members(&["query", "read"]).await;
        keys.verify(&made.key).await.expect("is accepted");
        keys.verifier.last_used().flush(&keys.core).await.expect("is written");
        for who in [owner, admin, member] {
            let there = client(who).await.expect("is told").expect("came");
            assert_eq!((there.client.as_deref(), there.key.as_str()), (Some("Cursor"), "M"));
            // Under the ceiling of its person, and with the tool that every key has.
            assert_eq!(there.tools, 3);
        }
        assert_eq!(client(other.owner).await, Err(Error::NotFound));
        let owners = keys.make(owner, "O").await.id;
        let hidden = keys.service.client(member.actor, keys.company.id, owners).await;
        assert_eq!(hidden, Err(Error::NotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keys_page_is_for_those_who_see_the_key() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let Company { owner, admin, member, .. } = keys.company;
        let (members, owners) = (keys.make(member, "M").await.id, keys.make(owner, "O").await.id);
        for who in [owner, admin] {
            for key in [members, owners] {
                assert_eq!(detail(&keys, who, key).await.expect("is shown").key.id, key);
            }
        }
        assert_eq!(detail(&keys, member, members).await.expect("is shown").key.id, members);
        let never = ApiKeyId::from_uuid(Uuid::from_u128(7));
        for key in [owners, never] {
            assert_eq!(detail(&keys, member, key).await.err(), Some(Error::NotFound));
        }
        for company in [keys.company.id, other.id, CompanyId::from_uuid(Uuid::from_u128(7))] {
            let answer = keys.service.detail(other.owner.actor, company, members).await;
            assert_eq!(answer.err(), Some(Error::NotFound));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keys_page_tells_how_it_was_used_and_what_was_done_to_it() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let key = keys.make(member, "Cursor").await.id;
        let other = keys.make(member, "Other").await.id;
        assert!(detail(&keys, member, key).await.expect("is shown").unused.is_empty());
        keys.core.clock.advance(40 * DAY);
        let now = NOW.plus(40 * DAY);
        // Not used at all: nothing to keep, so that nothing is proposed.
        assert!(detail(&keys, member, key).await.expect("is shown").unused.is_empty());

        call(&keys, key, "aidoo_schema", CallResult::Ok, now).await;
        call(&keys, key, "aidoo_schema", CallResult::Ok, now.plus(-DAY)).await;
        call(&keys, key, "aidoo_schema", CallResult::Refused, now.plus(-DAY)).await;
        call(&keys, key, "aidoo_query", CallResult::Failed, now.plus(-31 * DAY)).await;
        call(&keys, other, "aidoo_query", CallResult::Ok, now).await;
        let edited = EditApiKey {
            company,
            key,
            name: "Renamed".to_owned(),
            permissions: ["query", "read", "schema"].map(str::to_owned).into(),
        };
        keys.service.edit(owner.actor, edited).await.expect("is renamed");

        let shown = detail(&keys, member, key).await.expect("is shown");
        assert_eq!(shown.unused, "query read".parse().expect("permissions"));
        assert_eq!(shown.days.len(), 30);
        let [.., before, today] = shown.days.as_slice() else { panic!("thirty days") };
        assert_eq!((before.done, before.refused, before.failed), (1, 1, 0));
        assert_eq!((today.done, today.total(), today.day.as_str()), (1, 1, "2027-01-03"));
        assert_eq!(shown.days.iter().map(|day| day.total()).sum::<u32>(), 3);
        assert_eq!(shown.tools.tools, ["aidoo_schema"]);
        let [.., before, today] = shown.tools.days.as_slice() else { panic!("thirty days") };
        assert_eq!((before.calls.as_slice(), today.calls.as_slice()), (&[2][..], &[1][..]));
        assert_eq!((shown.tools.days.len(), today.day.as_str()), (30, "2027-01-03"));
        assert_eq!(shown.clients.len(), 1);
        assert_eq!((shown.clients[0].name.as_deref(), shown.clients[0].calls), (Some("Cursor"), 3));
        assert_eq!(shown.clients[0].last.at, now);
        let problems: Vec<_> = shown.problems.iter().map(|call| call.result).collect();
        assert_eq!(problems, [CallResult::Refused, CallResult::Failed]);
        let renamed = KeyEvent::Renamed { from: "Cursor".to_owned(), to: "Renamed".to_owned() };
        let told: Vec<_> =
            shown.trail.iter().map(|entry| (entry.what.clone(), entry.who.clone())).collect();
        assert_eq!(
            told,
            [
                (renamed, Some(By::Person("Owner Lumen".to_owned()))),
                (KeyEvent::Generated, Some(By::You)),
            ]
        );

        let request = RequestId::from_uuid(keys.core.clock.uuid(&keys.core.entropy));
        let input = RotateApiKey { company, key, request, grace: Grace::None };
        let new = keys.service.rotate(owner.actor, input).await.expect("is rotated").id;
        let shown = detail(&keys, member, new).await.expect("is shown");
        assert_eq!(shown.trail[0].what, KeyEvent::MadeToReplace);
        let shown = detail(&keys, member, key).await.expect("is shown");
        // One that is over is proposed nothing.
        assert!(shown.unused.is_empty());
        let told: Vec<_> = shown.trail.iter().map(|entry| &entry.what).take(3).collect();
        assert!(told.contains(&&KeyEvent::Rotated) && told.contains(&&KeyEvent::Revoked));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keys_page_tells_a_member_from_where_they_did_something_and_of_nobody_else() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        let key = keys.make(member, "Cursor").await.id;
        keys.core.clock.advance(SECOND);
        let edited = EditApiKey {
            company,
            key,
            name: "Renamed".to_owned(),
            permissions: ["query", "read", "schema"].map(str::to_owned).into(),
        };
        let elsewhere = Actor { address: ADDRESS, ..owner.actor };
        keys.service.edit(elsewhere, edited).await.expect("is renamed");

        let (theirs, own) = (Some(ADDRESS.to_string()), Some(Ipv4Addr::LOCALHOST.to_string()));
        for (who, renamed_from) in [(owner, &theirs), (admin, &theirs), (member, &None)] {
            let trail = detail(&keys, who, key).await.expect("is shown").trail;
            let told: Vec<_> =
                trail.iter().map(|entry| (entry.who.is_some(), &entry.address)).collect();
            assert_eq!(told, [(true, renamed_from), (true, &own)]);
        }
    })
    .await;
}

async fn download(browser: &Browser, app: &TestApp, path: &str) -> (StatusCode, String) {
    let answer = browser.client.get(format!("{}{path}", app.url)).send().await.expect("answers");
    let status = answer.status();
    if status == StatusCode::OK {
        let header = |name| answer.headers()[name].to_str().expect("a text").to_owned();
        assert_eq!(header(header::CACHE_CONTROL), "no-store");
        assert_eq!(header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
        assert!(header(header::CONTENT_DISPOSITION).starts_with("attachment; filename="));
    }
    (status, answer.text().await.expect("a body"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_keys_has_what_its_page_shows_and_no_formula() {
    let app = TestApp::start().await;
    let (company, (owner, owners)) = app.membership(Who::Owner).await;
    let (_, (member, members)) = app.membership(Who::Member).await;
    let owned = app.make_key(owner, company, owners, PermissionSet::DEFAULT).await;
    let key = app.make_key(member, company, members, PermissionSet::DEFAULT).await.id;
    let edited = EditApiKey {
        company,
        key,
        name: "=HYPERLINK(\"https://example.com\")".to_owned(),
        permissions: vec!["query".to_owned()],
    };
    app.state.backend.api_keys.edit(owner, edited).await.expect("is renamed");
    let path = format!("/exports/api-keys.csv?company={company}");

    let (status, text) = download(&app.signed_in(Who::Owner).await, &app, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.starts_with("\u{FEFF}Name,Identifier,Person,"));
    assert!(text.contains("\"'=HYPERLINK(\"\"https://example.com\"\")\""), "{text}");
    assert!(text.contains(&owned.identifier) && !text.contains(&owned.key));
    let browser = app.signed_in(Who::Owner).await;
    let (_, filtered) = download(&browser, &app, &format!("{path}&q=HYPERLINK&from=x")).await;
    assert_eq!(filtered.lines().count(), 2, "{filtered}");

    // Each download is on record: a link on another site makes none.
    for (site, expected) in
        [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
    {
        let asked = browser.client.get(format!("{}{path}", app.url));
        let answer = asked.header("sec-fetch-site", site).send().await.expect("answers");
        assert_eq!(answer.status().as_u16(), expected, "{site}");
    }

    let french = browser.client.get(format!("{}{path}", app.url));
    let french = french.header(header::ACCEPT_LANGUAGE, "fr").send().await.expect("answers");
    let french = french.text().await.expect("a body");
    assert!(french.starts_with("\u{FEFF}Nom;Identifiant;Personne;"), "{french}");

    let browser = app.signed_in(Who::Member).await;
    for path in [path.clone(), format!("{path}&person={owners}")] {
        let (status, text) = download(&browser, &app, &path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!text.contains(&owned.identifier) && text.contains("HYPERLINK"));
    }
    for company in ["", "com_1", &CompanyId::from_uuid(Uuid::from_u128(7)).to_string()] {
        let path = format!("/exports/api-keys.csv?company={company}");
        assert_eq!(download(&browser, &app, &path).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_keys_has_everybody_by_name() {
    let app = TestApp::start().await;
    let (company, (owner, owners)) = app.membership(Who::Owner).await;
    let (_, (_, members)) = app.membership(Who::Member).await;
    let keys = &app.state.backend.api_keys;
    for member in [owners, members] {
        let key = app.make_key(owner, company, member, PermissionSet::DEFAULT).await.id;
        keys.revoke(owner, RevokeApiKey { company, key }).await.expect("is revoked");
    }
    let path = format!("/exports/api-keys.csv?company={company}");
    let (_, text) = download(&app.signed_in(Who::Owner).await, &app, &path).await;
    let mut file = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let rows = file.records().map(|row| row.expect("a row"));
    let rows: Vec<_> = rows.filter(|row| &row[0] == "A test's key").collect();
    assert_eq!(rows.len(), 2, "{text}");
    for row in rows {
        let (maker, revoker) = (&row[7], &row[12]);
        assert!(maker.starts_with("Marie") && maker == revoker, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_activity_goes_on_beyond_a_page_and_shows_members_their_own_only() {
    let app = TestApp::start().await;
    let (company, (owner, owners)) = app.membership(Who::Owner).await;
    let (_, (member, members)) = app.membership(Who::Member).await;
    let core = &app.state.core;
    let mut rows = Vec::new();
    for (count, actor, whose, client) in
        [(1_200, owner, owners, "Owner's client"), (1, member, members, "@SUM(A1)")]
    {
        let key = app.make_key(actor, company, whose, PermissionSet::DEFAULT).await.id;
        rows.extend((0..count).map(|_| NewCall {
            id: CallId::from_uuid(core.clock.uuid(&core.entropy)),
            company,
            member: whose,
            key,
            tool: "aidoo_query",
            model: Some("sale.order".to_owned()),
            method: None,
            records: Some(1),
            result: CallResult::Ok,
            cause: None,
            problem: None,
            consent: None,
            duration: None,
            client: Some(client.to_owned()),
            address: ADDRESS,
            digest: vec![1],
            arguments: None,
            at: core.clock.now(),
            step_of: None,
        }));
    }
    for batch in rows.chunks(400) {
        let transaction = core.db.begin().await.expect("begins");
        calls::create(&transaction, batch.to_vec()).await.expect("is written");
        transaction.commit().await.expect("commits");
    }
    let path = format!("/exports/activity.csv?company={company}");
    let (status, all) = download(&app.signed_in(Who::Admin).await, &app, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(all.lines().filter(|line| line.contains("Owner's client")).count(), 1_200);
    assert_eq!(all.lines().filter(|line| line.starts_with("\u{FEFF}When,")).count(), 1);
    let (_, own) = download(&app.signed_in(Who::Member).await, &app, &path).await;
    assert!(own.contains(",'@SUM(A1),") && !own.contains("Owner's client"), "{own}");
    let tool = format!("{path}&tool=aidoo_write");
    let (_, none) = download(&app.signed_in(Who::Owner).await, &app, &tool).await;
    assert_eq!(none.lines().count(), 1, "{none}");
}
