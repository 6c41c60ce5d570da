//! Sales orders and their lines.

use serde_json::{Value, json};

use super::{
    super::{
        env::COMPANY,
        fields::{
            Initial, boolean, char, date, datetime, float, html, integer, many2many, many2one,
            monetary, one2many, selection, text,
        },
        model::{self, Model},
        value,
    },
    EURO, access_token, access_url, at_portal, line_subtotal, line_tax, message_ids, messages,
};

const STATES: &[(&str, &str)] = &[
    ("draft", "Quotation"),
    ("sent", "Quotation sent"),
    ("sale", "Sales order"),
    ("cancel", "Cancelled"),
];
const LINE: &str = "sale.order.line";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(
            "sale.order",
            "Sales Order",
            vec![
                char("name", "Order number").required().initial(Initial::Sequence("S")),
                many2one("partner_id", "Customer", "res.partner").required(),
                many2one("partner_invoice_id", "Invoice to", "res.partner").required(),
                many2one("partner_shipping_id", "Deliver to", "res.partner").required(),
                datetime("date_order", "Ordered on").required().initial(Initial::Now),
                date("validity_date", "Offer ends on"),
                datetime("commitment_date", "Promised for"),
                selection("state", "State", STATES).readonly().initial(Initial::Text("draft")),
                boolean("locked", "Locked"),
                selection(
                    "invoice_status",
                    "Invoicing",
                    &[
                        ("upselling", "More could be sold"),
                        ("invoiced", "Invoiced in full"),
                        ("to invoice", "To be invoiced"),
                        ("no", "Nothing to invoice"),
                    ],
                )
                .readonly()
                .initial(Initial::Text("no")),
                many2one("user_id", "Salesperson", "res.users").initial(Initial::Me),
                one2many("order_line", "Lines", LINE, "order_id"),
                monetary("amount_untaxed", "Before taxes")
                    .computed(|store, row| store.sum(row, LINE, "order_id", "price_subtotal")),
                monetary("amount_tax", "Taxes")
                    .computed(|store, row| store.sum(row, LINE, "order_id", "price_tax")),
                monetary("amount_total", "Total")
                    .computed(|store, row| store.sum(row, LINE, "order_id", "price_total")),
                many2one("currency_id", "Currency", "res.currency")
                    .readonly()
                    .initial(Initial::Record(EURO)),
                many2one("company_id", "Company", "res.company")
                    .required()
                    .initial(Initial::Record(COMPANY)),
                char("client_order_ref", "Customer's own number"),
                char("origin", "Comes from"),
                html("note", "Terms"),
                message_ids(|store, row| messages(store, row, "sale.order")),
                access_token(),
                access_url(|_, row| at_portal(row, "sale.order")),
                one2many("picking_ids", "Deliveries", "stock.picking", "sale_id"),
                integer("delivery_count", "Number of deliveries").computed(|store, row| {
                    let deliveries = store.rows("stock.picking");
                    json!(deliveries.filter(|(_, p)| p.get("sale_id") == row.get("id")).count())
                }),
            ],
        )
        .order("date_order desc, id desc"),
        Model::new(
            LINE,
            "Sales Order Line",
            vec![
                many2one("order_id", "Order", "sale.order").required().cascade(),
                integer("sequence", "Rank").initial(Initial::Number(10.0)),
                text("name", "Description").required(),
                many2one("product_id", "Product", "product.product"),
                many2one("product_template_id", "Product without variant", "product.template")
                    .related("product_id.product_tmpl_id")
                    .readonly(),
                float("product_uom_qty", "Quantity").required().initial(Initial::Number(1.0)),
                many2one("product_uom_id", "Unit", "uom.uom"),
                float("price_unit", "Price of one").required(),
                float("discount", "Discount in percent"),
                many2many("tax_ids", "Taxes", "account.tax"),
                monetary("price_subtotal", "Before taxes")
                    .computed(|_, row| value::money(line_subtotal(row, "product_uom_qty"))),
                float("price_tax", "Taxes in all")
                    .computed(|store, row| value::money(line_tax(store, row, "product_uom_qty"))),
                monetary("price_total", "Total").computed(|store, row| {
                    let tax = line_tax(store, row, "product_uom_qty");
                    value::money(line_subtotal(row, "product_uom_qty") + tax)
                }),
                float("qty_delivered", "Delivered"),
                float("qty_invoiced", "Invoiced"),
                many2one("order_partner_id", "Customer", "res.partner")
                    .related("order_id.partner_id")
                    .readonly(),
                many2one("salesman_id", "Salesperson", "res.users")
                    .related("order_id.user_id")
                    .readonly(),
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
        .named(|store, row| {
            let order = row.get("order_id").and_then(Value::as_i64).unwrap_or_default();
            format!("{} - {}", store.name("sale.order", order), model::text(row, "name"))
        }),
    ]
}
