//! One row of the list: a call of a tool, or what somebody did.

use leptos::prelude::*;
use shared::{
    activity::{CallResult, CallView, ListActivity},
    id::ApiKeyId,
    timeline::{DeedView, Entry},
};

use super::filters::{self, ACTIVITY};
use crate::{
    components::{Avatar, CodeDetails, StateBadge, Time, Tone},
    texts::{counted, text},
    words,
};

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

#[component]
fn DeedRow(deed: DeedView) -> impl IntoView {
    let told = words::deed(deed.by.as_deref(), &deed.deed);
    let DeedView { id: _, at, by, deed: _, address } = deed;
    view! {
        <tr class="deed">
            <td><Time time=at/></td>
            <td><div class="name">{told}</div></td>
            <td>
                {by.map(|name| view! {
                    <span class="person"><Avatar name=name.clone()/><span dir="auto">{name}</span></span>
                })}
            </td>
            <td data-l=text!(activity.client)>
                <span>{text!(activity.dashboard)}</span>
                <div class="sub">{address.unwrap_or_else(|| text!(activity.by_itself).to_owned())}</div>
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
    let on = match (model, method) {
        (Some(model), Some(method)) => Some(format!("{model} · {method}")),
        (model, method) => model.or(method),
    };
    let records = records.map(|records| counted!(records, activity.records));
    let about = [on, records].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let about = (!about.is_empty()).then(|| view! { <span dir="auto">{about}</span> });
    // A step of a workflow was called by the workflow, and that by the client.
    let by = step_of.map(|_| view! { <code>"aidoo_workflow"</code> " › " });
    let took = duration_ms.map(|took| format!("{took} ms"));
    let problem = words::call_problem(cause, problem);
    view! {
        <tr>
            <td><Time time=at/></td>
            <td>
                <div class="name">{done}</div>
                <div class="sub">{by}<code>{tool}</code> " " {about}</div>
                {arguments.map(|arguments| view! {
                    <CodeDetails summary=text!(activity.arguments) code=arguments class="arguments"/>
                })}
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
                {consent.map(|consent| view! { <div class="sub">{words::consent(consent)}</div> })}
                {problem.map(|problem| view! { <div class="sub why" dir="auto">{problem}</div> })}
            </td>
        </tr>
    }
    .into_any()
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
