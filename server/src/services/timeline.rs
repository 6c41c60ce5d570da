//! Calls and audit entries in one list: a page is merged from a page of each, both by (time, id), so that it
//! costs what two short look-ups in an index cost, wherever it begins.

use app::backend::Actor;
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    Error,
    activity::{ListActivity, PAGE_SIZE},
    api_key::{KeyChoice, KeySort},
    id::{ApiKeyId, AuditEntryId, CompanyId, MemberId, UserId},
    role::Action,
    time::{DAY, Timestamp},
    timeline::{DeedView, Entry, KEYS_OFFERED, Kind, TimelinePage},
};
use uuid::Uuid;

use super::{
    Core,
    access::{self, Membership},
    activity_pages, deed_changes,
    deeds::Names,
    time_view::Face,
};
use crate::{
    domain::day_range::Range,
    error::Outcome,
    store::{
        api_key_lists::{self, ListedKey},
        api_keys,
        audit_lists::{self, ListedEntry},
        call_lists::{self, ListedCall},
        keyset::{Cursor, Page, Side},
        memberships,
    },
};

/// One page of what the actor may see.
///
/// # Errors
/// [`Error::NotFound`] when the actor is no member of `company`, [`Error::Invalid`] when the days that are asked for
/// are none.
pub(super) async fn page(
    core: &Core,
    actor: Actor,
    company: CompanyId,
    mut asked: ListActivity,
) -> Outcome<TimelinePage> {
    let cursor = asked.cursor.take().and_then(|text| call_lists::parse_cursor(&text));
    let db = core.db.reader();
    let me = access::membership(db, &actor, company).await?;
    let face = Face::of(core, actor).await?;
    let range = range(&face, &asked)?;
    let key = match asked.key {
        Some(key) => name_of(db, &me, key).await?,
        None => None,
    };
    let keys = offered_keys(db, &me, asked.member, face.now).await?;
    let Page { rows, previous, next } =
        entries(db, actor, &me, asked, range, cursor, PAGE_SIZE, &face).await?;
    let people = match access::only_own(&me, Action::SeeActivity) {
        None => memberships::list_everybody(db, company).await?,
        Some(_) => Vec::new(),
    };
    Ok(TimelinePage {
        entries: rows,
        next: next.map(|cursor| cursor.encode()),
        previous: previous.map(|cursor| cursor.encode()),
        key,
        keys,
        people,
    })
}

/// The time that is asked for: days of the viewer's zone, and how far to look back.
fn range(face: &Face, asked: &ListActivity) -> Result<Range, Error> {
    let days = face.range(asked.since.as_deref(), asked.until.as_deref())?;
    let within = asked.within.map(|within| face.now.plus(-within.days() * DAY));
    // Nothing lies before any moment.
    Ok(Range { since: days.since.max(within), ..days })
}

/// Keys to filter by, of `member` if one is asked for: those that were used last, of those that `me` may see.
async fn offered_keys(
    db: &impl ConnectionTrait,
    me: &Membership,
    member: Option<MemberId>,
    now: Timestamp,
) -> Outcome<Vec<KeyChoice>> {
    let only = access::only_own(me, Action::SeeKey);
    let filter = api_key_lists::Filter { member: only.or(member), ..Default::default() };
    let found = api_key_lists::find(db, me.company, &filter, now).await?;
    let (sort, limit) = (KeySort::LastUsed, KEYS_OFFERED as u64);
    let rows = api_key_lists::page(db, me.company, &filter, &found, sort, None, limit, now).await?;
    let choice = |row: ListedKey| KeyChoice {
        key: ApiKeyId::from_uuid(row.id),
        name: row.name,
        identifier: row.identifier,
        person: only.is_none().then_some(row.person),
    };
    Ok(rows.into_iter().map(choice).collect())
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

/// Whether a list can be made of `asked`, before a file of it is begun.
///
/// # Errors
/// [`Error::Invalid`] when its days are none.
pub(super) async fn check(core: &Core, actor: Actor, asked: &ListActivity) -> Outcome<()> {
    range(&Face::of(core, actor).await?, asked)?;
    Ok(())
}

/// At most `limit` entries after `cursor`, for a file, and the place of the next ones.
///
/// # Errors
/// [`Error::NotFound`] when the actor is no member of `company`, [`Error::Invalid`] as [`page`].
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
    let range = range(&face, &asked)?;
    let page = entries(db, actor, &me, asked, range, cursor, limit, &face).await?;
    Ok((page.rows, page.next))
}

#[expect(clippy::too_many_arguments, reason = "a page is what all of them say")]
async fn entries(
    db: &impl ConnectionTrait,
    actor: Actor,
    me: &Membership,
    asked: ListActivity,
    range: Range,
    cursor: Option<Cursor>,
    limit: usize,
    face: &Face,
) -> Outcome<Page<Entry>> {
    let company = me.company;
    let sources = sources(db, actor, me, &asked, range).await?;
    let calls = sources.calls.then(|| activity_pages::filter(me, asked, range));
    let (calls, deeds) = (calls.as_ref(), &sources.deeds);
    let Page { rows, previous, next } =
        Page::read(cursor, limit, Row::cursor, |cursor, enough| async move {
            let mut rows: Vec<Row> = Vec::new();
            if let Some(filter) = calls {
                let calls = call_lists::page(db, company, filter, cursor.clone(), enough).await?;
                rows.extend(calls.into_iter().map(|call| Row::Call(Box::new(call))));
            }
            for filter in deeds {
                let deeds = audit_lists::page(db, company, *filter, cursor.clone(), enough).await?;
                rows.extend(deeds.into_iter().map(Row::Deed));
            }
            in_order(&mut rows, cursor.map(|cursor| cursor.side));
            Ok::<_, DbErr>(rows)
        })
        .await?;
    let listed: Vec<ListedEntry> = rows.iter().filter_map(Row::deed).cloned().collect();
    let names = Names::of(db, company, &listed).await?;
    let rows = rows
        .into_iter()
        .map(|row| match row {
            Row::Call(call) => {
                activity_pages::view(*call, face).map(|call| Entry::Call(Box::new(call)))
            }
            Row::Deed(entry) => Ok(Entry::Deed(view(entry, &names, face))),
        })
        .collect::<Outcome<_>>()?;
    Ok(Page { rows, previous, next })
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
    range: Range,
) -> Outcome<Sources> {
    let ListActivity { key, member, kind, tool, result, within: _, since: _, until: _, cursor: _ } =
        asked;
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
    let Range { since, until } = range;
    let filter = audit_lists::Filter { user, key: *key, group: None, since, until };
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
    Call(Box<ListedCall>),
    Deed(ListedEntry),
}

impl Row {
    fn place(&self) -> (i64, Uuid) {
        match self {
            Self::Call(call) => (call.at, call.id),
            Self::Deed(entry) => (entry.at, entry.id),
        }
    }

    fn cursor(&self) -> Cursor {
        let (at, id) = self.place();
        call_lists::cursor_at(at, id)
    }

    fn deed(&self) -> Option<&ListedEntry> {
        match self {
            Self::Call(_) => None,
            Self::Deed(entry) => Some(entry),
        }
    }
}

/// Puts rows that come from several places into the order in which each was read there.
fn in_order(rows: &mut [Row], side: Option<Side>) {
    match side {
        Some(Side::Before) => rows.sort_by_key(Row::place),
        Some(Side::After) | None => rows.sort_by_key(|row| std::cmp::Reverse(row.place())),
    }
}

fn view(entry: ListedEntry, names: &Names, face: &Face) -> DeedView {
    let deed = names.deed(&entry);
    let changes = deed_changes::changes(&entry, face);
    let ListedEntry { id, at, user_id, person, address, .. } = entry;
    let by_somebody = user_id.map(UserId::from_uuid).is_some();
    DeedView {
        id: AuditEntryId::from_uuid(id),
        at: face.view(Timestamp::from_micros(at)),
        by: by_somebody.then(|| person.unwrap_or_default()),
        deed,
        changes,
        address: by_somebody.then_some(address),
    }
}
