//! Warnings about keys reach the key's person, owners and admins, once each. On both databases.

use app::backend::{ApiKeys as _, Notices as _, Policies as _, Team as _};
use server::{
    services::{housekeeping, notices::NoticesService, team::TeamService, unused_keys},
    store::{key_uses, key_warnings},
};
use shared::{
    api_key::{AcceptApiKey, CreateApiKey, Expiry, ListApiKeys},
    id::ApiKeyId,
    key_care::Warning,
    key_change::{Grace, RevokeApiKeys, RotateApiKey},
    key_rules::SetKeyRules,
    member::Invite,
    notice::Notice,
    role::Role,
    time::{DAY, MINUTE, SECOND},
};

use crate::support::{
    core::{Company, Person, for_both_databases},
    keys::Keys,
};

async fn told(keys: &Keys, who: Person) -> Vec<Notice> {
    let notices = NoticesService::new(keys.core.clone());
    let all = notices.open(who.actor, keys.company.id, None).await.unwrap().notices;
    // What was read stays new for some seconds.
    keys.core.clock.advance(10 * SECOND);
    all.into_iter().rev().filter(|one| one.is_new).map(|one| one.notice).collect()
}

async fn run(keys: &Keys) {
    // Two replicas at once, and once more an hour later.
    let (one, two) = tokio::join!(housekeeping::run(&keys.core), housekeeping::run(&keys.core));
    one.unwrap();
    two.unwrap();
    housekeeping::run(&keys.core).await.unwrap();
}

async fn touch(keys: &Keys, key: ApiKeyId) {
    let transaction = keys.core.db.begin().await.unwrap();
    let at = keys.core.clock.now().plus(MINUTE);
    key_uses::touch(&transaction, key, at, None).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_warning_is_told_once_to_the_person_and_to_owners_and_admins() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        let bystander = Person::join(&keys.core, company, "By Stander", Role::Member).await;
        let ending = CreateApiKey { expiry: Expiry::Days(30), ..keys.wish(member, "Ending") };
        let ending = keys.service.create(member.actor, ending).await.unwrap().id;
        let old = keys.make(member, "Old").await.id;
        touch(&keys, ending).await;
        touch(&keys, old).await;
        keys.make(member, "Unused").await;
        run(&keys).await;
        assert_eq!(told(&keys, member).await, []);

        let text = str::to_owned;
        let of = || Some(text("Member Lumen"));
        keys.core.clock.advance(23 * DAY);
        run(&keys).await;
        let day = || text("2026-12-24");
        let expiring = |person| [Notice::KeyExpiring { key: text("Ending"), day: day(), person }];
        assert_eq!(told(&keys, member).await, expiring(None));
        assert_eq!(told(&keys, owner).await, expiring(of()));
        assert_eq!(told(&keys, admin).await, expiring(of()));

        keys.core.clock.advance(7 * DAY);
        run(&keys).await;
        let unused = |person| [Notice::KeyUnused { key: text("Unused"), person }];
        assert_eq!(told(&keys, member).await, unused(None));
        assert_eq!(told(&keys, owner).await, unused(of()));
        assert_eq!(told(&keys, admin).await, unused(of()));

        keys.core.clock.advance(60 * DAY);
        run(&keys).await;
        let old = |person| [Notice::KeyOld { key: text("Old"), person }];
        assert_eq!(told(&keys, member).await, old(None));
        assert_eq!(told(&keys, owner).await, old(of()));
        assert_eq!(told(&keys, bystander).await, [], "who neither has it nor runs the company");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_keys_at_once_are_told_of_as_a_number() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        for at in 0..6 {
            keys.make(member, &format!("Key {at}")).await;
        }
        keys.make(owner, "Own").await;
        keys.core.clock.advance(30 * DAY);
        run(&keys).await;
        let all = || Notice::KeysToLookAt { warning: Warning::NeverUsed, count: 6 };
        assert_eq!(told(&keys, member).await, [all()]);
        let mut seen = told(&keys, owner).await;
        seen.sort_by_key(|notice| notice.kind().len());
        assert_eq!(seen, [Notice::KeyUnused { key: "Own".to_owned(), person: None }, all()]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_what_the_list_shows() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let mut shown = Vec::new();
        for (at, expiry) in [Expiry::Never, Expiry::Days(95), Expiry::Days(10)].iter().enumerate() {
            for used in [false, true] {
                for rotated in [false, true] {
                    let wish = CreateApiKey {
                        expiry: expiry.clone(),
                        ..keys.wish(member, &format!("{at} {used} {rotated}"))
                    };
                    let key = keys.service.create(member.actor, wish).await.unwrap().id;
                    if used {
                        touch(&keys, key).await;
                    }
                    if rotated {
                        let request = keys.wish(member, "").request;
                        let input = RotateApiKey { company, key, request, grace: Grace::Week };
                        keys.service.rotate(member.actor, input).await.unwrap();
                    }
                }
            }
        }
        for _ in 0..4 {
            let page = keys.service.list(owner.actor, company, ListApiKeys::default()).await;
            let listed = page.unwrap().keys;
            let transaction = keys.core.db.begin().await.unwrap();
            for warning in [Warning::Expiring, Warning::NeverUsed, Warning::Old] {
                let now = keys.core.clock.now();
                let taken = key_warnings::take(&transaction, warning, now).await.unwrap();
                shown.extend(taken.into_iter().map(|key| (ApiKeyId::from_uuid(key.id), warning)));
                for key in &listed {
                    let is_told = shown.contains(&(key.id, warning));
                    assert!(
                        !key.warnings.contains(&warning) || is_told,
                        "{} {warning:?}",
                        key.name
                    );
                }
            }
            transaction.commit().await.unwrap();
            keys.core.clock.advance(30 * DAY);
        }
        assert!(shown.len() > 8, "{shown:?}");
        let all: std::collections::HashSet<_> = shown.iter().collect();
        assert_eq!(all.len(), shown.len(), "each once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_or_gets_a_key_by_anothers_hand_is_told() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let by = || "Owner Lumen".to_owned();
        let (first, second) =
            (keys.make(member, "First").await.id, keys.make(member, "Second").await.id);
        let own = keys.make(owner, "Own").await.id;
        let input = RevokeApiKeys { company, keys: vec![first, second, own] };
        keys.service.revoke_many(owner.actor, input).await.unwrap();
        let mut seen = told(&keys, member).await;
        seen.sort_by_key(|notice| serde_json::to_string(notice).unwrap());
        let revoked = |key: &str| {
            let (by, key) = (by(), key.to_owned());
            Notice::KeyRevoked { by, key, maker: None }
        };
        assert_eq!(seen, [revoked("First"), revoked("Second")]);
        assert_eq!(told(&keys, owner).await, []);

        let third = keys.make(member, "Third").await.id;
        let request = keys.wish(member, "").request;
        let input = RotateApiKey { company, key: third, request, grace: Grace::Day };
        keys.service.rotate(owner.actor, input).await.unwrap();
        let made = Notice::KeyMade { by: by(), key: "Third".to_owned(), waits: false };
        assert_eq!(told(&keys, member).await, [made]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_keys_that_wait_is_told_of_them() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        keys.make(member, "Own").await;
        let handed = async |name: &str| {
            keys.service.create(owner.actor, keys.wish(member, name)).await.expect("is made").id
        };
        let (accepted, over) = (handed("Accepted").await, handed("Over").await);
        handed("Waits").await;
        handed("Waits too").await;
        keys.service.accept(member.actor, AcceptApiKey { company, key: accepted }).await.unwrap();
        keys.revoke(over).await.unwrap();
        assert!(!told(&keys, member).await.is_empty(), "of what was made and revoked");
        let shown = keys.policies.policies(owner.actor, company).await.unwrap();
        assert_eq!(shown.keys_unaccepted, 2);

        let set = async |must_accept: &str| {
            let input = SetKeyRules {
                company,
                longest_days: String::new(),
                unused_days: String::new(),
                addresses: String::new(),
                makers: "owners_and_admins".to_owned(),
                must_accept: must_accept.to_owned(),
            };
            keys.policies.set_key_rules(owner.actor, input).await.unwrap();
        };
        set("on").await;
        // What is in force already tells nobody anything.
        set("on").await;
        let by = || "Owner Lumen".to_owned();
        assert_eq!(told(&keys, member).await, [Notice::KeysWait { by: by(), count: 2 }]);
        for other in [owner, admin] {
            assert_eq!(told(&keys, other).await, []);
        }
        handed("New").await;
        let made = Notice::KeyMade { by: by(), key: "New".to_owned(), waits: true };
        assert_eq!(told(&keys, member).await, [made]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_keys_that_a_shorter_life_ended_is_told_how_many() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        for (who, name) in [(member, "One"), (member, "Two"), (member, "Three"), (admin, "Theirs")]
        {
            keys.make(who, name).await;
        }
        let revoked = keys.make(member, "Revoked").await.id;
        keys.revoke(revoked).await.unwrap();
        assert_eq!(told(&keys, member).await.len(), 1, "of what was revoked");
        keys.core.clock.advance(40 * DAY);
        keys.make(owner, "Ends sooner, and works").await;
        for _ in 0..2 {
            let input = SetKeyRules {
                company,
                longest_days: "30".to_owned(),
                unused_days: String::new(),
                addresses: String::new(),
                makers: "owners_and_admins".to_owned(),
                must_accept: String::new(),
            };
            // The second time nothing ends.
            keys.policies.set_key_rules(owner.actor, input).await.unwrap();
        }
        let ended = |count| [Notice::KeysEnded { by: "Owner Lumen".to_owned(), count }];
        assert_eq!(told(&keys, member).await, ended(3));
        assert_eq!(told(&keys, admin).await, ended(1));
        assert_eq!(told(&keys, owner).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_ends_for_want_of_use_is_told_to_its_person() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        keys.make(member, "Idle").await;
        let input = SetKeyRules {
            company,
            longest_days: String::new(),
            unused_days: "10".to_owned(),
            addresses: String::new(),
            makers: "owners_and_admins".to_owned(),
            must_accept: String::new(),
        };
        keys.policies.set_key_rules(owner.actor, input).await.unwrap();
        keys.core.clock.advance(11 * DAY);
        assert_eq!(unused_keys::revoke_unused(&keys.core).await.unwrap(), 1);
        assert_eq!(told(&keys, member).await, [Notice::KeyEndedUnused { key: "Idle".to_owned() }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_here_already_is_told_of_an_invitation_elsewhere() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let team = TeamService::new(keys.core.clone());
        let email = format!("{}@example.com", keys.company.member.actor.user.as_uuid());
        for _ in 0..2 {
            let role = Role::Member.as_str().to_owned();
            let input = Invite { company: other.id, email: email.clone(), role };
            team.invite(other.owner.actor, input).await.unwrap();
        }
        let (by, company) = ("Owner Other".to_owned(), "Other".to_owned());
        assert_eq!(told(&keys, keys.company.member).await, [Notice::Invited { by, company }]);
        assert_eq!(told(&keys, keys.company.owner).await, []);
    })
    .await;
}
