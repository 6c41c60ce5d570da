//! The Odoo connection page's service: who may do what, what is tested before it is saved, and what
//! becomes of secrets.

use std::path::Path;

use app::backend::Connections as _;
use reqwest::{StatusCode, header};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use server::{
    demo::DATABASE,
    entities::{audit_entry, odoo_account, odoo_login_failure},
    odoo::Limits,
    services::{Core, connections::ConnectionsService, odoo_secrets::SecretBinding},
    store::{memberships, odoo_accounts, odoo_connections},
};
use shared::{
    Error,
    connection::{
        ConnectionPage, ConnectionView, LinkOdooAccount, Pace, ProbeConnection, Protocol,
        RemoveConnection, SaveConnection, UnlinkOdooAccount,
    },
    error::{Field, OdooProblem, Problem},
    id::{CompanyId, ConnectionId},
    time::{HOUR, MINUTE},
};
use uuid::Uuid;

use crate::support::{
    app::{TestApp, Who as DemoPerson},
    core::{Company, Person, core_on, for_both_databases},
    door::Door,
    odoo_double::{OdooDouble, Setup, odoo},
    odoo_server::client,
};

/// A company with an owner and a member, and two Odoo servers that may be called.
struct World {
    core: Core,
    service: ConnectionsService,
    owner: Who,
    member: Who,
    odoo: OdooDouble,
    other: OdooDouble,
}

/// Somebody, and the company that they mean.
#[derive(Clone, Copy)]
struct Who {
    company: CompanyId,
    person: Person,
}

const KEY: &str = "anna-odoo-key";
const LOGIN: &str = "anna@example.com";
/// How much later each step is than the one before, so that the audit has an order.
const MILLISECOND: i64 = 1_000;

impl World {
    async fn new(url: &str, setup: Setup) -> Self {
        let core = core_on(url).await;
        let company = Company::found(&core, "Acme").await;
        let (odoo, other) =
            (OdooDouble::start(setup.clone()).await, OdooDouble::start(setup).await);
        let client = client(&[odoo.server.address, other.server.address], Limits::default());
        let who = |person| Who { company: company.id, person };
        Self {
            service: ConnectionsService::new(core.clone(), client),
            owner: who(company.owner),
            member: who(company.member),
            core,
            odoo,
            other,
        }
    }

    /// A world in which the owner has connected the first server.
    async fn connected(url: &str, setup: Setup) -> Self {
        let world = Self::new(url, setup).await;
        world.save(world.owner, &world.odoo.server.url(), "prod").await.unwrap();
        world
    }

    /// The owner of another company.
    async fn stranger(&self) -> Who {
        let other = Company::found(&self.core, "Other").await;
        Who { company: other.id, person: other.owner }
    }

    async fn save(&self, who: Who, url: &str, database: &str) -> Result<(), Error> {
        self.save_paced(who, (url, database), ("", "")).await
    }

    /// Saves with so many calls in a second and at once, as a form sends them.
    async fn save_paced(
        &self,
        who: Who,
        (url, database): (&str, &str),
        (calls_per_second, calls_at_once): (&str, &str),
    ) -> Result<(), Error> {
        let input = SaveConnection {
            company: who.company,
            url: url.to_owned(),
            database: database.to_owned(),
            calls_per_second: calls_per_second.to_owned(),
            calls_at_once: calls_at_once.to_owned(),
        };
        self.core.clock.advance(MILLISECOND);
        self.service.save(who.person.actor, input).await
    }

    /// Links at what the page shows now. Somebody who may not see it has made their form by hand.
    async fn link(&self, who: Who, login: &str, secret: &str) -> Result<(), Error> {
        let page = self.service.page(who.person.actor, who.company).await;
        let shown = page.ok().and_then(|page| page.connection);
        self.link_at(who, shown, (login, secret)).await
    }

    /// Links at what the page showed when it was opened.
    async fn link_at(
        &self,
        who: Who,
        shown: Option<ConnectionView>,
        (login, secret): (&str, &str),
    ) -> Result<(), Error> {
        let (url, database) =
            shown.map(|shown| (shown.url, shown.database.unwrap_or_default())).unwrap_or_default();
        let input = LinkOdooAccount {
            company: who.company,
            url,
            database,
            login: login.to_owned(),
            secret: secret.to_owned(),
        };
        self.core.clock.advance(MILLISECOND);
        self.service.link(who.person.actor, input).await
    }

    async fn page(&self, who: Who) -> ConnectionPage {
        self.service.page(who.person.actor, who.company).await.unwrap()
    }

    async fn audited(&self) -> Vec<String> {
        let own = audit_entry::Column::CompanyId.eq(self.owner.company.as_uuid());
        let oldest_first = audit_entry::Entity::find()
            .filter(own)
            .order_by_asc(audit_entry::Column::At)
            .order_by_asc(audit_entry::Column::Id);
        let rows = oldest_first.all(self.core.db.reader()).await.unwrap();
        rows.into_iter().map(|row| row.action).collect()
    }
}

#[tokio::test]
async fn a_connection_is_tested_saved_and_shown() {
    for_both_databases(async |url| {
        for (major, protocol) in
            [(17, Protocol::JsonRpc), (18, Protocol::JsonRpc), (19, Protocol::Json2)]
        {
            let world = World::new(url, odoo(major)).await;
            assert_eq!(world.page(world.member).await.connection, None);
            world
                .save(world.owner, &format!("{}/web/login", world.odoo.server.url()), "")
                .await
                .unwrap();

            let shown = world.page(world.member).await.connection.unwrap();
            assert_eq!(shown.url, world.odoo.server.url());
            assert_eq!(shown.database.as_deref(), Some("prod"));
            assert_eq!((shown.version, shown.protocol), (format!("{major}.0"), protocol));
            assert_eq!(shown.tested.distance(), shared::time::Distance::Now);
            assert_eq!(world.audited().await, ["odoo_connection.created"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_probe_reports_and_saves_nothing() {
    for_both_databases(async |url| {
        let world =
            World::new(url, Setup { databases: vec!["a".into(), "b".into()], ..odoo(19) }).await;
        let probe = |database: &str| {
            world.service.probe(
                world.owner.person.actor,
                ProbeConnection {
                    company: world.owner.company,
                    url: world.odoo.server.url(),
                    database: database.to_owned(),
                },
            )
        };
        let open = probe("").await.unwrap();
        assert_eq!((open.databases, open.database), (vec!["a".into(), "b".into()], None));
        assert_eq!(probe("b").await.unwrap().database.as_deref(), Some("b"));
        assert_eq!(probe("c").await, Err(Error::Odoo(OdooProblem::NoSuchDatabase)));

        world.odoo.setup.lock().unwrap().lists = false;
        let unlisted = probe("a").await.unwrap();
        assert_eq!((unlisted.databases, unlisted.database), (vec![], Some("a".into())));
        assert_eq!(probe("c").await, Err(Error::Odoo(OdooProblem::NoSuchDatabase)));

        assert_eq!(world.page(world.owner).await.connection, None);
        assert!(world.audited().await.is_empty());
        assert_eq!(world.odoo.secrets_sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_database_must_be_chosen_where_there_are_several_or_none_are_told() {
    for_both_databases(async |url| {
        let required = Err(Error::field(Field::OdooDatabase, Problem::Required));
        let several = Setup { databases: vec!["a".into(), "b".into()], ..odoo(19) };
        let silent = Setup { lists: false, ..odoo(18) };
        for setup in [several.clone(), silent, Setup { lists: false, ..several }] {
            let world = World::new(url, setup).await;
            assert_eq!(world.save(world.owner, &world.odoo.server.url(), "").await, required);
        }
        // On 19 a server with just one database needs no name for it.
        let world = World::new(url, Setup { lists: false, ..odoo(19) }).await;
        world.save(world.owner, &world.odoo.server.url(), "").await.unwrap();
        assert_eq!(world.page(world.owner).await.connection.unwrap().database, None);
        world.link(world.member, LOGIN, KEY).await.unwrap();
        let password = world.link(world.owner, "bob@example.com", "bob-password").await;
        assert_eq!(password, Err(Error::Odoo(OdooProblem::WrongCredentials)));
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_refused_at_its_field_and_nothing_is_saved() {
    for_both_databases(async |url| {
        let world = World::new(url, odoo(19)).await;
        let url = world.odoo.server.url();
        let long = "x".repeat(200);
        for (url, database, field, problem) in [
            ("", "", Field::OdooUrl, Problem::Required),
            ("ftp://x", "", Field::OdooUrl, Problem::NotAUrl),
            ("https://u:p@x.example", "", Field::OdooUrl, Problem::UrlHasExtras),
            ("http://erp.example.com", "", Field::OdooUrl, Problem::HttpsRequired),
            ("http://127.0.0.1:1", "", Field::OdooUrl, Problem::AddressNotAllowed),
            ("http://169.254.169.254", "", Field::OdooUrl, Problem::AddressNotAllowed),
            ("https://localhost", "", Field::OdooUrl, Problem::AddressNotAllowed),
            (&url, &long, Field::OdooDatabase, Problem::TooLong { max: 128 }),
            (&url, "a\u{0}b", Field::OdooDatabase, Problem::ControlCharacters),
        ] {
            let saved = world.save(world.owner, url, database).await;
            assert_eq!(saved, Err(Error::field(field, problem)), "{url}");
        }
        assert_eq!(world.page(world.owner).await.connection, None);

        world.save(world.owner, &url, "").await.unwrap();
        for (login, secret, field, problem) in [
            (" ", KEY, Field::OdooLogin, Problem::Required),
            (LOGIN, " \n", Field::OdooSecret, Problem::Required),
            (&"x".repeat(300), KEY, Field::OdooLogin, Problem::TooLong { max: 254 }),
            (LOGIN, &"x".repeat(2_000), Field::OdooSecret, Problem::TooLong { max: 1_024 }),
            (LOGIN, "a\nb", Field::OdooSecret, Problem::ControlCharacters),
        ] {
            let linked = world.link(world.member, login, secret).await;
            assert_eq!(linked, Err(Error::field(field, problem)));
        }
        assert_eq!(world.odoo.secrets_sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn how_much_an_odoo_is_asked_is_set_by_those_who_manage_it_and_nobody_else() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        let url = world.odoo.server.url();
        let pace = async || world.page(world.member).await.connection.unwrap().pace;
        assert_eq!(pace().await, Pace::USUAL);
        world.link(world.member, LOGIN, KEY).await.unwrap();

        let stranger = world.stranger().await;
        let trespass = Who { company: world.owner.company, ..stranger };
        for (who, expected) in [(world.member, Error::Forbidden), (trespass, Error::NotFound)] {
            let saved = world.save_paced(who, (&url, ""), ("1", "1")).await;
            assert_eq!(saved, Err(expected));
        }
        let (rate, places) = (
            Problem::OutOfRange { min: 0, max: Pace::MAX_PER_SECOND },
            Problem::OutOfRange { min: 1, max: Pace::MAX_AT_ONCE },
        );
        let calls = world.odoo.server.seen().len();
        for (given, field, problem) in [
            (("-1", "8"), Field::CallsPerSecond, rate),
            (("1001", "8"), Field::CallsPerSecond, rate),
            (("", "0"), Field::CallsAtOnce, places),
            (("", "65"), Field::CallsAtOnce, places),
            (("", "many"), Field::CallsAtOnce, places),
        ] {
            let saved = world.save_paced(world.owner, (&url, ""), given).await;
            assert_eq!(saved, Err(Error::field(field, problem)), "{given:?}");
        }
        assert_eq!(world.odoo.server.seen().len(), calls, "nothing is tested for it");
        assert_eq!(pace().await, Pace::USUAL);

        for (given, (per_second, at_once)) in
            [(("5", "2"), (5, 2)), (("0", "64"), (0, 64)), (("", ""), (0, 8))]
        {
            world.save_paced(world.owner, (&url, "prod"), given).await.unwrap();
            assert_eq!(pace().await, Pace { per_second, at_once });
        }
        world.save(world.owner, &url, "prod").await.unwrap();
        assert!(world.page(world.member).await.account.is_some(), "it is the same server");
        let paced = "odoo_connection.paced";
        let (created, linked) = ("odoo_connection.created", "odoo_account.linked");
        let tested = "odoo_connection.tested";
        assert_eq!(world.audited().await, [created, linked, paced, paced, paced, tested]);
        let entry = audit_entry::Entity::find()
            .filter(audit_entry::Column::CompanyId.eq(world.owner.company.as_uuid()))
            .filter(audit_entry::Column::Action.eq(paced))
            .order_by_asc(audit_entry::Column::At)
            .one(world.core.db.reader())
            .await
            .unwrap()
            .unwrap();
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap();
        assert_eq!((&detail["calls_per_second"], &detail["calls_at_once"]), (&5.into(), &2.into()));
    })
    .await;
}

#[tokio::test]
async fn an_odoo_that_is_too_old_or_none_at_all_is_not_saved() {
    for_both_databases(async |url| {
        let world = World::new(url, odoo(16)).await;
        let saved = world.save(world.owner, &world.odoo.server.url(), "").await;
        assert_eq!(saved, Err(Error::Odoo(OdooProblem::TooOld)));
        world.odoo.setup.lock().unwrap().major = 18;
        let saved = world.save(world.owner, &world.odoo.server.url(), "nope").await;
        assert_eq!(saved, Err(Error::Odoo(OdooProblem::NoSuchDatabase)));
        assert_eq!(world.page(world.owner).await.connection, None);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_is_refused_before_anything_is_called() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        let stranger = world.stranger().await;
        let trespass = Who { company: world.owner.company, ..stranger };
        let unknown = Who { company: CompanyId::from_uuid(Uuid::from_u128(5)), ..stranger };
        let calls = world.odoo.server.seen().len();
        for (who, expected) in [
            (world.member, Error::Forbidden),
            (trespass, Error::NotFound),
            (unknown, Error::NotFound),
        ] {
            let url = world.odoo.server.url();
            let (actor, company) = (who.person.actor, who.company);
            let probe = ProbeConnection { company, url: url.clone(), database: String::new() };
            assert_eq!(world.service.probe(actor, probe).await, Err(expected.clone()));
            assert_eq!(world.save(who, &url, "").await, Err(expected.clone()));
            let removed = world.service.remove(actor, RemoveConnection { company }).await;
            assert_eq!(removed, Err(expected));
        }
        for who in [trespass, unknown] {
            let (actor, company) = (who.person.actor, who.company);
            assert_eq!(world.service.page(actor, company).await, Err(Error::NotFound));
            assert_eq!(world.link(who, LOGIN, KEY).await, Err(Error::NotFound));
            let unlinked = world.service.unlink(actor, UnlinkOdooAccount { company }).await;
            assert_eq!(unlinked, Err(Error::NotFound));
        }
        assert_eq!(world.odoo.server.seen().len(), calls);
        assert_eq!(world.audited().await, ["odoo_connection.created"]);

        // Their own company has nothing of it.
        assert_eq!(world.page(stranger).await.connection, None);
        assert_eq!(world.link(stranger, LOGIN, KEY).await, Err(Error::NotConnected));
    })
    .await;
}

#[tokio::test]
async fn a_linked_account_is_tested_sealed_and_never_shown() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        world.link(world.member, &format!(" {LOGIN} "), &format!("{KEY}\n")).await.unwrap();
        world.link(world.owner, "bob@example.com", "bob-password").await.unwrap();

        let page = world.page(world.member).await;
        let account = page.account.clone().unwrap();
        assert_eq!(
            (account.login.as_str(), account.refused, page.linked_members),
            (LOGIN, None, 2)
        );
        assert!(!serde_json::to_string(&page).unwrap().contains(KEY));

        let db = world.core.db.reader();
        let rows = odoo_account::Entity::find().all(db).await.unwrap();
        assert!(rows.iter().all(|row| !format!("{row:?}").contains("@")));
        let of = |who: Who| {
            rows.iter().find(|row| row.member_id == who.person.member.as_uuid()).unwrap()
        };
        assert_eq!((of(world.member).uid, of(world.member).protocol.as_str()), (1, "json2"));
        assert_eq!((of(world.owner).uid, of(world.owner).protocol.as_str()), (2, "jsonrpc"));

        // Opened only as what it was sealed for: not for another member, nor another server.
        use secrecy::ExposeSecret as _;
        let row = of(world.member);
        let origin = world.odoo.server.url();
        let own = SecretBinding {
            member: world.member.person.member,
            connection: ConnectionId::from_uuid(row.connection_id),
            origin: &origin,
            database: "prod",
        };
        let vault = &world.core.vault;
        assert_eq!(own.open(vault, &row.sealed).unwrap().expose_secret(), KEY);
        let stolen = SecretBinding { member: world.owner.person.member, ..own };
        assert!(stolen.open(vault, &row.sealed).is_err());

        // Not in SQLite's file either, nor in what is kept beside it.
        let Some(file) = url.strip_prefix("sqlite:") else { return };
        let mut searched = 0;
        for file in Path::new(file).parent().unwrap().read_dir().unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let has =
                |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!has(KEY) && !has("bob-password"));
            // What is no secret is found: these are the files.
            searched += usize::from(has(LOGIN));
        }
        assert!(searched > 0, "the login is in a file");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_secret_is_not_linked_and_leaves_the_old_one() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        world.link(world.member, LOGIN, KEY).await.unwrap();
        let linked = world.link(world.member, LOGIN, "wrong").await;
        assert_eq!(linked, Err(Error::Odoo(OdooProblem::WrongCredentials)));
        let linked = world.link(world.member, LOGIN, "bob-odoo-key").await;
        assert_eq!(linked, Err(Error::Odoo(OdooProblem::WrongCredentials)));
        assert!(world.page(world.member).await.account.is_some());
        assert_eq!(world.audited().await, ["odoo_connection.created", "odoo_account.linked"]);
    })
    .await;
}

#[tokio::test]
async fn another_server_or_database_erases_every_secret() {
    for_both_databases(async |url| {
        let two = Setup { databases: vec!["prod".into(), "test".into()], ..odoo(19) };
        let world = World::connected(url, two).await;
        world.link(world.member, LOGIN, KEY).await.unwrap();
        world.link(world.owner, "bob@example.com", "bob-odoo-key").await.unwrap();

        // The same again is only a test.
        world.save(world.owner, &world.odoo.server.url(), "prod").await.unwrap();
        assert_eq!(world.page(world.owner).await.linked_members, 2);

        world.save(world.owner, &world.odoo.server.url(), "test").await.unwrap();
        assert_eq!(world.page(world.owner).await.linked_members, 0);

        world.link(world.member, LOGIN, KEY).await.unwrap();
        world.save(world.owner, &world.other.server.url(), "test").await.unwrap();
        assert_eq!(world.page(world.member).await.account, None);
        assert_eq!(odoo_account::Entity::find().count(world.core.db.reader()).await.unwrap(), 0);
        assert_eq!(
            world.audited().await,
            [
                "odoo_connection.created",
                "odoo_account.linked",
                "odoo_account.linked",
                "odoo_connection.tested",
                "odoo_connection.changed",
                "odoo_account.linked",
                "odoo_connection.changed",
            ]
        );
        // And what fails to be saved erases nothing.
        world.link(world.member, LOGIN, KEY).await.unwrap();
        assert!(world.save(world.owner, &world.odoo.server.url(), "nope").await.is_err());
        assert!(world.page(world.member).await.account.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_secret_goes_to_the_odoo_that_its_person_was_shown_and_to_no_other() {
    for_both_databases(async |url| {
        let two = Setup { databases: vec!["prod".into(), "test".into()], ..odoo(19) };
        let world = World::connected(url, two).await;
        let (here, elsewhere) = (world.odoo.server.url(), world.other.server.url());
        let shown = async || world.page(world.member).await.connection;
        let asked = || world.odoo.server.seen().len() + world.other.server.seen().len();
        let account = (LOGIN, KEY);

        let first = shown().await;
        for (server, database) in [(&elsewhere, "prod"), (&here, "test")] {
            world.save(world.owner, server, database).await.unwrap();
            let before = asked();
            for seen in [first.clone(), None] {
                let linked = world.link_at(world.member, seen, account).await;
                assert_eq!(linked, Err(Error::ConnectionChanged), "{server} {database}");
            }
            assert_eq!(asked(), before, "no Odoo is asked");
            assert_eq!(world.page(world.member).await.account, None);
        }
        assert_eq!(world.odoo.secrets_sent() + world.other.secrets_sent(), 0);

        // Tested again, or asked less, it is the one that was shown.
        let second = shown().await;
        world.save_paced(world.owner, (&here, "test"), ("5", "2")).await.unwrap();
        world.link_at(world.member, second.clone(), account).await.unwrap();
        assert_eq!(world.other.secrets_sent(), 0);

        let removal = RemoveConnection { company: world.owner.company };
        world.service.remove(world.owner.person.actor, removal).await.unwrap();
        let before = asked();
        let linked = world.link_at(world.member, second, account).await;
        assert_eq!(linked, Err(Error::NotConnected));
        assert_eq!(asked(), before);
    })
    .await;
}

#[tokio::test]
async fn a_plain_form_has_the_odoo_that_its_page_showed_and_is_refused_at_another() {
    let door = Door::new().await;
    let allow = door.address.to_string();
    let app = TestApp::start_with(&["--odoo-allow", &allow]).await;
    door.leads_to(&app.odoo);
    let (company, (owner, _)) = app.membership(DemoPerson::Owner).await;
    let member = app.signed_in(DemoPerson::Member).await;
    let (_, opened) = member.open("/odoo").await;

    let save = SaveConnection {
        company,
        url: door.url(),
        database: DATABASE.to_owned(),
        calls_per_second: String::new(),
        calls_at_once: String::new(),
    };
    app.state.backend.connections.save(owner, save).await.unwrap();
    let asked = app.odoo.calls().len();
    let company = company.to_string();
    let post = async |page: &str| {
        let fields = [
            ("input[company]", company.as_str()),
            ("input[url]", hidden(page, "input[url]")),
            ("input[database]", hidden(page, "input[database]")),
            ("input[login]", app.var("AIDOO_MEMBER_ODOO_LOGIN")),
            ("input[secret]", app.var("AIDOO_MEMBER_ODOO_KEY")),
        ];
        let answer = member
            .client
            .post(format!("{}/api/connections/link", app.url))
            .header(header::ORIGIN, &app.url)
            .header(header::REFERER, format!("{}/odoo", app.url))
            .header(header::ACCEPT, "text/html")
            .form(&fields)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND);
        let place = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let (_, page) = member.open(place.strip_prefix(&app.url).unwrap_or(&place)).await;
        page
    };
    let refused = post(&opened).await;
    assert_eq!(app.odoo.calls().len(), asked, "no Odoo is asked");
    assert!(refused.contains("connection has changed since this page was opened"), "{refused}");
    assert_eq!(hidden(&refused, "input[url]"), door.url());

    post(&refused).await;
    let (_, page) = member.form("connections/page", &[("company", &company)]).await;
    assert_eq!(page["account"]["login"], app.var("AIDOO_MEMBER_ODOO_LOGIN"));
}

/// The value of a page's hidden field.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let field = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&field).expect("the field is in the page");
    rest.split_once('"').expect("has an end").0
}

#[tokio::test]
async fn another_companys_secrets_stay() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        let stranger = world.stranger().await;
        world.save(stranger, &world.odoo.server.url(), "").await.unwrap();
        world.link(stranger, "bob@example.com", "bob-odoo-key").await.unwrap();
        world.link(world.member, LOGIN, KEY).await.unwrap();

        world.save(world.owner, &world.other.server.url(), "").await.unwrap();
        let removal = RemoveConnection { company: world.owner.company };
        world.service.remove(world.owner.person.actor, removal).await.unwrap();
        assert_eq!(world.page(world.owner).await.connection, None);
        assert!(world.page(stranger).await.account.is_some());
    })
    .await;
}

#[tokio::test]
async fn removing_and_unlinking_erase_and_happen_once() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(18)).await;
        world.link(world.member, LOGIN, KEY).await.unwrap();
        let unlink = UnlinkOdooAccount { company: world.member.company };
        world.service.unlink(world.member.person.actor, unlink).await.unwrap();
        assert_eq!(
            world.service.unlink(world.member.person.actor, unlink).await,
            Err(Error::NotFound)
        );
        assert_eq!(world.page(world.member).await.account, None);

        world.link(world.member, LOGIN, KEY).await.unwrap();
        let remove = RemoveConnection { company: world.owner.company };
        world.service.remove(world.owner.person.actor, remove).await.unwrap();
        assert_eq!(
            world.service.remove(world.owner.person.actor, remove).await,
            Err(Error::NotConnected)
        );
        let page = world.page(world.member).await;
        assert_eq!((page.connection, page.account, page.linked_members), (None, None, 0));
    })
    .await;
}

#[tokio::test]
async fn five_wrong_logins_close_a_login_for_a_quarter_of_an_hour_across_companies() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        let stranger = world.stranger().await;
        world.save(stranger, &world.odoo.server.url(), "").await.unwrap();

        let wrong = Err(Error::Odoo(OdooProblem::WrongCredentials));
        let too_many = Err(Error::Odoo(OdooProblem::TooManyAttempts));
        for who in [world.member, stranger, world.owner, world.member, stranger] {
            assert_eq!(world.link(who, LOGIN, "wrong").await, wrong);
        }
        let sent = world.odoo.secrets_sent();
        assert_eq!(world.link(world.member, LOGIN, KEY).await, too_many);
        assert_eq!(world.link(stranger, "ANNA@example.com", KEY).await, too_many);
        assert_eq!(world.odoo.secrets_sent(), sent, "nothing is sent past the limit");

        // Another login, and the same login elsewhere, are not concerned.
        world.link(world.owner, "bob@example.com", "bob-odoo-key").await.unwrap();
        world.core.clock.advance(15 * MINUTE);
        world.link(world.member, LOGIN, KEY).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn thirty_wrong_logins_close_a_server_for_an_hour() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        for attempt in 0..30 {
            let linked = world.link(world.member, &format!("user{attempt}"), "wrong").await;
            assert_eq!(linked, Err(Error::Odoo(OdooProblem::WrongCredentials)));
        }
        let too_many = Err(Error::Odoo(OdooProblem::TooManyAttempts));
        assert_eq!(world.link(world.member, LOGIN, KEY).await, too_many);
        world.core.clock.advance(HOUR - MINUTE);
        assert_eq!(world.link(world.member, LOGIN, KEY).await, too_many);
        world.core.clock.advance(MINUTE);
        world.link(world.member, LOGIN, KEY).await.unwrap();

        let db = world.core.db.reader();
        assert_eq!(odoo_login_failure::Entity::find().count(db).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn attempts_at_the_same_time_do_not_pass_the_limit_together() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        let attempts = (0..12).map(|_| world.link(world.member, LOGIN, "wrong"));
        let answers = futures::future::join_all(attempts).await;
        let refused =
            |problem| answers.iter().filter(|answer| **answer == Err(Error::Odoo(problem))).count();
        assert_eq!(refused(OdooProblem::WrongCredentials), 5);
        assert_eq!(refused(OdooProblem::TooManyAttempts), 7);
    })
    .await;
}

#[tokio::test]
async fn a_login_is_kept_only_as_a_digest_and_right_ones_not_at_all() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        world.link(world.member, LOGIN, KEY).await.unwrap();
        let _ = world.link(world.owner, "bob@example.com", "wrong").await;
        let db = world.core.db.reader();
        let rows = odoo_login_failure::Entity::find().all(db).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].login_digest.len(), 32);
        assert_eq!(rows[0].origin, world.odoo.server.url());
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_down_counts_as_no_wrong_login() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        world.odoo.setup.lock().unwrap().databases.clear();
        for _ in 0..8 {
            let linked = world.link(world.member, LOGIN, KEY).await;
            assert_eq!(linked, Err(Error::Odoo(OdooProblem::NoSuchDatabase)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_member_who_is_gone_links_nothing() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        let transaction = world.core.db.begin().await.unwrap();
        let Who { company, person: Person { member, .. } } = world.member;
        let now = world.core.clock.now();
        memberships::remove(&transaction, company, member, now).await.unwrap();
        sea_orm::DatabaseTransaction::commit(transaction).await.unwrap();
        assert_eq!(world.link(world.member, LOGIN, KEY).await, Err(Error::NotFound));
        assert_eq!(world.odoo.secrets_sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_went_back_to_18_is_spoken_to_by_json_rpc() {
    for_both_databases(async |url| {
        let world = World::connected(url, odoo(19)).await;
        world.link(world.member, LOGIN, KEY).await.unwrap();
        world.odoo.setup.lock().unwrap().major = 18;
        world.save(world.owner, &world.odoo.server.url(), "prod").await.unwrap();

        let db = world.core.db.reader();
        let Who { company, person: Person { member, .. } } = world.member;
        let account = odoo_accounts::find_of_member(db, company, member).await.unwrap().unwrap();
        assert_eq!(account.protocol, "jsonrpc");
        let connection = odoo_connections::find(db, company).await.unwrap().unwrap();
        assert_eq!(
            (connection.version.as_str(), connection.protocol.as_str()),
            ("18.0", "jsonrpc")
        );
    })
    .await;
}

#[tokio::test]
async fn a_plain_form_sets_how_much_an_odoo_is_asked_and_everybody_sees_it() {
    let app = TestApp::start().await;
    let company = app.membership(DemoPerson::Owner).await.0.to_string();
    let owner = app.signed_in(DemoPerson::Owner).await;
    let url = app.var("AIDOO_DEMO_ODOO_URL");
    let save = async |per_second: &str, at_once: &str| {
        let fields = [
            ("input[company]", company.as_str()),
            ("input[url]", url),
            ("input[database]", "demo"),
            ("input[calls_per_second]", per_second),
            ("input[calls_at_once]", at_once),
        ];
        owner.form("connections/save", &fields).await
    };
    let (status, answer) = save("5", "65").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    assert!(answer.to_string().contains("calls_at_once"), "{answer}");
    assert_eq!(save("5", "2").await.0, StatusCode::OK);

    let (_, page) = owner.open("/odoo").await;
    for field in
        [r#"name="input[calls_per_second]" value="5""#, r#"name="input[calls_at_once]" value="2""#]
    {
        assert!(page.contains(field), "{field} is not in the form");
    }
    let (_, page) = app.signed_in(DemoPerson::Member).await.open("/odoo").await;
    assert!(page.contains("at most 5 per second, 2 at once"));
    assert!(!page.contains("input[calls_at_once]"));
}

#[tokio::test]
async fn a_company_has_servers_looked_at_so_often_and_not_more() {
    for_both_databases(async |url| {
        let world = World::new(url, odoo(19)).await;
        let look = || {
            world.service.probe(
                world.owner.person.actor,
                ProbeConnection {
                    company: world.owner.company,
                    url: "not an address".to_owned(),
                    database: String::new(),
                },
            )
        };
        for _ in 0..60 {
            assert!(matches!(look().await, Err(Error::Invalid(_))));
        }
        assert!(matches!(look().await, Err(Error::TooManyAttempts { .. })));
        world.core.clock.advance(10 * MINUTE);
        assert!(matches!(look().await, Err(Error::Invalid(_))));
    })
    .await;
}
