//! Odoo's own sentences, without what must not pass: addresses, paths, tracebacks, credentials.

use std::net::{IpAddr, SocketAddr};

use secrecy::ExposeSecret;

use super::wire::Asked;

/// The most characters of a sentence that pass.
const MAX_LENGTH: usize = 2_000;
const TRACEBACK: &str = "Traceback (most recent call last)";

/// `text` as a person may see it: trimmed, at most 2,000 characters, everything from a traceback on cut
/// off, and words replaced that hold the server's address, another host with its port, an IP address, a
/// file's path, an access token or the secret that was sent.
pub(super) fn scrub(asked: &Asked<'_>, text: &str) -> String {
    let text = text.split(TRACEBACK).next().unwrap_or_default();
    let text = match asked.secret.map(ExposeSecret::expose_secret) {
        Some(secret) if !secret.trim().is_empty() => text.replace(secret.trim(), "[secret]"),
        _ => text.to_owned(),
    };
    let clean: String = text
        .split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end();
            match mark_for(asked, word) {
                Some(mark) => format!("{mark}{}", &piece[word.len()..]),
                None => piece.to_owned(),
            }
        })
        .collect::<String>()
        .chars()
        .filter(|char| !char.is_control() || matches!(char, '\n' | '\t'))
        .collect();
    let clean = clean.trim();
    match clean.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean.to_owned(),
    }
}

/// What to put in the place of a word that must not pass.
fn mark_for(asked: &Asked<'_>, word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let is_named = asked.host.contains(['.', ':']) && lower.contains(asked.host);
    if is_named || has_credentials(&lower) {
        return Some("[address]");
    }
    if lower.contains("access_token=") {
        return Some("[token]");
    }
    if is_path(&lower) {
        return Some("[path]");
    }
    let mut parts = lower.split(|char: char| {
        matches!(char, '"' | '\'' | '(' | ')' | ',' | ';' | '<' | '>' | '=' | '`' | '@' | '/')
    });
    parts.any(|part| is_address(part.trim_matches(['.', '!', '?']))).then_some("[address]")
}

/// A URL with a user name or a password in it.
fn has_credentials(word: &str) -> bool {
    word.split_once("://").is_some_and(|(_, rest)| {
        rest.split('/').next().is_some_and(|authority| authority.contains('@'))
    })
}

/// An IP address, or a host with a port.
fn is_address(part: &str) -> bool {
    let part = part.trim_end_matches(':');
    let bare = part.trim_matches(['[', ']']);
    if bare.parse::<SocketAddr>().is_ok() || part.parse::<SocketAddr>().is_ok() {
        return true;
    }
    // `::` and `1::2` are addresses by the letter only.
    if bare.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4() || bare.len() > 4)
        || bare == "::1"
    {
        return true;
    }
    let Some((host, port)) = part.rsplit_once(':') else { return false };
    let is_port = (2..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_host = host == "localhost"
        || (host.contains('.')
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            && host.rsplit('.').next().is_some_and(|last| {
                last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
            }));
    is_port && is_host
}

/// A file of the server: a path with two folders at least, or a file of Python's.
fn is_path(word: &str) -> bool {
    let word = word.trim_matches(|char: char| {
        matches!(char, '"' | '\'' | '(' | ')' | ',' | '.' | ':' | ';' | '`')
    });
    let is_absolute = word.starts_with('/') && word.matches('/').count() >= 3;
    let is_windows = word.as_bytes().get(1..3) == Some(b":\\");
    is_absolute || is_windows || word.ends_with(".py") || word.contains(".py:")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;

    fn clean(text: &str) -> String {
        let secret = SecretString::from("hunter2-key");
        let asked = Asked {
            host: "erp.example.com",
            secret: Some(&secret),
            uid: None,
            model: "m",
            method: "f",
        };
        scrub(&asked, text)
    }

    #[test]
    fn a_persons_sentence_passes_as_it_is() {
        for text in [
            "You may not change 'Contact' (res.partner) records.\n\nAllowed for:\n\t- Sales/Administrator",
            "Order S00012 of 10:30 is not in a state to confirm (state: draft).",
            "Gone.\n(Record: res.partner(999999,), User: 2)",
            "See https://www.odoo.com/documentation/19.0/ for help.",
            "Amount 1.234,50 of 12.5.2026; ratio 3:10; A/B testing; and/or",
            "Constraint: res_users_company_id_fkey",
        ] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn what_must_not_pass_does_not() {
        for (text, expected) in [
            ("no route to 10.0.0.5 here", "no route to [address] here"),
            ("at \"127.0.0.1\", port", "at [address] port"),
            ("ask db.internal:5432.", "ask [address]"),
            ("ask localhost:8069/web now", "ask [address] now"),
            ("http://10.0.0.5:8069/web/login", "[address]"),
            ("[fd12::5]:5432 is down", "[address] is down"),
            ("smtp://bob:pw@mail.example.org/x", "[address]"),
            ("see https://ERP.example.com/web", "see [address]"),
            ("File \"/opt/odoo/addons/base/models.py\", line 3", "File [path] line 3"),
            ("in models.py:33", "in [path]"),
            ("C:\\odoo\\server broke", "[path] broke"),
            ("/my/orders/3?access_token=abc", "[token]"),
            ("key hunter2-key is bad", "key [secret] is bad"),
            ("Sorry.\nTraceback (most recent call last):\n  File x", "Sorry."),
            ("  a\u{0}b\u{7}  ", "ab"),
        ] {
            assert_eq!(clean(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_sentence_is_cut() {
        let cut = clean(&"é".repeat(3_000));
        assert_eq!(cut.chars().count(), MAX_LENGTH + 1);
        assert!(cut.ends_with('…'));
    }

    proptest! {
        #[test]
        fn no_text_lets_the_secret_or_the_host_pass(before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let text = clean(&format!("{before}hunter2-key{after} {before}erp.example.com{after}"));
            prop_assert!(!text.contains("hunter2-key") && !text.contains("erp.example.com"));
        }
    }
}
