//! Rows of `companies`.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QuerySelect};
use shared::{Error, id::CompanyId, name::Name, time::Timestamp};
use uuid::Uuid;

use crate::{
    entities::company::{ActiveModel, Column, Entity},
    error::Outcome,
};

/// Locks the company until the transaction ends, so that what is read of it afterwards holds until
/// then: how many owners there are, whether an invitation is open.
///
/// SQLite has one writer at a time and needs no lock.
///
/// # Errors
/// [`Error::NotFound`] when there is no such company.
pub async fn lock(db: &impl ConnectionTrait, company: CompanyId) -> Outcome<()> {
    let row: Option<Uuid> = Entity::find_by_id(company.as_uuid())
        .select_only()
        .column(Column::Id)
        .lock_exclusive()
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
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
