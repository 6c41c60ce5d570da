//! Services on a fresh database, and a company with people in it.

use std::{net::Ipv4Addr, sync::Arc};

use app::backend::Actor;
use server::{
    clock::{Clock, Entropy},
    config::SignupMode,
    domain::vault::Vault,
    services::{Core, core::Settings, news::News},
    store::{
        Db, companies,
        memberships::{self, Membership},
        users::{self, NewUser},
    },
};
use shared::{
    email::Email,
    id::{CompanyId, MemberId, SessionId, UserId},
    name::Name,
    role::Role,
    time::{SECOND, Timestamp},
};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

use super::postgres::postgres_url;

/// When tests with a clock of their own begin: 2026-11-24T09:12:00Z.
pub const NOW: Timestamp = Timestamp::from_micros(1_795_511_520 * SECOND);

/// Runs `test` with the address of a fresh SQLite database, then with that of a PostgreSQL one.
#[expect(clippy::print_stdout, reason = "shown with a test that fails: which database it was")]
pub async fn for_both_databases(test: impl AsyncFn(&str)) {
    let folder = TempDir::new().expect("a folder");
    println!("on sqlite");
    test(&format!("sqlite:{}", folder.path().join("aidoo.db").display())).await;
    println!("on postgresql");
    test(&postgres_url().await).await;
}

/// What services need, on this database, at [`NOW`].
pub async fn core_on(url: &str) -> Core {
    Core {
        db: Db::connect(url).await.expect("connects"),
        clock: Clock::manual(NOW),
        entropy: Entropy,
        vault: Arc::new(Vault::new(&[7; 32])),
        settings: Arc::new(Settings {
            public_url: Url::parse("https://mcp.example.com").expect("a url"),
            signup: SignupMode::First,
        }),
        news: News::default(),
    }
}

/// A company with an owner, an admin and a member.
#[derive(Debug, Clone, Copy)]
pub struct Company {
    pub id: CompanyId,
    pub owner: Person,
    pub admin: Person,
    pub member: Person,
}

/// Somebody in a company, signed in.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub member: MemberId,
    pub actor: Actor,
}

impl Company {
    /// Founds one. The people are called Owner, Admin and Member, then the company's name.
    pub async fn found(core: &Core, name: &str) -> Self {
        let id = CompanyId::from_uuid(core.clock.uuid(&core.entropy));
        let transaction = core.db.begin().await.expect("begins");
        companies::create(&transaction, id, &parse_name(name), core.clock.now())
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        Self {
            id,
            owner: Person::join(core, id, &format!("Owner {name}"), Role::Owner).await,
            admin: Person::join(core, id, &format!("Admin {name}"), Role::Admin).await,
            member: Person::join(core, id, &format!("Member {name}"), Role::Member).await,
        }
    }
}

impl Person {
    /// Adds a new person to a company.
    pub async fn join(core: &Core, company: CompanyId, name: &str, role: Role) -> Self {
        let (user, member) = (
            UserId::from_uuid(core.clock.uuid(&core.entropy)),
            MemberId::from_uuid(core.clock.uuid(&core.entropy)),
        );
        let email = Email::parse(&format!("{}@example.com", user.as_uuid())).expect("an e-mail");
        let person = NewUser {
            id: user,
            name: &parse_name(name),
            email: &email,
            password_hash: "no password".to_owned(),
            created_at: core.clock.now(),
            time_zone: None,
        };
        let membership =
            Membership { id: member, company, user, role, joined_at: core.clock.now() };
        let transaction = core.db.begin().await.expect("begins");
        users::create(&transaction, person).await.expect("is written");
        memberships::create(&transaction, membership).await.expect("is written");
        transaction.commit().await.expect("commits");
        let session = SessionId::from_uuid(Uuid::nil());
        Self { member, actor: Actor { user, session, address: Ipv4Addr::LOCALHOST.into() } }
    }
}

fn parse_name(name: &str) -> Name {
    Name::parse(name).expect("a name")
}
