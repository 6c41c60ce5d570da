//! Texts in a CSV file that no spreadsheet takes for a formula.

/// What makes a formula of a cell that begins with it.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Where a spreadsheet that goes by another separator than the file's begins a cell.
const SEPARATORS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// The text as a cell: what begins like a formula gets an apostrophe before it, also where a cell would begin for whoever goes by
/// another separator (OWASP, "CSV Injection").
#[must_use]
pub fn harmless(text: &str) -> String {
    let begun = |text: &str| text.trim_start_matches([' ', '\u{A0}', '"']).chars().next();
    let begins_a_formula = |text: &str| begun(text).is_some_and(|sign| SIGNS.contains(&sign));
    let mut cell = String::with_capacity(text.len() + 1);
    let mut rest = text;
    // White space at the very beginning is skipped by some.
    if begun(text).is_some_and(|sign| matches!(sign, '\t' | '\r' | '\n')) {
        cell.push('\'');
    }
    loop {
        if begins_a_formula(rest) {
            cell.push('\'');
        }
        let Some(at) = rest.find(SEPARATORS) else { break };
        // All of them take one byte.
        let (one, others) = rest.split_at(at + 1);
        cell.push_str(one);
        rest = others;
    }
    cell + rest
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for text in ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", " =1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in [
            "",
            "a=1",
            "Acme",
            "2026-01-01",
            "é",
            "a, b; c",
            "Fjord;1-2",
            "a\r\nb",
            "a\n\nb",
            "a,\nb",
        ] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn what_would_begin_like_one_by_another_separator_is_text_too() {
        for (text, cell) in [
            ("a;=1+1", "a;'=1+1"),
            ("a, \"=cmd()", "a,' \"=cmd()"),
            ("a\n@b", "a\n'@b"),
            ("=1;=2", "'=1;'=2"),
        ] {
            assert_eq!(harmless(text), cell);
        }
    }
}
