//! Reading a tool's arguments: each is taken once, with one clear sentence for what is wrong with it,
//! and what nobody took is refused by name.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::{Map, Value};

use super::answer::ToolError;
use crate::domain::{
    guards::{Guards, is_model_name, secret},
    odoo_domain::{Domain, Named, is_field_path, is_identifier},
};

/// The most records that one call names: what one page holds.
const MAX_IDS: usize = 500;
/// The most fields that one call names.
const MAX_FIELDS: usize = 100;
/// Odoo's ids are 32-bit; a larger one is a database error on 17 and 18.
const MAX_ID: i64 = i32::MAX as i64;

/// The arguments of one call, read under a company's guards.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    values: Map<String, Value>,
    guards: &'a Guards,
}

impl<'a> Arguments<'a> {
    /// Those of a call; none at all is as good as an empty object.
    pub(super) fn new(arguments: Option<Map<String, Value>>, guards: &'a Guards) -> Self {
        Self { values: arguments.unwrap_or_default(), guards }
    }

    /// Whatever stands under `name`. `null` is as good as nothing: many clients send every argument.
    pub(super) fn value(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str, max: usize) -> Result<Option<String>, ToolError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() > max => {
                Err(ToolError::argument(name, format_args!("use at most {max} characters")))
            }
            Some(Value::String(text)) if text.contains('\0') => {
                Err(ToolError::argument(name, "must not hold a NUL character"))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => {
                Err(ToolError::argument(name, format_args!("must be a text, not {}", kind(&other))))
            }
        }
    }

    /// A whole number within `range`.
    pub(super) fn integer(
        &mut self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, ToolError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        // Some models write numbers as texts or with a fraction of zero; both are plain enough.
        let number = match &value {
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(number) => number.as_i64().or_else(|| {
                number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i64)
            }),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            Some(_) => Err(ToolError::argument(
                name,
                format_args!("must be between {} and {}", range.start(), range.end()),
            )),
            None => Err(ToolError::argument(
                name,
                format_args!("must be a whole number, not {}", kind(&value)),
            )),
        }
    }

    /// True or false; false if absent.
    pub(super) fn flag(&mut self, name: &str) -> Result<Flag, ToolError> {
        match self.value(name) {
            None | Some(Value::Bool(false)) => Ok(Flag::Off),
            Some(Value::Bool(true)) => Ok(Flag::On),
            Some(other) => Err(ToolError::argument(
                name,
                format_args!("must be true or false, not {}", kind(&other)),
            )),
        }
    }

    /// The technical name of a model that is not closed.
    pub(super) fn model(&mut self, name: &str) -> Result<Option<String>, ToolError> {
        let Some(model) = self.text(name, 128)? else { return Ok(None) };
        if !is_model_name(&model) {
            return Err(ToolError::argument(
                name,
                "must be a model's technical name such as purchase.order; aidoo_schema finds it",
            ));
        }
        if self.guards.is_closed(&model) {
            return Err(ToolError::argument(name, format_args!("{model} is closed to every tool")));
        }
        Ok(Some(model))
    }

    /// The model that a call must name.
    pub(super) fn required_model(&mut self) -> Result<String, ToolError> {
        self.model("model")?.ok_or_else(|| ToolError::argument("model", "is required"))
    }

    /// A domain that can be sent; every record where it is absent.
    pub(super) fn domain(&mut self, name: &str) -> Result<Domain, ToolError> {
        let Some(value) = self.value(name) else { return Ok(Domain::everything()) };
        let domain = Domain::parse(&value).map_err(|error| ToolError::argument(name, error))?;
        refuse_secret_fields(self.guards, name, &domain)?;
        Ok(domain)
    }

    /// An object, also one that came as JSON text.
    pub(super) fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, ToolError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        object(value).map(Some).ok_or_else(|| ToolError::argument(name, "must be an object"))
    }

    /// A list, also one that came as JSON text.
    pub(super) fn list(&mut self, name: &str) -> Result<Option<Vec<Value>>, ToolError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        list(value).map(Some).ok_or_else(|| ToolError::argument(name, "must be a list"))
    }

    /// What a caller may say of the context: `lang`, `tz`, `active_test` and `allowed_company_ids`.
    pub(super) fn context(&mut self) -> Result<BTreeMap<String, Value>, ToolError> {
        let mut context = BTreeMap::new();
        for (name, value) in self.object("context")?.unwrap_or_default() {
            let fits = match name.as_str() {
                "lang" => value.as_str().is_some_and(|lang| {
                    (2..=16).contains(&lang.len())
                        && lang.bytes().all(|b| b.is_ascii_alphanumeric() || b"_@-".contains(&b))
                }),
                "tz" => value.as_str().is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_ok()),
                "active_test" => value.is_boolean(),
                "allowed_company_ids" => value.as_array().is_some_and(|ids| {
                    (1..=100).contains(&ids.len())
                        && ids
                            .iter()
                            .all(|id| id.as_i64().is_some_and(|id| (1..=MAX_ID).contains(&id)))
                }),
                _ => {
                    let problem = "only lang, tz, active_test and allowed_company_ids are taken";
                    return Err(ToolError::argument("context", problem));
                }
            };
            if !fits {
                return Err(ToolError::argument(
                    "context",
                    format_args!("{name} has a value that cannot be"),
                ));
            }
            context.insert(name, value);
        }
        Ok(context)
    }

    /// The names of fields, or paths of two names, none of which holds a secret.
    pub(super) fn paths(&mut self, name: &str) -> Result<Option<Vec<String>>, ToolError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let fields = list(value)
            .ok_or_else(|| ToolError::argument(name, "must be a list of field names"))?;
        if fields.len() > MAX_FIELDS {
            let problem = format_args!("name at most {MAX_FIELDS} fields");
            return Err(ToolError::argument(name, problem));
        }
        let mut names: Vec<String> = Vec::new();
        for field in fields {
            let Value::String(field) = field else {
                return Err(ToolError::argument(name, "must be a list of field names"));
            };
            if !is_field_path(&field) {
                let shown = field.chars().take(40).collect::<String>();
                return Err(ToolError::argument(name, format_args!("{shown:?} is no field name")));
            }
            if field.matches('.').count() > 1 {
                let problem = format_args!(
                    "{field} goes through two relations: one is followed; read the related record for more"
                );
                return Err(ToolError::argument(name, problem));
            }
            Term::quoted(&field, &field).refuse_secret(self.guards, name)?;
            if !names.contains(&field) {
                names.push(field);
            }
        }
        Ok(Some(names).filter(|names| !names.is_empty()))
    }

    /// The names of fields, none of which holds a secret.
    pub(super) fn fields(&mut self, name: &str) -> Result<Option<Vec<String>>, ToolError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Some(fields) = list(value) else {
            return Err(ToolError::argument(name, "must be a list of field names"));
        };
        if fields.len() > MAX_FIELDS {
            return Err(ToolError::argument(
                name,
                format_args!("name at most {MAX_FIELDS} fields"),
            ));
        }
        let mut names = Vec::new();
        for field in fields {
            let Value::String(field) = field else {
                return Err(ToolError::argument(name, "must be a list of field names"));
            };
            if !is_identifier(&field) {
                let problem = if is_field_path(&field) {
                    format!(
                        "{field} is a path: name the field itself, then read the related record"
                    )
                } else {
                    format!("{:?} is no field name", field.chars().take(40).collect::<String>())
                };
                return Err(ToolError::argument(name, problem));
            }
            Term::quoted(&field, &field).refuse_secret(self.guards, name)?;
            if !names.contains(&field) {
                names.push(field);
            }
        }
        Ok(Some(names).filter(|names| !names.is_empty()))
    }

    /// The ids of records, at least one.
    pub(super) fn ids(&mut self, name: &str) -> Result<Vec<i64>, ToolError> {
        self.some_ids(name)?.ok_or_else(|| ToolError::argument(name, "is required"))
    }

    /// The ids of records, if any are named.
    pub(super) fn some_ids(&mut self, name: &str) -> Result<Option<Vec<i64>>, ToolError> {
        self.value(name).map(|value| ids_in(name, value)).transpose()
    }

    /// An order such as `date_order desc, id`.
    pub(super) fn order(&mut self, name: &str) -> Result<Option<String>, ToolError> {
        let Some(text) = self.text(name, 500)? else { return Ok(None) };
        let mut terms = Vec::new();
        for term in text.split(',').map(str::trim).filter(|term| !term.is_empty()) {
            let mut words = term.split_whitespace();
            let field = words.next().unwrap_or_default();
            let direction = words.next().map(str::to_ascii_lowercase);
            let fits = is_field_path(field)
                && matches!(direction.as_deref(), None | Some("asc" | "desc"))
                && words.next().is_none();
            if !fits {
                return Err(ToolError::argument(
                    name,
                    format_args!(
                        "{:?} is not understood: write a field and asc or desc, such as \"date_order desc\"",
                        term.chars().take(40).collect::<String>()
                    ),
                ));
            }
            Term::quoted(field, term).refuse_secret(self.guards, name)?;
            terms.push(match direction {
                Some(direction) => format!("{field} {direction}"),
                None => field.to_owned(),
            });
        }
        Ok(Some(terms.join(", ")).filter(|order| !order.is_empty()))
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Names an argument that nobody took, and those that there are.
    pub(super) fn finish(self, known: &[&str]) -> Result<(), ToolError> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(40).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Err(ToolError::argument(&name, format_args!("is unknown; there are: {known}")))
            }
        }
    }
}

/// Whether something is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    On,
    Off,
}

/// A field path, and how the caller wrote it and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// The path.
    pub(super) path: String,
    /// As errors name it: `term 2, "partner_id.name"`, or `"name desc"`.
    pub(super) place: String,
}

impl Term {
    /// The path in a term that was written like this.
    pub(super) fn quoted(path: &str, written: &str) -> Self {
        Self { path: path.to_owned(), place: format!("\"{}\"", written.trim()) }
    }

    /// What is wrong with it, as an error of `argument`.
    pub(super) fn error(&self, argument: &str, problem: impl std::fmt::Display) -> ToolError {
        ToolError::argument(argument, format_args!("{}: {problem}", self.place))
    }

    /// Refuses it where it goes through a field that holds a secret.
    pub(super) fn refuse_secret(&self, guards: &Guards, argument: &str) -> Result<(), ToolError> {
        if guards.is_secret(&self.path) {
            return Err(self.error(argument, secret(&self.path)));
        }
        Ok(())
    }
}

impl From<&Named> for Term {
    fn from(named: &Named) -> Self {
        let Named { path, place } = named.clone();
        Self { path, place }
    }
}

/// Refuses a domain that names a field which holds a secret.
pub(super) fn refuse_secret_fields(
    guards: &Guards,
    argument: &str,
    domain: &Domain,
) -> Result<(), ToolError> {
    domain.fields().iter().try_for_each(|field| Term::from(field).refuse_secret(guards, argument))
}

/// Refuses a path through a field that holds a secret.
pub(super) fn refuse_secret(guards: &Guards, argument: &str, path: &str) -> Result<(), ToolError> {
    if guards.is_secret(path) {
        return Err(ToolError::argument(argument, secret(path)));
    }
    Ok(())
}

/// The ids of records in the value of the argument `name`, at least one.
pub(super) fn ids_in(name: &str, value: Value) -> Result<Vec<i64>, ToolError> {
    let values = match value {
        Value::Number(_) => vec![value],
        one if record_id(&one).is_some() => vec![one],
        other => {
            list(other).ok_or_else(|| ToolError::argument(name, "must be a list of record ids"))?
        }
    };
    if values.is_empty() || values.len() > MAX_IDS {
        return Err(ToolError::argument(name, format_args!("name 1 to {MAX_IDS} records")));
    }
    let mut ids = Vec::new();
    for value in &values {
        match record_id(value) {
            Some(id) if ids.contains(&id) => {}
            Some(id) => ids.push(id),
            None => {
                return Err(ToolError::argument(name, format_args!("{value} is no record id")));
            }
        }
    }
    Ok(ids)
}

/// The id of a record, also one that some models write as a text.
pub(super) fn record_id(value: &Value) -> Option<i64> {
    let is_decimal = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let id = match value {
        Value::String(text) => Some(text.trim()).filter(is_decimal)?.parse().ok(),
        value => value.as_i64(),
    };
    id.filter(|id| (1..=MAX_ID).contains(id))
}

/// An object, also one that came as JSON text, as some clients send it.
fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Object(fields)) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

/// A list, also one that came as JSON text, as some clients send it.
fn list(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(values) => Some(values),
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Array(values)) => Some(values),
            _ => None,
        },
        _ => None,
    }
}

pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn arguments(value: Value) -> Arguments<'static> {
        static GUARDS: Guards = Guards {
            open_models: Vec::new(),
            closed_models: Vec::new(),
            secret_fields: Vec::new(),
            open_methods: Vec::new(),
        };
        Arguments::new(value.as_object().cloned(), &GUARDS)
    }

    #[test]
    fn a_context_takes_four_names_and_no_other() {
        let given = |value: Value| arguments(json!({ "context": value })).context();
        let good = json!({ "lang": "fr_BE", "tz": "Europe/Paris", "active_test": false, "allowed_company_ids": [1, 2] });
        assert_eq!(given(good).map(|context| context.len()), Ok(4));
        for bad in [
            json!({ "uid": 2 }),
            json!({ "default_state": "sale" }),
            json!({ "lang": "'; --" }),
            json!({ "tz": "Nowhere/Land" }),
            json!({ "active_test": 1 }),
            json!({ "allowed_company_ids": [] }),
            json!([1]),
        ] {
            assert!(given(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_wrong_argument_is_named_with_its_problem() {
        let say = |error: ToolError| error.to_string();
        let mut given = arguments(
            json!({ "limit": "many", "model": "a b", "ids": [0], "order": "name; drop", "fields": ["password"], "count_only": 1 }),
        );
        assert!(
            given
                .integer("limit", 1..=5)
                .map_err(say)
                .is_err_and(|s| s.starts_with("argument limit: must be a whole number"))
        );
        assert!(given.model("model").map_err(say).is_err_and(|s| s.contains("technical name")));
        assert!(given.ids("ids").map_err(say).is_err_and(|s| s.contains("0 is no record id")));
        assert!(given.order("order").map_err(say).is_err_and(|s| s.contains("not understood")));
        assert!(given.fields("fields").map_err(say).is_err_and(|s| s.contains("holds a secret")));
        assert!(given.flag("count_only").map_err(say).is_err_and(|s| s.contains("true or false")));
    }

    #[test]
    fn what_nobody_took_is_refused_by_name() {
        let given = arguments(json!({ "modell": "x" }));
        let error = given.finish(&["model"]).expect_err("is unknown").to_string();
        assert_eq!(error, "argument modell: is unknown; there are: model");
    }

    #[test]
    fn usual_spellings_are_taken() {
        let mut given = arguments(
            json!({ "limit": "5", "ids": 7, "more": "[1, 2, 1]", "texts": ["3", 4, " 3 "], "text": "7", "order": "date_order DESC,id", "offset": 2.0, "nothing": null }),
        );
        assert_eq!(given.integer("limit", 1..=5), Ok(Some(5)));
        assert_eq!(given.integer("offset", 0..=5), Ok(Some(2)));
        assert_eq!(given.ids("ids"), Ok(vec![7]));
        assert_eq!(given.ids("more"), Ok(vec![1, 2]));
        assert_eq!(given.ids("texts"), Ok(vec![3, 4]));
        assert_eq!(given.ids("text"), Ok(vec![7]));
        assert_eq!(given.order("order"), Ok(Some("date_order desc, id".to_owned())));
        assert_eq!(given.text("nothing", 5), Ok(None));
    }

    #[test]
    fn ids_beyond_32_bits_never_reach_odoo() {
        assert!(arguments(json!({ "ids": [2_147_483_647_i64] })).ids("ids").is_ok());
        for bad in [
            json!(2_147_483_648_i64),
            json!("2147483648"),
            json!("0"),
            json!("-1"),
            json!("+1"),
            json!("1.0"),
            json!(""),
        ] {
            assert!(arguments(json!({ "ids": [bad] })).ids("ids").is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_value_makes_a_reader_panic(text in "\\PC{0,30}", number: f64, big: i64) {
            for value in [json!(text), json!(number), json!(big), json!([text, big]), json!({ "a": text })] {
                let all = json!({ "a": value });
                let _ = arguments(all.clone()).integer("a", 0..=9);
                let _ = arguments(all.clone()).ids("a");
                let _ = arguments(all.clone()).order("a");
                let _ = arguments(all.clone()).fields("a");
                let _ = arguments(all).model("a");
            }
        }
    }
}
