//! News as notices of PostgreSQL: which replica tells, and a signal. No row is kept of them.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr, Statement, sqlx::postgres::PgListener};
use uuid::Uuid;

use super::Db;
use crate::domain::news::Signal;

/// The channel of the notices.
const NEWS: &str = "aidoo_news";

/// What was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// The replica that told it; none for what the connection itself tells.
    pub from: Option<Uuid>,
    /// What it told.
    pub signal: Signal,
}

/// Tells all of `signals`, together, as the replica `from`.
///
/// # Errors
/// When the database refuses.
pub async fn tell(db: &Db, from: Uuid, signals: &HashSet<Signal>) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    for signal in signals {
        let values = [NEWS.into(), format!("{from} {}", signal.write()).into()];
        let backend = transaction.get_database_backend();
        let notify = Statement::from_sql_and_values(backend, "SELECT pg_notify($1, $2)", values);
        transaction.execute_raw(notify).await?;
    }
    transaction.commit().await
}

/// Listens to what replicas tell. Only PostgreSQL has that.
///
/// # Errors
/// When no connection is to be had.
pub async fn listen(db: &Db) -> Result<PgListener, DbErr> {
    let pool = db.reader().get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await.map_err(listening)?;
    listener.listen(NEWS).await.map_err(listening)?;
    Ok(listener)
}

/// The next news.
///
/// # Errors
/// When the connection is lost and none is to be had.
pub async fn next(listener: &mut PgListener) -> Result<Heard, DbErr> {
    loop {
        match listener.try_recv().await.map_err(listening)? {
            // The connection was lost and is back: notices may have been missed.
            None => return Ok(Heard { from: None, signal: Signal::Gap }),
            Some(told) => {
                if let Some(heard) = read(told.payload()) {
                    return Ok(heard);
                }
            }
        }
    }
}

/// What cannot be read is no news.
fn read(told: &str) -> Option<Heard> {
    let (from, signal) = told.split_once(' ')?;
    Some(Heard { from: Some(from.parse().ok()?), signal: Signal::read(signal)? })
}

fn listening(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}
