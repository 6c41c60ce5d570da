//! Which addresses of Odoo servers may be called: public ones, by https, and in a private network only those that whoever runs the
//! server has named. Pure: names are resolved elsewhere.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;

use super::network;

/// What may be called: `AIDOO_ODOO_ALLOW`, and where Aidoo itself listens.
#[derive(Clone, Debug, Default)]
pub struct AddressRules {
    allow: Vec<Allowed>,
    own: Vec<SocketAddr>,
}

/// One entry of `AIDOO_ODOO_ALLOW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    host: AllowedHost,
    port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum AllowedHost {
    Name(String),
    Network(IpNet),
}

/// A scheme, a host as a normalised URL has it, and a port.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// Whether what is sent is encrypted.
    pub scheme: Scheme,
    /// A name in lower case and Punycode, or an address.
    pub host: &'a str,
    /// The port.
    pub port: u16,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Unencrypted.
    Http,
    /// Encrypted.
    Https,
}

/// Why an address may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// It is public or may be, and only lacks encryption.
    #[error("https is required")]
    HttpsRequired,
    /// It may not be called at all, or only after whoever runs Aidoo has listed it.
    #[error("the address is not allowed")]
    Address,
}

impl AddressRules {
    /// Rules with these entries; `own` is where Aidoo itself listens.
    #[must_use]
    pub const fn new(allow: Vec<Allowed>, own: Vec<SocketAddr>) -> Self {
        Self { allow, own }
    }

    /// Every port that an entry names.
    pub fn listed_ports(&self) -> impl Iterator<Item = u16> {
        self.allow.iter().map(|entry| entry.port)
    }

    /// What can be said of a destination before its name is resolved. A name that passes is judged
    /// again, address by address, by [`AddressRules::check_address`].
    ///
    /// # Errors
    /// [`NotAllowed`] when no address could make it right.
    pub fn check_destination(&self, destination: Destination<'_>) -> Result<(), NotAllowed> {
        let Destination { scheme, host, port } = destination;
        if let Some(address) = parse_ip(host) {
            return self.check_address(destination, address);
        }
        let listed = self.names(host, port)
            || self
                .allow
                .iter()
                .any(|entry| entry.port == port && matches!(entry.host, AllowedHost::Network(_)));
        match (scheme, port) {
            _ if listed => Ok(()),
            (Scheme::Https, 443) => Ok(()),
            (Scheme::Http, 80) if !is_local_name(host) => Err(NotAllowed::HttpsRequired),
            _ => Err(NotAllowed::Address),
        }
    }

    /// Whether this address, to which the destination's host resolves, may be connected to.
    ///
    /// # Errors
    /// [`NotAllowed`] when it may not.
    pub fn check_address(
        &self,
        destination: Destination<'_>,
        address: IpAddr,
    ) -> Result<(), NotAllowed> {
        let Destination { scheme, host, port } = destination;
        let reach = reach_of(address);
        if reach == Reach::Never || self.is_own(address, port) {
            return Err(NotAllowed::Address);
        }
        let canonical = address.to_canonical();
        let listed = self.names(host, port)
            || self.allow.iter().any(|entry| {
                entry.port == port
                    && matches!(&entry.host, AllowedHost::Network(net) if net.contains(&canonical))
            });
        match (reach, scheme, port) {
            _ if listed => Ok(()),
            (Reach::Public, Scheme::Https, 443) => Ok(()),
            (Reach::Public, Scheme::Http, 80) => Err(NotAllowed::HttpsRequired),
            _ => Err(NotAllowed::Address),
        }
    }

    /// The ports on which Aidoo listens at every address of the machine: there each of the machine's
    /// own addresses is Aidoo's own, and which they are only the machine knows.
    #[must_use]
    pub fn listens_everywhere_on(&self, port: u16) -> bool {
        self.own.iter().any(|own| own.port() == port && own.ip().is_unspecified())
    }

    fn is_own(&self, address: IpAddr, port: u16) -> bool {
        let address = embedded_ipv4(address).map_or(address, IpAddr::V4);
        self.own.iter().any(|own| {
            own.port() == port
                && (own.ip().to_canonical() == address
                    || (own.ip().is_unspecified() && address.is_loopback()))
        })
    }

    fn names(&self, host: &str, port: u16) -> bool {
        self.allow.iter().any(|entry| {
            entry.port == port && matches!(&entry.host, AllowedHost::Name(name) if name == host)
        })
    }
}

impl Allowed {
    /// Exactly this address and port.
    #[must_use]
    pub fn address(address: SocketAddr) -> Self {
        Self {
            host: AllowedHost::Network(IpNet::from(address.ip().to_canonical())),
            port: address.port(),
        }
    }
}

/// The text is neither HOST:PORT nor CIDR:PORT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is neither HOST:PORT nor CIDR:PORT")]
pub struct ParseAllowedError(String);

impl FromStr for Allowed {
    type Err = ParseAllowedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let error = || ParseAllowedError(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(error)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(error)?;
        let bare = host.replace(['[', ']'], "");
        let host = match network::parse(&bare) {
            Some(network) => AllowedHost::Network(network),
            None => match url::Host::parse(host).map_err(|_| error())? {
                url::Host::Domain(name) => AllowedHost::Name(name.trim_end_matches('.').to_owned()),
                url::Host::Ipv4(address) => AllowedHost::Network(IpAddr::V4(address).into()),
                url::Host::Ipv6(address) => AllowedHost::Network(IpAddr::V6(address).into()),
            },
        };
        Ok(Self { host, port })
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// From where an address can be reached, from the widest to none. Ordered, so that the narrower of two
/// is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// From everywhere.
    Public,
    /// From a network, a machine or a test only: an entry must name it.
    Private,
    /// Never a server of ours to call: no entry opens it.
    Never,
}

fn reach_of(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_of_v4(v4),
        IpAddr::V6(v6) => match embedded_ipv4(address) {
            // The packet may come out at the address inside, so both must be fit to call.
            Some(inside) if v6.to_ipv4_mapped().is_some() => reach_of_v4(inside),
            Some(inside) => reach_of_v6(v6).max(reach_of_v4(inside)),
            None => reach_of_v6(v6),
        },
    }
}

/// The special-purpose registry of IANA, and the metadata services of the large clouds.
fn reach_of_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        // This network, multicast, link-local with the metadata address of most clouds, broadcast.
        [0, ..] | [224..=239, ..] | [169, 254, ..] | [255, 255, 255, 255] => Reach::Never,
        // Metadata of Alibaba, Oracle and Azure.
        [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16] => Reach::Never,
        [10, ..] | [127, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reach::Private,
        // Shared by providers, protocol assignments, benchmarks, documentation, reserved.
        [100, 64..=127, ..] | [192, 0, 0 | 2, _] | [198, 18..=19, ..] => Reach::Private,
        [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] | [240..=255, ..] => Reach::Private,
        _ => Reach::Public,
    }
}

fn reach_of_v6(address: Ipv6Addr) -> Reach {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Private,
        // Unspecified, and the long abandoned IPv4-compatible form.
        [0, 0, 0, 0, 0, 0, _, _] => Reach::Never,
        // Link-local, multicast, Amazon's metadata and time services.
        [0xfe80..=0xfebf, ..] | [0xff00..=0xffff, ..] | [0xfd00, 0x0ec2, ..] => Reach::Never,
        // NAT64 of a provider: as public as what is inside.
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Reach::Public,
        // Teredo, documentation.
        [0x2001, 0, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Reach::Private,
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Private,
    }
}

/// The IPv4 address that an IPv6 one carries: mapped, 6to4, NAT64, ISATAP.
fn embedded_ipv4(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, a, b] => Some(joined(a, b)),
        // IPv4-translated (RFC 2765).
        [0, 0, 0, 0, 0xffff, 0, a, b] => Some(joined(a, b)),
        [0x2002, a, b, ..] => Some(joined(a, b)),
        [0x64, 0xff9b, .., a, b] => Some(joined(a, b)),
        [_, _, _, _, 0 | 0x200, 0x5efe, a, b] => Some(joined(a, b)),
        _ => None,
    }
}

fn parse_ip(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn is_local_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || !host.contains('.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(allow: &[&str], own: &[&str]) -> AddressRules {
        AddressRules::new(
            allow.iter().map(|entry| entry.parse().unwrap()).collect(),
            own.iter().map(|address| address.parse().unwrap()).collect(),
        )
    }

    fn check(rules: &AddressRules, scheme: Scheme, host: &str, port: u16, address: &str) -> bool {
        let destination = Destination { scheme, host, port };
        rules.check_destination(destination).is_ok()
            && rules.check_address(destination, address.parse().unwrap()).is_ok()
    }

    const NEVER: [&str; 28] = [
        "0.0.0.0",
        "0.1.2.3",
        "169.254.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "::7f00:1",
        "::a9fe:a9fe",
        "fe80::1",
        "febf::1",
        "ff02::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "::ffff:0.0.0.0",
        "::ffff:224.0.0.1",
        "::ffff:0:a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2002:0000:0000::",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b::",
        "fd12::5efe:a9fe:a9fe",
        "2001:db8::200:5efe:169.254.1.1",
    ];

    const PRIVATE: [&str; 26] = [
        "10.0.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "240.0.0.1",
        "::1",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "2001:db8::1",
        "2001::1",
        "100::1",
        "3fff::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
    ];

    const PUBLIC: [&str; 7] = [
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ];

    #[test]
    fn what_is_never_called_is_opened_by_no_entry() {
        let everything = rules(&["0.0.0.0/0:443", "[::]/0:443", "odoo.example.com:443"], &[]);
        for address in NEVER {
            assert!(
                !check(&everything, Scheme::Https, "odoo.example.com", 443, address),
                "{address}"
            );
        }
    }

    #[test]
    fn private_addresses_need_an_entry() {
        let (none, named) = (rules(&[], &[]), rules(&["odoo.example.com:443"], &[]));
        for address in PRIVATE {
            assert!(!check(&none, Scheme::Https, "odoo.example.com", 443, address), "{address}");
            assert!(check(&named, Scheme::Https, "odoo.example.com", 443, address), "{address}");
        }
    }

    #[test]
    fn public_addresses_need_https_on_its_port_or_an_entry() {
        let none = rules(&[], &[]);
        let named = rules(&["odoo.example.com:80", "odoo.example.com:8069"], &[]);
        for address in PUBLIC {
            assert!(check(&none, Scheme::Https, "odoo.example.com", 443, address), "{address}");
            for (scheme, port) in [
                (Scheme::Http, 80),
                (Scheme::Http, 443),
                (Scheme::Https, 8069),
                (Scheme::Http, 8069),
            ] {
                assert!(!check(&none, scheme, "odoo.example.com", port, address), "{address}");
            }
            assert!(check(&named, Scheme::Http, "odoo.example.com", 80, address), "{address}");
            assert!(check(&named, Scheme::Https, "odoo.example.com", 8069, address), "{address}");
            assert!(!check(&named, Scheme::Https, "other.example.com", 8069, address), "{address}");
        }
    }

    #[test]
    fn a_network_opens_its_own_addresses_on_its_own_port() {
        let rules = rules(&["10.1.0.0/16:8069", "[fd12::]/16:8069", "::1:8070"], &[]);
        assert!(check(&rules, Scheme::Http, "erp.internal", 8069, "10.1.2.3"));
        assert!(check(&rules, Scheme::Http, "erp.internal", 8069, "::ffff:10.1.2.3"));
        assert!(check(&rules, Scheme::Http, "erp.internal", 8069, "fd12::5"));
        assert!(check(&rules, Scheme::Http, "[::1]", 8070, "::1"));
        assert!(!check(&rules, Scheme::Http, "erp.internal", 8069, "10.2.0.1"));
        assert!(!check(&rules, Scheme::Http, "erp.internal", 8070, "10.1.2.3"));
        assert!(!check(&rules, Scheme::Https, "erp.internal", 443, "10.1.2.3"));
        assert!(!check(&rules, Scheme::Http, "erp.internal", 8069, "8.8.8.8"));
    }

    #[test]
    fn aidoos_own_ports_are_never_called() {
        let one = rules(&["127.0.0.0/8:3000", "localhost:3000"], &["127.0.0.1:3000"]);
        for address in ["127.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::"] {
            assert!(!check(&one, Scheme::Http, "localhost", 3000, address), "{address}");
        }
        let all = rules(&["0.0.0.0/0:3000", "[::1]:3000", "[::1]:3001"], &["[::]:3000"]);
        assert!(!check(&all, Scheme::Http, "[::1]", 3000, "::1"));
        assert!(!check(&all, Scheme::Http, "127.0.0.9", 3000, "127.0.0.9"));
        assert!(check(&all, Scheme::Http, "[::1]", 3001, "::1"));
        assert!(all.listens_everywhere_on(3000) && !all.listens_everywhere_on(3001));
    }

    #[test]
    fn a_refusal_says_when_only_encryption_is_missing() {
        let rules = rules(&[], &[]);
        let check = |scheme, host, port| {
            rules.check_destination(Destination { scheme, host, port }).unwrap_err()
        };
        assert_eq!(check(Scheme::Http, "erp.example.com", 80), NotAllowed::HttpsRequired);
        assert_eq!(check(Scheme::Http, "8.8.8.8", 80), NotAllowed::HttpsRequired);
        assert_eq!(check(Scheme::Http, "localhost", 80), NotAllowed::Address);
        assert_eq!(check(Scheme::Http, "10.0.0.1", 80), NotAllowed::Address);
        assert_eq!(check(Scheme::Http, "erp.example.com", 8069), NotAllowed::Address);
    }

    #[test]
    fn entries_are_hosts_or_networks_with_a_port() {
        for text in
            ["odoo", "odoo:", "odoo:0", "odoo:99999", ":8069", "10.0.0.0/40:80", "a b:80", ""]
        {
            assert!(text.parse::<Allowed>().is_err(), "{text}");
        }
        let same = |one: &str, other: &str| one.parse::<Allowed>() == other.parse::<Allowed>();
        assert!(same(" Odoo.Example.COM:8069", "odoo.example.com.:8069"));
        assert!(same("10.1.2.3/8:80", "10.0.0.0/8:80"));
        assert!(same("0x7f000001:80", "127.0.0.1/32:80"));
        assert!(same("[::ffff:10.0.0.1]:80", "10.0.0.1:80"));
        assert!(same("[::ffff:10.0.0.0]/104:80", "10.0.0.0/8:80"));
    }

    proptest! {
        #[test]
        fn no_address_passes_on_an_unlisted_port_or_unencrypted(
            address: IpAddr, scheme_is_http: bool, port in 1_u16..
        ) {
            let scheme = if scheme_is_http { Scheme::Http } else { Scheme::Https };
            prop_assume!(scheme == Scheme::Http || port != 443);
            let destination = Destination { scheme, host: "erp.example.com", port };
            prop_assert!(rules(&[], &[]).check_address(destination, address).is_err());
        }

        #[test]
        fn every_way_of_writing_an_ipv4_address_is_judged_no_milder(address: Ipv4Addr) {
            let [a, b, c, d] = address.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for hidden in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            ] {
                // ::1 is loopback, and 0.0.0.1 is not.
                prop_assume!(hidden != Ipv6Addr::LOCALHOST);
                prop_assert!(reach_of(hidden.into()) >= reach_of(address.into()), "{}", hidden);
            }
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Allowed>();
        }
    }
}
