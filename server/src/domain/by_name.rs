//! Finding records by a text that is compared with no field: a search by name, or a text where a record or its shown
//! name is asked for. Odoo looks for it in whichever fields a model chooses (`_rec_names_search`: of a contact also its
//! e-mail address, reference and tax number; of some models those of another one), and tells nobody which.
//!
//! So where a company keeps fields secret, such a text is looked for in the names of records alone: what is found would
//! tell the secret otherwise, letter by letter. It is so on every model, as Odoo goes from one to the next.

use serde_json::{Map, Value, json};

use super::{
    guards::Guards,
    odoo_domain::{Leaf, NESTINGS},
    odoo_values::is_far,
};

/// What the field is called that names a model's records, where anything does.
const NAMING: [&str; 3] = ["complete_name", "name", "x_name"];

/// An expression of a domain, in prefix form, for records whose name compares like this with `text`, on a model with these
/// `fields` (`fields_get`). `None` where none of them is known to name its records.
#[must_use]
pub fn expression(
    operator: &str,
    text: &str,
    fields: &Map<String, Value>,
    guards: &Guards,
) -> Option<Vec<Value>> {
    let leaves: Vec<Value> = NAMING
        .iter()
        .filter(|name| is_open_text(name, fields, guards))
        .map(|name| json!([name, operator, text]))
        .collect();
    let joints = leaves.len().checked_sub(1)?;
    // What is not so is so in none of them.
    let is_negative = operator == "!=" || operator.starts_with("not ");
    let mut expression = vec![json!(if is_negative { "&" } else { "|" }); joints];
    expression.extend(leaves);
    Some(expression)
}

/// Checks that a leaf finds no records by such a text, where the company keeps fields secret. Its field leads to the
/// model `relation`, if to any.
///
/// # Errors
/// What to write instead, as the end of a sentence about the leaf.
pub fn check(relation: Option<&str>, leaf: &Leaf<'_>, guards: &Guards) -> Result<(), String> {
    let Leaf { path, operator, value, .. } = *leaf;
    if !guards.keeps_fields_secret() || NESTINGS.contains(&operator) {
        return Ok(());
    }
    let field = path.rsplit('.').next().unwrap_or(path);
    let is_shown_name = field == "display_name";
    // For Odoo the others stand for nothing, or are ids of related records.
    let is_looked_for = |value: &Value| match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => is_shown_name,
        _ => false,
    };
    let has_text = match value {
        Value::Array(values) => values.iter().any(is_looked_for),
        value => is_looked_for(value),
    };
    if !has_text || !(is_shown_name || relation.is_some()) {
        return Ok(());
    }
    let instead = if is_shown_name { "name".to_owned() } else { format!("{field}.name") };
    Err(format!(
        "Odoo would look for a text in fields of its own choice, and your company keeps fields secret: write the field \
         that is meant, such as {instead}, or compare ids"
    ))
}

/// Whether the model has a text of this name that may be searched by anybody.
fn is_open_text(name: &str, fields: &Map<String, Value>, guards: &Guards) -> bool {
    fields.get(name).is_some_and(|definition| {
        matches!(definition["type"].as_str(), Some("char" | "text"))
            && definition["searchable"] != Value::Bool(false)
            && !guards.hides_field(name, fields)
            && !is_far(definition)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::odoo_domain::Domain;

    fn secret(field: &str) -> Guards {
        Guards { secret_fields: vec![field.to_owned()], ..Guards::default() }
    }

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn a_name_is_looked_for_in_the_fields_that_name_records_and_in_no_other() {
        let partner = fields(json!({
            "name": { "type": "char" },
            "complete_name": { "type": "char" },
            "email": { "type": "char" },
            "display_name": { "type": "char" },
        }));
        let found = |operator: &str| expression(operator, "a", &partner, &secret("email"));
        let either = json!(["|", ["complete_name", "ilike", "a"], ["name", "ilike", "a"]]);
        assert_eq!(found("ilike"), either.as_array().cloned());
        let neither = json!(["&", ["complete_name", "!=", "a"], ["name", "!=", "a"]]);
        assert_eq!(found("!="), neither.as_array().cloned());
        let one = expression("=", "a", &partner, &secret("complete_name"));
        assert_eq!(one, json!([["name", "=", "a"]]).as_array().cloned());
    }

    #[test]
    fn a_model_whose_records_no_field_names_is_not_searched_by_name() {
        for other in [
            json!({ "partner_id": { "type": "many2one", "relation": "res.partner" } }),
            json!({ "name": { "type": "many2one", "relation": "res.partner" } }),
            json!({ "name": { "type": "char", "searchable": false } }),
            json!({ "name": { "type": "char", "related": "a_id.b_id.name" } }),
            json!({ "name": { "type": "char", "related": "partner_id.email" } }),
        ] {
            let fields = fields(other.clone());
            assert_eq!(expression("ilike", "a", &fields, &secret("email")), None, "{other}");
        }
    }

    #[test]
    fn a_text_is_no_record_and_no_shown_name_where_fields_are_secret() {
        let outcome = |guards: &Guards, field: &str, operator: &str, value: Value| {
            let domain = Domain::parse(&json!([[field, operator, value]])).expect("a domain");
            domain.each_leaf(|leaf| {
                let relation = leaf.path.ends_with("_id").then_some("res.partner");
                check(relation, leaf, guards)
            })
        };
        let guards = secret("email");
        for (field, operator, value) in [
            ("partner_id", "ilike", json!("hello@")),
            ("partner_id", "=", json!("7")),
            ("partner_id", "not in", json!([7, "hello@"])),
            ("partner_id", "child_of", json!("hello@")),
            ("order_id.partner_id", "=like", json!("h%")),
            ("display_name", "ilike", json!("hello@")),
            ("display_name", "=", json!(7)),
            ("partner_id.display_name", "in", json!(["hello@"])),
        ] {
            let answer = outcome(&guards, field, operator, value.clone());
            assert!(answer.is_err(), "{field} {operator} {value}");
            assert_eq!(outcome(&Guards::default(), field, operator, value), Ok(()));
        }
        for (field, operator, value) in [
            ("partner_id", "=", json!(7)),
            ("partner_id", "in", json!([7, false])),
            ("partner_id", "!=", json!(false)),
            ("partner_id", "=", json!("")),
            ("partner_id", "any", json!([["name", "ilike", "a"]])),
            ("partner_id.name", "ilike", json!("hello@")),
            ("display_name", "!=", json!(false)),
            ("name", "ilike", json!("hello@")),
        ] {
            let answer = outcome(&guards, field, operator, value.clone());
            assert_eq!(answer, Ok(()), "{field} {operator} {value}");
        }
        let told =
            outcome(&guards, "order_id.partner_id", "=", json!("a")).expect_err("is refused");
        assert!(told.contains("such as partner_id.name"), "{told}");
    }
}
