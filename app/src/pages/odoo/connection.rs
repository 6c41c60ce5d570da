//! The company's connection: what it is, and its removal.

use leptos::prelude::*;
use shared::{connection::ConnectionView, id::CompanyId};

use super::{Actions, Hands, ODOO, connection_form::ConnectionForm};
use crate::{
    components::{
        ButtonKind, CloseLink, Closing, Dialog, EmptyState, ErrorNote, Glyph, StateBadge,
        SubmitButton, Time, Tone,
    },
    forms,
    server_fns::connections::RemoveConnectionCall,
};

/// The connection as it is, with the means to change it for those who may.
#[component]
pub(super) fn ConnectionCard(
    /// The company.
    company: CompanyId,
    /// What is connected.
    connection: Option<ConnectionView>,
    /// Whether the viewer may change it.
    hands: Hands,
    /// How many members have linked an account to it.
    linked_members: u32,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let form = |connection| {
        view! { <ConnectionForm company connection linked_members action=actions.save/> }
    };
    let content = match (connection, hands) {
        (None, Hands::On) => view! {
            <header class="card-head">
                <h2>"Connect your Odoo"</h2>
                <p>"Enter the address that you open in the browser to work in Odoo. Aidoo works with version 17 and later."</p>
            </header>
            {form(None)}
        }
        .into_any(),
        (None, Hands::Off) => view! {
            <EmptyState icon=icondata::LuUnplug heading="No Odoo is connected yet">
                <p>"An owner or an admin of your company connects it. Then you can link your own account here."</p>
            </EmptyState>
        }
        .into_any(),
        (Some(connection), Hands::Off) => view! { <Facts connection/> }.into_any(),
        (Some(connection), Hands::On) => view! {
            <Facts connection=connection.clone()/>
            <details class="more" open=forms::error_of(actions.save).get_untracked().is_some()>
                <summary>"Change or test the connection"</summary>
                {form(Some(connection))}
                <p class="card-foot">
                    "Moving away from Odoo? "
                    <a class="btn small danger" href=format!("{ODOO}?remove") data-noscroll="">
                        "Remove the connection"
                    </a>
                </p>
            </details>
        }
        .into_any(),
    };
    view! { <section class="card" aria-label="The company’s Odoo">{content}</section> }
}

#[component]
fn Facts(connection: ConnectionView) -> impl IntoView {
    let ConnectionView { url, database, version, protocol, tested } = connection;
    view! {
        <header class="card-head with-state">
            <h2>{format!("Odoo {version}")}</h2>
            <StateBadge tone=Tone::Good label="Connected"/>
        </header>
        <dl class="facts">
            <div><dt>"Address"</dt><dd><code translate="no">{url}</code></dd></div>
            {database.map(|database| view! {
                <div><dt>"Database"</dt><dd><code translate="no">{database}</code></dd></div>
            })}
            <div><dt>"Protocol"</dt><dd>{protocol.label()}</dd></div>
            <div><dt>"Last tested"</dt><dd><Time time=tested/></dd></div>
        </dl>
    }
}

/// Asks before the connection is removed.
#[component]
pub(super) fn RemoveDialog(
    /// The company.
    company: CompanyId,
    /// How many members have linked an account to it.
    linked_members: u32,
    /// Does it.
    action: ServerAction<RemoveConnectionCall>,
) -> impl IntoView {
    let error = forms::error_of(action);
    view! {
        <Dialog
            heading="Remove the Odoo connection?"
            lead="Every call from an assistant is refused from then on, until an Odoo is connected again."
            closing=Closing::To(ODOO.to_owned())
            busy=action.pending()
        >
            <ActionForm action>
                <div class="body">
                    {move || error.get().map(|error| view! { <ErrorNote error/> })}
                    <p>{erased(linked_members)}</p>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                </div>
                <footer>
                    <CloseLink to=ODOO>"Cancel"</CloseLink>
                    <SubmitButton pending=action.pending() busy="Removing…" kind=ButtonKind::Danger>
                        <Glyph icon=icondata::LuUnplug/>
                        "Remove the connection"
                    </SubmitButton>
                </footer>
            </ActionForm>
        </Dialog>
    }
}

/// What becomes of the linked accounts.
fn erased(linked_members: u32) -> String {
    match linked_members {
        0 => "Nobody has linked an Odoo account yet. API keys stay as they are.".to_owned(),
        1 => "The Odoo login that one person has linked is erased. API keys stay as they are."
            .to_owned(),
        count => format!(
            "The Odoo logins that {count} people have linked are erased. API keys stay as they are."
        ),
    }
}
