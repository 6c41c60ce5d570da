//! Workflows: sequences of steps that a person builds and validates on screen, and a key then runs.
//!
//! A step calls one of the tools. Its arguments are literals, but for places where a value may stand:
//! there `{"$": "input.customer"}` takes an input, and `{"$": "steps.find.records.0.id"}` what an earlier
//! step answered. Models, methods, fields and operators are literals always, and what was filled in is
//! never read as a reference again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    activity::CallResult,
    call_cause::CallCause,
    confirmation::Preview,
    id::{CompanyId, WorkflowId, WorkflowRunId, WorkflowVersionId},
    permission::Permission,
    time::TimeView,
    workflow_form::ValueKind,
};

/// The most steps of a workflow.
pub const MAX_STEPS: usize = 20;
/// The most inputs of a workflow.
pub const MAX_INPUTS: usize = 20;

/// What a workflow does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Definition {
    /// What whoever runs it has to say.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// What happens, in this order.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// A value that whoever runs the workflow gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// How steps refer to it.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// What kind of value it takes.
    pub kind: InputKind,
}

/// The kinds of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A text.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, as 2026-11-24.
    Date,
    /// True or false.
    Boolean,
    /// The id of a record.
    Record,
    /// The ids of records.
    Records,
}

impl InputKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Number, Self::Date, Self::Boolean, Self::Record, Self::Records];

    /// The name in definitions: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Record => "record",
            Self::Records => "records",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether `value` is one of this kind.
    #[must_use]
    pub fn takes(self, value: &Value) -> bool {
        let is_id = |value: &Value| {
            value.as_i64().is_some_and(|id| (1..=i64::from(i32::MAX)).contains(&id))
        };
        match self {
            Self::Text => value.as_str().is_some_and(|text| text.chars().count() <= 10_000),
            Self::Number => value.is_number(),
            Self::Date => value.as_str().is_some_and(is_date),
            Self::Boolean => value.is_boolean(),
            Self::Record => is_id(value),
            Self::Records => value
                .as_array()
                .is_some_and(|ids| (1..=500).contains(&ids.len()) && ids.iter().all(is_id)),
        }
    }
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// How later steps refer to it.
    pub name: String,
    /// What a person reads.
    pub title: String,
    /// Which tool it calls.
    pub action: StepAction,
    /// The tool's arguments.
    pub arguments: Map<String, Value>,
}

/// The tools that a step can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepAction {
    /// `aidoo_query`.
    #[default]
    Query,
    /// `aidoo_read`.
    Read,
    /// `aidoo_create`.
    Create,
    /// `aidoo_write`.
    Write,
    /// `aidoo_execute`.
    Execute,
    /// `aidoo_report`.
    Report,
}

impl StepAction {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Query, Self::Read, Self::Create, Self::Write, Self::Execute, Self::Report];

    /// The name in definitions: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Read => "read",
            Self::Create => "create",
            Self::Write => "write",
            Self::Execute => "execute",
            Self::Report => "report",
        }
    }

    /// The action of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// Whether it can change data.
    #[must_use]
    pub const fn changes(self) -> bool {
        matches!(self, Self::Create | Self::Write | Self::Execute)
    }

    /// The permission that its tool belongs to.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Query => Permission::Query,
            Self::Read => Permission::Read,
            Self::Create => Permission::Create,
            Self::Write => Permission::Write,
            Self::Execute => Permission::Execute,
            Self::Report => Permission::Report,
        }
    }

    /// What may be filled in within an argument of this name.
    fn room(self, argument: &str) -> Room {
        match (self, argument) {
            (Self::Query | Self::Report, "domain") => Room::Domain,
            (Self::Query, "name" | "limit" | "offset")
            | (Self::Read | Self::Write | Self::Execute, "ids")
            | (Self::Report, "ids" | "limit") => Room::Value,
            (Self::Create | Self::Write, "values") => Room::Values,
            (Self::Create, "records") => Room::Records,
            (Self::Write, "changes") => Room::Changes,
            (Self::Execute, "kwargs") => Room::Keywords,
            _ => Room::None,
        }
    }
}

impl Definition {
    /// Whether a run can change data.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.steps.iter().any(|step| step.action.changes())
    }

    /// What the step at this place takes from inputs and earlier steps, each once, in the order in which it is
    /// written.
    #[must_use]
    pub fn takes(&self, at: usize) -> Vec<Taken> {
        let mut taken = Vec::new();
        let Some(step) = self.steps.get(at) else { return taken };
        for value in step.arguments.values() {
            each_reference(value, &mut |reference| {
                let mut parts = reference.splitn(3, '.');
                let (kind, name) = (parts.next(), parts.next().unwrap_or_default());
                let path = parts.next().unwrap_or_default().to_owned();
                let found = match kind {
                    Some("input") => self
                        .inputs
                        .iter()
                        .find(|input| input.name == name)
                        .map(|input| Taken::Input(input.label.clone())),
                    Some("steps") => self.steps[..at]
                        .iter()
                        .position(|step| step.name == name)
                        .map(|of| Taken::Step(of, path)),
                    _ => None,
                };
                taken.extend(found.filter(|found| !taken.contains(found)));
            });
        }
        taken
    }

    /// Checks names, references, and that only values are filled in.
    ///
    /// # Errors
    /// Everything that is wrong, by the place where it is.
    pub fn check(&self) -> Result<(), Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut fail = |place: FlawPlace, problem| flaws.push(Flaw { place, problem });
        if self.steps.is_empty() {
            fail(FlawPlace::Steps, FlawProblem::NoStep);
        }
        if self.steps.len() > MAX_STEPS || self.inputs.len() > MAX_INPUTS {
            fail(FlawPlace::Steps, FlawProblem::TooMany);
        }
        let mut known: Vec<String> = Vec::new();
        for Input { name, label, kind: _ } in &self.inputs {
            let place = || FlawPlace::Input(name.clone());
            if !is_name(name) {
                fail(place(), FlawProblem::InputName);
            }
            if label.trim().is_empty() || label.chars().count() > 80 {
                fail(place(), FlawProblem::Label);
            }
            let reference = format!("input.{name}");
            if known.contains(&reference) {
                fail(place(), FlawProblem::InputTwice);
            }
            known.push(reference);
        }
        for step in &self.steps {
            let place = || FlawPlace::Step(step.name.clone());
            if !is_name(&step.name) {
                fail(place(), FlawProblem::StepName);
            }
            if step.title.trim().is_empty() || step.title.chars().count() > 80 {
                fail(place(), FlawProblem::Title);
            }
            if step.arguments.contains_key("confirm") || step.arguments.contains_key("wizard") {
                fail(place(), FlawProblem::Confirm);
            }
            for (argument, value) in &step.arguments {
                let place = || FlawPlace::argument(step, argument);
                let room = step.action.room(argument);
                if argument == "domain" && value.is_string() {
                    fail(place(), FlawProblem::DomainText);
                }
                check_value(value, room, &mut |found| match found {
                    Found::Flaw(problem) => fail(place(), problem),
                    Found::Reference(reference) => {
                        let of = owner(reference);
                        if !of.is_some_and(|of| known.iter().any(|known| known == of)) {
                            fail(place(), FlawProblem::Unknown(reference.to_owned()));
                        }
                    }
                });
            }
            let reference = format!("steps.{}", step.name);
            if known.contains(&reference) {
                fail(place(), FlawProblem::StepTwice);
            }
            known.push(reference);
        }
        if flaws.is_empty() { Ok(()) } else { Err(flaws) }
    }
}

/// Something that a step takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The input of this label.
    Input(String),
    /// Of the step at this place, what stands at this path of its answer.
    Step(usize, String),
}

fn each_reference(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        value if reference(value).is_some() => visit(reference(value).unwrap_or_default()),
        Value::Array(values) => values.iter().for_each(|value| each_reference(value, visit)),
        Value::Object(fields) => fields.values().for_each(|value| each_reference(value, visit)),
        _ => {}
    }
}

/// Something that is wrong with a definition. The page has the words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// Where.
    pub place: FlawPlace,
    /// What.
    pub problem: FlawProblem,
}

/// Where a flaw is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FlawPlace {
    /// In the whole.
    #[error("steps")]
    Steps,
    /// In the input of this name.
    #[error("input {0}")]
    Input(String),
    /// In the step of this name.
    #[error("step {0}")]
    Step(String),
    /// In an argument of a step.
    #[error("step {step}, {argument}")]
    Argument {
        /// The step's name.
        step: String,
        /// The argument's.
        argument: String,
    },
}

impl FlawPlace {
    /// The argument of this name of `step`.
    #[must_use]
    pub fn argument(step: &Step, argument: &str) -> Self {
        Self::Argument { step: step.name.clone(), argument: argument.to_owned() }
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FlawProblem {
    /// There is no step.
    #[error("add at least one step")]
    NoStep,
    /// There are more steps or inputs than fit.
    #[error("at most {MAX_STEPS} steps and {MAX_INPUTS} inputs are taken")]
    TooMany,
    /// An input's name is none.
    #[error("the name must be small letters, digits and underscores, such as customer")]
    InputName,
    /// An input has no label, or a long one.
    #[error("the label must have 1 to 80 characters")]
    Label,
    /// An input's name is there twice.
    #[error("another input has this name")]
    InputTwice,
    /// A step's name is none.
    #[error("the name must be small letters, digits and underscores, such as find_orders")]
    StepName,
    /// A step has no title, or a long one.
    #[error("the title must have 1 to 80 characters")]
    Title,
    /// A step's name is there twice.
    #[error("another step has this name")]
    StepTwice,
    /// An argument that belongs to a single call.
    #[error("confirm and wizard cannot be part of a step")]
    Confirm,
    /// A domain as text.
    #[error("a domain is a list here, not a text")]
    DomainText,
    /// A reference that leads nowhere.
    #[error("{0} is no input and no earlier step")]
    Unknown(String),
    /// A reference where a literal has to stand.
    #[error(
        "a value cannot be filled in here: models, methods, fields, operators and orders are literals"
    )]
    Literal,
    /// A reference with company.
    #[error("$ stands alone in an object")]
    Alone,
    /// Arguments that are no object.
    #[error("the arguments are no JSON object: line {line}, column {column}")]
    NoJson {
        /// The line of the first mistake, from 1.
        line: usize,
        /// Its column, from 1.
        column: usize,
    },
    /// An argument is missing.
    #[error("is required")]
    Required,
    /// A field gets two values.
    #[error("this field is there twice")]
    FieldTwice,
    /// What is typed is none of this kind.
    #[error("the value cannot be read")]
    NoValue(ValueKind),
    /// A model that the company's guards close.
    #[error("{0} is closed")]
    Closed(String),
    /// A method that the company's guards close.
    #[error("{method}: {why}")]
    MethodClosed {
        /// Model and method.
        method: String,
        /// Why, in English.
        why: String,
    },
    /// A field that nobody reads, and where it stands.
    #[error("{0} is secret")]
    Secret(String),
}

/// `input.NAME` or `steps.NAME` of a reference.
fn owner(reference: &str) -> Option<&str> {
    let (kind, rest) = reference.split_once('.')?;
    if !matches!(kind, "input" | "steps") {
        return None;
    }
    let name = rest.split('.').next()?;
    Some(&reference[..kind.len() + 1 + name.len()])
}

/// The reference that `value` is, if it is one: an object with the one key `$`.
#[must_use]
pub fn reference(value: &Value) -> Option<&str> {
    let object = value.as_object()?;
    (object.len() == 1).then(|| object.get("$"))??.as_str()
}

/// Where values may be filled in. The shape around them is literal: which records, fields, operators and
/// commands there are is what a person has validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    /// Nowhere.
    None,
    /// The value itself, and all within it.
    Value,
    /// The third parts of a domain's conditions.
    Domain,
    /// The values of an object's fields, and of records within them.
    Values,
    /// Each record's values.
    Records,
    /// Each change's id and values.
    Changes,
    /// Each keyword's value, by what the keyword means.
    Keywords,
}

impl Room {
    /// Keywords of Odoo's methods that say what is done, not to what.
    fn of_keyword(name: &str) -> Self {
        match name {
            "domain" => Self::Domain,
            "vals" | "values" | "default" => Self::Values,
            "vals_list" => Self::Records,
            "fields" | "field_names" | "allfields" | "fields_to_export" | "groupby"
            | "group_by" | "aggregates" | "having" | "order" | "orderby" | "specification"
            | "progress_bar" | "load" | "data" | "views" | "options" | "attributes"
            | "operation" | "operator" | "context" | "args" => Self::None,
            _ => Self::Value,
        }
    }
}

/// What is found in a value.
enum Found<'a> {
    Reference(&'a str),
    Flaw(FlawProblem),
}

/// Looks at every place of `value`: reports references, and what may not be one.
fn check_value(value: &Value, room: Room, found: &mut impl FnMut(Found<'_>)) {
    if let Some(reference) = reference(value) {
        if room == Room::Value {
            found(Found::Reference(reference));
        } else {
            found(Found::Flaw(FlawProblem::Literal));
        }
        return;
    }
    match (room, value) {
        (_, Value::Object(fields)) if fields.contains_key("$") => {
            found(Found::Flaw(FlawProblem::Alone));
        }
        (Room::Values, Value::Object(fields)) => {
            for value in fields.values() {
                check_field(value, found);
            }
        }
        (Room::Changes, Value::Object(fields)) => {
            for (name, value) in fields {
                let room = if name == "values" { Room::Values } else { Room::Value };
                check_value(value, room, found);
            }
        }
        (Room::Keywords, Value::Object(fields)) => {
            for (name, value) in fields {
                check_value(value, Room::of_keyword(name), found);
            }
        }
        (room, Value::Object(fields)) => {
            for value in fields.values() {
                check_value(value, room, found);
            }
        }
        (Room::Domain, Value::Array(leaf)) if is_leaf(leaf) => {
            check_value(&leaf[0], Room::None, found);
            check_value(&leaf[1], Room::None, found);
            // These operators take a domain of the related model.
            let is_domain =
                matches!(leaf[1].as_str(), Some("any" | "not any" | "any!" | "not any!"));
            check_value(&leaf[2], if is_domain { Room::Domain } else { Room::Value }, found);
        }
        (room, Value::Array(values)) => {
            let room = if room == Room::Records { Room::Values } else { room };
            for value in values {
                check_value(value, room, found);
            }
        }
        _ => {}
    }
}

/// A field's value may be filled in; of a list of commands, what each is about, but no whole command.
fn check_field(value: &Value, found: &mut impl FnMut(Found<'_>)) {
    match value {
        Value::Array(commands) => {
            for command in commands {
                match command {
                    Value::Array(parts) => {
                        for (at, part) in parts.iter().enumerate() {
                            match part {
                                // The number says what is done: add, change, take out.
                                part if at == 0 => check_value(part, Room::None, found),
                                Value::Object(_) if reference(part).is_none() => {
                                    check_value(part, Room::Values, found);
                                }
                                part => check_value(part, Room::Value, found),
                            }
                        }
                    }
                    other => check_value(other, Room::None, found),
                }
            }
        }
        value => check_value(value, Room::Value, found),
    }
}

fn is_leaf(list: &[Value]) -> bool {
    list.len() == 3
        && !list[0].is_array()
        && !matches!(list[0].as_str(), Some("&" | "|" | "!"))
        && !list[1].is_array()
}

/// Whether the text can name an input or a step.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && text.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
}

/// Why a reference cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// There is nothing where it leads.
    #[error("{0} is not there: an earlier step found nothing, or the input is missing")]
    Missing(String),
    /// What is there has a shape of its own.
    #[error("{0} is more than a value: name a field of it, such as its id")]
    Shaped(String),
}

/// Fills references in: `scope` has what inputs and earlier steps hold, as `{"input": {…}, "steps": {…}}`.
/// What is filled in is a value, or a list of values, and is not looked at again.
///
/// # Errors
/// The first reference that leads nowhere, or to more than values.
pub fn fill(value: &Value, scope: &Value) -> Result<Value, Unfilled> {
    if let Some(reference) = reference(value) {
        let found =
            look_up(scope, reference).ok_or_else(|| Unfilled::Missing(reference.to_owned()))?;
        // Whatever has a shape of its own could bring fields, operators or commands along.
        let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
        let is_plain = match &found {
            Value::Array(values) => values.iter().all(is_scalar),
            value => is_scalar(value),
        };
        return if is_plain { Ok(found) } else { Err(Unfilled::Shaped(reference.to_owned())) };
    }
    Ok(match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), fill(value, scope)?)))
                .collect::<Result<_, Unfilled>>()?,
        ),
        Value::Array(values) => {
            Value::Array(values.iter().map(|value| fill(value, scope)).collect::<Result<_, _>>()?)
        }
        scalar => scalar.clone(),
    })
}

/// The value at a path of names, numbers and `*`, which takes every element of a list.
fn look_up(scope: &Value, path: &str) -> Option<Value> {
    let mut at = scope.clone();
    let mut steps = path.split('.');
    while let Some(step) = steps.next() {
        at = match (&at, step) {
            (Value::Array(values), "*") => {
                let rest: Vec<&str> = steps.collect();
                let rest = rest.join(".");
                let found: Option<Vec<Value>> =
                    values
                        .iter()
                        .map(|value| {
                            if rest.is_empty() {
                                Some(value.clone())
                            } else {
                                look_up(value, &rest)
                            }
                        })
                        .collect();
                return found.filter(|found| !found.is_empty()).map(Value::Array);
            }
            (Value::Array(values), index) => values.get(index.parse::<usize>().ok()?)?.clone(),
            (Value::Object(fields), name) => fields.get(name)?.clone(),
            _ => return None,
        };
    }
    Some(at)
}

/// Saves a workflow's draft; a new one where none is named. What was validated is retired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Which; `None` makes a new one.
    pub workflow: Option<WorkflowId>,
    /// Its name.
    pub name: String,
    /// One or two sentences for those who choose it, people and models.
    pub description: String,
    /// What it does.
    pub definition: Definition,
}

/// Names a workflow.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct NameWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub workflow: WorkflowId,
}

/// Names a validated version.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AcceptWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Which version.
    pub version: WorkflowVersionId,
}

/// Makes a draft from a business action of Odoo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UseTemplate {
    /// The company.
    pub company: CompanyId,
    /// Which: `sale.order.action_confirm`.
    pub template: String,
}

/// Tries a definition up to a step, as the person who looks at it. Nothing is changed: steps that would
/// give a preview.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TryWorkflow {
    /// The company.
    pub company: CompanyId,
    /// Of which workflow it is a draft; `None` for one that was never saved.
    pub workflow: Option<WorkflowId>,
    /// What the draft is called.
    pub name: String,
    /// What to try.
    pub definition: Definition,
    /// The inputs.
    pub inputs: Map<String, Value>,
    /// How many steps.
    pub steps: usize,
}

/// What trying a step gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriedStep {
    /// The step's name; none for the inputs, which are looked at before the first one.
    pub name: Option<String>,
    /// What it answered, shortened; of a step that would change something, nothing.
    pub answer: Option<String>,
    /// What it would change.
    pub preview: Option<Preview>,
    /// Why it did not work.
    pub problem: Option<String>,
    /// The title of the earlier step without whose result it cannot be tried: one that would change something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
}

/// The workflows page.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowsView {
    /// All workflows that the viewer may see: members see validated ones.
    pub workflows: Vec<WorkflowView>,
    /// Business actions of Odoo that a draft can begin with.
    pub templates: Vec<TemplateView>,
    /// The newest runs that the viewer may see.
    pub runs: Vec<RunView>,
}

/// A business action of Odoo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateView {
    /// `sale.order.action_confirm`.
    pub id: String,
    /// "Confirm a quotation".
    pub title: String,
    /// The states in which Odoo takes it.
    pub states: String,
}

/// One workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowView {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its draft, which is what was validated where it was.
    pub definition: Definition,
    /// What is wrong with the draft.
    pub flaws: Vec<Flaw>,
    /// Whether every step of the draft, as it is, was tried on screen: only then can it be validated. For those who may
    /// validate; for others it says no.
    pub is_tried: bool,
    /// The version in force.
    pub version: Option<VersionView>,
    /// What was validated so far, the newest first; for those who may validate.
    pub history: Vec<PastVersion>,
    /// Who changed it last, and when.
    pub changed_by: String,
    /// When.
    pub changed_at: TimeView,
}

/// The draft of a workflow, for whoever builds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it does.
    pub definition: Definition,
    /// Whether it is in force as it is.
    pub is_validated: bool,
}

/// A validated version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionView {
    /// Which.
    pub id: WorkflowVersionId,
    /// 1 for the first.
    pub number: u32,
    /// Who validated it.
    pub validated_by: String,
    /// When.
    pub validated_at: TimeView,
    /// Whether it can change data.
    pub changes: bool,
    /// Whether the viewer has let it run as them.
    pub is_accepted: bool,
}

/// A version that was validated, in force or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastVersion {
    /// 1 for the first.
    pub number: u32,
    /// Who validated it.
    pub validated_by: String,
    /// When.
    pub validated_at: TimeView,
    /// Since when keys cannot run it any more.
    pub retired_at: Option<TimeView>,
    /// Who has let it run as them.
    pub accepted_by: Vec<String>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    /// Which.
    pub id: WorkflowRunId,
    /// The workflow's name.
    pub workflow: String,
    /// The version's number.
    pub number: u32,
    /// As whom it ran.
    pub person: String,
    /// When it began.
    pub started_at: TimeView,
    /// How long it took in all, in milliseconds; nothing while it runs.
    pub took_ms: Option<u32>,
    /// The key that asked.
    pub key_name: String,
    /// How it ended.
    pub result: CallResult,
    /// Its steps.
    pub steps: Vec<RanStep>,
}

/// What became of a step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RanStep {
    /// The step's title.
    pub title: String,
    /// `done`, `failed`, `unknown` or `not done`.
    pub outcome: String,
    /// Why, as one of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<CallCause>,
    /// Why, in the words that the client got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How long it took.
    pub duration_ms: u32,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn step(name: &str, action: StepAction, arguments: Value) -> Step {
        Step {
            name: name.into(),
            title: name.into(),
            action,
            arguments: arguments.as_object().expect("an object").clone(),
        }
    }

    fn flaws(steps: Vec<Step>) -> Vec<String> {
        let inputs = vec![Input {
            name: "customer".into(),
            label: "Customer".into(),
            kind: InputKind::Record,
        }];
        let checked = Definition { inputs, steps }.check();
        checked
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|flaw| format!("{}: {}", flaw.place, flaw.problem))
            .collect()
    }

    #[test]
    fn values_come_from_inputs_and_earlier_steps() {
        let find = json!({ "model": "sale.order", "domain": [["partner_id", "=", { "$": "input.customer" }], ["id", "in", [{ "$": "input.customer" }, 3]]] });
        let write = json!({ "model": "sale.order", "ids": { "$": "steps.find.records.*.id" }, "values": { "note": { "$": "steps.find.total" } } });
        let good =
            vec![step("find", StepAction::Query, find), step("change", StepAction::Write, write)];
        assert_eq!(flaws(good), Vec::<String>::new());
    }

    #[test]
    fn values_of_records_within_records_are_filled_in_too() {
        let customer = json!({ "$": "input.customer" });
        for (action, arguments) in [
            (
                StepAction::Create,
                json!({ "values": { "partner_id": customer, "tags": [[6, 0, customer]], "lines": [[0, 0, { "product_id": customer }], [4, customer]] } }),
            ),
            (
                StepAction::Write,
                json!({ "changes": [{ "id": customer, "values": { "a": customer } }] }),
            ),
            (
                StepAction::Execute,
                json!({ "kwargs": { "reason": customer, "domain": [["a", "in", customer]], "vals": { "a": customer } } }),
            ),
            (StepAction::Query, json!({ "domain": [["lines", "any", [["a", "=", customer]]]] })),
        ] {
            assert_eq!(flaws(vec![step("one", action, arguments)]), Vec::<String>::new());
        }
    }

    #[test]
    fn models_methods_fields_and_operators_are_literals() {
        for (action, arguments) in [
            (StepAction::Query, json!({ "model": { "$": "input.customer" } })),
            (StepAction::Query, json!({ "model": "a", "fields": [{ "$": "input.customer" }] })),
            (StepAction::Query, json!({ "model": "a", "order": { "$": "input.customer" } })),
            (
                StepAction::Query,
                json!({ "model": "a", "domain": [[{ "$": "input.customer" }, "=", 1]] }),
            ),
            (
                StepAction::Query,
                json!({ "model": "a", "domain": [["a", { "$": "input.customer" }, 1]] }),
            ),
            (StepAction::Execute, json!({ "model": "a", "method": { "$": "input.customer" } })),
            (
                StepAction::Execute,
                json!({ "model": "a", "method": "b", "context": { "lang": { "$": "input.customer" } } }),
            ),
            (StepAction::Query, json!({ "model": "a", "domain": "[]" })),
            (StepAction::Query, json!({ "model": "a", "domain": { "$": "input.customer" } })),
            (StepAction::Query, json!({ "model": "a", "domain": [{ "$": "input.customer" }] })),
            (
                StepAction::Query,
                json!({ "model": "a", "domain": ["&", { "$": "input.customer" }, ["a", "=", 1]] }),
            ),
            (
                StepAction::Query,
                json!({ "model": "a", "domain": [["a", "any", { "$": "input.customer" }]] }),
            ),
            (
                StepAction::Query,
                json!({ "model": "a", "domain": [["a", "any", [[{ "$": "input.customer" }, "=", 1]]]] }),
            ),
            (StepAction::Write, json!({ "ids": [1], "values": { "$": "input.customer" } })),
            (
                StepAction::Write,
                json!({ "changes": [{ "id": 1, "values": { "$": "input.customer" } }] }),
            ),
            (StepAction::Write, json!({ "changes": { "$": "input.customer" } })),
            (StepAction::Create, json!({ "records": [{ "$": "input.customer" }] })),
            (StepAction::Create, json!({ "values": { "lines": [{ "$": "input.customer" }] } })),
            (
                StepAction::Create,
                json!({ "values": { "lines": [[{ "$": "input.customer" }, 7]] } }),
            ),
            (StepAction::Execute, json!({ "kwargs": { "$": "input.customer" } })),
            (StepAction::Execute, json!({ "kwargs": { "domain": { "$": "input.customer" } } })),
            (StepAction::Execute, json!({ "kwargs": { "fields": [{ "$": "input.customer" }] } })),
            (StepAction::Execute, json!({ "kwargs": { "vals": { "$": "input.customer" } } })),
            (StepAction::Execute, json!({ "args": [{ "$": "input.customer" }] })),
            (StepAction::Write, json!({ "model": "a", "confirm": "x" })),
        ] {
            assert!(!flaws(vec![step("one", action, arguments.clone())]).is_empty(), "{arguments}");
        }
    }

    #[test]
    fn what_a_step_takes_is_told_once() {
        let find = json!({ "model": "a", "domain": [["b", "=", { "$": "input.customer" }], ["c", "=", { "$": "input.customer" }]] });
        let write = json!({ "ids": { "$": "steps.find.records.*.id" }, "values": { "d": { "$": "steps.later.ids" }, "e": [[6, 0, { "$": "input.customer" }]] } });
        let inputs = vec![Input {
            name: "customer".into(),
            label: "Customer".into(),
            kind: InputKind::Record,
        }];
        let steps =
            vec![step("find", StepAction::Query, find), step("later", StepAction::Write, write)];
        let definition = Definition { inputs, steps };
        let customer = Taken::Input("Customer".into());
        assert_eq!(definition.takes(0), std::slice::from_ref(&customer));
        assert_eq!(definition.takes(1), [Taken::Step(0, "records.*.id".into()), customer]);
        assert_eq!(definition.takes(2), []);
    }

    #[test]
    fn a_reference_must_lead_back() {
        let ahead = json!({ "model": "a", "ids": { "$": "steps.later.ids" } });
        let found = flaws(vec![
            step("first", StepAction::Read, ahead),
            step("later", StepAction::Read, json!({ "model": "a", "ids": [1] })),
        ]);
        assert_eq!(found, ["step first, ids: steps.later.ids is no input and no earlier step"]);
        let twice = vec![
            step("a", StepAction::Read, json!({})),
            step("a", StepAction::Read, json!({ "ids": { "$": "env.PATH" } })),
        ];
        assert_eq!(flaws(twice).len(), 2);
        assert_eq!(flaws(Vec::new()).len(), 1);
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let scope = json!({ "input": { "a": { "$": "input.b" }, "b": "secret" }, "steps": { "find": { "records": [{ "id": 1 }, { "id": 2 }] } } });
        // What has a shape of its own is not filled in at all.
        assert!(fill(&json!({ "x": { "$": "input.a" } }), &scope).is_err());
        assert!(fill(&json!({ "$": "steps.find.records.0" }), &scope).is_err());
        assert!(fill(&json!({ "$": "steps.find.records" }), &scope).is_err());
        let text = json!({ "input": { "a": "{\"$\": \"input.b\"}" } });
        assert_eq!(
            fill(&json!({ "$": "input.a" }), &text),
            Ok(json!("{\"$\": \"input.b\"}")),
            "a text stays a text"
        );
        assert_eq!(fill(&json!([{ "$": "steps.find.records.*.id" }]), &scope), Ok(json!([[1, 2]])));
        assert_eq!(fill(&json!({ "$": "steps.find.records.1.id" }), &scope), Ok(json!(2)));
        assert!(fill(&json!({ "$": "steps.find.records.5.id" }), &scope).is_err());
    }

    #[test]
    fn inputs_take_values_of_their_kind_only() {
        assert!(InputKind::Record.takes(&json!(7)) && !InputKind::Record.takes(&json!("7")));
        assert!(InputKind::Records.takes(&json!([1, 2])) && !InputKind::Records.takes(&json!([])));
        assert!(
            InputKind::Date.takes(&json!("2026-11-24")) && !InputKind::Date.takes(&json!("today"))
        );
        assert!(!InputKind::Text.takes(&json!([[2, 7]])));
        for kind in InputKind::ALL {
            assert_eq!(InputKind::parse(kind.as_str()), Some(kind));
        }
    }
}
