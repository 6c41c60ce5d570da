//! Links by which somebody who has forgotten their password sets a new one.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{
    m20261124_000001_people::{Companies, Memberships, Users},
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
                    .table(PasswordResets::Table)
                    .col(uuid(PasswordResets::Id).primary_key())
                    .col(uuid(PasswordResets::UserId))
                    .col(uuid_null(PasswordResets::CompanyId))
                    .col(uuid_null(PasswordResets::MadeBy))
                    .col(binary_uniq(PasswordResets::TokenHash))
                    .col(big_integer(PasswordResets::CreatedAt))
                    .col(big_integer(PasswordResets::ExpiresAt))
                    .col(big_integer_null(PasswordResets::EndedAt))
                    .foreign_key(&mut reference(PasswordResets::UserId, Users::Table))
                    .foreign_key(&mut reference(PasswordResets::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(PasswordResets::MadeBy, Memberships::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("password_resets_by_user")
                    .table(PasswordResets::Table)
                    .col(PasswordResets::UserId)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(PasswordResets::Table).to_owned()).await
    }
}

/// A link. Only a hash of its token is kept. Company and member are those of the owner who made it; a link
/// from the command line has neither.
#[derive(DeriveIden, Clone, Copy)]
enum PasswordResets {
    Table,
    Id,
    UserId,
    CompanyId,
    MadeBy,
    TokenHash,
    CreatedAt,
    ExpiresAt,
    EndedAt,
}
