//! Reading a form's fields: all that is wrong is told at once.

use shared::{
    Error,
    error::{Field, FieldError, Problem},
};

/// What is wrong with the fields read so far.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// The field's value; what is wrong with it is kept for [`Fields::into_error`].
    pub fn take<T>(&mut self, field: Field, value: Result<T, Problem>) -> Option<T> {
        value.map_err(|problem| self.0.push(FieldError { field, problem })).ok()
    }

    /// The error that tells of every field.
    #[must_use]
    pub fn into_error(self) -> Error {
        Error::Invalid(self.0)
    }
}
