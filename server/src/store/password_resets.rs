//! Rows of `password_resets`. They belong to the person whose password they set.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use shared::{
    id::{CompanyId, MemberId, PasswordResetId, UserId},
    time::Timestamp,
};

use crate::{
    domain::token::TokenHash,
    entities::password_reset::{ActiveModel, Column, Entity, Model},
};

/// A link that was not used or replaced.
#[derive(Debug, Clone, Copy)]
pub struct PasswordReset {
    /// The link.
    pub id: PasswordResetId,
    /// Whose password it sets.
    pub user: UserId,
    /// The owner who made it, and where; `None` for the command line.
    pub made_by: Option<(CompanyId, MemberId)>,
    /// From when on it sets nothing.
    pub expires_at: Timestamp,
}

/// Writes a new link.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    db: &impl ConnectionTrait,
    reset: PasswordReset,
    token: TokenHash,
    now: Timestamp,
) -> Result<(), DbErr> {
    let PasswordReset { id, user, made_by, expires_at } = reset;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        user_id: Set(user.as_uuid()),
        company_id: Set(made_by.map(|(company, _)| company.as_uuid())),
        made_by: Set(made_by.map(|(_, member)| member.as_uuid())),
        token_hash: Set(token.to_vec()),
        created_at: Set(now.as_micros()),
        expires_at: Set(expires_at.as_micros()),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The link with this token, if it was not used or replaced. It may have expired.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    token: TokenHash,
) -> Result<Option<PasswordReset>, DbErr> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(token.to_vec()))
        .filter(Column::EndedAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(PasswordReset::from))
}

/// Uses a link up. Gives whether it could still be used at `now`: of two at once, one gets it.
///
/// # Errors
/// When the database refuses.
pub async fn use_up(
    db: &impl ConnectionTrait,
    reset: PasswordResetId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.as_micros()))
        .filter(Column::Id.eq(reset.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends all links of `user`: another was made, or the password is a new one.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(db: &impl ConnectionTrait, user: UserId, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.as_micros()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes the links that expired before `before`. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn delete_expired(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before.as_micros())).exec(db).await?;
    Ok(())
}

impl From<Model> for PasswordReset {
    fn from(row: Model) -> Self {
        let made_by = row
            .company_id
            .zip(row.made_by)
            .map(|(company, member)| (CompanyId::from_uuid(company), MemberId::from_uuid(member)));
        Self {
            id: PasswordResetId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            made_by,
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}
