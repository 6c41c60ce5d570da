//! Peppers, API keys, and the policies that bound them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{
    m20261124_000001_people::{Companies, Memberships},
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
                    .table(Peppers::Table)
                    .col(integer(Peppers::Id).primary_key())
                    .col(binary(Peppers::Sealed))
                    .col(big_integer(Peppers::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ApiKeys::Table)
                    .col(uuid(ApiKeys::Id).primary_key())
                    .col(uuid(ApiKeys::CompanyId))
                    .col(uuid(ApiKeys::MemberId))
                    .col(uuid_uniq(ApiKeys::RequestId))
                    .col(text_uniq(ApiKeys::Identifier))
                    .col(binary(ApiKeys::Mac))
                    .col(integer(ApiKeys::PepperId))
                    .col(text(ApiKeys::Name))
                    .col(text(ApiKeys::NameFolded))
                    .col(small_integer(ApiKeys::Permissions))
                    .col(big_integer(ApiKeys::CreatedAt))
                    .col(uuid(ApiKeys::CreatedBy))
                    .col(big_integer_null(ApiKeys::ExpiresAt))
                    .col(big_integer_null(ApiKeys::RevokedAt))
                    .col(uuid_null(ApiKeys::RevokedBy))
                    .col(big_integer(ApiKeys::LastUsedAt))
                    .col(text_null(ApiKeys::LastClient))
                    .foreign_key(&mut reference(ApiKeys::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(ApiKeys::MemberId, Memberships::Table))
                    .foreign_key(&mut reference(ApiKeys::PepperId, Peppers::Table))
                    .foreign_key(&mut reference(ApiKeys::CreatedBy, Memberships::Table))
                    .foreign_key(&mut reference(ApiKeys::RevokedBy, Memberships::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Policies::Table)
                    .col(uuid(Policies::CompanyId).primary_key())
                    .col(small_integer(Policies::CeilingOwner))
                    .col(small_integer(Policies::CeilingAdmin))
                    .col(small_integer(Policies::CeilingMember))
                    .col(big_integer(Policies::Version))
                    .col(big_integer(Policies::UpdatedAt))
                    .foreign_key(&mut reference(Policies::CompanyId, Companies::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("api_keys_by_company_created")
                    .table(ApiKeys::Table)
                    .col(ApiKeys::CompanyId)
                    .col(ApiKeys::CreatedAt)
                    .col(ApiKeys::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("api_keys_by_company_name")
                    .table(ApiKeys::Table)
                    .col(ApiKeys::CompanyId)
                    .col(ApiKeys::NameFolded)
                    .col(ApiKeys::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("api_keys_by_company_used")
                    .table(ApiKeys::Table)
                    .col(ApiKeys::CompanyId)
                    .col(ApiKeys::LastUsedAt)
                    .col(ApiKeys::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("api_keys_by_member")
                    .table(ApiKeys::Table)
                    .col(ApiKeys::MemberId)
                    .col(ApiKeys::CreatedAt)
                    .col(ApiKeys::Id)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Policies::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(ApiKeys::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Peppers::Table).to_owned()).await?;
        Ok(())
    }
}

/// A secret that keys are hashed with, sealed under the master key.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Peppers {
    Table,
    Id,
    Sealed,
    CreatedAt,
}

/// An API key: its identifier and its HMAC, never the key. `last_used_at` is 0 for a key that was never used, since sort columns cannot be null.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum ApiKeys {
    Table,
    Id,
    CompanyId,
    MemberId,
    RequestId,
    Identifier,
    Mac,
    PepperId,
    Name,
    NameFolded,
    Permissions,
    CreatedAt,
    CreatedBy,
    ExpiresAt,
    RevokedAt,
    RevokedBy,
    LastUsedAt,
    LastClient,
}

/// What a company lets its keys do. A company without a row has the defaults.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Policies {
    Table,
    CompanyId,
    CeilingOwner,
    CeilingAdmin,
    CeilingMember,
    Version,
    UpdatedAt,
}
