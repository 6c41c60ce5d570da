//! What a printed record shows: its name, whom it is for, its lines and what they come to.

use serde_json::Value;

use super::{
    env::Env,
    model::{self, Model},
    value::{ids, number},
};

/// A record as it is printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Document {
    pub(super) title: String,
    /// Label and value.
    pub(super) facts: Vec<(&'static str, String)>,
    /// The heads of the lines' columns: a description and three figures.
    pub(super) columns: [&'static str; 4],
    pub(super) lines: Vec<[String; 4]>,
    /// Label and amount.
    pub(super) totals: Vec<(&'static str, String)>,
}

/// Where a model keeps what is printed of it.
struct Form {
    model: &'static str,
    title: &'static str,
    facts: &'static [(&'static str, &'static str)],
    columns: [&'static str; 4],
    lines: (&'static str, [&'static str; 4]),
    totals: &'static [(&'static str, &'static str)],
}

const PRICED: [&str; 4] = ["Description", "Quantity", "Price of one", "Amount"];
const TOTALS: &[(&str, &str)] =
    &[("Before taxes", "amount_untaxed"), ("Taxes", "amount_tax"), ("Total", "amount_total")];

const FORMS: [Form; 4] = [
    Form {
        model: "sale.order",
        title: "Order",
        facts: &[
            ("Customer", "partner_id"),
            ("Ordered on", "date_order"),
            ("Salesperson", "user_id"),
            ("State", "state"),
        ],
        columns: PRICED,
        lines: ("order_line", ["name", "product_uom_qty", "price_unit", "price_subtotal"]),
        totals: TOTALS,
    },
    Form {
        model: "purchase.order",
        title: "Purchase order",
        facts: &[
            ("Supplier", "partner_id"),
            ("Order by", "date_order"),
            ("Buyer", "user_id"),
            ("State", "state"),
        ],
        columns: PRICED,
        lines: ("order_line", ["name", "product_qty", "price_unit", "price_subtotal"]),
        totals: TOTALS,
    },
    Form {
        model: "account.move",
        title: "Invoice",
        facts: &[
            ("Partner", "partner_id"),
            ("Dated", "invoice_date"),
            ("Due on", "invoice_date_due"),
            ("Comes from", "invoice_origin"),
            ("State", "state"),
        ],
        columns: PRICED,
        lines: ("invoice_line_ids", ["name", "quantity", "price_unit", "price_subtotal"]),
        totals: TOTALS,
    },
    Form {
        model: "stock.picking",
        title: "Transfer",
        facts: &[
            ("Partner", "partner_id"),
            ("Comes from", "origin"),
            ("Planned for", "scheduled_date"),
            ("State", "state"),
        ],
        columns: ["Product", "Asked for", "There", "Unit"],
        lines: ("move_ids", ["product_id", "product_uom_qty", "quantity", "product_uom_id"]),
        totals: &[],
    },
];

/// A record on paper; one of a model without a form of its own shows its name alone.
pub(super) fn print(env: &Env, model: &Model, id: i64) -> Document {
    let name = env.store.name(model.name, id);
    let Some(form) = FORMS.iter().find(|form| form.model == model.name) else {
        return Document {
            title: format!("{} {name}", model.label),
            facts: Vec::new(),
            columns: [""; 4],
            lines: Vec::new(),
            totals: Vec::new(),
        };
    };
    let Form { model: _, title, facts, columns, lines: (lines, cells), totals } = form;
    let shown = facts.iter().map(|(label, field)| (*label, cell(env, model, id, field)));
    let money = totals
        .iter()
        .map(|(label, field)| (*label, format!("{} EUR", cell(env, model, id, field))));
    let line_model =
        model.field(lines).and_then(|field| field.kind.relation()).and_then(model::find);
    let below = ids(&env.store.get(model.name, id, lines));
    Document {
        title: format!("{title} {name}"),
        facts: shown.filter(|(_, value)| !value.is_empty()).collect(),
        columns: *columns,
        lines: line_model
            .map(|model| below.iter().map(|line| cells.map(|c| cell(env, model, *line, c))))
            .into_iter()
            .flatten()
            .collect(),
        totals: money.collect(),
    }
}

/// A field's value in words.
fn cell(env: &Env, model: &Model, id: i64, field: &str) -> String {
    let value = env.store.get(model.name, id, field);
    let Some(field) = model.field(field) else { return String::new() };
    match (field.kind.relation(), &value) {
        (_, Value::Null) => String::new(),
        (Some(other), Value::Number(id)) => env.store.name(other, id.as_i64().unwrap_or_default()),
        (None, Value::Number(_)) => format!("{:.2}", number(&value)),
        (None, Value::String(text)) => field.kind.option(text).unwrap_or(text).to_owned(),
        _ => String::new(),
    }
}
