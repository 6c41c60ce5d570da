//! Services: authorise, change, audit, in one transaction. They implement the ports of `app::backend`.

pub mod access;
pub mod connections;
pub mod core;
pub mod gateway;
pub mod odoo_inspection;
pub mod odoo_logins;
pub mod odoo_secrets;
pub mod principal;
pub mod time_view;

pub use core::Core;
