//! The heads of lists that are taken along as files.

use crate::texts::{Locale, locale, text};

/// What stands between the cells: what spreadsheets in this language take for it, as French has its comma in numbers.
#[must_use]
pub fn separator() -> u8 {
    match locale() {
        Locale::en => b',',
        Locale::fr => b';',
    }
}

/// Of the API keys.
#[must_use]
pub fn key_columns() -> [&'static str; 14] {
    [
        text!(csv.keys.name),
        text!(csv.keys.identifier),
        text!(csv.keys.person),
        text!(csv.keys.permissions),
        text!(csv.keys.allowed_now),
        text!(csv.keys.state),
        text!(csv.keys.created),
        text!(csv.keys.created_by),
        text!(csv.keys.ends),
        text!(csv.keys.last_used),
        text!(csv.keys.last_client),
        text!(csv.keys.revoked),
        text!(csv.keys.revoked_by),
        text!(csv.keys.replaced),
    ]
}

/// Of the activity.
#[must_use]
pub fn entry_columns() -> [&'static str; 16] {
    [
        text!(csv.calls.when),
        text!(csv.calls.person),
        text!(csv.calls.what),
        text!(csv.calls.key),
        text!(csv.calls.tool),
        text!(csv.calls.model),
        text!(csv.calls.method),
        text!(csv.calls.records),
        text!(csv.calls.result),
        text!(csv.calls.problem),
        text!(csv.calls.consent),
        text!(csv.calls.milliseconds),
        text!(csv.calls.client),
        text!(csv.calls.address),
        text!(csv.calls.step_of),
        text!(csv.calls.changes),
    ]
}
