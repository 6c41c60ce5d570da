//! SQL, and only SQL: one file for each table. Functions take the company first.

pub mod api_keys;
pub mod audit_entries;
pub mod db;

pub use db::Db;
