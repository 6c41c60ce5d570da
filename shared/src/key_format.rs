//! The text of an API key: `aid_live_`, an identifier, a secret, a checksum.
//!
//! | part | characters | what |
//! | --- | --- | --- |
//! | identifier | 8 | random; shown in the dashboard |
//! | secret | 26 | random; 26 × log2(62) = 154 bits |
//! | checksum | 6 | CRC-32 (ISO-HDLC) of all before it, base 62, left-padded with `0` |
//!
//! The checksum lets a typing error or a foreign string be refused without a look-up, and lets secret
//! scanners match `aid_live_[0-9A-Za-z]{40}` without false hits. It protects nothing.

use std::fmt;

/// What every key starts with.
pub const PREFIX: &str = "aid_live_";
/// Characters of the identifier.
pub const IDENTIFIER_LENGTH: usize = 8;
/// Characters of the secret.
pub const SECRET_LENGTH: usize = 26;
/// Characters of the checksum: 62⁶ exceeds 2³².
pub const CHECKSUM_LENGTH: usize = 6;
/// Characters of a whole key.
pub const KEY_LENGTH: usize = PREFIX.len() + IDENTIFIER_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A well-formed key. That it is well-formed says nothing of whether it is valid.
///
/// It is a secret: it has no `Serialize` and no `Display`, and its `Debug` shows the identifier only.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// The text is not a key: its length, prefix, characters or checksum are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed api key")]
pub struct MalformedKey;

impl ApiKey {
    /// A new key, from bytes that `fill` draws from the operating system's generator.
    ///
    /// A byte of 248 or more is drawn again, so that each of the 62 characters is as likely as any
    /// other (248 is the largest multiple of 62 that fits a byte).
    ///
    /// # Errors
    /// What `fill` returns when it cannot draw.
    pub fn generate<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        const UNBIASED: u8 = 248;
        let mut text = String::with_capacity(KEY_LENGTH);
        text.push_str(PREFIX);
        let body = PREFIX.len() + IDENTIFIER_LENGTH + SECRET_LENGTH;
        let mut bytes = [0_u8; 64];
        while text.len() < body {
            fill(&mut bytes)?;
            let characters = bytes
                .iter()
                .filter(|byte| **byte < UNBIASED)
                .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
            text.extend(characters.take(body - text.len()));
        }
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Ok(Self(text))
    }

    /// The key that `text` is, to the letter: white space around it is refused too.
    ///
    /// # Errors
    /// [`MalformedKey`] when it is none.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        let well_formed = text.len() == KEY_LENGTH
            && text.starts_with(PREFIX)
            && text.as_bytes()[PREFIX.len()..].iter().all(u8::is_ascii_alphanumeric);
        if !well_formed {
            return Err(MalformedKey);
        }
        let (body, sum) = text.split_at(KEY_LENGTH - CHECKSUM_LENGTH);
        if checksum(body) == sum { Ok(Self(text.to_owned())) } else { Err(MalformedKey) }
    }

    /// The 8 characters that the dashboard shows and the database looks a key up by.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.0[PREFIX.len()..PREFIX.len() + IDENTIFIER_LENGTH]
    }

    /// The whole key. Call it only to hash the key or to show it once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({PREFIX}{}…)", self.identifier())
    }
}

/// The identifier of the key that `text`, which is none, was meant to be: a key that was cut short, has a letter wrong, or
/// something behind it. `None` for what begins as no key does.
#[must_use]
pub fn meant_identifier(text: &str) -> Option<&str> {
    let identifier = text.trim_start().strip_prefix(PREFIX)?.get(..IDENTIFIER_LENGTH)?;
    identifier.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(identifier)
}

/// The identifier of the first key, whole or not, that stands anywhere in `text`.
#[must_use]
pub fn contained_identifier(text: &str) -> Option<&str> {
    text.match_indices(PREFIX).find_map(|(at, _)| meant_identifier(text.get(at..)?))
}

/// The key as the dashboard shows it: `aid_live_Xk29TqLm…`.
#[must_use]
pub fn display(identifier: &str) -> String {
    format!("{PREFIX}{identifier}…")
}

fn checksum(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    /// A key from a small deterministic generator, so that a failure can be repeated.
    fn key_from(seed: u64) -> ApiKey {
        let mut state = seed | 1;
        let made = ApiKey::generate(|bytes| {
            for byte in bytes {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                *byte = (state >> 24) as u8;
            }
            Ok::<(), Infallible>(())
        });
        match made {
            Ok(key) => key,
            Err(never) => match never {},
        }
    }

    proptest! {
        #[test]
        fn every_made_key_parses(seed: u64) {
            let key = key_from(seed);
            prop_assert_eq!(key.expose().len(), KEY_LENGTH);
            prop_assert_eq!(ApiKey::parse(key.expose()), Ok(key));
        }

        #[test]
        fn any_one_changed_character_is_refused(seed: u64, at in 0..KEY_LENGTH, to in "[ -~]") {
            let key = key_from(seed);
            let mut text = key.expose().to_owned();
            text.replace_range(at..=at, &to);
            prop_assume!(text != key.expose());
            prop_assert_eq!(ApiKey::parse(&text), Err(MalformedKey));
        }

        #[test]
        fn any_two_swapped_neighbours_are_refused(seed: u64, at in 0..KEY_LENGTH - 1) {
            let key = key_from(seed);
            let mut bytes = key.expose().as_bytes().to_vec();
            bytes.swap(at, at + 1);
            let text = String::from_utf8(bytes).expect("ascii");
            prop_assume!(text != key.expose());
            prop_assert_eq!(ApiKey::parse(&text), Err(MalformedKey));
        }

        #[test]
        fn any_two_swapped_characters_are_refused(seed: u64, at in 0..KEY_LENGTH, other in 0..KEY_LENGTH) {
            let key = key_from(seed);
            let mut bytes = key.expose().as_bytes().to_vec();
            bytes.swap(at, other);
            let text = String::from_utf8(bytes).expect("ascii");
            prop_assume!(text != key.expose());
            prop_assert_eq!(ApiKey::parse(&text), Err(MalformedKey));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,80}") {
            let _ = ApiKey::parse(&text);
        }

        #[test]
        fn debug_hides_the_secret(seed: u64) {
            let key = key_from(seed);
            let secret = &key.expose()[PREFIX.len() + IDENTIFIER_LENGTH..];
            let shown = format!("{key:?}");
            prop_assert!(shown.contains(key.identifier()) && !shown.contains(secret));
        }
    }

    #[test]
    fn the_checksum_is_crc32_in_base_62() {
        // CRC-32/ISO-HDLC of "123456789" is 0xCBF43926 = 3421780262, the catalogue's check value;
        // 3421780262 in base 62 is 3 45 35 27 22 14 with this alphabet.
        assert_eq!(checksum("123456789"), {
            let digits = [3, 45, 35, 27, 22, 14];
            let mut value: u64 = 0;
            for digit in digits {
                value = value * 62 + digit;
            }
            assert_eq!(value, 3_421_780_262);
            digits.map(|digit| char::from(ALPHABET[digit as usize])).iter().collect::<String>()
        });
    }

    #[test]
    fn every_character_is_as_likely_as_any_other() {
        // All 256 byte values once: 248 of them are used, each character by exactly four.
        let mut counts = std::collections::BTreeMap::new();
        for byte in 0..=u8::MAX {
            if byte < 248 {
                *counts.entry(ALPHABET[usize::from(byte % 62)]).or_insert(0) += 1;
            }
        }
        assert!(counts.len() == 62 && counts.values().all(|count| *count == 4));
        // And a byte that would be biased is drawn again, not folded.
        let mut draws = 0;
        let key = ApiKey::generate(|bytes| {
            draws += 1;
            bytes.fill(if draws == 1 { 255 } else { 61 });
            Ok::<(), Infallible>(())
        });
        assert!(draws == 2 && key.is_ok_and(|key| key.identifier() == "zzzzzzzz"));
    }

    #[test]
    fn what_was_meant_to_be_a_key_names_it() {
        for text in ["aid_live_Xk29TqLm", "aid_live_Xk29TqLmabc", " aid_live_Xk29TqLm and more"] {
            assert_eq!(meant_identifier(text), Some("Xk29TqLm"), "{text}");
        }
        for text in [
            "",
            "aid_live_",
            "aid_live_Xk29TqL",
            "aid_live_Xk29 qLm",
            "Xk29TqLm",
            "aid_live_é29TqLm",
        ] {
            assert_eq!(meant_identifier(text), None, "{text}");
            assert_eq!(contained_identifier(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_found_wherever_it_stands_in_a_text() {
        for text in [
            "aid_live_Xk29TqLm",
            "Bearer \"aid_live_Xk29TqLmabc\"",
            "“aid_live_Xk29TqLm”",
            "aid_live_aid_live_Xk29TqLm",
            "aid_live_… aid_live_Xk29TqLm aid_live_00000000",
        ] {
            assert_eq!(contained_identifier(text), Some("Xk29TqLm"), "{text}");
        }
    }
}
