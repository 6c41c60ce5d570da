//! The query of a page's address, where pages keep which dialog is open and how a list is filtered.
//!
//! The router has a map of its own, but it decodes a value twice, so that a search for `50%25` would
//! become one for `50%`; and the server and the browser do it by different rules, which breaks hydration.

use std::fmt::Write as _;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The pairs of a query, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `text`, with or without its question mark, as a form writes it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('?').unwrap_or(text);
        Self(
            text.split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// The first value of `name`. A name without a value has an empty one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// Every value of `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The pairs, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// This query with one more pair; an empty value is left out, as nothing reads it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// `path` with this query behind it.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let mut href = path.to_owned();
        for (at, (name, value)) in self.0.iter().enumerate() {
            href.push(if at == 0 { '?' } else { '&' });
            encode(name, &mut href);
            href.push('=');
            encode(value, &mut href);
        }
        href
    }
}

/// The query of the page that is shown.
pub fn use_query() -> Memo<Query> {
    let search = use_location().search;
    Memo::new(move |_| search.with(|text| Query::parse(text)))
}

/// `application/x-www-form-urlencoded` (WHATWG URL, 5.1); bytes that are no UTF-8 become U+FFFD.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn what_a_form_sent_is_read_as_it_was_typed() {
        let query = Query::parse("?q=50%25+off%21&state=live&invite&x=1&x=2");
        assert_eq!(query.get("q"), Some("50% off!"));
        assert_eq!(query.get("invite"), Some(""));
        assert_eq!(query.get("x"), Some("1"));
        assert_eq!(query.get("y"), None);
        assert_eq!(query.all("x").collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn broken_escapes_are_text_and_never_panic() {
        for text in ["q=%", "q=%4", "q=%zz", "q=%ff", "=", "&&", "?", "%E2%28%A1=x"] {
            let _ = Query::parse(text);
        }
        assert_eq!(Query::parse("q=%4").get("q"), Some("%4"));
        assert_eq!(Query::parse("q=%ff").get("q"), Some("\u{FFFD}"));
    }

    #[test]
    fn any_text_survives_a_link() {
        for text in ["a&b=c#d?e", "100% <script>", "محاسبة 🧾", "a+b", "%41"] {
            let href = Query::default().with("q", text).href("/api-keys");
            let (path, query) = href.split_once('?').expect("a query");
            assert_eq!(path, "/api-keys");
            assert_eq!(Query::parse(query).get("q"), Some(text));
        }
        assert_eq!(Query::default().with("q", "").href("/api-keys"), "/api-keys");
    }
}
