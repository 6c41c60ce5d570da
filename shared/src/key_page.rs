//! What a key's own page shows.

use serde::{Deserialize, Serialize};

use crate::{
    activity::CallView,
    api_key::{ApiKeyView, By},
    call_figures::{DayView, ToolDays},
    permission::PermissionSet,
    time::TimeView,
};

/// The most recent calls that did not end well.
pub const PROBLEMS: u64 = 5;
/// The most recent entries of the audit.
pub const ENTRIES: u64 = 50;

/// A key and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyDetail {
    /// The key, as the list shows it.
    pub key: ApiKeyView,
    /// Permissions that no call has needed for [`DAYS`](crate::call_figures::DAYS) days. Empty for a younger key, and for one that
    /// was not used at all.
    pub unused: PermissionSet,
    /// The clients that used it in the last [`DAYS`](crate::call_figures::DAYS) days, the latest first.
    pub clients: Vec<ClientView>,
    /// The last [`DAYS`](crate::call_figures::DAYS) days, the oldest first.
    pub days: Vec<DayView>,
    /// The same days by tool.
    pub tools: ToolDays,
    /// At most [`PROBLEMS`] calls that did not end well, the newest first.
    pub problems: Vec<CallView>,
    /// At most [`ENTRIES`] entries of the audit about it, the newest first.
    pub trail: Vec<TrailView>,
}

/// A client that used a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientView {
    /// What it calls itself, if it does.
    pub name: Option<String>,
    /// How often it called.
    pub calls: u32,
    /// When it did last.
    pub last: TimeView,
}

/// One entry of the audit about a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailView {
    /// When.
    pub at: TimeView,
    /// Who; nobody for the server itself.
    pub who: Option<By>,
    /// What.
    pub what: KeyEvent,
    /// From which address; none for the server itself, and none of what others did for a viewer who sees only their own
    /// activity.
    pub address: Option<String>,
}

/// What was done to a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyEvent {
    /// It was generated.
    Generated,
    /// Its person picked it up by a link that somebody else had made.
    PickedUp,
    /// It was made to replace another.
    MadeToReplace,
    /// Its person accepted it.
    Accepted,
    /// It got another name.
    Renamed {
        /// The one before.
        from: String,
        /// The one after.
        to: String,
    },
    /// It lost these permissions.
    Reduced(PermissionSet),
    /// It was replaced.
    Rotated,
    /// It ends sooner, as the company lets keys live less long since.
    Shortened,
    /// It ended at once by that, as it was older already.
    Ended,
    /// It was revoked.
    Revoked,
    /// It was revoked with everything of its person, who left the company or was removed.
    RevokedWithPerson,
    /// It was revoked with the membership of whoever had generated it for its person, and may still have it.
    RevokedWithMaker,
    /// It was revoked by itself, as nobody had used it for as long as the company allows.
    EndedUnused,
    /// Something that this version has no sentence for.
    Other,
}
