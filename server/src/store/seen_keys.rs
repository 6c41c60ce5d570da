//! Keys that somebody else than their person has seen: whoever generates or rotates a key for somebody else is shown it, and it
//! says so in `created_by`.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use shared::{
    id::{ApiKeyId, CompanyId, MemberId, UserId},
    time::Timestamp,
};
use uuid::Uuid;

use super::api_keys::{column, is_live};
use crate::entities::{
    api_key::{Column, Entity},
    membership,
};

/// Which they are, as the index `api_keys_seen` has it: those that somebody made for somebody else, that are not revoked, and that
/// were not picked up by a link. One that was is accepted in the very moment in which it is made, and was shown to its person alone
/// (`services::key_handovers`); any other is accepted later, if at all.
const SEEN: &str = "created_by <> member_id AND revoked_at IS NULL AND (accepted_at IS NULL OR accepted_at <> created_at)";

/// A live key that its maker has seen, and that is somebody else's.
#[derive(Debug, Clone)]
pub struct SeenKey {
    /// The key.
    pub id: ApiKeyId,
    /// Whose it is.
    pub member: MemberId,
    /// Its name.
    pub name: String,
}

/// The keys of others in `company` that `maker` has seen and that are live at `now`, the oldest first; those of an earlier
/// membership of theirs too.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &impl ConnectionTrait,
    company: CompanyId,
    maker: UserId,
    now: Timestamp,
) -> Result<Vec<SeenKey>, DbErr> {
    let memberships = membership::Entity::find()
        .select_only()
        .column(membership::Column::Id)
        .filter(membership::Column::CompanyId.eq(company.as_uuid()))
        .filter(membership::Column::UserId.eq(maker.as_uuid()))
        .into_query();
    let keys: Vec<(Uuid, Uuid, String)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::MemberId)
        .column(Column::Name)
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(column(Column::CreatedBy).in_subquery(memberships))
        .filter(Expr::cust(SEEN))
        .filter(is_live(now))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(keys
        .into_iter()
        .map(|(id, member, name)| SeenKey {
            id: ApiKeyId::from_uuid(id),
            member: MemberId::from_uuid(member),
            name,
        })
        .collect())
}

/// Live keys of one member that another one has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenKeys {
    /// Who made them; perhaps somebody who has left.
    pub maker: MemberId,
    /// Whose they are.
    pub member: MemberId,
    /// How many.
    pub count: u32,
}

/// How many keys of whom somebody else in `company` has seen, of those that are live at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn count(
    db: &impl ConnectionTrait,
    company: CompanyId,
    now: Timestamp,
) -> Result<Vec<SeenKeys>, DbErr> {
    let counts: Vec<(Uuid, Uuid, i64)> = select_counts(company, now).into_tuple().all(db).await?;
    Ok(counts
        .into_iter()
        .map(|(maker, member, count)| SeenKeys {
            maker: MemberId::from_uuid(maker),
            member: MemberId::from_uuid(member),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        })
        .collect())
}

fn select_counts(company: CompanyId, now: Timestamp) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::CreatedBy)
        .column(Column::MemberId)
        .column_as(Expr::cust("count(*)"), "keys")
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Expr::cust(SEEN))
        .filter(is_live(now))
        .group_by(Column::CreatedBy)
        .group_by(Column::MemberId)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::plans::tests::{empty, plan};

    #[tokio::test]
    async fn what_others_have_seen_is_counted_without_reading_a_key() {
        let (_folder, db) = empty().await;
        let company = CompanyId::from_uuid(Uuid::nil());
        let counts = select_counts(company, Timestamp::from_micros(0));
        let counts = plan(&db, counts.build(db.backend())).await;
        assert!(counts[0].contains("COVERING INDEX api_keys_seen (company_id=?)"), "{counts:#?}");
    }
}
