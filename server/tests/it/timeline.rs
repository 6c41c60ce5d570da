//! Calls and what people did, in one list: whole, in order, by every filter, and each for whom it may be. On both
//! databases.

use app::backend::{ActivityLog as _, ApiKeys as _, Team as _};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use server::{
    entities::call,
    services::{activity_pages::ActivityPages, team::TeamService},
    store::audit_entries::{self, NewAuditEntry},
};
use shared::{
    Error,
    activity::{CallResult, ListActivity, PAGE_SIZE, Period},
    id::{ApiKeyId, MemberId},
    member::{ChangeRole, Invite},
    role::Role,
    time::{DAY, SECOND, Timestamp},
    timeline::{Deed, Entry, Kind, TimelinePage},
};
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
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let filter = ListActivity { cursor: cursor.clone(), ..ListActivity::default() };
            let page = house.page(owner, filter).await;
            assert_eq!(page.has_previous, cursor.is_some());
            assert!(page.entries.len() <= PAGE_SIZE);
            seen.extend(page.entries.iter().map(place));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        // The key's own entry is one of them.
        assert_eq!(seen.len(), 4 * 23 + 3 * 17 + 1);
        assert!(seen.is_sorted_by(|one, next| one > next), "the newest first, each once");
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
            |who: &str, key: &str| format!("{who} generated the key “{key}” (query read schema)");
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
        let made = "Member Lumen generated the key “Cursor” (query read schema)";
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
                "Owner Lumen generated the key “Cursor - Sales” for Member Lumen (query read schema)",
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
