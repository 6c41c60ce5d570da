//! Invoices, bills and their lines.

use serde_json::{Value, json};

use super::{
    super::{
        env::COMPANY,
        fields::{
            Initial, boolean, char, date, float, html, integer, many2many, many2one, monetary,
            one2many, selection,
        },
        model::{self, Model},
        store::{Row, Store},
        value::{self, money, number},
    },
    EURO, access_token, access_url, at_portal, line_subtotal, line_tax, message_ids, messages,
};

const KINDS: &[(&str, &str)] = &[
    ("entry", "Journal entry"),
    ("out_invoice", "Invoice to a customer"),
    ("out_refund", "Credit note to a customer"),
    ("in_invoice", "Bill of a supplier"),
    ("in_refund", "Credit note of a supplier"),
    ("out_receipt", "Receipt of a sale"),
    ("in_receipt", "Receipt of a purchase"),
];
const STATES: &[(&str, &str)] =
    &[("draft", "Draft"), ("posted", "Posted"), ("cancel", "Cancelled")];
const LINE: &str = "account.move.line";

pub(super) fn models() -> Vec<Model> {
    vec![
        entry(),
        line(),
        Model::new(
            "account.journal",
            "Journal",
            vec![
                char("name", "Journal").required(),
                char("code", "Short").required(),
                selection(
                    "type",
                    "Kind",
                    &[
                        ("sale", "Sales"),
                        ("purchase", "Purchases"),
                        ("bank", "Bank"),
                        ("general", "Anything else"),
                    ],
                )
                .required(),
                boolean("active", "In use").initial(Initial::True),
                many2one("company_id", "Company", "res.company")
                    .required()
                    .initial(Initial::Record(COMPANY)),
            ],
        ),
    ]
}

fn entry() -> Model {
    Model::new(
        "account.move",
        "Journal Entry",
        vec![
            char("name", "Number"),
            selection("move_type", "Kind", KINDS)
                .required()
                .readonly()
                .initial(Initial::Text("entry")),
            selection("state", "State", STATES)
                .required()
                .readonly()
                .initial(Initial::Text("draft")),
            many2one("partner_id", "Partner", "res.partner"),
            many2one("commercial_partner_id", "Company to bill", "res.partner")
                .related("partner_id.commercial_partner_id")
                .readonly(),
            date("invoice_date", "Dated"),
            date("invoice_date_due", "Due on"),
            date("date", "Booked on").required().initial(Initial::Today),
            many2one("journal_id", "Journal", "account.journal").required(),
            one2many("invoice_line_ids", "Lines", LINE, "move_id"),
            one2many("line_ids", "All lines", LINE, "move_id"),
            monetary("amount_untaxed", "Before taxes")
                .computed(|store, row| store.sum(row, LINE, "move_id", "price_subtotal")),
            monetary("amount_tax", "Taxes").computed(|store, row| {
                money(
                    total(store, row) - number(&store.sum(row, LINE, "move_id", "price_subtotal")),
                )
            }),
            monetary("amount_total", "Total").computed(|store, row| money(total(store, row))),
            monetary("amount_total_signed", "Total with sign")
                .computed(|store, row| money(sign(row) * total(store, row))),
            monetary("amount_paid", "Paid"),
            monetary("amount_residual", "Still to be paid")
                .computed(|store, row| money(residual(store, row))),
            monetary("amount_residual_signed", "Still to be paid, with sign")
                .computed(|store, row| money(sign(row) * residual(store, row))),
            selection(
                "payment_state",
                "Payment",
                &[
                    ("not_paid", "Not paid"),
                    ("in_payment", "On its way"),
                    ("paid", "Paid"),
                    ("partial", "Paid in part"),
                    ("reversed", "Reversed"),
                ],
            )
            .computed(payment_state),
            many2one("currency_id", "Currency", "res.currency")
                .required()
                .initial(Initial::Record(EURO)),
            many2one("company_id", "Company", "res.company")
                .required()
                .initial(Initial::Record(COMPANY)),
            char("ref", "Reference"),
            char("payment_reference", "For the transfer"),
            char("invoice_origin", "Comes from"),
            many2one("invoice_user_id", "Salesperson", "res.users").initial(Initial::Me),
            message_ids(|store, row| messages(store, row, "account.move")),
            access_token(),
            access_url(|_, row| at_portal(row, "account.move")),
            html("narration", "Terms"),
        ],
    )
    .order("date desc, name desc, invoice_date desc, id desc")
    .search_in(&["name", "ref", "partner_id"])
    .named(|_, row| match model::text(row, "name") {
        "" => format!("Draft (* {})", row.get("id").and_then(Value::as_i64).unwrap_or_default()),
        name => name.to_owned(),
    })
}

fn line() -> Model {
    Model::new(
        LINE,
        "Journal Item",
        vec![
            many2one("move_id", "Entry", "account.move").required().cascade(),
            integer("sequence", "Rank").initial(Initial::Number(10.0)),
            char("name", "Description"),
            many2one("product_id", "Product", "product.product"),
            float("quantity", "Quantity").initial(Initial::Number(1.0)),
            many2one("product_uom_id", "Unit", "uom.uom"),
            float("price_unit", "Price of one"),
            float("discount", "Discount in percent"),
            many2many("tax_ids", "Taxes", "account.tax"),
            monetary("price_subtotal", "Before taxes")
                .computed(|_, row| money(line_subtotal(row, "quantity"))),
            monetary("price_total", "Total").computed(|store, row| {
                money(line_subtotal(row, "quantity") + line_tax(store, row, "quantity"))
            }),
            monetary("debit", "Debit").computed(|store, row| money(balance(store, row).max(0.0))),
            monetary("credit", "Credit")
                .computed(|store, row| money((-balance(store, row)).max(0.0))),
            monetary("balance", "Balance").computed(|store, row| money(balance(store, row))),
            selection("display_type", "Kind of line", &[("product", "A product")])
                .required()
                .initial(Initial::Text("product")),
            many2one("partner_id", "Partner", "res.partner")
                .related("move_id.partner_id")
                .readonly(),
            date("date", "Booked on").related("move_id.date").readonly(),
            char("move_name", "Number of the entry").related("move_id.name").readonly(),
            selection("move_type", "Kind of entry", KINDS).related("move_id.move_type").readonly(),
            selection("parent_state", "State of the entry", STATES)
                .related("move_id.state")
                .readonly(),
            many2one("journal_id", "Journal", "account.journal")
                .related("move_id.journal_id")
                .readonly(),
            many2one("currency_id", "Currency", "res.currency")
                .related("move_id.currency_id")
                .readonly(),
            many2one("company_id", "Company", "res.company")
                .related("move_id.company_id")
                .readonly(),
        ],
    )
    .order("date desc, move_name desc, id")
}

fn total(store: &Store, row: &Row) -> f64 {
    number(&store.sum(row, LINE, "move_id", "price_total"))
}

fn residual(store: &Store, row: &Row) -> f64 {
    let paid = number(row.get("amount_paid").unwrap_or(&Value::Null));
    (total(store, row) - paid).max(0.0)
}

/// Whether an entry of this kind is money that comes in or goes out.
fn sign(row: &Row) -> f64 {
    match model::text(row, "move_type") {
        "in_invoice" | "in_receipt" | "out_refund" => -1.0,
        _ => 1.0,
    }
}

/// What a line books on its account: costs on the left, revenue on the right.
fn balance(store: &Store, row: &Row) -> f64 {
    let entry = row.get("move_id").and_then(Value::as_i64);
    let entry = entry.and_then(|id| store.row("account.move", id));
    -entry.map_or(1.0, sign) * line_subtotal(row, "quantity")
}

fn payment_state(store: &Store, row: &Row) -> Value {
    let paid = value::number(row.get("amount_paid").unwrap_or(&Value::Null));
    json!(match paid {
        _ if model::text(row, "state") != "posted" || paid == 0.0 => "not_paid",
        _ if residual(store, row) < 0.005 => "paid",
        _ => "partial",
    })
}
