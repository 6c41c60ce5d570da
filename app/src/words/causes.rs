//! Why a call did not end well, in the language of the page. The client got a sentence in English, or in Odoo's words.

use shared::call_cause::CallCause;

use super::errors::odoo_problem;
use crate::texts::{self, Locale, text};

/// Why a call did not end well: in English the sentence that its client got, in another language the cause, with that
/// sentence behind it where it says more. Calls of older versions have the sentence only.
#[must_use]
pub fn call_problem(cause: Option<CallCause>, told: Option<String>) -> Option<String> {
    let Some(why) = cause.filter(|_| texts::locale() != Locale::en || told.is_none()) else {
        return told;
    };
    Some(match told.filter(|_| why.has_detail()) {
        Some(told) => text!(causes.with_detail, cause = cause_words(why), told = told),
        None => text!(causes.alone, cause = cause_words(why)),
    })
}

/// A cause that many calls have in common. Of calls of older versions it is the sentence that their clients got.
#[must_use]
pub fn cause(name: String) -> String {
    match name.parse() {
        Ok(cause) => text!(causes.alone, cause = cause_words(cause)),
        Err(_) => name,
    }
}

/// Without a full stop, as something may follow.
fn cause_words(cause: CallCause) -> &'static str {
    match cause {
        CallCause::Permission => text!(causes.permission),
        CallCause::Policy => text!(causes.policy),
        CallCause::Argument => text!(causes.argument),
        CallCause::Limit => text!(causes.limit),
        CallCause::Queue => text!(causes.queue),
        CallCause::Waiting => text!(causes.waiting),
        CallCause::Confirmation => text!(causes.confirmation),
        CallCause::Declined => text!(causes.declined),
        CallCause::KeyEnded => text!(causes.key_ended),
        CallCause::Refused => text!(causes.refused),
        CallCause::Failed => text!(causes.failed),
        CallCause::NotConnected => text!(causes.not_connected),
        CallCause::NotLinked => text!(causes.not_linked),
        CallCause::SecretRefused => text!(causes.secret_refused),
        CallCause::Resting => text!(causes.resting),
        CallCause::Odoo(problem) => odoo_problem(problem).trim_end_matches('.'),
        CallCause::Rule => text!(causes.rule),
        CallCause::MissingRecord => text!(causes.missing_record),
        CallCause::NoSuchModel => text!(causes.no_such_model),
        CallCause::NoSuchMethod => text!(causes.no_such_method),
        CallCause::NoSuchField => text!(causes.no_such_field),
        CallCause::BadValue => text!(causes.bad_value),
        CallCause::BadArgument => text!(causes.bad_argument),
        CallCause::TooLarge => text!(causes.too_large),
        CallCause::AddressNotAllowed => text!(causes.address_not_allowed),
        CallCause::Unknown => text!(causes.unknown),
        CallCause::TooLong => text!(causes.too_long),
        CallCause::Cancelled => text!(causes.cancelled),
        CallCause::Stopped => text!(causes.stopped),
        CallCause::Unavailable => text!(causes.unavailable),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use shared::error::OdooProblem;

    use super::*;
    use crate::texts::in_locale;

    fn told(locale: Locale, cause: Option<CallCause>, told: &str) -> String {
        let told = Some(told.to_owned());
        in_locale(locale, || call_problem(cause, told)).expect("there is something to tell")
    }

    #[test]
    fn in_english_the_sentence_of_the_client_stands() {
        let sentence = "argument model: there is no such model";
        assert_eq!(told(Locale::en, Some(CallCause::Argument), sentence), sentence);
        assert_eq!(in_locale(Locale::fr, || call_problem(None, None)), None);
        assert_eq!(told(Locale::fr, None, sentence), sentence, "of an older version");
        assert_eq!(in_locale(Locale::fr, || cause(sentence.to_owned())), sentence);
    }

    #[test]
    fn in_french_every_cause_has_words_and_only_what_says_more_stands_behind_them() {
        let rule = told(Locale::fr, Some(CallCause::Rule), "Un devis doit avoir des lignes.");
        assert_eq!(rule, "Une règle d’Odoo le refuse\u{a0}: Un devis doit avoir des lignes.");
        let timeout = Some(CallCause::Odoo(OdooProblem::Timeout));
        let timeout = told(Locale::fr, timeout, "the server did not answer in time");
        assert!(!timeout.contains("server") && timeout.ends_with('.'), "{timeout}");
        for one in CallCause::all() {
            let words = |locale| in_locale(locale, || cause(one.as_str().to_owned()));
            let (english, french) = (words(Locale::en), words(Locale::fr));
            assert_ne!(english, french, "{one}");
            for text in [english, french] {
                assert!(text.ends_with('.') && !text.ends_with(".."), "{one}: {text}");
                assert!(text.starts_with(char::is_uppercase), "{one}: {text}");
            }
        }
    }
}
