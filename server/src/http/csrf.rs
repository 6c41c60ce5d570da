//! Changes are asked for by Aidoo's own pages only.
//!
//! A session's cookie goes along with whatever a browser sends here, also when another site's page makes
//! it do so; `SameSite=Lax` is one fence, this is the other. `/mcp` and `/sse` read no cookie and stay
//! outside.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, Method, header};
use url::{Host, Url};

use super::unavailable;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Which origins are this site.
#[derive(Debug, Clone)]
pub struct SameOrigin(Arc<[String]>);

impl SameOrigin {
    /// The origin of the public address. A site on the own machine is the same one under each of its
    /// names.
    #[must_use]
    pub fn new(public_url: &Url) -> Self {
        let is_loopback = match public_url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let names: &[&str] = if is_loopback { &["localhost", "127.0.0.1", "[::1]"] } else { &[] };
        let aliases = names.iter().filter_map(|name| {
            let mut url = public_url.clone();
            url.set_host(Some(name)).ok()?;
            Some(url.origin().ascii_serialization())
        });
        Self(std::iter::once(public_url.origin().ascii_serialization()).chain(aliases).collect())
    }

    fn is(&self, origin: &str) -> bool {
        self.0.iter().any(|own| own == origin)
    }

    /// Whether a request with these headers comes from one of this site's pages: its `Origin` is this
    /// site's, or it has none and the browser vouches for it with `Sec-Fetch-Site: same-origin`. What
    /// contradicts itself does not.
    fn vouches(&self, headers: &HeaderMap) -> bool {
        let (Ok(origin), Ok(site)) =
            (single(headers, &header::ORIGIN), single(headers, &SEC_FETCH_SITE))
        else {
            return false;
        };
        match (origin, site) {
            (Some(origin), None) => self.is(origin),
            (Some(origin), Some(site)) => self.is(origin) && site == "same-origin",
            (None, Some(site)) => site == "same-origin",
            (None, None) => false,
        }
    }
}

/// Middleware: refuses a change that another site's page asked for, with 403. A plain form post is
/// answered with a redirect to its `Referer`, so that one from elsewhere is taken away.
pub async fn guard(State(own): State<SameOrigin>, mut request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    if !own.vouches(request.headers()) {
        // The route and not the path, which may hold an invitation's token or a misplaced key.
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        tracing::warn!(http.route = route, "refused a change that another site asked for");
        return unavailable::foreign(request.headers());
    }
    let is_own = match single(request.headers(), &header::REFERER) {
        Ok(Some(referer)) => {
            Url::parse(referer).is_ok_and(|url| own.is(&url.origin().ascii_serialization()))
        }
        Ok(None) => true,
        Err(Unreadable) => false,
    };
    if !is_own {
        request.headers_mut().remove(header::REFERER);
    }
    next.run(request).await
}

/// The header is there twice, or is no text.
struct Unreadable;

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Unreadable> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Unreadable),
        (Some(_), Some(_)) => Err(Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vouches(public_url: &str, lines: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a header"));
        }
        SameOrigin::new(&public_url.parse().expect("a url")).vouches(&headers)
    }

    #[test]
    fn only_the_own_pages_are_vouched_for() {
        const OWN: &str = "https://mcp.example.com";
        for lines in [
            &[("origin", OWN)][..],
            &[("origin", OWN), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin")],
        ] {
            assert!(vouches(OWN, lines), "{lines:?}");
        }
        for lines in [
            &[][..],
            &[("origin", "https://evil.example")],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", "null")],
            &[("origin", "http://mcp.example.com")],
            &[("origin", "https://mcp.example.com:8443")],
            &[("origin", "https://mcp.example.com.evil.example")],
            &[("origin", OWN), ("sec-fetch-site", "cross-site")],
            &[("origin", OWN), ("sec-fetch-site", "same-site")],
            &[("origin", OWN), ("origin", "https://evil.example")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("referer", OWN)],
        ] {
            assert!(!vouches(OWN, lines), "{lines:?}");
        }
    }

    #[test]
    fn the_own_machine_has_several_names_for_one_port() {
        const OWN: &str = "http://127.0.0.1:3000";
        for origin in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"] {
            assert!(vouches(OWN, &[("origin", origin)]), "{origin}");
        }
        assert!(!vouches(OWN, &[("origin", "http://localhost:3001")]));
        assert!(!vouches("https://mcp.example.com", &[("origin", "https://localhost")]));
    }
}
