//! Changing one's password.

use leptos::{html, prelude::*};
use shared::Field as F;

use crate::{
    components::{ErrorNote, PasswordField, SubmitButton},
    forms,
    pages::{
        dialog::{load_anew, on_success},
        sign_up::password_hint,
    },
    posting::{PostForm, Posting},
    server_fns::settings::ChangePasswordCall,
    texts::text,
};

/// The password until now, and the one from now on.
#[component]
pub(super) fn PasswordForm(
    /// For password managers: whose password it is.
    email: String,
) -> impl IntoView {
    let action = Posting::to::<ChangePasswordCall>();
    let error = forms::error_of(action);
    let other = forms::general(error, &[F::CurrentPassword, F::Password]);
    let form = NodeRef::<html::Form>::new();
    forms::focus_first_wrong(form, action);
    on_success(action, || load_anew("/settings?done=password"));
    view! {
        <section class="card" aria-labelledby="password-heading">
            <div class="card-head">
                <h2 id="password-heading">{text!(settings.password.heading)}</h2>
                <p>{text!(settings.password.lead)}</p>
            </div>
            <PostForm action node_ref=form attr:class="form in-card" attr:novalidate=true>
                {move || other.get().map(|error| view! { <ErrorNote error/> })}
                <input type="text" autocomplete="username" value=email hidden readonly/>
                <PasswordField
                    id="current"
                    label=text!(settings.password.current)
                    name="input[current]"
                    autocomplete="current-password"
                    problem=forms::problem(error, F::CurrentPassword)
                />
                <PasswordField
                    id="password"
                    label=text!(reset.new_password)
                    name="input[password]"
                    autocomplete="new-password"
                    hint=password_hint()
                    problem=forms::problem(error, F::Password)
                />
                <div class="buttons">
                    <SubmitButton pending=action.pending() busy=text!(settings.password.changing)>{text!(settings.password.change)}</SubmitButton>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}
