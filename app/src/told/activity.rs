//! What was done in a company.

use std::fmt;

use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use shared::timeline;
use shared::{activity::CallView, id::AuditEntryId, time::TimeView, timeline::TimelinePage};

#[cfg(feature = "ssr")]
use crate::{texts::text, words};

/// A page of what was done, in words.
pub type Timeline = TimelinePage<Entry>;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A tool was called with a key.
    Call(Box<CallView>),
    /// Something was done in the dashboard, or by the server itself.
    Deed(Deed),
}

/// Something that was done in the dashboard.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Its row.
    pub id: AuditEntryId,
    /// When.
    pub at: TimeView,
    /// Who did it; nobody for the server itself.
    pub by: Option<String>,
    /// Who did what.
    pub sentence: String,
    /// What exactly was set, and to what.
    pub changes: Vec<(String, String)>,
    /// From where; nothing for the server itself.
    pub address: Option<String>,
}

// Names and addresses belong in no log.
impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deed").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(feature = "ssr")]
impl From<timeline::Entry> for Entry {
    fn from(entry: timeline::Entry) -> Self {
        match entry {
            timeline::Entry::Call(call) => Self::Call(call),
            timeline::Entry::Deed(deed) => Self::Deed(deed.into()),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<timeline::DeedView> for Deed {
    fn from(view: timeline::DeedView) -> Self {
        let timeline::DeedView { id, at, by, deed, changes, address } = view;
        let sentence = words::deed(by.as_deref(), &deed);
        let changes = changes
            .iter()
            .map(|timeline::Change { what, from, to }| {
                let to = words::told(to);
                let value = match from {
                    Some(from) => text!(details.moved, from = words::told(from), to = to),
                    None => to,
                };
                (words::detail(*what).to_owned(), value)
            })
            .collect();
        Self { id, at, by, sentence, changes, address }
    }
}
