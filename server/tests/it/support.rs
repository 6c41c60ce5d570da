//! What tests need to stand on.

pub mod app;
pub mod asking;
pub mod core;
pub mod demo;
pub mod door;
pub mod gate;
pub mod keys;
pub mod linking;
pub mod odoo_double;
pub mod odoo_server;
pub mod older_odoo;
pub mod postgres;
pub mod process;
pub mod recordings;
pub mod streams;
pub mod tools;
pub mod waiting;
pub mod workflows;
