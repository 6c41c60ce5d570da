//! Keys that somebody else than their person has seen: whoever generates or rotates a key for somebody else is shown it, and it
//! says so in `created_by`.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
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

/// That a key was not picked up by a link. One that was is accepted in the very moment in which it is made, and was shown to its
/// person alone (`services::key_handovers`); any other is accepted later, if at all.
pub(super) const NOT_PICKED_UP: &str = "(accepted_at IS NULL OR accepted_at <> created_at)";

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
        .filter(column(Column::CreatedBy).ne(column(Column::MemberId)))
        .filter(Expr::cust(NOT_PICKED_UP))
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
