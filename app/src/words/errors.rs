//! What went wrong, as a sentence for a person.

use shared::{
    Error, Problem,
    error::{OdooProblem, wait_text},
};

use crate::texts::{counted, text};

/// Why a request was not carried out.
#[must_use]
pub fn error(error: &Error) -> String {
    let sentence = match error {
        Error::TooManyAttempts { retry_after_seconds } => {
            return text!(errors.too_many_attempts, wait = wait_text(*retry_after_seconds));
        }
        Error::Internal { reference } => {
            return text!(errors.internal, reference = format!("{reference:08x}"));
        }
        Error::Invalid(_) => text!(errors.invalid),
        Error::SignedOut => text!(errors.signed_out),
        Error::WrongCredentials => text!(errors.wrong_credentials),
        Error::SignupClosed => text!(errors.signup_closed),
        Error::Forbidden => text!(errors.forbidden),
        Error::NotFound => text!(errors.not_found),
        Error::LastOwner => text!(errors.last_owner),
        Error::AlreadyMember => text!(errors.already_member),
        Error::KeyEnded => text!(errors.key_ended),
        Error::KeyRotated => text!(errors.key_rotated),
        Error::AlreadyGenerated => text!(errors.already_generated),
        Error::InvitationEnded => text!(errors.invitation_ended),
        Error::InvitationForAnother => text!(errors.invitation_for_another),
        Error::ResetEnded => text!(errors.reset_ended),
        Error::HandoverEnded => text!(errors.handover_ended),
        Error::NotYoursToReset => text!(errors.not_yours_to_reset),
        Error::HasFlaws => text!(errors.has_flaws),
        Error::NotTried => text!(errors.not_tried),
        Error::AlreadyDecided => text!(errors.already_decided),
        Error::NotConnected => text!(errors.not_connected),
        Error::ConnectionChanged => text!(errors.connection_changed),
        Error::Odoo(problem) => odoo_problem(*problem),
        Error::Unavailable => text!(errors.unavailable),
        Error::Unreachable => text!(errors.unreachable),
        Error::BadRequest => text!(errors.bad_request),
    };
    sentence.to_owned()
}

/// What is wrong with a field's value.
#[must_use]
pub fn problem(problem: Problem) -> String {
    let sentence = match problem {
        Problem::TooShort { min } => return text!(problems.too_short, min = min),
        Problem::TooLong { max } => return text!(problems.too_long, max = max),
        Problem::OutOfRange { min, max } => {
            return text!(problems.out_of_range, min = min, max = max);
        }
        Problem::BeyondPolicy { days } => return counted!(days, problems.beyond_policy),
        Problem::TooManyLines { max } => return text!(problems.too_many_lines, max = max),
        Problem::TooManyWorkflows { max } => {
            return text!(problems.too_many_workflows, max = max);
        }
        Problem::TooManyKeys { max } => return text!(problems.too_many_keys, max = max),
        Problem::Required => text!(problems.required),
        Problem::ControlCharacters => text!(problems.control_characters),
        Problem::NotAnEmail => text!(problems.not_an_email),
        Problem::Taken => text!(problems.taken),
        Problem::Guessable => text!(problems.guessable),
        Problem::NotYourPassword => text!(problems.not_your_password),
        Problem::NotTheName => text!(problems.not_the_name),
        Problem::NoPermission => text!(problems.no_permission),
        Problem::AboveCeiling => text!(problems.above_ceiling),
        Problem::Widened => text!(problems.widened),
        Problem::NotADate => text!(problems.not_a_date),
        Problem::NotADay => text!(problems.not_a_day),
        Problem::EndsBeforeStart => text!(problems.ends_before_start),
        Problem::InThePast => text!(problems.in_the_past),
        Problem::TooFarAhead => text!(problems.too_far_ahead),
        Problem::NotAModel => text!(problems.not_a_model),
        Problem::NotAField => text!(problems.not_a_field),
        Problem::NotAMethod => text!(problems.not_a_method),
        Problem::NotANetwork => text!(problems.not_a_network),
        Problem::Unknown => text!(problems.unknown),
        Problem::NotAUrl => text!(problems.not_a_url),
        Problem::UrlHasExtras => text!(problems.url_has_extras),
        Problem::HttpsRequired => text!(problems.https_required),
        Problem::AddressNotAllowed => text!(problems.address_not_allowed),
    };
    sentence.to_owned()
}

/// Why Odoo could not be used.
pub(super) fn odoo_problem(problem: OdooProblem) -> &'static str {
    match problem {
        OdooProblem::UnknownHost => text!(odoo_problems.unknown_host),
        OdooProblem::Unreachable => text!(odoo_problems.unreachable),
        OdooProblem::Timeout => text!(odoo_problems.timeout),
        OdooProblem::Tls => text!(odoo_problems.tls),
        OdooProblem::NotOdoo => text!(odoo_problems.not_odoo),
        OdooProblem::Redirect => text!(odoo_problems.redirect),
        OdooProblem::TooOld => text!(odoo_problems.too_old),
        OdooProblem::NoSuchDatabase => text!(odoo_problems.no_such_database),
        OdooProblem::WrongCredentials => text!(odoo_problems.wrong_credentials),
        OdooProblem::TooManyAttempts => text!(odoo_problems.too_many_attempts),
        OdooProblem::AccessDenied => text!(odoo_problems.access_denied),
        OdooProblem::Busy => text!(odoo_problems.busy),
        OdooProblem::Failed => text!(odoo_problems.failed),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::fmt::Display;

    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};
    use shared::key_rules::KeyRefusal;

    use super::*;
    use crate::{
        texts::{Locale, in_locale},
        words::refusal_advice,
    };

    /// Every case of a closed list, as serde names them in what it says of one that is not among them: what is added
    /// to the list is here by itself.
    fn all<T: DeserializeOwned>() -> Vec<T> {
        let Err(told) = serde_json::from_value::<T>(json!("?")) else { panic!("a case called ?") };
        let told = told.to_string();
        // "unknown variant `?`, expected one of `a`, `b`"
        let names: Vec<&str> = told.split('`').skip(3).step_by(2).collect();
        assert!(names.len() > 3, "{told}");
        names.into_iter().map(case).collect()
    }

    /// The case of this name, with something in it where it holds something.
    fn case<T: DeserializeOwned>(name: &str) -> T {
        let numbers = json!({
            "min": 2, "max": 9, "days": 30, "retry_after_seconds": 91, "reference": 7,
        });
        let shapes =
            [json!(name), keyed(name, numbers), keyed(name, json!([])), keyed(name, json!("tls"))];
        let found = shapes.into_iter().find_map(|shape| serde_json::from_value(shape).ok());
        found.unwrap_or_else(|| panic!("{name} holds something that is not tried here"))
    }

    fn keyed(name: &str, value: Value) -> Value {
        Value::Object([(name.to_owned(), value)].into_iter().collect())
    }

    /// Each case has a sentence of its own in French, and one in English, which need not be the one for logs.
    fn is_told_in_both<T: DeserializeOwned + std::fmt::Debug>(
        tell: impl Fn(&T) -> String,
        log: impl Fn(&T) -> Option<String>,
    ) {
        for case in all::<T>() {
            let english = in_locale(Locale::en, || tell(&case));
            let french = in_locale(Locale::fr, || tell(&case));
            for told in [&english, &french] {
                assert!(told.ends_with(['.', '?', ')']), "{case:?} is told as “{told}”");
                assert!(!told.contains("{{"), "{case:?} is told as “{told}”");
            }
            assert_ne!(english, french, "{case:?} is not told in French");
            if let Some(log) = log(&case) {
                assert!(!french.to_lowercase().contains(&log.to_lowercase()), "{case:?}: {french}");
            }
        }
    }

    fn logged<T: Display>(case: &T) -> Option<String> {
        Some(case.to_string())
    }

    #[test]
    fn whatever_can_go_wrong_is_told_in_the_language_of_the_page() {
        is_told_in_both::<Error>(error, logged);
        is_told_in_both::<Problem>(|case| problem(*case), logged);
        is_told_in_both::<OdooProblem>(|case| error(&Error::Odoo(*case)), logged);
        is_told_in_both::<KeyRefusal>(|case| refusal_advice(*case).to_owned(), |_| None);
    }

    #[test]
    fn errors_are_told_in_the_language_of_the_page() {
        let tell = |locale: Locale| {
            in_locale(locale, || {
                [
                    error(&Error::TooManyAttempts { retry_after_seconds: 91 }),
                    error(&Error::Odoo(OdooProblem::TooOld)),
                    problem(Problem::TooShort { min: 15 }),
                ]
            })
        };
        assert_eq!(
            tell(Locale::en),
            [
                "Too many attempts: try again in 2 min.",
                "This Odoo is too old: Aidoo works with version 17 and later.",
                "Use at least 15 characters.",
            ]
        );
        assert_eq!(
            tell(Locale::fr),
            [
                "Trop de tentatives\u{a0}: réessayez dans 2 min.",
                "Cet Odoo est trop ancien\u{a0}: Aidoo fonctionne à partir de la version 17.",
                "Utilisez au moins 15 caractères.",
            ]
        );
    }
}
