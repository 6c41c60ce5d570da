//! Texts without what a search does not care for.

use shared::name::is_bidi_override;
use unicode_normalization::UnicodeNormalization;

/// `text` in the one form that names are searched and sorted by: compatibility-composed (NFKC) and in
/// lower case, so that "ＣＵＲＳＯＲ", "Cursor" and "cursor" are the same.
///
/// The second composition is for the few letters whose lower case decomposes.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// `text` as a page shows it: composed (NFC), with one space wherever there is white space, and without the marks that set a
/// name apart in a sentence, so that what somebody types or copies as they read it is the same.
#[must_use]
pub fn as_read(text: &str) -> String {
    let composed: String = text.nfc().filter(|c| !is_bidi_override(*c)).collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_width_and_composition_do_not_matter() {
        assert_eq!(fold("ＣＵＲＳＯＲ"), "cursor");
        assert_eq!(fold("E\u{301}LODIE"), fold("élodie"));
        assert_eq!(fold("ﬁnance"), "finance");
    }

    #[test]
    fn what_looks_the_same_on_a_page_reads_the_same() {
        assert_eq!(as_read("Nord  wind\u{A0}SA "), "Nord wind SA");
        assert_eq!(as_read("E\u{301}lodie"), as_read("Élodie"));
        assert_eq!(as_read("\u{2068}مخبز\u{2069}"), "مخبز");
        assert_ne!(as_read("nordwind"), as_read("Nordwind"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
