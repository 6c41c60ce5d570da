//! Peppers and the master key, on both databases.

use std::{path::Path, sync::Arc};

use app::backend::ApiKeys as _;
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use secrecy::{ExposeSecret as _, SecretString};
use server::{
    clock::Entropy,
    config::Storage,
    domain::{pepper::Pepper, vault::Vault},
    entities::{odoo_account, odoo_connection, pepper},
    services::{
        Core,
        api_keys::ApiKeysService,
        master_key::{self, MasterKeyError},
        odoo_secrets::SecretBinding,
        peppers::{PepperError, Peppers},
    },
    store::peppers,
};
use shared::id::ConnectionId;

use crate::support::{
    core::{NOW, core_on, for_both_databases},
    keys::Keys,
};

/// The master key that the tests' services have, as an option of the command line.
fn old_key() -> SecretString {
    SecretString::from("07".repeat(32))
}

fn storage(folder: &Path, master_key: Option<SecretString>) -> Storage {
    Storage { data_dir: folder.to_owned(), database_url: None, master_key }
}

fn with_vault(core: &Core, key: &[u8; 32]) -> Core {
    Core { vault: Arc::new(Vault::new(key)), ..core.clone() }
}

/// An Odoo secret of the company's member, and the row that it stands in.
async fn link(keys: &Keys, binding: SecretBinding<'_>, secret: &str) {
    let (company, now) = (keys.company.id.as_uuid(), NOW.as_micros());
    let connection = odoo_connection::ActiveModel {
        id: Set(binding.connection.as_uuid()),
        company_id: Set(company),
        origin: Set(binding.origin.to_owned()),
        database: Set(binding.database.to_owned()),
        version: Set("19.0".to_owned()),
        protocol: Set("json2".to_owned()),
        created_at: Set(now),
        tested_at: Set(now),
        ..Default::default()
    };
    let account = odoo_account::ActiveModel {
        id: Set(keys.core.clock.uuid(&keys.core.entropy)),
        company_id: Set(company),
        connection_id: Set(binding.connection.as_uuid()),
        member_id: Set(binding.member.as_uuid()),
        login: Set("marie".to_owned()),
        sealed: Set(binding.seal(&keys.core.vault, &Entropy, &SecretString::from(secret))),
        protocol: Set("json2".to_owned()),
        uid: Set(7),
        linked_at: Set(now),
        refused_at: Set(None),
    };
    let transaction = keys.core.db.begin().await.expect("begins");
    odoo_connection::Entity::insert(connection)
        .exec_without_returning(&transaction)
        .await
        .expect("is written");
    odoo_account::Entity::insert(account)
        .exec_without_returning(&transaction)
        .await
        .expect("is written");
    transaction.commit().await.expect("commits");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_start_at_once_agree_on_one_pepper() {
    for_both_databases(async |url| {
        let core = core_on(url).await;
        let starts: Vec<_> = (0..8).map(|_| tokio::spawn(Peppers::load(core.clone()))).collect();
        let mut seen = Vec::new();
        for start in starts {
            let (number, pepper) = start.await.expect("ends").expect("loads").newest();
            seen.push((number, *pepper.expose()));
        }
        seen.dedup();
        assert_eq!(seen.len(), 1);
        let rows = pepper::Entity::find().all(core.db.reader()).await.expect("answers");
        assert_eq!(rows.len(), 1);
        let [row] = rows.as_slice() else { panic!("one pepper") };
        let bare = row.sealed.windows(32).any(|window| window == seen[0].1);
        assert!(!bare, "the database does not hold it in the clear");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pepper_that_another_replica_added_is_found() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let first = keys.make(keys.company.member, "first").await;
        let (number, added) = (2_i32, Pepper::generate(&Entropy));
        let binding: [&[u8]; 2] = [b"pepper", &number.to_be_bytes()];
        let sealed = keys.core.vault.seal(&Entropy, &binding, added.expose());
        let transaction = keys.core.db.begin().await.expect("begins");
        peppers::create_if_absent(&transaction, number, sealed, NOW).await.expect("is written");
        transaction.commit().await.expect("commits");

        let replica = Arc::new(Peppers::load(keys.core.clone()).await.expect("loads"));
        assert_eq!(replica.newest().0, number);
        let member = keys.company.member;
        let second = ApiKeysService::new(keys.core.clone(), replica)
            .create(member.actor, keys.wish(member, "second"))
            .await
            .expect("is made");
        for made in [&first, &second] {
            assert!(keys.verify(&made.key).await.is_ok());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_master_key_stops_the_start_with_one_line() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let wrong = with_vault(&keys.core, &[8; 32]);
        let error = Peppers::load(wrong).await.expect_err("does not start");
        assert!(matches!(error, PepperError::OtherMasterKey));
        assert!(error.to_string().contains("AIDOO_MASTER_KEY"));
        assert!(!error.to_string().contains('\n'));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_master_key_opens_everything_and_keys_go_on_working() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let folder = tempfile::tempdir().expect("a folder");
        let made = keys.make(keys.company.member, "Cursor").await;
        let binding = SecretBinding {
            member: keys.company.member.member,
            connection: ConnectionId::from_uuid(keys.core.clock.uuid(&keys.core.entropy)),
            origin: "https://erp.example.com",
            database: "prod",
        };
        link(&keys, binding, "an odoo secret").await;

        let storage = storage(folder.path(), Some(old_key()));
        master_key::rotate(&keys.core.db, &storage, None, &Entropy).await.expect("is changed");
        let names: Vec<_> = std::fs::read_dir(folder.path()).expect("is there").flatten().collect();
        assert_eq!(names.len(), 1, "the new key stands alone in the folder");

        let new = master_key::load_or_create(None, folder.path(), &Entropy).expect("is there");
        assert_ne!(*new, [7; 32]);
        let core = with_vault(&keys.core, &new);
        let loaded = Peppers::load(core.clone()).await.expect("opens");
        assert_eq!(loaded.newest().1.expose(), keys.peppers.newest().1.expose());
        let row = odoo_account::Entity::find().one(core.db.reader()).await;
        let sealed = row.expect("answers").expect("is there").sealed;
        let secret = binding.open(&core.vault, &sealed).expect("opens");
        assert_eq!(secret.expose_secret(), "an odoo secret");
        assert!(binding.open(&keys.core.vault, &sealed).is_err());
        assert!(Peppers::load(keys.core.clone()).await.is_err());
        assert!(keys.verify(&made.key).await.is_ok());

        // And again, from the file to a key that is given.
        let from_file = Storage { master_key: None, ..storage };
        let given = SecretString::from("09".repeat(32));
        master_key::rotate(&keys.core.db, &from_file, Some(&given), &Entropy)
            .await
            .expect("is changed");
        assert!(Peppers::load(with_vault(&keys.core, &[9; 32])).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_open_everything_changes_nothing() {
    for_both_databases(async |url| {
        let keys = Keys::on(url).await;
        let folder = tempfile::tempdir().expect("a folder");
        let before = pepper::Entity::find().all(keys.core.db.reader()).await.expect("answers");

        let wrong = storage(folder.path(), Some(SecretString::from("08".repeat(32))));
        let error = master_key::rotate(&keys.core.db, &wrong, None, &Entropy).await;
        assert!(matches!(error, Err(MasterKeyError::Sealed { .. })));
        let none = storage(folder.path(), None);
        let error = master_key::rotate(&keys.core.db, &none, None, &Entropy).await;
        assert!(matches!(error, Err(MasterKeyError::Missing(_))));
        // One secret of two does not open any more: the pepper, which does, keeps its seal too.
        let binding = SecretBinding {
            member: keys.company.member.member,
            connection: ConnectionId::from_uuid(keys.core.clock.uuid(&keys.core.entropy)),
            origin: "https://erp.example.com",
            database: "",
        };
        link(&keys, binding, "a").await;
        let transaction = keys.core.db.begin().await.expect("begins");
        odoo_connection::Entity::update_many()
            .col_expr(
                odoo_connection::Column::Origin,
                sea_orm::sea_query::Expr::value("https://evil.example.com"),
            )
            .exec(&transaction)
            .await
            .expect("is written");
        transaction.commit().await.expect("commits");
        let right = storage(folder.path(), Some(old_key()));
        let error = master_key::rotate(&keys.core.db, &right, None, &Entropy).await;
        assert!(matches!(error, Err(MasterKeyError::Sealed { .. })));

        let after = pepper::Entity::find().all(keys.core.db.reader()).await.expect("answers");
        assert_eq!(before, after);
        let left = std::fs::read_dir(folder.path()).expect("is there").count();
        assert_eq!(left, 0, "no new key is left behind");
    })
    .await;
}
