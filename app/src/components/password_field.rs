//! A password field, whose text can be shown.

use leptos::{html, prelude::*};
use shared::Problem;

use super::{
    field::{FieldProblem, described_by, until_changed},
    page::use_ready,
};
use crate::texts::text;

/// A labelled password field of a plain form, with a button that shows what was typed.
#[component]
pub fn PasswordField(
    /// Unique in the page; its hint and its problem have ids made of it.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form: `input[password]`.
    name: &'static str,
    /// `current-password` or `new-password`, or `off` for a secret of another service.
    autocomplete: &'static str,
    /// One sentence beneath it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with the value, as the server said.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
    /// Where to find the input.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let ready = use_ready();
    let shown = RwSignal::new(false);
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let (problem, is_changed) = until_changed(problem);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="with-button">
                <input
                    class="input"
                    id=id
                    node_ref=node_ref
                    type=move || if shown.get() { "text" } else { "password" }
                    name=name
                    autocomplete=autocomplete
                    spellcheck="false"
                    autocapitalize="none"
                    required
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    aria-describedby=described_by(id, hint_id.clone())
                    on:input=move |_| is_changed.set(true)
                />
                <button
                    type="button"
                    class="btn small quiet"
                    hidden=move || !ready.get()
                    // It says what it does next, so it is no switch that is on or off.
                    aria-label=move || if shown.get() { text!(common.hide_typed) } else { text!(common.show_typed) }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { text!(common.hide) } else { text!(common.show) }}
                </button>
            </div>
            <FieldProblem id problem/>
            {hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
        </div>
    }
    .into_any()
}
