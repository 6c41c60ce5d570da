//! Odoo's domains: parsing the prefix notation, with the errors that Odoo gives, into a tree.
//! [`Domain::matches`] is in [`super::matching`].

use serde_json::{Value, json};

use super::{
    errors::{Class, OdooError, type_error, value_error},
    fields::{Field, Kind},
    model::{self, Model},
    value::{self, repr},
};

/// A condition on the records of one model.
#[derive(Debug, Clone)]
pub(super) enum Domain {
    All(Vec<Domain>),
    Any(Vec<Domain>),
    Not(Box<Domain>),
    Leaf(Leaf),
}

/// One triple.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// The fields of a dotted path, each with the model that it is a field of.
    pub(super) path: Vec<(&'static Model, &'static Field)>,
    pub(super) test: Test,
}

/// What a triple asks of the field at its path's end.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// `=`, `in` and the like: the value is one of these.
    OneOf(Vec<Value>),
    Compare(Comparison, Value),
    Like(Pattern),
    /// The records below or above these in the tree that `parent_id` makes.
    Below(Vec<Value>),
    Above(Vec<Value>),
    /// A record of the field's model that meets a domain of its own.
    Related(Box<Domain>),
    Negated(Box<Test>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A pattern of `like` with `%` and `_`.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) case: Case,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Matters,
    Ignored,
}

/// How deep a domain may nest; beyond it a real server's interpreter gives up too.
const MAX_DEPTH: usize = 200;

impl Domain {
    /// Reads a domain in prefix notation, and checks its fields and operators against `model`.
    ///
    /// # Errors
    /// `TypeError` for what is no list, `ValueError` for an unknown field or operator or a malformed list,
    /// `RecursionError` when it nests too deep.
    pub(super) fn parse(model: &'static Model, domain: &Value) -> Result<Self, OdooError> {
        parse(model, domain, 0).map(|parsed| parsed.domain)
    }

    /// Whether a triple names this field itself, as Odoo asks of `active`.
    pub(super) fn names(&self, field: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.names(field)),
            Self::Not(part) => part.names(field),
            Self::Leaf(leaf) => leaf.path.len() == 1 && leaf.path[0].1.name == field,
        }
    }

    /// Calls `visit` with every model whose records the domain looks into beside its own.
    pub(super) fn for_each_other_model(&self, visit: &mut dyn FnMut(&'static Model)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.for_each_other_model(visit));
            }
            Self::Not(part) => part.for_each_other_model(visit),
            Self::Leaf(Leaf { path, test }) => {
                path.iter().skip(1).for_each(|(model, _)| visit(model));
                let mut test = test;
                while let Test::Negated(inner) = test {
                    test = inner;
                }
                if let Test::Related(domain) = test {
                    let end = path.last().and_then(|(_, field)| field.kind.relation());
                    end.and_then(model::find).into_iter().for_each(&mut *visit);
                    domain.for_each_other_model(visit);
                }
            }
        }
    }
}

/// A part of a domain and how deep it nests.
struct Parsed {
    domain: Domain,
    depth: usize,
}

fn parse(model: &'static Model, domain: &Value, above: usize) -> Result<Parsed, OdooError> {
    // Asked before going down, so that what is too deep does not use up the stack first.
    if above > MAX_DEPTH {
        return Err(too_deep());
    }
    let items = match domain {
        Value::Array(items) => items.as_slice(),
        // Python's None, and an empty text or zero as well, read as "no condition".
        Value::Null => &[],
        Value::Bool(truth) => return Ok(Parsed { domain: constant(*truth), depth: above }),
        other => {
            return Err(type_error(format!(
                "Domain() invalid argument type for domain: {}",
                repr(other)
            )));
        }
    };
    let malformed = || value_error(format!("Domain() malformed domain {}", repr(domain)));
    // From the right, every operator finds its operands on the stack.
    let mut stack: Vec<Parsed> = Vec::new();
    for item in items.iter().rev() {
        let parsed = match item {
            Value::String(operator) if operator == "!" => {
                negate(stack.pop().ok_or_else(malformed)?)
            }
            Value::String(operator) if operator == "&" || operator == "|" => {
                let first = stack.pop().ok_or_else(malformed)?;
                let second = stack.pop().ok_or_else(malformed)?;
                join(first, second, if operator == "&" { Connective::And } else { Connective::Or })
            }
            Value::Bool(truth) => Parsed { domain: constant(*truth), depth: above },
            Value::Array(triple) => parse_leaf(model, triple, item, above)?,
            other => {
                return Err(value_error(format!(
                    "Domain() invalid item in domain: {}",
                    repr(other)
                )));
            }
        };
        if parsed.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        stack.push(parsed);
    }
    let depth = stack.iter().map(|part| part.depth).max().unwrap_or(above);
    let mut parts: Vec<_> = stack.into_iter().rev().map(|part| part.domain).collect();
    let domain = if parts.len() == 1 { parts.remove(0) } else { Domain::All(parts) };
    Ok(Parsed { domain, depth: depth + 1 })
}

fn too_deep() -> OdooError {
    OdooError::new(Class::Recursion, "maximum recursion depth exceeded")
}

fn constant(truth: bool) -> Domain {
    if truth { Domain::All(Vec::new()) } else { Domain::Any(Vec::new()) }
}

fn negate(part: Parsed) -> Parsed {
    match part.domain {
        Domain::Not(inner) => Parsed { domain: *inner, depth: part.depth },
        domain => Parsed { domain: Domain::Not(Box::new(domain)), depth: part.depth + 1 },
    }
}

#[derive(Clone, Copy)]
enum Connective {
    And,
    Or,
}

/// Joins two parts. A run of one operator makes one flat list, so that long domains do not nest.
fn join(first: Parsed, second: Parsed, connective: Connective) -> Parsed {
    let depth = first.depth.max(second.depth);
    let mut parts = Vec::new();
    let mut is_flat = true;
    for part in [first.domain, second.domain] {
        match (connective, part) {
            (Connective::And, Domain::All(inner)) | (Connective::Or, Domain::Any(inner)) => {
                parts.extend(inner);
            }
            (_, other) => {
                is_flat &= matches!(other, Domain::Leaf(_));
                parts.push(other);
            }
        }
    }
    let domain = match connective {
        Connective::And => Domain::All(parts),
        Connective::Or => Domain::Any(parts),
    };
    Parsed { domain, depth: if is_flat { depth } else { depth + 1 } }
}

fn parse_leaf(
    model: &'static Model,
    triple: &[Value],
    item: &Value,
    above: usize,
) -> Result<Parsed, OdooError> {
    let invalid = || value_error(format!("Domain() invalid item in domain: {}", repr(item)));
    let [left, operator, operand] = triple else { return Err(invalid()) };
    let operator = operator.as_str().ok_or_else(invalid)?;
    let left = match left {
        // The two constants of old: (1, '=', 1) and (0, '=', 1).
        Value::Number(number) => {
            return Ok(Parsed { domain: constant(*operand == json!(number)), depth: above });
        }
        Value::String(path) => path,
        _ => return Err(invalid()),
    };
    let condition = || format!("({}, {}, {})", repr(&triple[0]), repr(&triple[1]), repr(operand));
    let path = parse_path(model, left).ok_or_else(|| {
        let name = model.name;
        value_error(format!("Invalid field {name}.{left} in condition {}", condition()))
    })?;
    let Some((owner, field)) = path.last().copied() else { return Err(invalid()) };
    if !field.is_searchable() {
        return Err(value_error(format!(
            "Cannot convert {}.{} to SQL because it is not stored",
            owner.name, field.name
        )));
    }
    let (operator, negated) = split_negation(&operator.to_lowercase());
    let mut depth = above;
    let test = match operator.as_str() {
        "=?" if value::is_falsy(operand) => {
            return Ok(Parsed { domain: constant(true), depth });
        }
        "=" | "==" | "=?" | "in" => Test::OneOf(one_of(field, operand)?),
        "<" => compare(field, Comparison::Less, operand)?,
        "<=" => compare(field, Comparison::LessOrEqual, operand)?,
        ">" => compare(field, Comparison::Greater, operand)?,
        ">=" => compare(field, Comparison::GreaterOrEqual, operand)?,
        "like" => Test::Like(Pattern::part(operand, Case::Matters)),
        "ilike" => Test::Like(Pattern::part(operand, Case::Ignored)),
        "=like" => Test::Like(Pattern::whole(operand, Case::Matters)),
        "=ilike" => Test::Like(Pattern::whole(operand, Case::Ignored)),
        "child_of" => Test::Below(list_of(operand)),
        "parent_of" => Test::Above(list_of(operand)),
        "any" => {
            let other = field.kind.relation().and_then(model::find).ok_or_else(invalid)?;
            let parsed = parse(other, operand, above + 1)?;
            depth = parsed.depth;
            Test::Related(Box::new(parsed.domain))
        }
        _ => {
            return Err(value_error(format!("Invalid operator in condition {}", condition())));
        }
    };
    let test = if negated == Negation::Yes { Test::Negated(Box::new(test)) } else { test };
    Ok(Parsed { domain: Domain::Leaf(Leaf { path, test }), depth })
}

/// The fields of a dotted path; none when a step does not exist or leads nowhere.
fn parse_path(model: &'static Model, path: &str) -> Option<Vec<(&'static Model, &'static Field)>> {
    let mut at = Some(model);
    path.split('.')
        .map(|step| {
            let model = at?;
            let field = model.field(step)?;
            at = field.kind.relation().and_then(model::find);
            Some((model, field))
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Negation {
    Yes,
    No,
}

fn split_negation(operator: &str) -> (String, Negation) {
    match operator {
        "!=" | "<>" => ("=".to_owned(), Negation::Yes),
        other => match other.strip_prefix("not ") {
            // "not child_of" and "not <" are no operators of Odoo's.
            Some(rest @ ("in" | "like" | "ilike" | "=like" | "=ilike" | "any")) => {
                (rest.to_owned(), Negation::Yes)
            }
            _ => (other.to_owned(), Negation::No),
        },
    }
}

fn list_of(operand: &Value) -> Vec<Value> {
    match operand {
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    }
}

fn one_of(field: &Field, operand: &Value) -> Result<Vec<Value>, OdooError> {
    list_of(operand).iter().map(|item| normalise(field, item, Comparison::Less)).collect()
}

fn compare(field: &Field, by: Comparison, operand: &Value) -> Result<Test, OdooError> {
    Ok(Test::Compare(by, normalise(field, operand, by)?))
}

/// The operand in the form that the field's values have. A day compared with moments stands for its start
/// or, where the whole day is meant (`<=` and `>`), for its last second.
fn normalise(field: &Field, operand: &Value, by: Comparison) -> Result<Value, OdooError> {
    if value::is_falsy(operand) {
        return Ok(operand.clone());
    }
    let wrong = || {
        let (name, kind) = (field.name, field.kind.name());
        value_error(format!("Invalid value {} for {kind} field {name}", repr(operand)))
    };
    match (field.kind, operand) {
        (Kind::Date, Value::String(text)) => {
            let day = value::parse_date(text).ok_or_else(wrong)?;
            Ok(json!(day.to_string()))
        }
        (Kind::Datetime, Value::String(text)) => {
            let moment = value::parse_datetime(text).ok_or_else(wrong)?;
            let whole_day = matches!(by, Comparison::LessOrEqual | Comparison::Greater);
            let moment = if text.len() == 10 && whole_day {
                moment.date().at(23, 59, 59, 0)
            } else {
                moment
            };
            Ok(json!(moment.strftime("%Y-%m-%d %H:%M:%S").to_string()))
        }
        (Kind::Integer | Kind::Float | Kind::Monetary, Value::String(text)) => {
            text.trim().parse().map(value::float).map_err(|_| wrong())
        }
        _ => Ok(operand.clone()),
    }
}
