//! What a person sees: the shell, the routes, the pages, and the server functions behind them.

#[cfg(feature = "ssr")]
pub mod backend;
pub mod error;
pub mod server_fns;
