//! API keys and the activity as CSV in the reader's language, page by page: whoever may see a list may have it as a file, and every
//! page is authorised anew, as the list's are.

use app::{
    backend::Actor,
    texts::{Locale, in_locale},
    words,
};
use futures::{Stream, stream};
use serde_json::json;
use shared::{
    activity::{CallView, ListActivity},
    api_key::{ApiKeyView, ListApiKeys, RevokedView, RotatedView},
    id::CompanyId,
    key_format,
    time::TimeView,
    timeline::{DeedView, Entry},
};

use super::{Core, access, api_key_pages, timeline};
use crate::{
    domain::spreadsheet::harmless,
    error::{Fault, Outcome},
    store::keyset::Cursor,
};

/// Rows that are read at once.
const ROWS: usize = 500;
/// It tells Excel that the file is UTF-8.
const MARK: &str = "\u{FEFF}";

/// How many columns each list has.
const KEY_COLUMNS: usize = 14;
const ENTRY_COLUMNS: usize = 16;

/// The API keys that `filter` means, in its order, whatever page it names.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`.
pub async fn api_keys(
    core: Core,
    actor: Actor,
    company: CompanyId,
    filter: ListApiKeys,
    locale: Locale,
) -> Outcome<impl Stream<Item = Outcome<Vec<u8>>> + use<>> {
    note(&core, actor, company, "api_key.exported").await?;
    let place = Some(Place::Start);
    Ok(stream::try_unfold(place, move |place| {
        let (core, filter) = (core.clone(), filter.clone());
        async move {
            let Some(place) = place else { return Ok(None) };
            let (first, cursor) = place.open();
            let (keys, next) =
                api_key_pages::rows(&core, actor, company, filter, cursor, ROWS as u64).await?;
            let file = in_locale(locale, || {
                let heads = first.then(words::csv::key_columns);
                table(heads, keys.into_iter().map(key_row))
            })?;
            Ok(Some((file, next.map(Place::After))))
        }
    }))
}

/// The entries that `filter` means, the newest first, whatever page it names.
///
/// # Errors
/// [`shared::Error::NotFound`] when the actor is no member of `company`, [`shared::Error::Invalid`] when the days of
/// `filter` are none.
pub async fn activity(
    core: Core,
    actor: Actor,
    company: CompanyId,
    filter: ListActivity,
    locale: Locale,
) -> Outcome<impl Stream<Item = Outcome<Vec<u8>>> + use<>> {
    timeline::check(&core, actor, &filter).await?;
    note(&core, actor, company, "activity.exported").await?;
    let place = Some(Place::Start);
    Ok(stream::try_unfold(place, move |place| {
        let (core, filter) = (core.clone(), filter.clone());
        async move {
            let Some(place) = place else { return Ok(None) };
            let (first, cursor) = place.open();
            let (entries, next) =
                timeline::rows(&core, actor, company, filter, cursor, ROWS).await?;
            let file = in_locale(locale, || {
                let heads = first.then(words::csv::entry_columns);
                table(heads, entries.into_iter().map(entry_row))
            })?;
            Ok(Some((file, next.map(Place::After))))
        }
    }))
}

/// Where a page of a file begins.
enum Place {
    Start,
    After(Cursor),
}

impl Place {
    /// Whether it is the file's first page, and the row that it begins after.
    fn open(self) -> (bool, Option<Cursor>) {
        match self {
            Self::Start => (true, None),
            Self::After(cursor) => (false, Some(cursor)),
        }
    }
}

/// Writes on record that somebody took the list with them.
async fn note(core: &Core, actor: Actor, company: CompanyId, action: &'static str) -> Outcome<()> {
    let transaction = core.db.begin().await?;
    access::membership(&transaction, &actor, company).await?;
    core.audit(&transaction, actor, company, action, company, json!({})).await?;
    core.commit(transaction, company).await?;
    Ok(())
}

fn table<const N: usize>(
    heads: Option<[&'static str; N]>,
    rows: impl Iterator<Item = [String; N]>,
) -> Outcome<Vec<u8>> {
    let begun = if heads.is_some() { MARK.as_bytes().to_vec() } else { Vec::new() };
    let mut writer =
        csv::WriterBuilder::new().delimiter(words::csv::separator()).from_writer(begun);
    let fault = |error: &dyn std::fmt::Display| Fault::Internal(format!("a CSV row: {error}"));
    if let Some(heads) = heads {
        writer.write_record(heads).map_err(|error| fault(&error))?;
    }
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| harmless(cell)))
            .map_err(|error| fault(&error))?;
    }
    writer.into_inner().map_err(|error| fault(&error))
}

fn key_row(key: ApiKeyView) -> [String; KEY_COLUMNS] {
    let ApiKeyView {
        id: _,
        name,
        identifier,
        permissions,
        effective,
        person,
        is_own: _,
        made_by,
        state,
        created,
        expires,
        last_used,
        last_client,
        revoked,
        rotated,
        warnings: _,
        may_revoke: _,
        may_edit: _,
        may_rotate: _,
        waits: _,
        successor_waits: _,
    } = key;
    let (revoked_at, revoked_by) = match revoked {
        Some(RevokedView { at, by }) => (at.iso, words::by(&by)),
        None => Default::default(),
    };
    [
        name,
        key_format::display(&identifier),
        person,
        permissions.to_string(),
        effective.to_string(),
        words::key_state(state).to_owned(),
        created.iso,
        made_by.as_ref().map(words::by).unwrap_or_default(),
        iso(expires),
        iso(last_used),
        last_client.unwrap_or_default(),
        revoked_at,
        revoked_by,
        iso(rotated.map(|RotatedView { at, successor: _ }| at)),
    ]
}

fn entry_row(entry: Entry) -> [String; ENTRY_COLUMNS] {
    match entry {
        Entry::Call(call) => call_row(*call),
        Entry::Deed(deed) => deed_row(deed),
    }
}

/// What somebody did has none of what calls have.
fn deed_row(deed: DeedView) -> [String; ENTRY_COLUMNS] {
    let told = words::deed(deed.by.as_deref(), &deed.deed);
    let DeedView { id: _, at, by, deed: _, changes, address } = deed;
    let mut row: [String; ENTRY_COLUMNS] = Default::default();
    let changes = changes.iter().map(words::change).collect::<Vec<_>>().join("; ");
    [row[0], row[1], row[2], row[13], row[15]] =
        [at.iso, by.unwrap_or_default(), told, address.unwrap_or_default(), changes];
    row
}

fn call_row(call: CallView) -> [String; ENTRY_COLUMNS] {
    let CallView {
        id: _,
        arguments: _,
        at,
        person,
        key_name,
        key: _,
        tool,
        model,
        method,
        records,
        result,
        cause,
        problem,
        consent,
        duration_ms,
        client,
        address,
        step_of,
    } = call;
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        at.iso,
        person,
        words::call(&tool).to_owned(),
        key_name,
        tool,
        model.unwrap_or_default(),
        method.unwrap_or_default(),
        number(records),
        words::result(result).to_owned(),
        words::call_problem_line(cause, problem).unwrap_or_default(),
        consent.map(words::consent).unwrap_or_default().to_owned(),
        number(duration_ms),
        client.unwrap_or_default(),
        address,
        step_of.map(|run| run.to_string()).unwrap_or_default(),
        String::new(),
    ]
}

fn iso(time: Option<TimeView>) -> String {
    time.map(|time| time.iso).unwrap_or_default()
}
