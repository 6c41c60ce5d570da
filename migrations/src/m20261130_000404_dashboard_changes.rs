//! Changes for the dashboard, by company and by person, and those that wait, found among themselves: SQLite looked through those of
//! all companies for them, on every page.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Which they are. `store::confirmations` says the same, or the databases would not use the indexes. It is not `token_hash IS NULL`,
/// for which SQLite prefers the index of the tokens.
const FOR_DASHBOARD: &str = "COALESCE(token_hash, NULL) IS NULL";
/// Which of them wait, until they expire.
const UNDECIDED: &str =
    "approved_at IS NULL AND refused_at IS NULL AND stale_at IS NULL AND consumed_at IS NULL";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX confirmations_waiting".to_owned(),
            format!(
                "CREATE INDEX confirmations_waiting ON confirmations (company_id, created_at, id) \
                 WHERE {FOR_DASHBOARD}"
            ),
            format!(
                "CREATE INDEX confirmations_by_member ON confirmations (company_id, member_id, created_at, id) \
                 WHERE {FOR_DASHBOARD}"
            ),
            format!(
                "CREATE INDEX confirmations_undecided ON confirmations (company_id, expires_at, member_id) \
                 WHERE {FOR_DASHBOARD} AND {UNDECIDED}"
            ),
        ] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX confirmations_undecided",
            "DROP INDEX confirmations_by_member",
            "DROP INDEX confirmations_waiting",
            "CREATE INDEX confirmations_waiting ON confirmations (company_id, created_at, id) \
             WHERE token_hash IS NULL",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
