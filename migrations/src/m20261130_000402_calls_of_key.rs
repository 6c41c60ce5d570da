//! A key's calls by their tool and their result, without reading each: of a busy one, a tool that it never calls may be asked for.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BEFORE: &str = "calls (key_id, at, id)";
const NOW: &str = "calls (key_id, at, id, tool, result)";

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
    connection.execute_unprepared("DROP INDEX calls_by_key").await?;
    connection.execute_unprepared(&format!("CREATE INDEX calls_by_key ON {columns}")).await?;
    Ok(())
}
