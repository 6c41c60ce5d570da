//! The buttons of invoices, bills and entries.

use serde_json::{Value, json};

use super::{
    super::{
        env::Env,
        errors::{OdooError, user_error},
        model::Model,
        value::{self, date_text, is_falsy},
    },
    Effect, Method, Target,
    buttons::{self, all_in, button, set},
};

pub(super) const METHODS: &[Method] = &[
    button!("action_post" on &["account.move"], post),
    button!("button_draft" on &["account.move"], reset),
    button!("button_cancel" on &["account.move"], cancel),
];

fn post(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if !all_in(env, model, ids, &["draft"]) {
        return Err(user_error("Only a draft can be posted, and one of these entries is none."));
    }
    for id in ids {
        if value::ids(&env.store.get(model.name, *id, "invoice_line_ids")).is_empty() {
            return Err(user_error("An entry without a line cannot be posted."));
        }
        let is_entry = env.store.get(model.name, *id, "move_type") == "entry";
        if !is_entry && is_falsy(&env.store.get(model.name, *id, "partner_id")) {
            return Err(user_error("An invoice without a partner cannot be posted."));
        }
        let today = json!(date_text(env.now));
        if is_falsy(&env.store.get(model.name, *id, "invoice_date")) {
            env.store.set(model.name, *id, "invoice_date", today.clone());
            env.store.set(model.name, *id, "date", today);
        }
        if is_falsy(&env.store.get(model.name, *id, "name")) {
            let name = next_name(env, *id);
            env.store.set(model.name, *id, "name", json!(name));
        }
        env.store.set(model.name, *id, "state", json!("posted"));
    }
    Ok(json!(false))
}

fn reset(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if !all_in(env, model, ids, &["posted", "cancel"]) {
        return Err(user_error(
            "Only posted and cancelled entries can be reset, and one of these is a draft.",
        ));
    }
    set(env, model, ids, "state", &json!("draft"));
    Ok(Value::Null)
}

/// A posted entry is reset to a draft on the way, as in Odoo.
fn cancel(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if !all_in(env, model, ids, &["draft", "posted"]) {
        return Err(user_error("Only drafts can be cancelled, and one of these entries is none."));
    }
    set(env, model, ids, "state", &json!("cancel"));
    Ok(Value::Null)
}

/// The next free number of the entry's kind and year.
fn next_name(env: &Env, id: i64) -> String {
    let text = |field: &str| {
        env.store.get("account.move", id, field).as_str().unwrap_or_default().to_owned()
    };
    let kind = match text("move_type").as_str() {
        "out_invoice" | "out_receipt" => "INV",
        "out_refund" => "RINV",
        "in_invoice" | "in_receipt" => "BILL",
        "in_refund" => "RBILL",
        _ => "MISC",
    };
    let prefix = format!("{kind}/{}/", text("invoice_date").get(..4).unwrap_or("0000"));
    let last = env
        .store
        .rows("account.move")
        .filter_map(|(_, row)| row.get("name")?.as_str()?.strip_prefix(&prefix)?.parse().ok())
        .max()
        .unwrap_or(0_u32);
    format!("{prefix}{:05}", last + 1)
}
