//! The keyed hash under which API keys are kept.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::key_format::ApiKey;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::clock::Entropy;

/// Bytes of a pepper: the output of SHA-256, beyond which HMAC gains nothing (RFC 2104, 3).
pub const PEPPER_LENGTH: usize = 32;
/// Bytes of what is kept of a key.
pub const MAC_LENGTH: usize = 32;

/// A secret that keys are hashed with: who has the database but not the pepper cannot even test a
/// guess. A 154-bit random key needs no slow hash.
#[derive(Clone)]
pub struct Pepper(Zeroizing<[u8; PEPPER_LENGTH]>);

/// A pepper of the wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pepper has {PEPPER_LENGTH} bytes")]
pub struct WrongLength;

impl Pepper {
    /// A new one.
    #[must_use]
    pub fn generate(entropy: &Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; PEPPER_LENGTH]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The pepper that these bytes are.
    ///
    /// # Errors
    /// [`WrongLength`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, WrongLength> {
        <[u8; PEPPER_LENGTH]>::try_from(bytes)
            .map(|bytes| Self(Zeroizing::new(bytes)))
            .map_err(|_| WrongLength)
    }

    /// Its bytes, to be sealed and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &[u8; PEPPER_LENGTH] {
        &self.0
    }

    /// What is kept of `key`: HMAC-SHA-256 of its whole text.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[must_use]
    pub fn mac(&self, key: &ApiKey) -> [u8; MAC_LENGTH] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice())
            .expect("HMAC takes a key of any length");
        mac.update(key.expose().as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Whether `kept` is what is kept of `key`, in a time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, key: &ApiKey, kept: &[u8]) -> bool {
        self.mac(key).ct_eq(kept).into()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn key(seed: u8) -> ApiKey {
        let made = ApiKey::generate(|bytes| {
            bytes.fill(seed);
            Ok::<(), Infallible>(())
        });
        match made {
            Ok(key) => key,
            Err(never) => match never {},
        }
    }

    #[test]
    fn a_key_matches_under_its_own_pepper_only() {
        let (one, other) = (Pepper::generate(&Entropy), Pepper::generate(&Entropy));
        let kept = one.mac(&key(1));
        assert!(one.matches(&key(1), &kept));
        assert!(!one.matches(&key(2), &kept));
        assert!(!other.matches(&key(1), &kept));
        assert!(!one.matches(&key(1), &kept[..31]) && !one.matches(&key(1), &[]));
    }

    #[test]
    fn the_hash_is_hmac_sha_256_of_the_whole_text() {
        // Computed with OpenSSL: printf %s KEY | openssl dgst -sha256 -mac HMAC -macopt hexkey:0b…0b
        let pepper = Pepper::from_slice(&[0x0b; 32]).expect("32 bytes");
        let hex: String = pepper.mac(&key(1)).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(key(1).expose(), "aid_live_11111111111111111111111111111111114ey8Rc");
        assert_eq!(hex, "87b86a17f58ee8400fd4946f2eff12b020a2203cf73bb7dc41c2b150732bfee8");
    }

    #[test]
    fn a_pepper_of_another_length_is_refused_and_none_is_shown() {
        assert!(Pepper::from_slice(&[1; 31]).is_err() && Pepper::from_slice(&[1; 33]).is_err());
        assert_eq!(format!("{:?}", Pepper::generate(&Entropy)), "Pepper(…)");
    }
}
