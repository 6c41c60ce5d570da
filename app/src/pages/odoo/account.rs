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
    posting::{PostForm, Posting},
    texts::{rich, text},
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
            <EmptyState icon=icondata::LuLink heading=text!(odoo_account.next_heading)>
                <p>{text!(odoo_account.next_why)}</p>
            </EmptyState>
        }
        .into_any(),
        None => view! {
            <header class="card-head with-state">
                <h2>{text!(odoo_account.heading)}</h2>
                <StateBadge tone=Tone::Warn label=text!(odoo_account.not_linked)/>
                <p>{text!(odoo_account.not_linked_why)}</p>
            </header>
            <LinkForm company login=String::new() verb=text!(odoo_account.link) action=actions.link/>
        }
        .into_any(),
        Some(account) => view! { <Linked company account actions/> }.into_any(),
    };
    view! { <section class="card" aria-label=text!(odoo_account.heading)>{content}</section> }
}

#[component]
fn Linked(company: CompanyId, account: OdooAccountView, actions: Actions) -> impl IntoView {
    let OdooAccountView { login, linked, refused } = account;
    let state = match refused.is_some() {
        true => (Tone::Bad, text!(odoo_account.refused)),
        false => (Tone::Good, text!(odoo_account.linked)),
    };
    // A refused secret is not sent again until it is replaced, so that is what the person must do.
    let must_replace = refused.is_some() || forms::error_of(actions.link).get_untracked().is_some();
    view! {
        <header class="card-head with-state">
            <h2>{text!(odoo_account.heading)}</h2>
            <StateBadge tone=state.0 label=state.1/>
        </header>
        {refused.map(|at| view! {
            <div class="in-card">
                <Note tone=Tone::Bad>
                    {rich!(
                        odoo_account.refused_when,
                        <time/> = move || view! { <Time time=at.clone()/> }
                    )}
                </Note>
            </div>
        })}
        <dl class="facts">
            <div><dt>{text!(odoo_account.login)}</dt><dd dir="auto">{login.clone()}</dd></div>
            <div><dt>{text!(odoo_account.since)}</dt><dd><Time time=linked/></dd></div>
        </dl>
        <details class="more" open=must_replace>
            <summary>{text!(odoo_account.replace_summary)}</summary>
            <LinkForm company login verb=text!(odoo_account.replace) action=actions.link/>
        </details>
        <UnlinkForm company action=actions.unlink/>
    }
}

#[component]
fn LinkForm(
    company: CompanyId,
    login: String,
    verb: &'static str,
    action: Posting,
) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::OdooLogin, F::OdooSecret]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <Field
                id="odoo-login"
                label=text!(odoo_account.login_field)
                name="input[login]"
                value=login
                hint=text!(odoo_account.login_hint)
                problem=forms::problem(error, F::OdooLogin)
            />
            <PasswordField
                id="odoo-secret"
                label=text!(odoo_account.secret)
                name="input[secret]"
                autocomplete="off"
                hint=text!(odoo_account.secret_hint)
                problem=forms::problem(error, F::OdooSecret)
            />
            <details class="how">
                <summary>{text!(odoo_account.how)}</summary>
                <ol>
                    <li>{rich!(odoo_account.how_1, <b> = <b/>)}</li>
                    <li>{rich!(odoo_account.how_2, <b> = <b/>)}</li>
                    <li>{rich!(odoo_account.how_3, <b> = <b/>)}</li>
                </ol>
            </details>
            <div class="buttons">
                <SubmitButton pending=action.pending() busy=text!(odoo_account.testing)>{verb}</SubmitButton>
            </div>
        </PostForm>
    }
}

#[component]
fn UnlinkForm(company: CompanyId, action: Posting) -> impl IntoView {
    let error = forms::error_of(action);
    view! {
        <PostForm action attr:class="card-foot">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <span>{text!(odoo_account.unlink_why)}</span>
            <SubmitButton pending=action.pending() busy=text!(odoo_account.unlinking) kind=ButtonKind::Plain>{text!(odoo_account.unlink)}</SubmitButton>
        </PostForm>
    }
}
