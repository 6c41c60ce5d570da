//! The company's Odoo connection, and the members' own Odoo accounts.

use std::sync::{Arc, Mutex};

use app::backend::{Actor, Connections};
use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::json;
use shared::{
    Error,
    connection::{
        ConnectionPage, ConnectionView, LinkOdooAccount, OdooAccountView, Pace, ProbeConnection,
        ProbeView, Protocol, RemoveConnection, SaveConnection, UnlinkOdooAccount,
    },
    error::{Field, Problem},
    id::{CompanyId, ConnectionId, OdooAccountId},
    role::{Action, Subject},
    time::{MINUTE, Timestamp},
};

use crate::{
    domain::throttle::{Limit, Throttle},
    entities::odoo_connection,
    error::{Fault, Outcome},
    odoo::{Client, Origin, Target},
    services::{
        Core,
        access::{Membership, allow, membership},
        odoo_inspection::{Database, Inspection, inspect},
        odoo_logins::try_login,
        odoo_secrets::SecretBinding,
        time_view::Face,
    },
    store::{
        companies,
        odoo_accounts::{self, NewOdooAccount},
        odoo_connections::{self, TestedConnection},
        wizards, workflow_tries,
    },
    sync::locked,
};

/// The longest login and the longest secret that are taken.
const MAX_LOGIN: u32 = 254;
const MAX_SECRET: u32 = 1_024;
/// How often a company has a server looked at: it takes a few requests each time, to whatever address somebody names.
const LOOKS: Limit = Limit { attempts: 60, period: 10 * MINUTE };
/// Companies whose looks are counted; some hundred bytes each.
const CAPACITY: usize = 10_000;

/// Connections and accounts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ConnectionsService {
    core: Core,
    client: Client,
    /// Looks at servers, by company.
    looks: Arc<Mutex<Throttle<CompanyId>>>,
}

impl ConnectionsService {
    /// A service that calls Odoo servers through this client.
    #[must_use]
    pub fn new(core: Core, client: Client) -> Self {
        let looks = Throttle::new(LOOKS, CAPACITY);
        Self { core, client, looks: Arc::new(Mutex::new(looks)) }
    }

    /// Looks at a server, as often as a company may have that done.
    async fn inspect(&self, company: CompanyId, url: &str, database: &str) -> Outcome<Inspection> {
        let now = self.core.clock.now();
        let taken = locked(&self.looks).take(&company, now);
        taken.map_err(Error::from)?;
        inspect(&self.client, url, database).await
    }

    async fn read_page(&self, actor: Actor, company: CompanyId) -> Outcome<ConnectionPage> {
        let db = self.core.db.reader();
        let membership = self.authorised(db, actor, company, Action::SeeConnection).await?;
        let face = Face::of(&self.core, actor).await?;
        let at = |micros| face.view(Timestamp::from_micros(micros));

        let connection = odoo_connections::find(db, company).await?;
        let account = odoo_accounts::find_of_member(db, company, membership.id).await?;
        let linked = odoo_accounts::count(db, company).await?;
        Ok(ConnectionPage {
            connection: connection
                .map(|row| {
                    Ok::<_, Fault>(ConnectionView {
                        protocol: protocol_of(&row)?,
                        pace: pace_of(&row),
                        url: row.origin,
                        database: Some(row.database).filter(|name| !name.is_empty()),
                        version: row.version,
                        tested: at(row.tested_at),
                    })
                })
                .transpose()?,
            account: account.map(|row| OdooAccountView {
                login: row.login,
                linked: at(row.linked_at),
                refused: row.refused_at.map(at),
            }),
            linked_members: u32::try_from(linked).unwrap_or(u32::MAX),
        })
    }

    async fn look(&self, actor: Actor, input: ProbeConnection) -> Outcome<ProbeView> {
        let ProbeConnection { company, url, database } = input;
        self.authorised(self.core.db.reader(), actor, company, Action::ManageConnection).await?;
        let found = self.inspect(company, &url, &database).await?;
        Ok(ProbeView {
            version: found.detected.version,
            protocol: found.detected.protocol,
            databases: found.databases,
            database: match found.database {
                Database::Named(name) => Some(name),
                Database::Only | Database::Undecided => None,
            },
        })
    }

    async fn test_and_save(&self, actor: Actor, input: SaveConnection) -> Outcome<()> {
        let SaveConnection { company, url, database, calls_per_second, calls_at_once } = input;
        self.authorised(self.core.db.reader(), actor, company, Action::ManageConnection).await?;
        let pace = Pace::parse(&calls_per_second, &calls_at_once, &url)?;
        let found = self.inspect(company, &url, &database).await?;
        let database = match found.database {
            Database::Named(name) => name,
            Database::Only => String::new(),
            Database::Undecided => {
                return Err(Error::field(Field::OdooDatabase, Problem::Required).into());
            }
        };
        let tested = TestedConnection {
            origin: found.origin.to_string(),
            database,
            version: found.detected.version,
            protocol: found.detected.protocol,
            pace,
            tested_at: self.core.clock.now(),
        };

        let transaction = self.core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        // The test took its time: the role may be another by now.
        self.authorised(&transaction, actor, company, Action::ManageConnection).await?;
        let told = |origin: &str, database: &str, version: &str, pace: Pace| {
            json!({
                "origin": origin,
                "database": database,
                "version": version,
                "calls_per_second": pace.per_second,
                "calls_at_once": pace.at_once,
            })
        };
        let mut detail = told(&tested.origin, &tested.database, &tested.version, pace);
        let (id, action) = match odoo_connections::find(&transaction, company).await? {
            None => {
                let id = ConnectionId::from_uuid(self.core.clock.uuid(&self.core.entropy));
                odoo_connections::create(&transaction, company, id, tested).await?;
                (id, "odoo_connection.created")
            }
            Some(row) => {
                let id = ConnectionId::from_uuid(row.id);
                detail["before"] = told(&row.origin, &row.database, &row.version, pace_of(&row));
                let is_same = row.origin == tested.origin && row.database == tested.database;
                if !is_same {
                    let erased = odoo_accounts::delete_all(&transaction, company).await?;
                    detail["erased_accounts"] = erased.into();
                    workflow_tries::delete_all(&transaction, company).await?;
                    let now = self.core.clock.now();
                    wizards::end_all(&transaction, company, None, now).await?;
                } else if tested.protocol == Protocol::JsonRpc {
                    odoo_accounts::use_json_rpc(&transaction, company).await?;
                }
                odoo_connections::update(&transaction, company, id, tested).await?;
                let action = match (is_same, pace_of(&row) == pace) {
                    (true, true) => "odoo_connection.tested",
                    (true, false) => "odoo_connection.paced",
                    (false, _) => "odoo_connection.changed",
                };
                (id, action)
            }
        };
        self.core.audit(&transaction, actor, company, action, id, detail).await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(company.id = %company, user.id = %actor.user, "saved the odoo connection");
        Ok(())
    }

    async fn take_out(&self, actor: Actor, input: RemoveConnection) -> Outcome<()> {
        let RemoveConnection { company } = input;
        let transaction = self.core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        self.authorised(&transaction, actor, company, Action::ManageConnection).await?;
        let row =
            odoo_connections::find(&transaction, company).await?.ok_or(Error::NotConnected)?;
        let erased = odoo_accounts::delete_all(&transaction, company).await?;
        workflow_tries::delete_all(&transaction, company).await?;
        wizards::end_all(&transaction, company, None, self.core.clock.now()).await?;
        odoo_connections::delete(&transaction, company).await?;
        let id = ConnectionId::from_uuid(row.id);
        let detail = json!({"origin": row.origin, "erased_accounts": erased});
        self.core
            .audit(&transaction, actor, company, "odoo_connection.removed", id, detail)
            .await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(company.id = %company, user.id = %actor.user, "removed the odoo connection");
        Ok(())
    }

    async fn test_and_link(&self, actor: Actor, input: LinkOdooAccount) -> Outcome<()> {
        let LinkOdooAccount { company, url, database, login, secret } = input;
        let secret = SecretString::from(secret);
        let action = Action::LinkOdooAccount(Subject::Own);
        let db = self.core.db.reader();
        self.authorised(db, actor, company, action).await?;
        let (login, secret) = parse_account(&login, &secret)?;
        // Before anything is sent: the secret was typed for the server that was shown.
        let row = find_shown(db, company, (&url, &database)).await?;
        let target = Target {
            origin: Origin::parse(&row.origin)
                .map_err(|_| Fault::Internal("a stored origin cannot be read".to_owned()))?,
            database: Some(row.database.clone()).filter(|name| !name.is_empty()),
            protocol: protocol_of(&row)?,
        };
        let found = try_login(&self.core, &self.client, &target, &login, &secret)
            .await?
            .map_err(|error| Error::Odoo(error.problem()))?;

        let transaction = self.core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        // The test took its time: the member may be gone, and the connection another.
        let member = self.authorised(&transaction, actor, company, action).await?.id;
        let row = find_shown(&transaction, company, (&url, &database)).await?;
        let connection = ConnectionId::from_uuid(row.id);
        let binding =
            SecretBinding { member, connection, origin: &row.origin, database: &row.database };
        let id = OdooAccountId::from_uuid(self.core.clock.uuid(&self.core.entropy));
        let account = NewOdooAccount {
            id,
            connection,
            member,
            login,
            sealed: binding.seal(&self.core.vault, &self.core.entropy, &secret),
            protocol: found.protocol,
            uid: found.uid,
            linked_at: self.core.clock.now(),
        };
        odoo_accounts::replace(&transaction, company, account).await?;
        // What another user of Odoo, or another Odoo, asked back is not this one's to answer.
        wizards::end_all(&transaction, company, Some(member), self.core.clock.now()).await?;
        let detail = json!({"member": member, "protocol": found.protocol.as_str()});
        self.core.audit(&transaction, actor, company, "odoo_account.linked", id, detail).await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(company.id = %company, user.id = %actor.user, "linked an odoo account");
        Ok(())
    }

    async fn erase(&self, actor: Actor, input: UnlinkOdooAccount) -> Outcome<()> {
        let UnlinkOdooAccount { company } = input;
        let transaction = self.core.db.begin().await?;
        let action = Action::LinkOdooAccount(Subject::Own);
        let member = self.authorised(&transaction, actor, company, action).await?.id;
        if !odoo_accounts::delete_of_member(&transaction, company, member).await? {
            return Err(Error::NotFound.into());
        }
        self.core
            .audit(&transaction, actor, company, "odoo_account.unlinked", member, json!({}))
            .await?;
        self.core.commit(transaction, company).await?;
        tracing::info!(company.id = %company, user.id = %actor.user, "unlinked an odoo account");
        Ok(())
    }

    async fn authorised(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        actor: Actor,
        company: CompanyId,
        action: Action,
    ) -> Outcome<Membership> {
        let membership = membership(db, &actor, company).await?;
        allow(membership.role, action)?;
        Ok(membership)
    }
}

#[async_trait]
impl Connections for ConnectionsService {
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<ConnectionPage, Error> {
        self.read_page(actor, company).await.map_err(Fault::into_answer)
    }

    async fn probe(&self, actor: Actor, input: ProbeConnection) -> Result<ProbeView, Error> {
        self.look(actor, input).await.map_err(Fault::into_answer)
    }

    async fn save(&self, actor: Actor, input: SaveConnection) -> Result<(), Error> {
        self.test_and_save(actor, input).await.map_err(Fault::into_answer)
    }

    async fn remove(&self, actor: Actor, input: RemoveConnection) -> Result<(), Error> {
        self.take_out(actor, input).await.map_err(Fault::into_answer)
    }

    async fn link(&self, actor: Actor, input: LinkOdooAccount) -> Result<(), Error> {
        self.test_and_link(actor, input).await.map_err(Fault::into_answer)
    }

    async fn unlink(&self, actor: Actor, input: UnlinkOdooAccount) -> Result<(), Error> {
        self.erase(actor, input).await.map_err(Fault::into_answer)
    }
}

/// The company's connection, if it still leads to this address and database, which somebody was shown.
///
/// # Errors
/// [`Error::NotConnected`] when there is none any more, [`Error::ConnectionChanged`] when it leads elsewhere.
async fn find_shown(
    db: &impl sea_orm::ConnectionTrait,
    company: CompanyId,
    shown: (&str, &str),
) -> Outcome<odoo_connection::Model> {
    let row = odoo_connections::find(db, company).await?.ok_or(Error::NotConnected)?;
    if shown != (row.origin.as_str(), row.database.as_str()) {
        return Err(Error::ConnectionChanged.into());
    }
    Ok(row)
}

fn protocol_of(row: &odoo_connection::Model) -> Outcome<Protocol> {
    row.protocol.parse().map_err(|_| Fault::Internal("a stored protocol cannot be read".to_owned()))
}

/// How much the connection's Odoo is asked.
const fn pace_of(row: &odoo_connection::Model) -> Pace {
    Pace {
        per_second: row.calls_per_second.unsigned_abs(),
        at_once: row.calls_at_once.unsigned_abs(),
    }
}

/// Login and secret as they are sent. White space around them comes from copying.
fn parse_account(login: &str, secret: &SecretString) -> Result<(String, SecretString), Error> {
    use secrecy::ExposeSecret as _;
    let secret = secret.expose_secret().trim();
    let login = login.trim();
    let problems: Vec<_> =
        [(Field::OdooLogin, login, MAX_LOGIN), (Field::OdooSecret, secret, MAX_SECRET)]
            .into_iter()
            .filter_map(|(field, text, max)| {
                problem_of(text, max).map(|problem| shared::error::FieldError { field, problem })
            })
            .collect();
    if problems.is_empty() {
        Ok((login.to_owned(), SecretString::from(secret)))
    } else {
        Err(Error::Invalid(problems))
    }
}

fn problem_of(text: &str, max: u32) -> Option<Problem> {
    if text.is_empty() {
        Some(Problem::Required)
    } else if text.chars().count() > max as usize {
        Some(Problem::TooLong { max })
    } else if text.chars().any(char::is_control) {
        Some(Problem::ControlCharacters)
    } else {
        None
    }
}
