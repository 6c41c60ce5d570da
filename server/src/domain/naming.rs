//! Fields that say of what model a record is: of a message, a file, an activity, a report. Their values are names
//! of models, so that what is closed is closed there as well.

use serde_json::{Map, Value};

/// What such fields are called where nothing in the definitions says so (Odoo 17 to 19: `mail.message`,
/// `ir.attachment`, `ir.actions.report`, `ir.actions.server`, `ir.filters`, `ir.model.fields`).
const NAMES: [&str; 5] = ["model", "model_id", "model_name", "relation", "res_model"];

/// Whether the field `name` of a model with these `definitions` (`fields_get`) holds names of models: its
/// many2one_reference says so (`model_field`), or its own name does.
#[must_use]
pub fn names_a_model(name: &str, definitions: &Map<String, Value>) -> bool {
    let kind = definitions.get(name).and_then(|field| field["type"].as_str());
    matches!(kind, Some("char" | "selection"))
        && (NAMES.contains(&name) || is_named_by_a_reference(name, definitions))
}

/// The fields of a model that hold names of models, and can be searched by.
///
/// # Errors
/// The name of one that cannot, and that tells records of one model from those of another.
pub fn naming_fields(definitions: &Map<String, Value>) -> Result<Vec<&str>, &str> {
    let mut found = Vec::new();
    for (name, definition) in definitions {
        if !names_a_model(name, definitions) {
            continue;
        }
        if definition["searchable"] != Value::Bool(false) {
            found.push(name.as_str());
        } else if is_named_by_a_reference(name, definitions) {
            return Err(name);
        }
    }
    Ok(found)
}

fn is_named_by_a_reference(name: &str, definitions: &Map<String, Value>) -> bool {
    definitions.values().any(|field| field["model_field"].as_str() == Some(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definitions(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn a_model_is_named_by_what_a_reference_names_and_by_the_usual_names() {
        let activity = definitions(json!({
            "res_id": { "type": "many2one_reference", "model_field": "about" },
            "about": { "type": "char" },
            "res_model": { "type": "char", "searchable": true },
            "model_id": { "type": "many2one", "relation": "fleet.vehicle.model" },
            "model_name": { "type": "char", "searchable": false },
            "summary": { "type": "char" },
        }));
        assert_eq!(naming_fields(&activity), Ok(vec!["about", "res_model"]));
        assert!(names_a_model("model_name", &activity), "a value of it names one all the same");
        assert!(!names_a_model("summary", &activity) && !names_a_model("model_id", &activity));
        let hidden = definitions(json!({
            "res_id": { "type": "many2one_reference", "model_field": "about" },
            "about": { "type": "char", "searchable": false },
        }));
        assert_eq!(naming_fields(&hidden), Err("about"));
    }
}
