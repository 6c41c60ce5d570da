//! What the Team page reads of other tables: who has linked Odoo, who has how many live keys.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use shared::{
    id::{CompanyId, MemberId},
    time::Timestamp,
};
use uuid::Uuid;

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

/// How many keys of each member of `company` are accepted at `now`; members without any are left out.
///
/// # Errors
/// When the database refuses.
pub async fn count_live_keys(
    db: &impl ConnectionTrait,
    company: CompanyId,
    now: Timestamp,
) -> Result<HashMap<MemberId, u32>, DbErr> {
    use api_key::Column;
    let is_not_over = Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now.as_micros()));
    let counts: Vec<(Uuid, i64)> = api_key::Entity::find()
        .select_only()
        .column(Column::MemberId)
        .column_as(Expr::cust("count(*)"), "keys")
        .filter(Column::CompanyId.eq(company.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(is_not_over)
        .group_by(Column::MemberId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts
        .into_iter()
        .map(|(member, count)| {
            (MemberId::from_uuid(member), u32::try_from(count).unwrap_or(u32::MAX))
        })
        .collect())
}
