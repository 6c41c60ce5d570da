//! The definitions of all models. Names, types and relations are those of Odoo 19; labels and help texts
//! are our own.

mod accounting;
mod base;
mod products;
mod purchases;
mod sales;
mod stock;

use serde_json::Value;

use super::{
    model::Model,
    store::{Row, Store},
    value::{self, number},
};

/// The location that the company's goods lie in.
pub(super) const STOCK: i64 = 1;
/// Where goods come from.
pub(super) const SUPPLIERS: i64 = 2;
/// Where goods go to.
pub(super) const CUSTOMERS: i64 = 3;
/// The currency of everything.
pub(super) const EURO: i64 = 1;

/// All models.
pub(super) fn all() -> Vec<Model> {
    [
        base::models(),
        products::models(),
        sales::models(),
        purchases::models(),
        accounting::models(),
        stock::models(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `quantity × price_unit` less `discount` percent.
fn line_subtotal(row: &Row, quantity: &str) -> f64 {
    let of = |field: &str| number(row.get(field).unwrap_or(&Value::Null));
    of(quantity) * of("price_unit") * (1.0 - of("discount") / 100.0)
}

/// The taxes of a line on its subtotal.
fn line_tax(store: &Store, row: &Row, quantity: &str) -> f64 {
    let taxes = value::ids(row.get("tax_ids").unwrap_or(&Value::Null));
    let percent: f64 =
        taxes.iter().map(|id| number(&store.get("account.tax", *id, "amount"))).sum();
    (line_subtotal(row, quantity) * percent).round() / 100.0
}
