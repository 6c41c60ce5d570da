//! Indexes that keep lists quick in a company with a hundred thousand keys and millions of calls.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The statements by which each index is made, and by which it goes again.
const INDEXES: [(&str, &str); 7] = [
    // Those who left too: their keys are in the list.
    ("memberships_by_company", "memberships (company_id, user_id)"),
    // Keys are counted by their person, their state and what they allow, without reading one.
    (
        "api_keys_by_company_state",
        "api_keys (company_id, member_id, revoked_at, expires_at, permissions)",
    ),
    // A search looks through names and identifiers without reading a key.
    ("api_keys_by_company_name", "api_keys (company_id, name_folded, id, identifier, member_id)"),
    ("calls_by_company_tool", "calls (company_id, tool, at, id)"),
    // Most calls end well: what did not is found among few.
    (
        "calls_by_company_result",
        "calls (company_id, result, at, id, tool, member_id) WHERE result <> 'ok'",
    ),
    ("calls_unwell_by_key", "calls (key_id, at, id, result, tool) WHERE result <> 'ok'"),
    // What waits for the dashboard is among many that had a token.
    (
        "confirmations_waiting",
        "confirmations (company_id, created_at, id) WHERE token_hash IS NULL",
    ),
];

/// The index that is made with more columns.
const NAMES: &str = "api_keys_by_company_name";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&format!("DROP INDEX {NAMES}")).await?;
        for (name, of) in INDEXES {
            connection.execute_unprepared(&format!("CREATE INDEX {name} ON {of}")).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (name, _) in INDEXES {
            connection.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        let names = format!("CREATE INDEX {NAMES} ON api_keys (company_id, name_folded, id)");
        connection.execute_unprepared(&names).await?;
        Ok(())
    }
}
