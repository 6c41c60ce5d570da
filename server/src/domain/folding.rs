//! Texts without what a search does not care for.

use unicode_normalization::UnicodeNormalization;

/// `text` in the one form that names are searched and sorted by: compatibility-composed (NFKC) and in
/// lower case, so that "ＣＵＲＳＯＲ", "Cursor" and "cursor" are the same.
///
/// The second composition is for the few letters whose lower case decomposes.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
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

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
