//! Members and invitations: who may, who may not, and two at once.

use app::backend::{Actor, ApiKeys as _, Team as _};
use sea_orm::{ActiveValue::Set, EntityTrait as _, PaginatorTrait as _};
use serde_json::Value;
use server::{
    entities::{api_key, audit_entry, membership, odoo_account, odoo_connection, pepper},
    services::{Core, team::TeamService},
    store::{audit_entries::REVOKED_WITH_PERSON, memberships},
};
use shared::{
    Error,
    api_key::By,
    error::{Field, Problem},
    id::{ApiKeyId, CompanyId, InvitationId, MemberId},
    key_page::KeyEvent,
    member::{
        ChangeRole, InvitationLink, Invite, RemoveMember, RenewInvitation, WithdrawInvitation,
    },
    role::Role,
    time::{DAY, MINUTE, SECOND},
};
use uuid::Uuid;

use crate::support::{
    app::{TestApp, Who},
    core::{Company, Person, core_on, for_both_databases},
    keys::Keys,
};

/// A team under test, and another company whose ids must open nothing.
struct House {
    core: Core,
    team: TeamService,
    ours: Company,
    theirs: Company,
}

impl House {
    async fn open(url: &str) -> Self {
        let core = core_on(url).await;
        let ours = Company::found(&core, "Nordwind").await;
        let theirs = Company::found(&core, "Suedwind").await;
        Self { team: TeamService::new(core.clone()), core, ours, theirs }
    }

    async fn small(folder: &tempfile::TempDir) -> Self {
        Self::open(&format!("sqlite:{}", folder.path().join("aidoo.db").display())).await
    }

    async fn change(&self, who: Person, whom: MemberId, role: Role) -> Result<(), Error> {
        self.team.change_role(who.actor, change_role(self.ours.id, whom, role.as_str())).await
    }

    async fn remove(&self, who: Person, whom: MemberId) -> Result<(), Error> {
        self.team.remove_member(who.actor, remove(self.ours.id, whom)).await
    }

    async fn invite(&self, who: Person, email: &str, role: Role) -> Result<InvitationLink, Error> {
        self.team.invite(who.actor, invite(self.ours.id, email, role.as_str())).await
    }

    async fn role_of(&self, person: Person) -> Option<Role> {
        let member = memberships::get(self.core.db.reader(), self.ours.id, person.member).await;
        member.ok().map(|member| member.role)
    }

    async fn audited(&self, action: &str) -> usize {
        let rows = audit_entry::Entity::find().all(self.core.db.reader()).await.unwrap();
        rows.iter().filter(|row| row.action == action).count()
    }
}

fn change_role(company: CompanyId, member: MemberId, role: &str) -> ChangeRole {
    ChangeRole { company, member, role: role.to_owned() }
}

fn remove(company: CompanyId, member: MemberId) -> RemoveMember {
    RemoveMember { company, member, revoke_seen: String::new() }
}

fn invite(company: CompanyId, email: &str, role: &str) -> Invite {
    Invite { company, email: email.to_owned(), role: role.to_owned() }
}

#[tokio::test]
async fn the_team_is_seen_by_its_own_people_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { id, owner, member, .. } = house.ours;
    Person::join(&house.core, id, "anna", Role::Member).await;
    house.invite(owner, "new@nordwind.example", Role::Admin).await.unwrap();

    let view = house.team.team(owner.actor, id).await.unwrap();
    let names: Vec<&str> = view.members.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Owner Nordwind", "Admin Nordwind", "anna", "Member Nordwind"]);
    assert_eq!(view.owners, 1);
    assert_eq!(view.invitations.len(), 1);
    assert_eq!(view.invitations[0].expires.at.since(view.invitations[0].invited.at), 7 * DAY);
    assert!(view.members.iter().all(|one| one.live_keys == Some(0) && !one.odoo_linked));

    let view = house.team.team(member.actor, id).await.unwrap();
    assert!(view.invitations.is_empty(), "invitations are for those who may invite");
    for one in &view.members {
        assert_eq!(one.is_viewer, one.member == member.member);
        assert_eq!(one.live_keys, one.is_viewer.then_some(0), "others' keys are hidden");
    }
}

#[tokio::test]
async fn another_companys_ids_are_answered_like_ids_that_never_were() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let link = house.invite(house.ours.owner, "new@nordwind.example", Role::Member).await.unwrap();
    let stranger = house.theirs.owner.actor;
    let nobody = MemberId::from_uuid(Uuid::from_u128(1));
    let nowhere = CompanyId::from_uuid(Uuid::from_u128(2));

    for company in [house.ours.id, nowhere] {
        let answers =
            everything(&house.team, stranger, company, house.ours.member.member, link.invitation)
                .await;
        assert!(answers.iter().all(|one| *one == Some(Error::NotFound)), "{answers:?}");
    }
    // In one's own company, another company's member and invitation are as unknown as nobody's.
    for member in [house.theirs.member.member, nobody] {
        assert_eq!(house.change(house.ours.owner, member, Role::Admin).await, Err(Error::NotFound));
        assert_eq!(house.remove(house.ours.owner, member).await, Err(Error::NotFound));
    }
    for invitation in [link.invitation, InvitationId::from_uuid(Uuid::from_u128(3))] {
        let company = house.theirs.id;
        let renew =
            house.team.renew_invitation(stranger, RenewInvitation { company, invitation }).await;
        assert_eq!(renew.err(), Some(Error::NotFound));
        let withdraw = house
            .team
            .withdraw_invitation(stranger, WithdrawInvitation { company, invitation })
            .await;
        assert_eq!(withdraw.err(), Some(Error::NotFound));
    }
    assert_eq!(house.role_of(house.ours.member).await, Some(Role::Member));
}

/// What each call of the port answers.
async fn everything(
    team: &TeamService,
    actor: Actor,
    company: CompanyId,
    member: MemberId,
    invitation: InvitationId,
) -> Vec<Option<Error>> {
    vec![
        team.team(actor, company).await.err(),
        team.invite(actor, invite(company, "x@example.com", "member")).await.err(),
        team.invite(actor, invite(company, "no e-mail", "no role")).await.err(),
        team.renew_invitation(actor, RenewInvitation { company, invitation }).await.err(),
        team.withdraw_invitation(actor, WithdrawInvitation { company, invitation }).await.err(),
        team.change_role(actor, change_role(company, member, "admin")).await.err(),
        team.remove_member(actor, remove(company, member)).await.err(),
    ]
}

#[tokio::test]
async fn a_member_changes_nothing_but_may_leave() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { id, owner, admin, member } = house.ours;
    let link = house.invite(owner, "new@nordwind.example", Role::Member).await.unwrap();
    let answers = everything(&house.team, member.actor, id, admin.member, link.invitation).await;
    assert_eq!(answers[0], None, "the team is seen");
    assert!(answers[1..].iter().all(|one| *one == Some(Error::Forbidden)), "{answers:?}");
    assert_eq!(house.change(member, member.member, Role::Owner).await, Err(Error::Forbidden));
    assert_eq!(house.change(member, member.member, Role::Member).await, Err(Error::Forbidden));

    house.remove(member, member.member).await.unwrap();
    assert_eq!(house.role_of(member).await, None);
    assert_eq!(house.audited("member.left").await, 1);
    assert_eq!(house.team.team(member.actor, id).await.err(), Some(Error::NotFound));
}

#[tokio::test]
async fn an_admin_touches_no_owner_and_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { owner, admin, member, id } = house.ours;
    assert_eq!(house.remove(admin, owner.member).await, Err(Error::Forbidden));
    for role in Role::ALL {
        assert_eq!(house.change(admin, owner.member, role).await, Err(Error::Forbidden));
    }
    assert_eq!(house.change(admin, member.member, Role::Owner).await, Err(Error::Forbidden));
    assert_eq!(house.change(admin, admin.member, Role::Owner).await, Err(Error::Forbidden));
    assert_eq!(
        house.invite(admin, "x@example.com", Role::Owner).await.err(),
        Some(Error::Forbidden)
    );

    // An owner's invitation of an owner is not an admin's to renew, withdraw or replace.
    let invitation = house.invite(owner, "boss@example.com", Role::Owner).await.unwrap().invitation;
    let company = id;
    let renew =
        house.team.renew_invitation(admin.actor, RenewInvitation { company, invitation }).await;
    assert_eq!(renew.err(), Some(Error::Forbidden));
    let withdraw = house
        .team
        .withdraw_invitation(admin.actor, WithdrawInvitation { company, invitation })
        .await;
    assert_eq!(withdraw.err(), Some(Error::Forbidden));
    let replace = house.invite(admin, "boss@example.com", Role::Member).await;
    assert_eq!(replace.err(), Some(Error::Forbidden));

    house.change(admin, member.member, Role::Admin).await.unwrap();
    assert_eq!(house.role_of(member).await, Some(Role::Admin));
    house.remove(admin, member.member).await.unwrap();
    assert_eq!(house.audited("member.role_changed").await, 1);
    assert_eq!(house.audited("member.removed").await, 1);
}

#[tokio::test]
async fn wrong_fields_are_told_and_members_are_not_invited_again() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { id, owner, member, .. } = house.ours;
    let error = house.team.invite(owner.actor, invite(id, "x", "king")).await.unwrap_err();
    assert_eq!(error.problem_of(Field::Email), Some(Problem::NotAnEmail));
    assert_eq!(error.problem_of(Field::Role), Some(Problem::Unknown));
    let error = house.team.change_role(owner.actor, change_role(id, member.member, "king")).await;
    assert_eq!(error, Err(Error::field(Field::Role, Problem::Unknown)));

    let view = house.team.team(owner.actor, id).await.unwrap();
    let email = &view.members.iter().find(|one| one.member == member.member).unwrap().email;
    let again = house.invite(owner, &email.to_uppercase(), Role::Member).await;
    assert_eq!(again.err(), Some(Error::AlreadyMember));
}

#[tokio::test]
async fn the_last_owner_neither_leaves_nor_steps_down() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { owner, admin, .. } = house.ours;
        assert_eq!(house.remove(owner, owner.member).await, Err(Error::LastOwner));
        assert_eq!(house.change(owner, owner.member, Role::Member).await, Err(Error::LastOwner));
        assert_eq!(house.change(owner, owner.member, Role::Owner).await, Ok(()), "no change");
        assert_eq!(house.audited("member.role_changed").await, 0);
        house.change(owner, admin.member, Role::Owner).await.unwrap();
        house.remove(owner, owner.member).await.unwrap();
        assert_eq!(house.role_of(admin).await, Some(Role::Owner));
        assert_eq!(house.remove(admin, admin.member).await, Err(Error::LastOwner));
    })
    .await;
}

#[tokio::test]
async fn of_two_owners_who_go_at_once_one_stays() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let mut two = (house.ours.owner, house.ours.admin);
        house.change(two.0, two.1.member, Role::Owner).await.unwrap();
        for round in 0..8 {
            let (one, other) = match round % 4 {
                // Both leave; each removes the other; each demotes the other; both step down.
                0 => tokio::join!(
                    house.remove(two.0, two.0.member),
                    house.remove(two.1, two.1.member)
                ),
                1 => tokio::join!(
                    house.remove(two.0, two.1.member),
                    house.remove(two.1, two.0.member)
                ),
                2 => tokio::join!(
                    house.change(two.0, two.1.member, Role::Member),
                    house.change(two.1, two.0.member, Role::Member)
                ),
                _ => tokio::join!(
                    house.change(two.0, two.0.member, Role::Admin),
                    house.change(two.1, two.1.member, Role::Admin)
                ),
            };
            assert!(one.is_ok() != other.is_ok(), "round {round}: {one:?} {other:?}");
            let rows = memberships::count_owners(house.core.db.reader(), house.ours.id).await;
            assert_eq!(rows.unwrap(), 1, "round {round}");
            let left = match house.role_of(two.0).await {
                Some(Role::Owner) => two.0,
                _ => two.1,
            };
            let fresh = Person::join(&house.core, house.ours.id, "Next", Role::Owner).await;
            two = (left, fresh);
        }
    })
    .await;
}

#[tokio::test]
async fn two_invitations_of_one_email_at_once_leave_one_open() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { id, owner, admin, .. } = house.ours;
        let (one, two) = tokio::join!(
            house.invite(owner, "new@nordwind.example", Role::Member),
            house.invite(admin, "New@nordwind.example", Role::Admin),
        );
        assert_ne!(one.unwrap().url, two.unwrap().url);
        assert_eq!(house.team.team(owner.actor, id).await.unwrap().invitations.len(), 1);
        assert_eq!(house.audited("member.invited").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_company_invites_a_hundred_times_in_an_hour_and_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { owner, admin, member, .. } = house.ours;
    let again = async |who: Person| {
        house.invite(who, "new@nordwind.example", Role::Member).await.map(|_| ())
    };
    for number in 0..100 {
        assert_eq!(again(if number % 2 == 0 { owner } else { admin }).await, Ok(()), "{number}");
    }
    // Its hundredth part of an hour brings the next.
    let too_many = Error::TooManyAttempts { retry_after_seconds: 36 };
    for who in [owner, admin] {
        assert_eq!(again(who).await, Err(too_many.clone()));
    }
    assert_eq!(house.audited("member.invited").await, 100);
    // Whoever may not, or writes no e-mail, hears that.
    assert_eq!(again(member).await, Err(Error::Forbidden));
    let wrong = house.invite(owner, "no e-mail", Role::Member).await.unwrap_err();
    assert_eq!(wrong.problem_of(Field::Email), Some(Problem::NotAnEmail));

    let (company, theirs) = (house.theirs.id, house.theirs.owner.actor);
    house.team.invite(theirs, invite(company, "new@suedwind.example", "member")).await.unwrap();
    house.core.clock.advance(36 * SECOND);
    assert_eq!(again(admin).await, Ok(()));
    assert_eq!(again(owner).await, Err(too_many));
}

#[tokio::test]
async fn a_dialog_opens_for_whoever_may_end_what_it_is_about() {
    let app = TestApp::start().await;
    let (owner, admin) = (app.signed_in(Who::Owner).await, app.signed_in(Who::Admin).await);
    let (company, _) = app.membership(Who::Owner).await;
    for (role, may_admins) in [("owner", false), ("member", true)] {
        let company = company.to_string();
        let email = format!("{role}@invited.example");
        let invite = [
            ("input[company]", company.as_str()),
            ("input[email]", email.as_str()),
            ("input[role]", role),
        ];
        let (_, link) = owner.form("team/invite", &invite).await;
        let invitation = link["invitation"].as_str().expect("an id");
        for ask in ["renew", "withdraw"] {
            let path = format!("/team?{ask}={invitation}");
            assert!(owner.open(&path).await.1.contains("<dialog"), "{path} of the owner");
            let opened = admin.open(&path).await.1.contains("<dialog");
            assert_eq!(opened, may_admins, "{path} of an admin, about a {role}");
        }
    }
}

#[tokio::test]
async fn a_renewed_invitation_stands_under_its_renewer_for_seven_days_more() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { id: company, owner, admin, .. } = house.ours;
    let link = house.invite(admin, "new@nordwind.example", Role::Member).await.unwrap();
    house.core.clock.advance(8 * DAY);
    house.remove(owner, admin.member).await.unwrap();
    let view = house.team.team(owner.actor, company).await.unwrap();
    assert!(view.invitations[0].expired);

    let invitation = link.invitation;
    let renewed =
        house.team.renew_invitation(owner.actor, RenewInvitation { company, invitation }).await;
    assert_ne!(renewed.unwrap().url, link.url);
    let view = house.team.team(owner.actor, company).await.unwrap();
    assert!(!view.invitations[0].expired);
    assert_eq!(view.invitations[0].expires.at, house.core.clock.now().plus(7 * DAY));

    let withdraw = WithdrawInvitation { company, invitation };
    house.team.withdraw_invitation(owner.actor, withdraw).await.unwrap();
    assert_eq!(
        house.team.withdraw_invitation(owner.actor, withdraw).await,
        Err(Error::NotFound),
        "what is withdrawn is gone"
    );
    assert!(house.team.team(owner.actor, company).await.unwrap().invitations.is_empty());
}

#[tokio::test]
async fn removal_revokes_the_persons_keys_here_and_erases_their_odoo_secret() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { id, owner, member, .. } = house.ours;
        plant_pepper(&house.core).await;
        let own = plant_key(&house.core, id, member.member).await;
        let owners = plant_key(&house.core, id, owner.member).await;
        let elsewhere = plant_key(&house.core, house.theirs.id, house.theirs.member.member).await;
        plant_odoo_account(&house.core, id, member.member).await;
        let view = house.team.team(owner.actor, id).await.unwrap();
        let seen = view.members.iter().find(|one| one.member == member.member).unwrap();
        assert_eq!((seen.live_keys, seen.odoo_linked), (Some(1), true));

        house.core.clock.advance(MINUTE);
        house.remove(owner, member.member).await.unwrap();
        let db = house.core.db.reader();
        let key = async |id: Uuid| api_key::Entity::find_by_id(id).one(db).await.unwrap().unwrap();
        let revoked = key(own).await;
        assert_eq!(revoked.revoked_at, Some(house.core.clock.now().as_micros()));
        assert_eq!(revoked.revoked_by, Some(owner.member.as_uuid()));
        assert_eq!(key(owners).await.revoked_at, None);
        assert_eq!(key(elsewhere).await.revoked_at, None);
        assert_eq!(odoo_account::Entity::find().count(db).await.unwrap(), 0);
        let row = membership::Entity::find_by_id(member.member.as_uuid()).one(db).await.unwrap();
        assert!(row.unwrap().removed_at.is_some(), "the row stays, for the keys' history");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_that_goes_with_its_person_says_so_on_its_own_page() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let Company { id: company, owner, admin, member } = keys.company;
        let own = [keys.make(member, "Cursor").await.id, keys.make(member, "Zed").await.id];
        let over = keys.make(member, "over").await.id;
        keys.make(owner, "the owner's").await;
        keys.core.clock.advance(MINUTE);
        keys.revoke(over).await.unwrap();
        keys.core.clock.advance(MINUTE);
        let team = TeamService::new(keys.core.clone());
        team.remove_member(admin.actor, remove(company, member.member)).await.unwrap();

        let entries = audit_entry::Entity::find().all(keys.core.db.reader()).await.unwrap();
        let mut written: Vec<String> = entries
            .into_iter()
            .filter(|entry| {
                let detail: Value = serde_json::from_str(&entry.detail).unwrap();
                entry.action == "api_key.revoked" && detail["why"] == REVOKED_WITH_PERSON
            })
            .map(|entry| entry.target)
            .collect();
        written.sort();
        let mut expected = own.map(|key| key.to_string());
        expected.sort();
        assert_eq!(written, expected, "one of each that had not ended");

        let last = async |key: ApiKeyId| {
            let page = keys.service.detail(owner.actor, company, key).await.unwrap();
            page.trail.into_iter().next().map(|entry| (entry.what, entry.who, entry.address))
        };
        let address = || Some("127.0.0.1".to_owned());
        let by = |name: &str| Some(By::Person(name.to_owned()));
        for key in own {
            let told = (KeyEvent::RevokedWithPerson, by("Admin Lumen"), address());
            assert_eq!(last(key).await, Some(told));
        }
        assert_eq!(last(over).await, Some((KeyEvent::Revoked, Some(By::You), address())));
    })
    .await;
}

async fn plant_pepper(core: &Core) {
    let tx = core.db.begin().await.unwrap();
    let row = pepper::ActiveModel { id: Set(1), sealed: Set(vec![0]), created_at: Set(0) };
    pepper::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn plant_key(core: &Core, company: CompanyId, member: MemberId) -> Uuid {
    let id = core.clock.uuid(&core.entropy);
    let tx = core.db.begin().await.unwrap();
    let row = api_key::ActiveModel {
        id: Set(id),
        company_id: Set(company.as_uuid()),
        member_id: Set(member.as_uuid()),
        request_id: Set(core.clock.uuid(&core.entropy)),
        identifier: Set(id.simple().to_string()),
        mac: Set(vec![0]),
        pepper_id: Set(1),
        name: Set("Cursor".to_owned()),
        name_folded: Set("cursor".to_owned()),
        permissions: Set(1),
        created_at: Set(core.clock.now().as_micros()),
        created_by: Set(member.as_uuid()),
        expires_at: Set(None),
        revoked_at: Set(None),
        revoked_by: Set(None),
        last_used_at: Set(0),
        last_client: Set(None),
        accepted_at: Set(None),
        last_refused_at: Set(None),
        last_refusal: Set(None),
        rotated_at: Set(None),
        successor_id: Set(None),
    };
    api_key::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn plant_odoo_account(core: &Core, company: CompanyId, member: MemberId) {
    let connection = core.clock.uuid(&core.entropy);
    let tx = core.db.begin().await.unwrap();
    let row = odoo_connection::ActiveModel {
        id: Set(connection),
        company_id: Set(company.as_uuid()),
        origin: Set("https://odoo.example.com".to_owned()),
        database: Set(String::new()),
        version: Set("19.0".to_owned()),
        protocol: Set("json2".to_owned()),
        created_at: Set(0),
        tested_at: Set(0),
        ..Default::default()
    };
    odoo_connection::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    let row = odoo_account::ActiveModel {
        id: Set(core.clock.uuid(&core.entropy)),
        company_id: Set(company.as_uuid()),
        connection_id: Set(connection),
        member_id: Set(member.as_uuid()),
        login: Set("idris".to_owned()),
        sealed: Set(vec![0]),
        protocol: Set("json2".to_owned()),
        uid: Set(7),
        linked_at: Set(0),
        refused_at: Set(None),
    };
    odoo_account::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    tx.commit().await.unwrap();
}
