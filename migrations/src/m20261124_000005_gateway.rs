//! How changes are confirmed, what a company opens and closes, every call, what waits for a person, and
//! files that wait to be fetched.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{
    add_column, drop_column,
    m20261124_000001_people::{Companies, Memberships, Users},
    m20261124_000002_api_keys::ApiKeys,
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
        use PolicyColumns::*;
        for column in [ConfirmCreate, ConfirmWrite, ConfirmExecute, ConfirmWorkflow] {
            let column = text(column).default("preview").to_owned();
            add_column(manager, "policies", column).await?;
        }
        add_column(manager, "policies", text(Guards).default("{}").to_owned()).await?;
        add_column(manager, "policies", integer(CallsPerMinute).default(120).to_owned()).await?;
        add_column(manager, "policies", integer(WritesPerMinute).default(20).to_owned()).await?;
        add_column(manager, "policies", boolean(RecordArguments).default(false).to_owned()).await?;
        add_column(manager, "odoo_connections", integer(CallsPerSecond).default(0).to_owned())
            .await?;
        add_column(manager, "odoo_connections", integer(CallsAtOnce).default(8).to_owned()).await?;
        manager.create_table(calls()).await?;
        for (name, first) in [
            ("calls_by_company", Calls::CompanyId),
            ("calls_by_member", Calls::MemberId),
            ("calls_by_key", Calls::KeyId),
        ] {
            let index = Index::create()
                .name(name)
                .table(Calls::Table)
                .col(first)
                .col(Calls::At)
                .col(Calls::Id)
                .to_owned();
            manager.create_index(index).await?;
        }
        // What is at Odoo now: a handful of rows, looked through at every start.
        let connection = manager.get_connection();
        connection
            .execute_unprepared("CREATE INDEX calls_started ON calls (at) WHERE result = 'started'")
            .await?;
        manager.create_table(confirmations()).await?;
        manager
            .create_index(
                Index::create()
                    .name("confirmations_by_company")
                    .table(Confirmations::Table)
                    .col(Confirmations::CompanyId)
                    .col(Confirmations::CreatedAt)
                    .col(Confirmations::Id)
                    .to_owned(),
            )
            .await?;
        manager.create_table(wizards()).await?;
        manager.create_table(downloads()).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use PolicyColumns::*;
        manager.drop_table(Table::drop().table(Downloads::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Wizards::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Confirmations::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Calls::Table).to_owned()).await?;
        for column in [CallsAtOnce, CallsPerSecond] {
            drop_column(manager, "odoo_connections", column).await?;
        }
        for column in [
            RecordArguments,
            WritesPerMinute,
            CallsPerMinute,
            Guards,
            ConfirmWorkflow,
            ConfirmExecute,
            ConfirmWrite,
            ConfirmCreate,
        ] {
            drop_column(manager, "policies", column).await?;
        }
        Ok(())
    }
}

fn calls() -> TableCreateStatement {
    Table::create()
        .table(Calls::Table)
        .col(uuid(Calls::Id).primary_key())
        .col(uuid(Calls::CompanyId))
        .col(uuid(Calls::MemberId))
        .col(uuid(Calls::KeyId))
        .col(text(Calls::Tool))
        .col(text_null(Calls::Model))
        .col(text_null(Calls::Method))
        .col(integer_null(Calls::Records))
        .col(text(Calls::Result))
        .col(text_null(Calls::Problem))
        .col(text_null(Calls::Consent))
        .col(big_integer_null(Calls::Duration))
        .col(text_null(Calls::Client))
        .col(text(Calls::Address))
        .col(binary(Calls::ArgumentsDigest))
        .col(text_null(Calls::Arguments))
        .col(big_integer(Calls::At))
        .foreign_key(&mut reference(Calls::CompanyId, Companies::Table))
        .foreign_key(&mut reference(Calls::MemberId, Memberships::Table))
        .foreign_key(&mut reference(Calls::KeyId, ApiKeys::Table))
        .to_owned()
}

fn confirmations() -> TableCreateStatement {
    Table::create()
        .table(Confirmations::Table)
        .col(uuid(Confirmations::Id).primary_key())
        .col(uuid(Confirmations::CompanyId))
        .col(uuid(Confirmations::MemberId))
        .col(uuid(Confirmations::KeyId))
        .col(small_integer(Confirmations::Permission))
        .col(text(Confirmations::Mode))
        .col(binary_null(Confirmations::TokenHash).unique_key())
        .col(binary(Confirmations::ArgumentsDigest))
        .col(binary(Confirmations::StateDigest))
        .col(big_integer(Confirmations::PolicyVersion))
        .col(text(Confirmations::Preview))
        .col(big_integer(Confirmations::CreatedAt))
        .col(big_integer(Confirmations::ExpiresAt))
        .col(uuid_null(Confirmations::DecidedBy))
        .col(big_integer_null(Confirmations::ApprovedAt))
        .col(big_integer_null(Confirmations::RefusedAt))
        .col(big_integer_null(Confirmations::ConsumedAt))
        .foreign_key(&mut reference(Confirmations::CompanyId, Companies::Table))
        .foreign_key(&mut reference(Confirmations::MemberId, Memberships::Table))
        .foreign_key(&mut reference(Confirmations::KeyId, ApiKeys::Table))
        .foreign_key(&mut reference(Confirmations::DecidedBy, Users::Table))
        .to_owned()
}

fn wizards() -> TableCreateStatement {
    Table::create()
        .table(Wizards::Table)
        .col(uuid(Wizards::Id).primary_key())
        .col(uuid(Wizards::CompanyId))
        .col(uuid(Wizards::KeyId))
        .col(text(Wizards::Model))
        .col(big_integer_null(Wizards::RecordId))
        .col(text(Wizards::Context))
        .col(big_integer(Wizards::CreatedAt))
        .col(big_integer(Wizards::ExpiresAt))
        .foreign_key(&mut reference(Wizards::CompanyId, Companies::Table))
        .foreign_key(&mut reference(Wizards::KeyId, ApiKeys::Table))
        .to_owned()
}

fn downloads() -> TableCreateStatement {
    Table::create()
        .table(Downloads::Table)
        .col(uuid(Downloads::Id).primary_key())
        .col(uuid(Downloads::CompanyId))
        .col(uuid(Downloads::KeyId))
        .col(binary_uniq(Downloads::TokenHash))
        .col(text(Downloads::Name))
        .col(text(Downloads::MediaType))
        .col(blob(Downloads::Content))
        .col(big_integer(Downloads::CreatedAt))
        .col(big_integer(Downloads::ExpiresAt))
        .col(big_integer_null(Downloads::FetchedAt))
        .foreign_key(&mut reference(Downloads::CompanyId, Companies::Table))
        .foreign_key(&mut reference(Downloads::KeyId, ApiKeys::Table))
        .to_owned()
}

/// Columns that come to tables which exist. `guards` is a JSON object of lists of names; a rate of 0 is
/// no limit.
#[derive(DeriveIden, Clone, Copy)]
enum PolicyColumns {
    ConfirmCreate,
    ConfirmWrite,
    ConfirmExecute,
    ConfirmWorkflow,
    Guards,
    CallsPerMinute,
    WritesPerMinute,
    RecordArguments,
    CallsPerSecond,
    CallsAtOnce,
}

/// A call of a tool. A change is written as `started` before Odoo is called.
#[derive(DeriveIden, Clone, Copy)]
enum Calls {
    Table,
    Id,
    CompanyId,
    MemberId,
    KeyId,
    Tool,
    Model,
    Method,
    Records,
    Result,
    Problem,
    Consent,
    Duration,
    Client,
    Address,
    ArgumentsDigest,
    Arguments,
    At,
}

/// A change that was previewed. It is consumed once, by one conditional update.
#[derive(DeriveIden, Clone, Copy)]
enum Confirmations {
    Table,
    Id,
    CompanyId,
    MemberId,
    KeyId,
    Permission,
    Mode,
    TokenHash,
    ArgumentsDigest,
    StateDigest,
    PolicyVersion,
    Preview,
    CreatedAt,
    ExpiresAt,
    DecidedBy,
    ApprovedAt,
    RefusedAt,
    ConsumedAt,
}

/// A wizard that a method returned: only the key whose call returned it answers it.
#[derive(DeriveIden, Clone, Copy)]
enum Wizards {
    Table,
    Id,
    CompanyId,
    KeyId,
    Model,
    RecordId,
    Context,
    CreatedAt,
    ExpiresAt,
}

/// A file behind a link that works once.
#[derive(DeriveIden, Clone, Copy)]
enum Downloads {
    Table,
    Id,
    CompanyId,
    KeyId,
    TokenHash,
    Name,
    MediaType,
    Content,
    CreatedAt,
    ExpiresAt,
    FetchedAt,
}
