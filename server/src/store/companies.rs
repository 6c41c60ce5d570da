//! Rows of `companies`.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};
use shared::{Error, id::CompanyId, name::Name, time::Timestamp};
use uuid::Uuid;

use crate::{
    entities::{
        company::{ActiveModel, Column, Entity},
        odoo_connection,
    },
    error::Outcome,
};

/// Locks the company until the transaction ends, so that what is read of it afterwards holds until
/// then: how many owners there are, whether an invitation is open.
///
/// Rows that refer to the company can still be written meanwhile. SQLite has one writer at a time and
/// needs no lock.
///
/// # Errors
/// [`Error::NotFound`] when there is no such company.
pub async fn lock(db: &impl ConnectionTrait, company: CompanyId) -> Outcome<()> {
    let row: Option<Uuid> = Entity::find_by_id(company.as_uuid())
        .select_only()
        .column(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .one(db)
        .await?;
    row.ok_or(Error::NotFound)?;
    Ok(())
}

/// The company's name.
///
/// # Errors
/// [`Error::NotFound`] when there is no such company.
pub async fn get_name(db: &impl ConnectionTrait, company: CompanyId) -> Outcome<String> {
    let row = Entity::find_by_id(company.as_uuid()).one(db).await?;
    Ok(row.ok_or(Error::NotFound)?.name)
}

/// The version of the company's Odoo ("19.0"), if one is connected.
///
/// # Errors
/// When the database refuses.
pub async fn find_odoo_version(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<Option<String>, DbErr> {
    odoo_connection::Entity::find()
        .select_only()
        .column(odoo_connection::Column::Version)
        .filter(odoo_connection::Column::CompanyId.eq(company.as_uuid()))
        .into_tuple()
        .one(db)
        .await
}

/// Writes a new company.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    db: &impl ConnectionTrait,
    company: CompanyId,
    name: &Name,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(company.as_uuid()),
        name: Set(name.as_str().to_owned()),
        created_at: Set(now.as_micros()),
        delete_at: Set(None),
        kept_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Gives the company another name.
///
/// # Errors
/// When the database refuses.
pub async fn update_name(
    db: &impl ConnectionTrait,
    company: CompanyId,
    name: &Name,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(name.as_str()))
        .filter(Column::Id.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// From when on the company may be removed, if it is to be.
///
/// # Errors
/// [`Error::NotFound`] when there is no such company.
pub async fn get_deletion(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Outcome<Option<Timestamp>> {
    let row = Entity::find_by_id(company.as_uuid()).one(db).await?;
    Ok(row.ok_or(Error::NotFound)?.delete_at.map(Timestamp::from_micros))
}

/// Sets from when on the company may be removed.
///
/// # Errors
/// When the database refuses.
pub async fn update_deletion(
    db: &impl ConnectionTrait,
    company: CompanyId,
    delete_at: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::DeleteAt, Expr::value(delete_at.as_micros()))
        .filter(Column::Id.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Keeps the company after all, and notes that it was at `now`: nobody could use its keys before.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    db: &impl ConnectionTrait,
    company: CompanyId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::DeleteAt, Expr::value(None::<i64>))
        .col_expr(Column::KeptAt, Expr::value(now.as_micros()))
        .filter(Column::Id.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The companies that may be removed at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn list_to_remove(
    db: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Vec<CompanyId>, DbErr> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::DeleteAt.lte(now.as_micros()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(CompanyId::from_uuid).collect())
}
