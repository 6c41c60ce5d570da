//! The activity page: what people did in the dashboard, and every call of a tool, the newest first.

mod bar;
mod figures;
mod filters;
mod rows;

use leptos::prelude::*;
use shared::{
    Error,
    activity::ListActivity,
    id::CompanyId,
    role::{Action as RoleAction, Role, Subject, allows},
};

use self::{
    bar::{Choices, Days, FilterBar},
    figures::Figures,
    filters::ACTIVITY,
    rows::{EntryRow, RowKey},
};
#[cfg(feature = "ssr")]
use crate::components::set_page_status;
use crate::{
    components::{
        Beside, EmptyState, Glyph, Head, Heard, LoadError, PageHead, Pages, Skeleton, Table,
        keep_current, lazily_hydrated, use_kept_list,
    },
    error::AppError,
    pages::query::{Query, use_query},
    server_fns::activity::timeline,
    texts::text,
    told::Timeline,
    viewer::use_company,
};

/// The list as a file.
const EXPORT: &str = "/exports/activity.csv";

/// What was done, as far as the viewer may see it.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    // Nobody stands above an owner: who sees theirs sees all.
    let see_owners = RoleAction::SeeActivity(Subject::Other(Role::Owner));
    let sees_all = allows(here.role, see_owners).is_allowed();
    let lead = if sees_all { text!(activity.lead) } else { text!(activity.lead_own) };
    let query = use_query();
    let filter = Memo::new(move |_| query.with(filters::parse));
    let days = Days::of(filter);
    let (page, heard) =
        use_kept_list(move || filter.get(), move |filter| timeline(company, filter));
    let export = move || {
        filter.with(|filter| {
            let whole = ListActivity { cursor: None, ..filter.clone() };
            filters::query(&whole).with("company", &company.to_string()).href(EXPORT)
        })
    };
    view! {
        <PageHead
            title=text!(activity.title)
            lead
        >
            <a class="btn" href=export rel="external" download="">
                <Glyph icon=icondata::LuDownload/>
                {text!(common.export_csv)}
            </a>
        </PageHead>
        <Figures/>
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                let filter = filter.get_untracked();
                match page.await {
                    Ok(page) => view! { <Entries page heard filter company days/> }.into_any(),
                    Err(AppError(error)) => {
                        let again = Callback::new(move |()| page.refetch());
                        view! { <NotRead filter error days again/> }.into_any()
                    }
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

/// Stands for the list that could not be read: what was asked for stays, and can be mended where it is what was wrong. Asked for
/// again it is the same address, which alone would read nothing.
#[component]
fn NotRead(filter: ListActivity, error: Error, days: Days, again: Callback<()>) -> impl IntoView {
    let (wrong, why) = match error {
        Error::Invalid(wrong) => {
            #[cfg(feature = "ssr")]
            set_page_status(Error::Invalid(Vec::new()).status());
            (wrong, None)
        }
        error => (Vec::new(), Some(view! { <LoadError error/> })),
    };
    view! {
        <section class="card" aria-label=text!(activity.entries) on:submit=move |_| again.run(())>
            <FilterBar filter choices=Choices::default() days wrong/>
        </section>
        {why}
    }
    .into_any()
}

#[component]
fn Entries(
    page: Timeline,
    heard: Heard,
    filter: ListActivity,
    company: CompanyId,
    days: Days,
) -> impl IntoView {
    let choices =
        Choices { key: page.key.clone(), keys: page.keys.clone(), people: page.people.clone() };
    let bar = view! { <FilterBar filter=filter.clone() choices days/> };
    let page = RwSignal::new(page);
    // A page further back does not move under the reader.
    if filter.cursor.is_none() {
        let filter = filter.clone();
        keep_current(page, heard, Signal::stored(0), move || timeline(company, filter.clone()));
    }
    let is_filtered = filter != ListActivity::default();
    let is_empty = Memo::new(move |_| page.with(|page| page.entries.is_empty()));
    let list = move || {
        if is_empty.get() {
            view! { <NoEntries is_filtered/> }.into_any()
        } else {
            view! { <EntryTable page/> }.into_any()
        }
    };
    let link = {
        let filter = filter.clone();
        move |cursor: Option<String>| {
            filters::query(&ListActivity { cursor, ..filter.clone() }).href(ACTIVITY)
        }
    };
    let newest = link(None);
    let has_newer = Memo::new(move |_| page.with(|page| page.previous.is_some()));
    let beside = Signal::derive(move || {
        let (previous, next) = page.with(|page| (page.previous.clone(), page.next.clone()));
        let at = |cursor: Option<String>| cursor.map(|cursor| link(Some(cursor)));
        Beside { previous: at(previous), next: at(next) }
    });
    view! {
        <section class="card" aria-label=text!(activity.entries)>
            {bar}
            {list}
            <Pages beside back=text!(activity.newer) on=text!(activity.older)>
                <span></span>
                {move || has_newer.get().then(|| {
                    view! { <a class="btn small quiet" href=newest.clone()>{text!(activity.newest)}</a> }
                })}
            </Pages>
        </section>
    }
    .into_any()
}

#[component]
fn NoEntries(is_filtered: bool) -> impl IntoView {
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
}

#[component]
fn EntryTable(page: RwSignal<Timeline>) -> impl IntoView {
    let heads = vec![
        Head::Named(text!(activity.when)),
        Head::Named(text!(activity.call)),
        Head::Named(text!(activity.person_and_key)),
        Head::Named(text!(activity.client)),
        Head::Named(text!(activity.result)),
    ];
    view! {
        <Table class="calls" caption=text!(activity.caption) heads>
            // By entry, so that details that somebody has opened stay open when newer entries come.
            <For each=move || page.with(|page| page.entries.clone()) key=RowKey::of let:entry>
                {lazily_hydrated(move || view! { <EntryRow entry/> }.into_any())}
            </For>
        </Table>
    }
    .into_any()
}
