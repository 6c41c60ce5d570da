//! The migrations, on both databases.

use migrations::Migrator;
use sea_orm::{Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait as _;
use server::store::Db;

use crate::support::core::for_both_databases;

async fn plain(url: &str) -> DatabaseConnection {
    Database::connect(url).await.expect("connects")
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_up_down_and_up_again() {
    for_both_databases(async |url| {
        let db = Db::connect(url).await.expect("connects");
        assert!(db.is_ready().await.expect("answers"));
        let connection = plain(url).await;
        Migrator::down(&connection, None).await.expect("reverses");
        assert!(!db.is_ready().await.expect("answers"));
        Migrator::up(&connection, None).await.expect("applies again");
        assert!(db.is_ready().await.expect("answers"));
        // One by one too, so that each reverses by itself.
        for _ in Migrator::migrations() {
            Migrator::down(&connection, Some(1)).await.expect("reverses");
        }
        assert!(!db.is_ready().await.expect("answers"));
        connection.close().await.expect("closes");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_start_at_once_migrate_one_database_once() {
    for_both_databases(async |url| {
        let starts: Vec<_> = (0..6)
            .map(|_| {
                let url = url.to_owned();
                tokio::spawn(async move { Db::connect(&url).await })
            })
            .collect();
        for start in starts {
            let db = start.await.expect("ends").expect("connects");
            assert!(db.is_ready().await.expect("answers"));
            db.close().await.expect("closes");
        }
        let connection = plain(url).await;
        let applied = Migrator::get_applied_migrations(&connection).await.expect("answers");
        assert_eq!(applied.len(), Migrator::migrations().len());
    })
    .await;
}
