//! What is wrong with a workflow's steps under its company's guards: told while it is built, and before it
//! is validated. The guards hold again at every run.

use serde_json::{Map, Value};
use shared::workflow::{Definition, Flaw, FlawPlace, FlawProblem, Step, StepAction, reference};

use crate::domain::{
    guards::Guards,
    odoo_domain::{Domain, Named},
    odoo_methods::{Verdict, judge},
};

/// The faults of a definition: its own, and those that the guards find. `major` is the version of the
/// company's Odoo.
pub(super) fn flaws(definition: &Definition, guards: &Guards, major: u32) -> Vec<Flaw> {
    let mut flaws = definition.check().err().unwrap_or_default();
    for step in &definition.steps {
        guarded(step, guards, major, &mut flaws);
    }
    flaws
}

fn guarded(step: &Step, guards: &Guards, major: u32, flaws: &mut Vec<Flaw>) {
    let mut fail = |argument: &str, problem| {
        flaws.push(Flaw { place: FlawPlace::argument(step, argument), problem });
    };
    let text = |name: &str| step.arguments.get(name).and_then(Value::as_str);
    let Some(model) = text("model") else {
        fail("model", FlawProblem::Required);
        return;
    };
    let is_closed = if step.action.changes() {
        guards.is_closed_to_changes(model)
    } else {
        guards.is_closed(model)
    };
    if is_closed {
        fail("model", FlawProblem::Closed(model.to_owned()));
    }
    if step.action == StepAction::Execute {
        match text("method") {
            None => fail("method", FlawProblem::Required),
            Some(method) => {
                if let Verdict::Closed(why) = judge(model, method, guards, major) {
                    let (method, why) = (format!("{model}.{method}"), why.to_string());
                    fail("method", FlawProblem::MethodClosed { method, why });
                }
            }
        }
    }
    for (argument, value) in &step.arguments {
        for Named { path, place } in names(argument, value) {
            if guards.is_secret(&path) {
                fail(argument, FlawProblem::Secret(format!("{place}: {path}")));
            }
        }
    }
}

/// The fields that an argument names, as far as its shape tells them.
fn names(argument: &str, value: &Value) -> Vec<Named> {
    let quoted = |path: &str, written: &str| Named {
        path: path.to_owned(),
        place: format!("\"{}\"", written.trim()),
    };
    let keys = |fields: &Map<String, Value>| -> Vec<Named> {
        fields.keys().map(|name| quoted(name, name)).collect()
    };
    match (argument, value) {
        ("domain", value) => Domain::parse(&without_references(value))
            .map(|domain| domain.fields().to_vec())
            .unwrap_or_default(),
        ("order" | "orderby", Value::String(order)) => order
            .split(',')
            .filter_map(|term| Some(quoted(term.split_whitespace().next()?, term)))
            .collect(),
        ("values" | "vals" | "default", Value::Object(fields)) => keys(fields),
        ("records" | "vals_list", Value::Array(records)) => {
            records.iter().filter_map(Value::as_object).flat_map(keys).collect()
        }
        ("changes", Value::Array(changes)) => changes
            .iter()
            .filter_map(|change| change["values"].as_object())
            .flat_map(keys)
            .collect(),
        (
            "fields" | "field_names" | "fields_to_export" | "group_by" | "groupby" | "measures"
            | "aggregates",
            Value::Array(fields),
        ) => fields.iter().filter_map(Value::as_str).map(|field| quoted(field, field)).collect(),
        ("kwargs", Value::Object(keywords)) => {
            keywords.iter().flat_map(|(name, value)| names(name, value)).collect()
        }
        _ => Vec::new(),
    }
}

/// A domain as it is but for what will be filled in: any operator takes `false`.
fn without_references(value: &Value) -> Value {
    match value {
        value if reference(value).is_some() => Value::Bool(false),
        Value::Array(values) => values.iter().map(without_references).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(action: StepAction, arguments: Value) -> Vec<String> {
        let arguments = arguments.as_object().expect("an object").clone();
        let step = Step { name: "one".into(), title: "One".into(), action, arguments };
        let definition = Definition { inputs: Vec::new(), steps: vec![step] };
        flaws(&definition, &Guards::default(), 19)
            .into_iter()
            .map(|flaw| flaw.place.to_string())
            .collect()
    }

    #[test]
    fn closed_models_and_methods_and_secret_fields_are_told_before_anybody_validates() {
        let ordinary = json!({ "model": "sale.order", "method": "action_confirm", "ids": [1] });
        assert!(told(StepAction::Execute, ordinary).is_empty());
        for (arguments, place) in [
            (json!({ "model": "sale.order", "method": "unlink" }), "step one, method"),
            (json!({ "model": "sale.order", "method": "message_post" }), "step one, method"),
            (json!({ "model": "res.users", "method": "write" }), "step one, model"),
            (json!({ "method": "write" }), "step one, model"),
        ] {
            assert!(
                told(StepAction::Execute, arguments.clone()).contains(&place.to_owned()),
                "{arguments}"
            );
        }
        let keys = json!({ "model": "res.users.apikeys", "domain": [] });
        assert_eq!(told(StepAction::Query, keys), ["step one, model"]);
        let secret = json!({ "model": "res.partner", "domain": [["password", "=", "x"]] });
        assert_eq!(told(StepAction::Query, secret), ["step one, domain"]);
        let secret =
            json!({ "model": "res.partner", "ids": [1], "values": { "signup_token": "x" } });
        assert_eq!(told(StepAction::Write, secret), ["step one, values"]);
        for (action, argument, arguments) in [
            (
                StepAction::Query,
                "domain",
                json!([["name", "=", "x"], ["password", "=", { "$": "input.x" }]]),
            ),
            (
                StepAction::Query,
                "domain",
                json!([["user_ids", "any", [["password", "in", { "$": "input.x" }]]]]),
            ),
            (StepAction::Query, "order", json!("name, password desc")),
            (StepAction::Read, "fields", json!(["name", "user_id.password"])),
            (StepAction::Report, "group_by", json!(["password:month"])),
            (StepAction::Report, "measures", json!(["password:max"])),
            (StepAction::Execute, "kwargs", json!({ "vals": { "password": { "$": "input.x" } } })),
        ] {
            let mut all = json!({ "model": "res.partner", "method": "write" });
            all[argument] = arguments;
            let place = format!("step one, {argument}");
            assert!(told(action, all.clone()).contains(&place), "{all}");
        }
    }
}
