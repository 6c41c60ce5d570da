//! A field of several lines with its label, its hint and what is wrong with it.

use leptos::prelude::*;
use shared::Problem;

use super::field::{FieldProblem, described_by, until_changed};

/// A labelled field of several lines.
#[component]
pub fn TextArea(
    /// Unique in the page; its hint and its problem have ids made of it.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// The name in the form: `input[open_models]`.
    name: &'static str,
    /// The text at first.
    #[prop(into)]
    value: String,
    /// One sentence beneath it.
    hint: &'static str,
    /// What is wrong with the text, as the server said.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
    /// Lines that are seen at once.
    #[prop(default = 4)]
    rows: u32,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = described_by(id, Some(hint_id.clone()));
    let (problem, is_changed) = until_changed(problem);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea
                class="input lines"
                id=id
                name=name
                rows=rows
                spellcheck="false"
                autocapitalize="none"
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=described
                on:input=move |_| is_changed.set(true)
            >
                {value}
            </textarea>
            <FieldProblem id problem/>
            <small id=hint_id>{hint}</small>
        </div>
    }
    .into_any()
}
