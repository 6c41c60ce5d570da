//! A person's time zone, and the day on which a company is to be removed.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Users::Table)
                    .add_column(text_null(Users::TimeZone))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Companies::Table)
                    .add_column(big_integer_null(Companies::DeleteAt))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter().table(Companies::Table).drop_column(Companies::DeleteAt).to_owned(),
            )
            .await?;
        manager
            .alter_table(Table::alter().table(Users::Table).drop_column(Users::TimeZone).to_owned())
            .await
    }
}

/// `time_zone` is a name of the IANA database; without one, times are told in UTC.
#[derive(DeriveIden, Clone, Copy)]
enum Users {
    Table,
    TimeZone,
}

/// From `delete_at` on the company may be removed; until then it is to be, and can be kept.
#[derive(DeriveIden, Clone, Copy)]
enum Companies {
    Table,
    DeleteAt,
}
