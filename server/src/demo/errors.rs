//! The errors of an Odoo 19 as they look on the wire. The class names, the status codes and the short texts
//! that clients tell cases apart by are Odoo's; longer sentences are our own.

use http::StatusCode;
use serde_json::{Value, json};

/// A refusal or a failure of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OdooError {
    pub(super) class: Class,
    pub(super) message: String,
}

/// The Python classes that Odoo's errors come as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    AccessDenied,
    Access,
    Missing,
    User,
    Validation,
    Attribute,
    Exception,
    Index,
    Key,
    Name,
    Recursion,
    Type,
    Value,
    Operational,
    NegativeLimit,
    BadRequest,
    Unauthorized,
    NotFound,
    Unprocessable,
}

impl Class {
    /// The full name, as `data.name` and JSON-2's `name` carry it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::AccessDenied => "odoo.exceptions.AccessDenied",
            Self::Access => "odoo.exceptions.AccessError",
            Self::Missing => "odoo.exceptions.MissingError",
            Self::User => "odoo.exceptions.UserError",
            Self::Validation => "odoo.exceptions.ValidationError",
            Self::Attribute => "builtins.AttributeError",
            Self::Exception => "builtins.Exception",
            Self::Index => "builtins.IndexError",
            Self::Key => "builtins.KeyError",
            Self::Name => "builtins.NameError",
            Self::Recursion => "builtins.RecursionError",
            Self::Type => "builtins.TypeError",
            Self::Value => "builtins.ValueError",
            Self::Operational => "psycopg2.OperationalError",
            Self::NegativeLimit => "psycopg2.errors.InvalidRowCountInLimitClause",
            Self::BadRequest => "werkzeug.exceptions.BadRequest",
            Self::Unauthorized => "werkzeug.exceptions.Unauthorized",
            Self::NotFound => "werkzeug.exceptions.NotFound",
            Self::Unprocessable => "werkzeug.exceptions.UnprocessableEntity",
        }
    }

    /// The status that JSON-2 answers with; JSON-RPC answers 200 whatever happens.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::AccessDenied | Self::Access => StatusCode::FORBIDDEN,
            Self::Missing | Self::NotFound => StatusCode::NOT_FOUND,
            Self::User | Self::Validation | Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Attribute
            | Self::Exception
            | Self::Index
            | Self::Key
            | Self::Name
            | Self::Recursion
            | Self::Type
            | Self::Value
            | Self::Operational
            | Self::NegativeLimit => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn is_http(self) -> bool {
        matches!(self, Self::BadRequest | Self::Unauthorized | Self::NotFound | Self::Unprocessable)
    }
}

impl OdooError {
    pub(super) fn new(class: Class, message: impl Into<String>) -> Self {
        Self { class, message: message.into() }
    }

    /// The error's object: the body of a JSON-2 answer, and `error.data` of a JSON-RPC one. Like a real
    /// server it holds a traceback with paths, which a gateway must keep to itself.
    pub(super) fn data(&self) -> Value {
        let arguments = if self.class.is_http() {
            json!([self.message, self.class.status().as_u16()])
        } else {
            json!([self.message])
        };
        let debug = format!(
            "Traceback (most recent call last):\n  File \"/opt/odoo/odoo/http.py\", line 2163, in \
             _transactioning\n    return service_model.retrying(func, env=self.env)\n{}: {}\n",
            self.class.name(),
            self.message
        );
        json!({
            "name": self.class.name(),
            "message": self.message,
            "arguments": arguments,
            "context": {},
            "debug": debug,
        })
    }
}

/// `MissingError` for a record that is not there.
pub(super) fn missing(model: &str, ids: &[i64], uid: i64) -> OdooError {
    OdooError::new(
        Class::Missing,
        format!(
            "Record does not exist or has been deleted.\n(Record: {model}{}, User: {uid})",
            python_tuple(ids)
        ),
    )
}

/// `ValueError`, which Odoo raises for whatever it cannot make sense of.
pub(super) fn value_error(message: impl Into<String>) -> OdooError {
    OdooError::new(Class::Value, message)
}

/// `TypeError`.
pub(super) fn type_error(message: impl Into<String>) -> OdooError {
    OdooError::new(Class::Type, message)
}

/// `UserError`: a sentence for the person.
pub(super) fn user_error(message: impl Into<String>) -> OdooError {
    OdooError::new(Class::User, message)
}

/// `ValidationError`: a sentence for the person about a value.
pub(super) fn validation_error(message: impl Into<String>) -> OdooError {
    OdooError::new(Class::Validation, message)
}

fn python_tuple(ids: &[i64]) -> String {
    match ids {
        [only] => format!("({only},)"),
        many => {
            format!("({})", many.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_errors_carry_their_status_among_the_arguments() {
        let error = OdooError::new(Class::NotFound, "gone");
        assert_eq!(error.data()["arguments"], json!(["gone", 404]));
        let error = value_error("no");
        assert_eq!(error.data()["arguments"], json!(["no"]));
    }

    #[test]
    fn one_missing_record_reads_as_a_python_tuple() {
        assert!(missing("res.partner", &[7], 2).message.contains("res.partner(7,)"));
        assert!(missing("res.partner", &[7, 8], 2).message.contains("res.partner(7, 8)"));
    }
}
