//! One row of the list: a call of a tool, or what somebody did, with its details folded away.

use leptos::prelude::*;
use shared::{
    activity::{CallResult, CallView, ListActivity},
    id::{ApiKeyId, AuditEntryId, CallId},
};

use super::filters::{self, ACTIVITY};
use crate::{
    components::{Avatar, CodeDetails, StateBadge, Time, Tone},
    texts::{counted, text},
    told::{Deed, Entry},
    words::{self, CallProblem},
};

/// What two entries that are one row have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RowKey {
    /// A call that has ended meanwhile is drawn anew.
    Call(CallId, CallResult),
    /// What was done stays as it was.
    Deed(AuditEntryId),
}

impl RowKey {
    /// The entry's.
    pub(super) fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Call(call) => Self::Call(call.id, call.result),
            Entry::Deed(deed) => Self::Deed(deed.id),
        }
    }
}

/// An entry.
#[component]
pub(super) fn EntryRow(
    /// Which.
    entry: Entry,
) -> impl IntoView {
    match entry {
        Entry::Call(call) => view! { <CallRow call=*call/> }.into_any(),
        Entry::Deed(deed) => view! { <DeedRow deed/> }.into_any(),
    }
}

/// The sentence begins with who did it: it takes the place of the person too.
#[component]
fn DeedRow(deed: Deed) -> impl IntoView {
    let Deed { id: _, at, by, sentence, changes, address } = deed;
    let address = address.unwrap_or_else(|| text!(activity.by_itself).to_owned());
    let known = [
        Some((text!(activity.when), words::date_time(&at))),
        by.map(|by| (text!(common.person), by)),
        Some((text!(activity.address), address.clone())),
    ];
    let pairs = named(known).chain(changes).collect();
    view! {
        <tr class="deed">
            <td><Time time=at/></td>
            <td colspan="2">
                <div class="name">{sentence.clone()}</div>
                <Details what=sentence pairs/>
            </td>
            <td data-l=text!(activity.client)>
                <span>{text!(activity.dashboard)}</span>
                <div class="sub">{address}</div>
            </td>
            <td></td>
        </tr>
    }
    .into_any()
}

#[component]
fn CallRow(call: CallView) -> impl IntoView {
    let CallView {
        id: _,
        at,
        person,
        key_name,
        key,
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
        arguments,
        step_of,
    } = call;
    let done = words::call(&tool);
    let records = records.map(|records| counted!(records, activity.records));
    let took = duration_ms.map(words::duration);
    let (said, told) = match words::call_problem(cause, problem) {
        Some(CallProblem { said, told }) => (Some(said), told),
        None => (None, None),
    };
    let consent = consent.map(words::consent);
    // Who agreed and why it did not end well stand beneath the result.
    let all = [
        Some((text!(activity.when), words::date_time(&at))),
        Some((text!(activity.tool), tool.clone())),
        model.clone().map(|model| (text!(activity.model), model)),
        method.clone().map(|method| (text!(activity.method), method)),
        records.clone().map(|records| (text!(activity.records_label), records)),
        took.clone().map(|took| (text!(activity.took), took)),
        Some((text!(common.person), person.clone())),
        Some((text!(activity.key), key_name.clone())),
        client.clone().map(|client| (text!(activity.client), client)),
        Some((text!(activity.address), address.clone())),
        step_of.map(|run| (text!(activity.run), run.to_string())),
    ];
    let pairs = named(all).collect();
    let on = match (model, method) {
        (Some(model), Some(method)) => Some(format!("{model} · {method}")),
        (model, method) => model.or(method),
    };
    let about = [on, records].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let about = (!about.is_empty()).then(|| view! { <span dir="auto">{about}</span> });
    // A step of a workflow was called by the workflow, and that by the client.
    let by = step_of.map(|_| view! { <code>"aidoo_workflow"</code> " › " });
    view! {
        <tr>
            <td><Time time=at/></td>
            <td>
                <div class="name">{done}</div>
                <div class="sub">{by}<code>{tool}</code> " " {about}</div>
                <Details what=done.to_owned() pairs told arguments/>
            </td>
            <td>
                <span class="person">
                    <Avatar name=person.clone()/>
                    <span>
                        <span dir="auto">{person}</span>
                        <div class="sub"><a href=only(key) dir="auto">{key_name}</a></div>
                    </span>
                </span>
            </td>
            <td data-l=text!(activity.client)>
                <span dir="auto">{client.map_or_else(|| text!(activity.unknown).to_owned(), |client| words::client(&client))}</span>
                <div class="sub">{address}</div>
            </td>
            <td>
                <StateBadge tone=tone(result) label=words::result(result)/>
                {took.map(|took| view! { <span class="sub">" " {took}</span> })}
                {consent.map(|consent| view! { <div class="sub">{consent}</div> })}
                {said.map(|said| view! { <div class="sub why" dir="auto">{said}</div> })}
            </td>
        </tr>
    }
    .into_any()
}

/// All that is known of an entry: the browser's own disclosure, which opens without the wasm and by the keyboard.
#[component]
fn Details(
    /// What was done.
    what: String,
    /// Names and values.
    pairs: Vec<(String, String)>,
    /// What the client was told, where a call did not end well.
    #[prop(optional_no_strip)]
    told: Option<String>,
    /// The arguments of a call, where they were kept.
    #[prop(optional_no_strip)]
    arguments: Option<String>,
) -> impl IntoView {
    let rows = pairs
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd dir="auto">{value}</dd></div> })
        .collect_view();
    view! {
        <details class="all">
            <summary aria-label=text!(activity.details_of, what = what)>{text!(activity.details)}</summary>
            <dl>
                {rows}
                {told.map(|told| view! {
                    <div><dt>{text!(activity.told)}</dt><dd lang="en" dir="auto">{told}</dd></div>
                })}
            </dl>
            {arguments.map(|arguments| view! {
                <CodeDetails summary=text!(activity.arguments) code=arguments class="arguments"/>
            })}
        </details>
    }
    .into_any()
}

/// What is known, with its names.
fn named<const N: usize>(
    known: [Option<(&'static str, String)>; N],
) -> impl Iterator<Item = (String, String)> {
    known.into_iter().flatten().map(|(name, value)| (name.to_owned(), value))
}

/// The list of what was done with this key and to it.
fn only(key: ApiKeyId) -> String {
    filters::query(&ListActivity { key: Some(key), ..ListActivity::default() }).href(ACTIVITY)
}

const fn tone(result: CallResult) -> Tone {
    match result {
        CallResult::Ok => Tone::Good,
        CallResult::Asked | CallResult::Started | CallResult::Refused => Tone::Warn,
        CallResult::Failed | CallResult::Unknown => Tone::Bad,
    }
}
