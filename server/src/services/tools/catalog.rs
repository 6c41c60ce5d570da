//! What a workflow's builder offers: asked of Odoo by the tools themselves, as the person who builds, so that it holds
//! what their steps would be let through with. Nothing is recorded and nothing changes.

use std::{net::IpAddr, sync::Mutex};

use serde_json::{Value, json};
use shared::{
    workflow_catalog::{FieldView, MethodView, ModelChoice, ModelView, RecordChoice, ReportView},
    workflow_form::ValueKind,
};

use super::{Caller, Output, Silent, ToolError, ToolName, Toolbox, named, schema};
use crate::{
    domain::odoo_methods::{CATALOGUE, Verdict, is_wizard, judge, major},
    services::principal::{Principal, Standing},
};

/// The most records that one search offers.
const MAX_RECORDS: usize = 20;

/// For whom something is looked up.
pub struct Looking<'a> {
    /// The tools.
    pub toolbox: &'a Toolbox,
    /// The person, as their own Odoo account.
    pub principal: &'a Principal,
    /// From where.
    pub address: IpAddr,
}

impl Looking<'_> {
    const fn caller(&self) -> Caller<'_> {
        Caller {
            principal: self.principal,
            client: None,
            address: self.address,
            conversation: &Silent,
        }
    }

    async fn ask(&self, tool: ToolName, arguments: Value) -> Result<Value, ToolError> {
        match self.toolbox.trial(&self.caller(), tool, named(arguments)).await? {
            Output::Answer(value) => Ok(value),
            _ => Ok(Value::Null),
        }
    }

    /// The models that a word finds, as `aidoo_schema` finds them; without a word those that people mean most.
    ///
    /// # Errors
    /// In words, when Odoo does not answer or the person has no account there.
    pub async fn models(&self, search: &str) -> Result<Vec<ModelChoice>, ToolError> {
        if search.trim().is_empty() {
            let (caller, about) = (self.caller(), Mutex::default());
            let usual =
                schema::usual(&self.toolbox.trying(&caller, ToolName::Schema, &about)).await?;
            return Ok(usual
                .into_iter()
                .map(|(model, name)| ModelChoice { model, name })
                .collect());
        }
        let found = self.ask(ToolName::Schema, json!({ "search": search })).await?;
        Ok(listed(found["models"].clone()))
    }

    /// What a step can name of a model.
    pub async fn model(&self, model: &str) -> ModelView {
        let asked = json!({ "model": model });
        let found = match self.ask(ToolName::Schema, asked).await {
            Ok(found) => found,
            Err(error) => {
                return ModelView { problem: Some(error.into()), ..ModelView::default() };
            }
        };
        let mut fields: Vec<FieldView> =
            found["fields"].as_array().into_iter().flatten().filter_map(field).collect();
        fields.sort_by_key(|field| (field.label.to_lowercase(), field.name.clone()));
        let guards = &self.principal.rules.guards;
        let methods = self.methods(model, &fields);
        ModelView {
            problem: None,
            fields,
            is_closed_to_changes: guards.is_closed_to_changes(model),
            methods,
            // A model without documents, or a person who may not see them, has nothing to choose.
            reports: match self
                .ask(ToolName::Report, json!({ "action": "list", "model": model }))
                .await
            {
                Ok(found) => {
                    found["reports"].as_array().into_iter().flatten().filter_map(report).collect()
                }
                Err(_) => Vec::new(),
            },
        }
    }

    /// The methods that are open on `model`: those of the catalogue, and what the company has opened.
    fn methods(&self, model: &str, fields: &[FieldView]) -> Vec<MethodView> {
        let guards = &self.principal.rules.guards;
        let version = match &self.principal.odoo {
            Standing::Linked(account) => major(&account.version),
            _ => u32::MAX,
        };
        let is_open =
            |method: &str| !matches!(judge(model, method, guards, version), Verdict::Closed(_));
        let state = fields.iter().find(|field| field.name == "state");
        let called = |value: &str| {
            let mut choices = state.into_iter().flat_map(|field| &field.selection);
            let label = choices.find_map(|(one, label)| (one == value).then_some(label.as_str()));
            label.unwrap_or(value).to_owned()
        };
        // A wizard is answered by the key whose call returned it.
        let business = CATALOGUE.iter().filter(|one| one.model == model && !is_wizard(model));
        let mut methods: Vec<MethodView> = business
            .filter(|one| is_open(one.method))
            .map(|one| MethodView {
                method: one.method.to_owned(),
                does: Some(one.does.to_owned()),
                states: one.states.iter().map(|state| called(state)).collect(),
            })
            .collect();
        for open in &guards.open_methods {
            if let Some((of, method)) = open.rsplit_once('.')
                && of == model
                && is_open(method)
                && !methods.iter().any(|known| known.method == method)
            {
                let method = method.to_owned();
                methods.push(MethodView { method, does: None, states: Vec::new() });
            }
        }
        methods
    }

    /// Records of a model whose name holds the word, or the one of this id.
    ///
    /// # Errors
    /// In words, when the person may not read them.
    pub async fn records(&self, model: &str, search: &str) -> Result<Vec<RecordChoice>, ToolError> {
        let search = search.trim();
        let mut asked = json!({ "model": model, "limit": MAX_RECORDS, "fields": ["display_name"] });
        match search.parse::<u32>() {
            Ok(id) => asked["domain"] = json!([["id", "=", id]]),
            Err(_) if search.is_empty() => {}
            Err(_) => asked["name"] = json!(search),
        }
        let found = self.ask(ToolName::Query, asked).await?;
        let record = |row: &Value| {
            let name = row["display_name"].as_str().unwrap_or_default().to_owned();
            Some(RecordChoice { id: row["id"].as_i64()?, name })
        };
        Ok(found["records"].as_array().into_iter().flatten().filter_map(record).collect())
    }
}

fn listed(models: Value) -> Vec<ModelChoice> {
    let text = |row: &Value, name: &str| row[name].as_str().map(str::to_owned);
    let choice =
        |row: &Value| Some(ModelChoice { model: text(row, "model")?, name: text(row, "name")? });
    models.as_array().into_iter().flatten().filter_map(choice).collect()
}

fn field(told: &Value) -> Option<FieldView> {
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    let flag = |name: &str| told[name] == json!(true);
    let name = text("name")?;
    Some(FieldView {
        label: text("label").unwrap_or_else(|| name.clone()),
        kind: ValueKind::of_odoo(told["type"].as_str().unwrap_or_default()),
        is_required: flag("required"),
        is_readonly: flag("readonly"),
        is_stored: told["stored"] != json!(false),
        relation: text("relation"),
        selection: told["selection"].as_array().into_iter().flatten().filter_map(pair).collect(),
        name,
    })
}

fn pair(value: &Value) -> Option<(String, String)> {
    let [value, label] = value.as_array()?.as_slice() else { return None };
    Some((value.as_str()?.to_owned(), label.as_str()?.to_owned()))
}

fn report(told: &Value) -> Option<ReportView> {
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    Some(ReportView { report: text("report")?, name: text("name")? })
}
