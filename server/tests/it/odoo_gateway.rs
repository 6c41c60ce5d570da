//! From a verified API key to an Odoo account: the gateway, behind the real key check.

use app::backend::Connections as _;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde_json::{Map, Value, json};
use server::{
    domain::credential::Presented,
    entities::odoo_account,
    odoo::{Call, Limits, OdooError, Reached},
    services::{
        connections::ConnectionsService,
        gateway::{Gateway, GatewayError},
        principal::{Principal, Standing},
    },
};
use shared::connection::{Pace, SaveConnection};

use crate::support::{
    core::{Company, for_both_databases},
    keys::{ADDRESS, Keys},
    linking::link_as_shown,
    odoo_double::{OdooDouble, Setup, odoo},
    odoo_server::client,
};

/// An owner with a key, and the services that the key goes through.
struct World {
    keys: Keys,
    connections: ConnectionsService,
    gateway: Gateway,
    key: String,
    odoo: OdooDouble,
}

impl World {
    async fn new(url: &str, setup: Setup) -> Self {
        let odoo = OdooDouble::start(setup).await;
        let client = client(&[odoo.server.address], Limits::default());
        let keys = Keys::on(url).await;
        Self {
            connections: ConnectionsService::new(keys.core.clone(), client.clone()),
            gateway: Gateway::new(keys.core.clone(), client, keys.verifier.clone()),
            key: keys.make(keys.company.owner, "laptop").await.key,
            keys,
            odoo,
        }
    }

    async fn linked(url: &str, setup: Setup, secret: &str) -> Self {
        let world = Self::new(url, setup).await;
        world.connect().await;
        world.link(secret).await;
        world
    }

    async fn connect(&self) {
        self.connect_paced("", "").await;
    }

    async fn connect_paced(&self, calls_per_second: &str, calls_at_once: &str) {
        let (company, url) = (self.keys.company.id, self.odoo.server.url());
        let input = SaveConnection {
            company,
            url,
            database: String::new(),
            calls_per_second: calls_per_second.to_owned(),
            calls_at_once: calls_at_once.to_owned(),
        };
        self.connections.save(self.keys.company.owner.actor, input).await.unwrap();
    }

    async fn link(&self, secret: &str) {
        let Company { id, owner, .. } = self.keys.company;
        let account = ("bob@example.com", secret);
        link_as_shown(&self.connections, owner.actor, id, account).await.unwrap();
    }

    async fn principal(&self) -> Principal {
        self.keys.verifier.verify(Presented::One(&self.key), ADDRESS, None).await.unwrap()
    }

    async fn call(&self) -> Result<Value, GatewayError> {
        self.gateway.call(&self.principal().await, &whoami()).await
    }
}

/// The double answers any call with the number of the user who makes it.
fn whoami() -> Call {
    Call {
        model: "res.partner".to_owned(),
        method: "search_count".to_owned(),
        ids: None,
        positional: Vec::new(),
        arguments: Map::new(),
        context: Default::default(),
    }
}

#[tokio::test]
async fn a_call_runs_as_the_members_own_account() {
    for_both_databases(async |url| {
        for (setup, secret) in [
            (odoo(17), "bob-odoo-key"),
            (odoo(18), "bob-password"),
            (odoo(19), "bob-odoo-key"),
            (odoo(19), "bob-password"),
            (Setup { lists: false, ..odoo(19) }, "bob-odoo-key"),
        ] {
            let world = World::linked(url, setup, secret).await;
            assert_eq!(world.call().await, Ok(json!(2)));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_is_said_and_nothing_is_sent() {
    for_both_databases(async |url| {
        let world = World::new(url, odoo(19)).await;
        assert_eq!(world.call().await, Err(GatewayError::NotConnected));
        world.connect().await;
        assert_eq!(world.call().await, Err(GatewayError::NotLinked));
        assert_eq!(world.odoo.secrets_sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_refused_secret_is_sent_no_more_until_it_is_replaced() {
    for_both_databases(async |url| {
        for major in [18, 19] {
            let world = World::linked(url, odoo(major), "bob-odoo-key").await;
            let before = world.principal().await;
            world.odoo.setup.lock().unwrap().users[1].1 = "bob-new-key";
            assert_eq!(world.call().await, Err(GatewayError::SecretRefused));
            let sent = world.odoo.secrets_sent();
            for _ in 0..3 {
                assert_eq!(world.call().await, Err(GatewayError::SecretRefused));
            }
            assert_eq!(world.odoo.secrets_sent(), sent);
            let (actor, company) = (world.keys.company.owner.actor, world.keys.company.id);
            let page = world.connections.page(actor, company).await.unwrap();
            assert!(page.account.unwrap().refused.is_some());

            world.link("bob-new-key").await;
            assert_eq!(world.call().await, Ok(json!(2)));
            // A call that began with the old secret says nothing of the new one.
            let answer = world.gateway.call(&before, &whoami()).await;
            assert_eq!(answer, Err(GatewayError::SecretRefused));
            assert_eq!(world.call().await, Ok(json!(2)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_was_moved_to_another_place_does_not_open() {
    for_both_databases(async |url| {
        let world = World::linked(url, odoo(19), "bob-odoo-key").await;
        let sent = world.odoo.secrets_sent();
        let db = world.keys.core.db.reader();
        let row = odoo_account::Entity::find()
            .filter(odoo_account::Column::CompanyId.eq(world.keys.company.id.as_uuid()))
            .one(db)
            .await
            .unwrap()
            .unwrap();
        let mut sealed = row.sealed.clone();
        *sealed.last_mut().unwrap() ^= 1;
        let mut changed = row.into_active_model();
        changed.sealed = Set(sealed);
        let transaction = world.keys.core.db.begin().await.unwrap();
        changed.update(&transaction).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(world.call().await, Err(GatewayError::Unavailable));
        assert_eq!(world.odoo.secrets_sent(), sent);
    })
    .await;
}

#[tokio::test]
async fn odoos_refusals_and_a_server_that_is_gone_are_told_apart() {
    for_both_databases(async |url| {
        let world = World::linked(url, odoo(19), "bob-odoo-key").await;
        world.odoo.setup.lock().unwrap().databases.clear();
        assert_eq!(world.call().await, Err(GatewayError::Odoo(OdooError::NoSuchDatabase)));

        let principal = world.principal().await;
        let World { gateway, odoo, .. } = &world;
        odoo.server.stop().await;
        let error = gateway.call(&principal, &whoami()).await.unwrap_err();
        let GatewayError::Odoo(error) = error else { panic!("{error:?}") };
        assert!(
            matches!(error, OdooError::Unreachable(Reached::No | Reached::Perhaps)),
            "{error:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_principal_prints_no_login_and_no_secret() {
    for_both_databases(async |url| {
        let world = World::linked(url, odoo(19), "bob-odoo-key").await;
        let text = format!("{:?}", world.principal().await);
        assert!(!text.contains("bob") && !text.contains("sealed"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn how_much_an_odoo_is_asked_holds_for_the_next_call_of_a_key() {
    for_both_databases(async |url| {
        let world = World::linked(url, odoo(19), "bob-odoo-key").await;
        let pace = async || match world.principal().await.odoo {
            Standing::Linked(account) => account.pace,
            other => panic!("{other:?}"),
        };
        assert_eq!(pace().await, Pace::USUAL);
        world.connect_paced("1", "1").await;
        assert_eq!(pace().await, Pace { per_second: 1, at_once: 1 });
        world.call().await.expect("is made at that pace");
        world.connect_paced("0", "3").await;
        assert_eq!(pace().await, Pace { per_second: 0, at_once: 3 });
    })
    .await;
}
