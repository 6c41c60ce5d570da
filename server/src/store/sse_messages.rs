//! Rows of `sse_messages`, and the notices of PostgreSQL that go with them. A row is gone when its replica
//! has taken it, or when nobody has.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement,
    sqlx::postgres::{PgListener, PgNotification},
};
use shared::{
    id::ApiKeyId,
    time::{MINUTE, Timestamp},
};
use uuid::Uuid;

use super::Db;
use crate::entities::sse_message::{ActiveModel, Column, Entity, Model};

/// Says that a message waits: its id, its stream and its key.
const WAITS: &str = "aidoo_sse_waits";
/// Says what became of one: its id and a word.
const ENDED: &str = "aidoo_sse_ended";

/// A message before it is written. It belongs to a key, whose company its replica looks up again.
pub struct NewMessage {
    pub id: Uuid,
    pub key: ApiKeyId,
    pub session: String,
    pub address: String,
    pub sealed: Vec<u8>,
    pub now: Timestamp,
}

/// What PostgreSQL told.
#[derive(Debug, PartialEq, Eq)]
pub enum Notice {
    /// A message waits for whoever has its stream.
    Waits { id: Uuid, session: String, key: ApiKeyId },
    /// What became of a message, in a word.
    Ended { id: Uuid, word: String },
    /// The connection was lost and is back: notices may have been missed.
    Gap,
}

/// Writes one and says that it waits. Takes away what a replica that died left behind.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &Db, new: NewMessage) -> Result<(), DbErr> {
    let NewMessage { id, key, session, address, sealed, now } = new;
    let transaction = db.begin().await?;
    Entity::delete_many()
        .filter(Column::CreatedAt.lt(now.plus(-MINUTE).as_micros()))
        .exec(&transaction)
        .await?;
    let told = format!("{id} {session} {}", key.as_uuid());
    let row = ActiveModel {
        id: Set(id),
        key_id: Set(key.as_uuid()),
        session: Set(session),
        address: Set(address),
        sealed: Set(sealed),
        created_at: Set(now.as_micros()),
    };
    Entity::insert(row).exec_without_returning(&transaction).await?;
    notify(&transaction, WAITS, told).await?;
    transaction.commit().await
}

/// Takes one: of several at once one gets it.
///
/// # Errors
/// When the database refuses.
pub async fn take(db: &Db, id: Uuid) -> Result<Option<Model>, DbErr> {
    let transaction = db.begin().await?;
    let taken =
        Entity::delete_many().filter(Column::Id.eq(id)).exec_with_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(taken.into_iter().next())
}

/// All that wait, as the notices that may have been missed.
///
/// # Errors
/// When the database does not answer.
pub async fn list_waiting(db: &Db) -> Result<Vec<Notice>, DbErr> {
    let rows = Entity::find().all(db.reader()).await?;
    let notice = |row: Model| Notice::Waits {
        id: row.id,
        session: row.session,
        key: ApiKeyId::from_uuid(row.key_id),
    };
    Ok(rows.into_iter().map(notice).collect())
}

/// Says what became of one.
///
/// # Errors
/// When the database refuses.
pub async fn tell_end(db: &Db, id: Uuid, word: &str) -> Result<(), DbErr> {
    notify(db.reader(), ENDED, format!("{id} {word}")).await
}

/// Listens to what other replicas say. Only PostgreSQL has that.
///
/// # Errors
/// When no connection is to be had.
pub async fn listen(db: &Db) -> Result<PgListener, DbErr> {
    let pool = db.reader().get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await.map_err(listening)?;
    listener.listen_all([WAITS, ENDED]).await.map_err(listening)?;
    Ok(listener)
}

/// The next notice.
///
/// # Errors
/// When the connection is lost and none is to be had.
pub async fn next(listener: &mut PgListener) -> Result<Notice, DbErr> {
    loop {
        match listener.try_recv().await.map_err(listening)? {
            None => return Ok(Notice::Gap),
            Some(told) => {
                if let Some(notice) = read(&told) {
                    return Ok(notice);
                }
            }
        }
    }
}

fn read(told: &PgNotification) -> Option<Notice> {
    let mut words = told.payload().split(' ');
    let id = words.next()?.parse().ok()?;
    match told.channel() {
        WAITS => {
            let session = words.next()?.to_owned();
            let key = ApiKeyId::from_uuid(words.next()?.parse().ok()?);
            Some(Notice::Waits { id, session, key })
        }
        _ => Some(Notice::Ended { id, word: words.next()?.to_owned() }),
    }
}

async fn notify(db: &impl ConnectionTrait, channel: &str, told: String) -> Result<(), DbErr> {
    let values = [channel.into(), told.into()];
    let sql = "SELECT pg_notify($1, $2)";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await?;
    Ok(())
}

fn listening(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}
