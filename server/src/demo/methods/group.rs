//! Grouped figures: `formatted_read_group` of 19 and the older `read_group`, which name what they give
//! differently.

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
    period: Option<Period>,
}

#[derive(Clone, Copy)]
enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

struct Group {
    /// One value for each key: `Null`, or the first day of a period.
    values: Vec<Value>,
    ids: Vec<i64>,
}

fn formatted_read_group(env: &Env, model: &'static Model, args: &Args) -> Result<Value, OdooError> {
    let keys = parse_keys(model, &args.texts("groupby")?.unwrap_or_default())?;
    let aggregates = args.texts("aggregates")?.unwrap_or_default();
    let groups = group(env, model, args.value("domain"), &keys)?;
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
    let used = if is_lazy { 1 } else { groupby.len() };
    let keys = parse_keys(model, &groupby[..used.min(groupby.len())])?;
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
                let label = match (key.period, key.label(env, value)) {
                    (Some(_), Value::Array(mut pair)) => pair.pop().unwrap_or_default(),
                    (_, label) => label,
                };
                out.insert(key.spec.clone(), label);
                own.extend(key.domain(value));
                if let (Some(period), Some(first)) = (key.period, value.as_str()) {
                    let range = json!({ "from": first, "to": key.edge(period, first) });
                    ranges.insert(key.spec.clone(), range);
                }
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
                let (name, by) = spec.split_once(':').unwrap_or((spec, ""));
                let Some(field) = model.field(name) else {
                    return Err(unknown(model, name));
                };
                if by.is_empty() && !field.kind.is_amount() {
                    continue;
                }
                let by = if by.is_empty() { "sum" } else { by };
                let sum = aggregate(env, model, &format!("{name}:{by}"), &group.ids)?;
                out.insert(name.to_owned(), sum);
            }
            Ok(Value::Object(out))
        })
        .collect()
}

fn unknown(model: &Model, name: &str) -> OdooError {
    value_error(format!("Invalid field '{name}' on model '{}'", model.name))
}

fn parse_keys(model: &'static Model, specs: &[&str]) -> Result<Vec<Key>, OdooError> {
    specs
        .iter()
        .map(|spec| {
            let (name, period) = spec.split_once(':').map_or((*spec, None), |(a, b)| (a, Some(b)));
            let field = model.field(name).ok_or_else(|| unknown(model, name))?;
            let is_date = matches!(field.kind, Kind::Date | Kind::Datetime);
            let period = match period {
                None if is_date => Some(Period::Month),
                None => None,
                Some(period) => {
                    Some(parse_period(period).filter(|_| is_date).ok_or_else(|| {
                        value_error(format!("Invalid granularity in groupby '{spec}'"))
                    })?)
                }
            };
            Ok(Key { spec: (*spec).to_owned(), model, field, period })
        })
        .collect()
}

fn parse_period(name: &str) -> Option<Period> {
    match name {
        "day" => Some(Period::Day),
        "week" => Some(Period::Week),
        "month" => Some(Period::Month),
        "quarter" => Some(Period::Quarter),
        "year" => Some(Period::Year),
        _ => None,
    }
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
                    Value::Array(mut pair) if keys[at].period.is_none() => {
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

fn aggregate(
    env: &Env,
    model: &'static Model,
    spec: &str,
    ids: &[i64],
) -> Result<Value, OdooError> {
    if spec == "__count" {
        return Ok(json!(ids.len()));
    }
    let wrong = || value_error(format!("Invalid aggregate '{spec}' on '{}'", model.name));
    let (name, by) = spec.split_once(':').ok_or_else(wrong)?;
    let field = model.field(name).ok_or_else(|| unknown(model, name))?;
    let values: Vec<Value> = ids
        .iter()
        .filter_map(|id| env.store.row(model.name, *id))
        .map(|row| env.store.value(model, row, field))
        .filter(|value| !value.is_null())
        .collect();
    let sum: f64 = values.iter().map(value::number).sum();
    let is_number = field.kind.is_amount() || field.kind == Kind::Integer;
    match by {
        "sum" if field.kind == Kind::Integer => Ok(json!(sum as i64)),
        "sum" if is_number => Ok(value::money(sum)),
        "avg" if is_number && values.is_empty() => Ok(json!(false)),
        "avg" if is_number => Ok(value::float(sum / values.len() as f64)),
        "min" => Ok(values.into_iter().min_by(order::compare_values).unwrap_or(json!(false))),
        "max" => Ok(values.into_iter().max_by(order::compare_values).unwrap_or(json!(false))),
        "count" => Ok(json!(values.len())),
        "count_distinct" => {
            let texts: std::collections::BTreeSet<_> =
                values.iter().map(Value::to_string).collect();
            Ok(json!(texts.len()))
        }
        "array_agg" => Ok(Value::Array(values)),
        _ => Err(wrong()),
    }
}

impl Key {
    /// The groups that a value puts its record into.
    fn values(&self, value: &Value) -> Vec<Value> {
        match (self.period, value) {
            (Some(period), Value::String(text)) => {
                let first = value::parse_date(text).map(|day| period.first_day(day));
                vec![first.map_or(Value::Null, |day| json!(self.moment(day)))]
            }
            (_, Value::Array(ids)) if ids.is_empty() => vec![Value::Null],
            (_, Value::Array(ids)) => ids.clone(),
            (_, value) => vec![value.clone()],
        }
    }

    /// What the answer calls the group: `[id, name]`, `[first day, words]`, or the bare value.
    fn label(&self, env: &Env, value: &Value) -> Value {
        match (self.period, self.field.kind.relation(), value) {
            (_, _, Value::Null) => json!(false),
            (Some(period), _, Value::String(first)) => {
                let words = value::parse_date(first).map(|day| period.words(day));
                json!([first, words])
            }
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
        match (self.period, value) {
            (_, Value::Null) => vec![json!([name, "=", false])],
            (Some(period), Value::String(first)) => {
                let next = self.edge(period, first);
                vec![json!([name, ">=", first]), json!([name, "<", next])]
            }
            (_, value) => vec![json!([name, "=", value])],
        }
    }

    /// The start of the period after the one that starts at `first`.
    fn edge(&self, period: Period, first: &str) -> Value {
        value::parse_date(first)
            .and_then(|day| period.next(day))
            .map_or(json!(false), |day| json!(self.moment(day)))
    }

    fn moment(&self, day: jiff::civil::Date) -> String {
        match self.field.kind {
            Kind::Datetime => format!("{day} 00:00:00"),
            _ => day.to_string(),
        }
    }
}

impl Period {
    fn first_day(self, day: jiff::civil::Date) -> jiff::civil::Date {
        let back = match self {
            Self::Day => 0,
            Self::Week => i64::from(day.weekday().to_monday_zero_offset()),
            Self::Month | Self::Quarter | Self::Year => i64::from(day.day()) - 1,
        };
        let day = day.saturating_sub(jiff::Span::new().days(back));
        let months = match self {
            Self::Quarter => (day.month() - 1) % 3,
            Self::Year => day.month() - 1,
            _ => 0,
        };
        day.saturating_sub(jiff::Span::new().months(months))
    }

    fn next(self, first: jiff::civil::Date) -> Option<jiff::civil::Date> {
        let span = jiff::Span::new();
        let span = match self {
            Self::Day => span.days(1),
            Self::Week => span.days(7),
            Self::Month => span.months(1),
            Self::Quarter => span.months(3),
            Self::Year => span.years(1),
        };
        first.checked_add(span).ok()
    }

    fn words(self, first: jiff::civil::Date) -> String {
        let format = match self {
            Self::Day => "%d %b %Y",
            Self::Week => "W%V %G",
            Self::Month => "%B %Y",
            Self::Quarter => return format!("Q{} {}", (first.month() - 1) / 3 + 1, first.year()),
            Self::Year => "%Y",
        };
        first.strftime(format).to_string()
    }
}
