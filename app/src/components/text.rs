//! Messages as a page shows them.

/// A message of the shared types, which begin small and end without a full stop, as a sentence.
///
/// Names are written as names: the messages have them small too.
pub fn sentence(message: &impl ToString) -> String {
    let message = message.to_string();
    let mut words: Vec<String> = message.split(' ').map(with_names).collect();
    if let Some(first) = words.first_mut() {
        let mut rest = first.chars();
        *first = rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect();
    }
    let mut text = words.join(" ");
    if !text.is_empty() && !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}

/// `word`, written as a name if it is one. A web address is one word and no name.
fn with_names(word: &str) -> String {
    let bare = word.trim_end_matches([',', ':', ';', '?', '.']);
    let name = match bare {
        "aidoo" => "Aidoo",
        "odoo" => "Odoo",
        "api" => "API",
        _ => return word.to_owned(),
    };
    format!("{name}{}", &word[bare.len()..])
}

#[cfg(test)]
mod tests {
    use shared::{Error, Problem, error::OdooProblem};

    use super::sentence;

    #[test]
    fn messages_become_sentences() {
        assert_eq!(
            sentence(&Error::Odoo(OdooProblem::Unreachable)),
            "The server does not accept connections: is Odoo running, and is the port right?"
        );
        assert_eq!(
            sentence(&Error::Unavailable),
            "Aidoo is not available right now: try again in a moment."
        );
        assert_eq!(sentence(&Problem::TooShort { min: 15 }), "Use at least 15 characters.");
        assert_eq!(
            sentence(&Problem::NotAUrl),
            "This is not a web address such as https://mycompany.odoo.com."
        );
        assert_eq!(sentence(&""), "");
        assert_eq!(sentence(&"é"), "É.");
    }
}
