//! Rows of `call_days`.

use sea_orm::entity::prelude::*;

/// How many calls of a day have a thing in common.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_days")]
pub struct Model {
    pub company_id: Uuid,
    /// The company, a member or a key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// What `name` is.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub kind: String,
    /// Days since 1970, UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i64,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    pub calls: i64,
    pub last_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
