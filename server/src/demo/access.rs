//! Who may do what on which model, and which records a person does not see.

use serde_json::{Value, json};

use super::{
    env::Env,
    errors::{Class, OdooError},
    model::{self, Lifetime, Model},
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
    /// Messages and files: for everybody, as far as the record that they belong to is.
    Discussions,
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
        name if DISCUSSIONS.iter().any(|found| found.model == name) => Area::Discussions,
        "product.template" | "product.product" | "product.category" | "uom.uom" | "account.tax" => {
            Area::Products
        }
        "purchase.order" | "purchase.order.line" => Area::Purchase,
        "sale.order" | "sale.order.line" => Area::Sales,
        "stock.picking"
        | "stock.move"
        | "stock.quant"
        | "stock.location"
        | "stock.picking.type"
        | "stock.warehouse"
        | "stock.backorder.confirmation"
        | "stock.backorder.confirmation.line" => Area::Stock,
        "ir.model" => Area::Technical,
        _ => Area::Settings,
    }
}

/// Whether these rights allow the operation on the model at all.
pub(super) fn allows(rights: DemoRights, model: &str, operation: Operation) -> bool {
    let reads = operation == Operation::Read;
    match (rights, area(model)) {
        (DemoRights::Admin, _) | (_, Area::Discussions) => true,
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
        Area::Discussions => &["Role / User"],
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

/// A model whose records belong to those of others, and its field that names their model; `res_id` has the
/// record's id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Discussion {
    pub(super) model: &'static str,
    pub(super) of: &'static str,
}

/// Messages, then files.
pub(super) const DISCUSSIONS: [Discussion; 2] = [
    Discussion { model: "mail.message", of: "model" },
    Discussion { model: "ir.attachment", of: "res_model" },
];

/// Whether record rules let the person see a record of a model that they may read: buyers see their own
/// purchase orders and those that nobody has taken, everybody the messages and files of what they see, and
/// nobody another's questions.
pub(super) fn sees(env: &Env, model: &Model, row: &Row) -> bool {
    if model.lifetime == Lifetime::Transient {
        return row.get("create_uid") == Some(&json!(env.login.uid));
    }
    if let Some(found) = DISCUSSIONS.iter().find(|found| found.model == model.name) {
        return sees_owner(env, found, row);
    }
    if env.login.rights != DemoRights::Purchasing {
        return true;
    }
    let order = match model.name {
        "purchase.order" => Some(row),
        "purchase.order.line" => row
            .get("order_id")
            .and_then(Value::as_i64)
            .and_then(|id| env.store.row("purchase.order", id)),
        _ => return true,
    };
    order
        .and_then(|order| order.get("user_id"))
        .is_none_or(|buyer| buyer.is_null() || *buyer == json!(env.login.uid))
}

/// Whether the person may read the record that a message or file belongs to; what belongs to none is its
/// maker's.
fn sees_owner(env: &Env, found: &Discussion, row: &Row) -> bool {
    let owner = model::find(model::text(row, found.of));
    let id = row.get("res_id").and_then(Value::as_i64).filter(|id| *id > 0);
    let Some((owner, id)) = owner.zip(id) else {
        return env.login.rights == DemoRights::Admin
            || row.get("create_uid") == Some(&json!(env.login.uid));
    };
    allows(env.login.rights, owner.name, Operation::Read)
        && env.store.row(owner.name, id).is_some_and(|row| sees(env, owner, row))
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
