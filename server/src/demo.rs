//! The demonstration: an Odoo of our own over HTTP, and a company that uses it.
