//! Rows of `workflow_tries`: which definitions have had all their steps tried.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use shared::{
    id::{CompanyId, UserId},
    time::Timestamp,
};

use crate::{
    domain::lifetimes::WORKFLOW_TRY,
    entities::workflow_try::{ActiveModel, Column, Entity},
};

/// Notes that this person tried all steps of the definition of this digest. Of several tries the last counts.
///
/// # Errors
/// When the database refuses.
pub async fn note(
    db: &impl ConnectionTrait,
    company: CompanyId,
    digest: Vec<u8>,
    by: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        company_id: Set(company.as_uuid()),
        digest: Set(digest),
        tried_by: Set(by.as_uuid()),
        tried_at: Set(now.as_micros()),
    };
    let again = OnConflict::columns([Column::CompanyId, Column::Digest])
        .update_columns([Column::TriedBy, Column::TriedAt])
        .to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Which of these digests were tried in the company, as far as it counts now.
///
/// # Errors
/// When the database refuses.
pub async fn list_tried(
    db: &impl ConnectionTrait,
    company: CompanyId,
    digests: Vec<Vec<u8>>,
    now: Timestamp,
) -> Result<Vec<Vec<u8>>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Digest)
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Digest.is_in(digests))
        .filter(Column::TriedAt.gte(now.plus(-WORKFLOW_TRY).as_micros()))
        .into_tuple()
        .all(db)
        .await
}

/// Forgets all that the company tried: its Odoo is another one now.
///
/// # Errors
/// When the database refuses.
pub async fn delete_all(db: &impl ConnectionTrait, company: CompanyId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::CompanyId.eq(company.as_uuid())).exec(db).await?;
    Ok(())
}

/// Forgets what was tried before `before`.
///
/// # Errors
/// When the database refuses.
pub async fn delete_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::TriedAt.lt(before.as_micros())).exec(db).await?;
    Ok(())
}
