//! How far a member has come on the way to the first answered question.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use shared::{
    activity::CallResult,
    id::{CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

use super::{api_keys, plans::unindexed};
use crate::entities::{api_key, call, membership};

/// Whether the member has a key that works at `now`, and whether any of their keys was ever used.
///
/// # Errors
/// When the database refuses.
pub async fn keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    now: Timestamp,
) -> Result<(bool, bool), DbErr> {
    use api_key::Column;
    let keys = || api_keys::of_member(company, member).select_only().column(Column::Id).limit(1);
    let live = keys().filter(api_keys::is_live(now)).into_tuple::<Uuid>().one(db).await?;
    let used = keys().filter(Column::LastUsedAt.gt(0)).into_tuple::<Uuid>().one(db).await?;
    Ok((live.is_some(), used.is_some()))
}

/// Whether the member has folded the list of their steps up.
///
/// # Errors
/// When the database refuses.
pub async fn is_folded(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
) -> Result<bool, DbErr> {
    use membership::Column;
    let folded = membership::Entity::find_by_id(member.as_uuid())
        .select_only()
        .column(Column::Id)
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::StepsFoldedAt.is_not_null())
        .into_tuple::<Uuid>()
        .one(db)
        .await?;
    Ok(folded.is_some())
}

/// Keeps since when the member has folded the list of their steps up; none opens it.
///
/// # Errors
/// When the database refuses.
pub async fn update_fold(
    db: &impl ConnectionTrait,
    company: CompanyId,
    member: MemberId,
    folded_at: Option<Timestamp>,
) -> Result<(), DbErr> {
    use membership::Column;
    membership::Entity::update_many()
        .col_expr(Column::StepsFoldedAt, Expr::value(folded_at.map(Timestamp::as_micros)))
        .filter(Column::Id.eq(member.as_uuid()))
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .exec(db)
        .await?;
    Ok(())
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

/// One answered call of the member. It is looked for among the member's own, in the index alone: SQLite takes those of
/// the whole company for as few, and somebody who only looks on would wait until all are read.
fn answered(company: CompanyId, member: MemberId) -> SelectStatement {
    use call::Column;
    Query::select()
        .column(Column::Id)
        .from(call::Entity)
        .and_where(unindexed(Expr::col(Column::CompanyId)).eq(company.as_uuid()))
        .and_where(Expr::col(Column::MemberId).eq(member.as_uuid()))
        .and_where(Expr::col(Column::Result).eq(CallResult::Ok.as_str()))
        .limit(1)
        .take()
}

#[cfg(test)]
mod tests {
    use sea_orm::QueryTrait;

    use super::*;
    use crate::store::plans::tests::{empty, plan};

    fn somebody() -> (CompanyId, MemberId) {
        (CompanyId::from_uuid(Uuid::nil()), MemberId::from_uuid(Uuid::nil()))
    }

    #[tokio::test]
    async fn an_answer_is_looked_for_among_the_members_own_calls() {
        let (_folder, db) = empty().await;
        let (company, member) = somebody();
        let plan = plan(&db, db.backend().build(&answered(company, member))).await;
        assert!(plan[0].contains("COVERING INDEX calls_by_member (member_id=?)"), "{plan:#?}");
    }

    #[tokio::test]
    async fn a_use_is_looked_for_among_the_members_own_keys() {
        use api_key::Column;
        let (_folder, db) = empty().await;
        let (company, member) = somebody();
        let used = api_keys::of_member(company, member).filter(Column::LastUsedAt.gt(0)).limit(1);
        let plan = plan(&db, used.build(db.backend())).await;
        assert!(plan[0].contains("INDEX api_keys_by_member (member_id=?)"), "{plan:#?}");
    }
}
