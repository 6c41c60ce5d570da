//! What people set for themselves.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    id::CompanyId,
    settings::{ChangePassword, EndSession, SaveProfile, SetColors, SettingsView},
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, leave_form, set_colors_cookie, set_language_cookie};
use crate::{error::Answer, wire::Wire};

/// The Settings page.
#[server(name = SettingsCall, endpoint = "settings/page", protocol = Wire<PostUrl>)]
pub async fn settings(company: CompanyId) -> Answer<SettingsView> {
    answer(backend()?.settings.page(actor()?, company).await)
}

/// Saves the person's name, time zone and language.
#[server(name = SaveProfileCall, endpoint = "settings/save_profile")]
pub async fn save_profile(input: SaveProfile) -> Answer<()> {
    set_language_cookie(answer(backend()?.settings.save_profile(actor()?, input).await)?);
    leave_form("/settings?done=profile");
    Ok(())
}

/// Keeps in this browser whether its pages are light or dark.
#[server(name = SetColorsCall, endpoint = "settings/set_colors")]
pub async fn set_colors(input: SetColors) -> Answer<()> {
    actor()?;
    answer(input.colors.parse().map(set_colors_cookie).map_err(|_| shared::Error::BadRequest))
}

/// Changes the person's password and signs their other devices out.
#[server(name = ChangePasswordCall, endpoint = "settings/change_password")]
pub async fn change_password(input: ChangePassword) -> Answer<()> {
    answer(backend()?.settings.change_password(actor()?, input).await)?;
    leave_form("/settings?done=password");
    Ok(())
}

/// Signs one of the person's devices out.
#[server(name = EndSessionCall, endpoint = "settings/end_session")]
pub async fn end_session(input: EndSession) -> Answer<()> {
    answer(backend()?.settings.end_session(actor()?, input).await)?;
    leave_form("/settings");
    Ok(())
}

/// Signs all of the person's other devices out.
#[server(name = EndOtherSessionsCall, endpoint = "settings/end_other_sessions")]
pub async fn end_other_sessions() -> Answer<()> {
    answer(backend()?.settings.end_other_sessions(actor()?).await)?;
    leave_form("/settings");
    Ok(())
}
