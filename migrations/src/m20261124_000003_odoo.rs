//! The Odoo connection of a company, the Odoo accounts of its members, and refused logins.

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
                    .table(OdooConnections::Table)
                    .col(uuid(OdooConnections::Id).primary_key())
                    .col(uuid_uniq(OdooConnections::CompanyId))
                    .col(text(OdooConnections::Origin))
                    .col(text(OdooConnections::Database))
                    .col(text(OdooConnections::Version))
                    .col(text(OdooConnections::Protocol))
                    .col(big_integer(OdooConnections::CreatedAt))
                    .col(big_integer(OdooConnections::TestedAt))
                    .foreign_key(&mut reference(OdooConnections::CompanyId, Companies::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(OdooAccounts::Table)
                    .col(uuid(OdooAccounts::Id).primary_key())
                    .col(uuid(OdooAccounts::CompanyId))
                    .col(uuid(OdooAccounts::ConnectionId))
                    .col(uuid_uniq(OdooAccounts::MemberId))
                    .col(text(OdooAccounts::Login))
                    .col(binary(OdooAccounts::Sealed))
                    .col(text(OdooAccounts::Protocol))
                    .col(big_integer(OdooAccounts::Uid))
                    .col(big_integer(OdooAccounts::LinkedAt))
                    .col(big_integer_null(OdooAccounts::RefusedAt))
                    .foreign_key(&mut reference(OdooAccounts::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(OdooAccounts::ConnectionId, OdooConnections::Table))
                    .foreign_key(&mut reference(OdooAccounts::MemberId, Memberships::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(OdooLoginFailures::Table)
                    .col(uuid(OdooLoginFailures::Id).primary_key())
                    .col(text(OdooLoginFailures::Origin))
                    .col(binary(OdooLoginFailures::LoginDigest))
                    .col(big_integer(OdooLoginFailures::At))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("odoo_login_failures_by_origin")
                    .table(OdooLoginFailures::Table)
                    .col(OdooLoginFailures::Origin)
                    .col(OdooLoginFailures::At)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(OdooLoginFailures::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(OdooAccounts::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(OdooConnections::Table).to_owned()).await?;
        Ok(())
    }
}

/// A company's Odoo. An empty database means the server's only one.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum OdooConnections {
    Table,
    Id,
    CompanyId,
    Origin,
    Database,
    Version,
    Protocol,
    CreatedAt,
    TestedAt,
}

/// A member's own Odoo login; the secret is sealed under the master key.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum OdooAccounts {
    Table,
    Id,
    CompanyId,
    ConnectionId,
    MemberId,
    Login,
    Sealed,
    Protocol,
    Uid,
    LinkedAt,
    RefusedAt,
}

/// A login that an Odoo refused: what keeps the gateway from being a password oracle. The login is a digest.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum OdooLoginFailures {
    Table,
    Id,
    Origin,
    LoginDigest,
    At,
}
