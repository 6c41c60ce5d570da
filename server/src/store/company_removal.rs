//! Taking a whole company out of the database: the one place where rows of every table are deleted.

use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use shared::{id::CompanyId, time::Timestamp};
use uuid::Uuid;

/// Every table that has rows of a company, those that refer to others first. A test compares it with the
/// database.
pub const TABLES: [&str; 21] = [
    "notices",
    "password_resets",
    "download_parts",
    "downloads",
    "wizards",
    "confirmations",
    "calls",
    "call_days",
    "workflow_runs",
    "workflow_acceptances",
    "workflow_versions",
    "workflows",
    "workflow_tries",
    "key_handovers",
    "api_keys",
    "odoo_accounts",
    "odoo_connections",
    "policies",
    "invitations",
    "audit_entries",
    "memberships",
];

/// Deletes the company and everything of it, if it may be removed at `now`. Gives whether it did. People
/// stay: they may be in other companies, and those who are in none can be invited again.
///
/// # Errors
/// When the database refuses.
pub async fn delete(
    db: &impl ConnectionTrait,
    company: CompanyId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let id = company.as_uuid();
    let due = Expr::col("id").eq(id).and(Expr::col("delete_at").lte(now.as_micros()));
    // The row is taken first: whoever keeps the company now waits, or has won.
    let take = Query::update()
        .table(Alias::new("companies"))
        .value("delete_at", now.as_micros())
        .and_where(due)
        .to_owned();
    if db.execute(&take).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let leave = Query::update()
        .table(Alias::new("sessions"))
        .value("company_id", None::<Uuid>)
        .and_where(Expr::col("company_id").eq(id))
        .to_owned();
    db.execute(&leave).await?;
    for table in TABLES {
        let delete = Query::delete()
            .from_table(Alias::new(table))
            .and_where(Expr::col("company_id").eq(id))
            .to_owned();
        db.execute(&delete).await?;
    }
    let delete = Query::delete()
        .from_table(Alias::new("companies"))
        .and_where(Expr::col("id").eq(id))
        .to_owned();
    db.execute(&delete).await?;
    Ok(true)
}
