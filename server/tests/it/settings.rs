//! What people set for themselves, and owners for the company: who may, who may not, what ends.

use std::{net::IpAddr, time::Duration};

use app::{
    backend::{Accounts as _, Actor, Caller, Companies as _, Settings as _, Team as _},
    texts::Locale,
};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use server::{
    domain::token::Token,
    entities::{audit_entry, company, session},
    services::{
        Core, accounts::AccountsService, companies::CompaniesService, housekeeping,
        sessions::SessionsService, team::TeamService,
    },
    store::{Db, companies},
};
use shared::{
    Error,
    account::{SignIn, SignUp},
    error::{Field, Problem},
    id::{CompanyId, SessionId},
    key_rules::KeyRefusal,
    member::RemoveMember,
    settings::{
        ChangePassword, DeleteCompany, EndSession, KeepCompany, RenameCompany, SaveProfile,
        SettingsView,
    },
    time::{DAY, Distance, HOUR, Span, Unit},
};
use uuid::Uuid;

use crate::support::{
    app::{TestApp, Who},
    core::{Company, core_on, for_both_databases},
};

const PASSWORD: &str = "gravel-turnip-oboe-94";
const NEW: &str = "lantern quartz obey drift";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; rv:142.0) Gecko/20100101 Firefox/142.0";

/// Marie, who founded the company and is signed in.
struct House {
    core: Core,
    accounts: AccountsService,
    companies: CompaniesService,
    sessions: SessionsService,
    marie: Actor,
    company: CompanyId,
}

impl House {
    async fn open(url: &str) -> Self {
        let core = core_on(url).await;
        let accounts = AccountsService::new(core.clone());
        let sessions = SessionsService::new(core.clone());
        let input = SignUp {
            name: "Marie Dubois".to_owned(),
            company: "Nordwind".to_owned(),
            email: "marie@nordwind.example".to_owned(),
            password: PASSWORD.to_owned(),
            time_zone: String::new(),
        };
        let cookie = accounts.sign_up(&from("192.0.2.1"), input).await.unwrap();
        let marie = whose(&sessions, &cookie).await.unwrap();
        let company = accounts.viewer(marie, None).await.unwrap().current.unwrap().company;
        Self {
            companies: CompaniesService::new(core.clone()),
            core,
            accounts,
            sessions,
            marie,
            company,
        }
    }

    async fn small(folder: &tempfile::TempDir) -> Self {
        Self::open(&format!("sqlite:{}", folder.path().join("aidoo.db").display())).await
    }

    async fn sign_in(&self, address: &str, password: &str) -> Result<Actor, Error> {
        let input = SignIn {
            email: "marie@nordwind.example".to_owned(),
            password: password.to_owned(),
            next: String::new(),
        };
        let cookie = self.accounts.sign_in(&from(address), input).await?.cookie;
        Ok(whose(&self.sessions, &cookie).await.unwrap())
    }

    async fn page(&self) -> SettingsView {
        self.accounts.page(self.marie, self.company).await.unwrap()
    }

    async fn is_live(&self, actor: Actor) -> bool {
        let row = session::Entity::find_by_id(actor.session.as_uuid())
            .one(self.core.db.reader())
            .await
            .unwrap()
            .unwrap();
        row.ended_at.is_none()
    }

    async fn audited(&self, action: &str) -> usize {
        let rows = audit_entry::Entity::find().all(self.core.db.reader()).await.unwrap();
        rows.iter().filter(|row| row.action == action).count()
    }
}

async fn whose(sessions: &SessionsService, cookie: &app::backend::SessionCookie) -> Option<Actor> {
    let text = cookie.0.to_str().unwrap();
    let token = text.split(['=', ';']).nth(1).unwrap();
    sessions.resolve(&Token::parse(token).unwrap(), "192.0.2.1".parse().unwrap()).await.unwrap()
}

fn from(address: &str) -> Caller {
    let address: IpAddr = address.parse().unwrap();
    Caller { session: None, address, user_agent: FIREFOX.to_owned() }
}

fn change(current: &str, password: &str) -> ChangePassword {
    ChangePassword { current: current.to_owned(), password: password.to_owned() }
}

#[tokio::test]
async fn a_profile_is_saved_and_times_are_told_in_its_zone() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    assert!(house.page().await.devices[0].seen.local.ends_with("09:12 UTC"));
    let save = |name: &str, zone: &str| {
        let input = SaveProfile {
            name: name.to_owned(),
            time_zone: zone.to_owned(),
            language: String::new(),
        };
        house.accounts.save_profile(house.marie, input)
    };
    save("  Marie Curie ", "Europe/Paris").await.unwrap();
    let page = house.page().await;
    assert_eq!(
        (page.name.as_str(), page.time_zone.as_deref()),
        ("Marie Curie", Some("Europe/Paris"))
    );
    assert!(page.devices[0].seen.local.ends_with("10:12 CET"), "{:?}", page.devices[0].seen);
    assert_eq!(house.accounts.viewer(house.marie, None).await.unwrap().name, "Marie Curie");

    let Err(error) = save("\n", "Mars/Olympus").await else { panic!("both are wrong") };
    assert_eq!(error.problem_of(Field::PersonName), Some(Problem::Required));
    assert_eq!(error.problem_of(Field::TimeZone), Some(Problem::Unknown));
    assert_eq!(house.audited("user.profile_saved").await, 1);
}

#[tokio::test]
async fn a_chosen_language_is_kept_with_the_person_and_told_when_they_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let signed_in = async || {
        let input = SignIn {
            email: "marie@nordwind.example".to_owned(),
            password: PASSWORD.to_owned(),
            next: String::new(),
        };
        house.accounts.sign_in(&from("192.0.2.1"), input).await.unwrap().language
    };
    let save = |language: &str| {
        let input = SaveProfile {
            name: "Marie".to_owned(),
            time_zone: String::new(),
            language: language.to_owned(),
        };
        house.accounts.save_profile(house.marie, input)
    };
    assert_eq!(signed_in().await, None);
    assert_eq!(save("fr").await.unwrap(), Some(Locale::fr));
    assert_eq!(signed_in().await, Some(Locale::fr));
    // A form that does not ask for it changes nothing.
    assert_eq!(save("").await.unwrap(), None);
    assert_eq!(signed_in().await, Some(Locale::fr));
    let Err(error) = save("de").await else { panic!("there is no such language") };
    assert_eq!(error.problem_of(Field::Language), Some(Problem::Unknown));

    // The choice at the foot of the page.
    house.accounts.set_language(house.marie, Locale::en).await.unwrap();
    assert_eq!(signed_in().await, Some(Locale::en));
    assert_eq!(house.audited("user.language_chosen").await, 1);
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions_and_the_old_password() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let phone = house.sign_in("192.0.2.7", PASSWORD).await.unwrap();
        house.accounts.change_password(house.marie, change(PASSWORD, NEW)).await.unwrap();
        assert!(house.is_live(house.marie).await && !house.is_live(phone).await);
        assert_eq!(house.sign_in("192.0.2.7", PASSWORD).await.err(), Some(Error::WrongCredentials));
        house.sign_in("192.0.2.7", NEW).await.unwrap();
        assert_eq!(house.audited("user.password_changed").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_password_is_not_changed_without_the_current_one_or_to_a_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let tried = async |current: &str, password: &str| {
        house.accounts.change_password(house.marie, change(current, password)).await.unwrap_err()
    };
    let error = tried("not the password", NEW).await;
    assert_eq!(error, Error::field(Field::CurrentPassword, Problem::NotYourPassword));
    let error = tried("", "short").await;
    assert_eq!(error.problem_of(Field::CurrentPassword), Some(Problem::Required));
    assert_eq!(error.problem_of(Field::Password), Some(Problem::TooShort { min: 15 }));
    let error = tried(PASSWORD, "nordwindnordwind").await;
    assert_eq!(error.problem_of(Field::Password), Some(Problem::Guessable));
    for _ in 0..12 {
        let _ = house.accounts.change_password(house.marie, change("guess", NEW)).await;
    }
    assert!(matches!(tried(PASSWORD, NEW).await, Error::TooManyAttempts { .. }));
    assert_eq!(house.audited("user.password_changed").await, 0);
}

#[tokio::test]
async fn a_change_of_a_password_that_is_sent_again_is_done_once() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    for _ in 0..2 {
        house.accounts.change_password(house.marie, change(PASSWORD, NEW)).await.unwrap();
    }
    assert_eq!(house.audited("user.password_changed").await, 1);
    house.sign_in("192.0.2.7", NEW).await.unwrap();
    // To ask whether the new one is the password already is a guess as any other: of ten, five ask twice.
    let asked = async || {
        let asked = change("not the password", "turnip gravel obey quartz");
        house.accounts.change_password(house.marie, asked).await.unwrap_err()
    };
    for _ in 0..5 {
        let wrong = Error::field(Field::CurrentPassword, Problem::NotYourPassword);
        assert_eq!(asked().await, wrong);
    }
    assert!(matches!(asked().await, Error::TooManyAttempts { .. }));
}

#[tokio::test]
async fn of_two_changes_of_a_password_at_once_one_holds() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let other = house.sign_in("192.0.2.1", PASSWORD).await.unwrap();
        let (one, two) = tokio::join!(
            house.accounts.change_password(house.marie, change(PASSWORD, NEW)),
            house.accounts.change_password(other, change(PASSWORD, "turnip gravel obey quartz")),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(house.audited("user.password_changed").await, 1);
    })
    .await;
}

#[tokio::test]
async fn devices_are_told_in_plain_words_and_this_one_first() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    house.core.clock.advance(HOUR);
    let phone = house.sign_in("192.0.2.7", PASSWORD).await.unwrap();
    let page = house.page().await;
    let told: Vec<_> = page
        .devices
        .iter()
        .map(|one| (one.session, one.browser.as_str(), one.address.as_str(), one.is_this))
        .collect();
    assert_eq!(
        told,
        [
            (house.marie.session, "Firefox on Windows", "192.0.2.1", true),
            (phone.session, "Firefox on Windows", "192.0.2.7", false),
        ]
    );
    let an_hour = Span { count: 1, unit: Unit::Hour };
    assert_eq!(page.devices[0].signed_in.distance(), Distance::Past(an_hour));
    house.core.clock.advance(40 * DAY);
    assert_eq!(house.page().await.devices.len(), 0, "what is over by itself is shown no more");
}

#[tokio::test]
async fn another_persons_session_is_not_found_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let stranger = Company::found(&house.core, "Suedwind").await.owner.actor;
    let never = SessionId::from_uuid(Uuid::nil());
    for session in [house.marie.session, never] {
        let ended = house.accounts.end_session(stranger, EndSession { session }).await;
        assert_eq!(ended, Err(Error::NotFound));
    }
    assert!(house.is_live(house.marie).await);
    assert_eq!(house.audited("session.revoked").await, 0);

    let phone = house.sign_in("192.0.2.7", PASSWORD).await.unwrap();
    let end = EndSession { session: phone.session };
    house.accounts.end_session(house.marie, end).await.unwrap();
    assert!(!house.is_live(phone).await);
    assert_eq!(
        house.accounts.end_session(house.marie, end).await,
        Err(Error::NotFound),
        "it is over"
    );
    assert_eq!(house.audited("session.revoked").await, 1);
}

#[tokio::test]
async fn signing_out_everywhere_else_leaves_this_device_and_other_people() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let phone = house.sign_in("192.0.2.7", PASSWORD).await.unwrap();
    let tablet = house.sign_in("192.0.2.8", PASSWORD).await.unwrap();
    house.accounts.end_other_sessions(phone).await.unwrap();
    assert!(house.is_live(phone).await);
    assert!(!house.is_live(tablet).await && !house.is_live(house.marie).await);
}

#[tokio::test]
async fn a_device_that_was_signed_out_is_a_stranger_on_its_next_request() {
    let app = TestApp::start().await;
    let (here, there) = (app.signed_in(Who::Member).await, app.signed_in(Who::Member).await);
    let company = app.membership(Who::Member).await.0.to_string();
    let (_, page) = there.form("settings/page", &[("company", &company)]).await;
    let session = page["devices"][0]["session"].as_str().unwrap();
    let (status, _) = here.form("settings/end_session", &[("input[session]", session)]).await;
    assert_eq!(status, 200);
    assert_eq!(there.form("accounts/viewer", &[]).await.0, 401);
    assert_eq!(there.open("/team").await.1, "/sign-in?next=%2Fteam");
    assert_eq!(here.form("accounts/viewer", &[]).await.0, 200);
}

#[tokio::test]
async fn colours_are_drawn_by_the_server_and_need_no_script() {
    let app = TestApp::start().await;
    let browser = app.signed_in(Who::Member).await;
    assert!(browser.open("/settings").await.1.contains("<html lang=\"en\" data-theme=\"system\""));
    let (status, _) = browser.form("settings/set_colors", &[("input[colors]", "dark")]).await;
    assert_eq!(status, 200);
    assert!(browser.open("/team").await.1.contains("<html lang=\"en\" data-theme=\"dark\""));
    let (status, _) =
        browser.form("settings/set_colors", &[("input[colors]", "\"><script>")]).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn only_owners_rename_delete_and_keep_a_company() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let other = Company::found(&house.core, "Suedwind").await;
    let name = "Suedwind".to_owned();
    for (who, refusal) in [
        (other.admin.actor, Error::Forbidden),
        (other.member.actor, Error::Forbidden),
        (house.marie, Error::NotFound),
    ] {
        let company = other.id;
        let rename = RenameCompany { company, name: "Mine".to_owned() };
        assert_eq!(house.companies.rename(who, rename).await, Err(refusal.clone()));
        let delete = DeleteCompany { company, name: name.clone() };
        assert_eq!(house.companies.delete(who, delete).await, Err(refusal.clone()));
        assert_eq!(house.companies.keep(who, KeepCompany { company }).await, Err(refusal));
    }
    let rename = RenameCompany { company: other.id, name: " Suedwind GmbH ".to_owned() };
    house.companies.rename(other.owner.actor, rename).await.unwrap();
    let now = companies::get_name(house.core.db.reader(), other.id).await.unwrap();
    assert_eq!(now, "Suedwind GmbH");
}

#[tokio::test]
async fn a_company_is_deleted_only_by_its_name_and_kept_by_undo() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let delete = |name: &str| {
            let input = DeleteCompany { company: house.company, name: name.to_owned() };
            house.companies.delete(house.marie, input)
        };
        for wrong in ["", "nordwind", "Nordwind 2"] {
            let error = Error::field(Field::CompanyToDelete, Problem::NotTheName);
            assert_eq!(delete(wrong).await, Err(error), "{wrong:?}");
        }
        delete("Nordwind").await.unwrap();
        let at = house.page().await.company.deletion.unwrap().at;
        assert_eq!(at, house.core.clock.now().plus(7 * DAY));
        house.core.clock.advance(DAY);
        delete("Nordwind").await.unwrap();
        assert_eq!(house.page().await.company.deletion.unwrap().at, at, "the first day stands");
        assert_eq!(house.audited("company.deletion_scheduled").await, 1);

        house.companies.keep(house.marie, KeepCompany { company: house.company }).await.unwrap();
        house.core.clock.advance(8 * DAY);
        housekeeping::run(&house.core).await.unwrap();
        assert!(house.page().await.company.deletion.is_none());
        assert_eq!(house.audited("company.kept").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_company_is_deleted_by_its_name_as_a_page_shows_it() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let company = house.company;
        let rename = RenameCompany { company, name: "Nord  wind".to_owned() };
        house.companies.rename(house.marie, rename).await.unwrap();
        let kept = companies::get_name(house.core.db.reader(), company).await.unwrap();
        assert_eq!(kept, "Nord  wind", "a page shows one space for the two");
        let delete = |name: &str| {
            let input = DeleteCompany { company, name: name.to_owned() };
            house.companies.delete(house.marie, input)
        };
        for wrong in ["Nordwind", "nord wind", "Nord wind 2"] {
            let error = Error::field(Field::CompanyToDelete, Problem::NotTheName);
            assert_eq!(delete(wrong).await, Err(error), "{wrong:?}");
        }
        assert!(house.page().await.company.deletion.is_none());
        delete("Nord wind").await.unwrap();
        assert!(house.page().await.company.deletion.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_company_is_removed_after_seven_days_and_its_people_stay() {
    for_both_databases(async |url| {
        let house = House::open(url).await;
        let other = Company::found(&house.core, "Suedwind").await;
        let input = DeleteCompany { company: house.company, name: "Nordwind".to_owned() };
        house.companies.delete(house.marie, input).await.unwrap();
        house.core.clock.advance(7 * DAY - 1);
        housekeeping::run(&house.core).await.unwrap();
        assert_eq!(companies_in(&house.core.db).await, 2);
        house.core.clock.advance(1);
        let (one, two) =
            tokio::join!(housekeeping::run(&house.core), housekeeping::run(&house.core));
        one.unwrap();
        two.unwrap();
        assert_eq!(companies_in(&house.core.db).await, 1);
        assert_eq!(house.audited("company.deleted").await, 1);
        assert!(companies::get_name(house.core.db.reader(), other.id).await.is_ok());
        let viewer = house.accounts.viewer(house.marie, None).await.unwrap();
        assert!(viewer.current.is_none() && viewer.companies.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_keys_of_a_company_that_is_to_be_deleted_are_refused_until_it_is_kept() {
    let app = TestApp::start().await;
    let (company, (owner, _)) = app.membership(Who::Owner).await;
    let name = companies::get_name(app.state.core.db.reader(), company).await.unwrap();
    let list = || {
        let list = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        app.mcp(app.var("AIDOO_API_KEY"), list)
    };
    assert_eq!(list().await.0, 200);
    let backend = &app.state.backend;
    backend.companies.delete(owner, DeleteCompany { company, name }).await.unwrap();
    assert_eq!(list().await.0, 401);
    let page = app.signed_in(Who::Member).await.open("/team").await.1;
    assert!(page.contains("This company will be deleted") && !page.contains(">Undo<"));
    let page = app.signed_in(Who::Owner).await.open("/team").await.1;
    assert!(page.contains(">Undo<"));
    // Whose key it is hears why, as long as it is so.
    let refused = async || {
        let page = backend.activity.connect(owner, company).await.unwrap();
        page.refused.map(|refused| refused.why)
    };
    for _ in 0..100 {
        if refused().await.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(refused().await, Some(KeyRefusal::Deleting));
    backend.companies.keep(owner, KeepCompany { company }).await.unwrap();
    assert_eq!(refused().await, None);
    assert_eq!(list().await.0, 200);
}

#[tokio::test]
async fn the_last_owner_cannot_leave_and_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::small(&folder).await;
    let page = house.page().await;
    assert!(page.company.is_last_owner);
    let (company, member) = (house.company, page.company.member);
    let leave = RemoveMember { company, member, revoke_seen: String::new() };
    let team = TeamService::new(house.core.clone());
    assert_eq!(team.remove_member(house.marie, leave).await, Err(Error::LastOwner));
}

async fn companies_in(db: &Db) -> u64 {
    company::Entity::find().count(db.reader()).await.unwrap()
}
