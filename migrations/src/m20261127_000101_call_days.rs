//! What the calls of each day come to, so that a chart of a month reads some hundred rows and not every call.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{m20261124_000001_people::Companies, reference};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(CallDays::Table)
                    .col(uuid(CallDays::CompanyId))
                    .col(uuid(CallDays::SubjectId))
                    .col(text(CallDays::Kind))
                    .col(big_integer(CallDays::Day))
                    .col(text(CallDays::Name))
                    .col(big_integer(CallDays::Calls))
                    .col(big_integer(CallDays::LastAt))
                    .primary_key(
                        Index::create()
                            .col(CallDays::SubjectId)
                            .col(CallDays::Kind)
                            .col(CallDays::Day)
                            .col(CallDays::Name),
                    )
                    .foreign_key(&mut reference(CallDays::CompanyId, Companies::Table))
                    .to_owned(),
            )
            .await?;
        for (name, column) in
            [("call_days_by_day", CallDays::Day), ("call_days_by_company", CallDays::CompanyId)]
        {
            let index = Index::create().name(name).table(CallDays::Table).col(column).to_owned();
            manager.create_index(index).await?;
        }
        for (subject, kinds) in
            [("company_id", &SHARED[..]), ("member_id", &SHARED[..]), ("key_id", &OF_KEYS[..])]
        {
            for (kind, name) in kinds {
                let counted = counted(subject, kind, name);
                manager.get_connection().execute_unprepared(&counted).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(CallDays::Table).to_owned()).await
    }
}

const RESULT: (&str, &str) = ("result", "result");

/// What is counted for companies and people: the kind, and its name in a row of `calls`.
const SHARED: [(&str, &str); 4] = [
    RESULT,
    (
        "speed",
        "CASE WHEN duration < 100000 THEN '0' WHEN duration < 300000 THEN '1' \
         WHEN duration < 1000000 THEN '2' WHEN duration < 3000000 THEN '3' \
         WHEN duration IS NOT NULL THEN '4' END",
    ),
    ("cause", "CASE WHEN result IN ('refused', 'failed', 'unknown') THEN problem END"),
    ("model", "model"),
];

/// What is counted for keys.
const OF_KEYS: [(&str, &str); 3] =
    [RESULT, ("client", "coalesce(client, '')"), ("tool", "tool || coalesce(' ' || method, '')")];

/// Counts the calls of the last month that are there: nothing looks further back.
fn counted(subject: &str, kind: &str, name: &str) -> String {
    format!(
        "INSERT INTO call_days (company_id, subject_id, kind, day, name, calls, last_at) \
         SELECT company_id, subject_id, '{kind}', day, name, count(*), max(at) \
         FROM (SELECT company_id, {subject} AS subject_id, at / 86400000000 AS day, {name} AS name, at \
         FROM calls WHERE step_of IS NULL AND result <> 'started' \
         AND at >= (SELECT max(at) FROM calls) - 31 * 86400000000) AS ended \
         WHERE name IS NOT NULL GROUP BY company_id, subject_id, day, name"
    )
}

/// How many calls of a day have a thing in common. `subject_id` is the company, a member or a key; `kind` says
/// what `name` is; `day` counts from 1970, UTC.
#[derive(DeriveIden, Clone, Copy)]
enum CallDays {
    Table,
    CompanyId,
    SubjectId,
    Kind,
    Day,
    Name,
    Calls,
    LastAt,
}
