//! Rows of `wizards`.

use sea_orm::entity::prelude::*;

/// A wizard that a method returned: only the key whose call returned it answers it.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wizards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub key_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub model: String,
    pub record_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub context: String,
    #[sea_orm(column_type = "Text")]
    pub about_model: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub about_ids: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("wizard").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
