//! Who did what to what, when, from where. Append-only.

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
        manager
            .create_table(
                Table::create()
                    .table(AuditEntries::Table)
                    .col(uuid(AuditEntries::Id).primary_key())
                    .col(uuid_null(AuditEntries::CompanyId))
                    .col(uuid_null(AuditEntries::UserId))
                    .col(text(AuditEntries::Action))
                    .col(text(AuditEntries::Target))
                    .col(text(AuditEntries::Detail))
                    .col(text(AuditEntries::Address))
                    .col(big_integer(AuditEntries::At))
                    .foreign_key(&mut reference(AuditEntries::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(AuditEntries::UserId, Users::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("audit_entries_by_company")
                    .table(AuditEntries::Table)
                    .col(AuditEntries::CompanyId)
                    .col(AuditEntries::At)
                    .col(AuditEntries::Id)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AuditEntries::Table).to_owned()).await?;
        Ok(())
    }
}

/// One entry. `company_id` is null for what concerns a person alone, such as signing in.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum AuditEntries {
    Table,
    Id,
    CompanyId,
    UserId,
    Action,
    Target,
    Detail,
    Address,
    At,
}
