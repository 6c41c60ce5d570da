//! Archiving.

use serde_json::{Value, json};

use super::{
    super::{env::Env, errors::OdooError, model::Model, value::is_falsy},
    Effect, Method, Target,
    buttons::{self, button},
};

/// The models with a field `active`.
const MODELS: &[&str] = &[
    "account.journal",
    "account.tax",
    "product.product",
    "product.template",
    "res.company",
    "res.currency",
    "res.lang",
    "res.partner",
    "res.partner.category",
    "res.users",
    "stock.location",
    "stock.picking.type",
    "stock.warehouse",
    "uom.uom",
];

pub(super) const METHODS: &[Method] = &[
    button!("action_archive" on MODELS, |env, model, ids| activate(env, model, ids, |_| false)),
    button!("action_unarchive" on MODELS, |env, model, ids| activate(env, model, ids, |_| true)),
    button!("toggle_active" on MODELS, |env, model, ids| activate(env, model, ids, |active| !active)),
];

fn activate(
    env: &mut Env,
    model: &Model,
    ids: &[i64],
    change: fn(bool) -> bool,
) -> Result<Value, OdooError> {
    for id in ids {
        let active = change(!is_falsy(&env.store.get(model.name, *id, "active")));
        let (model, id) = match model.name {
            // A variant is archived with its product.
            "product.product" => {
                let template = env.store.get(model.name, *id, "product_tmpl_id");
                ("product.template", template.as_i64().unwrap_or_default())
            }
            name => (name, *id),
        };
        env.store.set(model, id, "active", json!(active));
    }
    Ok(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::{super::super::model, *};

    #[test]
    fn whatever_can_be_archived_has_the_methods() {
        let mut able: Vec<_> = model::all().filter(|m| m.can_archive()).map(|m| m.name).collect();
        able.sort_unstable();
        assert_eq!(able, MODELS);
    }
}
