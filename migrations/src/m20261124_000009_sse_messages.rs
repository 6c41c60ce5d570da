//! Messages of `/sse` on their way to the replica that holds their stream.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key: a row lives for moments, and nobody looks for it later.
        let table = Table::create()
            .table(SseMessages::Table)
            .col(uuid(SseMessages::Id).primary_key())
            .col(uuid(SseMessages::KeyId))
            .col(text(SseMessages::Session))
            .col(text(SseMessages::Address))
            .col(binary(SseMessages::Sealed))
            .col(big_integer(SseMessages::CreatedAt))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SseMessages::Table).to_owned()).await
    }
}

#[derive(DeriveIden, Clone, Copy)]
enum SseMessages {
    Table,
    Id,
    KeyId,
    Session,
    Address,
    Sealed,
    CreatedAt,
}
