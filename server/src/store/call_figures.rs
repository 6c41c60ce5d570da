//! What many calls come to: how many a day, how long they took, from which clients, of which tools. It is read from
//! the counts of days, whatever number of calls there were.
//!
//! A step of a workflow is no call of its own: the workflow was called, and a step needs none of the key's other
//! permissions. And a call counts when it has ended.

use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, Order,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::{
    call_figures::{CAUSES, MODELS},
    id::{ApiKeyId, CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

use super::call_days::Kind;
use crate::{
    domain::call_days::day_of,
    entities::call_day::{Column, Entity},
};

/// The most clients that are told.
const CLIENTS: u64 = 20;

/// Whose calls are looked at.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// Everybody's.
    Company,
    /// One person's.
    Member(MemberId),
}

/// The calls of one day that ended alike.
#[derive(Debug, FromQueryResult)]
pub struct DayCount {
    /// Days since 1970, UTC.
    pub day: i64,
    /// How they ended.
    pub result: String,
    /// How many there were.
    pub calls: i64,
}

/// The calls since the day of `since`, by day and result.
///
/// # Errors
/// When the database refuses.
pub async fn days(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<DayCount>, DbErr> {
    days_of(db, company, of.subject(company), since).await
}

/// The same of one key.
///
/// # Errors
/// When the database refuses.
pub async fn days_of_key(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<DayCount>, DbErr> {
    days_of(db, company, key.as_uuid(), since).await
}

async fn days_of(
    db: &impl ConnectionTrait,
    company: CompanyId,
    subject: Uuid,
    since: Timestamp,
) -> Result<Vec<DayCount>, DbErr> {
    let mut select = counts(company, subject, Kind::Result, since);
    select
        .column(Column::Day)
        .expr_as(Expr::col(Column::Name), "result")
        .column(Column::Calls)
        .and_where(Expr::col(Column::Calls).gt(0));
    DayCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// A client's calls.
#[derive(Debug, FromQueryResult)]
pub struct ClientCount {
    /// What it calls itself.
    pub client: Option<String>,
    /// How many there were.
    pub calls: i64,
    /// When the last one came.
    pub last: i64,
}

/// The clients that called with `key` since the day of `since`, the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn clients(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<ClientCount>, DbErr> {
    let mut select = counts(company, key.as_uuid(), Kind::Client, since);
    select
        .expr_as(Expr::col(Column::Name), "client")
        .expr_as(sum(), "calls")
        .expr_as(Expr::col(Column::LastAt).max(), "last")
        .group_by_col(Column::Name)
        .order_by_expr(Expr::col("last"), Order::Desc)
        .limit(CLIENTS);
    let found: Vec<ClientCount> =
        ClientCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await?;
    Ok(found
        .into_iter()
        .filter(|client| client.calls > 0)
        // Nothing stands where a client did not say its name.
        .map(|found| ClientCount { client: found.client.filter(|name| !name.is_empty()), ..found })
        .collect())
}

/// A tool that was called, and the method of Odoo where it named one.
#[derive(Debug)]
pub struct CalledTool {
    /// `aidoo_execute`.
    pub tool: String,
    /// `action_confirm`.
    pub method: Option<String>,
}

/// The tools and methods that were called with `key` since the day of `since`, each once.
///
/// # Errors
/// When the database refuses.
pub async fn tools(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<CalledTool>, DbErr> {
    let mut select = counts(company, key.as_uuid(), Kind::Tool, since);
    select.distinct().column(Column::Name).and_where(Expr::col(Column::Calls).gt(0));
    let rows = db.query_all(&select).await?;
    rows.into_iter()
        .map(|row| {
            let name: String = row.try_get("", "name")?;
            Ok(match name.split_once(' ') {
                Some((tool, method)) => {
                    CalledTool { tool: tool.to_owned(), method: Some(method.to_owned()) }
                }
                None => CalledTool { tool: name, method: None },
            })
        })
        .collect()
}

/// The calls of one tool, or of one method of it, on one day.
#[derive(Debug, FromQueryResult)]
pub struct ToolCount {
    /// Days since 1970, UTC.
    pub day: i64,
    /// The tool, and after a space the method of Odoo where the call named one.
    pub name: String,
    /// How many there were.
    pub calls: i64,
}

/// The calls with `key` since the day of `since`, by day and tool.
///
/// # Errors
/// When the database refuses.
pub async fn tools_by_day(
    db: &impl ConnectionTrait,
    company: CompanyId,
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<ToolCount>, DbErr> {
    let mut select = counts(company, key.as_uuid(), Kind::Tool, since);
    select
        .columns([Column::Day, Column::Name, Column::Calls])
        .and_where(Expr::col(Column::Calls).gt(0));
    ToolCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// How many calls there were of something.
#[derive(Debug, FromQueryResult)]
pub struct NameCount {
    /// What it is called.
    pub name: String,
    /// How many there were.
    pub calls: i64,
}

/// The models that most calls since the day of `since` were about.
///
/// # Errors
/// When the database refuses.
pub async fn models(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<NameCount>, DbErr> {
    most(db, counts(company, of.subject(company), Kind::Model, since), MODELS).await
}

/// Why most calls since the day of `since` did not end well that did not.
///
/// # Errors
/// When the database refuses.
pub async fn causes(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<NameCount>, DbErr> {
    most(db, counts(company, of.subject(company), Kind::Cause, since), CAUSES).await
}

/// How long the calls since the day of `since` took, as far as it is known: the place that
/// [`crate::domain::call_days::speed`] gives, and how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn speeds(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<NameCount>, DbErr> {
    most(db, counts(company, of.subject(company), Kind::Speed, since), u64::MAX >> 1).await
}

async fn most(
    db: &impl ConnectionTrait,
    mut select: SelectStatement,
    limit: u64,
) -> Result<Vec<NameCount>, DbErr> {
    select
        .column(Column::Name)
        .expr_as(sum(), "calls")
        .group_by_col(Column::Name)
        .and_having(Expr::col(Column::Calls).sum().gt(0))
        .order_by_expr(Expr::col(Column::Calls).sum(), Order::Desc)
        .order_by_expr(Expr::col(Column::Name), Order::Asc)
        .limit(limit);
    NameCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// How many calls; on PostgreSQL a sum is a number without bounds otherwise.
fn sum() -> Expr {
    Expr::col(Column::Calls).sum().cast_as("bigint")
}

impl Of {
    fn subject(self, company: CompanyId) -> Uuid {
        match self {
            Self::Company => company.as_uuid(),
            Self::Member(member) => member.as_uuid(),
        }
    }
}

/// The counts of one subject since the day of `since`, and no columns yet.
fn counts(company: CompanyId, subject: Uuid, kind: Kind, since: Timestamp) -> SelectStatement {
    Query::select()
        .from(Entity)
        .and_where(Expr::col(Column::CompanyId).eq(company.as_uuid()))
        .and_where(Expr::col(Column::SubjectId).eq(subject))
        .and_where(Expr::col(Column::Kind).eq(kind.as_str()))
        .and_where(Expr::col(Column::Day).gte(day_of(since)))
        .take()
}
