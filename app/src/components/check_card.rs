//! A checkbox with its explanation, as a card.

use leptos::prelude::*;

/// A checkbox that a plain form sends, drawn as a card.
#[component]
pub fn CheckCard(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// The value that is sent when it is ticked.
    #[prop(into)]
    value: String,
    /// The name on screen.
    #[prop(into)]
    label: String,
    /// One sentence about it.
    #[prop(into)]
    description: String,
    /// Whether it is ticked at first.
    #[prop(into)]
    checked: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="opt">
            <input type="checkbox" name=name value=value checked=checked/>
            <b>{label}</b>
            <small>{description}</small>
        </label>
    }
    .into_any()
}
