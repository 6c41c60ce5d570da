//! Records as a tool answers them: relations as id and name, absent values as null, times where the
//! person is with UTC beside, long and binary values described. And the fields that a call reads.

use std::{collections::BTreeMap, io, sync::Arc};

use jiff::{civil::DateTime, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{
    ToolError,
    arguments::Term,
    named,
    paths::{about_closed, follow, reads_from_closed, required_definitions},
    run::Call,
    sentences,
};
use crate::{
    domain::{field_choice, guards::Guards},
    services::odoo_cache::Definitions,
};

/// The most characters of one text in an answer.
const MAX_TEXT: usize = 2_000;
/// The most ids of one x2many field in an answer, and the most values of a dotted field through one.
const MAX_RELATED: usize = 100;
/// The most related records that one dotted field is read of at once: for an answer there is no second time.
const MAX_FOLLOWED: usize = 500;
/// The most bytes of the values of one dotted field in a page of a file, which lie in memory until it is written: as
/// many as one answer of Odoo may have ([`crate::odoo::Limits`]).
const MAX_VALUES: usize = 32 * 1024 * 1024;
/// The most bytes of records in one answer: about what a model can take in at once.
pub(super) const MAX_BYTES: usize = 400_000;

/// The fields of a model that a call reads.
pub(super) struct Fields {
    definitions: Arc<Definitions>,
    /// Names of the model's own fields, in the order asked for.
    names: Vec<String>,
    /// Paths of two names: the first is a relation, the second a field of the related model.
    dotted: Vec<(String, String)>,
    zone: TimeZone,
    extent: Extent,
}

/// How much is told of a long value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// What an answer holds.
    Answer,
    /// All of it.
    Whole,
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
        context: &BTreeMap<String, Value>,
    ) -> Result<Self, ToolError> {
        let definitions = required_definitions(call, model).await?;
        let zone = zone(call, context).await?;
        let Some(asked) = asked else {
            let names = useful(call, model, &definitions).await;
            return Ok(Self {
                definitions,
                names,
                dotted: Vec::new(),
                zone,
                extent: Extent::Answer,
            });
        };
        let mut names = Vec::new();
        let mut dotted = Vec::new();
        for path in asked {
            let (first, rest) = match path.split_once('.') {
                Some((first, rest)) => (first, Some(rest)),
                None => (path.as_str(), None),
            };
            let term = Term::quoted(&path, &path);
            follow(call, model, "fields", std::slice::from_ref(&term)).await?;
            if let Some(rest) = rest {
                // Parts of dates and of properties can be searched by, and are no fields to read.
                if definitions.of(first)["relation"].is_null() {
                    let problem = format_args!("{first} leads to no record: name it alone");
                    return Err(term.error("fields", problem));
                }
                dotted.push((first.to_owned(), rest.to_owned()));
            }
            if !names.iter().any(|name| name == first) {
                names.push(first.to_owned());
            }
        }
        Ok(Self { definitions, names, dotted, zone, extent: Extent::Answer })
    }

    /// The same with long values in full: for a file, which no model has to take in.
    pub(super) fn in_full(self) -> Self {
        Self { extent: Extent::Whole, ..self }
    }

    fn told(&self, kind: &str, value: Value) -> Value {
        match self.extent {
            Extent::Answer => readable(kind, value, &self.zone),
            Extent::Whole => whole(kind, value, &self.zone),
        }
    }

    /// Of how many related records a dotted field is told.
    const fn most_related(&self) -> usize {
        match self.extent {
            Extent::Answer => MAX_RELATED,
            Extent::Whole => usize::MAX,
        }
    }

    /// The names that Odoo is asked for.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Odoo's rows as a tool answers them, with what dotted fields ask of related records.
    ///
    /// # Errors
    /// When the related records cannot be read.
    pub(super) async fn rows(
        &self,
        call: &Call<'_>,
        rows: Value,
        context: &BTreeMap<String, Value>,
    ) -> Result<Vec<Value>, ToolError> {
        let Value::Array(rows) = rows else { return Ok(Vec::new()) };
        let mut related = Vec::new();
        for (relation, field) in &self.dotted {
            related.push(self.related(call, &rows, relation, field, context).await?);
        }
        let guards = &call.principal().rules.guards;
        Ok(rows
            .into_iter()
            .filter_map(|row| match row {
                Value::Object(fields) => Some(fields),
                _ => None,
            })
            .map(|fields| {
                let mut extra = Map::new();
                for ((relation, field), values) in self.dotted.iter().zip(&related) {
                    let value = match ids(fields.get(relation).unwrap_or(&Value::Null)).as_slice() {
                        [] => Value::Null,
                        [one] if !is_many(self.definitions.of(relation)) => {
                            values.get(one).cloned().unwrap_or(Value::Null)
                        }
                        many => self.of_many(many, values),
                    };
                    extra.insert(format!("{relation}.{field}"), value);
                }
                let mut row = self.row(fields, guards);
                row.extend(extra);
                Value::Object(row)
            })
            .collect())
    }

    /// What a dotted field tells of the records `many`, whose values are among `values`: as much as of their ids, which
    /// [`readable`] cuts.
    fn of_many(&self, many: &[i64], values: &BTreeMap<i64, Value>) -> Value {
        let told: Vec<Value> = many
            .iter()
            .take(self.most_related())
            .map(|id| json!({ "id": id, "value": values.get(id) }))
            .collect();
        if told.len() < many.len() {
            return json!({ "values": told, "count": many.len() });
        }
        Value::Array(told)
    }

    /// The values of `field` of the records that `relation` names in `rows`, as far as they are told, by id.
    async fn related(
        &self,
        call: &Call<'_>,
        rows: &[Value],
        relation: &str,
        field: &str,
        context: &BTreeMap<String, Value>,
    ) -> Result<BTreeMap<i64, Value>, ToolError> {
        let model = self.definitions.of(relation)["relation"].as_str().unwrap_or_default();
        let most = self.most_related();
        let mut wanted: Vec<i64> =
            rows.iter().flat_map(|row| ids(&row[relation]).into_iter().take(most)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        // How many records a page of a file has is not the caller's choice.
        if self.extent == Extent::Answer && wanted.len() > MAX_FOLLOWED {
            return Err(ToolError::argument(
                "fields",
                format_args!(
                    "{relation}.{field} would be read of {} records, at most {MAX_FOLLOWED} are followed: ask for \
                     fewer records",
                    wanted.len()
                ),
            ));
        }
        let (mut values, mut bytes) = (BTreeMap::new(), 0);
        for part in wanted.chunks(MAX_FOLLOWED) {
            let read = self.values(call, model, field, part, context).await?;
            bytes += read.values().map(length).sum::<usize>();
            values.extend(read);
            if bytes > MAX_VALUES {
                return Err(ToolError::argument(
                    "fields",
                    format_args!(
                        "{relation}.{field} has more than {MAX_VALUES} bytes of values, which is the most that is read \
                         at once: leave it out, or narrow the domain"
                    ),
                ));
            }
        }
        Ok(values)
    }

    /// The values of `field` of the records `wanted` of `model`, by id, but for those that are about closed models.
    async fn values(
        &self,
        call: &Call<'_>,
        model: &str,
        field: &str,
        wanted: &[i64],
        context: &BTreeMap<String, Value>,
    ) -> Result<BTreeMap<i64, Value>, ToolError> {
        let closed = about_closed(call, model, wanted).await?;
        let open: Vec<i64> = wanted.iter().copied().filter(|id| !closed.contains(id)).collect();
        if open.is_empty() {
            return Ok(BTreeMap::new());
        }
        let definitions = required_definitions(call, model).await?;
        let kind = definitions.of(field)["type"].as_str().unwrap_or_default().to_owned();
        let guards = &call.principal().rules.guards;
        let arguments = named(json!({ "fields": [field] }));
        let rows = call.ask(model, "read", Some(open), arguments, context).await?;
        Ok(rows
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|row| {
                let value = open_properties(guards, &kind, row[field].clone());
                Some((row["id"].as_i64()?, self.told(&kind, value)))
            })
            .collect())
    }

    fn row(&self, fields: Map<String, Value>, guards: &Guards) -> Map<String, Value> {
        fields
            .into_iter()
            // A secret that came unasked is dropped.
            .filter(|(name, _)| !guards.is_secret(name))
            .map(|(name, value)| {
                let kind =
                    self.definitions.fields.get(&name).and_then(|field| field["type"].as_str());
                let kind = kind.unwrap_or_default();
                (name, self.told(kind, open_properties(guards, kind, value)))
            })
            .collect()
    }
}

/// A value without the properties in it that are records of closed models.
fn open_properties(guards: &Guards, kind: &str, value: Value) -> Value {
    match value {
        Value::Array(properties) if kind.starts_with("properties") => {
            properties.into_iter().filter(|one| !guards.is_property_of_closed(one)).collect()
        }
        value => value,
    }
}

/// Useful fields of `model`: none holds a secret, leads into a closed model, or has its value from there.
pub(super) async fn useful(call: &Call<'_>, model: &str, definitions: &Definitions) -> Vec<String> {
    let guards = &call.principal().rules.guards;
    let fields = &definitions.fields;
    let mut open = Vec::new();
    for name in field_choice::choose(fields, |name| guards.hides_field(name, fields)) {
        if let Ok(None) = reads_from_closed(call, model, definitions.of(&name)).await {
            open.push(name);
        }
    }
    open
}

/// The time zone that a call's own context names, or the person's; UTC where Odoo knows none.
pub(super) async fn zone(
    call: &Call<'_>,
    context: &BTreeMap<String, Value>,
) -> Result<TimeZone, ToolError> {
    if let Some(named) = context.get("tz").and_then(Value::as_str)
        && let Ok(zone) = TimeZone::get(named)
    {
        return Ok(zone);
    }
    let locale = call.toolbox.gateway.locale(call.principal()).await;
    let locale = locale.map_err(|error| call.explain(&error))?;
    let zone = locale.zone.and_then(|name| TimeZone::get(&name).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// As many of `rows` as one answer holds, at least one.
pub(super) fn fitting(rows: &mut Vec<Value>) -> bool {
    let mut bytes = 0;
    let fits = rows
        .iter()
        .take_while(|row| {
            bytes += length(row);
            bytes <= MAX_BYTES
        })
        .count();
    let is_cut = fits.max(1) < rows.len();
    rows.truncate(fits.max(1));
    is_cut
}

/// How many bytes a value has as a text, which is not written for it.
fn length(value: &Value) -> usize {
    struct Counter(usize);
    impl io::Write for Counter {
        fn write(&mut self, part: &[u8]) -> io::Result<usize> {
            self.0 += part.len();
            Ok(part.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // Counting does not fail, and a value of JSON can be written.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

fn is_many(definition: &Value) -> bool {
    matches!(definition["type"].as_str(), Some("one2many" | "many2many"))
}

/// The ids in a relation's value as Odoo gives it.
fn ids(value: &Value) -> Vec<i64> {
    match value {
        // many2one: `[id, name]`
        Value::Array(pair) if pair.get(1).is_some_and(Value::is_string) => {
            pair[0].as_i64().into_iter().collect()
        }
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        Value::Number(id) => id.as_i64().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A value as a tool answers it: long ones are cut.
pub(super) fn readable(kind: &str, value: Value, zone: &TimeZone) -> Value {
    match (kind, whole(kind, value, zone)) {
        ("one2many" | "many2many", Value::Array(mut ids)) if ids.len() > MAX_RELATED => {
            let count = ids.len();
            ids.truncate(MAX_RELATED);
            json!({ "ids": ids, "count": count })
        }
        (_, Value::String(text)) => Value::String(shorten(text, MAX_TEXT)),
        (_, value) => value,
    }
}

/// A value as a person reads it, of any length; a binary is described.
pub(super) fn whole(kind: &str, value: Value, zone: &TimeZone) -> Value {
    match (kind, value) {
        // Odoo has `false` for an absent value of every type.
        (kind, Value::Bool(false)) if kind != "boolean" => Value::Null,
        ("many2one", Value::Array(pair)) => match <[Value; 2]>::try_from(pair) {
            Ok([id, name]) => json!({ "id": id, "name": name }),
            Err(pair) => Value::Array(pair),
        },
        ("datetime", Value::String(text)) => moment(&text, zone).unwrap_or(Value::String(text)),
        ("binary" | "image", Value::String(data)) => Value::String(sentences::binary(data.len())),
        (_, value) => value,
    }
}

/// Odoo's UTC text as the time where the person is, with UTC beside.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Value> {
    let utc: DateTime = text.parse().ok()?;
    let at = utc.to_zoned_datetime(TimeZone::UTC).ok()?;
    let local = at.with_time_zone(zone.clone());
    Some(json!({
        "local": local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        "utc": at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }))
}

/// The first `most` characters of a text, and how many there are when that is not all.
pub(super) fn shorten(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some((at, _)) => format!("{}… ({} characters in all)", &text[..at], text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_fields_type() {
        let readable = |kind: &str, value: Value| readable(kind, value, &TimeZone::UTC);
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
    fn a_time_is_told_where_the_person_is_and_in_utc() {
        let zone = TimeZone::get("Europe/Brussels").expect("a zone");
        assert_eq!(
            readable("datetime", json!("2026-11-24 23:30:00"), &zone),
            json!({ "local": "2026-11-25T00:30:00+01:00", "utc": "2026-11-24T23:30:00Z" })
        );
        assert_eq!(readable("datetime", json!("soon"), &zone), json!("soon"));
        assert_eq!(readable("date", json!("2026-11-24"), &zone), json!("2026-11-24"));
    }

    #[test]
    fn an_answer_holds_what_fits_and_at_least_one_record() {
        let big = json!("x".repeat(MAX_BYTES / 2 - 10));
        let mut rows = vec![big.clone(), big.clone(), big];
        assert!(fitting(&mut rows));
        assert_eq!(rows.len(), 2);
        let mut huge = vec![json!("x".repeat(MAX_BYTES * 2))];
        assert!(!fitting(&mut huge));
        assert_eq!(huge.len(), 1);
    }

    #[test]
    fn a_length_is_that_of_the_text() {
        for value in [json!(null), json!({ "a\"é": [1, -2.5, true, "\u{1F600}\n"] }), json!([])] {
            assert_eq!(length(&value), value.to_string().len());
        }
    }

    #[test]
    fn ids_are_found_in_every_kind_of_relation() {
        assert_eq!(ids(&json!([3, "Acme"])), [3]);
        assert_eq!(ids(&json!([3, 4])), [3, 4]);
        assert_eq!(ids(&json!(3)), [3]);
        assert!(ids(&json!(false)).is_empty());
    }
}
