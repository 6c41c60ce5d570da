//! Why a call did not end well, in the language of the page. The client got a sentence in English, or in Odoo's words.

use serde::{Deserialize, Serialize};
use shared::{call_cause::CallCause, workflow_catalog::NotOffered};

use super::errors::odoo_problem;
use crate::texts::text;

/// Why a call did not end well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallProblem {
    /// The cause in the page's own words, with what a rule of Odoo's says behind it: that is written for people.
    pub said: String,
    /// The sentence that the client got, where it says more. It is written for an assistant, in English, so that a page
    /// shows it apart from its own words.
    pub told: Option<String>,
}

/// Why a call did not end well, if it did not. Calls of older versions have the client's sentence only.
#[must_use]
pub fn call_problem(cause: Option<CallCause>, told: Option<String>) -> Option<CallProblem> {
    let Some(why) = cause else {
        return told.map(|told| CallProblem { said: alone(CallCause::Failed), told: Some(told) });
    };
    Some(match (why, told.filter(|_| why.has_detail())) {
        (CallCause::Rule, Some(told)) => CallProblem { said: detailed(why, told), told: None },
        (_, told) => CallProblem { said: alone(why), told },
    })
}

/// The same in one line, for a table that other programs read.
#[must_use]
pub fn call_problem_line(cause: Option<CallCause>, told: Option<String>) -> Option<String> {
    let Some(why) = cause else { return told };
    Some(match told.filter(|_| why.has_detail()) {
        Some(told) => detailed(why, told),
        None => alone(why),
    })
}

/// Why a workflow's builder is offered nothing.
#[must_use]
pub fn not_offered(problem: &NotOffered) -> String {
    let NotOffered { cause, told } = problem;
    match cause {
        CallCause::Argument | CallCause::NoSuchModel => text!(builder.no_model).to_owned(),
        CallCause::Rule => detailed(*cause, told.clone()),
        cause => alone(*cause),
    }
}

fn alone(cause: CallCause) -> String {
    text!(causes.alone, cause = cause_words(cause))
}

fn detailed(cause: CallCause, told: String) -> String {
    text!(causes.with_detail, cause = cause_words(cause), told = told)
}

/// A cause that many calls have in common. Of calls of older versions it is the sentence that their clients got.
#[must_use]
pub fn cause(name: String) -> String {
    match name.parse() {
        Ok(cause) => alone(cause),
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
    use crate::texts::{Locale, in_locale};

    const SENTENCE: &str = "argument model: ir.cron is closed to every tool";

    fn problem(locale: Locale, cause: Option<CallCause>, told: &str) -> CallProblem {
        let told = Some(told.to_owned());
        in_locale(locale, || call_problem(cause, told)).expect("there is something to tell")
    }

    #[test]
    fn the_sentence_of_the_client_is_set_apart_from_the_words_of_the_page() {
        for locale in [Locale::en, Locale::fr] {
            let argument = problem(locale, Some(CallCause::Argument), SENTENCE);
            assert!(!argument.said.contains("ir.cron"), "{argument:?}");
            assert_eq!(argument.told.as_deref(), Some(SENTENCE));
            let timeout = Some(CallCause::Odoo(OdooProblem::Timeout));
            let timeout = problem(locale, timeout, "nothing came of it in time");
            assert_eq!(timeout.told, None, "it says no more");
            assert!(!timeout.said.contains("came") && timeout.said.ends_with('.'), "{timeout:?}");
            let older = problem(locale, None, SENTENCE);
            assert!(!older.said.contains("ir.cron"), "{older:?}");
            assert_eq!(older.told.as_deref(), Some(SENTENCE), "of an older version");
            assert_eq!(in_locale(locale, || call_problem(None, None)), None);
        }
    }

    #[test]
    fn what_a_rule_of_odoo_says_is_for_people_and_stands_with_the_cause() {
        let rule = problem(Locale::fr, Some(CallCause::Rule), "Un devis doit avoir des lignes.");
        assert_eq!(rule.said, "Une règle d’Odoo le refuse\u{a0}: Un devis doit avoir des lignes.");
        assert_eq!(rule.told, None);
    }

    #[test]
    fn a_table_has_the_cause_and_the_sentence_in_one_line() {
        let line = |locale, cause| {
            in_locale(locale, || call_problem_line(cause, Some(SENTENCE.to_owned())))
                .expect("there is something to tell")
        };
        let english = line(Locale::en, Some(CallCause::Argument));
        assert!(english.ends_with(&format!(": {SENTENCE}")), "{english}");
        assert!(!line(Locale::fr, Some(CallCause::Limit)).contains("model"));
        assert_eq!(line(Locale::fr, None), SENTENCE, "of an older version");
    }

    #[test]
    fn a_builder_is_told_what_to_choose_and_nothing_of_tools() {
        for locale in [Locale::en, Locale::fr] {
            for cause in CallCause::all() {
                let problem = NotOffered { cause, told: "aidoo_schema finds it".to_owned() };
                let said = in_locale(locale, || not_offered(&problem));
                assert_eq!(said.contains("aidoo_"), cause == CallCause::Rule, "{said}");
            }
        }
    }

    #[test]
    fn every_cause_has_words_in_both_languages() {
        for one in CallCause::all() {
            let words = |locale| in_locale(locale, || cause(one.as_str().to_owned()));
            let (english, french) = (words(Locale::en), words(Locale::fr));
            assert_ne!(english, french, "{one}");
            for text in [english, french] {
                assert!(text.ends_with('.') && !text.ends_with(".."), "{one}: {text}");
                assert!(text.starts_with(char::is_uppercase), "{one}: {text}");
            }
        }
        assert_eq!(in_locale(Locale::fr, || cause(SENTENCE.to_owned())), SENTENCE);
    }
}
