//! The company's connection: what it is, and its removal.

use leptos::prelude::*;
use shared::{
    connection::{ConnectionView, Pace},
    id::CompanyId,
};

use super::{Actions, Hands, ODOO, connection_form::ConnectionForm};
use crate::{
    components::{
        ButtonKind, CloseLink, Closing, Dialog, EmptyState, ErrorNote, StateBadge, SubmitButton,
        Time, Tone,
    },
    forms,
    posting::{PostForm, Posting},
    texts::text,
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
                <h2>{text!(odoo.connect_heading)}</h2>
                <p>{text!(odoo.connect_lead)}</p>
            </header>
            {form(None)}
        }
        .into_any(),
        (None, Hands::Off) => view! {
            <EmptyState icon=icondata::LuUnplug heading=text!(odoo.none_heading)>
                <p>{text!(odoo.none_why)}</p>
            </EmptyState>
        }
        .into_any(),
        (Some(connection), Hands::Off) => view! { <Facts connection/> }.into_any(),
        (Some(connection), Hands::On) => view! {
            <Facts connection=connection.clone()/>
            <details class="more" open=forms::error_of(actions.save).get_untracked().is_some()>
                <summary>{text!(odoo.change)}</summary>
                {form(Some(connection))}
                <p class="card-foot">
                    {text!(odoo.moving_away)} " "
                    <a class="btn small danger" href=format!("{ODOO}?remove") data-noscroll="">
                        {text!(odoo.remove)}
                    </a>
                </p>
            </details>
        }
        .into_any(),
    };
    view! { <section class="card" aria-label=text!(odoo.section)>{content}</section> }
}

#[component]
fn Facts(connection: ConnectionView) -> impl IntoView {
    let ConnectionView { url, database, version, protocol, pace, tested } = connection;
    view! {
        <header class="card-head with-state">
            <h2>{text!(odoo.name, version = version)}</h2>
            <StateBadge tone=Tone::Good label=text!(odoo.connected)/>
        </header>
        <dl class="facts">
            <div><dt>{text!(odoo.address)}</dt><dd><code translate="no">{url}</code></dd></div>
            {database.map(|database| view! {
                <div><dt>{text!(odoo.database)}</dt><dd><code translate="no">{database}</code></dd></div>
            })}
            <div><dt>{text!(odoo.protocol)}</dt><dd>{protocol.label()}</dd></div>
            <div><dt>{text!(odoo.pace)}</dt><dd>{pace_text(pace)}</dd></div>
            <div><dt>{text!(odoo.last_tested)}</dt><dd><Time time=tested/></dd></div>
        </dl>
    }
}

/// How much the Odoo is asked.
fn pace_text(Pace { per_second, at_once }: Pace) -> String {
    match per_second {
        0 => text!(odoo.pace_free, at_once = at_once),
        _ => text!(odoo.pace_limited, per_second = per_second, at_once = at_once),
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
    action: Posting,
) -> impl IntoView {
    let error = forms::error_of(action);
    view! {
        <Dialog
            heading=text!(odoo.remove_heading)
            lead=text!(odoo.remove_lead)
            closing=Closing::To(ODOO.to_owned())
            busy=action.pending()
        >
            <PostForm action>
                <div class="body">
                    {move || error.get().map(|error| view! { <ErrorNote error/> })}
                    <p>{erased(linked_members)}</p>
                    <input type="hidden" name="input[company]" value=company.to_string()/>
                </div>
                <footer>
                    <CloseLink to=ODOO>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=action.pending() busy=text!(common.removing) kind=ButtonKind::Danger>
                        {text!(odoo.remove)}
                    </SubmitButton>
                </footer>
            </PostForm>
        </Dialog>
    }
}

/// What becomes of the linked accounts.
fn erased(linked_members: u32) -> String {
    match linked_members {
        0 => text!(odoo.erases_none).to_owned(),
        1 => text!(odoo.erases_one).to_owned(),
        count => text!(odoo.erases_many, count = count),
    }
}
