//! The company's name, its owners, leaving it and deleting it.

use leptos::{html, prelude::*};
use shared::{
    Field as F,
    id::CompanyId,
    role::{Action as RoleAction, Role, allows},
    settings::CompanySettings,
};

use crate::{
    components::{ButtonKind, ErrorNote, Field, Note, SubmitButton, Tone},
    forms,
    pages::{
        dialog::{load_anew, on_success},
        team::Open,
    },
    posting::{PostForm, Posting},
    server_fns::companies::{DeleteCompanyCall, RenameCompanyCall},
    texts::{rich, text},
    words,
};

/// For everybody who its owners are and the way out; for owners its name and its end.
#[component]
pub(super) fn CompanyCard(
    /// The company.
    company: CompanyId,
    /// The viewer's role in it.
    role: Role,
    /// What is shown of it.
    view: CompanySettings,
) -> impl IntoView {
    let CompanySettings { name, owners, member, is_last_owner, deletion } = view;
    let manages = allows(role, RoleAction::ManageCompany).is_allowed();
    let is_kept = deletion.is_none();
    let leaving = if is_last_owner {
        view! {
            <p class="soft">
                {text!(settings.company.only_owner)}
            </p>
        }
        .into_any()
    } else {
        view! {
            <a class="btn danger" href=Open::Remove(member).href()>{text!(team.leave)}</a>
        }
        .into_any()
    };
    let own_name = name.clone();
    view! {
        <section class="card" aria-labelledby="company">
            <div class="card-head">
                <h2 id="company">{text!(settings.company.heading)}</h2>
                <p>{rich!(settings.company.lead, company = name.clone(), role = words::who(role), <b> = <b dir="auto"/>)}</p>
            </div>
            {manages.then(|| view! { <RenameForm company name/> })}
            <dl class="facts">
                <div>
                    <dt>{if owners.len() == 1 { text!(settings.company.owner) } else { text!(settings.company.owners) }}</dt>
                    <dd dir="auto">{owners.join(", ")}</dd>
                </div>
            </dl>
            <div class="card-foot">{leaving}</div>
            {(manages && is_kept).then(|| view! { <DeleteForm company name=own_name/> })}
        </section>
    }
    .into_any()
}

#[component]
fn RenameForm(company: CompanyId, name: String) -> impl IntoView {
    let action = Posting::to::<RenameCompanyCall>();
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::CompanyName]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    on_success(action, || load_anew("/settings?done=company"));
    view! {
        <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <Field
                id="company-name"
                label=text!(settings.company.name)
                name="input[name]"
                autocomplete="organization"
                value=name
                problem=forms::problem(error, F::CompanyName)
            />
            <div class="buttons">
                <SubmitButton pending=action.pending() kind=ButtonKind::Plain busy=text!(common.saving)>{text!(settings.company.rename)}</SubmitButton>
            </div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn DeleteForm(company: CompanyId, name: String) -> impl IntoView {
    let action = Posting::to::<DeleteCompanyCall>();
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::CompanyToDelete]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    on_success(action, || load_anew("/settings"));
    // What was answered to a plain form is not hidden behind a click.
    let open = move || error.with(Option::is_some);
    view! {
        <details class="more" open=open>
            <summary>{text!(settings.company.delete)}</summary>
            <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
                {move || other.get().map(|error| view! { <ErrorNote error/> })}
                <Note tone=Tone::Warn>
                    {text!(settings.company.delete_why)}
                </Note>
                <input type="hidden" name="input[company]" value=company.to_string()/>
                <Field
                    id="delete-name"
                    label=text!(settings.company.confirm, name = words::isolated(&name))
                    name="input[name]"
                    problem=forms::problem(error, F::CompanyToDelete)
                />
                <div class="buttons">
                    <SubmitButton pending=action.pending() kind=ButtonKind::Danger>{text!(settings.company.delete)}</SubmitButton>
                </div>
            </PostForm>
        </details>
    }
    .into_any()
}
