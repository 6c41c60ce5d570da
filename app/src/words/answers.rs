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

/// Title and sentence: a form had more in it than is read.
#[must_use]
pub fn too_long() -> (&'static str, &'static str) {
    (text!(answers.too_long), text!(answers.too_long_why))
}

/// Title and sentence: a form did not come to its end.
#[must_use]
pub fn too_slow() -> (&'static str, &'static str) {
    (text!(answers.too_slow), text!(answers.too_slow_why))
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
