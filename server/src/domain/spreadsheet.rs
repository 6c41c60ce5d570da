//! Texts in a CSV file that no spreadsheet takes for a formula.

/// The text as a cell: what begins like a formula gets an apostrophe before it (OWASP, "CSV Injection").
#[must_use]
pub fn harmless(text: &str) -> String {
    let starts_a_formula = text
        .trim_start_matches([' ', '\u{A0}', '"'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if starts_a_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for text in ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", " =1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "a=1", "Acme", "2026-01-01", "é"] {
            assert_eq!(harmless(text), text);
        }
    }
}
