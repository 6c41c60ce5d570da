//! What a workflow is: its inputs, and its steps in their order. What is wrong with one is found here, but for where
//! in an argument values may stand, which `room` has.

use serde::{Deserialize, Serialize};

use super::{
    Flaw, FlawPlace, FlawProblem, Input, Step,
    references::{each_reference, owner},
    room::{Found, check_value},
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

/// Whether the text can name an input or a step.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && text.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::workflow::{InputKind, StepAction};

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
}
