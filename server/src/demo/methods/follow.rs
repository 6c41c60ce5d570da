//! What follows from values: the rest of a new record, the records that it brings with it, and which records
//! are kept.

use serde_json::{Value, json};

use super::{
    super::{
        env::{COMPANY, Env},
        errors::OdooError,
        model::{self, Model},
        models::EURO,
        store::Row,
        value::is_falsy,
    },
    buttons::all_in,
    write,
};

/// Fills in what follows from a new record's other values.
///
/// # Errors
/// As [`write::create`], for the contact of a company or a user.
pub(super) fn complete(env: &mut Env, model: &Model, row: &mut Row) -> Result<(), OdooError> {
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
            return Ok(());
        }
        "res.company" | "res.users" => {
            let named = if model.name == "res.users" { "login" } else { "name" };
            if row.get("partner_id").is_none_or(is_falsy) {
                let contact = json!({ "name": row.get(named), "is_company": named == "name" });
                if let Some(contacts) = model::find("res.partner") {
                    let id = write::create(env, contacts, &contact)?;
                    row.insert("partner_id", json!(id));
                }
            }
            if model.field("currency_id").is_some() {
                fill(row, "currency_id", json!(EURO));
            }
            return Ok(());
        }
        "purchase.order" => {
            let ordered = row.get("date_order").cloned().unwrap_or_default();
            fill(row, "date_planned", ordered);
            return Ok(());
        }
        "account.move" => {
            let journal = match row.get("move_type").and_then(Value::as_str).unwrap_or_default() {
                kind if kind.starts_with("out") => 1,
                kind if kind.starts_with("in") => 2,
                _ => 3,
            };
            fill(row, "journal_id", json!(journal));
            return Ok(());
        }
        _ => return Ok(()),
    };
    let Some(product) = row.get("product_id").and_then(Value::as_i64) else { return Ok(()) };
    let of_product = |field| env.store.get("product.product", product, field);
    fill(row, "name", json!(env.store.name("product.product", product)));
    fill(row, "price_unit", of_product(price));
    fill(row, "product_uom_id", of_product("uom_id"));
    fill(row, "tax_ids", of_product(taxes));
    Ok(())
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
    let all_in = |allowed: &[&str]| all_in(env, model, ids, allowed);
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
