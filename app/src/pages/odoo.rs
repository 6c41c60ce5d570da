//! The Odoo connection: the company's server, and the viewer's own account there.

mod account;
mod connection;
mod connection_form;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::{
    connection::ConnectionPage,
    role::{Action as RoleAction, allows},
};

use self::{
    account::OwnAccount,
    connection::{ConnectionCard, RemoveDialog},
};
use crate::{
    components::{LoadError, PageHead, Skeleton, use_toaster},
    forms::{self, successes},
    pages::{
        dialog::{on_success, use_leave},
        onboarding::{Checklist, Extent},
    },
    posting::Posting,
    server_fns::connections::{
        LinkOdooAccountCall, RemoveConnectionCall, SaveConnectionCall, UnlinkOdooAccountCall,
        connection_page,
    },
    texts::text,
    viewer::{refresh_viewer, use_company},
};

/// The page without a dialog.
const ODOO: &str = "/odoo";

/// What is connected, and to what; owners and admins change it, everybody links their own account.
#[component]
pub fn OdooPage() -> impl IntoView {
    let current = use_company();
    let company = current.company;
    let may_manage = if allows(current.role, RoleAction::ManageConnection).is_allowed() {
        Hands::On
    } else {
        Hands::Off
    };
    let link = Posting::to::<LinkOdooAccountCall>();
    let outdated = forms::outdated(link);
    let sent_login = RwSignal::new(None);
    let actions = Actions {
        save: Posting::to::<SaveConnectionCall>(),
        remove: Posting::removing::<RemoveConnectionCall>(),
        link,
        unlink: Posting::removing::<UnlinkOdooAccountCall>(),
        outdated,
        sent_login,
    };
    let (saved, removed) = (successes(actions.save), successes(actions.remove));
    let (linked, unlinked) = (successes(actions.link), successes(actions.unlink));
    let page = Resource::new(
        move || (saved.get(), removed.get(), linked.get(), unlinked.get(), outdated.get()),
        move |_| connection_page(company),
    );
    // Nobody reads it until the form is drawn anew: a memo would miss what is sent before.
    Effect::new(move |_| {
        if let Some(login) = link.sending("input[login]") {
            sent_login.set(Some(login));
        }
    });
    // The frame names the connection.
    Effect::new(move |before: Option<(usize, usize, usize)>| {
        let now = (saved.get(), removed.get(), outdated.get());
        if before.is_some_and(|before| before != now) {
            refresh_viewer();
        }
        now
    });
    let toaster = use_toaster();
    on_success(actions.save, move || toaster.say(text!(odoo.saved)));
    on_success(actions.link, move || toaster.say(text!(odoo.account_linked)));
    on_success(actions.unlink, move || toaster.say(text!(odoo.account_unlinked)));
    let leave = use_leave();
    on_success(actions.remove, move || {
        leave(ODOO);
        toaster.say(text!(odoo.removed));
    });
    let asks = use_query_map();
    let asks_to_remove = Memo::new(move |_| asks.with(|query| query.get("remove").is_some()));

    view! {
        <PageHead
            title=text!(odoo.title)
            lead=text!(odoo.lead)
        />
        <Checklist extent=Extent::Slim/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match page.await {
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                    Ok(ConnectionPage { connection, account, linked_members }) => {
                        let is_connected = connection.is_some();
                        view! {
                            <ConnectionCard company connection=connection.clone() hands=may_manage linked_members actions/>
                            <OwnAccount company connection account actions/>
                            {move || (asks_to_remove.get() && is_connected && may_manage == Hands::On).then(|| view! {
                                <RemoveDialog company linked_members action=actions.remove/>
                            })}
                        }
                        .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// Whether the viewer may change the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hands {
    On,
    Off,
}

/// What can be done on the page. They outlive the parts that are drawn anew after each change.
#[derive(Clone, Copy)]
struct Actions {
    save: Posting,
    remove: Posting,
    link: Posting,
    unlink: Posting,
    /// Counts the refusals to link at a connection that is not the one any more which the page shows.
    outdated: Memo<usize>,
    /// The login that was sent to be linked last: where that was refused, it stands in the form that is drawn then.
    sent_login: RwSignal<Option<String>>,
}
