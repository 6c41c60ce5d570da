//! Attempts at a person's password: taken before it is looked at, given back when it was good.

use std::net::IpAddr;

use sea_orm::ConnectionTrait;
use shared::{email::Email, id::UserId};

use super::AccountsService;
use crate::{
    domain::throttle::subscriber,
    error::Outcome,
    store::sessions::{self, Device},
};

/// An attempt that counts.
#[must_use]
pub(super) struct Attempt {
    email: Email,
    address: IpAddr,
    /// Whether it counts for the account, wherever it is tried from.
    is_of_account: bool,
}

impl AccountsService {
    /// Takes an attempt from `address` at the password of `email`, which is `user`'s if it is anybody's.
    ///
    /// # Errors
    /// [`shared::Error::TooManyAttempts`].
    pub(super) async fn take_attempt(
        &self,
        user: Option<UserId>,
        email: &Email,
        address: IpAddr,
    ) -> Outcome<Attempt> {
        let now = self.core.clock.now();
        self.throttles.take(email, address, now)?;
        let account = self.throttles.take_account(email, now);
        let is_of_account = account.is_ok();
        if let Err(full) = account {
            // Where the person has been before, strangers keep nobody out: the limit of the address holds alone.
            let is_known = match user {
                Some(user) => knows(self.core.db.reader(), user, address).await?,
                None => false,
            };
            if !is_known {
                return Err(full.into());
            }
        }
        Ok(Attempt { email: email.clone(), address, is_of_account })
    }

    /// It was a good one, and does not count.
    pub(super) fn give_back(&self, attempt: Attempt) {
        let Attempt { email, address, is_of_account } = attempt;
        let now = self.core.clock.now();
        self.throttles.give_back(&email, address, now);
        if is_of_account {
            self.throttles.give_back_account(&email, now);
        }
    }
}

/// Whether a session that is kept of `user`, live or over, was started on the network of `address`.
async fn knows(db: &impl ConnectionTrait, user: UserId, address: IpAddr) -> Outcome<bool> {
    let known = sessions::list(db, user).await?;
    Ok(known.iter().any(|device| is_on_network(device, address)))
}

/// Whether a session was started on the network of `address`.
pub(super) fn is_on_network(device: &Device, address: IpAddr) -> bool {
    device.address.parse().is_ok_and(|begun: IpAddr| subscriber(begun) == subscriber(address))
}
