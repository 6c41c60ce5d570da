//! What `calls` tells about one key: how many a day, from which clients, of which tools.

use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, Order,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::{
    id::{ApiKeyId, CompanyId},
    time::{DAY, Timestamp},
};

use crate::entities::call::{Column, Entity};

/// The most clients that are told.
const CLIENTS: u64 = 20;

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
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<DayCount>, DbErr> {
    let mut select = calls_of(company, key, since);
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
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<ClientCount>, DbErr> {
    let mut select = calls_of(company, key, since);
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
    key: ApiKeyId,
    since: Timestamp,
) -> Result<Vec<CalledTool>, DbErr> {
    let mut select = calls_of(company, key, since);
    select.distinct().columns([Column::Tool, Column::Method]);
    CalledTool::find_by_statement(db.get_database_backend().build(&select)).all(db).await
}

/// The key's calls since `since`, and no columns yet. A step of a workflow is no call of the key: the workflow was
/// called, and a step needs none of the key's other permissions.
fn calls_of(company: CompanyId, key: ApiKeyId, since: Timestamp) -> SelectStatement {
    Query::select()
        .from(Entity)
        .and_where(Expr::col(Column::CompanyId).eq(company.as_uuid()))
        .and_where(Expr::col(Column::KeyId).eq(key.as_uuid()))
        .and_where(Expr::col(Column::At).gte(since.as_micros()))
        .and_where(Expr::col(Column::StepOf).is_null())
        .take()
}
