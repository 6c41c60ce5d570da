//! A member's calls by their result, without reading each: who has many, of which few or none ended so, waited for it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BEFORE: &str = "calls (member_id, at, id)";
/// The result for which calls are looked for, and the company, which every question names.
const NOW: &str = "calls (member_id, at, id, result, company_id)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index_on(manager, NOW).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index_on(manager, BEFORE).await
    }
}

/// Makes the index anew, on these columns.
async fn index_on(manager: &SchemaManager<'_>, columns: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared("DROP INDEX calls_by_member").await?;
    connection.execute_unprepared(&format!("CREATE INDEX calls_by_member ON {columns}")).await?;
    Ok(())
}
