//! What the dashboard tells a person: a key made for them, a new device, an invitation accepted.

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
                    .table(Notices::Table)
                    .col(uuid(Notices::Id).primary_key())
                    .col(uuid(Notices::UserId))
                    .col(uuid_null(Notices::CompanyId))
                    .col(text(Notices::Kind))
                    .col(text(Notices::Detail))
                    .col(text_null(Notices::Once))
                    .col(big_integer(Notices::CreatedAt))
                    .col(big_integer_null(Notices::ReadAt))
                    .foreign_key(&mut reference(Notices::UserId, Users::Table))
                    .foreign_key(&mut reference(Notices::CompanyId, Companies::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("notices_by_user")
                    .table(Notices::Table)
                    .col(Notices::UserId)
                    .col(Notices::CreatedAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("notices_once")
                    .table(Notices::Table)
                    .col(Notices::Once)
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Notices::Table).to_owned()).await
    }
}

/// A notice to one person. `company_id` is null for what concerns the person alone, such as a new device.
/// What is told once names itself in `once`.
#[derive(DeriveIden, Clone, Copy)]
enum Notices {
    Table,
    Id,
    UserId,
    CompanyId,
    Kind,
    Detail,
    Once,
    CreatedAt,
    ReadAt,
}
