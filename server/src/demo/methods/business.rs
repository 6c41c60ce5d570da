//! What the apps add to the records: values that follow from others, and the buttons of their forms.

use serde_json::{Value, json};

use super::{
    super::{
        access::{Operation, allows},
        env::{COMPANY, Env},
        errors::{OdooError, user_error},
        model::Model,
        models::{CUSTOMERS, STOCK, SUPPLIERS},
        store::Row,
        value::{self, date_text, datetime_text, is_falsy},
    },
    Args,
    Effect::{Reads, Writes},
    Method,
    Param::Required,
    Target,
};

macro_rules! button {
    ($name:literal on $models:expr, $run:expr) => {
        Method {
            name: $name,
            models: $models,
            target: Target::Records,
            effect: Writes,
            params: &[],
            run: |env, model, ids, _| {
                ready(env, model, ids)?;
                $run(env, model, ids)
            },
        }
    };
}

const ARCHIVING: &[&str] = &["res.partner", "product.template", "product.product", "res.currency"];

pub(super) const METHODS: &[Method] = &[
    button!("action_confirm" on &["sale.order"], confirm_sale),
    button!("action_cancel" on &["sale.order"], |env, model, ids| to(env, model, ids, "cancel", json!(true))),
    button!("action_draft" on &["sale.order"], |env, model, ids| to(env, model, ids, "draft", json!(true))),
    button!("button_confirm" on &["purchase.order"], confirm_purchase),
    button!("button_cancel" on &["purchase.order"], cancel_purchase),
    button!("button_draft" on &["purchase.order"], |env, model, ids| to(env, model, ids, "draft", json!({}))),
    button!("action_post" on &["account.move"], post),
    button!("button_draft" on &["account.move"], |env, model, ids| to(env, model, ids, "draft", Value::Null)),
    button!("button_cancel" on &["account.move"], |env, model, ids| to(env, model, ids, "cancel", Value::Null)),
    button!("action_assign" on &["stock.picking"], assign),
    button!("action_cancel" on &["stock.picking"], |env, model, ids| to(env, model, ids, "cancel", json!(true))),
    button!("button_validate" on &["stock.picking"], validate_transfer),
    button!("action_archive" on ARCHIVING, |env, model, ids| activate(env, model, ids, |_| false)),
    button!("action_unarchive" on ARCHIVING, |env, model, ids| activate(env, model, ids, |_| true)),
    button!("toggle_active" on ARCHIVING, |env, model, ids| activate(env, model, ids, |active| !active)),
    Method {
        name: "has_group",
        models: &["res.users"],
        target: Target::Records,
        effect: Reads,
        params: &[Required("group_ext_id")],
        run: |env, _, _, args| Ok(json!(has_group(env, args))),
    },
];

/// What a button asks for before it does anything.
fn ready(env: &Env, model: &Model, ids: &[i64]) -> Result<(), OdooError> {
    env.check_exist(model, ids)?;
    env.check(model, ids, Operation::Write)
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

fn state(env: &Env, model: &Model, id: i64) -> String {
    env.store.get(model.name, id, "state").as_str().unwrap_or_default().to_owned()
}

fn to(
    env: &mut Env,
    model: &Model,
    ids: &[i64],
    state: &str,
    answer: Value,
) -> Result<Value, OdooError> {
    for id in ids {
        env.store.set(model.name, *id, "state", json!(state));
    }
    Ok(answer)
}

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

fn confirm_sale(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    let is_open = |id: &i64| matches!(state(env, model, *id).as_str(), "draft" | "sent");
    if !ids.iter().all(is_open) {
        return Err(user_error("Only quotations can be confirmed, and one of these is none."));
    }
    for id in ids {
        env.store.set(model.name, *id, "state", json!("sale"));
        env.store.set(model.name, *id, "date_order", json!(datetime_text(env.now)));
        plan_transfer(env, *id, Direction::Out);
    }
    Ok(json!(true))
}

fn confirm_purchase(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    for id in ids {
        // A confirmed order stays as it is, without a word, as in Odoo.
        if matches!(state(env, model, *id).as_str(), "draft" | "sent") {
            env.store.set(model.name, *id, "state", json!("purchase"));
            env.store.set(model.name, *id, "date_approve", json!(datetime_text(env.now)));
            plan_transfer(env, *id, Direction::In);
        }
    }
    Ok(json!(true))
}

fn cancel_purchase(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
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
    to(env, model, ids, "cancel", Value::Null)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    In,
    Out,
}

/// The transfer that a confirmed order asks of the warehouse.
fn plan_transfer(env: &mut Env, order: i64, direction: Direction) {
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

fn post(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if ids.iter().any(|id| state(env, model, *id) != "draft") {
        return Err(user_error("Only a draft can be posted, and one of these entries is none."));
    }
    for id in ids {
        if value::ids(&env.store.get(model.name, *id, "invoice_line_ids")).is_empty() {
            return Err(user_error("An entry without a line cannot be posted."));
        }
        let today = json!(date_text(env.now));
        if is_falsy(&env.store.get(model.name, *id, "invoice_date")) {
            env.store.set(model.name, *id, "invoice_date", today.clone());
            env.store.set(model.name, *id, "date", today);
        }
        if is_falsy(&env.store.get(model.name, *id, "name")) {
            let name = next_move_name(env, *id);
            env.store.set(model.name, *id, "name", json!(name));
        }
        env.store.set(model.name, *id, "state", json!("posted"));
    }
    Ok(json!(false))
}

/// The next free number of the entry's kind and year.
fn next_move_name(env: &Env, id: i64) -> String {
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

fn assign(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    for id in ids {
        if matches!(state(env, model, *id).as_str(), "draft" | "confirmed" | "waiting") {
            env.store.set(model.name, *id, "state", json!("assigned"));
        }
    }
    Ok(json!(true))
}

/// Finishes transfers. Where less is there than was asked for, Odoo wants to know about a backorder first.
fn validate_transfer(env: &mut Env, model: &Model, ids: &[i64]) -> Result<Value, OdooError> {
    if ids.iter().any(|id| matches!(state(env, model, *id).as_str(), "done" | "cancel")) {
        return Err(user_error("A transfer that is done or cancelled cannot be validated again."));
    }
    let short: Vec<i64> = ids.iter().copied().filter(|id| is_short(env, *id)).collect();
    if !short.is_empty() {
        let links: Vec<_> = short.iter().map(|id| json!([4, id])).collect();
        return Ok(json!({
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
        }));
    }
    for id in ids {
        env.store.set(model.name, *id, "state", json!("done"));
        env.store.set(model.name, *id, "date_done", json!(datetime_text(env.now)));
        move_goods(env, *id);
    }
    Ok(json!(true))
}

fn is_short(env: &Env, picking: i64) -> bool {
    moves(env, picking).iter().any(|id| {
        let amount = |field| value::number(&env.store.get("stock.move", *id, field));
        amount("quantity") < amount("product_uom_qty")
    })
}

fn moves(env: &Env, picking: i64) -> Vec<i64> {
    value::ids(&env.store.get("stock.picking", picking, "move_ids"))
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
        let moved = value::number(&env.store.get("stock.move", id, "quantity")) * sign;
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

/// Fills in what follows from a new record's other values.
pub(super) fn complete(env: &Env, model: &Model, row: &mut Row) {
    let (price, taxes) = match model.name {
        "sale.order.line" => ("list_price", "taxes_id"),
        "purchase.order.line" => ("standard_price", "supplier_taxes_id"),
        "account.move.line" => {
            let entry = row.get("move_id").and_then(Value::as_i64).unwrap_or_default();
            let kind = env.store.get("account.move", entry, "move_type");
            if kind.as_str().is_some_and(|kind| kind.starts_with("in")) {
                ("standard_price", "supplier_taxes_id")
            } else {
                ("list_price", "taxes_id")
            }
        }
        "sale.order" => {
            let partner = row.get("partner_id").cloned().unwrap_or_default();
            fill(row, "partner_invoice_id", partner.clone());
            fill(row, "partner_shipping_id", partner);
            return;
        }
        "purchase.order" => {
            let ordered = row.get("date_order").cloned().unwrap_or_default();
            fill(row, "date_planned", ordered);
            return;
        }
        "account.move" => {
            let journal = match row.get("move_type").and_then(Value::as_str).unwrap_or_default() {
                kind if kind.starts_with("out") => 1,
                kind if kind.starts_with("in") => 2,
                _ => 3,
            };
            fill(row, "journal_id", json!(journal));
            return;
        }
        _ => return,
    };
    let Some(product) = row.get("product_id").and_then(Value::as_i64) else { return };
    let of_product = |field| env.store.get("product.product", product, field);
    fill(row, "name", json!(env.store.name("product.product", product)));
    fill(row, "price_unit", of_product(price));
    fill(row, "product_uom_id", of_product("uom_id"));
    fill(row, "tax_ids", of_product(taxes));
}

/// Sets a field that is empty.
fn fill(row: &mut Row, field: &'static str, value: Value) {
    if row.get(field).is_none_or(is_falsy) && !value.is_null() {
        row.insert(field, value);
    }
}

/// Adds the records that a new one brings with it: a product its variant, a variant its product.
pub(super) fn created(env: &mut Env, model: &Model, id: i64) {
    match model.name {
        "product.template" => {
            env.store.insert("product.product", Row::from([("product_tmpl_id", json!(id))]));
        }
        "product.product" if is_falsy(&env.store.get(model.name, id, "product_tmpl_id")) => {
            let template = env.store.insert(
                "product.template",
                Row::from([
                    ("active", json!(true)),
                    ("sale_ok", json!(true)),
                    ("purchase_ok", json!(true)),
                    ("type", json!("consu")),
                    ("categ_id", json!(1)),
                    ("uom_id", json!(1)),
                    ("company_id", json!(COMPANY)),
                ]),
            );
            env.store.set("product.product", id, "product_tmpl_id", json!(template));
        }
        _ => {}
    }
}

/// Why documents among these may not be deleted, if so.
pub(super) fn keeps(env: &Env, model: &Model, ids: &[i64]) -> Option<&'static str> {
    let states: Vec<_> = ids.iter().map(|id| state(env, model, *id)).collect();
    let all_in = |allowed: &[&str]| states.iter().all(|state| allowed.contains(&state.as_str()));
    match model.name {
        "purchase.order" if !all_in(&["cancel"]) => {
            Some("A purchase order has to be cancelled before it is deleted.")
        }
        "sale.order" if !all_in(&["draft", "cancel"]) => {
            Some("An order that is sent or confirmed has to be cancelled before it is deleted.")
        }
        "account.move" if !all_in(&["draft", "cancel"]) => {
            Some("A posted entry is kept; reset it to a draft first.")
        }
        "stock.picking" if !all_in(&["draft", "cancel"]) => {
            Some("Only draft and cancelled transfers can be deleted.")
        }
        _ => None,
    }
}
