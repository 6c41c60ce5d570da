//! Which `Host` and `Origin` a request may name. A page of a stranger that has made its own name point
//! at this machine (DNS rebinding) names the wrong ones.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER, WWW_AUTHENTICATE},
};
use tower_http::cors::{AllowOrigin, CorsLayer};
use url::{Host, Url};

/// The headers that clients send, of every revision of the protocol.
const CALL_HEADERS: [HeaderName; 8] = [
    ACCEPT,
    AUTHORIZATION,
    CONTENT_TYPE,
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("mcp-method"),
    HeaderName::from_static("mcp-name"),
    HeaderName::from_static("mcp-protocol-version"),
    HeaderName::from_static("mcp-session-id"),
];

/// The hosts and origins that are let through.
#[derive(Clone, Debug)]
pub(super) struct AllowedHosts(Arc<Lists>);

#[derive(Debug)]
struct Lists {
    hosts: Vec<String>,
    origins: Vec<String>,
    /// Those origins that the configuration names: pages of other hosts, which a browser lets read
    /// answers only if these say so.
    foreign: Vec<HeaderValue>,
}

impl AllowedHosts {
    /// Those of the public address, and what the configuration adds. Where the public address is on
    /// this machine, its other names are let through too.
    pub(super) fn new(public_url: &Url, hosts: Vec<String>, origins: Vec<String>) -> Self {
        let own = public_url.host_str().unwrap_or_default().to_owned();
        let is_loopback = match public_url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
            Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let mut all = vec![own];
        if is_loopback {
            all.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        }
        let port = public_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = public_url.scheme();
        let mut allowed_origins: Vec<String> =
            all.iter().map(|host| format!("{scheme}://{host}{port}")).collect();
        all.extend(hosts.into_iter().map(|host| host.trim().to_ascii_lowercase()));
        let named: Vec<String> = origins
            .into_iter()
            .map(|origin| origin.trim().trim_end_matches('/').to_owned())
            .filter(|origin| !origin.is_empty())
            .collect();
        let foreign = named.iter().filter_map(|origin| origin.parse().ok()).collect();
        allowed_origins.extend(named);
        all.retain(|host| !host.is_empty());
        all.dedup();
        allowed_origins.dedup();
        Self(Arc::new(Lists { hosts: all, origins: allowed_origins, foreign }))
    }

    /// Answers the questions that a browser asks before it lets a page of a configured origin call, and
    /// lets that page read the answers. Credentials of the browser's own are never part of a call.
    pub(super) fn cors(&self) -> CorsLayer {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(self.0.foreign.clone()))
            .allow_methods([Method::GET, Method::POST])
            .allow_headers(CALL_HEADERS)
            .expose_headers([WWW_AUTHENTICATE, RETRY_AFTER])
            .max_age(Duration::from_secs(600))
    }

    /// Host names, with or without a port.
    pub(super) fn hosts(&self) -> Vec<String> {
        self.0.hosts.clone()
    }

    /// Whole origins.
    pub(super) fn origins(&self) -> Vec<String> {
        self.0.origins.clone()
    }

    fn allows(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        // HTTP/2 has the host in the URI (RFC 9113, 8.3.1), and HTTP/1.1 may have it there too (RFC 9112, 3.2.2):
        // wherever one is named it must fit, and two headers say two things.
        let mut named = headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
        let (header, second) = (named.next(), named.next());
        let authority = uri.authority().map(http::uri::Authority::as_str);
        let fits = |host: &str| {
            let name = without_port(host).to_ascii_lowercase();
            self.0.hosts.iter().any(|allowed| *allowed == name || *allowed == host)
        };
        let host_fits = second.is_none()
            && (header.is_some() || authority.is_some())
            && header.into_iter().chain(authority).all(fits);
        // Only browsers send an origin.
        let origin_fits = headers.get_all(ORIGIN).iter().all(|origin| {
            origin.to_str().is_ok_and(|origin| self.0.origins.iter().any(|one| one == origin))
        });
        host_fits && origin_fits
    }
}

/// Middleware: answers 403 to a host or an origin that is not let through.
pub(super) async fn check_host(
    State(allowed): State<AllowedHosts>,
    request: Request,
    next: Next,
) -> Response {
    if allowed.allows(request.headers(), request.uri()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this host or origin may not call the MCP server\n").into_response()
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // An IPv6 address has colons of its own, inside brackets.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(public: &str, host: &str, origin: Option<&str>) -> bool {
        let url = Url::parse(public).expect("a url");
        let allowed = AllowedHosts::new(
            &url,
            vec!["other.example".to_owned()],
            vec!["https://tool.example/".to_owned()],
        );
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().expect("a header"));
        }
        allowed.allows(&headers, &Uri::from_static("/mcp"))
    }

    #[test]
    fn the_public_host_and_the_configured_ones_are_let_through() {
        assert!(allows("https://mcp.example.com", "mcp.example.com", None));
        assert!(allows("https://mcp.example.com", "MCP.example.com:443", None));
        assert!(allows("https://mcp.example.com", "other.example", None));
        assert!(allows(
            "https://mcp.example.com",
            "mcp.example.com",
            Some("https://mcp.example.com")
        ));
        assert!(allows("https://mcp.example.com", "mcp.example.com", Some("https://tool.example")));
        assert!(allows("http://127.0.0.1:3000", "localhost:3000", Some("http://localhost:3000")));
        assert!(allows("http://127.0.0.1:3000", "[::1]:3000", None));
    }

    #[test]
    fn a_request_that_names_two_hosts_is_not_let_through() {
        let url = Url::parse("https://mcp.example.com").expect("a url");
        let allowed = AllowedHosts::new(&url, Vec::new(), Vec::new());
        let fits = |hosts: &[&str], uri: &'static str| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(HOST, host.parse().expect("a header"));
            }
            allowed.allows(&headers, &Uri::from_static(uri))
        };
        assert!(fits(&["mcp.example.com"], "/mcp"));
        assert!(fits(&[], "https://mcp.example.com/mcp"));
        assert!(fits(&["mcp.example.com"], "https://mcp.example.com/mcp"));
        assert!(!fits(&["mcp.example.com", "evil.example"], "/mcp"));
        assert!(!fits(&["mcp.example.com", "mcp.example.com"], "/mcp"));
        assert!(!fits(&["mcp.example.com"], "https://evil.example/mcp"));
        assert!(!fits(&["evil.example"], "https://mcp.example.com/mcp"));
        assert!(!fits(&[], "/mcp"));
    }

    #[test]
    fn strangers_are_not() {
        assert!(!allows("https://mcp.example.com", "evil.example", None));
        assert!(!allows("https://mcp.example.com", "mcp.example.com.evil.example", None));
        assert!(!allows("https://mcp.example.com", "localhost", None));
        assert!(!allows(
            "https://mcp.example.com",
            "mcp.example.com",
            Some("https://evil.example")
        ));
        assert!(!allows("https://mcp.example.com", "mcp.example.com", Some("null")));
        assert!(!allows("http://127.0.0.1:3000", "127.0.0.1:3000", Some("http://127.0.0.1:4000")));
    }
}
