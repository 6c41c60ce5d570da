//! Which client asked for a change, and since when the records are others than a person was shown.

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
        add_column(manager, "confirmations", text_null(Confirmations::Client)).await?;
        add_column(manager, "confirmations", big_integer_null(Confirmations::StaleAt)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "confirmations", Confirmations::StaleAt).await?;
        drop_column(manager, "confirmations", Confirmations::Client).await
    }
}

/// The columns that come: what the client called itself, and when it came back to other records.
#[derive(DeriveIden, Clone, Copy)]
enum Confirmations {
    Client,
    StaleAt,
}
