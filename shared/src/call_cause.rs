//! Why a call did not end well, as a closed list: the dashboard has words for each in every language. What a client
//! reads is a sentence of its own, in English, or in Odoo's words.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::OdooProblem;

/// Why a call did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallCause {
    /// The key does not allow it, by itself or under the company's ceiling.
    Permission,
    /// The company's policies do not allow it.
    Policy,
    /// One of the arguments is wrong, or names what is closed.
    Argument,
    /// The key, or its address, has called or changed as often as it may.
    Limit,
    /// Too many calls to this Odoo are waiting, or too many changes are under way.
    Queue,
    /// As many changes of the key wait for a person as may.
    Waiting,
    /// The confirmation is not valid for this change.
    Confirmation,
    /// A person did not agree.
    Declined,
    /// The key came to its end, or was allowed something else, while the call waited.
    KeyEnded,
    /// Aidoo refused it for another reason.
    Refused,
    /// It could not be done for another reason.
    Failed,
    /// The company has no Odoo connection.
    NotConnected,
    /// The person has linked no Odoo account.
    NotLinked,
    /// Odoo refuses the secret that the person has linked.
    SecretRefused,
    /// The Odoo did not answer the last calls and is left alone for a while.
    Resting,
    /// Odoo could not be used.
    Odoo(OdooProblem),
    /// One of Odoo's own rules refuses it.
    Rule,
    /// A record is not there any more.
    MissingRecord,
    /// There is no such model.
    NoSuchModel,
    /// The model has no such method.
    NoSuchMethod,
    /// The model has no such field.
    NoSuchField,
    /// Odoo cannot work with one of the values.
    BadValue,
    /// The method does not take these arguments.
    BadArgument,
    /// Odoo's answer is too large.
    TooLarge,
    /// This server may not call the address of that Odoo.
    AddressNotAllowed,
    /// A change was sent, and what became of it is not known.
    Unknown,
    /// It took too long and was given up; nothing was changed.
    TooLong,
    /// The client cancelled the call, or went away.
    Cancelled,
    /// A step of a workflow failed, and the rest was not done.
    Stopped,
    /// Aidoo's database, or another part that it needs, did not answer.
    Unavailable,
}

impl CallCause {
    /// Whether it may pass by itself, so that the same is worth another try.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Limit
                | Self::Queue
                | Self::Resting
                | Self::Odoo(_)
                | Self::TooLong
                | Self::Unavailable
        )
    }

    /// All but those of [`CallCause::Odoo`].
    const OWN: [Self; 29] = [
        Self::Permission,
        Self::Policy,
        Self::Argument,
        Self::Limit,
        Self::Queue,
        Self::Waiting,
        Self::Confirmation,
        Self::Declined,
        Self::KeyEnded,
        Self::Refused,
        Self::Failed,
        Self::NotConnected,
        Self::NotLinked,
        Self::SecretRefused,
        Self::Resting,
        Self::Rule,
        Self::MissingRecord,
        Self::NoSuchModel,
        Self::NoSuchMethod,
        Self::NoSuchField,
        Self::BadValue,
        Self::BadArgument,
        Self::TooLarge,
        Self::AddressNotAllowed,
        Self::Unknown,
        Self::TooLong,
        Self::Cancelled,
        Self::Stopped,
        Self::Unavailable,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OWN.into_iter().chain(OdooProblem::ALL.into_iter().map(Self::Odoo))
    }

    /// The name in the database: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permission => "permission",
            Self::Policy => "policy",
            Self::Argument => "argument",
            Self::Limit => "limit",
            Self::Queue => "queue",
            Self::Waiting => "waiting",
            Self::Confirmation => "confirmation",
            Self::Declined => "declined",
            Self::KeyEnded => "key_ended",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::NotConnected => "not_connected",
            Self::NotLinked => "not_linked",
            Self::SecretRefused => "secret_refused",
            Self::Resting => "resting",
            Self::Odoo(problem) => match problem {
                OdooProblem::UnknownHost => "odoo_unknown_host",
                OdooProblem::Unreachable => "odoo_unreachable",
                OdooProblem::Timeout => "odoo_timeout",
                OdooProblem::Tls => "odoo_tls",
                OdooProblem::NotOdoo => "odoo_not_odoo",
                OdooProblem::Redirect => "odoo_redirect",
                OdooProblem::TooOld => "odoo_too_old",
                OdooProblem::NoSuchDatabase => "odoo_no_such_database",
                OdooProblem::WrongCredentials => "odoo_wrong_credentials",
                OdooProblem::TooManyAttempts => "odoo_too_many_attempts",
                OdooProblem::AccessDenied => "odoo_access_denied",
                OdooProblem::Busy => "odoo_busy",
                OdooProblem::Failed => "odoo_failed",
            },
            Self::Rule => "rule",
            Self::MissingRecord => "missing_record",
            Self::NoSuchModel => "no_such_model",
            Self::NoSuchMethod => "no_such_method",
            Self::NoSuchField => "no_such_field",
            Self::BadValue => "bad_value",
            Self::BadArgument => "bad_argument",
            Self::TooLarge => "too_large",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::Unknown => "unknown",
            Self::TooLong => "too_long",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whether the sentence that a client got says more than this: which argument, or what Odoo itself says.
    #[must_use]
    pub const fn has_detail(self) -> bool {
        matches!(
            self,
            Self::Argument
                | Self::Confirmation
                | Self::Refused
                | Self::Failed
                | Self::Odoo(OdooProblem::AccessDenied)
                | Self::Rule
                | Self::MissingRecord
                | Self::NoSuchField
                | Self::Stopped
        )
    }
}

impl fmt::Display for CallCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown cause of a call")]
pub struct UnknownCallCause;

impl FromStr for CallCause {
    type Err = UnknownCallCause;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all().find(|cause| cause.as_str() == text).ok_or(UnknownCallCause)
    }
}

impl Serialize for CallCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CallCause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cause_has_a_name_of_its_own_that_comes_back() {
        let names: BTreeSet<&str> = CallCause::all().map(CallCause::as_str).collect();
        assert_eq!(names.len(), CallCause::all().count());
        for cause in CallCause::all() {
            assert_eq!(cause.as_str().parse(), Ok(cause));
            let text = serde_json::to_string(&cause).expect("a name");
            assert_eq!(serde_json::from_str::<CallCause>(&text).expect("its own"), cause);
        }
        assert_eq!("no such thing".parse::<CallCause>(), Err(UnknownCallCause));
    }
}
