//! Rows of `workflows`, `workflow_versions`, `workflow_acceptances` and `workflow_runs`.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId, UserId, WorkflowId, WorkflowRunId, WorkflowVersionId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::entities::{workflow, workflow_acceptance, workflow_run, workflow_version};

/// A workflow's draft before it is written.
pub struct Draft<'a> {
    pub id: WorkflowId,
    pub name: &'a str,
    pub description: &'a str,
    /// The definition as JSON.
    pub definition: String,
    pub by: UserId,
    pub now: Timestamp,
}

/// Writes a new workflow.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    db: &impl ConnectionTrait,
    company: CompanyId,
    draft: Draft<'_>,
) -> Result<(), DbErr> {
    let Draft { id, name, description, definition, by, now } = draft;
    let row = workflow::ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        name: Set(name.to_owned()),
        description: Set(description.to_owned()),
        draft: Set(definition),
        changed_by: Set(by.as_uuid()),
        changed_at: Set(now.as_micros()),
        archived_at: Set(None),
    };
    workflow::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Changes a draft. Says whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    db: &impl ConnectionTrait,
    company: CompanyId,
    draft: Draft<'_>,
) -> Result<bool, DbErr> {
    let Draft { id, name, description, definition, by, now } = draft;
    let row = workflow::ActiveModel {
        id: Unchanged(id.as_uuid()),
        name: Set(name.to_owned()),
        description: Set(description.to_owned()),
        draft: Set(definition),
        changed_by: Set(by.as_uuid()),
        changed_at: Set(now.as_micros()),
        ..Default::default()
    };
    let done = workflow::Entity::update_many()
        .set(row)
        .filter(workflow::Column::Id.eq(id.as_uuid()))
        .filter(workflow::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow::Column::ArchivedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes a workflow out of sight; its versions are retired before. Says whether it was there.
///
/// # Errors
/// When the database refuses.
pub async fn archive(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: WorkflowId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = workflow::Entity::update_many()
        .col_expr(workflow::Column::ArchivedAt, Expr::value(now.as_micros()))
        .filter(workflow::Column::Id.eq(id.as_uuid()))
        .filter(workflow::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow::Column::ArchivedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The company's workflows, by name.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Vec<workflow::Model>, DbErr> {
    workflow::Entity::find()
        .filter(workflow::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow::Column::ArchivedAt.is_null())
        .order_by_asc(workflow::Column::Name)
        .order_by_asc(workflow::Column::Id)
        .all(db)
        .await
}

/// One workflow.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: WorkflowId,
) -> Result<Option<workflow::Model>, DbErr> {
    workflow::Entity::find_by_id(id.as_uuid())
        .filter(workflow::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow::Column::ArchivedAt.is_null())
        .one(db)
        .await
}

/// The versions in force in the company, by name.
///
/// # Errors
/// When the database refuses.
pub async fn list_in_force(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Vec<workflow_version::Model>, DbErr> {
    workflow_version::Entity::find()
        .filter(workflow_version::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_version::Column::RetiredAt.is_null())
        .order_by_asc(workflow_version::Column::Name)
        .order_by_asc(workflow_version::Column::Id)
        .all(db)
        .await
}

/// The version, if it is in force.
///
/// # Errors
/// When the database refuses.
pub async fn find_in_force(
    db: &impl ConnectionTrait,
    company: CompanyId,
    version: WorkflowVersionId,
) -> Result<Option<workflow_version::Model>, DbErr> {
    workflow_version::Entity::find_by_id(version.as_uuid())
        .filter(workflow_version::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_version::Column::RetiredAt.is_null())
        .one(db)
        .await
}

/// Whether a version of the workflow is in force.
///
/// # Errors
/// When the database refuses.
pub async fn is_in_force(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: WorkflowId,
) -> Result<bool, DbErr> {
    let found: Option<Uuid> = workflow_version::Entity::find()
        .select_only()
        .column(workflow_version::Column::Id)
        .filter(workflow_version::Column::WorkflowId.eq(id.as_uuid()))
        .filter(workflow_version::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_version::Column::RetiredAt.is_null())
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Retires the version of a workflow that is in force, if one is.
///
/// # Errors
/// When the database refuses.
pub async fn retire(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: WorkflowId,
    now: Timestamp,
) -> Result<(), DbErr> {
    workflow_version::Entity::update_many()
        .col_expr(workflow_version::Column::RetiredAt, Expr::value(now.as_micros()))
        .filter(workflow_version::Column::WorkflowId.eq(id.as_uuid()))
        .filter(workflow_version::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_version::Column::RetiredAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Freezes a draft as the next version.
///
/// # Errors
/// When the database refuses, also because another version came into force at this moment.
pub async fn freeze(
    db: &impl ConnectionTrait,
    company: CompanyId,
    version: WorkflowVersionId,
    draft: &workflow::Model,
    by: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let last: Option<i32> = workflow_version::Entity::find()
        .select_only()
        .column_as(workflow_version::Column::Number.max(), "last")
        .filter(workflow_version::Column::WorkflowId.eq(draft.id))
        .into_tuple::<Option<i32>>()
        .one(db)
        .await?
        .flatten();
    let row = workflow_version::ActiveModel {
        id: Set(version.as_uuid()),
        company_id: Set(company.as_uuid()),
        workflow_id: Set(draft.id),
        number: Set(last.unwrap_or(0) + 1),
        name: Set(draft.name.clone()),
        description: Set(draft.description.clone()),
        definition: Set(draft.draft.clone()),
        validated_by: Set(by.as_uuid()),
        validated_at: Set(now.as_micros()),
        retired_at: Set(None),
    };
    workflow_version::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that the member lets the version run as them. Gives whether they did not before.
///
/// # Errors
/// When the database refuses.
pub async fn accept(
    db: &impl ConnectionTrait,
    company: CompanyId,
    version: WorkflowVersionId,
    member: MemberId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let row = workflow_acceptance::ActiveModel {
        version_id: Set(version.as_uuid()),
        member_id: Set(member.as_uuid()),
        company_id: Set(company.as_uuid()),
        accepted_at: Set(now.as_micros()),
    };
    let keys = [workflow_acceptance::Column::VersionId, workflow_acceptance::Column::MemberId];
    let written = workflow_acceptance::Entity::insert(row)
        .on_conflict(OnConflict::columns(keys).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(written == 1)
}

/// The versions that the member lets run as them.
///
/// # Errors
/// When the database refuses.
pub async fn accepted(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<Vec<WorkflowVersionId>, DbErr> {
    let rows = workflow_acceptance::Entity::find()
        .filter(workflow_acceptance::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_acceptance::Column::MemberId.eq(member.as_uuid()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| WorkflowVersionId::from_uuid(row.version_id)).collect())
}

/// A version that was validated, without what it does.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Validated {
    pub id: Uuid,
    pub workflow_id: Uuid,
    pub number: i32,
    pub validated_by: Uuid,
    pub validated_at: i64,
    pub retired_at: Option<i64>,
}

/// What the company has validated, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_validated(
    db: &impl ConnectionTrait,
    company: CompanyId,
    limit: u64,
) -> Result<Vec<Validated>, DbErr> {
    use workflow_version::Column;
    workflow_version::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::WorkflowId,
            Column::Number,
            Column::ValidatedBy,
            Column::ValidatedAt,
            Column::RetiredAt,
        ])
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .order_by_desc(Column::ValidatedAt)
        .order_by_desc(Column::Number)
        .limit(limit)
        .into_model::<Validated>()
        .all(db)
        .await
}

/// Who has let these versions run as them: version and member, in the order in which they did.
///
/// # Errors
/// When the database refuses.
pub async fn list_acceptances(
    db: &impl ConnectionTrait,
    company: CompanyId,
    versions: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let rows = workflow_acceptance::Entity::find()
        .filter(workflow_acceptance::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_acceptance::Column::VersionId.is_in(versions))
        .order_by_asc(workflow_acceptance::Column::AcceptedAt)
        .order_by_asc(workflow_acceptance::Column::MemberId)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.version_id, row.member_id)).collect())
}

/// Writes a run that begins.
///
/// # Errors
/// When the database refuses.
pub async fn begin_run(
    db: &impl ConnectionTrait,
    company: CompanyId,
    run: WorkflowRunId,
    version: WorkflowVersionId,
    member: MemberId,
    key: ApiKeyId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = workflow_run::ActiveModel {
        id: Set(run.as_uuid()),
        company_id: Set(company.as_uuid()),
        version_id: Set(version.as_uuid()),
        member_id: Set(member.as_uuid()),
        key_id: Set(key.as_uuid()),
        result: Set("started".to_owned()),
        steps: Set("[]".to_owned()),
        started_at: Set(now.as_micros()),
        ended_at: Set(None),
    };
    workflow_run::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Marks runs that began before `before` and never ended as unknown: their process died. Gives their companies.
///
/// # Errors
/// When the database refuses.
pub async fn give_up_runs(
    db: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<Vec<CompanyId>, DbErr> {
    let is_over = Condition::all()
        .add(workflow_run::Column::Result.eq("started"))
        .add(workflow_run::Column::EndedAt.is_null())
        .add(workflow_run::Column::StartedAt.lt(before.as_micros()));
    let companies: Vec<Uuid> = workflow_run::Entity::find()
        .select_only()
        .column(workflow_run::Column::CompanyId)
        .filter(is_over.clone())
        .into_tuple()
        .all(db)
        .await?;
    workflow_run::Entity::update_many()
        .col_expr(workflow_run::Column::Result, Expr::value("unknown"))
        .filter(is_over)
        .exec(db)
        .await?;
    Ok(companies.into_iter().map(CompanyId::from_uuid).collect())
}

/// Notes how far a run has come; `ended` says that it is over.
///
/// # Errors
/// When the database refuses.
pub async fn note_run(
    db: &impl ConnectionTrait,
    company: CompanyId,
    run: WorkflowRunId,
    result: &str,
    steps: String,
    ended: Option<Timestamp>,
) -> Result<(), DbErr> {
    workflow_run::Entity::update_many()
        .col_expr(workflow_run::Column::Result, Expr::value(result))
        .col_expr(workflow_run::Column::Steps, Expr::value(steps))
        .col_expr(workflow_run::Column::EndedAt, Expr::value(ended.map(Timestamp::as_micros)))
        .filter(workflow_run::Column::Id.eq(run.as_uuid()))
        .filter(workflow_run::Column::CompanyId.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The newest runs with their versions; `member` narrows them to one member's.
///
/// # Errors
/// When the database refuses.
pub async fn list_runs(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: Option<MemberId>,
    limit: u64,
) -> Result<Vec<(workflow_run::Model, workflow_version::Model)>, DbErr> {
    let mut select =
        workflow_run::Entity::find().filter(workflow_run::Column::CompanyId.eq(company.as_uuid()));
    if let Some(member) = member {
        select = select.filter(workflow_run::Column::MemberId.eq(member.as_uuid()));
    }
    let runs = select
        .order_by_desc(workflow_run::Column::StartedAt)
        .order_by_desc(workflow_run::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let versions = workflow_version::Entity::find()
        .filter(workflow_version::Column::CompanyId.eq(company.as_uuid()))
        .filter(workflow_version::Column::Id.is_in(runs.iter().map(|run| run.version_id)))
        .all(db)
        .await?;
    Ok(runs
        .into_iter()
        .filter_map(|run| {
            let version = versions.iter().find(|version| version.id == run.version_id)?.clone();
            Some((run, version))
        })
        .collect())
}
