//! What a password must be, as far as both sides can tell. Whether it is guessable, the server asks.

use crate::error::Problem;

/// The fewest characters where the password is the only factor (NIST SP 800-63B-4, 3.1.1.2).
pub const MIN_CHARS: u32 = 15;
/// The most characters.
pub const MAX_CHARS: u32 = 128;

/// Checks the length, in characters; any character counts as one and none is refused.
///
/// # Errors
/// [`Problem::Required`], [`Problem::TooShort`] or [`Problem::TooLong`].
pub fn check_length(text: &str) -> Result<(), Problem> {
    match text.chars().count() {
        0 => Err(Problem::Required),
        count if count < MIN_CHARS as usize => Err(Problem::TooShort { min: MIN_CHARS }),
        count if count > MAX_CHARS as usize => Err(Problem::TooLong { max: MAX_CHARS }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_inclusive_and_count_characters() {
        assert_eq!(check_length(""), Err(Problem::Required));
        assert_eq!(check_length(&"é".repeat(14)), Err(Problem::TooShort { min: 15 }));
        assert_eq!(check_length(&"é".repeat(15)), Ok(()));
        assert_eq!(check_length(&"é".repeat(128)), Ok(()));
        assert_eq!(check_length(&" ".repeat(129)), Err(Problem::TooLong { max: 128 }));
    }
}
