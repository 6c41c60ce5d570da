//! Two indexes on calls, where `m20261130_000301_doubled_indexes` once dropped them; everywhere else they are there.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            "calls_by_tool ON calls (company_id, tool, at, id)",
            "calls_unwell ON calls (company_id, result, at, id) WHERE result <> 'ok'",
        ] {
            let statement = format!("CREATE INDEX IF NOT EXISTS {index}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
