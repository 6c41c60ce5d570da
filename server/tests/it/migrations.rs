//! The migrations, on both databases.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use migrations::Migrator;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait as _;
use serde_json::json;
use server::{clock::Clock, store::Db};
use tempfile::TempDir;

use crate::support::{
    app::{TestApp, Who},
    core::for_both_databases,
    gate::Gate,
    streams::request,
};

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

/// The version that had people, keys, connections and the audit, and nothing of what came later.
const FIRST_WHOLE: &str = "m20261124_000004_audit";

#[tokio::test(flavor = "multi_thread")]
async fn rows_outlive_the_way_down_and_up_again() {
    for_both_databases(async |url| {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let start = async || TestApp::start_on(url, folder.clone(), Clock::system(), &[]).await;
        let gate = Gate::of(start().await).await;
        let query = json!({ "model": "res.partner", "domain": [], "limit": 2 });
        gate.call("aidoo_query", query.clone()).await.expect("answers");
        let change = json!({ "model": "res.partner", "values": { "name": "Outlives" } });
        gate.previewed("aidoo_create", change).await;
        gate.app.finish().await;
        gate.app.state.core.db.clone().close().await.expect("closes");

        let connection = plain(url).await;
        let mut before = counts(&connection).await;
        let filled = before.values().filter(|count| **count > 0).count();
        assert!(filled >= 10, "rows in {filled} tables: {before:?}");
        let down = Migrator::migrations();
        let down = down.iter().rev().take_while(|change| change.name() != FIRST_WHOLE).count();
        assert!(down > 10, "{FIRST_WHOLE} is far down");
        for _ in 0..down {
            Migrator::down(&connection, Some(1)).await.expect("reverses with rows in the tables");
            let after = counts(&connection).await;
            before.retain(|table, _| after.contains_key(table));
            assert_eq!(after, before, "no table loses rows, but those that are gone");
        }
        for table in ["users", "memberships", "api_keys", "odoo_accounts", "audit_entries"] {
            assert!(before[table] > 0, "{table}: {before:?}");
        }
        Migrator::up(&connection, None).await.expect("applies to rows that are there");
        let after = counts(&connection).await;
        before.iter().for_each(|(table, count)| assert!(after[table] >= *count, "{table}"));
        connection.close().await.expect("closes");

        // What is left is whole: the password, the key and the Odoo account are still good.
        let app = start().await;
        app.signed_in(Who::Owner).await;
        let call = request("tools/call", json!({ "name": "aidoo_query", "arguments": query }));
        let (status, answer) = app.mcp(&gate.key.key, call).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(answer["result"]["structuredContent"]["records"].as_array().unwrap().len(), 2);
        app.finish().await;
    })
    .await;
}

/// How many rows each table has, but for the migrations' own.
async fn counts(connection: &DatabaseConnection) -> BTreeMap<String, i64> {
    let backend = connection.get_database_backend();
    let list = match backend {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        }
        _ => {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        }
    };
    let ask = async |sql: String| {
        connection.query_all_raw(Statement::from_string(backend, sql)).await.expect("answers")
    };
    let mut counts = BTreeMap::new();
    for row in ask(list.to_owned()).await {
        let name: String = row.try_get("", "name").expect("a name");
        if name != "seaql_migrations" {
            let rows = ask(format!("SELECT COUNT(*) AS rows FROM {name}")).await;
            counts.insert(name, rows[0].try_get("", "rows").expect("a number"));
        }
    }
    counts
}
