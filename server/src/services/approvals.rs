//! Changes that wait for a person in the dashboard: who sees them, and who decides.

use std::collections::{HashMap, HashSet};

use app::backend::{Actor, Approvals};
use async_trait::async_trait;
use serde_json::json;
use shared::{
    Error,
    activity::CallResult,
    confirmation::{ApprovalPage, ApprovalState, ApprovalView, DecideApproval, Decision, Preview},
    id::{ApiKeyId, CompanyId, ConfirmationId, MemberId},
    role::{Action, Subject, allows},
    time::Timestamp,
};

use super::{
    Core,
    access::{self, Membership},
    time_view::Face,
};
use crate::{
    entities::confirmation::Model,
    error::{Fault, Outcome},
    store::{
        calls, confirmations, memberships,
        names::{self, NamedMember},
    },
};

/// The most that a page shows of those that wait, and of the newest.
const SHOWN: u64 = 100;

/// Changes that wait, in the database.
#[derive(Debug, Clone)]
pub struct ApprovalsService {
    core: Core,
}

impl ApprovalsService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    async fn all(&self, actor: Actor, company: CompanyId) -> Outcome<ApprovalPage> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        let only = access::only_own(&me, Action::DecideApproval);
        let mut rows = confirmations::list(db, company, only, SHOWN).await?;
        // What waits is there however much has been decided since.
        let waiting =
            confirmations::list_waiting(db, company, only, self.core.clock.now(), SHOWN).await?;
        // Fewer than that are all there are.
        let are_all = (waiting.len() as u64) < SHOWN;
        let shown: HashSet<_> = rows.iter().map(|row| row.id).collect();
        rows.extend(waiting.into_iter().filter(|row| !shown.contains(&row.id)));
        let around = Around::of(&self.core, company, &rows).await?;
        let face = Face::of(&self.core, actor).await?;
        let mut views: Vec<ApprovalView> =
            rows.into_iter().map(|row| around.view(row, &me, &face)).collect::<Outcome<_>>()?;
        // What has waited longest is the next whose time runs out, and what comes new moves nothing above it.
        views.sort_by_key(|view| {
            let asked_at = view.asked_at.at.as_micros();
            match view.state {
                ApprovalState::Waiting => (0, asked_at),
                _ => (1, -asked_at),
            }
        });
        let more_waiting = match are_all {
            true => 0,
            false => count(&self.core, &me).await?.saturating_sub(count_waiting(&views)),
        };
        Ok(ApprovalPage { approvals: views, more_waiting })
    }

    async fn settle(&self, actor: Actor, input: DecideApproval) -> Outcome<()> {
        let DecideApproval { company, approval, decision } = input;
        let transaction = self.core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        let row = confirmations::find(&transaction, company, approval).await?;
        // One with a token was never shown to anybody here.
        let row = row.filter(|row| row.token_hash.is_none()).ok_or(Error::NotFound)?;
        // A change of somebody who left never runs.
        let owner =
            memberships::get(&transaction, company, MemberId::from_uuid(row.member_id)).await?;
        access::allow(me.role, Action::DecideApproval(access::subject(&me, &owner)))?;
        let now = self.core.clock.now();
        let (done, action) = match decision {
            Decision::Approve => (
                confirmations::approve(&transaction, company, approval, actor.user, now).await?,
                "change.approved",
            ),
            Decision::Refuse => (
                confirmations::refuse(&transaction, company, approval, actor.user, now).await?,
                "change.refused",
            ),
        };
        if !done {
            return Err(Error::AlreadyDecided.into());
        }
        let key = ApiKeyId::from_uuid(row.key_id).to_string();
        let detail = json!({ "key": key });
        self.core.audit(&transaction, actor, company, action, approval, detail).await?;
        self.core.commit(transaction, company).await?;
        Ok(())
    }
}

#[async_trait]
impl Approvals for ApprovalsService {
    async fn list(&self, actor: Actor, company: CompanyId) -> Result<ApprovalPage, Error> {
        self.all(actor, company).await.map_err(Fault::into_answer)
    }

    async fn decide(&self, actor: Actor, input: DecideApproval) -> Result<(), Error> {
        self.settle(actor, input).await.map_err(Fault::into_answer)
    }
}

/// How many changes wait for a decision that this member may take.
///
/// # Errors
/// When the database refuses.
pub async fn count(core: &Core, me: &Membership) -> Outcome<u32> {
    let now = core.clock.now();
    let count = confirmations::count_waiting(
        core.db.reader(),
        me.company,
        access::only_own(me, Action::DecideApproval),
        now,
    )
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many of these wait for a decision.
fn count_waiting(views: &[ApprovalView]) -> u32 {
    let waiting = views.iter().filter(|view| view.state == ApprovalState::Waiting).count();
    u32::try_from(waiting).unwrap_or(u32::MAX)
}

/// The names around the changes of one page, and how the calls ended that used them.
struct Around {
    members: HashMap<uuid::Uuid, NamedMember>,
    keys: HashMap<uuid::Uuid, String>,
    deciders: HashMap<uuid::Uuid, String>,
    results: HashMap<uuid::Uuid, CallResult>,
}

impl Around {
    async fn of(core: &Core, company: CompanyId, rows: &[Model]) -> Outcome<Self> {
        let db = core.db.reader();
        let members = names::members(db, company, rows.iter().map(|row| row.member_id)).await?;
        let keys = names::keys(db, company, rows.iter().map(|row| row.key_id)).await?;
        let deciders = names::users(db, rows.iter().filter_map(|row| row.decided_by)).await?;
        let results =
            calls::results(db, company, rows.iter().filter_map(|row| row.call_id)).await?;
        Ok(Self { members, keys, deciders, results })
    }

    fn view(&self, row: Model, me: &Membership, face: &Face) -> Outcome<ApprovalView> {
        let preview: Preview = serde_json::from_str(&row.preview)
            .map_err(|error| Fault::Internal(error.to_string()))?;
        let call = row.call_id.and_then(|call| self.results.get(&call)).copied();
        let state = state(&row, call, face.now);
        let member = self.members.get(&row.member_id);
        let subject = match member {
            Some(member) if row.member_id != me.id.as_uuid() => Subject::Other(member.role),
            _ => Subject::Own,
        };
        Ok(ApprovalView {
            id: ConfirmationId::from_uuid(row.id),
            preview,
            person: member.map(|member| member.name.clone()).unwrap_or_default(),
            key_name: self.keys.get(&row.key_id).cloned().unwrap_or_default(),
            client: row.client,
            asked_at: face.view(Timestamp::from_micros(row.created_at)),
            expires_at: face.view(Timestamp::from_micros(row.expires_at)),
            state,
            decided_by: row.decided_by.and_then(|by| self.deciders.get(&by).cloned()),
            can_decide: state == ApprovalState::Waiting
                && allows(me.role, Action::DecideApproval(subject)).is_allowed(),
        })
    }
}

fn state(row: &Model, call: Option<CallResult>, now: Timestamp) -> ApprovalState {
    if row.consumed_at.is_some() {
        ApprovalState::of_used(call)
    } else if row.refused_at.is_some() {
        ApprovalState::Refused
    } else if row.stale_at.is_some() {
        ApprovalState::Changed
    } else if row.expires_at <= now.as_micros() {
        ApprovalState::Expired
    } else if row.approved_at.is_some() {
        ApprovalState::Approved
    } else {
        ApprovalState::Waiting
    }
}
