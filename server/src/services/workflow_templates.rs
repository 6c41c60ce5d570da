//! Business actions of Odoo that a workflow can begin with.

use app::{
    texts::{Locale, in_locale},
    words::{self, DraftWords},
};
use serde_json::{Value, json};
use shared::{
    Error,
    workflow::{Definition, Input, InputKind, Step, StepAction, TemplateView},
};

use crate::domain::odoo_methods::{Business, CATALOGUE};

/// A draft that a template begins.
pub(super) struct Begun {
    /// Its name.
    pub(super) name: String,
    /// What it is for.
    pub(super) description: String,
    /// What it does.
    pub(super) definition: Definition,
}

/// What can be begun with.
pub(super) fn templates() -> Vec<TemplateView> {
    CATALOGUE.iter().filter_map(template).collect()
}

/// The draft that the template of this id begins, in this language.
///
/// # Errors
/// When there is no such template.
pub(super) fn begin(template: &str, language: Locale) -> Result<Begun, Error> {
    let business =
        CATALOGUE.iter().find(|business| id_of(business) == template).ok_or(Error::NotFound)?;
    let words = words_of(business, language);
    let definition = from_business(business, &words);
    let DraftWords { name, description, record: _, find: _ } = words;
    Ok(Begun { name, description, definition })
}

fn id_of(business: &Business) -> String {
    format!("{}.{}", business.model, business.method)
}

fn title_of(business: &Business) -> String {
    let mut letters = business.does.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Wizards are answered by the key whose call returned them, so they are no templates.
fn template(business: &Business) -> Option<TemplateView> {
    (!business.states.is_empty()).then(|| TemplateView {
        id: id_of(business),
        title: title_of(business),
        states: business.states.join(", "),
    })
}

fn words_of(business: &Business, language: Locale) -> DraftWords {
    let (id, title) = (id_of(business), title_of(business));
    in_locale(language, || words::draft(&id, &title, business.model))
}

/// A sequence that looks whether the record is in a state that Odoo takes, and then acts.
fn from_business(business: &Business, words: &DraftWords) -> Definition {
    let object = |value: Value| match value {
        Value::Object(fields) => fields,
        other => unreachable!("arguments are an object, not {other}"),
    };
    let mut domain = vec![json!(["id", "=", { "$": "input.record" }])];
    let mut fields = vec!["display_name"];
    if !business.states.is_empty() {
        domain.push(json!(["state", "in", business.states]));
        fields.push("state");
    }
    Definition {
        inputs: vec![Input {
            name: "record".to_owned(),
            label: words.record.clone(),
            kind: InputKind::Record,
        }],
        steps: vec![
            Step {
                name: "find".to_owned(),
                title: words.find.clone(),
                action: StepAction::Query,
                arguments: object(
                    json!({ "model": business.model, "domain": domain, "fields": fields }),
                ),
            },
            Step {
                name: "act".to_owned(),
                title: words.name.clone(),
                action: StepAction::Execute,
                arguments: object(json!({
                    "model": business.model,
                    "method": business.method,
                    "ids": { "$": "steps.find.records.*.id" },
                })),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_sequence_without_faults() {
        for business in &CATALOGUE {
            let words = words_of(business, Locale::en);
            assert_eq!(words.name, title_of(business).replace('\'', "’"));
            assert_eq!(from_business(business, &words).check(), Ok(()), "{business:?}");
        }
    }

    #[test]
    fn every_template_has_its_words_in_every_language() {
        for template in CATALOGUE.iter().filter_map(template) {
            assert!(words::template(&template.id).is_some(), "{}", template.id);
        }
        // Nobody is asked for a "record of purchase.order".
        for business in CATALOGUE.iter().filter(|business| template(business).is_some()) {
            let asked = |language| words_of(business, language).record;
            for question in [asked(Locale::en), asked(Locale::fr)] {
                assert!(!question.contains(business.model), "{question}");
            }
            assert_ne!(asked(Locale::fr), asked(Locale::en), "{business:?}");
        }
    }
}
