//! What the server knows of workflows as codes: what is wrong with one, how its steps ended, and the business
//! actions of Odoo.

use shared::workflow::{FlawPlace, FlawProblem, MAX_INPUTS, MAX_STEPS};

use crate::texts::text;

/// Where a flaw is.
#[must_use]
pub fn flaw_place(place: &FlawPlace) -> String {
    match place {
        FlawPlace::Steps => text!(flaws.steps).to_owned(),
        FlawPlace::Input(name) => text!(flaws.input, name = name.clone()),
        FlawPlace::Step(name) => text!(flaws.step, name = name.clone()),
        FlawPlace::Argument { step, argument } => {
            text!(flaws.argument, name = step.clone(), argument = argument.clone())
        }
    }
}

/// What is wrong.
#[must_use]
pub fn flaw(problem: &FlawProblem) -> String {
    let sentence = match problem {
        FlawProblem::TooMany => {
            return text!(flaws.too_many, steps = MAX_STEPS, inputs = MAX_INPUTS);
        }
        FlawProblem::Unknown(name) => return text!(flaws.unknown, name = name.clone()),
        FlawProblem::NoJson { line, column } => {
            return text!(flaws.no_json, line = *line, column = *column);
        }
        FlawProblem::Closed(name) => return text!(flaws.closed, name = name.clone()),
        FlawProblem::MethodClosed { method, .. } => {
            return text!(flaws.closed, name = method.clone());
        }
        FlawProblem::Secret(name) => return text!(flaws.secret, name = name.clone()),
        FlawProblem::NoStep => text!(flaws.no_step),
        FlawProblem::InputName => text!(flaws.input_name),
        FlawProblem::Label => text!(flaws.label),
        FlawProblem::InputTwice => text!(flaws.input_twice),
        FlawProblem::StepName => text!(flaws.step_name),
        FlawProblem::Title => text!(flaws.title),
        FlawProblem::StepTwice => text!(flaws.step_twice),
        FlawProblem::Confirm => text!(flaws.confirm),
        FlawProblem::DomainText => text!(flaws.domain_text),
        FlawProblem::Literal => text!(flaws.literal),
        FlawProblem::Alone => text!(flaws.alone),
        FlawProblem::Required => text!(flaws.required),
    };
    sentence.to_owned()
}

/// How a step of a run ended.
#[must_use]
pub fn outcome(outcome: &str) -> String {
    let word = match outcome {
        "done" => text!(workflows.outcomes.done),
        "failed" => text!(workflows.outcomes.failed),
        "unknown" => text!(workflows.outcomes.unknown),
        "not done" => text!(workflows.outcomes.not_done),
        other => other,
    };
    word.to_owned()
}

/// The business action of Odoo that `sale.order.action_confirm` stands for, if a draft can begin with it.
#[must_use]
pub fn template(id: &str) -> Option<&'static str> {
    Some(match id {
        "account.move.action_post" => text!(templates.account_move_action_post),
        "account.move.button_cancel" => text!(templates.account_move_button_cancel),
        "account.move.button_draft" => text!(templates.account_move_button_draft),
        "account.payment.action_cancel" => text!(templates.account_payment_action_cancel),
        "account.payment.action_post" => text!(templates.account_payment_action_post),
        "hr.expense.action_submit" => text!(templates.hr_expense_action_submit),
        "hr.expense.sheet.action_submit_sheet" => {
            text!(templates.hr_expense_sheet_action_submit_sheet)
        }
        "hr.leave.action_approve" => text!(templates.hr_leave_action_approve),
        "hr.leave.action_confirm" => text!(templates.hr_leave_action_confirm),
        "hr.leave.action_refuse" => text!(templates.hr_leave_action_refuse),
        "hr.leave.action_validate" => text!(templates.hr_leave_action_validate),
        "mrp.production.action_assign" => text!(templates.mrp_production_action_assign),
        "mrp.production.action_confirm" => text!(templates.mrp_production_action_confirm),
        "mrp.production.button_mark_done" => text!(templates.mrp_production_button_mark_done),
        "purchase.order.action_create_invoice" => {
            text!(templates.purchase_order_action_create_invoice)
        }
        "purchase.order.button_approve" => text!(templates.purchase_order_button_approve),
        "purchase.order.button_cancel" => text!(templates.purchase_order_button_cancel),
        "purchase.order.button_confirm" => text!(templates.purchase_order_button_confirm),
        "purchase.order.button_done" => text!(templates.purchase_order_button_done),
        "purchase.order.button_draft" => text!(templates.purchase_order_button_draft),
        "purchase.order.button_unlock" => text!(templates.purchase_order_button_unlock),
        "sale.order.action_cancel" => text!(templates.sale_order_action_cancel),
        "sale.order.action_confirm" => text!(templates.sale_order_action_confirm),
        "sale.order.action_draft" => text!(templates.sale_order_action_draft),
        "sale.order.action_lock" => text!(templates.sale_order_action_lock),
        "sale.order.action_unlock" => text!(templates.sale_order_action_unlock),
        "sale.order.action_update_prices" => text!(templates.sale_order_action_update_prices),
        "stock.picking.action_assign" => text!(templates.stock_picking_action_assign),
        "stock.picking.action_cancel" => text!(templates.stock_picking_action_cancel),
        "stock.picking.action_confirm" => text!(templates.stock_picking_action_confirm),
        "stock.picking.button_validate" => text!(templates.stock_picking_button_validate),
        "stock.picking.do_unreserve" => text!(templates.stock_picking_do_unreserve),
        _ => return None,
    })
}

/// What a draft that begins with a business action is called and says. It is the company's text from then
/// on, and stays in the language of whoever made it.
#[derive(Debug, Clone)]
pub struct DraftWords {
    /// Its name, and the title of the step that acts.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The label of its input.
    pub record: String,
    /// The title of the step that finds the record.
    pub find: String,
}

/// The words for a draft that begins with `title` on `model`.
#[must_use]
pub fn draft(id: &str, title: &str, model: &str) -> DraftWords {
    let name = template(id).unwrap_or(title).to_owned();
    DraftWords {
        description: text!(workflows.draft_about, title = name.clone()),
        name,
        record: text!(workflows.draft_record, model = model.to_owned()),
        find: text!(workflows.draft_find).to_owned(),
    }
}
