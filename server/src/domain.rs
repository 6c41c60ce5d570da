//! Pure rules that the browser does not need. No I/O; time and randomness come as parameters.

pub mod credential;
pub mod expiry;
pub mod folding;
pub mod key_throttle;
pub mod odoo_address;
pub mod pepper;
pub mod vault;
