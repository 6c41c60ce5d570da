//! An index of the confirmations of a key, by which its oldest previews are found.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NAME: &str = "confirmations_by_key";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name(NAME)
            .table(Confirmations::Table)
            .col(Confirmations::CompanyId)
            .col(Confirmations::KeyId)
            .col(Confirmations::CreatedAt)
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name(NAME).table(Confirmations::Table).to_owned();
        manager.drop_index(index).await
    }
}

#[derive(DeriveIden, Clone, Copy)]
enum Confirmations {
    Table,
    CompanyId,
    KeyId,
    CreatedAt,
}
