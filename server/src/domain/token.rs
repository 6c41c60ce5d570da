//! Tokens that stand for whoever has them: of sessions, links, confirmations and files.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bytes of a token: 256 bits, which nobody guesses, so that a plain hash is enough to store.
pub const LENGTH: usize = 32;

/// 256 random bits. Whoever has the text has what it stands for; the database keeps a hash only.
#[derive(Clone)]
pub struct Token(Zeroizing<[u8; LENGTH]>);

impl Token {
    /// The token of these random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the text form. `None` for anything that [`Token::to_text`] cannot have written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        let length = URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut()).ok()?;
        (length == LENGTH).then_some(Self(bytes))
    }

    /// 43 characters of `[0-9A-Za-z_-]`, fit for a cookie and for a path.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_ref()))
    }

    /// What the database keeps: SHA-256.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_ref()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// As the database stores it.
    #[must_use]
    pub fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_text_form_round_trips_and_any_other_text_is_refused(bytes: [u8; 32], at in 0_usize..43, other: char) {
            let token = Token::from_bytes(bytes);
            let text = token.to_text();
            prop_assert_eq!(text.len(), 43);
            let parsed = Token::parse(&text).expect("its own text");
            prop_assert_eq!(parsed.hash(), token.hash());

            let mut changed: Vec<char> = text.chars().collect();
            prop_assume!(changed[at] != other);
            changed[at] = other;
            let changed: String = changed.into_iter().collect();
            // One token has one text: whatever else parses is another token.
            prop_assert!(Token::parse(&changed).is_none_or(|other| other.hash() != token.hash()));
        }

        #[test]
        fn garbage_is_refused_without_panic(text in "\\PC{0,60}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(token.to_text().to_string(), text);
            }
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let token = Token::from_bytes([7; 32]);
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Token(…) TokenHash(…)");
    }
}
