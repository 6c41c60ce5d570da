//! What a client calls itself.

/// In characters.
const LONGEST: usize = 100;

/// What a client calls itself, fit for a line of a list and a column of every database: without control characters, and
/// cut; nothing when nothing is left.
#[must_use]
pub fn client_name(told: &str) -> Option<String> {
    let name: String = told.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_name_is_one_short_line() {
        assert_eq!(client_name(" Cur\0sor\n").as_deref(), Some("Cursor"));
        assert_eq!(client_name("\u{7}\t "), None);
        assert_eq!(client_name(&"会".repeat(500)).map(|name| name.chars().count()), Some(100));
    }
}
