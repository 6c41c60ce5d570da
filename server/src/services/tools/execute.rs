//! `aidoo_execute`: call a method of Odoo. Closed by default; see [`crate::domain::odoo_methods`].

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use shared::{
    activity::Consent,
    call_cause::CallCause,
    confirmation::{Change, Preview},
    connection::Protocol,
    permission::Permission,
};

use super::{
    Answer, Definition, Effect, Output, ToolError,
    arguments::Arguments,
    change::{Intent, carry_out},
    consent::{self, Proposal, Verdict},
    generic,
    met::Met,
    paths::refuse_about_closed,
    records::{MAX_BYTES, fitting},
    run::Call,
    sentences, values,
    wizard::{self, Finished, Reply},
};
use crate::{
    domain::{
        odoo_domain::is_identifier,
        odoo_methods::{self, Closed, Generic, Target, judge, missing},
    },
    services::principal::Standing,
    store::wizards::About,
};

const ARGUMENTS: [&str; 9] =
    ["model", "method", "ids", "args", "kwargs", "wizard", "values", "context", "confirm"];

pub(super) fn definition() -> Definition {
    Definition {
        title: "Call a method",
        description: "Call a method of an Odoo model: a business method such as action_confirm of sale.order or \
         action_post of account.move, on the records of ids. Generic methods need the permission of their kind \
         besides. A method that changes something gives a preview and a confirm first; show it to the person, then \
         call again with the same arguments and that confirm. When Odoo answers with a wizard, answer it with \
         wizard, method and values. Methods that are not in the catalogue are opened by an owner or an admin.",
        input: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string" },
                "method": { "type": "string", "description": "such as action_confirm, button_validate, action_post" },
                "ids": { "type": "array", "items": { "type": "integer", "minimum": 1 }, "maxItems": 500, "description": "the records; absent for a method of the model" },
                "args": { "type": "array", "items": {}, "description": "positional arguments" },
                "kwargs": { "type": "object", "description": "keyword arguments" },
                "wizard": { "type": "string", "description": "the id of a wizard that an earlier call returned, instead of model and ids" },
                "values": { "type": "object", "description": "values for the wizard's fields" },
                "context": super::context_schema(),
                "confirm": super::confirm_schema()
            },
            "required": ["method"],
            "additionalProperties": false
        }),
        output: super::change_schema(json!({
            "method": { "type": "string" },
            "result": { "description": "what the method returned" },
            "opens": { "type": "object", "description": "records that Odoo would now show" },
            "wizard": { "type": "object", "description": "what Odoo wants answered first" },
            "note": { "type": "string" }
        })),
        effect: Effect::Changes,
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let model = arguments.model("model")?;
    let method = arguments
        .text("method", 63)?
        .ok_or_else(|| ToolError::argument("method", "is required"))?;
    if !is_identifier(&method) {
        return Err(ToolError::argument(
            "method",
            "must be the name of a method such as action_confirm",
        ));
    }
    let ids = arguments.some_ids("ids")?;
    let (positional, keywords) = generic::read(&mut arguments)?;
    let wizard = arguments.text("wizard", 40)?;
    let values = arguments.object("values")?;
    let context = arguments.context()?;
    let confirm = arguments.text("confirm", 100)?;
    arguments.finish(&ARGUMENTS)?;
    match (wizard, model) {
        (Some(wizard), None) if ids.is_none() && positional.is_empty() && keywords.is_empty() => {
            let reply = Reply { wizard, method, values: values.unwrap_or_default(), confirm };
            match wizard::answer(call, reply).await? {
                Finished::Wait(output) => Ok(output),
                Finished::Done { model, method, about, answer } => {
                    told(call, &model, &method, about, answer).await
                }
            }
        }
        (Some(_), _) => {
            Err(ToolError::argument("wizard", "goes with method, values and confirm only"))
        }
        (None, None) => Err(ToolError::argument("model", "is required")),
        (None, Some(_)) if values.is_some() => {
            Err(ToolError::argument("values", "goes with a wizard only; use args or kwargs"))
        }
        (None, Some(model)) => {
            call.note(|about| {
                about.model = Some(model.clone());
                about.method = Some(method.clone());
                about.records = ids.as_ref().and_then(|ids| u32::try_from(ids.len()).ok());
            });
            let asked = Asked { model, method, ids, positional, keywords, context, confirm };
            method_of(call, asked).await
        }
    }
}

/// A method to call.
struct Asked {
    model: String,
    method: String,
    ids: Option<Vec<i64>>,
    positional: Vec<Value>,
    keywords: Map<String, Value>,
    context: BTreeMap<String, Value>,
    confirm: Option<String>,
}

async fn method_of(call: &Call<'_>, asked: Asked) -> Answer {
    // Which methods there are depends on the version.
    call.needs_odoo()?;
    let guards = &call.principal().rules.guards;
    match judge(&asked.model, &asked.method, guards, call.major()) {
        odoo_methods::Verdict::Closed(closed) => {
            let Asked { model, method, .. } = &asked;
            let near = match closed {
                Closed::NotOpened => odoo_methods::near(model, method, guards, call.major()),
                _ => Vec::new(),
            };
            let near = match near.as_slice() {
                [] => String::new(),
                near => format!("; open and near to it are {}", near.join(", ")),
            };
            Err(ToolError::argument("method", format_args!("{model}.{method}: {closed}{near}")))
        }
        odoo_methods::Verdict::Generic(generic) => generic_method(call, generic, asked).await,
        odoo_methods::Verdict::Business(_) | odoo_methods::Verdict::Opened => {
            business_method(call, asked).await
        }
    }
}

async fn generic_method(call: &Call<'_>, generic: &Generic, mut asked: Asked) -> Answer {
    if let [missing, ..] = missing(generic.needs, call.permissions).as_slice() {
        return Err(ToolError::new(format!(
            "{} needs the permission {missing} besides execute, and this API key does not have it: a new key with it is \
             generated at {}",
            generic.name, call.toolbox.pages.team
        ))
        .because(CallCause::Permission));
    }
    match (generic.target, &asked.ids) {
        (Target::Records, None) => {
            return Err(ToolError::argument(
                "ids",
                format_args!("{} is called on records: name them in ids", generic.name),
            ));
        }
        (Target::Model, Some(_)) => {
            return Err(ToolError::argument(
                "ids",
                format_args!("{} is called on the model, without ids", generic.name),
            ));
        }
        // An Odoo that takes arguments by their place would take the first of them for the records.
        (Target::AnyRecords, None) => asked.ids = Some(Vec::new()),
        (Target::Records | Target::AnyRecords, Some(_)) | (Target::Model, None) => {}
    }
    let positional = std::mem::take(&mut asked.positional);
    let keywords = std::mem::take(&mut asked.keywords);
    let keywords =
        generic::check(call, &asked.model, generic, positional, keywords, &asked.context).await?;
    if generic.effect == odoo_methods::Effect::Changes {
        wizard::refuse(call, &asked.model).await?;
    }
    refuse_about_closed(call, "ids", &asked.model, asked.ids.as_deref().unwrap_or_default())
        .await?;
    if generic.effect == odoo_methods::Effect::Reads {
        let Asked { model, method, ids, context, .. } = asked;
        let limit = keywords.get("limit").cloned();
        let mut answer = call.ask(&model, &method, ids, keywords, &context).await?;
        if generic.name == "fields_get" {
            answer = generic::without_hidden_fields(call, &model, answer).await?;
        }
        let note = generic::note_of_page(limit.as_ref(), &answer);
        let mut output = told(call, &model, &method, None, answer).await?;
        if let (Some(note), Output::Answer(told)) = (note, &mut output)
            && told["note"].is_null()
        {
            told["note"] = json!(note);
        }
        return Ok(output);
    }
    call.note(|about| about.besides.extend(generic.needs));
    asked.keywords = keywords;
    change(call, asked).await
}

async fn business_method(call: &Call<'_>, asked: Asked) -> Answer {
    let guards = &call.principal().rules.guards;
    values::check_model(call, "model", &asked.model)?;
    name_records(&asked)?;
    generic::refuse_closed(guards, "kwargs", &json!(asked.keywords))?;
    generic::refuse_closed(guards, "args", &json!(asked.positional))?;
    generic::refuse_deleting("kwargs", &json!(asked.keywords))?;
    // Not the list of arguments itself, of which each may be a number.
    asked.positional.iter().try_for_each(|value| generic::refuse_deleting("args", value))?;
    let takes_names_only = matches!(
        &call.principal().odoo,
        Standing::Linked(account) if account.target.protocol == Protocol::Json2
    );
    if takes_names_only && !asked.positional.is_empty() {
        return Err(ToolError::argument(
            "args",
            "this Odoo takes arguments by name only (its JSON-2 interface): use kwargs",
        ));
    }
    // The catalogue says of its own models which are wizards.
    if odoo_methods::find(&asked.model, &asked.method).is_none()
        || odoo_methods::is_wizard(&asked.model)
    {
        wizard::refuse(call, &asked.model).await?;
    }
    refuse_about_closed(call, "ids", &asked.model, asked.ids.as_deref().unwrap_or_default())
        .await?;
    change(call, asked).await
}

/// Records are named in `ids` and nowhere else: there their names, their states and what becomes of them
/// meanwhile are looked at before anybody agrees.
fn name_records(asked: &Asked) -> Result<(), ToolError> {
    let has_ids = asked.ids.as_ref().is_some_and(|ids| !ids.is_empty());
    let is_business = odoo_methods::find(&asked.model, &asked.method).is_some();
    if is_business && !has_ids {
        return Err(ToolError::argument(
            "ids",
            format_args!("{} is called on records: name them in ids", asked.method),
        ));
    }
    if !has_ids && asked.positional.first().is_some_and(may_be_ids) {
        return Err(ToolError::argument("args", "name the records in ids, not in args"));
    }
    Ok(())
}

/// Whether Odoo would take `first`, the first positional argument of a method of records, for their ids. The
/// database reads a number in a text as a number too.
fn may_be_ids(first: &Value) -> bool {
    let may_be_id = |value: &Value| match value {
        Value::Number(_) => true,
        Value::String(text) => text.trim().parse::<f64>().is_ok(),
        _ => false,
    };
    match first {
        Value::Array(ids) => ids.is_empty() || ids.iter().any(may_be_id),
        // Python goes through the keys of what has some.
        Value::Object(fields) => fields.keys().any(|key| may_be_id(&json!(key))),
        first => may_be_id(first),
    }
}

/// Calls a method that may change something, when somebody has agreed.
async fn change(call: &Call<'_>, asked: Asked) -> Answer {
    let Asked { model, method, ids, positional, keywords, context, confirm } = asked;
    let about = ids.clone().map(|ids| About { model: model.clone(), ids });
    let values = match odoo_methods::generic(&method) {
        Some(_) => generic::values_in(&keywords),
        None => Vec::new(),
    };
    let met = Met::now(call, about.as_ref(), &model, &values, &context).await?;
    let bound = json!({
        "model": model, "method": method, "ids": ids, "args": positional, "kwargs": keywords, "context": context,
    });
    let proposal = Proposal {
        permission: Permission::Execute,
        arguments: bound.clone(),
        state: met.state(),
        preview: preview(
            &model,
            &method,
            met.told().as_deref(),
            &positional,
            &keywords,
            met.nested.told(call).await?,
        ),
        confirm,
    };
    let change = match consent::settle(call, proposal).await? {
        Verdict::Wait(output) => return Ok(output),
        Verdict::Agreed(change) => *change,
    };
    // A person takes their time to answer.
    if change.consent == Consent::Client
        && Met::now(call, about.as_ref(), &model, &values, &context).await? != met
    {
        return Err(consent::records_changed());
    }
    let records = ids.as_ref().and_then(|ids| u32::try_from(ids.len()).ok());
    let mut run = call
        .prepare(&model, &method, ids, keywords, &context)
        .await
        .map_err(|error| call.explain(&error))?;
    run.positional = positional;
    let intent = Intent { arguments: bound, records };
    let (mut answers, problem) = carry_out(call, change, vec![run.into()], intent).await?;
    match problem {
        Some(problem) => Err(problem),
        None => told(call, &model, &method, about, answers.pop().unwrap_or_default()).await,
    }
}

fn preview(
    model: &str,
    method: &str,
    records: Option<&str>,
    positional: &[Value],
    keywords: &Map<String, Value>,
    changes: Vec<Change>,
) -> Preview {
    let has_arguments = !positional.is_empty() || !keywords.is_empty();
    let arguments =
        has_arguments.then(|| json!({ "args": positional, "kwargs": keywords }).to_string());
    let summary = sentences::call(model, method, records);
    sentences::cut(summary, changes, Some(sentences::unforeseen(arguments)))
}

/// What a method returned: a wizard to answer, records that Odoo would show, or a value.
async fn told(
    call: &Call<'_>,
    model: &str,
    method: &str,
    about: Option<About>,
    answer: Value,
) -> Answer {
    if wizard::is_wizard(call, &answer).await {
        return wizard::explain(call, &answer, about.as_ref()).await;
    }
    let guards = &call.principal().rules.guards;
    let mut told = json!({ "status": "done", "model": model, "method": method });
    match answer["type"].as_str() {
        Some("ir.actions.act_window") => {
            told["opens"] = json!({
                "model": answer["res_model"], "id": answer["res_id"], "title": answer["name"],
                "domain": answer["domain"],
            });
        }
        // A link may hold a token, and what a client action shows is for Odoo's own pages.
        Some(kind) if kind.starts_with("ir.actions.") => {
            told["note"] =
                json!(format!("Odoo would now run its own {kind}; that is not handed on"));
        }
        _ => match generic::without_secrets(guards, answer) {
            Value::Array(mut rows) => {
                if fitting(&mut rows) {
                    told["note"] = json!("the result was cut to keep the answer short");
                }
                told["result"] = Value::Array(rows);
            }
            value if value.to_string().len() > MAX_BYTES => {
                told["note"] = json!("the result is too long to be shown");
            }
            value => told["result"] = value,
        },
    }
    Ok(Output::Answer(told))
}

#[cfg(test)]
mod tests {
    use super::{super::named, *};

    #[test]
    fn a_preview_that_does_not_hold_all_arguments_says_so() {
        let note = |rows: usize| {
            let keywords = named(json!({ "data": vec!["x"; rows] }));
            let preview = preview("res.partner", "load", None, &[], &keywords, Vec::new());
            preview.note.unwrap_or_default()
        };
        assert!(note(3).ends_with(r#"{"args":[],"kwargs":{"data":["x","x","x"]}}"#), "{}", note(3));
        assert!(note(1_000).ends_with("… (4031 characters in all)"), "{}", note(1_000));
    }

    #[test]
    fn records_are_known_in_whatever_way_they_are_named_by_position() {
        for ids in [
            json!(7),
            json!([7]),
            json!([]),
            json!(7.0),
            json!([7.0, "a"]),
            json!("7"),
            json!(["7"]),
            json!([" 7 "]),
        ] {
            assert!(may_be_ids(&ids), "{ids}");
        }
        for other in [json!("a"), json!(["a"]), json!([["a", "=", 7]]), json!({}), json!(true)] {
            assert!(!may_be_ids(&other), "{other}");
        }
    }
}
