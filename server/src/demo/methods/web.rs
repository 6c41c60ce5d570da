//! What Odoo's own browser client reads and saves with. A specification says which fields are read, and how deep
//! each relation is followed.

use serde_json::{Map, Value, json};

use super::{
    super::{
        access::{self, Operation},
        env::Env,
        errors::{OdooError, type_error, value_error},
        fields::{Field, Kind},
        model::{self, Model},
        value::{self, repr},
    },
    Effect::{Reads, Writes},
    Method,
    Param::{Optional, Required},
    Target,
    read::{self, Names},
    write,
};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "web_search_read",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[
            Required("domain"),
            Required("specification"),
            Optional("offset"),
            Optional("limit"),
            Optional("order"),
            Optional("count_limit"),
        ],
        run: |env, model, _, args| {
            let found = env.search(model, args.value("domain"), args.text("order"))?;
            let ids = read::page(&found, args)?;
            let records = web_read(env, model, ids, args.value("specification"))?;
            Ok(json!({ "length": found.len(), "records": records }))
        },
    },
    Method {
        name: "web_read",
        models: &[],
        target: Target::Records,
        effect: Reads,
        params: &[Required("specification")],
        run: |env, model, ids, args| web_read(env, model, ids, args.value("specification")),
    },
    Method {
        name: "web_save",
        models: &[],
        target: Target::Records,
        effect: Writes,
        params: &[Required("vals"), Required("specification"), Optional("next_id")],
        run: |env, model, ids, args| {
            let saved = match ids {
                [] => vec![write::create(env, model, args.value("vals"))?],
                ids => {
                    write::write(env, model, ids, args.value("vals"))?;
                    ids.to_vec()
                }
            };
            let shown = args.get("next_id").map_or(saved, value::ids);
            web_read(env, model, &shown, args.value("specification"))
        },
    },
    Method {
        name: "web_save_multi",
        models: &[],
        target: Target::Records,
        effect: Writes,
        params: &[Required("vals_list"), Required("specification")],
        run: |env, model, ids, args| {
            let all = args.value("vals_list").as_array().map(Vec::as_slice).unwrap_or_default();
            if all.len() != ids.len() {
                return Err(value_error("each record takes the values at its place"));
            }
            for (id, values) in ids.iter().zip(all) {
                write::write(env, model, &[*id], values)?;
            }
            web_read(env, model, ids, args.value("specification"))
        },
    },
];

fn web_read(
    env: &Env,
    model: &'static Model,
    ids: &[i64],
    specification: &Value,
) -> Result<Value, OdooError> {
    env.check(model, ids, Operation::Read)?;
    let wanted = specification.as_object().ok_or_else(|| {
        type_error(format!("specification is no mapping: {}", repr(specification)))
    })?;
    let wanted: Vec<(&'static Field, &Value)> = wanted
        .iter()
        .map(|(name, inner)| {
            let text = || format!("Invalid field '{name}' on '{}'", model.name);
            Ok((model.field(name).ok_or_else(|| value_error(text()))?, inner))
        })
        .collect::<Result<_, OdooError>>()?;
    ids.iter()
        .filter_map(|id| Some((*id, env.store.row(model.name, *id)?)))
        .map(|(id, row)| {
            let mut record = Map::new();
            record.insert("id".to_owned(), json!(id));
            for (field, inner) in &wanted {
                let value = read::wire(env, model, row, field, Names::LeftOut);
                let value = nested(env, field, value, inner.get("fields"))?;
                record.insert(field.name.to_owned(), value);
            }
            Ok(Value::Object(record))
        })
        .collect()
}

/// A relation's value with the fields that are asked of its records, or as bare ids when none are.
fn nested(
    env: &Env,
    field: &Field,
    value: Value,
    inner: Option<&Value>,
) -> Result<Value, OdooError> {
    let Some((inner, other)) = inner.zip(field.kind.relation().and_then(model::find)) else {
        return Ok(value);
    };
    let ids = value::ids(&value);
    match field.kind {
        Kind::Many2one(_) => {
            // A reader of an order sees its customer's name even if contacts are closed to them.
            let only_name = inner
                .as_object()
                .is_some_and(|inner| inner.keys().all(|name| name == "display_name"));
            let Some(id) = ids.first() else { return Ok(value) };
            if only_name && !access::allows(env.login.rights, other.name, Operation::Read) {
                return Ok(json!({ "id": id, "display_name": env.store.name(other.name, *id) }));
            }
            let mut records = web_read(env, other, &ids, inner)?;
            Ok(records.get_mut(0).map_or(json!(false), Value::take))
        }
        _ => web_read(env, other, &ids, inner),
    }
}
