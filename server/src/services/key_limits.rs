//! How often one key may call, and how often it may change something. Kept in this process: each replica
//! counts by itself.

use std::sync::{Arc, Mutex, PoisonError};

use shared::{id::ApiKeyId, time::MINUTE};

use super::principal::Rules;
use crate::{
    clock::Clock,
    domain::throttle::{Limit, Throttle, TooMany},
};

/// Keys that are kept; about 100 bytes each.
const CAPACITY: usize = 100_000;

/// Counts calls and changes of keys. Clones share the counts.
#[derive(Clone, Debug)]
pub struct KeyLimits {
    clock: Clock,
    calls: Arc<Mutex<Throttle<ApiKeyId>>>,
    writes: Arc<Mutex<Throttle<ApiKeyId>>>,
}

impl KeyLimits {
    /// One that has counted nothing.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let throttle = |attempts| {
            Arc::new(Mutex::new(Throttle::new(Limit { attempts, period: MINUTE }, CAPACITY)))
        };
        let default = Rules::default();
        Self {
            clock,
            calls: throttle(default.calls_per_minute),
            writes: throttle(default.writes_per_minute),
        }
    }

    /// Takes one call of `key`.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn take_call(&self, key: ApiKeyId, rules: &Rules) -> Result<(), TooMany> {
        take(&self.calls, key, rules.calls_per_minute, &self.clock)
    }

    /// Takes one change of `key`.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn take_write(&self, key: ApiKeyId, rules: &Rules) -> Result<(), TooMany> {
        take(&self.writes, key, rules.writes_per_minute, &self.clock)
    }

    /// Whether `key` has a change left; none is taken.
    ///
    /// # Errors
    /// [`TooMany`] when there is none left.
    pub fn check_write(&self, key: ApiKeyId, rules: &Rules) -> Result<(), TooMany> {
        let throttle = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.check_under(a_minute(rules.writes_per_minute), &key, self.clock.now()).map(drop)
    }
}

fn take(
    throttle: &Mutex<Throttle<ApiKeyId>>,
    key: ApiKeyId,
    attempts: u32,
    clock: &Clock,
) -> Result<(), TooMany> {
    // A table of times is whole after every step.
    let mut throttle = throttle.lock().unwrap_or_else(PoisonError::into_inner);
    throttle.take_under(a_minute(attempts), &key, clock.now())
}

fn a_minute(attempts: u32) -> Limit {
    Limit { attempts: attempts.max(1), period: MINUTE }
}
