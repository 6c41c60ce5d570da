//! The activity page: every call of a tool, the newest first.

mod figures;
mod filters;

use leptos::prelude::*;
use leptos_router::components::Form;
use shared::{
    activity::{CallPage, CallResult, CallView, ListCalls, Period},
    api_key::PersonChoice,
};

use self::{
    figures::Figures,
    filters::{ACTIVITY, TOOLS},
};
use crate::{
    components::{
        Avatar, EmptyState, Glyph, LoadError, PageHead, PersonSelect, Skeleton, StateBadge, Time,
        Tone, submit_form, use_news,
    },
    pages::query::{Query, use_query},
    server_fns::activity::list_calls,
    texts::{counted, text},
    viewer::use_company,
    words,
};

/// The list as a file.
const EXPORT: &str = "/exports/activity.csv";

/// The calls that the viewer may see.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let company = use_company().company;
    let query = use_query();
    let filter = Memo::new(move |_| query.with(filters::parse));
    let news = use_news();
    // A page further back does not move under the reader.
    let moved =
        Memo::new(move |_| filter.with(|filter| filter.cursor.is_none()).then(|| news.get()));
    let page = Resource::new(
        move || (filter.get(), moved.get()),
        move |(filter, _)| list_calls(company, filter),
    );
    let export = move || {
        filter.with(|filter| {
            let whole = ListCalls { cursor: None, ..filter.clone() };
            filters::query(&whole).with("company", &company.to_string()).href(EXPORT)
        })
    };
    view! {
        <PageHead
            title=text!(activity.title)
            lead=text!(activity.lead)
        >
            <a class="btn" href=export rel="external" download="">
                <Glyph icon=icondata::LuDownload/>
                {text!(common.export_csv)}
            </a>
        </PageHead>
        <Figures/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Calls page filter=filter.get_untracked()/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// The filters that the query of an address asks for.
#[must_use]
pub fn parse_filter(query: &str) -> ListCalls {
    filters::parse(&Query::parse(query))
}

#[component]
fn Calls(page: CallPage, filter: ListCalls) -> impl IntoView {
    let CallPage { calls, next, has_previous, people } = page;
    let link = |filter: ListCalls| filters::query(&filter).href(ACTIVITY);
    let first = has_previous
        .then(|| link(ListCalls { cursor: None, ..filter.clone() }))
        .map(|href| view! { <a class="btn small" href=href>{text!(activity.newest)}</a> });
    let next = next
        .map(|cursor| link(ListCalls { cursor: Some(cursor), ..filter.clone() }))
        .map(|href| view! { <a class="btn small" href=href>{text!(activity.older)}</a> });
    let list = if calls.is_empty() {
        let is_filtered = filter != ListCalls::default();
        view! {
            <EmptyState
                icon=icondata::LuActivity
                heading=if is_filtered { text!(activity.no_match) } else { text!(activity.none) }
            >
                <p>{text!(activity.none_why)}</p>
                {is_filtered.then(|| view! { <a class="btn" href=ACTIVITY>{text!(activity.clear)}</a> })}
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = calls.into_iter().map(|call| view! { <Row call/> }).collect_view();
        view! {
            <table class="calls">
                <caption class="visually-hidden">{text!(activity.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text!(activity.when)}</th>
                        <th scope="col">{text!(activity.call)}</th>
                        <th scope="col">{text!(activity.person_and_key)}</th>
                        <th scope="col">{text!(activity.client)}</th>
                        <th scope="col">{text!(activity.result)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=text!(activity.calls)>
            <Bar filter people/>
            {list}
            <nav class="foot" aria-label=text!(common.pages)><span></span>{first}{next}</nav>
        </section>
    }
    .into_any()
}

#[component]
fn Bar(filter: ListCalls, people: Vec<PersonChoice>) -> impl IntoView {
    let tools = TOOLS
        .map(|tool| {
            let selected = filter.tool.as_deref() == Some(tool);
            view! { <option value=tool selected=selected prop:selected=selected>{tool}</option> }
        })
        .collect_view();
    let results = CallResult::ALL
        .map(|result| {
            let selected = filter.result == Some(result);
            view! { <option value=result.as_str() selected=selected prop:selected=selected>{words::result(result)}</option> }
        })
        .collect_view();
    let times = Period::ALL
        .map(|period| {
            let selected = filter.within == Some(period);
            view! { <option value=period.as_str() selected=selected prop:selected=selected>{words::period(period)}</option> }
        })
        .collect_view();
    let chosen = filter.member;
    let key =
        filter.key.map(|key| view! { <input type="hidden" name="key" value=key.to_string()/> });
    view! {
        <div class="bar">
            <Form action=ACTIVITY noscroll=true>
                {key}
                <PersonSelect people chosen/>
                <select class="input select" name="tool" aria-label=text!(activity.tool) on:change=submit_form>
                    <option value="">{text!(activity.every_tool)}</option>
                    {tools}
                </select>
                <select class="input select" name="result" aria-label=text!(activity.result) on:change=submit_form>
                    <option value="">{text!(activity.every_result)}</option>
                    {results}
                </select>
                <select class="input select" name="within" aria-label=text!(activity.within) on:change=submit_form>
                    <option value="">{text!(activity.every_time)}</option>
                    {times}
                </select>
                <button class="btn small">{text!(activity.filter)}</button>
            </Form>
        </div>
    }
    .into_any()
}

#[component]
fn Row(call: CallView) -> impl IntoView {
    let CallView {
        id: _,
        at,
        person,
        key_name,
        key: _,
        tool,
        model,
        method,
        records,
        result,
        problem,
        consent,
        duration_ms,
        client,
        address,
        arguments,
        step_of,
    } = call;
    let on = match (model, method) {
        (Some(model), Some(method)) => Some(format!("{model} · {method}")),
        (model, method) => model.or(method),
    };
    let records = records.map(|records| counted!(records, activity.records));
    let about = [on, records].into_iter().flatten().collect::<Vec<_>>().join(", ");
    // A step of a workflow was called by the workflow, and that by the client.
    let by = step_of.map(|_| view! { <code>"aidoo_workflow"</code> " › " });
    let took = duration_ms.map(|took| format!("{took} ms"));
    view! {
        <tr>
            <td><Time time=at/></td>
            <td>
                <div class="name">{by}<code>{tool}</code></div>
                <div class="sub" dir="auto">{about}</div>
                {arguments.map(|arguments| view! {
                    <details class="arguments">
                        <summary>{text!(activity.arguments)}</summary>
                        <pre dir="auto">{arguments}</pre>
                    </details>
                })}
            </td>
            <td>
                <span class="person">
                    <Avatar name=person.clone()/>
                    <span><span dir="auto">{person}</span><div class="sub" dir="auto">{key_name}</div></span>
                </span>
            </td>
            <td data-l=text!(activity.client)>
                <span dir="auto">{client.unwrap_or_else(|| text!(activity.unknown).to_owned())}</span>
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

const fn tone(result: CallResult) -> Tone {
    match result {
        CallResult::Ok => Tone::Good,
        CallResult::Asked | CallResult::Started | CallResult::Refused => Tone::Warn,
        CallResult::Failed | CallResult::Unknown => Tone::Bad,
    }
}
