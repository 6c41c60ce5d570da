//! Choosing a role: one card for each, with what it means.

use leptos::prelude::*;
use shared::role::Role;

use crate::{texts::text, words};

/// The cards.
#[component]
pub(super) fn RoleOptions(
    /// The roles that may be chosen.
    roles: Vec<Role>,
    /// The field's name in the form.
    name: &'static str,
    /// What is chosen, if anything is yet; a browser sends nothing before.
    chosen: RwSignal<Option<Role>>,
) -> impl IntoView {
    let options = roles
        .into_iter()
        .map(|role| {
            let id = format!("about-{role}");
            view! {
                <label class="opt">
                    <input
                        type="radio"
                        name=name
                        value=role.as_str()
                        aria-describedby=id.clone()
                        required
                        checked=chosen.get_untracked() == Some(role)
                        prop:checked=move || chosen.get() == Some(role)
                        on:change=move |_| chosen.set(Some(role))
                    />
                    <b>{words::role(role)}</b>
                    <small id=id>{words::about_role(role)}</small>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field roles">
            <legend>{text!(team.role)}</legend>
            {options}
        </fieldset>
    }
}
