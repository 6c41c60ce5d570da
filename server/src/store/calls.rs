//! Rows of `calls`: every call of a tool. Reads are written in batches after they ended; a change is
//! written before Odoo is called and completed after.

use std::{collections::HashMap, net::IpAddr};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use shared::{
    activity::{CallResult, Consent},
    call_cause::CallCause,
    id::{ApiKeyId, CallId, CompanyId, MemberId, WorkflowRunId},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    call_days::{EndedCall, Tally},
    plans::unindexed,
};
use crate::entities::call::{ActiveModel, Column, Entity, Model};

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
    /// Why it did not end well.
    pub cause: Option<CallCause>,
    /// The same in the words that the client got.
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
    pub cause: Option<CallCause>,
    pub problem: Option<String>,
    /// Microseconds, where it is known.
    pub duration: Option<i64>,
}

/// The most rows of one statement: 19 values each.
const ROWS: usize = 64;

/// Writes calls, many in one statement, and counts those that have ended. Their numbers are powers of two: a
/// connection keeps each statement that it has seen, and one for every number of rows would fill its memory with
/// large ones.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, calls: Vec<NewCall>) -> Result<(), DbErr> {
    let mut tally = Tally::default();
    calls.iter().filter_map(NewCall::ended).for_each(|ended| tally.add(ended));
    let mut rows = calls.into_iter().map(row);
    while rows.len() > 0 {
        let many = ROWS.min(1 << rows.len().ilog2());
        Entity::insert_many(rows.by_ref().take(many)).exec_without_returning(db).await?;
    }
    tally.write(db).await
}

impl NewCall {
    /// What is counted of it: nothing while it is at Odoo, nor of a step of a workflow.
    fn ended(&self) -> Option<EndedCall<'_>> {
        let is_counted = self.result != CallResult::Started && self.step_of.is_none();
        is_counted.then_some(EndedCall {
            company: self.company,
            member: self.member,
            key: self.key,
            tool: self.tool,
            model: self.model.as_deref(),
            method: self.method.as_deref(),
            client: self.client.as_deref(),
            result: self.result,
            cause: self.cause.map(CallCause::as_str).or(self.problem.as_deref()),
            duration: self.duration,
            at: self.at,
        })
    }
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
        cause,
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
        cause: Set(cause.map(|cause| cause.as_str().to_owned())),
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

/// Completes a change, also one that was given up as unknown before, and counts it.
///
/// # Errors
/// When the database refuses.
pub async fn complete(
    db: &impl ConnectionTrait,
    company: CompanyId,
    id: CallId,
    ended: Ended,
) -> Result<(), DbErr> {
    // It may be given up between the two statements: then it is looked at again.
    for _ in 0..2 {
        let row = Entity::find_by_id(id.as_uuid())
            .filter(Column::CompanyId.eq(company.as_uuid()))
            .one(db)
            .await?;
        let Some(row) = row.filter(|row| is_open(&row.result)) else { return Ok(()) };
        if end(db, row, &ended).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Marks as unknown what was sent to Odoo before `before` and never completed, or before `runs_before` where it
/// is a workflow, whose steps take their time: the process that waited for it is gone. It concerns every company.
/// Gives how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn give_up(
    db: &impl ConnectionTrait,
    before: Timestamp,
    runs_before: Timestamp,
) -> Result<Vec<CompanyId>, DbErr> {
    let is_no_run = Column::Tool.ne("aidoo_workflow").and(Column::At.lt(before.as_micros()));
    let rows = Entity::find()
        // As a text of the statement it is found by the index of those that are at Odoo now.
        .filter(Expr::cust("result = 'started'"))
        .filter(is_no_run.or(Column::At.lt(runs_before.as_micros())))
        .all(db)
        .await?;
    let mut companies = Vec::new();
    for row in rows {
        let company = CompanyId::from_uuid(row.company_id);
        let ended = Ended {
            result: CallResult::Unknown,
            records: row.records.and_then(|records| u32::try_from(records).ok()),
            cause: row.cause.as_deref().and_then(|cause| cause.parse().ok()),
            problem: row.problem.clone(),
            duration: row.duration,
        };
        if end(db, row, &ended).await? {
            companies.push(company);
        }
    }
    Ok(companies)
}

/// How these calls of `company` ended, or that they have begun, by id.
///
/// # Errors
/// When the database refuses.
pub async fn results(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, CallResult>, DbErr> {
    let rows: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Result)
        // By the company, SQLite would look through all of its calls for a handful.
        .filter(unindexed(Expr::col(Column::CompanyId)).eq(company.as_uuid()))
        .filter(Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    let known = |(id, result): (Uuid, String)| Some((id, result.parse::<CallResult>().ok()?));
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Whether a call may still end in another way than it did.
fn is_open(result: &str) -> bool {
    [CallResult::Started, CallResult::Unknown].iter().any(|open| open.as_str() == result)
}

/// Writes how the call of `row` ended, and counts it. Says whether it was still as `row` says.
async fn end(db: &impl ConnectionTrait, row: Model, ended: &Ended) -> Result<bool, DbErr> {
    let Ended { result, records, cause, problem, duration } = ended;
    let records = records.and_then(|records| i32::try_from(records).ok());
    let done = Entity::update_many()
        .col_expr(Column::Result, Expr::value(result.as_str()))
        .col_expr(Column::Records, Expr::value(records))
        .col_expr(Column::Cause, Expr::value(cause.map(CallCause::as_str)))
        .col_expr(Column::Problem, Expr::value(problem.clone()))
        .col_expr(Column::Duration, Expr::value(*duration))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Result.eq(row.result.as_str()))
        .exec(db)
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    if row.step_of.is_none() {
        let mut tally = Tally::default();
        if row.result == CallResult::Unknown.as_str() {
            let cause = row.cause.as_deref().or(row.problem.as_deref());
            let unknown = (CallResult::Unknown, cause, row.duration);
            tally.take_back(counted(&row, unknown));
        }
        let cause = cause.map(CallCause::as_str).or(problem.as_deref());
        tally.add(counted(&row, (*result, cause, *duration)));
        tally.write(db).await?;
    }
    Ok(true)
}

/// The call of `row`, ended like this.
fn counted<'a>(
    row: &'a Model,
    (result, cause, duration): (CallResult, Option<&'a str>, Option<i64>),
) -> EndedCall<'a> {
    EndedCall {
        company: CompanyId::from_uuid(row.company_id),
        member: MemberId::from_uuid(row.member_id),
        key: ApiKeyId::from_uuid(row.key_id),
        tool: &row.tool,
        model: row.model.as_deref(),
        method: row.method.as_deref(),
        client: row.client.as_deref(),
        result,
        cause,
        duration,
        at: Timestamp::from_micros(row.at),
    }
}
