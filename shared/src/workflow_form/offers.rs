//! What can stand in the place of a value: inputs, and what earlier steps give.

use super::{Form, Of, ReportTask, Row, Source, StepForm, ValueKind, input_value};
use crate::workflow::StepAction;

/// What a part of a step's answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// What an input says.
    Input,
    /// All records that it found, read or made.
    AllRecords,
    /// The first of them.
    FirstRecord,
    /// A field of all of them.
    AllOf(String),
    /// A field of the first.
    FirstOf(String),
    /// How many there are.
    Total,
    /// What the method returned.
    Returned,
    /// The record that Odoo would show next.
    Opened,
    /// The link to the file.
    Link,
    /// Something else: its path.
    Other(String),
}

/// Something that can be chosen instead of a fixed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The input or the step.
    pub of: Of,
    /// The path within its answer.
    pub path: String,
    /// What it is.
    pub given: Given,
    /// Of which kind it is, as far as that is known.
    pub kind: ValueKind,
}

impl Offer {
    /// The source that it stands for.
    #[must_use]
    pub fn source(&self) -> Source {
        Source { of: self.of.clone(), path: self.path.clone(), is_wrapped: false }
    }
}

/// Of which kind a field of a model is, if that is known.
pub type KindOf<'a> = &'a dyn Fn(&str, &str) -> Option<ValueKind>;

impl Form {
    /// What may stand where the step at `row` wants a value of kind `wanted`.
    #[must_use]
    pub fn offers(&self, row: Row, wanted: ValueKind, kind_of: KindOf<'_>) -> Vec<Offer> {
        let inputs = self.inputs.iter().map(|input| Offer {
            of: Of::Input(input.row),
            path: String::new(),
            given: Given::Input,
            kind: input_value(input.kind),
        });
        let earlier = self.steps.iter().take_while(|step| step.row != row);
        inputs
            .chain(earlier.flat_map(|step| step.gives(kind_of)))
            .filter(|offer| wanted.takes(offer.kind))
            .collect()
    }

    /// What a source is, also one that nothing offers.
    #[must_use]
    pub fn given(&self, source: &Source, kind_of: KindOf<'_>) -> Given {
        match &source.of {
            Of::Input(_) => Given::Input,
            Of::Gone(reference) => Given::Other(reference.clone()),
            Of::Step(row) => {
                let step = self.step(*row);
                let offers = step.map(|step| step.gives(kind_of)).unwrap_or_default();
                let known = offers.into_iter().find(|offer| offer.path == source.path);
                known.map_or_else(|| Given::Other(source.path.clone()), |offer| offer.given)
            }
        }
    }

    /// The model whose records the input at `row` names, as far as the steps say.
    #[must_use]
    pub fn model_of_input(
        &self,
        row: Row,
        relation: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Option<String> {
        let is_it = |filling: &super::Filling| matches!(filling, super::Filling::From(source) if source.of == Of::Input(row));
        self.steps.iter().find_map(|step| {
            if is_it(&step.ids) {
                return Some(step.model.clone());
            }
            let mut found = None;
            for value in step.values.iter().filter(|value| is_it(&value.value)) {
                found = found.or_else(|| relation(&step.model, &value.field));
            }
            let mut conditions = step.conditions.clone();
            conditions.each(&mut |one| {
                if found.is_none() && is_it(&one.value) {
                    found = match one.field.as_str() {
                        "id" => Some(step.model.clone()),
                        field => relation(&step.model, field),
                    };
                }
            });
            found
        })
    }
}

impl StepForm {
    /// What later steps can take from it.
    #[must_use]
    pub fn gives(&self, kind_of: KindOf<'_>) -> Vec<Offer> {
        let offer = |path: &str, given: Given, kind: ValueKind| Offer {
            of: Of::Step(self.row),
            path: path.to_owned(),
            given,
            kind,
        };
        match self.action {
            StepAction::Query | StepAction::Read => {
                let mut offers = Vec::new();
                if self.action == StepAction::Read || !self.is_count {
                    offers.push(offer("records.*.id", Given::AllRecords, ValueKind::Records));
                    offers.push(offer("records.0.id", Given::FirstRecord, ValueKind::Record));
                    for field in self.fields.iter().filter(|field| *field != "id") {
                        offers.extend(self.field_offers(field, kind_of));
                    }
                }
                if self.action == StepAction::Query {
                    offers.push(offer("total", Given::Total, ValueKind::Whole));
                }
                offers
            }
            StepAction::Create => vec![
                offer("ids", Given::AllRecords, ValueKind::Records),
                offer("ids.0", Given::FirstRecord, ValueKind::Record),
            ],
            StepAction::Write => vec![
                offer("ids", Given::AllRecords, ValueKind::Records),
                offer("ids.0", Given::FirstRecord, ValueKind::Record),
            ],
            StepAction::Execute => vec![
                offer("opens.id", Given::Opened, ValueKind::Record),
                offer("result", Given::Returned, ValueKind::Json),
            ],
            StepAction::Report => match self.task {
                ReportTask::Figures | ReportTask::List => Vec::new(),
                ReportTask::Pdf | ReportTask::Extract => {
                    vec![offer("url", Given::Link, ValueKind::Text)]
                }
            },
        }
    }

    /// A field of what was found: relations are told as id and name, times with UTC beside.
    fn field_offers(&self, field: &str, kind_of: KindOf<'_>) -> Vec<Offer> {
        // What lies behind a dot is told under its whole path, which no reference can name.
        if field.contains('.') {
            return Vec::new();
        }
        let kind = kind_of(&self.model, field);
        let within = match kind {
            Some(ValueKind::Record) => ".id",
            Some(ValueKind::DateTime) => ".utc",
            _ => "",
        };
        let kind = kind.unwrap_or(ValueKind::Json);
        let one = Offer {
            of: Of::Step(self.row),
            path: format!("records.0.{field}{within}"),
            given: Given::FirstOf(field.to_owned()),
            // Odoo takes no UTC text with letters in it back.
            kind: if kind == ValueKind::DateTime { ValueKind::Text } else { kind },
        };
        let listed = match kind {
            ValueKind::Record => ValueKind::Records,
            ValueKind::Text => ValueKind::Texts,
            _ => return vec![one],
        };
        let all = Offer {
            path: format!("records.*.{field}{within}"),
            given: Given::AllOf(field.to_owned()),
            kind: listed,
            ..one.clone()
        };
        vec![one, all]
    }
}
