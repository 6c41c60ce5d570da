//! The demonstration company: four people, a connected Odoo, one ready key. Made through the services,
//! as people would make it.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context as _, bail};
use app::backend::{Actor, Backend, Caller};
use secrecy::SecretString;
use shared::{
    account::{AcceptAsNew, SignUp},
    api_key::{CreateApiKey, Expiry},
    connection::{LinkOdooAccount, SaveConnection},
    email::Email,
    id::{CompanyId, MemberId, RequestId, SessionId},
    member::Invite,
    permission::PermissionSet,
    role::Role,
    snippet,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{DATABASE, DemoOdoo, DemoRights, DemoUser, dotenv::DemoEnv};
use crate::{
    config::Serve,
    domain::credential::Presented,
    services::{Core, verifier::Verifier},
    state::AppState,
    store::{memberships, users},
};

/// The demonstration company's name.
pub const COMPANY: &str = "Nordwind Bakery";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// One of the demonstration's people.
struct Person {
    name: &'static str,
    login: &'static str,
    role: Role,
    rights: DemoRights,
    /// What their variables in `demo.env` start with.
    variable: &'static str,
}

const PEOPLE: [Person; 4] = [
    Person {
        name: "Marie Lenoir",
        login: "marie",
        role: Role::Owner,
        rights: DemoRights::Admin,
        variable: "OWNER",
    },
    Person {
        name: "Anna Vogel",
        login: "anna",
        role: Role::Admin,
        rights: DemoRights::Manager,
        variable: "ADMIN",
    },
    Person {
        name: "Idris Benali",
        login: "idris",
        role: Role::Member,
        rights: DemoRights::Purchasing,
        variable: "MEMBER",
    },
    Person {
        name: "Tomás Ruiz",
        login: "tomas",
        role: Role::Member,
        rights: DemoRights::Sales,
        variable: "MEMBER2",
    },
];

impl Person {
    fn email(&self) -> String {
        format!("{}@nordwind.example", self.login)
    }

    fn variable(&self, what: &str) -> String {
        format!("AIDOO_{}_{what}", self.variable)
    }
}

/// A running demonstration Odoo, and what is needed to make a company that uses it.
pub struct Demo {
    /// The demonstration Odoo.
    pub odoo: DemoOdoo,
    env: DemoEnv,
    odoo_url: String,
}

impl Demo {
    /// Starts the demonstration Odoo on its own loopback port and lets Aidoo call it.
    ///
    /// # Errors
    /// When the port is taken or `demo.env` cannot be read.
    pub async fn start(
        options: &mut Serve,
        core: &Core,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        if !options.demo_odoo_listen.ip().is_loopback() {
            bail!(
                "the demonstration Odoo listens only on this machine: --demo-odoo-listen (AIDOO_DEMO_ODOO_LISTEN) must be an address such as 127.0.0.1:8169"
            );
        }
        let mut env = DemoEnv::load(&options.storage.data_dir).context("demo.env")?;
        let listener = TcpListener::bind(options.demo_odoo_listen).await.with_context(|| {
            format!(
                "the demonstration Odoo cannot listen on {}: is it taken?",
                options.demo_odoo_listen
            )
        })?;
        let address = listener.local_addr()?;
        options.odoo_allow.push(address.to_string());

        let mut secret = |name: &str| SecretString::from(env.secret(name, &core.entropy));
        let users = PEOPLE
            .iter()
            .map(|person| DemoUser {
                login: person.login.to_owned(),
                name: person.name.to_owned(),
                password: secret(&person.variable("ODOO_PASSWORD")),
                api_key: secret(&person.variable("ODOO_KEY")),
                rights: person.rights,
            })
            .collect();
        let odoo = DemoOdoo::new(users, core.clock.now());
        tokio::spawn({
            let odoo = odoo.clone();
            async move {
                if let Err(error) = odoo.serve(listener, stop.cancelled_owned()).await {
                    tracing::error!(error = %error, "the demonstration odoo stopped");
                }
            }
        });
        Ok(Self { odoo, env, odoo_url: format!("http://{address}") })
    }

    /// Makes what is missing of the demonstration company, and writes `demo.env`. Run again, it makes
    /// nothing twice.
    ///
    /// # Errors
    /// When a service refuses, which it does when the data folder holds another company's data.
    pub async fn seed(mut self, state: &AppState) -> anyhow::Result<DemoEnv> {
        let AppState { core, backend, verifier, .. } = state;
        let owner = self.found_company(core, backend).await?;
        self.invite_team(core, backend, owner).await?;
        self.connect_odoo(core, backend, owner).await?;
        self.make_key(core, backend, verifier, owner).await?;

        self.env.set("AIDOO_URL", core.settings.public_url.as_str().trim_end_matches('/'));
        self.env.set("AIDOO_DEMO_ODOO_URL", &self.odoo_url);
        self.env.set("AIDOO_DEMO_ODOO_DATABASE", DATABASE);
        for person in &PEOPLE {
            self.env.set(&person.variable("EMAIL"), person.email());
            self.env.set(&person.variable("ODOO_LOGIN"), person.login);
        }
        self.env.save().context("writing demo.env")?;
        Ok(self.env)
    }

    async fn found_company(&mut self, core: &Core, backend: &Backend) -> anyhow::Result<Member> {
        let person = &PEOPLE[0];
        if let Some(owner) = find_member(core, person).await? {
            return Ok(owner);
        }
        if users::exists(core.db.reader()).await? {
            bail!(
                "the database holds a company that is not the demonstration's: start without --demo, or with another --data-dir (AIDOO_DATA_DIR)"
            );
        }
        let input = SignUp {
            name: person.name.to_owned(),
            company: COMPANY.to_owned(),
            email: person.email(),
            password: self.env.secret(&person.variable("PASSWORD"), &core.entropy),
            time_zone: String::new(),
        };
        // Before it is used, so that a start that is cut short leaves no account without its password.
        self.env.save()?;
        backend.accounts.sign_up(&caller(), input).await?;
        find_member(core, person).await?.context("the owner who has just signed up")
    }

    async fn invite_team(
        &mut self,
        core: &Core,
        backend: &Backend,
        owner: Member,
    ) -> anyhow::Result<()> {
        for person in &PEOPLE[1..] {
            if users::find_by_email(core.db.reader(), &email_of(person)?).await?.is_some() {
                continue;
            }
            let password = self.env.secret(&person.variable("PASSWORD"), &core.entropy);
            self.env.save()?;
            let input = Invite {
                company: owner.company,
                email: person.email(),
                role: person.role.as_str().to_owned(),
            };
            let link = backend.team.invite(owner.actor, input).await?;
            let token = link.url.rsplit('/').next().unwrap_or_default().to_owned();
            let input = AcceptAsNew {
                token,
                name: person.name.to_owned(),
                password,
                time_zone: String::new(),
            };
            backend.accounts.accept_as_new(&caller(), input).await?;
        }
        Ok(())
    }

    /// Connects and links where the company has no connection, or one to an earlier address of the
    /// demonstration.
    async fn connect_odoo(
        &mut self,
        core: &Core,
        backend: &Backend,
        owner: Member,
    ) -> anyhow::Result<()> {
        let company = owner.company;
        let page = backend.connections.page(owner.actor, company).await?;
        let earlier = self.env.get("AIDOO_DEMO_ODOO_URL").map(str::to_owned);
        let connected = page.connection.map(|connection| connection.url);
        let is_current = connected.as_deref() == Some(self.odoo_url.as_str());
        if is_current || (connected.is_some() && connected != earlier) {
            return Ok(());
        }
        let input = SaveConnection {
            company,
            url: self.odoo_url.clone(),
            database: DATABASE.to_owned(),
            calls_per_second: String::new(),
            calls_at_once: String::new(),
        };
        backend.connections.save(owner.actor, input).await?;
        for person in &PEOPLE {
            let Some(member) = find_member(core, person).await? else { continue };
            let input = LinkOdooAccount {
                company,
                url: self.odoo_url.clone(),
                database: DATABASE.to_owned(),
                login: person.login.to_owned(),
                secret: self.env.secret(&person.variable("ODOO_KEY"), &core.entropy),
            };
            backend.connections.link(member.actor, input).await?;
        }
        Ok(())
    }

    /// Makes the ready key, unless the one of an earlier start is still accepted.
    async fn make_key(
        &mut self,
        core: &Core,
        backend: &Backend,
        verifier: &Verifier,
        owner: Member,
    ) -> anyhow::Result<()> {
        if let Some(key) = self.env.get("AIDOO_API_KEY")
            && verifier.verify(Presented::One(key), ADDRESS, None).await.is_ok()
        {
            return Ok(());
        }
        let input = CreateApiKey {
            company: owner.company,
            member: owner.member,
            request: RequestId::from_uuid(core.clock.uuid(&core.entropy)),
            name: "Cursor - Marie - Demonstration".to_owned(),
            permissions: PermissionSet::DEFAULT,
            expiry: Expiry::Never,
        };
        let made = backend.api_keys.create(owner.actor, input).await?;
        self.env.set("AIDOO_API_KEY", made.key);
        Ok(())
    }
}

/// What a person at a terminal wants to see: where it is, how to sign in, what to paste.
#[must_use]
pub fn welcome(env: &DemoEnv) -> String {
    let get = |name: &str| env.get(name).unwrap_or_default();
    let url = get("AIDOO_URL");
    let sign_ins: String = PEOPLE
        .iter()
        .map(|person| {
            let (email, password) = (person.email(), get(&person.variable("PASSWORD")));
            format!("  {:<7} {email:<26} {password}\n", person.role.label())
        })
        .collect();
    let block = snippet::mcp_servers(&format!("{url}/sse"), get("AIDOO_API_KEY"));
    format!(
        "\nAidoo is running with a demonstration company: {url}\n\nSign in as\n{sign_ins}\n\
         Paste into ~/.cursor/mcp.json, reload the window, and ask for your 5 latest purchase orders:\n\n\
         {block}\n\nThe same is in {}. Stop with Ctrl-C.\n",
        env.path().display()
    )
}

/// A person of the demonstration as a member of its company.
#[derive(Clone, Copy)]
struct Member {
    actor: Actor,
    company: CompanyId,
    member: MemberId,
}

async fn find_member(core: &Core, person: &Person) -> anyhow::Result<Option<Member>> {
    let Some(user) = users::find_by_email(core.db.reader(), &email_of(person)?).await? else {
        return Ok(None);
    };
    let memberships = memberships::list_of_user(core.db.reader(), user.id).await?;
    Ok(memberships.first().map(|membership| Member {
        // No browser is signed in: the services look the membership up by the user.
        actor: Actor {
            user: user.id,
            session: SessionId::from_uuid(Uuid::nil()),
            address: ADDRESS,
        },
        company: membership.0.company,
        member: membership.0.id,
    }))
}

fn email_of(person: &Person) -> anyhow::Result<Email> {
    Email::parse(&person.email()).map_err(anyhow::Error::from)
}

fn caller() -> Caller {
    Caller { session: None, address: ADDRESS, user_agent: "the demonstration".to_owned() }
}
