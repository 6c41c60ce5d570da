//! The call that a confirmation was used for. One that was used before has none.

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
        add_column(manager, "confirmations", uuid_null(Confirmations::CallId)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "confirmations", Confirmations::CallId).await
    }
}

/// The column that comes. Rows of calls outlive those of confirmations, so that no key between them is needed.
#[derive(DeriveIden, Clone, Copy)]
enum Confirmations {
    CallId,
}
