//! Every value that is sealed under the master key, across companies: for the change of that key alone.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, Query},
};
use uuid::Uuid;

use crate::entities::{odoo_account, odoo_connection, pepper};

/// All peppers, locked until the transaction ends. (SQLite has one writer and needs no lock.)
///
/// # Errors
/// When the database refuses.
pub async fn list_peppers(db: &impl ConnectionTrait) -> Result<Vec<pepper::Model>, DbErr> {
    pepper::Entity::find().lock_exclusive().all(db).await
}

/// Whether anything was ever sealed: a pepper is, at the first start, and stays.
///
/// # Errors
/// When the database refuses.
pub async fn is_any(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(pepper::Entity::find().one(db).await?.is_some())
}

/// Replaces the sealed bytes of a pepper.
///
/// # Errors
/// When the database refuses.
pub async fn update_pepper(
    db: &impl ConnectionTrait,
    id: i32,
    sealed: Vec<u8>,
) -> Result<(), DbErr> {
    pepper::Entity::update_many()
        .col_expr(pepper::Column::Sealed, Expr::value(sealed))
        .filter(pepper::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// An Odoo secret and what it is bound to. No `Debug`: it holds a sealed secret.
#[derive(FromQueryResult)]
pub struct SealedAccount {
    pub id: Uuid,
    pub member_id: Uuid,
    pub connection_id: Uuid,
    pub sealed: Vec<u8>,
    pub origin: String,
    pub database: String,
}

/// All Odoo secrets, locked until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn list_accounts(db: &impl ConnectionTrait) -> Result<Vec<SealedAccount>, DbErr> {
    use odoo_account::Column as Account;
    use odoo_connection::Column as Connection;
    let select = Query::select()
        .columns([
            (odoo_account::Entity, Account::Id),
            (odoo_account::Entity, Account::MemberId),
            (odoo_account::Entity, Account::ConnectionId),
            (odoo_account::Entity, Account::Sealed),
        ])
        .columns([
            (odoo_connection::Entity, Connection::Origin),
            (odoo_connection::Entity, Connection::Database),
        ])
        .from(odoo_account::Entity)
        .inner_join(
            odoo_connection::Entity,
            Expr::col((odoo_connection::Entity, Connection::Id))
                .equals((odoo_account::Entity, Account::ConnectionId)),
        )
        .lock(LockType::Update)
        .take();
    let statement = db.get_database_backend().build(&select);
    SealedAccount::find_by_statement(statement).all(db).await
}

/// Replaces the sealed bytes of an Odoo secret.
///
/// # Errors
/// When the database refuses.
pub async fn update_account(
    db: &impl ConnectionTrait,
    id: Uuid,
    sealed: Vec<u8>,
) -> Result<(), DbErr> {
    odoo_account::Entity::update_many()
        .col_expr(odoo_account::Column::Sealed, Expr::value(sealed))
        .filter(odoo_account::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
