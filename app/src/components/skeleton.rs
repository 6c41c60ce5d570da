//! What stands where content will be.

use leptos::prelude::*;

use crate::texts::text;

/// A card with this many grey lines, and the word for those who do not see it.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 4)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="card skeleton" role="status">
            <span class="visually-hidden">{text!(common.loading)}</span>
            {(0..lines).map(|_| view! { <div class="line"></div> }).collect_view()}
        </div>
    }
    .into_any()
}
