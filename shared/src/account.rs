//! Signing up, signing in, and who is signed in: inputs and views.
//!
//! Inputs hold what a form sent, as text; the service parses it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::{CompanyId, MemberId, UserId},
    role::Role,
    time::TimeView,
};

/// Founds a company and its first owner.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignUp {
    /// The person's name.
    pub name: String,
    /// The company's name.
    pub company: String,
    /// Their e-mail.
    pub email: String,
    /// Their password.
    pub password: String,
    /// The name of their browser's time zone, where it told one; one that is not known stands for UTC.
    #[serde(default)]
    pub time_zone: String,
}

/// Starts a session.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The person's e-mail.
    pub email: String,
    /// Their password.
    pub password: String,
    /// The path to go to afterwards; anything but a path of this site is ignored.
    #[serde(default)]
    pub next: String,
}

/// Accepts an invitation as a new person.
#[derive(Clone, Serialize, Deserialize)]
pub struct AcceptAsNew {
    /// The invitation's token, from its link.
    pub token: String,
    /// The person's name.
    pub name: String,
    /// The password that they choose.
    pub password: String,
    /// The name of their browser's time zone, where it told one; one that is not known stands for UTC.
    #[serde(default)]
    pub time_zone: String,
}

/// Accepts an invitation as the person who is signed in.
#[derive(Clone, Serialize, Deserialize)]
pub struct AcceptAsMe {
    /// The invitation's token, from its link.
    pub token: String,
}

/// Sets a new password by a link.
#[derive(Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The link's token.
    pub token: String,
    /// The password from now on.
    pub password: String,
}

/// What such a link shows before it is used.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetPreview {
    /// The person's e-mail.
    pub email: String,
}

macro_rules! redacted {
    ($($name:ident),*) => {$(
        // A password or a token must not reach a log through a stray `{:?}`.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), " { … }"))
            }
        }
    )*};
}
redacted!(SignUp, SignIn, AcceptAsNew, AcceptAsMe, ResetPassword, ResetPreview);

/// Who is signed in, and where they are: what the frame of every page needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// The company that the pages show now; `None` for somebody who is in no company any more.
    pub current: Option<CurrentCompany>,
    /// All companies that they are a member of, by name.
    pub companies: Vec<CompanyChoice>,
}

/// The company that the pages show now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentCompany {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// The viewer's membership in it.
    pub member: MemberId,
    /// The viewer's role in it.
    pub role: Role,
    /// The version of the Odoo that is connected, in short: "19".
    pub connection: Option<String>,
    /// Changes that wait for a decision of the viewer's.
    pub waiting: u32,
    /// Notices that the viewer has not read.
    pub unread: u32,
    /// When the company will be removed, if it is to be.
    pub deletion: Option<TimeView>,
}

/// One entry of the company switcher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyChoice {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// The viewer's role in it.
    pub role: Role,
}

/// What the sign-in and sign-up pages need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignupState {
    /// Whether anybody may found a company now.
    pub open: bool,
    /// Whether the server has no person yet: then the first page is sign-up.
    pub first: bool,
}

/// What an invitation's link shows before it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationPreview {
    /// The company's name.
    pub company: String,
    /// The inviter's name.
    pub invited_by: String,
    /// The e-mail that it is bound to.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// How it can be accepted from this browser.
    pub acceptance: Acceptance,
}

/// How an invitation can be accepted from this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// The e-mail is new here: choose a name and a password.
    NewPerson,
    /// The e-mail is known here: sign in first.
    SignInFirst,
    /// The invited person is signed in: one click.
    SignedIn,
    /// Somebody else is signed in.
    SignedInAsAnother,
}
