//! Rows of `odoo_accounts`.

use sea_orm::entity::prelude::*;

/// A member's own Odoo login; the secret is sealed under the master key.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "odoo_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub connection_id: Uuid,
    #[sea_orm(unique)]
    pub member_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub login: String,
    pub sealed: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub protocol: String,
    pub uid: i64,
    pub linked_at: i64,
    pub refused_at: Option<i64>,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("odoo_account").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
