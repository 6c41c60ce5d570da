//! Wizards: what a method returns when it wants something answered first. Only the key whose call
//! returned one answers it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use shared::{activity::Consent, call_cause::CallCause, permission::Permission};
use uuid::Uuid;

use super::{
    Answer, Cause, Output, ToolError,
    change::{Intent, On, Step, carry_out},
    consent::{self, Proposal, Verdict, unavailable},
    met::Met,
    named,
    paths::{hidden_fields, is_readable, required_definitions},
    run::Call,
    sentences,
    values::{self, Teller},
};
use crate::{
    domain::odoo_methods::{self, CATALOGUE},
    odoo::OdooError,
    services::gateway::GatewayError,
    store::wizards::{self, About, NewWizard},
};

/// The most fields of a wizard that are told.
const MAX_FIELDS: usize = 40;

/// How a wizard is answered.
pub(super) struct Reply {
    /// Which wizard.
    pub(super) wizard: String,
    /// The method that ends it.
    pub(super) method: String,
    /// The values that are filled in.
    pub(super) values: Map<String, Value>,
    /// The confirmation of the change.
    pub(super) confirm: Option<String>,
}

/// What the records of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// Questions of Odoo's that are answered and forgotten.
    Wizard,
    /// Records for good.
    Lasting,
    /// Odoo does not say.
    Unknown,
}

async fn nature(call: &Call<'_>, model: &str) -> Result<Nature, GatewayError> {
    if odoo_methods::is_wizard(model) {
        return Ok(Nature::Wizard);
    }
    let gateway = &call.toolbox.gateway;
    Ok(match gateway.lasting_models(call.principal()).await? {
        Some(lasting) if lasting.contains_key(model) => Nature::Lasting,
        // What may be read and does not last is a wizard; abstract models are never read.
        Some(_) if is_readable(call, model).await? => Nature::Wizard,
        _ => Nature::Unknown,
    })
}

/// Whether an answer of Odoo is an action that opens a wizard. A window over the page is one, unless it shows an
/// ordinary record: that would be changed by answering it, without the permission to. One in another place is
/// one if its model says so.
pub(super) async fn is_wizard(call: &Call<'_>, answer: &Value) -> bool {
    let is_over = answer["target"] == "new";
    match answer["res_model"].as_str() {
        Some(model) if is_over || answer["type"] == "ir.actions.act_window" => {
            match nature(call, model).await {
                Ok(Nature::Wizard) => true,
                Ok(Nature::Lasting) => false,
                // What has happened in Odoo has happened, whether its models can be looked at or not.
                Ok(Nature::Unknown) | Err(_) => is_over,
            }
        }
        _ => false,
    }
}

/// Refuses to change a wizard, or to call a method on it, as on any record: whose answer it is would not be known, and its
/// values would be others than those that somebody agrees to.
///
/// # Errors
/// When `model` is a wizard, or Odoo cannot be asked.
pub(super) async fn refuse(call: &Call<'_>, model: &str) -> Result<(), ToolError> {
    let is_wizard = match nature(call, model).await.map_err(|error| call.explain(&error))? {
        Nature::Wizard => true,
        Nature::Lasting => false,
        Nature::Unknown => {
            let db = call.toolbox.core.db.reader();
            wizards::is_asked(db, call.principal().company, model).await.map_err(unavailable)?
        }
    };
    if !is_wizard {
        return Ok(());
    }
    Err(ToolError::argument(
        "model",
        format_args!(
            "{model} is a wizard: the key whose call returned it answers it with aidoo_execute, by wizard and values instead \
             of model and ids"
        ),
    ))
}

/// Keeps the wizard for the key, with the records that it is about, and tells what it wants.
///
/// # Errors
/// When the wizard's model cannot be looked at, or is closed.
pub(super) async fn explain(call: &Call<'_>, action: &Value, about: Option<&About>) -> Answer {
    let principal = call.principal();
    let guards = &principal.rules.guards;
    let model = action["res_model"].as_str().unwrap_or_default();
    if guards.is_closed_to_changes(model) {
        return Ok(Output::Answer(json!({
            "status": "wizard",
            "model": model,
            "next": format!("Odoo wants a {model} answered, which is closed to every tool: a person goes on in Odoo"),
        })));
    }
    let core = &call.toolbox.core;
    let id = core.clock.uuid(&core.entropy);
    let context = match &action["context"] {
        Value::Object(context) => context.clone(),
        // Some actions carry theirs as a Python expression, which is not evaluated here.
        _ => Map::new(),
    };
    let new = NewWizard {
        id,
        company: principal.company,
        key: principal.key,
        model,
        record: action["res_id"].as_i64().filter(|id| *id > 0),
        context: Value::Object(context).to_string(),
        about,
        now: core.clock.now(),
    };
    let transaction = core.db.begin().await.map_err(unavailable)?;
    wizards::create(&transaction, new).await.map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)?;

    // That its fields cannot be looked at changes nothing about what has happened.
    let definitions = required_definitions(call, model).await.ok();
    let hidden = match &definitions {
        Some(definitions) => hidden_fields(call, model, definitions).await,
        None => BTreeSet::new(),
    };
    let fields: Vec<Value> = definitions
        .iter()
        .flat_map(|definitions| &definitions.fields)
        .filter(|(name, definition)| {
            definition["readonly"] != json!(true)
                && !hidden.contains(*name)
                && !["id", "display_name"].contains(&name.as_str())
        })
        .take(MAX_FIELDS)
        .map(|(name, definition)| {
            let open = |choice: &&Value| !guards.is_choice_of_closed(choice);
            let choices = definition["selection"].as_array();
            let choices = choices.map(|choices| choices.iter().filter(open).collect::<Vec<_>>());
            json!({
                "name": name,
                "label": definition["string"],
                "type": definition["type"],
                "required": definition["required"],
                "selection": choices,
                "relation": definition["relation"],
            })
        })
        .collect();
    let mut methods: Vec<Value> = CATALOGUE
        .iter()
        .filter(|business| business.model == model)
        .map(|business| json!({ "method": business.method, "does": business.does }))
        .collect();
    methods.extend(guards.open_methods.iter().filter_map(|open| {
        let (_, method) = open.rsplit_once('.').filter(|(of, _)| *of == model)?;
        Some(json!({ "method": method, "does": "opened by your company" }))
    }));
    let next = if methods.is_empty() {
        format!(
            "nothing has been done yet: Odoo wants {model} answered first, and none of its methods is open; an owner \
             or an admin can open one on the page policies, or a person goes on in Odoo"
        )
    } else {
        "nothing has been done yet: Odoo wants this wizard answered first; call aidoo_execute with wizard, one of its \
         methods, and values for its fields where they matter"
            .to_owned()
    };
    Ok(Output::Answer(json!({
        "status": "wizard",
        "model": model,
        "wizard": { "id": id, "title": action["name"], "fields": fields, "methods": methods },
        "next": next,
    })))
}

/// Answers a wizard: makes its record with the values, and calls the method on it.
///
/// # Errors
/// When the wizard is not this key's, or the method or a value is not open.
pub(super) async fn answer(call: &Call<'_>, reply: Reply) -> Result<Finished, ToolError> {
    let Reply { wizard, method, values, confirm } = reply;
    let principal = call.principal();
    let core = &call.toolbox.core;
    let unknown = || {
        ToolError::argument(
            "wizard",
            "there is no such wizard for this key, or it is older than an hour: call the action again",
        )
    };
    let id = Uuid::try_parse(&wizard).map_err(|_| unknown())?;
    let row =
        wizards::find(core.db.reader(), principal.company, principal.key, id, core.clock.now())
            .await
            .map_err(unavailable)?
            .ok_or_else(unknown)?;
    let about = About::of(&row).map_err(unavailable)?;
    let model = row.model;
    call.note(|about| {
        about.model = Some(model.clone());
        about.method = Some(method.clone());
    });
    values::check_model(call, "wizard", &model)?;
    match odoo_methods::judge(&model, &method, &principal.rules.guards, call.major()) {
        odoo_methods::Verdict::Business(_) | odoo_methods::Verdict::Opened => {}
        odoo_methods::Verdict::Closed(closed) => {
            return Err(ToolError::argument("method", format_args!("{model}.{method}: {closed}")));
        }
        odoo_methods::Verdict::Generic(_) => {
            return Err(ToolError::argument(
                "method",
                "a wizard is answered by one of its own methods",
            ));
        }
    }
    values::check(call, "values", &model, &values).await?;
    let context: BTreeMap<String, Value> =
        serde_json::from_str(&row.context).map_err(unavailable)?;
    require_record(call, &model, row.record_id, &context).await?;
    let met = Met::now(call, about.as_ref(), &model, &[&values], &context).await?;
    let teller = Teller::new(call, &model, &[&values], &met.nested).await?;
    let bound = json!({ "wizard": id, "method": method, "values": values });
    let mut changes = teller.added(sentences::WIZARD, &values);
    changes.extend(met.nested.told(call).await?);
    let summary = sentences::answer(&model, &method, met.told().as_deref());
    let preview = sentences::cut(summary, changes, Some(sentences::unforeseen(None)));
    let proposal = Proposal {
        permission: Permission::Execute,
        arguments: bound.clone(),
        state: json!({ "wizard": row.record_id, "met": met.state() }),
        preview,
        confirm,
    };
    let change = match consent::settle(call, proposal).await? {
        Verdict::Wait(output) => return Ok(Finished::Wait(output)),
        Verdict::Agreed(change) => *change,
    };
    // A person takes their time to answer.
    if change.consent == Consent::Client {
        require_record(call, &model, row.record_id, &context).await?;
        if Met::now(call, about.as_ref(), &model, &[&values], &context).await? != met {
            return Err(consent::records_changed());
        }
    }
    let failed = |error| call.explain(&error);
    let mut steps: Vec<Step> = Vec::new();
    match row.record_id {
        Some(record) => {
            if !values.is_empty() {
                let arguments = named(json!({ "vals": values }));
                let write =
                    call.prepare(&model, "write", Some(vec![record]), arguments, &context).await;
                steps.push(write.map_err(failed)?.into());
            }
            let end = call.prepare(&model, &method, Some(vec![record]), Map::new(), &context).await;
            steps.push(end.map_err(failed)?.into());
        }
        None => {
            let arguments = named(json!({ "vals_list": [values] }));
            let make = call.prepare(&model, "create", None, arguments, &context).await;
            steps.push(make.map_err(failed)?.into());
            let end = call.prepare(&model, &method, None, Map::new(), &context).await;
            steps.push(Step { call: end.map_err(failed)?, on: On::Made });
        }
    }
    let transaction = core.db.begin().await.map_err(unavailable)?;
    let is_taken = wizards::take(&transaction, principal.company, principal.key, id)
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)?;
    if !is_taken {
        return Err(unknown());
    }
    let intent = Intent { arguments: bound, records: Some(1) };
    let (mut answers, problem) = carry_out(call, change, steps, intent).await?;
    match problem {
        Some(problem) if problem.cause == Cause::Failed => {
            match require_record(call, &model, row.record_id, &context).await {
                Err(gone) if gone.why == CallCause::MissingRecord => Err(gone),
                _ => Err(problem),
            }
        }
        Some(problem) => Err(problem),
        None => {
            Ok(Finished::Done { model, method, about, answer: answers.pop().unwrap_or_default() })
        }
    }
}

/// Refuses a wizard whose record Odoo has thrown away meanwhile: it keeps those for an hour or so, and Odoo's own words
/// would be about a record that nobody has heard of.
async fn require_record(
    call: &Call<'_>,
    model: &str,
    record: Option<i64>,
    context: &BTreeMap<String, Value>,
) -> Result<(), ToolError> {
    let Some(record) = record else { return Ok(()) };
    let arguments = named(json!({ "fields": ["id"] }));
    let is_gone = match call.odoo(model, "read", Some(vec![record]), arguments, context).await {
        Ok(rows) => rows.as_array().is_some_and(Vec::is_empty),
        Err(GatewayError::Odoo(error)) => matches!(error, OdooError::MissingRecord(_)),
        Err(error) => return Err(call.explain(&error)),
    };
    if is_gone {
        return Err(ToolError::argument(
            "wizard",
            "this wizard is no longer there, as Odoo keeps them for a while only: call the action again",
        )
        .because(CallCause::MissingRecord));
    }
    Ok(())
}

/// What became of a wizard that was answered.
pub(super) enum Finished {
    /// Nobody has agreed yet.
    Wait(Output),
    /// Its method has run. What it asks next is about the same records.
    Done { model: String, method: String, about: Option<About>, answer: Value },
}
