//! A protocol: how a call is put on the wire, and what an answer means. The client sends; a protocol
//! does no I/O, and the day Odoo drops one of them, it is one file less.

use std::fmt;

use http::StatusCode;
use secrecy::SecretString;
use serde_json::Value;
use shared::connection::Protocol;

use super::{
    Call, Identity, Target,
    errors::{OdooError, Reached},
    json_rpc::JsonRpc,
    json2::Json2,
};

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
    fn interpret(&self, asked: &Asked<'_>, answer: Answer) -> Result<Value, OdooError>;
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
    /// Reads a body; a long one on a thread of its own, so that nobody else's call waits for it.
    ///
    /// # Errors
    /// [`OdooError::TooLarge`] when it has so many values that they would take a multiple of its bytes.
    pub(super) async fn read(
        status: StatusCode,
        content_type: String,
        body: Vec<u8>,
    ) -> Result<Self, OdooError> {
        if body.len() <= SHORT {
            return Self::new(status, &content_type, &body);
        }
        let read = tokio::task::spawn_blocking(move || Self::new(status, &content_type, &body));
        match read.await {
            Ok(answer) => answer,
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The server is being stopped.
                Err(_) => Err(OdooError::Unreachable(Reached::Perhaps)),
            },
        }
    }

    fn new(status: StatusCode, content_type: &str, body: &[u8]) -> Result<Self, OdooError> {
        let is_json = content_type
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if is_json && count_values(body) > MAX_VALUES {
            return Err(OdooError::TooLarge);
        }
        let json = is_json.then(|| serde_json::from_slice(body).ok()).flatten();
        let text =
            if json.is_some() { String::new() } else { String::from_utf8_lossy(body).into_owned() };
        Ok(Self { status, json, text })
    }
}

/// Bytes of JSON that are read in well under a millisecond, which is what a task may keep its thread for.
const SHORT: usize = 64 * 1024;

/// The most values of one answer: each takes up to 640 bytes, the smallest leaf of a `BTreeMap` of serde_json. A page of 500
/// records with 100 fields has a tenth of them.
const MAX_VALUES: usize = 500_000;

/// How many values there can be at most in a text of JSON: each begins the text, a list or an object, or stands behind a
/// comma.
fn count_values(json: &[u8]) -> usize {
    let (mut count, mut is_text, mut is_escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b'{' | b'[' | b',' if !is_text => count += 1,
            _ => {}
        }
    }
    count
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_texts_are_not() {
        for (json, count) in [
            ("7", 1),
            (r#""a, [b] {c}""#, 1),
            (r#"["a\",\"", 2]"#, 3),
            (r#"[{"a": 1, "b": [2, 3]}, {}]"#, 8),
        ] {
            assert_eq!(count_values(json.as_bytes()), count, "{json}");
        }
    }

    #[test]
    fn an_answer_of_too_many_values_is_not_read() {
        let of = |count: usize| format!("[{}0]", r#"{"a":0},"#.repeat(count));
        let read = |text: &str| Answer::new(StatusCode::OK, "application/json", text.as_bytes());
        assert!(read(&of(1_000)).is_ok_and(|answer| answer.json.is_some()));
        assert!(matches!(read(&of(MAX_VALUES / 2)), Err(OdooError::TooLarge)));
    }
}
