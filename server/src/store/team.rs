//! What the Team page reads of other tables: who has linked Odoo, who has how many live keys.

use std::collections::HashSet;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use shared::{
    id::{CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

use super::seen_keys::NOT_PICKED_UP;
use crate::entities::{api_key, odoo_account};

/// The members of `company` who have linked an Odoo account.
///
/// # Errors
/// When the database refuses.
pub async fn list_linked(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Result<HashSet<MemberId>, DbErr> {
    let members: Vec<Uuid> = odoo_account::Entity::find()
        .select_only()
        .column(odoo_account::Column::MemberId)
        .filter(odoo_account::Column::CompanyId.eq(company.as_uuid()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(members.into_iter().map(MemberId::from_uuid).collect())
}

/// Live keys of one member that one member generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveKeys {
    /// Whose they are.
    pub member: MemberId,
    /// Who generated them; perhaps somebody who has left.
    pub maker: MemberId,
    /// How many.
    pub count: u32,
    /// How many of them somebody else than their person has seen: the maker.
    pub seen: u32,
}

/// The keys of `company` that are accepted at `now`, by whose they are and who generated them.
///
/// # Errors
/// When the database refuses.
pub async fn count_live_keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
    now: Timestamp,
) -> Result<Vec<LiveKeys>, DbErr> {
    use api_key::Column;
    let is_not_over = Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now.as_micros()));
    let not_picked_up = format!("count(CASE WHEN {NOT_PICKED_UP} THEN 1 END)");
    let counts: Vec<(Uuid, Uuid, i64, i64)> = api_key::Entity::find()
        .select_only()
        .column(Column::MemberId)
        .column(Column::CreatedBy)
        .column_as(Expr::cust("count(*)"), "keys")
        .column_as(Expr::cust(not_picked_up), "not_picked_up")
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(is_not_over)
        .group_by(Column::MemberId)
        .group_by(Column::CreatedBy)
        .into_tuple()
        .all(db)
        .await?;
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(counts
        .into_iter()
        .map(|(member, maker, count, not_picked_up)| LiveKeys {
            member: MemberId::from_uuid(member),
            maker: MemberId::from_uuid(maker),
            count: number(count),
            seen: if member == maker { 0 } else { number(not_picked_up) },
        })
        .collect())
}
