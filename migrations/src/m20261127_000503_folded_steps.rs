//! Who has folded the list of their first steps up, and since when.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{add_column, drop_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_column(manager, "memberships", big_integer_null(Memberships::StepsFoldedAt)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "memberships", Memberships::StepsFoldedAt).await
    }
}

/// The column that comes.
#[derive(DeriveIden, Clone, Copy)]
enum Memberships {
    StepsFoldedAt,
}
