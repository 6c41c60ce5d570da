//! Changing keys that exist: revoking several, replacing one, renaming it and taking permissions away. On
//! both databases.

use std::sync::Arc;

use app::backend::ApiKeys as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use server::{
    entities::{api_key, audit_entry},
    services::principal::Refusal,
    store::{api_keys, key_uses},
};
use shared::{
    Error,
    api_key::{ApiKeyState, ApiKeyView, CreateApiKey, Expiry, GeneratedKey, ListApiKeys},
    error::{Field, Problem},
    id::{ApiKeyId, CompanyId, RequestId},
    key_care::Warning,
    key_change::{EditApiKey, Grace, MOST_AT_ONCE, ReduceApiKey, RevokeApiKeys, RotateApiKey},
    permission::PermissionSet,
    time::{DAY, HOUR, MINUTE, SECOND},
};
use uuid::Uuid;

use crate::support::{
    core::{Company, NOW, Person, for_both_databases},
    keys::Keys,
};

fn set(names: &str) -> PermissionSet {
    names.parse().expect("permissions")
}

fn names(names: &str) -> Vec<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

fn request(keys: &Keys) -> RequestId {
    RequestId::from_uuid(keys.core.clock.uuid(&keys.core.entropy))
}

async fn count_entries(keys: &Keys, action: &str) -> u64 {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::CompanyId.eq(keys.company.id.as_uuid()))
        .filter(audit_entry::Column::Action.eq(action))
        .count(keys.core.db.reader())
        .await
        .expect("answers")
}

async fn count_keys(keys: &Keys) -> u64 {
    api_key::Entity::find().count(keys.core.db.reader()).await.expect("answers")
}

async fn view(keys: &Keys, id: ApiKeyId) -> ApiKeyView {
    let owner = keys.company.owner.actor;
    let page = keys.service.list(owner, keys.company.id, ListApiKeys::default()).await;
    page.expect("is listed").keys.into_iter().find(|key| key.id == id).expect("is there")
}

async fn revoke(
    keys: &Keys,
    who: Person,
    company: CompanyId,
    ids: &[ApiKeyId],
) -> Result<(), Error> {
    keys.service.revoke_many(who.actor, RevokeApiKeys { company, keys: ids.to_vec() }).await
}

async fn rotate(
    keys: &Keys,
    who: Person,
    key: ApiKeyId,
    grace: Grace,
) -> Result<GeneratedKey, Error> {
    let input = RotateApiKey { company: keys.company.id, key, request: request(keys), grace };
    keys.service.rotate(who.actor, input).await
}

async fn edit(
    keys: &Keys,
    who: Person,
    key: ApiKeyId,
    name: &str,
    left: &str,
) -> Result<(), Error> {
    let input = EditApiKey {
        company: keys.company.id,
        key,
        name: name.to_owned(),
        permissions: names(left),
    };
    keys.service.edit(who.actor, input).await
}

async fn reduce(keys: &Keys, who: Person, key: ApiKeyId, remove: &str) -> Result<(), Error> {
    let input = ReduceApiKey { company: keys.company.id, key, remove: names(remove) };
    keys.service.reduce(who.actor, input).await
}

#[tokio::test(flavor = "multi_thread")]
async fn several_keys_are_revoked_together_or_not_at_all() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let Company { id: company, owner, admin, member } = keys.company;
        let (mine, mine_too) = (keys.make(member, "A").await, keys.make(member, "B").await);
        let owners = keys.make(owner, "C").await;
        let never = ApiKeyId::from_uuid(Uuid::from_u128(7));

        // One that may not be seen, another company's, or one that never was: nothing happens to the rest.
        for (who, of, ids) in [
            (member, company, [mine.id, owners.id]),
            (owner, company, [mine.id, never]),
            (other.owner, other.id, [mine.id, owners.id]),
            (other.owner, company, [mine.id, owners.id]),
        ] {
            assert_eq!(revoke(&keys, who, of, &ids).await, Err(Error::NotFound));
        }
        let many: Vec<_> =
            (0..=MOST_AT_ONCE as u128).map(|at| ApiKeyId::from_uuid(Uuid::from_u128(at))).collect();
        for ids in [&[][..], &many] {
            assert_eq!(revoke(&keys, owner, company, ids).await, Err(Error::BadRequest));
        }
        assert_eq!(count_entries(&keys, "api_key.revoked").await, 0);
        for key in [&mine, &mine_too, &owners] {
            assert!(keys.verify(&key.key).await.is_ok());
        }

        // Named twice is revoked once.
        assert_eq!(revoke(&keys, member, company, &[mine.id, mine.id]).await, Ok(()));
        assert_eq!(count_entries(&keys, "api_key.revoked").await, 1);
        // One that somebody else has revoked meanwhile keeps nobody from revoking the others.
        let all = [mine.id, mine_too.id, owners.id];
        assert_eq!(revoke(&keys, admin, company, &all).await, Ok(()));
        assert_eq!(count_entries(&keys, "api_key.revoked").await, 3);
        for key in [&mine, &mine_too, &owners] {
            assert!(matches!(keys.verify(&key.key).await, Err(Refusal::InvalidToken)));
        }
        assert_eq!(revoke(&keys, admin, company, &all).await, Err(Error::KeyEnded));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_works_until_its_grace_is_over_and_no_longer() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let old = keys.make(member, "Cursor").await;
        let new = rotate(&keys, member, old.id, Grace::Hour).await.expect("is rotated");
        assert_eq!((new.name.as_str(), new.person.as_str()), ("Cursor", "Member Lumen"));
        assert!(new.key != old.key && new.id != old.id);
        assert_eq!(count_entries(&keys, "api_key.rotated").await, 1);
        assert_eq!(count_entries(&keys, "api_key.created").await, 2);
        let entries = audit_entry::Entity::find().all(keys.core.db.reader()).await;
        assert!(entries.expect("answers").iter().all(|entry| !entry.detail.contains(&new.key)));

        let told = view(&keys, old.id).await;
        let rotated = told.rotated.expect("is told");
        assert_eq!((rotated.successor, rotated.at.at), (Some(new.id), NOW));
        assert_eq!(told.expires.expect("ends").at, NOW.plus(HOUR));
        assert!(told.may_revoke && told.may_edit && !told.may_rotate);
        let next = view(&keys, new.id).await;
        assert_eq!((next.permissions, next.expires), (told.permissions, None));

        // A retiring key is not rotated again, and its successor is.
        let again = rotate(&keys, member, old.id, Grace::Week).await;
        assert_eq!(again.expect_err("is refused"), Error::KeyRotated);

        keys.core.clock.advance(HOUR - 1);
        assert!(keys.verify(&old.key).await.is_ok());
        keys.core.clock.advance(1);
        assert!(matches!(keys.verify(&old.key).await, Err(Refusal::InvalidToken)));
        let standing = keys.verifier.standing(old.id, None).await;
        assert!(matches!(standing, Err(Refusal::InvalidToken)), "an open stream ends too");
        assert!(keys.verify(&new.key).await.is_ok());
        let ended = rotate(&keys, member, old.id, Grace::Week).await;
        assert_eq!(ended.expect_err("is refused"), Error::KeyEnded);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_grace_revokes_in_the_same_transaction() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let old = keys.make(keys.company.member, "Cursor").await;
        let new = rotate(&keys, keys.company.owner, old.id, Grace::None).await.expect("is rotated");
        assert!(matches!(keys.verify(&old.key).await, Err(Refusal::InvalidToken)));
        assert!(keys.verify(&new.key).await.is_ok());
        let told = view(&keys, old.id).await;
        assert_eq!(told.state, ApiKeyState::Revoked);
        assert!(told.rotated.is_some_and(|rotated| rotated.successor == Some(new.id)));
        assert_eq!(count_entries(&keys, "api_key.revoked").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_grace_outlives_the_end_that_the_key_had() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let wish = CreateApiKey { expiry: Expiry::Days(10), ..keys.wish(member, "Cursor") };
        let old = keys.service.create(member.actor, wish).await.expect("is made");
        keys.core.clock.advance(8 * DAY);
        let new = rotate(&keys, member, old.id, Grace::Week).await.expect("is rotated");
        let end = |view: ApiKeyView| view.expires.expect("ends").at;
        assert_eq!(end(view(&keys, old.id).await), NOW.plus(10 * DAY));
        // The new one lives as long as the old one was made to live.
        assert_eq!(end(view(&keys, new.id).await), NOW.plus(18 * DAY));
        keys.core.clock.advance(2 * DAY);
        assert!(matches!(keys.verify(&old.key).await, Err(Refusal::InvalidToken)));
        assert!(keys.verify(&new.key).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rotating_at_once_makes_one_successor() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let member = keys.company.member;
        let old = keys.make(member, "Cursor").await;
        let same = request(&keys);
        let tasks: Vec<_> = (0..8)
            .map(|at| {
                let keys = keys.clone();
                let request = if at % 2 == 0 { same } else { request(&keys) };
                let company = keys.company.id;
                let input = RotateApiKey { company, key: old.id, request, grace: Grace::Day };
                tokio::spawn(async move { keys.service.rotate(member.actor, input).await })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.expect("ends") {
                Ok(_) => made += 1,
                Err(Error::AlreadyGenerated | Error::KeyRotated) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(count_keys(&keys).await, 2);
        assert_eq!(count_entries(&keys, "api_key.rotated").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_rotation_says_that_it_was_made() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let old = keys.make(member, "Cursor").await;
        for (grace, key) in [(Grace::Day, old.id), (Grace::None, keys.make(member, "B").await.id)] {
            let input =
                RotateApiKey { company: keys.company.id, key, request: request(&keys), grace };
            keys.service.rotate(member.actor, input.clone()).await.expect("is rotated");
            let again = keys.service.rotate(member.actor, input).await;
            assert_eq!(again.expect_err("is refused"), Error::AlreadyGenerated);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_has_no_more_than_the_company_lets_it_have_now() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let old = keys.make(member, "Cursor").await;
        keys.limit_members(&["query", "write"]).await;
        let new = rotate(&keys, owner, old.id, Grace::Day).await.expect("is rotated");
        assert_eq!(view(&keys, new.id).await.permissions, set("query"));
        assert_eq!(view(&keys, old.id).await.permissions, PermissionSet::DEFAULT);
        // A wider ceiling later gives the successor nothing.
        keys.limit_members(&["query", "read", "schema"]).await;
        assert_eq!(keys.verify(&new.key).await.expect("is good").permissions, set("query"));

        keys.limit_members(&["write"]).await;
        let before = count_keys(&keys).await;
        let none = rotate(&keys, owner, new.id, Grace::None).await.expect_err("is refused");
        assert_eq!(none, Error::field(Field::Permissions, Problem::AboveCeiling));
        assert_eq!(count_keys(&keys).await, before);
        assert_eq!(view(&keys, new.id).await.state, ApiKeyState::Active);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_change_whose_key_is_the_rule_table() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let Company { owner, admin, member, .. } = keys.company;
        for (who, whose, may_edit, may_rotate) in [
            (owner, admin, Ok(()), Ok(())),
            (admin, member, Ok(()), Ok(())),
            (admin, owner, Ok(()), Err(Error::Forbidden)),
            (member, member, Ok(()), Ok(())),
            (member, owner, Err(Error::NotFound), Err(Error::NotFound)),
            (other.owner, member, Err(Error::NotFound), Err(Error::NotFound)),
        ] {
            let key = keys.make(whose, "Cursor").await.id;
            assert_eq!(edit(&keys, who, key, "Other", "query read").await, may_edit);
            assert_eq!(reduce(&keys, who, key, "read").await, may_edit);
            assert_eq!(rotate(&keys, who, key, Grace::Day).await.map(|_| ()), may_rotate);
        }
        // The other company's owner, in their own company, with an id of ours.
        let key = keys.make(member, "Cursor").await.id;
        let company = other.id;
        let actor = other.owner.actor;
        let input = RotateApiKey { company, key, request: request(&keys), grace: Grace::None };
        let answer = keys.service.rotate(actor, input).await.map(|_| ());
        assert_eq!(answer, Err(Error::NotFound));
        let input = EditApiKey { company, key, name: "x".to_owned(), permissions: names("query") };
        assert_eq!(keys.service.edit(actor, input).await, Err(Error::NotFound));
        let input = ReduceApiKey { company, key, remove: names("query") };
        assert_eq!(keys.service.reduce(actor, input).await, Err(Error::NotFound));
        assert_eq!(view(&keys, key).await.permissions, PermissionSet::DEFAULT);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_loses_permissions_on_its_next_call_and_never_gains_one() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let key = keys.make(member, "Cursor").await;
        let permitted = async || keys.verify(&key.key).await.expect("is good").permissions;

        let wider = edit(&keys, owner, key.id, "Cursor", "query read schema write").await;
        assert_eq!(wider, Err(Error::field(Field::Permissions, Problem::Widened)));
        let unknown = edit(&keys, owner, key.id, "Cursor", "query everything").await;
        assert_eq!(unknown, Err(Error::field(Field::Permissions, Problem::Unknown)));
        let wrong = edit(&keys, owner, key.id, " ", "").await.expect_err("is refused");
        assert_eq!(wrong.problem_of(Field::KeyName), Some(Problem::Required));
        assert_eq!(wrong.problem_of(Field::Permissions), Some(Problem::NoPermission));
        for all_or_none in ["query read schema", ""] {
            let refused = reduce(&keys, member, key.id, all_or_none).await;
            assert_eq!(refused, Err(Error::field(Field::Permissions, Problem::NoPermission)));
        }
        assert_eq!(permitted().await, PermissionSet::DEFAULT);
        assert_eq!(count_entries(&keys, "api_key.renamed").await, 0);

        assert_eq!(edit(&keys, member, key.id, "  Élodie  ", "query read").await, Ok(()));
        assert_eq!(permitted().await, set("query read"));
        assert_eq!(view(&keys, key.id).await.name, "Élodie");
        assert_eq!(reduce(&keys, member, key.id, "read write").await, Ok(()));
        assert_eq!(permitted().await, set("query"));
        // What is gone is gone, also for those who may do everything.
        let back = edit(&keys, owner, key.id, "Élodie", "query read").await;
        assert_eq!(back, Err(Error::field(Field::Permissions, Problem::Widened)));
        assert_eq!(count_entries(&keys, "api_key.renamed").await, 1);
        assert_eq!(count_entries(&keys, "api_key.reduced").await, 2);
        // The name is found by its new letters.
        let filter = ListApiKeys { search: "élod".to_owned(), ..ListApiKeys::default() };
        let found = keys.service.list(member.actor, keys.company.id, filter).await;
        assert_eq!(found.expect("is listed").total, 1);

        keys.revoke(key.id).await.expect("is revoked");
        assert_eq!(edit(&keys, owner, key.id, "x", "query").await, Err(Error::KeyEnded));
        assert_eq!(reduce(&keys, owner, key.id, "query").await, Err(Error::KeyEnded));
        let ended = rotate(&keys, owner, key.id, Grace::Day).await.map(|_| ());
        assert_eq!(ended, Err(Error::KeyEnded));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_cuts_at_once_never_give_back_what_the_other_took() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let member = keys.company.member;
        for _ in 0..5 {
            let key = keys.make(member, "Cursor").await;
            let tasks: Vec<_> = ["query read", "query schema"]
                .into_iter()
                .map(|left| {
                    let (keys, id) = (keys.clone(), key.id);
                    tokio::spawn(async move { edit(&keys, member, id, "Cursor", left).await })
                })
                .collect();
            let mut done = Vec::new();
            for task in tasks {
                done.push(task.await.expect("ends"));
            }
            let widened = Err(Error::field(Field::Permissions, Problem::Widened));
            assert!(done.contains(&Ok(())) && done.contains(&widened), "{done:?}");
            // The statement itself holds it too.
            let change = api_keys::Change {
                name: "Cursor",
                name_folded: "cursor",
                permissions: PermissionSet::ALL,
            };
            let transaction = keys.core.db.begin().await.expect("begins");
            let company = keys.company.id;
            let wider = api_keys::change(&transaction, company, key.id, change, NOW).await;
            assert!(!wider.expect("answers"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_looks_used_before_it_was_made() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        keys.core.clock.advance(40 * SECOND);
        let made = keys.make(keys.company.member, "Cursor").await.id;
        let transaction = keys.core.db.begin().await.expect("begins");
        let minute = keys.core.clock.now().to_minute();
        key_uses::touch(&transaction, made, minute, None).await.expect("is noted");
        transaction.commit().await.expect("commits");
        let key = view(&keys, made).await;
        assert!(minute < key.created.at);
        assert_eq!(key.last_used, Some(key.created));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_warns_of_what_its_owner_should_look_at() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let (never, old, retired) = (
            keys.make(member, "Never").await.id,
            keys.make(member, "Old").await.id,
            keys.make(member, "Retired").await.id,
        );
        let touch = async |id, at| {
            let transaction = keys.core.db.begin().await.expect("begins");
            key_uses::touch(&transaction, id, at, None).await.expect("is noted");
            transaction.commit().await.expect("commits");
        };
        touch(old, NOW.plus(MINUTE)).await;
        touch(retired, NOW.plus(MINUTE)).await;
        assert!(view(&keys, never).await.warnings.is_empty());
        keys.core.clock.advance(30 * DAY);
        assert_eq!(view(&keys, never).await.warnings, [Warning::NeverUsed]);
        keys.core.clock.advance(60 * DAY);
        assert_eq!(view(&keys, old).await.warnings, [Warning::Old]);
        rotate(&keys, member, retired, Grace::Week).await.expect("is rotated");
        assert!(view(&keys, retired).await.warnings.is_empty());
        touch(retired, NOW.plus(90 * DAY + SECOND)).await;
        assert_eq!(view(&keys, retired).await.warnings, [Warning::StillUsed]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_so_many_keys_and_a_rotation_makes_no_more() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let first = keys.make(member, "Rotated").await;
        let second = keys.make(member, "Revoked").await;
        let mut last = keys.wish(member, "Key 3");
        keys.service.create(member.actor, last.clone()).await.expect("is made");
        for number in 4..=250 {
            last = keys.wish(member, &format!("Key {number}"));
            keys.service.create(member.actor, last.clone()).await.expect("is made");
        }
        let full = Err(Error::field(Field::KeyName, Problem::TooManyKeys { max: 250 }));
        let more = keys.wish(member, "One more");
        assert_eq!(keys.service.create(member.actor, more.clone()).await.map(drop), full);
        // Sent again, the last is told as made.
        let again = keys.service.create(member.actor, last).await.map(drop);
        assert_eq!(again, Err(Error::AlreadyGenerated));
        let rotate = async |grace: Grace| {
            let (company, request) = (keys.company.id, request(&keys));
            let input = RotateApiKey { company, key: first.id, request, grace };
            keys.service.rotate(member.actor, input).await.map(drop)
        };
        assert_eq!(rotate(Grace::Hour).await, full);
        assert_eq!(rotate(Grace::None).await, Ok(()));
        // Another person has room of their own.
        keys.make(keys.company.owner, "The owner's").await;
        keys.revoke(second.id).await.expect("is revoked");
        keys.service.create(member.actor, more).await.expect("is made");
    })
    .await;
}
