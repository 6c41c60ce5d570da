//! Links by which a forgotten password is set anew: once, within an hour, and by nobody else's hand.

use std::{net::Ipv4Addr, process::Command};

use app::backend::{Accounts as _, Caller, Team as _};
use sea_orm::EntityTrait as _;
use server::{
    entities::{audit_entry, notice, password_reset, session, user},
    services::{Core, accounts::AccountsService, password_resets, team::TeamService},
    store::memberships::{self, Membership},
};
use shared::{
    Error,
    account::{ResetPassword, SignIn},
    email::Email,
    error::{Field, Problem},
    id::MemberId,
    member::{ChangeRole, MakeResetLink, RemoveMember},
    role::Role,
    time::{HOUR, SECOND},
};

use crate::support::{
    app::{Browser, PASSWORD, TestApp, Who},
    core::{Company, Person, core_on, for_both_databases},
    process::Process,
};

const NEW: &str = "lantern quartz obey drift";

struct House {
    core: Core,
    accounts: AccountsService,
    team: TeamService,
    ours: Company,
    theirs: Company,
}

impl House {
    async fn open(url: &str) -> Self {
        let core = core_on(url).await;
        let ours = Company::found(&core, "Nordwind").await;
        let theirs = Company::found(&core, "Suedwind").await;
        let accounts = AccountsService::new(core.clone());
        Self { accounts, team: TeamService::new(core.clone()), core, ours, theirs }
    }

    async fn small(folder: &tempfile::TempDir) -> Self {
        Self::open(&format!("sqlite:{}", folder.path().join("aidoo.db").display())).await
    }

    async fn link(&self, who: Person, whom: Person) -> Result<String, Error> {
        let input = MakeResetLink { company: self.ours.id, member: whom.member };
        let link = self.team.make_reset_link(who.actor, input).await?;
        Ok(link.url.strip_prefix("https://mcp.example.com/reset/").unwrap().to_owned())
    }

    async fn set(&self, token: &str, password: &str) -> Result<(), Error> {
        let input = ResetPassword { token: token.to_owned(), password: password.to_owned() };
        self.accounts.reset_password(&stranger(), input).await
    }

    async fn sign_in(&self, person: Person, password: &str) -> Result<(), Error> {
        let email = self.email(person).await;
        let input = SignIn { email, password: password.to_owned(), next: String::new() };
        self.accounts.sign_in(&stranger(), input).await.map(|_| ())
    }

    async fn email(&self, person: Person) -> String {
        let row = user::Entity::find_by_id(person.actor.user.as_uuid());
        row.one(self.core.db.reader()).await.unwrap().unwrap().email
    }

    /// Makes one of our people a member of the other company too.
    async fn join_theirs(&self, person: Person) {
        let core = &self.core;
        let tx = core.db.begin().await.unwrap();
        let id = MemberId::from_uuid(core.clock.uuid(&core.entropy));
        let (company, user) = (self.theirs.id, person.actor.user);
        let joined_at = core.clock.now();
        let row = Membership { id, company, user, role: Role::Member, joined_at };
        memberships::create(&tx, row).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn stranger() -> Caller {
    Caller { session: None, address: Ipv4Addr::LOCALHOST.into(), user_agent: String::new() }
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_ends_all_sessions() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { owner, member, .. } = house.ours;
        let token = house.link(owner, member).await.unwrap();
        let preview = house.accounts.reset_preview(token.clone()).await.unwrap();
        assert_eq!(preview.email, house.email(member).await);
        house.set(&token, NEW).await.unwrap();
        house.sign_in(member, NEW).await.unwrap();
        assert_eq!(house.set(&token, "turnip gravel obey quartz").await, Err(Error::ResetEnded));
        house.sign_in(member, NEW).await.unwrap();

        let next = house.link(owner, member).await.unwrap();
        house.set(&next, "turnip gravel obey quartz").await.unwrap();
        let rows = session::Entity::find().all(house.core.db.reader()).await.unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.ended_at.is_some()));
        let told = notice::Entity::find().all(house.core.db.reader()).await.unwrap();
        let count = |kind: &str| told.iter().filter(|row| row.kind == kind).count();
        assert_eq!((count("reset_link_made"), count("password_reset")), (2, 2));
        let entries = audit_entry::Entity::find().all(house.core.db.reader()).await.unwrap();
        let count = |action: &str| entries.iter().filter(|row| row.action == action).count();
        assert_eq!((count("member.reset_link_made"), count("user.password_reset")), (2, 2));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_sets_the_password() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let Company { owner, member, .. } = house.ours;
        let token = house.link(owner, member).await.unwrap();
        let other = "turnip gravel obey quartz";
        let (one, two) = tokio::join!(house.set(&token, NEW), house.set(&token, other));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let lost = if one.is_ok() { other } else { NEW };
        assert_eq!(house.sign_in(member, lost).await, Err(Error::WrongCredentials));
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_after_an_hour_and_when_another_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { owner, member, .. } = house.ours;
    let first = house.link(owner, member).await.unwrap();
    let second = house.link(owner, member).await.unwrap();
    assert_eq!(house.set(&first, NEW).await, Err(Error::ResetEnded));
    house.core.clock.advance(HOUR - SECOND);
    assert!(house.accounts.reset_preview(second.clone()).await.is_ok());
    house.core.clock.advance(SECOND);
    assert_eq!(house.accounts.reset_preview(second.clone()).await, Err(Error::ResetEnded));
    assert_eq!(house.set(&second, NEW).await, Err(Error::ResetEnded));
    for token in ["", "done", &"A".repeat(43), "x\0y", &"ä".repeat(500)] {
        assert_eq!(house.set(token, NEW).await, Err(Error::ResetEnded), "{token:?}");
    }
}

#[tokio::test]
async fn a_bad_password_leaves_the_link_usable() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { owner, member, .. } = house.ours;
    let token = house.link(owner, member).await.unwrap();
    let refused = house.set(&token, "short").await;
    assert_eq!(refused, Err(Error::field(Field::Password, Problem::TooShort { min: 15 })));
    house.set(&token, NEW).await.unwrap();
}

#[tokio::test]
async fn only_owners_make_links_and_only_for_others_of_their_company() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { owner, admin, member, .. } = house.ours;
    for (who, whom, refusal) in [
        (owner, owner, Error::Forbidden),
        (admin, member, Error::Forbidden),
        (member, admin, Error::Forbidden),
        (house.theirs.owner, member, Error::NotFound),
        (owner, house.theirs.member, Error::NotFound),
    ] {
        assert_eq!(house.link(who, whom).await, Err(refusal));
    }
    let rows = password_reset::Entity::find().all(house.core.db.reader()).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn no_owner_gets_at_an_account_that_works_in_another_company_too() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { owner, member, .. } = house.ours;
    let before = house.link(owner, member).await.unwrap();
    house.join_theirs(member).await;
    assert_eq!(house.set(&before, NEW).await, Err(Error::ResetEnded));
    assert_eq!(house.link(owner, member).await, Err(Error::NotYoursToReset));
}

#[tokio::test]
async fn a_link_ends_with_its_makers_standing_and_with_the_membership() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let Company { id: company, owner, admin, member } = house.ours;
    let second = Person::join(&house.core, company, "Second", Role::Owner).await;
    let token = house.link(second, member).await.unwrap();
    let demote =
        ChangeRole { company, member: second.member, role: Role::Admin.as_str().to_owned() };
    house.team.change_role(owner.actor, demote).await.unwrap();
    assert_eq!(house.set(&token, NEW).await, Err(Error::ResetEnded));

    let token = house.link(owner, admin).await.unwrap();
    let remove = RemoveMember { company, member: admin.member, revoke_seen: String::new() };
    house.team.remove_member(owner.actor, remove).await.unwrap();
    assert_eq!(house.set(&token, NEW).await, Err(Error::ResetEnded));
}

#[tokio::test]
async fn whoever_runs_the_server_makes_a_link_for_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let owner = house.ours.owner;
    house.join_theirs(owner).await;
    let email = Email::parse(&house.email(owner).await).unwrap();
    let url = password_resets::make_by_hand(&house.core, &email).await.unwrap().unwrap();
    house.set(url.rsplit('/').next().unwrap(), NEW).await.unwrap();
    house.sign_in(owner, NEW).await.unwrap();
    let nobody = Email::parse("nobody@nordwind.example").unwrap();
    assert!(password_resets::make_by_hand(&house.core, &nobody).await.unwrap().is_none());
}

#[tokio::test]
async fn a_plain_form_sets_the_password_and_leads_on() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let (_, (_, member)) = app.membership(Who::Member).await;
    let input = MakeResetLink { company, member };
    let link = app.state.backend.team.make_reset_link(owner, input).await.unwrap();
    let token = link.url.rsplit('/').next().unwrap();
    let browser = app.browser();
    let (status, page) = browser.open(&format!("/reset/{token}")).await;
    assert_eq!(status, 200);
    assert!(page.contains("action=\"/api/accounts/reset_password\""), "{page}");
    let answer = browser
        .client
        .post(format!("{}/api/accounts/reset_password", app.url))
        .header("origin", &app.url)
        .header("accept", "text/html")
        .form(&[("input[token]", token), ("input[password]", NEW)])
        .send()
        .await
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (302, &"/reset/done".parse().unwrap())
    );
    let (status, page) = browser.open("/reset/done").await;
    assert!(status == 200 && page.contains("Your password is set"));
    assert_eq!(browser.open(&format!("/reset/{token}")).await.0, 410);
    browser.sign_in(app.var("AIDOO_MEMBER_EMAIL"), NEW).await;
}

#[tokio::test]
async fn the_link_that_the_program_prints_sets_a_password_on_the_running_server_once() {
    let process = Process::start(&[("AIDOO_LOG", "warn")]).await;
    let email = "marie@nordwind.example";
    let sign_up = [
        ("input[name]", "Marie Lenoir"),
        ("input[company]", "Nordwind Bakery"),
        ("input[email]", email),
        ("input[password]", PASSWORD),
    ];
    let (status, body) = Browser::new(&process.url).form("accounts/sign_up", &sign_up).await;
    assert_eq!(status, 200, "{body}");

    let output = Command::new(env!("CARGO_BIN_EXE_aidoo"))
        .args(["user", "reset-link", "--email", email, "--public-url", &process.url])
        .env_remove("DATABASE_URL")
        .env("AIDOO_DATA_DIR", process.folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let link = said.strip_suffix('\n').unwrap();
    let path = link.strip_prefix(&process.url).expect("a link to the server, and nothing else");
    let token = path.strip_prefix("/reset/").unwrap();

    // Where the master key is not, it makes none: that would hide that the real one is missing.
    let elsewhere = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_aidoo"))
        .args(["user", "reset-link", "--email", email, "--public-url", &process.url])
        .env("DATABASE_URL", format!("sqlite:{}", process.folder.path().join("aidoo.db").display()))
        .env("AIDOO_DATA_DIR", elsewhere.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);

    let browser = Browser::new(&process.url);
    assert_eq!(browser.open(path).await.0, 200);
    let set = async |password: &str| {
        let fields = [("input[token]", token), ("input[password]", password)];
        browser.form("accounts/reset_password", &fields).await
    };
    let (status, body) = set(NEW).await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = set("turnip gravel obey quartz").await;
    assert_eq!((status.as_u16(), body), (410, "reset_ended".into()));
    assert_eq!(browser.open(path).await.0, 410);
    browser.sign_in(email, NEW).await;
    let old = [("input[email]", email), ("input[password]", PASSWORD)];
    assert_eq!(Browser::new(&process.url).form("accounts/sign_in", &old).await.0, 401);
}
