//! Which credential an HTTP request presents, and which key was meant where it presents none. Looks at the request and at
//! nothing else.

use http::{HeaderMap, HeaderName, Uri, header::AUTHORIZATION};
use shared::{
    key_format::{PREFIX, contained_identifier, meant_identifier},
    key_rules::KeyRefusal,
};
use url::form_urlencoded;

/// Parameters of a URL that clients are known to put a credential in.
const SECRET_PARAMETERS: [&str; 5] = ["key", "api_key", "access_token", "token", "authorization"];

/// Where other services take a key. Beside a bearer token it is a second credential.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What a request presents as its credential, and the key that was meant where that is refused unread. No `Debug`: it holds
/// the credential.
#[derive(Clone, PartialEq, Eq)]
pub enum Presented<'a> {
    /// Nothing in the `Authorization` header.
    None(Option<Meant>),
    /// One bearer token, not looked at yet.
    One(&'a str),
    /// An `Authorization` header that holds no bearer token.
    Unreadable(Option<Meant>),
    /// More than one.
    Several(Option<Meant>),
    /// One in the URL, where logs and histories keep it.
    InUrl(Option<Meant>),
}

/// A key that was sent, but not as a key is. Its identifier is all that is kept of it: whoever knows that can send it, and
/// nothing may be granted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// Its identifier, if it is one.
    pub identifier: String,
    /// What is wrong with how it was sent.
    pub why: KeyRefusal,
}

impl<'a> Presented<'a> {
    /// The credential of a request with these headers and this URI.
    #[must_use]
    pub fn of(headers: &'a HeaderMap, uri: &Uri) -> Self {
        if is_in_url(uri) {
            return Self::InUrl(Meant::in_url(uri).or_else(|| Meant::in_headers(headers)));
        }
        let mut values = headers.get_all(AUTHORIZATION).into_iter();
        match (values.next(), values.next()) {
            (None, _) => Self::None(Meant::in_headers(headers)),
            (Some(_), Some(_)) => Self::Several(Meant::in_headers(headers)),
            (Some(_), None) if headers.contains_key(API_KEY) => {
                Self::Several(Meant::in_headers(headers))
            }
            (Some(value), None) => match value.to_str().ok().and_then(bearer) {
                None => Self::Unreadable(Meant::in_headers(headers)),
                // A proxy may have joined two headers into one (RFC 9110, 5.3). No token holds a comma.
                Some(token) if token.contains(',') => Self::Several(Meant::in_headers(headers)),
                Some(token) => Self::One(token),
            },
        }
    }
}

impl Meant {
    /// The key that a bearer token, which is none, was meant to be: one with a mistake in it, or with something before it.
    #[must_use]
    pub fn by_token(token: &str) -> Option<Self> {
        match meant_identifier(token) {
            Some(identifier) => {
                Some(Self { identifier: identifier.to_owned(), why: KeyRefusal::Mistyped })
            }
            None => Self::within(token, KeyRefusal::Misplaced),
        }
    }

    /// The key that stands in the path or the query.
    #[must_use]
    pub fn in_url(uri: &Uri) -> Option<Self> {
        // A path is read as a query of one name: it is encoded in the same way.
        [uri.path(), uri.query().unwrap_or_default()]
            .into_iter()
            .flat_map(|part| form_urlencoded::parse(part.as_bytes()))
            .flat_map(|(name, value)| [name, value])
            .find_map(|text| Self::within(&text, KeyRefusal::InUrl))
    }

    /// The key that stands in a header, whatever it is called: each client has a name of its own for it.
    fn in_headers(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(AUTHORIZATION)
            .into_iter()
            .chain(headers.values())
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .find_map(|text| Self::within(&text, KeyRefusal::Misplaced))
    }

    fn within(text: &str, why: KeyRefusal) -> Option<Self> {
        let identifier = contained_identifier(text)?.to_owned();
        Some(Self { identifier, why })
    }
}

/// The token of `Bearer TOKEN` (RFC 6750, 2.1); the scheme's case does not matter (RFC 9110, 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

fn is_in_url(uri: &Uri) -> bool {
    uri.path().contains(PREFIX)
        || form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).any(
            |(name, value)| {
                SECRET_PARAMETERS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
                    || name.contains(PREFIX)
                    || value.contains(PREFIX)
            },
        )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// What a request to `uri` with these `Authorization` headers presents, as text.
    fn presented(uri: &str, values: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).expect("a header"));
        }
        match Presented::of(&headers, &uri.parse().expect("a uri")) {
            Presented::None(_) => "none".to_owned(),
            Presented::One(token) => format!("one {token}"),
            Presented::Unreadable(_) => "unreadable".to_owned(),
            Presented::Several(_) => "several".to_owned(),
            Presented::InUrl(_) => "in url".to_owned(),
        }
    }

    #[test]
    fn one_bearer_token_is_found() {
        assert_eq!(presented("/mcp", &[b"Bearer aid_live_x"]), "one aid_live_x");
        assert_eq!(presented("/mcp", &[b"bearer   aid_live_x "]), "one aid_live_x");
        assert_eq!(presented("/messages?sessionId=7", &[b"BEARER x"]), "one x");
        assert_eq!(presented("/mcp", &[]), "none");
    }

    #[test]
    fn what_is_no_bearer_token_is_unreadable() {
        for value in [b"".as_slice(), b"Bearer", b"aid_live_x", b"Basic dTpw", b"Bearer \xff"] {
            assert_eq!(presented("/mcp", &[value]), "unreadable");
        }
    }

    #[test]
    fn two_credentials_are_several() {
        assert_eq!(presented("/mcp", &[b"Bearer a", b"Bearer a"]), "several");
        assert_eq!(presented("/mcp", &[b"Basic a", b"Bearer a"]), "several");
        assert_eq!(presented("/mcp", &[b"Bearer a, Bearer b"]), "several");
    }

    #[test]
    fn a_key_in_another_header_counts_beside_the_bearer_and_not_alone() {
        let uri = "/mcp".parse().expect("a uri");
        let mut headers = HeaderMap::new();
        headers.insert(API_KEY, HeaderValue::from_static("aid_live_x"));
        assert!(matches!(Presented::of(&headers, &uri), Presented::None(_)));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer aid_live_x"));
        assert!(matches!(Presented::of(&headers, &uri), Presented::Several(_)));
    }

    /// The key that was meant by a request to `uri` with these headers, and what is wrong with how.
    fn meant(uri: &str, sent: &[(&'static str, &[u8])]) -> Option<(String, KeyRefusal)> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, HeaderValue::from_bytes(value).expect("a header"));
        }
        let meant = match Presented::of(&headers, &uri.parse().expect("a uri")) {
            Presented::One(token) => Meant::by_token(token),
            Presented::None(meant)
            | Presented::Unreadable(meant)
            | Presented::Several(meant)
            | Presented::InUrl(meant) => meant,
        };
        meant.map(|Meant { identifier, why }| (identifier, why))
    }

    #[test]
    fn a_key_that_is_sent_in_another_way_than_it_has_to_be_is_found() {
        let found = |why| Some(("Xk29TqLm".to_owned(), why));
        for (name, value) in [
            ("authorization", "aid_live_Xk29TqLmabc"),
            ("authorization", "Bearer \"aid_live_Xk29TqLmabc\""),
            ("authorization", "Bearer “aid_live_Xk29TqLmabc”"),
            ("authorization", "Bearer\u{a0}aid_live_Xk29TqLmabc"),
            ("authorization", "Bearer Bearer aid_live_Xk29TqLmabc"),
            ("authorization", "Bearer: aid_live_Xk29TqLmabc"),
            ("authorization", "Bearer a, Bearer aid_live_Xk29TqLmabc"),
            ("authorization", "Basic aid_live_Xk29TqLmabc"),
            ("x-api-key", "aid_live_Xk29TqLmabc"),
            ("aidoo-api-key", "Bearer aid_live_Xk29TqLmabc"),
        ] {
            let meant = meant("/mcp", &[(name, value.as_bytes())]);
            assert_eq!(meant, found(KeyRefusal::Misplaced), "{name}: {value}");
        }
        for uri in [
            "/mcp?api_key=aid_live_Xk29TqLmabc",
            "/sse?token=aid_live_Xk29TqLmabc",
            "/sse?authorization=Bearer%20aid_live_Xk29TqLmabc",
            "/mcp?x=aid%5Flive%5FXk29TqLmabc",
            "/mcp?aid_live_Xk29TqLmabc",
            "/mcp/aid_live_Xk29TqLmabc",
        ] {
            assert_eq!(meant(uri, &[]), found(KeyRefusal::InUrl), "{uri}");
            let beside: &[u8] = b"Bearer aid_live_00000000";
            assert_eq!(meant(uri, &[("authorization", beside)]), found(KeyRefusal::InUrl), "{uri}");
        }
        let bearer: (&'static str, &[u8]) = ("authorization", b"Bearer aid_live_Xk29TqLmabc");
        assert_eq!(meant("/mcp", &[bearer]), found(KeyRefusal::Mistyped));
        // What else is sent is why the key in its place is refused.
        assert_eq!(meant("/mcp?token=x", &[bearer]), found(KeyRefusal::Misplaced));
        assert_eq!(meant("/mcp", &[bearer, ("x-api-key", b"x")]), found(KeyRefusal::Misplaced));
    }

    #[test]
    fn where_no_key_is_none_was_meant() {
        for (uri, value) in [
            ("/mcp", "Basic dTpw"),
            ("/mcp", "Bearer aid_live_…"),
            ("/mcp", "aid_live_short"),
            ("/mcp?api_key=1", "Bearer x"),
            ("/mcp/a-key", "Bearer x"),
        ] {
            assert_eq!(meant(uri, &[("authorization", value.as_bytes())]), None, "{uri} {value}");
        }
        assert_eq!(meant("/mcp", &[]), None);
    }

    #[test]
    fn a_credential_in_the_url_is_noticed_even_beside_a_header() {
        for uri in [
            "/mcp?key=1",
            "/mcp?API_KEY=1",
            "/mcp?a=b&access_token=",
            "/sse?token=x",
            "/sse?authorization=Bearer%20x",
            "/mcp?x=aid_live_1",
            "/mcp?x=aid%5Flive%5F1",
            "/mcp/aid_live_1",
        ] {
            assert_eq!(presented(uri, &[]), "in url", "{uri}");
            assert_eq!(presented(uri, &[b"Bearer a"]), "in url", "{uri}");
        }
        assert_eq!(presented("/messages?sessionId=keyboard&monkey=1", &[]), "none");
    }
}
