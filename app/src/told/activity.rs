//! What was done in a company.

use std::fmt;

use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use shared::timeline;
use shared::{
    activity::CallView,
    api_key::{KeyChoice, PersonChoice},
    id::AuditEntryId,
    time::TimeView,
};

#[cfg(feature = "ssr")]
use crate::{texts::text, words};

/// [`shared::timeline::TimelinePage`] in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// Where the page of older entries begins.
    pub next: Option<String>,
    /// Where the page of newer entries begins; nothing on the first page.
    pub previous: Option<String>,
    /// The name of the key that is filtered by, if the viewer may see it.
    pub key: Option<String>,
    /// Keys to filter by.
    pub keys: Vec<KeyChoice>,
    /// Members to filter by.
    pub people: Vec<PersonChoice>,
}

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
impl From<timeline::TimelinePage> for Timeline {
    fn from(page: timeline::TimelinePage) -> Self {
        let timeline::TimelinePage { entries, next, previous, key, keys, people } = page;
        let entries = entries
            .into_iter()
            .map(|entry| match entry {
                timeline::Entry::Call(call) => Entry::Call(call),
                timeline::Entry::Deed(deed) => Entry::Deed(deed.into()),
            })
            .collect();
        Self { entries, next, previous, key, keys, people }
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
