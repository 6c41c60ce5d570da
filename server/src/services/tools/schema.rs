//! `aidoo_schema`: find models by a word, and what fields a model has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use shared::time::SECOND;

use super::{
    Answer, Definition, Effect, Output, ToolError,
    arguments::Arguments,
    named,
    paths::{hidden_fields, is_readable, required_definitions},
    run::Call,
};
use crate::{
    domain::{
        guards::{Guards, is_model_name},
        nearest::unknown_field,
        odoo_values,
    },
    odoo::OdooError,
    services::gateway::GatewayError,
};

/// The most models that a search gives.
const MAX_MODELS: usize = 50;
/// The most built-in models that are looked up one by one.
const MAX_CHECKED: usize = 12;
/// The most characters of a field's help.
const MAX_HELP: usize = 300;
/// The most values of a selection.
const MAX_SELECTION: usize = 60;

/// Common business models: technical name, and words that people use for it in English and French, whatever
/// Odoo calls it (a bill is a "Journal Entry" there).
const COMMON: [(&str, &str); 40] = [
    ("account.account", "account chart of accounts compte comptable"),
    ("account.journal", "journal"),
    ("account.move", "invoice bill credit note journal entry facture avoir écriture"),
    ("account.move.line", "invoice line journal item ligne de facture écriture comptable"),
    ("account.payment", "payment paiement règlement"),
    ("account.tax", "tax vat taxe tva"),
    ("calendar.event", "meeting event calendar réunion rendez-vous agenda"),
    ("crm.lead", "lead opportunity pipeline piste opportunité"),
    ("crm.team", "sales team équipe commerciale"),
    ("helpdesk.ticket", "ticket helpdesk support assistance"),
    ("hr.attendance", "attendance présence"),
    ("hr.department", "department département service"),
    ("hr.employee", "employee staff employé salarié"),
    ("hr.expense", "expense note de frais"),
    ("hr.leave", "time off leave holiday congé absence"),
    ("maintenance.request", "maintenance request entretien"),
    ("mrp.bom", "bill of materials nomenclature"),
    ("mrp.production", "manufacturing order production ordre de fabrication"),
    ("pos.order", "point of sale order caisse"),
    ("product.category", "product category catégorie de produit"),
    ("product.pricelist", "pricelist price liste de prix tarif"),
    ("product.product", "product variant article produit variante"),
    ("product.supplierinfo", "vendor pricelist supplier price prix fournisseur"),
    ("product.template", "product article produit"),
    ("project.project", "project projet"),
    ("project.task", "task tâche"),
    (
        "purchase.order",
        "purchase order rfq request for quotation achat commande fournisseur bon de commande",
    ),
    ("purchase.order.line", "purchase order line ligne de commande fournisseur"),
    ("res.company", "company société entreprise"),
    ("res.country", "country pays"),
    ("res.currency", "currency devise monnaie"),
    (
        "res.partner",
        "contact customer vendor supplier address partner client fournisseur adresse partenaire",
    ),
    ("res.users", "user utilisateur"),
    ("sale.order", "sales order quotation devis commande client vente"),
    ("sale.order.line", "sales order line ligne de commande client"),
    ("stock.location", "location emplacement"),
    ("stock.move", "stock move mouvement de stock"),
    (
        "stock.picking",
        "transfer delivery receipt picking transfert livraison réception bon de livraison",
    ),
    ("stock.quant", "stock quantity on hand inventory quantité en stock inventaire"),
    ("stock.warehouse", "warehouse entrepôt"),
];

/// The names of common models that are not closed.
pub(super) fn common_models(guards: &Guards) -> impl Iterator<Item = &'static str> {
    COMMON.iter().map(|(model, _)| *model).filter(move |model| !guards.is_closed(model))
}

pub(super) fn definition() -> Definition {
    Definition {
        title: "Inspect models",
        description: "Find Odoo models by a word (search), or list a model's fields (model): label, type, help, \
         whether required or read-only, selection values, related model, and a map of the model's relations. \
         Labels are in the person's language. Use it before guessing names.",
        input: json!({
            "type": "object",
            "properties": {
                "search": { "type": "string", "description": "a word such as invoice; or a technical name" },
                "model": { "type": "string", "description": "technical name, such as account.move" },
                "fields": {
                    "type": "array", "items": { "type": "string" }, "maxItems": 100,
                    "description": "only these fields of the model"
                }
            },
            "additionalProperties": false
        }),
        output: json!({
            "type": "object",
            "properties": {
                "models": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": { "model": { "type": "string" }, "name": { "type": "string" } },
                        "required": ["model", "name"]
                    }
                },
                "note": { "type": "string", "description": "of a search: that there are more models, or may be" },
                "model": { "type": "string" },
                "fields": { "type": "array", "items": { "type": "object" } },
                "unknown": { "type": "array", "items": { "type": "string" }, "description": "asked for, and not there: with the nearest names" },
                "relations": {
                    "type": "object",
                    "description": "which models this one leads to, and by which fields",
                    "additionalProperties": { "type": "array", "items": { "type": "string" } }
                },
                "age_seconds": { "type": "integer", "description": "how long ago this was read from Odoo; at most 600" }
            }
        }),
        effect: Effect::Reads,
    }
}

pub(super) async fn run(call: &Call<'_>, mut arguments: Arguments<'_>) -> Answer {
    let search = arguments.text("search", 100)?.map(|text| text.trim().to_owned());
    let model = arguments.model("model")?;
    let only = arguments.fields("fields")?;
    arguments.finish(&["search", "model", "fields"])?;
    match (search.filter(|text| !text.is_empty()), model) {
        (None, Some(model)) => fields(call, &model, only.as_deref()).await,
        (Some(search), None) => models(call, &search).await,
        (None, None) => Err(ToolError::new(
            "give search, a word to find models by, or model, whose fields to list",
        )),
        (Some(_), Some(_)) => Err(ToolError::new("give either search or model, not both")),
    }
}

async fn fields(call: &Call<'_>, model: &str, only: Option<&[String]>) -> Answer {
    call.note(|about| about.model = Some(model.to_owned()));
    let guards = &call.principal().rules.guards;
    let definitions = required_definitions(call, model).await?;
    let hidden = hidden_fields(call, model, &definitions).await;
    let open = |name: &str| !hidden.contains(name);
    let fields: Vec<Value> = definitions
        .fields
        .iter()
        .filter(|(name, _)| open(name))
        .filter(|(name, _)| only.is_none_or(|only| only.contains(name)))
        .map(|(name, definition)| field(name, definition, guards))
        .collect();
    let mut relations: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, definition) in &definitions.fields {
        if let Some(relation) = definition["relation"].as_str()
            && open(name)
        {
            relations.entry(relation).or_default().insert(name);
        }
    }
    let unknown: Vec<String> = only
        .into_iter()
        .flatten()
        .filter(|name| !definitions.fields.contains_key(name.as_str()))
        .map(|name| {
            unknown_field(name, model, odoo_values::told_fields(&definitions.fields, guards))
        })
        .collect();
    let mut answer = json!({
        "model": model,
        "fields": fields,
        "age_seconds": (call.now.since(definitions.read_at) / SECOND).max(0),
    });
    if only.is_none() {
        answer["relations"] = json!(relations);
    }
    if !unknown.is_empty() {
        answer["unknown"] = json!(unknown);
    }
    Ok(Output::Answer(answer))
}

/// A field's definition with what says something: flags that are set, help that is there.
fn field(name: &str, definition: &Value, guards: &Guards) -> Value {
    let mut told = Map::new();
    told.insert("name".to_owned(), json!(name));
    told.insert("label".to_owned(), definition["string"].clone());
    told.insert("type".to_owned(), definition["type"].clone());
    for flag in ["required", "readonly"] {
        if definition[flag] == json!(true) {
            told.insert(flag.to_owned(), json!(true));
        }
    }
    // Fields that are computed at every reading cannot be sorted by, and mostly not searched.
    if definition["store"] == json!(false) {
        told.insert("stored".to_owned(), json!(false));
    }
    if let Some(relation) = definition["relation"].as_str() {
        told.insert("relation".to_owned(), json!(relation));
    }
    if let Some(values) = definition["selection"].as_array() {
        let open = values.iter().filter(|choice| !guards.is_choice_of_closed(choice));
        let count = open.clone().count();
        let values: Vec<&Value> = open.take(MAX_SELECTION).collect();
        told.insert("selection".to_owned(), json!(values));
        if count > MAX_SELECTION {
            told.insert("selection_count".to_owned(), json!(count));
        }
    }
    if let Some(help) = definition["help"].as_str() {
        told.insert("help".to_owned(), json!(help.chars().take(MAX_HELP).collect::<String>()));
    }
    Value::Object(told)
}

/// A model that the person may read, and what Odoo calls it in their language.
struct Known {
    model: String,
    name: String,
}

/// The models that the person may read, as far as they were looked at.
struct KnownModels {
    models: Vec<Known>,
    /// Whether none is left that was not looked at.
    are_all: bool,
}

/// The models that `search` matches: by their technical name, by their name in the person's language, or by
/// the words of [`COMMON`]. Those that people mean most often come first. Where others are left out, a `note` says so.
async fn models(call: &Call<'_>, search: &str) -> Answer {
    let guards = &call.principal().rules.guards;
    let word = search.to_lowercase();
    let KnownModels { models: known, are_all } = known_models(call, &word).await?;
    let mut found: Vec<((bool, bool), Known)> = known
        .into_iter()
        .filter(|known| !guards.is_closed(&known.model))
        .filter_map(|known| {
            let is_common = is_common(&known.model, &word);
            let is_meant = is_common
                || known.model.contains(&word)
                || known.name.to_lowercase().contains(&word);
            is_meant.then(|| ((known.model != word, !is_common), known))
        })
        .collect();
    found.sort_by(|(one, first), (other, second)| (one, &first.model).cmp(&(other, &second.model)));
    let count = found.len();
    let models: Vec<Value> = found
        .into_iter()
        .take(MAX_MODELS)
        .map(|(_, Known { model, name })| json!({ "model": model, "name": name }))
        .collect();
    let mut answer = json!({ "models": models });
    let narrower = "search for a longer word, or for a part of the technical name";
    if !are_all {
        answer["note"] = json!(format!(
            "not every model was looked at, so there may be more than these: {narrower}"
        ));
    } else if count > MAX_MODELS {
        answer["note"] =
            json!(format!("these are the first {MAX_MODELS} of {count} models: {narrower}"));
    }
    Ok(Output::Answer(answer))
}

/// The models of [`COMMON`] that the person may read: technical name, and what Odoo calls it.
///
/// # Errors
/// In words, when Odoo does not answer or the person has no account there.
pub(super) async fn usual(call: &Call<'_>) -> Result<Vec<(String, String)>, ToolError> {
    let guards = &call.principal().rules.guards;
    let KnownModels { models: known, are_all: _ } = known_models(call, "").await?;
    let is_usual = |model: &str| COMMON.iter().any(|(common, _)| *common == model);
    Ok(known
        .into_iter()
        .filter(|Known { model, .. }| is_usual(model) && !guards.is_closed(model))
        .map(|Known { model, name }| (model, name))
        .collect())
}

/// Whether people call `model` by `word`.
fn is_common(model: &str, word: &str) -> bool {
    COMMON.iter().any(|(common, words)| *common == model && words.contains(word))
}

/// The models that the person may read. Odoo's own selector of models lists them, also to ordinary users; `ir.model`
/// itself they may not read.
async fn known_models(call: &Call<'_>, word: &str) -> Result<KnownModels, ToolError> {
    let rows = call.toolbox.gateway.listed_models(call.principal()).await;
    match rows.map_err(|error| call.explain(&error))? {
        Some(rows) => Ok(KnownModels { models: listed(&rows, "display_name"), are_all: true }),
        None => looked_for(call, word).await,
    }
}

/// What can be found where Odoo lists no models: what `ir.model` says to those who may read it, and the common
/// models, and the one that the word names itself, if this Odoo has them.
async fn looked_for(call: &Call<'_>, word: &str) -> Result<KnownModels, ToolError> {
    let guards = &call.principal().rules.guards;
    let arguments = named(json!({
        "domain": ["|", ["model", "ilike", word], ["name", "ilike", word]],
        "fields": ["model", "name"],
        // One more says whether there are more.
        "limit": MAX_MODELS + 1,
        "order": "model",
    }));
    let rows = call.odoo("ir.model", "search_read", None, arguments, &BTreeMap::new()).await;
    let (mut known, is_last_page) = match rows {
        Ok(Value::Array(rows)) => (listed(&rows, "name"), rows.len() <= MAX_MODELS),
        Ok(_) | Err(GatewayError::Odoo(OdooError::Access(_))) => (Vec::new(), true),
        Err(error) => return Err(call.explain(&error)),
    };
    let itself = Some(word).filter(|word| word.contains('.') && is_model_name(word));
    let candidates: Vec<&str> = COMMON
        .iter()
        .map(|(model, _)| *model)
        .filter(|model| model.contains(word) || is_common(model, word))
        .chain(itself)
        .filter(move |model| !guards.is_closed(model))
        .filter(|model| !known.iter().any(|known| known.model == *model))
        .collect();
    let are_all = is_last_page && candidates.len() <= MAX_CHECKED;
    let mut more = Vec::new();
    for model in candidates.into_iter().take(MAX_CHECKED) {
        // That a model's fields can be listed does not say that its records may be read.
        match is_readable(call, model).await {
            // Nobody says what it is called.
            Ok(true) => more.push(Known { model: model.to_owned(), name: model.to_owned() }),
            Ok(false) | Err(GatewayError::Odoo(OdooError::NoSuchModel)) => {}
            Err(error) => return Err(call.explain(&error)),
        }
    }
    known.extend(more);
    Ok(KnownModels { models: known, are_all })
}

fn listed(rows: &[Value], name: &str) -> Vec<Known> {
    rows.iter()
        .filter_map(|row| {
            let model = row["model"].as_str()?.to_owned();
            let name = row[name].as_str().unwrap_or(&model).to_owned();
            Some(Known { model, name })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::closed::is_closed_model;

    #[test]
    fn the_common_models_are_sorted_open_and_unique() {
        assert!(COMMON.is_sorted_by(|(one, _), (next, _)| one < next));
        assert!(COMMON.iter().all(|(model, _)| !is_closed_model(model)));
    }

    #[test]
    fn a_field_says_what_says_something() {
        let definition = json!({ "string": "Status", "type": "selection", "required": false,
            "readonly": true, "store": true,
            "selection": [["draft", "RFQ"], ["payment.token", "Token"]] });
        assert_eq!(
            field("state", &definition, &Guards::default()),
            json!({ "name": "state", "label": "Status", "type": "selection", "readonly": true, "selection": [["draft", "RFQ"]] })
        );
    }
}
