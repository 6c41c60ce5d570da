//! The address of an Odoo server: scheme, host and port.

use std::fmt;

use shared::error::Problem;
use url::{Position, Url};

use crate::domain::odoo_address::{Destination, Scheme};

/// The longest address that is looked at: a host name has at most 253 characters.
const MAX_LENGTH: u32 = 300;
/// Pages of Odoo whose address people paste: what follows the host is cut off.
const PAGES: [&str; 2] = ["/web", "/odoo"];

/// Scheme, host and port of a server, and nothing else. The host is in lower case and Punycode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(Url);

impl Origin {
    /// Reads an address as a person types or pastes it: `https` where no scheme is given, and the path
    /// of Odoo's own pages (`/web/login`, `/odoo`) cut off.
    ///
    /// Whether the address may be called is for [`super::AddressGuard`] to say.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        if text.chars().count() > MAX_LENGTH as usize {
            return Err(Problem::TooLong { max: MAX_LENGTH });
        }
        // The parser drops tabs and line breaks, and a text with them is no address.
        if text.chars().any(|char| char.is_control() || char.is_whitespace()) {
            return Err(Problem::NotAUrl);
        }
        let with_scheme =
            if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let mut url = Url::parse(&with_scheme).map_err(|_| Problem::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") || url.port() == Some(0) {
            return Err(Problem::NotAUrl);
        }
        let is_page = PAGES.iter().any(|page| {
            url.path()
                .strip_prefix(page)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let has_extras = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
            || !(is_page || matches!(url.path(), "" | "/"));
        if has_extras {
            return Err(Problem::UrlHasExtras);
        }
        url.set_path("/");
        if let Some(name) = url.domain() {
            // `erp.example.com.` is the same host, and entries of the allow list have no dot.
            let name = name.trim_end_matches('.').to_owned();
            if name.is_empty() || url.set_host(Some(&name)).is_err() {
                return Err(Problem::NotAUrl);
            }
        }
        Ok(Self(url))
    }

    /// The host: a name, an IPv4 address, or an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// What the address rules judge.
    #[must_use]
    pub fn destination(&self) -> Destination<'_> {
        let scheme = if self.0.scheme() == "http" { Scheme::Http } else { Scheme::Https };
        let default = if scheme == Scheme::Http { 80 } else { 443 };
        Destination { scheme, host: self.host(), port: self.0.port().unwrap_or(default) }
    }

    /// The address of `path` on this server; `path` starts with a slash.
    pub(super) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// The address of a path with its query, as a page links to it; it starts with a slash.
    pub(super) fn at_reference(&self, reference: &str) -> Url {
        match reference.split_once('?') {
            None => self.at(reference),
            Some((path, query)) => {
                let mut url = self.at(path);
                url.set_query(Some(query));
                url
            }
        }
    }
}

/// `https://erp.example.com`, `http://127.0.0.1:8069`: the text that is stored and bound to secrets.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[..Position::BeforePath])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, expected) in [
            ("https://mycompany.odoo.com", "https://mycompany.odoo.com"),
            ("  mycompany.odoo.com/ ", "https://mycompany.odoo.com"),
            ("https://MyCompany.Odoo.com:443/web", "https://mycompany.odoo.com"),
            ("https://erp.example.com/web/login", "https://erp.example.com"),
            ("https://erp.example.com/odoo/discuss", "https://erp.example.com"),
            ("http://localhost:8069", "http://localhost:8069"),
            ("localhost:8069", "https://localhost:8069"),
            ("http://erp.example.com:80", "http://erp.example.com"),
            ("https://erp.example.com.", "https://erp.example.com"),
            ("https://münchen.example", "https://xn--mnchen-3ya.example"),
            ("http://[::1]:8069", "http://[::1]:8069"),
            ("http://0x7f.1:8069", "http://127.0.0.1:8069"),
            ("http://2130706433", "http://127.0.0.1"),
        ] {
            assert_eq!(
                Origin::parse(text).map(|origin| origin.to_string()),
                Ok(expected.to_owned())
            );
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused_with_its_reason() {
        for (text, problem) in [
            ("", Problem::Required),
            ("   ", Problem::Required),
            ("ftp://erp.example.com", Problem::NotAUrl),
            ("file:///etc/passwd", Problem::NotAUrl),
            ("javascript:alert(1)", Problem::NotAUrl),
            ("https://", Problem::NotAUrl),
            ("https://.", Problem::NotAUrl),
            ("https://a b", Problem::NotAUrl),
            ("https://exa\nmple.com", Problem::NotAUrl),
            ("https://example.com:99999", Problem::NotAUrl),
            ("https://example.com:0", Problem::NotAUrl),
            ("https://user@example.com", Problem::UrlHasExtras),
            ("https://user:pass@example.com", Problem::UrlHasExtras),
            ("https://:pass@example.com", Problem::UrlHasExtras),
            ("https://example.com?db=x", Problem::UrlHasExtras),
            ("https://example.com/web#action=1", Problem::UrlHasExtras),
            ("https://example.com/webhook", Problem::UrlHasExtras),
            ("https://example.com/jsonrpc", Problem::UrlHasExtras),
        ] {
            assert_eq!(Origin::parse(text), Err(problem), "{text}");
        }
        let long = format!("https://{}.com", "a".repeat(400));
        assert_eq!(Origin::parse(&long), Err(Problem::TooLong { max: MAX_LENGTH }));
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_gives_a_text_that_reads_back(text in "\\PC{0,40}") {
            if let Ok(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(&origin.to_string()), Ok(origin));
            }
        }

        #[test]
        fn a_host_reads_back(host in "[a-z][a-z0-9-]{0,20}(\\.[a-z]{2,6}){0,2}", port in 1_u16..) {
            let text = format!("http://{host}:{port}");
            if let Ok(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(&origin.to_string()), Ok(origin));
            }
        }
    }
}
