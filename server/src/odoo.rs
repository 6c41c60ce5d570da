//! The Odoo client. It knows no company: whose secret is sent, and whether it may be, is decided in
//! `services`.

pub mod client;
mod detect;
pub mod errors;
pub mod guard;
mod json2;
mod json_rpc;
pub mod limits;
mod origin;
mod report;
mod scrub;
mod wire;

use std::{collections::BTreeMap, fmt};

use secrecy::SecretString;
use serde_json::{Map, Value};
use shared::connection::Protocol;

pub use self::{
    client::{Authenticated, Client},
    detect::{Detected, MAX_DATABASE_NAME},
    errors::{OdooError, Reached},
    guard::AddressGuard,
    limits::Limits,
    origin::Origin,
    report::{is_api_key, portal_path},
};

/// An Odoo to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Scheme, host and port.
    pub origin: Origin,
    /// The database, where the server has several.
    pub database: Option<String>,
    /// How it is called.
    pub protocol: Protocol,
}

/// As whom an Odoo is called.
#[derive(Clone)]
pub struct Identity {
    /// The login.
    pub login: String,
    /// The user's id, as authentication returned it.
    pub uid: i64,
    /// An API key, or the password.
    pub secret: SecretString,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("uid", &self.uid).finish_non_exhaustive()
    }
}

/// One call of a method. Both protocols take arguments by name; a method on records takes `ids` too.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The model: `res.partner`.
    pub model: String,
    /// The method: `search_read`.
    pub method: String,
    /// The records that it is called on; `None` for a method of the model.
    pub ids: Option<Vec<i64>>,
    /// Arguments by position, which JSON-RPC alone takes.
    pub positional: Vec<Value>,
    /// Arguments by name. `ids` and `context` are not among them: they have fields of their own.
    pub arguments: Map<String, Value>,
    /// The context; an empty one is not sent.
    pub context: BTreeMap<String, Value>,
}
