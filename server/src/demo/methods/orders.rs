//! The buttons of sales and purchase orders.

use serde_json::{Value, json};

use super::{
    super::{
        env::Env,
        errors::{OdooError, user_error},
        model::{self, Model},
        value::{self, date_text, datetime_text, is_falsy},
    },
    Effect, Method, Target,
    buttons::{self, all_in, button, set, state},
    transfers::{Direction, plan_transfer},
    write,
};

pub(super) const METHODS: &[Method] = &[
    button!("action_confirm" on &["sale.order"], confirm_sale),
    button!("action_cancel" on &["sale.order"], cancel_sale),
    button!("action_draft" on &["sale.order"], reset_sale),
    button!("action_lock" on &["sale.order"], lock),
    button!("action_unlock" on &["sale.order"], unlock),
    button!("button_confirm" on &["purchase.order"], confirm_purchase),
    button!("button_approve" on &["purchase.order"], approve),
    button!("button_cancel" on &["purchase.order"], cancel_purchase),
    button!("button_draft" on &["purchase.order"], |env, model, ids| {
        set(env, model, ids, "state", &json!("draft"));
        Ok(json!({}))
    }),
    button!("button_lock" on &["purchase.order"], lock),
    button!("button_unlock" on &["purchase.order"], unlock),
    button!("action_create_invoice" on &["purchase.order"], create_bill),
];

fn confirm_sale(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if !all_in(env, model, ids, &["draft", "sent"]) {
        return Err(user_error("Only quotations can be confirmed, and one of these is none."));
    }
    for id in ids {
        env.store.set(model.name, *id, "state", json!("sale"));
        env.store.set(model.name, *id, "date_order", json!(datetime_text(env.now)));
        env.store.set(model.name, *id, "invoice_status", json!("to invoice"));
        plan_transfer(env, *id, Direction::Out);
    }
    Ok(json!(true))
}

fn cancel_sale(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    refuse_locked(env, model, ids)?;
    set(env, model, ids, "state", &json!("cancel"));
    set(env, model, ids, "invoice_status", &json!("no"));
    for id in ids {
        cancel_open_transfers(env, "sale_id", *id);
    }
    Ok(json!(true))
}

/// Those that are cancelled or sent become quotations again; the others stay as they are, as in Odoo.
fn reset_sale(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    for id in ids {
        if all_in(env, model, &[*id], &["cancel", "sent"]) {
            env.store.set(model.name, *id, "state", json!("draft"));
        }
    }
    Ok(json!(true))
}

fn lock(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    set(env, model, ids, "locked", &json!(true));
    Ok(Value::Null)
}

fn unlock(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    set(env, model, ids, "locked", &json!(false));
    Ok(Value::Null)
}

fn refuse_locked(env: &Env, model: &Model, ids: &[i64]) -> Result<(), OdooError> {
    match ids.iter().find(|id| !is_falsy(&env.store.get(model.name, **id, "locked"))) {
        Some(id) => {
            let name = env.store.name(model.name, *id);
            Err(user_error(format!("{name} is locked. Unlock it before you cancel it.")))
        }
        None => Ok(()),
    }
}

fn confirm_purchase(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    // A confirmed order stays as it is, without a word, as in Odoo.
    let open: Vec<i64> = ids
        .iter()
        .copied()
        .filter(|id| matches!(state(env, model, *id).as_str(), "draft" | "sent"))
        .collect();
    to_purchase(env, model, &open);
    Ok(json!(true))
}

fn approve(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    let waiting: Vec<i64> =
        ids.iter().copied().filter(|id| state(env, model, *id) == "to approve").collect();
    to_purchase(env, model, &waiting);
    Ok(json!({}))
}

fn to_purchase(env: &mut Env, model: &Model, ids: &[i64]) {
    for id in ids {
        env.store.set(model.name, *id, "state", json!("purchase"));
        env.store.set(model.name, *id, "date_approve", json!(datetime_text(env.now)));
        env.store.set(model.name, *id, "invoice_status", json!("to invoice"));
        plan_transfer(env, *id, Direction::In);
    }
}

fn cancel_purchase(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    refuse_locked(env, model, ids)?;
    for id in ids {
        let done = env.store.rows("stock.picking").any(|(_, picking)| {
            picking.get("purchase_id") == Some(&json!(id))
                && picking.get("state") == Some(&json!("done"))
        });
        if done {
            let name = env.store.name(model.name, *id);
            return Err(user_error(format!(
                "{name} cannot be cancelled: goods have been received for it."
            )));
        }
    }
    set(env, model, ids, "state", &json!("cancel"));
    set(env, model, ids, "invoice_status", &json!("no"));
    for id in ids {
        cancel_open_transfers(env, "purchase_id", *id);
    }
    Ok(Value::Null)
}

fn cancel_open_transfers(env: &mut Env, link: &str, order: i64) {
    let open: Vec<i64> = env
        .store
        .rows("stock.picking")
        .filter(|(_, row)| row.get(link) == Some(&json!(order)))
        .filter(|(_, row)| model::text(row, "state") != "done")
        .map(|(id, _)| id)
        .collect();
    for picking in open {
        env.store.set("stock.picking", picking, "state", json!("cancel"));
    }
}

/// Makes the draft bill of each order and says where to look at it.
fn create_bill(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    let Some(entries) = model::find("account.move") else { return Ok(json!(false)) };
    let mut made = Vec::new();
    for id in ids {
        if env.store.get(model.name, *id, "invoice_status") != "to invoice" {
            let name = env.store.name(model.name, *id);
            return Err(user_error(format!("Nothing of {name} waits for a bill.")));
        }
        let entry = bill_of(env, model, *id);
        made.push(write::create(env, entries, &entry)?);
        env.store.set(model.name, *id, "invoice_status", json!("invoiced"));
    }
    let (view, shown) = match made.as_slice() {
        [one] => ("form", json!(one)),
        _ => ("list,form", json!(false)),
    };
    Ok(json!({
        "name": "Bills",
        "type": "ir.actions.act_window",
        "view_mode": view,
        "res_model": "account.move",
        "res_id": shown,
        "domain": [["id", "in", made]],
        "context": { "default_move_type": "in_invoice" },
    }))
}

fn bill_of(env: &Env, model: &Model, order: i64) -> Value {
    let of = |field| env.store.get(model.name, order, field);
    let lines: Vec<Value> = value::ids(&of("order_line"))
        .into_iter()
        .map(|line| {
            let of = |field| env.store.get("purchase.order.line", line, field);
            json!([0, 0, {
                "product_id": of("product_id"), "name": of("name"), "quantity": of("product_qty"),
                "price_unit": of("price_unit"), "discount": of("discount"),
                "tax_ids": [[6, 0, of("tax_ids")]], "product_uom_id": of("product_uom_id"),
            }])
        })
        .collect();
    json!({
        "move_type": "in_invoice", "partner_id": of("partner_id"), "date": date_text(env.now),
        "invoice_origin": of("name"), "invoice_user_id": of("user_id"), "invoice_line_ids": lines,
    })
}
