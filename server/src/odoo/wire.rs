//! A protocol: how a call is put on the wire, and what an answer means. The client sends; a protocol
//! does no I/O, and the day Odoo drops one of them, it is one file less.

use std::fmt;

use http::StatusCode;
use secrecy::SecretString;
use serde_json::Value;
use shared::connection::Protocol;

use super::{Call, Identity, Target, errors::OdooError, json_rpc::JsonRpc, json2::Json2};

/// One of Odoo's protocols.
pub(super) trait Wire: Sync {
    /// The request for a call.
    ///
    /// # Errors
    /// When it cannot be put into one; then nothing is sent.
    fn prepare(
        &self,
        target: &Target,
        identity: &Identity,
        call: &Call,
    ) -> Result<Prepared, OdooError>;

    /// The value that an answer holds; `Null` where the method returned nothing.
    ///
    /// # Errors
    /// What the answer says went wrong.
    fn interpret(&self, asked: &Asked<'_>, answer: &Answer) -> Result<Value, OdooError>;
}

/// The protocol of this name.
pub(super) const fn wire(protocol: Protocol) -> &'static dyn Wire {
    match protocol {
        Protocol::Json2 => &Json2,
        Protocol::JsonRpc => &JsonRpc,
    }
}

/// A request, ready to be sent.
pub(super) struct Prepared {
    /// Where: starts with a slash.
    pub(super) path: String,
    /// What is sent. The body of JSON-RPC holds the secret.
    pub(super) body: Value,
    /// The bearer key.
    pub(super) bearer: Option<SecretString>,
    /// The database, where a header names it.
    pub(super) database: Option<String>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What an answer's errors are read against.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The server's host: it does not pass in a message.
    pub(super) host: &'a str,
    /// The secret that was sent: it does not pass either.
    pub(super) secret: Option<&'a SecretString>,
    /// The user who asked.
    pub(super) uid: Option<i64>,
    /// The model, for the log.
    pub(super) model: &'a str,
    /// The method, for the log.
    pub(super) method: &'a str,
}

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The body, when it says that it is JSON and is.
    pub(super) json: Option<Value>,
    /// The body as text otherwise.
    pub(super) text: String,
}

impl Answer {
    pub(super) fn new(status: StatusCode, content_type: &str, body: &[u8]) -> Self {
        let is_json = content_type
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let json = is_json.then(|| serde_json::from_slice(body).ok()).flatten();
        let text =
            if json.is_some() { String::new() } else { String::from_utf8_lossy(body).into_owned() };
        Self { status, json, text }
    }
}

/// Whether the text is a model's name: words of letters, digits and underscores, with dots between.
pub(super) fn is_model(text: &str) -> bool {
    text.len() <= 128 && text.split('.').all(is_identifier)
}

/// Whether the text is a method's name.
pub(super) fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What both protocols refuse before anything is sent: names that cannot be any, and arguments that
/// would take the place of the records or the context.
pub(super) fn check(call: &Call) -> Result<(), OdooError> {
    if !is_model(&call.model) {
        return Err(OdooError::NoSuchModel);
    }
    if !is_identifier(&call.method) {
        return Err(OdooError::NoSuchMethod);
    }
    if call.arguments.contains_key("ids") || call.arguments.contains_key("context") {
        return Err(OdooError::BadArgument);
    }
    Ok(())
}
