//! Rows of `odoo_login_failures`.

use sea_orm::entity::prelude::*;

/// A login that an Odoo refused: what keeps the gateway from being a password oracle. The login is a digest.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "odoo_login_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub origin: String,
    pub login_digest: Vec<u8>,
    pub at: i64,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("odoo_login_failure").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
