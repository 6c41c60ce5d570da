//! What of workflows was tried on screen, so that only what was can be validated.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{
    m20261124_000001_people::{Companies, Users},
    reference,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tries()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(WorkflowTries::Table).to_owned()).await
    }
}

fn tries() -> TableCreateStatement {
    Table::create()
        .table(WorkflowTries::Table)
        .col(uuid(WorkflowTries::CompanyId))
        .col(binary(WorkflowTries::Digest))
        .col(uuid(WorkflowTries::TriedBy))
        .col(big_integer(WorkflowTries::TriedAt))
        .primary_key(Index::create().col(WorkflowTries::CompanyId).col(WorkflowTries::Digest))
        .foreign_key(&mut reference(WorkflowTries::CompanyId, Companies::Table))
        .foreign_key(&mut reference(WorkflowTries::TriedBy, Users::Table))
        .to_owned()
}

/// A definition whose steps were all tried, by its digest: it may be tried before it is saved for the first time.
#[derive(DeriveIden, Clone, Copy)]
enum WorkflowTries {
    Table,
    CompanyId,
    Digest,
    TriedBy,
    TriedAt,
}
