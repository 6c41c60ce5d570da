//! Signing in.

use leptos::{html, prelude::*};
use shared::{Field as F, account::SignupState};

use crate::{
    components::{ErrorNote, Field, GatePage, PasswordField, SubmitButton},
    error::Answer,
    forms,
    pages::{
        dialog::{load_anew, on_success},
        query::use_query,
    },
    posting::{PostForm, Posting},
    server_fns::accounts::{SignInCall, after_sign_in, signup_state},
    texts::{rich, text},
};

/// E-mail and password; afterwards the page that the person wanted, which `next` names.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = Posting::to::<SignInCall>();
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::Email, F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    let next = use_query().with_untracked(|query| query.get("next").unwrap_or_default().to_owned());
    let wanted = next.clone();
    on_success(action, move || load_anew(after_sign_in(&wanted)));
    #[cfg(feature = "ssr")]
    let typed = crate::server_fns::typed().unwrap_or_default();
    // The browser finds it in the page.
    #[cfg(not(feature = "ssr"))]
    let typed = String::new();
    let signup = Resource::new_blocking(|| (), |()| signup_state());

    view! {
        <GatePage title=text!(sign_in.title)>
            <PostForm action node_ref=form attr:class="form" attr:novalidate=true>
                {move || other.get().map(|error| view! { <ErrorNote error/> })}
                <input type="hidden" name="input[next]" value=next/>
                <Field
                    id="email"
                    label=text!(common.e_mail)
                    name="input[email]"
                    kind="email"
                    autocomplete="username"
                    value=typed
                    problem=forms::problem(error, F::Email)
                />
                <PasswordField
                    id="password"
                    label=text!(common.password)
                    name="input[password]"
                    autocomplete="current-password"
                    problem=forms::problem(error, F::Password)
                />
                <SubmitButton pending=action.pending() busy=text!(sign_in.busy)>{text!(common.sign_in)}</SubmitButton>
            </PostForm>
            <p class="aside">
                {text!(sign_in.forgotten)}
            </p>
            <Suspense>
                {move || Suspend::new(async move { view! { <OtherWays signup=signup.await/> } })}
            </Suspense>
        </GatePage>
    }
}

/// How somebody without an account gets one.
#[component]
fn OtherWays(signup: Answer<SignupState>) -> impl IntoView {
    match signup {
        Ok(SignupState { open: true, .. }) => view! {
            <p class="aside">{rich!(sign_in.new_here, <a> = <a href="/sign-up"/>)}</p>
        }
        .into_any(),
        Ok(SignupState { open: false, .. }) | Err(_) => view! {
            <p class="aside">{text!(sign_in.no_account)}</p>
        }
        .into_any(),
    }
}
