//! Calls and audit entries are listed together: each filter of the list finds its rows by an index.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

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
        let connection = manager.get_connection();
        let group = group(manager.get_database_backend());
        for statement in [
            "CREATE INDEX audit_entries_by_user ON audit_entries (company_id, user_id, at, id)"
                .to_owned(),
            format!(
                "CREATE INDEX audit_entries_by_group ON audit_entries (company_id, {group}, at, id)"
            ),
            "CREATE INDEX calls_by_tool ON calls (company_id, tool, at, id)".to_owned(),
            "CREATE INDEX calls_by_member_tool ON calls (company_id, member_id, tool, at, id)"
                .to_owned(),
            // Most calls end well: those few that do not are found among themselves.
            "CREATE INDEX calls_unwell ON calls (company_id, result, at, id) WHERE result <> 'ok'"
                .to_owned(),
        ] {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for name in [
            "calls_unwell",
            "calls_by_member_tool",
            "calls_by_tool",
            "audit_entries_by_group",
            "audit_entries_by_user",
        ] {
            connection.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}
