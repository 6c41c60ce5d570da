//! Attempts at a person's password: taken before it is looked at, given back when it was good.

use std::net::IpAddr;

use sea_orm::ConnectionTrait;
use shared::{Error, email::Email, id::UserId};
use uuid::Uuid;

use super::AccountsService;
use crate::{
    domain::throttle::subscriber,
    error::Outcome,
    store::sessions::{self, Device},
};

/// An attempt that counts for the address, and for the address and the account.
#[must_use]
pub(super) struct AddressAttempt {
    email: Email,
    address: IpAddr,
}

/// An attempt that may be made.
#[must_use]
pub(super) struct Attempt {
    of_address: AddressAttempt,
    /// Whether it counts for the account too, wherever it is tried from.
    is_of_account: bool,
}

impl AccountsService {
    /// Takes an attempt from `address` at the password of `email`. Nothing is read for it, so that nobody keeps the
    /// database busy by it.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub(super) fn take_of_address(
        &self,
        email: &Email,
        address: IpAddr,
    ) -> Result<AddressAttempt, Error> {
        self.throttles.take(email, address, self.core.clock.now()).inspect_err(tell)?;
        Ok(AddressAttempt { email: email.clone(), address })
    }

    /// Takes it for the account too, which is `user`'s if it is anybody's.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub(super) async fn take_of_account(
        &self,
        of_address: AddressAttempt,
        user: Option<UserId>,
    ) -> Outcome<Attempt> {
        let account = self.throttles.take_account(&of_address.email, self.core.clock.now());
        let is_of_account = account.is_ok();
        if let Err(full) = account {
            // Where the person has been, strangers keep nobody out: the limit of the address holds alone. Nobody's sessions
            // are looked for as well, so that the time tells nothing of who has an account.
            let user = user.unwrap_or(UserId::from_uuid(Uuid::nil()));
            if !knows(self.core.db.reader(), user, of_address.address).await? {
                tell(&full);
                return Err(full.into());
            }
        }
        Ok(Attempt { of_address, is_of_account })
    }

    /// It was a good one, and does not count.
    pub(super) fn give_back(&self, attempt: Attempt) {
        let Attempt { of_address: AddressAttempt { email, address }, is_of_account } = attempt;
        let now = self.core.clock.now();
        self.throttles.give_back(&email, address, now);
        if is_of_account {
            self.throttles.give_back_account(&email, now);
        }
    }
}

fn tell(_: &Error) {
    tracing::warn!("an attempt at a password was refused unread: too many");
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
