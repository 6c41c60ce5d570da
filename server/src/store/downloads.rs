//! Rows of `downloads`: files behind links that work once. The content goes when it was fetched or when
//! its time is over; the row stays and says what there was.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, sea_query::Expr,
};
use shared::{
    id::{ApiKeyId, CompanyId, DownloadId},
    time::{HOUR, Timestamp},
};

use crate::{
    domain::token::TokenHash,
    entities::download::{ActiveModel, Column, Entity, Model},
};

/// How long a file waits.
pub const LIFE: i64 = HOUR;

/// A file before it is written.
pub struct NewDownload {
    pub id: DownloadId,
    pub company: CompanyId,
    pub key: ApiKeyId,
    pub token: TokenHash,
    pub name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
    pub now: Timestamp,
}

/// Writes one.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, new: NewDownload) -> Result<(), DbErr> {
    let NewDownload { id, company, key, token, name, media_type, content, now } = new;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        key_id: Set(key.as_uuid()),
        token_hash: Set(token.to_vec()),
        name: Set(name),
        media_type: Set(media_type.to_owned()),
        content: Set(content),
        created_at: Set(now.as_micros()),
        expires_at: Set(now.plus(LIFE).as_micros()),
        fetched_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Empties the files whose time is over. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn empty_expired(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Content, Expr::value(Vec::<u8>::new()))
        .filter(Column::ExpiresAt.lte(now.as_micros()))
        .filter(Column::Content.ne(Vec::<u8>::new()))
        .exec(db)
        .await?;
    Ok(())
}

/// How many files of this key wait to be fetched.
///
/// # Errors
/// When the database refuses.
pub async fn count_waiting(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    now: Timestamp,
) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::KeyId.eq(key.as_uuid()))
        .filter(Column::FetchedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .count(db)
        .await
}

/// The file behind this token, if it waits still. A link names no company; whose it is, its row says.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::TokenHash.eq(token.to_vec()))
        .filter(Column::FetchedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .one(db)
        .await
}

/// Takes it: of two at once one gets it. Says whether it was there.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: DownloadId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let taken = Entity::update_many()
        .col_expr(Column::FetchedAt, Expr::value(now.as_micros()))
        .col_expr(Column::Content, Expr::value(Vec::<u8>::new()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::FetchedAt.is_null())
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}
