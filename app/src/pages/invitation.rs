//! Accepting an invitation.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use shared::{
    Error, Field as F,
    account::{Acceptance, InvitationPreview},
};

use super::sign_up::password_hint;
use crate::{
    components::{
        ErrorNote, Field, GatePage, LoadError, Note, PasswordField, Skeleton, SubmitButton, Tone,
        frame::SignOut,
    },
    forms,
    server_fns::accounts::{AcceptAsMeCall, AcceptAsNewCall, invitation},
};

/// What the link is for, and the way to accept it from this browser.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let as_new = ServerAction::<AcceptAsNewCall>::new();
    let as_me = ServerAction::<AcceptAsMeCall>::new();
    let preview = {
        let token = token.clone();
        Resource::new_blocking(move || token.clone(), invitation)
    };
    view! {
        <GatePage title="Your invitation">
            <Suspense fallback=|| view! { <Skeleton/> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match preview.await {
                            Ok(preview) => view! { <Accept preview token as_new as_me/> }.into_any(),
                            Err(error) if error.0 == Error::InvitationEnded => {
                                view! { <Ended/> }.into_any()
                            }
                            Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </GatePage>
    }
}

#[component]
fn Accept(
    preview: InvitationPreview,
    token: String,
    as_new: ServerAction<AcceptAsNewCall>,
    as_me: ServerAction<AcceptAsMeCall>,
) -> impl IntoView {
    let InvitationPreview { company, invited_by, email, role, acceptance } = preview;
    let way = match acceptance {
        Acceptance::NewPerson => view! { <NewPerson email token action=as_new/> }.into_any(),
        Acceptance::SignInFirst => view! { <SignInFirst email token/> }.into_any(),
        Acceptance::SignedIn => {
            view! { <AcceptAsMe company=company.clone() token action=as_me/> }.into_any()
        }
        Acceptance::SignedInAsAnother => view! { <Another email/> }.into_any(),
    };
    view! {
        <p class="lead">
            <b dir="auto">{invited_by}</b> " invites you to " <b dir="auto">{company}</b> " as "
            <b>{role.label()}</b> "."
        </p>
        <p class="soft">{role.description()}</p>
        {way}
    }
}

#[component]
fn NewPerson(email: String, token: String, action: ServerAction<AcceptAsNewCall>) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::PersonName, F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <ActionForm action node_ref=form attr:class="form" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[token]" value=token/>
            <div class="field">
                <label for="email">"E-mail"</label>
                // For the eye and for password managers: the server knows the invitation's e-mail.
                <input class="input" id="email" type="email" autocomplete="username" value=email readonly/>
            </div>
            <Field
                id="name"
                label="Your name"
                name="input[name]"
                autocomplete="name"
                problem=forms::problem(error, F::PersonName)
            />
            <PasswordField
                id="password"
                label="Choose a password"
                name="input[password]"
                autocomplete="new-password"
                hint=password_hint()
                problem=forms::problem(error, F::Password)
            />
            <SubmitButton pending=action.pending() busy="Joining…">"Join"</SubmitButton>
        </ActionForm>
    }
}

#[component]
fn SignInFirst(email: String, token: String) -> impl IntoView {
    view! {
        <p>
            "There is an account for " <b>{email}</b>
            " already. Sign in with it, and you come back here to join."
        </p>
        <a class="btn primary" href=format!("/sign-in?next=/invitation/{token}")>"Sign in to join"</a>
    }
}

#[component]
fn AcceptAsMe(
    company: String,
    token: String,
    action: ServerAction<AcceptAsMeCall>,
) -> impl IntoView {
    let error = forms::error_of(action);
    view! {
        <ActionForm action attr:class="form">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[token]" value=token/>
            <SubmitButton pending=action.pending() busy="Joining…">"Join " {company}</SubmitButton>
        </ActionForm>
    }
}

#[component]
fn Another(email: String) -> impl IntoView {
    view! {
        <Note tone=Tone::Warn>
            "This invitation is for " <b>{email}</b>
            ", and somebody else is signed in here. Sign out, then open the link again."
        </Note>
        <SignOut class="btn primary"/>
    }
}

#[component]
fn Ended() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(Error::InvitationEnded.status());
    view! {
        <Note tone=Tone::Gone>
            "This invitation is no longer valid: it was used or withdrawn, or it is older than seven days."
        </Note>
        <p>"Ask whoever invited you for a new link."</p>
        <p class="aside">"Already a member? " <a href="/sign-in">"Sign in"</a></p>
    }
}
