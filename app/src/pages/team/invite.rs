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
    pages::{
        dialog::{NeedsScript, use_making},
        made::Made,
    },
    server_fns::team::{invite, renew_invitation},
    texts::text,
};

/// Asks whom to invite, and as what.
#[component]
pub(super) fn InviteDialog(
    /// The company.
    company: CompanyId,
    /// The viewer's role, which decides what roles there are to give.
    viewer: Role,
    /// Called with the link.
    on_made: Callback<Made>,
) -> impl IntoView {
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let (form, email) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    let role = RwSignal::new(Some(Role::Member));
    // The action's own value would keep the link until the next call: it goes to `on_made` alone.
    let send = Action::new(move |input: &Invite| {
        let input = input.clone();
        async move {
            on_made.try_run(Made::Invitation(invite(input).await?));
            Ok::<(), AppError>(())
        }
    });
    let busy = use_making(send.pending());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        send.dispatch(Invite {
            company,
            email: email.get_untracked().map(|input| input.value()).unwrap_or_default(),
            role: role.get_untracked().map(|role| role.to_string()).unwrap_or_default(),
        });
    };
    let error = forms::error_of(send);
    forms::focus_first_wrong(form, send);
    let other = forms::general(error, &[F::Email]);

    view! {
        <Dialog
            heading=text!(invite_dialog.heading)
            lead=text!(invite_dialog.lead)
            closing=Closing::To(TEAM.to_owned())
            busy
        >
            <form node_ref=form on:submit=submit novalidate>
                <div class="body">
                    <NeedsScript what=text!(invite_dialog.needs_script)/>
                    {move || other.get().map(|error| view! { <ErrorNote error/> })}
                    <Field
                        id="invite-email"
                        label=text!(common.e_mail)
                        name="email"
                        kind="email"
                        problem=forms::problem(error, F::Email)
                        node_ref=email
                    />
                    <RoleOptions roles=rules::invitable(viewer) name="role" chosen=role/>
                </div>
                <footer>
                    <CloseLink to=TEAM>{text!(common.cancel)}</CloseLink>
                    <SubmitButton pending=busy disabled=unready>{text!(invite_dialog.make)}</SubmitButton>
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
    on_made: Callback<Made>,
) -> impl IntoView {
    let InvitationView { invitation: id, email, .. } = invitation;
    view! {
        <AskForLink
            heading=text!(invite_dialog.renew_heading, email = email)
            lead=text!(invite_dialog.renew_lead)
            needs=text!(invite_dialog.renew_needs_script)
            button=text!(invite_dialog.renew)
            make=move || async move {
                renew_invitation(RenewInvitation { company, invitation: id }).await.map(Made::Invitation)
            }
            on_link=on_made
        />
    }
}

/// Shows an invitation's link, once.
#[component]
pub(in crate::pages) fn LinkDialog(
    /// The link.
    link: InvitationLink,
    /// Called by *I have copied it*.
    on_copied: Callback<()>,
) -> impl IntoView {
    let InvitationLink { invitation: _, email, url } = link;
    view! {
        <ShowLink
            heading=text!(invite_dialog.link_heading, email = email)
            lead=text!(invite_dialog.link_lead)
            url
            on_copied
        >
            <p class="soft">{text!(invite_dialog.whoever)}</p>
        </ShowLink>
    }
}
