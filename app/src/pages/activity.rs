//! The activity page: what people did in the dashboard, and every call of a tool, the newest first.

mod bar;
mod figures;
mod filters;
mod rows;

use leptos::prelude::*;
use shared::{activity::ListActivity, timeline::TimelinePage};

use self::{bar::FilterBar, figures::Figures, filters::ACTIVITY, rows::EntryRow};
use crate::{
    components::{EmptyState, Glyph, LoadError, PageHead, Skeleton, use_news},
    pages::query::{Query, use_query},
    server_fns::activity::timeline,
    texts::text,
    viewer::use_company,
};

/// The list as a file.
const EXPORT: &str = "/exports/activity.csv";

/// What was done, as far as the viewer may see it.
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
        move |(filter, _)| timeline(company, filter),
    );
    let export = move || {
        filter.with(|filter| {
            let whole = ListActivity { cursor: None, ..filter.clone() };
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
                    Ok(page) => view! { <Entries page filter=filter.get_untracked()/> }.into_any(),
                    Err(error) => view! { <LoadError error=error.0/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// The filters that the query of an address asks for.
#[must_use]
pub fn parse_filter(query: &str) -> ListActivity {
    filters::parse(&Query::parse(query))
}

#[component]
fn Entries(page: TimelinePage, filter: ListActivity) -> impl IntoView {
    let TimelinePage { entries, next, has_previous, key, people } = page;
    let link = |filter: ListActivity| filters::query(&filter).href(ACTIVITY);
    let first = has_previous
        .then(|| link(ListActivity { cursor: None, ..filter.clone() }))
        .map(|href| view! { <a class="btn small" href=href>{text!(activity.newest)}</a> });
    let next = next
        .map(|cursor| link(ListActivity { cursor: Some(cursor), ..filter.clone() }))
        .map(|href| view! { <a class="btn small" href=href>{text!(activity.older)}</a> });
    let list = if entries.is_empty() {
        let is_filtered = filter != ListActivity::default();
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
        let rows = entries.into_iter().map(|entry| view! { <EntryRow entry/> }).collect_view();
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
        <section class="card" aria-label=text!(activity.entries)>
            <FilterBar filter key people/>
            {list}
            {(first.is_some() || next.is_some()).then(|| view! {
                <nav class="foot" aria-label=text!(common.pages)><span></span>{first}{next}</nav>
            })}
        </section>
    }
    .into_any()
}
