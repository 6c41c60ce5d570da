//! Whether a key with the right secret may be used now, under what its company asks of keys.

use std::net::IpAddr;

use ipnet::IpNet;
use shared::{
    key_rules::{KeyRefusal, MAX_NETWORKS},
    time::{DAY, Timestamp},
};

use super::network;

/// What is known of a key, and what is asked of it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, if ever.
    pub last_used_at: Option<Timestamp>,
    /// When its person accepted it.
    pub accepted_at: Option<Timestamp>,
    /// When its company was kept that was to be deleted, until which no key of it was accepted.
    pub company_kept_at: Option<Timestamp>,
    /// Whether its person made it.
    pub is_self_made: bool,
    /// Days without use after which it is over; 0 for no limit.
    pub unused_days: u32,
    /// Networks from which it may come, one in each line; anywhere when there is none.
    pub networks: &'a str,
    /// Whether keys that somebody else made wait for their person.
    pub must_accept: bool,
}

/// Why the key may not be used now from `address`, if anything keeps it. `None` for the address means a
/// use that comes from nowhere, such as a look at what an earlier call left.
#[must_use]
pub fn obstacle(asked: Asked<'_>, address: Option<IpAddr>, now: Timestamp) -> Option<KeyRefusal> {
    let Asked {
        created_at,
        last_used_at,
        accepted_at,
        company_kept_at,
        is_self_made,
        unused_days,
        networks,
        must_accept,
    } = asked;
    if must_accept && !is_self_made && accepted_at.is_none() {
        return Some(KeyRefusal::NotAccepted);
    }
    if unused_days > 0 {
        let signs = [Some(created_at), last_used_at, accepted_at, company_kept_at];
        let last_sign = signs.into_iter().flatten().max();
        let unused = last_sign.map_or(0, |at| now.since(at));
        if unused > i64::from(unused_days) * DAY {
            return Some(KeyRefusal::Unused);
        }
    }
    if let Some(address) = address
        && !networks.is_empty()
        && !contains(networks, address)
    {
        return Some(KeyRefusal::Address);
    }
    None
}

/// Reads networks, separated by white space or commas; a single address is a network of one.
///
/// # Errors
/// When one is no network, or there are more than [`MAX_NETWORKS`].
pub fn parse_networks(text: &str) -> Result<Vec<IpNet>, NotNetworks> {
    let mut networks = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
    {
        let network = network::parse(word).ok_or(NotNetworks::Unreadable)?;
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    if networks.len() > MAX_NETWORKS as usize {
        return Err(NotNetworks::TooMany);
    }
    Ok(networks)
}

/// What is wrong with a list of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNetworks {
    /// One is no network.
    Unreadable,
    /// There are too many.
    TooMany,
}

/// An IPv4 address that came as IPv6 counts as what it is. Lines that cannot be read hold no address, and no network
/// holds 0.0.0.0, which stands for one that nobody knows.
fn contains(networks: &str, address: IpAddr) -> bool {
    let address = address.to_canonical();
    if address.is_unspecified() {
        return false;
    }
    networks.lines().filter_map(network::parse).any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000 * DAY);
    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    fn asked() -> Asked<'static> {
        Asked {
            created_at: NOW.plus(-100 * DAY),
            last_used_at: None,
            accepted_at: None,
            company_kept_at: None,
            is_self_made: true,
            unused_days: 0,
            networks: "",
            must_accept: false,
        }
    }

    #[test]
    fn a_company_that_asks_nothing_keeps_no_key() {
        assert_eq!(obstacle(asked(), Some(HOME), NOW), None);
    }

    #[test]
    fn a_key_counts_as_unused_from_its_last_sign_of_life() {
        let unused = Asked { unused_days: 30, ..asked() };
        assert_eq!(obstacle(unused, Some(HOME), NOW), Some(KeyRefusal::Unused));
        let used = |by: i64| Asked { last_used_at: Some(NOW.plus(by)), ..unused };
        assert_eq!(obstacle(used(-30 * DAY), Some(HOME), NOW), None);
        assert_eq!(obstacle(used(-30 * DAY - 1), Some(HOME), NOW), Some(KeyRefusal::Unused));
        let accepted = Asked { accepted_at: Some(NOW.plus(-DAY)), ..unused };
        assert_eq!(obstacle(accepted, Some(HOME), NOW), None);
        // Nobody could use it before.
        let kept = |by: i64| Asked { company_kept_at: Some(NOW.plus(by)), ..unused };
        assert_eq!(obstacle(kept(-30 * DAY), Some(HOME), NOW), None);
        assert_eq!(obstacle(kept(-30 * DAY - 1), Some(HOME), NOW), Some(KeyRefusal::Unused));
    }

    #[test]
    fn a_key_that_somebody_else_made_waits_where_it_must() {
        let handed = Asked { is_self_made: false, ..asked() };
        assert_eq!(obstacle(handed, Some(HOME), NOW), None);
        let waits = Asked { must_accept: true, ..handed };
        assert_eq!(obstacle(waits, Some(HOME), NOW), Some(KeyRefusal::NotAccepted));
        let accepted = Asked { accepted_at: Some(NOW), ..waits };
        assert_eq!(obstacle(accepted, Some(HOME), NOW), None);
        assert_eq!(obstacle(Asked { must_accept: true, ..asked() }, Some(HOME), NOW), None);
    }

    #[test]
    fn a_key_comes_from_the_named_networks_only() {
        let at = |networks| {
            move |address: &str| {
                let address = address.parse().expect("an address");
                obstacle(Asked { networks, ..asked() }, Some(address), NOW)
            }
        };
        let office = at("203.0.113.0/24\n2001:db8::/32");
        assert_eq!(office("203.0.113.9"), None);
        assert_eq!(office("::ffff:203.0.113.9"), None);
        assert_eq!(office("2001:db8:1::5"), None);
        for other in ["203.0.114.1", "2001:db9::1", "::1", "127.0.0.1"] {
            assert_eq!(office(other), Some(KeyRefusal::Address), "{other}");
        }
        // Any address of IPv4, but not one that nobody knows.
        assert_eq!(at("0.0.0.0/0")("203.0.113.9"), None);
        assert_eq!(at("0.0.0.0/0\n::/0")("0.0.0.0"), Some(KeyRefusal::Address));
        // Kept before networks were written as what they are.
        assert_eq!(at("::ffff:10.0.0.0/104")("10.1.2.3"), None);
        // What nobody can read lets nobody in.
        assert_eq!(at("nonsense")("203.0.113.9"), Some(KeyRefusal::Address));
    }

    #[test]
    fn networks_are_read_one_by_one_and_kept_once() {
        let read = |text| {
            parse_networks(text)
                .map(|networks| networks.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(
            read("203.0.113.77/24, 203.0.113.0/24\n192.0.2.1 2001:db8::1"),
            Ok(vec!["203.0.113.0/24".into(), "192.0.2.1/32".into(), "2001:db8::1/128".into()])
        );
        assert_eq!(read("::ffff:10.0.0.0/104 10.9.9.9/8"), Ok(vec!["10.0.0.0/8".into()]));
        let wrong = ["203.0.113.0/33", "office", "203.0.113", "1.2.3.4/", "::/129", "010.0.0.0/8"];
        for wrong in wrong.into_iter().chain(["::ffff:10.0.0.0/90"]) {
            assert_eq!(read(wrong), Err(NotNetworks::Unreadable), "{wrong}");
        }
        let many = (0..=100).map(|n| format!("10.0.{n}.0/24 ")).collect::<String>();
        assert_eq!(parse_networks(&many), Err(NotNetworks::TooMany));
    }
}
