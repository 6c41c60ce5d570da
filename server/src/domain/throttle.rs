//! How many attempts are taken from whom: the rule, and a table of those who made some.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
};

use shared::time::{SECOND, Timestamp};

/// So many attempts in so long: all at once, or spread; each comes back after its share of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many at once.
    pub attempts: u32,
    /// In how many microseconds all of them come back.
    pub period: i64,
}

impl Limit {
    const fn share(self) -> i64 {
        self.period / self.attempts as i64
    }
}

/// Attempts of many subjects under one limit (the generic cell rate algorithm: a subject's state is one
/// point in time, at which all its attempts have come back).
#[derive(Debug)]
pub struct Throttle<K> {
    limit: Limit,
    capacity: usize,
    restored_at: HashMap<K, Timestamp>,
}

/// The attempt is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// Whole seconds until the next is, at least 1.
    pub retry_after_seconds: u32,
}

impl<K: Eq + Hash + Clone> Throttle<K> {
    /// An empty table for at most `capacity` subjects at a time.
    #[must_use]
    pub fn new(limit: Limit, capacity: usize) -> Self {
        Self { limit, capacity, restored_at: HashMap::new() }
    }

    /// Takes one attempt of `subject`.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left; nothing is taken then.
    pub fn take(&mut self, subject: &K, now: Timestamp) -> Result<(), TooMany> {
        self.take_under(self.limit, subject, now)
    }

    /// Takes one attempt of `subject`, which has a limit of its own.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left; nothing is taken then.
    pub fn take_under(&mut self, limit: Limit, subject: &K, now: Timestamp) -> Result<(), TooMany> {
        let ends = self.check_under(limit, subject, now)?;
        if self.restored_at.len() >= self.capacity && !self.restored_at.contains_key(subject) {
            self.make_room(now);
        }
        self.restored_at.insert(subject.clone(), ends);
        Ok(())
    }

    /// When all attempts of `subject` would be back after one more, which is not taken.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn check_under(
        &self,
        limit: Limit,
        subject: &K,
        now: Timestamp,
    ) -> Result<Timestamp, TooMany> {
        let begins = self.restored_at.get(subject).map_or(now, |&at| at.max(now));
        let ends = begins.plus(limit.share());
        let beyond = ends.since(now) - limit.period;
        if beyond > 0 {
            let seconds = u32::try_from((beyond + SECOND - 1) / SECOND).unwrap_or(u32::MAX);
            return Err(TooMany { retry_after_seconds: seconds });
        }
        Ok(ends)
    }

    /// Gives one attempt back: it turned out to be a good one.
    pub fn give_back(&mut self, subject: &K, now: Timestamp) {
        self.give_back_under(self.limit, subject, now);
    }

    /// Gives one attempt back to `subject`, which has a limit of its own.
    pub fn give_back_under(&mut self, limit: Limit, subject: &K, now: Timestamp) {
        if let Some(at) = self.restored_at.get_mut(subject) {
            *at = at.plus(-limit.share());
            if *at <= now {
                self.restored_at.remove(subject);
            }
        }
    }

    /// Forgets whoever has all attempts again; if that is nobody, the half that is nearest to it.
    fn make_room(&mut self, now: Timestamp) {
        self.restored_at.retain(|_, at| *at > now);
        if self.restored_at.len() >= self.capacity {
            let mut times: Vec<Timestamp> = self.restored_at.values().copied().collect();
            let middle = times.len() / 2;
            let (_, median, _) = times.select_nth_unstable(middle);
            let median = *median;
            self.restored_at.retain(|_, at| *at > median);
        }
    }
}

/// The part of an address that one subscriber holds: all of an IPv4 address, the first 64 bits of an
/// IPv6 address (RFC 6177 hands out no less).
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::time::MINUTE;

    use super::*;

    const LIMIT: Limit = Limit { attempts: 10, period: 15 * MINUTE };

    #[test]
    fn the_eleventh_attempt_waits_for_the_share_of_one() {
        let mut throttle = Throttle::new(LIMIT, 100);
        let now = Timestamp::from_micros(1_000 * MINUTE);
        for _ in 0..10 {
            throttle.take(&"a", now).expect("one of ten");
        }
        assert_eq!(throttle.take(&"a", now), Err(TooMany { retry_after_seconds: 90 }));
        assert_eq!(
            throttle.take(&"a", now.plus(90 * SECOND - 1)),
            Err(TooMany { retry_after_seconds: 1 })
        );
        assert_eq!(throttle.take(&"a", now.plus(90 * SECOND)), Ok(()));
        assert!(throttle.take(&"a", now.plus(90 * SECOND)).is_err());
        assert_eq!(throttle.take(&"b", now), Ok(()), "somebody else has their own");
    }

    #[test]
    fn a_good_attempt_costs_nothing() {
        let mut throttle = Throttle::new(LIMIT, 100);
        let now = Timestamp::from_micros(1_000 * MINUTE);
        for _ in 0..1_000 {
            throttle.take(&"a", now).expect("given back every time");
            throttle.give_back(&"a", now);
        }
        throttle.give_back(&"a", now);
        for _ in 0..10 {
            throttle.take(&"a", now).expect("no more and no less than ten");
        }
        assert!(throttle.take(&"a", now).is_err());
    }

    #[test]
    fn a_flood_of_subjects_neither_fills_the_memory_nor_frees_the_busiest() {
        let mut throttle = Throttle::new(LIMIT, 100);
        let now = Timestamp::from_micros(1_000 * MINUTE);
        for _ in 0..10 {
            throttle.take(&0, now).expect("one of ten");
        }
        for other in 1..10_000 {
            throttle.take(&other, now).expect("their first");
            assert!(throttle.restored_at.len() <= 100);
        }
        assert!(throttle.take(&0, now).is_err());
    }

    #[test]
    fn neighbours_in_an_ipv6_network_are_one_subscriber() {
        let of = |text: &str| subscriber(text.parse().expect("an address")).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_in_any_window(steps in prop::collection::vec(0_i64..5 * MINUTE, 1..200)) {
            let mut throttle = Throttle::new(LIMIT, 100);
            let mut now = Timestamp::from_micros(0);
            let mut taken: Vec<Timestamp> = Vec::new();
            for step in steps {
                now = now.plus(step);
                if throttle.take(&(), now).is_ok() {
                    taken.push(now);
                }
            }
            // Ten at once and ten that come back meanwhile.
            for (at, &start) in taken.iter().enumerate() {
                let within = taken[at..].iter().filter(|one| one.since(start) < LIMIT.period).count();
                prop_assert!(within <= 20);
            }
        }
    }
}
