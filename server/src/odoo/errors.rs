//! What can go wrong between Aidoo and an Odoo, and what a person is told of it.
//!
//! Odoo's own sentence passes only for refusals that it words for people, and only scrubbed; for all
//! else there is a sentence of ours. Tracebacks, hosts, ports and credentials pass never.

use std::{error::Error as _, io};

use serde_json::Value;
use shared::{call_cause::CallCause, error::OdooProblem};

use super::{
    guard::ResolveError,
    scrub::scrub,
    wire::{Answer, Asked},
};
use crate::clock::Entropy;

/// Why an Odoo did not do what was asked. Its text is made for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OdooError {
    /// The user lacks a right on the model or the record, or the method is private: Odoo's sentence.
    #[error("{0}")]
    Access(String),
    /// Login and secret do not belong together, or the key has expired.
    #[error("{}", OdooProblem::WrongCredentials)]
    AccessDenied,
    /// There is no such model in this database.
    #[error("there is no such model in this odoo")]
    NoSuchModel,
    /// The model has no such method.
    #[error("this model has no such method")]
    NoSuchMethod,
    /// The model has no such field.
    #[error("the model has no field {field:?}")]
    NoSuchField {
        /// The field: letters, digits, underscores and dots only.
        field: String,
    },
    /// A value that Odoo cannot work with: a wrong operator, an unknown choice, a number out of range.
    #[error(
        "odoo cannot work with one of the values: check domain, order, limits and field values"
    )]
    BadValue,
    /// An argument that the method does not take, or of the wrong kind.
    #[error("the method does not take these arguments: check their names and kinds")]
    BadArgument,
    /// The record does not exist any more: Odoo's sentence.
    #[error("{0}")]
    MissingRecord(String),
    /// A business rule or a constraint refuses: Odoo's sentence.
    #[error("{0}")]
    Business(String),
    /// The server has no database with that name, or needs one to be named.
    #[error("{}", OdooProblem::NoSuchDatabase)]
    NoSuchDatabase,
    /// It answers, but not as Odoo does.
    #[error("{}", OdooProblem::NotOdoo)]
    NotOdoo,
    /// It answers with a redirect, which is not followed.
    #[error("{}", OdooProblem::Redirect)]
    Redirect,
    /// No answer in time.
    #[error("{}", OdooProblem::Timeout)]
    Timeout(Reached),
    /// Nothing listens there, or the connection broke.
    #[error("{}", OdooProblem::Unreachable)]
    Unreachable(Reached),
    /// The host's name has no address.
    #[error("{}", OdooProblem::UnknownHost)]
    UnknownHost,
    /// TLS failed.
    #[error("{}", OdooProblem::Tls)]
    Tls,
    /// The address may not be called from this server.
    #[error("this server may not call the address of that odoo")]
    AddressNotAllowed,
    /// The answer is larger than can be taken.
    #[error("odoo's answer is too large: ask for fewer records or fewer fields")]
    TooLarge,
    /// Odoo is overloaded, limits requests, or another transaction was in the way.
    #[error("{}", OdooProblem::Busy)]
    Busy,
    /// Anything else.
    #[error("odoo answered with an error of its own (reference {reference:08x})")]
    Failed {
        /// Repeated in the log line.
        reference: u32,
        /// Whether the request may have been carried out.
        reached: Reached,
    },
}

/// Whether a request that failed may have changed something in Odoo. What may have is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It was not sent.
    No,
    /// Odoo refused it, and rolled back.
    Refused,
    /// It was sent and may have been carried out.
    Perhaps,
}

impl OdooError {
    /// The sentence for the person.
    #[must_use]
    pub fn message_for_person(&self) -> String {
        self.to_string()
    }

    /// Whether the request may have changed something.
    #[must_use]
    pub const fn reached(&self) -> Reached {
        match self {
            Self::UnknownHost | Self::Tls | Self::AddressNotAllowed => Reached::No,
            Self::Access(_)
            | Self::AccessDenied
            | Self::NoSuchModel
            | Self::NoSuchMethod
            | Self::NoSuchField { .. }
            | Self::BadValue
            | Self::BadArgument
            | Self::MissingRecord(_)
            | Self::Business(_)
            | Self::NoSuchDatabase
            | Self::Redirect
            | Self::Busy => Reached::Refused,
            Self::NotOdoo | Self::TooLarge => Reached::Perhaps,
            Self::Timeout(reached) | Self::Unreachable(reached) | Self::Failed { reached, .. } => {
                *reached
            }
        }
    }

    /// Why a call did not end well that met this.
    #[must_use]
    pub const fn cause(&self) -> CallCause {
        match self {
            Self::NoSuchModel => CallCause::NoSuchModel,
            Self::NoSuchMethod => CallCause::NoSuchMethod,
            Self::NoSuchField { .. } => CallCause::NoSuchField,
            Self::BadValue => CallCause::BadValue,
            Self::BadArgument => CallCause::BadArgument,
            Self::MissingRecord(_) => CallCause::MissingRecord,
            Self::Business(_) => CallCause::Rule,
            Self::TooLarge => CallCause::TooLarge,
            Self::AddressNotAllowed => CallCause::AddressNotAllowed,
            Self::Access(_)
            | Self::AccessDenied
            | Self::NoSuchDatabase
            | Self::NotOdoo
            | Self::Redirect
            | Self::Timeout(_)
            | Self::Unreachable(_)
            | Self::UnknownHost
            | Self::Tls
            | Self::Busy
            | Self::Failed { .. } => CallCause::Odoo(self.problem()),
        }
    }

    /// The closed list that the dashboard knows.
    #[must_use]
    pub const fn problem(&self) -> OdooProblem {
        match self {
            Self::Access(_) => OdooProblem::AccessDenied,
            Self::AccessDenied => OdooProblem::WrongCredentials,
            Self::NoSuchDatabase => OdooProblem::NoSuchDatabase,
            Self::NotOdoo => OdooProblem::NotOdoo,
            Self::Redirect => OdooProblem::Redirect,
            Self::Timeout(_) => OdooProblem::Timeout,
            Self::Unreachable(_) | Self::AddressNotAllowed => OdooProblem::Unreachable,
            Self::UnknownHost => OdooProblem::UnknownHost,
            Self::Tls => OdooProblem::Tls,
            Self::Busy => OdooProblem::Busy,
            Self::NoSuchModel
            | Self::NoSuchMethod
            | Self::NoSuchField { .. }
            | Self::BadValue
            | Self::BadArgument
            | Self::MissingRecord(_)
            | Self::Business(_)
            | Self::TooLarge
            | Self::Failed { .. } => OdooProblem::Failed,
        }
    }
}

/// What a failed exchange says: nothing was answered, or not all of it. `after` is how far the request
/// had come when it was not the connecting that failed.
pub(super) fn unanswered(error: &reqwest::Error, after: Reached) -> OdooError {
    let reached = if error.is_connect() { Reached::No } else { after };
    let mut source = error.source();
    while let Some(cause) = source {
        match cause.downcast_ref::<ResolveError>() {
            Some(ResolveError::Unknown) => return OdooError::UnknownHost,
            Some(ResolveError::NotAllowed(_)) => return OdooError::AddressNotAllowed,
            None => {}
        }
        if reached == Reached::No && cause.downcast_ref().is_some_and(is_tls) {
            return OdooError::Tls;
        }
        source = cause.source();
    }
    if error.is_timeout() { OdooError::Timeout(reached) } else { OdooError::Unreachable(reached) }
}

/// The TLS library reports through two kinds of error, and TCP through neither while it connects. They
/// come wrapped in others, which do not show what they wrap as their source.
fn is_tls(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
        || error.get_ref().and_then(|inner| inner.downcast_ref()).is_some_and(is_tls)
}

/// What an answer says that is not in the protocol's own form: a proxy's page, or another server.
pub(super) fn foreign(answer: &Answer) -> OdooError {
    match answer.status.as_u16() {
        300..=399 => OdooError::Redirect,
        429 | 503 => OdooError::Busy,
        502 => OdooError::Unreachable(Reached::Perhaps),
        504 => OdooError::Timeout(Reached::Perhaps),
        _ => OdooError::NotOdoo,
    }
}

/// What an exception of Odoo's says: `{"name": CLASS, "message": TEXT, …}` in both protocols.
pub(super) fn exception(asked: &Asked<'_>, data: &Value) -> OdooError {
    let class = data["name"].as_str().unwrap_or_default();
    let message = data["message"].as_str().unwrap_or_default();
    match class {
        "odoo.exceptions.AccessDenied" | "werkzeug.exceptions.Unauthorized" => {
            OdooError::AccessDenied
        }
        "odoo.exceptions.AccessError" => OdooError::Access(scrub(asked, message)),
        "odoo.exceptions.UserError" if names_missing_model(message) => OdooError::NoSuchModel,
        "odoo.exceptions.UserError" | "odoo.exceptions.ValidationError" => {
            OdooError::Business(scrub(asked, message))
        }
        "odoo.exceptions.MissingError" if is_of_caller(asked, message) => OdooError::AccessDenied,
        "odoo.exceptions.MissingError" => OdooError::MissingRecord(scrub(asked, message)),
        "builtins.AttributeError" | "werkzeug.exceptions.NotFound"
            if message.starts_with("The method '") =>
        {
            OdooError::NoSuchMethod
        }
        "werkzeug.exceptions.NotFound" if message.starts_with("the model '") => {
            OdooError::NoSuchModel
        }
        "builtins.ValueError" => match named_field(message) {
            Some(field) => OdooError::NoSuchField { field },
            None => OdooError::BadValue,
        },
        "builtins.TypeError"
        | "builtins.AssertionError"
        | "werkzeug.exceptions.BadRequest"
        | "werkzeug.exceptions.UnprocessableEntity" => OdooError::BadArgument,
        "psycopg2.OperationalError"
            if message.contains("database") && message.contains("does not exist") =>
        {
            OdooError::NoSuchDatabase
        }
        _ => match class.strip_prefix("psycopg2.errors.") {
            Some(error) if BAD_VALUES.contains(&error) => OdooError::BadValue,
            Some(error) if CONFLICTS.contains(&error) => OdooError::Busy,
            _ if BUSY.contains(&class) => OdooError::Busy,
            _ => failed(asked, class),
        },
    }
}

/// What an answer of `load` says that stored nothing: it looks like any other, with `ids` false and Odoo's sentences
/// about the rows (`BaseModel.load`).
pub(super) fn refused_import(asked: &Asked<'_>, answer: &Value) -> Option<OdooError> {
    if asked.method != "load" || answer["ids"] != Value::Bool(false) {
        return None;
    }
    let mut told: Vec<String> = Vec::new();
    for message in answer["messages"].as_array().into_iter().flatten() {
        let sentence = scrub(asked, message["message"].as_str().unwrap_or_default());
        if message["type"] == "warning" || sentence.is_empty() {
            continue;
        }
        told.push(match message["rows"]["from"].as_u64() {
            Some(row) => format!("row {}: {sentence}", row + 1),
            None => sentence,
        });
    }
    let more = told.len().saturating_sub(MAX_ROWS_TOLD);
    told.truncate(MAX_ROWS_TOLD);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    let why = if told.is_empty() { "odoo does not say why".to_owned() } else { told.join("; ") };
    Some(OdooError::Business(format!("nothing was imported: {why}")))
}

/// The most rows of an import that an error tells of.
const MAX_ROWS_TOLD: usize = 10;

/// PostgreSQL's words for values that it cannot take: class 22, and operators without a type.
const BAD_VALUES: [&str; 9] = [
    "DatetimeFieldOverflow",
    "InvalidDatetimeFormat",
    "InvalidRowCountInLimitClause",
    "InvalidRowCountInResultOffsetClause",
    "InvalidTextRepresentation",
    "NumericValueOutOfRange",
    "StringDataRightTruncation",
    "UndefinedFunction",
    "UntranslatableCharacter",
];
/// PostgreSQL's words for another transaction that was first, after Odoo's own five attempts.
const CONFLICTS: [&str; 3] = ["DeadlockDetected", "LockNotAvailable", "SerializationFailure"];
/// Odoo's words for the same, and for a pool without a free connection.
const BUSY: [&str; 3] =
    ["odoo.exceptions.ConcurrencyError", "odoo.exceptions.LockError", "psycopg2.pool.PoolError"];

/// An error of Odoo's that says nothing to a person. The log has its class under the reference; the
/// message stays out of it, as it can hold anything.
pub(super) fn failed(asked: &Asked<'_>, class: &str) -> OdooError {
    let reference = u32::from_le_bytes(Entropy.bytes());
    let class: String = class
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_'))
        .take(100)
        .collect();
    tracing::warn!(
        reference = format!("{reference:08x}"),
        odoo.error = class,
        odoo.model = asked.model,
        odoo.method = asked.method,
        "odoo failed a call"
    );
    OdooError::Failed { reference, reached: Reached::Refused }
}

/// `execute_kw` words a missing model so, before the user's language is known.
fn names_missing_model(message: &str) -> bool {
    message.starts_with("Object ") && message.ends_with(" doesn't exist")
}

/// Whether the missing record is the user who asks: removed in Odoo since the account was linked.
fn is_of_caller(asked: &Asked<'_>, message: &str) -> bool {
    asked.uid.is_some_and(|uid| message.contains(&format!("res.users({uid},), User: {uid})")))
}

/// The field in "Invalid field 'x' on …" or "Invalid field model.x in …", if that is what it says.
fn named_field(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Invalid field ")?;
    let name = match rest.strip_prefix('\'') {
        Some(quoted) => quoted.split_once('\'')?.0,
        None => rest.split_whitespace().next()?.rsplit('.').next()?,
    };
    let is_field = !name.is_empty()
        && name.len() <= 128
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    is_field.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decode(class: &str, message: &str) -> OdooError {
        let asked =
            Asked { host: "erp.example.com", secret: None, uid: Some(7), model: "m", method: "f" };
        exception(&asked, &json!({"name": class, "message": message, "debug": "Traceback …"}))
    }

    #[test]
    fn a_field_is_named_only_when_it_looks_like_one() {
        let field = |message| decode("builtins.ValueError", message);
        assert_eq!(
            field("Invalid field 'x_size' on model 'a.b'"),
            OdooError::NoSuchField { field: "x_size".into() }
        );
        assert_eq!(
            field("Invalid field a.b.size in leaf ('size', '=', 1)"),
            OdooError::NoSuchField { field: "size".into() }
        );
        assert_eq!(field("Invalid field '/etc/passwd' on 'a.b'"), OdooError::BadValue);
        assert_eq!(field("Invalid field '' on 'a.b'"), OdooError::BadValue);
        assert_eq!(field("Invalid field "), OdooError::BadValue);
        assert_eq!(field("nonsense"), OdooError::BadValue);
    }

    #[test]
    fn a_user_who_is_gone_is_a_refused_login() {
        let gone = "It is gone.\n(Record: res.users(7,), User: 7)";
        assert_eq!(decode("odoo.exceptions.MissingError", gone), OdooError::AccessDenied);
        let other = "It is gone.\n(Record: res.users(8,), User: 7)";
        assert_eq!(
            decode("odoo.exceptions.MissingError", other),
            OdooError::MissingRecord(other.into())
        );
    }

    #[test]
    fn an_unknown_class_gives_a_reference_and_no_word_of_its_message() {
        let error = decode("odoo.addons.x.Strange", "secret words");
        assert!(matches!(error, OdooError::Failed { reached: Reached::Refused, .. }));
        assert!(!error.message_for_person().contains("secret"));
    }

    #[test]
    fn an_import_that_stored_nothing_is_refused_in_odoos_sentences() {
        let refused = |method, answer| {
            let asked =
                Asked { host: "erp.example.com", secret: None, uid: Some(7), model: "m", method };
            refused_import(&asked, &answer).map(|error| error.message_for_person())
        };
        let messages = json!([
            { "type": "warning", "message": "a warning", "rows": { "from": 0, "to": 0 } },
            { "type": "error", "message": "No such country", "rows": { "from": 1, "to": 1 } },
            { "type": "error", "message": "Unknown error\nTraceback (most recent call last):\n  File" },
        ]);
        let answer = json!({ "ids": false, "messages": messages, "nextrow": 0 });
        assert_eq!(
            refused("load", answer.clone()).as_deref(),
            Some("nothing was imported: row 2: No such country; Unknown error")
        );
        let many = vec![json!({ "type": "error", "message": "No" }); 12];
        let told = refused("load", json!({ "ids": false, "messages": many })).unwrap();
        assert!(told.ends_with("No; and 2 more"), "{told}");
        let silent = refused("load", json!({ "ids": false, "messages": [] })).unwrap();
        assert!(silent.ends_with("odoo does not say why"), "{silent}");
        assert_eq!(refused("load", json!({ "ids": [1], "messages": messages })), None);
        assert_eq!(refused("other", answer), None);
    }

    #[test]
    fn conflicts_are_busy_and_values_out_of_range_are_bad_values() {
        assert_eq!(decode("psycopg2.errors.SerializationFailure", ""), OdooError::Busy);
        assert_eq!(decode("psycopg2.errors.NumericValueOutOfRange", ""), OdooError::BadValue);
        assert_eq!(decode("psycopg2.pool.PoolError", ""), OdooError::Busy);
    }
}
