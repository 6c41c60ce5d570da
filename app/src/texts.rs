//! The texts of the pages, in the person's language. They stand in `app/locales`, grouped by page, and
//! are checked at compile time: a key that is missing in one language does not build.
//!
//! The language holds for the whole document: choosing another loads the page anew. So a text is a plain
//! `&'static str` or `String`, and nothing on the page follows a signal for it.

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

pub use self::i18n::Locale;

/// The cookie that holds the chosen language, as `en` or `fr`.
pub const COOKIE: &str = "aidoo_language";
/// How long a choice is kept, in seconds: a year.
#[cfg(feature = "ssr")]
const MAX_AGE: u32 = 31_536_000;
/// Where a language is chosen: a form posts `language` here and comes back to its page.
pub const CHOICE: &str = "/language";

/// A text: `text!(team.title)` is a `&'static str`, `text!(team.lead, company = name)` a `String`.
macro_rules! text {
    ($($of:tt)*) => {
        leptos_i18n::td_string!($crate::texts::locale(), $($of)*)
    };
}

/// A text with elements in it, as a view: `rich!(sign_in.new_here, <a> = |inside| view! { … })`.
macro_rules! rich {
    ($($of:tt)*) => {
        leptos_i18n::td!($crate::texts::locale(), $($of)*)
    };
}

/// A text that depends on a number, which has the forms `one` and `many`: `counted!(3_u32, activity.records)`.
macro_rules! counted {
    ($count:expr, $($key:ident).+ $(, $($of:tt)*)?) => {{
        let count = $count;
        if $crate::texts::is_one($crate::texts::locale(), u64::from(count)) {
            $crate::texts::text!($($key).+.one, count = count $(, $($of)*)?)
        } else {
            $crate::texts::text!($($key).+.many, count = count $(, $($of)*)?)
        }
    }};
}

pub(crate) use {counted, rich, text};

/// The language of the page that is rendered or shown.
#[cfg(feature = "ssr")]
#[must_use]
pub fn locale() -> Locale {
    use leptos::prelude::{use_context, with_context};

    // A server function has the request alone.
    use_context()
        .or_else(|| with_context::<http::request::Parts, _>(|parts| of_request(&parts.headers)))
        .unwrap_or_default()
}

/// The language of the page that is rendered or shown.
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn locale() -> Locale {
    use std::sync::OnceLock;

    static LOCALE: OnceLock<Locale> = OnceLock::new();
    *LOCALE.get_or_init(|| {
        let html = leptos::prelude::document().document_element();
        html.and_then(|html| html.get_attribute("lang")?.parse().ok()).unwrap_or_default()
    })
}

/// The languages, each by its own name, whichever the page is in.
#[must_use]
pub fn languages() -> [(Locale, &'static str); 2] {
    [(Locale::en, text!(languages.en)), (Locale::fr, text!(languages.fr))]
}

/// Whether `count` takes the singular. English has it for 1 alone, French for 0 and 1 (Unicode CLDR,
/// Language Plural Rules).
#[must_use]
pub const fn is_one(locale: Locale, count: u64) -> bool {
    match locale {
        Locale::en => count == 1,
        Locale::fr => count < 2,
    }
}

/// Provides the language of the request that is answered, for [`locale`].
#[cfg(feature = "ssr")]
pub(crate) fn provide_locale() {
    use leptos::prelude::{provide_context, with_context};

    let locale = with_context::<http::request::Parts, _>(|parts| of_request(&parts.headers));
    provide_context(locale.unwrap_or_default());
}

/// What `say` says in this language, beside any page.
#[cfg(feature = "ssr")]
pub fn in_locale<T>(locale: Locale, say: impl FnOnce() -> T) -> T {
    leptos::prelude::Owner::new().with(|| {
        leptos::prelude::provide_context(locale);
        say()
    })
}

/// The cookie that keeps `locale`. It is no secret.
#[cfg(feature = "ssr")]
#[must_use]
pub fn cookie(locale: Locale) -> String {
    format!("{COOKIE}={locale}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax")
}

/// The language for a request with these headers: the chosen one, else the one of `Accept-Language` that
/// weighs most (RFC 9110, 12.5.4), else English.
#[cfg(feature = "ssr")]
#[must_use]
pub fn of_request(headers: &http::HeaderMap) -> Locale {
    chosen(headers).or_else(|| accepted(headers)).unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn chosen(headers: &http::HeaderMap) -> Option<Locale> {
    lines(headers, &http::header::COOKIE)
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then(|| value.parse().ok())?)
}

#[cfg(feature = "ssr")]
fn accepted(headers: &http::HeaderMap) -> Option<Locale> {
    let mut best: Option<(Locale, f32)> = None;
    for item in lines(headers, &http::header::ACCEPT_LANGUAGE).flat_map(|line| line.split(',')) {
        let (range, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let language = range.split('-').next().unwrap_or(range);
        let Ok(locale) = language.to_ascii_lowercase().parse::<Locale>() else { continue };
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
        let weight = weight.unwrap_or(0.0);
        if weight > best.map_or(0.0, |(_, most)| most) {
            best = Some((locale, weight));
        }
    }
    best.map(|(locale, _)| locale)
}

#[cfg(feature = "ssr")]
fn lines<'a>(
    headers: &'a http::HeaderMap,
    name: &http::HeaderName,
) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use http::{HeaderMap, HeaderName, header};
    use serde_json::Value;

    use super::*;

    fn of(lines: &[(HeaderName, &str)]) -> Locale {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().expect("a header"));
        }
        of_request(&headers)
    }

    #[test]
    fn the_chosen_language_goes_before_the_browser_s() {
        let french = (header::ACCEPT_LANGUAGE, "fr-FR,fr;q=0.9,en;q=0.8");
        assert_eq!(of(&[]), Locale::en);
        assert_eq!(of(std::slice::from_ref(&french)), Locale::fr);
        assert_eq!(of(&[french.clone(), (header::COOKIE, "a=b; aidoo_language=en")]), Locale::en);
        assert_eq!(of(&[french.clone(), (header::COOKIE, "aidoo_language=de")]), Locale::fr);
    }

    #[test]
    fn the_browser_s_languages_are_weighed() {
        let accepts = |text| of(&[(header::ACCEPT_LANGUAGE, text)]);
        assert_eq!(accepts("de, fr;q=0.8, en;q=0.9"), Locale::en);
        assert_eq!(accepts("en;q=0.5, FR-ca;q=0.7"), Locale::fr);
        assert_eq!(accepts("fr;q=0, en;q=0.1"), Locale::en);
        assert_eq!(accepts("fr;q=x"), Locale::en);
        assert_eq!(accepts("ja, *"), Locale::en);
    }

    #[test]
    fn numbers_take_the_form_of_the_language() {
        assert!(is_one(Locale::en, 1) && is_one(Locale::fr, 1) && is_one(Locale::fr, 0));
        assert!(!is_one(Locale::en, 0) && !is_one(Locale::en, 2) && !is_one(Locale::fr, 2));
    }

    /// Every text with the path to it.
    fn texts(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    texts(value, &format!("{path}.{name}"), found);
                }
            }
            Value::String(text) => found.push((path.to_owned(), text.clone())),
            other => panic!("{path} is no text: {other}"),
        }
    }

    fn read(file: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        texts(&serde_json::from_str(file).expect("json"), "", &mut found);
        found
    }

    #[test]
    fn both_languages_have_the_same_texts_and_none_is_empty() {
        let (english, french) =
            (read(include_str!("../locales/en.json")), read(include_str!("../locales/fr.json")));
        let keys = |texts: &[(String, String)]| {
            texts.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(keys(&english), keys(&french));
        for (path, text) in english.iter().chain(&french) {
            assert!(!text.trim().is_empty(), "{path} is empty");
        }
    }

    #[test]
    fn french_has_its_spaces_before_double_signs() {
        for (path, text) in read(include_str!("../locales/fr.json")) {
            for (sign, at) in
                text.char_indices().filter(|(_, c)| ":;!?»".contains(*c)).map(|(at, c)| (c, at))
            {
                let before = text[..at].chars().next_back();
                let after = text[at + sign.len_utf8()..].chars().next();
                // Addresses and JSON have theirs without.
                let is_prose =
                    after.is_none_or(|next| next.is_whitespace() || "<.,)".contains(next));
                // One kind throughout: a search for a text finds it everywhere.
                let is_spaced = before == Some('\u{a0}');
                assert!(!is_prose || is_spaced, "{path}: no space before {sign} in “{text}”");
            }
        }
    }
}
