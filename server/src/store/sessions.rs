//! Rows of `sessions`. They belong to a person, not to a company.

use std::net::IpAddr;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use shared::{
    id::{CompanyId, SessionId, UserId},
    time::Timestamp,
};

use crate::{
    domain::{
        session::{IDLE, LIFETIME, SEEN_EVERY, SessionTimes},
        token::TokenHash,
    },
    entities::session::{ActiveModel, Column, Entity, Model},
};

/// A session, live or over.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The company that its pages show, if one was chosen.
    pub company: Option<CompanyId>,
    /// When it began, was used, and was ended.
    pub times: SessionTimes,
}

/// The session with this token, live or over.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    token: TokenHash,
) -> Result<Option<Session>, DbErr> {
    let row = Entity::find().filter(Column::TokenHash.eq(token.to_vec())).one(db).await?;
    Ok(row.map(Session::from))
}

/// The session with this id, live or over.
///
/// # Errors
/// When the database refuses.
pub async fn find(db: &impl ConnectionTrait, session: SessionId) -> Result<Option<Session>, DbErr> {
    Ok(Entity::find_by_id(session.as_uuid()).one(db).await?.map(Session::from))
}

/// A session before it is written.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// The row's id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The company that its pages show.
    pub company: Option<CompanyId>,
    /// Its token's hash.
    pub token: TokenHash,
    /// Where it was started.
    pub address: IpAddr,
    /// By what browser.
    pub user_agent: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Writes a new session.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, session: NewSession<'_>) -> Result<(), DbErr> {
    let NewSession { id, user, company, token, address, user_agent, now } = session;
    let row = ActiveModel {
        id: Set(id.as_uuid()),
        user_id: Set(user.as_uuid()),
        company_id: Set(company.map(CompanyId::as_uuid)),
        token_hash: Set(token.to_vec()),
        address: Set(address.to_string()),
        user_agent: Set(user_agent.to_owned()),
        created_at: Set(now.as_micros()),
        last_seen_at: Set(now.as_micros()),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that a session was used, forward only and at most every [`SEEN_EVERY`].
///
/// # Errors
/// When the database refuses.
pub async fn touch(
    db: &impl ConnectionTrait,
    session: SessionId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(now.as_micros()))
        .filter(Column::Id.eq(session.as_uuid()))
        .filter(Column::LastSeenAt.lte(now.plus(-SEEN_EVERY).as_micros()))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the company that a session's pages show.
///
/// # Errors
/// When the database refuses.
pub async fn update_company(
    db: &impl ConnectionTrait,
    session: SessionId,
    company: CompanyId,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::CompanyId, Expr::value(company.as_uuid()))
        .filter(Column::Id.eq(session.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends a session of `user`. Gives whether it was not over before.
///
/// # Errors
/// When the database refuses.
pub async fn end(
    db: &impl ConnectionTrait,
    user: UserId,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.as_micros()))
        .filter(Column::Id.eq(session.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Ends the sessions of `user`, all but `but`. Gives how many were not over before.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(
    db: &impl ConnectionTrait,
    user: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.as_micros()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null());
    if let Some(but) = but {
        update = update.filter(Column::Id.ne(but.as_uuid()));
    }
    Ok(update.exec(db).await?.rows_affected)
}

/// A session, and the browser that it is of.
#[derive(Clone)]
pub struct Device {
    /// The session.
    pub session: Session,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Where it signed in.
    pub address: String,
}

// An address belongs in no log.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device").field("session", &self.session.id).finish_non_exhaustive()
    }
}

/// The sessions of `user` that are kept, live or over, the one that was used last first.
///
/// # Errors
/// When the database refuses.
pub async fn list(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Device>, DbErr> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Device {
            user_agent: row.user_agent.clone(),
            address: row.address.clone(),
            session: Session::from(row),
        })
        .collect())
}

/// Deletes everybody's sessions that ended by themselves or by hand long ago: they are no credential any more, and an
/// address and a browser's name are kept no longer than they are of use.
///
/// # Errors
/// When the database refuses.
pub async fn delete_over(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(
            Column::LastSeenAt
                .lte(now.plus(-IDLE).as_micros())
                .or(Column::CreatedAt.lte(now.plus(-LIFETIME).as_micros())),
        )
        .exec(db)
        .await?;
    Ok(())
}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        Self {
            id: SessionId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            company: row.company_id.map(CompanyId::from_uuid),
            times: SessionTimes {
                created_at: Timestamp::from_micros(row.created_at),
                last_seen_at: Timestamp::from_micros(row.last_seen_at),
                ended_at: row.ended_at.map(Timestamp::from_micros),
            },
        }
    }
}
