//! Code behind a summary: what a step does exactly, what it answered, what a call was given.

use leptos::prelude::*;

/// A line that unfolds to a block of code.
#[component]
pub fn CodeDetails(
    /// What is folded away; the block's name, too.
    summary: &'static str,
    /// The block, shown as it is.
    code: String,
    /// A class of its own.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <details class=(!class.is_empty()).then_some(class)>
            <summary>{summary}</summary>
            // A region that scrolls must be reachable with the keyboard.
            <pre tabindex="0" role="group" aria-label=summary dir="auto">{code}</pre>
        </details>
    }
    .into_any()
}
