//! What one person did about one thing, as keys: neither all that they did nor all that was done about it is looked through.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NAME: &str = "audit_entries_by_user_group";

/// What an audit action begins with, before its dot. `store::audit_lists` writes the same expressions, or the
/// databases would not use the index.
fn group(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => "(split_part(action, '.', 1))",
        _ => "substr(action, 1, instr(action, '.') - 1)",
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let group = group(manager.get_database_backend());
        let index =
            format!("CREATE INDEX {NAME} ON audit_entries (company_id, user_id, {group}, at, id)");
        manager.get_connection().execute_unprepared(&index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&format!("DROP INDEX {NAME}")).await?;
        Ok(())
    }
}
