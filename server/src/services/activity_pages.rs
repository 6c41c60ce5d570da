//! The activity: which calls a person may see, and how they are told. [`super::timeline`] lists them beside what people
//! did in the dashboard.

use app::backend::{ActivityLog, Actor};
use async_trait::async_trait;
use shared::{
    Error,
    activity::{CallResult, CallView, Consent, ListActivity},
    api_key::{ApiKeyState, StateFilter},
    call_figures::CallFigures,
    connection::{ConnectView, ConnectedClient, RefusedKey},
    id::{ApiKeyId, CallId, CompanyId, WorkflowRunId},
    key_rules::KeyRefusal,
    permission::PermissionSet,
    role::Action,
    time::{DAY, Timestamp},
    timeline::TimelinePage,
};

use super::{
    Core,
    access::{self, Membership},
    call_figures,
    time_view::Face,
    timeline,
};
use crate::{
    domain::day_range::Range,
    error::{Fault, Outcome},
    store::{
        api_key_lists,
        call_lists::{self, Filter, ListedCall},
        companies,
        key_uses::{self, KeyRow},
        policies::{self, permissions},
    },
};

/// Calls that the page *Connect a client* tells of.
const SEEN: u64 = 3;
/// A client that was there within this time, in microseconds, is connected; for another the page waits.
const STILL_THERE: i64 = DAY;

/// The activity of companies, in the database.
#[derive(Debug, Clone)]
pub struct ActivityPages {
    core: Core,
}

impl ActivityPages {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    async fn guide(&self, actor: Actor, company: CompanyId) -> Outcome<ConnectView> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        let face = Face::of(&self.core, actor).await?;
        let mine = Filter { member: Some(me.id), ..Filter::default() };
        let rows = call_lists::page(db, company, &mine, None, SEEN).await?;
        let live = api_key_lists::Filter {
            member: Some(me.id),
            state: StateFilter::Live,
            ..api_key_lists::Filter::default()
        };
        let has_key = api_key_lists::count(db, company, &live, face.now).await? > 0;
        let ceiling = policies::ceilings(db, company).await?.of(me.role);
        let used = key_uses::find_last_used(db, company, me.id, face.now).await?;
        let refused = key_uses::find_last_refused(db, company, me.id)
            .await?
            .filter(|row| {
                // What was refused before the key's own last success is settled; of a key that is over, also before that of another,
                // which has taken its place.
                let now = face.now;
                let expires_at = row.expires_at.map(Timestamp::from_micros);
                let revoked_at = row.revoked_at.map(Timestamp::from_micros);
                let is_live = ApiKeyState::at(now, expires_at, revoked_at).is_live();
                let others = used.as_ref().filter(|_| !is_live).map_or(0, |row| row.last_used_at);
                row.last_refused_at.is_some_and(|at| at > row.last_used_at.max(others))
            })
            .and_then(|row| refused_key(row, &face));
        // So is what an owner has undone.
        let is_kept = companies::get_deletion(db, company).await?.is_none();
        let refused = refused.filter(|key| !(is_kept && key.why == KeyRefusal::Deleting));
        let is_there =
            |row: &KeyRow| face.now.since(Timestamp::from_micros(row.last_used_at)) < STILL_THERE;
        let connected = used.filter(is_there).map(|row| connected_client(row, ceiling, &face));
        let base = self.core.settings.public_url.as_str().trim_end_matches('/');
        Ok(ConnectView {
            mcp_url: format!("{base}/mcp"),
            sse_url: format!("{base}/sse"),
            has_key,
            connected,
            refused,
            calls: rows.into_iter().map(|row| view(row, &face)).collect::<Outcome<_>>()?,
        })
    }
}

#[async_trait]
impl ActivityLog for ActivityPages {
    async fn connect(&self, actor: Actor, company: CompanyId) -> Result<ConnectView, Error> {
        self.guide(actor, company).await.map_err(Fault::into_answer)
    }

    async fn figures(&self, actor: Actor, company: CompanyId) -> Result<CallFigures, Error> {
        call_figures::figures(&self.core, actor, company).await.map_err(Fault::into_answer)
    }

    async fn timeline(
        &self,
        actor: Actor,
        company: CompanyId,
        filter: ListActivity,
    ) -> Result<TimelinePage, Error> {
        timeline::page(&self.core, actor, company, filter).await.map_err(Fault::into_answer)
    }
}

/// The client that used the key of `row` last, under the ceiling of its person.
pub(super) fn connected_client(
    row: KeyRow,
    ceiling: PermissionSet,
    face: &Face,
) -> ConnectedClient {
    let allowed = permissions(row.permissions).intersection(ceiling);
    ConnectedClient {
        client: row.last_client,
        key: row.name,
        tools: tool_count(allowed),
        at: face.view(Timestamp::from_micros(row.last_used_at)),
    }
}

fn refused_key(row: KeyRow, face: &Face) -> Option<RefusedKey> {
    let at = face.view(Timestamp::from_micros(row.last_refused_at?));
    // A reason that only a newer server knows is none to lose the page for.
    let why = row.last_refusal?.parse().ok()?;
    Some(RefusedKey { key: row.name, why, at })
}

/// One tool for each permission, and `aidoo_context`, which every key has.
fn tool_count(allowed: PermissionSet) -> u32 {
    u32::try_from(allowed.iter().count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// Which calls `asked` means in `range`, of those that `me` may see: another's are not found by who sees only their own,
/// whatever they ask for.
pub(super) fn filter(me: &Membership, asked: ListActivity, range: Range) -> Filter {
    let ListActivity {
        key,
        member,
        kind: _,
        tool,
        result,
        within: _,
        since: _,
        until: _,
        cursor: _,
    } = asked;
    let Range { since, until } = range;
    Filter {
        member: access::only_own(me, Action::SeeActivity).or(member),
        key,
        tool,
        results: result.into_iter().collect(),
        since,
        until,
    }
}

/// A call as a page shows it.
pub(super) fn view(row: ListedCall, face: &Face) -> Outcome<CallView> {
    let ListedCall {
        id,
        at,
        person,
        key_name,
        key_id,
        tool,
        model,
        method,
        records,
        result,
        cause,
        problem,
        consent,
        duration,
        client,
        address,
        arguments,
        step_of,
    } = row;
    let result: CallResult =
        result.parse().map_err(|error| Fault::Internal(format!("{error}: {result}")))?;
    let consent = consent.as_deref().and_then(|text| {
        [Consent::Token, Consent::Client, Consent::Dashboard]
            .into_iter()
            .find(|consent| consent.as_str() == text)
    });
    Ok(CallView {
        id: CallId::from_uuid(id),
        at: face.view(Timestamp::from_micros(at)),
        person,
        key_name,
        key: ApiKeyId::from_uuid(key_id),
        tool,
        model,
        method,
        records: records.and_then(|records| u32::try_from(records).ok()),
        result,
        // One that a newer version knows is told in its words.
        cause: cause.and_then(|cause| cause.parse().ok()),
        problem,
        consent,
        duration_ms: duration.and_then(|micros| u32::try_from(micros / 1_000).ok()),
        client,
        address,
        arguments,
        step_of: step_of.map(WorkflowRunId::from_uuid),
    })
}
