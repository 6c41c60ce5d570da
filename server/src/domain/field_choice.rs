//! Which fields are worth reading when nobody says which.

use serde_json::{Map, Value};

/// The most fields that are chosen: `search_read` without a choice returned 5.4 MB for 43 partners.
pub const MAX_CHOSEN: usize = 15;

/// Names that say most about a record, the best first. What a model lacks is passed over.
const TELLING: [&str; 34] = [
    "name",
    "display_name",
    "default_code",
    "code",
    "ref",
    "reference",
    "state",
    "partner_id",
    "partner_ref",
    "date_order",
    "invoice_date",
    "invoice_date_due",
    "scheduled_date",
    "date",
    "date_planned",
    "date_deadline",
    "amount_total",
    "amount_residual",
    "payment_state",
    "price_unit",
    "product_id",
    "product_qty",
    "product_uom_qty",
    "list_price",
    "standard_price",
    "qty_available",
    "currency_id",
    "user_id",
    "company_id",
    "email",
    "phone",
    "city",
    "country_id",
    "origin",
];

/// Types that are long, or answer with a list of ids.
const HEAVY_TYPES: [&str; 9] = [
    "binary",
    "html",
    "image",
    "json",
    "many2many",
    "one2many",
    "properties",
    "properties_definition",
    "serialized",
];

/// Beginnings of names that are about the record's handling, not about the record.
const HOUSEKEEPING: [&str; 7] =
    ["access_", "activity_", "create_", "has_", "message_", "website_", "write_"];

/// Up to [`MAX_CHOSEN`] useful fields of a model with these definitions (`fields_get`), none for which
/// `is_secret` holds. `id` is not among them: Odoo always returns it.
#[must_use]
pub fn choose(definitions: &Map<String, Value>, is_secret: impl Fn(&str) -> bool) -> Vec<String> {
    let is_light = |name: &str| {
        definitions.get(name).is_some_and(|definition| {
            let kind = definition.get("type").and_then(Value::as_str).unwrap_or_default();
            !HEAVY_TYPES.contains(&kind)
        }) && !is_secret(name)
    };
    let is_housekeeping = |name: &str| HOUSEKEEPING.iter().any(|prefix| name.starts_with(prefix));
    let is_flag = |name: &str, flag: &str| definitions[name].get(flag) == Some(&Value::Bool(true));

    let mut chosen: Vec<String> =
        TELLING.iter().filter(|name| is_light(name)).map(|name| (*name).to_owned()).collect();
    // `display_name` repeats `name` on most models.
    if chosen.iter().any(|name| name == "name") {
        chosen.retain(|name| name != "display_name");
    }
    let rest = |wanted: fn(required: bool, stored: bool) -> bool| {
        definitions
            .keys()
            .filter(move |name| {
                name.as_str() != "id"
                    && is_light(name)
                    && !is_housekeeping(name)
                    && !TELLING.contains(&name.as_str())
                    && wanted(is_flag(name, "required"), is_flag(name, "store"))
            })
            .cloned()
    };
    chosen.extend(rest(|required, _| required));
    chosen.extend(rest(|required, stored| !required && stored));
    chosen.truncate(MAX_CHOSEN);
    chosen
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn telling_fields_come_first_and_heavy_or_secret_ones_never() {
        let definitions = json!({
            "id": {"type": "integer", "store": true},
            "name": {"type": "char", "store": true, "required": true},
            "display_name": {"type": "char", "store": false},
            "image_1920": {"type": "binary", "store": true},
            "comment": {"type": "html", "store": true},
            "order_line": {"type": "one2many", "store": true},
            "password": {"type": "char", "store": true, "required": true},
            "message_needaction": {"type": "boolean", "store": false},
            "color": {"type": "integer", "store": true},
            "picking_type_id": {"type": "many2one", "store": true, "required": true},
            "computed": {"type": "char", "store": false},
            "amount_total": {"type": "monetary", "store": true},
        });
        let definitions = definitions.as_object().expect("an object");
        let chosen = choose(definitions, |name| name == "password");
        assert_eq!(chosen, ["name", "amount_total", "picking_type_id", "color"]);
    }

    #[test]
    fn there_are_never_more_than_fifteen() {
        let definitions: Map<String, Value> = (0..100)
            .map(|number| (format!("x_{number}"), json!({"type": "char", "store": true})))
            .collect();
        assert_eq!(choose(&definitions, |_| false).len(), MAX_CHOSEN);
    }
}
