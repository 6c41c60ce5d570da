//! The viewer's own Odoo account.

use leptos::{html, prelude::*};
use shared::{Field as F, connection::OdooAccountView, id::CompanyId};

use super::Actions;
use crate::{
    components::{
        ButtonKind, EmptyState, ErrorNote, Field, Note, PasswordField, StateBadge, SubmitButton,
        Time, Tone,
    },
    forms,
    server_fns::connections::{LinkOdooAccountCall, UnlinkOdooAccountCall},
};

/// Linked, refused, or to be linked.
#[component]
pub(super) fn OwnAccount(
    /// The company.
    company: CompanyId,
    /// The linked account.
    account: Option<OdooAccountView>,
    /// Whether the company has an Odoo at all.
    is_connected: bool,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let content = match account {
        _ if !is_connected => view! {
            <EmptyState icon=icondata::LuLink heading="Your Odoo account comes next">
                <p>"Once an Odoo is connected, you link your own account here."</p>
            </EmptyState>
        }
        .into_any(),
        None => view! {
            <header class="card-head with-state">
                <h2>"Your Odoo account"</h2>
                <StateBadge tone=Tone::Warn label="Not linked yet"/>
                <p>"Assistants work in Odoo as you, with your rights. Link your account so that your API keys can be used."</p>
            </header>
            <LinkForm company login=String::new() verb="Link the account" action=actions.link/>
        }
        .into_any(),
        Some(account) => view! { <Linked company account actions/> }.into_any(),
    };
    view! { <section class="card" aria-label="Your Odoo account">{content}</section> }
}

#[component]
fn Linked(company: CompanyId, account: OdooAccountView, actions: Actions) -> impl IntoView {
    let OdooAccountView { login, linked, refused } = account;
    let state = match refused.is_some() {
        true => (Tone::Bad, "Refused by Odoo"),
        false => (Tone::Good, "Linked"),
    };
    // A refused secret is not sent again until it is replaced, so that is what the person must do.
    let must_replace = refused.is_some() || forms::error_of(actions.link).get_untracked().is_some();
    view! {
        <header class="card-head with-state">
            <h2>"Your Odoo account"</h2>
            <StateBadge tone=state.0 label=state.1/>
        </header>
        {refused.map(|at| view! {
            <div class="in-card">
                <Note tone=Tone::Bad>
                    "Odoo refused this login " <Time time=at/>
                    ". The API key may have expired or been deleted. Make a new one in Odoo and enter it below; until then nothing is sent."
                </Note>
            </div>
        })}
        <dl class="facts">
            <div><dt>"Login"</dt><dd dir="auto">{login.clone()}</dd></div>
            <div><dt>"Since"</dt><dd><Time time=linked/></dd></div>
        </dl>
        <details class="more" open=must_replace>
            <summary>"Replace the login or the API key"</summary>
            <LinkForm company login verb="Replace" action=actions.link/>
        </details>
        <UnlinkForm company action=actions.unlink/>
    }
}

#[component]
fn LinkForm(
    company: CompanyId,
    login: String,
    verb: &'static str,
    action: ServerAction<LinkOdooAccountCall>,
) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::OdooLogin, F::OdooSecret]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <ActionForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <Field
                id="odoo-login"
                label="Login in Odoo"
                name="input[login]"
                value=login
                hint="What you type to sign in to Odoo, mostly your e-mail."
                problem=forms::problem(error, F::OdooLogin)
            />
            <PasswordField
                id="odoo-secret"
                label="Odoo API key"
                name="input[secret]"
                autocomplete="off"
                hint="It is tested, then kept encrypted and never shown again. A password works too, where Odoo allows it."
                problem=forms::problem(error, F::OdooSecret)
            />
            <details class="how">
                <summary>"Where do I make an API key in Odoo?"</summary>
                <ol>
                    <li>"In Odoo, click your name at the top right and choose " <b>"My Profile"</b> " or " <b>"Preferences"</b> "."</li>
                    <li>"Open the tab " <b>"Account Security"</b> " and click " <b>"New API Key"</b> "."</li>
                    <li>"Confirm with your password, name the key " <b>"Aidoo"</b> ", and copy it here. Odoo shows it only once."</li>
                </ol>
            </details>
            <div class="buttons">
                <SubmitButton pending=action.pending() busy="Testing…">{verb}</SubmitButton>
            </div>
        </ActionForm>
    }
}

#[component]
fn UnlinkForm(company: CompanyId, action: ServerAction<UnlinkOdooAccountCall>) -> impl IntoView {
    let error = forms::error_of(action);
    view! {
        <ActionForm action attr:class="card-foot">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <span>"Unlinking erases the login here. Your API keys stay, but cannot reach Odoo."</span>
            <SubmitButton pending=action.pending() busy="Unlinking…" kind=ButtonKind::Plain>"Unlink"</SubmitButton>
        </ActionForm>
    }
}
