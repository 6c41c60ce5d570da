//! Odoo secrets at rest: sealed for one member, one connection, one server and one database.

use secrecy::{ExposeSecret, SecretString};
use shared::id::{ConnectionId, MemberId};

use crate::{
    clock::Entropy,
    domain::vault::{Vault, VaultError},
};

/// Whose secret it is and for what. It opens for nothing else: a row copied to another member, or a
/// connection pointed at another server behind our back, gives nothing away.
#[derive(Clone, Copy, Debug)]
pub struct SecretBinding<'a> {
    /// The member whose account it is.
    pub member: MemberId,
    /// The company's connection.
    pub connection: ConnectionId,
    /// The server, as the connection's row has it.
    pub origin: &'a str,
    /// The database, as the connection's row has it: empty for the server's only one.
    pub database: &'a str,
}

impl SecretBinding<'_> {
    /// Seals the secret.
    #[must_use]
    pub fn seal(&self, vault: &Vault, entropy: &Entropy, secret: &SecretString) -> Vec<u8> {
        self.with_parts(|parts| vault.seal(entropy, parts, secret.expose_secret().as_bytes()))
    }

    /// Opens what [`SecretBinding::seal`] made.
    ///
    /// # Errors
    /// [`VaultError`] when it was sealed for something else, or under another master key.
    pub fn open(&self, vault: &Vault, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let opened = self.with_parts(|parts| vault.open(parts, sealed))?;
        let text = std::str::from_utf8(&opened).map_err(|_| VaultError::Corrupt)?;
        Ok(SecretString::from(text))
    }

    fn with_parts<T>(&self, then: impl FnOnce(&[&[u8]]) -> T) -> T {
        let Self { member, connection, origin, database } = self;
        then(&[
            b"odoo",
            member.as_uuid().as_bytes(),
            connection.as_uuid().as_bytes(),
            origin.as_bytes(),
            database.as_bytes(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_secret_opens_for_nothing_else() {
        let vault = Vault::new(&[7; 32]);
        let member = |n| MemberId::from_uuid(Uuid::from_u128(n));
        let connection = |n| ConnectionId::from_uuid(Uuid::from_u128(n));
        let own = SecretBinding {
            member: member(1),
            connection: connection(1),
            origin: "https://erp.example.com",
            database: "prod",
        };
        let sealed = own.seal(&vault, &Entropy, &SecretString::from("a secret"));
        let opened = own.open(&vault, &sealed).expect("opens");
        assert_eq!(opened.expose_secret(), "a secret");
        for other in [
            SecretBinding { member: member(2), ..own },
            SecretBinding { connection: connection(2), ..own },
            SecretBinding { origin: "https://evil.example.com", ..own },
            SecretBinding { database: "test", ..own },
        ] {
            assert!(other.open(&vault, &sealed).is_err(), "{other:?}");
        }
    }
}
