//! `aidoo_write`: update records by their ids, also each with values of its own; archive and unarchive.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use shared::{
    activity::Consent,
    confirmation::{Change, Preview},
    permission::Permission,
};

use super::{
    Answer, Cause, Definition, Effect, Output, ToolError,
    arguments::{Arguments, record_id},
    change::{Intent, carry_out},
    consent::{self, Proposal, Verdict},
    named,
    nested::Nested,
    paths::refuse_about_closed,
    readable::as_they_are,
    run::Call,
    sentences,
    values::{self, Teller},
    wizard,
};
use crate::domain::odoo_methods;

/// The most records of one call.
const MAX_RECORDS: usize = 500;
/// The most different sets of values of one call: until 18 each is a call of Odoo.
const MAX_SETS: usize = 50;

pub(super) fn definition() -> Definition {
    Definition {
        title: "Update records",
        description: "Update Odoo records by their ids: the same values for all of them (ids and values), or each \
         with its own (changes); archive or unarchive them (archive: true or false). The first call changes \
         nothing: it gives a preview with old and new values and a confirm; show it to the person, then call \
         again with the same arguments and that confirm.",
        input: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string", "description": "technical name, such as res.partner" },
                "ids": {
                    "type": "array", "items": { "type": "integer", "minimum": 1 },
                    "minItems": 1, "maxItems": MAX_RECORDS
                },
                "values": { "type": "object", "description": "field names and new values" },
                "changes": {
                    "type": "array", "maxItems": MAX_RECORDS,
                    "items": {
                        "type": "object",
                        "properties": { "id": { "type": "integer" }, "values": { "type": "object" } },
                        "required": ["id", "values"],
                        "additionalProperties": false
                    },
                    "description": format!("records with values of their own, instead of ids and values; at most {MAX_SETS} different sets of values, as equal ones are saved together")
                },
                "archive": { "type": "boolean", "description": "true archives the records of ids, false brings them back" },
                "context": super::context_schema(),
                "confirm": super::confirm_schema()
            },
            "required": ["model"],
            "additionalProperties": false
        }),
        output: super::change_schema(json!({
            "ids": { "type": "array", "items": { "type": "integer" }, "description": "what was changed" }
        })),
        effect: Effect::Changes,
    }
}

/// Records that get the same values.
pub(super) struct Set {
    pub(super) ids: Vec<i64>,
    pub(super) values: Map<String, Value>,
}

/// How different sets of values are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saving {
    /// In one call of Odoo, which is one transaction (`web_save_multi`, from 19 on).
    Together,
    /// Each in a call and a transaction of its own.
    OneByOne,
}

impl Saving {
    fn of(call: &Call<'_>, sets: &[Set]) -> Self {
        let is_there = odoo_methods::generic("web_save_multi")
            .is_some_and(|method| method.versions.contains(&call.major()));
        if is_there && sets.len() > 1 { Self::Together } else { Self::OneByOne }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::OneByOne => "one by one",
        }
    }

    /// The calls: method, records and arguments of each.
    fn calls(self, sets: &[Set]) -> Vec<(&'static str, Vec<i64>, Map<String, Value>)> {
        match self {
            Self::Together => {
                let rows = sets
                    .iter()
                    .flat_map(|Set { ids, values }| ids.iter().map(move |id| (*id, json!(values))));
                let (ids, values): (Vec<i64>, Vec<Value>) = rows.unzip();
                // Of an empty specification nothing is read back.
                let arguments = named(json!({ "vals_list": values, "specification": {} }));
                vec![("web_save_multi", ids, arguments)]
            }
            Self::OneByOne => sets
                .iter()
                .map(|Set { ids, values }| ("write", ids.clone(), named(json!({ "vals": values }))))
                .collect(),
        }
    }

    /// What a preview says of it, where there are several sets.
    fn note(self, sets: usize) -> Option<String> {
        (sets > 1).then(|| match self {
            Self::Together => sentences::sets_together(sets),
            Self::OneByOne => sentences::sets(sets),
        })
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let model = arguments.required_model()?;
    call.note(|about| about.model = Some(model.clone()));
    let ids = arguments.some_ids("ids")?;
    let values = arguments.object("values")?;
    let changes = arguments.list("changes")?;
    let archive = match arguments.value("archive") {
        None => None,
        Some(Value::Bool(archive)) => Some(archive),
        Some(_) => return Err(ToolError::argument("archive", "must be true or false")),
    };
    let context = arguments.context()?;
    let confirm = arguments.text("confirm", 100)?;
    arguments.finish(&["model", "ids", "values", "changes", "archive", "context", "confirm"])?;
    let sets = sets(ids, values, changes, archive)?;
    let all: Vec<i64> = sets.iter().flat_map(|set| set.ids.iter().copied()).collect();
    call.note(|about| about.records = u32::try_from(all.len()).ok());
    values::check_model(call, "model", &model)?;
    for set in &sets {
        values::check(call, "values", &model, &set.values).await?;
    }
    wizard::refuse(call, &model).await?;
    refuse_about_closed(call, "ids", &model, &all).await?;

    let values: Vec<&Map<String, Value>> = sets.iter().map(|set| &set.values).collect();
    let old = old_values(call, &model, &sets, &context).await?;
    let nested = Nested::read(call, &model, &values, &context).await?;
    let saving = Saving::of(call, &sets);
    let bound: Vec<Value> =
        sets.iter().map(|set| json!({ "ids": set.ids, "values": set.values })).collect();
    let bound = json!({ "model": model, "sets": bound, "context": context });
    let proposal = Proposal {
        permission: Permission::Write,
        arguments: bound.clone(),
        // How they are saved belongs to what was agreed to: Odoo may be of another version by then.
        state: json!({ "records": old, "nested": nested.state(), "saving": saving.as_str() }),
        preview: preview(call, &model, &sets, &old, &nested).await?,
        confirm,
    };
    let change = match consent::settle(call, proposal).await? {
        Verdict::Wait(output) => return Ok(output),
        Verdict::Agreed(change) => *change,
    };
    // A person takes their time to answer.
    if change.consent == Consent::Client
        && (old_values(call, &model, &sets, &context).await? != old
            || Nested::read(call, &model, &values, &context).await? != nested)
    {
        return Err(consent::records_changed());
    }
    let mut calls = Vec::new();
    for (method, ids, arguments) in saving.calls(&sets) {
        let write = call.prepare(&model, method, Some(ids), arguments, &context).await;
        calls.push(write.map_err(|error| call.explain(&error))?.into());
    }
    let intent = Intent { arguments: bound, records: u32::try_from(all.len()).ok() };
    let (answers, problem) = carry_out(call, change, calls, intent).await?;
    let done: Vec<i64> = match saving {
        Saving::Together if answers.is_empty() => Vec::new(),
        Saving::Together => all,
        Saving::OneByOne => {
            sets.iter().take(answers.len()).flat_map(|set| set.ids.iter().copied()).collect()
        }
    };
    match problem {
        None => Ok(Output::Answer(json!({ "status": "done", "model": model, "ids": done }))),
        Some(problem) if done.is_empty() => Err(problem),
        // Each set is a transaction of its own: what was done before stays done.
        Some(ToolError { sentence, cause, why }) => Err(ToolError {
            sentence: format!(
                "{sentence}; changed before that, and kept: {done:?}; not changed: the rest"
            ),
            cause: if cause == Cause::Unknown { cause } else { Cause::Failed },
            why,
        }),
    }
}

fn sets(
    ids: Option<Vec<i64>>,
    values: Option<Map<String, Value>>,
    changes: Option<Vec<Value>>,
    archive: Option<bool>,
) -> Result<Vec<Set>, ToolError> {
    match (ids, values, changes, archive) {
        (Some(ids), values, None, archive) if values.is_some() || archive.is_some() => {
            let mut values = values.unwrap_or_default();
            if let Some(archive) = archive {
                values.insert("active".to_owned(), json!(!archive));
            }
            if values.is_empty() {
                return Err(ToolError::argument("values", "names no field"));
            }
            Ok(vec![Set { ids, values }])
        }
        (None, None, Some(changes), None) => from_changes(changes),
        (Some(_), None, None, None) => {
            Err(ToolError::argument("values", "is required with ids, or archive"))
        }
        (None, ..) => Err(ToolError::argument(
            "ids",
            "is required, or changes for records with values of their own",
        )),
        _ => Err(ToolError::new("give either ids with values or archive, or changes, not both")),
    }
}

fn from_changes(changes: Vec<Value>) -> Result<Vec<Set>, ToolError> {
    if changes.is_empty() || changes.len() > MAX_RECORDS {
        return Err(ToolError::argument(
            "changes",
            format_args!("change 1 to {MAX_RECORDS} records at a time"),
        ));
    }
    let mut sets: Vec<Set> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for change in changes {
        let id = record_id(&change["id"]);
        let (Some(id), Some(values)) = (id, change["values"].as_object()) else {
            return Err(ToolError::argument(
                "changes",
                "each needs an id and an object of values, such as {\"id\": 7, \"values\": {…}}",
            ));
        };
        if values.is_empty() {
            return Err(ToolError::argument("changes", format_args!("record {id} has no values")));
        }
        if !seen.insert(id) {
            return Err(ToolError::argument("changes", format_args!("record {id} is there twice")));
        }
        match sets.iter_mut().find(|set| set.values == *values) {
            Some(set) => set.ids.push(id),
            None => sets.push(Set { ids: vec![id], values: values.clone() }),
        }
    }
    if sets.len() > MAX_SETS {
        return Err(ToolError::argument(
            "changes",
            format_args!(
                "there are {} different sets of values, at most {MAX_SETS} are taken",
                sets.len()
            ),
        ));
    }
    Ok(sets)
}

/// The records as they are now, by id: their names and the values that would change, as the change's own
/// context has them, since a text may be translated and a value be one company's.
pub(super) async fn old_values(
    call: &Call<'_>,
    model: &str,
    sets: &[Set],
    context: &BTreeMap<String, Value>,
) -> Result<BTreeMap<i64, Value>, ToolError> {
    let mut wanted: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for Set { ids, values } in sets {
        for id in ids {
            wanted.entry(*id).or_default().extend(values.keys().map(String::as_str));
        }
    }
    as_they_are(call, "ids", model, &wanted, context).await
}

async fn preview(
    call: &Call<'_>,
    model: &str,
    sets: &[Set],
    old: &BTreeMap<i64, Value>,
    nested: &Nested,
) -> Result<Preview, ToolError> {
    let values: Vec<&Map<String, Value>> = sets.iter().map(|set| &set.values).collect();
    let teller = Teller::new(call, model, &values, nested).await?;
    let mut changes = Vec::new();
    for set in sets {
        for id in &set.ids {
            let row = &old[id];
            let record = row["display_name"].as_str().unwrap_or_default();
            for (field, value) in &set.values {
                changes.push(Change {
                    record: if record.is_empty() { format!("#{id}") } else { record.to_owned() },
                    label: teller.label(field),
                    before: Some(teller.now(field, row)),
                    after: teller.after(field, value),
                });
            }
        }
    }
    changes.extend(nested.told(call).await?);
    let note = Saving::of(call, sets).note(sets.len());
    let summary = sentences::change(old.len(), model, call.known_title(model));
    Ok(sentences::cut(summary, changes, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_call_and_a_record_comes_once() {
        let changes = json!([
            { "id": 1, "values": { "a": 1 } },
            { "id": 2, "values": { "a": 2 } },
            { "id": "3", "values": { "a": 1 } },
        ]);
        let sets = from_changes(changes.as_array().expect("a list").clone()).expect("is taken");
        let ids: Vec<&[i64]> = sets.iter().map(|set| set.ids.as_slice()).collect();
        assert_eq!(ids, [&[1, 3][..], &[2]]);
        for bad in [
            json!([]),
            json!([{ "id": 1, "values": {} }]),
            json!([{ "id": 0, "values": { "a": 1 } }]),
            json!([{ "id": 1, "values": { "a": 1 } }, { "id": 1, "values": { "a": 2 } }]),
            json!([{ "id": 1 }]),
            json!([7]),
        ] {
            assert!(from_changes(bad.as_array().expect("a list").clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn archiving_is_a_value_like_any_other() {
        let set = sets(Some(vec![1]), None, None, Some(true)).expect("is taken");
        assert_eq!(set[0].values["active"], json!(false));
        assert!(sets(Some(vec![1]), None, None, None).is_err());
        assert!(sets(None, None, None, Some(true)).is_err());
        assert!(sets(Some(vec![1]), None, Some(Vec::new()), None).is_err());
    }
}
