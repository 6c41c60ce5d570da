//! Founding a company.

use leptos::{html, prelude::*};
use shared::{Field as F, account::SignupState, password};

use crate::{
    components::{
        ErrorNote, Field, GatePage, LoadError, Note, PasswordField, Skeleton, SubmitButton, Tone,
        ZoneField,
    },
    forms,
    posting::{PostForm, Posting},
    server_fns::accounts::{SignUpCall, signup_state},
    texts::{rich, text},
};

/// The person's and the company's names, e-mail and password; or that it takes an invitation.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let action = Posting::to::<SignUpCall>();
    let signup = Resource::new_blocking(|| (), |()| signup_state());
    view! {
        <GatePage title=text!(sign_up.title)>
            <Suspense fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match signup.await {
                        Ok(SignupState { open: true, .. }) => view! { <SignUpForm action/> }.into_any(),
                        Ok(SignupState { open: false, .. }) => view! { <Closed/> }.into_any(),
                        Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                    }
                })}
            </Suspense>
            <p class="aside">{rich!(sign_up.already, <a> = <a href="/sign-in"/>)}</p>
        </GatePage>
    }
}

#[component]
fn SignUpForm(action: Posting) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::PersonName, F::CompanyName, F::Email, F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <p class="lead">{text!(sign_up.lead)}</p>
        <PostForm action node_ref=form attr:class="form" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <Field
                id="name"
                label=text!(common.your_name)
                name="input[name]"
                autocomplete="name"
                problem=forms::problem(error, F::PersonName)
            />
            <Field
                id="company"
                label=text!(sign_up.company)
                name="input[company]"
                autocomplete="organization"
                problem=forms::problem(error, F::CompanyName)
            />
            <Field
                id="email"
                label=text!(common.e_mail)
                name="input[email]"
                kind="email"
                autocomplete="username"
                problem=forms::problem(error, F::Email)
            />
            <PasswordField
                id="password"
                label=text!(common.password)
                name="input[password]"
                autocomplete="new-password"
                hint=password_hint()
                problem=forms::problem(error, F::Password)
            />
            <ZoneField/>
            <SubmitButton pending=action.pending() busy=text!(sign_up.busy)>{text!(sign_up.create)}</SubmitButton>
        </PostForm>
    }
}

#[component]
fn Closed() -> impl IntoView {
    view! {
        <Note tone=Tone::Gone>
            {text!(sign_up.closed)}
        </Note>
    }
}

/// What makes a password good enough, for whoever chooses one.
pub(in crate::pages) fn password_hint() -> String {
    text!(sign_up.password_hint, min = password::MIN_CHARS)
}
