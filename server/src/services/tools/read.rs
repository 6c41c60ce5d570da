//! `aidoo_read`: fields of records whose ids are known.

use serde_json::json;

use super::{
    Answer, Definition, Effect, Output,
    arguments::Arguments,
    named,
    paths::refuse_about_closed,
    records::{Fields, fitting},
    run::Call,
};

pub(super) fn definition() -> Definition {
    Definition {
        title: "Read records",
        description: "Read fields of Odoo records by their ids: the fields named, or up to 15 useful ones. A \
         dotted field such as partner_id.email follows one relation. Relations come as id and name, times \
         where the person is and in UTC; very long texts are cut and binaries described. Of more than 100 \
         related records the first 100 come with the count of all: as ids and count, through a dotted field \
         as values and count.",
        input: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string", "description": "technical name, such as res.partner" },
                "ids": {
                    "type": "array", "items": { "type": "integer", "minimum": 1 },
                    "minItems": 1, "maxItems": 500
                },
                "fields": { "type": "array", "items": { "type": "string" }, "maxItems": 100 },
                "context": super::context_schema()
            },
            "required": ["model", "ids"],
            "additionalProperties": false
        }),
        output: json!({
            "type": "object",
            "properties": {
                "model": { "type": "string" },
                "records": { "type": "array", "items": { "type": "object" } },
                "missing": {
                    "type": "array", "items": { "type": "integer" },
                    "description": "ids for which there is no record"
                },
                "left_out": {
                    "type": "array", "items": { "type": "integer" },
                    "description": "ids whose records would have made the answer too long"
                }
            },
            "required": ["model", "records", "missing"]
        }),
        effect: Effect::Reads,
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let model = arguments.required_model()?;
    let ids = arguments.ids("ids")?;
    let asked = arguments.paths("fields")?;
    let context = arguments.context()?;
    arguments.finish(&["model", "ids", "fields", "context"])?;
    call.note(|about| {
        about.model = Some(model.clone());
        about.records = u32::try_from(ids.len()).ok();
    });

    let fields = Fields::of(call, &model, asked, &context).await?;
    refuse_about_closed(call, "ids", &model, &ids).await?;
    let read = named(json!({ "fields": fields.names() }));
    let rows = call.ask(&model, "read", Some(ids.clone()), read, &context).await?;
    let mut records = fields.rows(call, rows, &context).await?;
    let id_of = |record: &serde_json::Value| record["id"].as_i64();
    let found: Vec<i64> = records.iter().filter_map(id_of).collect();
    let missing: Vec<i64> = ids.into_iter().filter(|id| !found.contains(id)).collect();
    let mut answer = json!({ "model": model, "missing": missing });
    if fitting(&mut records) {
        answer["left_out"] = json!(found[records.len()..]);
    }
    answer["records"] = json!(records);
    Ok(Output::Answer(answer))
}
