//! A key's own page: the key, and what the activity and the audit tell about it.

use app::backend::Actor;
use serde_json::Value;
use shared::{
    Error,
    activity::CallResult,
    api_key::{By, KeySort},
    call_figures::DAYS,
    connection::ConnectedClient,
    id::{ApiKeyId, CompanyId, MemberId, UserId},
    key_page::{ApiKeyDetail, ClientView, ENTRIES, KeyEvent, PROBLEMS, TrailView},
    permission::PermissionSet,
    role::Action,
    time::{DAY, Timestamp},
};

use super::{
    Core, access, activity_pages,
    api_key_pages::Onlooker,
    api_keys::subject,
    call_figures::{count, days, tool_days},
    time_view::Face,
};
use crate::{
    domain::{call_days::first_moment, key_use},
    entities::audit_entry,
    error::Outcome,
    store::{
        api_key_lists::{self, Filter, Found},
        api_keys, audit_entries, call_figures, call_lists, key_uses,
        memberships::parse_role,
        names, policies,
    },
};

/// The client that used the key last, for whoever may see the key; none before its first use.
///
/// # Errors
/// As [`detail`].
pub(super) async fn client(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    key: ApiKeyId,
) -> Outcome<Option<ConnectedClient>> {
    let db = core.db.reader();
    let face = Face::of(core, actor).await?;
    let me = access::membership(db, &actor, company).await?;
    let owner = api_keys::find_owner(db, company, key).await?.ok_or(Error::NotFound)?;
    let role = parse_role(&owner.role)?;
    let member = MemberId::from_uuid(owner.member_id);
    access::allow(me.role, Action::SeeKey(subject(me, member, role)))?;
    let ceiling = policies::ceilings(db, company).await?.of(role);
    let used = key_uses::find_used(db, company, key).await?;
    Ok(used.map(|row| activity_pages::connected_client(row, ceiling, &face)))
}

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
    let found = Found::Few(vec![key.as_uuid()]);
    let sort = KeySort::default();
    let rows = api_key_lists::page(db, company, &only, &found, sort, None, 1, now).await?;
    let row = rows.into_iter().next().ok_or(Error::NotFound)?;
    let created_at = Timestamp::from_micros(row.created_at);
    let (ceilings, rules) = policies::about_keys(db, company).await?;
    let onlooker = Onlooker { actor, me, ceilings, rules, face };
    let key_view = onlooker.view(row)?;

    let since = first_moment(now);
    let days = days(call_figures::days_of_key(db, company, key, since).await?, since)?;
    let tools = tool_days(call_figures::tools_by_day(db, company, key, since).await?, since);
    let clients = call_figures::clients(db, company, key, since).await?;
    let is_old_enough = now.since(created_at) >= DAYS * DAY;
    let unused = if key_view.may_edit && is_old_enough {
        let month = now.plus(-DAYS * DAY);
        let called = call_figures::tools(db, company, key, month).await?;
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
    let sees_all = access::only_own(&onlooker.me, Action::SeeActivity).is_none();
    let trail = entries.into_iter().map(|entry| {
        let who = entry.user_id.and_then(|user| {
            let name = people.get(&user)?.clone();
            Some(onlooker.call(UserId::from_uuid(user), name))
        });
        // From where somebody else works is told where the activity would tell it.
        let tells = |user| sees_all || UserId::from_uuid(user) == actor.user;
        let address = entry.user_id.filter(|user| tells(*user)).map(|_| entry.address.clone());
        told(&entry, who, address, &onlooker.face)
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
        tools,
        problems: problems
            .into_iter()
            .map(|row| activity_pages::view(row, &onlooker.face))
            .collect::<Outcome<_>>()?,
        trail: trail.collect(),
        key: key_view,
    })
}

fn told(
    entry: &audit_entry::Model,
    who: Option<By>,
    address: Option<String>,
    face: &Face,
) -> TrailView {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let what = match entry.action.as_str() {
        "api_key.created" if detail["handover"].is_string() => KeyEvent::PickedUp,
        "api_key.created" if detail["replaces"].is_string() => KeyEvent::MadeToReplace,
        "api_key.created" => KeyEvent::Generated,
        "api_key.accepted" => KeyEvent::Accepted,
        "api_key.renamed" => KeyEvent::Renamed { from: text("from"), to: text("to") },
        "api_key.reduced" => KeyEvent::Reduced(text("removed").parse().unwrap_or_default()),
        "api_key.rotated" => KeyEvent::Rotated,
        "api_key.shortened" => KeyEvent::Shortened,
        "api_key.ended" => KeyEvent::Ended,
        "api_key.revoked" => match detail["why"].as_str() {
            Some(audit_entries::REVOKED_AS_UNUSED) => KeyEvent::EndedUnused,
            Some(audit_entries::REVOKED_WITH_PERSON) => KeyEvent::RevokedWithPerson,
            Some(audit_entries::REVOKED_WITH_MAKER) => KeyEvent::RevokedWithMaker,
            _ => KeyEvent::Revoked,
        },
        _ => KeyEvent::Other,
    };
    let at = face.view(Timestamp::from_micros(entry.at));
    TrailView { at, who, what, address }
}
