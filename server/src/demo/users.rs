//! Who may sign in, and the comparison of secrets.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A person who can use the demonstration Odoo.
#[derive(Debug, Clone)]
pub struct DemoUser {
    /// What they sign in with.
    pub login: String,
    /// What they are called.
    pub name: String,
    /// For JSON-RPC.
    pub password: SecretString,
    /// For JSON-2, and for JSON-RPC in the password's place.
    pub api_key: SecretString,
    /// What they may do.
    pub rights: DemoRights,
}

/// What a person may do in the demonstration Odoo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoRights {
    /// Everything, the technical models included.
    Admin,
    /// All business apps.
    Manager,
    /// Purchases, of which only the own ones show, and the warehouse. No sales, no accounting, and no
    /// changes to contacts.
    Purchasing,
    /// Sales and contacts. No purchases, no warehouse, no accounting.
    Sales,
}

/// A user with the id that the records know them by. Secrets are kept as digests: comparing those takes
/// the same time whatever the lengths.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) uid: i64,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) rights: DemoRights,
    password: [u8; 32],
    api_key: [u8; 32],
}

/// The id of the first person; 1 is the system's own user, as in every Odoo.
const FIRST_UID: i64 = 2;

/// The users with their ids.
pub(super) fn logins(users: &[DemoUser]) -> Vec<Login> {
    (FIRST_UID..)
        .zip(users)
        .map(|(uid, user)| {
            let DemoUser { login, name, password, api_key, rights } = user;
            Login {
                uid,
                login: login.clone(),
                name: name.clone(),
                rights: *rights,
                password: digest(password.expose_secret()),
                api_key: digest(api_key.expose_secret()),
            }
        })
        .collect()
}

/// The owner of an API key.
pub(super) fn by_api_key<'a>(logins: &'a [Login], key: &str) -> Option<&'a Login> {
    let given = digest(key);
    let mut owner = None;
    for login in logins {
        if bool::from(login.api_key.ct_eq(&given)) {
            owner = Some(login);
        }
    }
    owner
}

impl Login {
    /// The system's own user, as whom nobody can sign in.
    pub(super) fn system() -> Self {
        Self {
            uid: 1,
            login: "__system__".to_owned(),
            name: "System".to_owned(),
            rights: DemoRights::Admin,
            password: [0; 32],
            api_key: [0; 32],
        }
    }

    /// Whether this is the person's password; the API key is none.
    pub(super) fn accepts_password(&self, secret: &str) -> bool {
        bool::from(self.password.ct_eq(&digest(secret)))
    }

    /// A text that nobody can guess who does not know the person's secrets: another one for each purpose.
    pub(super) fn derive(&self, purpose: &str) -> String {
        let mut hash = Sha256::new();
        for part in [self.password.as_slice(), self.api_key.as_slice(), purpose.as_bytes()] {
            hash.update(part);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this is the person's password or API key.
    pub(super) fn accepts(&self, secret: &str) -> bool {
        let given = digest(secret);
        bool::from(self.password.ct_eq(&given) | self.api_key.ct_eq(&given))
    }
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_account_and_is_no_api_key() {
        let user = DemoUser {
            login: "ada".into(),
            name: "Ada".into(),
            password: "secret-1".into(),
            api_key: "key-1".into(),
            rights: DemoRights::Sales,
        };
        let logins = logins(&[user]);
        assert!(logins[0].accepts("secret-1") && logins[0].accepts("key-1"));
        assert!(!logins[0].accepts("secret-2") && !logins[0].accepts(""));
        assert!(logins[0].accepts_password("secret-1") && !logins[0].accepts_password("key-1"));
        assert!(by_api_key(&logins, "key-1").is_some());
        assert!(by_api_key(&logins, "secret-1").is_none());
    }
}
