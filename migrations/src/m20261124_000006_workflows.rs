//! Workflows: drafts, validated versions, who accepted them, and their runs.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{
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
        manager.create_table(workflows()).await?;
        manager.create_table(versions()).await?;
        manager.create_table(acceptances()).await?;
        manager.create_table(runs()).await?;
        for (name, table, columns) in [
            ("workflows_by_company", "workflows", &["company_id", "name"][..]),
            ("workflow_versions_by_workflow", "workflow_versions", &["workflow_id", "number"]),
            ("workflow_runs_by_company", "workflow_runs", &["company_id", "started_at", "id"]),
        ] {
            let mut index = Index::create().name(name).table(Alias::new(table)).to_owned();
            for column in columns {
                index.col(Alias::new(*column));
            }
            manager.create_index(index).await?;
        }
        // One version of a workflow is in force at a time.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX workflow_versions_in_force ON workflow_versions (workflow_id) WHERE retired_at IS NULL",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(WorkflowRuns::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(WorkflowAcceptances::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(WorkflowVersions::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Workflows::Table).to_owned()).await?;
        Ok(())
    }
}

fn workflows() -> TableCreateStatement {
    Table::create()
        .table(Workflows::Table)
        .col(uuid(Workflows::Id).primary_key())
        .col(uuid(Workflows::CompanyId))
        .col(text(Workflows::Name))
        .col(text(Workflows::Description))
        .col(text(Workflows::Draft))
        .col(uuid(Workflows::ChangedBy))
        .col(big_integer(Workflows::ChangedAt))
        .col(big_integer_null(Workflows::ArchivedAt))
        .foreign_key(&mut reference(Workflows::CompanyId, Companies::Table))
        .foreign_key(&mut reference(Workflows::ChangedBy, Users::Table))
        .to_owned()
}

fn versions() -> TableCreateStatement {
    Table::create()
        .table(WorkflowVersions::Table)
        .col(uuid(WorkflowVersions::Id).primary_key())
        .col(uuid(WorkflowVersions::CompanyId))
        .col(uuid(WorkflowVersions::WorkflowId))
        .col(integer(WorkflowVersions::Number))
        .col(text(WorkflowVersions::Name))
        .col(text(WorkflowVersions::Description))
        .col(text(WorkflowVersions::Definition))
        .col(uuid(WorkflowVersions::ValidatedBy))
        .col(big_integer(WorkflowVersions::ValidatedAt))
        .col(big_integer_null(WorkflowVersions::RetiredAt))
        .foreign_key(&mut reference(WorkflowVersions::CompanyId, Companies::Table))
        .foreign_key(&mut reference(WorkflowVersions::WorkflowId, Workflows::Table))
        .foreign_key(&mut reference(WorkflowVersions::ValidatedBy, Users::Table))
        .to_owned()
}

fn acceptances() -> TableCreateStatement {
    Table::create()
        .table(WorkflowAcceptances::Table)
        .col(uuid(WorkflowAcceptances::VersionId))
        .col(uuid(WorkflowAcceptances::MemberId))
        .col(uuid(WorkflowAcceptances::CompanyId))
        .col(big_integer(WorkflowAcceptances::AcceptedAt))
        .primary_key(
            Index::create().col(WorkflowAcceptances::VersionId).col(WorkflowAcceptances::MemberId),
        )
        .foreign_key(&mut reference(WorkflowAcceptances::VersionId, WorkflowVersions::Table))
        .foreign_key(&mut reference(WorkflowAcceptances::MemberId, Memberships::Table))
        .foreign_key(&mut reference(WorkflowAcceptances::CompanyId, Companies::Table))
        .to_owned()
}

fn runs() -> TableCreateStatement {
    Table::create()
        .table(WorkflowRuns::Table)
        .col(uuid(WorkflowRuns::Id).primary_key())
        .col(uuid(WorkflowRuns::CompanyId))
        .col(uuid(WorkflowRuns::VersionId))
        .col(uuid(WorkflowRuns::MemberId))
        .col(uuid(WorkflowRuns::KeyId))
        .col(text(WorkflowRuns::Result))
        .col(text(WorkflowRuns::Steps))
        .col(big_integer(WorkflowRuns::StartedAt))
        .col(big_integer_null(WorkflowRuns::EndedAt))
        .foreign_key(&mut reference(WorkflowRuns::CompanyId, Companies::Table))
        .foreign_key(&mut reference(WorkflowRuns::VersionId, WorkflowVersions::Table))
        .foreign_key(&mut reference(WorkflowRuns::MemberId, Memberships::Table))
        .foreign_key(&mut reference(WorkflowRuns::KeyId, ApiKeys::Table))
        .to_owned()
}

/// A workflow as it is being built. Its draft is JSON.
#[derive(DeriveIden, Clone, Copy)]
enum Workflows {
    Table,
    Id,
    CompanyId,
    Name,
    Description,
    Draft,
    ChangedBy,
    ChangedAt,
    ArchivedAt,
}

/// A validated version: frozen. At most one of a workflow is in force.
#[derive(DeriveIden, Clone, Copy)]
enum WorkflowVersions {
    Table,
    Id,
    CompanyId,
    WorkflowId,
    Number,
    Name,
    Description,
    Definition,
    ValidatedBy,
    ValidatedAt,
    RetiredAt,
}

/// A member let a version that changes data run as them.
#[derive(DeriveIden, Clone, Copy)]
enum WorkflowAcceptances {
    Table,
    VersionId,
    MemberId,
    CompanyId,
    AcceptedAt,
}

/// A run, with its steps as JSON.
#[derive(DeriveIden, Clone, Copy)]
enum WorkflowRuns {
    Table,
    Id,
    CompanyId,
    VersionId,
    MemberId,
    KeyId,
    Result,
    Steps,
    StartedAt,
    EndedAt,
}
