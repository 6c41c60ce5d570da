//! Which run of a workflow a call was a step of.

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
        add_column(manager, "calls", uuid_null(Calls::StepOf)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "calls", Calls::StepOf).await
    }
}

/// The column that comes to calls: the run, of a call that was a step of one.
#[derive(DeriveIden, Clone, Copy)]
enum Calls {
    StepOf,
}
