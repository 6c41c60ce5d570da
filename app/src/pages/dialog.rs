//! What the dialogs of several pages share.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    components::{ErrorNote, Note, Tone},
    error::AppError,
    forms,
};

/// Says, where no script runs, why a dialog's button stays disabled.
#[component]
pub fn NeedsScript(
    /// The sentence.
    what: &'static str,
) -> impl IntoView {
    view! { <noscript><Note tone=Tone::Warn>{what}</Note></noscript> }
}

/// Why the last attempt failed, if it did.
#[component]
pub fn Failure<S>(
    /// What was attempted.
    action: ServerAction<S>,
) -> impl IntoView
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let error = forms::error_of(action);
    move || error.get().map(|error| view! { <ErrorNote error/> })
}

/// Runs `then` once `action` has succeeded.
pub fn on_success<S>(action: ServerAction<S>, then: impl Fn() + 'static)
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        if action.value().with(|answer| matches!(answer, Some(Ok(())))) {
            then();
        }
    });
}

/// Loads the page at `path` from the server, the frame around it too.
pub fn load_anew(path: &str) {
    // It fails for an address that is none.
    let _ = window().location().set_href(path);
}
