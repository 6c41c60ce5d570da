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
/// The tools that a chart tells apart; all others are one.
pub const TOOLS: usize = 5;

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

/// The calls of the last [`DAYS`] days by tool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolDays {
    /// The tools that were called most, at most [`TOOLS`], the most called first.
    pub tools: Vec<String>,
    /// Whether others were called too.
    pub has_others: bool,
    /// One entry a day, the oldest first.
    pub days: Vec<ToolDay>,
}

/// The calls of one day by tool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolDay {
    /// The day: "2026-11-24".
    pub day: String,
    /// Calls of each of [`ToolDays::tools`], and last those of others where there are any.
    pub calls: Vec<u32>,
}

impl ToolDays {
    /// Puts counts together: of which of `days`, of what tool, how many.
    #[must_use]
    pub fn of(days: Vec<String>, counts: &[(usize, String, u32)]) -> Self {
        let mut totals: Vec<(&str, u64)> = Vec::new();
        for (_, tool, calls) in counts {
            match totals.iter_mut().find(|(name, _)| name == tool) {
                Some((_, total)) => *total += u64::from(*calls),
                None => totals.push((tool, u64::from(*calls))),
            }
        }
        totals.sort_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
        let has_others = totals.len() > TOOLS;
        let tools: Vec<String> =
            totals.into_iter().take(TOOLS).map(|(name, _)| name.to_owned()).collect();
        let width = tools.len() + usize::from(has_others);
        let mut days: Vec<ToolDay> =
            days.into_iter().map(|day| ToolDay { day, calls: vec![0; width] }).collect();
        for (at, tool, calls) in counts {
            let place = tools.iter().position(|name| name == tool).unwrap_or(TOOLS);
            if let Some(count) = days.get_mut(*at).and_then(|day| day.calls.get_mut(place)) {
                *count = count.saturating_add(*calls);
            }
        }
        Self { tools, has_others, days }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_called_most_have_a_count_each_and_the_others_one() {
        let days = || vec!["2026-11-23".to_owned(), "2026-11-24".to_owned()];
        let counts: Vec<_> = ["a", "b", "c", "d", "e", "f", "g"]
            .iter()
            .zip(1..)
            .map(|(tool, calls)| (1, (*tool).to_owned(), calls))
            .chain([(0, "a".to_owned(), 9), (7, "b".to_owned(), 1)])
            .collect();
        let view = ToolDays::of(days(), &counts);
        assert_eq!(view.tools, ["a", "g", "f", "e", "d"]);
        assert!(view.has_others);
        assert_eq!(view.days[0].calls, [9, 0, 0, 0, 0, 0]);
        assert_eq!(view.days[1].calls, [1, 7, 6, 5, 4, 2 + 3]);

        let few = ToolDays::of(days(), &[(1, "b".to_owned(), 2), (1, "a".to_owned(), 2)]);
        assert_eq!((few.tools, few.has_others), (vec!["a".to_owned(), "b".to_owned()], false));
        assert_eq!(few.days[1].calls, [2, 2]);
        assert_eq!(ToolDays::of(days(), &[]).days[0].calls, [0_u32; 0]);
    }
}
