//! Each argument of a generic method by its name: what it may be.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{ToolError, arguments::refuse_secret_fields, query::check_domain, run::Call, values},
    is_empty,
    page::{MAX_LIMIT, MAX_OFFSET, within},
    terms::{check_term, check_terms, names_external_id, order_terms, specification},
    wrong,
};
use crate::domain::{odoo_domain::Domain, odoo_methods::Generic};

/// Operators that `name_search` takes: those that compare with a text. `any` would take a domain.
const NAME_OPERATORS: [&str; 8] =
    ["=", "!=", "like", "not like", "ilike", "not ilike", "=like", "=ilike"];

pub(super) async fn one(
    call: &Call<'_>,
    model: &str,
    generic: &Generic,
    name: &str,
    value: Value,
    context: &BTreeMap<String, Value>,
) -> Result<Value, ToolError> {
    match name {
        "domain" => {
            let mut domain = match is_empty(&value) {
                true => Domain::everything(),
                false => Domain::parse(&value).map_err(|error| ToolError::argument(name, error))?,
            };
            refuse_secret_fields(&call.principal().rules.guards, name, &domain)?;
            check_domain(call, model, &mut domain, context).await?;
            Ok(domain.into_value())
        }
        "having" => {
            let leaves = value.as_array().ok_or_else(|| wrong(name, "a list", &value))?;
            for leaf in leaves {
                match leaf {
                    Value::String(operator) if ["&", "|", "!"].contains(&operator.as_str()) => {}
                    Value::Array(leaf) => {
                        check_terms(call, model, name, &json!([leaf.first()])).await?;
                    }
                    other => return Err(wrong(name, "a list of conditions", other)),
                }
            }
            Ok(value)
        }
        "fields_to_export" | "fields" | "field_names" | "allfields" | "groupby" | "group_by"
        | "aggregates" => {
            check_terms(call, model, name, &value).await?;
            if name == "fields_to_export" && names_external_id(&value) {
                // Odoo gives records that have none one when it is asked for theirs: that is a change.
                return Err(ToolError::argument(
                    name,
                    "id, the external id, is made where there is none: export .id, the number of the record",
                ));
            }
            Ok(value)
        }
        "order" | "orderby" => {
            let text = value.as_str().ok_or_else(|| wrong(name, "a text", &value))?;
            for term in order_terms(name, text)? {
                check_term(call, model, name, term.field, term.written).await?;
            }
            Ok(value)
        }
        "specification" => {
            let mut paths = Vec::new();
            specification(name, "", &value, &mut paths)?;
            check_terms(call, model, name, &json!(paths)).await?;
            Ok(value)
        }
        "progress_bar" => {
            check_terms(call, model, name, &json!([value["field"]])).await?;
            Ok(value)
        }
        "vals" | "values" | "default" => match &value {
            Value::Object(fields) => {
                values::check(call, name, model, fields).await?;
                Ok(value)
            }
            other => Err(wrong(name, "an object of values", other)),
        },
        "vals_list" => {
            let list = match value {
                Value::Object(fields) => vec![Value::Object(fields)],
                Value::Array(list) => list,
                other => return Err(wrong(name, "a list of objects", &other)),
            };
            for fields in &list {
                let fields = fields
                    .as_object()
                    .ok_or_else(|| ToolError::argument(name, "must be a list of objects"))?;
                values::check(call, name, model, fields).await?;
            }
            Ok(Value::Array(list))
        }
        "offset" => within(name, value, 0..=MAX_OFFSET),
        // Of a count it is where counting ends.
        "limit" if generic.name == "search_count" => within(name, value, 1..=i64::from(i32::MAX)),
        "limit" => within(name, value, 1..=MAX_LIMIT),
        "count_limit" => within(name, value, 1..=i64::from(i32::MAX)),
        "lazy" | "raise_exception" if !value.is_boolean() => {
            Err(wrong(name, "true or false", &value))
        }
        "name" | "load" | "operation" | "view_type" if !value.is_string() && !is_empty(&value) => {
            Err(wrong(name, "a text", &value))
        }
        "operator" if !value.as_str().is_some_and(|text| NAME_OPERATORS.contains(&text)) => {
            let known = NAME_OPERATORS.join(", ");
            Err(ToolError::argument(name, format_args!("must be one of {known}")))
        }
        _ => Ok(value),
    }
}
