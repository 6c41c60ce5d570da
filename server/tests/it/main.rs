//! Integration tests: one binary, so that it is linked once.
#![expect(unreachable_pub, reason = "nothing of a test binary is reached from outside")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod api_keys;
mod bad_input;
mod canaries;
mod connections;
mod demo_business;
mod demo_reading;
mod demo_refusals;
mod demo_reports;
mod demo_shapes;
mod fuzz;
mod gateway_changes;
mod gateway_guards;
mod gateway_limits;
mod gateway_matrix;
mod gateway_models;
mod gateway_records;
mod gateway_related;
mod gateway_wizards;
mod gateway_words;
mod gateway_workflows;
mod housekeeping;
mod key_changes;
mod key_page;
mod key_rules;
mod matrix;
mod mcp;
mod mcp_protocol;
mod migrations;
mod notices;
mod odoo_client;
mod odoo_contract;
mod odoo_gateway;
mod password_resets;
mod policies;
mod revocation;
mod secrets;
mod sessions;
mod settings;
mod sse_replicas;
mod start;
mod support;
mod team;
mod verifier;
