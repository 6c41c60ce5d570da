//! What stands where a list or a thing would be that is not there yet.

use leptos::prelude::*;

use super::Glyph;

/// Says what is missing and how to get it.
#[component]
pub fn EmptyState(
    /// A drawing for the eye.
    icon: icondata::Icon,
    /// What is missing, in a few words.
    #[prop(into)]
    heading: String,
    /// What to do about it: sentences, links and buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon/>
            <h2>{heading}</h2>
            {children()}
        </div>
    }
    .into_any()
}
