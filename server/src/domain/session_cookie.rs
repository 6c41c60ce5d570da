//! The cookie that carries a session's token.

use http::{HeaderMap, HeaderValue, header};
use url::Url;

use super::{session::LIFETIME, token::Token};
use shared::time::SECOND;

/// How the cookie is called and sent: that depends on whether the site uses https.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// `__Host-aidoo_session`, which browsers take only over https, from this host, for all of it
    /// (RFC 6265bis, 4.1.3.2).
    Secure,
    /// `aidoo_session`, for http on the own machine.
    Plain,
}

impl CookieKind {
    /// The kind for a site at this address.
    #[must_use]
    pub fn of(public_url: &Url) -> Self {
        if public_url.scheme() == "https" { Self::Secure } else { Self::Plain }
    }

    /// The cookie's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-aidoo_session",
            Self::Plain => "aidoo_session",
        }
    }

    /// The `Set-Cookie` value that starts a session.
    ///
    /// # Panics
    /// Never: name, token and attributes are visible ASCII.
    #[must_use]
    pub fn start(self, token: &Token) -> HeaderValue {
        self.header(&token.to_text(), LIFETIME / SECOND)
    }

    /// The `Set-Cookie` value that makes the browser forget its session.
    ///
    /// # Panics
    /// Never: name and attributes are visible ASCII.
    #[must_use]
    pub fn end(self) -> HeaderValue {
        self.header("", 0)
    }

    /// The token that a request brings. `None` when there is none, when it is no token, and when there
    /// are two: the second was set by somebody else, on another path or a parent domain.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<Token> {
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name())
            .map(|(_, value)| value);
        let value = values.next()?;
        if values.next().is_some() {
            return None;
        }
        Token::parse(value)
    }

    fn header(self, value: &str, max_age: i64) -> HeaderValue {
        let name = self.name();
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Plain => "",
        };
        let text =
            format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
        let mut header = HeaderValue::try_from(text).expect("visible ASCII");
        header.set_sensitive(true);
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: CookieKind, lines: &[&str]) -> Option<Token> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, line.parse().expect("a header"));
        }
        kind.read(&headers)
    }

    #[test]
    fn the_cookie_has_its_name_and_attributes() {
        let token = Token::from_bytes([0; 32]);
        let https = CookieKind::of(&"https://mcp.example.com".parse().expect("a url"));
        assert_eq!(
            https.start(&token),
            format!(
                "__Host-aidoo_session={}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure",
                "A".repeat(43)
            )
        );
        let http = CookieKind::of(&"http://127.0.0.1:3000".parse().expect("a url"));
        assert_eq!(http.end(), "aidoo_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert!(http.end().is_sensitive());
    }

    #[test]
    fn only_one_whole_token_under_the_right_name_is_read() {
        let text = "A".repeat(43);
        let ours = format!("__Host-aidoo_session={text}");
        assert!(read(CookieKind::Secure, &[&format!("a=b; {ours} ;c=d")]).is_some());
        assert!(read(CookieKind::Secure, &["a=b", &ours]).is_some());
        assert!(read(CookieKind::Secure, &[&format!("aidoo_session={text}")]).is_none());
        assert!(read(CookieKind::Plain, &[&ours]).is_none());
        assert!(read(CookieKind::Secure, &[&ours, &ours]).is_none());
        assert!(read(CookieKind::Secure, &[&format!("{ours}=")]).is_none());
        assert!(read(CookieKind::Secure, &[&format!("{ours}A")]).is_none());
        assert!(read(CookieKind::Secure, &["__Host-aidoo_session="]).is_none());
        assert!(read(CookieKind::Secure, &[]).is_none());
    }
}
