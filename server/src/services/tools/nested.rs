//! Records inside values: which ones commands would change, how they are now, and what is told of them before anybody
//! agrees. What commands look like is in [`crate::domain::odoo_values`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use shared::confirmation::Change;

use super::{
    ToolError,
    paths::{may_see, refuse_about_closed, required_definitions},
    readable::as_they_are,
    run::Call,
    values::{MAX_DEPTH, Teller, check_model},
};
use crate::{domain::odoo_values, services::odoo_cache::Definitions};

/// The records of other models that values change by commands, as they are now.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Nested {
    /// In the order in which they are written.
    changed: Vec<Changed>,
    /// By model and id: the name, and the fields that would change.
    rows: BTreeMap<String, BTreeMap<i64, Value>>,
    /// The context that came with the values.
    context: BTreeMap<String, Value>,
}

/// A record that a command changes.
#[derive(Debug, PartialEq)]
struct Changed {
    model: String,
    id: i64,
    /// Its new values; none where it only gets another parent.
    values: Map<String, Value>,
    /// The field that leads to its parent, where the command gives it another one.
    parent: Option<String>,
}

impl Nested {
    /// The records that `sets` of values for `model` change, with one read of each model. The values have been
    /// checked.
    ///
    /// # Errors
    /// When one does not exist, or is about a record of a closed model, or Odoo does not answer.
    pub(super) async fn read(
        call: &Call<'_>,
        model: &str,
        sets: &[&Map<String, Value>],
        context: &BTreeMap<String, Value>,
    ) -> Result<Self, ToolError> {
        for (model, ids) in named(call, model, sets).await? {
            refuse_about_closed(call, "values", &model, &ids.into_iter().collect::<Vec<_>>())
                .await?;
        }
        let changed = changed(call, model, sets).await?;
        let mut wanted: BTreeMap<&str, BTreeMap<i64, BTreeSet<&str>>> = BTreeMap::new();
        for Changed { model, id, values, parent } in &changed {
            let fields = wanted.entry(model).or_default().entry(*id).or_default();
            fields.extend(values.keys().map(String::as_str));
            fields.extend(parent.as_deref());
        }
        let mut rows: BTreeMap<String, BTreeMap<i64, Value>> = BTreeMap::new();
        for (model, records) in wanted {
            let found = as_they_are(call, "values", model, &records, context).await?;
            rows.insert(model.to_owned(), found);
        }
        Ok(Self { changed, rows, context: context.clone() })
    }

    /// The context that came with the values.
    pub(super) fn context(&self) -> &BTreeMap<String, Value> {
        &self.context
    }

    /// What an agreement is bound to.
    pub(super) fn state(&self) -> Value {
        json!(self.rows)
    }

    /// One line for each value of these records that would change.
    ///
    /// # Errors
    /// When Odoo does not answer.
    pub(super) async fn told(&self, call: &Call<'_>) -> Result<Vec<Change>, ToolError> {
        self.told_with(call, |_| None).await
    }

    /// The same, where `open` tells the values that are not known yet.
    ///
    /// # Errors
    /// When Odoo does not answer.
    pub(super) async fn told_with(
        &self,
        call: &Call<'_>,
        open: impl Fn(&Value) -> Option<String>,
    ) -> Result<Vec<Change>, ToolError> {
        let mut tellers: HashMap<&str, Teller> = HashMap::new();
        for model in self.rows.keys() {
            let sets = self.changed.iter().filter(|changed| changed.model == *model);
            let sets: Vec<&Map<String, Value>> = sets.map(|changed| &changed.values).collect();
            tellers.insert(model, Teller::new(call, model, &sets, self).await?);
        }
        let mut lines = Vec::new();
        for Changed { model, id, values, parent: _ } in &self.changed {
            let (teller, row) = (&tellers[model.as_str()], self.row(model, *id));
            let name = self.name(model, *id).map_or_else(|| format!("#{id}"), str::to_owned);
            lines.extend(values.iter().map(|(field, value)| Change {
                record: name.clone(),
                label: teller.label(field),
                before: Some(teller.now(field, row)),
                after: open(value).unwrap_or_else(|| teller.after(field, value)),
            }));
        }
        Ok(lines)
    }

    /// What a record is called.
    pub(super) fn name(&self, model: &str, id: i64) -> Option<&str> {
        self.row(model, id)["display_name"].as_str().filter(|name| !name.is_empty())
    }

    /// What the parent of a record is called that would get another one.
    pub(super) fn parent(&self, model: &str, id: i64) -> Option<&str> {
        let of = |changed: &&Changed| changed.id == id && changed.model == model;
        let parent = self.changed.iter().filter(of).find_map(|changed| changed.parent.as_ref())?;
        self.row(model, id)[parent][1].as_str()
    }

    fn row(&self, model: &str, id: i64) -> &Value {
        let row = self.rows.get(model).and_then(|rows| rows.get(&id));
        row.unwrap_or(&Value::Null)
    }
}

/// What a command says.
pub(super) struct Command<'a> {
    /// What it does, from 0 to 6.
    pub(super) number: Option<i64>,
    /// To which record, where it names one.
    pub(super) id: Option<i64>,
    /// What the record gets.
    pub(super) values: Option<&'a Map<String, Value>>,
    /// The records that there will be instead of all that are there.
    pub(super) ids: Vec<i64>,
}

/// The commands in a value of a field to many records.
pub(super) fn commands(value: &Value) -> impl Iterator<Item = Command<'_>> {
    value.as_array().into_iter().flatten().map(|command| Command {
        number: command[0].as_i64(),
        id: command[1].as_i64(),
        values: command[2].as_object(),
        ids: command[2].as_array().into_iter().flatten().filter_map(Value::as_i64).collect(),
    })
}

/// Whether a field is one to many records, which are then its record's own or not.
fn owns(definition: &Value) -> Option<bool> {
    match definition["type"].as_str() {
        Some("one2many") => Some(true),
        Some("many2many") => Some(false),
        _ => None,
    }
}

/// The records that values and commands name, whatever is done with them, by their models.
///
/// # Errors
/// When a model cannot be looked at.
pub(super) async fn named(
    call: &Call<'_>,
    model: &str,
    sets: &[&Map<String, Value>],
) -> Result<BTreeMap<String, BTreeSet<i64>>, ToolError> {
    let mut found: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    each_command(call, model, sets, |definition, _, command| {
        let relation = definition["relation"].as_str().unwrap_or_default();
        let ids = match command.number {
            Some(1 | 3 | 4) => command.id.into_iter().collect(),
            Some(6) => command.ids.clone(),
            _ => Vec::new(),
        };
        if !ids.is_empty() {
            found.entry(relation.to_owned()).or_default().extend(ids);
        }
    })
    .await?;
    for (model, values) in every_set(call, model, sets).await? {
        let definitions = required_definitions(call, &model).await?;
        for (field, value) in values {
            let definition = definitions.of(field);
            let relation =
                definition["relation"].as_str().filter(|_| definition["type"] == "many2one");
            if let (Some(relation), Some(id)) = (relation, value.as_i64()) {
                // Of a model that the person may not see Odoo tells no name.
                if may_see(call, relation).await? {
                    found.entry(relation.to_owned()).or_default().insert(id);
                }
            }
        }
    }
    Ok(found)
}

async fn changed(
    call: &Call<'_>,
    model: &str,
    sets: &[&Map<String, Value>],
) -> Result<Vec<Changed>, ToolError> {
    let mut found: Vec<Changed> = Vec::new();
    each_command(call, model, sets, |definition, related, command| {
        let relation = definition["relation"].as_str().unwrap_or_default();
        let parent = definition["relation_field"].as_str();
        let changed = match (command.number, command.id) {
            (Some(1), Some(id)) => (id, command.values.cloned().unwrap_or_default(), None),
            (Some(4), Some(id)) if owns(definition) == Some(true) => {
                let parent = parent.filter(|field| related.fields.contains_key(*field));
                (id, Map::new(), parent.map(str::to_owned))
            }
            _ => return,
        };
        let (id, values, parent) = changed;
        let changed = Changed { model: relation.to_owned(), id, values, parent };
        if !found.contains(&changed) {
            found.push(changed);
        }
    })
    .await?;
    Ok(found)
}

/// Notes what the commands in values that are not known yet do to related records: their numbers say it.
///
/// # Errors
/// When a model cannot be looked at.
pub(super) async fn note_commands(
    call: &Call<'_>,
    model: &str,
    values: &Map<String, Value>,
) -> Result<(), ToolError> {
    let mut needed = Vec::new();
    each_command(call, model, &[values], |definition, _, command| {
        needed.extend(odoo_values::needs(command.number, owns(definition) == Some(true)));
    })
    .await?;
    call.note(|about| about.besides.extend(needed));
    Ok(())
}

/// Holds the fields of values that are not known yet, and those that commands name in them, to the rules of values
/// that are: how they are now is read and shown.
///
/// # Errors
/// Names a model that is closed, or a field that is, or that there is not.
pub(super) async fn check_names(
    call: &Call<'_>,
    argument: &str,
    model: &str,
    values: &Map<String, Value>,
) -> Result<(), ToolError> {
    let guards = &call.principal().rules.guards;
    let check = |model: &str, field: &str, definitions: &Definitions| {
        odoo_values::check_name(model, field, &definitions.fields, guards)
            .map_err(|problem| ToolError::argument(argument, problem))
    };
    let own = required_definitions(call, model).await?;
    let mut checked = values.keys().try_for_each(|field| check(model, field, &own));
    each_command(call, model, &[values], |definition, related, command| {
        let relation = definition["relation"].as_str().unwrap_or_default();
        let mut fields = command.values.into_iter().flat_map(Map::keys);
        if checked.is_ok() {
            checked = check_model(call, argument, relation)
                .and_then(|()| fields.try_for_each(|field| check(relation, field, related)));
        }
    })
    .await?;
    checked
}

/// Visits every command in `sets` of values for `model`, and in the values that they bring, with the definition of its
/// field and those of the related model.
async fn each_command(
    call: &Call<'_>,
    model: &str,
    sets: &[&Map<String, Value>],
    mut visit: impl FnMut(&Value, &Definitions, &Command<'_>),
) -> Result<(), ToolError> {
    for (model, values) in every_set(call, model, sets).await? {
        let definitions = required_definitions(call, &model).await?;
        for (field, value) in values {
            let definition = definitions.of(field);
            let Some(relation) = commanded(definition, value) else { continue };
            let related = required_definitions(call, relation).await?;
            for command in commands(value) {
                visit(definition, &related, &command);
            }
        }
    }
    Ok(())
}

/// The `sets` of values for `model`, and those that commands in them bring, each with its model: the outermost first.
async fn every_set<'a>(
    call: &Call<'_>,
    model: &str,
    sets: &[&'a Map<String, Value>],
) -> Result<Vec<(String, &'a Map<String, Value>)>, ToolError> {
    let mut all: Vec<(String, &Map<String, Value>)> = Vec::new();
    let mut level: Vec<_> = sets.iter().map(|set| (model.to_owned(), *set)).collect();
    for _ in 0..=MAX_DEPTH {
        let mut next = Vec::new();
        for (model, values) in &level {
            let definitions = required_definitions(call, model).await?;
            for (field, value) in *values {
                let Some(relation) = commanded(definitions.of(field), value) else { continue };
                let brought = commands(value).filter_map(|command| command.values);
                next.extend(brought.map(|values| (relation.to_owned(), values)));
            }
        }
        all.append(&mut level);
        level = next;
    }
    Ok(all)
}

/// The model of the records that `value`, which has this definition, holds commands for, if it does.
fn commanded<'a>(definition: &'a Value, value: &Value) -> Option<&'a str> {
    let relation = definition["relation"].as_str().filter(|relation| !relation.is_empty())?;
    (owns(definition).is_some() && value.is_array()).then_some(relation)
}
