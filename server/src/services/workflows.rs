//! Workflows on screen: building, trying, validating, accepting.

use std::collections::HashMap;

use app::{
    backend::{Actor, Workflows},
    texts::{Locale, in_locale},
    words::{self, DraftWords},
};
use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared::{
    Error, Field, FieldError, Problem,
    activity::CallResult,
    id::{CompanyId, WorkflowId, WorkflowRunId, WorkflowVersionId},
    name::Name,
    role::{Action, allows},
    time::{MINUTE, Timestamp},
    workflow::{
        AcceptWorkflow, Definition, Input, InputKind, MAX_STEPS, NameWorkflow, RunView,
        SaveWorkflow, Step, StepAction, TemplateView, TriedStep, TryWorkflow, UseTemplate,
        VersionView, WorkflowView, WorkflowsView,
    },
};
use uuid::Uuid;

use super::{
    access::{self, Membership},
    time_view::Face,
    tools::{Toolbox, Tried, try_steps},
    workflow_flaws::flaws,
};
use crate::{
    domain::{
        guards::Guards,
        odoo_methods::{self, Business, CATALOGUE},
    },
    entities::{workflow, workflow_version},
    error::{Fault, Outcome},
    store::{companies, names, odoo_connections, policies, workflows},
};

/// The most characters of a description.
const MAX_DESCRIPTION: usize = 500;
/// The most bytes of a definition.
const MAX_DEFINITION: usize = 60_000;
/// The most workflows of a company.
const MAX_WORKFLOWS: usize = 200;
/// The same workflow from the same person within so many microseconds is the same.
const SENT_AGAIN_WITHIN: i64 = 10 * MINUTE;
/// Runs that the page shows.
const SHOWN_RUNS: u64 = 30;

/// The workflows of companies, in the database.
#[derive(Debug, Clone)]
pub struct WorkflowsService {
    toolbox: Toolbox,
}

impl WorkflowsService {
    /// The service; steps are tried with these tools.
    #[must_use]
    pub const fn new(toolbox: Toolbox) -> Self {
        Self { toolbox }
    }

    async fn show(&self, actor: Actor, company: CompanyId) -> Outcome<WorkflowsView> {
        let core = &self.toolbox.core;
        let db = core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        let manages = allows(me.role, Action::ManageWorkflows).is_allowed();
        let rows = workflows::list(db, company).await?;
        let versions = workflows::list_in_force(db, company).await?;
        let accepted = workflows::accepted(db, company, me.id).await?;
        let only = access::only_own(&me, Action::SeeActivity);
        let runs = workflows::list_runs(db, company, only, SHOWN_RUNS).await?;
        let people = rows
            .iter()
            .map(|row| row.changed_by)
            .chain(versions.iter().map(|version| version.validated_by));
        let people = names::users(db, people).await?;
        let members =
            names::members(db, company, runs.iter().map(|(run, _)| run.member_id)).await?;
        let (guards, major) = guards_of(db, company).await?;
        let onlooker =
            Onlooker { people, accepted, guards, major, face: Face::of(core, actor).await? };
        let views = rows
            .into_iter()
            .map(|row| {
                let version = versions.iter().find(|version| version.workflow_id == row.id);
                onlooker.view(row, version)
            })
            .collect::<Outcome<Vec<_>>>()?;
        Ok(WorkflowsView {
            // A draft is nobody's business but of those who build it.
            workflows: views.into_iter().filter(|view| manages || view.version.is_some()).collect(),
            templates: if manages {
                CATALOGUE.iter().filter_map(template).collect()
            } else {
                vec![]
            },
            runs: runs
                .into_iter()
                .map(|(run, version)| RunView {
                    id: WorkflowRunId::from_uuid(run.id),
                    workflow: version.name,
                    number: u32::try_from(version.number).unwrap_or_default(),
                    person: members.get(&run.member_id).map(|m| m.name.clone()).unwrap_or_default(),
                    started_at: onlooker.face.view(Timestamp::from_micros(run.started_at)),
                    result: run.result.parse().unwrap_or(CallResult::Unknown),
                    steps: serde_json::from_str(&run.steps).unwrap_or_default(),
                })
                .collect(),
        })
    }

    async fn write(&self, actor: Actor, input: SaveWorkflow) -> Outcome<WorkflowId> {
        let SaveWorkflow { company, workflow, name, description, definition } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        // Whatever is validated meanwhile is validated as it was, or as it will be.
        companies::lock(&transaction, company).await?;
        let me = access::membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        let (name, description, text) = parse(&name, &description, &definition)?;
        let now = core.clock.now();
        let id = match workflow {
            Some(id) => id,
            None => WorkflowId::from_uuid(core.clock.uuid(&core.entropy)),
        };
        let draft = workflows::Draft {
            id,
            name: name.as_str(),
            description: &description,
            definition: text,
            by: actor.user,
            now,
        };
        if workflow.is_some() {
            if !workflows::update(&transaction, company, draft).await? {
                return Err(Error::NotFound.into());
            }
            workflows::retire(&transaction, company, id, now).await?;
        } else {
            let there = workflows::list(&transaction, company).await?;
            if let Some(made) = there.iter().find(|row| is_sent_again(row, &draft)) {
                return Ok(WorkflowId::from_uuid(made.id));
            }
            if there.len() >= MAX_WORKFLOWS {
                return Err(Error::field(
                    Field::WorkflowName,
                    Problem::TooManyLines { max: MAX_WORKFLOWS as u32 },
                )
                .into());
            }
            workflows::create(&transaction, company, draft).await?;
        }
        let detail = json!({ "steps": definition.steps.len() });
        core.audit(&transaction, actor, company, "workflow.changed", id, detail).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn begin_with(
        &self,
        actor: Actor,
        input: UseTemplate,
        language: Locale,
    ) -> Outcome<WorkflowId> {
        let UseTemplate { company, template } = input;
        let business =
            CATALOGUE.iter().find(|business| id_of(business) == template).ok_or(Error::NotFound)?;
        let words = words_of(business, language);
        let definition = from_business(business, &words);
        let DraftWords { name, description, record: _, find: _ } = words;
        let input = SaveWorkflow { company, workflow: None, name, description, definition };
        self.write(actor, input).await
    }

    async fn try_out(&self, actor: Actor, input: TryWorkflow) -> Outcome<Vec<TriedStep>> {
        let TryWorkflow { company, definition, inputs, steps } = input;
        let db = self.toolbox.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        if let Err(flaws) = definition.check() {
            return Ok(flaws
                .into_iter()
                .map(|flaw| TriedStep {
                    name: flaw.place.to_string(),
                    answer: None,
                    preview: None,
                    problem: Some(flaw.problem.to_string()),
                })
                .collect());
        }
        let principal = self.toolbox.verifier.person(&me).await.map_err(|_| Error::Unavailable)?;
        let tried = Tried {
            principal: &principal,
            address: actor.address,
            workflow: &definition,
            inputs: &inputs,
            steps: steps.min(MAX_STEPS),
        };
        Ok(try_steps(&self.toolbox, tried).await)
    }

    async fn freeze(&self, actor: Actor, input: NameWorkflow) -> Outcome<()> {
        let NameWorkflow { company, workflow } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        let me = access::membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        let row = workflows::find(&transaction, company, workflow).await?.ok_or(Error::NotFound)?;
        let (guards, major) = guards_of(&transaction, company).await?;
        if !flaws(&definition(&row.draft)?, &guards, major).is_empty() {
            return Err(Error::HasFlaws.into());
        }
        let now = core.clock.now();
        workflows::retire(&transaction, company, workflow, now).await?;
        let version = WorkflowVersionId::from_uuid(core.clock.uuid(&core.entropy));
        workflows::freeze(&transaction, company, version, &row, actor.user, now).await?;
        let detail = json!({ "version": version.to_string() });
        core.audit(&transaction, actor, company, "workflow.validated", workflow, detail).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn put_away(&self, actor: Actor, input: NameWorkflow) -> Outcome<()> {
        let NameWorkflow { company, workflow } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        companies::lock(&transaction, company).await?;
        let me = access::membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        let now = core.clock.now();
        workflows::retire(&transaction, company, workflow, now).await?;
        if !workflows::archive(&transaction, company, workflow, now).await? {
            return Err(Error::NotFound.into());
        }
        core.audit(&transaction, actor, company, "workflow.archived", workflow, json!({})).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn let_run(&self, actor: Actor, input: AcceptWorkflow) -> Outcome<()> {
        let AcceptWorkflow { company, version } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        let Membership { id: member, .. } =
            access::membership(&transaction, &actor, company).await?;
        workflows::find_in_force(&transaction, company, version).await?.ok_or(Error::NotFound)?;
        workflows::accept(&transaction, company, version, member, core.clock.now()).await?;
        core.audit(&transaction, actor, company, "workflow.accepted", version, json!({})).await?;
        transaction.commit().await?;
        Ok(())
    }
}

#[async_trait]
impl Workflows for WorkflowsService {
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<WorkflowsView, Error> {
        self.show(actor, company).await.map_err(Fault::into_answer)
    }

    async fn save(&self, actor: Actor, input: SaveWorkflow) -> Result<WorkflowId, Error> {
        self.write(actor, input).await.map_err(Fault::into_answer)
    }

    async fn use_template(
        &self,
        actor: Actor,
        input: UseTemplate,
        language: Locale,
    ) -> Result<WorkflowId, Error> {
        self.begin_with(actor, input, language).await.map_err(Fault::into_answer)
    }

    async fn try_steps(&self, actor: Actor, input: TryWorkflow) -> Result<Vec<TriedStep>, Error> {
        self.try_out(actor, input).await.map_err(Fault::into_answer)
    }

    async fn validate(&self, actor: Actor, input: NameWorkflow) -> Result<(), Error> {
        self.freeze(actor, input).await.map_err(Fault::into_answer)
    }

    async fn archive(&self, actor: Actor, input: NameWorkflow) -> Result<(), Error> {
        self.put_away(actor, input).await.map_err(Fault::into_answer)
    }

    async fn accept(&self, actor: Actor, input: AcceptWorkflow) -> Result<(), Error> {
        self.let_run(actor, input).await.map_err(Fault::into_answer)
    }
}

/// Who looks at the list, and when.
struct Onlooker {
    people: HashMap<Uuid, String>,
    accepted: Vec<WorkflowVersionId>,
    guards: Guards,
    major: u32,
    face: Face,
}

impl Onlooker {
    fn view(
        &self,
        row: workflow::Model,
        version: Option<&workflow_version::Model>,
    ) -> Outcome<WorkflowView> {
        let draft = definition(&row.draft)?;
        let name_of = |id: Uuid| self.people.get(&id).cloned().unwrap_or_default();
        let version = version
            .map(|version| -> Outcome<VersionView> {
                let id = WorkflowVersionId::from_uuid(version.id);
                let changes = definition(&version.definition)?.changes();
                Ok(VersionView {
                    id,
                    number: u32::try_from(version.number).unwrap_or_default(),
                    validated_by: name_of(version.validated_by),
                    validated_at: self.face.view(Timestamp::from_micros(version.validated_at)),
                    changes,
                    is_accepted: self.accepted.contains(&id),
                })
            })
            .transpose()?;
        Ok(WorkflowView {
            id: WorkflowId::from_uuid(row.id),
            name: row.name,
            description: row.description,
            flaws: flaws(&draft, &self.guards, self.major),
            definition: draft,
            version,
            changed_by: name_of(row.changed_by),
            changed_at: self.face.view(Timestamp::from_micros(row.changed_at)),
        })
    }
}

/// The company's guards, and the version of its Odoo: the newest one where none is connected.
async fn guards_of(db: &impl ConnectionTrait, company: CompanyId) -> Outcome<(Guards, u32)> {
    let guards = match policies::gateway_rules(db, company).await? {
        Some(rules) => {
            Guards::from_json(&rules.guards).map_err(|error| Fault::Internal(error.to_string()))?
        }
        None => Guards::default(),
    };
    let connection = odoo_connections::find(db, company).await?;
    let major = connection.map_or(u32::MAX, |row| odoo_methods::major(&row.version));
    Ok((guards, major))
}

fn definition(text: &str) -> Outcome<Definition> {
    serde_json::from_str(text).map_err(|error| Fault::Internal(error.to_string()))
}

/// Whether a new workflow is the one that its person has just made: its answer got lost on the way to them, and
/// they sent it again.
fn is_sent_again(made: &workflow::Model, draft: &workflows::Draft<'_>) -> bool {
    let workflows::Draft { id: _, name, description, definition, by, now } = draft;
    made.changed_by == by.as_uuid()
        && now.since(Timestamp::from_micros(made.changed_at)) < SENT_AGAIN_WITHIN
        && (made.name.as_str(), made.description.as_str()) == (*name, *description)
        && made.draft == *definition
}

/// Reads what a form sent. A draft may have faults; what cannot be kept is refused.
fn parse(
    name: &str,
    description: &str,
    definition: &Definition,
) -> Result<(Name, String, String), Error> {
    let mut errors = Vec::new();
    let name = Name::parse(name)
        .map_err(|problem| errors.push(FieldError { field: Field::WorkflowName, problem }))
        .ok();
    let description = description.trim().to_owned();
    if description.chars().count() > MAX_DESCRIPTION {
        let problem = Problem::TooLong { max: MAX_DESCRIPTION as u32 };
        errors.push(FieldError { field: Field::WorkflowDescription, problem });
    } else if description.chars().any(|c| c.is_control() && c != '\n') {
        let problem = Problem::ControlCharacters;
        errors.push(FieldError { field: Field::WorkflowDescription, problem });
    }
    let text = serde_json::to_string(definition).map_err(|_| Error::BadRequest)?;
    if text.len() > MAX_DEFINITION {
        return Err(Error::BadRequest);
    }
    match name {
        Some(name) if errors.is_empty() => Ok((name, description, text)),
        _ => Err(Error::Invalid(errors)),
    }
}

fn id_of(business: &Business) -> String {
    format!("{}.{}", business.model, business.method)
}

fn title_of(business: &Business) -> String {
    let mut letters = business.does.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Wizards are answered by the key whose call returned them, so they are no templates.
fn template(business: &Business) -> Option<TemplateView> {
    (!business.states.is_empty()).then(|| TemplateView {
        id: id_of(business),
        title: title_of(business),
        states: business.states.join(", "),
    })
}

fn words_of(business: &Business, language: Locale) -> DraftWords {
    let (id, title) = (id_of(business), title_of(business));
    in_locale(language, || words::draft(&id, &title, business.model))
}

/// A sequence that looks whether the record is in a state that Odoo takes, and then acts.
fn from_business(business: &Business, words: &DraftWords) -> Definition {
    let object = |value: Value| match value {
        Value::Object(fields) => fields,
        other => unreachable!("arguments are an object, not {other}"),
    };
    let mut domain = vec![json!(["id", "=", { "$": "input.record" }])];
    let mut fields = vec!["display_name"];
    if !business.states.is_empty() {
        domain.push(json!(["state", "in", business.states]));
        fields.push("state");
    }
    Definition {
        inputs: vec![Input {
            name: "record".to_owned(),
            label: words.record.clone(),
            kind: InputKind::Record,
        }],
        steps: vec![
            Step {
                name: "find".to_owned(),
                title: words.find.clone(),
                action: StepAction::Query,
                arguments: object(
                    json!({ "model": business.model, "domain": domain, "fields": fields }),
                ),
            },
            Step {
                name: "act".to_owned(),
                title: words.name.clone(),
                action: StepAction::Execute,
                arguments: object(json!({
                    "model": business.model,
                    "method": business.method,
                    "ids": { "$": "steps.find.records.*.id" },
                })),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_sequence_without_faults() {
        for business in &CATALOGUE {
            let words = words_of(business, Locale::en);
            assert_eq!(words.name, title_of(business).replace('\'', "’"));
            assert_eq!(from_business(business, &words).check(), Ok(()), "{business:?}");
        }
    }

    #[test]
    fn every_template_has_its_words_in_every_language() {
        for template in CATALOGUE.iter().filter_map(template) {
            assert!(words::template(&template.id).is_some(), "{}", template.id);
        }
    }
}
