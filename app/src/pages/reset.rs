//! Setting a new password by a link.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use shared::{Error, Field as F, account::ResetPreview};

use super::sign_up::password_hint;
use crate::{
    components::{
        ErrorNote, GatePage, LoadError, Note, PasswordField, Skeleton, SubmitButton, Tone,
    },
    forms,
    server_fns::accounts::{ResetPasswordCall, reset_preview},
};

/// What stands in the link's place once it was used.
const DONE: &str = "done";

/// The form of a link that works, or what became of one that does not.
#[component]
pub fn ResetPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let action = ServerAction::<ResetPasswordCall>::new();
    if token == DONE {
        return view! { <GatePage title="A new password"><Done/></GatePage> }.into_any();
    }
    let preview = {
        let token = token.clone();
        Resource::new_blocking(move || token.clone(), reset_preview)
    };
    view! {
        <GatePage title="A new password">
            <Suspense fallback=|| view! { <Skeleton/> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match preview.await {
                            Ok(ResetPreview { email }) => {
                                view! { <ResetForm email token action/> }.into_any()
                            }
                            Err(error) if error.0 == Error::ResetEnded => view! { <Ended/> }.into_any(),
                            Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </GatePage>
    }
    .into_any()
}

#[component]
fn ResetForm(
    email: String,
    token: String,
    action: ServerAction<ResetPasswordCall>,
) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <p class="lead">"Choose it for " <b>{email.clone()}</b> ". Every device that is signed in now is signed out."</p>
        <ActionForm action node_ref=form attr:class="form" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[token]" value=token/>
            <input type="text" autocomplete="username" value=email hidden readonly/>
            <PasswordField
                id="password"
                label="New password"
                name="input[password]"
                autocomplete="new-password"
                hint=password_hint()
                problem=forms::problem(error, F::Password)
            />
            <SubmitButton pending=action.pending() busy="Saving…">"Set the password"</SubmitButton>
        </ActionForm>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <Note tone=Tone::Good>"Your password is set, and all your devices are signed out."</Note>
        <a class="btn primary" href="/sign-in">"Sign in"</a>
    }
}

#[component]
fn Ended() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(Error::ResetEnded.status());
    view! {
        <Note tone=Tone::Gone>
            "This link is no longer valid: it was used or replaced, or it is older than an hour."
        </Note>
        <p>"Ask an owner of your company for a new one."</p>
        <p class="aside">"You know your password? " <a href="/sign-in">"Sign in"</a></p>
    }
}
