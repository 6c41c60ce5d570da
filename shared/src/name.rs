//! Names that people give: to themselves, to a company, to a key.

use std::fmt;

use serde::Serialize;

use crate::error::Problem;

/// The most characters of a name.
pub const MAX_CHARS: u32 = 80;

/// 1 to [`MAX_CHARS`] characters after trimming, of which one shows something, any script, no control characters. Shown
/// as text.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Takes `text` without the white space around it.
    ///
    /// # Errors
    /// [`Problem::Required`], [`Problem::TooLong`] or [`Problem::ControlCharacters`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() || text.chars().all(is_invisible) {
            return Err(Problem::Required);
        }
        if text.chars().count() > MAX_CHARS as usize {
            return Err(Problem::TooLong { max: MAX_CHARS });
        }
        if text.chars().any(|c| c.is_control() || is_bidi_override(c)) {
            return Err(Problem::ControlCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({:?})", self.0)
    }
}

/// Characters that reorder what stands around them (Unicode TR 36, 2.1): with them a key's name could
/// pass for another's in the confirmation that names it. Right-to-left scripts need none of them.
#[must_use]
pub const fn is_bidi_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that show nothing: a name made of them alone could not be told from an empty one. White space, what
/// fonts are asked to ignore (`Default_Ignorable_Code_Point` of the Unicode character database), and those whose sign
/// is blank: the empty braille pattern and the null notehead.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFF8}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D159}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_script_is_taken() {
        for text in
            ["Cursor - Accounting", "محاسبة", "会計 🧾", "<script>alert(1)</script>", "=cmd()", "é"]
        {
            assert_eq!(Name::parse(text).map(|name| name.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(Name::parse("  a  ").map(|name| name.to_string()), Ok("a".to_owned()));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Name::parse(&"会".repeat(80)).is_ok());
        assert_eq!(Name::parse(&"a".repeat(81)), Err(Problem::TooLong { max: 80 }));
    }

    #[test]
    fn empty_invisible_and_reordering_texts_are_refused() {
        assert_eq!(Name::parse(" \t "), Err(Problem::Required));
        assert_eq!(Name::parse("\u{200B}\u{200B}"), Err(Problem::Required));
        let all = "\u{2800}\u{3164}\u{115F}\u{1160}\u{FFA0}\u{034F}\u{17B4}\u{180E}\u{2061}\u{FE0F}\u{1D159}\u{E0020}\u{3000}";
        for blank in all.chars() {
            let alone = format!("{blank}{blank}");
            assert_eq!(Name::parse(&alone), Err(Problem::Required), "{}", blank.escape_unicode());
            let mixed = format!("{blank} {blank}");
            assert_eq!(Name::parse(&mixed), Err(Problem::Required), "{}", blank.escape_unicode());
            let beside = format!("a{blank}b");
            assert!(Name::parse(&beside).is_ok(), "{}", blank.escape_unicode());
        }
        assert_eq!(Name::parse("a\nb"), Err(Problem::ControlCharacters));
        assert_eq!(Name::parse("a\0b"), Err(Problem::ControlCharacters));
        assert_eq!(Name::parse("a\u{202E}b"), Err(Problem::ControlCharacters));
    }
}
