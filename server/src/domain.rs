//! Pure rules that the browser does not need. No I/O; time and randomness come as parameters.

pub mod folding;
pub mod odoo_address;
pub mod vault;
