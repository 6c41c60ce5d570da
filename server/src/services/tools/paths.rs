//! Following field paths through Odoo's relations: every step must exist, hold no secret and lead into no
//! closed model.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use shared::{call_cause::CallCause, error::OdooProblem};

use super::{ToolError, arguments::Term, named, run::Call, schema::common_models};
use crate::{
    domain::{
        by_name,
        guards::secret,
        naming::{self, naming_fields},
        nearest::{unknown_field, unknown_model},
        odoo_values,
        own_fields::{self, Use},
    },
    odoo::OdooError,
    services::{gateway::GatewayError, odoo_cache::Definitions},
};

/// Parts of a date that Odoo takes as a last step from version 18 on.
const DATE_PARTS: [&str; 10] = [
    "year_number",
    "quarter_number",
    "month_number",
    "iso_week_number",
    "day_of_week",
    "day_of_month",
    "day_of_year",
    "hour_number",
    "minute_number",
    "second_number",
];

/// Why the fields of a model that the person may not see are not told.
const NO_ACCESS: CallCause = CallCause::Odoo(OdooProblem::AccessDenied);

/// The field that a path ends at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct End {
    /// Its type; empty where nobody knows.
    pub(super) kind: String,
    /// The model that it leads to, if to any.
    pub(super) relation: Option<String>,
    /// The field there that leads back, of a one2many.
    pub(super) inverse: Option<String>,
    /// Its choices, where it is a selection and they are known. Names of models are offered to nobody.
    pub(super) choices: Vec<String>,
    /// Whether its values are names of models, alone or, of a reference, before a comma and an id.
    pub(super) names_a_model: bool,
}

impl End {
    fn of_kind(kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..Self::default() }
    }
}

/// The ends of paths.
pub(super) type Ends = HashMap<String, End>;

/// Follows the paths of `terms` from `model` and gives their ends. Errors name `argument` and the term.
///
/// # Errors
/// When a step does not exist, with the nearest names, or leads where no tool goes.
pub(super) async fn follow(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    terms: &[Term],
) -> Result<Ends, ToolError> {
    let mut ends = Ends::new();
    for term in terms {
        if !ends.contains_key(&term.path) {
            let end = end_of(call, model, argument, term).await?;
            ends.insert(term.path.clone(), end);
        }
    }
    Ok(ends)
}

async fn end_of(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    term: &Term,
) -> Result<End, ToolError> {
    let guards = &call.principal().rules.guards;
    let path = term.path.as_str();
    let mut model = model.to_owned();
    let mut steps = path.split('.').peekable();
    let mut end = End::default();
    while let Some(step) = steps.next() {
        if step == "id" && steps.peek().is_none() {
            return Ok(End::of_kind("integer"));
        }
        // A path through a model that the person may not see is not sent: Odoo follows some relations with
        // rights of its own, and where the path leads cannot be looked at.
        let definitions = required_definitions(call, &model).await?;
        let Some(definition) = definitions.fields.get(step) else {
            let told = odoo_values::told_fields(&definitions.fields, guards);
            return Err(term.error(argument, unknown_field(step, &model, told)));
        };
        if guards.holds_secret(step, definition) {
            return Err(term.error(argument, secret(path)));
        }
        if let Some(closed) = reads_from_closed(call, &model, definition).await? {
            return Err(term.error(argument, closed.told(path, "every tool")));
        }
        let names_a_model =
            definition["type"] == "reference" || naming::names_a_model(step, &definitions.fields);
        end = End {
            kind: definition["type"].as_str().unwrap_or_default().to_owned(),
            relation: definition["relation"].as_str().map(str::to_owned),
            inverse: definition["relation_field"].as_str().map(str::to_owned),
            choices: if names_a_model { Vec::new() } else { odoo_values::choices(definition) },
            names_a_model,
        };
        let kind = end.kind.as_str();
        let is_last_but_one = steps.clone().count() == 1;
        match (steps.peek(), definition["relation"].as_str()) {
            (None, None) => {}
            (_, Some(relation)) if guards.is_closed(relation) => {
                let problem =
                    format_args!("{path} leads into {relation}, which is closed to every tool");
                return Err(term.error(argument, problem));
            }
            (_, Some(relation)) => model = relation.to_owned(),
            (Some(part), None)
                if matches!(kind, "date" | "datetime") && DATE_PARTS.contains(part) =>
            {
                return Ok(End::of_kind("integer"));
            }
            // What is inside properties is defined by records, not by the model; and nothing leads on from there, as it
            // would be read without anybody having looked at where.
            (Some(_), None) if kind == "properties" && is_last_but_one => {
                return Ok(End::default());
            }
            (Some(_), None) => {
                let problem =
                    format_args!("{step} of {model} is no relation, so {path} leads nowhere");
                return Err(term.error(argument, problem));
            }
        }
    }
    Ok(end)
}

/// What is closed behind a field that stands for another (`related`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Behind {
    /// The records of this model, on the way to the value.
    Model(String),
    /// The value: it is one of a field that holds a secret.
    Secret,
}

impl Behind {
    /// Why `field` is closed to `whom`.
    pub(super) fn told(&self, field: &str, whom: &str) -> String {
        match self {
            Self::Model(model) => {
                format!("{field} stands for a field of {model}, which is closed to {whom}")
            }
            Self::Secret => secret(field),
        }
    }
}

/// What is closed behind a field of `model` with this `definition`, for those who read it.
///
/// # Errors
/// When a model on the way cannot be looked at: Odoo follows such a field with rights of its own, and what lies behind
/// is not known, so it is not taken for open.
pub(super) async fn reads_from_closed(
    call: &Call<'_>,
    model: &str,
    definition: &Value,
) -> Result<Option<Behind>, ToolError> {
    let guards = &call.principal().rules.guards;
    behind(call, model, definition, |model| guards.is_closed(model)).await
}

/// The fields of `model` that nobody is told of: those that hold a secret, lead into a closed model, or stand for a field of
/// one, also over records of other models, and those of which that cannot be found out.
pub(super) async fn hidden_fields(
    call: &Call<'_>,
    model: &str,
    definitions: &Definitions,
) -> BTreeSet<String> {
    let guards = &call.principal().rules.guards;
    let mut hidden = BTreeSet::new();
    for (name, definition) in &definitions.fields {
        // The model's own definitions say where the first step leads; only what goes further has to be looked for.
        let goes_further = odoo_values::is_far(definition);
        if guards.hides_field(name, &definitions.fields)
            || (goes_further
                && !matches!(reads_from_closed(call, model, definition).await, Ok(None)))
        {
            hidden.insert(name.clone());
        }
    }
    hidden
}

/// What is closed behind a field of `model` with this `definition`: one that stands for a field of another record
/// (`related`) is read there and written there, and that field may stand for another again.
///
/// # Errors
/// When a model on the way cannot be looked at. Where the way ends, the person need not see it: Odoo shows fields of models
/// that one may not see, as those of employees, and what such a field stands for in its turn is not known then.
pub(super) async fn behind(
    call: &Call<'_>,
    model: &str,
    definition: &Value,
    is_closed: impl Fn(&str) -> bool + Send,
) -> Result<Option<Behind>, ToolError> {
    let guards = &call.principal().rules.guards;
    let way_of = |model: &str, definition: &Value| {
        let related = definition["related"].as_str().filter(|path| path.contains('.'));
        related.map(|path| (model.to_owned(), path.to_owned()))
    };
    let mut ahead: Vec<_> = way_of(model, definition).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(way) = ahead.pop() {
        // Odoo has no circles, but what answers may be no Odoo.
        if !seen.insert(way.clone()) {
            continue;
        }
        let (mut model, path) = way;
        if guards.is_secret(&path) {
            return Ok(Some(Behind::Secret));
        }
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            let is_last = steps.peek().is_none();
            let definitions = match required_definitions(call, &model).await {
                Ok(definitions) => definitions,
                Err(error) if is_last && error.why == NO_ACCESS => break,
                Err(error) => return Err(error),
            };
            let definition = definitions.of(step);
            ahead.extend(way_of(&model, definition));
            let Some(relation) = definition["relation"].as_str().filter(|_| !is_last) else {
                break;
            };
            if is_closed(relation) {
                return Ok(Some(Behind::Model(relation.to_owned())));
            }
            model = relation.to_owned();
        }
    }
    Ok(None)
}

/// An expression of a domain that leaves out records of `model` which are about records of closed models; none
/// where its records are about no others.
///
/// # Errors
/// When the model cannot be looked at, or such records cannot be told from others.
pub(super) async fn open_only(call: &Call<'_>, model: &str) -> Result<Vec<Value>, ToolError> {
    let guards = &call.principal().rules.guards;
    let definitions = required_definitions(call, model).await?;
    let fields = naming_fields(&definitions.fields).map_err(|field| {
        ToolError::argument(
            "model",
            format_args!(
                "{model} has records of many models, and Odoo cannot search them by {field}, which tells those of closed \
                 ones: they are closed to every tool"
            ),
        )
    })?;
    let mut expression = vec![json!("&"); fields.len().saturating_sub(1)];
    expression.extend(fields.iter().flat_map(|field| guards.open_only(field)));
    Ok(expression)
}

/// Those of the records `ids` of `model` that are about records of closed models.
///
/// # Errors
/// As of [`open_only`], and when Odoo does not answer.
pub(super) async fn about_closed(
    call: &Call<'_>,
    model: &str,
    ids: &[i64],
) -> Result<Vec<i64>, ToolError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let open = open_only(call, model).await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let mut domain = vec![json!(["id", "in", ids]), json!("!")];
    domain.extend(open);
    let search = named(json!({ "domain": domain }));
    // Archived ones as well.
    let context = BTreeMap::from([("active_test".to_owned(), json!(false))]);
    let found = call.ask(model, "search", None, search, &context).await?;
    Ok(found.as_array().into_iter().flatten().filter_map(Value::as_i64).collect())
}

/// As [`follow`], and refuses paths of `terms` as [`refuse_through_open_only`] does.
///
/// # Errors
/// As of both.
pub(super) async fn follow_open(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    terms: &[Term],
) -> Result<Ends, ToolError> {
    let ends = follow(call, model, argument, terms).await?;
    let paths: Vec<&str> = terms.iter().map(|term| term.path.as_str()).collect();
    refuse_through_open_only(call, model, argument, &paths).await?;
    Ok(ends)
}

/// Refuses paths that go on behind a relation to a model whose records are about records of others: what such a
/// record is about can be asked only where it is read by itself.
///
/// # Errors
/// Names the first such path, and as of [`follow`].
async fn refuse_through_open_only(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    paths: &[&str],
) -> Result<(), ToolError> {
    for path in paths {
        for (at, _) in path.match_indices('.') {
            let before = Term::quoted(&path[..at], path);
            let ends = follow(call, model, argument, &[before]).await?;
            let Some(End { kind, relation: Some(relation), inverse, .. }) =
                ends.into_values().next()
            else {
                continue;
            };
            // Those of a record itself are about this one.
            let definitions = required_definitions(call, &relation).await?;
            let inverse = definitions.of(inverse.as_deref().unwrap_or_default());
            let is_own = kind == "one2many"
                && matches!(inverse["type"].as_str(), Some("integer" | "many2one_reference"));
            if !is_own && !open_only(call, &relation).await?.is_empty() {
                let problem = format_args!(
                    "{path} goes on behind {relation}, whose records may be about closed models: read those by themselves"
                );
                return Err(ToolError::argument(argument, problem));
            }
        }
    }
    Ok(())
}

/// Refuses paths of `terms`, which have been followed, where Odoo takes fields of `model` itself alone.
///
/// # Errors
/// Names the first such term, with what to write instead.
pub(super) async fn refuse_foreign(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    usage: Use,
    terms: &[Term],
) -> Result<(), ToolError> {
    let definitions = required_definitions(call, model).await?;
    for term in terms {
        let Some(path) = term.path.split_once('.') else { continue };
        let definition = definitions.of(path.0);
        let kind = definition["type"].as_str().unwrap_or_default();
        own_fields::check(usage, path, kind, definition["relation"].as_str(), call.major())
            .map_err(|problem| term.error(argument, problem))?;
    }
    Ok(())
}

/// Refuses records of `model` that are about records of closed models, where `argument` names them.
///
/// # Errors
/// Names the first such record.
pub(super) async fn refuse_about_closed(
    call: &Call<'_>,
    argument: &str,
    model: &str,
    ids: &[i64],
) -> Result<(), ToolError> {
    match about_closed(call, model, ids).await?.first() {
        None => Ok(()),
        Some(id) => Err(ToolError::argument(
            argument,
            format_args!(
                "record {id} of {model} is about a record of a model that is closed to every tool"
            ),
        )),
    }
}

/// An expression of a domain for records of `model` whose name compares like this with `text`: what a search by name
/// looks for where the company keeps fields secret. `None` where Odoo may look wherever it likes.
///
/// # Errors
/// As of `argument`, when nothing is known to name the model's records.
pub(super) async fn by_names_alone(
    call: &Call<'_>,
    model: &str,
    argument: &str,
    operator: &str,
    text: &str,
) -> Result<Option<Vec<Value>>, ToolError> {
    let guards = &call.principal().rules.guards;
    if !guards.keeps_fields_secret() {
        return Ok(None);
    }
    let definitions = required_definitions(call, model).await?;
    let expression = by_name::expression(operator, text, &definitions.fields, guards);
    expression.map(Some).ok_or_else(|| {
        ToolError::argument(
            argument,
            format_args!(
                "no field is known to name records of {model}, and your company keeps fields secret, so that they are not \
                 searched by name: use a domain with the field that is meant"
            ),
        )
    })
}

/// The fields of `model`, from memory or from Odoo.
///
/// # Errors
/// In words, also when the person's user may not see the model.
pub(super) async fn required_definitions(
    call: &Call<'_>,
    model: &str,
) -> Result<std::sync::Arc<Definitions>, ToolError> {
    let found = call.toolbox.gateway.definitions(call.principal(), model).await;
    found.map_err(|error| match error {
        GatewayError::Odoo(OdooError::Access(_)) => ToolError::failed(format!(
            "your Odoo user has no access to {model}: an administrator of Odoo grants it"
        ))
        .because(NO_ACCESS),
        GatewayError::Odoo(OdooError::NoSuchModel) => {
            let common = common_models(&call.principal().rules.guards);
            ToolError::argument("model", unknown_model(model, common))
                .because(CallCause::NoSuchModel)
        }
        other => call.explain(&other),
    })
}

/// Whether the person's user may see the model's fields.
///
/// # Errors
/// When Odoo cannot be asked, or has no such model.
pub(super) async fn may_see(call: &Call<'_>, model: &str) -> Result<bool, ToolError> {
    match required_definitions(call, model).await {
        Ok(_) => Ok(true),
        Err(error) if error.why == NO_ACCESS => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the person's user may read records of `model` at all.
///
/// # Errors
/// When Odoo cannot be asked, or has no such model.
pub(super) async fn is_readable(call: &Call<'_>, model: &str) -> Result<bool, GatewayError> {
    let asked = named(json!({ "operation": "read", "raise_exception": false }));
    match call.odoo(model, "check_access_rights", None, asked, &BTreeMap::new()).await {
        Ok(answer) => Ok(answer == json!(true)),
        Err(GatewayError::Odoo(OdooError::Access(_) | OdooError::NoSuchMethod)) => Ok(false),
        Err(error) => Err(error),
    }
}
