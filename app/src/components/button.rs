//! The button that sends a form.

use leptos::prelude::*;

use crate::texts::text;

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing that a form is for.
    #[default]
    Primary,
    /// It takes something away for good.
    Danger,
    /// One of several things.
    Plain,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn primary",
            Self::Danger => "btn danger solid",
            Self::Plain => "btn",
        }
    }
}

/// Sends the form around it; while an answer is on its way it is disabled and says so.
#[component]
pub fn SubmitButton(
    /// Whether an answer is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// What it says meanwhile.
    #[prop(optional, into)]
    busy: Option<String>,
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it cannot be used for another reason.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The verb.
    children: Children,
) -> impl IntoView {
    let busy = busy.unwrap_or_else(|| text!(common.one_moment).to_owned());
    view! {
        <button
            class=kind.class()
            type="submit"
            disabled=move || pending.get() || disabled.get()
            aria-busy=move || pending.get().then_some("true")
        >
            <span class="verb" hidden=pending>{children()}</span>
            <span class="busy" hidden=move || !pending.get()>{busy}</span>
        </button>
    }
    .into_any()
}
