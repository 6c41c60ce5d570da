//! Keys that others made and their person has not accepted, found among a hundred thousand: the page of the policies counts them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Where a key stands in it. `store::api_keys::list_unaccepted` says the same, or the databases would not use it.
const UNACCEPTED: &str = "accepted_at IS NULL AND revoked_at IS NULL AND created_by <> member_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = format!(
            "CREATE INDEX api_keys_unaccepted ON api_keys (company_id, member_id, expires_at, id) WHERE {UNACCEPTED}"
        );
        manager.get_connection().execute_unprepared(&index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX api_keys_unaccepted").await?;
        Ok(())
    }
}
