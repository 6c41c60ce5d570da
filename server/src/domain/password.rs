//! Passwords: what is taken as one, how it is hashed, and whether one is right.
//!
//! Everything here is slow on purpose: services call it through their hashing pool.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use secrecy::{ExposeSecret, SecretString};
use shared::{error::Problem, password::check_length};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

/// Memory in KiB: with two passes and one lane the set that OWASP recommends for Argon2id (Password
/// Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What replaces a salt where nothing is compared.
const NO_SALT: [u8; SALT_LENGTH] = [0; SALT_LENGTH];
/// Bytes of a salt (RFC 9106, 3.1).
pub const SALT_LENGTH: usize = 16;
/// Below this zxcvbn calls a password guessable. It counts to 4.
const LEAST_SCORE: Score = Score::Three;

/// A password in the one form that is hashed: NFC, so that it is the same from every keyboard.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// What a person typed to sign in, whatever it is.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.nfc().collect::<String>().into())
    }

    /// What a person chooses as their new password. `hints` are texts that an attacker knows too: the
    /// e-mail, the person's and the company's names.
    ///
    /// # Errors
    /// [`Problem::Required`], [`Problem::TooShort`], [`Problem::TooLong`] or [`Problem::Guessable`].
    pub fn choose(text: &str, hints: &[&str]) -> Result<Self, Problem> {
        let password = Self::typed(text);
        let normal = password.0.expose_secret();
        check_length(normal)?;
        let words = hint_words(hints);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if zxcvbn(normal, &words).score() < LEAST_SCORE {
            return Err(Problem::Guessable);
        }
        Ok(password)
    }

    /// The PHC string to store.
    ///
    /// # Panics
    /// Never: parameters, salt and output have lengths that Argon2 takes, and a password has fewer than
    /// 4 GiB.
    #[must_use]
    pub fn hash(&self, salt: &[u8; SALT_LENGTH]) -> String {
        hasher()
            .hash_password_with_salt(self.0.expose_secret().as_bytes(), salt)
            .expect("all lengths are within Argon2's ranges")
            .to_string()
    }

    /// Whether this is the password behind `stored`. Without one, the answer is [`Verdict::Wrong`] after
    /// the same work, so that nobody can tell from the time whether there is one.
    #[must_use]
    pub fn verify(&self, stored: Option<&str>) -> Verdict {
        let Some(stored) = stored.and_then(|text| PasswordHash::new(text).ok()) else {
            std::hint::black_box(self.hash(&NO_SALT));
            return Verdict::Wrong;
        };
        match hasher().verify_password(self.0.expose_secret().as_bytes(), &stored) {
            Err(_) => Verdict::Wrong,
            Ok(()) if is_outdated(&stored) => Verdict::RightButOutdated,
            Ok(()) => Verdict::Right,
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What comparing a password with a stored hash gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and its hash was made with less work than is asked for now: hash it again.
    RightButOutdated,
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn is_outdated(stored: &PasswordHash) -> bool {
    let Ok(params) = Params::try_from(stored) else { return true };
    stored.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || params.m_cost() < MEMORY_KIB
        || params.t_cost() < PASSES
        || params.p_cost() < LANES
}

/// The hints whole and in their words, since zxcvbn looks for each as it stands.
fn hint_words(hints: &[&str]) -> Vec<String> {
    hints
        .iter()
        .flat_map(|hint| {
            let parts = hint.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 2);
            let joined: String = hint.chars().filter(|c| c.is_alphanumeric()).collect();
            std::iter::once((*hint).to_owned()).chain([joined]).chain(parts.map(str::to_owned))
        })
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "quartz lantern obey drift";

    #[test]
    fn a_password_is_right_and_any_other_is_wrong() {
        let stored = Password::choose(GOOD, &[]).expect("good").hash(&[1; 16]);
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(Password::typed(GOOD).verify(Some(&stored)), Verdict::Right);
        assert_eq!(
            Password::typed("quartz lantern obey drifT").verify(Some(&stored)),
            Verdict::Wrong
        );
        assert_eq!(Password::typed("").verify(Some(&stored)), Verdict::Wrong);
        assert_eq!(Password::typed(GOOD).verify(None), Verdict::Wrong);
        assert_eq!(Password::typed(GOOD).verify(Some("no hash")), Verdict::Wrong);
    }

    #[test]
    fn one_password_from_two_keyboards_is_one_password() {
        let composed = "d\u{e9}j\u{e0} quartz lantern obey";
        let decomposed = "de\u{301}ja\u{300} quartz lantern obey";
        let stored = Password::choose(composed, &[]).expect("good").hash(&[1; 16]);
        assert_eq!(Password::typed(decomposed).verify(Some(&stored)), Verdict::Right);
    }

    #[test]
    fn a_hash_of_less_work_is_right_but_outdated() {
        let weaker = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8 * 1024, 2, 1, None).expect("valid"),
        );
        let hash: PasswordHash =
            weaker.hash_password_with_salt(GOOD.as_bytes(), &[1; 16]).expect("hashes");
        let stored = hash.to_string();
        assert_eq!(Password::typed(GOOD).verify(Some(&stored)), Verdict::RightButOutdated);
        assert_eq!(Password::typed("another one").verify(Some(&stored)), Verdict::Wrong);
    }

    #[test]
    fn guessable_passwords_are_refused_and_hints_count_as_known() {
        let hints = ["marie.dubois@nordwind-handel.example", "Marie Dubois", "Nordwind Handel"];
        for weak in [
            "passwordpassword",
            "aaaaaaaaaaaaaaaaaaaa",
            "qwertyuiopasdfgh",
            "mariedubois2026",
            "NordwindHandel1",
            "marie.dubois@nordwind-handel.example",
            "123456789012345678",
        ] {
            assert_eq!(Password::choose(weak, &hints).err(), Some(Problem::Guessable), "{weak}");
        }
        assert!(Password::choose(GOOD, &hints).is_ok());
        assert_eq!(Password::choose("short", &[]).err(), Some(Problem::TooShort { min: 15 }));
    }

    #[test]
    fn the_length_counts_after_normalising() {
        // 15 characters as typed, 14 when composed.
        let text = "e\u{301}quartzlantern";
        assert_eq!(text.chars().count(), 15);
        assert_eq!(Password::choose(text, &[]).err(), Some(Problem::TooShort { min: 15 }));
    }
}
