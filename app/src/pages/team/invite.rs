//! Inviting somebody, replacing an invitation's link, and the link that comes of both. They wait for
//! hydration: the link is shown once, and what a plain form post returns nobody sees.

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    Field as F,
    id::CompanyId,
    member::{InvitationLink, InvitationView, Invite, RenewInvitation},
    role::Role,
};

use super::{
    link::{AskForLink, ShowLink},
    open::TEAM,
    role_options::RoleOptions,
    rules,
};
use crate::{
    components::{CloseLink, Closing, Dialog, ErrorNote, Field, SubmitButton, use_ready},
    error::AppError,
    forms,
    pages::dialog::NeedsScript,
    server_fns::team::{invite, renew_invitation},
};

/// Asks whom to invite, and as what.
#[component]
pub(super) fn InviteDialog(
    /// The company.
    company: CompanyId,
    /// The viewer's role, which decides what roles there are to give.
    viewer: Role,
    /// Called with the link.
    on_link: Callback<InvitationLink>,
) -> impl IntoView {
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let (form, email) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    let role = RwSignal::new(Role::Member);
    // The action's own value would keep the link until the next call: it goes to `on_link` alone.
    let send = Action::new(move |input: &Invite| {
        let input = input.clone();
        async move {
            on_link.run(invite(input).await?);
            Ok::<(), AppError>(())
        }
    });
    let busy: Signal<bool> = send.pending().into();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        send.dispatch(Invite {
            company,
            email: email.get_untracked().map(|input| input.value()).unwrap_or_default(),
            role: role.get_untracked().to_string(),
        });
    };
    let error = forms::error_of(send);
    forms::focus_first_wrong(form, send);
    let other = forms::general(error, &[F::Email]);

    view! {
        <Dialog
            heading="Invite somebody"
            lead="You get a link to send to them yourself. It works once, for seven days, for this e-mail address."
            closing=Closing::To(TEAM.to_owned())
            busy
        >
            <form node_ref=form on:submit=submit novalidate>
                <div class="body">
                    <NeedsScript what="Inviting somebody needs JavaScript: the link is shown once."/>
                    {move || other.get().map(|error| view! { <ErrorNote error/> })}
                    <Field
                        id="invite-email"
                        label="E-mail"
                        name="email"
                        kind="email"
                        problem=forms::problem(error, F::Email)
                        node_ref=email
                    />
                    <RoleOptions roles=rules::invitable(viewer) name="role" chosen=role/>
                </div>
                <footer>
                    <CloseLink to=TEAM>"Cancel"</CloseLink>
                    <SubmitButton pending=busy disabled=unready>"Make the link"</SubmitButton>
                </footer>
            </form>
        </Dialog>
    }
}

/// Asks before an invitation's link is replaced.
#[component]
pub(super) fn RenewDialog(
    /// The company.
    company: CompanyId,
    /// Which.
    invitation: InvitationView,
    /// Called with the new link.
    on_link: Callback<InvitationLink>,
) -> impl IntoView {
    let InvitationView { invitation: id, email, .. } = invitation;
    view! {
        <AskForLink
            heading=format!("Make a new link for {email}?")
            lead="The link that they have stops working. The new one works for seven days."
            needs="A new link needs JavaScript: it is shown once."
            button="Make a new link"
            make=move || renew_invitation(RenewInvitation { company, invitation: id })
            on_link
        />
    }
}

/// Shows an invitation's link, once.
#[component]
pub(super) fn LinkDialog(
    /// The link.
    link: InvitationLink,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let InvitationLink { invitation: _, email, url } = link;
    view! {
        <ShowLink
            heading=format!("Send this link to {email}")
            lead="Send it to them yourself, by e-mail or chat. It is shown only now; you can make a new one later."
            url
            on_copied
        >
            <p class="soft">"Whoever opens it first, with this e-mail address, joins the company."</p>
        </ShowLink>
    }
}
