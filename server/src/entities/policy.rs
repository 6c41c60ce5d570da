//! Rows of `policies`.

use sea_orm::entity::prelude::*;

/// What a company lets its keys do. A company without a row has the defaults.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    pub ceiling_owner: i16,
    pub ceiling_admin: i16,
    pub ceiling_member: i16,
    pub version: i64,
    pub updated_at: i64,
    #[sea_orm(column_type = "Text")]
    pub confirm_create: String,
    #[sea_orm(column_type = "Text")]
    pub confirm_write: String,
    #[sea_orm(column_type = "Text")]
    pub confirm_execute: String,
    #[sea_orm(column_type = "Text")]
    pub confirm_workflow: String,
    #[sea_orm(column_type = "Text")]
    pub guards: String,
    pub calls_per_minute: i32,
    pub writes_per_minute: i32,
    pub record_arguments: bool,
    pub longest_days: i32,
    pub unused_days: i32,
    #[sea_orm(column_type = "Text")]
    pub key_addresses: String,
    #[sea_orm(column_type = "Text")]
    pub makers: String,
    pub must_accept: bool,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("policy").field("company_id", &self.company_id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
