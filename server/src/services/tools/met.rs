//! What a method meets: what it does depends on how its records are now.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{ToolError, named, nested::Nested, paths::required_definitions, run::Call};
use crate::store::wizards::About;

/// The most records that are named.
const MAX_NAMED: usize = 10;

/// The records that a method is called on, or for whose sake Odoo asks something, and those that its values change.
#[derive(PartialEq)]
pub(super) struct Met {
    records: Value,
    /// Those inside the values.
    pub(super) nested: Nested,
}

impl Met {
    /// As they are now: `about` are the method's records, `values` those that it is given for `model`.
    ///
    /// # Errors
    /// When one does not exist, or Odoo does not answer.
    pub(super) async fn now(
        call: &Call<'_>,
        about: Option<&About>,
        model: &str,
        values: &[&Map<String, Value>],
        context: &BTreeMap<String, Value>,
    ) -> Result<Self, ToolError> {
        let records = match about {
            None => Value::Null,
            Some(About { model, ids }) => records_now(call, model, ids, context).await?,
        };
        Ok(Self { records, nested: Nested::read(call, model, values, context).await? })
    }

    /// What an agreement is bound to.
    pub(super) fn state(&self) -> Value {
        json!({ "records": self.records, "nested": self.nested.state() })
    }

    /// The method's records as a person reads them: `S00012 (draft)`, or `2 records: S00012 (draft), S00013 (draft)`.
    pub(super) fn told(&self) -> Option<String> {
        told(&self.records)
    }
}

/// Names, states and when they were last written.
async fn records_now(
    call: &Call<'_>,
    model: &str,
    ids: &[i64],
    context: &BTreeMap<String, Value>,
) -> Result<Value, ToolError> {
    let definitions = required_definitions(call, model).await?;
    let fields: Vec<&str> = ["display_name", "state", "write_date"]
        .into_iter()
        .filter(|field| definitions.fields.contains_key(*field))
        .collect();
    let arguments = named(json!({ "fields": fields }));
    let rows = call.ask(model, "read", Some(ids.to_vec()), arguments, context).await?;
    let found = rows.as_array().map_or(0, Vec::len);
    if found != ids.len() {
        return Err(ToolError::argument(
            "ids",
            format_args!("only {found} of the {} records exist: nothing was done", ids.len()),
        ));
    }
    Ok(rows)
}

fn told(rows: &Value) -> Option<String> {
    let names: Vec<String> = rows
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| {
            let name = row["display_name"].as_str().unwrap_or_default();
            match row["state"].as_str() {
                Some(state) => format!("{name} ({state})"),
                None => name.to_owned(),
            }
        })
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        many => {
            let first = many[..many.len().min(MAX_NAMED)].join(", ");
            Some(format!("{} records: {first}", many.len()))
        }
    }
}
