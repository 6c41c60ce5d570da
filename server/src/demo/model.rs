//! The models: their names, fields, default order, and how their records are called.

use std::sync::LazyLock;

use serde_json::Value;

use super::{
    fields::{self, Field},
    models,
    store::{Row, Store},
};

/// One model.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) order: &'static str,
    /// The fields that `name_search` looks in.
    pub(super) search_in: &'static [&'static str],
    pub(super) fields: Vec<Field>,
    pub(super) lifetime: Lifetime,
    pub(super) name_of: fn(&Store, &Row) -> String,
}

/// Whether a model's records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    Kept,
    /// Records of a question to one person, which nobody else sees.
    Transient,
}

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(models::all);

/// The model of this name.
pub(super) fn find(name: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.name == name)
}

/// All models.
pub(super) fn all() -> impl Iterator<Item = &'static Model> {
    MODELS.iter()
}

impl Model {
    /// A model with `own` fields and those that every model has.
    pub(super) fn new(name: &'static str, label: &'static str, own: Vec<Field>) -> Self {
        let mut all = own;
        all.extend([
            fields::integer("id", "ID").readonly(),
            fields::display_name(),
            fields::many2one("create_uid", "Created by", "res.users").readonly(),
            fields::datetime("create_date", "Created on").readonly(),
            fields::many2one("write_uid", "Changed by", "res.users").readonly(),
            fields::datetime("write_date", "Changed on").readonly(),
        ]);
        Self {
            name,
            label,
            order: "id",
            search_in: &["name"],
            fields: all,
            lifetime: Lifetime::Kept,
            name_of: own_name,
        }
    }

    pub(super) fn transient(mut self) -> Self {
        self.lifetime = Lifetime::Transient;
        self.search_in = &["id"];
        self.name_of = |_, row| format!("{}", row.get("id").unwrap_or(&Value::Null));
        self
    }

    pub(super) fn order(mut self, order: &'static str) -> Self {
        self.order = order;
        self
    }

    pub(super) fn search_in(mut self, fields: &'static [&'static str]) -> Self {
        self.search_in = fields;
        self
    }

    pub(super) fn named(mut self, name_of: fn(&Store, &Row) -> String) -> Self {
        self.name_of = name_of;
        self
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether records can be archived, and are then hidden unless asked for.
    pub(super) fn can_archive(&self) -> bool {
        self.field("active").is_some()
    }
}

/// The field `name`, as most models are called by.
fn own_name(_: &Store, row: &Row) -> String {
    text(row, "name").to_owned()
}

/// A stored text, empty when it is not set.
pub(super) fn text<'a>(row: &'a Row, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}
