//! The HTTP side but for MCP: the dashboard's cookies, sessions, headers and limits; the site's files and those that reports
//! make, figures, health.

pub mod body_limit;
pub mod compression;
pub mod csrf;
pub mod downloads;
pub mod events;
pub mod exports;
pub mod headers;
pub mod health;
pub mod language;
pub mod metrics;
pub mod serving;
pub mod session;
pub mod site;
pub mod unavailable;
