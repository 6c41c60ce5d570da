//! Searching and reading.

use serde_json::{Map, Value, json};

use super::{
    super::{
        access::{self, Operation},
        env::Env,
        errors::{Class, OdooError, type_error, value_error},
        fields::{Field, Kind},
        model::{self, Model},
        store::Row,
        value::{self, is_falsy, repr},
    },
    Args,
    Effect::Reads,
    Method,
    Param::{Optional, Required},
    Target,
};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "search",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[Required("domain"), Optional("offset"), Optional("limit"), Optional("order")],
        run: |env, model, _, args| Ok(json!(search(env, model, args)?)),
    },
    Method {
        name: "search_count",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[Required("domain"), Optional("limit")],
        run: |env, model, _, args| {
            let found = env.search(model, args.value("domain"), Some("id"))?;
            Ok(json!(page(&found, args)?.len()))
        },
    },
    Method {
        name: "search_read",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[
            Optional("domain"),
            Optional("fields"),
            Optional("offset"),
            Optional("limit"),
            Optional("order"),
            Optional("load"),
        ],
        run: |env, model, _, args| {
            let ids = search(env, model, args)?;
            read(env, model, &ids, args)
        },
    },
    Method {
        name: "search_fetch",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[
            Required("domain"),
            Optional("field_names"),
            Optional("offset"),
            Optional("limit"),
            Optional("order"),
        ],
        // Records go over the wire as their ids, whatever was fetched of them.
        run: |env, model, _, args| {
            fields(model, args.texts("field_names")?.as_deref())?;
            Ok(json!(search(env, model, args)?))
        },
    },
    Method {
        name: "read",
        models: &[],
        target: Target::Records,
        effect: Reads,
        params: &[Optional("fields"), Optional("load")],
        run: |env, model, ids, args| read(env, model, ids, args),
    },
    Method {
        name: "exists",
        models: &[],
        target: Target::Records,
        effect: Reads,
        params: &[],
        run: |env, model, ids, _| {
            let there = ids.iter().filter(|id| env.store.row(model.name, **id).is_some());
            Ok(there.map(|id| json!(id)).collect())
        },
    },
    Method {
        name: "name_search",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[Optional("name"), Optional("domain"), Optional("operator"), Optional("limit")],
        run: |env, model, _, args| name_search(env, model, args),
    },
    Method {
        name: "fields_get",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[Optional("allfields"), Optional("attributes")],
        run: |env, model, _, args| fields_get(env, model, args),
    },
    Method {
        name: "export_data",
        models: &[],
        target: Target::Records,
        effect: Reads,
        params: &[Required("fields_to_export")],
        run: |env, model, ids, args| export_data(env, model, ids, args),
    },
    Method {
        name: "has_access",
        models: &[],
        target: Target::Records,
        effect: Reads,
        params: &[Required("operation")],
        run: |env, model, ids, args| Ok(json!(env.check(model, ids, operation(args)?).is_ok())),
    },
    Method {
        name: "check_access_rights",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[Required("operation"), Optional("raise_exception")],
        run: |env, model, _, args| {
            let allowed = access::check(&env.login, model, operation(args)?);
            match args.get("raise_exception") {
                Some(raises) if is_falsy(raises) => Ok(json!(allowed.is_ok())),
                _ => allowed.map(|()| json!(true)),
            }
        },
    },
];

/// Whether a many2one is read with its name or as a bare id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Shown,
    LeftOut,
}

fn operation(args: &Args) -> Result<Operation, OdooError> {
    let name = args.value("operation");
    name.as_str()
        .and_then(Operation::parse)
        .ok_or_else(|| value_error(format!("Invalid access operation {}", repr(name))))
}

/// The ids of one page of a search.
pub(super) fn search(env: &Env, model: &'static Model, args: &Args) -> Result<Vec<i64>, OdooError> {
    let found = env.search(model, args.value("domain"), args.text("order"))?;
    Ok(page(&found, args)?.to_vec())
}

/// The part of a list that `offset` and `limit` name. A limit of zero is none, as in Odoo.
pub(super) fn page<'a, T>(all: &'a [T], args: &Args) -> Result<&'a [T], OdooError> {
    let count = |name: &str| match args.get(name) {
        None | Some(Value::Bool(false)) => Ok(0),
        Some(value) => value
            .as_i64()
            .ok_or_else(|| type_error(format!("{name} is no whole number: {}", repr(value)))),
    };
    let (offset, limit) = (count("offset")?, count("limit")?);
    if limit < 0 {
        return Err(OdooError::new(Class::NegativeLimit, "LIMIT must not be negative\n"));
    }
    let from = usize::try_from(offset).unwrap_or(0).min(all.len());
    let rest = &all[from..];
    let length = match usize::try_from(limit) {
        Ok(limit) if limit > 0 => limit.min(rest.len()),
        _ => rest.len(),
    };
    Ok(&rest[..length])
}

fn read(env: &Env, model: &'static Model, ids: &[i64], args: &Args) -> Result<Value, OdooError> {
    let names = match args.0.get("load") {
        None => Names::Shown,
        Some(load) if load == "_classic_read" => Names::Shown,
        Some(_) => Names::LeftOut,
    };
    let fields = fields(model, args.texts("fields")?.as_deref())?;
    read_fields(env, model, ids, &fields, names)
}

/// The fields of these names, all of the model's when none are named.
fn fields(model: &'static Model, names: Option<&[&str]>) -> Result<Vec<&'static Field>, OdooError> {
    let Some(names) = names else { return Ok(model.fields.iter().collect()) };
    names
        .iter()
        .map(|name| {
            let text = || format!("Invalid field '{name}' on '{}'", model.name);
            model.field(name).ok_or_else(|| value_error(text()))
        })
        .collect()
}

/// Reads fields of records. Records that are not there are left out.
///
/// # Errors
/// `AccessError` for records that the person does not see.
pub(super) fn read_fields(
    env: &Env,
    model: &'static Model,
    ids: &[i64],
    fields: &[&'static Field],
    names: Names,
) -> Result<Value, OdooError> {
    env.check(model, ids, Operation::Read)?;
    let rows = ids.iter().filter_map(|id| Some((*id, env.store.row(model.name, *id)?)));
    Ok(rows
        .map(|(id, row)| {
            let mut record = Map::new();
            record.insert("id".to_owned(), json!(id));
            for field in fields {
                record.insert(field.name.to_owned(), wire(env, model, row, field, names));
            }
            Value::Object(record)
        })
        .collect())
}

/// A field's value as it goes over the wire.
pub(super) fn wire(env: &Env, model: &Model, row: &Row, field: &Field, names: Names) -> Value {
    match (field.kind, env.store.value(model, row, field)) {
        (_, Value::Null) => json!(false),
        (Kind::Many2one(other), Value::Number(id)) if names == Names::Shown => {
            let name = id.as_i64().map(|id| env.store.name(other, id)).unwrap_or_default();
            json!([id, name])
        }
        (Kind::Binary, Value::String(data))
            if env.context.get("bin_size").is_some_and(|flag| !is_falsy(flag)) =>
        {
            json!(size(&data))
        }
        // What a rule hides is not among the lines that a reader gets.
        (Kind::One2many(other, _), Value::Array(ids)) => match model::find(other) {
            Some(other) => ids
                .into_iter()
                .filter(|id| {
                    id.as_i64()
                        .and_then(|id| env.store.row(other.name, id))
                        .is_some_and(|row| access::sees(env, other, row))
                })
                .collect(),
            None => Value::Array(ids),
        },
        (_, value) => value,
    }
}

/// The size of what base64 stands for, in words.
fn size(data: &str) -> String {
    let bytes = data.len() as f64 * 0.75;
    let units = [("Gb", 30), ("Mb", 20), ("Kb", 10)];
    let fitting = units.into_iter().find(|(_, power)| bytes >= f64::from(1_u32 << power));
    match fitting {
        Some((unit, power)) => format!("{:.2} {unit}", bytes / f64::from(1_u32 << power)),
        None => format!("{bytes:.2} bytes"),
    }
}

fn name_search(env: &Env, model: &'static Model, args: &Args) -> Result<Value, OdooError> {
    let operator = args.text("operator").unwrap_or("ilike");
    let by_name: Vec<Value> = match args.text("name") {
        None => Vec::new(),
        Some(name) => {
            let mut any = vec![json!("|"); model.search_in.len() - 1];
            any.extend(model.search_in.iter().map(|field| json!([field, operator, name])));
            any
        }
    };
    let mut domain = args.value("domain").as_array().cloned().unwrap_or_default();
    domain.extend(by_name);
    let found = env.search(model, &Value::Array(domain), None)?;
    let limit = args.get("limit").map_or(Some(100), Value::as_u64).unwrap_or(100);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(found.iter().take(limit).map(|id| json!([id, env.store.name(model.name, *id)])).collect())
}

/// Odoo describes the fields of every model to everybody, also of one whose records they may not read.
fn fields_get(env: &Env, model: &Model, args: &Args) -> Result<Value, OdooError> {
    let names = args.texts("allfields")?;
    let attributes = args.texts("attributes")?;
    let described = model
        .fields
        .iter()
        .filter(|field| names.as_ref().is_none_or(|names| names.contains(&field.name)))
        .map(|field| {
            let described = field.describe(env.context.language, attributes.as_deref());
            (field.name.to_owned(), described)
        });
    Ok(Value::Object(described.collect()))
}

/// Values as texts for a spreadsheet; a path such as `partner_id/name` is followed.
fn export_data(
    env: &Env,
    model: &'static Model,
    ids: &[i64],
    args: &Args,
) -> Result<Value, OdooError> {
    env.check(model, ids, Operation::Read)?;
    let paths = args.texts("fields_to_export")?.unwrap_or_default();
    let mut rows = Vec::new();
    for id in ids {
        let cells: Result<Vec<_>, _> =
            paths.iter().map(|path| export_cell(env, model, *id, path)).collect();
        if env.store.row(model.name, *id).is_some() {
            rows.push(cells?);
        }
    }
    Ok(json!({ "datas": rows }))
}

fn export_cell(env: &Env, model: &'static Model, id: i64, path: &str) -> Result<Value, OdooError> {
    let (step, rest) = path.split_once('/').map_or((path, None), |(a, b)| (a, Some(b)));
    let step = if step == ".id" { "id" } else { step };
    let field = model
        .field(step)
        .ok_or_else(|| value_error(format!("Invalid field '{step}' on '{}'", model.name)))?;
    let Some(row) = env.store.row(model.name, id) else { return Ok(json!("")) };
    let value = env.store.value(model, row, field);
    let other = field.kind.relation().and_then(model::find);
    match (other, rest) {
        (Some(other), rest) => {
            access::check(&env.login, other, Operation::Read)?;
            let cells: Result<Vec<String>, OdooError> = value::ids(&value)
                .into_iter()
                .map(|id| {
                    let cell = export_cell(env, other, id, rest.unwrap_or("display_name"))?;
                    Ok(cell.as_str().map_or_else(|| cell.to_string(), str::to_owned))
                })
                .collect();
            Ok(json!(cells?.join(",")))
        }
        (None, _) if step == "id" => Ok(json!(id.to_string())),
        (None, _) if value.is_null() => Ok(json!("")),
        (None, _) => Ok(value),
    }
}
