//! Under which permission a key made a file. One from before has none: it lives an hour at most.

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
        add_column(manager, "downloads", small_integer_null(Downloads::Permission)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "downloads", Downloads::Permission).await
    }
}

/// The column that comes.
#[derive(DeriveIden, Clone, Copy)]
enum Downloads {
    Permission,
}
