//! What users can be asked for, and what is there for them.

use serde_json::{Value, json};

use super::{
    super::{
        access::{Operation, allows},
        env::Env,
        french::translate,
        model::{self, Lifetime},
    },
    Args, Effect, Method,
    Param::Required,
    Target,
};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "context_get",
        models: &["res.users"],
        target: Target::Model,
        effect: Effect::Reads,
        params: &[],
        run: |env, _, _, _| Ok(env.user_context()),
    },
    Method {
        name: "has_group",
        models: &["res.users"],
        target: Target::Records,
        effect: Effect::Reads,
        params: &[Required("group_ext_id")],
        run: |env, _, _, args| Ok(json!(has_group(env, args))),
    },
    Method {
        name: "get_available_models",
        models: &["ir.model"],
        target: Target::Model,
        effect: Effect::Reads,
        params: &[],
        run: |env, _, _, _| Ok(available_models(env)),
    },
];

/// The models whose records last and that the person may read, with their names. Everybody may ask: the method reads as Odoo itself
/// (`addons/web/models/ir_model.py`).
fn available_models(env: &Env) -> Value {
    model::all()
        .filter(|model| model.lifetime != Lifetime::Transient)
        .filter(|model| allows(env.login.rights, model.name, Operation::Read))
        .map(|model| {
            let name = translate(env.context.language, model.label);
            json!({ "model": model.name, "display_name": name })
        })
        .collect()
}

fn has_group(env: &Env, args: &Args) -> bool {
    let reads = |model| allows(env.login.rights, model, Operation::Read);
    match args.text("group_ext_id").unwrap_or_default() {
        "base.group_user" => true,
        "base.group_system" | "base.group_erp_manager" => reads("ir.model"),
        "purchase.group_purchase_user" => reads("purchase.order"),
        "sales_team.group_sale_salesman" => reads("sale.order"),
        "account.group_account_invoice" => reads("account.move"),
        "stock.group_stock_user" => reads("stock.picking"),
        _ => false,
    }
}
