//! A call's context: in which language and time zone it is answered, whether archived records show, and
//! what new records hold by default.

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::{
    env::COMPANY,
    errors::{Class, OdooError, type_error, user_error},
    value::{is_falsy, repr},
};

/// A context that has been checked.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) language: Language,
    /// The zone that days and months are counted in.
    pub(super) zone: TimeZone,
    pub(super) archived: Archived,
    values: Map<String, Value>,
}

/// A language that is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Language {
    #[default]
    English,
    French,
}

/// Whether archived records are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Archived {
    Hidden,
    Shown,
}

impl Context {
    /// Reads a context as it was sent. A time zone that there is none of means UTC, as in Odoo.
    ///
    /// # Errors
    /// `UserError` for a language that is not installed, `AccessError` for a company that the person is
    /// not in, `TypeError` for a context that is no object.
    pub(super) fn parse(sent: &Value) -> Result<Self, OdooError> {
        let values = match sent {
            Value::Object(values) => values.clone(),
            value if is_falsy(value) => Map::new(),
            other => {
                return Err(type_error(format!("context is no mapping: {}", repr(other))));
            }
        };
        let language = match values.get("lang").filter(|lang| !is_falsy(lang)) {
            None => Language::default(),
            Some(lang) => lang.as_str().and_then(Language::of).ok_or_else(|| {
                let code = lang.as_str().map_or_else(|| repr(lang), str::to_owned);
                user_error(format!("Invalid language code: {code}"))
            })?,
        };
        if let Some(companies) = values.get("allowed_company_ids").filter(|ids| !is_falsy(ids)) {
            let own = companies
                .as_array()
                .is_some_and(|ids| ids.iter().all(|id| id.as_i64() == Some(COMPANY)));
            if !own {
                let message = "Access to unauthorized or invalid companies.";
                return Err(OdooError::new(Class::Access, message));
            }
        }
        let zone = values.get("tz").and_then(Value::as_str);
        let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        let archived = match values.get("active_test") {
            Some(test) if is_falsy(test) => Archived::Shown,
            _ => Archived::Hidden,
        };
        Ok(Self { language, zone, archived, values })
    }

    /// An entry.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// What a new record's field holds unless `create` is told.
    pub(super) fn default_of(&self, field: &str) -> Option<&Value> {
        self.get(&format!("default_{field}"))
    }
}

impl Language {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::English => "en_US",
            Self::French => "fr_FR",
        }
    }

    fn of(code: &str) -> Option<Self> {
        [Self::English, Self::French].into_iter().find(|language| language.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_installed_language_a_zone_and_the_archived_are_honoured() {
        let sent = json!({ "lang": "fr_FR", "tz": "Europe/Paris", "active_test": false });
        let context = Context::parse(&sent).unwrap();
        assert_eq!(context.language, Language::French);
        assert_eq!(context.zone.iana_name(), Some("Europe/Paris"));
        assert_eq!(context.archived, Archived::Shown);
        let context = Context::parse(&json!({ "tz": "Mars/Olympus" })).unwrap();
        assert_eq!((context.language, context.zone), (Language::English, TimeZone::UTC));
    }

    #[test]
    fn an_unknown_language_or_company_and_a_context_that_is_none_are_refused() {
        let class = |sent: Value| Context::parse(&sent).unwrap_err().class;
        assert_eq!(class(json!({ "lang": "xx_XX" })), Class::User);
        assert_eq!(class(json!({ "lang": 7 })), Class::User);
        assert_eq!(class(json!({ "allowed_company_ids": [1, 2] })), Class::Access);
        assert_eq!(class(json!([1])), Class::Type);
    }
}
