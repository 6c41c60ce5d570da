//! Rows of `download_parts`.

use sea_orm::entity::prelude::*;

/// A part of a file that waits to be fetched, counted from 0.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "download_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub download_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub company_id: Uuid,
    pub content: Vec<u8>,
}

// Rows hold hashes, sealed secrets or personal data: a stray `{:?}` shows the id only.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("download_part")
            .field("download_id", &self.download_id)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
