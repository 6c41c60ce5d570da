//! Grouped figures: `formatted_read_group` from Odoo 19 on, `read_group` before.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::number;
use crate::{
    domain::{odoo_domain::is_field_path, own_fields::Use},
    services::tools::{
        Answer, Output, ToolError,
        arguments::{Arguments, Term},
        named,
        paths::{End, follow_open, refuse_foreign},
        query::check_domain,
        records::{moment, zone},
        run::Call,
    },
};

const GRAINS: [&str; 6] = ["hour", "day", "week", "month", "quarter", "year"];
const AGGREGATES: [&str; 5] = ["sum", "avg", "min", "max", "count_distinct"];
const MAX_GROUPS: i64 = 500;
const DEFAULT_GROUPS: i64 = 80;

/// What records are grouped by.
struct Group {
    /// As Odoo is asked for it.
    asked: String,
    /// As the caller wrote it.
    written: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Date,
    Datetime,
    Boolean,
    Other,
}

impl Kind {
    fn of(end: Option<&End>) -> Self {
        match end.map(|end| end.kind.as_str()) {
            Some("date") => Self::Date,
            Some("datetime") => Self::Datetime,
            Some("boolean") => Self::Boolean,
            _ => Self::Other,
        }
    }

    const fn has_grain(self) -> bool {
        matches!(self, Self::Date | Self::Datetime)
    }

    /// A single value of this kind: `false` is none of it, but for what is true or false. `zone` is the person's.
    fn told(self, value: &Value, zone: &TimeZone) -> Value {
        match value {
            Value::Bool(false) if self != Self::Boolean => Value::Null,
            Value::String(text) if self == Self::Datetime => {
                moment(text, zone).unwrap_or_else(|| value.clone())
            }
            other => other.clone(),
        }
    }
}

/// A field and how its values are put together.
struct Measure {
    field: String,
    aggregate: String,
    /// As the caller wrote it.
    written: String,
    /// Of what is told: of numbers [`Kind::Other`].
    kind: Kind,
}

pub(super) async fn run(call: &Call<'_>, model: &str, mut arguments: Arguments<'_>) -> Answer {
    let mut domain = arguments.domain("domain")?;
    let groups = texts(&mut arguments, "group_by", 4)?;
    let mut measures = measures(texts(&mut arguments, "measures", 10)?)?;
    let limit = arguments.integer("limit", 1..=MAX_GROUPS)?.unwrap_or(DEFAULT_GROUPS);
    let context = arguments.context()?;
    arguments.finish(&["action", "model", "domain", "group_by", "measures", "limit", "context"])?;
    let guards = &call.principal().rules.guards;
    check_domain(call, model, &mut domain, &context).await?;
    let mut keys = Vec::new();
    for group in &groups {
        let (path, grain) = group.split_once(':').unwrap_or((group, ""));
        if !is_field_path(path) {
            return Err(ToolError::argument("group_by", format_args!("{path:?} is no field")));
        }
        let term = Term::quoted(path, group);
        term.refuse_secret(guards, "group_by")?;
        let terms = [term];
        let ends = follow_open(call, model, "group_by", &terms).await?;
        refuse_foreign(call, model, "group_by", Use::Group, &terms).await?;
        let kind = Kind::of(ends.values().next());
        check_grain(kind, grain).map_err(|problem| terms[0].error("group_by", problem))?;
        // Without a grain older versions take months, and 19 takes nothing.
        let asked = match kind {
            kind if kind.has_grain() && grain.is_empty() => format!("{path}:month"),
            _ => group.clone(),
        };
        keys.push(Group { asked, written: group.clone(), kind });
    }
    let groups: Vec<&str> = keys.iter().map(|key| key.asked.as_str()).collect();
    for Measure { field, aggregate, written, kind } in &mut measures {
        let term = Term::quoted(field, written);
        term.refuse_secret(guards, "measures")?;
        let terms = [term];
        let ends = follow_open(call, model, "measures", &terms).await?;
        let end = ends.values().next();
        check_aggregate(aggregate, end).map_err(|problem| terms[0].error("measures", problem))?;
        // The others count, or reckon.
        if matches!(aggregate.as_str(), "min" | "max") {
            *kind = Kind::of(end);
        }
    }

    let domain = domain.into_value();
    let rows = if call.major() >= 19 {
        let aggregates: Vec<String> = measures
            .iter()
            .map(|measure| format!("{}:{}", measure.field, measure.aggregate))
            .chain(["__count".to_owned()])
            .collect();
        let asked = named(json!({
            "domain": domain, "groupby": groups, "aggregates": aggregates, "limit": limit,
        }));
        call.ask(model, "formatted_read_group", None, asked, &context).await?
    } else {
        // Without names of our own two aggregates of one field would share a key.
        let fields: Vec<String> = measures
            .iter()
            .enumerate()
            .map(|(at, measure)| format!("m{at}:{}({})", measure.aggregate, measure.field))
            .collect();
        let asked = named(json!({
            "domain": domain, "fields": fields, "groupby": groups, "limit": limit, "lazy": false,
        }));
        call.ask(model, "read_group", None, asked, &context).await?
    };
    let rows = rows.as_array().ok_or_else(|| {
        ToolError::failed("Odoo answered with something that is no list of groups")
    })?;
    let zone = zone(call, &context).await?;
    let told: Vec<Value> = rows.iter().map(|row| group(row, &keys, &measures, &zone)).collect();
    call.note(|about| about.records = u32::try_from(told.len()).ok());
    let mut answer = json!({ "model": model, "groups": told });
    if told.len() as i64 == limit {
        answer["note"] =
            json!("there may be more groups than the limit: raise it or narrow the domain");
    }
    Ok(Output::Answer(answer))
}

/// Checks what stands behind the colon of what is grouped by; it may be empty.
fn check_grain(kind: Kind, grain: &str) -> Result<(), String> {
    let grains = GRAINS.join(", ");
    match grain {
        "" => Ok(()),
        _ if !kind.has_grain() => Err(format!("a grain ({grains}) goes with a date or time only")),
        grain if GRAINS.contains(&grain) => Ok(()),
        other => Err(format!("{other:?} is no grain: there are {grains}")),
    }
}

/// Checks that the field's values can be put together like this.
fn check_aggregate(aggregate: &str, end: Option<&End>) -> Result<(), String> {
    // Of what is inside properties nobody knows it.
    let kind = end.map(|end| end.kind.as_str()).unwrap_or_default();
    let is_number = matches!(kind, "" | "integer" | "float" | "monetary");
    if is_number || !matches!(aggregate, "sum" | "avg") {
        return Ok(());
    }
    Err(format!(
        "{aggregate} goes with numbers only, and the field is {kind}: count_distinct counts its values, and the count of records \
         is always there"
    ))
}

/// One group with the same names whatever the version. `zone` is the person's.
fn group(row: &Value, keys: &[Group], measures: &[Measure], zone: &TimeZone) -> Value {
    let mut told = Map::new();
    for Group { asked, written, kind } in keys {
        // Odoo gives a period of times in UTC, and a day belongs to another month there.
        let begins = |from: &Value| match from.as_str() {
            Some(text) if *kind == Kind::Datetime => {
                moment(text, zone).unwrap_or_else(|| from.clone())
            }
            _ => from.clone(),
        };
        // Until 18 the group has the period's name, and where it begins stands beside.
        let range = &row["__range"][asked]["from"];
        let value = match &row[asked] {
            // A relation, or a date's beginning, each with its name.
            Value::Array(pair) if pair.len() == 2 => match &pair[0] {
                Value::Number(_) => json!({ "id": pair[0], "name": pair[1] }),
                _ => json!({ "from": begins(&pair[0]), "name": pair[1] }),
            },
            Value::String(name) if range.is_string() => {
                json!({ "from": begins(range), "name": name })
            }
            // The beginning of a period is told above.
            other if kind.has_grain() => Kind::Other.told(other, zone),
            other => kind.told(other, zone),
        };
        told.insert(written.clone(), value);
    }
    for (at, Measure { field, aggregate, written: _, kind }) in measures.iter().enumerate() {
        let name = format!("{field}:{aggregate}");
        let value = row.get(&name).or_else(|| row.get(format!("m{at}")));
        told.insert(name, value.map(|value| kind.told(value, zone)).unwrap_or_default());
    }
    let count = number(&row["__count"]);
    told.insert("count".to_owned(), json!(count));
    Value::Object(told)
}

fn measures(texts: Vec<String>) -> Result<Vec<Measure>, ToolError> {
    texts
        .into_iter()
        .map(|text| {
            let (field, aggregate) = text.split_once(':').unwrap_or((&text, "sum"));
            if !is_field_path(field) || !AGGREGATES.contains(&aggregate) {
                return Err(ToolError::argument(
                    "measures",
                    format_args!(
                        "{text:?} is not understood: write a field and one of {}, such as amount_total:sum",
                        AGGREGATES.join(", ")
                    ),
                ));
            }
            let (field, aggregate) = (field.to_owned(), aggregate.to_owned());
            Ok(Measure { field, aggregate, written: text, kind: Kind::Other })
        })
        .collect()
}

fn texts(arguments: &mut Arguments<'_>, name: &str, most: usize) -> Result<Vec<String>, ToolError> {
    let list = arguments.list(name)?.unwrap_or_default();
    if list.len() > most {
        return Err(ToolError::argument(name, format_args!("name at most {most}")));
    }
    list.into_iter()
        .map(|value| match value {
            Value::String(text) => Ok(text),
            _ => Err(ToolError::argument(name, "must be a list of texts")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum() -> Vec<Measure> {
        measures(vec!["amount_total".into()]).expect("is taken")
    }

    #[test]
    fn groups_read_the_same_from_both_methods() {
        let key = |asked: &str, kind| Group {
            asked: asked.to_owned(),
            written: asked.trim_end_matches(":month").to_owned(),
            kind,
        };
        let zone = TimeZone::get("Europe/Brussels").expect("a zone");
        let keys = [key("partner_id", Kind::Other)];
        let new = json!({ "partner_id": [7, "Acme"], "__count": 2, "amount_total:sum": 5.5, "__extra_domain": [] });
        let old = json!({ "partner_id": [7, "Acme"], "__count": 2, "m0": 5.5, "__domain": [] });
        let told = json!({ "partner_id": { "id": 7, "name": "Acme" }, "amount_total:sum": 5.5, "count": 2 });
        assert_eq!(group(&new, &keys, &sum(), &zone), told);
        assert_eq!(group(&old, &keys, &sum(), &zone), told);

        let keys = [key("date_order:month", Kind::Datetime), key("date:month", Kind::Date)];
        let new = json!({
            "date_order:month": ["2026-05-31 22:00:00", "June 2026"], "date:month": ["2026-06-01", "June 2026"], "__count": 2,
        });
        let old = json!({
            "date_order:month": "June 2026", "date:month": "June 2026", "__count": 2,
            "__range": {
                "date_order:month": { "from": "2026-05-31 22:00:00", "to": "2026-06-30 22:00:00" },
                "date:month": { "from": "2026-06-01", "to": "2026-07-01" },
            },
        });
        let from = json!({ "local": "2026-06-01T00:00:00+02:00", "utc": "2026-05-31T22:00:00Z" });
        let told = json!({
            "date_order": { "from": from, "name": "June 2026" },
            "date": { "from": "2026-06-01", "name": "June 2026" },
            "count": 2,
        });
        assert_eq!(group(&new, &keys, &[], &zone), told);
        assert_eq!(group(&old, &keys, &[], &zone), told);
        // Records without a date are a group, whose period is none.
        let none = json!({ "date:month": false, "__range": { "date:month": false }, "__count": 1 });
        assert_eq!(group(&none, &keys[1..], &[], &zone), json!({ "date": null, "count": 1 }));
    }

    #[test]
    fn a_measure_is_a_field_and_an_aggregate() {
        assert_eq!(sum()[0].aggregate, "sum");
        for bad in ["amount_total:median", "a b:sum", ":sum", "x:sum:avg"] {
            assert!(measures(vec![bad.into()]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_grain_is_one_of_six_and_goes_with_dates() {
        assert_eq!(check_grain(Kind::Other, ""), Ok(()));
        assert_eq!(check_grain(Kind::Datetime, "week"), Ok(()));
        let told = |kind, grain| check_grain(kind, grain).expect_err("is refused");
        assert!(told(Kind::Other, "week").ends_with("goes with a date or time only"));
        assert_eq!(
            told(Kind::Date, "weekday"),
            "\"weekday\" is no grain: there are hour, day, week, month, quarter, year"
        );
    }

    #[test]
    fn numbers_are_summed_and_others_counted_or_compared() {
        let end = |kind: &str| End { kind: kind.to_owned(), ..End::default() };
        for (aggregate, kind) in
            [("sum", "monetary"), ("avg", "integer"), ("sum", ""), ("max", "char"), ("min", "date")]
        {
            assert_eq!(check_aggregate(aggregate, Some(&end(kind))), Ok(()), "{aggregate} {kind}");
        }
        for (aggregate, kind) in [("sum", "char"), ("avg", "date"), ("sum", "many2one")] {
            let told = check_aggregate(aggregate, Some(&end(kind))).expect_err("is refused");
            assert!(told.contains("goes with numbers only"), "{told}");
        }
    }

    #[test]
    fn what_is_false_is_nothing_but_of_what_is_true_or_false() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        assert_eq!(Kind::Boolean.told(&json!(false), &zone), json!(false));
        assert_eq!(Kind::Other.told(&json!(false), &zone), Value::Null);
        assert_eq!(Kind::Date.told(&json!("2026-06-01"), &zone), json!("2026-06-01"));
        let last = Kind::Datetime.told(&json!("2026-05-31 22:00:00"), &zone);
        assert_eq!(last["local"], "2026-06-01T00:00:00+02:00");
    }
}
