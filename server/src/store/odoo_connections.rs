//! Rows of `odoo_connections`: one for each company at most.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};
use shared::{
    connection::{Pace, Protocol},
    id::{CompanyId, ConnectionId},
    time::Timestamp,
};

use crate::entities::odoo_connection::{ActiveModel, Column, Entity, Model};

/// What a test of a server found, and how much it is to be asked, as it is stored.
#[derive(Debug)]
pub struct TestedConnection {
    /// The server: an origin's text.
    pub origin: String,
    /// The database; empty for the server's only one.
    pub database: String,
    /// The version.
    pub version: String,
    /// The protocol.
    pub protocol: Protocol,
    /// How much it is to be asked.
    pub pace: Pace,
    /// When it was tested.
    pub tested_at: Timestamp,
}

/// The company's connection, if there is one.
///
/// # Errors
/// When the database refuses.
pub async fn find(db: &impl ConnectionTrait, company: CompanyId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::CompanyId.eq(company.as_uuid())).one(db).await
}

/// Writes the company's first connection.
///
/// # Errors
/// When the database refuses, also because there is one already.
pub async fn create(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConnectionId,
    connection: TestedConnection,
) -> Result<(), DbErr> {
    let TestedConnection { origin, database, version, protocol, pace, tested_at } = connection;
    let Pace { per_second, at_once } = pace;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        origin: Set(origin),
        database: Set(database),
        version: Set(version),
        protocol: Set(protocol.as_str().to_owned()),
        created_at: Set(tested_at.as_micros()),
        tested_at: Set(tested_at.as_micros()),
        calls_per_second: Set(as_stored(per_second)),
        calls_at_once: Set(as_stored(at_once)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Changes the company's connection. Whoever names another server or database erases the linked
/// accounts in the same transaction: their secrets are bound to the old one.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: ConnectionId,
    connection: TestedConnection,
) -> Result<(), DbErr> {
    let TestedConnection { origin, database, version, protocol, pace, tested_at } = connection;
    let Pace { per_second, at_once } = pace;
    let row = ActiveModel {
        id: Unchanged(id.as_uuid()),
        origin: Set(origin),
        database: Set(database),
        version: Set(version),
        protocol: Set(protocol.as_str().to_owned()),
        tested_at: Set(tested_at.as_micros()),
        calls_per_second: Set(as_stored(per_second)),
        calls_at_once: Set(as_stored(at_once)),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes the company's connection; its accounts are erased before.
///
/// # Errors
/// When the database refuses.
pub async fn delete(db: &impl ConnectionTrait, company: CompanyId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::CompanyId.eq(company.as_uuid())).exec(db).await?;
    Ok(())
}

/// A number of calls as its column has it: far below what that holds.
fn as_stored(calls: u32) -> i32 {
    i32::try_from(calls).unwrap_or(i32::MAX)
}
