//! What companies ask of their keys, who has accepted a key that somebody else made, and the last time
//! that a key was refused.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{add_column, drop_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const POLICIES: &str = "policies";
const API_KEYS: &str = "api_keys";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use Columns::*;
        for column in [LongestDays, UnusedDays] {
            add_column(manager, POLICIES, integer(column).default(0).to_owned()).await?;
        }
        add_column(manager, POLICIES, text(KeyAddresses).default("").to_owned()).await?;
        add_column(manager, POLICIES, text(Makers).default("owners_and_admins").to_owned()).await?;
        add_column(manager, POLICIES, boolean(MustAccept).default(false).to_owned()).await?;
        for column in [AcceptedAt, LastRefusedAt] {
            add_column(manager, API_KEYS, big_integer_null(column).to_owned()).await?;
        }
        add_column(manager, API_KEYS, text_null(LastRefusal).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use Columns::*;
        for column in [LastRefusal, LastRefusedAt, AcceptedAt] {
            drop_column(manager, API_KEYS, column).await?;
        }
        for column in [MustAccept, Makers, KeyAddresses, UnusedDays, LongestDays] {
            drop_column(manager, POLICIES, column).await?;
        }
        Ok(())
    }
}

/// Columns that come to tables which exist. 0 days is no limit; `key_addresses` holds one network in
/// each line, and nothing for anywhere.
#[derive(DeriveIden, Clone, Copy)]
enum Columns {
    LongestDays,
    UnusedDays,
    KeyAddresses,
    Makers,
    MustAccept,
    AcceptedAt,
    LastRefusedAt,
    LastRefusal,
}
