//! Why a call did not end well, as one of a closed list: the dashboard tells it in the language of whoever reads.

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
        add_column(manager, "calls", text_null(Calls::Cause)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "calls", Calls::Cause).await
    }
}

/// The column that comes to calls: a name of the list. Calls from before have none, and what was said of them.
#[derive(DeriveIden, Clone, Copy)]
enum Calls {
    Cause,
}
