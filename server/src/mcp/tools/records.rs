//! Records as a tool answers them: relations as id and name, absent values as null, long and binary
//! ones described. And the definitions of fields that this takes.

use serde_json::{Map, Value, json};

use super::{Call, named};
use crate::{
    domain::{closed::is_secret_path, field_choice},
    mcp::answer::ToolError,
    odoo::OdooError,
    services::gateway::GatewayError,
};

/// The most characters of one text in an answer.
const MAX_TEXT: usize = 2_000;
/// The most ids of one x2many field in an answer.
const MAX_RELATED: usize = 100;

/// The fields of a model that a call reads, with their definitions.
pub(super) struct Fields {
    definitions: Map<String, Value>,
    /// Their names, in the order asked for.
    pub(super) names: Vec<String>,
}

impl Fields {
    /// Those that were asked for, or useful ones.
    ///
    /// # Errors
    /// Names a field that the model has not, with the nearest names.
    pub(super) async fn of(
        call: &Call<'_>,
        model: &str,
        asked: Option<Vec<String>>,
    ) -> Result<Self, ToolError> {
        let definitions = definitions(call, model, &["type", "required", "store"]).await?;
        let names = match asked {
            None => field_choice::choose(&definitions, is_secret_path),
            Some(names) => {
                if let Some(unknown) =
                    names.iter().find(|name| *name != "id" && !definitions.contains_key(*name))
                {
                    return Err(ToolError::argument(
                        "fields",
                        unknown_field(unknown, model, &definitions),
                    ));
                }
                names
            }
        };
        Ok(Self { definitions, names })
    }

    /// Odoo's rows as a tool answers them. A secret that came unasked is dropped.
    pub(super) fn rows(&self, rows: Value) -> Vec<Value> {
        let Value::Array(rows) = rows else { return Vec::new() };
        rows.into_iter()
            .filter_map(|row| match row {
                Value::Object(fields) => Some(Value::Object(self.row(fields))),
                _ => None,
            })
            .collect()
    }

    fn row(&self, fields: Map<String, Value>) -> Map<String, Value> {
        fields
            .into_iter()
            .filter(|(name, _)| !is_secret_path(name))
            .map(|(name, value)| {
                let kind = self.definitions.get(&name).and_then(|field| field["type"].as_str());
                let value = readable(kind.unwrap_or_default(), value);
                (name, value)
            })
            .collect()
    }
}

/// The definitions of all fields of `model` that hold no secret (`fields_get`), with these attributes.
///
/// # Errors
/// In words, with a hint where the model is unknown.
pub(super) async fn definitions(
    call: &Call<'_>,
    model: &str,
    attributes: &[&str],
) -> Result<Map<String, Value>, ToolError> {
    let arguments = named(json!({ "attributes": attributes }));
    match call.odoo(model, "fields_get", None, arguments).await {
        Ok(Value::Object(fields)) => {
            Ok(fields.into_iter().filter(|(name, _)| !is_secret_path(name)).collect())
        }
        Ok(_) => Err(ToolError::new("Odoo answered with something that is no list of fields")),
        Err(GatewayError::Odoo(OdooError::NoSuchModel)) => Err(ToolError::argument(
            "model",
            format_args!(
                "this Odoo has no model {model}; aidoo_schema with a search word finds models"
            ),
        )),
        Err(error) => Err(ToolError::gateway(&error, call.odoo_page)),
    }
}

fn readable(kind: &str, value: Value) -> Value {
    match (kind, value) {
        // Odoo has `false` for an absent value of every type.
        (kind, Value::Bool(false)) if kind != "boolean" => Value::Null,
        ("many2one", Value::Array(pair)) => match <[Value; 2]>::try_from(pair) {
            Ok([id, name]) => json!({ "id": id, "name": name }),
            Err(pair) => Value::Array(pair),
        },
        ("one2many" | "many2many", Value::Array(mut ids)) if ids.len() > MAX_RELATED => {
            let count = ids.len();
            ids.truncate(MAX_RELATED);
            json!({ "ids": ids, "count": count })
        }
        ("binary" | "image", Value::String(data)) => {
            Value::String(format!("(binary, about {} bytes, not shown)", data.len() / 4 * 3))
        }
        (_, Value::String(text)) => Value::String(shorten(text)),
        (_, value) => value,
    }
}

fn shorten(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        None => text,
        Some((at, _)) => format!("{}… ({} characters in all)", &text[..at], text.chars().count()),
    }
}

/// A sentence about a field that `model` has not, with the nearest names that it has.
fn unknown_field(name: &str, model: &str, definitions: &Map<String, Value>) -> String {
    let mut near: Vec<(usize, &str)> = definitions
        .keys()
        .map(|known| (distance(name, known), known.as_str()))
        .filter(|(distance, known)| *distance <= 3 || known.contains(name))
        .collect();
    near.sort_unstable();
    let near: Vec<&str> = near.into_iter().take(3).map(|(_, known)| known).collect();
    if near.is_empty() {
        format!("{model} has no field {name}; aidoo_schema lists them")
    } else {
        format!("{model} has no field {name}; the nearest are {}", near.join(", "))
    }
}

/// How many characters have to be added, removed or replaced to get from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, character) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_fields_type() {
        assert_eq!(readable("char", json!(false)), Value::Null);
        assert_eq!(readable("boolean", json!(false)), json!(false));
        assert_eq!(readable("many2one", json!([3, "Acme"])), json!({ "id": 3, "name": "Acme" }));
        assert_eq!(readable("binary", json!("QUFB")), json!("(binary, about 3 bytes, not shown)"));
        let long = readable("text", json!("é".repeat(2_001)));
        assert!(long.as_str().is_some_and(|text| text.ends_with("… (2001 characters in all)")));
        let many: Vec<i32> = (0..150).collect();
        assert_eq!(readable("one2many", json!(many))["count"], 150);
    }

    #[test]
    fn an_unknown_field_comes_with_the_nearest_names() {
        let definitions = json!({ "partner_id": {}, "amount_total": {}, "name": {} });
        let definitions = definitions.as_object().expect("an object");
        assert_eq!(
            unknown_field("partnerid", "sale.order", definitions),
            "sale.order has no field partnerid; the nearest are partner_id"
        );
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
