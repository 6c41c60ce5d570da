//! How far a member has come on the way to the first answered question.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use shared::{
    activity::CallResult,
    id::{CompanyId, MemberId},
};
use uuid::Uuid;

use crate::entities::{api_key, call};

/// Whether the member has a key that is not revoked, and whether any of their keys was ever used.
///
/// # Errors
/// When the database refuses.
pub async fn keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<(bool, bool), DbErr> {
    use api_key::Column;
    let keys = || {
        api_key::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::CompanyId.eq(company.as_uuid()))
            .filter(Column::MemberId.eq(member.as_uuid()))
            .limit(1)
    };
    let live = keys().filter(Column::RevokedAt.is_null()).into_tuple::<Uuid>().one(db).await?;
    let used = keys().filter(Column::LastUsedAt.gt(0)).into_tuple::<Uuid>().one(db).await?;
    Ok((live.is_some(), used.is_some()))
}

/// Whether a call of the member was ever answered.
///
/// # Errors
/// When the database refuses.
pub async fn has_answer(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<bool, DbErr> {
    let row: Option<Uuid> = call::Entity::find()
        .select_only()
        .column(call::Column::Id)
        .filter(call::Column::CompanyId.eq(company.as_uuid()))
        .filter(call::Column::MemberId.eq(member.as_uuid()))
        .filter(call::Column::Result.eq(CallResult::Ok.as_str()))
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(row.is_some())
}
