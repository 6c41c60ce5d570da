//! Pure rules that the browser does not need. No I/O; time and randomness come as parameters.

pub mod breaker;
pub mod browser;
pub mod canonical;
pub mod closed;
pub mod credential;
pub mod expiry;
pub mod field_choice;
pub mod folding;
pub mod guards;
pub mod key_rules;
pub mod key_throttle;
pub mod key_use;
pub mod nearest;
pub mod odoo_address;
pub mod odoo_domain;
pub mod odoo_methods;
pub mod odoo_values;
pub mod password;
pub mod pepper;
pub mod relative_dates;
pub mod session;
pub mod session_cookie;
pub mod spreadsheet;
pub mod throttle;
pub mod token;
pub mod vault;
