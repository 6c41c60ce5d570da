//! Rows of `downloads` and `download_parts`: files behind links that work once. The parts go as they are fetched, or
//! when their time is over; the file's row stays and says what there was.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect, QueryTrait, sea_query::Expr,
};
use shared::{
    id::{ApiKeyId, CompanyId, DownloadId},
    permission::Permission,
    time::Timestamp,
};

use crate::{
    domain::{lifetimes::FILE, token::TokenHash},
    entities::{
        download::{ActiveModel, Column, Entity, Model},
        download_part,
    },
};

/// The bytes of a part: what a row takes without trouble, and what is held in memory of a file.
pub const PART: usize = 512 * 1024;

/// A file before it is written.
pub struct NewDownload {
    pub id: DownloadId,
    pub company: CompanyId,
    pub key: ApiKeyId,
    /// Under which the key made it.
    pub permission: Permission,
    pub token: TokenHash,
    pub name: String,
    pub media_type: &'static str,
    /// How long it is, altogether.
    pub bytes: i64,
    pub now: Timestamp,
}

/// Writes one; its parts follow in the same transaction.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, new: NewDownload) -> Result<(), DbErr> {
    let NewDownload { id, company, key, permission, token, name, media_type, bytes, now } = new;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        key_id: Set(key.as_uuid()),
        token_hash: Set(token.to_vec()),
        name: Set(name),
        media_type: Set(media_type.to_owned()),
        bytes: Set(bytes),
        created_at: Set(now.as_micros()),
        expires_at: Set(now.plus(FILE).as_micros()),
        fetched_at: Set(None),
        permission: Set(Some(permission as i16)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes a part of a file, counted from 0: at most [`PART`] bytes.
///
/// # Errors
/// When the database refuses.
pub async fn add_part(
    db: &impl ConnectionTrait,
    company: CompanyId,
    download: DownloadId,
    number: i32,
    content: Vec<u8>,
) -> Result<(), DbErr> {
    let row = download_part::ActiveModel {
        download_id: Set(download.as_uuid()),
        number: Set(number),
        company_id: Set(company.as_uuid()),
        content: Set(content),
    };
    download_part::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Takes a part out of a file; nothing behind the last one.
///
/// # Errors
/// When the database refuses.
pub async fn take_part(
    db: &impl ConnectionTrait,
    company: CompanyId,
    download: DownloadId,
    number: i32,
) -> Result<Option<Vec<u8>>, DbErr> {
    let key = (download.as_uuid(), number);
    let row = download_part::Entity::find_by_id(key)
        .filter(download_part::Column::CompanyId.eq(company.as_uuid()))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    download_part::Entity::delete_by_id(key).exec(db).await?;
    Ok(Some(row.content))
}

/// Empties the files whose time is over, fetched to their end or not. It concerns everybody.
///
/// # Errors
/// When the database refuses.
pub async fn empty_expired(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    let expired = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ExpiresAt.lte(now.as_micros()))
        .into_query();
    download_part::Entity::delete_many()
        .filter(download_part::Column::DownloadId.in_subquery(expired))
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

/// Takes it: of two at once one gets it, and its parts. Says whether it was there.
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
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::FetchedAt.is_null())
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}
