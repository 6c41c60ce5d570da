//! A step while it is edited: a field for each thing that its kind can say.

use serde_json::{Map, Value};

use super::{Filling, Group, Item, Row, ValueKind};
use crate::workflow::StepAction;

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepForm {
    /// Which.
    pub row: Row,
    /// How later steps refer to it.
    pub name: String,
    /// What a person reads.
    pub title: String,
    /// What it does.
    pub action: StepAction,
    /// On which model.
    pub model: String,
    /// Which method is called.
    pub method: String,
    /// Which kind of report.
    pub task: ReportTask,
    /// Which PDF: empty for the standard one.
    pub report: String,
    /// Which records.
    pub ids: Filling,
    /// Which records, by what they are like.
    pub conditions: Group,
    /// Which fields are told, in this order. None means useful ones.
    pub fields: Vec<String>,
    /// What fields get.
    pub values: Vec<ValueRow>,
    /// Whether the records are archived (`true`) or brought back.
    pub archive: Option<bool>,
    /// What a method gets by name.
    pub keywords: Vec<ValueRow>,
    /// In which order.
    pub order: Vec<OrderTerm>,
    /// How many at most.
    pub limit: Filling,
    /// Whether they are only counted.
    pub is_count: bool,
    /// Whether archived records count too.
    pub with_archived: bool,
    /// By what figures are grouped: `date_order:month`.
    pub groups: Vec<String>,
    /// Which figures: `amount_total:sum`.
    pub measures: Vec<String>,
    /// Of which kind an extract is: `csv`, `xlsx`, `json`; empty for the usual one.
    pub format: String,
    /// What no field here can say, as it was.
    pub rest: Map<String, Value>,
    /// All arguments as JSON, while they are edited as that.
    pub json: Option<String>,
}

/// A field and what it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRow {
    /// Which.
    pub row: Row,
    /// The field's technical name.
    pub field: String,
    /// What it gets.
    pub value: Filling,
}

/// A field that records are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderTerm {
    /// The field's technical name.
    pub field: String,
    /// Whether the greatest comes first.
    pub is_descending: bool,
}

/// What a report step makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReportTask {
    /// Sums and counts, grouped.
    #[default]
    Figures,
    /// A printed document.
    Pdf,
    /// A file of records.
    Extract,
    /// Which documents there are.
    List,
}

impl ReportTask {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Figures, Self::Pdf, Self::Extract, Self::List];

    /// The name in definitions: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Pdf => "pdf",
            Self::Extract => "extract",
            Self::List => "list",
        }
    }

    /// The task of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.as_str() == text)
    }
}

/// A part of an input or a step, where something can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// Its technical name.
    Name,
    /// Its title or label.
    Title,
    /// The model.
    Model,
    /// The method.
    Method,
    /// The kind of report, the document, the format.
    Report,
    /// The records.
    Ids,
    /// The conditions.
    Conditions,
    /// The fields that are told.
    Fields,
    /// The values.
    Values,
    /// The method's keywords.
    Keywords,
    /// The order.
    Order,
    /// The limit.
    Limit,
    /// Groups of figures.
    Groups,
    /// Figures.
    Measures,
    /// What is kept as JSON.
    Rest,
}

impl StepForm {
    /// One that says nothing yet.
    #[must_use]
    pub fn new(row: Row, action: StepAction) -> Self {
        Self {
            row,
            name: String::new(),
            title: String::new(),
            action,
            model: String::new(),
            method: String::new(),
            task: ReportTask::default(),
            report: String::new(),
            ids: Filling::empty(ValueKind::Records),
            conditions: Group::default(),
            fields: Vec::new(),
            values: Vec::new(),
            archive: None,
            keywords: Vec::new(),
            order: Vec::new(),
            limit: Filling::empty(ValueKind::Whole),
            is_count: false,
            with_archived: false,
            groups: Vec::new(),
            measures: Vec::new(),
            format: String::new(),
            rest: Map::new(),
            json: None,
        }
    }

    /// Gives the step another model. What named fields, methods or records of the one before goes.
    pub fn choose_model(&mut self, model: &str) {
        if self.model == model {
            return;
        }
        model.clone_into(&mut self.model);
        self.choose_method(String::new());
        if matches!(self.ids, Filling::Typed(_)) {
            self.ids = Filling::empty(ValueKind::Records);
        }
        self.report.clear();
        self.conditions.items.clear();
        self.fields.clear();
        self.values.clear();
        self.order.clear();
        self.groups.clear();
        self.measures.clear();
    }

    /// Gives the step another method. What the one before got by name goes.
    pub fn choose_method(&mut self, method: String) {
        if self.method != method {
            self.method = method;
            self.keywords.clear();
        }
    }

    /// Whether the step is about records that are named, by ids.
    #[must_use]
    pub fn names_records(&self) -> bool {
        match self.action {
            StepAction::Read | StepAction::Write | StepAction::Execute => true,
            StepAction::Report => self.task == ReportTask::Pdf,
            StepAction::Query | StepAction::Create => false,
        }
    }

    /// Whether the step is about records that meet conditions.
    #[must_use]
    pub fn has_conditions(&self) -> bool {
        match self.action {
            StepAction::Query => true,
            StepAction::Report => matches!(self.task, ReportTask::Figures | ReportTask::Extract),
            _ => false,
        }
    }

    /// Whether it tells fields of records.
    #[must_use]
    pub fn tells_fields(&self) -> bool {
        match self.action {
            StepAction::Query => !self.is_count,
            StepAction::Read => true,
            StepAction::Report => self.task == ReportTask::Extract,
            _ => false,
        }
    }

    /// Whether records are sorted.
    #[must_use]
    pub fn has_order(&self) -> bool {
        match self.action {
            StepAction::Query => !self.is_count,
            StepAction::Report => self.task == ReportTask::Extract,
            _ => false,
        }
    }

    /// Whether a number of records can be set.
    #[must_use]
    pub fn has_limit(&self) -> bool {
        match self.action {
            StepAction::Query => !self.is_count,
            _ => self.has_conditions(),
        }
    }

    /// How many records or groups it is about at most where nothing is set: what the tools have there.
    #[must_use]
    pub const fn usual_limit(&self) -> u32 {
        match (self.action, self.task) {
            (StepAction::Report, ReportTask::Extract) => 10_000,
            (StepAction::Report, _) => 80,
            _ => 50,
        }
    }

    /// Whether it sets values of fields.
    #[must_use]
    pub const fn sets_values(&self) -> bool {
        matches!(self.action, StepAction::Create | StepAction::Write)
    }

    /// Every value that may come from elsewhere.
    pub fn each_filling(&mut self, visit: &mut impl FnMut(&mut Filling)) {
        visit(&mut self.ids);
        visit(&mut self.limit);
        for row in self.values.iter_mut().chain(&mut self.keywords) {
            visit(&mut row.value);
        }
        self.conditions.each(&mut |condition| visit(&mut condition.value));
    }

    /// Where an argument is edited.
    #[must_use]
    pub fn part_of(&self, argument: &str) -> Part {
        if self.json.is_some() || self.rest.contains_key(argument) {
            return Part::Rest;
        }
        match argument {
            "model" => Part::Model,
            "method" => Part::Method,
            "action" | "report" | "format" => Part::Report,
            "ids" => Part::Ids,
            "domain" => Part::Conditions,
            "fields" => Part::Fields,
            "values" => Part::Values,
            "kwargs" => Part::Keywords,
            "order" => Part::Order,
            "limit" => Part::Limit,
            "group_by" => Part::Groups,
            "measures" => Part::Measures,
            _ => Part::Rest,
        }
    }

    /// Adds a condition, or a group of them, to the group at `at`.
    pub fn add_item(&mut self, at: Row, item: Item) {
        if let Some(group) = self.conditions.group(at) {
            group.items.push(item);
        }
    }
}
