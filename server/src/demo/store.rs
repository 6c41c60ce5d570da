//! The records, in memory. A [`Store`] is a value: cloning it shares the tables, and a change copies only
//! what it touches, so that a call works on its own state and commits it whole or not at all.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    context::Language,
    fields::{Field, Kind, Source},
    model::{self, Model},
    value,
};

/// One record: field name to value. `id` is among them.
pub(super) type Row = BTreeMap<&'static str, Value>;

/// All tables.
#[derive(Debug, Clone, Default)]
pub(super) struct Store {
    /// The language that worked out texts are in.
    pub(super) language: Language,
    tables: BTreeMap<&'static str, Arc<Table>>,
}

#[derive(Debug, Clone, Default)]
struct Table {
    last_id: i64,
    rows: BTreeMap<i64, Arc<Row>>,
}

impl Store {
    /// Adds a record under the next free id, which it gives.
    pub(super) fn insert(&mut self, model: &'static str, mut row: Row) -> i64 {
        let table = Arc::make_mut(self.tables.entry(model).or_default());
        table.last_id += 1;
        row.insert("id", json!(table.last_id));
        table.rows.insert(table.last_id, Arc::new(row));
        table.last_id
    }

    /// The id that [`Store::insert`] will give.
    pub(super) fn next_id(&self, model: &str) -> i64 {
        self.tables.get(model).map_or(1, |table| table.last_id + 1)
    }

    pub(super) fn row(&self, model: &str, id: i64) -> Option<&Row> {
        self.tables.get(model)?.rows.get(&id).map(AsRef::as_ref)
    }

    /// The records of a model by id.
    pub(super) fn rows(&self, model: &str) -> impl Iterator<Item = (i64, &Row)> {
        self.tables
            .get(model)
            .into_iter()
            .flat_map(|table| table.rows.iter().map(|(id, row)| (*id, row.as_ref())))
    }

    /// Sets one stored field; a record that is not there stays so.
    pub(super) fn set(&mut self, model: &'static str, id: i64, field: &'static str, value: Value) {
        if let Some(row) =
            self.tables.get_mut(model).and_then(|table| Arc::make_mut(table).rows.get_mut(&id))
        {
            Arc::make_mut(row).insert(field, value);
        }
    }

    pub(super) fn remove(&mut self, model: &str, id: i64) {
        if let Some(table) = self.tables.get_mut(model) {
            Arc::make_mut(table).rows.remove(&id);
        }
    }

    /// A field's value, wherever it comes from.
    pub(super) fn value(&self, model: &Model, row: &Row, field: &Field) -> Value {
        match field.source {
            Source::Stored => match field.kind {
                Kind::One2many(model, inverse) => self.pointing_to(model, inverse, &row["id"]),
                kind => match row.get(field.name) {
                    None | Some(Value::Null) => kind.empty(),
                    Some(value) => value.clone(),
                },
            },
            Source::Related(path) => {
                self.follow(model, row, path).unwrap_or_else(|| field.kind.empty())
            }
            Source::Computed(compute) => compute(self, row),
            Source::DisplayName => json!(self.display_name(model, row)),
        }
    }

    /// A value by the names of model and field, `Null` for what is not there.
    pub(super) fn get(&self, model: &str, id: i64, field: &str) -> Value {
        let (Some(model), Some(row)) = (model::find(model), self.row(model, id)) else {
            return Value::Null;
        };
        model.field(field).map_or(Value::Null, |field| self.value(model, row, field))
    }

    /// What a record is called.
    pub(super) fn display_name(&self, model: &Model, row: &Row) -> String {
        (model.name_of)(self, row)
    }

    /// The name of a record by its id, empty when it is not there.
    pub(super) fn name(&self, model: &str, id: i64) -> String {
        match (model::find(model), self.row(model, id)) {
            (Some(model), Some(row)) => self.display_name(model, row),
            _ => String::new(),
        }
    }

    /// The sum of a field over the records that point to `row` by `inverse`.
    pub(super) fn sum(&self, row: &Row, model: &'static str, inverse: &str, field: &str) -> Value {
        let lines = value::ids(&self.pointing_to(model, inverse, &row["id"]));
        value::money(lines.iter().map(|id| value::number(&self.get(model, *id, field))).sum())
    }

    fn pointing_to(&self, model: &str, inverse: &str, id: &Value) -> Value {
        let archives = model::find(model).is_some_and(Model::can_archive);
        self.rows(model)
            .filter(|(_, row)| row.get(inverse) == Some(id))
            .filter(|(_, row)| !archives || row.get("active") != Some(&Value::Bool(false)))
            .map(|(id, _)| json!(id))
            .collect()
    }

    fn follow(&self, model: &Model, row: &Row, path: &str) -> Option<Value> {
        let (step, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
        let field = model.field(step)?;
        let value = self.value(model, row, field);
        let Some(rest) = rest else { return Some(value) };
        let next = model::find(field.kind.relation()?)?;
        self.follow(next, self.row(next.name, value.as_i64()?)?, rest)
    }
}
