//! A workflow while it is edited by a form: rows that keep themselves apart by numbers, so that names can change
//! while they are typed. What the form has no field for is kept as it was, and reading and writing a definition
//! changes nothing of what it says.

mod arguments;
mod conditions;
mod names;
mod offers;
mod step;
mod value;

use serde_json::{Map, Value};

use self::{arguments::read_step, names::Names};
pub use self::{
    conditions::{Condition, EMPTY, Group, Item, SET, compared, operators},
    names::{slug, unique},
    offers::{Given, KindOf, Offer},
    step::{OrderTerm, Part, ReportTask, StepForm, ValueRow},
    value::{Filling, Of, Source, Typed, ValueKind, is_when},
};
use crate::workflow::{
    Definition, FlawPlace, FlawProblem, Input, InputKind, Step, StepAction, reference,
};

/// Tells rows apart while they are edited.
pub type Row = u32;

/// Draws row numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Maker(Row);

impl Maker {
    /// One that was not there before.
    pub const fn row(&mut self) -> Row {
        self.0 += 1;
        self.0
    }
}

/// The whole while it is edited.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Form {
    /// What whoever runs it has to say.
    pub inputs: Vec<InputForm>,
    /// What happens, in this order.
    pub steps: Vec<StepForm>,
    make: Maker,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputForm {
    /// Which.
    pub row: Row,
    /// How a client names it.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// What it takes.
    pub kind: InputKind,
    /// What it is tried with.
    pub trial: String,
}

/// Something that is wrong, at the row where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The input or the step; 0 for the whole.
    pub row: Row,
    /// What of it.
    pub part: Part,
    /// The line within, where there are several; 0 otherwise.
    pub line: Row,
    /// What is wrong.
    pub problem: FlawProblem,
    /// Whether it cannot even be kept as it is.
    pub is_unreadable: bool,
}

impl Form {
    /// One that begins as `definition`.
    #[must_use]
    pub fn new(definition: &Definition) -> Self {
        let mut make = Maker::default();
        let inputs: Vec<InputForm> = definition
            .inputs
            .iter()
            .map(|Input { name, label, kind }| InputForm {
                row: make.row(),
                name: name.clone(),
                label: label.clone(),
                kind: *kind,
                trial: String::new(),
            })
            .collect();
        let rows: Vec<Row> = definition.steps.iter().map(|_| make.row()).collect();
        let mut names = Names::of_inputs(&inputs);
        let mut steps = Vec::new();
        for (Step { name, title, action, arguments }, row) in definition.steps.iter().zip(rows) {
            let mut step = StepForm::new(row, *action);
            step.name.clone_from(name);
            step.title.clone_from(title);
            read_step(&mut step, arguments, &names, &mut make);
            steps.push(step);
            // A step sees those before it.
            names.add_step(name, row);
        }
        Self { inputs, steps, make }
    }

    /// What it says as a definition, and everything that is wrong. `None` where something typed is no value yet:
    /// that cannot be kept.
    #[must_use]
    pub fn definition(&self) -> (Option<Definition>, Vec<Found>) {
        let mut found = Vec::new();
        let mut names = Names::of_inputs(&self.inputs);
        for step in &self.steps {
            names.add_step(&step.name, step.row);
        }
        let inputs = self.inputs.iter().map(|input| Input {
            name: input.name.clone(),
            label: input.label.trim().to_owned(),
            kind: input.kind,
        });
        let steps = self.steps.iter().map(|step| Step {
            name: step.name.clone(),
            title: step.title.trim().to_owned(),
            action: step.action,
            arguments: step.arguments(&names, &mut found),
        });
        let definition = Definition { inputs: inputs.collect(), steps: steps.collect() };
        for flaw in definition.check().err().unwrap_or_default() {
            let (row, part) = self.place(&flaw.place, &flaw.problem);
            let problem = flaw.problem;
            let is_told = found.iter().any(|one| {
                one.row == row && one.part == part && (one.problem == problem || one.is_unreadable)
            });
            if !is_told {
                found.push(Found { row, part, line: 0, problem, is_unreadable: false });
            }
        }
        let is_readable = found.iter().all(|one| !one.is_unreadable);
        (is_readable.then_some(definition), found)
    }

    fn place(&self, place: &FlawPlace, problem: &FlawProblem) -> (Row, Part) {
        // Of two of one name the second is the one too many.
        let step = |name: &str| self.steps.iter().rfind(|step| step.name == name);
        match place {
            FlawPlace::Steps => (0, Part::Whole),
            FlawPlace::Input(name) => {
                let input = self.inputs.iter().rfind(|input| input.name == *name);
                let part = match problem {
                    FlawProblem::Label => Part::Title,
                    _ => Part::Name,
                };
                (input.map_or(0, |input| input.row), part)
            }
            FlawPlace::Step(name) => {
                let part = match problem {
                    FlawProblem::Title => Part::Title,
                    FlawProblem::StepName | FlawProblem::StepTwice => Part::Name,
                    _ => Part::Rest,
                };
                (step(name).map_or(0, |step| step.row), part)
            }
            FlawPlace::Argument { step: name, argument } => match step(name) {
                Some(step) => (step.row, step.part_of(argument)),
                None => (0, Part::Whole),
            },
        }
    }

    /// What the inputs are tried with, by their names. One that cannot be read stays a text, and is told.
    #[must_use]
    pub fn trials(&self) -> Map<String, Value> {
        let trial = |input: &InputForm| {
            let text = input.trial.trim();
            let kind = input_value(input.kind);
            let typed = Typed::new(
                kind,
                if text.is_empty() && kind == ValueKind::YesNo { "false" } else { text },
            );
            typed.value().unwrap_or_else(|_| Value::String(text.to_owned()))
        };
        self.inputs.iter().map(|input| (input.name.clone(), trial(input))).collect()
    }

    /// The inputs that nothing is typed for that they could be tried with. A text may be empty.
    #[must_use]
    pub fn untried(&self) -> Vec<Row> {
        let trials = self.trials();
        let is_tried = |input: &&InputForm| {
            trials.get(&input.name).is_some_and(|value| input.kind.takes(value))
        };
        self.inputs.iter().filter(|input| !is_tried(input)).map(|input| input.row).collect()
    }

    /// A row number that was not there before.
    pub const fn draw(&mut self) -> Row {
        self.make.row()
    }

    /// Adds an input, which has no label yet, and gives its row.
    pub fn add_input(&mut self) -> Row {
        let row = self.make.row();
        let name = unique("input", |name| self.inputs.iter().any(|input| input.name == name));
        let kind = InputKind::Text;
        self.inputs.push(InputForm { row, name, label: String::new(), kind, trial: String::new() });
        row
    }

    /// Adds a step at the end and gives its row. It looks at the model that the one before it looks at.
    pub fn add_step(&mut self, action: StepAction) -> Row {
        let row = self.make.row();
        let mut step = StepForm::new(row, action);
        step.conditions.row = self.make.row();
        step.name = unique("step", |name| self.steps.iter().any(|step| step.name == name));
        if let Some(last) = self.steps.last() {
            step.model.clone_from(&last.model);
        }
        self.steps.push(step);
        row
    }

    /// The input at this row.
    #[must_use]
    pub fn input(&self, row: Row) -> Option<&InputForm> {
        self.inputs.iter().find(|input| input.row == row)
    }

    /// The input at this row, to change.
    pub fn input_mut(&mut self, row: Row) -> Option<&mut InputForm> {
        self.inputs.iter_mut().find(|input| input.row == row)
    }

    /// The step at this row.
    #[must_use]
    pub fn step(&self, row: Row) -> Option<&StepForm> {
        self.steps.iter().find(|step| step.row == row)
    }

    /// The step at this row, to change.
    pub fn step_mut(&mut self, row: Row) -> Option<&mut StepForm> {
        self.steps.iter_mut().find(|step| step.row == row)
    }

    /// Where the step at this row stands, from 0.
    #[must_use]
    pub fn position(&self, row: Row) -> Option<usize> {
        self.steps.iter().position(|step| step.row == row)
    }

    /// Labels an input. Its name follows the label until somebody gives it one of its own.
    pub fn label_input(&mut self, row: Row, label: &str) {
        let Some(at) = self.inputs.iter().position(|input| input.row == row) else { return };
        let is_taken =
            |name: &str| self.inputs.iter().any(|other| other.row != row && other.name == name);
        let name =
            following(&self.inputs[at].name, &self.inputs[at].label, label, "input", is_taken);
        let input = &mut self.inputs[at];
        input.label = label.to_owned();
        if let Some(name) = name {
            input.name = name;
        }
    }

    /// Titles a step. Its name follows the title until somebody gives it one of its own.
    pub fn title_step(&mut self, row: Row, title: &str) {
        let Some(at) = self.steps.iter().position(|step| step.row == row) else { return };
        let is_taken =
            |name: &str| self.steps.iter().any(|other| other.row != row && other.name == name);
        let name = following(&self.steps[at].name, &self.steps[at].title, title, "step", is_taken);
        let step = &mut self.steps[at];
        step.title = title.to_owned();
        if let Some(name) = name {
            step.name = name;
        }
    }

    /// Takes an input out. What took it says so from then on.
    pub fn remove_input(&mut self, row: Row) {
        let Some(input) = self.input(row) else { return };
        let gone = Of::Gone(format!("input.{}", input.name));
        self.inputs.retain(|input| input.row != row);
        self.replace(&Of::Input(row), &gone);
    }

    /// Takes a step out. What took its answer says so from then on.
    pub fn remove_step(&mut self, row: Row) {
        let Some(step) = self.step(row) else { return };
        let gone = Of::Gone(format!("steps.{}", step.name));
        self.steps.retain(|step| step.row != row);
        self.replace(&Of::Step(row), &gone);
    }

    /// Moves a step by so many places; it stops at the ends.
    pub fn move_step(&mut self, row: Row, by: isize) {
        let Some(from) = self.position(row) else { return };
        let Some(to) = from.checked_add_signed(by).filter(|to| *to < self.steps.len()) else {
            return;
        };
        let step = self.steps.remove(from);
        self.steps.insert(to, step);
    }

    fn replace(&mut self, of: &Of, with: &Of) {
        for step in &mut self.steps {
            step.each_filling(&mut |filling| {
                if let Filling::From(source) = filling
                    && source.of == *of
                {
                    source.of = with.clone();
                }
            });
        }
    }

    /// Writes a step as JSON, to be changed as that.
    pub fn open_json(&mut self, row: Row) {
        let mut names = Names::of_inputs(&self.inputs);
        for step in &self.steps {
            names.add_step(&step.name, step.row);
        }
        let Some(step) = self.step_mut(row) else { return };
        let arguments = step.arguments(&names, &mut Vec::new());
        step.json = Some(serde_json::to_string_pretty(&arguments).unwrap_or_default());
    }

    /// Reads a step's JSON back into its fields. It stays JSON while it cannot be read.
    pub fn close_json(&mut self, row: Row) {
        let mut names = Names::of_inputs(&self.inputs);
        let Some(at) = self.position(row) else { return };
        for step in &self.steps[..at] {
            names.add_step(&step.name, step.row);
        }
        let before = &self.steps[at];
        let Some(json) = &before.json else { return };
        let Ok(arguments) = serde_json::from_str::<Map<String, Value>>(json) else { return };
        let mut step = StepForm::new(row, before.action);
        step.name.clone_from(&before.name);
        step.title.clone_from(&before.title);
        read_step(&mut step, &arguments, &names, &mut self.make);
        self.steps[at] = step;
    }
}

/// The name that follows a new label, unless somebody chose the one that it has.
fn following(
    name: &str,
    before: &str,
    label: &str,
    fallback: &str,
    is_taken: impl Fn(&str) -> bool,
) -> Option<String> {
    let follows = |of: &str| {
        let stem = slug(of).unwrap_or_else(|| fallback.to_owned());
        let rest = name.strip_prefix(stem.as_str())?;
        let rest = rest.strip_prefix('_').unwrap_or(rest);
        rest.bytes().all(|byte| byte.is_ascii_digit()).then_some(())
    };
    follows(before)?;
    let stem = slug(label).unwrap_or_else(|| fallback.to_owned());
    Some(unique(&stem, is_taken))
}

/// What a value of an input is.
#[must_use]
pub const fn input_value(kind: InputKind) -> ValueKind {
    match kind {
        InputKind::Text => ValueKind::Text,
        InputKind::Number => ValueKind::Decimal,
        InputKind::Date => ValueKind::Date,
        InputKind::Boolean => ValueKind::YesNo,
        InputKind::Record => ValueKind::Record,
        InputKind::Records => ValueKind::Records,
    }
}

/// How a value of a definition is edited.
fn filling(value: &Value, names: &Names) -> Filling {
    let from = |text: &str, is_wrapped| Filling::From(names.source(text, is_wrapped));
    match value {
        value if reference(value).is_some() => from(reference(value).unwrap_or_default(), false),
        Value::Array(values) if values.len() == 1 && reference(&values[0]).is_some() => {
            from(reference(&values[0]).unwrap_or_default(), true)
        }
        value => Filling::Typed(Typed::of(value)),
    }
}

#[cfg(test)]
mod tests;
