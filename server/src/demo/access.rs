//! Who may do what on which model, and which records a person does not see.

use serde_json::json;

use super::{
    env::Env,
    errors::{Class, OdooError},
    model::Model,
    store::Row,
    users::{DemoRights, Login},
};

/// What a call does to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Read,
    Write,
    Create,
    Delete,
}

impl Operation {
    /// The operation of a name that `has_access` takes.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "read" => Some(Self::Read),
            "write" => Some(Self::Write),
            "create" => Some(Self::Create),
            "unlink" => Some(Self::Delete),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Create => "create",
            Self::Delete => "unlink",
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Read => "access",
            Self::Write => "modify",
            Self::Create => "create",
            Self::Delete => "delete",
        }
    }
}

/// The apps that a model belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    Accounting,
    Contacts,
    /// Read by everybody, changed by managers.
    Products,
    Purchase,
    Sales,
    /// Read by everybody, changed by administrators.
    Settings,
    Stock,
    Technical,
}

fn area(model: &str) -> Area {
    match model {
        "account.move" | "account.move.line" | "account.journal" => Area::Accounting,
        "res.partner" | "res.partner.category" => Area::Contacts,
        "product.template" | "product.product" | "product.category" | "uom.uom" | "account.tax" => {
            Area::Products
        }
        "purchase.order" | "purchase.order.line" => Area::Purchase,
        "sale.order" | "sale.order.line" => Area::Sales,
        "stock.picking" | "stock.move" | "stock.quant" | "stock.location"
        | "stock.picking.type" | "stock.warehouse" => Area::Stock,
        "ir.model" => Area::Technical,
        _ => Area::Settings,
    }
}

/// Whether these rights allow the operation on the model at all.
pub(super) fn allows(rights: DemoRights, model: &str, operation: Operation) -> bool {
    let reads = operation == Operation::Read;
    match (rights, area(model)) {
        (DemoRights::Admin, _) => true,
        (DemoRights::Manager, Area::Settings) => reads,
        (DemoRights::Manager, area) => area != Area::Technical,
        (DemoRights::Purchasing, Area::Purchase | Area::Stock) => true,
        (DemoRights::Purchasing, area) => {
            reads && matches!(area, Area::Contacts | Area::Products | Area::Settings)
        }
        (DemoRights::Sales, Area::Sales | Area::Contacts) => true,
        (DemoRights::Sales, area) => reads && matches!(area, Area::Products | Area::Settings),
    }
}

/// The groups that a refusal names.
const fn groups(area: Area) -> &'static [&'static str] {
    match area {
        Area::Accounting => &["Accounting/Invoicing"],
        Area::Contacts => &["Contact/Creation", "Sales/User"],
        Area::Products => &["Products/Manager"],
        Area::Purchase => &["Purchase/Administrator", "Purchase/User"],
        Area::Sales => &["Sales/Administrator", "Sales/User"],
        Area::Settings | Area::Technical => &["Access Rights"],
        Area::Stock => &["Inventory/Administrator", "Inventory/User"],
    }
}

/// Refuses what the person's rights do not allow on the model.
///
/// # Errors
/// `AccessError` that names the model and the groups that may.
pub(super) fn check(login: &Login, model: &Model, operation: Operation) -> Result<(), OdooError> {
    if allows(login.rights, model.name, operation) {
        return Ok(());
    }
    let may: Vec<_> = groups(area(model.name)).iter().map(|group| format!("\t- {group}")).collect();
    Err(OdooError::new(
        Class::Access,
        format!(
            "You are not allowed to {} '{}' ({}) records.\n\nMembers of these groups are:\n{}\n\n\
             Ask an administrator of this Odoo if you need it.",
            operation.verb(),
            model.label,
            model.name,
            may.join("\n")
        ),
    ))
}

/// Whether a record rule lets the person see a record of a model that they may read: buyers see their own
/// purchase orders and those that nobody has taken.
pub(super) fn sees(env: &Env, model: &Model, row: &Row) -> bool {
    if env.login.rights != DemoRights::Purchasing {
        return true;
    }
    let order = match model.name {
        "purchase.order" => Some(row),
        "purchase.order.line" => row
            .get("order_id")
            .and_then(serde_json::Value::as_i64)
            .and_then(|id| env.store.row("purchase.order", id)),
        _ => return true,
    };
    order
        .and_then(|order| order.get("user_id"))
        .is_none_or(|buyer| buyer.is_null() || *buyer == json!(env.login.uid))
}

/// The refusal of records that a rule hides.
pub(super) fn hidden(login: &Login, model: &Model, operation: Operation) -> OdooError {
    OdooError::new(
        Class::Access,
        format!(
            "These records belong to somebody else.\n\n{} (id={}) lacks '{}' access to:\n- {} ({})",
            login.name,
            login.uid,
            operation.name(),
            model.label,
            model.name
        ),
    )
}
