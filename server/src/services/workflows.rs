//! Workflows on screen: building, trying, validating, accepting.

use app::{
    backend::{Actor, Workflows},
    texts::Locale,
};
use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    Error, Field, FieldError, Problem,
    id::{CompanyId, WorkflowId, WorkflowVersionId},
    name::Name,
    role::Action,
    time::{MINUTE, Timestamp},
    workflow::{
        AcceptWorkflow, Definition, DraftView, MAX_STEPS, NameWorkflow, SaveWorkflow, TriedStep,
        TryWorkflow, UseTemplate, WorkflowsView,
    },
    workflow_catalog::{
        AskModel, FindModels, FindRecords, ModelChoice, ModelView, Offered, RecordChoice,
    },
};
use uuid::Uuid;

use super::{
    access::{self, Membership},
    principal::Principal,
    time_view::Face,
    tools::{Looking, ToolError, Toolbox, Tried, try_steps},
    workflow_flaws::flaws,
    workflow_pages::{draft, show},
    workflow_templates::{Begun, begin},
};
use crate::{
    domain::{canonical::digest, guards::Guards, odoo_methods},
    entities::workflow,
    error::{Fault, Outcome},
    store::{odoo_connections, policies, workflow_tries, workflows},
};

/// The most characters of a description.
const MAX_DESCRIPTION: usize = 500;
/// The most bytes of a definition.
const MAX_DEFINITION: usize = 60_000;
/// The most workflows of a company.
const MAX_WORKFLOWS: usize = 200;
/// The same workflow from the same person within so many microseconds is the same.
const SENT_AGAIN_WITHIN: i64 = 10 * MINUTE;

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

    async fn write(&self, actor: Actor, input: SaveWorkflow) -> Outcome<WorkflowId> {
        let SaveWorkflow { company, workflow, name, description, definition } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        // Whatever is validated meanwhile is validated as it was, or as it will be.
        let me = access::locked_membership(&transaction, &actor, company).await?;
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
                    Problem::TooManyWorkflows { max: MAX_WORKFLOWS as u32 },
                )
                .into());
            }
            workflows::create(&transaction, company, draft).await?;
        }
        let detail = json!({ "steps": definition.steps.len() });
        core.audit(&transaction, actor, company, "workflow.changed", id, detail).await?;
        core.commit(transaction, company).await?;
        Ok(id)
    }

    async fn begin_with(
        &self,
        actor: Actor,
        input: UseTemplate,
        language: Locale,
    ) -> Outcome<WorkflowId> {
        let UseTemplate { company, template } = input;
        let Begun { name, description, definition } = begin(&template, language)?;
        let input = SaveWorkflow { company, workflow: None, name, description, definition };
        self.write(actor, input).await
    }

    async fn try_out(&self, actor: Actor, input: TryWorkflow) -> Outcome<Vec<TriedStep>> {
        let TryWorkflow { company, workflow, name, definition, inputs, steps } = input;
        let principal = self.builder(actor, company).await?;
        if let Err(flaws) = definition.check() {
            return Ok(flaws
                .into_iter()
                .map(|flaw| TriedStep {
                    name: Some(flaw.place.to_string()),
                    answer: None,
                    preview: None,
                    problem: Some(flaw.problem.to_string()),
                    why: None,
                    waits_for: None,
                })
                .collect());
        }
        let steps = steps.min(MAX_STEPS);
        self.record_try(actor, company, workflow, &name, steps.min(definition.steps.len())).await?;
        let face = Face::of(&self.toolbox.core, actor).await?;
        let tried = Tried {
            principal: &principal,
            address: actor.address,
            face: &face,
            workflow: &definition,
            inputs: &inputs,
            steps,
        };
        let here = self.odoo_of(company).await?;
        let told = try_steps(&self.toolbox, tried).await;
        // What takes the answer of a change cannot be tried any further than that.
        let is_whole = told.len() == definition.steps.len();
        if is_whole && told.iter().all(|step| step.problem.is_none()) {
            self.note_tried(actor, company, &definition, here).await?;
        }
        Ok(told)
    }

    /// Which Odoo the company has now: its connection, address and database.
    async fn odoo_of(&self, company: CompanyId) -> Outcome<Option<(Uuid, String, String)>> {
        let row = odoo_connections::find(self.toolbox.core.db.reader(), company).await?;
        Ok(row.map(|row| (row.id, row.origin, row.database)))
    }

    /// Notes that every step of exactly this was tried at the Odoo `here`, by whoever may: it may be validated then.
    async fn note_tried(
        &self,
        actor: Actor,
        company: CompanyId,
        definition: &Definition,
        here: Option<(Uuid, String, String)>,
    ) -> Outcome<()> {
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        // The try took its time: whoever tried may be gone, and the company may have another Odoo.
        let me = access::locked_membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        let now_there = odoo_connections::find(&transaction, company).await?;
        if now_there.map(|row| (row.id, row.origin, row.database)) != here {
            return Ok(());
        }
        let (digest, now) = (digest_of(definition), core.clock.now());
        workflow_tries::note(&transaction, company, digest, actor.user, now).await?;
        core.commit(transaction, company).await?;
        Ok(())
    }

    /// Puts a try on record before Odoo is asked anything: its steps are no calls of a key, and nothing else would
    /// say who has read there.
    async fn record_try(
        &self,
        actor: Actor,
        company: CompanyId,
        workflow: Option<WorkflowId>,
        name: &str,
        steps: usize,
    ) -> Outcome<()> {
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        let target = match workflow {
            Some(id) => {
                workflows::find(&transaction, company, id).await?.ok_or(Error::NotFound)?;
                id.to_string()
            }
            None => company.to_string(),
        };
        // A draft need not have a name yet.
        let name = Name::parse(name).ok();
        let detail = json!({ "name": name.as_ref().map(Name::as_str), "steps": steps });
        core.audit(&transaction, actor, company, "workflow.tried", target, detail).await?;
        core.commit(transaction, company).await?;
        Ok(())
    }

    /// The actor as somebody who may build, and as whom Odoo is asked.
    async fn builder(&self, actor: Actor, company: CompanyId) -> Outcome<Principal> {
        let me = access::membership(self.toolbox.core.db.reader(), &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        Ok(self.toolbox.verifier.person(&me).await.map_err(|_| Error::Unavailable)?)
    }

    async fn offer_models(&self, actor: Actor, input: FindModels) -> Outcome<Offered<ModelChoice>> {
        let FindModels { company, search } = input;
        let principal = self.builder(actor, company).await?;
        Ok(offered(self.looking(actor, &principal).models(&cut(search)).await))
    }

    async fn describe(&self, actor: Actor, input: AskModel) -> Outcome<ModelView> {
        let AskModel { company, model } = input;
        let principal = self.builder(actor, company).await?;
        Ok(self.looking(actor, &principal).model(&model).await)
    }

    async fn offer_records(
        &self,
        actor: Actor,
        input: FindRecords,
    ) -> Outcome<Offered<RecordChoice>> {
        let FindRecords { company, model, search } = input;
        let principal = self.builder(actor, company).await?;
        Ok(offered(self.looking(actor, &principal).records(&model, &cut(search)).await))
    }

    const fn looking<'a>(&'a self, actor: Actor, principal: &'a Principal) -> Looking<'a> {
        Looking { toolbox: &self.toolbox, principal, address: actor.address }
    }

    async fn freeze(&self, actor: Actor, input: NameWorkflow) -> Outcome<()> {
        let NameWorkflow { company, workflow } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        let row = workflows::find(&transaction, company, workflow).await?.ok_or(Error::NotFound)?;
        let (guards, major) = guards_of(&transaction, company).await?;
        let draft = definition(&row.draft)?;
        if !flaws(&draft, &guards, major).is_empty() {
            return Err(Error::HasFlaws.into());
        }
        // Saving retires, so that the version in force is this draft: of two at once one is enough, and those who
        // have accepted it need not do so again.
        if workflows::is_in_force(&transaction, company, workflow).await? {
            return Ok(());
        }
        // Whoever validates answers for what they saw: each step, as far as it can be tried, on this Odoo.
        let now = core.clock.now();
        let of = vec![digest_of(&draft)];
        if workflow_tries::list_tried(&transaction, company, of, now).await?.is_empty() {
            return Err(Error::NotTried.into());
        }
        let version = WorkflowVersionId::from_uuid(core.clock.uuid(&core.entropy));
        workflows::freeze(&transaction, company, version, &row, actor.user, now).await?;
        let detail = json!({ "version": version.to_string() });
        core.audit(&transaction, actor, company, "workflow.validated", workflow, detail).await?;
        core.commit(transaction, company).await?;
        Ok(())
    }

    async fn put_away(&self, actor: Actor, input: NameWorkflow) -> Outcome<()> {
        let NameWorkflow { company, workflow } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManageWorkflows)?;
        let now = core.clock.now();
        workflows::retire(&transaction, company, workflow, now).await?;
        if !workflows::archive(&transaction, company, workflow, now).await? {
            return Err(Error::NotFound.into());
        }
        core.audit(&transaction, actor, company, "workflow.archived", workflow, json!({})).await?;
        core.commit(transaction, company).await?;
        Ok(())
    }

    async fn let_run(&self, actor: Actor, input: AcceptWorkflow) -> Outcome<()> {
        let AcceptWorkflow { company, version } = input;
        let core = &self.toolbox.core;
        let transaction = core.db.begin().await?;
        let Membership { id: member, .. } =
            access::membership(&transaction, &actor, company).await?;
        workflows::find_in_force(&transaction, company, version).await?.ok_or(Error::NotFound)?;
        let now = core.clock.now();
        // Sent again, as when the answer got lost, it is no second deed.
        if !workflows::accept(&transaction, company, version, member, now).await? {
            return Ok(());
        }
        core.audit(&transaction, actor, company, "workflow.accepted", version, json!({})).await?;
        core.commit(transaction, company).await?;
        Ok(())
    }
}

#[async_trait]
impl Workflows for WorkflowsService {
    async fn page(&self, actor: Actor, company: CompanyId) -> Result<WorkflowsView, Error> {
        show(&self.toolbox.core, actor, company).await.map_err(Fault::into_answer)
    }

    async fn draft(&self, actor: Actor, input: NameWorkflow) -> Result<Option<DraftView>, Error> {
        draft(&self.toolbox.core, actor, input).await.map_err(Fault::into_answer)
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

    async fn models(&self, actor: Actor, input: FindModels) -> Result<Offered<ModelChoice>, Error> {
        self.offer_models(actor, input).await.map_err(Fault::into_answer)
    }

    async fn model(&self, actor: Actor, input: AskModel) -> Result<ModelView, Error> {
        self.describe(actor, input).await.map_err(Fault::into_answer)
    }

    async fn records(
        &self,
        actor: Actor,
        input: FindRecords,
    ) -> Result<Offered<RecordChoice>, Error> {
        self.offer_records(actor, input).await.map_err(Fault::into_answer)
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

/// What was found, or why nothing could be looked for: a person mends that, so it is no error.
fn offered<T>(found: Result<Vec<T>, ToolError>) -> Offered<T> {
    match found {
        Ok(found) => Offered { found, problem: None },
        Err(error) => Offered { found: Vec::new(), problem: Some(error.into()) },
    }
}

/// A search is a word, whatever was sent.
fn cut(search: String) -> String {
    search.chars().take(100).collect()
}

/// The company's guards, and the version of its Odoo: the newest one where none is connected.
pub(super) async fn guards_of(
    db: &impl ConnectionTrait,
    company: CompanyId,
) -> Outcome<(Guards, u32)> {
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

pub(super) fn definition(text: &str) -> Outcome<Definition> {
    serde_json::from_str(text).map_err(|error| Fault::Internal(error.to_string()))
}

/// By what a definition is known again as exactly the one whose steps were tried, its inputs and titles included.
#[must_use]
pub fn digest_of(definition: &Definition) -> Vec<u8> {
    digest("workflow tried", &json!(definition))
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
