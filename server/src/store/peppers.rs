//! Rows of `peppers`.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryOrder, sea_query::OnConflict,
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
