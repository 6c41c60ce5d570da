//! How far a member has come on the way to the first answered question.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement},
};
use shared::{
    activity::CallResult,
    id::{CompanyId, MemberId},
};
use uuid::Uuid;

use crate::entities::{api_key, call};

/// Whether the member has a key that is not revoked, and whether any of their keys was ever used.
///
/// # Errors
/// When the database refuses.
pub async fn keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<(bool, bool), DbErr> {
    use api_key::Column;
    let keys = || {
        api_key::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::CompanyId.eq(company.as_uuid()))
            .filter(Column::MemberId.eq(member.as_uuid()))
            .limit(1)
    };
    let live = keys().filter(Column::RevokedAt.is_null()).into_tuple::<Uuid>().one(db).await?;
    let used = keys().filter(Column::LastUsedAt.gt(0)).into_tuple::<Uuid>().one(db).await?;
    Ok((live.is_some(), used.is_some()))
}

/// Whether a call of the member was ever answered.
///
/// # Errors
/// When the database refuses.
pub async fn has_answer(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<bool, DbErr> {
    let row = db.query_one(&answered(company, member)).await?;
    Ok(row.is_some())
}

/// One answered call of the member. It is looked for among the member's own: SQLite takes those of the whole company
/// for as few, and somebody who only looks on would wait until all are read.
fn answered(company: CompanyId, member: MemberId) -> SelectStatement {
    use call::Column;
    let company_id = Func::coalesce([Expr::col(Column::CompanyId), Expr::cust("NULL")]);
    Query::select()
        .column(Column::Id)
        .from(call::Entity)
        .and_where(Expr::from(company_id).eq(company.as_uuid()))
        .and_where(Expr::col(Column::MemberId).eq(member.as_uuid()))
        .and_where(Expr::col(Column::Result).eq(CallResult::Ok.as_str()))
        .limit(1)
        .take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Db;

    #[tokio::test]
    async fn an_answer_is_looked_for_among_the_members_own_calls() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("aidoo.db").display());
        let db = Db::connect(&url).await.expect("connects");
        let (company, member) =
            (CompanyId::from_uuid(Uuid::nil()), MemberId::from_uuid(Uuid::nil()));
        let mut statement = db.backend().build(&answered(company, member));
        statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let rows = db.reader().query_all_raw(statement).await.expect("is explained");
        let plan: Vec<String> =
            rows.iter().map(|row| row.try_get("", "detail").expect("a text")).collect();
        assert!(plan[0].contains("calls_by_member (member_id=?)"), "{plan:#?}");
    }
}
