//! What one call works with: the records as they are for it, who calls, and the context.

use serde_json::{Value, json};
use shared::time::Timestamp;

use super::{
    access::{self, Operation},
    context::{Archived, Context},
    domain::Domain,
    errors::{OdooError, missing, value_error},
    model::Model,
    store::Store,
    users::Login,
    value::{is_falsy, repr},
};

/// The company that everything belongs to.
pub(super) const COMPANY: i64 = 1;
/// Where the people of the demonstration work.
pub(super) const TIME_ZONE: &str = "Europe/Berlin";

/// The state of one call.
#[derive(Debug)]
pub(super) struct Env {
    pub(super) store: Store,
    pub(super) login: Login,
    pub(super) context: Context,
    pub(super) now: Timestamp,
}

impl Env {
    /// The state of a call with this context.
    ///
    /// # Errors
    /// As [`Context::parse`].
    pub(super) fn new(
        mut store: Store,
        login: Login,
        context: &Value,
        now: Timestamp,
    ) -> Result<Self, OdooError> {
        let context = Context::parse(context)?;
        store.language = context.language;
        Ok(Self { store, login, context, now })
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
        let hides = self.context.archived == Archived::Hidden
            && model.can_archive()
            && !domain.names("active");
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

    /// What `context_get` gives: the person's own language and time zone.
    pub(super) fn user_context(&self) -> Value {
        let of = |field| match self.store.get("res.users", self.login.uid, field) {
            Value::Null => json!(false),
            value => value,
        };
        json!({ "lang": of("lang"), "tz": of("tz"), "uid": self.login.uid })
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
