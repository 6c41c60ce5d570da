//! Signing up and in, sessions, accepting invitations.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    account::{
        AcceptAsMe, AcceptAsNew, InvitationPreview, ResetPassword, ResetPreview, SignIn, SignUp,
        SignupState, Viewer,
    },
    company::SwitchCompany,
    id::CompanyId,
};

#[cfg(feature = "ssr")]
use super::context::{
    actor, answer, backend, caller, keep_typed, leave_form, set_cookie, set_language_cookie,
};
use crate::{error::Answer, wire::Wire};

/// Whether anybody may found a company now.
#[server(name = SignupStateCall, endpoint = "accounts/signup_state", protocol = Wire<PostUrl>)]
pub async fn signup_state() -> Answer<SignupState> {
    answer(backend()?.accounts.signup_state().await)
}

/// Founds a company, signs its owner in and goes to the Odoo connection.
#[server(name = SignUpCall, endpoint = "accounts/sign_up")]
pub async fn sign_up(input: SignUp) -> Answer<()> {
    let cookie = answer(backend()?.accounts.sign_up(&caller()?, input).await)?;
    set_cookie(cookie);
    leptos_axum::redirect("/odoo");
    Ok(())
}

/// Signs in and goes where the person wanted to be: a plain form here, and the page by loading that one
/// anew, as it may be in another language.
#[server(name = SignInCall, endpoint = "accounts/sign_in")]
pub async fn sign_in(input: SignIn) -> Answer<()> {
    let next = after_sign_in(&input.next).to_owned();
    let email = input.email.clone();
    let signed_in = backend()?.accounts.sign_in(&caller()?, input).await;
    // The page that a plain form leads back to is a new one, and shows what was typed.
    keep_typed(signed_in.as_ref().err().map(|_| email.as_str()));
    let signed_in = answer(signed_in)?;
    set_cookie(signed_in.cookie);
    set_language_cookie(signed_in.language);
    leave_form(&next);
    Ok(())
}

/// Ends the session and goes to the sign-in page.
#[server(name = SignOutCall, endpoint = "accounts/sign_out")]
pub async fn sign_out() -> Answer<()> {
    let cookie = answer(backend()?.accounts.sign_out(&caller()?).await)?;
    set_cookie(cookie);
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Who is signed in, for the frame of every page. A page that is open names the company that it shows, which may not be the one
/// that was chosen last.
#[server(name = ViewerCall, endpoint = "accounts/viewer", protocol = Wire<PostUrl>)]
pub async fn viewer(shown: Option<CompanyId>) -> Answer<Viewer> {
    answer(backend()?.accounts.viewer(actor()?, shown).await)
}

/// Shows another company from now on.
#[server(name = SwitchCompanyCall, endpoint = "accounts/switch_company")]
pub async fn switch_company(input: SwitchCompany) -> Answer<()> {
    answer(backend()?.accounts.switch_company(actor()?, input).await)?;
    leptos_axum::redirect("/team");
    Ok(())
}

/// What an invitation's link shows.
#[server(name = InvitationCall, endpoint = "accounts/invitation", protocol = Wire<PostUrl>)]
pub async fn invitation(token: String) -> Answer<InvitationPreview> {
    answer(backend()?.accounts.invitation(&caller()?, token).await)
}

/// Accepts an invitation as a new person, signs them in and goes to the Odoo connection.
#[server(name = AcceptAsNewCall, endpoint = "accounts/accept_as_new")]
pub async fn accept_as_new(input: AcceptAsNew) -> Answer<()> {
    let cookie = answer(backend()?.accounts.accept_as_new(&caller()?, input).await)?;
    set_cookie(cookie);
    leptos_axum::redirect("/odoo");
    Ok(())
}

/// Accepts an invitation as the person who is signed in.
#[server(name = AcceptAsMeCall, endpoint = "accounts/accept_as_me")]
pub async fn accept_as_me(input: AcceptAsMe) -> Answer<()> {
    answer(backend()?.accounts.accept_as_me(actor()?, input).await)?;
    leptos_axum::redirect("/team");
    Ok(())
}

/// Whose password a link sets.
#[server(name = ResetPreviewCall, endpoint = "accounts/reset_preview", protocol = Wire<PostUrl>)]
pub async fn reset_preview(token: String) -> Answer<ResetPreview> {
    answer(backend()?.accounts.reset_preview(token).await)
}

/// Sets a password by a link and says so.
#[server(name = ResetPasswordCall, endpoint = "accounts/reset_password")]
pub async fn reset_password(input: ResetPassword) -> Answer<()> {
    answer(backend()?.accounts.reset_password(&caller()?, input).await)?;
    leptos_axum::redirect("/reset/done");
    Ok(())
}

/// Where whoever signs in goes, by what the page's address said.
#[must_use]
pub fn after_sign_in(next: &str) -> &str {
    local_path(next).unwrap_or("/team")
}

/// `next` if it is a path of this site: one leading slash, and nothing that a browser could read as
/// another host (`//host`, `/\host`) or as a new header.
fn local_path(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let is_local = !rest.starts_with(['/', '\\'])
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_local.then_some(next)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::local_path;

    #[test]
    fn only_a_path_of_this_site_is_followed() {
        assert_eq!(local_path("/api-keys?state=live"), Some("/api-keys?state=live"));
        for foreign in [
            "",
            "team",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/\tevil",
        ] {
            assert_eq!(local_path(foreign), None, "{foreign:?}");
        }
    }
}
