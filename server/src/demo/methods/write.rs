//! Creating, changing and deleting records.

use serde_json::{Map, Value, json};

use super::{
    super::{
        access::{self, Operation},
        env::Env,
        errors::{OdooError, type_error, user_error, validation_error, value_error},
        fields::{Field, Initial, Kind, OnDelete, Source},
        model::{self, Model},
        store::Row,
        value::{self, date_text, datetime_text, is_falsy, repr},
    },
    Effect::{Reads, Writes},
    Method,
    Param::Required,
    Target, follow,
    relations::{change_lines, change_links},
    values,
};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "create",
        models: &[],
        target: Target::Model,
        effect: Writes,
        params: &[Required("vals_list")],
        run: |env, model, _, args| {
            let created: Result<Vec<i64>, OdooError> = match args.value("vals_list") {
                Value::Array(all) => all.iter().map(|values| create(env, model, values)).collect(),
                one => create(env, model, one).map(|id| vec![id]),
            };
            Ok(json!(created?))
        },
    },
    Method {
        name: "write",
        models: &[],
        target: Target::Records,
        effect: Writes,
        params: &[Required("vals")],
        run: |env, model, ids, args| {
            write(env, model, ids, args.value("vals"))?;
            Ok(json!(true))
        },
    },
    Method {
        name: "unlink",
        models: &[],
        target: Target::Records,
        effect: Writes,
        params: &[],
        run: |env, model, ids, _| {
            unlink(env, model, ids)?;
            Ok(json!(true))
        },
    },
    Method {
        name: "name_create",
        models: &[],
        target: Target::Model,
        effect: Writes,
        params: &[Required("name")],
        run: |env, model, _, args| {
            let id = create(env, model, &json!({ "name": args.value("name") }))?;
            Ok(json!([id, env.store.name(model.name, id)]))
        },
    },
    Method {
        name: "default_get",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[Required("fields")],
        run: |env, model, _, args| {
            access::check(&env.login, model, Operation::Create)?;
            let wanted = args.texts("fields")?.unwrap_or_default();
            let mut initial = Map::new();
            for field in model.fields.iter().filter(|field| wanted.contains(&field.name)) {
                let value = match env.context.default_of(field.name) {
                    Some(value) => value.clone(),
                    None => own_default(env, model, field),
                };
                if !value.is_null() {
                    initial.insert(field.name.to_owned(), value);
                }
            }
            Ok(Value::Object(initial))
        },
    },
];

/// The values of a `create` or `write`, by field.
fn parse<'a>(
    model: &'static Model,
    given: &'a Value,
) -> Result<Vec<(&'static Field, &'a Value)>, OdooError> {
    let given = given
        .as_object()
        .ok_or_else(|| type_error(format!("values are no mapping: {}", repr(given))))?;
    given
        .iter()
        .map(|(name, value)| {
            let field = model.field(name).ok_or_else(|| {
                value_error(format!("Invalid field '{name}' in '{}'", model.name))
            })?;
            Ok((field, value))
        })
        // What the system keeps itself is ignored, as Odoo does.
        .filter(|parsed| !matches!(parsed, Ok((field, _)) if MAGIC.contains(&field.name)))
        .collect()
}

/// What the system keeps of a record itself.
pub(super) const MAGIC: [&str; 5] = ["id", "create_uid", "create_date", "write_uid", "write_date"];

/// Adds one record, with what it holds by default and what follows from its values.
///
/// # Errors
/// `AccessError`, `ValueError` or `ValidationError`; the caller then drops the whole state.
pub(crate) fn create(
    env: &mut Env,
    model: &'static Model,
    given: &Value,
) -> Result<i64, OdooError> {
    access::check(&env.login, model, Operation::Create)?;
    let mut given = parse(model, given)?;
    let context = env.context.clone();
    let named: Vec<_> = given.iter().map(|(field, _)| field.name).collect();
    given.extend(
        model
            .fields
            .iter()
            .filter(|field| !named.contains(&field.name))
            .filter_map(|field| Some((field, context.default_of(field.name)?))),
    );
    let mut row = Row::new();
    for field in &model.fields {
        if matches!(field.source, Source::Stored) {
            row.insert(field.name, own_default(env, model, field));
        }
    }
    for (field, value) in &given {
        if matches!(field.source, Source::Stored) && !is_x2many(field) {
            row.insert(field.name, values::coerce(&env.store, model, field, value)?);
        }
    }
    let now = datetime_text(env.now);
    row.extend([("create_date", json!(now)), ("write_date", json!(now))]);
    row.extend([("create_uid", json!(env.login.uid)), ("write_uid", json!(env.login.uid))]);
    follow::complete(env, model, &mut row)?;
    let id = env.store.insert(model.name, row);
    follow::created(env, model, id);
    for (field, value) in given {
        if is_x2many(field) || !matches!(field.source, Source::Stored) {
            apply(env, model, id, field, value)?;
        }
    }
    validate(env, model, id)?;
    env.check(model, &[id], Operation::Create)?;
    Ok(id)
}

/// Changes records.
///
/// # Errors
/// As [`create`], and `MissingError`.
pub(super) fn write(
    env: &mut Env,
    model: &'static Model,
    ids: &[i64],
    given: &Value,
) -> Result<(), OdooError> {
    access::check(&env.login, model, Operation::Write)?;
    let given = parse(model, given)?;
    env.check_exist(model, ids)?;
    env.check(model, ids, Operation::Write)?;
    for id in ids {
        for (field, value) in &given {
            apply(env, model, *id, field, value)?;
        }
        let now = json!(datetime_text(env.now));
        env.store.set(model.name, *id, "write_date", now);
        env.store.set(model.name, *id, "write_uid", json!(env.login.uid));
        validate(env, model, *id)?;
    }
    Ok(())
}

const fn is_x2many(field: &Field) -> bool {
    matches!(field.kind, Kind::One2many(..) | Kind::Many2many(_))
}

/// What a new record's field holds when neither the call nor its context says.
fn own_default(env: &Env, model: &Model, field: &Field) -> Value {
    match field.initial {
        Initial::Empty => match field.kind {
            Kind::One2many(..) => Value::Null,
            kind => kind.empty(),
        },
        Initial::True => json!(true),
        Initial::Number(number) if field.kind == Kind::Integer => json!(number as i64),
        Initial::Number(number) => value::float(number),
        Initial::Text(text) => json!(text),
        Initial::Record(id) => json!(id),
        Initial::Now => json!(datetime_text(env.now)),
        Initial::Today => json!(date_text(env.now)),
        Initial::Me => json!(env.login.uid),
        Initial::Sequence(prefix) => {
            json!(format!("{prefix}{:05}", env.store.next_id(model.name)))
        }
    }
}

/// Writes one field of one record.
fn apply(
    env: &mut Env,
    model: &'static Model,
    id: i64,
    field: &'static Field,
    given: &Value,
) -> Result<(), OdooError> {
    match (field.source, field.kind) {
        (Source::Computed(_) | Source::DisplayName, _) => Ok(()),
        (Source::Related(path), _) => {
            let Some((first, rest)) = path.split_once('.') else { return Ok(()) };
            let target = model.field(first).and_then(|first| first.kind.relation());
            let (Some(target), Some(at)) =
                (target.and_then(model::find), env.store.get(model.name, id, first).as_i64())
            else {
                return Ok(());
            };
            write(env, target, &[at], &json!({ rest: given }))
        }
        (Source::Stored, Kind::One2many(other, inverse)) => {
            let commands = values::commands(model, field, given)?;
            let Some(other) = model::find(other) else { return Ok(()) };
            let lines = env.store.get(model.name, id, field.name);
            for command in commands {
                change_lines(env, other, inverse, id, &value::ids(&lines), command)?;
            }
            Ok(())
        }
        (Source::Stored, Kind::Many2many(other)) => {
            let commands = values::commands(model, field, given)?;
            let mut linked = value::ids(&env.store.get(model.name, id, field.name));
            for command in commands {
                change_links(env, field, other, &mut linked, command)?;
            }
            env.store.set(model.name, id, field.name, json!(linked));
            Ok(())
        }
        (Source::Stored, _) => {
            let value = values::coerce(&env.store, model, field, given)?;
            env.store.set(model.name, id, field.name, value);
            Ok(())
        }
    }
}

/// Refuses a record that lacks what its model requires, or that is its own ancestor.
fn validate(env: &Env, model: &'static Model, id: i64) -> Result<(), OdooError> {
    let Some(row) = env.store.row(model.name, id) else { return Ok(()) };
    if model.name == "res.partner" && is_falsy(&env.store.get(model.name, id, "name")) {
        return Err(validation_error(
            "The operation cannot be completed: a contact has to have a name",
        ));
    }
    if model.name == "res.users" {
        let login = row.get("login");
        if env.store.rows(model.name).any(|(other, row)| other != id && row.get("login") == login) {
            return Err(validation_error(
                "The operation cannot be completed: two users cannot have the same login",
            ));
        }
    }
    let unset = model.fields.iter().find(|field| {
        field.required
            && !matches!(field.kind, Kind::Boolean | Kind::Integer | Kind::Float | Kind::Monetary)
            && is_falsy(&env.store.value(model, row, field))
    });
    if let Some(field) = unset {
        return Err(validation_error(format!(
            "The operation cannot be completed: '{}' ({}) of '{}' ({}) has to be set",
            field.label, field.name, model.label, model.name
        )));
    }
    let mut above = row.get("parent_id").and_then(Value::as_i64);
    while let Some(parent) = above {
        if parent == id {
            return Err(validation_error(format!(
                "A record of '{}' cannot lie below itself.",
                model.label
            )));
        }
        above = env.store.get(model.name, parent, "parent_id").as_i64();
    }
    Ok(())
}

/// Deletes records, and the lines that cannot be without them.
///
/// # Errors
/// `AccessError`, `MissingError`, `UserError` for a document that still counts, `ValidationError` for a
/// record that others point to.
pub(super) fn unlink(env: &mut Env, model: &'static Model, ids: &[i64]) -> Result<(), OdooError> {
    access::check(&env.login, model, Operation::Delete)?;
    env.check_exist(model, ids)?;
    env.check(model, ids, Operation::Delete)?;
    if let Some(text) = follow::keeps(env, model, ids) {
        return Err(user_error(text));
    }
    for id in ids {
        let lines: Vec<_> = model
            .fields
            .iter()
            .filter(|field| matches!(field.source, Source::Stored))
            .filter_map(|field| match field.kind {
                Kind::One2many(other, inverse) => Some((model::find(other)?, inverse)),
                _ => None,
            })
            .filter(|(other, inverse)| {
                other.field(inverse).is_some_and(|f| f.on_delete == OnDelete::Cascade)
            })
            .collect();
        for (other, inverse) in lines {
            let below: Vec<_> = env
                .store
                .rows(other.name)
                .filter(|(_, row)| row.get(inverse) == Some(&json!(id)))
                .map(|(id, _)| id)
                .collect();
            below.iter().for_each(|line| env.store.remove(other.name, *line));
        }
        if let Some((user, field)) = user_of(env, model, *id) {
            return Err(validation_error(format!(
                "The operation cannot be completed: '{}' ({}) still uses the record in '{}' ({}). \
                 It can be archived instead.",
                user.label, user.name, field.label, field.name
            )));
        }
        env.store.remove(model.name, *id);
    }
    Ok(())
}

/// A model and its required field that point to the record.
fn user_of(env: &Env, model: &Model, id: i64) -> Option<(&'static Model, &'static Field)> {
    model::all()
        .flat_map(|other| other.fields.iter().map(move |field| (other, field)))
        .filter(|(_, field)| {
            field.kind == Kind::Many2one(model.name)
                && field.required
                && matches!(field.source, Source::Stored)
        })
        .find(|(other, field)| {
            env.store.rows(other.name).any(|(_, row)| row.get(field.name) == Some(&json!(id)))
        })
}
