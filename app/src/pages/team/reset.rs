//! The dialogs of a forgotten password: making a link, and showing it once.

use leptos::prelude::*;
use shared::{
    id::CompanyId,
    member::{MakeResetLink, MemberView, ResetLink},
};

use super::link::{AskForLink, ShowLink};
use crate::{
    components::{Note, Tone},
    server_fns::team::make_reset_link,
};

/// Asks before a link is made.
#[component]
pub(super) fn ResetDialog(
    /// The company.
    company: CompanyId,
    /// For whom.
    member: MemberView,
    /// Called with the link.
    on_link: Callback<ResetLink>,
) -> impl IntoView {
    let MemberView { member: id, name, .. } = member;
    view! {
        <AskForLink
            heading=format!("Let {name} set a new password?")
            lead="You get a link to hand to them yourself. It works once, for an hour, and signs all their devices out."
            needs="A link needs JavaScript: it is shown once."
            button="Make the link"
            make=move || make_reset_link(MakeResetLink { company, member: id })
            on_link
        >
            <Note tone=Tone::Warn>
                "Whoever has the link has the account. Be sure that it is " <bdi>{name}</bdi> " who asks. They are told that you made it."
            </Note>
        </AskForLink>
    }
}

/// Shows the link, once.
#[component]
pub(super) fn ResetLinkDialog(
    /// The link.
    link: ResetLink,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let ResetLink { name, url } = link;
    view! {
        <ShowLink
            heading=format!("Hand this link to {name}")
            lead="It is shown only now, and works for an hour. A new link ends this one."
            url
            on_copied
        />
    }
}
