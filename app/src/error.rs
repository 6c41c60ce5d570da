//! What a server function answers when it does not do what was asked.

use std::fmt;

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use shared::Error;

use crate::json_text::JsonText;

/// [`shared::Error`] as leptos carries it: as JSON in an answer, and in a page's address after a plain
/// form post. Both are codes; see [`shared::error`] for why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub Error);

/// What server functions return.
pub type Answer<T> = Result<T, AppError>;

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    /// The framework's own errors collapse to three: no answer came, the server failed, and the request was
    /// not understood. Their texts can hold internals and are dropped.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Request(_) => Error::Unreachable,
            ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_) => Error::Unavailable,
            _ => Error::BadRequest,
        };
        // What could not be read never reaches a server function, where the others get their status.
        #[cfg(feature = "ssr")]
        crate::server_fns::set_status(&error);
        Self(error)
    }
}
