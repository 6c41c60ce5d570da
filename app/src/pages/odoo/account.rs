//! The viewer's own Odoo account.

use leptos::{html, prelude::*};
use shared::{
    Error, Field as F,
    connection::{ConnectionView, OdooAccountView},
    id::CompanyId,
};

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
    /// What is connected.
    connection: Option<ConnectionView>,
    /// The linked account.
    account: Option<OdooAccountView>,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let content = match (connection, account) {
        (None, _) => {
            // The form in which it would be told went with the connection.
            let error = forms::error_of(actions.link);
            let gone = move || error.get().filter(|error| *error == Error::NotConnected);
            view! {
                {move || gone().map(|error| view! { <div class="in-card"><ErrorNote error/></div> })}
                <EmptyState icon=icondata::LuLink heading=text!(odoo_account.next_heading)>
                    <p>{text!(odoo_account.next_why)}</p>
                </EmptyState>
            }
            .into_any()
        }
        (Some(connection), None) => view! {
            <header class="card-head with-state">
                <h2>{text!(odoo_account.heading)}</h2>
                <StateBadge tone=Tone::Warn label=text!(odoo_account.not_linked)/>
                <p>{text!(odoo_account.not_linked_why)}</p>
            </header>
            <LinkForm company connection login=String::new() verb=text!(odoo_account.link) actions/>
        }
        .into_any(),
        (Some(connection), Some(account)) => {
            view! { <Linked company connection account actions/> }.into_any()
        }
    };
    view! { <section class="card" aria-label=text!(odoo_account.heading)>{content}</section> }
}

#[component]
fn Linked(
    company: CompanyId,
    connection: ConnectionView,
    account: OdooAccountView,
    actions: Actions,
) -> impl IntoView {
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
            <LinkForm company connection login verb=text!(odoo_account.replace) actions/>
        </details>
        <UnlinkForm company action=actions.unlink/>
    }
}

/// Login and secret, and with them the connection as it is shown: they are sent to no other.
#[component]
fn LinkForm(
    company: CompanyId,
    connection: ConnectionView,
    login: String,
    verb: &'static str,
    actions: Actions,
) -> impl IntoView {
    let ConnectionView { url, database, .. } = connection;
    let Actions { link: action, outdated, sent_login, .. } = actions;
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::OdooLogin, F::OdooSecret]);
    let refused = sent_login.get_untracked().filter(|_| error.with_untracked(Option::is_some));
    let (form, secret) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    forms::focus_first_wrong(form, action);
    // It was typed for the connection before.
    Effect::new(move |before: Option<usize>| {
        let now = outdated.get();
        if before.is_some_and(|before| before != now)
            && let Some(secret) = secret.get_untracked()
        {
            secret.set_value("");
        }
        now
    });
    view! {
        <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[company]" value=company.to_string()/>
            <input type="hidden" name="input[url]" value=url/>
            <input type="hidden" name="input[database]" value=database.unwrap_or_default()/>
            <Field
                id="odoo-login"
                label=text!(odoo_account.login_field)
                name="input[login]"
                value=refused.unwrap_or(login)
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
                node_ref=secret
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
