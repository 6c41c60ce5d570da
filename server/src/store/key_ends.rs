//! How keys end, in their rows of `api_keys`: by hand, with their member, by a successor, and by what their company asks.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{Expr, ExprTrait, Query},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId},
    time::{DAY, Timestamp},
};
use uuid::Uuid;

use super::api_keys::{column, is_live};
use crate::entities::{
    api_key::{Column, Entity},
    membership, policy,
};

/// Marks a key as replaced at `now`, by `successor` if that is there already, and lets it end at `end`. Gives whether it was
/// not replaced before.
///
/// # Errors
/// When the database refuses.
pub async fn retire(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    successor: Option<ApiKeyId>,
    end: Timestamp,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RotatedAt, Expr::value(now.as_micros()))
        .col_expr(Column::SuccessorId, Expr::value(successor.map(ApiKeyId::as_uuid)))
        .col_expr(Column::ExpiresAt, Expr::value(end.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(Column::RotatedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes by which key one was replaced that was rotated before that was there.
///
/// # Errors
/// When the database refuses.
pub async fn set_successor(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    successor: ApiKeyId,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::SuccessorId, Expr::value(successor.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Revokes a key that is live at `now`. Gives whether it was.
///
/// # Errors
/// When the database refuses.
pub async fn revoke(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    revoked_by: MemberId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
        .col_expr(Column::RevokedBy, Expr::value(revoked_by.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(is_live(now))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Revokes every key of `member` that is not revoked yet, in the transaction that takes the member
/// out. Gives which.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_all_of_member(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    revoked_by: MemberId,
    now: Timestamp,
) -> Result<Vec<ApiKeyId>, DbErr> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
        .col_expr(Column::RevokedBy, Expr::value(revoked_by.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::MemberId.eq(member.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .exec_with_returning(db)
        .await?;
    Ok(revoked.into_iter().map(|row| ApiKeyId::from_uuid(row.id)).collect())
}

/// Brings the end of every live key forward to `longest` microseconds after it was made, where it lies
/// later. Gives how many keys end sooner now.
///
/// # Errors
/// When the database refuses.
pub async fn shorten_lives(
    db: &impl ConnectionTrait,
    company: CompanyId,
    longest: i64,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let end = column(Column::CreatedAt).add(longest);
    let done = Entity::update_many()
        .col_expr(Column::ExpiresAt, end.clone())
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(is_live(now))
        .filter(
            Condition::any()
                .add(Column::ExpiresAt.is_null())
                .add(column(Column::ExpiresAt).gt(end)),
        )
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// A key that a company's policy on unused keys ends.
#[derive(Debug, FromQueryResult)]
pub struct UnusedKey {
    /// The key.
    pub id: Uuid,
    /// Its company.
    pub company_id: Uuid,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub user_id: Uuid,
}

/// Revokes, at most `limit` at once, the live keys that were not used for as many days as their company
/// allows, in the name of nobody, and gives them.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_unused(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<UnusedKey>, DbErr> {
    let unused_since = |last_sign: Expr| {
        last_sign.lt(Expr::value(now.as_micros())
            .sub(Expr::col((policy::Entity, policy::Column::UnusedDays)).mul(DAY)))
    };
    let select = Query::select()
        .columns([Column::Id, Column::CompanyId, Column::Name].map(|column| (Entity, column)))
        .column((membership::Entity, membership::Column::UserId))
        .from(Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((Entity, Column::MemberId)),
        )
        .inner_join(
            policy::Entity,
            Expr::col((policy::Entity, policy::Column::CompanyId))
                .equals((Entity, Column::CompanyId)),
        )
        .and_where(Expr::col((policy::Entity, policy::Column::UnusedDays)).gt(0))
        .cond_where(is_live(now))
        .and_where(unused_since(column(Column::CreatedAt)))
        .and_where(unused_since(column(Column::LastUsedAt)))
        .cond_where(
            Condition::any()
                .add(column(Column::AcceptedAt).is_null())
                .add(unused_since(column(Column::AcceptedAt))),
        )
        .limit(limit)
        .take();
    let found =
        UnusedKey::find_by_statement(db.get_database_backend().build(&select)).all(db).await?;
    let mut revoked = Vec::new();
    for key in found {
        let done = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
            .filter(Column::Id.eq(key.id))
            .filter(is_live(now))
            .exec(db)
            .await?;
        if done.rows_affected == 1 {
            revoked.push(key);
        }
    }
    Ok(revoked)
}
