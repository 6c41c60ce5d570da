//! The definitions of all models. Names, types and relations are those of Odoo 19; labels and help texts
//! are our own.

mod accounting;
mod base;
mod products;
mod purchases;
mod sales;
mod stock;
mod technical;
mod wizards;

use serde_json::{Value, json};

use super::{
    fields::{Field, char, one2many},
    model::{self, Model},
    portal,
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
        technical::models(),
        wizards::models(),
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

/// The messages of a model's record, the newest first.
fn messages(store: &Store, row: &Row, model: &str) -> Value {
    let mut found: Vec<i64> = store
        .rows("mail.message")
        .filter(|(_, message)| {
            model::text(message, "model") == model && message.get("res_id") == row.get("id")
        })
        .map(|(id, _)| id)
        .collect();
    found.reverse();
    json!(found)
}

/// The field of a document's messages; `find` is [`messages`] of its model.
fn message_ids(find: fn(&Store, &Row) -> Value) -> Field {
    one2many("message_ids", "Messages", "mail.message", "res_id").computed(find)
}

/// The field of the token in a document's portal address.
fn access_token() -> Field {
    char("access_token", "Security token")
}

/// The field of a document's portal address; `place` is [`at_portal`] of its model.
fn access_url(place: fn(&Store, &Row) -> Value) -> Field {
    char("access_url", "Portal address").computed(place)
}

fn at_portal(row: &Row, model: &str) -> Value {
    let id = row.get("id").and_then(Value::as_i64).unwrap_or_default();
    json!(portal::address(model, id))
}
