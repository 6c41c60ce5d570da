//! Values for new and changed records, checked before they are sent: unknown, read-only and secret
//! fields, and relational commands, of which those that delete are refused.
//!
//! Commands are Odoo's `[number, id, values]`: 0 creates, 1 updates, 2 deletes, 3 unlinks, 4 links,
//! 5 unlinks all, 6 replaces all. On a one2many 3, 5 and 6 may delete, depending on the field, so they are
//! refused there as well.

use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value};
use shared::permission::Permission;

use super::{
    guards::{Guards, secret},
    naming::names_a_model,
    nearest::unknown_field,
};

/// The most commands of one field.
const MAX_COMMANDS: usize = 1_000;
/// The longest text of one value: what a binary of 2 MiB takes in Base64.
const MAX_TEXT: usize = 3 * 1024 * 1024;
/// The most choices of a field that an error names.
const MAX_CHOICES: usize = 30;

/// Values of a related record inside other values, still to be checked against its own model.
#[derive(Debug, PartialEq)]
pub struct Nested {
    /// Where it stands: `order_line, command 2`.
    pub place: String,
    /// The related model.
    pub model: String,
    /// What is needed for it: `create` or `write`.
    pub needs: Permission,
    /// Its values; empty when an existing record is only linked.
    pub values: Map<String, Value>,
}

/// Checks `values` for `model`, whose fields have these `definitions` (`fields_get`), and gives what is
/// nested in them.
///
/// # Errors
/// One sentence that names the field and says what is wrong.
pub fn check(
    model: &str,
    values: &Map<String, Value>,
    definitions: &Map<String, Value>,
    guards: &Guards,
) -> Result<Vec<Nested>, String> {
    let mut nested = Vec::new();
    for (name, value) in values {
        let definition = known_field(model, name, definitions, guards)?;
        if definition["readonly"] == Value::Bool(true) {
            return Err(format!("{name} is read-only on {model}"));
        }
        let kind = definition["type"].as_str().unwrap_or_default();
        refuse_closed(name, definition, guards)?;
        match kind {
            "one2many" | "many2many" => {
                let relation = definition["relation"].as_str().unwrap_or_default();
                check_commands(name, kind, relation, value, guards, &mut nested)?;
            }
            "reference" => {
                check_scalar(name, kind, value)?;
                let model = value.as_str().and_then(|text| text.split(',').next());
                if let Some(model) = model.filter(|model| guards.is_closed(model)) {
                    return Err(format!("{name} names {model}, which is closed to every tool"));
                }
            }
            _ if names_a_model(name, definitions)
                && value.as_str().is_some_and(|model| guards.is_closed(model)) =>
            {
                let model = value.as_str().unwrap_or_default();
                return Err(format!("{name} names {model}, which is closed to every tool"));
            }
            "selection" => {
                check_scalar(name, kind, value)?;
                check_choice(name, definition, value, guards)?;
            }
            "properties" | "properties_definition" => refuse_closed_property(name, value, guards)?,
            _ => check_scalar(name, kind, value)?,
        }
    }
    Ok(nested)
}

/// Checks the name of a field alone, where its value is not known yet.
///
/// # Errors
/// As [`check`].
pub fn check_name(
    model: &str,
    name: &str,
    definitions: &Map<String, Value>,
    guards: &Guards,
) -> Result<(), String> {
    refuse_closed(name, known_field(model, name, definitions, guards)?, guards)
}

/// The definition of a field that may be named.
fn known_field<'a>(
    model: &str,
    name: &str,
    definitions: &'a Map<String, Value>,
    guards: &Guards,
) -> Result<&'a Value, String> {
    let definition = definitions.get(name);
    if guards.holds_secret(name, definition.unwrap_or(&Value::Null)) {
        return Err(secret(name));
    }
    definition.ok_or_else(|| unknown_field(name, model, told_fields(definitions, guards)))
}

/// Whether a field stands for one (`related`) that lies behind records of another model than its first step leads to: whether that
/// is closed, the model's own definitions do not say.
pub fn is_far(definition: &Value) -> bool {
    definition["related"].as_str().is_some_and(|path| path.split('.').count() > 2)
}

/// The names of a model's fields that are told to anybody, without those of which it is not known here ([`is_far`]).
pub fn told_fields<'a>(
    definitions: &'a Map<String, Value>,
    guards: &'a Guards,
) -> impl Iterator<Item = &'a str> {
    definitions
        .iter()
        .filter(|(name, definition)| !guards.hides_field(name, definitions) && !is_far(definition))
        .map(|(name, _)| name.as_str())
}

fn refuse_closed(name: &str, definition: &Value, guards: &Guards) -> Result<(), String> {
    match definition["relation"].as_str().filter(|relation| guards.is_closed(relation)) {
        Some(closed) => Err(format!("{name} leads into {closed}, which is closed to every tool")),
        None => Ok(()),
    }
}

/// Refuses, at any depth, a property of records of a closed model.
fn refuse_closed_property(name: &str, value: &Value, guards: &Guards) -> Result<(), String> {
    if guards.is_property_of_closed(value) {
        let model = value["comodel"].as_str().unwrap_or_default();
        return Err(format!("{name} names {model}, which is closed to every tool"));
    }
    let refuse = |value| refuse_closed_property(name, value, guards);
    match value {
        Value::Array(values) => values.iter().try_for_each(refuse),
        Value::Object(fields) => fields.values().try_for_each(refuse),
        _ => Ok(()),
    }
}

/// Odoo's column of whole numbers and ids has 32 bits (PostgreSQL's `integer`), and a larger one is an
/// error of its database.
fn is_integer(number: &Value) -> bool {
    number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
}

/// Whether it can be a record's id.
fn is_id(id: &Value) -> bool {
    is_integer(id) && id.as_i64().is_some_and(|id| id > 0)
}

/// The choices of a field of this definition (`fields_get`); none where it is no selection, or where not every choice is
/// known by a text.
#[must_use]
pub fn choices(definition: &Value) -> Vec<String> {
    let listed = definition["selection"].as_array().filter(|_| definition["type"] == "selection");
    let listed = listed.into_iter().flatten().map(|choice| choice[0].as_str().map(str::to_owned));
    listed.collect::<Option<Vec<String>>>().unwrap_or_default()
}

/// Choices as an error names them.
#[must_use]
pub fn told_choices(choices: &[String]) -> String {
    let shown = choices[..choices.len().min(MAX_CHOICES)].join(", ");
    if choices.len() > MAX_CHOICES { format!("{shown}, …") } else { shown }
}

/// Refuses a choice that a field does not have: Odoo would only say that some value is wrong.
fn check_choice(
    name: &str,
    definition: &Value,
    value: &Value,
    guards: &Guards,
) -> Result<(), String> {
    let mut choices = choices(definition);
    match value.as_str().filter(|text| !text.is_empty() && !choices.is_empty()) {
        Some(text) if !choices.iter().any(|choice| choice == text) => {
            choices.retain(|choice| !guards.is_closed(choice));
            Err(format!("{name} needs one of {}", told_choices(&choices)))
        }
        _ => Ok(()),
    }
}

/// A day as Odoo reads it; an empty text is no day.
fn is_date(text: &str) -> bool {
    text.is_empty() || (text.len() == 10 && text.parse::<Date>().is_ok())
}

/// A moment as Odoo reads it (`fields.Datetime`): a day, and behind a space the time, if only as far as the
/// minute. A `T` or a zone it does not read.
fn is_datetime(text: &str) -> bool {
    is_date(text)
        || (matches!(text.len(), 16 | 19)
            && text.as_bytes()[10] == b' '
            && text.bytes().skip(11).all(|byte| byte.is_ascii_digit() || byte == b':')
            && text.parse::<DateTime>().is_ok())
}

fn check_scalar(name: &str, kind: &str, value: &Value) -> Result<(), String> {
    let wanted = match (kind, value) {
        (_, Value::Null | Value::Bool(false)) => return Ok(()),
        (_, Value::String(text)) if text.len() > MAX_TEXT => {
            return Err(format!("{name} is longer than {MAX_TEXT} bytes"));
        }
        (_, Value::String(text)) if text.contains('\0') => {
            return Err(format!("{name} holds a NUL character"));
        }
        ("many2one", id) if is_id(id) => return Ok(()),
        ("many2one", _) => "the id of a record, or false",
        ("integer" | "many2one_reference", number) if is_integer(number) => return Ok(()),
        ("integer" | "many2one_reference", _) => "a whole number from -2147483648 to 2147483647",
        ("float" | "monetary", Value::Number(_)) => return Ok(()),
        ("float" | "monetary", _) => "a number",
        ("boolean", Value::Bool(_)) => return Ok(()),
        ("boolean", _) => "true or false",
        (
            "char" | "text" | "html" | "selection" | "binary" | "image" | "reference",
            Value::String(_),
        ) => return Ok(()),
        ("date", Value::String(text)) if is_date(text) => return Ok(()),
        ("datetime", Value::String(text)) if is_datetime(text) => return Ok(()),
        ("date", _) => "a date such as 2026-11-24",
        ("datetime", _) => "a time in UTC such as 2026-11-24 15:30:00",
        ("char" | "text" | "html" | "selection" | "binary" | "image" | "reference", _) => "a text",
        // Properties, JSON and what a later version brings: Odoo itself checks them.
        _ => return Ok(()),
    };
    Err(format!("{name} needs {wanted}"))
}

/// What a command with this number does to a related record, which is the parent's own on a one2many.
#[must_use]
pub fn needs(number: Option<i64>, is_owned: bool) -> Option<Permission> {
    match number {
        Some(0) => Some(Permission::Create),
        Some(1) => Some(Permission::Write),
        // Linking a record to another parent changes that record.
        Some(4) if is_owned => Some(Permission::Write),
        _ => None,
    }
}

fn check_commands(
    name: &str,
    kind: &str,
    relation: &str,
    value: &Value,
    guards: &Guards,
    nested: &mut Vec<Nested>,
) -> Result<(), String> {
    let Value::Array(commands) = value else {
        return Err(format!("{name} needs a list of commands such as [[4, 7]] or [[0, 0, {{…}}]]"));
    };
    if commands.len() > MAX_COMMANDS {
        return Err(format!("{name} has more than {MAX_COMMANDS} commands"));
    }
    let is_owned = kind == "one2many";
    let nothing = Map::new;
    for (at, command) in commands.iter().enumerate() {
        let place = format!("{name}, command {}", at + 1);
        let Value::Array(command) = command else {
            return Err(format!("{place}: must be a list such as [4, 7] or [0, 0, {{…}}]"));
        };
        let number = command.first().and_then(Value::as_i64);
        let values = || match command.get(2) {
            Some(Value::Object(values)) => Ok(values.clone()),
            _ => Err(format!("{place}: needs an object of values as its third part")),
        };
        let id = || match command.get(1) {
            Some(id) if is_id(id) => Ok(()),
            _ => Err(format!("{place}: needs the id of a record as its second part")),
        };
        let values = match number {
            Some(0) => values()?,
            Some(1) => {
                id()?;
                values()?
            }
            Some(2) => {
                return Err(format!("{place}: would delete, and no permission covers deletion"));
            }
            Some(3 | 5 | 6) if is_owned => {
                return Err(format!(
                    "{place}: on a one2many this may delete, and no permission covers deletion"
                ));
            }
            Some(3 | 4) => {
                id()?;
                nothing()
            }
            Some(5) => nothing(),
            Some(6) => {
                let ids = command.get(2).and_then(Value::as_array);
                if !ids.is_some_and(|ids| ids.iter().all(is_id)) {
                    return Err(format!("{place}: needs a list of ids as its third part"));
                }
                nothing()
            }
            _ => return Err(format!("{place}: begins with a number from 0 to 6")),
        };
        let Some(needs) = needs(number, is_owned) else { continue };
        if guards.is_closed_to_changes(relation) {
            return Err(format!("{place}: {relation} is closed to changes"));
        }
        nested.push(Nested { place, model: relation.to_owned(), needs, values });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn definitions() -> Map<String, Value> {
        let fields = json!({
            "name": { "type": "char" },
            "state": { "type": "selection", "readonly": true },
            "partner_id": { "type": "many2one", "relation": "res.partner" },
            "amount": { "type": "float" },
            "active": { "type": "boolean" },
            "date_order": { "type": "datetime" },
            "order_line": { "type": "one2many", "relation": "sale.order.line" },
            "tag_ids": { "type": "many2many", "relation": "crm.tag" },
            "user_ids": { "type": "one2many", "relation": "res.users" },
            "access_token": { "type": "char" },
            "x_word": { "type": "char", "related": "user_id.password" },
            "payment_token_id": { "type": "many2one", "relation": "payment.token" },
            "token_ids": { "type": "many2many", "relation": "payment.token" },
            "about": { "type": "reference" },
            "res_model": { "type": "char" },
            "colour": { "type": "integer" },
            "due": { "type": "date" },
            "kind": { "type": "selection", "selection": [["a", "First"], ["b", "Second"]] },
            "of": { "type": "selection", "selection": [["payment.token", "Token"], ["res.partner", "Contact"]] },
        });
        fields.as_object().expect("an object").clone()
    }

    fn outcome(values: Value) -> Result<Vec<Nested>, String> {
        let values = values.as_object().expect("an object").clone();
        check("sale.order", &values, &definitions(), &Guards::default())
    }

    #[test]
    fn what_a_field_does_not_take_is_refused_by_name() {
        for (values, problem) in [
            (json!({ "nam": 1 }), "sale.order has no field nam; the nearest are name"),
            (json!({ "state": "sale" }), "state is read-only on sale.order"),
            (json!({ "access_token": "x" }), "access_token holds a secret"),
            (json!({ "x_word": "x" }), "x_word holds a secret"),
            (json!({ "partner_id": "Acme" }), "partner_id needs the id of a record"),
            (json!({ "partner_id": 0 }), "partner_id needs the id of a record"),
            (json!({ "amount": "12" }), "amount needs a number"),
            (json!({ "active": 1 }), "active needs true or false"),
            (json!({ "name": ["a"] }), "name needs a text"),
            (json!({ "name": "a\0b" }), "NUL"),
            (json!({ "date_order": 5 }), "date_order needs a time in UTC"),
            (json!({ "date_order": "2026-11-24T10:00:00" }), "date_order needs a time in UTC"),
            (json!({ "date_order": "2026-11-24 10:00:00Z" }), "date_order needs a time in UTC"),
            (json!({ "date_order": "2026-11-24 25:00:00" }), "date_order needs a time in UTC"),
            (json!({ "date_order": "2026-11-24 10:00+01" }), "date_order needs a time in UTC"),
            (json!({ "date_order": "tomorrow" }), "date_order needs a time in UTC"),
            (json!({ "due": "2026-13-45" }), "due needs a date"),
            (json!({ "due": "-30d" }), "due needs a date"),
            (json!({ "due": "2026-11-24 10:00:00" }), "due needs a date"),
            (json!({ "colour": 2_147_483_648_i64 }), "colour needs a whole number"),
            (json!({ "colour": 1.5 }), "colour needs a whole number"),
            (json!({ "partner_id": 2_147_483_648_i64 }), "partner_id needs the id of a record"),
            (json!({ "tag_ids": [[4, 2_147_483_648_i64]] }), "needs the id of a record"),
            (json!({ "tag_ids": [[6, 0, [2_147_483_648_i64]]] }), "needs a list of ids"),
            (json!({ "kind": "c" }), "kind needs one of a, b"),
            (json!({ "of": "res.token" }), "of needs one of res.partner"),
            (json!({ "order_line": 5 }), "order_line needs a list of commands"),
            (json!({ "order_line": [5] }), "order_line, command 1: must be a list"),
        ] {
            let error = outcome(values.clone()).expect_err("is refused");
            assert!(error.contains(problem), "{values}: {error}");
        }
        for values in [
            json!({ "name": false }),
            json!({ "partner_id": null }),
            json!({ "amount": 3 }),
            json!({ "date_order": "2026-11-24 10:00:00" }),
            json!({ "date_order": "2026-11-24 10:00" }),
            json!({ "date_order": "2026-11-24" }),
            json!({ "date_order": "" }),
            json!({ "due": "2026-11-24" }),
            json!({ "kind": "b" }),
            json!({ "kind": "" }),
            json!({ "kind": false }),
            json!({ "colour": -2_147_483_648_i64 }),
        ] {
            assert_eq!(outcome(values), Ok(Vec::new()));
        }
    }

    #[test]
    fn commands_that_delete_are_refused_and_others_name_what_they_need() {
        for (command, is_allowed) in [
            (json!([0, 0, {}]), true),
            (json!([1, 7, {}]), true),
            (json!([2, 7]), false),
            (json!([2, 7, 0]), false),
            (json!([3, 7]), false),
            (json!([4, 7]), true),
            (json!([5]), false),
            (json!([6, 0, [7]]), false),
            (json!([7]), false),
            (json!([]), false),
            (json!(["0", 0, {}]), false),
            (json!([2.0, 7]), false),
            (json!([0, 0]), false),
            (json!([1, 0, {}]), false),
        ] {
            let answer = outcome(json!({ "order_line": [command] }));
            assert_eq!(answer.is_ok(), is_allowed, "{command}: {answer:?}");
        }
        for command in [json!([3, 7]), json!([4, 7]), json!([5]), json!([6, 0, [7]])] {
            assert_eq!(outcome(json!({ "tag_ids": [command] })), Ok(Vec::new()));
        }
        assert!(outcome(json!({ "tag_ids": [[2, 7]] })).is_err());
        let nested = outcome(json!({ "order_line": [[0, 0, { "a": 1 }], [1, 3, {}]] }));
        let needs: Vec<Permission> =
            nested.expect("is taken").into_iter().map(|nested| nested.needs).collect();
        assert_eq!(needs, [Permission::Create, Permission::Write]);
    }

    #[test]
    fn a_closed_model_is_not_reached_through_a_command() {
        for command in [json!([0, 0, {}]), json!([1, 7, {}]), json!([4, 7])] {
            let error = outcome(json!({ "user_ids": [command] })).expect_err("is refused");
            assert!(error.contains("res.users is closed to changes"), "{error}");
        }
        for values in [
            json!({ "payment_token_id": 3 }),
            json!({ "token_ids": [[4, 3]] }),
            json!({ "about": "payment.token,3" }),
            json!({ "res_model": "payment.token" }),
        ] {
            let error = outcome(values.clone()).expect_err("is refused");
            assert!(error.contains("closed to every tool"), "{values}: {error}");
        }
        assert_eq!(outcome(json!({ "about": "res.partner,3" })), Ok(Vec::new()));
        assert_eq!(outcome(json!({ "res_model": "res.partner" })), Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn no_command_list_panics_and_none_that_deletes_passes(
            number in -3_i64..10, id: i64, with_values: bool, field in prop::sample::select(vec!["order_line", "tag_ids"])
        ) {
            let command = if with_values { json!([number, id, {}]) } else { json!([number, id]) };
            let answer = outcome(json!({ field: [command] }));
            if number == 2 || (field == "order_line" && matches!(number, 3 | 5 | 6)) {
                prop_assert!(answer.is_err());
            }
        }
    }
}
