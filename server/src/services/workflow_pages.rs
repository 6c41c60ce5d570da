//! The workflows page: what there is, what was validated and accepted, what ran.

use std::collections::HashMap;

use app::backend::Actor;
use sea_orm::ConnectionTrait;
use shared::{
    activity::CallResult,
    id::{CompanyId, WorkflowId, WorkflowRunId, WorkflowVersionId},
    role::{Action, allows},
    time::Timestamp,
    workflow::{
        DraftView, NameWorkflow, PastVersion, RunView, VersionView, WorkflowView, WorkflowsView,
    },
};
use uuid::Uuid;

use super::{
    Core, access,
    time_view::Face,
    workflow_flaws::flaws,
    workflow_templates::templates,
    workflows::{definition, digest_of, guards_of},
};
use crate::{
    domain::guards::Guards,
    entities::{workflow, workflow_run, workflow_version},
    error::Outcome,
    store::{
        names, workflow_tries,
        workflows::{self, Validated},
    },
};

/// Runs that the page shows.
const SHOWN_RUNS: u64 = 30;
/// Versions that it looks back at, of all workflows together.
const SHOWN_VERSIONS: u64 = 500;

/// The page as the actor may see it.
///
/// # Errors
/// When the actor is no member, or the database refuses.
pub(super) async fn show(core: &Core, actor: Actor, company: CompanyId) -> Outcome<WorkflowsView> {
    let db = core.db.reader();
    let me = access::membership(db, &actor, company).await?;
    let manages = allows(me.role, Action::ManageWorkflows).is_allowed();
    let rows = workflows::list(db, company).await?;
    let versions = workflows::list_in_force(db, company).await?;
    let accepted = workflows::accepted(db, company, me.id).await?;
    let only = access::only_own(&me, Action::SeeActivity);
    let runs = workflows::list_runs(db, company, only, SHOWN_RUNS).await?;
    let validated = if manages {
        workflows::list_validated(db, company, SHOWN_VERSIONS).await?
    } else {
        vec![]
    };
    let tried = if manages { tried(db, company, &rows, core.clock.now()).await? } else { vec![] };
    let ids = validated.iter().map(|version| version.id);
    let acceptances = workflows::list_acceptances(db, company, ids).await?;
    let people = rows
        .iter()
        .map(|row| row.changed_by)
        .chain(versions.iter().map(|version| version.validated_by))
        .chain(validated.iter().map(|version| version.validated_by));
    let people = names::users(db, people).await?;
    let who = runs.iter().map(|(run, _)| run.member_id);
    let who = who.chain(acceptances.iter().map(|(_, member)| *member));
    let members = names::members(db, company, who).await?;
    let members = members.into_iter().map(|(id, member)| (id, member.name)).collect();
    let keys = names::keys(db, company, runs.iter().map(|(run, _)| run.key_id)).await?;
    let (guards, major) = guards_of(db, company).await?;
    let onlooker = Onlooker {
        people,
        members,
        keys,
        accepted,
        validated,
        acceptances,
        tried,
        guards,
        major,
        face: Face::of(core, actor).await?,
    };
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
        templates: if manages { templates() } else { vec![] },
        runs: runs.into_iter().map(|(run, version)| onlooker.run(&run, version)).collect(),
    })
}

/// One draft, for those who may change it; nothing where there is none.
///
/// # Errors
/// When the actor is no member or may not, or the database refuses.
pub(super) async fn draft(
    core: &Core,
    actor: Actor,
    NameWorkflow { company, workflow }: NameWorkflow,
) -> Outcome<Option<DraftView>> {
    let db = core.db.reader();
    let me = access::membership(db, &actor, company).await?;
    access::allow(me.role, Action::ManageWorkflows)?;
    let Some(row) = workflows::find(db, company, workflow).await? else { return Ok(None) };
    Ok(Some(DraftView {
        id: workflow,
        definition: definition(&row.draft)?,
        name: row.name,
        description: row.description,
        is_validated: workflows::is_in_force(db, company, workflow).await?,
    }))
}

/// The workflows whose drafts had every step tried as they are.
async fn tried(
    db: &impl ConnectionTrait,
    company: CompanyId,
    rows: &[workflow::Model],
    now: Timestamp,
) -> Outcome<Vec<Uuid>> {
    let digests = rows
        .iter()
        .map(|row| Ok((row.id, digest_of(&definition(&row.draft)?))))
        .collect::<Outcome<Vec<_>>>()?;
    let all = digests.iter().map(|(_, digest)| digest.clone()).collect();
    let tried = workflow_tries::list_tried(db, company, all, now).await?;
    Ok(digests
        .into_iter()
        .filter(|(_, digest)| tried.contains(digest))
        .map(|(workflow, _)| workflow)
        .collect())
}

/// Who looks at the page, and when.
struct Onlooker {
    people: HashMap<Uuid, String>,
    members: HashMap<Uuid, String>,
    keys: HashMap<Uuid, String>,
    accepted: Vec<WorkflowVersionId>,
    validated: Vec<Validated>,
    acceptances: Vec<(Uuid, Uuid)>,
    /// The workflows whose drafts had every step tried.
    tried: Vec<Uuid>,
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
        let version = version
            .map(|version| -> Outcome<VersionView> {
                let id = WorkflowVersionId::from_uuid(version.id);
                let changes = definition(&version.definition)?.changes();
                Ok(VersionView {
                    id,
                    number: u32::try_from(version.number).unwrap_or_default(),
                    validated_by: self.person(version.validated_by),
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
            is_tried: self.tried.contains(&row.id),
            definition: draft,
            version,
            history: self.history(row.id),
            changed_by: self.person(row.changed_by),
            changed_at: self.face.view(Timestamp::from_micros(row.changed_at)),
        })
    }

    fn history(&self, workflow: Uuid) -> Vec<PastVersion> {
        let of = self.validated.iter().filter(|version| version.workflow_id == workflow);
        of.map(|version| PastVersion {
            number: u32::try_from(version.number).unwrap_or_default(),
            validated_by: self.person(version.validated_by),
            validated_at: self.face.view(Timestamp::from_micros(version.validated_at)),
            retired_at: version.retired_at.map(|at| self.face.view(Timestamp::from_micros(at))),
            accepted_by: self
                .acceptances
                .iter()
                .filter(|(accepted, _)| *accepted == version.id)
                .filter_map(|(_, member)| self.members.get(member).cloned())
                .collect(),
        })
        .collect()
    }

    fn run(&self, run: &workflow_run::Model, version: workflow_version::Model) -> RunView {
        RunView {
            id: WorkflowRunId::from_uuid(run.id),
            workflow: version.name,
            number: u32::try_from(version.number).unwrap_or_default(),
            person: self.members.get(&run.member_id).cloned().unwrap_or_default(),
            key_name: self.keys.get(&run.key_id).cloned().unwrap_or_default(),
            started_at: self.face.view(Timestamp::from_micros(run.started_at)),
            took_ms: run
                .ended_at
                .map(|ended| u32::try_from((ended - run.started_at) / 1_000).unwrap_or_default()),
            result: run.result.parse().unwrap_or(CallResult::Unknown),
            steps: serde_json::from_str(&run.steps).unwrap_or_default(),
        }
    }

    fn person(&self, user: Uuid) -> String {
        self.people.get(&user).cloned().unwrap_or_default()
    }
}
