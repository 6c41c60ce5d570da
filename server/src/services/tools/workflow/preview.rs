//! What a run of a workflow would change, as far as that is known before it: of each step that changes something
//! the records, the fields, the values now and the values after. Steps that read are carried out, until one changes
//! something: what they find after that is known when it has run, as is what it answers itself, so their places say
//! which step it comes from.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::{Map, Value, json};
use shared::{
    confirmation::{Change, Preview},
    workflow::{Definition as Workflow, Step, StepAction, Unfilled, fill, reference},
};

use super::{
    super::{
        Answer, Caller, Cause, Output, Silent, ToolError,
        arguments::{Arguments, ids_in},
        create, generic,
        nested::{Nested, check_names, note_commands},
        paths::refuse_about_closed,
        records::shorten,
        run::{About, Call},
        sentences,
        values::{self, Teller},
        wizard,
        write::{Set, old_values},
    },
    check_whole, generic_of, lack, makes_changes, tool,
};
use crate::{domain::odoo_methods, entities::workflow_version::Model};

/// The most characters of a value that is told as it is written.
const MAX_SHOWN: usize = 1_000;

/// A preview, and what it shows of the records as they are: what an agreement to it is bound to.
#[derive(PartialEq)]
pub(super) struct Shown {
    /// What a person sees.
    pub(super) preview: Preview,
    /// All of its lines, however many are shown, and what each step of which all is known meets.
    pub(super) state: Value,
}

/// The preview of a run with these inputs.
///
/// # Errors
/// What a step would be refused for before Odoo heard of it, or lack of what an earlier one found, also where that hands
/// on a part of it alone: nothing is done then, where a run would have stopped in its middle.
pub(super) async fn preview(
    call: &Call<'_>,
    version: &Model,
    workflow: &Workflow,
    inputs: &Map<String, Value>,
) -> Result<Shown, ToolError> {
    let mut changes: Vec<Change> = workflow
        .inputs
        .iter()
        .map(|input| Change {
            record: sentences::INPUT.to_owned(),
            label: input.label.clone(),
            before: None,
            after: match inputs.get(&input.name) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => String::new(),
            },
        })
        .collect();
    let mut states = Vec::new();
    let mut results = Map::new();
    let mut has_changed = false;
    for (at, step) in workflow.steps.iter().enumerate() {
        let whole = Value::Object(step.arguments.clone());
        let scope = json!({ "input": inputs, "steps": results });
        let Value::Object(arguments) = as_far_as_known(&whole, &scope) else { continue };
        let number = at + 1;
        let taken = check_found(&whole, &scope).map_err(|why| lack(workflow, &why));
        if let Err(missing) = taken.and_then(|()| check_whole(workflow, at, &scope)) {
            return Err(would_be_refused(number, step, &missing.into()));
        }
        if !makes_changes(step) {
            // What is found after a change is known when that has been made, and a report makes files.
            let is_known = !refers(&Value::Object(arguments.clone()));
            if is_known && !has_changed && step.action != StepAction::Report {
                match found(call, step, arguments).await {
                    Ok(answer) => drop(results.insert(step.name.clone(), answer)),
                    Err(error) if error.cause == Cause::Refused => {
                        return Err(would_be_refused(number, step, &error));
                    }
                    Err(_) => {}
                }
            }
            continue;
        }
        has_changed = true;
        let about = Mutex::default();
        let asked = Value::Object(arguments.clone());
        let told = match refers(&Value::Object(arguments.clone())) {
            false => known(call, step, arguments, &about).await,
            true => {
                let call = &call.as_trial(&about);
                Partly { call, workflow }.told(step, arguments).await
            }
        };
        // What hides in a step's values obeys the policy of its own kind.
        let about = about.into_inner().unwrap_or_else(PoisonError::into_inner);
        call.note(|whole| whole.besides.extend(about.besides));
        match told {
            Ok((told, met)) => {
                states.push(json!({ "arguments": asked, "met": met }));
                changes.extend(told.into_iter().map(|change| Change {
                    record: sentences::of_step(number, &change.record),
                    ..change
                }));
            }
            Err(error) if error.cause == Cause::Refused => {
                return Err(would_be_refused(number, step, &error));
            }
            // An earlier step may be what makes it possible. What is agreed to is that it could not be looked at, and not
            // the sentence, which may name another reference each time.
            Err(error) => {
                states.push(json!({ "arguments": asked, "unseen": error.why.as_str() }));
                changes.push(Change {
                    record: sentences::of_step(number, &step.title),
                    label: sentences::UNSEEN.to_owned(),
                    before: None,
                    after: error.sentence,
                });
            }
        }
    }
    let steps: Vec<String> = workflow
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| format!("{}. {} ({})", at + 1, step.title, step.action.as_str()))
        .collect();
    let note = sentences::steps(&steps);
    let summary = sentences::run(&version.name, version.number);
    let seen: Vec<&Change> =
        changes.iter().filter(|change| change.label != sentences::UNSEEN).collect();
    let state = json!({ "lines": seen, "steps": states });
    Ok(Shown { preview: sentences::cut(summary, changes, Some(note)), state })
}

/// Whether steps that have been carried out found what `value` takes from them. Of the others nothing is known yet.
fn check_found(value: &Value, scope: &Value) -> Result<(), Unfilled> {
    if let Some(reference) = reference(value) {
        let step = reference.strip_prefix("steps.").and_then(|path| path.split('.').next());
        let is_done = step.is_some_and(|name| scope["steps"].get(name).is_some());
        return if is_done { fill(value, scope).map(drop) } else { Ok(()) };
    }
    match value {
        Value::Array(values) => values.iter().try_for_each(|value| check_found(value, scope)),
        Value::Object(fields) => fields.values().try_for_each(|value| check_found(value, scope)),
        _ => Ok(()),
    }
}

fn would_be_refused(number: usize, step: &Step, error: &ToolError) -> ToolError {
    ToolError::new(format!(
        "step {number}, “{}”, would be refused, so nothing was done: {error}",
        step.title
    ))
    .because(error.why)
}

/// What a step finds.
async fn found(
    call: &Call<'_>,
    step: &Step,
    arguments: Map<String, Value>,
) -> Result<Value, ToolError> {
    match tried(call, step, arguments, &Mutex::default()).await? {
        Output::Answer(found) => Ok(found),
        _ => Err(ToolError::failed("the step answers with no records")),
    }
}

/// The step's tool, with the permissions that it has in the run, as far as its preview.
async fn tried(
    call: &Call<'_>,
    step: &Step,
    arguments: Map<String, Value>,
    about: &Mutex<About>,
) -> Answer {
    let caller = Caller {
        principal: call.principal(),
        client: call.caller.client.clone(),
        address: call.caller.address,
        conversation: &Silent,
    };
    let trial = call.toolbox.trying(&caller, tool(step.action), about);
    // Boxed: the tool is another one, but its future's type could be this one's.
    Box::pin(trial.run(Some(arguments))).await
}

/// A step whose arguments are all known: what its tool shows of it, and what it would be bound to by itself.
async fn known(
    call: &Call<'_>,
    step: &Step,
    arguments: Map<String, Value>,
    about: &Mutex<About>,
) -> Result<(Vec<Change>, Value), ToolError> {
    let method = arguments.get("method").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Output::Preview(value) = tried(call, step, arguments, about).await? else {
        return Ok((Vec::new(), Value::Null));
    };
    let preview: Preview = serde_json::from_value(value["preview"].clone())
        .map_err(|error| ToolError::failed(error.to_string()))?;
    let Preview { summary, mut changes, more, note } = preview;
    if step.action == StepAction::Execute {
        let after = sentences::called(summary, note);
        let record = step.title.clone();
        changes.insert(0, Change { record, label: method, before: None, after });
    }
    if more > 0 {
        changes.push(sentences::more(&step.title, more));
    }
    Ok((changes, value["met"].clone()))
}

/// What is told of the records of a step, and how they are now.
#[derive(Default)]
struct Told {
    changes: Vec<Change>,
    met: Vec<Value>,
}

impl Told {
    fn add(&mut self, (changes, met): (Vec<Change>, Value)) {
        self.changes.extend(changes);
        self.met.push(met);
    }

    fn whole(self) -> (Vec<Change>, Value) {
        (self.changes, Value::Array(self.met))
    }
}

/// A step of which some is known when earlier ones have run. What is known is read as its tool reads it, so that nothing is
/// left out that the step does.
struct Partly<'a> {
    call: &'a Call<'a>,
    workflow: &'a Workflow,
}

impl Partly<'_> {
    async fn told(
        &self,
        step: &Step,
        arguments: Map<String, Value>,
    ) -> Result<(Vec<Change>, Value), ToolError> {
        // Literals, whatever earlier steps answer.
        let model = step.arguments.get("model").and_then(Value::as_str).unwrap_or_default();
        let guards = &self.call.principal().rules.guards;
        if guards.is_closed(model) {
            let problem = format_args!("{model} is closed to every tool");
            return Err(ToolError::argument("model", problem));
        }
        values::check_model(self.call, "model", model)?;
        let method = step.arguments.get("method").and_then(Value::as_str).unwrap_or_default();
        // The catalogue says of its own models which are wizards.
        if odoo_methods::find(model, method).is_none() || odoo_methods::is_wizard(model) {
            wizard::refuse(self.call, model).await?;
        }
        match step.action {
            StepAction::Create => {
                let mut given = Arguments::new(Some(arguments), guards);
                let records = create::records(given.object("values")?, given.list("records")?)?;
                let context = given.context()?;
                let mut told = Told::default();
                for (at, values) in records.into_iter().enumerate() {
                    told.add(self.created(model, at, values, &context).await?);
                }
                Ok(told.whole())
            }
            StepAction::Write => {
                let mut given = Arguments::new(Some(arguments), guards);
                let mut values = given.object("values")?.unwrap_or_default();
                if let Some(Value::Bool(archive)) = given.value("archive") {
                    values.insert("active".to_owned(), json!(!archive));
                }
                let context = given.context()?;
                let mut told = Told::default();
                if let Some(ids) = given.value("ids") {
                    told.add(self.written(model, ids, values, &context).await?);
                }
                for change in given.list("changes")?.unwrap_or_default() {
                    let values = change["values"].as_object().cloned().unwrap_or_default();
                    told.add(self.written(model, change["id"].clone(), values, &context).await?);
                }
                Ok(told.whole())
            }
            StepAction::Execute => {
                self.note_values(model, step, arguments.clone()).await?;
                Ok((vec![self.called(model, step, &arguments)], Value::Null))
            }
            StepAction::Query | StepAction::Read | StepAction::Report => {
                Ok(Told::default().whole())
            }
        }
    }

    async fn created(
        &self,
        model: &str,
        at: usize,
        values: Map<String, Value>,
        context: &BTreeMap<String, Value>,
    ) -> Result<(Vec<Change>, Value), ToolError> {
        let record = match values.get("name").and_then(Value::as_str) {
            Some(name) => name.chars().take(80).collect(),
            None => sentences::new_record(at),
        };
        let (known, open) = self.split(model, values.clone()).await?;
        let nested = Nested::read(self.call, model, &[&values], context).await?;
        let teller = Teller::new(self.call, model, &[&known], &nested).await?;
        let mut changes = teller.added(&record, &known);
        changes.extend(open.into_iter().map(|(field, value)| Change {
            record: record.clone(),
            label: teller.label(&field),
            before: None,
            after: self.from(&value),
        }));
        changes.extend(self.inside(&nested).await?);
        Ok((changes, nested.state()))
    }

    async fn written(
        &self,
        model: &str,
        ids: Value,
        values: Map<String, Value>,
        context: &BTreeMap<String, Value>,
    ) -> Result<(Vec<Change>, Value), ToolError> {
        let (known, open) = self.split(model, values.clone()).await?;
        let nested = Nested::read(self.call, model, &[&values], context).await?;
        let teller = Teller::new(self.call, model, &[&known], &nested).await?;
        let inside = self.inside(&nested).await?;
        let after = |field: &str| match open.get(field) {
            Some(value) => self.from(value),
            None => teller.after(field, &known[field]),
        };
        if refers(&ids) {
            let whole = values.keys().map(|field| Change {
                record: self.from(&ids),
                label: teller.label(field),
                before: None,
                after: after(field),
            });
            return Ok((whole.chain(inside).collect(), nested.state()));
        }
        let ids = ids_in("ids", ids)?;
        refuse_about_closed(self.call, "ids", model, &ids).await?;
        let set = Set { ids, values: values.clone() };
        let old = old_values(self.call, model, &[set], context).await?;
        let mut changes = Vec::new();
        for (id, row) in &old {
            let name = row["display_name"].as_str().filter(|name| !name.is_empty());
            for field in values.keys() {
                changes.push(Change {
                    record: name.map_or_else(|| format!("#{id}"), str::to_owned),
                    label: teller.label(field),
                    before: Some(teller.now(field, row)),
                    after: after(field),
                });
            }
        }
        changes.extend(inside);
        Ok((changes, json!({ "records": old, "nested": nested.state() })))
    }

    /// What becomes of the records that commands change: what they get may come from earlier steps.
    async fn inside(&self, nested: &Nested) -> Result<Vec<Change>, ToolError> {
        nested.told_with(self.call, |value| refers(value).then(|| self.from(value))).await
    }

    /// Notes what the values of a generic method do besides what it stands for.
    async fn note_values(
        &self,
        model: &str,
        step: &Step,
        arguments: Map<String, Value>,
    ) -> Result<(), ToolError> {
        let Some(generic) = generic_of(step) else { return Ok(()) };
        let guards = &self.call.principal().rules.guards;
        let mut given = Arguments::new(Some(arguments), guards);
        let (positional, keywords) = generic::read(&mut given)?;
        let keywords = generic::by_name(generic, self.call.major(), positional, keywords)?;
        for values in generic::values_in(&keywords) {
            note_commands(self.call, model, values).await?;
        }
        Ok(())
    }

    fn called(&self, model: &str, step: &Step, arguments: &Map<String, Value>) -> Change {
        let method = arguments.get("method").and_then(Value::as_str).unwrap_or_default();
        let given: Map<String, Value> = ["args", "kwargs"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), arguments.get(name)?.clone())))
            .collect();
        let given = (!given.is_empty()).then(|| self.from(&Value::Object(given)));
        let after = sentences::called_later(model, method, given.as_deref());
        let record = match arguments.get("ids") {
            None => model.to_owned(),
            Some(ids) if refers(ids) => self.from(ids),
            Some(_) => step.title.clone(),
        };
        Change { record, label: method.to_owned(), before: None, after }
    }

    /// The values that are known, and those that come from earlier steps. All fields are held to the same rules.
    async fn split(
        &self,
        model: &str,
        values: Map<String, Value>,
    ) -> Result<(Map<String, Value>, Map<String, Value>), ToolError> {
        if values.is_empty() {
            return Err(ToolError::argument("values", "names no field"));
        }
        let (open, known): (Map<_, _>, Map<_, _>) =
            values.into_iter().partition(|(_, value)| refers(value));
        values::check(self.call, "values", model, &known).await?;
        note_commands(self.call, model, &open).await?;
        check_names(self.call, "values", model, &open).await?;
        Ok((known, open))
    }

    /// A value in which something comes from earlier steps.
    fn from(&self, value: &Value) -> String {
        match reference(value) {
            Some(reference) => self.source(reference),
            None => {
                let text = self.described(value).to_string();
                shorten(text, MAX_SHOWN)
            }
        }
    }

    fn described(&self, value: &Value) -> Value {
        match value {
            value if reference(value).is_some() => Value::String(self.from(value)),
            Value::Array(values) => values.iter().map(|value| self.described(value)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), self.described(value)))
                .collect::<Map<_, _>>()
                .into(),
            scalar => scalar.clone(),
        }
    }

    /// `from step 1, “Find the orders” (records.*.id)`.
    fn source(&self, reference: &str) -> String {
        let name = reference.strip_prefix("steps.").unwrap_or(reference);
        let (name, path) = name.split_once('.').unwrap_or((name, ""));
        let steps = self.workflow.steps.iter().zip(1..);
        match steps.into_iter().find(|(step, _)| step.name == name) {
            Some((step, number)) => sentences::from_step(number, &step.title, path),
            None => reference.to_owned(),
        }
    }
}

/// Whether anything in it comes from an earlier step.
fn refers(value: &Value) -> bool {
    match value {
        value if reference(value).is_some() => true,
        Value::Array(values) => values.iter().any(refers),
        Value::Object(fields) => fields.values().any(refers),
        _ => false,
    }
}

/// The value with what is known filled in; what comes from steps that have not run stays as it is.
fn as_far_as_known(value: &Value, scope: &Value) -> Value {
    match value {
        value if reference(value).is_some() => fill(value, scope).unwrap_or_else(|_| value.clone()),
        Value::Array(values) => values.iter().map(|value| as_far_as_known(value, scope)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), as_far_as_known(value, scope)))
            .collect::<Map<_, _>>()
            .into(),
        scalar => scalar.clone(),
    }
}
