//! The dialogs of a forgotten password: making a link, and showing it once.

use leptos::prelude::*;
use shared::{
    id::CompanyId,
    member::{MakeResetLink, MemberView, ResetLink},
};

use super::link::{AskForLink, ShowLink};
use crate::{
    components::{Note, Tone},
    pages::made::Made,
    server_fns::team::make_reset_link,
    texts::{rich, text},
    words,
};

/// Asks before a link is made.
#[component]
pub(super) fn ResetDialog(
    /// The company.
    company: CompanyId,
    /// For whom.
    member: MemberView,
    /// Called with the link.
    on_made: Callback<Made>,
) -> impl IntoView {
    let MemberView { member: id, name, .. } = member;
    view! {
        <AskForLink
            heading=text!(reset_dialog.heading, name = words::isolated(&name))
            lead=text!(reset_dialog.lead)
            needs=text!(reset_dialog.needs_script)
            button=text!(invite_dialog.make)
            make=move || async move {
                make_reset_link(MakeResetLink { company, member: id }).await.map(Made::Reset)
            }
            on_link=on_made
        >
            <Note tone=Tone::Warn>
                {rich!(reset_dialog.warning, name = name, <bdi> = <bdi/>)}
            </Note>
        </AskForLink>
    }
}

/// Shows the link, once.
#[component]
pub(in crate::pages) fn ResetLinkDialog(
    /// The link.
    link: ResetLink,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let ResetLink { name, url } = link;
    view! {
        <ShowLink
            heading=text!(reset_dialog.link_heading, name = words::isolated(&name))
            lead=text!(reset_dialog.link_lead)
            url
            on_copied
        />
    }
}
