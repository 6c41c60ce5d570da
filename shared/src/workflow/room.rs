//! Where within a step's arguments values may be filled in: the rest is literal. Names are not looked up here.

use serde_json::Value;

use super::{FlawProblem, StepAction, reference};

/// Where values may be filled in. The shape around them is literal: which records, fields, operators and
/// commands there are is what a person has validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Nowhere.
    None,
    /// The value itself, and all within it.
    Value,
    /// The third parts of a domain's conditions.
    Domain,
    /// The values of an object's fields, and of records within them.
    Values,
    /// Each record's values.
    Records,
    /// Each change's id and values.
    Changes,
    /// Each keyword's value, by what the keyword means.
    Keywords,
}

impl Room {
    /// Keywords of Odoo's methods that say what is done, not to what.
    fn of_keyword(name: &str) -> Self {
        match name {
            "domain" => Self::Domain,
            "vals" | "values" | "default" => Self::Values,
            "vals_list" => Self::Records,
            "fields" | "field_names" | "allfields" | "fields_to_export" | "groupby"
            | "group_by" | "aggregates" | "having" | "order" | "orderby" | "specification"
            | "progress_bar" | "load" | "data" | "views" | "options" | "attributes"
            | "operation" | "operator" | "context" | "args" => Self::None,
            _ => Self::Value,
        }
    }
}

impl StepAction {
    /// What may be filled in within an argument of this name.
    pub(super) fn room(self, argument: &str) -> Room {
        match (self, argument) {
            (Self::Query | Self::Report, "domain") => Room::Domain,
            (Self::Query, "name" | "limit" | "offset")
            | (Self::Read | Self::Write | Self::Execute, "ids")
            | (Self::Report, "ids" | "limit") => Room::Value,
            (Self::Create | Self::Write, "values") => Room::Values,
            (Self::Create, "records") => Room::Records,
            (Self::Write, "changes") => Room::Changes,
            (Self::Execute, "kwargs") => Room::Keywords,
            _ => Room::None,
        }
    }
}

/// What is found in a value.
pub(super) enum Found<'a> {
    Reference(&'a str),
    Flaw(FlawProblem),
}

/// Looks at every place of `value`: reports references, and what may not be one.
pub(super) fn check_value(value: &Value, room: Room, found: &mut impl FnMut(Found<'_>)) {
    if let Some(reference) = reference(value) {
        if room == Room::Value {
            found(Found::Reference(reference));
        } else {
            found(Found::Flaw(FlawProblem::Literal));
        }
        return;
    }
    match (room, value) {
        (_, Value::Object(fields)) if fields.contains_key("$") => {
            found(Found::Flaw(FlawProblem::Alone));
        }
        (Room::Values, Value::Object(fields)) => {
            for value in fields.values() {
                check_field(value, found);
            }
        }
        (Room::Changes, Value::Object(fields)) => {
            for (name, value) in fields {
                let room = if name == "values" { Room::Values } else { Room::Value };
                check_value(value, room, found);
            }
        }
        (Room::Keywords, Value::Object(fields)) => {
            for (name, value) in fields {
                check_value(value, Room::of_keyword(name), found);
            }
        }
        (room, Value::Object(fields)) => {
            for value in fields.values() {
                check_value(value, room, found);
            }
        }
        (Room::Domain, Value::Array(leaf)) if is_leaf(leaf) => {
            check_value(&leaf[0], Room::None, found);
            check_value(&leaf[1], Room::None, found);
            // These operators take a domain of the related model.
            let is_domain =
                matches!(leaf[1].as_str(), Some("any" | "not any" | "any!" | "not any!"));
            check_value(&leaf[2], if is_domain { Room::Domain } else { Room::Value }, found);
        }
        (room, Value::Array(values)) => {
            let room = if room == Room::Records { Room::Values } else { room };
            for value in values {
                check_value(value, room, found);
            }
        }
        _ => {}
    }
}

/// A field's value may be filled in; of a list of commands, what each is about, but no whole command.
fn check_field(value: &Value, found: &mut impl FnMut(Found<'_>)) {
    match value {
        Value::Array(commands) => {
            for command in commands {
                match command {
                    Value::Array(parts) => {
                        for (at, part) in parts.iter().enumerate() {
                            match part {
                                // The number says what is done: add, change, take out.
                                part if at == 0 => check_value(part, Room::None, found),
                                Value::Object(_) if reference(part).is_none() => {
                                    check_value(part, Room::Values, found);
                                }
                                part => check_value(part, Room::Value, found),
                            }
                        }
                    }
                    other => check_value(other, Room::None, found),
                }
            }
        }
        value => check_value(value, Room::Value, found),
    }
}

fn is_leaf(list: &[Value]) -> bool {
    list.len() == 3
        && !list[0].is_array()
        && !matches!(list[0].as_str(), Some("&" | "|" | "!"))
        && !list[1].is_array()
}
