//! Rows of `users`.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter,
    QuerySelect, sea_query::Expr,
};
use shared::{email::Email, id::UserId, name::Name, time::Timestamp};
use uuid::Uuid;

use crate::{
    domain::folding::fold,
    entities::user::{ActiveModel, Column, Entity},
};

/// A person.
#[derive(Clone)]
pub struct User {
    /// The person.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail, in lower case.
    pub email: String,
    /// Their password's hash, a PHC string.
    pub password_hash: String,
    /// Their time zone's name, if they chose one.
    pub time_zone: Option<String>,
    /// Their language's name, if they chose one.
    pub language: Option<String>,
}

// The hash is a secret and the e-mail belongs in no log.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The person with this id.
///
/// # Errors
/// When the database refuses.
pub async fn find(db: &impl ConnectionTrait, user: UserId) -> Result<Option<User>, DbErr> {
    Ok(Entity::find_by_id(user.as_uuid()).one(db).await?.map(User::from))
}

/// The person with this e-mail.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_email(
    db: &impl ConnectionTrait,
    email: &Email,
) -> Result<Option<User>, DbErr> {
    let row = Entity::find().filter(Column::Email.eq(email.as_str())).one(db).await?;
    Ok(row.map(User::from))
}

/// Whether there is any person.
///
/// # Errors
/// When the database refuses.
pub async fn exists(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let row: Option<Uuid> =
        Entity::find().select_only().column(Column::Id).limit(1).into_tuple().one(db).await?;
    Ok(row.is_some())
}

/// Keeps others from adding people until the transaction ends, so that "there is none yet" holds until
/// then. SQLite has one writer at a time and needs no lock.
///
/// # Errors
/// When the database refuses.
pub async fn lock(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// A person before they are written.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// The row's id.
    pub id: UserId,
    /// Their name.
    pub name: &'a Name,
    /// Their e-mail.
    pub email: &'a Email,
    /// Their password's hash.
    pub password_hash: String,
    /// When.
    pub created_at: Timestamp,
    /// The name of their time zone; none is UTC.
    pub time_zone: Option<String>,
}

/// Writes a new person.
///
/// # Errors
/// When the database refuses, as it does a second person with the same e-mail.
pub async fn create(db: &impl ConnectionTrait, user: NewUser<'_>) -> Result<(), DbErr> {
    let NewUser { id, name, email, password_hash, created_at, time_zone } = user;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        name: Set(name.as_str().to_owned()),
        name_folded: Set(fold(name.as_str())),
        email: Set(email.as_str().to_owned()),
        password_hash: Set(password_hash),
        created_at: Set(created_at.as_micros()),
        time_zone: Set(time_zone),
        language: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Replaces the hash `from` by `to`. Gives whether it did: nothing happens when somebody replaced it
/// meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn update_password_hash(
    db: &impl ConnectionTrait,
    user: UserId,
    from: &str,
    to: String,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(to))
        .filter(Column::Id.eq(user.as_uuid()))
        .filter(Column::PasswordHash.eq(from))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Replaces the password's hash, whatever it is now.
///
/// # Errors
/// When the database refuses.
pub async fn replace_password_hash(
    db: &impl ConnectionTrait,
    user: UserId,
    to: String,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(to))
        .filter(Column::Id.eq(user.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives a person another name and time zone.
///
/// # Errors
/// When the database refuses.
pub async fn update_profile(
    db: &impl ConnectionTrait,
    user: UserId,
    name: &Name,
    time_zone: Option<String>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(name.as_str()))
        .col_expr(Column::NameFolded, Expr::value(fold(name.as_str())))
        .col_expr(Column::TimeZone, Expr::value(time_zone))
        .filter(Column::Id.eq(user.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Keeps the language that a person reads.
///
/// # Errors
/// When the database refuses.
pub async fn update_language(
    db: &impl ConnectionTrait,
    user: UserId,
    language: &str,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Language, Expr::value(language))
        .filter(Column::Id.eq(user.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

impl From<crate::entities::user::Model> for User {
    fn from(row: crate::entities::user::Model) -> Self {
        Self {
            id: UserId::from_uuid(row.id),
            name: row.name,
            email: row.email,
            password_hash: row.password_hash,
            time_zone: row.time_zone,
            language: row.language,
        }
    }
}
