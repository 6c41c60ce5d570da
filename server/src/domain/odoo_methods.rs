//! Which methods of Odoo `execute` may call: closed by default.
//!
//! Three tables open something: generic methods of every model with the permissions that each needs besides `execute`
//! ([`GENERIC`]); a catalogue of business methods ([`CATALOGUE`]); and the exact pairs that a company opens. Whatever
//! deletes stays closed whoever opens it.

mod catalogue;
mod generic;

use shared::permission::{Permission, PermissionSet};

use super::{guards::Guards, nearest::nearest};

pub use self::{
    catalogue::{Business, CATALOGUE, find, is_wizard},
    generic::{Effect, GENERIC, Generic, Target, generic},
};

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

/// At most three methods of `model` that are open to a company with these `guards` and whose names are near to `method`, on
/// an Odoo of this major version.
#[must_use]
pub fn near<'a>(model: &str, method: &str, guards: &'a Guards, major: u32) -> Vec<&'a str> {
    let business = CATALOGUE.iter().filter(|one| one.model == model).map(|one| one.method);
    let opened = guards.open_methods.iter().filter_map(|open| {
        let (of, method) = open.rsplit_once('.')?;
        (of == model).then_some(method)
    });
    let generic = GENERIC.iter().map(|one| one.name);
    let is_open =
        |method: &&str| !matches!(judge(model, method, guards, major), Verdict::Closed(_));
    nearest(method, business.chain(opened).chain(generic).filter(is_open))
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
    fn a_limit_has_the_same_place_in_every_version() {
        for generic in &GENERIC {
            for major in [17, 18, 19] {
                let place = generic.params_on(major).iter().position(|param| *param == "limit");
                assert_eq!(place, generic.place_of_limit(), "{} {major}", generic.name);
            }
        }
        assert_eq!(generic("search_read").and_then(Generic::place_of_limit), Some(3));
        assert_eq!(generic("read").and_then(Generic::place_of_limit), None);
    }

    #[test]
    fn near_to_a_method_that_is_not_open_are_those_that_are() {
        let guards = Guards {
            open_methods: vec!["sale.order.action_confirmed".into(), "sale.order.unlink".into()],
            ..Guards::default()
        };
        assert_eq!(near("sale.order", "confirm", &Guards::default(), 19), ["action_confirm"]);
        let both = ["action_confirm", "action_confirmed"];
        assert_eq!(near("sale.order", "action_confirm_", &guards, 19), both);
        assert_eq!(near("sale.order", "unlinks", &guards, 19), Vec::<&str>::new());
        assert_eq!(near("res.partner", "serch_read", &guards, 19), ["search_read"]);
        assert_eq!(near("res.partner", "confirm", &guards, 19), Vec::<&str>::new());
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
