//! One file for each page.

#![expect(unreachable_pub, reason = "the component macro writes `pub`, whatever the component is")]

pub mod activity;
pub mod api_keys;
pub mod approvals;
pub mod connect;
mod delivery;
mod dialog;
pub mod home;
pub mod invitation;
pub mod made;
pub mod not_found;
pub mod notices;
pub mod odoo;
mod onboarding;
pub mod pick_up;
pub mod policies;
pub(crate) mod query;
pub mod reset;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
#[cfg(debug_assertions)]
pub mod styleguide;
pub mod team;
pub mod workflows;
