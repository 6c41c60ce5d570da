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
        ZoneField, frame::SignOut,
    },
    forms,
    posting::{PostForm, Posting},
    server_fns::accounts::{AcceptAsMeCall, AcceptAsNewCall, invitation},
    texts::{rich, text},
    words,
};

/// What the link is for, and the way to accept it from this browser.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let as_new = Posting::to::<AcceptAsNewCall>();
    let as_me = Posting::to::<AcceptAsMeCall>();
    let preview = {
        let token = token.clone();
        Resource::new_blocking(move || token.clone(), invitation)
    };
    view! {
        <GatePage title=text!(invitation.title)>
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
    as_new: Posting,
    as_me: Posting,
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
            {rich!(
                invitation.lead,
                inviter = invited_by,
                company = company,
                role = words::who(role),
                <name> = <b dir="auto"/>,
                <b> = <b/>
            )}
        </p>
        <p class="soft">{words::about_your_role(role)}</p>
        {way}
    }
}

#[component]
fn NewPerson(email: String, token: String, action: Posting) -> impl IntoView {
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::PersonName, F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    view! {
        <PostForm action node_ref=form attr:class="form" attr:novalidate=true>
            {move || other.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[token]" value=token/>
            <div class="field">
                <label for="email">{text!(common.e_mail)}</label>
                // For the eye and for password managers: the server knows the invitation's e-mail.
                <input class="input" id="email" type="email" autocomplete="username" value=email readonly/>
            </div>
            <Field
                id="name"
                label=text!(common.your_name)
                name="input[name]"
                autocomplete="name"
                problem=forms::problem(error, F::PersonName)
            />
            <PasswordField
                id="password"
                label=text!(invitation.choose_password)
                name="input[password]"
                autocomplete="new-password"
                hint=password_hint()
                problem=forms::problem(error, F::Password)
            />
            <ZoneField/>
            <SubmitButton pending=action.pending() busy=text!(invitation.busy)>{text!(invitation.join)}</SubmitButton>
        </PostForm>
    }
}

#[component]
fn SignInFirst(email: String, token: String) -> impl IntoView {
    view! {
        <p>{rich!(invitation.sign_in_first, email = email, <b> = <b/>)}</p>
        <a class="btn primary" href=format!("/sign-in?next=/invitation/{token}")>{text!(invitation.sign_in_to_join)}</a>
    }
}

#[component]
fn AcceptAsMe(company: String, token: String, action: Posting) -> impl IntoView {
    let error = forms::error_of(action);
    view! {
        <PostForm action attr:class="form">
            {move || error.get().map(|error| view! { <ErrorNote error/> })}
            <input type="hidden" name="input[token]" value=token/>
            <SubmitButton pending=action.pending() busy=text!(invitation.busy)>
                {text!(invitation.join_company, company = words::isolated(&company))}
            </SubmitButton>
        </PostForm>
    }
}

#[component]
fn Another(email: String) -> impl IntoView {
    view! {
        <Note tone=Tone::Warn>
            {rich!(invitation.another, email = email, <b> = <b/>)}
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
            {text!(invitation.ended)}
        </Note>
        <p>{text!(invitation.ask_again)}</p>
        <p class="aside">{rich!(sign_up.already, <a> = <a href="/sign-in"/>)}</p>
    }
}
