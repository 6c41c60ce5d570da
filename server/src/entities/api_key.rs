//! Rows of `api_keys`.

use sea_orm::entity::prelude::*;

/// An API key: its identifier and its HMAC, never the key. `last_used_at` is 0 for a key that was never used, since sort columns cannot be null.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub member_id: Uuid,
    #[sea_orm(unique)]
    pub request_id: Uuid,
    #[sea_orm(column_type = "Text", unique)]
    pub identifier: String,
    pub mac: Vec<u8>,
    pub pepper_id: i32,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub name_folded: String,
    pub permissions: i16,
    pub created_at: i64,
    pub created_by: Uuid,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub revoked_by: Option<Uuid>,
    pub last_used_at: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_client: Option<String>,
    pub accepted_at: Option<i64>,
    pub last_refused_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_refusal: Option<String>,
    pub rotated_at: Option<i64>,
    pub successor_id: Option<Uuid>,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("api_key").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
