//! Rows, one file for each table, in the singular. They carry raw UUIDs, micros and numbers; the store
//! turns them into the types of `shared`.

pub mod api_key;
pub mod audit_entry;
pub mod call;
pub mod call_day;
pub mod company;
pub mod confirmation;
pub mod download;
pub mod download_part;
pub mod invitation;
pub mod key_handover;
pub mod membership;
pub mod notice;
pub mod odoo_account;
pub mod odoo_connection;
pub mod odoo_login_failure;
pub mod password_reset;
pub mod pepper;
pub mod policy;
pub mod session;
pub mod sse_message;
pub mod user;
pub mod wizard;
pub mod workflow;
pub mod workflow_acceptance;
pub mod workflow_run;
pub mod workflow_try;
pub mod workflow_version;
