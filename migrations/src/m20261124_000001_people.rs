//! People, companies, memberships, sessions and invitations.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference;

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
                    .table(Users::Table)
                    .col(uuid(Users::Id).primary_key())
                    .col(text(Users::Name))
                    .col(text(Users::NameFolded))
                    .col(text_uniq(Users::Email))
                    .col(text(Users::PasswordHash))
                    .col(big_integer(Users::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Companies::Table)
                    .col(uuid(Companies::Id).primary_key())
                    .col(text(Companies::Name))
                    .col(big_integer(Companies::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Memberships::Table)
                    .col(uuid(Memberships::Id).primary_key())
                    .col(uuid(Memberships::CompanyId))
                    .col(uuid(Memberships::UserId))
                    .col(text(Memberships::Role))
                    .col(big_integer(Memberships::JoinedAt))
                    .col(big_integer_null(Memberships::RemovedAt))
                    .foreign_key(&mut reference(Memberships::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(Memberships::UserId, Users::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Sessions::Table)
                    .col(uuid(Sessions::Id).primary_key())
                    .col(uuid(Sessions::UserId))
                    .col(uuid_null(Sessions::CompanyId))
                    .col(binary_uniq(Sessions::TokenHash))
                    .col(text(Sessions::Address))
                    .col(text(Sessions::UserAgent))
                    .col(big_integer(Sessions::CreatedAt))
                    .col(big_integer(Sessions::LastSeenAt))
                    .col(big_integer_null(Sessions::EndedAt))
                    .foreign_key(&mut reference(Sessions::UserId, Users::Table))
                    .foreign_key(&mut reference(Sessions::CompanyId, Companies::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Invitations::Table)
                    .col(uuid(Invitations::Id).primary_key())
                    .col(uuid(Invitations::CompanyId))
                    .col(text(Invitations::Email))
                    .col(text(Invitations::Role))
                    .col(binary_uniq(Invitations::TokenHash))
                    .col(uuid(Invitations::InvitedBy))
                    .col(big_integer(Invitations::CreatedAt))
                    .col(big_integer(Invitations::ExpiresAt))
                    .col(big_integer_null(Invitations::AcceptedAt))
                    .col(uuid_null(Invitations::AcceptedBy))
                    .col(big_integer_null(Invitations::WithdrawnAt))
                    .foreign_key(&mut reference(Invitations::CompanyId, Companies::Table))
                    .foreign_key(&mut reference(Invitations::InvitedBy, Memberships::Table))
                    .foreign_key(&mut reference(Invitations::AcceptedBy, Memberships::Table))
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX memberships_live ON memberships (company_id, user_id) WHERE removed_at IS NULL",
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("memberships_by_user")
                    .table(Memberships::Table)
                    .col(Memberships::UserId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("sessions_by_user")
                    .table(Sessions::Table)
                    .col(Sessions::UserId)
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX invitations_open ON invitations (company_id, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Invitations::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Sessions::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Memberships::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Companies::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Users::Table).to_owned()).await?;
        Ok(())
    }
}

/// A person. The e-mail is in lower case.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Users {
    Table,
    Id,
    Name,
    NameFolded,
    Email,
    PasswordHash,
    CreatedAt,
}

/// A tenant.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Companies {
    Table,
    Id,
    Name,
    CreatedAt,
}

/// A user in a company. `removed_at` ends it; coming back makes a new row, so that old keys stay dead.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Memberships {
    Table,
    Id,
    CompanyId,
    UserId,
    Role,
    JoinedAt,
    RemovedAt,
}

/// A signed-in browser. Only a hash of its token is kept. `company_id` is the company that its pages show.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Sessions {
    Table,
    Id,
    UserId,
    CompanyId,
    TokenHash,
    Address,
    UserAgent,
    CreatedAt,
    LastSeenAt,
    EndedAt,
}

/// An invitation. Only a hash of its token is kept.
#[derive(DeriveIden, Clone, Copy)]
pub(crate) enum Invitations {
    Table,
    Id,
    CompanyId,
    Email,
    Role,
    TokenHash,
    InvitedBy,
    CreatedAt,
    ExpiresAt,
    AcceptedAt,
    AcceptedBy,
    WithdrawnAt,
}
