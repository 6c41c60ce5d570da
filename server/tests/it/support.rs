//! What tests need to stand on.

pub mod core;
pub mod keys;
pub mod odoo_double;
pub mod odoo_server;
pub mod postgres;
