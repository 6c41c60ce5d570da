//! Field definitions: what a model's fields are, where their values come from, and how `fields_get`
//! describes them.

use serde_json::{Map, Value, json};

use super::{
    context::Language,
    french::translate,
    store::{Row, Store},
};

/// One field of a model.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    pub(super) source: Source,
    pub(super) required: bool,
    pub(super) readonly: bool,
    /// What becomes of a record when the one that this many2one points to is deleted.
    pub(super) on_delete: OnDelete,
    pub(super) help: Option<&'static str>,
    pub(super) groups: Option<&'static str>,
    pub(super) initial: Initial,
}

/// What type a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Float,
    Monetary,
    Char,
    Text,
    Html,
    Date,
    Datetime,
    Binary,
    Selection(&'static [(&'static str, &'static str)]),
    Many2one(&'static str),
    /// The other model and its many2one that points back.
    One2many(&'static str, &'static str),
    Many2many(&'static str),
}

/// What deleting a record does to those that need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDelete {
    /// They keep it from being deleted.
    Refuse,
    /// They go with it, as lines do.
    Cascade,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// The record itself; a one2many reads the records that point back.
    Stored,
    /// A dotted path through many2one fields. Writing it writes the field at its end.
    Related(&'static str),
    /// Worked out at every reading, so that it always agrees with what it is made of.
    Computed(fn(&Store, &Row) -> Value),
    /// What the model calls its records.
    DisplayName,
}

/// What a new record's field holds when `create` is not told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Initial {
    Empty,
    True,
    Number(f64),
    Text(&'static str),
    Record(i64),
    Now,
    Today,
    /// The person who calls.
    Me,
    /// A prefix and the record's id in five digits.
    Sequence(&'static str),
}

impl Field {
    const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            kind,
            source: Source::Stored,
            required: false,
            readonly: false,
            on_delete: OnDelete::Refuse,
            help: None,
            groups: None,
            initial: Initial::Empty,
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    pub(super) const fn cascade(mut self) -> Self {
        self.on_delete = OnDelete::Cascade;
        self
    }

    pub(super) const fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    pub(super) const fn groups(mut self, groups: &'static str) -> Self {
        self.groups = Some(groups);
        self
    }

    pub(super) const fn initial(mut self, initial: Initial) -> Self {
        self.initial = initial;
        self
    }

    pub(super) const fn related(mut self, path: &'static str) -> Self {
        self.source = Source::Related(path);
        self
    }

    pub(super) const fn computed(mut self, compute: fn(&Store, &Row) -> Value) -> Self {
        self.source = Source::Computed(compute);
        self.readonly = true;
        self
    }

    /// Whether a domain may name the field: pictures may not.
    pub(super) const fn is_searchable(&self) -> bool {
        !matches!(self.kind, Kind::Binary)
    }

    /// Whether `order` may name the field.
    pub(super) fn is_sortable(&self) -> bool {
        self.name != "display_name"
            && !matches!(self.kind, Kind::One2many(..) | Kind::Many2many(_) | Kind::Binary)
    }

    /// Whether a group's figures hold the field's sum without being asked for another.
    pub(super) fn is_summed(&self) -> bool {
        match self.kind {
            Kind::Monetary => true,
            Kind::Float | Kind::Integer => {
                matches!(self.source, Source::Stored) && self.name != "id"
            }
            _ => false,
        }
    }

    /// What `fields_get` says in a language: every attribute that applies, or those of `wanted` that do.
    pub(super) fn describe(&self, language: Language, wanted: Option<&[&str]>) -> Value {
        let mut all = Map::new();
        let mut put = |key: &str, value: Value| {
            if wanted.is_none_or(|wanted| wanted.contains(&key)) {
                all.insert(key.to_owned(), value);
            }
        };
        let stored = matches!(self.source, Source::Stored);
        put("change_default", json!(false));
        put("company_dependent", json!(false));
        put("default_export_compatible", json!(false));
        put("depends", json!([]));
        put("exportable", json!(true));
        put("groupable", json!(self.is_sortable() && !self.kind.is_amount()));
        put("manual", json!(false));
        put("name", json!(self.name));
        put("readonly", json!(self.readonly));
        put("required", json!(self.required));
        put("searchable", json!(self.is_searchable()));
        put("sortable", json!(self.is_sortable()));
        put("store", json!(stored));
        put("string", json!(translate(language, self.label)));
        put("type", json!(self.kind.name()));
        if let Source::Related(path) = self.source {
            put("related", json!(path));
        }
        if let Some(help) = self.help {
            put("help", json!(help));
        }
        if let Some(groups) = self.groups {
            put("groups", json!(groups));
        }
        if let Some(relation) = self.kind.relation() {
            put("relation", json!(relation));
            put("context", json!({}));
            put("domain", json!([]));
        }
        match self.kind {
            Kind::One2many(_, inverse) => put("relation_field", json!(inverse)),
            Kind::Selection(options) => {
                let options = options.iter();
                let told = options.map(|(value, label)| json!([value, translate(language, label)]));
                put("selection", told.collect());
            }
            Kind::Char | Kind::Text | Kind::Html => {
                put("translate", json!(false));
                put("trim", json!(true));
            }
            Kind::Monetary => {
                put("aggregator", json!("sum"));
                put("currency_field", json!("currency_id"));
            }
            Kind::Float | Kind::Integer if self.is_summed() => put("aggregator", json!("sum")),
            _ => {}
        }
        Value::Object(all)
    }
}

impl Kind {
    /// The type's name in `fields_get`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Monetary => "monetary",
            Self::Char => "char",
            Self::Text => "text",
            Self::Html => "html",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Binary => "binary",
            Self::Selection(_) => "selection",
            Self::Many2one(_) => "many2one",
            Self::One2many(..) => "one2many",
            Self::Many2many(_) => "many2many",
        }
    }

    /// The model that a relational field points to.
    pub(super) const fn relation(self) -> Option<&'static str> {
        match self {
            Self::Many2one(model) | Self::One2many(model, _) | Self::Many2many(model) => {
                Some(model)
            }
            _ => None,
        }
    }

    /// The label of a selection's value.
    pub(super) fn option(self, value: &str) -> Option<&'static str> {
        let Self::Selection(options) = self else { return None };
        options.iter().find(|(option, _)| *option == value).map(|(_, label)| *label)
    }

    /// Whether sums of the field make sense.
    pub(super) const fn is_amount(self) -> bool {
        matches!(self, Self::Float | Self::Monetary)
    }

    /// What an unset field of this type holds: `Null`, or a zero where Odoo has no "unset".
    pub(super) fn empty(self) -> Value {
        match self {
            Self::Boolean => json!(false),
            Self::Integer => json!(0),
            Self::Float | Self::Monetary => json!(0.0),
            Self::One2many(..) | Self::Many2many(_) => json!([]),
            _ => Value::Null,
        }
    }
}

macro_rules! constructors {
    ($($function:ident => $kind:ident),*) => {
        $(pub(super) const fn $function(name: &'static str, label: &'static str) -> Field {
            Field::new(name, label, Kind::$kind)
        })*
    };
}

constructors!(
    boolean => Boolean, integer => Integer, float => Float, monetary => Monetary, char => Char,
    text => Text, html => Html, date => Date, datetime => Datetime, binary => Binary
);

/// The field that every model has for what its records are called.
pub(super) const fn display_name() -> Field {
    let mut field = Field::new("display_name", "Shown name", Kind::Char);
    field.source = Source::DisplayName;
    field.readonly = true;
    field
}

pub(super) const fn selection(
    name: &'static str,
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
) -> Field {
    Field::new(name, label, Kind::Selection(options))
}

pub(super) const fn many2one(
    name: &'static str,
    label: &'static str,
    model: &'static str,
) -> Field {
    Field::new(name, label, Kind::Many2one(model))
}

pub(super) const fn one2many(
    name: &'static str,
    label: &'static str,
    model: &'static str,
    inverse: &'static str,
) -> Field {
    Field::new(name, label, Kind::One2many(model, inverse))
}

pub(super) const fn many2many(
    name: &'static str,
    label: &'static str,
    model: &'static str,
) -> Field {
    Field::new(name, label, Kind::Many2many(model))
}
