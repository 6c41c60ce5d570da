//! What was done to one thing is found by an index.

use sea_orm_migration::prelude::*;

use crate::m20261124_000004_audit::AuditEntries;

/// The index's name.
const NAME: &str = "audit_entries_by_target";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name(NAME)
            .table(AuditEntries::Table)
            .col(AuditEntries::CompanyId)
            .col(AuditEntries::Target)
            .col(AuditEntries::At)
            .col(AuditEntries::Id)
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name(NAME).table(AuditEntries::Table).to_owned();
        manager.drop_index(index).await
    }
}
