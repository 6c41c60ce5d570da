//! Aidoo's server: the dashboard's backend, the MCP server, and the Odoo client behind them.
//!
//! Dependencies run one way: `router → http | mcp → services → store | odoo`, and `http | mcp → web → services`; `domain`,
//! `clock`, `error` and `sync` are for all of them.

pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod entities;
pub mod error;
pub mod http;
pub mod mcp;
pub mod odoo;
pub mod private_files;
pub mod router;
pub mod services;
pub mod state;
pub mod store;
mod sync;
pub mod telemetry;
pub mod tls;
pub mod web;

pub use router::build_router;
