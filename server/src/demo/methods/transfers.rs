//! Transfers: planning those of orders, the buttons of their form, and what is asked when less is there than
//! was asked for.

use serde_json::{Value, json};

use super::{
    super::{
        env::{COMPANY, Env},
        errors::{OdooError, user_error},
        model::{self, Model},
        models::{CUSTOMERS, STOCK, SUPPLIERS},
        store::Row,
        value::{self, datetime_text, is_falsy},
    },
    Effect, Method, Target,
    buttons::{self, all_in, button, set, state},
};

const TRANSFERS: &[&str] = &["stock.picking"];
const QUESTION: &[&str] = &["stock.backorder.confirmation"];

pub(super) const METHODS: &[Method] = &[
    button!("action_confirm" on TRANSFERS, confirm),
    button!("action_assign" on TRANSFERS, assign),
    button!("do_unreserve" on TRANSFERS, unreserve),
    button!("action_cancel" on TRANSFERS, cancel),
    button!("button_validate" on TRANSFERS, validate),
    button!("process" on QUESTION, |env, _, ids| answer(env, ids, Rest::Backorder)),
    button!("process_cancel_backorder" on QUESTION, |env, _, ids| answer(env, ids, Rest::Dropped)),
];

/// Which way goods move.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

/// What becomes of goods that were asked for and are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Backorder,
    Dropped,
}

/// The transfer that a confirmed order asks of the warehouse.
pub(super) fn plan_transfer(env: &mut Env, order: i64, direction: Direction) {
    let (orders, lines, quantity, link) = match direction {
        Direction::In => ("purchase.order", "purchase.order.line", "product_qty", "purchase_id"),
        Direction::Out => ("sale.order", "sale.order.line", "product_uom_qty", "sale_id"),
    };
    let (prefix, kind, from, to) = match direction {
        Direction::In => ("WH/IN/", 1, SUPPLIERS, STOCK),
        Direction::Out => ("WH/OUT/", 2, STOCK, CUSTOMERS),
    };
    let number = env.store.next_id("stock.picking");
    let now = json!(datetime_text(env.now));
    let picking = Row::from([
        ("name", json!(format!("{prefix}{number:05}"))),
        ("partner_id", env.store.get(orders, order, "partner_id")),
        ("origin", json!(env.store.name(orders, order))),
        ("state", json!("assigned")),
        ("priority", json!("0")),
        ("move_type", json!("direct")),
        ("picking_type_id", json!(kind)),
        ("location_id", json!(from)),
        ("location_dest_id", json!(to)),
        ("scheduled_date", now.clone()),
        ("company_id", json!(COMPANY)),
        ("user_id", json!(env.login.uid)),
        (link, json!(order)),
        ("create_date", now.clone()),
        ("write_date", now),
        ("create_uid", json!(env.login.uid)),
        ("write_uid", json!(env.login.uid)),
    ]);
    let picking = env.store.insert("stock.picking", picking);
    for line in value::ids(&env.store.get(orders, order, "order_line")) {
        let product = env.store.get(lines, line, "product_id");
        let asked = env.store.get(lines, line, quantity);
        env.store.insert(
            "stock.move",
            Row::from([
                ("picking_id", json!(picking)),
                ("product_id", product),
                ("product_uom_qty", asked.clone()),
                ("quantity", asked),
                ("product_uom_id", env.store.get(lines, line, "product_uom_id")),
            ]),
        );
    }
}

fn confirm(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    for id in ids {
        if state(env, model, *id) == "draft" {
            if moves(env, *id).is_empty() {
                return Err(user_error("A transfer without products cannot be marked as to do."));
            }
            env.store.set(model.name, *id, "state", json!("confirmed"));
        }
    }
    Ok(json!(true))
}

/// Reserves what is asked for: receipts have it all, deliveries as much as lies in stock.
fn assign(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if ids.iter().any(|id| {
        matches!(state(env, model, *id).as_str(), "done" | "cancel") || moves(env, *id).is_empty()
    }) {
        return Err(user_error("One of these transfers has nothing that could be reserved."));
    }
    for id in ids {
        let leaves = env.store.get(model.name, *id, "location_id") == json!(STOCK);
        for id in moves(env, *id) {
            let asked = amount(env, id, "product_uom_qty");
            let there = if leaves { asked.min(in_stock(env, id)) } else { asked };
            env.store.set("stock.move", id, "quantity", value::float(there.max(0.0)));
        }
        env.store.set(model.name, *id, "state", json!("assigned"));
    }
    Ok(json!(true))
}

fn unreserve(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    for id in ids {
        if matches!(state(env, model, *id).as_str(), "confirmed" | "assigned") {
            for id in moves(env, *id) {
                env.store.set("stock.move", id, "quantity", value::float(0.0));
            }
            env.store.set(model.name, *id, "state", json!("confirmed"));
        }
    }
    Ok(Value::Null)
}

fn cancel(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if !all_in(env, model, ids, &["draft", "waiting", "confirmed", "assigned", "cancel"]) {
        return Err(user_error(
            "A transfer that is done cannot be cancelled: send the goods back.",
        ));
    }
    set(env, model, ids, "state", &json!("cancel"));
    Ok(json!(true))
}

/// Finishes transfers. Where less is there than was asked for, Odoo wants to know about a backorder first.
fn validate(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    refuse_unfit(env, model, ids)?;
    let short: Vec<i64> = ids.iter().copied().filter(|id| is_short(env, *id)).collect();
    if short.is_empty() {
        for id in ids {
            finish(env, *id);
        }
        return Ok(json!(true));
    }
    let links: Vec<_> = short.iter().map(|id| json!([4, id])).collect();
    Ok(json!({
        "name": "A backorder for the rest?",
        "type": "ir.actions.act_window",
        "view_mode": "form",
        "res_model": "stock.backorder.confirmation",
        "views": [[901, "form"]],
        "view_id": 901,
        "target": "new",
        "context": {
            "button_validate_picking_ids": ids,
            "default_show_transfers": false,
            "default_pick_ids": links,
        },
    }))
}

fn refuse_unfit(env: &Env, model: &Model, ids: &[i64]) -> Result<(), OdooError> {
    if !all_in(env, model, ids, &["draft", "waiting", "confirmed", "assigned"]) {
        return Err(user_error("A transfer that is done or cancelled cannot be validated again."));
    }
    for id in ids {
        let moves = moves(env, *id);
        let name = || env.store.name(model.name, *id);
        if moves.is_empty() {
            return Err(user_error(format!("{} has no products to move.", name())));
        }
        if moves.iter().all(|id| amount(env, *id, "quantity") == 0.0) {
            return Err(user_error(format!("Nothing of {} is there yet.", name())));
        }
    }
    Ok(())
}

/// The answer to the question of [`validate`]. Like Odoo it takes the transfers from the context that came
/// with the question; without it nothing is validated.
fn answer(env: &mut Env, questions: &[i64], rest: Rest) -> Result<Value, OdooError> {
    let named = env.context.get("button_validate_picking_ids").map(value::ids);
    let Some((pickings, model)) = named.zip(model::find("stock.picking")) else {
        return Ok(json!(true));
    };
    buttons::ready(env, model, &pickings)?;
    refuse_unfit(env, model, &pickings)?;
    let dropped: Vec<i64> = questions
        .iter()
        .flat_map(|id| {
            let lines = env.store.get(QUESTION[0], *id, "backorder_confirmation_line_ids");
            value::ids(&lines)
        })
        .filter(|line| {
            let keeps = env.store.get("stock.backorder.confirmation.line", *line, "to_backorder");
            is_falsy(&keeps)
        })
        .filter_map(|line| {
            env.store.get("stock.backorder.confirmation.line", line, "picking_id").as_i64()
        })
        .collect();
    for id in pickings {
        let is_dropped = rest == Rest::Dropped || dropped.contains(&id);
        split(env, id, if is_dropped { Rest::Dropped } else { Rest::Backorder });
        finish(env, id);
    }
    Ok(json!(true))
}

/// Takes what is not there out of a transfer, into a new one or into none.
fn split(env: &mut Env, picking: i64, rest: Rest) {
    let short: Vec<i64> = moves(env, picking).into_iter().filter(|id| lacks(env, *id)).collect();
    let Some(row) = env.store.row("stock.picking", picking).filter(|_| !short.is_empty()) else {
        return;
    };
    let mut backorder = row.clone();
    let leaves = backorder.get("location_id") == Some(&json!(STOCK));
    if rest == Rest::Backorder {
        let name = model::text(row, "name");
        let prefix = name.rsplit_once('/').map_or(name, |(prefix, _)| prefix);
        let number = env.store.next_id("stock.picking");
        let now = json!(datetime_text(env.now));
        backorder.extend([
            ("name", json!(format!("{prefix}/{number:05}"))),
            ("backorder_id", json!(picking)),
            ("state", json!(if leaves { "confirmed" } else { "assigned" })),
            ("create_date", now.clone()),
            ("write_date", now),
        ]);
    }
    let target = (rest == Rest::Backorder).then(|| env.store.insert("stock.picking", backorder));
    for id in short {
        let (asked, there) = (amount(env, id, "product_uom_qty"), amount(env, id, "quantity"));
        if let Some(target) = target {
            let missing = value::float(asked - there);
            let there = if leaves { value::float(0.0) } else { missing.clone() };
            let mut row = env.store.row("stock.move", id).cloned().unwrap_or_default();
            row.extend([
                ("picking_id", json!(target)),
                ("product_uom_qty", missing),
                ("quantity", there),
            ]);
            env.store.insert("stock.move", row);
        }
        if there > 0.0 {
            env.store.set("stock.move", id, "product_uom_qty", value::float(there));
        } else {
            env.store.remove("stock.move", id);
        }
    }
}

fn finish(env: &mut Env, picking: i64) {
    env.store.set("stock.picking", picking, "state", json!("done"));
    env.store.set("stock.picking", picking, "date_done", json!(datetime_text(env.now)));
    move_goods(env, picking);
}

fn is_short(env: &Env, picking: i64) -> bool {
    moves(env, picking).iter().any(|id| lacks(env, *id))
}

fn lacks(env: &Env, id: i64) -> bool {
    amount(env, id, "quantity") < amount(env, id, "product_uom_qty")
}

fn amount(env: &Env, id: i64, field: &str) -> f64 {
    value::number(&env.store.get("stock.move", id, field))
}

fn moves(env: &Env, picking: i64) -> Vec<i64> {
    value::ids(&env.store.get("stock.picking", picking, "move_ids"))
}

fn in_stock(env: &Env, id: i64) -> f64 {
    let product = env.store.get("stock.move", id, "product_id").as_i64().unwrap_or_default();
    value::number(&env.store.get("product.product", product, "qty_available"))
}

/// Books what was moved into or out of the stock location.
fn move_goods(env: &mut Env, picking: i64) {
    let at = |env: &Env, field| env.store.get("stock.picking", picking, field).as_i64();
    let sign = match (at(env, "location_id"), at(env, "location_dest_id")) {
        (Some(STOCK), _) => -1.0,
        (_, Some(STOCK)) => 1.0,
        _ => return,
    };
    for id in moves(env, picking) {
        let product = env.store.get("stock.move", id, "product_id");
        let moved = amount(env, id, "quantity") * sign;
        let quant = env
            .store
            .rows("stock.quant")
            .find(|(_, row)| row.get("product_id") == Some(&product))
            .map(|(id, row)| (id, value::number(row.get("quantity").unwrap_or(&Value::Null))));
        match quant {
            Some((quant, there)) => {
                env.store.set("stock.quant", quant, "quantity", value::float(there + moved));
            }
            None => {
                let row = Row::from([
                    ("product_id", product),
                    ("location_id", json!(STOCK)),
                    ("quantity", value::float(moved)),
                    ("company_id", json!(COMPANY)),
                ]);
                env.store.insert("stock.quant", row);
            }
        }
    }
}
