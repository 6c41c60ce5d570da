//! The list of keys is sorted by when they end.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Keys without an end come after all others. `store::api_key_lists` writes the same expression, or the databases
/// would not use the index.
const INDEX: &str = "CREATE INDEX api_keys_by_company_end ON api_keys \
                     (company_id, (COALESCE(expires_at, 9223372036854775807)), id)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(INDEX).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX api_keys_by_company_end").await?;
        Ok(())
    }
}
