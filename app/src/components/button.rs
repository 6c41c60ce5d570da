//! The button that sends a form.

use leptos::{html, prelude::*};

use super::focus_is_nowhere;
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
    let node = NodeRef::<html::Button>::new();
    give_focus_back(node, pending);
    view! {
        <button
            node_ref=node
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

/// A button that is disabled while something is `pending` loses the focus: whoever pressed it gets it back, to try again
/// or to leave.
pub fn give_focus_back(node: NodeRef<html::Button>, pending: Signal<bool>) {
    let had_it = StoredValue::new(false);
    Effect::new(move |_| {
        let is_pending = pending.get();
        let Some(button) = node.get_untracked() else { return };
        if is_pending {
            let focused = document().active_element();
            had_it.set_value(button.is_same_node(focused.as_deref()));
        } else if had_it.get_value() {
            had_it.set_value(false);
            request_animation_frame(move || {
                // Not where somebody went on elsewhere meanwhile, or a wrong field has taken it.
                if focus_is_nowhere() {
                    let _ = button.focus();
                }
            });
        }
    });
}
