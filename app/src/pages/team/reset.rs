//! The dialogs of a forgotten password: making a link, and showing it once.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    id::CompanyId,
    member::{MakeResetLink, MemberView, ResetLink},
};

use super::open::TEAM;
use crate::{
    components::{
        CloseLink, Closing, Copyable, Dialog, ErrorNote, Note, Shape, SubmitButton, Tone, use_ready,
    },
    error::AppError,
    forms,
    pages::dialog::NeedsScript,
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
    let ready = use_ready();
    let unready = Signal::derive(move || !ready.get());
    let make = Action::new(move |input: &MakeResetLink| {
        let input = *input;
        async move {
            on_link.run(make_reset_link(input).await?);
            Ok::<(), AppError>(())
        }
    });
    let busy: Signal<bool> = make.pending().into();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            make.dispatch(MakeResetLink { company, member: id });
        }
    };
    let error = forms::error_of(make);
    view! {
        <Dialog
            heading=format!("Let {name} set a new password?")
            lead="You get a link to hand to them yourself. It works once, for an hour, and signs all their devices out."
            closing=Closing::To(TEAM.to_owned())
            busy
        >
            <form on:submit=submit>
                <div class="body">
                    <NeedsScript what="A link needs JavaScript: it is shown once."/>
                    {move || error.get().map(|error| view! { <ErrorNote error/> })}
                    <Note tone=Tone::Warn>
                        "Whoever has the link has the account. Be sure that it is " <bdi>{name}</bdi> " who asks. They are told that you made it."
                    </Note>
                </div>
                <footer>
                    <CloseLink to=TEAM>"Cancel"</CloseLink>
                    <SubmitButton pending=busy disabled=unready>"Make the link"</SubmitButton>
                </footer>
            </form>
        </Dialog>
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
        <Dialog
            heading=format!("Hand this link to {name}")
            lead="It is shown only now, and works for an hour. A new link ends this one."
            closing=Closing::ByButton
        >
            <div class="body"><Copyable text=url what="the link" shape=Shape::Line/></div>
            <footer>
                <button type="button" class="btn primary" on:click=move |_| on_copied.run(())>
                    "I have copied it"
                </button>
            </footer>
        </Dialog>
    }
}
