//! The keys that somebody else than their person has seen, found among themselves: the Team page would read every key of the
//! company for who made it. The index has all that is asked of them, so that no row is read.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Which they are. `store::seen_keys` says the same, or the databases would not use the index.
const SEEN: &str = "created_by <> member_id AND revoked_at IS NULL AND (accepted_at IS NULL OR accepted_at <> created_at)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = format!(
            "CREATE INDEX api_keys_seen ON api_keys \
             (company_id, created_by, member_id, expires_at, accepted_at, created_at, revoked_at) WHERE {SEEN}"
        );
        manager.get_connection().execute_unprepared(&index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX api_keys_seen").await?;
        Ok(())
    }
}
