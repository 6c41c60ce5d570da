//! The workflows of a company.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::{
    activity::CallResult,
    confirmation::Preview,
    id::{WorkflowId, WorkflowRunId},
    time::TimeView,
    workflow::{
        self, Definition, DraftView, Input, PastVersion, StepAction, StepOutcome, VersionView,
    },
};

use super::{Found, Unread};
use crate::{
    texts::text,
    words::{self, CallProblem},
};

/// [`shared::workflow::WorkflowsView`] in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workflows {
    /// All workflows that the viewer may see.
    pub workflows: Vec<Workflow>,
    /// What a draft can begin with.
    pub templates: Vec<Template>,
    /// The newest runs that the viewer may see.
    pub runs: Vec<Run>,
}

/// A business action of Odoo that a draft can begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// `sale.order.action_confirm`.
    pub id: String,
    /// What it does, its id, and the states in which Odoo takes it.
    pub label: String,
}

/// One workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What its draft does.
    pub flow: Flow,
    /// Whether something is wrong with the draft.
    pub has_flaws: bool,
    /// Whether every step of the draft was tried on screen.
    pub is_tried: bool,
    /// The version in force.
    pub version: Option<VersionView>,
    /// What was validated so far, the newest first.
    pub history: Vec<PastVersion>,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: TimeView,
}

/// One that is to be changed or taken away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Draft {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// Whether a version of it is in force.
    pub is_validated: bool,
    /// All of it, for the builder.
    pub whole: Unread<DraftView>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Which.
    pub id: WorkflowRunId,
    /// The workflow's name.
    pub workflow: String,
    /// Which version of it.
    pub version: String,
    /// As whom it ran.
    pub person: String,
    /// Which key asked; empty when that is gone.
    pub by: String,
    /// When it began.
    pub started_at: TimeView,
    /// How long it took; nothing while it runs.
    pub took: Option<String>,
    /// How it ended.
    pub result: CallResult,
    /// The same in a word or two.
    pub ended: String,
    /// Its steps.
    pub steps: Vec<Ran>,
}

/// What became of a step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// The step, and what became of it.
    pub sentence: String,
    /// What became of it.
    pub outcome: StepOutcome,
    /// How long it took, if it was begun.
    pub took: Option<String>,
    /// Why it did not end well.
    pub problem: Option<CallProblem>,
}

/// What a workflow does, as it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// What whoever runs it has to say: the label, and of what kind it is.
    pub inputs: Vec<(String, String)>,
    /// What happens, in this order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What a person reads.
    pub title: String,
    /// What it calls.
    pub action: StepAction,
    /// What it does, in a word or two.
    pub kind: String,
    /// On which model; empty when on none.
    pub model: String,
    /// What the method that it calls does.
    pub does: Option<String>,
    /// What it takes, in the order in which it is written.
    pub takes: Vec<Taken>,
    /// The arguments as they are, written for people.
    pub exactly: String,
}

/// What a step takes, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// From whoever runs the workflow.
    Input(String),
    /// From an earlier step.
    Step(String),
}

/// What trying a step gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The step's name; none for the inputs, which are looked at before the first one.
    pub name: Option<String>,
    /// What it answered; of a step that would change something, nothing.
    pub answer: Option<Found>,
    /// What it would change.
    pub preview: Option<Preview>,
    /// Why it did not work.
    pub problem: Option<CallProblem>,
    /// The title of the earlier step without whose result it cannot be tried: one that would change something.
    pub waits_for: Option<String>,
}

#[cfg(feature = "ssr")]
impl From<workflow::WorkflowsView> for Workflows {
    fn from(view: workflow::WorkflowsView) -> Self {
        let workflow::WorkflowsView { workflows, templates, runs } = view;
        let templates = templates
            .into_iter()
            .map(|workflow::TemplateView { id, title, states }| {
                let title = words::template(&id).unwrap_or(&title);
                Template { label: format!("{title} — {id} ({states})"), id }
            })
            .collect();
        Self {
            workflows: workflows.into_iter().map(Workflow::from).collect(),
            templates,
            runs: runs.into_iter().map(Run::from).collect(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<workflow::RunView> for Run {
    fn from(run: workflow::RunView) -> Self {
        let workflow::RunView {
            id,
            workflow,
            number,
            person,
            started_at,
            took_ms,
            key_name,
            result,
            steps,
        } = run;
        let by = if key_name.is_empty() {
            String::new()
        } else {
            text!(workflows.by_key, key = key_name)
        };
        Self {
            id,
            workflow,
            version: text!(workflows.run_version, number = number),
            person,
            by,
            started_at,
            took: took_ms.map(words::duration),
            result,
            ended: words::result(result).to_owned(),
            steps: steps.into_iter().map(Ran::from).collect(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<workflow::RanStep> for Ran {
    fn from(step: workflow::RanStep) -> Self {
        let workflow::RanStep { title, outcome, cause, problem, duration_ms } = step;
        Self {
            sentence: text!(
                workflows.step_outcome,
                title = title,
                outcome = words::outcome(outcome)
            ),
            took: (outcome != StepOutcome::NotDone).then(|| words::duration(duration_ms)),
            outcome,
            problem: words::call_problem(cause, problem),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<workflow::WorkflowView> for Workflow {
    fn from(view: workflow::WorkflowView) -> Self {
        let workflow::WorkflowView {
            id,
            name,
            description,
            definition,
            flaws,
            is_tried,
            version,
            history,
            changed_by,
            changed_at,
        } = view;
        Self {
            id,
            name,
            description,
            flow: definition.into(),
            has_flaws: !flaws.is_empty(),
            is_tried,
            version,
            history,
            changed_by,
            changed_at,
        }
    }
}

#[cfg(feature = "ssr")]
impl TryFrom<DraftView> for Draft {
    type Error = serde_json::Error;

    fn try_from(view: DraftView) -> Result<Self, Self::Error> {
        let whole = Unread::of(&view)?;
        let DraftView { id, name, is_validated, .. } = view;
        Ok(Self { id, name, is_validated, whole })
    }
}

#[cfg(feature = "ssr")]
impl From<workflow::TriedStep> for Tried {
    fn from(step: workflow::TriedStep) -> Self {
        let workflow::TriedStep { name, answer, preview, problem, why, waits_for } = step;
        let problem = problem.and_then(|sentence| match why {
            Some(workflow::TryCause::FoundNothing { number, title }) => Some(CallProblem {
                said: text!(builder.nothing_to_take, number = number, title = title),
                told: None,
            }),
            Some(workflow::TryCause::FoundMore { number, title, total: Some(found), given }) => {
                let said = text!(
                    builder.hands_on_part,
                    number = number,
                    title = title,
                    found = found,
                    given = given
                );
                Some(CallProblem { said, told: None })
            }
            Some(workflow::TryCause::FoundMore { number, title, total: None, given }) => {
                let said =
                    text!(builder.hands_on_first, number = number, title = title, given = given);
                Some(CallProblem { said, told: None })
            }
            Some(workflow::TryCause::FoundTooMuch { number, title, given }) => {
                let said = text!(
                    builder.hands_on_what_fits,
                    number = number,
                    title = title,
                    given = given
                );
                Some(CallProblem { said, told: None })
            }
            Some(workflow::TryCause::Call(cause)) => {
                words::call_problem(Some(cause), Some(sentence))
            }
            None => Some(CallProblem { said: sentence, told: None }),
        });
        Self {
            name,
            answer: answer.map(Found::from),
            preview: preview.map(words::preview),
            problem,
            waits_for,
        }
    }
}

// The builder draws what nobody has saved yet.
impl From<Definition> for Flow {
    fn from(definition: Definition) -> Self {
        let takes: Vec<_> = (0..definition.steps.len()).map(|at| definition.takes(at)).collect();
        let titles: Vec<_> = definition.steps.iter().map(|step| step.title.clone()).collect();
        let Definition { inputs, steps } = definition;
        let inputs = inputs
            .into_iter()
            .map(|Input { label, kind, .. }| (label, words::input_kind(kind).to_owned()))
            .collect();
        let taken = |taken| match taken {
            workflow::Taken::Input(label) => {
                Taken::Input(text!(workflows.takes_input, label = words::isolated(&label)))
            }
            workflow::Taken::Step(of, path) => {
                let title = titles.get(of).cloned().unwrap_or_default();
                let what = words::given_path(&path);
                Taken::Step(text!(
                    workflows.takes_step,
                    number = of + 1,
                    title = title,
                    what = what
                ))
            }
        };
        let steps = steps
            .into_iter()
            .zip(takes)
            .map(|(step, takes)| Step::of(step, takes.into_iter().map(taken).collect()))
            .collect();
        Self { inputs, steps }
    }
}

impl Step {
    fn of(step: workflow::Step, takes: Vec<Taken>) -> Self {
        let workflow::Step { name: _, title, action, arguments } = step;
        let argument =
            |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (model, method) = (argument("model"), argument("method"));
        let does = (!method.is_empty())
            .then(|| words::method(&model, &method, None).map_or(method, str::to_owned));
        Self {
            title,
            action,
            kind: words::step_action(action).to_owned(),
            model,
            does,
            takes,
            exactly: serde_json::to_string_pretty(&arguments).unwrap_or_default(),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use serde_json::json;
    use shared::call_cause::CallCause;

    use super::*;
    use crate::texts::{Locale, in_locale};

    fn flow(locale: Locale) -> Flow {
        let definition: Definition = serde_json::from_value(json!({
            "inputs": [{ "name": "customer", "label": "Whom", "kind": "record" }],
            "steps": [
                { "name": "find", "title": "Find them", "action": "query", "arguments": {
                    "model": "sale.order", "domain": [["partner_id", "=", { "$": "input.customer" }]],
                } },
                { "name": "confirm", "title": "Confirm them", "action": "execute", "arguments": {
                    "model": "sale.order", "method": "action_confirm",
                    "ids": { "$": "steps.find.records.*.id" },
                } },
            ],
        }))
        .expect("a definition");
        in_locale(locale, || definition.into())
    }

    #[test]
    fn a_flow_says_what_each_step_takes_from_whom() {
        let Flow { inputs, steps } = flow(Locale::en);
        assert_eq!(
            inputs,
            [(
                "Whom".to_owned(),
                words::input_kind(shared::workflow::InputKind::Record).to_owned()
            )]
        );
        assert_eq!(steps[0].takes, [Taken::Input("takes “Whom”".to_owned())]);
        assert_eq!((steps[0].model.as_str(), steps[0].does.as_ref()), ("sale.order", None));
        let first = "takes all the records of step 1, “Find them”".to_owned();
        assert_eq!(steps[1].takes, [Taken::Step(first)]);
        assert_eq!(steps[1].does.as_deref(), words::template("sale.order.action_confirm"));
        assert!(steps[1].exactly.contains("\"method\": \"action_confirm\""));
    }

    #[test]
    fn a_flow_is_told_in_the_language_of_the_request() {
        let steps = flow(Locale::fr).steps;
        assert_eq!(steps[0].takes, [Taken::Input("utilise «\u{a0}Whom\u{a0}»".to_owned())]);
        assert_ne!(steps[0].kind, flow(Locale::en).steps[0].kind);
        assert_eq!(steps[0].title, "Find them");
    }

    #[test]
    fn why_a_step_could_not_be_tried_is_said_in_the_language_of_the_request() {
        let told = |locale, why: Option<workflow::TryCause>| {
            let step = workflow::TriedStep {
                name: Some("act".to_owned()),
                answer: None,
                preview: None,
                problem: Some("argument ids: must be ids".to_owned()),
                why,
                waits_for: None,
            };
            in_locale(locale, || Tried::from(step)).problem.unwrap()
        };
        let nothing = || {
            let title = "Find them".to_owned();
            Some(workflow::TryCause::FoundNothing { number: 1, title })
        };
        let english = told(Locale::en, nothing());
        assert_eq!(english.said, "Step 1, “Find them”, found nothing that this step could take.");
        let french = told(Locale::fr, nothing()).said;
        assert!(french.starts_with("L’étape 1, «\u{a0}Find them\u{a0}»,"), "{french}");
        let title = || "Find them".to_owned();
        let more =
            |total| workflow::TryCause::FoundMore { number: 1, title: title(), total, given: 50 };
        let too_much = workflow::TryCause::FoundTooMuch { number: 1, title: title(), given: 37 };
        for (why, english, french) in [
            (more(Some(120)), "found 120 records and hands on 50.", "a trouvé 120 enregistrements"),
            (more(None), "hands on the first 50, and there may be more.", "les 50 premiers"),
            (too_much, "hands on the first 37, as its answer", "les 37 premiers"),
        ] {
            let said = told(Locale::en, Some(why.clone())).said;
            assert!(said.starts_with(&format!("Step 1, “Find them”, {english}")), "{said}");
            let said = told(Locale::fr, Some(why)).said;
            assert!(said.starts_with("L’étape 1, «\u{a0}Find them\u{a0}»,"), "{said}");
            assert!(said.contains(french), "{said}");
        }
        for locale in [Locale::en, Locale::fr] {
            let argument = told(locale, Some(workflow::TryCause::Call(CallCause::Argument)));
            assert!(!argument.said.contains("ids"), "{argument:?}");
            assert_eq!(argument.told.as_deref(), Some("argument ids: must be ids"));
            let missing = told(locale, Some(workflow::TryCause::Call(CallCause::NoSuchModel)));
            assert_eq!(missing.told, None);
            assert_eq!(
                told(locale, None).said,
                "argument ids: must be ids",
                "it has no other words"
            );
        }
    }

    #[test]
    fn a_run_says_what_became_of_each_step() {
        let step = |outcome: StepOutcome, cause: Option<CallCause>| workflow::RanStep {
            title: "Confirm them".to_owned(),
            outcome,
            cause,
            problem: None,
            duration_ms: 1_250,
        };
        let told = |locale, step| in_locale(locale, || Ran::from(step));
        let failed = told(Locale::en, step(StepOutcome::Failed, Some(CallCause::Limit)));
        assert_eq!(failed.sentence, "Confirm them: failed");
        assert_eq!(failed.took.as_deref(), Some("1.2 s"));
        assert_eq!(failed.problem, words::call_problem(Some(CallCause::Limit), None));
        let waited = told(Locale::fr, step(StepOutcome::NotDone, None));
        assert_eq!((waited.took, waited.problem), (None, None));
        assert_eq!(waited.outcome, StepOutcome::NotDone);
        assert_ne!(waited.sentence, told(Locale::en, step(StepOutcome::NotDone, None)).sentence);
    }
}
