//! A key's own page: the key, and what the activity and the audit tell about it.

use app::backend::Actor;
use serde_json::Value;
use shared::{
    Error,
    activity::CallResult,
    api_key::By,
    id::{ApiKeyId, CompanyId, MemberId, UserId},
    key_page::{ApiKeyDetail, ClientView, DAYS, DayView, ENTRIES, KeyEvent, PROBLEMS, TrailView},
    key_rules::KeyRules,
    permission::PermissionSet,
    role::Action,
    time::{DAY, Timestamp},
};

use super::{
    Core, access, activity_pages,
    api_key_pages::Onlooker,
    api_keys::subject,
    time_view::{Face, day_view},
};
use crate::{
    domain::key_use,
    entities::audit_entry,
    error::{Fault, Outcome},
    store::{
        api_key_lists::{self, Filter},
        api_keys, audit_entries, call_lists,
        key_figures::{self, DayCount},
        memberships::parse_role,
        names, policies,
    },
};

/// The page, for whoever may see the key.
///
/// # Errors
/// [`Error::NotFound`] when the actor is no member of `company`, when it has no such key, and when the actor
/// may not see it.
pub(super) async fn detail(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    key: ApiKeyId,
) -> Outcome<ApiKeyDetail> {
    let db = core.db.reader();
    let face = Face::of(core, actor).await?;
    let now = face.now;
    let me = access::membership(db, &actor, company).await?;
    let owner = api_keys::find_owner(db, company, key).await?.ok_or(Error::NotFound)?;
    let member = MemberId::from_uuid(owner.member_id);
    access::allow(me.role, Action::SeeKey(subject(me, member, parse_role(&owner.role)?)))?;

    let only = Filter { key: Some(key), ..Filter::default() };
    let rows = api_key_lists::page(db, company, &only, Default::default(), None, 1, now).await?;
    let row = rows.into_iter().next().ok_or(Error::NotFound)?;
    let created_at = Timestamp::from_micros(row.created_at);
    let (ceilings, KeyRules { must_accept, .. }) = policies::about_keys(db, company).await?;
    let onlooker = Onlooker { actor, me, ceilings, must_accept, face };
    let key_view = onlooker.view(row)?;

    // Whole days, so that the first bar of the chart is no part of one.
    let first_day = now.as_micros().div_euclid(DAY) - (DAYS - 1);
    let since = Timestamp::from_micros(first_day * DAY);
    let days = days(key_figures::days(db, company, key, since).await?, first_day)?;
    let clients = key_figures::clients(db, company, key, since).await?;
    let is_old_enough = now.since(created_at) >= DAYS * DAY;
    let unused = if key_view.may_edit && is_old_enough {
        let month = now.plus(-DAYS * DAY);
        let called = key_figures::tools(db, company, key, month).await?;
        let called: Vec<_> = called.into_iter().map(|one| (one.tool, one.method)).collect();
        key_use::unused(key_view.permissions, &called)
    } else {
        PermissionSet::EMPTY
    };
    let unwell = call_lists::Filter {
        key: Some(key),
        results: vec![CallResult::Refused, CallResult::Failed, CallResult::Unknown],
        ..call_lists::Filter::default()
    };
    let problems = call_lists::page(db, company, &unwell, None, PROBLEMS).await?;
    let entries = audit_entries::list_of_target(db, company, &key.to_string(), ENTRIES).await?;
    let people = names::users(db, entries.iter().filter_map(|entry| entry.user_id)).await?;
    let trail = entries.into_iter().map(|entry| {
        let who = entry.user_id.and_then(|user| {
            let name = people.get(&user)?.clone();
            Some(onlooker.call(UserId::from_uuid(user), name))
        });
        told(entry, who, &onlooker.face)
    });
    Ok(ApiKeyDetail {
        unused,
        clients: clients
            .into_iter()
            .map(|client| ClientView {
                name: client.client,
                calls: count(client.calls),
                last: onlooker.face.view(Timestamp::from_micros(client.last)),
            })
            .collect(),
        days,
        problems: problems
            .into_iter()
            .map(|row| activity_pages::view(row, &onlooker.face))
            .collect::<Outcome<_>>()?,
        trail: trail.collect(),
        key: key_view,
    })
}

/// One entry for each day from `first` on, also for those without a call.
fn days(counts: Vec<DayCount>, first: i64) -> Outcome<Vec<DayView>> {
    let mut days: Vec<DayView> = (first..first + DAYS)
        .map(|day| DayView { day: day_view(day), ..DayView::default() })
        .collect();
    for DayCount { day, result, calls } in counts {
        let result: CallResult =
            result.parse().map_err(|error| Fault::Internal(format!("{error}: {result}")))?;
        // A clock that runs ahead elsewhere may have written a call of tomorrow.
        let at = usize::try_from(day - first).ok();
        if let Some(view) = at.and_then(|at| days.get_mut(at)) {
            view.add(result, count(calls));
        }
    }
    Ok(days)
}

fn told(entry: audit_entry::Model, who: Option<By>, face: &Face) -> TrailView {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let what = match entry.action.as_str() {
        "api_key.created" if detail["replaces"].is_string() => KeyEvent::MadeToReplace,
        "api_key.created" => KeyEvent::Generated,
        "api_key.renamed" => KeyEvent::Renamed { from: text("from"), to: text("to") },
        "api_key.reduced" => KeyEvent::Reduced(text("removed").parse().unwrap_or_default()),
        "api_key.rotated" => KeyEvent::Rotated,
        "api_key.revoked" => KeyEvent::Revoked,
        _ => KeyEvent::Other,
    };
    let at = face.view(Timestamp::from_micros(entry.at));
    TrailView { at, who, what, address: entry.address }
}

fn count(calls: i64) -> u32 {
    u32::try_from(calls).unwrap_or(u32::MAX)
}
