//! Services: authorise, change, audit, in one transaction. They implement the ports of `app::backend`.

pub mod access;
pub mod accounts;
pub mod activity;
pub mod activity_pages;
mod api_key_changes;
mod api_key_page;
mod api_key_pages;
pub mod api_keys;
pub mod approvals;
pub mod connections;
pub mod core;
pub mod exports;
pub mod fields;
pub mod gateway;
pub mod hashing;
pub mod key_limits;
pub mod last_used;
pub mod lines;
pub mod master_key;
pub mod odoo_cache;
pub mod odoo_inspection;
pub mod odoo_logins;
pub mod odoo_secrets;
pub mod peppers;
pub mod policies;
pub mod principal;
pub mod replicas;
pub mod sessions;
pub mod team;
pub mod time_view;
pub mod tools;
pub mod verifier;
pub mod workflows;

pub use core::Core;
pub use hashing::HashingPool;
