//! How often one key may call, how often it may change something, and how often one address may call. Kept in
//! this process: each replica counts by itself.

use std::{
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use shared::{
    id::ApiKeyId,
    time::{MINUTE, SECOND},
};

use super::principal::Rules;
use crate::{
    clock::Clock,
    domain::throttle::{Limit, Throttle, TooMany, subscriber},
    sync::locked,
};

/// Keys, and addresses, that are kept; about 100 bytes each.
const CAPACITY: usize = 100_000;

/// Counts calls and changes of keys, and calls of addresses. Clones share the counts.
#[derive(Clone, Debug)]
pub struct KeyLimits {
    clock: Clock,
    calls: Arc<Mutex<Throttle<ApiKeyId>>>,
    writes: Arc<Mutex<Throttle<ApiKeyId>>>,
    addresses: Arc<Mutex<Throttle<IpAddr>>>,
    refusals: Arc<Mutex<Throttle<ApiKeyId>>>,
    calls_per_address: u32,
}

impl KeyLimits {
    /// One that has counted nothing; an address has this many calls a minute.
    #[must_use]
    pub fn new(clock: Clock, calls_per_address: u32) -> Self {
        let default = Rules::default();
        Self {
            clock,
            calls: throttle(a_minute(default.calls_per_minute)),
            writes: throttle(a_minute(default.writes_per_minute)),
            addresses: throttle(a_minute(calls_per_address)),
            refusals: throttle(Limit { attempts: 1, period: SECOND }),
            calls_per_address,
        }
    }

    /// Takes one call of `address` (IPv6 by /64, which one customer has).
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn take_from(&self, address: IpAddr) -> Result<(), TooMany> {
        take(&self.addresses, &subscriber(address), self.calls_per_address, &self.clock)
    }

    /// Calls of one address in a minute.
    #[must_use]
    pub const fn calls_per_address(&self) -> u32 {
        self.calls_per_address
    }

    /// Whether a call of `key` that a limit refused is put on record: one in a second, so that a client that
    /// hammers cannot fill the table.
    #[must_use]
    pub fn records_refusal(&self, key: ApiKeyId) -> bool {
        let mut refusals = locked(&self.refusals);
        refusals.take(&key, self.clock.now()).is_ok()
    }

    /// Takes one call of `key`.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn take_call(&self, key: ApiKeyId, rules: &Rules) -> Result<(), TooMany> {
        take(&self.calls, &key, rules.calls_per_minute, &self.clock)
    }

    /// Takes one change of `key`, which is given back unless it is made.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn take_write(&self, key: ApiKeyId, rules: &Rules) -> Result<TakenWrite, TooMany> {
        take(&self.writes, &key, rules.writes_per_minute, &self.clock)?;
        Ok(TakenWrite {
            writes: Arc::clone(&self.writes),
            clock: self.clock.clone(),
            key,
            limit: a_minute(rules.writes_per_minute),
            is_spent: false,
        })
    }

    /// Whether `key` has a change left; none is taken.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn check_write(&self, key: ApiKeyId, rules: &Rules) -> Result<(), TooMany> {
        let throttle = locked(&self.writes);
        throttle.check_under(a_minute(rules.writes_per_minute), &key, self.clock.now()).map(drop)
    }
}

/// A change that was taken from the limit of its key. Dropped before it is spent, it is given back.
#[derive(Debug)]
pub struct TakenWrite {
    writes: Arc<Mutex<Throttle<ApiKeyId>>>,
    clock: Clock,
    key: ApiKeyId,
    limit: Limit,
    is_spent: bool,
}

impl TakenWrite {
    /// The change is on its way: it counts, however it ends.
    pub fn spend(mut self) {
        self.is_spent = true;
    }
}

impl Drop for TakenWrite {
    fn drop(&mut self) {
        if !self.is_spent {
            locked(&self.writes).give_back_under(self.limit, &self.key, self.clock.now());
        }
    }
}

fn throttle<K: Eq + Hash + Clone>(limit: Limit) -> Arc<Mutex<Throttle<K>>> {
    Arc::new(Mutex::new(Throttle::new(limit, CAPACITY)))
}

fn take<K: Eq + Hash + Clone>(
    throttle: &Mutex<Throttle<K>>,
    subject: &K,
    attempts: u32,
    clock: &Clock,
) -> Result<(), TooMany> {
    // A table of times is whole after every step.
    let mut throttle = locked(throttle);
    throttle.take_under(a_minute(attempts), subject, clock.now())
}

fn a_minute(attempts: u32) -> Limit {
    Limit { attempts: attempts.max(1), period: MINUTE }
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_change_that_is_not_made_is_given_back_to_its_key() {
        let clock = Clock::manual(Timestamp::from_micros(1_000 * MINUTE));
        let limits = KeyLimits::new(clock.clone(), 600);
        // Another limit than most keys have: what is given back is a share of this one.
        let rules = Rules { writes_per_minute: 2, ..Rules::default() };
        let key = ApiKeyId::from_uuid(Uuid::from_u128(1));
        let take = || limits.take_write(key, &rules);
        for _ in 0..10 {
            drop(take().expect("given back every time"));
        }
        let (one, two) = (take().expect("the first"), take().expect("the second"));
        assert!(take().is_err() && limits.check_write(key, &rules).is_err());
        drop(one);
        let three = take().expect("instead of the first");
        two.spend();
        three.spend();
        assert_eq!(take().err(), Some(TooMany { retry_after_seconds: 30 }));
        clock.advance(30 * SECOND);
        take().expect("comes back by itself").spend();
        assert!(take().is_err());
    }
}
