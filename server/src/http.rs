//! The HTTP side of the dashboard: cookies, sessions, headers, limits, health.

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
