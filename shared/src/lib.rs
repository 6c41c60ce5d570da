//! Types and rules that the browser and the server both need.
//!
//! Everything here is pure: no I/O, no clock, no randomness, no leptos and no sea-orm. Whatever needs
//! the time or random bytes takes them as a parameter. The crate builds for wasm.

pub mod account;
pub mod activity;
pub mod api_key;
pub mod call_cause;
pub mod call_figures;
pub mod company;
pub mod confirmation;
pub mod connection;
pub mod email;
pub mod error;
pub mod handover;
pub mod id;
pub mod key_care;
pub mod key_change;
pub mod key_format;
pub mod key_page;
pub mod key_rules;
pub mod member;
pub mod name;
pub mod news;
pub mod notice;
pub mod onboarding;
pub mod password;
pub mod permission;
pub mod role;
pub mod settings;
pub mod snippet;
pub mod time;
pub mod timeline;
pub mod workflow;
pub mod workflow_catalog;
pub mod workflow_form;

pub use error::{Error, Field, FieldError, Problem};
