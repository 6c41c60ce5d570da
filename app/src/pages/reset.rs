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
    posting::{PostForm, Posting},
    server_fns::accounts::{ResetPasswordCall, reset_preview},
    texts::{rich, text},
};

/// What stands in the link's place once it was used.
const DONE: &str = "done";

/// The form of a link that works, or what became of one that does not.
#[component]
pub fn ResetPage() -> impl IntoView {
    let params = use_params_map();
    let action = Posting::to::<ResetPasswordCall>();
    // The answer to the form leads from one token to the other, on the page that stands.
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let body = move || match token.get() {
        token if token == DONE => view! { <Done/> }.into_any(),
        token => view! { <Chosen token action/> }.into_any(),
    };
    view! { <GatePage title=text!(reset.title)>{body}</GatePage> }
}

/// What the link is for, or that it is for nothing any more.
#[component]
fn Chosen(token: String, action: Posting) -> impl IntoView {
    let preview = {
        let token = token.clone();
        Resource::new_blocking(move || token.clone(), reset_preview)
    };
    view! {
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
    }
}

#[component]
fn ResetForm(email: String, token: String, action: Posting) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <p class="lead">{rich!(reset.lead, email = email.clone(), <b> = <b/>)}</p>
        <PostForm action node_ref=form attr:class="form" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[token]" value=token/>
            <input type="text" autocomplete="username" value=email hidden readonly/>
            <PasswordField
                id="password"
                label=text!(reset.new_password)
                name="input[password]"
                autocomplete="new-password"
                hint=password_hint()
                problem=forms::problem(error, F::Password)
            />
            <SubmitButton pending=action.pending() busy=text!(common.saving)>{text!(reset.set)}</SubmitButton>
        </PostForm>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <Note tone=Tone::Good>{text!(reset.done)}</Note>
        <a class="btn primary" href="/sign-in">{text!(common.sign_in)}</a>
    }
}

#[component]
fn Ended() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(Error::ResetEnded.status());
    view! {
        <Note tone=Tone::Gone>
            {text!(reset.ended)}
        </Note>
        <p>{text!(reset.ask_again)}</p>
        <p class="aside">{rich!(reset.known, <a> = <a href="/sign-in"/>)}</p>
    }
}
