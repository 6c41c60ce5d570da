//! Grouped figures: `formatted_read_group` of 19 and the older `read_group`, which name what they give
//! differently.

mod aggregate;
mod period;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    super::{
        env::Env,
        errors::{OdooError, value_error},
        fields::{Field, Kind},
        model::Model,
        order, value,
    },
    Args,
    Effect::Reads,
    Method,
    Param::{Optional, Required},
    Target, read,
};
use aggregate::{aggregate, meets};
use period::{Grain, Period};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "formatted_read_group",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[
            Required("domain"),
            Optional("groupby"),
            Optional("aggregates"),
            Optional("having"),
            Optional("offset"),
            Optional("limit"),
            Optional("order"),
        ],
        run: |env, model, _, args| formatted_read_group(env, model, args),
    },
    Method {
        name: "read_group",
        models: &[],
        target: Target::Model,
        effect: Reads,
        params: &[
            Required("domain"),
            Required("fields"),
            Required("groupby"),
            Optional("offset"),
            Optional("limit"),
            Optional("orderby"),
            Optional("lazy"),
        ],
        run: |env, model, _, args| read_group(env, model, args),
    },
];

/// A field to group by, with the length of the periods where it is a date.
struct Key {
    spec: String,
    model: &'static Model,
    field: &'static Field,
    grain: Option<Grain>,
}

struct Group {
    /// One value for each key: `Null`, or the beginning of a period.
    values: Vec<Value>,
    ids: Vec<i64>,
}

fn formatted_read_group(env: &Env, model: &'static Model, args: &Args) -> Result<Value, OdooError> {
    let keys = parse_keys(env, model, &args.texts("groupby")?.unwrap_or_default())?;
    let aggregates = args.texts("aggregates")?.unwrap_or_default();
    let mut groups = group(env, model, args.value("domain"), &keys)?;
    if let Some(having) = args.get("having").and_then(Value::as_array) {
        let kept: Vec<bool> = groups
            .iter()
            .map(|group| meets(env, model, having, &group.ids))
            .collect::<Result<_, _>>()?;
        let mut kept = kept.into_iter();
        groups.retain(|_| kept.next() == Some(true));
    }
    let groups = sorted(env, groups, &keys, model, args.text("order"))?;
    read::page(&groups, args)?
        .iter()
        .map(|group| {
            let mut out = Map::new();
            let mut extra = Vec::new();
            for (key, value) in keys.iter().zip(&group.values) {
                out.insert(key.spec.clone(), key.label(env, value));
                extra.extend(key.domain(value));
            }
            let joined = vec![json!("&"); extra.len().saturating_sub(1)];
            let extra: Vec<_> = joined.into_iter().chain(extra).collect();
            out.insert("__extra_domain".to_owned(), json!(extra));
            for spec in &aggregates {
                out.insert((*spec).to_owned(), aggregate(env, model, spec, &group.ids)?);
            }
            Ok(Value::Object(out))
        })
        .collect()
}

fn read_group(env: &Env, model: &'static Model, args: &Args) -> Result<Value, OdooError> {
    let groupby = args.texts("groupby")?.unwrap_or_default();
    let is_lazy = args.get("lazy").is_none_or(|lazy| !value::is_falsy(lazy));
    let (used, rest) = groupby.split_at(if is_lazy { groupby.len().min(1) } else { groupby.len() });
    let keys = parse_keys(env, model, used)?;
    let groups = group(env, model, args.value("domain"), &keys)?;
    let groups = sorted(env, groups, &keys, model, args.text("orderby"))?;
    let wanted = args.texts("fields")?.unwrap_or_default();
    let domain = args.value("domain").as_array().cloned().unwrap_or_default();
    read::page(&groups, args)?
        .iter()
        .map(|group| {
            let mut out = Map::new();
            let mut own = Vec::new();
            let mut ranges = Map::new();
            for (key, value) in keys.iter().zip(&group.values) {
                let label = match (&key.grain, key.label(env, value)) {
                    (Some(_), Value::Array(mut pair)) => pair.pop().unwrap_or_default(),
                    (_, label) => label,
                };
                out.insert(key.spec.clone(), label);
                own.extend(key.domain(value));
                if let Some(grain) = &key.grain {
                    let range = match value.as_str() {
                        Some(start) => json!({ "from": start, "to": grain.next(start) }),
                        None => json!(false),
                    };
                    ranges.insert(key.spec.clone(), range);
                }
            }
            if !rest.is_empty() {
                out.insert("__context".to_owned(), json!({ "group_by": rest }));
            }
            if !ranges.is_empty() {
                out.insert("__range".to_owned(), Value::Object(ranges));
            }
            let all: Vec<_> = own.into_iter().chain(domain.iter().cloned()).collect();
            out.insert("__domain".to_owned(), json!(all));
            let count = match (keys.first(), is_lazy) {
                (Some(key), true) => format!("{}_count", key.field.name),
                _ => "__count".to_owned(),
            };
            out.insert(count, json!(group.ids.len()));
            for spec in &wanted {
                let Some((name, figure)) = figure_of(model, spec)? else { continue };
                out.insert(name.to_owned(), aggregate(env, model, &figure, &group.ids)?);
            }
            Ok(Value::Object(out))
        })
        .collect()
}

/// What a `field`, `field:aggregate` or `name:aggregate(field)` of `read_group` is called, and the aggregate
/// that it means; none for a field that is not added up.
fn figure_of<'a>(
    model: &'static Model,
    spec: &'a str,
) -> Result<Option<(&'a str, String)>, OdooError> {
    let (name, by) = spec.split_once(':').unwrap_or((spec, ""));
    if let Some((by, field)) = by.strip_suffix(')').and_then(|by| by.split_once('(')) {
        return Ok(Some((name, format!("{field}:{by}"))));
    }
    let field = model.field(name).ok_or_else(|| unknown(model, name))?;
    match by {
        "" if field.is_summed() => Ok(Some((name, format!("{name}:sum")))),
        "" => Ok(None),
        by => Ok(Some((name, format!("{name}:{by}")))),
    }
}

fn unknown(model: &Model, name: &str) -> OdooError {
    value_error(format!("Invalid field '{name}' on model '{}'", model.name))
}

fn parse_keys(env: &Env, model: &'static Model, specs: &[&str]) -> Result<Vec<Key>, OdooError> {
    specs
        .iter()
        .map(|spec| {
            let (name, period) = spec.split_once(':').map_or((*spec, None), |(a, b)| (a, Some(b)));
            let field = model.field(name).ok_or_else(|| unknown(model, name))?;
            let zone = match field.kind {
                Kind::Datetime => Some(env.context.zone.clone()),
                _ => None,
            };
            let is_date = matches!(field.kind, Kind::Date | Kind::Datetime);
            let period = match period {
                None if is_date => Some(Period::Month),
                None => None,
                Some(period) => {
                    Some(Period::parse(period).filter(|_| is_date).ok_or_else(|| {
                        value_error(format!("Invalid granularity in groupby '{spec}'"))
                    })?)
                }
            };
            let language = env.context.language;
            let grain = period.map(|period| Grain { period, language, zone });
            Ok(Key { spec: (*spec).to_owned(), model, field, grain })
        })
        .collect()
}

/// The groups of the records that meet the domain. Without keys all are one group.
fn group(
    env: &Env,
    model: &'static Model,
    domain: &Value,
    keys: &[Key],
) -> Result<Vec<Group>, OdooError> {
    let ids = env.search(model, domain, Some("id"))?;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(vec![Group { values: Vec::new(), ids }]);
    }
    for id in ids {
        let Some(row) = env.store.row(model.name, id) else { continue };
        // A record with several tags is in the group of each of them.
        let mut combinations: Vec<Vec<Value>> = vec![Vec::new()];
        for key in keys {
            let options = key.values(&env.store.value(key.model, row, key.field));
            combinations = combinations
                .into_iter()
                .flat_map(|left| {
                    options
                        .iter()
                        .map(move |option| left.iter().cloned().chain([option.clone()]).collect())
                })
                .collect();
        }
        for values in combinations {
            let at = json!(values).to_string();
            let group = groups.entry(at).or_insert_with(|| Group { values, ids: Vec::new() });
            group.ids.push(id);
        }
    }
    Ok(groups.into_values().collect())
}

/// The groups by `order` (a key, or an aggregate such as `amount_total:sum desc`), else by their keys.
fn sorted(
    env: &Env,
    mut groups: Vec<Group>,
    keys: &[Key],
    model: &'static Model,
    by: Option<&str>,
) -> Result<Vec<Group>, OdooError> {
    let own_order = || keys.iter().map(|key| key.spec.as_str()).collect::<Vec<_>>().join(",");
    let by = by.map_or_else(own_order, str::to_owned);
    // Sorting is stable, so the columns are applied from the last to the first.
    for part in by.split(',').rev().filter(|part| !part.trim().is_empty()) {
        let mut words = part.split_whitespace();
        let spec = words.next().unwrap_or_default();
        let descends = words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"));
        let key = keys.iter().position(|key| key.spec == spec || key.field.name == spec);
        let mut valued = Vec::new();
        for group in groups {
            let value = match key {
                Some(at) => match keys[at].label(env, &group.values[at]) {
                    Value::Array(mut pair) if keys[at].grain.is_none() => {
                        pair.pop().unwrap_or_default()
                    }
                    Value::Array(mut pair) => pair.swap_remove(0),
                    label => label,
                },
                None => aggregate(env, model, spec, &group.ids)?,
            };
            valued.push((value, group));
        }
        valued.sort_by(|(a, _), (b, _)| {
            // A group of records without the value comes last, first when descending.
            let unset = |value: &Value| *value == json!(false);
            let ordering = unset(a).cmp(&unset(b)).then_with(|| order::compare_values(a, b));
            if descends { ordering.reverse() } else { ordering }
        });
        groups = valued.into_iter().map(|(_, group)| group).collect();
    }
    Ok(groups)
}

impl Key {
    /// The groups that a value puts its record into.
    fn values(&self, value: &Value) -> Vec<Value> {
        match (&self.grain, value) {
            (Some(grain), Value::String(stored)) => vec![json!(grain.start_of(stored))],
            (_, Value::Array(ids)) if ids.is_empty() => vec![Value::Null],
            (_, Value::Array(ids)) => ids.clone(),
            (_, value) => vec![value.clone()],
        }
    }

    /// What the answer calls the group: `[id, name]`, `[beginning, words]`, or the bare value.
    fn label(&self, env: &Env, value: &Value) -> Value {
        match (&self.grain, self.field.kind.relation(), value) {
            (_, _, Value::Null) => json!(false),
            (Some(grain), _, Value::String(start)) => json!([start, grain.words(start)]),
            (_, Some(other), Value::Number(id)) => {
                let name = id.as_i64().map(|id| env.store.name(other, id));
                json!([id, name.unwrap_or_default()])
            }
            (_, _, value) => value.clone(),
        }
    }

    /// The conditions that the group's records meet.
    fn domain(&self, value: &Value) -> Vec<Value> {
        let name = self.field.name;
        match (&self.grain, value) {
            (_, Value::Null) => vec![json!([name, "=", false])],
            (Some(grain), Value::String(start)) => {
                vec![json!([name, ">=", start]), json!([name, "<", grain.next(start)])]
            }
            (_, value) => vec![json!([name, "=", value])],
        }
    }
}
