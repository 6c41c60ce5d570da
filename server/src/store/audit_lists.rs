//! Pages of `audit_entries`, with the names of who did what.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, FromQueryResult, Order,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::{
    id::{ApiKeyId, CompanyId, UserId},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    keyset::{self, Cursor},
    plans::unindexed,
};
use crate::entities::{audit_entry, user};

/// Which entries of a company are meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only what this person did.
    pub user: Option<UserId>,
    /// Only what was done to this key.
    pub key: Option<ApiKeyId>,
    /// Only actions that begin with this, before their dot.
    pub group: Option<&'static str>,
    /// Only what was done since.
    pub since: Option<Timestamp>,
    /// Only what was done before.
    pub until: Option<Timestamp>,
}

/// One entry of a page.
#[derive(Clone, FromQueryResult)]
pub struct ListedEntry {
    pub id: Uuid,
    pub at: i64,
    pub user_id: Option<Uuid>,
    pub person: Option<String>,
    pub action: String,
    pub target: String,
    pub detail: String,
    pub address: String,
}

/// At most `limit` entries after `cursor`, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    db: &impl ConnectionTrait,
    company: CompanyId,
    filter: Filter,
    cursor: Option<Cursor>,
    limit: u64,
) -> Result<Vec<ListedEntry>, DbErr> {
    let backend = db.get_database_backend();
    let statement = backend.build(ordered(backend, company, filter, cursor).limit(limit));
    ListedEntry::find_by_statement(statement).all(db).await
}

/// All entries after `cursor`, with the columns of [`ListedEntry`].
fn ordered(
    backend: DatabaseBackend,
    company: CompanyId,
    filter: Filter,
    cursor: Option<Cursor>,
) -> SelectStatement {
    use audit_entry::Column as Entry;
    let column = |column: Entry| Expr::col((audit_entry::Entity, column));
    let mut select = Query::select();
    select
        .columns(
            [
                Entry::Id,
                Entry::At,
                Entry::UserId,
                Entry::Action,
                Entry::Target,
                Entry::Detail,
                Entry::Address,
            ]
            .map(|column| (audit_entry::Entity, column)),
        )
        .expr_as(Expr::col((user::Entity, user::Column::Name)), "person")
        .from(audit_entry::Entity)
        .left_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((audit_entry::Entity, Entry::UserId)),
        )
        .and_where(column(Entry::CompanyId).eq(company.as_uuid()));
    let Filter { user, key, group, since, until } = filter;
    // What was done to one key is little beside what one person did, or all did to keys: the rest is looked at there.
    let by = |value: Expr| if key.is_some() { unindexed(value) } else { value };
    if let Some(user) = user {
        select.and_where(by(column(Entry::UserId)).eq(user.as_uuid()));
    }
    if let Some(key) = key {
        select.and_where(column(Entry::Target).eq(key.to_string()));
    }
    if let Some(group) = group {
        select.and_where(by(Expr::cust(group_of(backend))).eq(group));
    }
    if let Some(since) = since {
        select.and_where(column(Entry::At).gte(since.as_micros()));
    }
    if let Some(until) = until {
        select.and_where(column(Entry::At).lt(until.as_micros()));
    }
    keyset::page(&mut select, column(Entry::At), column(Entry::Id), Order::Desc, cursor);
    select
}

/// What an action begins with, before its dot: as the indexes `audit_entries_by_group` and
/// `audit_entries_by_user_group` have it.
const fn group_of(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => "split_part(\"audit_entries\".\"action\", '.', 1)",
        _ => {
            "substr(\"audit_entries\".\"action\", 1, instr(\"audit_entries\".\"action\", '.') - 1)"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[tokio::test]
    async fn each_filter_leads_to_its_own_entries_and_in_order() {
        let (_folder, db) = empty().await;
        let company = CompanyId::from_uuid(Uuid::nil());
        let all = Filter::default();
        let user = Some(UserId::from_uuid(Uuid::nil()));
        let key = Some(ApiKeyId::from_uuid(Uuid::nil()));
        let group = Some("api_key");
        for (filter, index) in [
            (all, "audit_entries_by_company (company_id=?)"),
            (Filter { group, ..all }, "audit_entries_by_group (company_id=? AND <expr>=?)"),
            (Filter { user, ..all }, "audit_entries_by_user (company_id=? AND user_id=?)"),
            (
                Filter { user, group, ..all },
                "audit_entries_by_user_group (company_id=? AND user_id=? AND <expr>=?)",
            ),
            (Filter { key, ..all }, "audit_entries_by_target (company_id=? AND target=?)"),
            (
                Filter { user, key, group, ..all },
                "audit_entries_by_target (company_id=? AND target=?)",
            ),
        ] {
            let select = ordered(db.backend(), company, filter, None);
            let plan = plan(&db, db.backend().build(&select)).await;
            assert!(plan.iter().any(|step| step.contains(index)), "{filter:?}: {plan:#?}");
            assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{plan:#?}");
        }
    }
}
