//! What a company asks of its keys, on both databases: existing keys obey on their next call.

use std::collections::BTreeSet;

use app::backend::{ActivityLog as _, Actor, ApiKeys as _, Companies as _, Policies as _};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use server::{
    entities::{api_key, audit_entry, policy},
    services::{
        activity_pages::ActivityPages, companies::CompaniesService, news::Signal,
        principal::Refusal, unused_keys::revoke_unused,
    },
    store::{key_ends, key_uses},
};
use shared::{
    Error,
    api_key::{AcceptApiKey, ApiKeyView, By, CreateApiKey, Expiry, ListApiKeys},
    connection::ConnectView,
    error::{Field, FieldError, Problem},
    id::{ApiKeyId, RequestId},
    key_change::{Grace, RotateApiKey},
    key_page::KeyEvent,
    key_rules::{KeyRefusal, SetKeyRules},
    settings::{DeleteCompany, KeepCompany},
    time::{DAY, HOUR, MINUTE, SECOND},
};

use crate::support::{
    app::{TestApp, Who},
    core::{Company, NOW, Person, for_both_databases},
    keys::Keys,
};

/// Rules that ask nothing.
fn nothing(keys: &Keys) -> SetKeyRules {
    SetKeyRules {
        company: keys.company.id,
        longest_days: String::new(),
        unused_days: String::new(),
        addresses: String::new(),
        makers: "owners_and_admins".to_owned(),
        must_accept: String::new(),
    }
}

async fn set(keys: &Keys, change: impl FnOnce(&mut SetKeyRules)) {
    let mut rules = nothing(keys);
    change(&mut rules);
    let mut news = keys.core.news.listen();
    keys.policies.set_key_rules(keys.company.owner.actor, rules).await.expect("is set");
    assert_eq!(news.try_recv(), Ok(Signal::Company(keys.company.id)), "open pages are told");
}

async fn accept(keys: &Keys, actor: Actor, key: ApiKeyId) -> Result<(), Error> {
    keys.service.accept(actor, AcceptApiKey { company: keys.company.id, key }).await
}

async fn listed(keys: &Keys, key: ApiKeyId) -> ApiKeyView {
    let list = keys.service.list(keys.company.owner.actor, keys.company.id, ListApiKeys::default());
    let page = list.await.expect("is listed");
    page.keys.into_iter().find(|one| one.id == key).expect("is there")
}

/// What the page *Connect a client* tells this person.
async fn guide(keys: &Keys, who: Person) -> ConnectView {
    keys.verifier.last_used().flush(&keys.core).await.expect("is written");
    let pages = ActivityPages::new(keys.core.clone());
    pages.connect(who.actor, keys.company.id).await.expect("is shown")
}

/// Why the last refusal of a key was, as its row tells it.
async fn last_refusal(keys: &Keys, key: ApiKeyId) -> Option<String> {
    keys.verifier.last_used().flush(&keys.core).await.expect("is written");
    let row = api_key::Entity::find_by_id(key.as_uuid()).one(keys.core.db.reader()).await;
    row.expect("answers").expect("is there").last_refusal
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_mistyped_is_told_to_its_person_and_costs_no_look_up() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        for spoil in [
            (|key| key[..key.len() - 3].to_owned()) as fn(&str) -> String,
            |key| format!("{key}x"),
            |key| format!("{} {}", &key[..20], &key[20..]),
        ] {
            let made = keys.make(keys.company.member, "Cursor").await;
            assert_eq!(last_refusal(&keys, made.id).await, None);
            let refused = keys.verify(&spoil(&made.key)).await;
            assert_eq!(refused.expect_err("refused"), Refusal::InvalidToken);
            assert_eq!(last_refusal(&keys, made.id).await.as_deref(), Some("mistyped"));
        }
        // What was meant to be no key of anybody is nobody's.
        assert!(keys.verify("aid_live_00000000 and more").await.is_err());
        keys.verifier.last_used().flush(&keys.core).await.expect("is written");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_from_another_network_is_refused_from_the_next_call_on() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        let office = "203.0.113.9".parse().expect("an address");
        assert!(keys.verify(&made.key).await.is_ok());
        set(&keys, |rules| rules.addresses = "203.0.113.0/24".to_owned()).await;
        assert_eq!(keys.verify(&made.key).await.expect_err("refused"), Refusal::InvalidToken);
        assert_eq!(last_refusal(&keys, made.id).await.as_deref(), Some("address"));
        let principal = keys.verify_from(office, &made.key).await.expect("is accepted");
        // An open stream loses its standing as well.
        assert!(keys.verifier.standing(made.id, principal.address).await.is_ok());
        set(&keys, |rules| rules.addresses = "198.51.100.7".to_owned()).await;
        assert!(keys.verifier.standing(made.id, principal.address).await.is_err());
        assert!(keys.verify_from(office, &made.key).await.is_err());
        // A network of IPv4 is one however it is written, and is shown as what it is.
        set(&keys, |rules| rules.addresses = "::ffff:203.0.113.0/120".to_owned()).await;
        assert!(keys.verify_from(office, &made.key).await.is_ok());
        let shown = keys.policies.policies(keys.company.owner.actor, keys.company.id).await;
        assert_eq!(shown.expect("is shown").keys.addresses, ["203.0.113.0/24"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_lives_longer_than_the_company_lets_it() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let (endless, short) = (keys.make(member, "endless").await, {
            let mut wish = keys.wish(member, "short");
            wish.expiry = Expiry::Days(30);
            keys.service.create(member.actor, wish).await.expect("is made")
        });
        keys.core.clock.advance(10 * DAY);
        set(&keys, |rules| rules.longest_days = "90".to_owned()).await;
        // It counts from when the key was made, and what ends sooner stays as it is.
        assert!(listed(&keys, endless.id).await.expires.is_some());
        keys.core.clock.advance(20 * DAY);
        assert!(keys.verify(&short.key).await.is_err());
        assert!(keys.verify(&endless.key).await.is_ok());
        keys.core.clock.advance(60 * DAY);
        assert!(keys.verify(&endless.key).await.is_err());
        // Lifting the limit brings nothing back.
        set(&keys, |_| {}).await;
        assert!(keys.verify(&endless.key).await.is_err());

        set(&keys, |rules| rules.longest_days = "30".to_owned()).await;
        let made = keys.make(member, "without an end").await;
        assert!(listed(&keys, made.id).await.expires.is_some());
        let mut wish = keys.wish(member, "too long");
        wish.expiry = Expiry::Days(31);
        let refused = keys.service.create(member.actor, wish).await.expect_err("is refused");
        assert_eq!(refused, Error::field(Field::Expiry, Problem::BeyondPolicy { days: 30 }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_ends_sooner_has_the_end_that_it_had_in_its_own_history() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, member, .. } = keys.company;
        let make = async |name: &str, expiry: Expiry| {
            let wish = CreateApiKey { expiry, ..keys.wish(member, name) };
            keys.service.create(member.actor, wish).await.expect("is made").id
        };
        let (old, revoked) =
            (make("old", Expiry::Never).await, make("revoked", Expiry::Never).await);
        keys.revoke(revoked).await.expect("is revoked");
        keys.core.clock.advance(40 * DAY);
        let (endless, long, short) = (
            make("endless", Expiry::Never).await,
            make("long", Expiry::Days(90)).await,
            make("short", Expiry::Days(10)).await,
        );
        keys.core.clock.advance(SECOND);
        set(&keys, |rules| rules.longest_days = "30".to_owned()).await;
        keys.core.clock.advance(SECOND);
        set(&keys, |rules| rules.longest_days = "30".to_owned()).await;

        let entries = audit_entry::Entity::find().all(keys.core.db.reader()).await;
        let entries = entries.expect("answers");
        // The second time nothing ended sooner, and nothing is told.
        let told = |key: ApiKeyId| {
            let of_key = entries.iter().filter(|entry| {
                let is_end =
                    ["api_key.ended", "api_key.shortened"].contains(&entry.action.as_str());
                is_end && entry.target == key.to_string()
            });
            let told = of_key.map(|entry| {
                let detail: Value = serde_json::from_str(&entry.detail).expect("is JSON");
                (entry.action.clone(), detail)
            });
            told.collect::<Vec<_>>()
        };
        let later = NOW.plus(40 * DAY);
        for (key, action, made_at, before) in [
            (old, "api_key.ended", NOW, None),
            (endless, "api_key.shortened", later, None),
            (long, "api_key.shortened", later, Some(later.plus(90 * DAY))),
        ] {
            let end = made_at.plus(30 * DAY);
            let detail = json!({
                "member": member.member, "ends_at": end, "ended_before_at": before,
            });
            assert_eq!(told(key), [(action.to_owned(), detail)]);
            let row = api_key::Entity::find_by_id(key.as_uuid()).one(keys.core.db.reader()).await;
            let row = row.expect("answers").expect("is there");
            assert_eq!(row.expires_at, Some(end.as_micros()));
        }
        assert_eq!((told(short), told(revoked)), (Vec::new(), Vec::new()));
        let numbers: Vec<Value> = entries
            .iter()
            .filter(|entry| entry.action == "policy.changed")
            .map(|entry| serde_json::from_str(&entry.detail).expect("is JSON"))
            .map(|detail: Value| detail["shortened_keys"].clone())
            .collect();
        assert!(numbers.contains(&json!(3)) && numbers.contains(&json!(0)), "{numbers:?}");

        for (key, what) in [(old, KeyEvent::Ended), (long, KeyEvent::Shortened)] {
            let page = keys.service.detail(member.actor, company, key).await.expect("is shown");
            assert_eq!(page.trail[0].what, what);
            assert_eq!(page.trail[0].who, Some(By::Person("Owner Lumen".to_owned())));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_ends_for_want_of_use_while_its_company_is_to_be_deleted_or_as_it_is_kept() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let (first, second) = (keys.make(member, "first").await, keys.make(member, "second").await);
        set(&keys, |rules| rules.unused_days = "3".to_owned()).await;
        let companies = CompaniesService::new(keys.core.clone());
        let delete = DeleteCompany { company, name: "Lumen".to_owned() };
        companies.delete(owner.actor, delete).await.expect("is asked for");
        keys.core.clock.advance(6 * DAY);
        assert!(keys.verify(&first.key).await.is_err());
        assert_eq!(last_refusal(&keys, first.id).await.as_deref(), Some("deleting"));
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 0);

        companies.keep(owner.actor, KeepCompany { company }).await.expect("is kept");
        assert!(keys.verify(&first.key).await.is_ok(), "nobody could use it");
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 0);
        // From then on it counts again. (What was noted in memory of its use is not written here.)
        keys.core.clock.advance(3 * DAY);
        assert!(keys.verifier.standing(second.id, None).await.is_ok());
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 0);
        keys.core.clock.advance(HOUR);
        assert!(keys.verifier.standing(second.id, None).await.is_err());
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 2);
        for key in [first.id, second.id] {
            assert_eq!(listed(&keys, key).await.revoked.expect("is revoked").by, By::UnusedRule);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_to_life_after_it_was_found_unused_is_not_revoked() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let handed = keys.service.create(owner.actor, keys.wish(member, "accepted")).await;
        let accepted = handed.expect("is made").id;
        let used = keys.make(member, "used").await.id;
        let idle = keys.make(member, "idle").await.id;
        let spared = keys.make(member, "spared").await.id;
        set(&keys, |rules| rules.unused_days = "30".to_owned()).await;
        keys.core.clock.advance(31 * DAY);
        let now = keys.core.clock.now();
        let transaction = keys.core.db.begin().await.expect("begins");
        let found = key_ends::list_unused(&transaction, now, now, 100).await.expect("is read");
        key_uses::touch(&transaction, used, now.to_minute(), None).await.expect("is noted");
        transaction.commit().await.expect("commits");
        let found: BTreeSet<_> = found.into_iter().map(|key| ApiKeyId::from_uuid(key.id)).collect();
        assert_eq!(found, BTreeSet::from([accepted, used, idle, spared]));
        accept(&keys, member.actor, accepted).await.expect("is accepted");

        let ends = async |key: ApiKeyId| {
            let transaction = keys.core.db.begin().await.expect("begins");
            let done = key_ends::revoke_unused(&transaction, company, key, now, now).await;
            transaction.commit().await.expect("commits");
            done.expect("is asked")
        };
        assert!(!ends(accepted).await);
        assert!(!ends(used).await);
        assert!(ends(idle).await);
        assert!(!ends(idle).await, "once");
        set(&keys, |_| {}).await;
        assert!(!ends(spared).await, "the rule is lifted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_that_is_not_written_yet_keeps_a_key_from_being_revoked() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let made = keys.make(keys.company.member, "Cursor").await;
        set(&keys, |rules| rules.unused_days = "30".to_owned()).await;
        keys.core.clock.advance(30 * DAY);
        assert!(keys.verify(&made.key).await.is_ok(), "at the last moment");
        keys.core.clock.advance(SECOND);
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 0);
        keys.verifier.last_used().flush(&keys.core).await.expect("is written");
        keys.core.clock.advance(DAY);
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 0);
        assert!(keys.verify(&made.key).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nobody_uses_is_refused_at_once_and_then_revoked_for_good() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let (idle, used) = (
            keys.make(keys.company.member, "idle").await,
            keys.make(keys.company.member, "used").await,
        );
        keys.core.clock.advance(20 * DAY);
        assert!(keys.verify(&used.key).await.is_ok());
        keys.verifier.last_used().flush(&keys.core).await.expect("is written");
        keys.core.clock.advance(11 * DAY);
        assert!(keys.verify(&idle.key).await.is_ok(), "nothing is asked yet");
        // As if it had not been: what is noted in memory is dropped with its book.
        set(&keys, |rules| rules.unused_days = "30".to_owned()).await;
        assert_eq!(keys.verify(&idle.key).await.expect_err("refused"), Refusal::InvalidToken);
        assert!(keys.verify(&used.key).await.is_ok());

        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 1);
        assert_eq!(revoke_unused(&keys.core).await.expect("is done"), 0);
        let revoked = listed(&keys, idle.id).await.revoked.expect("is revoked");
        assert_eq!(revoked.by, By::UnusedRule);
        let page = keys.service.detail(keys.company.member.actor, keys.company.id, idle.id).await;
        let trail = page.expect("is shown").trail;
        assert_eq!(trail[0].what, KeyEvent::EndedUnused);
        assert_eq!((&trail[0].who, &trail[0].address), (&None, &None), "the server did it");
        assert_eq!(trail[1].what, KeyEvent::Generated);
        assert!(trail[1].address.is_some());
        set(&keys, |_| {}).await;
        assert!(keys.verify(&idle.key).await.is_err(), "revoked is final");
        assert!(keys.verify(&used.key).await.is_ok());
        let entries = audit_entry::Entity::find().all(keys.core.db.reader()).await;
        let told = entries.expect("answers").into_iter().filter(|entry| {
            entry.action == "api_key.revoked" && entry.target == idle.id.to_string()
        });
        assert_eq!(told.count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_for_somebody_else_waits_for_that_person_alone() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let wish = keys.wish(member, "handed over");
        let handed = keys.service.create(owner.actor, wish).await.expect("is made");
        let own = keys.make(member, "own").await;
        assert!(keys.verify(&handed.key).await.is_ok());
        set(&keys, |rules| rules.must_accept = "on".to_owned()).await;
        assert!(keys.verify(&own.key).await.is_ok());
        assert!(keys.verify(&handed.key).await.is_err());
        assert_eq!(last_refusal(&keys, handed.id).await.as_deref(), Some("not_accepted"));
        assert!(listed(&keys, handed.id).await.waits);

        for (actor, expected) in [
            (owner.actor, Error::Forbidden),
            (admin.actor, Error::Forbidden),
            (Company::found(&keys.core, "Other").await.owner.actor, Error::NotFound),
        ] {
            assert_eq!(accept(&keys, actor, handed.id).await.expect_err("is refused"), expected);
        }
        assert!(keys.verify(&handed.key).await.is_err());
        let mut news = keys.core.news.listen();
        accept(&keys, member.actor, handed.id).await.expect("is accepted");
        assert_eq!(news.try_recv(), Ok(Signal::Company(keys.company.id)), "open pages are told");
        assert!(keys.verify(&handed.key).await.is_ok());
        assert!(!listed(&keys, handed.id).await.waits);
        accept(&keys, member.actor, handed.id).await.expect("the answer may have been lost");
        let told = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("api_key.accepted"))
            .count(keys.core.db.reader());
        assert_eq!(told.await.expect("is counted"), 1, "it is done once");

        keys.revoke(handed.id).await.expect("is revoked");
        assert_eq!(
            accept(&keys, member.actor, handed.id).await.expect_err("is over"),
            Error::KeyEnded
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_rotates_somebody_s_key_is_told_that_the_new_one_waits() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let (theirs, own) = (keys.make(member, "theirs").await, keys.make(owner, "own").await);
        assert!(!listed(&keys, theirs.id).await.successor_waits);
        set(&keys, |rules| rules.must_accept = "on".to_owned()).await;
        assert!(listed(&keys, theirs.id).await.successor_waits);
        assert!(!listed(&keys, own.id).await.successor_waits);

        // And so it is.
        let rotate = async |key| {
            let request = keys.wish(owner, "").request;
            let grace = Grace::Hour;
            let input = RotateApiKey { company: keys.company.id, key, request, grace };
            keys.service.rotate(owner.actor, input).await.expect("is rotated")
        };
        let (new, new_own) = (rotate(theirs.id).await, rotate(own.id).await);
        assert!(keys.verify(&new.key).await.is_err());
        assert!(keys.verify(&theirs.key).await.is_ok());
        assert!(keys.verify(&new_own.key).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_company_says_who_makes_keys_for_others() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let make = async |maker: Actor, person| {
            keys.service.create(maker, keys.wish(person, "for another")).await.map(|_| ())
        };
        assert_eq!(make(admin.actor, member).await, Ok(()));
        set(&keys, |rules| rules.makers = "owners".to_owned()).await;
        assert_eq!(make(admin.actor, member).await, Err(Error::Forbidden));
        assert_eq!(make(owner.actor, member).await, Ok(()));
        // A successor is a key that is made: it is offered to whom it would be given.
        let offered = async |who: Actor| {
            let page = keys.service.list(who, keys.company.id, ListApiKeys::default()).await;
            let page = page.expect("is listed").keys.into_iter();
            page.filter(|key| !key.is_own).map(|key| key.may_rotate).collect::<BTreeSet<_>>()
        };
        assert_eq!(offered(owner.actor).await, BTreeSet::from([true]));
        assert_eq!(offered(admin.actor).await, BTreeSet::from([false]));
        set(&keys, |rules| rules.makers = "nobody".to_owned()).await;
        assert_eq!(offered(owner.actor).await, BTreeSet::from([false]));
        assert_eq!(make(owner.actor, member).await, Err(Error::Forbidden));
        for own in [owner, admin, member] {
            assert_eq!(make(own.actor, own).await, Ok(()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_no_keys_for_others_replaces_none_of_theirs() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let theirs = keys.make(member, "the member's").await.id;
        let rotate = async |who: Person, key: ApiKeyId| {
            let request = RequestId::from_uuid(keys.core.clock.uuid(&keys.core.entropy));
            let company = keys.company.id;
            let input = RotateApiKey { company, key, request, grace: Grace::Day };
            keys.service.rotate(who.actor, input).await.map(|_| ())
        };
        set(&keys, |rules| rules.makers = "owners".to_owned()).await;
        assert_eq!(rotate(admin, theirs).await, Err(Error::Forbidden));
        set(&keys, |rules| rules.makers = "nobody".to_owned()).await;
        for other in [owner, admin] {
            assert_eq!(rotate(other, theirs).await, Err(Error::Forbidden));
        }
        for who in [owner, admin, member] {
            let own = keys.make(who, "one's own").await.id;
            assert_eq!(rotate(who, own).await, Ok(()));
        }
        // It was left as it is.
        set(&keys, |rules| rules.makers = "owners".to_owned()).await;
        assert_eq!(rotate(owner, theirs).await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_key_is_over_is_not_connected() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let (other, made) = (keys.make(member, "Zed").await, keys.make(member, "Cursor").await);
        let connected = async || guide(&keys, member).await.connected.map(|client| client.key);
        assert_eq!(connected().await, None, "nobody came yet");
        keys.verify(&other.key).await.expect("is accepted");
        keys.core.clock.advance(MINUTE);
        keys.verify(&made.key).await.expect("is accepted");
        assert_eq!(connected().await.as_deref(), Some("Cursor"));
        keys.revoke(made.id).await.expect("is revoked");
        assert_eq!(connected().await.as_deref(), Some("Zed"), "it is there still");
        keys.revoke(other.id).await.expect("is revoked");
        let page = guide(&keys, member).await;
        assert!(page.connected.is_none() && !page.has_key, "{page:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_not_there_for_a_day_is_waited_for_again() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let made = keys.make(member, "Cursor").await;
        let connected = async || guide(&keys, member).await.connected.map(|client| client.key);
        for _ in 0..2 {
            keys.verify(&made.key).await.expect("is accepted");
            assert_eq!(connected().await.as_deref(), Some("Cursor"));
            keys.core.clock.advance(DAY - 1);
            assert_eq!(connected().await.as_deref(), Some("Cursor"));
            keys.core.clock.advance(1);
            let page = guide(&keys, member).await;
            assert!(page.connected.is_none() && page.has_key, "{page:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_told_until_it_works_or_another_has_taken_its_place() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let member = keys.company.member;
        let (used, stuck) = (keys.make(member, "used").await, keys.make(member, "stuck").await);
        let office = "203.0.113.9".parse().expect("an address");
        let told = async || {
            let page = guide(&keys, member).await;
            let connected = page.connected.map(|client| client.key);
            (connected, page.refused.map(|refused| (refused.key, refused.why)))
        };
        let there = || Some("used".to_owned());
        let refused = |why: KeyRefusal| Some(("stuck".to_owned(), why));
        set(&keys, |rules| rules.addresses = "203.0.113.0/24".to_owned()).await;
        assert!(keys.verify(&stuck.key).await.is_err());
        assert_eq!(told().await, (None, refused(KeyRefusal::Address)));
        keys.core.clock.advance(MINUTE);
        keys.verify_from(office, &used.key).await.expect("is accepted");
        assert_eq!(told().await, (there(), refused(KeyRefusal::Address)), "it does not work yet");

        // The other one, which was used since, is there instead of one that is over.
        keys.revoke(stuck.id).await.expect("is revoked");
        assert_eq!(told().await, (there(), None));
        keys.core.clock.advance(MINUTE);
        assert!(keys.verify_from(office, &stuck.key).await.is_err());
        assert_eq!(told().await, (there(), refused(KeyRefusal::Revoked)));
        keys.core.clock.advance(MINUTE);
        keys.verify_from(office, &used.key).await.expect("is accepted");
        assert_eq!(told().await, (there(), None));
    })
    .await;
}

/// The server draws the dialog too, and does not know the browser's day.
#[tokio::test]
async fn the_dialog_that_makes_a_key_is_drawn_under_a_longest_life() {
    let app = TestApp::start().await;
    let (company, (_, member)) = app.membership(Who::Member).await;
    let owner = app.signed_in(Who::Owner).await;
    let company = company.to_string();
    let rules = [
        ("input[company]", company.as_str()),
        ("input[longest_days]", "1"),
        ("input[unused_days]", ""),
        ("input[addresses]", ""),
        ("input[makers]", "owners_and_admins"),
    ];
    let (status, body) = owner.form("policies/set_key_rules", &rules).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (status, page) = owner.open(&format!("/team?generate={member}")).await;
    assert_eq!(status, StatusCode::OK);
    let help = "Your company’s policies let a key live for 1 day at most.";
    assert!(page.contains("<dialog") && page.contains(help), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_rules_are_told_field_by_field_and_nothing_is_set() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let rules = SetKeyRules {
            longest_days: "0".to_owned(),
            unused_days: "3654".to_owned(),
            addresses: "the office".to_owned(),
            makers: "anybody".to_owned(),
            ..nothing(&keys)
        };
        let range = Problem::OutOfRange { min: 1, max: 3_653 };
        let refused = keys.policies.set_key_rules(keys.company.owner.actor, rules).await;
        let expected = [
            (Field::LongestLife, range),
            (Field::UnusedDays, range),
            (Field::Networks, Problem::NotANetwork),
            (Field::Makers, Problem::Unknown),
        ];
        assert_eq!(
            refused.expect_err("is refused"),
            Error::Invalid(expected.map(|(field, problem)| FieldError { field, problem }).into())
        );
        let member = keys.company.member.actor;
        let refused = keys.policies.set_key_rules(member, nothing(&keys)).await;
        assert_eq!(refused.expect_err("is refused"), Error::Forbidden);
        let rows = policy::Entity::find().all(keys.core.db.reader()).await;
        assert!(rows.expect("answers").is_empty());
    })
    .await;
}
