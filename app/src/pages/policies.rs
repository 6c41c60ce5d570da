//! What the company lets its keys do, for each role.

use leptos::prelude::*;
use shared::{
    company::PoliciesView,
    id::CompanyId,
    permission::{Permission, PermissionSet},
    role::{Action as RoleAction, Role, allows},
};

use crate::{
    components::{
        CheckCard, EmptyState, ErrorNote, LoadError, Note, PageHead, Skeleton, SubmitButton, Tone,
    },
    forms,
    server_fns::policies::{SetCeilingsCall, policies},
    viewer::use_company,
};

/// Three roles, eight permissions each.
#[component]
pub fn PoliciesPage() -> impl IntoView {
    let current = use_company();
    let may_manage = allows(current.role, RoleAction::ManagePolicies).is_allowed();
    let company = current.company;
    view! {
        <PageHead
            title="Policies"
            lead="The most that API keys may allow, for each role. It holds for existing keys too, from their next call on."
        />
        {if may_manage {
            view! { <Ceilings company/> }.into_any()
        } else {
            view! {
                <section class="card">
                    <EmptyState icon=icondata::LuShieldCheck heading="Owners and admins set the policies">
                        <p>"What your own keys may do now stands beside each key on the " <a class="link" href="/api-keys">"API keys page"</a> "."</p>
                    </EmptyState>
                </section>
            }
            .into_any()
        }}
    }
}

#[component]
fn Ceilings(company: CompanyId) -> impl IntoView {
    let action = ServerAction::<SetCeilingsCall>::new();
    let saved = forms::successes(action);
    let view = Resource::new(move || saved.get(), move |_| policies(company));
    view! {
        <Transition fallback=|| view! { <Skeleton lines=8/> }>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <CeilingsForm company view action/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn CeilingsForm(
    company: CompanyId,
    view: PoliciesView,
    action: ServerAction<SetCeilingsCall>,
) -> impl IntoView {
    let PoliciesView { ceilings, keys_above_ceiling } = view;
    let error = forms::error_of(action);
    let is_saved = move || action.value().with(|answer| matches!(answer, Some(Ok(()))));
    let roles = Role::ALL
        .map(|role| view! { <RoleCeiling role ceiling=ceilings.of(role)/> })
        .collect_view();
    view! {
        <ActionForm action attr:class="form ceilings">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            {(keys_above_ceiling > 0).then(|| view! {
                <Note tone=Tone::Warn>{above(keys_above_ceiling)}</Note>
            })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            {roles}
            <div class="buttons">
                <SubmitButton pending=action.pending() busy="Saving…">"Save the policies"</SubmitButton>
                <span class="told" role="status">{move || is_saved().then_some("Saved. It holds from the next call on.")}</span>
            </div>
        </ActionForm>
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
                    description=permission.description()
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
const fn owners_of_keys(role: Role) -> &'static str {
    match role {
        Role::Owner => "Keys of owners may",
        Role::Admin => "Keys of admins may",
        Role::Member => "Keys of members may",
    }
}

fn above(count: u32) -> String {
    let (keys, go) = match count {
        1 => ("One key allows".to_owned(), "It goes"),
        count => (format!("{count} keys allow"), "They go"),
    };
    format!("{keys} more than the policies now let them. {go} on working within the policies.")
}
