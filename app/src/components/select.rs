//! Native selects: a field of a form, and those that act at once.

use leptos::{ev::Event, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlSelectElement};
use shared::{Problem, api_key::PersonChoice, id::MemberId};

use super::field::{FieldProblem, described_by, until_changed};
use crate::texts::text;

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// The language of the label, where it is not the page's.
    pub lang: Option<String>,
}

impl Choice {
    /// One that is shown in the page's language.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), lang: None }
    }
}

/// A labelled list of a plain form, as [`Field`](super::Field) is a labelled text.
#[component]
pub fn SelectField(
    /// Unique in the page; its hint and its problem have ids made of it.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form: `input[language]`.
    name: &'static str,
    /// What can be chosen, in its order.
    choices: Vec<Choice>,
    /// The value that is chosen at first.
    #[prop(into)]
    chosen: String,
    /// One sentence beneath it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with the value, as the server said.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|Choice { value, label, lang }| {
            let selected = value == chosen;
            view! { <option value=value lang=lang selected=selected prop:selected=selected>{label}</option> }
        })
        .collect_view();
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let (problem, is_changed) = until_changed(problem);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                class="input select"
                id=id
                name=name
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=described_by(id, hint_id.clone())
                on:input=move |_| is_changed.set(true)
            >
                {options}
            </select>
            <FieldProblem id problem/>
            {hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
        </div>
    }
    .into_any()
}

/// Narrows a list to one person's. Nothing for somebody who sees their own only; where the people are not known, whoever
/// was chosen stays.
#[component]
pub fn PersonSelect(
    /// Who can be chosen.
    people: Vec<PersonChoice>,
    /// Who is chosen.
    chosen: Option<MemberId>,
) -> impl IntoView {
    if people.is_empty() {
        let kept = chosen
            .map(|member| view! { <input type="hidden" name="person" value=member.to_string()/> });
        return kept.into_any();
    }
    let choices = people
        .into_iter()
        .map(|PersonChoice { member, name, is_removed }| {
            let selected = chosen == Some(member);
            let name = if is_removed { text!(api_keys.person_removed, name = name) } else { name };
            view! { <option value=member.to_string() selected=selected prop:selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <select class="input select" name="person" aria-label=text!(common.person) on:change=submit_form>
            <option value="">{text!(common.everybody)}</option>
            {choices}
        </select>
    }
    .into_any()
}

/// Sends the form that a changed control belongs to; without the wasm the button does.
pub fn submit_form(event: Event) {
    let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    if let Some(form) = select.and_then(|select| select.form()) {
        let _ = form.request_submit();
    }
}
