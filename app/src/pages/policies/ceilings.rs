//! The most that keys may allow: three roles, eight permissions each.

use leptos::prelude::*;
use shared::{
    company::PoliciesView,
    id::CompanyId,
    permission::{Permission, PermissionSet},
    role::Role,
};

use crate::{
    components::{CheckCard, ErrorNote, Note, SubmitButton, Tone},
    forms,
    posting::{PostForm, Posting},
    texts::text,
    words,
};

/// The boxes, ticked as they are in force.
#[component]
pub(super) fn CeilingsForm(
    /// The company.
    company: CompanyId,
    /// What is in force.
    view: PoliciesView,
    /// What saves it.
    action: Posting,
) -> impl IntoView {
    let PoliciesView { ceilings, keys_above_ceiling, .. } = view;
    let error = forms::error_of(action);
    let is_saved = move || action.value().with(|answer| matches!(answer, Some(Ok(()))));
    let roles = Role::ALL
        .map(|role| view! { <RoleCeiling role ceiling=ceilings.of(role)/> })
        .collect_view();
    view! {
        <PostForm action attr:class="form ceilings">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            {(keys_above_ceiling > 0).then(|| view! {
                <Note tone=Tone::Warn>{above(keys_above_ceiling)}</Note>
            })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            {roles}
            <div class="buttons">
                <SubmitButton pending=action.pending() busy=text!(common.saving)>{text!(policies.save_ceilings)}</SubmitButton>
                <span class="told" role="status">{move || is_saved().then(|| text!(policies.saved))}</span>
            </div>
        </PostForm>
    }
}

#[component]
fn RoleCeiling(role: Role, ceiling: PermissionSet) -> impl IntoView {
    let cards = Permission::ALL
        .map(|permission| {
            view! {
                <CheckCard
                    name=format!("input[{role}][]")
                    value=permission.as_str()
                    label=permission.as_str()
                    description=words::about_permission(permission)
                    checked=ceiling.contains(permission)
                />
            }
        })
        .collect_view();
    view! {
        <fieldset class="card">
            <legend>{owners_of_keys(role)}</legend>
            <div class="grid four">{cards}</div>
        </fieldset>
    }
}

/// Whose keys a ceiling is for.
fn owners_of_keys(role: Role) -> &'static str {
    match role {
        Role::Owner => text!(policies.of_owners),
        Role::Admin => text!(policies.of_admins),
        Role::Member => text!(policies.of_members),
    }
}

fn above(count: u32) -> String {
    match count {
        1 => text!(policies.above_one).to_owned(),
        count => text!(policies.above_many, count = count),
    }
}
