//! Signing up, in and out, and accepting invitations.

use std::{net::IpAddr, sync::Arc, time::Duration};

use app::backend::{Accounts as _, Actor, Caller, SessionCookie, Settings as _, Team as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use server::{
    config::SignupMode,
    domain::{password::Password, token::Token},
    entities::{audit_entry, invitation, session, user},
    services::{
        Core, accounts::AccountsService, core::Settings, housekeeping, sessions::SessionsService,
        team::TeamService,
    },
    store::users,
};
use shared::{
    Error,
    account::{AcceptAsMe, AcceptAsNew, Acceptance, SignIn, SignUp},
    company::SwitchCompany,
    email::Email,
    error::{Field, Problem},
    id::CompanyId,
    member::{ChangeRole, Invite, RemoveMember, RenewInvitation, WithdrawInvitation},
    role::Role,
    settings::ChangePassword,
    time::{DAY, HOUR, MINUTE, SECOND},
};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    core::{Company, core_on, for_both_databases},
};

const PASSWORD: &str = "gravel-turnip-oboe-94";
const OTHER_PASSWORD: &str = "lantern quartz obey drift";

/// The services under test on one core.
struct House {
    core: Core,
    accounts: AccountsService,
    sessions: SessionsService,
    team: TeamService,
}

impl House {
    async fn open(url: &str, signup: SignupMode) -> Self {
        let core = core_on(url).await;
        let public_url = core.settings.public_url.clone();
        let core = Core { settings: Arc::new(Settings { public_url, signup }), ..core };
        Self {
            accounts: AccountsService::new(core.clone()),
            sessions: SessionsService::new(core.clone()),
            team: TeamService::new(core.clone()),
            core,
        }
    }

    async fn actor(&self, cookie: &SessionCookie) -> Option<Actor> {
        let token = Token::parse(&token_of(cookie)).unwrap();
        self.sessions.resolve(&token, address("192.0.2.1")).await.unwrap()
    }

    async fn sign_up(&self, email: &str) -> Actor {
        let cookie = self.accounts.sign_up(&stranger(), sign_up(email)).await.unwrap();
        self.actor(&cookie).await.unwrap()
    }

    async fn current(&self, actor: Actor) -> CompanyId {
        self.accounts.viewer(actor, None).await.unwrap().current.unwrap().company
    }

    /// The token of a new invitation.
    async fn invite(&self, actor: Actor, email: &str, role: Role) -> String {
        let company = self.current(actor).await;
        let input = Invite { company, email: email.to_owned(), role: role.as_str().to_owned() };
        token_in(&self.team.invite(actor, input).await.unwrap().url)
    }

    async fn accept(&self, token: &str) -> Result<Actor, Error> {
        let cookie = self.accounts.accept_as_new(&stranger(), accept(token)).await?;
        Ok(self.actor(&cookie).await.unwrap())
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn from(text: &str) -> Caller {
    Caller { session: None, address: address(text), user_agent: "a browser".to_owned() }
}

fn stranger() -> Caller {
    from("192.0.2.1")
}

fn signed_in(actor: Actor) -> Caller {
    Caller { session: Some(actor), ..stranger() }
}

fn token_of(cookie: &SessionCookie) -> String {
    let text = cookie.0.to_str().unwrap();
    let (pair, _) = text.split_once(';').unwrap();
    pair.strip_prefix("__Host-aidoo_session=").unwrap().to_owned()
}

fn token_in(url: &str) -> String {
    url.strip_prefix("https://mcp.example.com/invitation/").unwrap().to_owned()
}

fn sign_up(email: &str) -> SignUp {
    SignUp {
        name: "Marie Dubois".to_owned(),
        company: "Nordwind".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        time_zone: String::new(),
    }
}

fn sign_in(email: &str, password: &str) -> SignIn {
    SignIn { email: email.to_owned(), password: password.to_owned(), next: String::new() }
}

fn accept(token: &str) -> AcceptAsNew {
    AcceptAsNew {
        token: token.to_owned(),
        name: "Idris Bello".to_owned(),
        password: OTHER_PASSWORD.to_owned(),
        time_zone: String::new(),
    }
}

async fn actions(core: &Core) -> Vec<String> {
    let rows = audit_entry::Entity::find().all(core.db.reader()).await.unwrap();
    rows.into_iter().map(|row| row.action).collect()
}

#[tokio::test]
async fn the_first_person_founds_the_company_and_the_next_is_refused() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::First).await;
        let state = house.accounts.signup_state().await.unwrap();
        assert!(state.open && state.first);

        let actor = house.sign_up("Marie@Nordwind.example").await;
        let viewer = house.accounts.viewer(actor, None).await.unwrap();
        assert_eq!(
            (viewer.name.as_str(), viewer.email.as_str()),
            ("Marie Dubois", "marie@nordwind.example")
        );
        let current = viewer.current.unwrap();
        assert_eq!((current.name.as_str(), current.role), ("Nordwind", Role::Owner));
        assert_eq!(current.connection, None);
        let mut actions = actions(&house.core).await;
        actions.sort();
        assert_eq!(actions, ["company.founded", "session.started", "user.signed_up"]);

        let state = house.accounts.signup_state().await.unwrap();
        assert!(!state.open && !state.first);
        let second = house.accounts.sign_up(&stranger(), sign_up("eve@evil.example")).await;
        assert_eq!(second.err(), Some(Error::SignupClosed));
    })
    .await;
}

#[tokio::test]
async fn of_two_first_sign_ups_at_once_one_founds() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::First).await;
        let (one, two) = (from("192.0.2.1"), from("192.0.2.2"));
        let (first, second) = tokio::join!(
            house.accounts.sign_up(&one, sign_up("a@nordwind.example")),
            house.accounts.sign_up(&two, sign_up("b@nordwind.example")),
        );
        let refused = [first.err(), second.err()];
        assert!(
            refused.contains(&None) && refused.contains(&Some(Error::SignupClosed)),
            "{refused:?}"
        );
        assert_eq!(user::Entity::find().count(house.core.db.reader()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_taken_email_founds_no_second_person_even_at_once() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::Open).await;
        let caller = stranger();
        let (first, second) = tokio::join!(
            house.accounts.sign_up(&caller, sign_up("a@nordwind.example")),
            house.accounts.sign_up(&caller, sign_up("A@nordwind.example")),
        );
        let taken = Some(Error::field(Field::Email, Problem::Taken));
        let refused = [first.err(), second.err()];
        assert!(refused.contains(&None) && refused.contains(&taken), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn by_invitation_only_means_nobody_founds() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let house = House::open(&url, SignupMode::Invite).await;
    let state = house.accounts.signup_state().await.unwrap();
    assert!(!state.open && state.first);
    let refused = house.accounts.sign_up(&stranger(), sign_up("a@nordwind.example")).await;
    assert_eq!(refused.err(), Some(Error::SignupClosed));
}

/// A house on SQLite with Marie in it, for what no database can tell apart.
async fn small_house(folder: &tempfile::TempDir) -> (House, Actor) {
    let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
    let house = House::open(&url, SignupMode::Open).await;
    let marie = house.sign_up("marie@nordwind.example").await;
    (house, marie)
}

#[tokio::test]
async fn a_plain_form_with_a_wrong_password_keeps_the_e_mail() {
    let app = TestApp::start().await;
    let email = "marie@nordwind.example";
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = format!("{}/sign-in?next=%2Fodoo", app.url);
    let answer = client
        .post(format!("{}/api/accounts/sign_in", app.url))
        .header("origin", &app.url)
        .header("referer", &page)
        .header("accept", "text/html")
        .form(&[("input[email]", email), ("input[password]", "wrong"), ("input[next]", "/odoo")])
        .send()
        .await
        .unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter();
    let cookie = cookies
        .map(|line| line.to_str().unwrap())
        .find(|line| line.starts_with("aidoo_typed="))
        .expect("what was typed is kept");
    assert!(cookie.contains("HttpOnly") && cookie.contains("Path=/sign-in"), "{cookie}");
    let (pair, _) = cookie.split_once(';').unwrap();
    let shown = client.get(&page).header("accept", "text/html").header("cookie", pair);
    let shown = shown.send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(&format!("value=\"{email}\"")), "{shown}");
}

#[tokio::test]
async fn a_new_person_has_the_time_zone_that_their_browser_told_if_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    for (email, told, kept) in [
        ("paris@nordwind.example", "Europe/Paris", Some("Europe/Paris")),
        ("mars@nordwind.example", "Mars/Olympus_Mons", None),
        ("plain@nordwind.example", "", None),
    ] {
        let input = SignUp { time_zone: told.to_owned(), ..sign_up(email) };
        house.accounts.sign_up(&stranger(), input).await.unwrap();
        let row = user::Entity::find().filter(user::Column::Email.eq(email));
        let row = row.one(house.core.db.reader()).await.unwrap().unwrap();
        assert_eq!(row.time_zone.as_deref(), kept);
    }
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once_and_nothing_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let input = SignUp {
        name: " ".to_owned(),
        company: "a\nb".to_owned(),
        email: "nobody".to_owned(),
        password: "passwordpassword".to_owned(),
        time_zone: String::new(),
    };
    let error = house.accounts.sign_up(&stranger(), input).await.unwrap_err();
    assert_eq!(error.problem_of(Field::PersonName), Some(Problem::Required));
    assert_eq!(error.problem_of(Field::CompanyName), Some(Problem::ControlCharacters));
    assert_eq!(error.problem_of(Field::Email), Some(Problem::NotAnEmail));
    assert_eq!(error.problem_of(Field::Password), Some(Problem::Guessable));

    let weak = SignUp { password: "MarieDubois2026".to_owned(), ..sign_up("m@nordwind.example") };
    let error = house.accounts.sign_up(&stranger(), weak).await.unwrap_err();
    assert_eq!(error, Error::field(Field::Password, Problem::Guessable));

    let empty = house.accounts.sign_in(&stranger(), sign_in("", "")).await.unwrap_err();
    assert_eq!(empty.problem_of(Field::Email), Some(Problem::Required));
    assert_eq!(empty.problem_of(Field::Password), Some(Problem::Required));
    assert_eq!(user::Entity::find().count(house.core.db.reader()).await.unwrap(), 1);
}

#[tokio::test]
async fn an_unknown_email_and_a_wrong_password_get_one_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let wrong = house.accounts.sign_in(&stranger(), sign_in("marie@nordwind.example", "x")).await;
    let unknown =
        house.accounts.sign_in(&stranger(), sign_in("nobody@nordwind.example", "x")).await;
    assert_eq!(wrong.err(), Some(Error::WrongCredentials));
    assert_eq!(unknown.err(), Some(Error::WrongCredentials));

    let cookie =
        house.accounts.sign_in(&stranger(), sign_in(" MARIE@nordwind.example", PASSWORD)).await;
    assert!(house.actor(&cookie.unwrap().cookie).await.is_some());
}

#[tokio::test]
async fn an_unknown_email_takes_as_long_as_a_wrong_password() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let mut times = [Vec::new(), Vec::new()];
    for attempt in 0_u8..7 {
        for (which, email) in
            ["marie@nordwind.example", "nobody@nordwind.example"].iter().enumerate()
        {
            let caller = from(&format!("192.0.2.{attempt}"));
            let started = std::time::Instant::now();
            house.accounts.sign_in(&caller, sign_in(email, "not the password")).await.unwrap_err();
            times[which].push(started.elapsed());
        }
    }
    let [wrong, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    });
    // A lookup without a hash takes a hundredth of one with it; the machine may be busy.
    assert!(unknown > wrong / 3.0 && wrong > unknown / 3.0, "wrong {wrong}, unknown {unknown}");
}

#[tokio::test]
async fn too_many_attempts_wait_by_account_and_by_address() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let attempt = async |from: Caller, email: &str, password: &str| {
        house.accounts.sign_in(&from, sign_in(email, password)).await.err()
    };
    let marie = "marie@nordwind.example";
    for _ in 0..10 {
        assert_eq!(attempt(stranger(), marie, "x").await, Some(Error::WrongCredentials));
    }
    let wait = Error::TooManyAttempts { retry_after_seconds: 90 };
    assert_eq!(attempt(stranger(), marie, PASSWORD).await, Some(wait.clone()));
    assert_eq!(attempt(from("::ffff:192.0.2.1"), marie, PASSWORD).await, Some(wait));
    assert_eq!(attempt(from("192.0.2.9"), marie, PASSWORD).await, None, "not from elsewhere");

    house.core.clock.advance(90 * SECOND);
    assert_eq!(attempt(stranger(), marie, PASSWORD).await, None, "one came back");

    // One network of IPv6 is one address, whatever it pretends to be.
    let mut refused = 0;
    for number in 0..70 {
        let from = from(&format!("2001:db8::{number:x}"));
        let email = format!("nobody{number}@nordwind.example");
        match attempt(from, &email, "x").await {
            Some(Error::WrongCredentials) => {}
            Some(Error::TooManyAttempts { .. }) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused, 10);
}

#[tokio::test]
async fn strangers_with_many_addresses_keep_nobody_out_where_they_have_signed_in() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let marie = "marie@nordwind.example";
    let attempt = async |from: Caller, password: &str| {
        house.accounts.sign_in(&from, sign_in(marie, password)).await.err()
    };
    let (office, hotel) = (|| from("198.51.100.7"), || from("198.51.100.99"));
    assert_eq!(attempt(office(), PASSWORD).await, None);
    for network in 0..10 {
        let attempts = (0..10).map(|_| attempt(from(&format!("203.0.113.{network}")), "x"));
        for answer in futures::future::join_all(attempts).await {
            assert_eq!(answer, Some(Error::WrongCredentials));
        }
    }
    let is_refused = |answer| matches!(answer, Some(Error::TooManyAttempts { .. }));
    assert!(is_refused(attempt(hotel(), PASSWORD).await), "from where nobody knows them");
    assert_eq!(attempt(office(), PASSWORD).await, None, "where they have been");
    // There too nobody guesses for long, and what they do is not given back to the strangers.
    for _ in 0..10 {
        assert_eq!(attempt(office(), "x").await, Some(Error::WrongCredentials));
    }
    assert!(is_refused(attempt(office(), PASSWORD).await));
    assert!(is_refused(attempt(hotel(), PASSWORD).await));
}

#[tokio::test]
async fn many_attempts_at_once_do_not_slip_through() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let attempts = (0..40).map(|_| async {
        house.accounts.sign_in(&stranger(), sign_in("marie@nordwind.example", "x")).await.err()
    });
    let answers = futures::future::join_all(attempts).await;
    let read = answers.iter().filter(|one| **one == Some(Error::WrongCredentials)).count();
    assert_eq!(read, 10);
}

#[tokio::test]
async fn signing_in_often_is_no_attack() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    for _ in 0..25 {
        let cookie =
            house.accounts.sign_in(&stranger(), sign_in("marie@nordwind.example", PASSWORD)).await;
        assert!(cookie.is_ok());
    }
}

#[tokio::test]
async fn a_hash_of_less_work_is_replaced_when_its_owner_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let email = Email::parse("marie@nordwind.example").unwrap();
    let strong = users::find_by_email(house.core.db.reader(), &email).await.unwrap().unwrap();
    // Made with 8 MiB and one pass of Argon2id.
    let weak = {
        use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, Version};
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash: PasswordHash =
            hasher.hash_password_with_salt(PASSWORD.as_bytes(), &[1; 16]).unwrap();
        hash.to_string()
    };
    let tx = house.core.db.begin().await.unwrap();
    users::update_password_hash(&tx, strong.id, &strong.password_hash, weak.clone()).await.unwrap();
    tx.commit().await.unwrap();

    let wrong = house.accounts.sign_in(&stranger(), sign_in(email.as_str(), "x")).await;
    assert_eq!(wrong.err(), Some(Error::WrongCredentials));
    let stored = users::find(house.core.db.reader(), strong.id).await.unwrap().unwrap();
    assert_eq!(stored.password_hash, weak);

    house.accounts.sign_in(&stranger(), sign_in(email.as_str(), PASSWORD)).await.unwrap();
    let stored = users::find(house.core.db.reader(), strong.id).await.unwrap().unwrap();
    assert!(stored.password_hash.contains("m=19456,t=2,p=1"));
    let verdict = Password::typed(PASSWORD).verify(Some(&stored.password_hash));
    assert_eq!(verdict, server::domain::password::Verdict::Right);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_replaced_leaves_no_session_that_it_began() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::First).await;
        let owner = house.sign_up("marie@nordwind.example").await;
        // Whoever has the old password tries all the while: at its end some have been let in, and are read again.
        let attempts = (0..10_u64).map(|step| {
            let (accounts, caller) = (house.accounts.clone(), from("192.0.2.1"));
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20 * step)).await;
                accounts.sign_in(&caller, sign_in("marie@nordwind.example", PASSWORD)).await
            })
        });
        let attempts: Vec<_> = attempts.collect();
        let change =
            ChangePassword { current: PASSWORD.to_owned(), password: OTHER_PASSWORD.to_owned() };
        house.accounts.change_password(owner, change).await.unwrap();
        for attempt in attempts {
            if let Ok(signed_in) = attempt.await.unwrap() {
                assert_eq!(house.actor(&signed_in.cookie).await, None);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_token_or_password_is_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let cookie = house
        .accounts
        .sign_in(&stranger(), sign_in("marie@nordwind.example", PASSWORD))
        .await
        .unwrap()
        .cookie;
    let marie = house.actor(&cookie).await.unwrap();
    let invitation = house.invite(marie, "idris@nordwind.example", Role::Member).await;
    house.core.db.close().await.unwrap();
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |needle: &str| bytes.windows(needle.len()).any(|part| part == needle.as_bytes());
    assert!(holds("marie@nordwind.example"), "the search finds what is there");
    for secret in [PASSWORD, &token_of(&cookie), &invitation] {
        assert!(!holds(secret));
    }
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let folder = tempfile::tempdir().unwrap();
    let (house, marie) = small_house(&folder).await;
    let planted = house.sign_up("eve@evil.example").await;
    let cookie = house
        .accounts
        .sign_in(&signed_in(planted), sign_in("marie@nordwind.example", PASSWORD))
        .await
        .unwrap()
        .cookie;
    let fresh = house.actor(&cookie).await.unwrap();
    assert_eq!(fresh.user, marie.user);
    assert!(fresh.session != planted.session && fresh.session != marie.session);
    let ended = session::Entity::find_by_id(planted.session.as_uuid());
    assert!(ended.one(house.core.db.reader()).await.unwrap().unwrap().ended_at.is_some());
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let credentials = || sign_in("marie@nordwind.example", PASSWORD);
    let one = house.accounts.sign_in(&stranger(), credentials()).await.unwrap().cookie;
    let two = house.accounts.sign_in(&stranger(), credentials()).await.unwrap().cookie;
    let actor = house.actor(&one).await.unwrap();
    let gone = house.accounts.sign_out(&signed_in(actor)).await.unwrap();
    assert!(gone.0.to_str().unwrap().contains("Max-Age=0"));
    assert!(house.actor(&one).await.is_none());
    assert!(house.actor(&two).await.is_some());
    assert!(actions(&house.core).await.contains(&"session.ended".to_owned()));
    assert!(house.accounts.sign_out(&stranger()).await.is_ok(), "also without a session");
}

#[tokio::test]
async fn a_session_ends_by_idling_and_by_age() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::Open).await;
        let cookie =
            house.accounts.sign_up(&stranger(), sign_up("marie@nordwind.example")).await.unwrap();
        house.core.clock.advance(30 * DAY - 1);
        assert!(house.actor(&cookie).await.is_some(), "and is seen now");
        house.core.clock.advance(30 * DAY - 1);
        assert!(house.actor(&cookie).await.is_some());
        house.core.clock.advance(30 * DAY - 1);
        assert!(house.actor(&cookie).await.is_some());
        house.core.clock.advance(3);
        assert!(house.actor(&cookie).await.is_none(), "90 days in all");

        let cookie = house
            .accounts
            .sign_in(&stranger(), sign_in("marie@nordwind.example", PASSWORD))
            .await
            .unwrap()
            .cookie;
        housekeeping::run(&house.core).await.unwrap();
        let left = session::Entity::find().count(house.core.db.reader()).await.unwrap();
        assert_eq!(left, 1, "what is over is not kept, whoever comes back or not");
        house.core.clock.advance(30 * DAY);
        assert!(house.actor(&cookie).await.is_none(), "30 days idle");
    })
    .await;
}

#[tokio::test]
async fn being_seen_is_written_once_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let cookie = house
        .accounts
        .sign_in(&stranger(), sign_in("marie@nordwind.example", PASSWORD))
        .await
        .unwrap()
        .cookie;
    let actor = house.actor(&cookie).await.unwrap();
    let seen = async || {
        let row = session::Entity::find_by_id(actor.session.as_uuid());
        row.one(house.core.db.reader()).await.unwrap().unwrap().last_seen_at
    };
    let begun = seen().await;
    house.core.clock.advance(MINUTE - 1);
    house.actor(&cookie).await.unwrap();
    assert_eq!(seen().await, begun);
    house.core.clock.advance(1);
    house.actor(&cookie).await.unwrap();
    assert_eq!(seen().await, begun + MINUTE);
}

#[tokio::test]
async fn a_tampered_token_is_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = small_house(&folder).await;
    let cookie = house
        .accounts
        .sign_in(&stranger(), sign_in("marie@nordwind.example", PASSWORD))
        .await
        .unwrap()
        .cookie;
    let token = token_of(&cookie);
    let first = if token.starts_with('A') { "B" } else { "A" };
    let tampered = Token::parse(&format!("{first}{}", &token[1..])).unwrap();
    assert!(house.sessions.resolve(&tampered, address("192.0.2.1")).await.unwrap().is_none());
}

#[tokio::test]
async fn an_invitation_makes_a_new_person_a_member_once() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::First).await;
        let marie = house.sign_up("marie@nordwind.example").await;
        let token = house.invite(marie, "Idris@nordwind.example", Role::Admin).await;

        let preview = house.accounts.invitation(&stranger(), token.clone()).await.unwrap();
        assert_eq!(
            (preview.company.as_str(), preview.invited_by.as_str()),
            ("Nordwind", "Marie Dubois")
        );
        assert_eq!((preview.email.as_str(), preview.role), ("idris@nordwind.example", Role::Admin));
        assert_eq!(preview.acceptance, Acceptance::NewPerson);
        let other = house.accounts.invitation(&signed_in(marie), token.clone()).await.unwrap();
        assert_eq!(other.acceptance, Acceptance::SignedInAsAnother);

        let weak = AcceptAsNew { password: "idris@nordwind.example".to_owned(), ..accept(&token) };
        let refused = house.accounts.accept_as_new(&stranger(), weak).await.unwrap_err();
        assert_eq!(refused.problem_of(Field::Password), Some(Problem::Guessable));

        let idris = house.accept(&token).await.unwrap();
        let viewer = house.accounts.viewer(idris, None).await.unwrap();
        assert_eq!(viewer.email, "idris@nordwind.example");
        assert_eq!(viewer.current.unwrap().role, Role::Admin);
        assert!(actions(&house.core).await.contains(&"member.joined".to_owned()));

        assert_eq!(house.accept(&token).await.err(), Some(Error::InvitationEnded));
        let gone = house.accounts.invitation(&stranger(), token).await;
        assert_eq!(gone.err(), Some(Error::InvitationEnded));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_accept_at_once_one_joins() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::First).await;
        let marie = house.sign_up("marie@nordwind.example").await;
        let token = house.invite(marie, "idris@nordwind.example", Role::Member).await;
        let (one, two) = tokio::join!(house.accept(&token), house.accept(&token));
        let refused = [one.err(), two.err()];
        assert!(
            refused.contains(&None) && refused.contains(&Some(Error::InvitationEnded)),
            "{refused:?}"
        );
        assert_eq!(user::Entity::find().count(house.core.db.reader()).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_person_invited_by_two_companies_at_once_is_one_person() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::Open).await;
        let marie = house.sign_up("marie@nordwind.example").await;
        let olga = house.sign_up("olga@suedwind.example").await;
        let first = house.invite(marie, "idris@nordwind.example", Role::Member).await;
        let second = house.invite(olga, "idris@nordwind.example", Role::Member).await;
        let (one, two) = tokio::join!(house.accept(&first), house.accept(&second));
        let refused = [one.err(), two.err()];
        let taken = Some(Error::field(Field::Email, Problem::Taken));
        assert!(refused.contains(&None) && refused.contains(&taken), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_that_is_over_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (house, marie) = small_house(&folder).await;
    let company = house.current(marie).await;
    let refused = async |token: &str| {
        let seen = house.accounts.invitation(&stranger(), token.to_owned()).await.err();
        assert_eq!(seen, Some(Error::InvitationEnded));
        assert_eq!(house.accept(token).await.err(), Some(Error::InvitationEnded));
    };
    for garbage in ["", "x", &"A".repeat(43), &"A".repeat(5_000), "../../etc/passwd", "é"] {
        refused(garbage).await;
    }

    let lapsed = house.invite(marie, "a@nordwind.example", Role::Member).await;
    house.core.clock.advance(7 * DAY - 1);
    assert!(house.accounts.invitation(&stranger(), lapsed.clone()).await.is_ok());
    house.core.clock.advance(1);
    refused(&lapsed).await;

    let replaced = house.invite(marie, "b@nordwind.example", Role::Member).await;
    let rows =
        invitation::Entity::find().filter(invitation::Column::Email.eq("b@nordwind.example"));
    let row = rows.one(house.core.db.reader()).await.unwrap().unwrap();
    let id = shared::id::InvitationId::from_uuid(row.id);
    let renewed =
        house.team.renew_invitation(marie, RenewInvitation { company, invitation: id }).await;
    let renewed = token_in(&renewed.unwrap().url);
    refused(&replaced).await;
    assert!(house.accounts.invitation(&stranger(), renewed.clone()).await.is_ok());

    let withdraw = WithdrawInvitation { company, invitation: id };
    house.team.withdraw_invitation(marie, withdraw).await.unwrap();
    refused(&renewed).await;

    let reinvited = house.invite(marie, "c@nordwind.example", Role::Member).await;
    let again = house.invite(marie, "c@nordwind.example", Role::Admin).await;
    refused(&reinvited).await;
    let preview = house.accounts.invitation(&stranger(), again).await.unwrap();
    assert_eq!(preview.role, Role::Admin);
}

#[tokio::test]
async fn an_inviter_who_lost_their_standing_invites_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (house, marie) = small_house(&folder).await;
    let company = house.current(marie).await;
    let admin = house.invite(marie, "admin@nordwind.example", Role::Admin).await;
    let admin = house.accept(&admin).await.unwrap();
    let member = house.accounts.viewer(admin, None).await.unwrap().current.unwrap().member;
    let token = house.invite(admin, "idris@nordwind.example", Role::Member).await;

    let role = |role: Role| ChangeRole { company, member, role: role.as_str().to_owned() };
    house.team.change_role(marie, role(Role::Member)).await.unwrap();
    assert_eq!(house.accept(&token).await.err(), Some(Error::InvitationEnded));
    assert!(house.team.team(marie, company).await.unwrap().invitations[0].expired);

    house.team.change_role(marie, role(Role::Admin)).await.unwrap();
    assert!(house.accounts.invitation(&stranger(), token.clone()).await.is_ok());

    let remove = RemoveMember { company, member, revoke_seen: String::new() };
    house.team.remove_member(marie, remove).await.unwrap();
    assert_eq!(house.accept(&token).await.err(), Some(Error::InvitationEnded));
}

#[tokio::test]
async fn somebody_known_joins_a_second_company_and_switches() {
    for_both_databases(async |url| {
        let house = House::open(url, SignupMode::Open).await;
        let marie = house.sign_up("marie@nordwind.example").await;
        let first = house.current(marie).await;
        let olga = house.sign_up("olga@suedwind.example").await;
        let second = house.current(olga).await;
        let token = house.invite(olga, "marie@nordwind.example", Role::Member).await;

        let seen = async |caller: Caller| {
            house.accounts.invitation(&caller, token.clone()).await.unwrap().acceptance
        };
        assert_eq!(seen(stranger()).await, Acceptance::SignInFirst);
        assert_eq!(seen(signed_in(marie)).await, Acceptance::SignedIn);
        assert_eq!(seen(signed_in(olga)).await, Acceptance::SignedInAsAnother);
        let taken = house.accept(&token).await.err();
        assert_eq!(taken, Some(Error::field(Field::Email, Problem::Taken)));

        let input = || AcceptAsMe { token: token.clone() };
        let another = house.accounts.accept_as_me(olga, input()).await;
        assert_eq!(another.err(), Some(Error::InvitationForAnother));
        let (one, two) = tokio::join!(
            house.accounts.accept_as_me(marie, input()),
            house.accounts.accept_as_me(marie, input())
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");

        let viewer = house.accounts.viewer(marie, None).await.unwrap();
        assert_eq!(viewer.current.unwrap().company, second);
        assert_eq!(viewer.companies.len(), 2);
        house.accounts.switch_company(marie, SwitchCompany { company: first }).await.unwrap();
        assert_eq!(house.current(marie).await, first);

        let foreign = SwitchCompany { company: first };
        let refused = house.accounts.switch_company(olga, foreign).await;
        assert_eq!(refused.err(), Some(Error::NotFound));
        let unknown = SwitchCompany { company: CompanyId::from_uuid(Uuid::nil()) };
        let refused = house.accounts.switch_company(olga, unknown).await;
        assert_eq!(refused.err(), Some(Error::NotFound));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_in_no_company_any_more_still_has_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let (house, marie) = small_house(&folder).await;
    let company = house.current(marie).await;
    let token = house.invite(marie, "idris@nordwind.example", Role::Member).await;
    let idris = house.accept(&token).await.unwrap();
    let member = house.accounts.viewer(idris, None).await.unwrap().current.unwrap().member;
    let remove = RemoveMember { company, member, revoke_seen: String::new() };
    house.team.remove_member(marie, remove).await.unwrap();
    let viewer = house.accounts.viewer(idris, None).await.unwrap();
    assert!(viewer.current.is_none() && viewer.companies.is_empty());
    assert_eq!(house.team.team(idris, company).await.err(), Some(Error::NotFound));

    // Coming back makes a new membership; the pages show the company again.
    let token = house.invite(marie, "idris@nordwind.example", Role::Member).await;
    house.accounts.accept_as_me(idris, AcceptAsMe { token }).await.unwrap();
    let current = house.accounts.viewer(idris, None).await.unwrap().current.unwrap();
    assert!(current.company == company && current.member != member);
}

#[tokio::test]
async fn a_session_of_another_company_shows_only_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let (house, marie) = small_house(&folder).await;
    let strangers = Company::found(&house.core, "Suedwind").await;
    house.core.clock.advance(HOUR);
    let viewer = house.accounts.viewer(marie, None).await.unwrap();
    assert!(viewer.companies.iter().all(|one| one.company != strangers.id));
}

#[tokio::test]
async fn an_open_page_is_told_of_its_own_company_whichever_was_chosen_since() {
    let folder = tempfile::tempdir().unwrap();
    let (house, marie) = small_house(&folder).await;
    let first = house.current(marie).await;
    let other = Company::found(&house.core, "Suedwind").await;
    let email = house.accounts.viewer(marie, None).await.unwrap().email;
    let invite = Invite { company: other.id, email, role: Role::Member.as_str().to_owned() };
    let link = house.team.invite(other.owner.actor, invite).await.unwrap();
    let token = token_in(&link.url);
    house.accounts.accept_as_me(marie, AcceptAsMe { token }).await.unwrap();
    for chosen in [first, other.id] {
        house.accounts.switch_company(marie, SwitchCompany { company: chosen }).await.unwrap();
        assert_eq!(house.current(marie).await, chosen);
        for shown in [first, other.id] {
            let viewer = house.accounts.viewer(marie, Some(shown)).await.unwrap();
            assert_eq!(viewer.current.map(|current| current.company), Some(shown));
        }
    }
    let strangers = Company::found(&house.core, "Nordwind").await.id;
    let viewer = house.accounts.viewer(marie, Some(strangers)).await.unwrap();
    assert_eq!(viewer.current, None);
}
