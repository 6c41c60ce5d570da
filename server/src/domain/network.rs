//! Networks, as people write them.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// The bits before an IPv4 address that is written as IPv6 (RFC 4291, 2.5.5.2).
const MAPPED: u8 = 96;

/// Reads a network such as `203.0.113.0/24`; a single address is a network of one. It comes as addresses are held
/// against it: without the bits behind its length, and IPv4 as IPv4, also where it is written as IPv6. `None` where
/// the text is none, or names IPv4 addresses and more at once, among which no address would be found.
#[must_use]
pub fn parse(text: &str) -> Option<IpNet> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    // The standard library reads it, which refuses `010`: it is ten for some, and eight for others.
    let address: IpAddr = address.parse().ok()?;
    let network = match length {
        Some(length) => IpNet::new(address, parse_length(length)?).ok()?,
        None => IpNet::from(address),
    };
    canonical(network).map(|network| network.trunc())
}

fn canonical(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(written) = network else { return Some(network) };
    let Some(address) = written.addr().to_ipv4_mapped() else { return Some(network) };
    let length = written.prefix_len().checked_sub(MAPPED)?;
    Ipv4Net::new(address, length).ok().map(IpNet::V4)
}

/// Digits alone, as one writes a number.
fn parse_length(text: &str) -> Option<u8> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text).map(|network| network.to_string())
    }

    #[test]
    fn a_network_is_read_without_what_stands_behind_its_length() {
        assert_eq!(read("203.0.113.77/24").as_deref(), Some("203.0.113.0/24"));
        assert_eq!(read("192.0.2.1").as_deref(), Some("192.0.2.1/32"));
        assert_eq!(read("2001:DB8::1/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(read("::/0").as_deref(), Some("::/0"));
    }

    #[test]
    fn ipv4_that_is_written_as_ipv6_is_what_it_is() {
        assert_eq!(read("::ffff:10.0.0.0/104").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(read("::ffff:a00:1/112").as_deref(), Some("10.0.0.0/16"));
        assert_eq!(read("::ffff:192.0.2.1").as_deref(), Some("192.0.2.1/32"));
        assert_eq!(read("::ffff:0:0/96").as_deref(), Some("0.0.0.0/0"));
        assert_eq!(read("::ffff:10.0.0.0/95"), None);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_none() {
        for text in [
            "010.0.0.0/8",
            "10.0.0.010",
            "::ffff:010.0.0.0/104",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/8/8",
            "::/129",
            " 10.0.0.0/8",
            "office",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_read_again_as_the_same(address: IpAddr, length in 0_u8..=128) {
            if let Some(network) = parse(&format!("{address}/{length}")) {
                prop_assert_eq!(parse(&network.to_string()), Some(network));
                prop_assert!(network.contains(&address.to_canonical()));
            }
        }
    }
}
