//! From a step's arguments to its fields, and back. An argument that the fields cannot say stays as it was.

use serde_json::{Map, Value, json};

use super::{
    Filling, Found, Group, Maker, OrderTerm, Part, ReportTask, Row, StepForm, Typed, ValueKind,
    ValueRow, filling, names::Names,
};
use crate::workflow::{FlawProblem, StepAction};

/// Arguments that some kind of step takes: one of these does not follow a step to a kind that has it not.
const KNOWN: [&str; 20] = [
    "model",
    "domain",
    "fields",
    "order",
    "limit",
    "offset",
    "count_only",
    "archived",
    "name",
    "ids",
    "values",
    "records",
    "changes",
    "archive",
    "method",
    "kwargs",
    "args",
    "action",
    "group_by",
    "measures",
];

/// Reads the arguments into the step's fields.
pub(super) fn read_step(
    step: &mut StepForm,
    arguments: &Map<String, Value>,
    names: &Names,
    make: &mut Maker,
) {
    step.conditions = Group { row: make.row(), ..Group::default() };
    for (argument, value) in arguments {
        if read(step, argument, value, names, make).is_none() {
            step.rest.insert(argument.clone(), value.clone());
        }
    }
}

/// Reads one argument. `None` when there is no field for what it says.
fn read(
    step: &mut StepForm,
    argument: &str,
    value: &Value,
    names: &Names,
    make: &mut Maker,
) -> Option<()> {
    let action = step.action;
    let text = || value.as_str().map(str::to_owned);
    match (action, argument) {
        (_, "model") => step.model = text()?,
        (StepAction::Execute, "method") => step.method = text()?,
        (StepAction::Execute, "kwargs") => step.keywords = rows(value, names, make)?,
        (StepAction::Report, "action") => step.task = ReportTask::parse(value.as_str()?)?,
        (StepAction::Report, "report") => step.report = text()?,
        (StepAction::Report, "format") => step.format = text()?,
        (StepAction::Report, "group_by") => step.groups = texts(value)?,
        (StepAction::Report, "measures") => step.measures = texts(value)?,
        (
            StepAction::Read | StepAction::Write | StepAction::Execute | StepAction::Report,
            "ids",
        ) => step.ids = filling(value, names),
        (StepAction::Query | StepAction::Report, "domain") => {
            step.conditions = Group::read(value, names, make)?;
        }
        (StepAction::Query | StepAction::Read | StepAction::Report, "fields") => {
            step.fields = texts(value)?;
        }
        (StepAction::Create | StepAction::Write, "values") => {
            step.values = rows(value, names, make)?;
        }
        (StepAction::Write, "archive") => step.archive = Some(value.as_bool()?),
        (StepAction::Query | StepAction::Report, "order") => step.order = order(value.as_str()?)?,
        (StepAction::Query | StepAction::Report, "limit") => step.limit = filling(value, names),
        (StepAction::Query, "count_only") => step.is_count = value.as_bool()?,
        (StepAction::Query, "archived") => step.with_archived = value.as_bool()?,
        _ => return None,
    }
    Some(())
}

fn rows(value: &Value, names: &Names, make: &mut Maker) -> Option<Vec<ValueRow>> {
    let fields = value.as_object()?;
    // A reference is no object of values.
    (!fields.contains_key("$")).then_some(())?;
    let row = |(field, value): (&String, &Value)| ValueRow {
        row: make.row(),
        field: field.clone(),
        value: filling(value, names),
    };
    Some(fields.iter().map(row).collect())
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
}

fn order(text: &str) -> Option<Vec<OrderTerm>> {
    text.split(',')
        .map(|term| {
            let mut words = term.split_whitespace();
            let field = words.next()?.to_owned();
            let is_descending = match words.next().map(str::to_ascii_lowercase).as_deref() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(_) => return None,
            };
            words.next().is_none().then_some(OrderTerm { field, is_descending })
        })
        .collect()
}

impl StepForm {
    /// The step's arguments. What is wrong with them is noted in `found`.
    pub(super) fn arguments(&self, names: &Names, found: &mut Vec<Found>) -> Map<String, Value> {
        if let Some(json) = &self.json {
            return match serde_json::from_str(json) {
                Ok(arguments) => arguments,
                Err(error) => {
                    let problem =
                        FlawProblem::NoJson { line: error.line(), column: error.column() };
                    let part = Part::Rest;
                    let row = self.row;
                    found.push(Found { row, part, line: 0, problem, is_unreadable: true });
                    Map::new()
                }
            };
        }
        let mut writer = Writer { step: self, names, found, told: Map::new() };
        writer.write();
        let mut told = writer.told;
        let (action, is_known) = (self.action, |name: &str| KNOWN.contains(&name));
        let rest = self.rest.iter().filter(|(name, _)| takes(action, name) || !is_known(name));
        told.extend(rest.map(|(name, value)| (name.clone(), value.clone())));
        told
    }
}

/// Whether a step of this kind has such an argument.
fn takes(action: StepAction, argument: &str) -> bool {
    match argument {
        "model" => true,
        "domain" | "order" | "limit" => {
            matches!(action, StepAction::Query | StepAction::Report)
        }
        "fields" => {
            matches!(action, StepAction::Query | StepAction::Read | StepAction::Report)
        }
        "offset" | "count_only" | "archived" | "name" => action == StepAction::Query,
        "ids" => !matches!(action, StepAction::Query | StepAction::Create),
        "values" => matches!(action, StepAction::Create | StepAction::Write),
        "records" => action == StepAction::Create,
        "changes" | "archive" => action == StepAction::Write,
        "method" | "kwargs" | "args" => action == StepAction::Execute,
        "action" | "group_by" | "measures" => action == StepAction::Report,
        _ => false,
    }
}

/// Writes a step's arguments.
struct Writer<'a> {
    step: &'a StepForm,
    names: &'a Names,
    found: &'a mut Vec<Found>,
    told: Map<String, Value>,
}

impl Writer<'_> {
    fn write(&mut self) {
        let step = self.step;
        self.text("model", &step.model, Part::Model);
        if step.action == StepAction::Execute {
            self.text("method", &step.method, Part::Method);
            let keywords = self.object(&step.keywords, Part::Keywords);
            if !keywords.is_empty() {
                self.put("kwargs", Value::Object(keywords));
            }
        }
        if step.action == StepAction::Report {
            self.put("action", json!(step.task.as_str()));
            match step.task {
                ReportTask::Figures => {
                    self.list("group_by", &step.groups, Part::Groups);
                    self.list("measures", &step.measures, Part::Measures);
                }
                ReportTask::Pdf if !step.report.is_empty() => {
                    self.put("report", json!(step.report));
                }
                ReportTask::Extract if !step.format.is_empty() => {
                    self.put("format", json!(step.format));
                }
                ReportTask::Pdf | ReportTask::Extract | ReportTask::List => {}
            }
        }
        if step.names_records() {
            self.ids();
        }
        if step.has_conditions() && !step.conditions.is_empty() {
            let conditions = &step.conditions;
            let domain = conditions.write(&mut |one| {
                if one.field.is_empty() {
                    self.note(Part::Conditions, one.row, FlawProblem::Required, true);
                    return None;
                }
                let (operator, value) = match one.operator.as_str() {
                    super::EMPTY => ("=", Value::Bool(false)),
                    super::SET => ("!=", Value::Bool(false)),
                    operator => (operator, self.value(&one.value, Part::Conditions, one.row)?),
                };
                Some(json!([one.field, operator, value]))
            });
            self.put("domain", Value::Array(domain));
        }
        if step.tells_fields() {
            self.list("fields", &step.fields, Part::Fields);
        }
        if step.sets_values() {
            self.values();
        }
        if step.has_order() {
            self.order();
        }
        if step.has_limit()
            && !step.limit.is_empty()
            && let Some(limit) = self.value(&step.limit, Part::Limit, 0)
        {
            self.put("limit", limit);
        }
        if step.action == StepAction::Query {
            if step.is_count {
                self.put("count_only", json!(true));
            }
            if step.with_archived {
                self.put("archived", json!(true));
            }
        }
    }

    fn ids(&mut self) {
        let step = self.step;
        if !step.ids.is_empty() {
            if let Some(ids) = self.value(&step.ids, Part::Ids, 0) {
                self.put("ids", ids);
            }
            return;
        }
        // A method may be one of the model; records may be named in what is kept as JSON.
        let is_elsewhere = step.rest.contains_key("ids") || step.rest.contains_key("changes");
        if step.action != StepAction::Execute && !is_elsewhere {
            self.note(Part::Ids, 0, FlawProblem::Required, false);
        }
    }

    fn values(&mut self) {
        let step = self.step;
        let values = self.object(&step.values, Part::Values);
        let is_elsewhere =
            ["values", "records", "changes"].iter().any(|name| step.rest.contains_key(*name));
        if !values.is_empty() {
            self.put("values", Value::Object(values));
        } else if !is_elsewhere && step.archive.is_none() && step.values.is_empty() {
            self.note(Part::Values, 0, FlawProblem::Required, false);
        }
        if let Some(archive) = step.archive
            && step.action == StepAction::Write
        {
            self.put("archive", json!(archive));
        }
    }

    fn order(&mut self) {
        let terms: Vec<String> = self
            .step
            .order
            .iter()
            .filter(|term| !term.field.is_empty())
            .map(
                |OrderTerm { field, is_descending }| {
                    if *is_descending { format!("{field} desc") } else { field.clone() }
                },
            )
            .collect();
        if !terms.is_empty() {
            self.put("order", json!(terms.join(", ")));
        }
    }

    fn object(&mut self, rows: &[ValueRow], part: Part) -> Map<String, Value> {
        let mut told = Map::new();
        for ValueRow { row, field, value } in rows {
            if field.is_empty() {
                self.note(part, *row, FlawProblem::Required, true);
            } else if told.contains_key(field) {
                self.note(part, *row, FlawProblem::FieldTwice, true);
            } else if let Some(value) = self.value(value, part, *row) {
                told.insert(field.clone(), value);
            }
        }
        told
    }

    /// The value, if it can be read.
    fn value(&mut self, filling: &Filling, part: Part, line: Row) -> Option<Value> {
        match filling {
            Filling::From(source) => Some(self.names.reference(source)),
            // An empty text is a value; an empty number is none.
            Filling::Typed(typed) if typed.is_empty() && typed.kind != ValueKind::Text => {
                self.note(part, line, FlawProblem::Required, true);
                None
            }
            Filling::Typed(typed) => match Typed::value(typed) {
                Ok(value) => Some(value),
                Err(kind) => {
                    self.note(part, line, FlawProblem::NoValue(kind), true);
                    None
                }
            },
        }
    }

    fn text(&mut self, name: &str, text: &str, part: Part) {
        if !text.is_empty() {
            self.put(name, json!(text));
        } else if !self.step.rest.contains_key(name) {
            self.note(part, 0, FlawProblem::Required, false);
        }
    }

    fn list(&mut self, name: &str, texts: &[String], part: Part) {
        if texts.iter().any(String::is_empty) {
            self.note(part, 0, FlawProblem::Required, true);
        } else if !texts.is_empty() {
            self.put(name, json!(texts));
        }
    }

    fn put(&mut self, name: &str, value: Value) {
        self.told.insert(name.to_owned(), value);
    }

    fn note(&mut self, part: Part, line: Row, problem: FlawProblem, is_unreadable: bool) {
        self.found.push(Found { row: self.step.row, part, line, problem, is_unreadable });
    }
}
