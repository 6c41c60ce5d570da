//! Choosing a key's permissions: the presets, and a card for each permission.

use leptos::prelude::*;
use shared::{
    Problem,
    permission::{Permission, PermissionSet, Presence, Preset},
    role::Role,
};

use crate::{
    components::{FieldProblem, until_changed},
    texts::text,
    words,
};

/// The presets and the cards. What `ceiling` does not hold cannot be chosen, and says why.
#[component]
pub(super) fn PermissionPicker(
    /// What is chosen now.
    chosen: RwSignal<PermissionSet>,
    /// The most that the person's keys may allow.
    ceiling: PermissionSet,
    /// The person's role, which the ceiling is for.
    role: Role,
    /// Whether the controls do something already.
    ready: Signal<bool>,
    /// What is wrong with the choice, as the server said.
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let (problem, is_changed) = until_changed(problem);
    // A preset that the ceiling cuts would not be what its name says. The default is what is left of it.
    let presets =
        std::iter::once((text!(presets.usual), PermissionSet::DEFAULT.intersection(ceiling)))
            .chain(Preset::ALL.map(|preset| (words::preset(preset), preset.permissions())))
            .map(|(label, set)| {
                view! {
                    <button
                        type="button"
                        class="chip"
                        aria-pressed=move || (chosen.get() == set).to_string()
                        disabled=move || !set.is_subset_of(ceiling) || !ready.get()
                        on:click=move |_| {
                            chosen.set(set);
                            is_changed.set(true);
                        }
                    >
                        {label}
                    </button>
                }
            })
            .collect_view();
    let cards = Permission::ALL
        .map(|permission| view! { <PermissionCard permission chosen ceiling ready/> })
        .collect_view();

    view! {
        <fieldset
            class="field"
            class:invalid=move || problem.get().is_some()
            aria-describedby="permissions-problem permissions-ceiling"
            on:input=move |_| is_changed.set(true)
        >
            <legend>{text!(generate.permissions)}</legend>
            <div class="presets" role="group" aria-label=text!(generate.usual)>{presets}</div>
            <div class="grid">{cards}</div>
            <FieldProblem id="permissions" problem/>
            <small id="permissions-ceiling">{ceiling_text(role, ceiling)}</small>
        </fieldset>
    }
}

#[component]
fn PermissionCard(
    permission: Permission,
    chosen: RwSignal<PermissionSet>,
    ceiling: PermissionSet,
    ready: Signal<bool>,
) -> impl IntoView {
    let allowed = ceiling.contains(permission);
    let about = words::about_permission(permission);
    let explanation =
        if allowed { about.to_owned() } else { text!(generate.closed, about = about) };
    let name = permission.as_str();
    let toggle = move |event| {
        let presence = if event_target_checked(&event) { Presence::In } else { Presence::Out };
        chosen.update(|set| *set = set.with(permission, presence));
    };
    view! {
        <label class="opt">
            <input
                type="checkbox"
                name=name
                aria-describedby=format!("about-{name}")
                prop:checked=move || chosen.get().contains(permission)
                checked=chosen.get_untracked().contains(permission)
                disabled=move || !allowed || !ready.get()
                on:change=toggle
            />
            <b>{name}</b>
            <small id=format!("about-{name}")>{explanation}</small>
        </label>
    }
}

fn ceiling_text(role: Role, ceiling: PermissionSet) -> Option<String> {
    if ceiling == PermissionSet::ALL {
        return None;
    }
    if ceiling.is_empty() {
        let nothing = match role {
            Role::Owner => text!(generate.nothing_owner),
            Role::Admin => text!(generate.nothing_admin),
            Role::Member => text!(generate.nothing_member),
        };
        return Some(nothing.to_owned());
    }
    let names = ceiling.iter().map(Permission::as_str).collect::<Vec<_>>().join(", ");
    Some(match role {
        Role::Owner => text!(generate.ceiling_owner, names = names),
        Role::Admin => text!(generate.ceiling_admin, names = names),
        Role::Member => text!(generate.ceiling_member, names = names),
    })
}
