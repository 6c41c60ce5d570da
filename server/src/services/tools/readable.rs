//! Records as they are now, as far as the person may read them: what a preview shows of them, and what an agreement is
//! bound to. What may not be read is left out, and told as that.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{ToolError, named, run::Call};
use crate::{odoo::OdooError, services::gateway::GatewayError};

/// The most calls of Odoo that find out what of some records may be read.
const MAX_CALLS: usize = 60;

/// The records of `model` by id: their names and the fields that are wanted of each, in the context of the change.
/// Odoo refuses a whole reading for one field or record of it: then each is read by itself.
///
/// # Errors
/// In Odoo's words when nothing of a record may be read, or too much would have to be tried; with the name of
/// `argument` when one does not exist.
pub(super) async fn as_they_are(
    call: &Call<'_>,
    argument: &str,
    model: &str,
    wanted: &BTreeMap<i64, BTreeSet<&str>>,
    context: &BTreeMap<String, Value>,
) -> Result<BTreeMap<i64, Value>, ToolError> {
    let fields: BTreeSet<&str> = wanted.values().flatten().copied().collect();
    let ids = wanted.keys().copied().collect();
    let rows = match read(call, model, ids, &fields, context).await {
        Ok(rows) => rows,
        Err(refused @ GatewayError::Odoo(OdooError::Access(_))) => {
            let calls: usize = wanted.values().map(|fields| fields.len() + 2).sum();
            if calls > MAX_CALLS {
                return Err(call.explain(&refused));
            }
            let mut rows = Vec::new();
            for (id, fields) in wanted {
                rows.extend(one_by_one(call, model, *id, fields, context).await?);
            }
            rows
        }
        Err(error) => return Err(call.explain(&error)),
    };
    let mut found = BTreeMap::new();
    for row in rows {
        let Some((id, wanted)) = row["id"].as_i64().and_then(|id| Some((id, wanted.get(&id)?)))
        else {
            continue;
        };
        let fields = wanted.iter().copied().chain(["display_name"]);
        let known = fields.filter_map(|field| Some((field.to_owned(), row.get(field)?.clone())));
        found.insert(id, Value::Object(known.collect()));
    }
    let missing: Vec<i64> = wanted.keys().copied().filter(|id| !found.contains_key(id)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    Err(ToolError::argument(
        argument,
        format_args!("there are no records {missing:?} of {model}: nothing was changed"),
    ))
}

/// What may be read of one record; nothing where there is none.
async fn one_by_one(
    call: &Call<'_>,
    model: &str,
    id: i64,
    fields: &BTreeSet<&str>,
    context: &BTreeMap<String, Value>,
) -> Result<Option<Value>, ToolError> {
    let refused = match read(call, model, vec![id], fields, context).await {
        Ok(rows) => return Ok(rows.into_iter().next()),
        Err(refused @ GatewayError::Odoo(OdooError::Access(_))) => refused,
        Err(error) => return Err(call.explain(&error)),
    };
    let mut known = Map::new();
    for field in fields.iter().copied().chain(["display_name"]) {
        let one = named(json!({ "fields": [field] }));
        match call.odoo(model, "read", Some(vec![id]), one, context).await {
            Ok(rows) => known.extend(rows[0].as_object().cloned().unwrap_or_default()),
            Err(GatewayError::Odoo(OdooError::Access(_))) => {}
            Err(error) => return Err(call.explain(&error)),
        }
    }
    if known.is_empty() { Err(call.explain(&refused)) } else { Ok(Some(Value::Object(known))) }
}

/// Reads the fields, and the names, of records.
async fn read(
    call: &Call<'_>,
    model: &str,
    ids: Vec<i64>,
    fields: &BTreeSet<&str>,
    context: &BTreeMap<String, Value>,
) -> Result<Vec<Value>, GatewayError> {
    let fields: BTreeSet<&str> = fields.iter().copied().chain(["display_name"]).collect();
    let arguments = named(json!({ "fields": fields }));
    match call.odoo(model, "read", Some(ids), arguments, context).await? {
        Value::Array(rows) => Ok(rows),
        _ => Ok(Vec::new()),
    }
}
