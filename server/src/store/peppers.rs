//! Rows of `peppers`.

use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DbErr, EntityTrait, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use shared::time::Timestamp;

use crate::entities::pepper::{ActiveModel, Column, Entity, Model};

/// All peppers, the newest last.
///
/// # Errors
/// When the database refuses.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).all(db).await
}

/// All peppers, locked until the transaction ends. (SQLite has one writer and needs no lock.)
///
/// # Errors
/// When the database refuses.
pub async fn list_for_update(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).lock_exclusive().all(db).await
}

/// Adds the pepper with this number, unless there is one already.
///
/// # Errors
/// When the database refuses.
pub async fn create_if_absent(
    db: &impl ConnectionTrait,
    id: i32,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel { id: Set(id), sealed: Set(sealed), created_at: Set(now.as_micros()) };
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Replaces the sealed bytes of a pepper; the pepper within stays the same.
///
/// # Errors
/// When the database refuses.
pub async fn reseal(db: &impl ConnectionTrait, id: i32, sealed: Vec<u8>) -> Result<(), DbErr> {
    use sea_orm::{ColumnTrait, QueryFilter};
    Entity::update_many()
        .col_expr(Column::Sealed, Expr::value(sealed))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
