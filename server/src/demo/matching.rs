//! Whether a record meets a domain.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::Value;

use super::{
    domain::{Case, Comparison, Domain, Leaf, Pattern, Test},
    fields::{Field, Kind},
    model::{self, Model},
    store::{Row, Store},
    value::{self, is_falsy},
};

impl Domain {
    /// Whether a record of the model that this domain was read for meets it.
    pub(super) fn matches(&self, store: &Store, row: &Row) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(store, row)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(store, row)),
            Self::Not(part) => !part.matches(store, row),
            Self::Leaf(Leaf { path, test }) => walk(store, path, row, test),
        }
    }
}

/// Follows a dotted path; through a many2one or an x2many, one record that passes the test is enough.
fn walk(store: &Store, path: &[(&'static Model, &'static Field)], row: &Row, test: &Test) -> bool {
    let Some(((model, field), rest)) = path.split_first() else { return false };
    let value = store.value(model, row, field);
    if rest.is_empty() {
        return passes(store, model, field, &value, test);
    }
    let Some(next) = field.kind.relation() else { return false };
    value::ids(&value)
        .into_iter()
        .filter_map(|id| store.row(next, id))
        .any(|row| walk(store, rest, row, test))
}

fn passes(store: &Store, model: &Model, field: &Field, value: &Value, test: &Test) -> bool {
    if let Test::Negated(test) = test {
        return !passes(store, model, field, value, test);
    }
    let in_tree = matches!(test, Test::Below(_) | Test::Above(_)) && field.name == "id";
    match field.kind.relation() {
        Some(other) => passes_relation(store, other, &value::ids(value), value, test),
        // `id child_of 5` asks for a place in the tree of the field's own model.
        None if in_tree => passes_relation(store, model.name, &value::ids(value), value, test),
        None => passes_plain(field.kind, value, test),
    }
}

fn passes_relation(store: &Store, other: &str, ids: &[i64], value: &Value, test: &Test) -> bool {
    match test {
        Test::OneOf(wanted) => wanted.iter().any(|wanted| match wanted {
            Value::String(name) if !name.is_empty() => {
                ids.iter().any(|id| store.name(other, *id) == *name)
            }
            wanted if is_falsy(wanted) => ids.is_empty(),
            wanted => wanted.as_i64().is_some_and(|wanted| ids.contains(&wanted)),
        }),
        Test::Like(pattern) => ids.iter().any(|id| pattern.matches(&store.name(other, *id))),
        Test::Compare(by, operand) => by.holds(value, operand),
        Test::Below(roots) => {
            let below = descendants(store, other, &named_ids(store, other, roots));
            ids.iter().any(|id| below.contains(id))
        }
        Test::Above(leaves) => {
            let above = ancestors(store, other, &named_ids(store, other, leaves));
            ids.iter().any(|id| above.contains(id))
        }
        Test::Related(domain) => model::find(other).is_some_and(|_| {
            ids.iter().filter_map(|id| store.row(other, *id)).any(|row| domain.matches(store, row))
        }),
        Test::Negated(test) => !passes_relation(store, other, ids, value, test),
    }
}

fn passes_plain(kind: Kind, value: &Value, test: &Test) -> bool {
    match test {
        Test::OneOf(wanted) => wanted.iter().any(|wanted| is_equal(kind, value, wanted)),
        Test::Like(pattern) => match value {
            Value::Null => pattern.text == "%%",
            Value::String(text) => pattern.matches(text),
            other => pattern.matches(&other.to_string()),
        },
        Test::Compare(by, operand) => by.holds(value, operand),
        Test::Below(ids) | Test::Above(ids) => ids.contains(value),
        Test::Related(_) => false,
        Test::Negated(test) => !passes_plain(kind, value, test),
    }
}

fn is_equal(kind: Kind, value: &Value, wanted: &Value) -> bool {
    match kind {
        Kind::Boolean => is_falsy(value) == is_falsy(wanted),
        _ if is_falsy(wanted) => is_falsy(value),
        _ => match (value, wanted) {
            (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
            (Value::Null, _) => false,
            (_, Value::Bool(true)) => !is_falsy(value),
            (a, b) => a == b,
        },
    }
}

impl Comparison {
    fn holds(self, value: &Value, operand: &Value) -> bool {
        let ordering = match (value, operand) {
            (Value::Number(a), Value::Number(b)) => {
                a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default())
            }
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::Number(a), Value::Bool(false)) => {
                a.as_f64().unwrap_or_default().total_cmp(&0.0)
            }
            _ => return false,
        };
        match self {
            Self::Less => ordering == Ordering::Less,
            Self::LessOrEqual => ordering != Ordering::Greater,
            Self::Greater => ordering == Ordering::Greater,
            Self::GreaterOrEqual => ordering != Ordering::Less,
        }
    }
}

impl Pattern {
    /// The operand anywhere in the text.
    pub(super) fn part(operand: &Value, case: Case) -> Self {
        Self { text: format!("%{}%", plain(operand)), case }
    }

    /// The operand as the whole of the text.
    pub(super) fn whole(operand: &Value, case: Case) -> Self {
        Self { text: plain(operand), case }
    }

    /// Whether a text fits: `%` stands for anything, `_` for one character, and a backslash takes both
    /// their meaning.
    pub(super) fn matches(&self, text: &str) -> bool {
        let fold = |text: &str| match self.case {
            Case::Matters => text.to_owned(),
            Case::Ignored => text.to_lowercase(),
        };
        let text: Vec<char> = fold(text).chars().collect();
        let pattern = tokens(&fold(&self.text));
        // Greedy with one step back: on a mismatch only the last `%` has to take in one more character.
        let (mut at, mut token) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while at < text.len() {
            match pattern.get(token) {
                Some(Token::Anything) => {
                    retry = Some((at, token + 1));
                    token += 1;
                }
                Some(Token::One) => (at, token) = (at + 1, token + 1),
                Some(Token::Exactly(wanted)) if *wanted == text[at] => {
                    (at, token) = (at + 1, token + 1);
                }
                _ => match retry {
                    Some((from, after)) => {
                        retry = Some((from + 1, after));
                        (at, token) = (from + 1, after);
                    }
                    None => return false,
                },
            }
        }
        pattern[token..].iter().all(|token| *token == Token::Anything)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Anything,
    One,
    Exactly(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut characters = pattern.chars();
    let mut tokens = Vec::new();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '%' => Token::Anything,
            '_' => Token::One,
            '\\' => Token::Exactly(characters.next().unwrap_or('\\')),
            other => Token::Exactly(other),
        });
    }
    tokens
}

fn plain(operand: &Value) -> String {
    match operand {
        Value::String(text) => text.clone(),
        value if is_falsy(value) => String::new(),
        other => other.to_string(),
    }
}

/// The ids that a list of ids and names means.
fn named_ids(store: &Store, model: &str, wanted: &[Value]) -> BTreeSet<i64> {
    let mut found: BTreeSet<i64> = wanted.iter().filter_map(Value::as_i64).collect();
    for name in wanted.iter().filter_map(Value::as_str) {
        let pattern = Pattern { text: format!("%{name}%"), case: Case::Ignored };
        let named = store.rows(model).map(|(id, _)| id);
        found.extend(named.filter(|id| pattern.matches(&store.name(model, *id))));
    }
    found
}

/// These records and all below them. A model without `parent_id` has none below.
fn descendants(store: &Store, model: &str, roots: &BTreeSet<i64>) -> BTreeSet<i64> {
    let mut found = roots.clone();
    loop {
        let next: Vec<i64> = store
            .rows(model)
            .filter(|(id, row)| {
                !found.contains(id)
                    && row
                        .get("parent_id")
                        .and_then(Value::as_i64)
                        .is_some_and(|parent| found.contains(&parent))
            })
            .map(|(id, _)| id)
            .collect();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

/// These records and all above them.
fn ancestors(store: &Store, model: &str, leaves: &BTreeSet<i64>) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let mut open: Vec<i64> = leaves.iter().copied().collect();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let parent = store.row(model, id).and_then(|row| row.get("parent_id"));
            open.extend(parent.and_then(Value::as_i64));
        }
    }
    found
}
