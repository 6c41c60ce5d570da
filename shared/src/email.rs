//! E-mail addresses, as far as a sign-in needs to know them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::Problem;

/// The longest address that SMTP carries (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const MAX_LENGTH: usize = 254;

/// An address in lower case. Two addresses that differ only in case are one person here, as they are
/// at every provider in use.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Takes `text` trimmed and in lower case. It asks for a local part, one `@` and a domain with a
    /// dot; whether the address exists, only a message could tell.
    ///
    /// # Errors
    /// [`Problem::Required`] when nothing is left after trimming, [`Problem::TooLong`] beyond
    /// [`MAX_LENGTH`] bytes, else [`Problem::NotAnEmail`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        if text.len() > MAX_LENGTH {
            return Err(Problem::TooLong { max: MAX_LENGTH as u32 });
        }
        let (local, domain) = text.rsplit_once('@').ok_or(Problem::NotAnEmail)?;
        let printable = |c: char| !c.is_whitespace() && !c.is_control();
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local
                .chars()
                .all(|c| printable(c) && !matches!(c, '@' | '<' | '>' | ',' | ';' | '"'));
        let label_fits = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_fits = domain.contains('.') && domain.split('.').all(label_fits);
        if local_fits && domain_fits {
            Ok(Self(text.to_lowercase()))
        } else {
            Err(Problem::NotAnEmail)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Log lines carry no e-mail address, so a stray `{:?}` must not either.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?)
            .map_err(|_| de::Error::custom("not an e-mail address"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_addresses_are_taken_in_lower_case() {
        for (text, expected) in [
            (" Marie@Nordwind.Example ", "marie@nordwind.example"),
            ("a+b@x.io", "a+b@x.io"),
            ("jörg@bücher.example", "jörg@bücher.example"),
        ] {
            assert_eq!(Email::parse(text).map(|email| email.to_string()), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        assert_eq!(Email::parse("  "), Err(Problem::Required));
        assert_eq!(
            Email::parse(&format!("{}@x.io", "a".repeat(260))),
            Err(Problem::TooLong { max: 254 })
        );
        for text in [
            "marie",
            "@x.io",
            "marie@",
            "marie@localhost",
            "a b@x.io",
            "a@b@x.io",
            "a@-x.io",
            "a@x..io",
            "a\0@x.io",
            "a@x.io\r\nBcc: y",
        ] {
            assert_eq!(Email::parse(text), Err(Problem::NotAnEmail), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "\\PC{0,40}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}
