//! Rows of `audit_entries`: append-only, written in the transaction of the change that they tell of.

use std::net::IpAddr;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use shared::{
    id::{CompanyId, UserId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::entities::audit_entry;

/// The `why` of an `api_key.revoked` entry: nobody had used the key for as long as the company allows.
pub const REVOKED_AS_UNUSED: &str = "unused";
/// The same: its person left the company, or was removed.
pub const REVOKED_WITH_PERSON: &str = "member_left";
/// The same: whoever had generated it for its person, and had seen it, left the company or was removed.
pub const REVOKED_WITH_MAKER: &str = "maker_left";

/// One entry before it is written.
#[derive(Debug)]
pub struct NewAuditEntry {
    /// The row's id.
    pub id: Uuid,
    /// The company, or `None` for what concerns a person alone.
    pub company: Option<CompanyId>,
    /// Who did it; `None` for the server itself, or for somebody unknown.
    pub user: Option<UserId>,
    /// What was done: `api_key.revoked`.
    pub action: &'static str,
    /// To what: an id's text.
    pub target: String,
    /// More about it, without any secret, as a JSON object.
    pub detail: Value,
    /// From where.
    pub address: IpAddr,
    /// When.
    pub at: Timestamp,
}

/// The most rows of one statement: eight values each.
const ROWS: usize = 256;

/// Writes one entry.
///
/// # Errors
/// When the database refuses.
pub async fn create(db: &impl ConnectionTrait, entry: NewAuditEntry) -> Result<(), DbErr> {
    audit_entry::Entity::insert(row(entry)).exec_without_returning(db).await?;
    Ok(())
}

/// Writes entries, many in one statement. Their numbers are powers of two, for the reason that those of calls are
/// ([`super::calls::create`]).
///
/// # Errors
/// When the database refuses.
pub async fn create_many(
    db: &impl ConnectionTrait,
    entries: Vec<NewAuditEntry>,
) -> Result<(), DbErr> {
    let mut rows = entries.into_iter().map(row);
    while rows.len() > 0 {
        let many = ROWS.min(1 << rows.len().ilog2());
        audit_entry::Entity::insert_many(rows.by_ref().take(many))
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn row(entry: NewAuditEntry) -> audit_entry::ActiveModel {
    let NewAuditEntry { id, company, user, action, target, detail, address, at } = entry;
    audit_entry::ActiveModel {
        id: Set(id),
        company_id: Set(company.map(CompanyId::as_uuid)),
        user_id: Set(user.map(UserId::as_uuid)),
        action: Set(action.to_owned()),
        target: Set(target),
        detail: Set(detail.to_string()),
        address: Set(address.to_string()),
        at: Set(at.as_micros()),
    }
}

/// The newest entries about `target`, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn list_of_target(
    db: &impl ConnectionTrait,
    company: CompanyId,
    target: &str,
    limit: u64,
) -> Result<Vec<audit_entry::Model>, DbErr> {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::CompanyId.eq(company.as_uuid()))
        .filter(audit_entry::Column::Target.eq(target))
        .order_by_desc(audit_entry::Column::At)
        .order_by_desc(audit_entry::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
