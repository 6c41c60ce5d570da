//! Where a request comes from.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of a request's client; an extension of every request that went through [`locate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// What stands for the address of a client of whom nothing is known.
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl ClientAddress {
    /// The address that a request has noted; 0.0.0.0 where it has not gone through [`locate`].
    #[must_use]
    pub fn of(noted: Option<&Self>) -> IpAddr {
        noted.map_or(UNKNOWN, |Self(address)| *address)
    }
}

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// These networks, and no others.
    #[must_use]
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    /// The client of a connection from `peer`: the peer itself, or behind a trusted proxy the last
    /// address in `X-Forwarded-For` that is no trusted proxy's. Whoever stands before it may have
    /// written what they liked. Where that hop cannot be read, nothing is known of the client: it is 0.0.0.0, and not
    /// the proxy, which may do more than others. A proxy that sends no such header at all asks for itself.
    #[must_use]
    pub fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let hops = headers
            .get_all(X_FORWARDED_FOR)
            .iter()
            .rev()
            .flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut client = peer;
        for hop in hops {
            let Some(address) = parse_hop(hop) else { return UNKNOWN };
            client = address;
            if !self.trusts(address) {
                return client;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Middleware: notes the [`ClientAddress`]. The server must be started with
/// `into_make_service_with_connect_info::<SocketAddr>()`; without it, every client is 0.0.0.0.
pub async fn locate(
    State(proxies): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(UNKNOWN, |ConnectInfo(peer)| peer.ip());
    let client = proxies.client_of(peer, request.headers());
    request.extensions_mut().insert(ClientAddress(client));
    next.run(request).await
}

/// An address as proxies write it: alone, or with a port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>());
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let networks =
            ["10.0.0.0/8".parse().expect("a block"), "fd00::/8".parse().expect("a block")];
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, line.parse().expect("a header"));
        }
        let peer = peer.parse().expect("an address");
        TrustedProxies::new(&networks).client_of(peer, &headers).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("::ffff:192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn behind_trusted_proxies_the_last_untrusted_address_counts() {
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["6.6.6.6, 198.51.100.7, 10.1.2.3"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["6.6.6.6", "198.51.100.7", "10.1.2.3"]), "198.51.100.7");
        assert_eq!(client("fd00::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["198.51.100.7:51234"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
    }

    #[test]
    fn a_hop_that_cannot_be_read_is_nobody_and_not_the_proxy() {
        // Anybody can send such a header, and a proxy that passes it on would lend them its own standing: on the same
        // machine it may read the figures, and every limit and network of keys holds it for somebody else.
        for hop in
            ["unknown", "", "  ", "\"198.51.100.7\"", "_hidden", "198.51.100.7:", "10.0.0.256"]
        {
            assert_eq!(client("10.0.0.1", &[hop]), "0.0.0.0", "{hop}");
            let behind = format!("198.51.100.7, {hop}");
            assert_eq!(client("10.0.0.1", &[&behind]), "0.0.0.0", "{hop}");
            let between = format!("198.51.100.7, {hop}, 10.9.9.9");
            assert_eq!(client("10.0.0.1", &[&between]), "0.0.0.0", "{hop}");
            let before = format!("{hop}, 198.51.100.7, 10.9.9.9");
            assert_eq!(
                client("10.0.0.1", &[&before]),
                "198.51.100.7",
                "nobody reads so far: {hop}"
            );
        }
        assert_eq!(client("192.0.2.1", &["unknown"]), "192.0.2.1", "a stranger is not believed");
    }

    #[test]
    fn a_proxy_that_names_nobody_asks_for_itself() {
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["10.1.1.1, 10.2.2.2"]), "10.1.1.1");
    }
}
