//! Keys that end soon, of every company, with whom to tell.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef,
};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::entities::{api_key, company, membership};

/// A key that ends soon.
#[derive(Debug, FromQueryResult)]
pub struct ExpiringKey {
    pub id: Uuid,
    pub name: String,
    pub company_id: Uuid,
    pub user_id: Uuid,
    pub expires_at: i64,
}

/// The live keys that end after `now` and not after `until`.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &impl ConnectionTrait,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<ExpiringKey>, DbErr> {
    use api_key::Column;
    let to_member: RelationDef = api_key::Entity::belongs_to(membership::Entity)
        .from(Column::MemberId)
        .to(membership::Column::Id)
        .into();
    let to_company: RelationDef = api_key::Entity::belongs_to(company::Entity)
        .from(Column::CompanyId)
        .to(company::Column::Id)
        .into();
    api_key::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name, Column::CompanyId, Column::ExpiresAt])
        .column(membership::Column::UserId)
        .join(JoinType::InnerJoin, to_member)
        .join(JoinType::InnerJoin, to_company)
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_micros()))
        .filter(Column::ExpiresAt.lte(until.as_micros()))
        .filter(membership::Column::RemovedAt.is_null())
        .filter(company::Column::DeleteAt.is_null())
        .order_by_asc(Column::ExpiresAt)
        .into_model()
        .all(db)
        .await
}
