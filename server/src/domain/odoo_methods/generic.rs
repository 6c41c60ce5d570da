//! The generic methods of Odoo's ORM, web client and portal that may run. Their names were compared with the public
//! methods of `BaseModel` and of the web module in Odoo 17, 18 and 19.

use std::ops::RangeInclusive;

use shared::permission::Permission;

/// What a method does to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It reads.
    Reads,
    /// It may change something.
    Changes,
}

/// What it is called on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The model.
    Model,
    /// Records of it.
    Records,
    /// Records of it, which may be none.
    AnyRecords,
}

/// A method of every model.
#[derive(Debug, PartialEq, Eq)]
pub struct Generic {
    /// Its name.
    pub name: &'static str,
    /// The first and the last version that has it.
    pub versions: RangeInclusive<u32>,
    /// What a key needs besides `execute`.
    pub needs: &'static [Permission],
    /// Whether it changes anything.
    pub effect: Effect,
    /// What it is called on.
    pub target: Target,
    /// Its parameters from 19 on.
    params: &'static [&'static str],
    /// Its parameters until 18, where they were others.
    until_18: Option<&'static [&'static str]>,
}

impl Generic {
    /// Its parameters on an Odoo of this major version in their order, so that positional arguments get their names.
    #[must_use]
    pub fn params_on(&self, major: u32) -> &'static [&'static str] {
        self.until_18.filter(|_| major < 19).unwrap_or(self.params)
    }

    /// The place of the limit among its parameters, if it answers with as much as a limit says. It is the same in every
    /// version.
    #[must_use]
    pub fn place_of_limit(&self) -> Option<usize> {
        self.params.iter().position(|param| *param == "limit")
    }

    /// Whether it gives fields of what it has saved to a caller who asks for them.
    #[must_use]
    pub fn reads_back(&self) -> bool {
        self.effect == Effect::Changes && self.params.contains(&"specification")
    }

    const fn until_18(self, params: &'static [&'static str]) -> Self {
        Self { until_18: Some(params), ..self }
    }

    /// Parameters that it needs so that a preview can show what it would do.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        let (name, params) = (self.name, self.params);
        let shows = move |param: &&str| match name {
            "create" | "name_create" | "write" | "update" | "web_save" | "web_save_multi" => {
                ["name", "vals", "values", "vals_list"].contains(param)
            }
            _ => false,
        };
        params.iter().copied().filter(shows)
    }
}

/// The method of every model with this name.
#[must_use]
pub fn generic(method: &str) -> Option<&'static Generic> {
    GENERIC.iter().find(|generic| generic.name == method)
}

const QUERY: &[Permission] = &[Permission::Query];
const READ: &[Permission] = &[Permission::Read];
const QUERY_READ: &[Permission] = &[Permission::Query, Permission::Read];
const REPORT: &[Permission] = &[Permission::Report];
const CREATE: &[Permission] = &[Permission::Create];
const WRITE: &[Permission] = &[Permission::Write];
const CREATE_WRITE: &[Permission] = &[Permission::Create, Permission::Write];
const SCHEMA: &[Permission] = &[Permission::Schema];

const ANY: RangeInclusive<u32> = 8..=u32::MAX;
const TO_17: RangeInclusive<u32> = 8..=17;
const FROM_17: RangeInclusive<u32> = 17..=u32::MAX;
const FROM_19: RangeInclusive<u32> = 19..=u32::MAX;

const fn reads(
    name: &'static str,
    versions: RangeInclusive<u32>,
    needs: &'static [Permission],
    target: Target,
    params: &'static [&'static str],
) -> Generic {
    Generic { name, versions, needs, effect: Effect::Reads, target, params, until_18: None }
}

const fn changes(
    name: &'static str,
    versions: RangeInclusive<u32>,
    needs: &'static [Permission],
    target: Target,
    params: &'static [&'static str],
) -> Generic {
    Generic { name, versions, needs, effect: Effect::Changes, target, params, until_18: None }
}

/// The generic methods that may run.
pub static GENERIC: [Generic; 31] = [
    reads("search", ANY, QUERY, Target::Model, &["domain", "offset", "limit", "order"]),
    reads("search_count", ANY, QUERY, Target::Model, &["domain", "limit"]),
    reads("name_search", ANY, QUERY, Target::Model, &["name", "domain", "operator", "limit"]),
    reads(
        "search_read",
        ANY,
        QUERY_READ,
        Target::Model,
        &["domain", "fields", "offset", "limit", "order"],
    ),
    reads(
        "search_fetch",
        FROM_17,
        QUERY_READ,
        Target::Model,
        &["domain", "field_names", "offset", "limit", "order"],
    ),
    reads(
        "web_search_read",
        FROM_17,
        QUERY_READ,
        Target::Model,
        &["domain", "specification", "offset", "limit", "order", "count_limit"],
    ),
    reads("export_data", ANY, QUERY_READ, Target::Records, &["fields_to_export"]),
    reads("read", ANY, READ, Target::Records, &["fields", "load"]),
    reads("web_read", FROM_17, READ, Target::Records, &["specification"]),
    reads("name_get", TO_17, READ, Target::Records, &[]),
    reads(
        "read_group",
        ANY,
        REPORT,
        Target::Model,
        &["domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"],
    ),
    reads(
        "web_read_group",
        ANY,
        REPORT,
        Target::Model,
        &["domain", "groupby", "aggregates", "limit", "offset", "order"],
    )
    .until_18(&["domain", "fields", "groupby", "limit", "offset", "orderby", "lazy"]),
    reads(
        "formatted_read_group",
        FROM_19,
        REPORT,
        Target::Model,
        &["domain", "groupby", "aggregates", "having", "offset", "limit", "order"],
    ),
    reads("read_progress_bar", ANY, REPORT, Target::Model, &["domain", "group_by", "progress_bar"]),
    reads("fields_get", ANY, SCHEMA, Target::Model, &["allfields", "attributes"]),
    reads("get_views", ANY, SCHEMA, Target::Model, &["views", "options"]),
    reads("get_view", ANY, SCHEMA, Target::Model, &["view_id", "view_type"]),
    reads("default_get", ANY, SCHEMA, Target::Model, &["fields"]),
    reads("has_access", 18..=u32::MAX, SCHEMA, Target::AnyRecords, &["operation"]),
    reads("check_access_rights", ANY, SCHEMA, Target::Model, &["operation", "raise_exception"]),
    changes("create", ANY, CREATE, Target::Model, &["vals_list"]),
    changes("copy", ANY, CREATE, Target::Records, &["default"]),
    changes("name_create", ANY, CREATE, Target::Model, &["name"]),
    changes("write", ANY, WRITE, Target::Records, &["vals"]),
    changes("update", ANY, WRITE, Target::Records, &["values"]),
    changes("toggle_active", ANY, WRITE, Target::Records, &[]),
    changes("action_archive", ANY, WRITE, Target::Records, &[]),
    changes("action_unarchive", ANY, WRITE, Target::Records, &[]),
    changes("load", ANY, CREATE_WRITE, Target::Model, &["fields", "data"]),
    changes("web_save", FROM_17, CREATE_WRITE, Target::Records, &["vals", "specification"]),
    changes(
        "web_save_multi",
        FROM_19,
        CREATE_WRITE,
        Target::Records,
        &["vals_list", "specification"],
    ),
];
