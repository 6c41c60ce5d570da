//! SQL, and only SQL: a table's rows in the file of its name, and what is a subject by itself beside it. Functions take the
//! company first, or within the row that they write.

pub mod api_key_lists;
pub mod api_keys;
pub mod audit_entries;
pub mod audit_lists;
pub mod call_days;
pub mod call_figures;
pub mod call_lists;
pub mod calls;
pub mod companies;
pub mod company_removal;
pub mod confirmations;
pub mod db;
mod direct;
pub mod downloads;
mod file;
pub mod invitations;
pub mod key_ends;
pub mod key_handovers;
pub mod key_uses;
pub mod key_warnings;
pub mod keyset;
pub mod memberships;
pub mod names;
pub mod notices;
pub mod odoo_accounts;
pub mod odoo_connections;
pub mod odoo_login_failures;
pub mod onboarding;
pub mod password_resets;
pub mod peppers;
mod plans;
pub mod policies;
pub mod principals;
pub mod replica_news;
pub mod sealed;
pub mod seen_keys;
pub mod sessions;
pub mod sse_messages;
pub mod team;
pub mod users;
pub mod wizards;
pub mod workflow_tries;
pub mod workflows;

pub use db::Db;
