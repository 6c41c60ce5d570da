//! Rows of `calls`.

use sea_orm::entity::prelude::*;

/// A call of a tool. A change is written as `started` before Odoo is called.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub member_id: Uuid,
    pub key_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub tool: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub model: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub method: Option<String>,
    pub records: Option<i32>,
    #[sea_orm(column_type = "Text")]
    pub result: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub cause: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub problem: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub consent: Option<String>,
    pub duration: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub client: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub address: String,
    pub arguments_digest: Vec<u8>,
    #[sea_orm(column_type = "Text", nullable)]
    pub arguments: Option<String>,
    pub at: i64,
    pub step_of: Option<Uuid>,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("call").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
