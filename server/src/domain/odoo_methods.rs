//! Which methods of Odoo `execute` may call: closed by default.
//!
//! Three tables open something: generic methods of Odoo's ORM, web client and portal with the permissions
//! that each needs besides `execute`; a catalogue of business methods; and the exact pairs that a company
//! opens. Whatever deletes stays closed whoever opens it. The generic names were compared with the
//! public methods of `BaseModel` and of the web module in Odoo 17, 18 and 19.

use shared::permission::{Permission, PermissionSet};

use super::guards::Guards;

/// What a method does to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It reads.
    Reads,
    /// It may change something.
    Changes,
}

/// What it is called on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The model.
    Model,
    /// Records of it.
    Records,
    /// Records of it, which may be none.
    AnyRecords,
}

/// A method of every model.
#[derive(Debug, PartialEq, Eq)]
pub struct Generic {
    /// Its name.
    pub name: &'static str,
    /// The first and the last version that has it.
    pub versions: std::ops::RangeInclusive<u32>,
    /// What a key needs besides `execute`.
    pub needs: &'static [Permission],
    /// Whether it changes anything.
    pub effect: Effect,
    /// What it is called on.
    pub target: Target,
    /// Its parameters from 19 on.
    params: &'static [&'static str],
    /// Its parameters until 18, where they were others.
    until_18: Option<&'static [&'static str]>,
}

impl Generic {
    /// Its parameters on an Odoo of this major version in their order, so that positional arguments get their names.
    #[must_use]
    pub fn params_on(&self, major: u32) -> &'static [&'static str] {
        self.until_18.filter(|_| major < 19).unwrap_or(self.params)
    }

    /// Whether it gives fields of what it has saved to a caller who asks for them.
    #[must_use]
    pub fn reads_back(&self) -> bool {
        self.effect == Effect::Changes && self.params.contains(&"specification")
    }

    const fn until_18(self, params: &'static [&'static str]) -> Self {
        Self { until_18: Some(params), ..self }
    }

    /// Parameters that it needs so that a preview can show what it would do.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        let (name, params) = (self.name, self.params);
        let shows = move |param: &&str| match name {
            "create" | "name_create" | "write" | "update" | "web_save" | "web_save_multi" => {
                ["name", "vals", "values", "vals_list"].contains(param)
            }
            _ => false,
        };
        params.iter().copied().filter(shows)
    }
}

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

/// What is said of a method for a company.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One of every model.
    Generic(&'static Generic),
    /// One of the catalogue.
    Business(&'static Business),
    /// The company has opened it.
    Opened,
    /// It may not be called.
    Closed(Closed),
}

/// Why a method may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// Its name begins with an underscore.
    #[error("methods that begin with an underscore are private in odoo")]
    Private,
    /// It deletes.
    #[error("no permission covers deletion; archive records with aidoo_write instead")]
    Deletes,
    /// It would change who acts, or is no method for callers from outside.
    #[error("it is internal to odoo and stays closed")]
    Internal,
    /// This version of Odoo has it not.
    #[error("this version of odoo does not have it")]
    OtherVersion,
    /// It sends messages or makes links, and the company has not opened it.
    #[error(
        "it sends messages or makes links, and stays closed until an owner or an admin opens it in aidoo, on the page policies"
    )]
    Sends,
    /// Nobody has opened it.
    #[error(
        "it is not in the catalogue of business methods; an owner or an admin can open it in aidoo, on the page policies"
    )]
    NotOpened,
}

const QUERY: &[Permission] = &[Permission::Query];
const READ: &[Permission] = &[Permission::Read];
const QUERY_READ: &[Permission] = &[Permission::Query, Permission::Read];
const REPORT: &[Permission] = &[Permission::Report];
const CREATE: &[Permission] = &[Permission::Create];
const WRITE: &[Permission] = &[Permission::Write];
const CREATE_WRITE: &[Permission] = &[Permission::Create, Permission::Write];
const SCHEMA: &[Permission] = &[Permission::Schema];

const ANY: std::ops::RangeInclusive<u32> = 8..=u32::MAX;
const TO_17: std::ops::RangeInclusive<u32> = 8..=17;
const FROM_17: std::ops::RangeInclusive<u32> = 17..=u32::MAX;
const FROM_19: std::ops::RangeInclusive<u32> = 19..=u32::MAX;

const fn reads(
    name: &'static str,
    versions: std::ops::RangeInclusive<u32>,
    needs: &'static [Permission],
    target: Target,
    params: &'static [&'static str],
) -> Generic {
    Generic { name, versions, needs, effect: Effect::Reads, target, params, until_18: None }
}

const fn changes(
    name: &'static str,
    versions: std::ops::RangeInclusive<u32>,
    needs: &'static [Permission],
    target: Target,
    params: &'static [&'static str],
) -> Generic {
    Generic { name, versions, needs, effect: Effect::Changes, target, params, until_18: None }
}

/// The generic methods that may run.
pub static GENERIC: [Generic; 31] = [
    reads("search", ANY, QUERY, Target::Model, &["domain", "offset", "limit", "order"]),
    reads("search_count", ANY, QUERY, Target::Model, &["domain", "limit"]),
    reads("name_search", ANY, QUERY, Target::Model, &["name", "domain", "operator", "limit"]),
    reads(
        "search_read",
        ANY,
        QUERY_READ,
        Target::Model,
        &["domain", "fields", "offset", "limit", "order"],
    ),
    reads(
        "search_fetch",
        FROM_17,
        QUERY_READ,
        Target::Model,
        &["domain", "field_names", "offset", "limit", "order"],
    ),
    reads(
        "web_search_read",
        FROM_17,
        QUERY_READ,
        Target::Model,
        &["domain", "specification", "offset", "limit", "order", "count_limit"],
    ),
    reads("export_data", ANY, QUERY_READ, Target::Records, &["fields_to_export"]),
    reads("read", ANY, READ, Target::Records, &["fields", "load"]),
    reads("web_read", FROM_17, READ, Target::Records, &["specification"]),
    reads("name_get", TO_17, READ, Target::Records, &[]),
    reads(
        "read_group",
        ANY,
        REPORT,
        Target::Model,
        &["domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"],
    ),
    reads(
        "web_read_group",
        ANY,
        REPORT,
        Target::Model,
        &["domain", "groupby", "aggregates", "limit", "offset", "order"],
    )
    .until_18(&["domain", "fields", "groupby", "limit", "offset", "orderby", "lazy"]),
    reads(
        "formatted_read_group",
        FROM_19,
        REPORT,
        Target::Model,
        &["domain", "groupby", "aggregates", "having", "offset", "limit", "order"],
    ),
    reads("read_progress_bar", ANY, REPORT, Target::Model, &["domain", "group_by", "progress_bar"]),
    reads("fields_get", ANY, SCHEMA, Target::Model, &["allfields", "attributes"]),
    reads("get_views", ANY, SCHEMA, Target::Model, &["views", "options"]),
    reads("get_view", ANY, SCHEMA, Target::Model, &["view_id", "view_type"]),
    reads("default_get", ANY, SCHEMA, Target::Model, &["fields"]),
    reads("has_access", 18..=u32::MAX, SCHEMA, Target::AnyRecords, &["operation"]),
    reads("check_access_rights", ANY, SCHEMA, Target::Model, &["operation", "raise_exception"]),
    changes("create", ANY, CREATE, Target::Model, &["vals_list"]),
    changes("copy", ANY, CREATE, Target::Records, &["default"]),
    changes("name_create", ANY, CREATE, Target::Model, &["name"]),
    changes("write", ANY, WRITE, Target::Records, &["vals"]),
    changes("update", ANY, WRITE, Target::Records, &["values"]),
    changes("toggle_active", ANY, WRITE, Target::Records, &[]),
    changes("action_archive", ANY, WRITE, Target::Records, &[]),
    changes("action_unarchive", ANY, WRITE, Target::Records, &[]),
    changes("load", ANY, CREATE_WRITE, Target::Model, &["fields", "data"]),
    changes("web_save", FROM_17, CREATE_WRITE, Target::Records, &["vals", "specification"]),
    changes(
        "web_save_multi",
        FROM_19,
        CREATE_WRITE,
        Target::Records,
        &["vals_list", "specification"],
    ),
];

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
    does("purchase.order", "button_unlock", "unlock an order", &["done"]),
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

/// Whether the model is a wizard of the catalogue.
#[must_use]
pub fn is_wizard(model: &str) -> bool {
    WIZARDS.contains(&model)
}

/// Names that are closed whoever opens them: they change who acts or how, or take code.
const INTERNAL: [&str; 26] = [
    "browse",
    "concat",
    "env",
    "exists",
    "filtered",
    "filtered_domain",
    "flush",
    "flush_model",
    "flush_recordset",
    "get_metadata",
    "grouped",
    "invalidate_cache",
    "invalidate_model",
    "invalidate_recordset",
    "init",
    "mapped",
    "modified",
    "new",
    "onchange",
    "sorted",
    "sudo",
    "with_company",
    "with_context",
    "with_env",
    "with_user",
    "run",
];

/// Parts of a name that say that it deletes.
const DELETING: [&str; 7] = ["unlink", "delet", "destroy", "erase", "purge", "vacuum", "merge"];

/// Beginnings of the names of methods that send messages or make links.
const SENDING: [&str; 9] = [
    "message_",
    "action_send",
    "action_quotation_send",
    "action_rfq_send",
    "action_invoice_sent",
    "get_portal_url",
    "portal_",
    "send_",
    "activity_send",
];

/// What may be said of `model`'s `method` for a company with these `guards`, on an Odoo of this major
/// version.
#[must_use]
pub fn judge(model: &str, method: &str, guards: &Guards, major: u32) -> Verdict {
    if method.starts_with('_') {
        return Verdict::Closed(Closed::Private);
    }
    let name = method.to_ascii_lowercase();
    if DELETING.iter().any(|part| name.contains(part)) {
        return Verdict::Closed(Closed::Deletes);
    }
    if INTERNAL.contains(&name.as_str()) {
        return Verdict::Closed(Closed::Internal);
    }
    if model == "ir.attachment" && !guards.opens_method(model, method) {
        return Verdict::Closed(Closed::Sends);
    }
    if let Some(generic) = generic(method) {
        return if generic.versions.contains(&major) {
            Verdict::Generic(generic)
        } else {
            Verdict::Closed(Closed::OtherVersion)
        };
    }
    if let Some(business) = find(model, method) {
        return Verdict::Business(business);
    }
    if guards.opens_method(model, method) {
        return Verdict::Opened;
    }
    let sends = SENDING.iter().any(|start| name.starts_with(start))
        || model.starts_with("mail.")
        || model.starts_with("account.move.send");
    Verdict::Closed(if sends { Closed::Sends } else { Closed::NotOpened })
}

/// The method of every model with this name.
#[must_use]
pub fn generic(method: &str) -> Option<&'static Generic> {
    GENERIC.iter().find(|generic| generic.name == method)
}

/// The catalogue's entry of this method.
#[must_use]
pub fn find(model: &str, method: &str) -> Option<&'static Business> {
    CATALOGUE.iter().find(|business| business.model == model && business.method == method)
}

/// The permissions in `needs` that `permissions` lack.
#[must_use]
pub fn missing(needs: &[Permission], permissions: PermissionSet) -> Vec<Permission> {
    needs.iter().copied().filter(|needed| !permissions.contains(*needed)).collect()
}

/// The major version in a text such as `19.0` or `saas~18.2`; 0 when there is none.
#[must_use]
pub fn major(version: &str) -> u32 {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_closed(model: &str, method: &str) -> Option<Closed> {
        match judge(model, method, &Guards::default(), 19) {
            Verdict::Closed(closed) => Some(closed),
            _ => None,
        }
    }

    #[test]
    fn whatever_is_in_no_table_is_closed() {
        assert_eq!(is_closed("sale.order", "_create_invoices"), Some(Closed::Private));
        assert_eq!(is_closed("sale.order", "unlink"), Some(Closed::Deletes));
        assert_eq!(is_closed("x", "action_delete_all"), Some(Closed::Deletes));
        let of_a_series = is_closed("calendar.event", "action_mass_deletion");
        assert_eq!(of_a_series, Some(Closed::Deletes));
        assert_eq!(is_closed("sale.order", "sudo"), Some(Closed::Internal));
        assert_eq!(is_closed("sale.order", "mapped"), Some(Closed::Internal));
        assert_eq!(is_closed("sale.order", "onchange"), Some(Closed::Internal));
        assert_eq!(is_closed("sale.order", "message_post"), Some(Closed::Sends));
        assert_eq!(is_closed("sale.order", "get_portal_url"), Some(Closed::Sends));
        assert_eq!(is_closed("account.move.send.wizard", "action_go"), Some(Closed::Sends));
        assert_eq!(is_closed("ir.attachment", "generate_access_token"), Some(Closed::Sends));
        assert_eq!(is_closed("ir.attachment", "read"), Some(Closed::Sends));
        assert_eq!(is_closed("sale.order", "action_anything"), Some(Closed::NotOpened));
        assert_eq!(is_closed("sale.order", "action_confirm"), None);
        assert_eq!(is_closed("purchase.order", "action_confirm"), Some(Closed::NotOpened));
    }

    #[test]
    fn a_company_opens_exact_pairs_but_never_deletion() {
        let guards = Guards {
            open_methods: vec![
                "sale.order.message_post".into(),
                "sale.order.unlink".into(),
                "sale.order.sudo".into(),
                "sale.order._private".into(),
                "ir.attachment.read".into(),
            ],
            ..Guards::default()
        };
        assert_eq!(judge("sale.order", "message_post", &guards, 19), Verdict::Opened);
        assert!(matches!(judge("ir.attachment", "read", &guards, 19), Verdict::Generic(_)));
        assert_ne!(judge("purchase.order", "message_post", &guards, 19), Verdict::Opened);
        for method in ["unlink", "sudo", "_private"] {
            assert!(
                matches!(judge("sale.order", method, &guards, 19), Verdict::Closed(_)),
                "{method}"
            );
        }
    }

    #[test]
    fn a_generic_method_is_there_in_its_versions_only() {
        let verdict = |method, major| judge("res.partner", method, &Guards::default(), major);
        assert!(matches!(verdict("formatted_read_group", 19), Verdict::Generic(_)));
        assert_eq!(verdict("formatted_read_group", 18), Verdict::Closed(Closed::OtherVersion));
        assert!(matches!(verdict("name_get", 17), Verdict::Generic(_)));
        assert_eq!(verdict("name_get", 18), Verdict::Closed(Closed::OtherVersion));
    }

    #[test]
    fn a_generic_method_takes_what_its_version_takes() {
        let params = |method, major| generic(method).expect("is one").params_on(major).join(" ");
        assert_eq!(params("web_read_group", 19), "domain groupby aggregates limit offset order");
        for major in [17, 18] {
            let told = "domain fields groupby limit offset orderby lazy";
            assert_eq!(params("web_read_group", major), told);
        }
        assert_eq!(params("search", 17), params("search", 19));
    }

    #[test]
    fn the_table_of_generic_methods_is_as_reviewed() {
        let table: String = GENERIC
            .iter()
            .map(|generic| {
                let Generic { name, versions, needs, effect, .. } = generic;
                let last = match *versions.end() {
                    u32::MAX => "…".to_owned(),
                    end => end.to_string(),
                };
                let needs: Vec<&str> = needs.iter().map(|needed| needed.as_str()).collect();
                format!(
                    "{name:21} {:>2}-{last:2} {effect:?}: {}\n",
                    versions.start(),
                    needs.join(", ")
                )
            })
            .collect();
        insta::assert_snapshot!(table);
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(major("19.0"), 19);
        assert_eq!(major("saas~18.2"), 18);
        assert_eq!(major("17.0+e"), 17);
        assert_eq!(major(""), 0);
    }

    #[test]
    fn no_entry_of_the_catalogue_is_there_twice_or_closed() {
        for business in &CATALOGUE {
            let same = CATALOGUE
                .iter()
                .filter(|other| other.model == business.model && other.method == business.method);
            assert_eq!(same.count(), 1, "{business:?}");
            assert_eq!(is_closed(business.model, business.method), None, "{business:?}");
        }
    }
}
