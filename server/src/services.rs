//! Services: authorise, change, audit, in one transaction. They implement the ports of `app::backend`.

pub mod core;
pub mod principal;

pub use core::Core;
