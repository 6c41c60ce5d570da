//! The closed list of what can go wrong for a person in the dashboard, and the sentence for each.
//!
//! An error carries codes and numbers, never free text: on a plain form post it travels in a URL, which
//! anybody can write, and a page must not show a stranger's sentence.

use serde::{Deserialize, Serialize};

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// One or more fields need another value; nothing was saved.
    #[error("some fields need another value")]
    Invalid(Vec<FieldError>),
    /// Nobody is signed in, or the session has ended.
    #[error("you are signed out: sign in and try again")]
    SignedOut,
    /// E-mail and password do not belong together. One answer for an unknown e-mail and a wrong password.
    #[error("the e-mail or the password is wrong")]
    WrongCredentials,
    /// Too many attempts; the next may be made after this many seconds.
    #[error("too many attempts: try again in {}", wait_text(*retry_after_seconds))]
    TooManyAttempts {
        /// Seconds until the next attempt.
        retry_after_seconds: u32,
    },
    /// The server takes no sign-ups without an invitation.
    #[error("sign-up is by invitation only: ask an owner or an admin of your company")]
    SignupClosed,
    /// The thing is visible to the person, but they may not do this to it.
    #[error("your role does not allow this")]
    Forbidden,
    /// There is no such thing, or the person may not know that there is.
    #[error("not found: it does not exist or is not visible to you")]
    NotFound,
    /// It would leave the company without an owner.
    #[error("a company needs at least one owner: make somebody else an owner first")]
    LastOwner,
    /// The person is a member already.
    #[error("this person is already a member")]
    AlreadyMember,
    /// The key was revoked before, or has expired; both are final.
    #[error("this key is already revoked or expired")]
    KeyEnded,
    /// The key was rotated before: it works until its grace is over, and has its successor.
    #[error("this key was already rotated: rotate the new one instead")]
    KeyRotated,
    /// The request was carried out before, and what it made cannot be shown again.
    #[error(
        "this key was already generated, and a key is shown only once: revoke it if you did not copy it"
    )]
    AlreadyGenerated,
    /// The invitation is unknown, used, withdrawn or too old.
    #[error("this invitation is no longer valid: ask for a new link")]
    InvitationEnded,
    /// The invitation is for another e-mail than the one that is signed in.
    #[error(
        "this invitation is for another e-mail address: sign out first, then open the link again"
    )]
    InvitationForAnother,
    /// The link by which a new password is set is unknown, used, replaced or too old.
    #[error("this link is no longer valid: ask for a new one")]
    ResetEnded,
    /// The link that hands a key over was used, withdrawn, is too old, or its maker may make no keys any more.
    #[error("this link is no longer valid: ask for a new one, if you still need the key")]
    HandoverEnded,
    /// The person works in other companies too, where this one's owners have no say.
    #[error(
        "this person works in another company too: whoever runs aidoo can make a link for them"
    )]
    NotYoursToReset,
    /// A workflow's draft has faults.
    #[error("this workflow still has faults: fix them and save it first")]
    HasFlaws,
    /// Not every step of a workflow's draft, as it is now, was tried on screen.
    #[error(
        "not every step of this workflow was tried as it is now: try it up to its last step first"
    )]
    NotTried,
    /// The change was decided before, or its time is over.
    #[error("this change was already decided, or its time is over")]
    AlreadyDecided,
    /// The company has no Odoo connection yet.
    #[error("no odoo is connected yet")]
    NotConnected,
    /// The company's Odoo connection leads elsewhere than the person was shown: what they typed was meant for that.
    #[error(
        "the odoo connection has changed since this page was opened: check where it leads now, then enter your login again"
    )]
    ConnectionChanged,
    /// Odoo did not do what was asked, for this reason.
    #[error("{0}")]
    Odoo(OdooProblem),
    /// The database or another part that Aidoo needs does not answer.
    #[error("aidoo is not available right now: try again in a moment")]
    Unavailable,
    /// No answer came to the browser: the network is gone, or the server. Whether the request arrived is not known.
    #[error("aidoo cannot be reached: check the connection and try again")]
    Unreachable,
    /// The request could not be read: a page of an older version, or a request made by hand.
    #[error("the request could not be read: reload the page and try again")]
    BadRequest,
    /// Something that should not happen; the log has the details under the same reference.
    #[error("something went wrong on our side (reference {reference:08x})")]
    Internal {
        /// Repeated in the log line.
        reference: u32,
    },
}

impl Error {
    /// The error of one field.
    #[must_use]
    pub fn field(field: Field, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError { field, problem }])
    }

    /// What is wrong with `field`, if anything is.
    #[must_use]
    pub fn problem_of(&self, field: Field) -> Option<Problem> {
        match self {
            Self::Invalid(errors) => {
                errors.iter().find(|error| error.field == field).map(|error| error.problem)
            }
            _ => None,
        }
    }

    /// The HTTP status for a client that is not a browser's page load.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignedOut | Self::WrongCredentials => 401,
            Self::SignupClosed
            | Self::Forbidden
            | Self::InvitationForAnother
            | Self::NotYoursToReset => 403,
            Self::NotFound => 404,
            Self::LastOwner
            | Self::AlreadyMember
            | Self::KeyEnded
            | Self::KeyRotated
            | Self::AlreadyGenerated
            | Self::AlreadyDecided
            | Self::HasFlaws
            | Self::NotTried
            | Self::ConnectionChanged => 409,
            Self::InvitationEnded | Self::ResetEnded | Self::HandoverEnded => 410,
            Self::Invalid(_) | Self::NotConnected | Self::Odoo(_) => 422,
            Self::TooManyAttempts { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable | Self::Unreachable => 503,
        }
    }
}

/// How long to wait: "90 s", "2 min".
#[must_use]
pub fn wait_text(seconds: u32) -> String {
    match seconds {
        0..=90 => format!("{} s", seconds.max(1)),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The fields of all forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A person's name.
    PersonName,
    /// A company's name.
    CompanyName,
    /// An e-mail address.
    Email,
    /// A password.
    Password,
    /// The password that a person has until they change it.
    CurrentPassword,
    /// A time zone.
    TimeZone,
    /// A language.
    Language,
    /// The name of the company, typed to confirm that it is to be deleted.
    CompanyToDelete,
    /// A member's role.
    Role,
    /// A key's name.
    KeyName,
    /// A key's permissions.
    Permissions,
    /// When a key expires.
    Expiry,
    /// The address of an Odoo server.
    OdooUrl,
    /// The name of an Odoo database.
    OdooDatabase,
    /// How many calls an Odoo gets in a second.
    CallsPerSecond,
    /// How many calls an Odoo gets at the same time.
    CallsAtOnce,
    /// The login of an Odoo user.
    OdooLogin,
    /// The API key or password of an Odoo user.
    OdooSecret,
    /// How a kind of change is confirmed.
    Confirmation,
    /// How often a key may call in a minute.
    CallRate,
    /// How often a key may change something in a minute.
    WriteRate,
    /// A workflow's name.
    WorkflowName,
    /// What a workflow is for.
    WorkflowDescription,
    /// Names of models that are opened.
    OpenModels,
    /// Names of models that are closed.
    ClosedModels,
    /// Names of fields that are secret.
    SecretFields,
    /// Methods that are opened.
    OpenMethods,
    /// The most days that a key lives.
    LongestLife,
    /// Days after which an unused key is revoked.
    UnusedDays,
    /// Networks from which keys may come.
    Networks,
    /// Who may generate keys for others.
    Makers,
    /// The first day of a list.
    Since,
    /// The last day of a list.
    Until,
}

/// What can be wrong with a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was given.
    #[error("this field is required")]
    Required,
    /// Fewer characters than needed.
    #[error("use at least {min} characters")]
    TooShort {
        /// The fewest.
        min: u32,
    },
    /// More characters than fit.
    #[error("use at most {max} characters")]
    TooLong {
        /// The most.
        max: u32,
    },
    /// Line breaks, tabs, or characters that hide or reorder text.
    #[error("this has characters that cannot be shown, such as a line break")]
    ControlCharacters,
    /// Not an e-mail address.
    #[error("this is not an e-mail address")]
    NotAnEmail,
    /// Somebody has an account with this e-mail.
    #[error("there is an account with this e-mail already: sign in instead")]
    Taken,
    /// A password that is soon guessed.
    #[error(
        "this password is easy to guess: use a few unrelated words, without your name or company"
    )]
    Guessable,
    /// Not the password that the person has.
    #[error("this is not your password")]
    NotYourPassword,
    /// Not the name that confirms what is to be done.
    #[error("type the name of the company exactly as it is shown")]
    NotTheName,
    /// No permission was chosen.
    #[error("choose at least one permission")]
    NoPermission,
    /// More than the company lets this role's keys allow.
    #[error("the company's policy does not let this person's keys allow that much")]
    AboveCeiling,
    /// More than the key allows by itself.
    #[error("a key can only lose permissions: generate another one to allow more")]
    Widened,
    /// Not a date as year-month-day.
    #[error("this is not a date")]
    NotADate,
    /// Not a day as a list is narrowed to it.
    #[error("this is not a date: write it as 2026-11-24, or leave it empty")]
    NotADay,
    /// A time that ends before it begins.
    #[error("the end date is before the start date")]
    EndsBeforeStart,
    /// The date is over.
    #[error("choose a date after today")]
    InThePast,
    /// Further ahead than a key may live.
    #[error("choose a date within the next 10 years")]
    TooFarAhead,
    /// Not a whole number in a range.
    #[error("use a whole number from {min} to {max}")]
    OutOfRange {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// A line that is no technical name of a model.
    #[error("write one technical name such as sale.order in each line")]
    NotAModel,
    /// A line that is no name of a field.
    #[error("write one field name such as x_salary in each line")]
    NotAField,
    /// A line that is no model and method, or one that stays closed.
    #[error(
        "write one model and method such as sale.order.message_post in each line; methods that delete or are private stay closed"
    )]
    NotAMethod,
    /// A line that is no network.
    #[error("write one address or network such as 203.0.113.0/24 in each line")]
    NotANetwork,
    /// Later than the company lets a key live.
    #[error("your company's policies let a key live {days} days at most")]
    BeyondPolicy {
        /// The most days.
        days: u32,
    },
    /// More lines than fit.
    #[error("use at most {max} lines")]
    TooManyLines {
        /// The most.
        max: u32,
    },
    /// The company has as many workflows as it may have.
    #[error("the company has {max} workflows already, and may have no more: remove one first")]
    TooManyWorkflows {
        /// The most.
        max: u32,
    },
    /// The person has as many keys that work as they may have.
    #[error("the person has {max} keys that work, and may have no more: revoke one first")]
    TooManyKeys {
        /// The most.
        max: u32,
    },
    /// None of the offered values.
    #[error("choose one of the offered values")]
    Unknown,
    /// Not a web address.
    #[error("this is not a web address such as https://mycompany.odoo.com")]
    NotAUrl,
    /// A web address with a part that does not belong there.
    #[error("use only the address of the server, without user name, query or fragment")]
    UrlHasExtras,
    /// A public server without encryption.
    #[error("use https for this address: keys must not travel unencrypted")]
    HttpsRequired,
    /// The address, or one that its name stands for, may not be called from this server.
    #[error(
        "this server may not call that address; whoever runs Aidoo can allow it with AIDOO_ODOO_ALLOW"
    )]
    AddressNotAllowed,
}

/// Why Odoo could not be used, in the words of the person's situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum OdooProblem {
    /// The host's name has no address.
    #[error("there is no server with that name: check the address for typing errors")]
    UnknownHost,
    /// Nothing listens there, or the connection broke.
    #[error("the server does not accept connections: is odoo running, and is the port right?")]
    Unreachable,
    /// No answer in time.
    #[error("the server did not answer in time: try again, or ask whoever runs it")]
    Timeout,
    /// The certificate is not trusted, or TLS failed otherwise.
    #[error(
        "the server's certificate could not be verified: it may be expired, self-signed or for another name"
    )]
    Tls,
    /// It answers, but not as Odoo does.
    #[error("a server answers there, but it is not an odoo with its external interface on")]
    NotOdoo,
    /// The server answers with a redirect, which is not followed.
    #[error("the server redirects to another address: enter the address that it redirects to")]
    Redirect,
    /// Older than can be used.
    #[error("this odoo is too old: aidoo works with version 17 and later")]
    TooOld,
    /// No such database.
    #[error("the server has no database with that name")]
    NoSuchDatabase,
    /// Login and secret do not belong together, or the key has expired.
    #[error(
        "odoo refuses this login: check it, and check that the api key has not expired or been deleted"
    )]
    WrongCredentials,
    /// Too many wrong logins were sent.
    #[error("too many refused logins for this odoo: wait a while before trying again")]
    TooManyAttempts,
    /// The account lacks a right.
    #[error("odoo does not give this account the right to do that")]
    AccessDenied,
    /// Odoo is overloaded or limits requests.
    #[error("odoo is busy: try again in a moment")]
    Busy,
    /// Anything else.
    #[error("odoo answered with an error of its own")]
    Failed,
}

impl OdooProblem {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::UnknownHost,
        Self::Unreachable,
        Self::Timeout,
        Self::Tls,
        Self::NotOdoo,
        Self::Redirect,
        Self::TooOld,
        Self::NoSuchDatabase,
        Self::WrongCredentials,
        Self::TooManyAttempts,
        Self::AccessDenied,
        Self::Busy,
        Self::Failed,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_travels_as_codes_and_comes_back_whole() {
        let errors = [
            Error::field(Field::Password, Problem::TooShort { min: 15 }),
            Error::TooManyAttempts { retry_after_seconds: 61 },
            Error::Odoo(OdooProblem::Tls),
            Error::Internal { reference: 7 },
        ];
        for error in errors {
            let text = serde_json::to_string(&error).expect("codes");
            assert_eq!(serde_json::from_str::<Error>(&text).expect("its own text"), error);
        }
    }

    #[test]
    fn waiting_times_are_told_in_a_fitting_unit() {
        let say = |retry_after_seconds| Error::TooManyAttempts { retry_after_seconds }.to_string();
        assert_eq!(say(0), "too many attempts: try again in 1 s");
        assert_eq!(say(90), "too many attempts: try again in 90 s");
        assert_eq!(say(91), "too many attempts: try again in 2 min");
    }
}
