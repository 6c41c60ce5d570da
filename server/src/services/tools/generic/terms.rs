//! Arguments that name fields, in whatever notation: lists of terms, orders, specifications of `web_read`.

use serde_json::Value;

use super::{
    super::{
        ToolError,
        arguments::Term,
        paths::{follow, follow_open},
        run::Call,
    },
    wrong,
};
use crate::domain::odoo_domain::{is_field_path, is_identifier};

/// A term of an order.
pub(super) struct OrderTerm<'a> {
    /// What it orders by, without the direction.
    pub(super) field: &'a str,
    /// All of it.
    pub(super) written: &'a str,
}

/// The terms of an order such as `amount_total:sum desc, id`.
pub(super) fn order_terms<'a>(
    argument: &str,
    order: &'a str,
) -> Result<Vec<OrderTerm<'a>>, ToolError> {
    let mut terms = Vec::new();
    for written in order.split(',') {
        let words: Vec<&str> = written.split_whitespace().collect();
        match *words.as_slice() {
            [] => {}
            [field] => terms.push(OrderTerm { field, written }),
            [field, direction] if ["asc", "desc"].contains(&direction.to_lowercase().as_str()) => {
                terms.push(OrderTerm { field, written });
            }
            _ => {
                return Err(ToolError::argument(
                    argument,
                    "is not understood: write a field and asc or desc, such as \"date_order desc\"",
                ));
            }
        }
    }
    Ok(terms)
}

/// Whether one of the terms of an export is an external id, or may become one: Odoo takes `:id`, wherever it stands, for `/id`
/// (`fix_import_export_id_paths`). The number of a record is `.id`.
pub(super) fn names_external_id(terms: &Value) -> bool {
    let mut terms = terms.as_array().into_iter().flatten().filter_map(Value::as_str);
    terms.any(|term| term == "id" || term.ends_with("/id") || term.contains(":id"))
}

/// Follows the field in each of `terms`: `amount_total:sum`, `date_order:month`, `order_line/product_id`,
/// `total:sum(amount_total)`.
pub(super) async fn check_terms(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    terms: &Value,
) -> Result<(), ToolError> {
    let terms: Vec<&Value> = match terms {
        Value::Array(terms) => terms.iter().collect(),
        Value::Null | Value::Bool(false) => return Ok(()),
        one => vec![one],
    };
    for term in terms {
        let text = term.as_str().ok_or_else(|| wrong(argument, "a list of texts", term))?;
        check_term(call, model, argument, text, text).await?;
    }
    Ok(())
}

/// Follows the field in `text`, a part of what the caller has `written`.
pub(super) async fn check_term(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    text: &str,
    written: &str,
) -> Result<(), ToolError> {
    if text == "__count" {
        return Ok(());
    }
    let path = path_in(text).filter(|path| is_field_path(path)).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        ToolError::argument(argument, format_args!("{shown:?} is not understood"))
    })?;
    let term = Term::quoted(&path, written);
    term.refuse_secret(&call.principal().rules.guards, argument)?;
    // The columns of `load` are written: whose records they are about is looked at with their values.
    if argument == "fields" && text.contains('/') {
        follow(call, model, argument, &[term]).await?;
    } else {
        follow_open(call, model, argument, &[term]).await?;
    }
    Ok(())
}

/// The field path in a term: `path`, `path:word` or `name:word(path)`. Odoo 17 reads a term only as far as
/// it understands it, so nothing may stand behind.
fn path_in(term: &str) -> Option<String> {
    let path = match term.split_once(':') {
        None => term,
        Some((path, word)) if is_identifier(word) => path,
        Some((name, rest)) => {
            let (word, path) = rest.strip_suffix(')')?.split_once('(')?;
            let is_plain = !path.contains(['(', ')', ':']);
            if !is_identifier(name) || !is_identifier(word) || !is_plain {
                return None;
            }
            path
        }
    };
    // An export names steps by slashes, and ends in `id` or `.id` for a record's external or own id.
    let path = match path.strip_suffix("/.id") {
        Some(before) => format!("{before}.id"),
        None => path.strip_prefix('.').filter(|rest| *rest == "id").unwrap_or(path).to_owned(),
    };
    Some(path.replace('/', "."))
}

/// The paths in a specification of `web_read`: fields, and fields of related records inside them.
pub(super) fn specification(
    argument: &str,
    prefix: &str,
    value: &Value,
    paths: &mut Vec<String>,
) -> Result<(), ToolError> {
    let Value::Object(fields) = value else {
        return Err(wrong(argument, "an object of fields", value));
    };
    for (field, inner) in fields {
        let path = format!("{prefix}{field}");
        let Value::Object(inner) = inner else {
            return Err(wrong(argument, "an object for each field", inner));
        };
        for (option, value) in inner {
            match option.as_str() {
                "fields" => specification(argument, &format!("{path}."), value, paths)?,
                "limit" | "offset" => {}
                // An order inside names fields of the related model.
                "order" => {
                    let order = value.as_str().ok_or_else(|| wrong(argument, "an order", value))?;
                    let terms = order_terms(argument, order)?;
                    paths.extend(terms.iter().map(|term| format!("{path}.{}", term.field)));
                }
                _ => {
                    return Err(ToolError::argument(
                        argument,
                        format_args!("{path} takes fields, limit, offset and order only"),
                    ));
                }
            }
        }
        paths.push(path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_in_every_kind_of_term() {
        let found = |term: &str| path_in(term).unwrap_or_default();
        assert_eq!(found("amount_total:sum"), "amount_total");
        assert_eq!(found("date_order:month"), "date_order");
        assert_eq!(found("total:sum(amount_total)"), "amount_total");
        assert_eq!(found("x:sum(password)"), "password");
        assert_eq!(found("order_line/product_id/.id"), "order_line.product_id.id");
        assert_eq!(found(".id"), "id");
        for other in ["x:max(password)y", "x:max(password", "x:max:y", "x:y(z):max(password)", "x:"]
        {
            assert_eq!(path_in(other), None, "{other}");
        }
        assert!(!is_field_path(&found(".password")), "Odoo's other ways are not taken");
    }

    #[test]
    fn a_specification_names_every_field_in_it() {
        let value = json!({ "name": {}, "partner_id": { "fields": { "email": {} }, "order": "password desc" } });
        let mut paths = Vec::new();
        specification("specification", "", &value, &mut paths).expect("is read");
        paths.sort();
        assert_eq!(paths, ["name", "partner_id", "partner_id.email", "partner_id.password"]);
        let bad = json!({ "partner_id": { "context": { "active_test": false } } });
        assert!(specification("specification", "", &bad, &mut paths).is_err());
    }
}
