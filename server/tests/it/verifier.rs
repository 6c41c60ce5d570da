//! The key check, on both databases.

use std::net::IpAddr;

use app::backend::ApiKeys as _;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbBackend, EntityTrait as _, QueryFilter as _,
    sea_query::Expr,
};
use server::{
    domain::{credential::Presented, key_throttle::BURST},
    entities::{api_key, membership, odoo_account, odoo_connection},
    services::{
        last_used::LastUsed,
        principal::{Refusal, Standing},
    },
    store::{key_ends, key_uses, memberships},
};
use shared::{
    api_key::Expiry,
    key_format::{ApiKey, IDENTIFIER_LENGTH, PREFIX},
    permission::{Permission, PermissionSet},
    role::Role,
    time::{DAY, MINUTE, SECOND},
};
use tokio_util::sync::CancellationToken;

use crate::support::{
    core::{NOW, for_both_databases},
    keys::{ADDRESS, Keys},
};

/// A well-formed key that has this identifier and a secret of nothing but zeros.
fn forged(identifier: &str) -> String {
    let mut at = 0;
    let forged = ApiKey::generate(|bytes| {
        // A byte below 62 becomes the character with that number: spell the identifier, then fill up.
        for byte in bytes {
            *byte = identifier.as_bytes().get(at).map_or(0, |character| match character {
                b'0'..=b'9' => character - b'0',
                b'A'..=b'Z' => character - b'A' + 10,
                _ => character - b'a' + 36,
            });
            at += 1;
        }
        Ok::<(), std::convert::Infallible>(())
    });
    let forged = forged.expect("cannot fail");
    assert_eq!(forged.identifier(), identifier);
    forged.expose().to_owned()
}

fn with_another_secret(key: &str) -> String {
    forged(&key[PREFIX.len()..PREFIX.len() + IDENTIFIER_LENGTH])
}

/// The key with one character of its secret changed, which breaks the checksum.
fn with_a_typing_error(key: &str) -> String {
    let at = PREFIX.len() + IDENTIFIER_LENGTH;
    let other = if key.as_bytes()[at] == b'x' { "y" } else { "x" };
    let mut text = key.to_owned();
    text.replace_range(at..=at, other);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_its_person_company_and_permissions() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let principal = keys.verify(&made.key).await.expect("is accepted");
        assert_eq!(principal.key, made.id);
        assert_eq!(principal.key_name, "Cursor");
        assert_eq!(principal.company, keys.company.id);
        assert_eq!(principal.company_name, "Lumen");
        assert_eq!(principal.member, keys.company.member.member);
        assert_eq!(principal.user, keys.company.member.actor.user);
        assert_eq!(principal.person, "Member Lumen");
        assert_eq!(principal.role, Role::Member);
        assert_eq!(principal.permissions, PermissionSet::DEFAULT);
        assert!(matches!(principal.odoo, Standing::NotConnected));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let key = keys.make(keys.company.member, "Cursor").await.key;
        for wrong in [
            String::new(),
            "aid_live_".to_owned(),
            key.to_lowercase(),
            with_a_typing_error(&key),
            with_another_secret(&key),
            forged("0000zzzz"),
            format!("{key}x"),
        ] {
            let refused = keys.verify(&wrong).await.expect_err("is refused");
            assert_eq!(refused, Refusal::InvalidToken, "{}", wrong.len());
        }
        assert!(keys.verify(&key).await.is_ok());

        let verify = async |presented| {
            keys.verifier.verify(presented, ADDRESS, None).await.expect_err("is refused")
        };
        assert_eq!(verify(Presented::None(None)).await, Refusal::NoCredential);
        assert_eq!(verify(Presented::Several(None)).await, Refusal::InvalidRequest);
        assert_eq!(verify(Presented::InUrl(None)).await, Refusal::InvalidRequest);
        assert_eq!(verify(Presented::Unreadable(None)).await, Refusal::InvalidToken);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_at_once_on_every_replica() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other_replica = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        assert!(keys.verify(&made.key).await.is_ok());
        assert!(other_replica.verify(&made.key).await.is_ok());
        assert!(other_replica.verifier.standing(made.id, None).await.is_ok());

        keys.revoke(made.id).await.expect("is revoked");
        for replica in [&keys, &other_replica] {
            let refused = replica.verify(&made.key).await.expect_err("is refused");
            assert_eq!(refused, Refusal::InvalidToken);
            let over = replica.verifier.standing(made.id, None).await.expect_err("is over");
            assert_eq!(over, Refusal::InvalidToken);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_that_starts_after_the_revocation_is_accepted() {
    for_both_databases(async |url| {
        let keys = std::sync::Arc::new(Keys::on(url).await);
        let made = keys.make(keys.company.member, "Cursor").await;
        let revoked = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let at_work = std::sync::Arc::new(tokio::sync::Barrier::new(9));
        let clients: Vec<_> = (0..8)
            .map(|_| {
                let (keys, key, revoked) = (keys.clone(), made.key.clone(), revoked.clone());
                let at_work = at_work.clone();
                tokio::spawn(async move {
                    let (mut accepted, mut refused) = (0, 0);
                    while refused < 20 {
                        let started_after = revoked.load(std::sync::atomic::Ordering::SeqCst);
                        match keys.verify(&key).await {
                            Ok(_) if started_after => panic!("accepted after the revocation"),
                            Ok(_) => {
                                accepted += 1;
                                if accepted == 1 {
                                    at_work.wait().await;
                                }
                            }
                            Err(Refusal::InvalidToken) => refused += 1,
                            Err(other) => panic!("{other}"),
                        }
                    }
                    accepted
                })
            })
            .collect();
        at_work.wait().await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        keys.revoke(made.id).await.expect("is revoked");
        revoked.store(true, std::sync::atomic::Ordering::SeqCst);
        for client in clients {
            assert!(client.await.expect("ends well") > 0, "the key worked before");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_over_at_the_very_moment_of_its_end() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let person = keys.company.member;
        let mut wish = keys.wish(person, "Cursor");
        wish.expiry = Expiry::Days(30);
        let made = keys.service.create(person.actor, wish).await.expect("is made");

        keys.core.clock.advance(30 * DAY - 1);
        assert!(keys.verify(&made.key).await.is_ok());
        assert!(keys.verifier.standing(made.id, None).await.is_ok());
        keys.core.clock.advance(1);
        assert_eq!(keys.verify(&made.key).await.expect_err("is over"), Refusal::InvalidToken);
        assert_eq!(
            keys.verifier.standing(made.id, None).await.expect_err("is over"),
            Refusal::InvalidToken
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_members_keys_are_refused_and_stay_so_when_they_come_back() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let person = keys.company.member;
        let revoked_here = keys.make(person, "Cursor").await;
        let transaction = keys.core.db.begin().await.expect("begins");
        let now = keys.core.clock.now();
        let revoked = key_ends::revoke_all_of_member(
            &transaction,
            keys.company.id,
            person.member,
            keys.company.owner.member,
            now,
        )
        .await
        .expect("revokes");
        assert_eq!(revoked, [revoked_here.id]);
        transaction.commit().await.expect("commits");
        assert!(keys.verify(&revoked_here.key).await.is_err());

        // Removal alone is enough: no key outlives its membership, whatever its own row says.
        let still_there = keys.make(person, "Windsurf").await;
        assert!(keys.verify(&still_there.key).await.is_ok());
        let transaction = keys.core.db.begin().await.expect("begins");
        memberships::remove(&transaction, keys.company.id, person.member, now)
            .await
            .expect("removes");
        transaction.commit().await.expect("commits");
        for made in [&revoked_here, &still_there] {
            let refused = keys.verify(&made.key).await.expect_err("is refused");
            assert_eq!(refused, Refusal::InvalidToken);
            assert!(keys.verifier.standing(made.id, None).await.is_err());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_ceiling_and_a_changed_role_act_on_the_next_call() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let person = keys.company.member;
        let mut wish = keys.wish(person, "Cursor");
        wish.permissions = PermissionSet::ALL;
        let made = keys.service.create(person.actor, wish).await.expect("is made");
        let permissions = async || {
            let principal = keys.verify(&made.key).await.expect("is accepted");
            let standing = keys.verifier.standing(made.id, None).await.expect("is accepted");
            assert_eq!(principal.permissions, standing.permissions);
            principal.permissions
        };
        assert_eq!(permissions().await, PermissionSet::ALL);
        keys.limit_members(&["query", "read"]).await;
        let read_only = PermissionSet::of(&[Permission::Query, Permission::Read]);
        assert_eq!(permissions().await, read_only);
        keys.limit_members(&[]).await;
        assert_eq!(permissions().await, PermissionSet::EMPTY);

        let transaction = keys.core.db.begin().await.expect("begins");
        memberships::update_role(&transaction, keys.company.id, person.member, Role::Admin)
            .await
            .expect("changes");
        transaction.commit().await.expect("commits");
        assert_eq!(permissions().await, PermissionSet::ALL);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_are_throttled_before_the_database_is_asked() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let good = keys.make(keys.company.member, "Cursor").await;
        let fresh = keys.make(keys.company.member, "Windsurf").await;
        assert!(keys.verify(&good.key).await.is_ok());
        let wrong = with_another_secret(&fresh.key);
        for _ in 0..BURST {
            let refused = keys.verify(&wrong).await.expect_err("is refused");
            assert_eq!(refused, Refusal::InvalidToken);
        }
        let too_many = Refusal::TooMany { retry_after_seconds: 3 };
        assert_eq!(keys.verify(&wrong).await.expect_err("is throttled"), too_many);
        // A right key that was never used here has to wait too; one that was passes, and elsewhere
        // nothing is throttled.
        assert_eq!(keys.verify(&fresh.key).await.expect_err("is throttled"), too_many);
        for no_key in ["x", "aid_live_x", "é"] {
            assert_eq!(keys.verify(no_key).await.expect_err("is throttled"), too_many, "{no_key}");
        }
        assert!(keys.verify(&good.key).await.is_ok());
        let elsewhere: IpAddr = "192.0.2.2".parse().expect("an address");
        assert!(keys.verify_from(elsewhere, &fresh.key).await.is_ok());

        keys.core.db.close().await.expect("closes");
        assert_eq!(keys.verify(&wrong).await.expect_err("is throttled"), too_many);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_no_key_is_accepted() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        assert!(keys.verify(&made.key).await.is_ok());
        keys.core.db.close().await.expect("closes");
        assert_eq!(keys.verify(&made.key).await.expect_err("refused"), Refusal::Unavailable);
        let standing = keys.verifier.standing(made.id, None).await.expect_err("refused");
        assert_eq!(standing, Refusal::Unavailable);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_tells_how_calls_reach_odoo() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let (company, now) = (keys.company.id.as_uuid(), NOW.as_micros());
        let uuid = || keys.core.clock.uuid(&keys.core.entropy);
        let (connection, account) = (uuid(), uuid());
        let standing = async || keys.verify(&made.key).await.expect("is accepted").odoo;
        assert!(matches!(standing().await, Standing::NotConnected));

        let transaction = keys.core.db.begin().await.expect("begins");
        let row = odoo_connection::ActiveModel {
            id: Set(connection),
            company_id: Set(company),
            origin: Set("https://erp.example.com".to_owned()),
            database: Set(String::new()),
            version: Set("19.0".to_owned()),
            protocol: Set("json2".to_owned()),
            created_at: Set(now),
            tested_at: Set(now),
            ..Default::default()
        };
        odoo_connection::Entity::insert(row)
            .exec_without_returning(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        assert!(matches!(standing().await, Standing::NotLinked));

        let transaction = keys.core.db.begin().await.expect("begins");
        let row = odoo_account::ActiveModel {
            id: Set(account),
            company_id: Set(company),
            connection_id: Set(connection),
            member_id: Set(keys.company.member.member.as_uuid()),
            login: Set("marie".to_owned()),
            sealed: Set(vec![1, 2, 3]),
            protocol: Set("jsonrpc".to_owned()),
            uid: Set(7),
            linked_at: Set(now),
            refused_at: Set(None),
        };
        odoo_account::Entity::insert(row)
            .exec_without_returning(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        let Standing::Linked(linked) = standing().await else { panic!("is linked") };
        assert_eq!(linked.target.origin.to_string(), "https://erp.example.com");
        assert_eq!(linked.target.database, None);
        assert_eq!(linked.target.protocol.as_str(), "jsonrpc");
        assert_eq!(
            (linked.version.as_str(), linked.login.as_str(), linked.uid),
            ("19.0", "marie", 7)
        );
        assert_eq!(linked.sealed, [1, 2, 3]);

        let transaction = keys.core.db.begin().await.expect("begins");
        odoo_account::Entity::update_many()
            .col_expr(odoo_account::Column::RefusedAt, Expr::value(now))
            .filter(odoo_account::Column::Id.eq(account))
            .exec(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        assert!(matches!(standing().await, Standing::Refused));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_a_key_writes_nothing_and_its_use_is_written_later_and_forward_only() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let row = async || {
            api_key::Entity::find_by_id(made.id.as_uuid())
                .one(keys.core.db.reader())
                .await
                .expect("answers")
                .expect("is there")
        };
        let before = row().await;
        assert!(keys.verify(&made.key).await.is_ok());
        assert_eq!(row().await, before);

        let last_used = keys.verifier.last_used();
        last_used.flush(&keys.core).await.expect("writes");
        let after = row().await;
        assert_eq!(after.last_used_at, NOW.to_minute().as_micros());
        assert_eq!(after.last_client.as_deref(), Some("Cursor"));

        last_used.record(made.id, keys.company.id, NOW.plus(-5 * MINUTE), Some("An older one"));
        last_used.flush(&keys.core).await.expect("writes");
        assert_eq!(row().await, after);
        last_used.record(made.id, keys.company.id, NOW.plus(5 * MINUTE), None);
        last_used.flush(&keys.core).await.expect("writes");
        assert_eq!(row().await.last_used_at, NOW.plus(5 * MINUTE).to_minute().as_micros());
        assert_eq!(row().await.last_client.as_deref(), Some("Cursor"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_keys_that_were_used_in_the_same_minute_the_one_that_was_made_last_is_the_latest() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let me = keys.company.member;
        let mut made = Vec::new();
        for name in ["Cursor", "Windsurf", "Zed"] {
            keys.core.clock.advance(SECOND);
            made.push(keys.make(me, name).await);
        }
        for at in [1, 2, 0] {
            assert!(keys.verify(&made[at].key).await.is_ok());
            keys.verifier.last_used().flush(&keys.core).await.expect("writes");
        }
        let latest = key_uses::find_last_used(
            keys.core.db.reader(),
            keys.company.id,
            me.member,
            keys.core.clock.now(),
        )
        .await;
        assert_eq!(latest.expect("answers").expect("one was used").name, "Zed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_noted_is_written_before_the_server_stops() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let stop = CancellationToken::new();
        let (last_used, task) = LastUsed::start(keys.core.clone(), stop.clone());
        last_used.record(made.id, keys.company.id, NOW, Some("Windsurf"));
        stop.cancel();
        task.await.expect("ends");
        let row = api_key::Entity::find_by_id(made.id.as_uuid()).one(keys.core.db.reader()).await;
        let row = row.expect("answers").expect("is there");
        assert_eq!(row.last_used_at, NOW.to_minute().as_micros());
        assert_eq!(row.last_client.as_deref(), Some("Windsurf"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_use_of_a_key_that_is_being_changed_is_written_the_next_time() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        assert!(keys.verify(&made.key).await.is_ok());
        let used = async || {
            let row = api_key::Entity::find_by_id(made.id.as_uuid()).one(keys.core.db.reader());
            row.await.expect("answers").expect("is there").last_used_at
        };
        let last_used = keys.verifier.last_used();
        if keys.core.db.backend() == DbBackend::Postgres {
            let change = keys.core.db.begin().await.expect("begins");
            let locked = key_uses::lock_free(&change, [made.id]).await.expect("locks");
            assert_eq!(locked, [made.id]);
            last_used.flush(&keys.core).await.expect("passes over it");
            assert_eq!(used().await, 0);
            change.rollback().await.expect("ends");
        }
        last_used.flush(&keys.core).await.expect("writes");
        assert_eq!(used().await, NOW.to_minute().as_micros());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_membership_of_a_key_is_looked_up_not_trusted() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let transaction = keys.core.db.begin().await.expect("begins");
        membership::Entity::update_many()
            .col_expr(membership::Column::Role, Expr::value("emperor"))
            .filter(membership::Column::Id.eq(keys.company.member.member.as_uuid()))
            .exec(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        // A role that this version does not know gives nothing.
        assert_eq!(keys.verify(&made.key).await.expect_err("refused"), Refusal::Unavailable);
    })
    .await;
}
