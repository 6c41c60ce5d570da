//! Selects that act at once.

use leptos::{ev::Event, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlSelectElement};
use shared::{api_key::PersonChoice, id::MemberId};

use crate::texts::text;

/// Narrows a list to one person's; nothing for somebody who sees their own only.
#[component]
pub fn PersonSelect(
    /// Who can be chosen.
    people: Vec<PersonChoice>,
    /// Who is chosen.
    chosen: Option<MemberId>,
) -> impl IntoView {
    (!people.is_empty()).then(|| {
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
    })
    .into_any()
}

/// Sends the form that a changed control belongs to; without the wasm the button does.
pub fn submit_form(event: Event) {
    let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    if let Some(form) = select.and_then(|select| select.form()) {
        let _ = form.request_submit();
    }
}
