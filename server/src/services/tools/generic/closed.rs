//! Secret fields and closed models: refused among the arguments of methods that nobody knows, and taken out of
//! answers.

use serde_json::Value;

use super::super::{
    ToolError,
    paths::{hidden_fields, required_definitions},
    run::Call,
};
use crate::domain::{
    guards::{Guards, is_model_name},
    odoo_domain::is_field_path,
};

/// Names of arguments whose value is a text for people, as those of `message_post` and `activity_schedule`: a word in it is
/// no name, whatever it is.
const TEXTS: [&str; 6] = ["body", "comment", "description", "note", "subject", "summary"];

/// Refuses, at any depth, what names a secret field or a closed model: for methods whose arguments nobody
/// knows.
pub(in crate::services::tools) fn refuse_closed(
    guards: &Guards,
    argument: &str,
    value: &Value,
) -> Result<(), ToolError> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            refuse_secret(guards, argument, name)?;
            let is_text = value.is_string() && TEXTS.contains(&name.as_str());
            if is_text { Ok(()) } else { refuse_closed(guards, argument, value) }
        }),
        Value::Array(values) => {
            values.iter().try_for_each(|value| refuse_closed(guards, argument, value))
        }
        Value::String(text)
            if is_model_name(model_in(text)) && guards.is_closed(model_in(text)) =>
        {
            let problem = format_args!("{} is closed to every tool", model_in(text));
            Err(ToolError::argument(argument, problem))
        }
        Value::String(text) if is_field_path(text) => refuse_secret(guards, argument, text),
        _ => Ok(()),
    }
}

/// The model in a text that is one's name, or a reference to a record of it: `res.partner,7`.
fn model_in(text: &str) -> &str {
    match text.split_once(',') {
        Some((model, id)) if id.trim().parse::<u64>().is_ok() => model,
        _ => text,
    }
}

/// Takes out of an answer, at any depth, what is under the name of a secret field, definitions of
/// fields that stand for one or lead into closed models, choices that are such models, and properties of their records.
pub(in crate::services::tools) fn without_secrets(guards: &Guards, value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(name, value)| {
                    // A field may have the name of a model that has no dot in it.
                    let is_closed_model = name.contains('.') && guards.is_closed(name);
                    !is_closed_model && !guards.hides(name, value)
                })
                .map(|(name, value)| {
                    let value = without_closed_choices(guards, &name, value);
                    (name, without_secrets(guards, value))
                })
                .collect(),
        ),
        Value::Array(values) => values
            .into_iter()
            .filter(|value| !guards.is_property_of_closed(value))
            .map(|value| without_secrets(guards, value))
            .collect(),
        other => other,
    }
}

/// The attribute `name` of a field, without choices that are closed models.
fn without_closed_choices(guards: &Guards, name: &str, value: Value) -> Value {
    match value {
        Value::Array(choices) if name == "selection" => {
            choices.into_iter().filter(|choice| !guards.is_choice_of_closed(choice)).collect()
        }
        other => other,
    }
}

/// Takes fields out of an answer of `fields_get` that are told to nobody. The caller may have asked for
/// attributes that do not say where a field leads, or what it stands for.
///
/// # Errors
/// When the model cannot be looked at.
pub(in crate::services::tools) async fn without_hidden_fields(
    call: &Call<'_>,
    model: &str,
    answer: Value,
) -> Result<Value, ToolError> {
    let Value::Object(mut fields) = answer else { return Ok(answer) };
    let definitions = required_definitions(call, model).await?;
    let hidden = hidden_fields(call, model, &definitions).await;
    fields.retain(|name, _| definitions.fields.contains_key(name) && !hidden.contains(name));
    Ok(Value::Object(fields))
}

fn refuse_secret(guards: &Guards, argument: &str, path: &str) -> Result<(), ToolError> {
    super::super::arguments::refuse_secret(guards, argument, path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn views_tell_nothing_of_closed_models() {
        let models = json!({ "models": {
            "res.partner": { "name": { "type": "char" } },
            "res.users.apikeys": { "scope": { "type": "char" } },
        } });
        let told = without_secrets(&Guards::default(), models);
        assert_eq!(told, json!({ "models": { "res.partner": { "name": { "type": "char" } } } }));
    }

    #[test]
    fn a_word_in_a_text_for_people_is_no_name() {
        let refuse = |value: Value| refuse_closed(&Guards::default(), "kwargs", &value);
        for name in TEXTS {
            assert!(refuse(json!({ name: "password" })).is_ok(), "{name}");
            assert!(refuse(json!({ name: ["password"] })).is_err(), "a list of {name}");
            assert!(refuse(json!({ name: { "password": "x" } })).is_err(), "inside {name}");
        }
        assert!(refuse(json!({ "field": "password" })).is_err());
        assert!(refuse(json!({ "model": "payment.token" })).is_err());
    }

    #[test]
    fn secrets_are_taken_out_at_any_depth() {
        let guards = Guards::default();
        let value =
            json!([{ "name": "x", "password": "y", "lines": [{ "access_token": "z", "a": 1 }] }]);
        assert_eq!(
            without_secrets(&guards, value),
            json!([{ "name": "x", "lines": [{ "a": 1 }] }])
        );
        let nested = json!([{ "a": [{ "password": 1 }] }]);
        assert!(refuse_closed(&guards, "kwargs", &nested).is_err());
        let defined = json!({ "models": { "m": {
            "x_word": { "type": "char", "related": "user_id.password" },
            "token_ids": { "type": "one2many", "relation": "payment.token" },
            "name": { "type": "char" },
            "of": { "type": "reference", "selection": [["payment.token", "Token"], ["m", "M"]] },
        } } });
        let told = json!({ "models": { "m": {
            "name": { "type": "char" },
            "of": { "type": "reference", "selection": [["m", "M"]] },
        } } });
        assert_eq!(without_secrets(&guards, defined), told);
        for closed in [
            json!(["password", "=", "x"]),
            json!({ "model": "ir.config_parameter" }),
            json!({ "about": "payment.token,7" }),
        ] {
            assert!(refuse_closed(&guards, "kwargs", &closed).is_err(), "{closed}");
        }
        for open in ["my password, please", "auth. failed, sorry", "res.partner,7"] {
            assert!(refuse_closed(&guards, "kwargs", &json!({ "about": open })).is_ok(), "{open}");
        }
    }
}
