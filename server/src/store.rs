//! SQL, and only SQL: one file for each table. Functions take the company first.

pub mod api_key_lists;
pub mod api_keys;
pub mod audit_entries;
pub mod call_figures;
pub mod call_lists;
pub mod calls;
pub mod companies;
pub mod company_removal;
pub mod confirmations;
pub mod db;
mod direct;
pub mod downloads;
pub mod expiring_keys;
pub mod invitations;
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
pub mod policies;
pub mod principals;
pub mod replica_news;
pub mod sealed;
pub mod sessions;
pub mod sse_messages;
pub mod team;
pub mod users;
pub mod wizards;
pub mod workflows;

pub use db::Db;
