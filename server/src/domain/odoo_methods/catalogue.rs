//! The catalogue of business methods, and the wizards that some of them return.

/// A business method of one model.
#[derive(Debug, PartialEq, Eq)]
pub struct Business {
    /// The model.
    pub model: &'static str,
    /// The method.
    pub method: &'static str,
    /// What it does, in words that follow "to".
    pub does: &'static str,
    /// The states in which Odoo takes it; empty where there is no such rule.
    pub states: &'static [&'static str],
}

/// The catalogue's entry of this method.
#[must_use]
pub fn find(model: &str, method: &str) -> Option<&'static Business> {
    CATALOGUE.iter().find(|business| business.model == model && business.method == method)
}

/// Whether the model is a wizard of the catalogue.
#[must_use]
pub fn is_wizard(model: &str) -> bool {
    WIZARDS.contains(&model)
}

const fn does(
    model: &'static str,
    method: &'static str,
    does: &'static str,
    states: &'static [&'static str],
) -> Business {
    Business { model, method, does, states }
}

/// The business methods that come open, with the states in which Odoo takes them.
pub static CATALOGUE: [Business; 45] = [
    does("account.move", "action_post", "post an invoice or entry", &["draft"]),
    does("account.move", "button_cancel", "cancel a draft invoice or entry", &["draft"]),
    does(
        "account.move",
        "button_draft",
        "reset an invoice or entry to draft",
        &["posted", "cancel"],
    ),
    does("account.payment", "action_cancel", "cancel a payment", &["draft", "in_process"]),
    does("account.payment", "action_draft", "reset a payment to draft", &[]),
    does("account.payment", "action_post", "post a payment", &["draft"]),
    does("account.payment.register", "action_create_payments", "register a payment", &[]),
    does("account.move.reversal", "modify_moves", "reverse an invoice and make a new one", &[]),
    does("account.move.reversal", "refund_moves", "make a credit note", &[]),
    does("account.move.reversal", "reverse_moves", "reverse an invoice", &[]),
    does("crm.lead", "action_set_lost", "mark an opportunity as lost", &[]),
    does("crm.lead", "action_set_won", "mark an opportunity as won", &[]),
    does("hr.expense", "action_submit", "submit an expense", &["draft"]),
    does("hr.expense.sheet", "action_submit_sheet", "submit an expense report", &["draft"]),
    does("hr.leave", "action_approve", "approve time off", &["confirm"]),
    does("hr.leave", "action_confirm", "submit time off", &["draft"]),
    does("hr.leave", "action_refuse", "refuse time off", &["confirm", "validate1", "validate"]),
    does("hr.leave", "action_validate", "validate time off", &["validate1"]),
    does("mrp.production", "action_assign", "reserve components", &["confirmed", "progress"]),
    does("mrp.production", "action_cancel", "cancel a manufacturing order", &[]),
    does("mrp.production", "action_confirm", "confirm a manufacturing order", &["draft"]),
    does(
        "mrp.production",
        "button_mark_done",
        "finish a manufacturing order",
        &["confirmed", "progress", "to_close"],
    ),
    does(
        "purchase.order",
        "action_create_invoice",
        "make the bill of an order",
        &["purchase", "done"],
    ),
    does("purchase.order", "button_approve", "approve an order", &["to approve"]),
    does(
        "purchase.order",
        "button_cancel",
        "cancel an order",
        &["draft", "to approve", "sent", "purchase"],
    ),
    does("purchase.order", "button_confirm", "confirm a request for quotation", &["draft", "sent"]),
    does("purchase.order", "button_done", "lock an order", &["purchase"]),
    does("purchase.order", "button_draft", "reset an order to draft", &["cancel"]),
    does("purchase.order", "button_unlock", "unlock an order", &["purchase", "done"]),
    does("sale.advance.payment.inv", "create_invoices", "make the invoice of an order", &[]),
    does("sale.order", "action_cancel", "cancel an order", &["draft", "sent", "sale"]),
    does("sale.order", "action_confirm", "confirm a quotation", &["draft", "sent"]),
    does("sale.order", "action_draft", "reset an order to quotation", &["cancel", "sent"]),
    does("sale.order", "action_lock", "lock an order", &["sale"]),
    does("sale.order", "action_unlock", "unlock an order", &["sale"]),
    does("sale.order", "action_update_prices", "recompute an order's prices", &["draft", "sent"]),
    does("sale.order.cancel", "action_cancel", "cancel an order", &[]),
    does("stock.backorder.confirmation", "process", "validate and make a backorder", &[]),
    does(
        "stock.backorder.confirmation",
        "process_cancel_backorder",
        "validate without a backorder",
        &[],
    ),
    does("stock.immediate.transfer", "process", "validate what was ordered", &[]),
    does(
        "stock.picking",
        "action_assign",
        "reserve a transfer's products",
        &["confirmed", "waiting", "assigned"],
    ),
    does(
        "stock.picking",
        "action_cancel",
        "cancel a transfer",
        &["draft", "waiting", "confirmed", "assigned"],
    ),
    does("stock.picking", "action_confirm", "mark a transfer as to do", &["draft"]),
    does(
        "stock.picking",
        "button_validate",
        "validate a transfer",
        &["draft", "waiting", "confirmed", "assigned"],
    ),
    does(
        "stock.picking",
        "do_unreserve",
        "give a transfer's reservation back",
        &["confirmed", "assigned"],
    ),
];

/// Wizards: records that a method makes to have something answered first. They are answered by the key
/// whose call returned them, and are no records to call methods on.
const WIZARDS: [&str; 6] = [
    "account.move.reversal",
    "account.payment.register",
    "sale.advance.payment.inv",
    "sale.order.cancel",
    "stock.backorder.confirmation",
    "stock.immediate.transfer",
];
