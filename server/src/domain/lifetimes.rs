//! How long what a call leaves waiting stays good: a preview, an approval, a file, a wizard, and the try of a workflow.
//! Sessions have their own rule ([`super::session`]), and so have keys ([`super::expiry`]); links for people say it where
//! they are made.

use shared::time::{DAY, HOUR, MINUTE};

/// The token of a preview, until the change is confirmed.
pub const PREVIEW: i64 = 5 * MINUTE;
/// A change that a person decides in the dashboard: until the decision, and as long again until its call.
pub const APPROVAL: i64 = DAY;
/// A file behind its link, until it is fetched.
pub const FILE: i64 = HOUR;
/// A wizard that a method of Odoo returned, until it is answered.
pub const WIZARD: i64 = HOUR;
/// That all steps of a workflow were tried, until it is validated: a draft that waits longer is tried again, as Odoo may
/// have become another.
pub const WORKFLOW_TRY: i64 = 90 * DAY;
