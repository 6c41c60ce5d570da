//! When a company that was to be deleted was last kept: none of its keys was accepted until then. One that was kept before this
//! was there has nothing.

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
        add_column(manager, "companies", big_integer_null(Companies::KeptAt)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "companies", Companies::KeptAt).await
    }
}

/// The column that comes.
#[derive(DeriveIden, Clone, Copy)]
enum Companies {
    KeptAt,
}
