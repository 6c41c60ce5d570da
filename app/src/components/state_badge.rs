//! A state, as a dot and a word.

use leptos::prelude::*;

/// What a state is worth, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// It wants attention.
    Warn,
    /// It is broken.
    Bad,
    /// It is over, or not there yet.
    Gone,
}

/// A state, as a dot and a word.
#[component]
pub fn StateBadge(
    /// What it is worth.
    tone: Tone,
    /// The word.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let class = match tone {
        Tone::Good => "state good",
        Tone::Warn => "state warn",
        Tone::Bad => "state bad",
        Tone::Gone => "state gone",
    };
    view! { <span class=class>{label}</span> }.into_any()
}
