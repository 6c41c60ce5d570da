//! `aidoo_create`: new records, one or many, in one transaction.

use serde_json::{Map, Value, json};
use shared::{activity::Consent, confirmation::Preview, permission::Permission};

use super::{
    Answer, Definition, Effect, Output, ToolError,
    arguments::Arguments,
    change::{Intent, carry_out, made},
    consent::{self, Proposal, Verdict},
    named,
    nested::Nested,
    run::Call,
    sentences,
    values::{self, Teller, display_names},
    wizard,
};

/// The most records of one call.
const MAX_RECORDS: usize = 100;

pub(super) fn definition() -> Definition {
    Definition {
        title: "Create records",
        description: "Create one record or several of an Odoo model, in one transaction. The first call changes \
         nothing: it gives a preview and a confirm; show the preview to the person, then call again with the same \
         arguments and that confirm. Relations take ids; lines of an order go into its one2many as commands: \
         order_line: [[0, 0, {\"product_id\": 7, \"product_uom_qty\": 2}]].",
        input: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string", "description": "technical name, such as res.partner" },
                "values": { "type": "object", "description": "field names and values of one new record" },
                "records": {
                    "type": "array", "items": { "type": "object" }, "minItems": 1, "maxItems": MAX_RECORDS,
                    "description": "the values of several new records, instead of values"
                },
                "context": super::context_schema(),
                "confirm": super::confirm_schema()
            },
            "required": ["model"],
            "additionalProperties": false
        }),
        output: super::change_schema(json!({
            "ids": { "type": "array", "items": { "type": "integer" } },
            "records": { "type": "array", "items": { "type": "object" } }
        })),
        effect: Effect::Adds,
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let model = arguments.required_model()?;
    let one = arguments.object("values").map_err(|_| {
        ToolError::argument(
            "values",
            "must be an object, the values of one record: give those of several as a list in records",
        )
    })?;
    let many = arguments.list("records")?;
    let context = arguments.context()?;
    let confirm = arguments.text("confirm", 100)?;
    arguments.finish(&["model", "values", "records", "context", "confirm"])?;
    let records = records(one, many)?;
    call.note(|about| {
        about.model = Some(model.clone());
        about.records = u32::try_from(records.len()).ok();
    });
    values::check_model(call, "model", &model)?;
    for (at, values) in records.iter().enumerate() {
        let argument =
            if records.len() == 1 { "values".to_owned() } else { format!("records, {}", at + 1) };
        if values.is_empty() {
            return Err(ToolError::argument(&argument, "names no field"));
        }
        values::check(call, &argument, &model, values).await?;
    }
    wizard::refuse(call, &model).await?;

    let sets: Vec<&Map<String, Value>> = records.iter().collect();
    let nested = Nested::read(call, &model, &sets, &context).await?;
    let bound = json!({ "model": model, "records": records, "context": context });
    let proposal = Proposal {
        permission: Permission::Create,
        arguments: bound.clone(),
        // New records meet no old values, but for those of records that they take or change.
        state: nested.state(),
        preview: preview(call, &model, &records, &nested).await?,
        confirm,
    };
    let change = match consent::settle(call, proposal).await? {
        Verdict::Wait(output) => return Ok(output),
        Verdict::Agreed(change) => *change,
    };
    // A person takes their time to answer.
    if change.consent == Consent::Client
        && Nested::read(call, &model, &sets, &context).await? != nested
    {
        return Err(consent::records_changed());
    }
    let create = call
        .prepare(&model, "create", None, named(json!({ "vals_list": records })), &context)
        .await
        .map_err(|error| call.explain(&error))?;
    let intent = Intent { arguments: bound, records: u32::try_from(records.len()).ok() };
    let (answers, problem) = carry_out(call, change, vec![create.into()], intent).await?;
    if let Some(problem) = problem {
        return Err(problem);
    }
    let ids = answers.first().map(made).unwrap_or_default();
    let names = display_names(call, &model, ids.clone()).await;
    let told: Vec<Value> =
        ids.iter().map(|id| json!({ "id": id, "name": names.get(id) })).collect();
    Ok(Output::Answer(json!({ "status": "done", "model": model, "ids": ids, "records": told })))
}

/// The values of each new record.
///
/// # Errors
/// When both are given, neither, or what are no records.
pub(super) fn records(
    one: Option<Map<String, Value>>,
    many: Option<Vec<Value>>,
) -> Result<Vec<Map<String, Value>>, ToolError> {
    match (one, many) {
        (Some(values), None) => Ok(vec![values]),
        (None, Some(list)) if (1..=MAX_RECORDS).contains(&list.len()) => list
            .into_iter()
            .map(|values| match values {
                Value::Object(values) => Ok(values),
                _ => Err(ToolError::argument("records", "must be a list of objects")),
            })
            .collect(),
        (None, Some(_)) => Err(ToolError::argument(
            "records",
            format_args!("create 1 to {MAX_RECORDS} records at a time"),
        )),
        (None, None) => Err(ToolError::argument("values", "is required, or records for several")),
        (Some(_), Some(_)) => Err(ToolError::new("give either values or records, not both")),
    }
}

async fn preview(
    call: &Call<'_>,
    model: &str,
    records: &[Map<String, Value>],
    nested: &Nested,
) -> Result<Preview, ToolError> {
    let sets: Vec<&Map<String, Value>> = records.iter().collect();
    let teller = Teller::new(call, model, &sets, nested).await?;
    let mut changes = Vec::new();
    for (at, values) in records.iter().enumerate() {
        let name = match values.get("name").and_then(Value::as_str) {
            Some(name) => name.chars().take(80).collect(),
            None => sentences::new_record(at),
        };
        changes.extend(teller.added(&name, values));
    }
    changes.extend(nested.told(call).await?);
    let summary = sentences::create(records.len(), model, call.known_title(model));
    Ok(sentences::cut(summary, changes, None))
}
