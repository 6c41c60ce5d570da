//! What the server knows of workflows as codes: what is wrong with one, how its steps ended, and the business
//! actions of Odoo.

use shared::{
    workflow::{FlawProblem, InputKind, MAX_INPUTS, MAX_STEPS, StepAction, StepOutcome},
    workflow_form::{EMPTY, Given, Part, ReportTask, SET, ValueKind},
};

use crate::texts::{Locale, locale, text};

/// Where in a step or an input something is; nothing for the whole of it.
#[must_use]
pub fn part(part: Part) -> &'static str {
    match part {
        Part::Whole => "",
        Part::Name => text!(builder.parts.name),
        Part::Title => text!(builder.parts.title),
        Part::Model => text!(builder.parts.model),
        Part::Method => text!(builder.parts.method),
        Part::Report => text!(builder.parts.report),
        Part::Ids => text!(builder.parts.ids),
        Part::Conditions => text!(builder.parts.conditions),
        Part::Fields => text!(builder.parts.fields),
        Part::Values => text!(builder.parts.values),
        Part::Keywords => text!(builder.parts.keywords),
        Part::Order => text!(builder.parts.order),
        Part::Limit => text!(builder.parts.limit),
        Part::Groups => text!(builder.parts.groups),
        Part::Measures => text!(builder.parts.measures),
        Part::Rest => text!(builder.parts.rest),
    }
}

/// What is wrong, as a sentence of its own beside its field.
#[must_use]
pub fn flaw_sentence(problem: &FlawProblem) -> String {
    let said = flaw(problem);
    let mut letters = said.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
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
        FlawProblem::FieldTwice => text!(flaws.field_twice),
        FlawProblem::NoValue(kind) => match kind {
            ValueKind::Whole => text!(flaws.no_whole),
            ValueKind::Decimal => text!(flaws.no_decimal),
            ValueKind::YesNo => text!(flaws.no_choice),
            ValueKind::Date => text!(flaws.no_date),
            ValueKind::DateTime => text!(flaws.no_moment),
            ValueKind::Record => text!(flaws.no_record),
            ValueKind::Records => text!(flaws.no_records),
            ValueKind::Json => text!(flaws.no_json_value),
            ValueKind::Text | ValueKind::Texts | ValueKind::Nothing => text!(flaws.required),
        },
    };
    sentence.to_owned()
}

/// What a step does.
#[must_use]
pub fn step_action(action: StepAction) -> &'static str {
    match action {
        StepAction::Query => text!(builder.actions.query),
        StepAction::Read => text!(builder.actions.read),
        StepAction::Create => text!(builder.actions.create),
        StepAction::Write => text!(builder.actions.write),
        StepAction::Execute => text!(builder.actions.execute),
        StepAction::Report => text!(builder.actions.report),
    }
}

/// What an input takes.
#[must_use]
pub fn input_kind(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Text => text!(builder.kinds.text),
        InputKind::Number => text!(builder.kinds.number),
        InputKind::Date => text!(builder.kinds.date),
        InputKind::Boolean => text!(builder.kinds.boolean),
        InputKind::Record => text!(builder.kinds.record),
        InputKind::Records => text!(builder.kinds.records),
    }
}

/// What has to be typed before an input of this kind can be tried.
#[must_use]
pub fn untried(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Text => text!(builder.trials.text),
        InputKind::Number => text!(builder.trials.number),
        InputKind::Date => text!(builder.trials.date),
        // Nothing is no, so one of both is always chosen.
        InputKind::Boolean => text!(builder.choose),
        InputKind::Record => text!(builder.trials.record),
        InputKind::Records => text!(builder.trials.records),
    }
}

/// What a report makes.
#[must_use]
pub fn report_task(task: ReportTask) -> &'static str {
    match task {
        ReportTask::Figures => text!(builder.tasks.figures),
        ReportTask::Pdf => text!(builder.tasks.pdf),
        ReportTask::Extract => text!(builder.tasks.extract),
        ReportTask::List => text!(builder.tasks.list),
    }
}

/// A comparison with a field of this kind; one that has no words stands as Odoo writes it.
#[must_use]
pub fn operator(operator: &str, kind: ValueKind) -> String {
    let is_day = matches!(kind, ValueKind::Date | ValueKind::DateTime);
    let word = match (operator, kind) {
        (EMPTY, ValueKind::YesNo) => text!(operators.is_no),
        (SET, ValueKind::YesNo) => text!(operators.is_yes),
        (EMPTY, _) => text!(operators.empty),
        (SET, _) => text!(operators.set),
        ("=", _) => text!(operators.is),
        ("!=", _) => text!(operators.is_not),
        (">", _) if is_day => text!(operators.after),
        (">=", _) if is_day => text!(operators.from),
        ("<", _) if is_day => text!(operators.before),
        ("<=", _) if is_day => text!(operators.until),
        (">", _) => text!(operators.more),
        (">=", _) => text!(operators.at_least),
        ("<", _) => text!(operators.less),
        ("<=", _) => text!(operators.at_most),
        ("ilike", _) => text!(operators.contains),
        ("not ilike", _) => text!(operators.contains_not),
        ("=ilike", _) => text!(operators.matches),
        ("in", _) => text!(operators.one_of),
        ("not in", _) => text!(operators.none_of),
        ("child_of", _) => text!(operators.below),
        (other, _) => other,
    };
    word.to_owned()
}

/// What becomes of the values of a group, or by which part of a date they are grouped.
#[must_use]
pub fn grain(grain: &str) -> String {
    let word = match grain {
        "day" => text!(builder.grains.day),
        "week" => text!(builder.grains.week),
        "month" => text!(builder.grains.month),
        "quarter" => text!(builder.grains.quarter),
        "year" => text!(builder.grains.year),
        "sum" => text!(builder.grains.sum),
        "avg" => text!(builder.grains.average),
        "min" => text!(builder.grains.least),
        "max" => text!(builder.grains.most),
        "count_distinct" => text!(builder.grains.different),
        other => other,
    };
    word.to_owned()
}

/// What a method does, where it is one that people know; `does` is what the server says of it, in English.
#[must_use]
pub fn method<'a>(model: &str, method: &str, does: Option<&'a str>) -> Option<&'a str> {
    template(&format!("{model}.{method}")).or(does)
}

/// What a part of a step's answer is.
#[must_use]
pub fn given(given: &Given) -> String {
    let word = match given {
        Given::AllOf(field) => return text!(given.all_of, field = field.clone()),
        Given::FirstOf(field) => return text!(given.first_of, field = field.clone()),
        Given::Other(path) => return path.clone(),
        Given::Input => text!(given.input),
        Given::AllRecords => text!(given.all),
        Given::FirstRecord => text!(given.first),
        Given::Total => text!(given.total),
        Given::Returned => text!(given.returned),
        Given::Opened => text!(given.opened),
        Given::Link => text!(given.link),
    };
    word.to_owned()
}

/// The same by the path that a definition has for it.
#[must_use]
pub fn given_path(path: &str) -> String {
    let field = |rest: &str| {
        let name = rest.strip_suffix(".id").or_else(|| rest.strip_suffix(".utc")).unwrap_or(rest);
        name.to_owned()
    };
    given(&match path {
        "records.*.id" | "ids" => Given::AllRecords,
        "records.0.id" | "ids.0" => Given::FirstRecord,
        "total" => Given::Total,
        "result" => Given::Returned,
        "opens.id" => Given::Opened,
        "url" => Given::Link,
        path => match (path.strip_prefix("records.*."), path.strip_prefix("records.0.")) {
            (Some(rest), _) => Given::AllOf(field(rest)),
            (_, Some(rest)) => Given::FirstOf(field(rest)),
            (None, None) => Given::Other(path.to_owned()),
        },
    })
}

/// How a step of a run ended.
#[must_use]
pub fn outcome(outcome: StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Done => text!(workflows.outcomes.done),
        StepOutcome::Failed => text!(workflows.outcomes.failed),
        StepOutcome::Unknown => text!(workflows.outcomes.unknown),
        StepOutcome::NotDone => text!(workflows.outcomes.not_done),
    }
}

/// What the business method of Odoo that `sale.order.action_confirm` stands for does, if people know it.
#[must_use]
pub fn template(id: &str) -> Option<&'static str> {
    methods(locale()).into_iter().find(|(known, _)| *known == id).map(|(_, does)| does)
}

/// What a method does, as the inside of a sentence has it: `does` is what the server says of it in English, after "to".
#[cfg(feature = "ssr")]
#[must_use]
pub fn purpose(does: &str) -> Option<String> {
    let inside = |told: &str| {
        let mut letters = told.chars();
        letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect::<String>()
    };
    methods(Locale::en)
        .into_iter()
        .zip(methods(locale()))
        // The server writes what a keyboard has.
        .find(|&((_, english), _)| inside(english).replace('’', "'") == does)
        .map(|(_, (_, told))| inside(told))
}

/// The business methods that the server knows, and what each does.
fn methods(locale: Locale) -> [(&'static str, &'static str); 45] {
    macro_rules! told {
        ($of:ident) => {
            leptos_i18n::td_string!(locale, templates.$of)
        };
    }
    [
        ("account.move.action_post", told!(account_move_action_post)),
        ("account.move.button_cancel", told!(account_move_button_cancel)),
        ("account.move.button_draft", told!(account_move_button_draft)),
        ("account.payment.action_cancel", told!(account_payment_action_cancel)),
        ("account.payment.action_draft", told!(account_payment_action_draft)),
        ("account.payment.action_post", told!(account_payment_action_post)),
        (
            "account.payment.register.action_create_payments",
            told!(account_payment_register_action_create_payments),
        ),
        ("account.move.reversal.modify_moves", told!(account_move_reversal_modify_moves)),
        ("account.move.reversal.refund_moves", told!(account_move_reversal_refund_moves)),
        ("account.move.reversal.reverse_moves", told!(account_move_reversal_reverse_moves)),
        ("crm.lead.action_set_lost", told!(crm_lead_action_set_lost)),
        ("crm.lead.action_set_won", told!(crm_lead_action_set_won)),
        ("hr.expense.action_submit", told!(hr_expense_action_submit)),
        ("hr.expense.sheet.action_submit_sheet", told!(hr_expense_sheet_action_submit_sheet)),
        ("hr.leave.action_approve", told!(hr_leave_action_approve)),
        ("hr.leave.action_confirm", told!(hr_leave_action_confirm)),
        ("hr.leave.action_refuse", told!(hr_leave_action_refuse)),
        ("hr.leave.action_validate", told!(hr_leave_action_validate)),
        ("mrp.production.action_assign", told!(mrp_production_action_assign)),
        ("mrp.production.action_cancel", told!(mrp_production_action_cancel)),
        ("mrp.production.action_confirm", told!(mrp_production_action_confirm)),
        ("mrp.production.button_mark_done", told!(mrp_production_button_mark_done)),
        ("purchase.order.action_create_invoice", told!(purchase_order_action_create_invoice)),
        ("purchase.order.button_approve", told!(purchase_order_button_approve)),
        ("purchase.order.button_cancel", told!(purchase_order_button_cancel)),
        ("purchase.order.button_confirm", told!(purchase_order_button_confirm)),
        ("purchase.order.button_done", told!(purchase_order_button_done)),
        ("purchase.order.button_draft", told!(purchase_order_button_draft)),
        ("purchase.order.button_unlock", told!(purchase_order_button_unlock)),
        (
            "sale.advance.payment.inv.create_invoices",
            told!(sale_advance_payment_inv_create_invoices),
        ),
        ("sale.order.action_cancel", told!(sale_order_action_cancel)),
        ("sale.order.action_confirm", told!(sale_order_action_confirm)),
        ("sale.order.action_draft", told!(sale_order_action_draft)),
        ("sale.order.action_lock", told!(sale_order_action_lock)),
        ("sale.order.action_unlock", told!(sale_order_action_unlock)),
        ("sale.order.action_update_prices", told!(sale_order_action_update_prices)),
        ("sale.order.cancel.action_cancel", told!(sale_order_cancel_action_cancel)),
        ("stock.backorder.confirmation.process", told!(stock_backorder_confirmation_process)),
        (
            "stock.backorder.confirmation.process_cancel_backorder",
            told!(stock_backorder_confirmation_process_cancel_backorder),
        ),
        ("stock.immediate.transfer.process", told!(stock_immediate_transfer_process)),
        ("stock.picking.action_assign", told!(stock_picking_action_assign)),
        ("stock.picking.action_cancel", told!(stock_picking_action_cancel)),
        ("stock.picking.action_confirm", told!(stock_picking_action_confirm)),
        ("stock.picking.button_validate", told!(stock_picking_button_validate)),
        ("stock.picking.do_unreserve", told!(stock_picking_do_unreserve)),
    ]
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
        record: asked(model)
            .map_or_else(|| text!(workflows.draft_record, model = model.to_owned()), str::to_owned),
        find: text!(workflows.draft_find).to_owned(),
    }
}

/// What people call a record of this model, where one is asked for.
fn asked(model: &str) -> Option<&'static str> {
    Some(match model {
        "account.move" => text!(template_records.account_move),
        "account.payment" => text!(template_records.account_payment),
        "hr.expense" => text!(template_records.hr_expense),
        "hr.expense.sheet" => text!(template_records.hr_expense_sheet),
        "hr.leave" => text!(template_records.hr_leave),
        "mrp.production" => text!(template_records.mrp_production),
        "purchase.order" => text!(template_records.purchase_order),
        "sale.order" => text!(template_records.sale_order),
        "stock.picking" => text!(template_records.stock_picking),
        _ => return None,
    })
}
