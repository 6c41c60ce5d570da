//! What `calls` tells of many at once: how many a day, how long they took, from which clients, of which tools.

use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, Order,
    sea_query::{CaseStatement, Expr, ExprTrait, Query, SelectStatement},
};
use shared::{
    activity::CallResult,
    call_figures::{CAUSES, MODELS, SPEEDS},
    id::{ApiKeyId, CompanyId, MemberId},
    time::{DAY, Timestamp},
};

use crate::entities::call::{Column, Entity};

/// The most clients that are told.
const CLIENTS: u64 = 20;
/// Durations are kept in microseconds.
const MILLISECOND: i64 = 1_000;

/// Whose calls are looked at.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// Everybody's.
    Company,
    /// One person's.
    Member(MemberId),
    /// One key's.
    Key(ApiKeyId),
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

/// The calls since `since`, by day and result.
///
/// # Errors
/// When the database refuses.
pub async fn days(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<DayCount>, DbErr> {
    let mut select = calls_of(company, of, since);
    select
        .expr_as(Expr::col(Column::At).div(DAY), "day")
        .column(Column::Result)
        .expr_as(Expr::col(Column::Id).count(), "calls")
        .add_group_by([Expr::col("day"), Expr::col(Column::Result)]);
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

/// The clients that called since `since`, the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn clients(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<ClientCount>, DbErr> {
    let mut select = calls_of(company, of, since);
    select
        .column(Column::Client)
        .expr_as(Expr::col(Column::Id).count(), "calls")
        .expr_as(Expr::col(Column::At).max(), "last")
        .group_by_col(Column::Client)
        .order_by_expr(Expr::col("last"), Order::Desc)
        .limit(CLIENTS);
    ClientCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// A tool that was called, and the method of Odoo where it named one.
#[derive(Debug, FromQueryResult)]
pub struct CalledTool {
    /// `aidoo_execute`.
    pub tool: String,
    /// `action_confirm`.
    pub method: Option<String>,
}

/// The tools and methods that were called since `since`, each once.
///
/// # Errors
/// When the database refuses.
pub async fn tools(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<CalledTool>, DbErr> {
    let mut select = calls_of(company, of, since);
    select.distinct().columns([Column::Tool, Column::Method]);
    CalledTool::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// How many calls there were of something.
#[derive(Debug, FromQueryResult)]
pub struct NameCount {
    /// What it is called.
    pub name: String,
    /// How many there were.
    pub calls: i64,
}

/// The models that most calls since `since` were about.
///
/// # Errors
/// When the database refuses.
pub async fn models(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<NameCount>, DbErr> {
    most(db, calls_of(company, of, since), Column::Model, MODELS).await
}

/// What was said most to calls since `since` that did not end well.
///
/// # Errors
/// When the database refuses.
pub async fn causes(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<NameCount>, DbErr> {
    let unwell = [CallResult::Refused, CallResult::Failed, CallResult::Unknown];
    let mut select = calls_of(company, of, since);
    select.and_where(Expr::col(Column::Result).is_in(unwell.map(CallResult::as_str)));
    most(db, select, Column::Problem, CAUSES).await
}

async fn most(
    db: &impl ConnectionTrait,
    mut select: SelectStatement,
    column: Column,
    limit: u64,
) -> Result<Vec<NameCount>, DbErr> {
    select
        .expr_as(Expr::col(column), "name")
        .expr_as(Expr::col(Column::Id).count(), "calls")
        .and_where(Expr::col(column).is_not_null())
        .group_by_col(column)
        .order_by_expr(Expr::col("calls"), Order::Desc)
        .order_by_expr(Expr::col("name"), Order::Asc)
        .limit(limit);
    NameCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// Calls that took alike.
#[derive(Debug, FromQueryResult)]
pub struct SpeedCount {
    /// The place of the first of [`SPEEDS`] that is longer; their number if none is.
    pub speed: i32,
    /// How many there were.
    pub calls: i64,
}

/// How long the calls since `since` took, as far as it is known.
///
/// # Errors
/// When the database refuses.
pub async fn speeds(
    db: &impl ConnectionTrait,
    company: CompanyId,
    of: Of,
    since: Timestamp,
) -> Result<Vec<SpeedCount>, DbErr> {
    let mut speed = CaseStatement::new();
    for (place, limit) in SPEEDS.into_iter().enumerate() {
        let below = Expr::col(Column::Duration).lt(i64::from(limit) * MILLISECOND);
        speed = speed.case(below, Expr::cust(place.to_string()));
    }
    let speed = speed.finally(Expr::cust(SPEEDS.len().to_string()));
    let mut select = calls_of(company, of, since);
    select
        .expr_as(speed, "speed")
        .expr_as(Expr::col(Column::Id).count(), "calls")
        .and_where(Expr::col(Column::Duration).is_not_null())
        .add_group_by([Expr::col("speed")]);
    SpeedCount::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// The calls since `since`, and no columns yet. A step of a workflow is no call of its own: the workflow was called,
/// and a step needs none of the key's other permissions.
fn calls_of(company: CompanyId, of: Of, since: Timestamp) -> SelectStatement {
    let mut select = Query::select();
    select
        .from(Entity)
        .and_where(Expr::col(Column::CompanyId).eq(company.as_uuid()))
        .and_where(Expr::col(Column::At).gte(since.as_micros()))
        .and_where(Expr::col(Column::StepOf).is_null());
    match of {
        Of::Company => {}
        Of::Member(member) => {
            select.and_where(Expr::col(Column::MemberId).eq(member.as_uuid()));
        }
        Of::Key(key) => {
            select.and_where(Expr::col(Column::KeyId).eq(key.as_uuid()));
        }
    }
    select
}
