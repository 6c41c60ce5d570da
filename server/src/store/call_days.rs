//! Rows of `call_days`: what the calls of each day come to. They are written in the transaction that writes how a
//! call ended, so that they say what the calls say.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use shared::{
    activity::CallResult,
    id::{ApiKeyId, CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    domain::call_days::{day_of, speed},
    entities::call_day::{ActiveModel, Column, Entity},
};

/// The most rows of one statement.
const ROWS: usize = 64;

/// What the name of a row is. The order is that in which rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Why a call did not end well; what was said of it, where that is not one of the list.
    Cause,
    /// What the client calls itself; nothing where it did not say.
    Client,
    /// The model that a call was about.
    Model,
    /// How it ended.
    Result,
    /// How long it took, as [`speed`] has it.
    Speed,
    /// The tool, and after a space the method of Odoo where the call named one.
    Tool,
}

impl Kind {
    /// The name in the database: stable.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Client => "client",
            Self::Model => "model",
            Self::Result => "result",
            Self::Speed => "speed",
            Self::Tool => "tool",
        }
    }
}

/// A call that has ended, as far as it is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct EndedCall<'a> {
    pub(super) company: CompanyId,
    pub(super) member: MemberId,
    pub(super) key: ApiKeyId,
    pub(super) tool: &'a str,
    pub(super) model: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    pub(super) client: Option<&'a str>,
    pub(super) result: CallResult,
    pub(super) cause: Option<&'a str>,
    pub(super) duration: Option<i64>,
    pub(super) at: Timestamp,
}

/// Counts of calls before they are written.
///
/// Rows are written in one order by all who write: of two transactions at once, none waits for a row that the other
/// has while it has one that the other waits for.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Place, Count>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    company: Uuid,
    subject: Uuid,
    kind: Kind,
    day: i64,
    name: String,
}

#[derive(Debug, Default)]
struct Count {
    calls: i64,
    last_at: i64,
}

impl Tally {
    /// Counts a call for its company, its person and its key.
    pub(super) fn add(&mut self, call: EndedCall<'_>) {
        self.count(call, 1);
    }

    /// Takes a call back that was counted: it has ended in another way than was thought.
    pub(super) fn take_back(&mut self, call: EndedCall<'_>) {
        self.count(call, -1);
    }

    fn count(&mut self, call: EndedCall<'_>, calls: i64) {
        let EndedCall {
            company,
            member,
            key,
            tool,
            model,
            method,
            client,
            result,
            cause,
            duration,
            at,
        } = call;
        let mut note = |subject: Uuid, kind: Kind, name: &str| {
            let day = day_of(at);
            let company = company.as_uuid();
            let place = Place { company, subject, kind, day, name: name.to_owned() };
            let count = self.0.entry(place).or_default();
            count.calls += calls;
            count.last_at = count.last_at.max(at.as_micros());
        };
        let is_unwell =
            matches!(result, CallResult::Refused | CallResult::Failed | CallResult::Unknown);
        for subject in [company.as_uuid(), member.as_uuid()] {
            note(subject, Kind::Result, result.as_str());
            if let Some(duration) = duration {
                note(subject, Kind::Speed, &speed(duration).to_string());
            }
            if let Some(cause) = cause.filter(|_| is_unwell) {
                note(subject, Kind::Cause, cause);
            }
            if let Some(model) = model {
                note(subject, Kind::Model, model);
            }
        }
        let key = key.as_uuid();
        note(key, Kind::Result, result.as_str());
        note(key, Kind::Client, client.unwrap_or_default());
        match method {
            Some(method) => note(key, Kind::Tool, &format!("{tool} {method}")),
            None => note(key, Kind::Tool, tool),
        }
    }

    /// Adds the counts to those that are there.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn write(self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        let mut rows = self.0.into_iter().map(|(place, count)| {
            let Place { company, subject, kind, day, name } = place;
            ActiveModel {
                company_id: Set(company),
                subject_id: Set(subject),
                kind: Set(kind.as_str().to_owned()),
                day: Set(day),
                name: Set(name),
                calls: Set(count.calls),
                last_at: Set(count.last_at),
            }
        });
        // Both databases say it in the same words.
        let add = OnConflict::columns([Column::SubjectId, Column::Kind, Column::Day, Column::Name])
            .value(Column::Calls, Expr::cust("call_days.calls + excluded.calls"))
            .value(
                Column::LastAt,
                Expr::cust(
                    "CASE WHEN excluded.last_at > call_days.last_at THEN excluded.last_at \
                 ELSE call_days.last_at END",
                ),
            )
            .to_owned();
        while rows.len() > 0 {
            // Powers of two, so that a connection keeps few statements.
            let many = ROWS.min(1 << rows.len().ilog2());
            Entity::insert_many(rows.by_ref().take(many))
                .on_conflict(add.clone())
                .exec_without_returning(db)
                .await?;
        }
        Ok(())
    }
}

/// Deletes what days before that of `before` came to. It concerns every company.
///
/// # Errors
/// When the database refuses.
pub async fn delete_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Day.lt(day_of(before))).exec(db).await?;
    Ok(())
}
