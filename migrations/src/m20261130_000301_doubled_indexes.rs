//! Two indexes on calls that others hold whole: each call was written to them for nothing.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Each with what it was of. The first is `calls_by_company_tool`, the second the beginning of `calls_by_company_result`.
const DOUBLED: [(&str, &str); 2] = [
    ("calls_by_tool", "calls (company_id, tool, at, id)"),
    ("calls_unwell", "calls (company_id, result, at, id) WHERE result <> 'ok'"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (name, _) in DOUBLED {
            connection.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (name, of) in DOUBLED {
            connection.execute_unprepared(&format!("CREATE INDEX {name} ON {of}")).await?;
        }
        Ok(())
    }
}
