//! What the company lets its keys do: permissions for each role, how changes are confirmed, and what is
//! open and closed on Odoo.

mod ceilings;
mod gateway;
mod keys;

use leptos::prelude::*;
use shared::{
    id::CompanyId,
    role::{Action as RoleAction, allows},
};

use self::{ceilings::CeilingsForm, gateway::GatewayForm, keys::KeyRulesForm};
use crate::{
    components::{EmptyState, LoadError, PageHead, Skeleton},
    forms,
    posting::Posting,
    server_fns::policies::{SetCeilingsCall, SetGatewayCall, SetKeyRulesCall, policies},
    texts::{rich, text},
    viewer::use_company,
};

/// The policies, for those who set them.
#[component]
pub fn PoliciesPage() -> impl IntoView {
    let current = use_company();
    let may_manage = allows(current.role, RoleAction::ManagePolicies).is_allowed();
    let company = current.company;
    view! {
        <PageHead
            title=text!(policies.title)
            lead=text!(policies.lead)
        />
        {if may_manage {
            view! { <Policies company/> }.into_any()
        } else {
            view! {
                <section class="card">
                    <EmptyState icon=icondata::LuShieldCheck heading=text!(policies.closed)>
                        <p>{rich!(policies.closed_why, <a> = <a class="link" href="/api-keys"/>)}</p>
                    </EmptyState>
                </section>
            }
            .into_any()
        }}
    }
}

#[component]
fn Policies(company: CompanyId) -> impl IntoView {
    let ceilings = Posting::to::<SetCeilingsCall>();
    let gateway = Posting::to::<SetGatewayCall>();
    let keys = Posting::to::<SetKeyRulesCall>();
    let saved = (forms::successes(ceilings), forms::successes(keys), forms::successes(gateway));
    let view = Resource::new(
        move || (saved.0.get(), saved.1.get(), saved.2.get()),
        move |_| policies(company),
    );
    view! {
        <Transition fallback=|| view! { <Skeleton lines=8/> }>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => {
                        let (rules, of_keys) = (view.gateway.clone(), view.keys.clone());
                        let unaccepted = view.keys_unaccepted;
                        view! {
                            <CeilingsForm company view action=ceilings/>
                            <KeyRulesForm company rules=of_keys unaccepted action=keys/>
                            <GatewayForm company rules action=gateway/>
                        }
                        .into_any()
                    }
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}
