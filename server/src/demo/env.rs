//! What one call works with: the records as they are for it, who calls, and the context.

use serde_json::{Map, Value, json};
use shared::time::Timestamp;

use super::{
    access::{self, Operation},
    domain::Domain,
    errors::{Class, OdooError, missing, type_error, user_error, value_error},
    model::Model,
    store::Store,
    users::Login,
    value::{is_falsy, repr},
};

/// The company that everything belongs to.
pub(super) const COMPANY: i64 = 1;
/// The one language that is installed.
pub(super) const LANGUAGE: &str = "en_US";
/// Where the people of the demonstration work.
pub(super) const TIME_ZONE: &str = "Europe/Berlin";

/// The state of one call.
#[derive(Debug)]
pub(super) struct Env {
    pub(super) store: Store,
    pub(super) login: Login,
    pub(super) archived: Archived,
    pub(super) now: Timestamp,
}

/// Whether archived records are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Archived {
    Hidden,
    Shown,
}

impl Env {
    /// The state of a call with this context.
    ///
    /// # Errors
    /// `UserError` for a language that is not installed, `AccessError` for a company that the person is
    /// not in, `TypeError` for a context that is no object.
    pub(super) fn new(
        store: Store,
        login: Login,
        context: &Value,
        now: Timestamp,
    ) -> Result<Self, OdooError> {
        let none = Map::new();
        let context = match context {
            Value::Object(context) => context,
            value if is_falsy(value) => &none,
            other => {
                return Err(type_error(format!("context is no mapping: {}", repr(other))));
            }
        };
        match context.get("lang") {
            None => {}
            Some(lang) if is_falsy(lang) || lang == LANGUAGE => {}
            Some(lang) => {
                let code = lang.as_str().map_or_else(|| repr(lang), str::to_owned);
                return Err(user_error(format!("Invalid language code: {code}")));
            }
        }
        if let Some(companies) = context.get("allowed_company_ids").filter(|ids| !is_falsy(ids)) {
            let own = companies
                .as_array()
                .is_some_and(|ids| ids.iter().all(|id| id.as_i64() == Some(COMPANY)));
            if !own {
                let message = "Access to unauthorized or invalid companies.";
                return Err(OdooError::new(Class::Access, message));
            }
        }
        let archived = match context.get("active_test") {
            Some(test) if is_falsy(test) => Archived::Shown,
            _ => Archived::Hidden,
        };
        Ok(Self { store, login, archived, now })
    }

    /// The records that meet a domain and that the person sees, in the model's order or by `order`.
    ///
    /// # Errors
    /// As [`Domain::parse`] and [`super::order::parse`]; `AccessError` for a model, or one that the domain looks into,
    /// that the person may not read.
    pub(super) fn search(
        &self,
        model: &'static Model,
        domain: &Value,
        order: Option<&str>,
    ) -> Result<Vec<i64>, OdooError> {
        access::check(&self.login, model, Operation::Read)?;
        let domain = Domain::parse(model, domain)?;
        let mut refused = None;
        domain.for_each_other_model(&mut |other| {
            if let Err(error) = access::check(&self.login, other, Operation::Read) {
                refused = Some(error);
            }
        });
        if let Some(error) = refused {
            return Err(error);
        }
        let order = super::order::parse(model, order.unwrap_or(model.order))?;
        let hides =
            self.archived == Archived::Hidden && model.can_archive() && !domain.names("active");
        let mut found: Vec<_> = self
            .store
            .rows(model.name)
            .filter(|(_, row)| !hides || row.get("active") != Some(&Value::Bool(false)))
            .filter(|(_, row)| access::sees(self, model, row))
            .filter(|(_, row)| domain.matches(&self.store, row))
            .map(|(id, row)| (super::order::key(&self.store, model, row, &order), id))
            .collect();
        found.sort_by(|(a, _), (b, _)| super::order::compare(a, b, &order));
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    /// Refuses an operation on given records unless the person may do it on all of them. Records that are
    /// not there pass: what becomes of them is the method's matter.
    ///
    /// # Errors
    /// `AccessError`.
    pub(super) fn check(
        &self,
        model: &Model,
        ids: &[i64],
        operation: Operation,
    ) -> Result<(), OdooError> {
        access::check(&self.login, model, operation)?;
        let hidden = ids
            .iter()
            .filter_map(|id| self.store.row(model.name, *id))
            .any(|row| !access::sees(self, model, row));
        if hidden { Err(access::hidden(&self.login, model, operation)) } else { Ok(()) }
    }

    /// Refuses ids that no record has.
    ///
    /// # Errors
    /// `MissingError` that names them.
    pub(super) fn check_exist(&self, model: &Model, ids: &[i64]) -> Result<(), OdooError> {
        let gone: Vec<_> =
            ids.iter().copied().filter(|id| self.store.row(model.name, *id).is_none()).collect();
        if gone.is_empty() { Ok(()) } else { Err(missing(model.name, &gone, self.login.uid)) }
    }

    /// What `context_get` gives.
    pub(super) fn user_context(&self) -> Value {
        json!({ "lang": LANGUAGE, "tz": TIME_ZONE, "uid": self.login.uid })
    }
}

/// The ids that a caller gave: one, a list, or none.
///
/// # Errors
/// `ValueError` for anything else.
pub(super) fn parse_ids(given: &Value) -> Result<Vec<i64>, OdooError> {
    let wrong = || value_error(format!("Expected ids, got {}", repr(given)));
    match given {
        Value::Array(ids) => ids.iter().map(|id| id.as_i64().ok_or_else(wrong)).collect(),
        Value::Number(id) => Ok(vec![id.as_i64().ok_or_else(wrong)?]),
        value if is_falsy(value) => Ok(Vec::new()),
        _ => Err(wrong()),
    }
}
