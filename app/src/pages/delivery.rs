//! Choosing how a key for somebody else reaches them.

use leptos::prelude::*;

use crate::{texts::text, words};

/// How the key reaches its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Whoever makes it sees it, and hands it over.
    Shown,
    /// By a link; only its person sees the key.
    Link,
}

impl Delivery {
    const ALL: [Self; 2] = [Self::Shown, Self::Link];

    fn label(self) -> &'static str {
        match self {
            Self::Shown => text!(generate.shown_to_me),
            Self::Link => text!(generate.as_link),
        }
    }

    fn help(self, person: String) -> String {
        let person = words::isolated(&person);
        match self {
            Self::Shown => text!(generate.shown_to_me_help, name = person),
            Self::Link => text!(generate.as_link_help, name = person),
        }
    }
}

/// Both ways, and what the chosen one means.
#[component]
pub(super) fn DeliveryPicker(
    /// What is chosen now.
    delivery: RwSignal<Delivery>,
    /// Whom the key is for.
    person: String,
    /// Whether the controls do something already.
    ready: Signal<bool>,
) -> impl IntoView {
    let chips = Delivery::ALL
        .map(|one| {
            view! {
                <label class="chip">
                    <input
                        type="radio"
                        name="delivery"
                        prop:checked=move || delivery.get() == one
                        checked=delivery.get_untracked() == one
                        disabled=move || !ready.get()
                        on:change=move |_| delivery.set(one)
                    />
                    {one.label()}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby="delivery-help">
            <legend>{text!(generate.delivery)}</legend>
            <div class="presets">{chips}</div>
            <small id="delivery-help">{move || delivery.get().help(person.clone())}</small>
        </fieldset>
    }
    .into_any()
}
