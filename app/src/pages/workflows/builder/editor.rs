//! What the parts of the builder share: the form, what is wrong with it, and what Odoo offers.

use std::{collections::HashMap, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use shared::{
    Error,
    id::{CompanyId, WorkflowId},
    workflow::FlawProblem,
    workflow_catalog::{AskModel, FieldView, FindModels, ModelChoice, ModelView, Offered},
    workflow_form::{Form, Found, Part, Row, StepForm, ValueKind},
};

use crate::{
    error::Answer,
    server_fns::workflows::{ask_model, find_models},
    words,
};

/// The builder, as its parts see it. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub(super) company: CompanyId,
    /// `None` for a new one.
    pub(super) workflow: Option<WorkflowId>,
    pub(super) name: RwSignal<String>,
    pub(super) form: RwSignal<Form>,
    pub(super) found: Memo<Vec<Found>>,
    pub(super) catalog: Catalog,
    /// Whether names and JSON are shown.
    pub(super) is_advanced: RwSignal<bool>,
    /// The inputs that had nothing to be tried with when something was to be tried.
    pub(super) untried: RwSignal<Vec<Row>>,
    /// Whether the last saving or trying was refused for what is wrong: then what is missing is wrong too.
    pub(super) is_refused: RwSignal<bool>,
}

impl Editor {
    /// Something of a step, read again when it changes.
    pub(super) fn of_step<T: PartialEq + Send + Sync + 'static>(
        self,
        row: Row,
        read: impl Fn(&StepForm) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.form.with(|form| form.step(row).map(&read)))
    }

    /// Changes a step.
    pub(super) fn change(self, row: Row, change: impl FnOnce(&mut StepForm)) {
        self.form.update(|form| {
            if let Some(step) = form.step_mut(row) {
                change(step);
            }
        });
    }

    /// The step's model.
    pub(super) fn model(self, row: Row) -> Memo<String> {
        Memo::new(move |_| {
            self.form.with(|form| form.step(row).map(|step| step.model.clone())).unwrap_or_default()
        })
    }

    /// What is wrong at a place, in words.
    pub(super) fn problem(self, row: Row, part: Part, line: Row) -> Memo<Option<String>> {
        self.problem_once(Signal::stored(true), row, part, line)
    }

    /// The same, but that something is missing is wrong only once it is begun.
    pub(super) fn problem_once(
        self,
        is_begun: Signal<bool>,
        row: Row,
        part: Part,
        line: Row,
    ) -> Memo<Option<String>> {
        Memo::new(move |_| {
            let is_begun = is_begun.get();
            self.found.with(|found| {
                let here = |one: &&Found| {
                    one.row == row
                        && one.part == part
                        && one.line == line
                        && (is_begun || one.problem != FlawProblem::Required)
                };
                found.iter().find(here).map(|one| words::flaw_sentence(&one.problem))
            })
        })
    }

    /// Whether an input has to be given something that it can be tried with. It is told once something was to be tried.
    pub(super) fn is_untried(self, row: Row) -> Signal<bool> {
        Signal::derive(move || {
            self.untried.with(|rows| rows.contains(&row))
                && self.form.with(|form| form.untried().contains(&row))
        })
    }

    /// A field of a step's model, once Odoo has said what there is.
    pub(super) fn field(self, model: &str, name: &str) -> Option<FieldView> {
        let model = self.catalog.get(model)?;
        model.fields.iter().find(|field| field.name == name).cloned()
    }

    /// Of which kind a field is.
    pub(super) fn kind_of(self, model: &str, name: &str) -> Option<ValueKind> {
        if name == "id" {
            return Some(ValueKind::Record);
        }
        self.field(model, name).map(|field| field.kind)
    }

    /// The model that a field leads to.
    pub(super) fn relation(self, model: &str, name: &str) -> Option<String> {
        if name == "id" {
            return Some(model.to_owned());
        }
        self.field(model, name)?.relation
    }
}

/// What Odoo was asked about models, and has answered.
#[derive(Clone, Copy)]
pub(super) struct Catalog {
    company: CompanyId,
    models: RwSignal<HashMap<String, Known>>,
    /// Models that searches have found.
    pub(super) choices: RwSignal<Vec<ModelChoice>>,
    /// Why they cannot be looked for.
    pub(super) problem: RwSignal<Option<String>>,
    /// The names of records that were looked up, by model and id.
    pub(super) records: RwSignal<HashMap<(String, i64), String>>,
}

/// What is known of a model.
#[derive(Clone)]
enum Known {
    Asked,
    Here(Arc<ModelView>),
    Failed(Error),
}

impl Known {
    /// Whether Aidoo was not reached, or could not reach Odoo.
    fn has_failed(&self) -> bool {
        match self {
            Self::Asked => false,
            Self::Here(view) => {
                view.problem.as_ref().is_some_and(|problem| problem.cause.may_pass())
            }
            Self::Failed(_) => true,
        }
    }
}

impl Catalog {
    pub(super) fn new(company: CompanyId) -> Self {
        Self {
            company,
            models: RwSignal::default(),
            choices: RwSignal::default(),
            problem: RwSignal::default(),
            records: RwSignal::default(),
        }
    }

    /// Asks for a model, unless that was done. Where the network failed it is asked again.
    pub(super) fn want(self, model: &str) {
        let is_known = self
            .models
            .with_untracked(|models| models.get(model).is_some_and(|known| !known.has_failed()));
        if is_known || model.is_empty() {
            return;
        }
        let model = model.to_owned();
        self.models.update(|models| {
            models.insert(model.clone(), Known::Asked);
        });
        spawn_local(async move {
            let input = AskModel { company: self.company, model: model.clone() };
            let known = match ask_model(input).await {
                Ok(view) => Known::Here(Arc::new(view)),
                Err(error) => Known::Failed(error.0),
            };
            // The builder may be closed by now.
            let _ = self.models.try_update(|models| models.insert(model, known));
        });
    }

    /// The model, once it is known.
    pub(super) fn get(self, model: &str) -> Option<Arc<ModelView>> {
        self.models.with(|models| match models.get(model) {
            Some(Known::Here(view)) => Some(Arc::clone(view)),
            _ => None,
        })
    }

    /// Why nothing is known of the model: Odoo says so, or was not reached.
    pub(super) fn failure(self, model: &str) -> Option<String> {
        self.models.with(|models| match models.get(model) {
            Some(Known::Here(view)) => view.problem.as_ref().map(words::not_offered),
            Some(Known::Failed(error)) => Some(words::error(error)),
            _ => None,
        })
    }

    /// Whether the model is being asked for.
    pub(super) fn is_asked(self, model: &str) -> bool {
        self.models.with(|models| matches!(models.get(model), Some(Known::Asked)))
    }

    /// Whether nothing is known of the model for a reason that may pass.
    pub(super) fn has_failed(self, model: &str) -> bool {
        self.models.with(|models| models.get(model).is_some_and(Known::has_failed))
    }

    /// What was found; why nothing could be looked for is told above the builder, until something can.
    pub(super) fn found<T>(self, answer: Answer<Offered<T>>) -> Option<Vec<T>> {
        let (found, problem) = match answer {
            Ok(Offered { found, problem }) => {
                (Some(found), problem.as_ref().map(words::not_offered))
            }
            Err(error) => (None, Some(words::error(&error.0))),
        };
        // The builder may be closed by now.
        let _ = self.problem.try_set(problem);
        found
    }

    /// Looks for models; what is found is added to the choices.
    pub(super) fn search(self, search: String) {
        spawn_local(async move {
            let word = search.trim().to_lowercase();
            let answer = find_models(FindModels { company: self.company, search }).await;
            let Some(offered) = self.found(answer) else { return };
            let _ = self.choices.try_update(|choices| {
                for mut found in offered {
                    // A browser offers only what holds the word, and people's words are not always Odoo's.
                    let is_named =
                        found.name.to_lowercase().contains(&word) || found.model.contains(&word);
                    if !is_named {
                        found.name = format!("{} · {word}", found.name);
                    }
                    match choices.iter_mut().find(|one| one.model == found.model) {
                        Some(known) => *known = found,
                        None => choices.push(found),
                    }
                }
            });
        });
    }
}
