//! A workflow while it is typed: texts, which become a definition when they can be read.

use leptos::prelude::*;
use serde_json::{Map, Value};
use shared::workflow::{
    Definition, Flaw, FlawPlace, FlawProblem, Input, InputKind, Step, StepAction,
};

/// An input while it is typed. The number keeps it apart from the others while it has no name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct InputDraft {
    pub(super) number: usize,
    pub(super) name: RwSignal<String>,
    pub(super) label: RwSignal<String>,
    pub(super) kind: RwSignal<InputKind>,
    /// What it is tried with.
    pub(super) value: RwSignal<String>,
}

/// A step while it is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct StepDraft {
    pub(super) number: usize,
    pub(super) name: RwSignal<String>,
    pub(super) title: RwSignal<String>,
    pub(super) action: RwSignal<StepAction>,
    /// JSON.
    pub(super) arguments: RwSignal<String>,
}

/// The whole while it is typed.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) inputs: RwSignal<Vec<InputDraft>>,
    pub(super) steps: RwSignal<Vec<StepDraft>>,
    next: StoredValue<usize>,
}

impl Draft {
    /// One that begins as `definition`.
    pub(super) fn new(definition: Definition) -> Self {
        let draft = Self {
            inputs: RwSignal::new(Vec::new()),
            steps: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        for input in definition.inputs {
            draft.add_input(input);
        }
        for step in definition.steps {
            draft.add_step(step);
        }
        draft
    }

    pub(super) fn add_input(self, input: Input) {
        let Input { name, label, kind } = input;
        let added = InputDraft {
            number: self.number(),
            name: RwSignal::new(name),
            label: RwSignal::new(label),
            kind: RwSignal::new(kind),
            value: RwSignal::new(String::new()),
        };
        self.inputs.update(|inputs| inputs.push(added));
    }

    pub(super) fn add_step(self, step: Step) {
        let Step { name, title, action, arguments } = step;
        let text = serde_json::to_string_pretty(&arguments).unwrap_or_default();
        let added = StepDraft {
            number: self.number(),
            name: RwSignal::new(name),
            title: RwSignal::new(title),
            action: RwSignal::new(action),
            arguments: RwSignal::new(text),
        };
        self.steps.update(|steps| steps.push(added));
    }

    fn number(self) -> usize {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        number
    }

    /// What has been typed, as a definition.
    ///
    /// # Errors
    /// Where a step's arguments cannot be read.
    pub(super) fn definition(self) -> Result<Definition, Vec<Flaw>> {
        let inputs = self
            .inputs
            .get()
            .into_iter()
            .map(|input| Input {
                name: input.name.get(),
                label: input.label.get(),
                kind: input.kind.get(),
            })
            .collect();
        let mut flaws = Vec::new();
        let mut steps = Vec::new();
        for step in self.steps.get() {
            let name = step.name.get();
            match serde_json::from_str::<Map<String, Value>>(&step.arguments.get()) {
                Ok(arguments) => steps.push(Step {
                    name,
                    title: step.title.get(),
                    action: step.action.get(),
                    arguments,
                }),
                Err(error) => flaws.push(Flaw {
                    place: FlawPlace::Step(name),
                    problem: FlawProblem::NoJson { line: error.line(), column: error.column() },
                }),
            }
        }
        if flaws.is_empty() { Ok(Definition { inputs, steps }) } else { Err(flaws) }
    }

    /// The values that the inputs are tried with.
    pub(super) fn values(self) -> Map<String, Value> {
        self.inputs
            .get_untracked()
            .into_iter()
            .map(|input| {
                let text = input.value.get_untracked();
                (input.name.get_untracked(), value_of(input.kind.get_untracked(), text.trim()))
            })
            .collect()
    }
}

/// A typed value; one that cannot be read stays a text, and the server says what is wrong with it.
fn value_of(kind: InputKind, text: &str) -> Value {
    let read = match kind {
        InputKind::Text | InputKind::Date => None,
        InputKind::Boolean => match text {
            "yes" | "oui" | "true" => Some(Value::Bool(true)),
            "no" | "non" | "false" | "" => Some(Value::Bool(false)),
            _ => None,
        },
        InputKind::Number | InputKind::Record => serde_json::from_str(text).ok(),
        InputKind::Records => {
            serde_json::from_str(&format!("[{}]", text.trim_matches(['[', ']']))).ok()
        }
    };
    read.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// What a step of this kind begins with.
pub(super) const fn example(action: StepAction) -> &'static str {
    match action {
        StepAction::Query => {
            r#"{
  "model": "sale.order",
  "domain": [["partner_id", "=", {"$": "input.customer"}], ["state", "=", "draft"]],
  "fields": ["name", "amount_total"]
}"#
        }
        StepAction::Read => {
            r#"{
  "model": "res.partner",
  "ids": [{"$": "input.customer"}],
  "fields": ["name", "email"]
}"#
        }
        StepAction::Create => {
            r#"{
  "model": "res.partner",
  "values": {"name": {"$": "input.name"}}
}"#
        }
        StepAction::Write => {
            r#"{
  "model": "sale.order",
  "ids": {"$": "steps.find.records.*.id"},
  "values": {"client_order_ref": {"$": "input.reference"}}
}"#
        }
        StepAction::Execute => {
            r#"{
  "model": "sale.order",
  "method": "action_confirm",
  "ids": {"$": "steps.find.records.*.id"}
}"#
        }
        StepAction::Report => {
            r#"{
  "action": "figures",
  "model": "sale.order",
  "group_by": ["date_order:month"],
  "measures": ["amount_total:sum"]
}"#
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn typed_values_become_values_of_their_kind() {
        assert_eq!(value_of(InputKind::Record, "7"), json!(7));
        assert_eq!(value_of(InputKind::Records, "1, 2"), json!([1, 2]));
        assert_eq!(value_of(InputKind::Boolean, "yes"), json!(true));
        assert_eq!(value_of(InputKind::Text, "7"), json!("7"));
        assert_eq!(value_of(InputKind::Number, "many"), json!("many"));
    }

    #[test]
    fn every_example_is_an_object() {
        for action in StepAction::ALL {
            assert!(serde_json::from_str::<Map<String, Value>>(example(action)).is_ok());
        }
    }
}
