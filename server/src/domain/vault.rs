//! Secrets at rest: sealed under a key derived from the master key.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::clock::Entropy;

/// Bytes of the master key.
pub const MASTER_KEY_LENGTH: usize = 32;
const KEY_ID_LENGTH: usize = 4;
const NONCE_LENGTH: usize = 12;

/// Seals and opens secrets with AES-256-GCM.
///
/// A sealed value is a key id (4 bytes, derived from the master key), a random nonce (12 bytes), and
/// the ciphertext with its tag. It opens only with the same master key and the same binding: the values
/// that say whose secret it is, which go in as associated data.
pub struct Vault {
    cipher: Aes256Gcm,
    key_id: [u8; KEY_ID_LENGTH],
    digest_key: Zeroizing<[u8; 32]>,
}

/// A sealed value could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed under another master key.
    #[error("sealed under another master key")]
    OtherKey,
    /// It was changed, or belongs to something else.
    #[error("sealed value does not belong here or was changed")]
    Corrupt,
}

impl Vault {
    /// A vault under this master key.
    ///
    /// # Panics
    /// Never: both lengths are fixed, and HKDF-SHA-256 gives up to 8160 bytes.
    #[must_use]
    pub fn new(master_key: &[u8; MASTER_KEY_LENGTH]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, master_key);
        let mut key = Zeroizing::new([0; 32]);
        let mut digest_key = Zeroizing::new([0; 32]);
        let mut key_id = [0; KEY_ID_LENGTH];
        hkdf.expand(b"aidoo/vault/1", key.as_mut()).expect("32 bytes are within HKDF's range");
        hkdf.expand(b"aidoo/digest/1", digest_key.as_mut())
            .expect("32 bytes are within HKDF's range");
        hkdf.expand(b"aidoo/vault-id/1", &mut key_id).expect("4 bytes are within HKDF's range");
        let cipher = Aes256Gcm::new_from_slice(key.as_ref()).expect("the key has 32 bytes");
        Self { cipher, key_id, digest_key }
    }

    /// A keyed digest of `parts`: the same for the same parts, and worth nothing to whoever has only
    /// the database. Another master key gives others.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    pub fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.digest_key.as_ref())
            .expect("HMAC takes keys of any length");
        mac.update(&framed(parts));
        mac.finalize().into_bytes().into()
    }

    /// Seals `secret` for exactly this `binding`.
    ///
    /// # Panics
    /// Never: AES-GCM refuses only plaintexts beyond 64 GiB.
    #[must_use]
    pub fn seal(&self, entropy: &Entropy, binding: &[&[u8]], secret: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LENGTH] = entropy.bytes();
        let aad = framed(binding);
        let payload = Payload { msg: secret, aad: &aad };
        let ciphertext =
            self.cipher.encrypt(&Nonce::from(nonce), payload).expect("a secret is short");
        [self.key_id.as_slice(), &nonce, &ciphertext].concat()
    }

    /// Opens what [`Vault::seal`] made with the same `binding`.
    ///
    /// # Errors
    /// [`VaultError`] when the master key, the binding or the bytes are others.
    pub fn open(&self, binding: &[&[u8]], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (key_id, rest) = sealed.split_at_checked(KEY_ID_LENGTH).ok_or(VaultError::Corrupt)?;
        if key_id != self.key_id {
            return Err(VaultError::OtherKey);
        }
        let (nonce, ciphertext) =
            rest.split_first_chunk::<NONCE_LENGTH>().ok_or(VaultError::Corrupt)?;
        let aad = framed(binding);
        self.cipher
            .decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Corrupt)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// The parts one after another, each after its length, so that no two bindings give the same bytes.
fn framed(parts: &[&[u8]]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.iter().copied()))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_sealed_opens_with_its_binding_and_no_other(
            key: [u8; 32], secret: Vec<u8>, binding in prop::collection::vec(".{0,8}", 1..4), other in prop::collection::vec(".{0,8}", 1..4),
        ) {
            let vault = Vault::new(&key);
            let parts: Vec<&[u8]> = binding.iter().map(String::as_bytes).collect();
            let sealed = vault.seal(&Entropy, &parts, &secret);
            prop_assert_eq!(vault.open(&parts, &sealed).map(|opened| opened.to_vec()), Ok(secret));
            prop_assume!(binding != other);
            let others: Vec<&[u8]> = other.iter().map(String::as_bytes).collect();
            prop_assert_eq!(vault.open(&others, &sealed), Err(VaultError::Corrupt));
        }

        #[test]
        fn any_changed_byte_is_noticed(at in 0_usize..40, flip in 1_u8..) {
            let vault = Vault::new(&[7; 32]);
            let mut sealed = vault.seal(&Entropy, &[b"x"], b"a secret");
            let at = at % sealed.len();
            sealed[at] ^= flip;
            prop_assert!(vault.open(&[b"x"], &sealed).is_err());
        }

        #[test]
        fn garbage_is_refused_without_panic(bytes: Vec<u8>) {
            prop_assert!(Vault::new(&[7; 32]).open(&[], &bytes).is_err());
        }
    }

    #[test]
    fn another_master_key_is_told_apart_from_corruption() {
        let sealed = Vault::new(&[1; 32]).seal(&Entropy, &[], b"a secret");
        assert_eq!(Vault::new(&[2; 32]).open(&[], &sealed), Err(VaultError::OtherKey));
    }

    #[test]
    fn a_digest_depends_on_the_key_and_on_every_part() {
        let digest = |key: u8, parts: &[&[u8]]| Vault::new(&[key; 32]).digest(parts);
        assert_eq!(digest(1, &[b"a", b"b"]), digest(1, &[b"a", b"b"]));
        assert_ne!(digest(1, &[b"a", b"b"]), digest(1, &[b"ab"]));
        assert_ne!(digest(1, &[b"a"]), digest(2, &[b"a"]));
    }

    #[test]
    fn two_seals_of_one_secret_differ() {
        let vault = Vault::new(&[1; 32]);
        assert_ne!(vault.seal(&Entropy, &[], b"a"), vault.seal(&Entropy, &[], b"a"));
    }
}
