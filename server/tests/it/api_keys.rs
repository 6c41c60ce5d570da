//! Generating, listing and revoking keys, on both databases.

use std::{collections::BTreeSet, sync::Arc};

use app::backend::ApiKeys as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use server::{
    entities::{api_key, audit_entry},
    store::{companies, key_uses, memberships},
};
use shared::{
    Error,
    api_key::{
        ApiKeyPage, ApiKeyState, By, CreateApiKey, Expiry, KeySort, ListApiKeys, PAGE_SIZE,
        RevokeApiKey, StateFilter,
    },
    error::{Field, Problem},
    id::{ApiKeyId, CompanyId, MemberId},
    key_format::{ApiKey, display},
    permission::{Permission, PermissionSet},
    time::{DAY, HOUR, MINUTE, SECOND, Timestamp},
};
use uuid::Uuid;

use crate::support::{
    core::{Company, NOW, Person, for_both_databases},
    keys::Keys,
};

async fn list(keys: &Keys, person: Person, filter: ListApiKeys) -> ApiKeyPage {
    keys.service.list(person.actor, keys.company.id, filter).await.expect("is listed")
}

async fn names(keys: &Keys, person: Person, filter: ListApiKeys) -> BTreeSet<String> {
    list(keys, person, filter).await.keys.into_iter().map(|key| key.name).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn count_keys(keys: &Keys) -> u64 {
    api_key::Entity::find().count(keys.core.db.reader()).await.expect("answers")
}

async fn count_entries(keys: &Keys, action: &str) -> u64 {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::CompanyId.eq(keys.company.id.as_uuid()))
        .filter(audit_entry::Column::Action.eq(action))
        .count(keys.core.db.reader())
        .await
        .expect("answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_only_its_hash_is_kept() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "  Cursor - Marie  ").await;
        let key = ApiKey::parse(&made.key).expect("is a key");
        assert_eq!(made.identifier, key.identifier());
        assert_eq!((made.name.as_str(), made.person.as_str()), ("Cursor - Marie", "Member Lumen"));
        assert_eq!(made.sse_url, "https://mcp.example.com/sse");
        assert_eq!(made.mcp_url, "https://mcp.example.com/mcp");

        let row = api_key::Entity::find_by_id(made.id.as_uuid())
            .one(keys.core.db.reader())
            .await
            .expect("answers")
            .expect("is there");
        let (number, pepper) = keys.peppers.newest();
        assert_eq!((row.pepper_id, row.mac.as_slice()), (number, pepper.mac(&key).as_slice()));
        assert_eq!(count_entries(&keys, "api_key.created").await, 1);
        let entries = audit_entry::Entity::find().all(keys.core.db.reader()).await;
        for entry in entries.expect("answers") {
            assert!(!entry.detail.contains(&made.key) && !entry.target.contains(&made.key));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_makes_one_key_however_often_and_at_once_it_comes() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let person = keys.company.member;
        let wish = keys.wish(person, "Cursor");
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (keys, wish) = (keys.clone(), wish.clone());
                tokio::spawn(async move { keys.service.create(person.actor, wish).await })
            })
            .collect();
        let (mut made, mut repeated) = (0, 0);
        for task in tasks {
            match task.await.expect("ends") {
                Ok(_) => made += 1,
                Err(Error::AlreadyGenerated) => repeated += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((made, repeated), (1, 7));
        assert_eq!(count_keys(&keys).await, 1);
        assert_eq!(count_entries(&keys, "api_key.created").await, 1);
        let again = keys.service.create(person.actor, wish).await;
        assert_eq!(again.expect_err("was made"), Error::AlreadyGenerated);
        // Two keys may share a name: it is the request that must be another.
        keys.make(person, "Cursor").await;
        assert_eq!(count_keys(&keys).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_at_its_field_and_nothing_is_made() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        keys.limit_members(&["query", "read"]).await;
        let person = keys.company.member;
        let refused = async |change: &dyn Fn(&mut CreateApiKey)| {
            let mut wish = keys.wish(person, "Cursor");
            wish.permissions = PermissionSet::of(&[Permission::Query]);
            change(&mut wish);
            keys.service.create(person.actor, wish).await.expect_err("is refused")
        };
        let one = |field, problem| Error::field(field, problem);
        assert_eq!(
            refused(&|wish| wish.name = " ".to_owned()).await,
            one(Field::KeyName, Problem::Required)
        );
        assert_eq!(
            refused(&|wish| wish.name = "a".repeat(81)).await,
            one(Field::KeyName, Problem::TooLong { max: 80 })
        );
        assert_eq!(
            refused(&|wish| wish.name = "a\0b".to_owned()).await,
            one(Field::KeyName, Problem::ControlCharacters)
        );
        assert_eq!(
            refused(&|wish| wish.permissions = PermissionSet::EMPTY).await,
            one(Field::Permissions, Problem::NoPermission)
        );
        assert_eq!(
            refused(&|wish| wish.permissions = PermissionSet::DEFAULT).await,
            one(Field::Permissions, Problem::AboveCeiling)
        );
        assert_eq!(
            refused(&|wish| wish.expiry = Expiry::Date("2026-11-24".to_owned())).await,
            one(Field::Expiry, Problem::InThePast)
        );
        let all = refused(&|wish| {
            wish.name = String::new();
            wish.permissions = PermissionSet::EMPTY;
            wish.expiry = Expiry::Date("soon".to_owned());
        })
        .await;
        assert_eq!(all.problem_of(Field::KeyName), Some(Problem::Required));
        assert_eq!(all.problem_of(Field::Permissions), Some(Problem::NoPermission));
        assert_eq!(all.problem_of(Field::Expiry), Some(Problem::NotADate));
        assert_eq!(count_keys(&keys).await, 0);
        assert_eq!(count_entries(&keys, "api_key.created").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_generate_for_whom_is_the_rule_table() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let create = async |who: Person, whom: Person| {
            keys.service.create(who.actor, keys.wish(whom, "Cursor")).await.map(|made| made.person)
        };
        for (who, whom, expected) in [
            (owner, admin, Ok("Admin Lumen")),
            (owner, owner, Ok("Owner Lumen")),
            (admin, member, Ok("Member Lumen")),
            (admin, admin, Ok("Admin Lumen")),
            (admin, owner, Err(Error::Forbidden)),
            (member, member, Ok("Member Lumen")),
            (member, admin, Err(Error::Forbidden)),
        ] {
            assert_eq!(create(who, whom).await, expected.map(str::to_owned));
        }
        // Whose keys they are, and who made them, is for everybody concerned to see.
        let page = list(&keys, member, ListApiKeys::default()).await;
        let makers: BTreeSet<_> = page.keys.iter().map(|key| key.made_by.clone()).collect();
        assert_eq!(makers, BTreeSet::from([None, Some(By::Person("Admin Lumen".to_owned()))]));
        let page = list(&keys, admin, ListApiKeys::default()).await;
        let by_admin = page.keys.iter().filter(|key| key.made_by == Some(By::You));
        assert_eq!(by_admin.map(|key| key.person.as_str()).collect::<Vec<_>>(), ["Member Lumen"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_companys_things_are_as_if_they_never_were() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let mine = keys.make(keys.company.member, "Cursor").await;
        let never = Uuid::from_u128(7);
        let revoke = async |person: Person, company, key| {
            keys.service.revoke(person.actor, RevokeApiKey { company, key }).await
        };
        for (company, key) in [
            (keys.company.id, mine.id),
            (other.id, mine.id),
            (other.id, ApiKeyId::from_uuid(never)),
            (CompanyId::from_uuid(never), mine.id),
        ] {
            let answer = revoke(other.owner, company, key).await;
            assert_eq!(answer, Err(Error::NotFound));
        }
        for (company, member) in [
            (keys.company.id, keys.company.member.member),
            (other.id, keys.company.member.member),
            (other.id, MemberId::from_uuid(never)),
            (CompanyId::from_uuid(never), other.owner.member),
        ] {
            let wish = CreateApiKey { company, member, ..keys.wish(keys.company.member, "x") };
            let answer = keys.service.create(other.owner.actor, wish).await;
            assert_eq!(answer.expect_err("is refused"), Error::NotFound);
        }
        for company in [keys.company.id, CompanyId::from_uuid(never)] {
            let answer =
                keys.service.list(other.owner.actor, company, ListApiKeys::default()).await;
            assert_eq!(answer.expect_err("is refused"), Error::NotFound);
        }
        let page = keys.service.list(other.owner.actor, other.id, ListApiKeys::default()).await;
        assert_eq!(page.expect("is listed").total_unfiltered, 0);
        assert!(keys.verify(&mine.key).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_is_final_told_to_all_and_done_once() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let Company { owner, admin, member, .. } = keys.company;
        let made = keys.make(member, "Cursor").await;
        let tasks: Vec<_> = [owner, admin, member, owner]
            .into_iter()
            .map(|person| {
                let (keys, key) = (keys.clone(), made.id);
                tokio::spawn(async move {
                    let input = RevokeApiKey { company: keys.company.id, key };
                    keys.service.revoke(person.actor, input).await
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            match task.await.expect("ends") {
                Ok(()) => done += 1,
                Err(error) => assert_eq!(error, Error::KeyEnded),
            }
        }
        assert_eq!(done, 1);
        assert_eq!(count_entries(&keys, "api_key.revoked").await, 1);
        assert_eq!(keys.revoke(made.id).await, Err(Error::KeyEnded));

        let key = list(&keys, member, ListApiKeys::default()).await.keys.remove(0);
        assert_eq!(key.state, ApiKeyState::Revoked);
        assert!(!key.may_revoke);
        assert_eq!(key.revoked.expect("is told").at.at, NOW);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_and_revoke_their_own_keys_only() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let owners = keys.make(owner, "Owner's").await;
        let members = keys.make(member, "Member's").await;
        for person in [owner, admin] {
            let page = list(&keys, person, ListApiKeys::default()).await;
            assert_eq!((page.total, page.total_unfiltered), (2, 2));
            assert_eq!(page.people.len(), 2);
            assert!(page.keys.iter().all(|key| key.may_revoke));
        }
        // A member who filters for somebody else sees their own all the same.
        let filter = ListApiKeys { member: Some(owner.member), ..ListApiKeys::default() };
        for filter in [ListApiKeys::default(), filter.clone()] {
            let page = list(&keys, member, filter).await;
            assert_eq!((page.total, page.total_unfiltered), (1, 1));
            assert_eq!(page.keys[0].id, members.id);
            assert!(page.keys[0].is_own && page.keys[0].may_revoke && page.people.is_empty());
        }
        assert_eq!(names(&keys, admin, filter).await, set(&["Owner's"]));

        let revoke = async |person: Person, key| {
            let input = RevokeApiKey { company: keys.company.id, key };
            keys.service.revoke(person.actor, input).await
        };
        assert_eq!(revoke(member, owners.id).await, Err(Error::NotFound));
        assert_eq!(revoke(member, members.id).await, Ok(()));
        assert_eq!(revoke(admin, owners.id).await, Ok(()));
        let told = list(&keys, owner, ListApiKeys::default()).await.keys;
        let by: BTreeSet<_> =
            told.into_iter().filter_map(|key| key.revoked).map(|revoked| revoked.by).collect();
        let person = |name: &str| By::Person(name.to_owned());
        assert_eq!(by, BTreeSet::from([person("Admin Lumen"), person("Member Lumen")]));
        let own = list(&keys, member, ListApiKeys::default()).await.keys.remove(0);
        assert_eq!(own.revoked.expect("is told").by, By::You);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_takes_every_character_as_it_is() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let all = [
            "100% Cursor",
            "100 Cursor",
            "a_b",
            "aXb",
            r"back\slash",
            "back slash",
            "bang!",
            "ÉLODIE Straße",
            "会計",
            "o'neill\"; --",
        ];
        for name in all {
            keys.make(member, name).await;
        }
        let made = keys.make(owner, "plain").await;
        let search = async |text: &str| {
            let filter = ListApiKeys { search: text.to_owned(), ..ListApiKeys::default() };
            let page = list(&keys, owner, filter).await;
            assert_eq!(page.total, page.keys.len() as u64);
            assert_eq!(page.total_unfiltered, all.len() as u64 + 1);
            page.keys.into_iter().map(|key| key.name).collect::<BTreeSet<_>>()
        };
        assert_eq!(search("%").await, set(&["100% Cursor"]));
        assert_eq!(search("_").await, set(&["a_b"]));
        assert_eq!(search("a_b").await, set(&["a_b"]));
        assert_eq!(search(r"\").await, set(&[r"back\slash"]));
        assert_eq!(search("!").await, set(&["bang!"]));
        assert_eq!(search("!%").await, set(&[]));
        assert_eq!(search("élodie STRASSE").await, set(&[]));
        assert_eq!(search("élodie straße").await, set(&["ÉLODIE Straße"]));
        assert_eq!(search("E\u{301}lodie").await, set(&["ÉLODIE Straße"]));
        assert_eq!(search("会").await, set(&["会計"]));
        assert_eq!(search("'NEILL\"").await, set(&["o'neill\"; --"]));
        assert_eq!(search("CURSOR 100").await, set(&["100% Cursor", "100 Cursor"]));
        assert_eq!(search("owner lumen").await, set(&["plain"]));
        assert_eq!(search(&made.identifier).await, set(&["plain"]));
        assert_eq!(search(&made.identifier.to_uppercase()).await, set(&["plain"]));
        assert_eq!(search(&display(&made.identifier)).await, set(&["plain"]));
        assert_eq!(search(&made.key).await, set(&["plain"]));
        assert_eq!(search("\0").await.len(), all.len() + 1);
        assert_eq!(search(&"%".repeat(100_000)).await, set(&[]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn states_are_told_and_filtered_by_the_same_clock() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        for (name, expiry) in [
            ("active", Expiry::Never),
            ("long", Expiry::Days(30)),
            ("expiring", Expiry::Days(8)),
            ("expired", Expiry::Days(1)),
        ] {
            let wish = CreateApiKey { expiry, ..keys.wish(member, name) };
            keys.service.create(member.actor, wish).await.expect("is made");
        }
        let revoked = keys.make(member, "revoked").await;
        keys.revoke(revoked.id).await.expect("is revoked");
        keys.core.clock.advance(DAY);

        let filtered = async |state| {
            names(&keys, member, ListApiKeys { state, ..ListApiKeys::default() }).await
        };
        assert_eq!(filtered(StateFilter::All).await.len(), 5);
        assert_eq!(filtered(StateFilter::Live).await, set(&["active", "expiring", "long"]));
        assert_eq!(filtered(StateFilter::Expiring).await, set(&["expiring"]));
        assert_eq!(filtered(StateFilter::Ended).await, set(&["expired", "revoked"]));
        assert_eq!(filtered(StateFilter::Expired).await, set(&["expired"]));
        assert_eq!(filtered(StateFilter::Revoked).await, set(&["revoked"]));
        for (state, expected) in [
            (StateFilter::Live, set(&["expiring"])),
            (StateFilter::Ended, set(&["expired"])),
            (StateFilter::Revoked, set(&[])),
        ] {
            let search = "EXPIR lumen".to_owned();
            let filter = ListApiKeys { search, state, ..ListApiKeys::default() };
            let page = list(&keys, member, filter).await;
            assert_eq!((page.total, page.total_unfiltered), (expected.len() as u64, 5));
            let found: BTreeSet<_> = page.keys.into_iter().map(|key| key.name).collect();
            assert_eq!(found, expected);
        }
        let page = list(&keys, member, ListApiKeys::default()).await;
        for key in page.keys {
            let expected = match key.name.as_str() {
                "expiring" => ApiKeyState::Expiring,
                "expired" => ApiKeyState::Expired,
                "revoked" => ApiKeyState::Revoked,
                _ => ApiKeyState::Active,
            };
            assert_eq!(key.state, expected, "{}", key.name);
            assert_eq!(key.may_revoke, key.state.is_live());
        }
        let expired = list(
            &keys,
            member,
            ListApiKeys { search: "expired".to_owned(), ..ListApiKeys::default() },
        )
        .await
        .keys
        .remove(0);
        assert_eq!(keys.revoke(expired.id).await, Err(Error::KeyEnded));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_230_keys_have_no_gap_and_no_duplicate_in_any_order() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let mut all = BTreeSet::new();
        // A key is never told as used before it was made.
        let later = keys.core.clock.now().as_micros() + HOUR;
        for n in 0..230_i64 {
            // Many share a moment, a name and a last use, so that the id has to decide.
            if n % 7 == 0 {
                keys.core.clock.advance(SECOND);
            }
            let mut wish = keys.wish(member, &format!("key {}", n % 13));
            if n % 4 != 0 {
                wish.expiry = Expiry::Days(u16::try_from(10 + n % 6).expect("few days"));
            }
            let made = keys.service.create(member.actor, wish).await.expect("is made");
            let used = keys.core.db.begin().await.expect("begins");
            if n % 3 != 0 {
                let at = Timestamp::from_micros(later + n % 5 * MINUTE);
                key_uses::touch(&used, made.id, at, None).await.expect("is written");
            }
            used.commit().await.expect("commits");
            all.insert(made.id);
        }
        // More than are found by themselves are counted.
        let search = ListApiKeys { search: "key".to_owned(), ..ListApiKeys::default() };
        assert_eq!(list(&keys, owner, search).await.total, 230);
        for sort in KeySort::ALL {
            for person in [owner, member] {
                let at = async |cursor| {
                    list(&keys, person, ListApiKeys { sort, cursor, ..Default::default() }).await
                };
                let mut seen = Vec::new();
                let mut pages: Vec<Vec<ApiKeyId>> = Vec::new();
                let mut cursor = None;
                let mut previous;
                loop {
                    let page = at(cursor.clone()).await;
                    assert_eq!((page.total, page.total_unfiltered), (230, 230));
                    assert_eq!(page.previous.is_some(), cursor.is_some());
                    let expected = (230 - seen.len()).min(PAGE_SIZE as usize);
                    assert_eq!(page.keys.len(), expected);
                    pages.push(page.keys.iter().map(|key| key.id).collect());
                    seen.extend(page.keys);
                    (cursor, previous) = (page.next, page.previous);
                    if cursor.is_none() {
                        break;
                    }
                }
                // Back again, the pages are the same.
                pages.pop();
                while let Some(expected) = pages.pop() {
                    let page = at(previous).await;
                    let ids: Vec<_> = page.keys.iter().map(|key| key.id).collect();
                    assert_eq!(ids, expected, "{sort:?}");
                    assert!(page.next.is_some());
                    previous = page.previous;
                    assert_eq!(previous.is_some(), !pages.is_empty());
                }
                assert_eq!(seen.iter().map(|key| key.id).collect::<BTreeSet<_>>(), all);
                assert_eq!(seen.len(), 230, "no key twice");
                let in_order = seen.windows(2).all(|pair| {
                    let used = |n: usize| pair[n].last_used.as_ref().map(|used| used.at);
                    let end = |n: usize| {
                        pair[n].expires.as_ref().map_or(i64::MAX, |end| end.at.as_micros())
                    };
                    match sort {
                        KeySort::Newest => pair[0].created.at >= pair[1].created.at,
                        KeySort::Oldest => pair[0].created.at <= pair[1].created.at,
                        KeySort::Name => pair[0].name <= pair[1].name,
                        KeySort::NameReversed => pair[0].name >= pair[1].name,
                        KeySort::LastUsed => used(0) >= used(1),
                        KeySort::UnusedLongest => used(0) <= used(1),
                        KeySort::EndsFirst => end(0) <= end(1),
                        KeySort::EndsLast => end(0) >= end(1),
                    }
                });
                assert!(in_order, "{sort:?}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_is_none_or_of_another_order_means_the_first_page() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        for n in 0..PAGE_SIZE + 1 {
            keys.make(member, &format!("key {n}")).await;
        }
        let by_name = ListApiKeys { sort: KeySort::Name, ..ListApiKeys::default() };
        let of_name = list(&keys, member, by_name).await.next.expect("goes on");
        for cursor in ["", "x", "AAAA", "%00", "🧾", &"A".repeat(50_000), &of_name] {
            let filter = ListApiKeys { cursor: Some(cursor.to_owned()), ..ListApiKeys::default() };
            let page = list(&keys, member, filter).await;
            assert_eq!(page.keys.len(), PAGE_SIZE as usize);
            assert!(page.previous.is_none());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_gets_no_key_and_stays_in_the_list() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, id, .. } = keys.company;
        keys.make(member, "Cursor").await;
        let transaction = keys.core.db.begin().await.expect("begins");
        memberships::remove(&transaction, id, member.member, NOW).await.expect("removes");
        transaction.commit().await.expect("commits");
        for who in [owner, member] {
            let answer = keys.service.create(who.actor, keys.wish(member, "Another")).await;
            assert_eq!(answer.expect_err("is refused"), Error::NotFound);
        }
        let page = list(&keys, owner, ListApiKeys::default()).await;
        assert_eq!(page.keys[0].person, "Member Lumen");
        assert_eq!(
            (page.people[0].name.as_str(), page.people[0].is_removed),
            ("Member Lumen", true)
        );
        let answer = keys.service.list(member.actor, id, ListApiKeys::default()).await;
        assert_eq!(answer.expect_err("is refused"), Error::NotFound);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_asked_for_while_its_member_is_removed_is_not_made() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let Company { owner, member, id, .. } = keys.company;
        let removal = keys.core.db.begin().await.expect("begins");
        companies::lock(&removal, id).await.expect("locks");
        memberships::remove(&removal, id, member.member, NOW).await.expect("removes");
        let creation = tokio::spawn({
            let keys = keys.clone();
            async move { keys.service.create(owner.actor, keys.wish(member, "Cursor")).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!creation.is_finished(), "it waits for the removal");
        removal.commit().await.expect("commits");
        let answer = creation.await.expect("ends");
        assert_eq!(answer.expect_err("is refused"), Error::NotFound);
        assert_eq!(count_keys(&keys).await, 0);
    })
    .await;
}
