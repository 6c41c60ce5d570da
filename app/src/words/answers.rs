//! What the server answers where no page is drawn.

use crate::texts::text;

/// Title and sentence: the database does not answer.
#[must_use]
pub fn unavailable() -> (&'static str, &'static str) {
    (text!(answers.unavailable), text!(answers.unavailable_why))
}

/// Title and sentence: a change was asked for by another site's page.
#[must_use]
pub fn foreign() -> (&'static str, &'static str) {
    (text!(answers.foreign), text!(answers.foreign_why))
}

/// The way out of such an answer.
#[must_use]
pub fn back() -> &'static str {
    text!(answers.back)
}

/// The link of a file is over.
#[must_use]
pub fn file_gone() -> &'static str {
    text!(answers.file_gone)
}
