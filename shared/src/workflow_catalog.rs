//! What a workflow's builder offers: models, fields, methods, reports and records of the company's Odoo, as the
//! person who builds may see them.

use serde::{Deserialize, Serialize};

use crate::{call_cause::CallCause, id::CompanyId, workflow_form::ValueKind};

/// Finds models by a word.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindModels {
    /// The company.
    pub company: CompanyId,
    /// The word: part of a technical name, of its name in Odoo, or what people call it.
    pub search: String,
}

/// A model that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelChoice {
    /// `sale.order`.
    pub model: String,
    /// What Odoo calls it in the person's language.
    pub name: String,
}

/// Names a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskModel {
    /// The company.
    pub company: CompanyId,
    /// Which.
    pub model: String,
}

/// What a step can name of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelView {
    /// Why there is nothing to name: no such model, or one that is closed to the person.
    pub problem: Option<NotOffered>,
    /// Its fields, by their labels.
    pub fields: Vec<FieldView>,
    /// Whether no step may change its records.
    pub is_closed_to_changes: bool,
    /// The methods that a step may call: the catalogue's, and what the company has opened.
    pub methods: Vec<MethodView>,
    /// Its printed documents.
    pub reports: Vec<ReportView>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldView {
    /// `partner_id`.
    pub name: String,
    /// "Customer".
    pub label: String,
    /// What it holds.
    pub kind: ValueKind,
    /// Whether a new record needs it.
    pub is_required: bool,
    /// Whether Odoo sets it by itself.
    pub is_readonly: bool,
    /// Whether it can be sorted and grouped by.
    pub is_stored: bool,
    /// The model that it leads to.
    pub relation: Option<String>,
    /// What can be chosen in it: value and label.
    pub selection: Vec<(String, String)>,
}

/// A method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodView {
    /// `action_confirm`.
    pub method: String,
    /// What it does, in English, in words that follow "to"; nothing for one that the company has opened.
    pub does: Option<String>,
    /// The states in which Odoo takes it, as it calls them where that is known.
    pub states: Vec<String>,
}

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportView {
    /// `sale.report_saleorder`.
    pub report: String,
    /// "Quotation / Order".
    pub name: String,
}

/// Finds records by their name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindRecords {
    /// The company.
    pub company: CompanyId,
    /// Of which model.
    pub model: String,
    /// Part of the name.
    pub search: String,
}

/// A record that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordChoice {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// What a search offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered<T> {
    /// What was found.
    pub found: Vec<T>,
    /// Why nothing could be looked for.
    pub problem: Option<NotOffered>,
}

/// Why nothing is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotOffered {
    /// As one of a list that pages have words for.
    pub cause: CallCause,
    /// The sentence that a client would get, in English or in Odoo's words.
    pub told: String,
}
