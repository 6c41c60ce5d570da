//! The database's changes, one file each. Every one runs on SQLite and PostgreSQL, in a transaction,
//! and reverses.
//!
//! Times are `bigint` microseconds since 1970 UTC; ids are UUIDs; permission sets are small numbers.

use sea_orm_migration::prelude::*;

mod m20261124_000001_people;
mod m20261124_000002_api_keys;
mod m20261124_000003_odoo;
mod m20261124_000004_audit;
mod m20261124_000005_gateway;
mod m20261124_000006_workflows;
mod m20261124_000009_sse_messages;
mod m20261124_000010_key_rules;
mod m20261124_000020_key_rotation;
mod m20261124_000021_audit_targets;
mod m20261124_000030_settings;
mod m20261124_000031_password_resets;
mod m20261124_000032_notices;
mod m20261124_000040_language;
mod m20261124_000040_workflow_calls;
mod m20261127_000101_call_days;
mod m20261127_000102_list_indexes;
mod m20261127_000201_key_handovers;
mod m20261127_000202_timeline;
mod m20261127_000203_key_warnings;
mod m20261127_000301_approval_client;
mod m20261127_000401_wizard_records;
mod m20261127_000501_download_parts;
mod m20261127_000502_call_causes;
mod m20261127_000503_folded_steps;
mod m20261127_000504_key_ends;
mod m20261128_000101_results_by_member;
mod m20261128_000601_workflow_tries;
mod m20261129_000101_previews_by_key;
mod m20261130_000101_file_permissions;
mod m20261130_000201_confirmed_calls;
mod m20261130_000301_doubled_indexes;
mod m20261130_000301_unaccepted_keys;
mod m20261130_000302_unwell_by_member;
mod m20261130_000401_searched_states;
mod m20261130_000402_calls_of_key;
mod m20261130_000403_deeds_of_person;
mod m20261130_000404_dashboard_changes;
mod m20261130_000501_rotated_by_link;
mod m20261130_000601_needed_indexes;
mod m20261130_000702_seen_keys;
mod m20261130_000703_kept_companies;

/// Applies and reverses the changes, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_people::Migration),
            Box::new(m20261124_000002_api_keys::Migration),
            Box::new(m20261124_000003_odoo::Migration),
            Box::new(m20261124_000004_audit::Migration),
            Box::new(m20261124_000005_gateway::Migration),
            Box::new(m20261124_000006_workflows::Migration),
            Box::new(m20261124_000009_sse_messages::Migration),
            Box::new(m20261124_000010_key_rules::Migration),
            Box::new(m20261124_000020_key_rotation::Migration),
            Box::new(m20261124_000021_audit_targets::Migration),
            Box::new(m20261124_000030_settings::Migration),
            Box::new(m20261124_000031_password_resets::Migration),
            Box::new(m20261124_000032_notices::Migration),
            Box::new(m20261124_000040_language::Migration),
            Box::new(m20261124_000040_workflow_calls::Migration),
            Box::new(m20261127_000101_call_days::Migration),
            Box::new(m20261127_000102_list_indexes::Migration),
            Box::new(m20261127_000201_key_handovers::Migration),
            Box::new(m20261127_000202_timeline::Migration),
            Box::new(m20261127_000203_key_warnings::Migration),
            Box::new(m20261127_000301_approval_client::Migration),
            Box::new(m20261127_000401_wizard_records::Migration),
            Box::new(m20261127_000501_download_parts::Migration),
            Box::new(m20261127_000502_call_causes::Migration),
            Box::new(m20261127_000503_folded_steps::Migration),
            Box::new(m20261127_000504_key_ends::Migration),
            Box::new(m20261128_000101_results_by_member::Migration),
            Box::new(m20261128_000601_workflow_tries::Migration),
            Box::new(m20261129_000101_previews_by_key::Migration),
            Box::new(m20261130_000101_file_permissions::Migration),
            Box::new(m20261130_000201_confirmed_calls::Migration),
            Box::new(m20261130_000301_doubled_indexes::Migration),
            Box::new(m20261130_000301_unaccepted_keys::Migration),
            Box::new(m20261130_000302_unwell_by_member::Migration),
            Box::new(m20261130_000401_searched_states::Migration),
            Box::new(m20261130_000402_calls_of_key::Migration),
            Box::new(m20261130_000403_deeds_of_person::Migration),
            Box::new(m20261130_000404_dashboard_changes::Migration),
            Box::new(m20261130_000501_rotated_by_link::Migration),
            Box::new(m20261130_000601_needed_indexes::Migration),
            Box::new(m20261130_000702_seen_keys::Migration),
            Box::new(m20261130_000703_kept_companies::Migration),
        ]
    }
}

/// A foreign key that refuses to leave an orphan: nothing here is deleted by cascade.
pub(crate) fn reference(
    from: impl IntoIden + Copy + 'static,
    to_table: impl IntoIden + Copy + 'static,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from_col(from)
        .to(to_table, Alias::new("id"))
        .on_delete(ForeignKeyAction::Restrict)
        .to_owned()
}

/// Adds a column to a table that exists. SQLite adds one at a time.
pub(crate) async fn add_column(
    manager: &SchemaManager<'_>,
    table: &str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    let table = Table::alter().table(Alias::new(table)).add_column(column).to_owned();
    manager.alter_table(table).await
}

/// Takes a column away again.
pub(crate) async fn drop_column(
    manager: &SchemaManager<'_>,
    table: &str,
    column: impl IntoIden + 'static,
) -> Result<(), DbErr> {
    let table = Table::alter().table(Alias::new(table)).drop_column(column).to_owned();
    manager.alter_table(table).await
}
