//! SQL, and only SQL: one file for each table. Functions take the company first.

pub mod api_keys;
pub mod audit_entries;
pub mod companies;
pub mod db;
pub mod memberships;
pub mod odoo_accounts;
pub mod odoo_connections;
pub mod odoo_login_failures;

pub use db::Db;
