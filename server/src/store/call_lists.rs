//! Pages of `calls`, with the names of the people and keys around them.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, FromQueryResult, Order,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::{
    activity::CallResult,
    id::{ApiKeyId, CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    keyset::{self, Cursor, Side},
    plans::unindexed,
};
use crate::entities::{api_key, call, membership, user};

/// Which calls of a company are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this member's.
    pub member: Option<MemberId>,
    /// Only with this key.
    pub key: Option<ApiKeyId>,
    /// Only of this tool.
    pub tool: Option<String>,
    /// Only with one of these results; all when there are none.
    pub results: Vec<CallResult>,
    /// Only those that came since.
    pub since: Option<Timestamp>,
    /// Only those that came before.
    pub until: Option<Timestamp>,
}

/// One call of a page.
#[derive(Clone, FromQueryResult)]
pub struct ListedCall {
    pub id: Uuid,
    pub at: i64,
    pub person: String,
    pub key_name: String,
    pub key_id: Uuid,
    pub tool: String,
    pub model: Option<String>,
    pub method: Option<String>,
    pub records: Option<i32>,
    pub result: String,
    pub cause: Option<String>,
    pub problem: Option<String>,
    pub consent: Option<String>,
    pub duration: Option<i64>,
    pub client: Option<String>,
    pub address: String,
    pub arguments: Option<String>,
    pub step_of: Option<Uuid>,
}

/// At most `limit` calls after `cursor`, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    db: &impl ConnectionTrait,
    company: CompanyId,
    filter: &Filter,
    cursor: Option<Cursor>,
    limit: u64,
) -> Result<Vec<ListedCall>, DbErr> {
    let backend = db.get_database_backend();
    let statement = backend.build(ordered(backend, company, filter, cursor).limit(limit));
    ListedCall::find_by_statement(statement).all(db).await
}

/// All calls after `cursor`, with the columns of [`ListedCall`].
fn ordered(
    backend: DatabaseBackend,
    company: CompanyId,
    filter: &Filter,
    cursor: Option<Cursor>,
) -> SelectStatement {
    use call::Column as Call;
    let column = |column: Call| Expr::col((call::Entity, column));
    let mut select = Query::select();
    select
        .columns(
            [
                Call::Id,
                Call::At,
                Call::KeyId,
                Call::Tool,
                Call::Model,
                Call::Method,
                Call::Records,
                Call::Result,
                Call::Cause,
                Call::Problem,
                Call::Consent,
                Call::Duration,
                Call::Client,
                Call::Address,
                Call::Arguments,
                Call::StepOf,
            ]
            .map(|column| (call::Entity, column)),
        )
        .expr_as(Expr::col((user::Entity, user::Column::Name)), "person")
        .expr_as(Expr::col((api_key::Entity, api_key::Column::Name)), "key_name")
        .from(call::Entity)
        .inner_join(
            membership::Entity,
            Expr::col((membership::Entity, membership::Column::Id))
                .equals((call::Entity, Call::MemberId)),
        )
        .inner_join(
            user::Entity,
            Expr::col((user::Entity, user::Column::Id))
                .equals((membership::Entity, membership::Column::UserId)),
        )
        .inner_join(
            api_key::Entity,
            Expr::col((api_key::Entity, api_key::Column::Id)).equals((call::Entity, Call::KeyId)),
        );
    let Filter { member, key, tool, results, since, until } = filter;
    let went_wrong = !results.is_empty() && !results.contains(&CallResult::Ok);
    // An index is looked up by what leads to few calls, in their order; the rest is looked at there.
    let is_looked_at = |of: Call| match (key, member) {
        // PostgreSQL knows how many calls a key has: what it is kept from it takes for rare, and then puts all of them in order.
        (Some(_), _) => backend == DatabaseBackend::Sqlite,
        (None, Some(_)) if went_wrong => matches!(of, Call::Tool | Call::Result),
        // A person's other calls have an index with the company by tool alone.
        (None, Some(_)) if tool.is_none() => matches!(of, Call::CompanyId),
        _ => false,
    };
    let by = |of: Call| if is_looked_at(of) { unindexed(column(of)) } else { column(of) };
    select.and_where(by(Call::CompanyId).eq(company.as_uuid()));
    if let Some(member) = member {
        let of_member = match key {
            // Whoever has a key made its calls. PostgreSQL would look for them among all of that person's.
            Some(_) if backend == DatabaseBackend::Postgres => {
                Expr::col((api_key::Entity, api_key::Column::MemberId))
            }
            _ => by(Call::MemberId),
        };
        select.and_where(of_member.eq(member.as_uuid()));
    }
    if let Some(key) = key {
        select.and_where(column(Call::KeyId).eq(key.as_uuid()));
    }
    if let Some(tool) = tool {
        // No call has such a one, and PostgreSQL's texts have no NUL.
        let tool = tool.replace('\0', "\u{fffd}");
        select.and_where(by(Call::Tool).eq(tool.as_str()));
    }
    if !results.is_empty() {
        let names = results.iter().map(|result| result.as_str());
        select.and_where(by(Call::Result).is_in(names));
    }
    if went_wrong {
        // In the words of the indexes of those that did not end well.
        select.and_where(Expr::cust("calls.result <> 'ok'"));
    }
    if let Some(since) = since {
        select.and_where(column(Call::At).gte(since.as_micros()));
    }
    if let Some(until) = until {
        select.and_where(column(Call::At).lt(until.as_micros()));
    }
    keyset::page(&mut select, column(Call::At), column(Call::Id), Order::Desc, cursor);
    select
}

/// The place of `row` in the list.
#[must_use]
pub fn cursor_of(row: &ListedCall) -> Cursor {
    cursor_at(row.at, row.id)
}

/// The place after a row of this time and id.
#[must_use]
pub fn cursor_at(at: i64, id: Uuid) -> Cursor {
    Cursor { order: 0, side: Side::After, value: at.into(), id }
}

/// The place that the text of a cursor means, if it means any.
#[must_use]
pub fn parse_cursor(text: &str) -> Option<Cursor> {
    Cursor::decode(text, 0, &0.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[tokio::test]
    async fn a_persons_calls_are_read_among_their_own_and_in_order() {
        let (_folder, db) = empty().await;
        let company = CompanyId::from_uuid(Uuid::nil());
        let member = Some(MemberId::from_uuid(Uuid::nil()));
        let all = Filter { member, ..Filter::default() };
        let answered = Filter { results: vec![CallResult::Ok], ..all.clone() };
        let of_tool = Filter { tool: Some("aidoo_read".to_owned()), ..all.clone() };
        let failed = Filter { results: vec![CallResult::Failed], ..all.clone() };
        let tool_failed = Filter { results: vec![CallResult::Failed], ..of_tool.clone() };
        for (filter, index) in [
            (failed, "calls_unwell_by_member (company_id=? AND member_id=?)"),
            (tool_failed, "calls_unwell_by_member (company_id=? AND member_id=?)"),
            (all, "calls_by_member (member_id=?)"),
            (answered, "calls_by_member (member_id=?)"),
            (of_tool, "calls_by_member_tool (company_id=? AND member_id=? AND tool=?)"),
        ] {
            let select = ordered(db.backend(), company, &filter, None);
            let plan = plan(&db, db.backend().build(&select)).await;
            assert!(plan.iter().any(|step| step.contains(index)), "{plan:#?}");
            assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{plan:#?}");
        }
    }

    #[tokio::test]
    async fn a_keys_calls_are_read_among_its_own_whatever_else_is_asked() {
        let (_folder, db) = empty().await;
        let company = CompanyId::from_uuid(Uuid::nil());
        let key = Some(ApiKeyId::from_uuid(Uuid::nil()));
        for member in [None, Some(MemberId::from_uuid(Uuid::nil()))] {
            for tool in [None, Some("aidoo_read".to_owned())] {
                for results in [vec![], vec![CallResult::Ok], vec![CallResult::Failed]] {
                    let tool = tool.clone();
                    let filter = Filter { member, key, tool, results, since: None, until: None };
                    let select = ordered(db.backend(), company, &filter, None);
                    let plan = plan(&db, db.backend().build(&select)).await;
                    let is_led = |step: &String| step.contains("_by_key (key_id=?)");
                    assert!(plan.iter().any(is_led), "{filter:?}: {plan:#?}");
                    let is_sorted = |step: &String| step.contains("TEMP B-TREE");
                    assert!(!plan.iter().any(is_sorted), "{filter:?}: {plan:#?}");
                }
            }
        }
    }
}
