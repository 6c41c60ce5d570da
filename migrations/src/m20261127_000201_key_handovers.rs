//! Keys that wait for their person to pick them up. Nothing of a key is in them: it is made when the link is used.

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
                    .table(KeyHandovers::Table)
                    .col(uuid(KeyHandovers::Id).primary_key())
                    .col(uuid(KeyHandovers::CompanyId))
                    .col(uuid(KeyHandovers::MemberId))
                    .col(uuid_uniq(KeyHandovers::RequestId))
                    .col(binary_uniq(KeyHandovers::TokenHash))
                    .col(text(KeyHandovers::Name))
                    .col(small_integer(KeyHandovers::Permissions))
                    .col(text(KeyHandovers::Expiry))
                    .col(uuid(KeyHandovers::MadeBy))
                    .col(big_integer(KeyHandovers::MadeAt))
                    .col(big_integer(KeyHandovers::ExpiresAt))
                    .col(big_integer_null(KeyHandovers::PickedUpAt))
                    .col(big_integer_null(KeyHandovers::WithdrawnAt))
                    .foreign_key(&mut reference(KeyHandovers::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(KeyHandovers::MemberId, Memberships::Table))
                    .foreign_key(&mut reference(KeyHandovers::MadeBy, Memberships::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("key_handovers_by_company")
                    .table(KeyHandovers::Table)
                    .col(KeyHandovers::CompanyId)
                    .col(KeyHandovers::MadeAt)
                    .col(KeyHandovers::Id)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(KeyHandovers::Table).to_owned()).await
    }
}

/// What a link hands over, and to whom. Only a hash of its token is kept.
#[derive(DeriveIden, Clone, Copy)]
enum KeyHandovers {
    Table,
    Id,
    CompanyId,
    MemberId,
    RequestId,
    TokenHash,
    Name,
    Permissions,
    Expiry,
    MadeBy,
    MadeAt,
    ExpiresAt,
    PickedUpAt,
    WithdrawnAt,
}
