//! What narrows the list: a form whose address is the page's.

use leptos::prelude::*;
use leptos_router::components::Form;
use shared::{
    activity::{CallResult, ListActivity, Period},
    api_key::PersonChoice,
    timeline::Kind,
};

use super::filters::{self, ACTIVITY, TOOLS};
use crate::{
    components::{PersonSelect, submit_form},
    texts::{rich, text},
    words,
};

/// The filters, as they are set.
#[component]
pub(super) fn FilterBar(
    /// What is asked for now.
    filter: ListActivity,
    /// The name of the key that is filtered by, if it is known.
    key: Option<String>,
    /// Whom one can filter by.
    people: Vec<PersonChoice>,
) -> impl IntoView {
    let kinds = Kind::ALL
        .map(|kind| {
            let chosen = filter.kind == Some(kind) && filter.tool.is_none();
            option(kind.as_str(), words::kind(kind), chosen)
        })
        .collect_view();
    let tools =
        TOOLS.map(|tool| option(tool, tool, filter.tool.as_deref() == Some(tool))).collect_view();
    let results = CallResult::ALL
        .map(|result| option(result.as_str(), words::result(result), filter.result == Some(result)))
        .collect_view();
    let times = Period::ALL
        .map(|period| option(period.as_str(), words::period(period), filter.within == Some(period)))
        .collect_view();
    let chosen = filter.member;
    let only_key = filter.key.map(|id| {
        let all = filters::query(&ListActivity { key: None, cursor: None, ..filter.clone() });
        let name = key.unwrap_or_else(|| text!(activity.this_key).to_owned());
        (id, name, all.href(ACTIVITY))
    });
    let hidden = only_key
        .as_ref()
        .map(|(id, ..)| view! { <input type="hidden" name="key" value=id.to_string()/> });
    view! {
        <div class="bar">
            <Form action=ACTIVITY noscroll=true>
                {hidden}
                <PersonSelect people chosen/>
                <select class="input select" name="what" aria-label=text!(activity.what) on:change=submit_form>
                    <option value="">{text!(activity.everything)}</option>
                    <optgroup label=text!(activity.kinds)>{kinds}</optgroup>
                    <optgroup label=text!(activity.tools)>{tools}</optgroup>
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
        {only_key.map(|(_, name, all)| view! {
            <p class="in-card only">
                {rich!(
                    activity.key_only,
                    key = name,
                    <b> = <b dir="auto"/>,
                    <a> = <a class="link" href=all.clone()/>
                )}
            </p>
        })}
    }
    .into_any()
}

fn option(value: &'static str, label: &'static str, selected: bool) -> impl IntoView {
    view! { <option value=value selected=selected prop:selected=selected>{label}</option> }
}
