//! Rows of `confirmations`.

use sea_orm::entity::prelude::*;

/// A change that was previewed. It is consumed once, by one conditional update.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "confirmations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub member_id: Uuid,
    pub key_id: Uuid,
    pub permission: i16,
    #[sea_orm(column_type = "Text")]
    pub mode: String,
    pub token_hash: Option<Vec<u8>>,
    pub arguments_digest: Vec<u8>,
    pub state_digest: Vec<u8>,
    pub policy_version: i64,
    #[sea_orm(column_type = "Text")]
    pub preview: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub client: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub decided_by: Option<Uuid>,
    pub approved_at: Option<i64>,
    pub refused_at: Option<i64>,
    pub consumed_at: Option<i64>,
    pub stale_at: Option<i64>,
    pub call_id: Option<Uuid>,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("confirmation").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
