//! The Odoo client. It knows no company.
