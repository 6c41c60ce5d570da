//! Files that wait to be fetched are kept in parts, so that neither writing one nor sending it needs all of it in memory.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{add_column, drop_column, m20261124_000001_people::Companies, reference};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_column(manager, "downloads", big_integer(Downloads::Bytes).default(0).to_owned())
            .await?;
        manager.create_table(parts()).await?;
        let connection = manager.get_connection();
        for statement in [
            "UPDATE downloads SET bytes = length(content)",
            "INSERT INTO download_parts (download_id, number, company_id, content) \
             SELECT id, 0, company_id, content FROM downloads WHERE length(content) > 0",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        drop_column(manager, "downloads", Downloads::Content).await
    }

    /// A file of several parts does not come back: its link, which would have ended within the hour, ends now.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let content = blob(Downloads::Content).default(Vec::<u8>::new()).to_owned();
        add_column(manager, "downloads", content).await?;
        let connection = manager.get_connection();
        for statement in [
            "UPDATE downloads SET expires_at = created_at WHERE fetched_at IS NULL AND id IN \
             (SELECT download_id FROM download_parts WHERE number = 1)",
            "UPDATE downloads SET content = (SELECT content FROM download_parts \
             WHERE download_id = downloads.id AND number = 0) \
             WHERE fetched_at IS NULL AND expires_at > created_at AND id IN \
             (SELECT download_id FROM download_parts WHERE number = 0)",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        manager.drop_table(Table::drop().table(DownloadParts::Table).to_owned()).await?;
        drop_column(manager, "downloads", Downloads::Bytes).await
    }
}

fn parts() -> TableCreateStatement {
    Table::create()
        .table(DownloadParts::Table)
        .col(uuid(DownloadParts::DownloadId))
        .col(integer(DownloadParts::Number))
        .col(uuid(DownloadParts::CompanyId))
        .col(blob(DownloadParts::Content))
        .primary_key(Index::create().col(DownloadParts::DownloadId).col(DownloadParts::Number))
        .foreign_key(&mut reference(DownloadParts::DownloadId, Downloads::Table))
        .foreign_key(&mut reference(DownloadParts::CompanyId, Companies::Table))
        .to_owned()
}

/// How long a file is altogether; its content goes to its parts.
#[derive(DeriveIden, Clone, Copy)]
enum Downloads {
    Table,
    Bytes,
    Content,
}

/// A part of a file, counted from 0.
#[derive(DeriveIden, Clone, Copy)]
enum DownloadParts {
    Table,
    DownloadId,
    Number,
    CompanyId,
    Content,
}
