//! Calls and what people did, in one list: whole, in order, by every filter, and each for whom it may be. On both
//! databases.

use app::backend::{ActivityLog as _, ApiKeys as _, Policies as _, Team as _};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::json;
use server::{
    entities::call,
    services::{activity::Activity, activity_pages::ActivityPages, team::TeamService},
    store::{
        audit_entries::{self, NewAuditEntry},
        calls::NewCall,
        users,
    },
};
use shared::{
    Error, Field, Problem,
    activity::{CallResult, ListActivity, PAGE_SIZE, Period},
    company::SetCeilings,
    id::{ApiKeyId, CallId, MemberId},
    key_rules::SetKeyRules,
    member::{ChangeRole, Invite},
    name::Name,
    permission::PermissionSet,
    role::Role,
    time::{DAY, SECOND, Timestamp},
    timeline::{Deed, Detail, Entry, Kind, TimelinePage},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{
    app::{TestApp, Who},
    core::{Company, NOW, Person, for_both_databases},
    keys::Keys,
};

struct Told {
    keys: Keys,
    pages: ActivityPages,
}

impl Told {
    async fn on(url: &str) -> Self {
        let keys = Keys::on(url).await;
        Self { pages: ActivityPages::new(keys.core.clone()), keys }
    }

    async fn page(&self, who: Person, filter: ListActivity) -> TimelinePage {
        self.pages.timeline(who.actor, self.keys.company.id, filter).await.unwrap()
    }

    async fn entries(&self, who: Person, filter: ListActivity) -> Vec<String> {
        self.page(who, filter).await.entries.iter().map(told).collect()
    }

    /// Writes calls of `member` with `key` at these times.
    async fn call(&self, member: MemberId, key: ApiKeyId, what: &[(&str, CallResult, Timestamp)]) {
        let core = &self.keys.core;
        let transaction = core.db.begin().await.unwrap();
        for (tool, result, at) in what {
            let row = call::ActiveModel {
                id: Set(core.clock.uuid(&core.entropy)),
                company_id: Set(self.keys.company.id.as_uuid()),
                member_id: Set(member.as_uuid()),
                key_id: Set(key.as_uuid()),
                tool: Set((*tool).to_owned()),
                model: Set(None),
                method: Set(None),
                records: Set(None),
                result: Set(result.as_str().to_owned()),
                cause: Set(None),
                problem: Set(None),
                consent: Set(None),
                duration: Set(None),
                client: Set(None),
                address: Set("192.0.2.1".to_owned()),
                arguments_digest: Set(Vec::new()),
                arguments: Set(None),
                at: Set(at.as_micros()),
                step_of: Set(None),
            };
            call::Entity::insert(row).exec_without_returning(&transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }

    /// Writes an entry of the audit at this time.
    async fn deed(&self, who: Option<Person>, action: &'static str, target: String, at: Timestamp) {
        let core = &self.keys.core;
        let transaction = core.db.begin().await.unwrap();
        let entry = NewAuditEntry {
            id: core.clock.uuid(&core.entropy),
            company: Some(self.keys.company.id),
            user: who.map(|person| person.actor.user),
            action,
            target,
            detail: serde_json::json!({}),
            address: [192, 0, 2, 1].into(),
            at,
        };
        audit_entries::create(&transaction, entry).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

fn told(entry: &Entry) -> String {
    match entry {
        Entry::Call(call) => format!("{} {}", call.person, call.tool),
        Entry::Deed(deed) => app::words::deed(deed.by.as_deref(), &deed.deed),
    }
}

fn place(entry: &Entry) -> (i64, Uuid) {
    match entry {
        Entry::Call(call) => (call.at.at.as_micros(), call.id.as_uuid()),
        Entry::Deed(deed) => (deed.at.at.as_micros(), deed.id.as_uuid()),
    }
}

fn about(kind: Kind) -> ListActivity {
    ListActivity { kind: Some(kind), ..ListActivity::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_both_tables_lose_nothing_and_repeat_nothing() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let owner = house.keys.company.owner;
        let key = house.keys.make(owner, "Cursor").await.id;
        // Many at the same moment: the order within it is that of the ids.
        for moment in 0..4 {
            let at = NOW.plus(-moment * SECOND);
            house.call(owner.member, key, &[("aidoo_query", CallResult::Ok, at); 23]).await;
            for _ in 0..(if moment == 1 { 0 } else { 17 }) {
                house.deed(Some(owner), "policy.changed", String::new(), at).await;
            }
        }
        let at =
            async |cursor| house.page(owner, ListActivity { cursor, ..Default::default() }).await;
        let mut pages = vec![at(None).await];
        while let Some(cursor) = pages.last().and_then(|page| page.next.clone()) {
            pages.push(at(Some(cursor)).await);
        }
        assert!(pages.iter().all(|page| page.entries.len() <= PAGE_SIZE));
        let has_previous: Vec<_> = pages.iter().map(|page| page.previous.is_some()).collect();
        assert_eq!(has_previous, [false, true, true]);
        let places = |page: &TimelinePage| page.entries.iter().map(place).collect::<Vec<_>>();
        let seen: Vec<_> = pages.iter().flat_map(places).collect();
        // The key's own entry is one of them.
        assert_eq!(seen.len(), 4 * 23 + 3 * 17 + 1);
        assert!(seen.is_sorted_by(|one, next| one > next), "the newest first, each once");
        // And back again by the same pages, to the first one, which is the list's beginning.
        let mut back = pages.pop().unwrap();
        while let Some(page) = pages.pop() {
            let cursor = back.previous.clone();
            assert!(cursor.is_some());
            back = at(cursor).await;
            assert_eq!(places(&back), places(&page));
            assert_eq!((back.previous.is_some(), back.next.is_some()), (!pages.is_empty(), true));
        }
        // A link to what is newer than the first page, or older than the last, leads to the beginning.
        for cursor in [back.next.as_deref().unwrap_or_default(), "", "x", "AAAA"] {
            let only_deeds = ListActivity {
                cursor: Some(cursor.to_owned()),
                kind: Some(Kind::Team),
                ..ListActivity::default()
            };
            let page = house.page(owner, only_deeds).await;
            assert_eq!((page.entries.len(), page.previous, page.next), (0, None, None));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_shows_what_it_says() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { owner, admin, member, .. } = house.keys.company;
        let key = house.keys.make(member, "Cursor").await.id;
        let other = house.keys.make(admin, "Other").await.id;
        let at = |days: i64| NOW.plus(-days * DAY);
        let (ok, failed, refused) = (CallResult::Ok, CallResult::Failed, CallResult::Refused);
        let calls = [("aidoo_query", ok, at(0)), ("aidoo_write", failed, at(8))];
        house.call(member.member, key, &calls).await;
        house.call(admin.member, other, &[("aidoo_write", refused, at(2))]).await;
        house.deed(Some(owner), "company.kept", String::new(), at(31)).await;
        house.deed(None, "api_key.revoked", other.to_string(), at(3)).await;

        let shown = async |filter: ListActivity| house.entries(owner, filter).await;
        let made =
            |who: &str, key: &str| format!("{who} generated the key “{key}” (query, read, schema)");
        let (cursor, second) = (made("Member Lumen", "Cursor"), made("Admin Lumen", "Other"));
        let (cursor, second) = (cursor.as_str(), second.as_str());
        let revoked = "Aidoo revoked the key “Other”";
        let kept = "Owner Lumen kept the company after all";
        let by = |member| ListActivity { member: Some(member), ..ListActivity::default() };
        let with = |key| ListActivity { key: Some(key), ..ListActivity::default() };
        let tool = |tool: &str| ListActivity { tool: Some(tool.to_owned()), ..Default::default() };
        let ended = |result| ListActivity { result: Some(result), ..ListActivity::default() };
        let within = |period| ListActivity { within: Some(period), ..ListActivity::default() };
        let sorted = |mut rows: Vec<String>| {
            rows.sort();
            rows
        };
        for (filter, expected) in [
            (
                about(Kind::Calls),
                vec![
                    "Admin Lumen aidoo_write",
                    "Member Lumen aidoo_query",
                    "Member Lumen aidoo_write",
                ],
            ),
            (about(Kind::Keys), vec![second, revoked, cursor]),
            (about(Kind::Company), vec![kept]),
            (about(Kind::Team), vec![]),
            (by(owner.member), vec![kept]),
            (
                by(member.member),
                vec!["Member Lumen aidoo_query", "Member Lumen aidoo_write", cursor],
            ),
            (with(key), vec!["Member Lumen aidoo_query", "Member Lumen aidoo_write", cursor]),
            (with(other), vec!["Admin Lumen aidoo_write", second, revoked]),
            (tool("aidoo_write"), vec!["Admin Lumen aidoo_write", "Member Lumen aidoo_write"]),
            (
                ListActivity { member: Some(admin.member), ..tool("aidoo_write") },
                vec!["Admin Lumen aidoo_write"],
            ),
            (ended(ok), vec!["Member Lumen aidoo_query"]),
            (ended(failed), vec!["Member Lumen aidoo_write"]),
            (ListActivity { member: Some(member.member), ..ended(refused) }, vec![]),
            (ListActivity { key: Some(other), ..ended(refused) }, vec!["Admin Lumen aidoo_write"]),
            (ListActivity { kind: Some(Kind::Keys), ..ended(ok) }, vec![]),
            (within(Period::Day), vec!["Member Lumen aidoo_query", second, cursor]),
            (
                within(Period::Week),
                vec![
                    "Admin Lumen aidoo_write",
                    "Member Lumen aidoo_query",
                    second,
                    revoked,
                    cursor,
                ],
            ),
        ] {
            let asked = format!("{filter:?}");
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(sorted(shown(filter).await), sorted(expected), "{asked}");
        }
        let page = house.page(owner, with(key)).await;
        assert_eq!(page.key.as_deref(), Some("Cursor"));
        let people: Vec<_> = page.people.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(people, ["Admin Lumen", "Member Lumen", "Owner Lumen"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_what_they_did_themselves_and_nothing_of_others() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { owner, admin, member, .. } = house.keys.company;
        let theirs = house.keys.make(owner, "Secret name").await.id;
        let own = house.keys.make(member, "Cursor").await.id;
        house.call(owner.member, theirs, &[("aidoo_query", CallResult::Ok, NOW)]).await;
        house.call(member.member, own, &[("aidoo_read", CallResult::Ok, NOW)]).await;
        let made = "Member Lumen generated the key “Cursor” (query, read, schema)";
        for member_asked in [None, Some(owner.member), Some(member.member)] {
            let filter = ListActivity { member: member_asked, ..ListActivity::default() };
            let mut seen = house.entries(member, filter).await;
            seen.sort();
            assert_eq!(seen, ["Member Lumen aidoo_read", made]);
        }
        let filter = ListActivity { key: Some(theirs), ..ListActivity::default() };
        let page = house.page(member, filter).await;
        assert_eq!((page.entries, page.key, page.people), (vec![], None, vec![]));
        assert_eq!(house.entries(admin, ListActivity::default()).await.len(), 4);

        let others = Company::found(&house.keys.core, "Other").await;
        let company = house.keys.company.id;
        let outside = house.pages.timeline(others.owner.actor, company, ListActivity::default());
        assert_eq!(outside.await, Err(Error::NotFound));
        let filter =
            ListActivity { member: Some(owner.member), key: Some(own), ..ListActivity::default() };
        let inside = house.pages.timeline(others.owner.actor, others.id, filter).await.unwrap();
        assert_eq!((inside.entries, inside.key), (vec![], None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_companys_key_or_person_gives_nothing_and_is_not_offered() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { owner, admin, member, .. } = house.keys.company;
        let own = house.keys.make(member, "Cursor").await.id;
        let bosses = house.keys.make(owner, "Secret name").await.id;
        house.call(member.member, own, &[("aidoo_read", CallResult::Ok, NOW)]).await;

        let others = Company::found(&house.keys.core, "Other").await;
        let wish = shared::api_key::CreateApiKey {
            company: others.id,
            ..house.keys.wish(others.owner, "Theirs")
        };
        let theirs = house.keys.service.create(others.owner.actor, wish).await.unwrap().id;
        let by_key = ListActivity { key: Some(theirs), ..ListActivity::default() };
        let by_person =
            ListActivity { member: Some(others.owner.member), ..ListActivity::default() };
        for who in [owner, admin, member] {
            let page = house.page(who, by_key.clone()).await;
            assert_eq!((page.entries, page.key), (vec![], None));
        }
        for who in [owner, admin] {
            let page = house.page(who, by_person.clone()).await;
            assert_eq!((page.entries, page.keys), (vec![], vec![]));
        }
        let offered = async |who: Person, filter: ListActivity| {
            let keys = house.page(who, filter).await.keys;
            let mut keys: Vec<_> = keys.into_iter().map(|one| (one.name, one.person)).collect();
            keys.sort();
            keys
        };
        let key = |name: &str, person: Option<&str>| (name.to_owned(), person.map(str::to_owned));
        let of_member = ListActivity { member: Some(member.member), ..ListActivity::default() };
        assert_eq!(
            offered(owner, ListActivity::default()).await,
            [key("Cursor", Some("Member Lumen")), key("Secret name", Some("Owner Lumen"))]
        );
        assert_eq!(offered(admin, of_member).await, [key("Cursor", Some("Member Lumen"))]);
        // A member hears of their own keys alone, whoever they ask for.
        let of_owner = ListActivity {
            member: Some(owner.member),
            key: Some(bosses),
            ..ListActivity::default()
        };
        assert_eq!(offered(member, of_owner.clone()).await, [key("Cursor", None)]);
        assert_eq!(house.page(member, of_owner).await.key, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_those_of_the_viewer_and_what_is_none_is_told() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { id: company, owner, .. } = house.keys.company;
        // 2026-11-24T00:00:00Z: an hour before it is that day in Paris already.
        let midnight = Timestamp::from_micros(1_795_478_400 * SECOND);
        let hour = DAY / 24;
        for (action, at) in [
            ("company.kept", midnight.plus(-DAY)),
            ("odoo_connection.tested", midnight.plus(-hour / 2)),
            ("policy.changed", midnight),
            ("activity.exported", midnight.plus(DAY - hour / 2)),
        ] {
            house.deed(Some(owner), action, String::new(), at).await;
        }
        let days = |since: &str, until: &str| ListActivity {
            since: Some(since.to_owned()).filter(|day| !day.is_empty()),
            until: Some(until.to_owned()).filter(|day| !day.is_empty()),
            ..ListActivity::default()
        };
        let (kept, tested, changed, exported) = (
            "Owner Lumen kept the company after all",
            "Owner Lumen tested the Odoo connection anew",
            "Owner Lumen changed the policies",
            "Owner Lumen exported the activity",
        );
        let shown = async |since: &str, until: &str| house.entries(owner, days(since, until)).await;
        assert_eq!(shown("2026-11-24", "2026-11-24").await, [exported, changed]);
        assert_eq!(shown("", "2026-11-23").await, [tested, kept]);
        assert_eq!(shown("2026-11-25", "").await, [""; 0]);
        let transaction = house.keys.core.db.begin().await.unwrap();
        let name = Name::parse("Owner Lumen").unwrap();
        let zone = Some("Europe/Paris".to_owned());
        users::update_profile(&transaction, owner.actor.user, &name, zone).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(shown("2026-11-24", "2026-11-24").await, [changed, tested]);
        assert_eq!(shown("2026-11-25", "2026-11-25").await, [exported]);

        let wrong = async |since: &str, until: &str| {
            house.pages.timeline(owner.actor, company, days(since, until)).await.unwrap_err()
        };
        assert_eq!(wrong("yesterday", "").await, Error::field(Field::Since, Problem::NotADay));
        for day in ["2026-02-30", "24/11/2026", "2026-11-24' OR 1=1", "99999-01-01", "\u{0}"] {
            assert_eq!(wrong("", day).await, Error::field(Field::Until, Problem::NotADay), "{day}");
        }
        assert_eq!(
            wrong("2026-11-25", "2026-11-24").await,
            Error::field(Field::Until, Problem::EndsBeforeStart)
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_follows_the_filters_and_says_in_a_sentence_why_there_is_none() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let browser = app.signed_in(Who::Owner).await;
    let file = async |filter: &str| {
        browser.open(&format!("/exports/activity.csv?company={company}&{filter}")).await
    };
    let (status, told) = file("since=yesterday").await;
    assert_eq!(status.as_u16(), 422);
    assert_eq!(told, "This is not a date: write it as 2026-11-24, or leave it empty.\n");
    let (status, told) = file("since=2026-11-24&until=2026-11-23").await;
    assert_eq!((status.as_u16(), told.as_str()), (422, "The end date is before the start date.\n"));
    // Nothing was exported, so nothing is told of it.
    let (status, whole) = file("what=company").await;
    assert_eq!(status.as_u16(), 200);
    assert_eq!(whole.matches("exported the activity").count(), 1);
    let (_, none) = file("until=2001-01-01").await;
    assert_eq!(none.lines().count(), 1);
    // The page says the same, with the form around it.
    let (status, page) = browser.open("/activity?since=yesterday&what=keys").await;
    assert_eq!(status.as_u16(), 422);
    assert!(page.contains("This is not a date: write it as 2026-11-24, or leave it empty."));
    assert!(page.contains("name=\"since\"") && page.contains("aria-invalid=\"true\""));
}

#[tokio::test]
async fn pages_say_what_their_reader_may_see_and_do() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let id = company.to_string();
    let owner = app.signed_in(Who::Owner).await;
    owner.form("connections/remove", &[("input[company]", id.as_str())]).await;
    let others = "an owner or admin does that";
    for (who, lead, connects) in [
        (Who::Owner, "with a key of your company: who, what", true),
        (Who::Member, "with a key of yours: what", false),
    ] {
        let browser = app.signed_in(who).await;
        let (_, page) = browser.open("/activity").await;
        assert!(page.contains(lead), "{page}");
        let (_, page) = browser.open("/connect").await;
        assert_eq!((page.contains("connect it<"), page.contains(others)), (connects, !connects));
    }
}

#[tokio::test]
async fn deeds_are_told_in_the_language_of_whoever_asks() {
    let app = TestApp::start().await;
    let (company, _) = app.membership(Who::Owner).await;
    let browser = app.signed_in(Who::Owner).await;
    let id = company.to_string();
    let fields = [("input[company]", id.as_str()), ("input[name]", "Atelier <b>")];
    assert_eq!(browser.form("companies/rename", &fields).await.0.as_u16(), 200);
    let newest = async || {
        let body = json!({ "company": company, "filter": { "kind": "company" } });
        let (_, page) = browser.json("activity/timeline", &body).await;
        let deed = &page["entries"][0]["deed"];
        (deed["sentence"].clone(), deed["changes"].clone())
    };
    let (sentence, changes) = newest().await;
    assert!(
        sentence.as_str().unwrap().ends_with(" renamed the company to “Atelier <b>”"),
        "{sentence}"
    );
    assert_eq!(changes[0][0], "Name");
    let language = browser.client.post(format!("{}/language", app.url));
    let language = language.header("origin", &app.url).form(&[("language", "fr")]);
    language.send().await.unwrap();
    let (sentence, changes) = newest().await;
    assert!(sentence.as_str().unwrap().contains(" a renommé la société "), "{sentence}");
    assert_eq!(changes[0][0], "Nom");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detail_is_told_as_what_it_is_of_that_deed() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let owner = house.keys.company.owner;
        let core = &house.keys.core;
        let detail = json!({ "version": "18.0", "expires_at": NOW });
        for action in ["odoo_connection.changed", "workflow.validated", "key_handover.made"] {
            let transaction = core.db.begin().await.unwrap();
            let entry = NewAuditEntry {
                id: core.clock.uuid(&core.entropy),
                company: Some(house.keys.company.id),
                user: Some(owner.actor.user),
                action,
                target: String::new(),
                detail: detail.clone(),
                address: [192, 0, 2, 1].into(),
                at: core.clock.now(),
            };
            audit_entries::create(&transaction, entry).await.unwrap();
            transaction.commit().await.unwrap();
            core.clock.advance(SECOND);
        }
        let page = house.page(owner, ListActivity::default()).await;
        let told = |entry: &Entry| match entry {
            Entry::Deed(deed) => deed.changes.iter().map(|change| change.what).collect(),
            Entry::Call(_) => Vec::new(),
        };
        let told: Vec<_> = page.entries.iter().take(3).map(told).collect();
        // The newest first. A link's end is none of the key, and a workflow's version none of Odoo.
        let [handed, validated, connected] = &told[..] else { panic!("{told:?}") };
        assert_eq!(handed, &[Detail::OdooVersion]);
        assert_eq!(validated, &[Detail::Ends]);
        assert_eq!(connected, &[Detail::Ends, Detail::OdooVersion]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_told_by_its_identifier_as_everywhere_else() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let owner = house.keys.company.owner;
        let identifier = house.keys.make(owner, "Cursor").await.identifier;
        let page = house.page(owner, about(Kind::Keys)).await;
        let [Entry::Deed(deed)] = page.entries.as_slice() else { panic!("no single deed") };
        let change = deed.changes.iter().find(|change| change.what == Detail::Identifier).unwrap();
        let told = app::words::change(change);
        assert!(
            told.ends_with(&format!(": {}", shared::key_format::display(&identifier))),
            "{told}"
        );
        assert_eq!(page.keys.first().map(|key| &key.identifier), Some(&identifier));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_is_told_with_what_was_before() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { id: company, owner, member, .. } = house.keys.company;
        let changes = async |kind: Kind| {
            let page = house.page(owner, about(kind)).await;
            let deed = page.entries.into_iter().find_map(|entry| match entry {
                Entry::Deed(deed) => Some(deed),
                Entry::Call(_) => None,
            });
            let deed = deed.unwrap();
            // What comes next is newer.
            house.keys.core.clock.advance(SECOND);
            assert_eq!(deed.address.as_deref(), Some("127.0.0.1"));
            deed.changes.iter().map(app::words::change).collect::<Vec<_>>()
        };
        let role = Role::Admin.as_str().to_owned();
        let team = TeamService::new(house.keys.core.clone());
        let input = ChangeRole { company, member: member.member, role };
        team.change_role(owner.actor, input).await.unwrap();
        assert_eq!(changes(Kind::Team).await, ["Role: from Member to Admin"]);

        let everything: Vec<String> =
            PermissionSet::ALL.iter().map(|one| one.as_str().to_owned()).collect();
        let input = SetCeilings {
            company,
            owner: everything.clone(),
            admin: everything,
            member: vec!["query".to_owned(), "read".to_owned()],
        };
        house.keys.policies.set_ceilings(owner.actor, input).await.unwrap();
        assert_eq!(
            changes(Kind::Policies).await,
            [format!(
                "Keys of members may: from {} to query, read",
                app::words::permissions(PermissionSet::ALL)
            )]
        );
        let input = SetKeyRules {
            company,
            longest_days: "90".to_owned(),
            unused_days: String::new(),
            addresses: "192.0.2.0/24".to_owned(),
            makers: "owners".to_owned(),
            must_accept: "on".to_owned(),
        };
        house.keys.policies.set_key_rules(owner.actor, input).await.unwrap();
        assert_eq!(
            changes(Kind::Policies).await,
            [
                "Most days that a key lives: from none to 90",
                "Keys may come from: from none to 192.0.2.0/24",
                "Who makes keys for others: from Owners and admins to Owners only",
                "Keys wait for their person: from no to yes",
                "Keys that end sooner by it: 0",
            ]
        );
        house.keys.make(owner, "Cursor").await;
        let told = changes(Kind::Keys).await;
        assert_eq!(told[0], "Name: Cursor");
        assert_eq!(told[2], "Permissions: query, read, schema");
        assert_eq!(told.len(), 4, "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_end_sooner_by_a_policy_are_told_each_with_the_end_that_it_had() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { id: company, owner, member, .. } = house.keys.company;
        house.keys.make(member, "Old").await;
        house.keys.core.clock.advance(40 * DAY);
        house.keys.make(member, "Young").await;
        house.keys.core.clock.advance(SECOND);
        let input = SetKeyRules {
            company,
            longest_days: "30".to_owned(),
            unused_days: String::new(),
            addresses: String::new(),
            makers: "owners_and_admins".to_owned(),
            must_accept: String::new(),
        };
        house.keys.policies.set_key_rules(owner.actor, input).await.unwrap();
        let page = house.page(owner, about(Kind::Keys)).await;
        let mut sentences: Vec<_> = page.entries.iter().take(2).map(told).collect();
        sentences.sort();
        assert_eq!(
            sentences,
            [
                "Owner Lumen ended the key “Old”, which was older than the policies allow",
                "Owner Lumen made the key “Young” end sooner, by the policies",
            ]
        );
        for entry in page.entries.iter().take(2) {
            let Entry::Deed(deed) = entry else { panic!("a call: {entry:?}") };
            let changes: Vec<_> = deed.changes.iter().map(app::words::change).collect();
            assert_eq!(changes.len(), 1, "{changes:?}");
            assert!(changes[0].starts_with("Ends: from none to "), "{changes:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_did_is_told_with_names() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let Company { id: company, owner, member, .. } = house.keys.company;
        let team = TeamService::new(house.keys.core.clone());
        let input = Invite {
            company,
            email: "ines@lumen.example".to_owned(),
            role: Role::Member.as_str().to_owned(),
        };
        team.invite(owner.actor, input).await.unwrap();
        let role = Role::Admin.as_str().to_owned();
        let input = ChangeRole { company, member: member.member, role };
        team.change_role(owner.actor, input).await.unwrap();
        let wish = house.keys.wish(member, "Cursor - Sales");
        let key = house.keys.service.create(owner.actor, wish).await.unwrap();
        house.keys.revoke(key.id).await.unwrap();
        house.deed(Some(owner), "moon.reached", String::new(), NOW).await;
        let mut told = house.entries(owner, ListActivity::default()).await;
        told.sort();
        assert_eq!(
            told,
            [
                "Owner Lumen did something that this version has no sentence for",
                "Owner Lumen generated the key “Cursor - Sales” for Member Lumen (query, read, schema)",
                "Owner Lumen invited ines@lumen.example as a member",
                "Owner Lumen made Member Lumen an admin",
                "Owner Lumen revoked the key “Cursor - Sales” of Member Lumen",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn everything_that_the_demonstration_did_has_a_sentence_and_comes_along_as_a_file() {
    let app = TestApp::start().await;
    let (company, (actor, member)) = app.membership(Who::Owner).await;
    let keys = &app.state.backend.api_keys;
    let mut input = shared::api_key::CreateApiKey {
        company,
        member,
        request: "req_00000000000000000000000000000001".parse().unwrap(),
        name: "=HYPERLINK(\"x\")".to_owned(),
        permissions: shared::permission::PermissionSet::DEFAULT,
        expiry: shared::api_key::Expiry::Never,
    };
    keys.create(actor, input.clone()).await.unwrap();
    for (at, sign) in ["+", "-", "@", "="].into_iter().enumerate() {
        let profile = shared::settings::SaveProfile {
            name: format!("{sign}cmd()"),
            time_zone: String::new(),
            language: String::new(),
        };
        app.state.backend.settings.save_profile(actor, profile).await.unwrap();
        input.request = format!("req_{:032x}", at + 2).parse().unwrap();
        keys.create(actor, input.clone()).await.unwrap();
    }
    let page = app.state.backend.activity.timeline(actor, company, ListActivity::default()).await;
    let entries = page.unwrap().entries;
    assert!(entries.len() > 10);
    for entry in &entries {
        assert!(!matches!(entry, Entry::Deed(deed) if deed.deed == Deed::Other), "{entry:?}");
    }
    let browser = app.signed_in(Who::Owner).await;
    let (_, file) = browser.open(&format!("/exports/activity.csv?company={company}")).await;
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{FEFF}').as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.unwrap()).collect();
    // And the export itself.
    assert_eq!(rows.len(), entries.len() + 1);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(rows.iter().any(|row| row[2].contains("=cmd() generated the key “=HYPERLINK")));
    let only = format!("/exports/activity.csv?company={company}&what=calls");
    assert_eq!(browser.open(&only).await.1.lines().count(), 1, "nobody has called anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_database_refuses_holds_up_no_other() {
    for_both_databases(async |url| {
        let house = Told::on(url).await;
        let owner = house.keys.company.owner;
        let key = house.keys.make(owner, "Cursor").await.id;
        let core = &house.keys.core;
        let (book, _) = Activity::start(core.clone(), CancellationToken::new());
        // PostgreSQL's texts have no NUL; nothing that is noted should have one.
        for client in ["Claude", "a\0b", "Cursor"] {
            book.note(NewCall {
                id: CallId::from_uuid(core.clock.uuid(&core.entropy)),
                company: house.keys.company.id,
                member: owner.member,
                key,
                tool: "aidoo_query",
                model: None,
                method: None,
                records: None,
                result: CallResult::Ok,
                cause: None,
                problem: None,
                consent: None,
                duration: Some(1),
                client: Some(client.to_owned()),
                address: [192, 0, 2, 1].into(),
                digest: Vec::new(),
                arguments: None,
                at: NOW,
                step_of: None,
            });
        }
        book.flush().await.unwrap();
        let calls = house.page(owner, about(Kind::Calls)).await.entries;
        let clients: Vec<_> = calls
            .iter()
            .filter_map(|entry| match entry {
                Entry::Call(call) => call.client.clone(),
                Entry::Deed(_) => None,
            })
            .collect();
        for client in ["Claude", "Cursor"] {
            assert!(clients.iter().any(|one| one == client), "{clients:?}");
        }
        // Nor does a list that is asked for by such a word fail.
        let strange = ListActivity { tool: Some("a\0".to_owned()), ..ListActivity::default() };
        assert!(house.page(owner, strange).await.entries.is_empty());
    })
    .await;
}
