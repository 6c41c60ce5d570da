//! Which credential an HTTP request presents. Looks at the request and at nothing else.

use http::{HeaderMap, HeaderName, Uri, header::AUTHORIZATION};
use shared::key_format::PREFIX;

/// Parameters of a URL that clients are known to put a credential in.
const SECRET_PARAMETERS: [&str; 5] = ["key", "api_key", "access_token", "token", "authorization"];

/// Where other services take a key. Beside a bearer token it is a second credential.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What a request presents as its credential. No `Debug`: it holds the credential.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Presented<'a> {
    /// Nothing.
    None,
    /// One bearer token, not looked at yet.
    One(&'a str),
    /// An `Authorization` header that holds no bearer token.
    Unreadable,
    /// More than one.
    Several,
    /// One in the URL, where logs and histories keep it.
    InUrl,
}

impl<'a> Presented<'a> {
    /// The credential of a request with these headers and this URI.
    #[must_use]
    pub fn of(headers: &'a HeaderMap, uri: &Uri) -> Self {
        if is_in_url(uri) {
            return Self::InUrl;
        }
        let mut values = headers.get_all(AUTHORIZATION).into_iter();
        match (values.next(), values.next()) {
            (None, _) => Self::None,
            (Some(_), Some(_)) => Self::Several,
            (Some(_), None) if headers.contains_key(API_KEY) => Self::Several,
            (Some(value), None) => value.to_str().map_or(Self::Unreadable, Self::of_header),
        }
    }

    /// `Bearer TOKEN` (RFC 6750, 2.1); the scheme's case does not matter (RFC 9110, 11.1).
    fn of_header(value: &'a str) -> Self {
        let value = value.trim();
        let Some((scheme, token)) = value.split_once(' ') else { return Self::Unreadable };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Self::Unreadable;
        }
        // A proxy may have joined two headers into one (RFC 9110, 5.3). No token holds a comma.
        if token.contains(',') { Self::Several } else { Self::One(token.trim_start()) }
    }
}

fn is_in_url(uri: &Uri) -> bool {
    uri.path().contains(PREFIX)
        || url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).any(
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
            Presented::None => "none".to_owned(),
            Presented::One(token) => format!("one {token}"),
            Presented::Unreadable => "unreadable".to_owned(),
            Presented::Several => "several".to_owned(),
            Presented::InUrl => "in url".to_owned(),
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
        assert!(matches!(Presented::of(&headers, &uri), Presented::None));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer aid_live_x"));
        assert!(matches!(Presented::of(&headers, &uri), Presented::Several));
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
