//! The company's Odoo connection and the members' Odoo accounts: inputs and views.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::{Field, FieldError, Problem},
    id::CompanyId,
    key_rules::KeyRefusal,
    time::TimeView,
};

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
    /// Calls in a second, as [`Pace::parse`] reads it.
    #[serde(default)]
    pub calls_per_second: String,
    /// Calls at the same time, as [`Pace::parse`] reads it.
    #[serde(default)]
    pub calls_at_once: String,
}

/// How much an Odoo is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Calls in a second; 0 is no limit.
    pub per_second: u32,
    /// Calls at the same time.
    pub at_once: u32,
}

impl Pace {
    /// The most calls in a second that are set as a limit.
    pub const MAX_PER_SECOND: u32 = 1_000;
    /// The most calls at the same time.
    pub const MAX_AT_ONCE: u32 = 64;

    /// For a server that says nothing else.
    pub const USUAL: Self = Self { per_second: 0, at_once: 8 };
    /// For Odoo Online, which takes about one call a second and none in parallel.
    pub const ONLINE: Self = Self { per_second: 1, at_once: 1 };

    /// What suits the server at this address, where nobody has said anything else.
    #[must_use]
    pub fn suiting(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.split(':').next().unwrap_or_default();
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if host == "odoo.com" || host.ends_with(".odoo.com") { Self::ONLINE } else { Self::USUAL }
    }

    /// Reads the fields of a form about the server at `url`: one that is empty stands for what suits the server, and
    /// 0 calls in a second for no limit.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each field that is no whole number in its range.
    pub fn parse(per_second: &str, at_once: &str, url: &str) -> Result<Self, Error> {
        let suiting = Self::suiting(url);
        let read = |field, text: &str, min, max, suits| match text.trim() {
            "" => Ok(suits),
            text => text
                .parse()
                .ok()
                .filter(|number| (min..=max).contains(number))
                .ok_or(FieldError { field, problem: Problem::OutOfRange { min, max } }),
        };
        let per_second =
            read(Field::CallsPerSecond, per_second, 0, Self::MAX_PER_SECOND, suiting.per_second);
        let at_once = read(Field::CallsAtOnce, at_once, 1, Self::MAX_AT_ONCE, suiting.at_once);
        match (per_second, at_once) {
            (Ok(per_second), Ok(at_once)) => Ok(Self { per_second, at_once }),
            (per_second, at_once) => Err(Error::Invalid(
                [per_second.err(), at_once.err()].into_iter().flatten().collect(),
            )),
        }
    }
}

/// Removes the connection and erases every linked Odoo secret.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RemoveConnection {
    /// The company.
    pub company: CompanyId,
}

/// Links the person's own Odoo account. It is tested before it is saved: at the Odoo that the person was shown, and at no
/// other.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkOdooAccount {
    /// The company.
    pub company: CompanyId,
    /// The server's address, as [`ConnectionView::url`] showed it.
    pub url: String,
    /// The database, as [`ConnectionView::database`] showed it; empty where none is named.
    pub database: String,
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
    /// How much it is asked.
    pub pace: Pace,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odoo_online_is_asked_one_by_one_unless_somebody_says_otherwise() {
        for online in [
            "https://acme.odoo.com",
            "https://Acme.Odoo.COM:443/web?x=1",
            "acme.odoo.com/odoo",
            "https://odoo.com.",
        ] {
            assert_eq!(Pace::suiting(online), Pace::ONLINE, "{online}");
        }
        for other in [
            "https://erp.example.com",
            "https://notodoo.com",
            "https://odoo.com.example.com",
            "https://example.com/acme.odoo.com",
            "http://[::1]:8069",
            "",
        ] {
            assert_eq!(Pace::suiting(other), Pace::USUAL, "{other}");
        }
        let online = "https://acme.odoo.com";
        assert_eq!(Pace::parse("", " ", online), Ok(Pace::ONLINE));
        assert_eq!(Pace::parse("0", "64", online), Ok(Pace { per_second: 0, at_once: 64 }));
        assert_eq!(Pace::parse(" 5 ", "", online), Ok(Pace { per_second: 5, at_once: 1 }));
    }

    #[test]
    fn a_pace_is_two_whole_numbers_and_each_field_says_what_is_wrong_with_it() {
        let url = "https://erp.example.com";
        assert_eq!(Pace::parse("", "", url), Ok(Pace::USUAL));
        assert_eq!(Pace::parse("1000", "1", url), Ok(Pace { per_second: 1_000, at_once: 1 }));
        let rate = Problem::OutOfRange { min: 0, max: 1_000 };
        let places = Problem::OutOfRange { min: 1, max: 64 };
        for wrong in ["1001", "-1", "1.5", "one", "99999999999"] {
            let refused = Err(Error::field(Field::CallsPerSecond, rate));
            assert_eq!(Pace::parse(wrong, "8", url), refused, "{wrong}");
        }
        for wrong in ["0", "65", "-1", "1,5"] {
            let refused = Err(Error::field(Field::CallsAtOnce, places));
            assert_eq!(Pace::parse("", wrong, url), refused, "{wrong}");
        }
        let both = Pace::parse("x", "x", url).expect_err("neither is a number");
        assert_eq!(both.problem_of(Field::CallsPerSecond), Some(rate));
        assert_eq!(both.problem_of(Field::CallsAtOnce), Some(places));
    }
}
