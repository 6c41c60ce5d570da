//! Rows of `odoo_login_failures`: refused logins, by server, across companies. They belong to no
//! company: whoever guesses may have several.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, Statement,
};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::entities::odoo_login_failure::{ActiveModel, Column, Entity};

/// One attempt to log in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The server: an origin's text.
    pub origin: &'a str,
    /// The login, as a keyed digest.
    pub login_digest: &'a [u8],
}

/// Lets no other transaction pass here for the same server until this one ends.
///
/// SQLite has one writer at a time and needs no lock.
///
/// # Errors
/// When the database refuses.
pub async fn lock(db: &impl ConnectionTrait, origin: &str) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        let values = [origin.into()];
        db.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, lock, values)).await?;
    }
    Ok(())
}

/// How many refusals of the server there are since `since`.
///
/// # Errors
/// When the database refuses.
pub async fn count_of_origin(
    db: &impl ConnectionTrait,
    attempt: Attempt<'_>,
    since: Timestamp,
) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::Origin.eq(attempt.origin))
        .filter(Column::At.gt(since.as_micros()))
        .count(db)
        .await
}

/// How many refusals of the login at the server there are since `since`.
///
/// # Errors
/// When the database refuses.
pub async fn count_of_login(
    db: &impl ConnectionTrait,
    attempt: Attempt<'_>,
    since: Timestamp,
) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::Origin.eq(attempt.origin))
        .filter(Column::At.gt(since.as_micros()))
        .filter(Column::LoginDigest.eq(attempt.login_digest))
        .count(db)
        .await
}

/// Writes a refusal.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    db: &impl ConnectionTrait,
    id: Uuid,
    attempt: Attempt<'_>,
    at: Timestamp,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        origin: Set(attempt.origin.to_owned()),
        login_digest: Set(attempt.login_digest.to_vec()),
        at: Set(at.as_micros()),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Takes a refusal back.
///
/// # Errors
/// When the database refuses.
pub async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Forgets refusals that no limit looks at any more.
///
/// # Errors
/// When the database refuses.
pub async fn delete_until(db: &impl ConnectionTrait, until: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::At.lte(until.as_micros())).exec(db).await?;
    Ok(())
}
