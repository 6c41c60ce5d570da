//! The company's Odoo connection and the members' Odoo accounts: inputs and views.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{id::CompanyId, key_rules::KeyRefusal, time::TimeView};

/// Looks at an Odoo server without saving anything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProbeConnection {
    /// The company.
    pub company: CompanyId,
    /// The server's address.
    pub url: String,
    /// The database; empty when not chosen yet.
    #[serde(default)]
    pub database: String,
}

/// Connects the company to an Odoo, or changes the connection. It is tested before it is saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveConnection {
    /// The company.
    pub company: CompanyId,
    /// The server's address.
    pub url: String,
    /// The database; may be empty where the server has just one.
    #[serde(default)]
    pub database: String,
}

/// Removes the connection and erases every linked Odoo secret.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RemoveConnection {
    /// The company.
    pub company: CompanyId,
}

/// Links the person's own Odoo account. It is tested before it is saved.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkOdooAccount {
    /// The company.
    pub company: CompanyId,
    /// The login in Odoo, mostly an e-mail.
    pub login: String,
    /// An API key of that user, or the password.
    pub secret: String,
}

impl fmt::Debug for LinkOdooAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkOdooAccount").field("company", &self.company).finish_non_exhaustive()
    }
}

/// Erases the person's own Odoo secret.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct UnlinkOdooAccount {
    /// The company.
    pub company: CompanyId,
}

/// What a look at a server found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeView {
    /// The version as the server names it: "19.0".
    pub version: String,
    /// The protocol that will be used.
    pub protocol: Protocol,
    /// The databases that the server lists; empty where it does not.
    pub databases: Vec<String>,
    /// The database that was found to work: the given one, or the only one.
    pub database: Option<String>,
}

/// How Aidoo talks to an Odoo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// `POST /json/2/<model>/<method>`: Odoo 19 and later.
    Json2,
    /// `POST /jsonrpc`: Odoo 17 and 18.
    JsonRpc,
}

impl Protocol {
    /// The name in the database: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json2 => "json2",
            Self::JsonRpc => "jsonrpc",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Json2 => "JSON-2",
            Self::JsonRpc => "JSON-RPC",
        }
    }
}

/// The text is no protocol's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown protocol")]
pub struct UnknownProtocol;

impl FromStr for Protocol {
    type Err = UnknownProtocol;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Json2, Self::JsonRpc]
            .into_iter()
            .find(|protocol| protocol.as_str() == text)
            .ok_or(UnknownProtocol)
    }
}

/// The Odoo connection page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionPage {
    /// The connection, if there is one.
    pub connection: Option<ConnectionView>,
    /// The viewer's own Odoo account, if it is linked.
    pub account: Option<OdooAccountView>,
    /// Members who have linked an account, the viewer included.
    pub linked_members: u32,
}

/// The company's connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// The server's address.
    pub url: String,
    /// The database, if one is named.
    pub database: Option<String>,
    /// The version found at the last test: "19.0".
    pub version: String,
    /// The protocol in use.
    pub protocol: Protocol,
    /// When it was last tested with success.
    pub tested: TimeView,
}

/// The viewer's own Odoo account. It has no secret: that is never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OdooAccountView {
    /// The login in Odoo.
    pub login: String,
    /// When it was linked.
    pub linked: TimeView,
    /// When Odoo last refused the secret: it is not sent again until it is replaced.
    pub refused: Option<TimeView>,
}

/// What the page *Connect a client* needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectView {
    /// The address of Streamable HTTP.
    pub mcp_url: String,
    /// The address of the older transport.
    pub sse_url: String,
    /// Whether the viewer has a key that is accepted now.
    pub has_key: bool,
    /// The client that reached Aidoo last with a key of the viewer's.
    pub connected: Option<ConnectedClient>,
    /// The last time that a key of the viewer's was refused, if none was accepted since.
    pub refused: Option<RefusedKey>,
    /// The newest calls of the viewer's own clients, at most three.
    pub calls: Vec<crate::activity::CallView>,
}

/// A client that was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedClient {
    /// What it calls itself, if it said.
    pub client: Option<String>,
    /// The name of its key.
    pub key: String,
    /// How many tools it sees with it now.
    pub tools: u32,
    /// When, to the minute.
    pub at: TimeView,
}

/// A key that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedKey {
    /// The key's name.
    pub key: String,
    /// Why.
    pub why: KeyRefusal,
    /// When.
    pub at: TimeView,
}
