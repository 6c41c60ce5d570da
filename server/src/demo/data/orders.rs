//! Purchase and sales orders with what became of them: transfers, bills and invoices.

use serde_json::{Value, json};
use shared::time::{DAY, HOUR, MINUTE, Timestamp};

use super::{
    super::{
        errors::OdooError,
        users::{DemoRights, Login},
        value::{date_text, datetime_text, ids},
    },
    Maker,
    goods::Goods,
    people::People,
};

const PURCHASES: i64 = 44;
const SALES: i64 = 56;

/// What an order was turned into. The newest are still open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Draft,
    Sent,
    Confirmed,
    Finished,
    Cancelled,
}

fn fate(age: i64, all: i64) -> Fate {
    match age {
        1 | 4 => Fate::Draft,
        0 | 3 | 6 => Fate::Sent,
        2 | 5 | 7..=11 => Fate::Confirmed,
        _ if age % 9 == 0 => Fate::Cancelled,
        _ if age == all - 2 => Fate::Draft,
        _ => Fate::Finished,
    }
}

/// The order number `age` from the end: the newest is three hours old, the oldest half a year.
fn moment(maker: &mut Maker, now: Timestamp, age: i64, step: i64) -> Timestamp {
    let jitter = maker.dice.between(0, 5 * 60) * MINUTE;
    now.plus(-(3 * HOUR + age * step + if age == 0 { 0 } else { jitter }))
}

/// Those of the people whose rights fit, everybody where nobody's do.
fn workers(logins: &[Login], fits: fn(DemoRights) -> bool) -> Vec<i64> {
    let fit: Vec<_> = logins.iter().filter(|l| fits(l.rights)).map(|l| l.uid).collect();
    if fit.is_empty() { vec![1] } else { fit }
}

/// A few different products of some categories.
fn choose(maker: &mut Maker, goods: &Goods, from: impl Fn(usize) -> bool) -> Vec<(i64, usize)> {
    let fitting: Vec<_> = goods.all.iter().copied().filter(|(_, kind)| from(*kind)).collect();
    let count = maker.dice.between(1, 5);
    let mut chosen: Vec<(i64, usize)> = Vec::new();
    for _ in 0..count {
        let product = *maker.dice.pick(&fitting);
        if !chosen.contains(&product) {
            chosen.push(product);
        }
    }
    chosen
}

/// Machines are bought one at a time, flour by the pallet.
fn quantity(maker: &mut Maker, category: usize) -> i64 {
    match category {
        6 => maker.dice.between(1, 2),
        8 => maker.dice.between(2, 12),
        7 => maker.dice.between(1, 12) * 5,
        _ => maker.dice.between(1, 12) * 4,
    }
}

pub(super) fn purchases(
    maker: &mut Maker,
    logins: &[Login],
    people: &People,
    goods: &Goods,
    now: Timestamp,
) -> Result<(), OdooError> {
    let buyers = workers(logins, |rights| rights != DemoRights::Sales);
    for age in (0..PURCHASES).rev() {
        let at = moment(maker, now, age, 4 * DAY);
        maker.env.now = at;
        let (supplier, kind) = *maker.dice.pick(&people.suppliers);
        let mut lines = Vec::new();
        for (product, category) in choose(maker, goods, |category| category == kind) {
            lines.push(json!([0, 0, {
                "product_id": product, "product_qty": quantity(maker, category),
                "date_planned": datetime_text(at.plus(6 * DAY)),
            }]));
        }
        let buyer = buyers[usize::try_from(age).unwrap_or(0) % buyers.len()];
        let order = maker.add(
            "purchase.order",
            json!({
                "partner_id": supplier, "user_id": buyer, "date_order": datetime_text(at),
                "date_planned": datetime_text(at.plus(6 * DAY)), "order_line": lines,
                "priority": if age % 13 == 5 { "1" } else { "0" },
                "partner_ref": if age % 3 == 0 { json!(format!("A-{}", 4_000 + age * 7)) } else { json!(false) },
            }),
        )?;
        let fate = fate(age, PURCHASES);
        match fate {
            Fate::Draft => {}
            Fate::Sent => maker.set("purchase.order", order, "state", json!("sent")),
            Fate::Cancelled => maker.press("purchase.order", order, "button_cancel")?,
            Fate::Confirmed | Fate::Finished => {
                maker.press("purchase.order", order, "button_confirm")?;
                maker.set("purchase.order", order, "invoice_status", json!("to invoice"));
            }
        }
        if fate == Fate::Finished {
            finish_transfers(maker, "purchase.order", order, at.plus(6 * DAY))?;
            maker.set("purchase.order", order, "invoice_status", json!("invoiced"));
            bill(maker, &Paper::PURCHASE, order, at.plus(7 * DAY), now, age)?;
        } else if fate == Fate::Confirmed {
            plan_transfers(maker, "purchase.order", order, at.plus(6 * DAY), age);
        }
    }
    Ok(())
}

pub(super) fn sales(
    maker: &mut Maker,
    logins: &[Login],
    people: &People,
    goods: &Goods,
    now: Timestamp,
) -> Result<(), OdooError> {
    let sellers = workers(logins, |rights| rights != DemoRights::Purchasing);
    for age in (0..SALES).rev() {
        let at = moment(maker, now, age, 3 * DAY);
        maker.env.now = at;
        let customer = *maker.dice.pick(&people.customers);
        let mut lines = Vec::new();
        for (product, category) in choose(maker, goods, |_| true) {
            let discount = if maker.dice.between(0, 6) == 0 { 5 } else { 0 };
            lines.push(json!([0, 0, {
                "product_id": product, "discount": discount,
                "product_uom_qty": quantity(maker, category),
            }]));
        }
        let seller = sellers[usize::try_from(age).unwrap_or(0) % sellers.len()];
        let order = maker.add(
            "sale.order",
            json!({
                "partner_id": customer, "user_id": seller, "date_order": datetime_text(at),
                "validity_date": date_text(at.plus(30 * DAY)), "order_line": lines,
                "client_order_ref": if age % 4 == 0 { json!(format!("PO-{}", 900 + age)) } else { json!(false) },
            }),
        )?;
        let fate = fate(age, SALES);
        match fate {
            Fate::Draft => {}
            Fate::Sent => maker.set("sale.order", order, "state", json!("sent")),
            Fate::Cancelled => maker.press("sale.order", order, "action_cancel")?,
            Fate::Confirmed | Fate::Finished => {
                maker.press("sale.order", order, "action_confirm")?;
                maker.set("sale.order", order, "invoice_status", json!("to invoice"));
            }
        }
        if fate == Fate::Finished {
            finish_transfers(maker, "sale.order", order, at.plus(2 * DAY))?;
            maker.set("sale.order", order, "invoice_status", json!("invoiced"));
            bill(maker, &Paper::SALE, order, at.plus(2 * DAY), now, age)?;
        } else if fate == Fate::Confirmed {
            plan_transfers(maker, "sale.order", order, at.plus(3 * DAY), age);
        }
    }
    Ok(())
}

fn finish_transfers(
    maker: &mut Maker,
    orders: &str,
    order: i64,
    at: Timestamp,
) -> Result<(), OdooError> {
    maker.env.now = at;
    for picking in ids(&maker.env.store.get(orders, order, "picking_ids")) {
        maker.set("stock.picking", picking, "scheduled_date", json!(datetime_text(at)));
        maker.press("stock.picking", picking, "button_validate")?;
    }
    Ok(())
}

/// Open transfers: some wait for goods, and of some only a part is there.
fn plan_transfers(maker: &mut Maker, orders: &str, order: i64, at: Timestamp, age: i64) {
    for picking in ids(&maker.env.store.get(orders, order, "picking_ids")) {
        maker.set("stock.picking", picking, "scheduled_date", json!(datetime_text(at)));
        if age % 3 == 1 {
            maker.set("stock.picking", picking, "state", json!("confirmed"));
        }
        if age % 3 == 2 {
            let moves = ids(&maker.env.store.get("stock.picking", picking, "move_ids"));
            if let Some(first) = moves.first() {
                maker.set("stock.move", *first, "quantity", json!(1.0));
            }
        }
    }
}

/// How an order's lines become those of a bill or an invoice.
struct Paper {
    orders: &'static str,
    lines: &'static str,
    quantity: &'static str,
    kind: &'static str,
}

impl Paper {
    const PURCHASE: Self = Self {
        orders: "purchase.order",
        lines: "purchase.order.line",
        quantity: "product_qty",
        kind: "in_invoice",
    };
    const SALE: Self = Self {
        orders: "sale.order",
        lines: "sale.order.line",
        quantity: "product_uom_qty",
        kind: "out_invoice",
    };
}

/// The bill or invoice of an order: of the newer ones some are drafts, most of the older are paid.
fn bill(
    maker: &mut Maker,
    paper: &Paper,
    order: i64,
    at: Timestamp,
    now: Timestamp,
    age: i64,
) -> Result<(), OdooError> {
    let Paper { orders, lines, quantity, kind } = *paper;
    maker.env.now = at;
    let store = &maker.env.store;
    let copied: Vec<Value> = ids(&store.get(orders, order, "order_line"))
        .into_iter()
        .map(|line| {
            let of = |field| store.get(lines, line, field);
            json!([0, 0, {
                "product_id": of("product_id"), "name": of("name"), "quantity": of(quantity),
                "price_unit": of("price_unit"), "discount": of("discount"),
                "tax_ids": [[6, 0, of("tax_ids")]], "product_uom_id": of("product_uom_id"),
            }])
        })
        .collect();
    let entry = json!({
        "move_type": kind, "partner_id": store.get(orders, order, "partner_id"),
        "invoice_date": date_text(at), "date": date_text(at),
        "invoice_date_due": date_text(at.plus(30 * DAY)),
        "invoice_origin": store.get(orders, order, "name"),
        "invoice_user_id": store.get(orders, order, "user_id"), "invoice_line_ids": copied,
    });
    let entry = maker.add("account.move", entry)?;
    if age % 11 == 2 {
        return Ok(());
    }
    maker.press("account.move", entry, "action_post")?;
    let due = now.since(at) > 30 * DAY;
    let total = maker.env.store.get("account.move", entry, "amount_total");
    let paid = match age % 7 {
        _ if !due => json!(0.0),
        3 => json!(0.0),
        5 => json!((total.as_f64().unwrap_or_default() / 2.0 * 100.0).round() / 100.0),
        _ => total,
    };
    maker.set("account.move", entry, "amount_paid", paid);
    Ok(())
}
