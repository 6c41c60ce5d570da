//! How many wrong keys one address may present.
//!
//! The count is kept in this process: it saves the database from a flood, and is no defence of the keys
//! themselves, whose 154 bits nobody guesses.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard},
};

use shared::{
    key_format::IDENTIFIER_LENGTH,
    time::{DAY, SECOND, Timestamp},
};

use crate::sync::locked;

/// Wrong keys that an address may present at once.
pub const BURST: u32 = 20;
/// After these, one more in this many microseconds.
pub const INTERVAL: i64 = 3 * SECOND;
/// How long a key that was valid from an address passes there, whatever others do.
pub const REMEMBERED: i64 = DAY;
/// Addresses, and pairs of address and key, that are kept: about 6 MiB each at most.
const CAPACITY: usize = 65_536;

/// Counts wrong keys by address (IPv6 by /64, which one customer has), and remembers which keys were
/// valid from where, so that one broken client does not lock out its office.
pub struct KeyThrottle {
    state: Mutex<State>,
}

/// An address is past its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// Seconds until the next wrong key may be presented.
    pub retry_after_seconds: u32,
}

#[derive(Default)]
struct State {
    /// The generic cell rate algorithm: the moment at which all of an address's wrong keys are paid off.
    wrong: HashMap<Network, Timestamp>,
    /// When a key was last valid from an address.
    valid: HashMap<(Network, Identifier), Timestamp>,
}

type Identifier = [u8; IDENTIFIER_LENGTH];

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Network(u128);

impl KeyThrottle {
    /// One that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { state: Mutex::default() }
    }

    /// Whether the key with this identifier may be looked up for `address` at `now`.
    ///
    /// # Errors
    /// [`Throttled`] when the address is past its limit and the key was not valid from it lately.
    pub fn check(
        &self,
        address: IpAddr,
        identifier: &str,
        now: Timestamp,
    ) -> Result<(), Throttled> {
        let network = Network::of(address);
        let state = self.state();
        let Some(paid_off) = state.wrong.get(&network) else { return Ok(()) };
        let wait = paid_off.since(now) - (i64::from(BURST) - 1) * INTERVAL;
        if wait <= 0 {
            return Ok(());
        }
        let was_valid = key_of(network, identifier)
            .and_then(|key| state.valid.get(&key))
            .is_some_and(|at| now.since(*at) < REMEMBERED);
        if was_valid {
            return Ok(());
        }
        let seconds = u64::try_from(wait).unwrap_or(0).div_ceil(SECOND.unsigned_abs());
        Err(Throttled { retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX) })
    }

    /// Counts a wrong key from `address`.
    pub fn record_wrong(&self, address: IpAddr, now: Timestamp) {
        let mut state = self.state();
        make_room(&mut state.wrong, |paid_off| *paid_off > now);
        let paid_off = state.wrong.entry(Network::of(address)).or_insert(now);
        // Held at the limit and one more: a flood does not lengthen its own lock-out without end.
        let most = now.plus(i64::from(BURST) * INTERVAL);
        *paid_off = (*paid_off).max(now).plus(INTERVAL).min(most);
    }

    /// Remembers that the key with this identifier was valid from `address`.
    pub fn record_valid(&self, address: IpAddr, identifier: &str, now: Timestamp) {
        let Some(key) = key_of(Network::of(address), identifier) else { return };
        let mut state = self.state();
        if let Some(at) = state.valid.get_mut(&key) {
            *at = (*at).max(now);
            return;
        }
        make_room(&mut state.valid, |at| now.since(*at) < REMEMBERED);
        state.valid.insert(key, now);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is a single insertion: there is no half-done one to fear.
        locked(&self.state)
    }
}

impl Default for KeyThrottle {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for KeyThrottle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyThrottle(…)")
    }
}

impl Network {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            // As `::ffff:a.b.c.d`, which lies in no /64 that a client can have.
            IpAddr::V4(address) => Self(address.to_ipv6_mapped().to_bits()),
            IpAddr::V6(address) => Self(Ipv6Addr::to_bits(address) >> 64 << 64),
        }
    }
}

fn key_of(network: Network, identifier: &str) -> Option<(Network, Identifier)> {
    identifier.as_bytes().try_into().ok().map(|identifier| (network, identifier))
}

/// Makes room in a full map: first what is over goes, then, if that was too little, the oldest quarter.
fn make_room<K: Copy + Eq + Hash>(
    map: &mut HashMap<K, Timestamp>,
    is_current: impl Fn(&Timestamp) -> bool,
) {
    if map.len() < CAPACITY {
        return;
    }
    map.retain(|_, at| is_current(at));
    if map.len() > CAPACITY / 4 * 3 {
        let mut times: Vec<Timestamp> = map.values().copied().collect();
        let (_, bound, _) = times.select_nth_unstable(CAPACITY / 4);
        let bound = *bound;
        map.retain(|_, at| *at > bound);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000 * SECOND);

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn spent(from: &str) -> KeyThrottle {
        let throttle = KeyThrottle::new();
        for _ in 0..BURST {
            assert_eq!(throttle.check(address(from), "AAAAAAAA", NOW), Ok(()));
            throttle.record_wrong(address(from), NOW);
        }
        throttle
    }

    #[test]
    fn past_the_limit_an_address_waits_and_then_has_one_more() {
        let throttle = spent("192.0.2.1");
        let check = |now| throttle.check(address("192.0.2.1"), "AAAAAAAA", now);
        assert_eq!(check(NOW), Err(Throttled { retry_after_seconds: 3 }));
        assert_eq!(check(NOW.plus(INTERVAL - 1)), Err(Throttled { retry_after_seconds: 1 }));
        let later = NOW.plus(INTERVAL);
        assert_eq!(check(later), Ok(()));
        throttle.record_wrong(address("192.0.2.1"), later);
        assert_eq!(check(later), Err(Throttled { retry_after_seconds: 3 }));
        assert_eq!(throttle.check(address("192.0.2.2"), "AAAAAAAA", NOW), Ok(()));
    }

    #[test]
    fn a_flood_does_not_lengthen_the_wait() {
        let throttle = spent("192.0.2.1");
        for _ in 0..1_000 {
            throttle.record_wrong(address("192.0.2.1"), NOW);
        }
        let check = throttle.check(address("192.0.2.1"), "AAAAAAAA", NOW);
        assert_eq!(check, Err(Throttled { retry_after_seconds: 3 }));
    }

    #[test]
    fn a_key_that_was_valid_there_within_a_day_still_passes() {
        let throttle = spent("192.0.2.1");
        let ago = NOW.plus(-REMEMBERED + 1);
        throttle.record_valid(address("192.0.2.1"), "GOODGOOD", ago);
        throttle.record_valid(address("192.0.2.9"), "ELSEWHER", NOW);
        let check = |identifier| throttle.check(address("192.0.2.1"), identifier, NOW).is_ok();
        assert!(check("GOODGOOD"));
        assert!(!check("ELSEWHER") && !check("OTHERONE") && !check(""));
        assert!(throttle.check(address("192.0.2.1"), "GOODGOOD", NOW.plus(1)).is_err());
    }

    #[test]
    fn ipv6_counts_by_64_bits_and_mapped_ipv4_as_ipv4() {
        let throttle = spent("2001:db8:0:1::1");
        let is_free = |from| throttle.check(address(from), "AAAAAAAA", NOW).is_ok();
        assert!(!is_free("2001:db8:0:1:ffff::2"));
        assert!(is_free("2001:db8:0:2::1"));

        let throttle = spent("192.0.2.1");
        let is_free = |from| throttle.check(address(from), "AAAAAAAA", NOW).is_ok();
        assert!(!is_free("::ffff:192.0.2.1"));
        assert!(is_free("::ffff:192.0.2.2") && is_free("192.0.2.2"));
    }

    #[test]
    fn memory_is_bounded_and_what_is_newest_stays() {
        let throttle = KeyThrottle::new();
        let nth = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..3 * CAPACITY as u32 {
            let now = NOW.plus(i64::from(n));
            throttle.record_wrong(nth(n), now);
            throttle.record_valid(nth(n), "GOODGOOD", now);
        }
        let state = throttle.state();
        assert!(state.wrong.len() <= CAPACITY && state.valid.len() <= CAPACITY);
        assert!(state.wrong.len() > CAPACITY / 2 && state.valid.len() > CAPACITY / 2);
        let last = Network::of(nth(3 * CAPACITY as u32 - 1));
        assert!(state.wrong.contains_key(&last));
    }

    #[test]
    fn a_full_map_of_equal_times_still_makes_room() {
        let throttle = KeyThrottle::new();
        for n in 0..CAPACITY as u32 + 1 {
            throttle.record_valid(IpAddr::from(n.to_be_bytes()), "GOODGOOD", NOW);
        }
        assert!(throttle.state().valid.len() <= CAPACITY);
    }
}
