//! Copying records.

use serde_json::{Map, Value, json};

use super::{
    super::{
        access::Operation,
        env::Env,
        errors::OdooError,
        fields::{Kind, OnDelete, Source},
        model::{self, Model},
        value,
    },
    Args, Effect, Method,
    Param::Optional,
    Target,
    write::{MAGIC, create},
};

pub(super) const METHODS: &[Method] = &[Method {
    name: "copy",
    models: &[],
    target: Target::Records,
    effect: Effect::Writes,
    params: &[Optional("default")],
    run: |env, model, ids, args| copy(env, model, ids, args),
}];

/// Copies records with their lines; a document starts over as a draft under a new name.
fn copy(
    env: &mut Env,
    model: &'static Model,
    ids: &[i64],
    args: &Args,
) -> Result<Value, OdooError> {
    env.check_exist(model, ids)?;
    env.check(model, ids, Operation::Read)?;
    let none = Map::new();
    let default = args.get("default").and_then(Value::as_object).unwrap_or(&none);
    let mut copies = Vec::new();
    for id in ids {
        let mut values = copied(env, model, *id);
        values.extend(default.clone());
        copies.push(create(env, model, &Value::Object(values))?);
    }
    Ok(json!(copies))
}

fn copied(env: &Env, model: &'static Model, id: i64) -> Map<String, Value> {
    let Some(row) = env.store.row(model.name, id) else { return Map::new() };
    let is_document = model.field("state").is_some_and(|f| matches!(f.source, Source::Stored));
    let mut values = Map::new();
    for field in model.fields.iter().filter(|field| !MAGIC.contains(&field.name)) {
        let value = env.store.value(model, row, field);
        match (field.source, field.kind, field.name) {
            (Source::Computed(_) | Source::DisplayName | Source::Related(_), _, _) => {}
            (_, _, "access_token") => {}
            (_, _, "name" | "state" | "date_order" | "amount_paid" | "locked") if is_document => {}
            (_, Kind::One2many(other, inverse), _) => {
                let Some(other) = model::find(other) else { continue };
                if !other.field(inverse).is_some_and(|f| f.on_delete == OnDelete::Cascade) {
                    continue;
                }
                let lines = value::ids(&value).into_iter().map(|line| {
                    let mut line = copied(env, other, line);
                    line.remove(inverse);
                    json!([0, 0, line])
                });
                values.insert(field.name.to_owned(), lines.collect());
            }
            (_, _, "name") => {
                let name = value.as_str().unwrap_or_default();
                values.insert("name".to_owned(), json!(format!("{name} (copy)")));
            }
            _ => {
                values.insert(field.name.to_owned(), value);
            }
        }
    }
    values
}
