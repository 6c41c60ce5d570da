//! The Settings page: what a person and a company say of themselves, inputs and views.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::{CompanyId, MemberId, SessionId},
    time::TimeView,
};

/// The Settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsView {
    /// The person's name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// The time zone that they chose, if they did.
    pub time_zone: Option<String>,
    /// The time zones that there are to choose.
    pub time_zones: Vec<String>,
    /// Where they are signed in; this device first, then the one that was used last.
    pub devices: Vec<DeviceView>,
    /// The company that the page shows.
    pub company: CompanySettings,
}

/// A company's part of the Settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanySettings {
    /// Its name.
    pub name: String,
    /// Its owners' names.
    pub owners: Vec<String>,
    /// The viewer's membership in it.
    pub member: MemberId,
    /// Whether the viewer is its only owner, who cannot leave.
    pub is_last_owner: bool,
    /// When it will be removed, if it is to be.
    pub deletion: Option<TimeView>,
}

/// A browser in which a person is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Its session.
    pub session: SessionId,
    /// The browser in plain words: "Firefox on Windows".
    pub browser: String,
    /// Where it signed in.
    pub address: String,
    /// When.
    pub signed_in: TimeView,
    /// When it was used last, to the minute.
    pub seen: TimeView,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

// An address belongs in no log.
impl fmt::Debug for DeviceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceView").field("session", &self.session).finish_non_exhaustive()
    }
}

/// Saves what a person says of themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveProfile {
    /// Their name.
    pub name: String,
    /// Their time zone by its name in the IANA database; nothing stands for UTC.
    #[serde(default)]
    pub time_zone: String,
    /// Their language by its code; nothing leaves it as it is.
    #[serde(default)]
    pub language: String,
}

/// Sets how the pages look in this browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetColors {
    /// A [`ColorMode`] by name.
    pub colors: String,
}

/// Whether pages are light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMode {
    /// As the device is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl ColorMode {
    /// All three, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in forms and in the cookie.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The text is none of the three modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown colour mode")]
pub struct UnknownColorMode;

impl FromStr for ColorMode {
    type Err = UnknownColorMode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(UnknownColorMode)
    }
}

/// Changes one's own password.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The password until now.
    pub current: String,
    /// The password from now on.
    pub password: String,
}

// A password must not reach a log through a stray `{:?}`.
impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangePassword { … }")
    }
}

/// Signs one of one's own devices out.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct EndSession {
    /// Which.
    pub session: SessionId,
}

/// Gives a company another name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenameCompany {
    /// The company.
    pub company: CompanyId,
    /// Its name from now on.
    pub name: String,
}

/// Asks for a company to be deleted after seven days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteCompany {
    /// The company.
    pub company: CompanyId,
    /// Its name, typed to confirm it.
    pub name: String,
}

/// Keeps a company that was to be deleted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct KeepCompany {
    /// The company.
    pub company: CompanyId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_modes_round_trip() {
        for mode in ColorMode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
        }
        assert_eq!("Dark".parse::<ColorMode>(), Err(UnknownColorMode));
    }
}
