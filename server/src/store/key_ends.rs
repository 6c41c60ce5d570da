//! How keys end, in their rows of `api_keys`: by hand, with their member, by a successor, and by what their company asks.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{Expr, ExprTrait, LockType, Order, Query},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId},
    time::{DAY, Timestamp},
};
use uuid::Uuid;

use super::api_keys::{column, is_live};
use crate::entities::{
    api_key::{Column, Entity},
    company, membership, policy,
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

/// A live key whose end was brought forward.
#[derive(Debug, FromQueryResult)]
pub struct ShortenedKey {
    /// The key.
    pub id: Uuid,
    /// Whose it is, in the company.
    pub member_id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// When it was made.
    pub created_at: i64,
    /// When it ended before, if it did by itself.
    pub expires_at: Option<i64>,
}

/// Brings the end of every live key forward to `longest` microseconds after it was made, where it lies
/// later. Gives the keys that end sooner now.
///
/// # Errors
/// When the database refuses.
pub async fn shorten_lives(
    db: &impl ConnectionTrait,
    company: CompanyId,
    longest: i64,
    now: Timestamp,
) -> Result<Vec<ShortenedKey>, DbErr> {
    // Locked, as the database gives back only what a row is after its change: none is revoked in between.
    let select = Query::select()
        .columns(
            [Column::Id, Column::MemberId, Column::CreatedAt, Column::ExpiresAt]
                .map(|column| (Entity, column)),
        )
        .column((membership::Entity, membership::Column::UserId))
        .from(Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((Entity, Column::MemberId)),
        )
        .and_where(column(Column::CompanyId).eq(company.as_uuid()))
        .cond_where(outlives(longest, now))
        // As `list_unused` gives them: whoever locks many in another order could wait for whoever waits for them.
        .order_by((Entity, Column::Id), Order::Asc)
        .lock_with_tables(LockType::NoKeyUpdate, [Entity])
        .take();
    let shortened =
        ShortenedKey::find_by_statement(db.get_database_backend().build(&select)).all(db).await?;
    if shortened.is_empty() {
        return Ok(shortened);
    }
    Entity::update_many()
        .col_expr(Column::ExpiresAt, column(Column::CreatedAt).add(longest))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(outlives(longest, now))
        .exec(db)
        .await?;
    Ok(shortened)
}

/// That a key is live at `now`, and does not end before it is older than `longest` microseconds.
fn outlives(longest: i64, now: Timestamp) -> Condition {
    is_live(now).add(
        Condition::any()
            .add(column(Column::ExpiresAt).is_null())
            .add(column(Column::ExpiresAt).gt(column(Column::CreatedAt).add(longest))),
    )
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

/// At most `limit` of the keys, of every company, that are live at `now`, and at `judged_at` were unused for longer than
/// their company allows.
///
/// # Errors
/// When the database refuses.
pub async fn list_unused(
    db: &impl ConnectionTrait,
    now: Timestamp,
    judged_at: Timestamp,
    limit: u64,
) -> Result<Vec<UnusedKey>, DbErr> {
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
        .inner_join(
            company::Entity,
            Expr::col((company::Entity, company::Column::Id)).equals((Entity, Column::CompanyId)),
        )
        .cond_where(is_live(now))
        .cond_where(is_unused(judged_at))
        .order_by((Entity, Column::Id), Order::Asc)
        .limit(limit)
        .take();
    UnusedKey::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// Revokes one of [`list_unused`], in the name of nobody. Gives whether that still held: since it was listed it may have
/// been used, accepted or ended, the rule lifted, or the company's deletion asked for or undone.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_unused(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    now: Timestamp,
    judged_at: Timestamp,
) -> Result<bool, DbErr> {
    let rule = Query::select()
        .column((policy::Entity, policy::Column::CompanyId))
        .from(policy::Entity)
        .inner_join(
            company::Entity,
            Expr::col((company::Entity, company::Column::Id))
                .equals((policy::Entity, policy::Column::CompanyId)),
        )
        .and_where(
            Expr::col((policy::Entity, policy::Column::CompanyId))
                .equals((Entity, Column::CompanyId)),
        )
        .cond_where(is_unused(judged_at))
        .take();
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_micros()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(key.as_uuid()))
        .filter(is_live(now))
        .filter(Expr::exists(rule))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// That at `at` a key had given no sign of life for longer than its company allows, as [`crate::domain::key_rules::obstacle`]
/// has it, in a statement that also reads the rows of its company and of that company's policies. While the company is to be
/// deleted nobody can give one.
fn is_unused(at: Timestamp) -> Condition {
    let of_company = |column: company::Column| Expr::col((company::Entity, column));
    let days = || Expr::col((policy::Entity, policy::Column::UnusedDays));
    let is_too_old = |sign: Expr| sign.lt(Expr::value(at.as_micros()).sub(days().mul(DAY)));
    let is_none_since =
        |sign: Expr| Condition::any().add(sign.clone().is_null()).add(is_too_old(sign));
    Condition::all()
        .add(days().gt(0))
        .add(of_company(company::Column::DeleteAt).is_null())
        .add(is_too_old(column(Column::CreatedAt)))
        .add(is_too_old(column(Column::LastUsedAt)))
        .add(is_none_since(column(Column::AcceptedAt)))
        .add(is_none_since(of_company(company::Column::KeptAt)))
}
