//! Purchase orders and their lines.

use serde_json::{Value, json};

use super::{
    super::{
        env::COMPANY,
        fields::{
            Initial, boolean, char, datetime, float, html, integer, many2many, many2one, monetary,
            one2many, selection, text,
        },
        model::{self, Model},
        value,
    },
    EURO, access_token, access_url, at_portal, line_subtotal, line_tax, message_ids, messages,
};

const STATES: &[(&str, &str)] = &[
    ("draft", "Request for a quotation"),
    ("sent", "Request sent"),
    ("to approve", "To be approved"),
    ("purchase", "Purchase order"),
    ("cancel", "Cancelled"),
];
const LINE: &str = "purchase.order.line";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(
            "purchase.order",
            "Purchase Order",
            vec![
                char("name", "Order number").required().initial(Initial::Sequence("P")),
                many2one("partner_id", "Supplier", "res.partner").required(),
                char("partner_ref", "Supplier's own number"),
                datetime("date_order", "Order by").required().initial(Initial::Now),
                datetime("date_approve", "Confirmed on").readonly(),
                datetime("date_planned", "Expected on"),
                selection("state", "State", STATES).readonly().initial(Initial::Text("draft")),
                selection("priority", "Urgency", &[("0", "As usual"), ("1", "Urgent")])
                    .initial(Initial::Text("0")),
                boolean("locked", "Locked"),
                selection(
                    "invoice_status",
                    "Billing",
                    &[
                        ("no", "Nothing to bill"),
                        ("to invoice", "Bills are awaited"),
                        ("invoiced", "Billed in full"),
                    ],
                )
                .readonly()
                .initial(Initial::Text("no")),
                selection(
                    "receipt_status",
                    "Receipt",
                    &[
                        ("pending", "Nothing received"),
                        ("partial", "Received in part"),
                        ("full", "Received in full"),
                    ],
                )
                .computed(receipt_status),
                many2one("user_id", "Buyer", "res.users").initial(Initial::Me),
                one2many("order_line", "Lines", LINE, "order_id"),
                monetary("amount_untaxed", "Before taxes")
                    .computed(|store, row| store.sum(row, LINE, "order_id", "price_subtotal")),
                monetary("amount_tax", "Taxes")
                    .computed(|store, row| store.sum(row, LINE, "order_id", "price_tax")),
                monetary("amount_total", "Total")
                    .computed(|store, row| store.sum(row, LINE, "order_id", "price_total")),
                many2one("currency_id", "Currency", "res.currency")
                    .required()
                    .initial(Initial::Record(EURO)),
                many2one("company_id", "Company", "res.company")
                    .required()
                    .initial(Initial::Record(COMPANY)),
                char("origin", "Comes from"),
                html("note", "Terms"),
                many2one("picking_type_id", "Deliver to", "stock.picking.type")
                    .required()
                    .initial(Initial::Record(1)),
                message_ids(|store, row| messages(store, row, "purchase.order")),
                access_token(),
                access_url(|_, row| at_portal(row, "purchase.order")),
                one2many("picking_ids", "Receipts", "stock.picking", "purchase_id"),
                integer("incoming_picking_count", "Number of receipts").computed(|store, row| {
                    let receipts = store.rows("stock.picking");
                    json!(receipts.filter(|(_, p)| p.get("purchase_id") == row.get("id")).count())
                }),
                many2one("product_id", "Product", "product.product").computed(|store, row| {
                    store
                        .rows(LINE)
                        .find(|(_, line)| line.get("order_id") == row.get("id"))
                        .and_then(|(_, line)| line.get("product_id").cloned())
                        .unwrap_or_default()
                }),
            ],
        )
        .order("priority desc, id desc")
        .search_in(&["name", "partner_ref"]),
        Model::new(
            LINE,
            "Purchase Order Line",
            vec![
                many2one("order_id", "Order", "purchase.order").required().cascade(),
                integer("sequence", "Rank").initial(Initial::Number(10.0)),
                text("name", "Description").required(),
                many2one("product_id", "Product", "product.product"),
                float("product_qty", "Quantity").required().initial(Initial::Number(1.0)),
                float("product_uom_qty", "Quantity in the product's unit")
                    .computed(|_, row| row.get("product_qty").cloned().unwrap_or_default()),
                many2one("product_uom_id", "Unit", "uom.uom"),
                float("price_unit", "Price of one").required(),
                float("discount", "Discount in percent"),
                many2many("tax_ids", "Taxes", "account.tax"),
                monetary("price_subtotal", "Before taxes")
                    .computed(|_, row| value::money(line_subtotal(row, "product_qty"))),
                float("price_tax", "Taxes in all")
                    .computed(|store, row| value::money(line_tax(store, row, "product_qty"))),
                monetary("price_total", "Total").computed(|store, row| {
                    let tax = line_tax(store, row, "product_qty");
                    value::money(line_subtotal(row, "product_qty") + tax)
                }),
                datetime("date_planned", "Expected on"),
                float("qty_received", "Received"),
                float("qty_invoiced", "Billed"),
                many2one("partner_id", "Supplier", "res.partner")
                    .related("order_id.partner_id")
                    .readonly(),
                datetime("date_order", "Order by").related("order_id.date_order").readonly(),
                selection("state", "State of the order", STATES)
                    .related("order_id.state")
                    .readonly(),
                many2one("currency_id", "Currency", "res.currency")
                    .related("order_id.currency_id")
                    .readonly(),
                many2one("company_id", "Company", "res.company")
                    .related("order_id.company_id")
                    .readonly(),
            ],
        )
        .order("order_id, sequence, id")
        .search_in(&["order_id", "name"])
        .named(|_, row| model::text(row, "name").to_owned()),
    ]
}

fn receipt_status(store: &super::super::store::Store, row: &super::super::store::Row) -> Value {
    let states: Vec<&str> = store
        .rows("stock.picking")
        .filter(|(_, picking)| picking.get("purchase_id") == row.get("id"))
        .map(|(_, picking)| model::text(picking, "state"))
        .filter(|state| *state != "cancel")
        .collect();
    let done = states.iter().filter(|state| **state == "done").count();
    match done {
        _ if states.is_empty() => Value::Null,
        0 => json!("pending"),
        done if done == states.len() => json!("full"),
        _ => json!("partial"),
    }
}
