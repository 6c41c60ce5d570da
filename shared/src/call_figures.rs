//! What many calls come to: how many a day, how long they took, why they failed, on what models.

use serde::{Deserialize, Serialize};

use crate::activity::CallResult;

/// Days that figures look back, today among them.
pub const DAYS: i64 = 30;
/// Upper ends of the groups of [`CallFigures::speeds`] but the last, in milliseconds. A person waits without
/// noticing for 0.1 s, and stays with it for 1 s (Nielsen, Usability Engineering, chapter 5).
pub const SPEEDS: [u32; 4] = [100, 300, 1_000, 3_000];
/// The most frequent causes that are told.
pub const CAUSES: u64 = 5;
/// The most frequent models that are told.
pub const MODELS: u64 = 8;

/// What the calls of the last [`DAYS`] days come to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallFigures {
    /// One entry a day, the oldest first.
    pub days: Vec<DayView>,
    /// How many calls took less than each of [`SPEEDS`] and not less than the one before, and, last, how many
    /// took longer.
    pub speeds: [u32; SPEEDS.len() + 1],
    /// Why most calls did not end well that did not, at most [`CAUSES`]: names of
    /// [`CallCause`](crate::call_cause::CallCause)s, or what was said, of calls whose cause is none of them.
    pub causes: Vec<Counted>,
    /// The models that most calls were about, at most [`MODELS`].
    pub models: Vec<Counted>,
}

/// A name, and how many calls go with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// A model, or the name of a cause.
    pub name: String,
    /// Calls.
    pub calls: u32,
}

/// The calls of one day, UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DayView {
    /// The day: "2026-11-24".
    pub day: String,
    /// Calls that were answered, with a preview too.
    pub done: u32,
    /// Calls that Aidoo refused.
    pub refused: u32,
    /// Calls that Odoo refused or never answered.
    pub failed: u32,
}

impl DayView {
    /// All calls of the day.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.done.saturating_add(self.refused).saturating_add(self.failed)
    }

    /// Counts `calls` calls that ended with `result`.
    pub const fn add(&mut self, result: CallResult, calls: u32) {
        let count = match result {
            CallResult::Ok | CallResult::Asked | CallResult::Started => &mut self.done,
            CallResult::Refused => &mut self.refused,
            CallResult::Failed | CallResult::Unknown => &mut self.failed,
        };
        *count = count.saturating_add(calls);
    }
}
