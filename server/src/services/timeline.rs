//! Calls and audit entries in one list: a page is merged from a page of each, both by (time, id), so that it
//! costs what two short look-ups in an index cost, wherever it begins.

use app::backend::Actor;
use sea_orm::ConnectionTrait;
use shared::{
    activity::{ListActivity, PAGE_SIZE},
    id::{ApiKeyId, AuditEntryId, CompanyId, UserId},
    role::Action,
    time::{DAY, Timestamp},
    timeline::{DeedView, Entry, Kind, TimelinePage},
};
use uuid::Uuid;

use super::{
    Core,
    access::{self, Membership},
    activity_pages,
    deeds::Names,
    time_view::Face,
};
use crate::{
    error::Outcome,
    store::{
        api_keys,
        audit_lists::{self, ListedEntry},
        call_lists::{self, ListedCall},
        keyset::Cursor,
        memberships,
    },
};

/// One page of what the actor may see.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`.
pub(super) async fn page(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    mut asked: ListActivity,
) -> Outcome<TimelinePage> {
    let cursor = asked.cursor.take().and_then(|text| call_lists::parse_cursor(&text));
    let has_previous = cursor.is_some();
    let db = core.db.reader();
    let me = access::membership(db, &actor, company).await?;
    let face = Face::of(core, actor).await?;
    let key = match asked.key {
        Some(key) => name_of(db, &me, key).await?,
        None => None,
    };
    let (entries, next) = entries(db, actor, &me, asked, cursor, PAGE_SIZE, &face).await?;
    let people = match access::only_own(&me, Action::SeeActivity) {
        None => memberships::list_everybody(db, company).await?,
        Some(_) => Vec::new(),
    };
    Ok(TimelinePage {
        entries,
        next: next.map(|cursor| cursor.encode()),
        has_previous,
        key,
        people,
    })
}

/// What a key is called, if `me` may see it.
async fn name_of(
    db: &impl ConnectionTrait,
    me: &Membership,
    key: ApiKeyId,
) -> Outcome<Option<String>> {
    let only = access::only_own(me, Action::SeeKey);
    let row = api_keys::find(db, me.company, key).await?;
    Ok(row.filter(|row| only.is_none_or(|me| me.as_uuid() == row.member_id)).map(|row| row.name))
}

/// At most `limit` entries after `cursor`, for a file, and the place of the next ones.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`.
pub(super) async fn rows(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    asked: ListActivity,
    cursor: Option<Cursor>,
    limit: usize,
) -> Outcome<(Vec<Entry>, Option<Cursor>)> {
    let db = core.db.reader();
    let me = access::membership(db, &actor, company).await?;
    let face = Face::of(core, actor).await?;
    entries(db, actor, &me, asked, cursor, limit, &face).await
}

async fn entries(
    db: &impl ConnectionTrait,
    actor: Actor,
    me: &Membership,
    asked: ListActivity,
    cursor: Option<Cursor>,
    limit: usize,
    face: &Face,
) -> Outcome<(Vec<Entry>, Option<Cursor>)> {
    let company = me.company;
    // One more than a page tells whether another follows.
    let enough = limit as u64 + 1;
    let sources = sources(db, actor, me, &asked, face.now).await?;
    let mut rows: Vec<Row> = Vec::new();
    if sources.calls {
        let filter = activity_pages::filter(me, asked, face.now);
        let calls = call_lists::page(db, company, &filter, cursor.clone(), enough).await?;
        rows.extend(calls.into_iter().map(Row::Call));
    }
    for filter in sources.deeds {
        let deeds = audit_lists::page(db, company, filter, cursor.clone(), enough).await?;
        rows.extend(deeds.into_iter().map(Row::Deed));
    }
    let (rows, next) = newest(rows, limit);
    let listed: Vec<ListedEntry> = rows.iter().filter_map(Row::deed).cloned().collect();
    let names = Names::of(db, company, &listed).await?;
    let entries = rows
        .into_iter()
        .map(|row| match row {
            Row::Call(call) => {
                activity_pages::view(call, face).map(|call| Entry::Call(Box::new(call)))
            }
            Row::Deed(entry) => Ok(Entry::Deed(view(entry, &names, face))),
        })
        .collect::<Outcome<_>>()?;
    Ok((entries, next))
}

/// From where the entries of a list come.
struct Sources {
    calls: bool,
    deeds: Vec<audit_lists::Filter>,
}

/// What is to be looked through for `asked`. A tool and a result are a call's alone.
async fn sources(
    db: &impl ConnectionTrait,
    actor: Actor,
    me: &Membership,
    asked: &ListActivity,
    now: Timestamp,
) -> Outcome<Sources> {
    let ListActivity { key, member, kind, tool, result, within, cursor: _ } = asked;
    let user = match (access::only_own(me, Action::SeeActivity), *member) {
        (Some(_), _) => Some(actor.user),
        (None, None) => None,
        (None, Some(member)) => match memberships::find_user(db, me.company, member).await? {
            Some(user) => Some(user),
            // Nobody of this company did anything in it.
            None => return Ok(Sources { calls: true, deeds: Vec::new() }),
        },
    };
    let is_of_calls = tool.is_some() || result.is_some();
    let since = within.map(|within| now.plus(-within.days() * DAY));
    let filter = audit_lists::Filter { user, key: *key, group: None, since };
    let deeds = match kind {
        _ if is_of_calls => Vec::new(),
        None => vec![filter],
        Some(kind) => kind
            .groups()
            .iter()
            .map(|group| audit_lists::Filter { group: Some(*group), ..filter })
            .collect(),
    };
    let calls = matches!(kind, None | Some(Kind::Calls));
    Ok(Sources { calls, deeds })
}

/// A row of either table.
enum Row {
    Call(ListedCall),
    Deed(ListedEntry),
}

impl Row {
    fn place(&self) -> (i64, Uuid) {
        match self {
            Self::Call(call) => (call.at, call.id),
            Self::Deed(entry) => (entry.at, entry.id),
        }
    }

    fn deed(&self) -> Option<&ListedEntry> {
        match self {
            Self::Call(_) => None,
            Self::Deed(entry) => Some(entry),
        }
    }
}

/// The newest `limit` of rows that come from several places, and where the next ones begin, if there are any.
fn newest(mut rows: Vec<Row>, limit: usize) -> (Vec<Row>, Option<Cursor>) {
    rows.sort_by_key(|row| std::cmp::Reverse(row.place()));
    let has_next = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_next).map(|row| {
        let (at, id) = row.place();
        call_lists::cursor_at(at, id)
    });
    (rows, next)
}

fn view(entry: ListedEntry, names: &Names, face: &Face) -> DeedView {
    let deed = names.deed(&entry);
    let ListedEntry { id, at, user_id, person, address, .. } = entry;
    let by_somebody = user_id.map(UserId::from_uuid).is_some();
    DeedView {
        id: AuditEntryId::from_uuid(id),
        at: face.view(Timestamp::from_micros(at)),
        by: by_somebody.then(|| person.unwrap_or_default()),
        deed,
        address: by_somebody.then_some(address),
    }
}
