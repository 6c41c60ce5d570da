//! How many attempts to sign in or up are taken. The tables live in this process: behind a balancer
//! each replica counts its own.

use std::{net::IpAddr, sync::Mutex};

use shared::{
    Error,
    email::Email,
    time::{HOUR, MINUTE, Timestamp},
};

use crate::{
    domain::throttle::{Limit, Throttle, TooMany, subscriber},
    sync::locked,
};

/// From one address, whoever it tries to be: an office signs in from one.
const BY_ADDRESS: Limit = Limit { attempts: 60, period: 15 * MINUTE };
/// For one account from one address.
const BY_ACCOUNT_AND_ADDRESS: Limit = Limit { attempts: 10, period: 15 * MINUTE };
/// For one account from everywhere: it takes many addresses to reach. Where the person has a session on record it does not
/// hold, or strangers with many addresses could lock them out ([`super::attempts`]).
const BY_ACCOUNT: Limit = Limit { attempts: 100, period: HOUR };
/// Some 10 MB for each table at the most.
const CAPACITY: usize = 50_000;

/// Attempts are counted before a password is looked at, so that many at once do not slip through, and
/// given back when they were good. Each change of a table is one insert.
#[derive(Debug)]
pub(super) struct Throttles {
    addresses: Mutex<Throttle<IpAddr>>,
    pairs: Mutex<Throttle<(Email, IpAddr)>>,
    accounts: Mutex<Throttle<Email>>,
}

impl Throttles {
    /// Takes an attempt from `address`, whatever it is for.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub(super) fn take_address(&self, address: IpAddr, now: Timestamp) -> Result<(), Error> {
        Ok(locked(&self.addresses).take(&subscriber(address), now)?)
    }

    /// Takes an attempt from `address` at the password of `email`.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub(super) fn take(&self, email: &Email, address: IpAddr, now: Timestamp) -> Result<(), Error> {
        self.take_address(address, now)?;
        Ok(locked(&self.pairs).take(&(email.clone(), subscriber(address)), now)?)
    }

    /// Takes an attempt at the password of `email`, from wherever.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub(super) fn take_account(&self, email: &Email, now: Timestamp) -> Result<(), Error> {
        Ok(locked(&self.accounts).take(email, now)?)
    }

    /// Gives back what [`Throttles::take`] took.
    pub(super) fn give_back(&self, email: &Email, address: IpAddr, now: Timestamp) {
        let subscriber = subscriber(address);
        locked(&self.addresses).give_back(&subscriber, now);
        locked(&self.pairs).give_back(&(email.clone(), subscriber), now);
    }

    /// Gives back what [`Throttles::take_account`] took.
    pub(super) fn give_back_account(&self, email: &Email, now: Timestamp) {
        locked(&self.accounts).give_back(email, now);
    }
}

impl Default for Throttles {
    fn default() -> Self {
        Self {
            addresses: Mutex::new(Throttle::new(BY_ADDRESS, CAPACITY)),
            pairs: Mutex::new(Throttle::new(BY_ACCOUNT_AND_ADDRESS, CAPACITY)),
            accounts: Mutex::new(Throttle::new(BY_ACCOUNT, CAPACITY)),
        }
    }
}

impl From<TooMany> for Error {
    fn from(TooMany { retry_after_seconds }: TooMany) -> Self {
        Self::TooManyAttempts { retry_after_seconds }
    }
}
