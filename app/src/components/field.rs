//! A text field with its label, its hint and what is wrong with it.

use leptos::{html, prelude::*};
use shared::Problem;

use crate::words;

/// A labelled field of a plain form.
#[component]
pub fn Field(
    /// Unique in the page; its hint and its problem have ids made of it.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form: `input[email]`.
    name: &'static str,
    /// The kind of input: `text`, `email`, `url`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// What a password manager and the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The value at first.
    #[prop(optional, into)]
    value: String,
    /// One sentence beneath it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What an answer looks like.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// What is wrong with the value, as the server said.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
    /// Whether the browser wants a value.
    #[prop(default = true)]
    required: bool,
    /// Where to find the input.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let (problem, is_changed) = until_changed(problem);
    view! {
        <div class="field">
            <label for=id>
                {label}
            </label>
            <input
                class="input"
                id=id
                node_ref=node_ref
                type=kind
                name=name
                value=value
                autocomplete=autocomplete
                // Addresses and logins are no prose.
                spellcheck="false"
                autocapitalize=matches!(kind, "email" | "url").then_some("none")
                placeholder=placeholder
                dir="auto"
                required=required
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=described_by(id, hint_id.clone())
                on:input=move |_| is_changed.set(true)
            />
            <FieldProblem id problem/>
            {hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
        </div>
    }
    .into_any()
}

/// What is wrong with the field whose id is given; the field names it in `aria-describedby`.
#[component]
pub fn FieldProblem(
    /// The field's id.
    id: &'static str,
    /// What is wrong.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    view! {
        <span class="problem" id=format!("{id}-problem") aria-live="polite">
            {move || problem.get().map(words::problem)}
        </span>
    }
    .into_any()
}

/// What is wrong with a field, until somebody changes it: what was said of one value is not said of another. What it gives beside
/// is to be set by each input. The next answer speaks again, also where it says the same.
pub fn until_changed(
    problem: Signal<Option<Problem>>,
) -> (Signal<Option<Problem>>, RwSignal<bool>) {
    let is_changed = RwSignal::new(false);
    Effect::new(move |_| {
        problem.track();
        is_changed.set(false);
    });
    (Signal::derive(move || problem.get().filter(|_| !is_changed.get())), is_changed)
}

/// The ids of what describes the field: its problem first.
pub(super) fn described_by(id: &str, hint_id: Option<String>) -> String {
    match hint_id {
        Some(hint_id) => format!("{id}-problem {hint_id}"),
        None => format!("{id}-problem"),
    }
}
