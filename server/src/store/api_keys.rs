//! Rows of `api_keys`.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use shared::{
    id::{CompanyId, MemberId},
    time::Timestamp,
};

use crate::entities::api_key::{Column, Entity};

/// Revokes every key of `member` that is not revoked yet, in the transaction that takes the member
/// out. Gives how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_all_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    revoked_by: MemberId,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
        .col_expr(Column::RevokedBy, Expr::value(revoked_by.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::MemberId.eq(member.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
