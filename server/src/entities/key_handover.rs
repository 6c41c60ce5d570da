//! Rows of `key_handovers`.

use sea_orm::entity::prelude::*;

/// A key that waits for its person to pick it up by a link. Only a hash of the link's token is kept, and
/// nothing of a key: there is none yet.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_handovers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub member_id: Uuid,
    #[sea_orm(unique)]
    pub request_id: Uuid,
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub permissions: i16,
    #[sea_orm(column_type = "Text")]
    pub expiry: String,
    pub made_by: Uuid,
    pub made_at: i64,
    pub expires_at: i64,
    pub picked_up_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
    pub replaces_id: Option<Uuid>,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("key_handover").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
