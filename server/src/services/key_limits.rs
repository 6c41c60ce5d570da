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

    /// Takes one change of `key`.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn take_write(&self, key: ApiKeyId, rules: &Rules) -> Result<(), TooMany> {
        take(&self.writes, &key, rules.writes_per_minute, &self.clock)
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
