//! A choice from a short list.

use leptos::prelude::*;
use shared::Problem;

use super::field::{FieldProblem, described_by};

/// A labelled choice of a plain form.
#[component]
pub fn Select(
    /// Unique in the page; its hint and its problem have ids made of it.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form: `input[role]`.
    name: &'static str,
    /// Values and what they are called on screen.
    options: Vec<(String, String)>,
    /// The value that is chosen at first.
    #[prop(optional, into)]
    chosen: String,
    /// One sentence beneath it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with the value, as the server said.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                class="input"
                id=id
                name=name
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=described_by(id, hint_id.clone())
            >
                {options}
            </select>
            <FieldProblem id problem/>
            {hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
        </div>
    }
    .into_any()
}
