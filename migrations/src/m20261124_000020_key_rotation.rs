//! Keys that were replaced: when, and by which key. Their end is `expires_at`, as of any key.

use sea_orm_migration::{prelude::*, schema::*};

use crate::m20261124_000002_api_keys::ApiKeys;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key for the successor: SQLite cannot add one to a table that is there, and no key is
        // ever deleted.
        for column in [big_integer_null(Rotation::RotatedAt), uuid_null(Rotation::SuccessorId)] {
            let table = Table::alter().table(ApiKeys::Table).add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Rotation::SuccessorId, Rotation::RotatedAt] {
            let table = Table::alter().table(ApiKeys::Table).drop_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}

/// What `api_keys` gains.
#[derive(DeriveIden, Clone, Copy)]
enum Rotation {
    RotatedAt,
    SuccessorId,
}
