//! What tests need to stand on.

pub mod odoo_server;
