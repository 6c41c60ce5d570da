//! The key that one which waits takes the place of. One that replaces none has none.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{add_column, drop_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key: SQLite cannot add one to a table that is there, and no key is ever deleted.
        add_column(manager, "key_handovers", uuid_null(KeyHandovers::ReplacesId)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "key_handovers", KeyHandovers::ReplacesId).await
    }
}

/// The column that comes.
#[derive(DeriveIden, Clone, Copy)]
enum KeyHandovers {
    ReplacesId,
}
