//! Of what a key's people were told already: each thing is told once.

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
        add_column(manager, "api_keys", small_integer(ApiKeys::Warned).default(0).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "api_keys", ApiKeys::Warned).await
    }
}

/// The column that comes to keys: a bit for each kind of warning that was told.
#[derive(DeriveIden, Clone, Copy)]
enum ApiKeys {
    Warned,
}
