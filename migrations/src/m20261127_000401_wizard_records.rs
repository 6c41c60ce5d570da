//! For the sake of which records a wizard asks: those of the call that returned it.

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
        add_column(manager, "wizards", text_null(Wizards::AboutModel)).await?;
        add_column(manager, "wizards", text_null(Wizards::AboutIds)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "wizards", Wizards::AboutIds).await?;
        drop_column(manager, "wizards", Wizards::AboutModel).await
    }
}

/// The columns that come: the records' model, and their ids as a JSON list.
#[derive(DeriveIden, Clone, Copy)]
enum Wizards {
    AboutModel,
    AboutIds,
}
