//! A domain as a person reads it: rows of field, comparison and value, all or any of which hold, and groups
//! of such rows within.

use serde_json::{Value, json};

use super::{Filling, Maker, Names, Row, Typed, ValueKind, filling};

/// Stands for `= false`: the field is empty.
pub const EMPTY: &str = "empty";
/// Stands for `!= false`: the field has a value.
pub const SET: &str = "set";
/// What compares with a domain of the related model, for which there are no rows.
const NESTINGS: [&str; 4] = ["any", "not any", "any!", "not any!"];

/// Conditions that hold together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Which.
    pub row: Row,
    /// Whether one of them is enough.
    pub is_any: bool,
    /// The conditions.
    pub items: Vec<Item>,
}

/// A condition, or several in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// One.
    One(Condition),
    /// A group of its own.
    Group(Group),
}

/// Field, comparison and value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Which.
    pub row: Row,
    /// The field's technical name, or a path such as `partner_id.country_id`.
    pub field: String,
    /// An operator of Odoo, [`EMPTY`] or [`SET`].
    pub operator: String,
    /// What it is compared with.
    pub value: Filling,
}

impl Condition {
    /// Whether it is compared with a value.
    #[must_use]
    pub fn has_value(&self) -> bool {
        self.operator != EMPTY && self.operator != SET
    }
}

/// The comparisons that make sense for a field of this kind, the most common first.
#[must_use]
pub const fn operators(kind: ValueKind, is_choice: bool) -> &'static [&'static str] {
    match kind {
        ValueKind::Text | ValueKind::Texts if is_choice => &["=", "!=", "in", "not in", EMPTY, SET],
        ValueKind::Text | ValueKind::Texts => {
            &["ilike", "not ilike", "=", "!=", "in", "not in", "=ilike", EMPTY, SET]
        }
        ValueKind::Whole | ValueKind::Decimal => {
            &["=", "!=", ">", ">=", "<", "<=", "in", "not in", EMPTY, SET]
        }
        ValueKind::Date | ValueKind::DateTime => &[">=", "<=", ">", "<", "=", "!=", EMPTY, SET],
        ValueKind::YesNo => &[SET, EMPTY, "="],
        ValueKind::Record => {
            &["=", "!=", "in", "not in", "ilike", "not ilike", "child_of", EMPTY, SET]
        }
        ValueKind::Records => &["in", "not in", "ilike", "not ilike", EMPTY, SET],
        ValueKind::Json | ValueKind::Nothing => &["=", "!=", "in", "not in", EMPTY, SET],
    }
}

/// What a field of this kind is compared with under this operator.
#[must_use]
pub fn compared(kind: ValueKind, operator: &str) -> ValueKind {
    match (operator, kind) {
        ("in" | "not in", ValueKind::Record | ValueKind::Records) => ValueKind::Records,
        ("in" | "not in", ValueKind::Text) => ValueKind::Texts,
        ("in" | "not in", _) => ValueKind::Json,
        ("child_of" | "parent_of" | "=" | "!=", ValueKind::Records) => ValueKind::Record,
        (
            "like" | "not like" | "ilike" | "not ilike" | "=like" | "=ilike" | "not =like"
            | "not =ilike",
            _,
        ) => ValueKind::Text,
        _ => kind,
    }
}

impl Group {
    /// Whether there is no condition in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.iter().all(|item| matches!(item, Item::Group(group) if group.is_empty()))
    }

    /// Reads a domain. `None` when rows cannot say it: `!`, `any`, a field that is none.
    pub(super) fn read(value: &Value, names: &Names, make: &mut Maker) -> Option<Self> {
        let mut terms = value.as_array()?.iter();
        let mut items = Vec::new();
        while terms.len() > 0 {
            match expression(&mut terms, names, make)? {
                // What stands side by side holds together.
                Item::Group(Group { is_any: false, items: inner, .. }) => items.extend(inner),
                other => items.push(other),
            }
        }
        // A domain that is one alternative is rows of which any holds.
        if let [Item::Group(_)] = items.as_slice() {
            let Some(Item::Group(group)) = items.pop() else { return None };
            return Some(group);
        }
        Some(Self { row: make.row(), is_any: false, items })
    }

    /// As Odoo takes it, in its prefix notation.
    pub(super) fn write(&self, write: &mut impl FnMut(&Condition) -> Option<Value>) -> Vec<Value> {
        let parts: Vec<Vec<Value>> = self.parts(write);
        if self.is_any { joined("|", parts) } else { parts.into_iter().flatten().collect() }
    }

    fn parts(&self, write: &mut impl FnMut(&Condition) -> Option<Value>) -> Vec<Vec<Value>> {
        let mut parts = Vec::new();
        for item in &self.items {
            let part = match item {
                Item::One(one) => write(one).map(|leaf| vec![leaf]),
                Item::Group(group) => {
                    let sign = if group.is_any { "|" } else { "&" };
                    Some(joined(sign, group.parts(write)))
                }
            };
            parts.extend(part.filter(|part| !part.is_empty()));
        }
        parts
    }

    /// The condition at this row.
    pub fn condition(&mut self, row: Row) -> Option<&mut Condition> {
        self.items.iter_mut().find_map(|item| match item {
            Item::One(one) => (one.row == row).then_some(one),
            Item::Group(group) => group.condition(row),
        })
    }

    /// The group at this row, which may be this one.
    pub fn group(&mut self, row: Row) -> Option<&mut Self> {
        if self.row == row {
            return Some(self);
        }
        self.items.iter_mut().find_map(|item| match item {
            Item::One(_) => None,
            Item::Group(group) => group.group(row),
        })
    }

    /// The group at this row, to look at.
    #[must_use]
    pub fn group_at(&self, row: Row) -> Option<&Self> {
        if self.row == row {
            return Some(self);
        }
        self.items.iter().find_map(|item| match item {
            Item::One(_) => None,
            Item::Group(group) => group.group_at(row),
        })
    }

    /// The condition at this row, to look at.
    #[must_use]
    pub fn condition_at(&self, row: Row) -> Option<&Condition> {
        self.items.iter().find_map(|item| match item {
            Item::One(one) => (one.row == row).then_some(one),
            Item::Group(group) => group.condition_at(row),
        })
    }

    /// Takes the condition or the group at this row out.
    pub fn remove(&mut self, row: Row) {
        self.items.retain(|item| match item {
            Item::One(one) => one.row != row,
            Item::Group(group) => group.row != row,
        });
        for item in &mut self.items {
            if let Item::Group(group) = item {
                group.remove(row);
            }
        }
    }

    /// Every condition, in the order in which they are read.
    pub fn each(&mut self, visit: &mut impl FnMut(&mut Condition)) {
        for item in &mut self.items {
            match item {
                Item::One(one) => visit(one),
                Item::Group(group) => group.each(visit),
            }
        }
    }
}

/// `|` stands before every two of its operands.
fn joined(sign: &str, parts: Vec<Vec<Value>>) -> Vec<Value> {
    let signs = parts.len().saturating_sub(1);
    let signs = std::iter::repeat_n(json!(sign), signs);
    signs.chain(parts.into_iter().flatten()).collect()
}

fn expression<'a>(
    terms: &mut impl Iterator<Item = &'a Value>,
    names: &Names,
    make: &mut Maker,
) -> Option<Item> {
    match terms.next()? {
        Value::String(sign) if sign == "&" || sign == "|" => {
            let is_any = sign == "|";
            let mut items = Vec::new();
            for _ in 0..2 {
                match expression(terms, names, make)? {
                    Item::Group(group) if group.is_any == is_any => items.extend(group.items),
                    other => items.push(other),
                }
            }
            Some(Item::Group(Group { row: make.row(), is_any, items }))
        }
        Value::Array(leaf) => {
            let [Value::String(field), Value::String(operator), value] = leaf.as_slice() else {
                return None;
            };
            if NESTINGS.contains(&operator.as_str()) || [EMPTY, SET].contains(&operator.as_str()) {
                return None;
            }
            let (operator, value) = match (operator.as_str(), value) {
                ("=", Value::Bool(false)) => (EMPTY, Filling::Typed(Typed::default())),
                ("!=", Value::Bool(false)) => (SET, Filling::Typed(Typed::default())),
                (operator, value) => (operator, filling(value, names)),
            };
            Some(Item::One(Condition {
                row: make.row(),
                field: field.clone(),
                operator: operator.to_owned(),
                value,
            }))
        }
        _ => None,
    }
}
