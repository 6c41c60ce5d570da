//! Rows of `calls`: every call of a tool. Reads are written in batches after they ended; a change is
//! written before Odoo is called and completed after.

use std::net::IpAddr;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use shared::{
    activity::{CallResult, Consent},
    id::{ApiKeyId, CallId, CompanyId, MemberId, WorkflowRunId},
    time::Timestamp,
};

use crate::entities::call::{ActiveModel, Column, Entity};

/// One call before it is written.
#[derive(Debug, Clone)]
pub struct NewCall {
    pub id: CallId,
    pub company: CompanyId,
    pub member: MemberId,
    pub key: ApiKeyId,
    pub tool: &'static str,
    pub model: Option<String>,
    pub method: Option<String>,
    pub records: Option<u32>,
    pub result: CallResult,
    pub problem: Option<String>,
    pub consent: Option<Consent>,
    /// Microseconds; a call that is at Odoo has none yet.
    pub duration: Option<i64>,
    pub client: Option<String>,
    pub address: IpAddr,
    /// A keyed digest of the arguments.
    pub digest: Vec<u8>,
    /// The arguments themselves, where the company wants them kept.
    pub arguments: Option<String>,
    pub at: Timestamp,
    /// The run of a workflow whose step it was.
    pub step_of: Option<WorkflowRunId>,
}

/// How a change that was `started` ended.
#[derive(Debug, Clone)]
pub struct Ended {
    pub result: CallResult,
    pub records: Option<u32>,
    pub problem: Option<String>,
    pub duration: i64,
}

/// The most rows of one statement: 18 values each.
const ROWS: usize = 64;

/// Writes calls, many in one statement. Their numbers are powers of two: a connection keeps each statement
/// that it has seen, and one for every number of rows would fill its memory with large ones.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, calls: Vec<NewCall>) -> Result<(), DbErr> {
    let mut rows = calls.into_iter().map(row);
    while rows.len() > 0 {
        let many = ROWS.min(1 << rows.len().ilog2());
        Entity::insert_many(rows.by_ref().take(many)).exec_without_returning(db).await?;
    }
    Ok(())
}

fn row(call: NewCall) -> ActiveModel {
    let NewCall {
        id,
        company,
        member,
        key,
        tool,
        model,
        method,
        records,
        result,
        problem,
        consent,
        duration,
        client,
        address,
        digest,
        arguments,
        at,
        step_of,
    } = call;
    ActiveModel {
        id: Set(id.as_uuid()),
        company_id: Set(company.as_uuid()),
        member_id: Set(member.as_uuid()),
        key_id: Set(key.as_uuid()),
        tool: Set(tool.to_owned()),
        model: Set(model),
        method: Set(method),
        records: Set(records.and_then(|records| i32::try_from(records).ok())),
        result: Set(result.to_string()),
        problem: Set(problem),
        consent: Set(consent.map(|consent| consent.as_str().to_owned())),
        duration: Set(duration),
        client: Set(client),
        address: Set(address.to_string()),
        arguments_digest: Set(digest),
        arguments: Set(arguments),
        at: Set(at.as_micros()),
        step_of: Set(step_of.map(WorkflowRunId::as_uuid)),
    }
}

/// Completes a change, also one that was given up as unknown before.
///
/// # Errors
/// When the database refuses.
pub async fn complete(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: CallId,
    ended: Ended,
) -> Result<(), DbErr> {
    let Ended { result, records, problem, duration } = ended;
    Entity::update_many()
        .col_expr(Column::Result, Expr::value(result.as_str()))
        .col_expr(Column::Records, Expr::value(records.and_then(|n| i32::try_from(n).ok())))
        .col_expr(Column::Problem, Expr::value(problem))
        .col_expr(Column::Duration, Expr::value(duration))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::Result.is_in([CallResult::Started.as_str(), CallResult::Unknown.as_str()]))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks as unknown what was sent to Odoo before `before` and never completed: the process that waited
/// for it is gone. It concerns every company.
///
/// # Errors
/// When the database refuses.
pub async fn give_up(db: &impl ConnectionTrait, before: Timestamp) -> Result<u64, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::Result, Expr::value(CallResult::Unknown.as_str()))
        .filter(Column::Result.eq(CallResult::Started.as_str()))
        .filter(Column::At.lt(before.as_micros()))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
