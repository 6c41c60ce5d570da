//! Keys that are handed over by a link: only their person gets them, once, within 72 hours, and only as long as
//! whoever made the link could still make it. On both databases.

use std::sync::Arc;

use app::backend::{ApiKeys as _, Notices as _, Policies as _, Team as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use server::{
    entities::{api_key, audit_entry, key_handover},
    services::{housekeeping, notices::NoticesService, team::TeamService, unused_keys},
};
use shared::{
    Error,
    api_key::{ApiKeyView, CreateApiKey, Expiry, GeneratedKey, ListApiKeys},
    error::{Field, Problem},
    handover::{HandOverKey, HandoverLink, LIFETIME, PickUpKey, RenewHandover, WithdrawHandover},
    id::{ApiKeyId, HandoverId, RequestId},
    key_change::{Grace, ReduceApiKey, RotateApiKey},
    key_page::KeyEvent,
    key_rules::SetKeyRules,
    member::{ChangeRole, RemoveMember},
    notice::Notice,
    permission::PermissionSet,
    role::Role,
    time::{DAY, HOUR, SECOND},
};

use crate::support::{
    core::{Company, NOW, Person, for_both_databases},
    keys::Keys,
};

const BASE: &str = "https://mcp.example.com/pick-up/";

fn request(keys: &Keys) -> RequestId {
    RequestId::from_uuid(keys.core.clock.uuid(&keys.core.entropy))
}

fn set(names: &str) -> PermissionSet {
    names.parse().unwrap()
}

fn wish(keys: &Keys, person: Person) -> HandOverKey {
    HandOverKey {
        company: keys.company.id,
        member: person.member,
        request: request(keys),
        name: "Cursor - Sales".to_owned(),
        permissions: PermissionSet::DEFAULT,
        expiry: Expiry::Never,
    }
}

async fn hand_over(keys: &Keys, who: Person, whom: Person) -> Result<HandoverLink, Error> {
    keys.service.hand_over(who.actor, wish(keys, whom)).await
}

fn token(link: &HandoverLink) -> String {
    link.url.strip_prefix(BASE).unwrap().to_owned()
}

async fn pick_up(keys: &Keys, who: Person, token: &str) -> Result<GeneratedKey, Error> {
    let input = PickUpKey { token: token.to_owned(), request: request(keys) };
    keys.service.pick_up(who.actor, input).await
}

async fn rotate(
    keys: &Keys,
    who: Person,
    key: ApiKeyId,
    grace: Grace,
) -> Result<HandoverLink, Error> {
    let input = RotateApiKey { company: keys.company.id, key, request: request(keys), grace };
    keys.service.rotate_by_link(who.actor, input).await
}

async fn view(keys: &Keys, id: ApiKeyId) -> ApiKeyView {
    let owner = keys.company.owner.actor;
    keys.service.detail(owner, keys.company.id, id).await.unwrap().key
}

async fn count_keys(keys: &Keys) -> u64 {
    api_key::Entity::find().count(keys.core.db.reader()).await.unwrap()
}

async fn actions(keys: &Keys) -> Vec<String> {
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::CompanyId.eq(keys.company.id.as_uuid()))
        .all(keys.core.db.reader())
        .await;
    let mut actions: Vec<_> = rows.unwrap().into_iter().map(|row| row.action).collect();
    actions.sort();
    actions
}

async fn told(keys: &Keys, who: Person) -> Vec<Notice> {
    let notices = NoticesService::new(keys.core.clone());
    let all = notices.open(who.actor, keys.company.id, None).await.unwrap().notices;
    all.into_iter().map(|one| one.notice).collect()
}

async fn promote(keys: &Keys, who: Person, role: Role) {
    let company = keys.company.id;
    let input = ChangeRole { company, member: who.member, role: role.as_str().to_owned() };
    let team = TeamService::new(keys.core.clone());
    team.change_role(keys.company.owner.actor, input).await.unwrap();
}

async fn rules(keys: &Keys, makers: &str, longest_days: &str, must_accept: &str) {
    let wanted = SetKeyRules {
        makers: makers.to_owned(),
        longest_days: longest_days.to_owned(),
        must_accept: must_accept.to_owned(),
        ..no_rules(keys)
    };
    keys.policies.set_key_rules(keys.company.owner.actor, wanted).await.unwrap();
}

fn no_rules(keys: &Keys) -> SetKeyRules {
    SetKeyRules {
        company: keys.company.id,
        longest_days: String::new(),
        unused_days: String::new(),
        addresses: String::new(),
        makers: "owners_and_admins".to_owned(),
        must_accept: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_makes_a_key_once_for_its_person_alone() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let link = hand_over(&keys, owner, member).await.unwrap();
        assert_eq!((link.name.as_str(), link.person.as_str()), ("Cursor - Sales", "Member Lumen"));
        assert_eq!(count_keys(&keys).await, 0, "nothing is made before it is asked for");
        let by = || "Owner Lumen".to_owned();
        let key = || "Cursor - Sales".to_owned();
        assert_eq!(told(&keys, member).await, [Notice::KeyPrepared { by: by(), key: key() }]);
        let token = token(&link);
        let rows = key_handover::Entity::find().all(keys.core.db.reader()).await.unwrap();
        assert!(!rows[0].token_hash.windows(8).any(|part| token.as_bytes().starts_with(part)));

        // Whoever else has the link has nothing: not even its maker learns what is behind it.
        let other = Company::found(&keys.core, "Other").await;
        for stranger in [owner, admin, other.owner, other.member] {
            let preview = keys.service.pick_up_preview(stranger.actor, token.clone()).await;
            assert_eq!(preview, Err(Error::NotFound));
            assert_eq!(pick_up(&keys, stranger, &token).await, Err(Error::NotFound));
        }
        for garbage in ["", "x", &token[1..], &"A".repeat(43)] {
            assert_eq!(pick_up(&keys, member, garbage).await, Err(Error::NotFound));
        }

        let preview = keys.service.pick_up_preview(member.actor, token.clone()).await.unwrap();
        assert_eq!((preview.company.as_str(), preview.made_by), ("Lumen", by()));
        assert_eq!(preview.permissions, PermissionSet::DEFAULT);
        assert_eq!(preview.expires.at, NOW.plus(LIFETIME));
        let made = pick_up(&keys, member, &token).await.unwrap();
        assert_eq!((made.name.as_str(), made.person.as_str()), ("Cursor - Sales", "Member Lumen"));
        let principal = keys.verify(&made.key).await.unwrap();
        assert_eq!((principal.member, principal.permissions), (member.member, preview.permissions));
        let row = api_key::Entity::find().one(keys.core.db.reader()).await.unwrap().unwrap();
        assert_eq!(row.created_by, owner.member.as_uuid(), "the key tells who prepared it");
        let person = "Member Lumen".to_owned();
        assert_eq!(told(&keys, owner).await, [Notice::KeyPickedUp { person, key: key() }]);
        assert_eq!(actions(&keys).await, ["api_key.created", "key_handover.made"]);
        let detail = keys.service.detail(member.actor, keys.company.id, made.id).await.unwrap();
        assert_eq!(detail.trail[0].what, KeyEvent::PickedUp);

        assert_eq!(pick_up(&keys, member, &token).await, Err(Error::HandoverEnded));
        let again = keys.service.pick_up_preview(member.actor, token.clone()).await;
        assert_eq!(again, Err(Error::HandoverEnded));
        assert_eq!(pick_up(&keys, owner, &token).await, Err(Error::NotFound));
        assert_eq!(count_keys(&keys).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_pick_up_at_once_one_gets_the_key() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let Company { owner, member, .. } = keys.company;
        let token = token(&hand_over(&keys, owner, member).await.unwrap());
        let same = request(&keys);
        let tasks: Vec<_> = (0..8)
            .map(|at| {
                let (keys, token) = (keys.clone(), token.clone());
                let request = if at % 2 == 0 { same } else { request(&keys) };
                tokio::spawn(async move {
                    keys.service.pick_up(member.actor, PickUpKey { token, request }).await
                })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                Err(Error::AlreadyGenerated | Error::HandoverEnded) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((made, count_keys(&keys).await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_has_one_link() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let input = wish(&keys, member);
        let lost = keys.service.hand_over(owner.actor, input.clone()).await.unwrap();
        // Nobody has seen the first: it ends, and the second is for the same key.
        let again = keys.service.hand_over(owner.actor, input.clone()).await.unwrap();
        assert_eq!(again.handover, lost.handover);
        assert_eq!(key_handover::Entity::find().count(keys.core.db.reader()).await.unwrap(), 1);
        let ended = pick_up(&keys, member, &token(&lost)).await;
        assert_eq!(ended.unwrap_err(), Error::NotFound);

        // Another wish under the same request is none of it, nor is one of somebody else.
        let other = HandOverKey { name: "Another".to_owned(), ..input.clone() };
        let refused = keys.service.hand_over(owner.actor, other).await;
        assert_eq!(refused.unwrap_err(), Error::AlreadyGenerated);
        let refused = keys.service.hand_over(keys.company.admin.actor, input.clone()).await;
        assert_eq!(refused.unwrap_err(), Error::AlreadyGenerated);

        // What was picked up is over.
        pick_up(&keys, member, &token(&again)).await.unwrap();
        let late = keys.service.hand_over(owner.actor, input).await;
        assert_eq!(late.unwrap_err(), Error::AlreadyGenerated);
        assert_eq!(count_keys(&keys).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_over_after_72_hours_and_is_forgotten_later() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let late = hand_over(&keys, owner, member).await.unwrap();
        let in_time = hand_over(&keys, owner, member).await.unwrap();
        keys.core.clock.advance(LIFETIME - SECOND);
        assert!(pick_up(&keys, member, &token(&in_time)).await.is_ok());
        keys.core.clock.advance(SECOND);
        assert_eq!(pick_up(&keys, member, &token(&late)).await, Err(Error::HandoverEnded));
        let waiting = keys.service.handovers(owner.actor, keys.company.id).await.unwrap();
        assert_eq!(waiting.len(), 1, "what was picked up waits no more");
        assert!(waiting[0].ended && waiting[0].may_renew);
        housekeeping::run(&keys.core).await.unwrap();
        assert_eq!(key_handover::Entity::find().count(keys.core.db.reader()).await.unwrap(), 2);
        keys.core.clock.advance(31 * DAY);
        housekeeping::run(&keys.core).await.unwrap();
        assert_eq!(key_handover::Entity::find().count(keys.core.db.reader()).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_its_makers_standing() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, admin, member, .. } = keys.company;
        let ended = async |link: &HandoverLink| {
            assert_eq!(pick_up(&keys, member, &token(link)).await, Err(Error::HandoverEnded));
        };
        let by_admin = hand_over(&keys, admin, member).await.unwrap();
        rules(&keys, "owners", "", "").await;
        ended(&by_admin).await;
        rules(&keys, "owners_and_admins", "", "").await;
        promote(&keys, admin, Role::Member).await;
        ended(&by_admin).await;
        let waiting = keys.service.handovers(owner.actor, keys.company.id).await.unwrap();
        assert!(waiting[0].ended);
        promote(&keys, admin, Role::Admin).await;
        // An admin makes no key for an owner.
        promote(&keys, member, Role::Owner).await;
        ended(&by_admin).await;
        promote(&keys, member, Role::Member).await;
        assert!(keys.service.pick_up_preview(member.actor, token(&by_admin)).await.is_ok());

        let team = TeamService::new(keys.core.clone());
        let (company, revoke_seen) = (keys.company.id, String::new());
        let input = RemoveMember { company, member: admin.member, revoke_seen };
        team.remove_member(owner.actor, input).await.unwrap();
        ended(&by_admin).await;
        assert_eq!(keys.service.handovers(owner.actor, keys.company.id).await.unwrap(), []);
        assert_eq!(count_keys(&keys).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_removed_picks_nothing_up() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let link = hand_over(&keys, owner, member).await.unwrap();
        let team = TeamService::new(keys.core.clone());
        let (company, revoke_seen) = (keys.company.id, String::new());
        let input = RemoveMember { company, member: member.member, revoke_seen };
        team.remove_member(owner.actor, input).await.unwrap();
        assert_eq!(pick_up(&keys, member, &token(&link)).await, Err(Error::NotFound));
        assert_eq!(keys.service.handovers(owner.actor, keys.company.id).await.unwrap(), []);
        let gone = hand_over(&keys, owner, member).await.map(|_| ());
        assert_eq!(gone, Err(Error::NotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policies_of_the_day_on_which_it_is_picked_up_hold() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        let first = hand_over(&keys, owner, member).await.unwrap();
        let second = hand_over(&keys, owner, member).await.unwrap();
        keys.limit_members(&["query", "write"]).await;
        rules(&keys, "owners_and_admins", "30", "on").await;
        let preview = keys.service.pick_up_preview(member.actor, token(&first)).await.unwrap();
        assert_eq!(preview.permissions, set("query"));
        // What nothing is left of is said to be over, as its person will read.
        let ended = async || {
            let waiting = keys.service.handovers(owner.actor, keys.company.id).await.unwrap();
            waiting.iter().map(|one| one.ended).collect::<Vec<_>>()
        };
        keys.limit_members(&["workflow"]).await;
        assert_eq!(ended().await, [true, true]);
        let refused = keys.service.pick_up_preview(member.actor, token(&first)).await;
        assert_eq!(refused.map(|_| ()), Err(Error::HandoverEnded));
        keys.limit_members(&["query", "write"]).await;
        assert_eq!(ended().await, [false, false]);
        assert_eq!(preview.ends.unwrap().at, NOW.plus(30 * DAY));
        let made = pick_up(&keys, member, &token(&first)).await.unwrap();
        // A company whose keys wait for their person has had its answer: the person asked for it.
        assert_eq!(keys.verify(&made.key).await.unwrap().permissions, set("query"));
        let page = keys.service.list(member.actor, keys.company.id, ListApiKeys::default()).await;
        let key = page.unwrap().keys.remove(0);
        assert_eq!((key.permissions, key.waits), (set("query"), false));
        assert_eq!(key.expires.unwrap().at, NOW.plus(30 * DAY));

        keys.limit_members(&["write"]).await;
        assert_eq!(pick_up(&keys, member, &token(&second)).await, Err(Error::HandoverEnded));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_at_its_field_and_nothing_is_kept() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { owner, member, .. } = keys.company;
        keys.limit_members(&["query"]).await;
        let input =
            HandOverKey { name: " ".to_owned(), expiry: Expiry::Days(0), ..wish(&keys, member) };
        let error = keys.service.hand_over(owner.actor, input).await.unwrap_err();
        assert_eq!(error.problem_of(Field::KeyName), Some(Problem::Required));
        assert_eq!(error.problem_of(Field::Permissions), Some(Problem::AboveCeiling));
        assert_eq!(error.problem_of(Field::Expiry), Some(Problem::InThePast));
        assert_eq!(key_handover::Entity::find().count(keys.core.db.reader()).await.unwrap(), 0);
        assert_eq!(told(&keys, member).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_ends_the_old_one_and_a_withdrawn_one_is_over() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        let old = hand_over(&keys, owner, member).await.unwrap();
        let handover = old.handover;
        keys.core.clock.advance(2 * DAY);
        let new =
            keys.service.renew_handover(admin.actor, RenewHandover { company, handover }).await;
        let new = new.unwrap();
        assert_eq!(pick_up(&keys, member, &token(&old)).await, Err(Error::NotFound));
        let waiting = keys.service.handovers(member.actor, company).await.unwrap();
        assert_eq!(waiting[0].expires.at, NOW.plus(2 * DAY + LIFETIME));
        assert!(waiting[0].is_own && !waiting[0].may_renew && !waiting[0].ended);

        let input = WithdrawHandover { company, handover };
        assert_eq!(keys.service.withdraw_handover(owner.actor, input).await, Ok(()));
        assert_eq!(pick_up(&keys, member, &token(&new)).await, Err(Error::HandoverEnded));
        let again = keys.service.withdraw_handover(owner.actor, input).await;
        assert_eq!(again, Err(Error::NotFound));
        let renewed = keys.service.renew_handover(owner.actor, RenewHandover { company, handover });
        assert_eq!(renewed.await.unwrap_err(), Error::NotFound);
        let done = ["key_handover.made", "key_handover.renewed", "key_handover.withdrawn"];
        assert_eq!(actions(&keys).await, done);
        assert_eq!(keys.service.handovers(owner.actor, company).await.unwrap(), []);
        assert_eq!(count_keys(&keys).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_hand_over_see_renew_and_withdraw_is_the_rule_table() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let Company { id: company, owner, admin, member } = keys.company;
        let second = Person::join(&keys.core, company, "Second Lumen", Role::Member).await;
        for (who, whom, expected) in [
            (owner, admin, Ok(())),
            (owner, owner, Err(Error::Forbidden)),
            (admin, member, Ok(())),
            (admin, owner, Err(Error::Forbidden)),
            (member, second, Err(Error::Forbidden)),
            (member, member, Err(Error::Forbidden)),
            (other.owner, member, Err(Error::NotFound)),
            (owner, other.member, Err(Error::NotFound)),
        ] {
            assert_eq!(hand_over(&keys, who, whom).await.map(|_| ()), expected);
        }
        rules(&keys, "nobody", "", "").await;
        assert_eq!(hand_over(&keys, owner, admin).await.map(|_| ()), Err(Error::Forbidden));
        rules(&keys, "owners_and_admins", "", "").await;

        let for_owner = {
            let boss = Person::join(&keys.core, company, "Boss Lumen", Role::Owner).await;
            hand_over(&keys, owner, boss).await.unwrap().handover
        };
        let for_member = hand_over(&keys, owner, member).await.unwrap().handover;
        let renew = async |who: Person, handover: HandoverId| {
            let input = RenewHandover { company, handover };
            keys.service.renew_handover(who.actor, input).await.map(|_| ())
        };
        assert_eq!(renew(admin, for_owner).await, Err(Error::Forbidden));
        assert_eq!(renew(member, for_member).await, Err(Error::Forbidden));
        assert_eq!(renew(second, for_member).await, Err(Error::NotFound));
        assert_eq!(renew(other.owner, for_member).await, Err(Error::NotFound));
        assert_eq!(renew(admin, for_member).await, Ok(()));

        let seen = async |who: Person| {
            keys.service.handovers(who.actor, company).await.map(|rows| rows.len())
        };
        // The first two of the table above wait as well.
        assert_eq!(seen(owner).await, Ok(4));
        assert_eq!(seen(admin).await, Ok(4));
        assert_eq!(seen(member).await, Ok(2));
        assert_eq!(seen(second).await, Ok(0));
        assert_eq!(seen(other.owner).await, Err(Error::NotFound));

        let withdraw = async |who: Person, handover: HandoverId| {
            let input = WithdrawHandover { company, handover };
            keys.service.withdraw_handover(who.actor, input).await
        };
        assert_eq!(withdraw(second, for_member).await, Err(Error::NotFound));
        assert_eq!(withdraw(other.owner, for_member).await, Err(Error::NotFound));
        assert_eq!(withdraw(member, for_member).await, Ok(()), "one may decline");
        assert_eq!(withdraw(admin, for_owner).await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_rotated_by_a_link_ends_with_its_grace_and_its_person_picks_the_new_one_up() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        let wanted = CreateApiKey { expiry: Expiry::Days(90), ..keys.wish(member, "Cursor") };
        let old = keys.service.create(member.actor, wanted).await.unwrap();
        let link = rotate(&keys, owner, old.id, Grace::Hour).await.unwrap();
        assert_eq!((link.name.as_str(), link.person.as_str()), ("Cursor", "Member Lumen"));
        assert_eq!(count_keys(&keys).await, 1, "nothing is made before it is asked for");
        let (by, key) = ("Owner Lumen".to_owned(), "Cursor".to_owned());
        assert_eq!(told(&keys, member).await, [Notice::KeyPrepared { by, key }]);
        let done = ["api_key.created", "api_key.rotated", "key_handover.made"];
        assert_eq!(actions(&keys).await, done);
        let waiting = keys.service.handovers(owner.actor, company).await.unwrap();
        assert_eq!(waiting.iter().map(|one| one.handover).collect::<Vec<_>>(), [link.handover]);

        let retiring = view(&keys, old.id).await;
        assert_eq!(retiring.expires.unwrap().at, NOW.plus(HOUR));
        assert_eq!(retiring.rotated.unwrap().successor, None);
        assert!(!retiring.may_rotate);
        let again = rotate(&keys, owner, old.id, Grace::Week).await;
        assert_eq!(again.unwrap_err(), Error::KeyRotated);
        keys.core.clock.advance(HOUR - 1);
        assert!(keys.verify(&old.key).await.is_ok());
        keys.core.clock.advance(1);
        assert!(keys.verify(&old.key).await.is_err(), "whether or not the new one was picked up");

        for stranger in [owner, admin] {
            assert_eq!(pick_up(&keys, stranger, &token(&link)).await, Err(Error::NotFound));
        }
        let new = pick_up(&keys, member, &token(&link)).await.unwrap();
        assert_eq!(keys.verify(&new.key).await.unwrap().permissions, PermissionSet::DEFAULT);
        // It lives as long as the old one was made to live, from now on.
        assert_eq!(view(&keys, new.id).await.expires.unwrap().at, NOW.plus(HOUR + 90 * DAY));
        assert_eq!(view(&keys, old.id).await.rotated.unwrap().successor, Some(new.id));
        let (person, key) = ("Member Lumen".to_owned(), "Cursor".to_owned());
        assert_eq!(told(&keys, owner).await, [Notice::KeyPickedUp { person, key }]);
        let detail = keys.service.detail(member.actor, company, new.id).await.unwrap();
        assert_eq!(detail.trail[0].what, KeyEvent::PickedUp);
        assert_eq!(pick_up(&keys, member, &token(&link)).await, Err(Error::HandoverEnded));
        assert!(keys.verify(&old.key).await.is_err());
        assert_eq!(count_keys(&keys).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_rotation_has_one_link_that_works() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let (old, other) = (keys.make(member, "Cursor").await, keys.make(member, "Other").await);
        let input =
            RotateApiKey { company, key: old.id, request: request(&keys), grace: Grace::None };
        let lost = keys.service.rotate_by_link(owner.actor, input.clone()).await.unwrap();
        assert!(keys.verify(&old.key).await.is_err());
        let again = keys.service.rotate_by_link(owner.actor, input.clone()).await.unwrap();
        assert_eq!(again.handover, lost.handover);
        assert_eq!(pick_up(&keys, member, &token(&lost)).await, Err(Error::NotFound));

        let refused =
            async |input| keys.service.rotate_by_link(owner.actor, input).await.unwrap_err();
        let of_another = RotateApiKey { key: other.id, ..input.clone() };
        assert_eq!(refused(of_another).await, Error::AlreadyGenerated);
        pick_up(&keys, member, &token(&again)).await.unwrap();
        assert_eq!(refused(input).await, Error::AlreadyGenerated);
        assert!(keys.verify(&other.key).await.is_ok());
        assert_eq!(count_keys(&keys).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_rotate_by_a_link_at_once_one_link_works() {
    for_both_databases(async |url| {
        let keys = Arc::new(Keys::on(url).await);
        let Company { id: company, owner, member, .. } = keys.company;
        let key = keys.make(member, "Cursor").await.id;
        let same = request(&keys);
        let tasks: Vec<_> = (0..8)
            .map(|at| {
                let keys = keys.clone();
                let request = if at % 2 == 0 { same } else { request(&keys) };
                let input = RotateApiKey { company, key, request, grace: Grace::Day };
                tokio::spawn(async move { keys.service.rotate_by_link(owner.actor, input).await })
            })
            .collect();
        let mut links = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Ok(link) => links.push(link),
                Err(Error::KeyRotated) => {}
                Err(other) => panic!("{other}"),
            }
        }
        let rotated = actions(&keys).await.iter().filter(|one| *one == "api_key.rotated").count();
        assert_eq!(rotated, 1);
        let mut made = 0;
        for link in &links {
            made += u8::from(pick_up(&keys, member, &token(link)).await.is_ok());
        }
        assert_eq!((made, count_keys(&keys).await), (1, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_hand_over_rotates_nothing_by_a_link() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let other = Company::found(&keys.core, "Other").await;
        let Company { owner, admin, member, .. } = keys.company;
        for (who, whose, expected) in [
            (owner, admin, Ok(())),
            (admin, member, Ok(())),
            (admin, owner, Err(Error::Forbidden)),
            (owner, owner, Err(Error::Forbidden)),
            (member, member, Err(Error::Forbidden)),
            (member, owner, Err(Error::NotFound)),
            (other.owner, member, Err(Error::NotFound)),
        ] {
            let key = keys.make(whose, "Cursor").await;
            assert_eq!(rotate(&keys, who, key.id, Grace::None).await.map(|_| ()), expected);
            assert_eq!(keys.verify(&key.key).await.is_ok(), expected.is_err());
        }
        let key = keys.make(member, "Cursor").await;
        rules(&keys, "nobody", "", "").await;
        let refused = rotate(&keys, owner, key.id, Grace::None).await;
        assert_eq!(refused.unwrap_err(), Error::Forbidden);
        rules(&keys, "owners_and_admins", "", "").await;
        // Nothing would be left of it.
        keys.limit_members(&["write"]).await;
        let refused = rotate(&keys, owner, key.id, Grace::None).await.unwrap_err();
        assert_eq!(refused.problem_of(Field::Permissions), Some(Problem::AboveCeiling));
        keys.limit_members(&["query"]).await;
        assert!(keys.verify(&key.key).await.is_ok());
        assert_eq!(key_handover::Entity::find().count(keys.core.db.reader()).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_rotation_lapses_and_obeys_the_policies_as_any_other() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let old = keys.make(member, "Cursor").await;
        let link = rotate(&keys, owner, old.id, Grace::Week).await.unwrap();
        keys.core.clock.advance(LIFETIME);
        assert_eq!(pick_up(&keys, member, &token(&link)).await, Err(Error::HandoverEnded));
        assert!(keys.verify(&old.key).await.is_ok(), "the old one has its week");

        rules(&keys, "owners_and_admins", "30", "on").await;
        keys.limit_members(&["query"]).await;
        let input = RenewHandover { company, handover: link.handover };
        let link = keys.service.renew_handover(owner.actor, input).await.unwrap();
        let new = pick_up(&keys, member, &token(&link)).await.unwrap();
        // Where keys wait for their person, this one has been asked for by them.
        assert_eq!(keys.verify(&new.key).await.unwrap().permissions, set("query"));
        let shown = view(&keys, new.id).await;
        assert_eq!((shown.permissions, shown.waits), (set("query"), false));
        assert_eq!(shown.expires.unwrap().at, NOW.plus(LIFETIME + 30 * DAY));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_from_a_key_since_its_rotation_is_not_in_the_one_that_its_link_gives() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let reduced = async |left: &str| {
            let permissions = set("query read write execute");
            let wanted = CreateApiKey { permissions, ..keys.wish(member, "Cursor") };
            let key = keys.service.create(member.actor, wanted).await.unwrap().id;
            let link = rotate(&keys, owner, key, Grace::Week).await.unwrap();
            let remove = permissions.without(set(left)).iter().map(|one| one.to_string());
            let input = ReduceApiKey { company, key, remove: remove.collect() };
            keys.service.reduce(owner.actor, input).await.unwrap();
            link
        };
        let waiting = async || keys.service.handovers(owner.actor, company).await.unwrap();
        let new_link = async |link: &HandoverLink| {
            let input = RenewHandover { company, handover: link.handover };
            keys.service.renew_handover(owner.actor, input).await.unwrap()
        };

        // A new link carries it on no more than the first.
        for is_renewed in [false, true] {
            let mut link = reduced("query read").await;
            if is_renewed {
                link = new_link(&link).await;
            }
            assert_eq!(waiting().await[0].permissions, set("query read"));
            let token = token(&link);
            let preview = keys.service.pick_up_preview(member.actor, token.clone()).await.unwrap();
            assert_eq!(preview.permissions, set("query read"));
            let new = pick_up(&keys, member, &token).await.unwrap();
            assert_eq!(keys.verify(&new.key).await.unwrap().permissions, set("query read"));
            assert_eq!(view(&keys, new.id).await.permissions, set("query read"));
        }

        // Nothing is left under this ceiling, and something again under another.
        let link = reduced("query").await;
        keys.limit_members(&["read", "write"]).await;
        let preview = keys.service.pick_up_preview(member.actor, token(&link)).await;
        assert_eq!(preview, Err(Error::HandoverEnded));
        assert_eq!(pick_up(&keys, member, &token(&link)).await, Err(Error::HandoverEnded));
        let row = waiting().await.remove(0);
        assert!(row.ended && row.may_renew);
        keys.limit_members(&["query", "write"]).await;
        let link = new_link(&link).await;
        let new = pick_up(&keys, member, &token(&link)).await.unwrap();
        assert_eq!(keys.verify(&new.key).await.unwrap().permissions, set("query"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_when_somebody_revokes_the_key_that_was_rotated_for_it() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, member, .. } = keys.company;
        let rotated = async |grace: Grace| {
            let key = keys.make(member, "Cursor").await;
            (key.id, rotate(&keys, owner, key.id, grace).await.unwrap())
        };
        let (key, link) = rotated(Grace::Week).await;
        let before = count_keys(&keys).await;
        assert!(keys.service.pick_up_preview(member.actor, token(&link)).await.is_ok());
        keys.core.clock.advance(HOUR);
        keys.revoke(key).await.unwrap();
        let preview = keys.service.pick_up_preview(member.actor, token(&link)).await;
        assert_eq!(preview, Err(Error::HandoverEnded));
        assert_eq!(pick_up(&keys, member, &token(&link)).await, Err(Error::HandoverEnded));
        // No other link is offered, and none brings it back.
        let row = keys.service.handovers(owner.actor, company).await.unwrap().remove(0);
        assert!(row.ended && !row.may_renew && row.may_withdraw);
        assert_eq!(row.permissions, PermissionSet::EMPTY);
        let handover = link.handover;
        let renewed = keys.service.renew_handover(owner.actor, RenewHandover { company, handover });
        assert_eq!(renewed.await.unwrap_err(), Error::HandoverEnded);
        assert_eq!(count_keys(&keys).await, before);
        let withdraw = WithdrawHandover { company, handover };
        keys.service.withdraw_handover(owner.actor, withdraw).await.unwrap();

        // A rotation without grace revokes the key by itself, whenever the link is used, and replaced.
        let (_, link) = rotated(Grace::None).await;
        keys.core.clock.advance(HOUR);
        let handover = link.handover;
        let renewed = keys.service.renew_handover(owner.actor, RenewHandover { company, handover });
        assert!(pick_up(&keys, member, &token(&renewed.await.unwrap())).await.is_ok());

        // The policy about unused keys is nobody who revokes.
        let key = keys.make(member, "Unused").await.id;
        let unused = SetKeyRules { unused_days: "10".to_owned(), ..no_rules(&keys) };
        keys.policies.set_key_rules(owner.actor, unused).await.unwrap();
        keys.core.clock.advance(9 * DAY);
        let link = rotate(&keys, owner, key, Grace::Week).await.unwrap();
        keys.core.clock.advance(2 * DAY);
        assert!(unused_keys::revoke_unused(&keys.core).await.unwrap() > 0);
        let row = api_key::Entity::find_by_id(key.as_uuid()).one(keys.core.db.reader()).await;
        assert!(row.unwrap().unwrap().revoked_at.is_some());
        assert!(pick_up(&keys, member, &token(&link)).await.is_ok());
    })
    .await;
}
