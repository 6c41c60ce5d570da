//! The API keys page: the list with its filters, and the dialogs that change keys. A key's own page is
//! [`KeyPage`].

mod bar;
mod dialogs;
mod edit;
mod filters;
mod one;
mod open;
mod reduce;
mod revoke;
mod rotate;
mod table;
mod ticked;
mod waiting;

use leptos::{ev, prelude::*};
use shared::{
    api_key::{ApiKeyPage, ListApiKeys},
    id::CompanyId,
    permission::PermissionSet,
};

pub(super) use self::waiting::HandoverLinkDialog;
use self::{
    bar::{FilterBar, Now},
    dialogs::Surroundings,
    filters::API_KEYS,
    open::Open,
    table::{KeyTable, People},
    ticked::{Ticked, TickedForm},
    waiting::WaitingKeys,
};
pub use self::{
    dialogs::{Asked, dialog},
    one::KeyPage,
    waiting::{Asked as AskedOfWaiting, dialog as waiting_dialog},
};
use crate::{
    components::{
        Beside, EmptyState, Glyph, Heard, LoadError, PageHead, Pages, Skeleton, find, keep_current,
        lazily_hydrated, once_hydrated, use_kept_list, use_toaster,
    },
    pages::{
        dialog::{Failure, use_leave},
        made::{Made, Shown},
        onboarding::{Checklist, Extent},
        query::{Query, use_query},
        team,
    },
    parts,
    posting::Posting,
    server_fns::api_keys::{AcceptApiKeyCall, list_api_keys},
    texts::{counted, text},
    viewer::use_company,
};

/// The list as a file.
const EXPORT: &str = "/exports/api-keys.csv";

/// Whether a page about keys opens a dialog for this query.
#[cfg(feature = "split")]
pub(crate) fn opens(query: &Query) -> bool {
    Open::parse(query).is_some() || waiting::Open::parse(query).is_some()
}

/// Whether that dialog makes what is shown once.
#[cfg(feature = "split")]
pub(crate) fn makes(query: &Query) -> bool {
    Open::parse(query).is_some_and(|open| open.makes())
        || waiting::Open::parse(query).is_some_and(waiting::Open::makes)
}

/// The keys that the viewer may see.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let query = use_query();
    // Not the whole query: the list does not change when a dialog opens.
    let filter = Memo::new(move |_| query.with(filters::parse));
    let accept = Posting::to::<AcceptApiKeyCall>();
    // Also after a refusal: then the list is not as it was.
    let answers = accept.version();
    let open = Memo::new(move |_| query.with(Open::parse));
    let changes = RwSignal::new(0_usize);
    // The page is read for its filters; whatever changes in it later is put into it, so that nothing that somebody ticks or
    // types here is drawn anew beneath their hands.
    let (page, heard) =
        use_kept_list(move || filter.get(), move |filter| list_api_keys(company, filter));
    let also = Signal::derive(move || changes.get() + answers.get());
    let now = Now::of(filter);
    let ticked = Ticked::provide();
    search_by_key();
    let toaster = use_toaster();

    let leave = use_leave();
    let done = Callback::new(move |sentence: String| {
        leave(&address(&filter.get_untracked()));
        toaster.say(sentence);
        changes.update(|count| *count += 1);
    });
    // A new key or link lives here until it is copied, and nowhere else.
    let made = RwSignal::new(None::<Made>);
    let close = Signal::derive(move || filter.with(address));
    let export = move || {
        filter.with(|filter| {
            let whole = ListApiKeys { cursor: None, ..filter.clone() };
            filters::query(&whole).with("company", &company.to_string()).href(EXPORT)
        })
    };
    parts::when_approached(parts::load_all_of_keys);
    let around = Surroundings { company, close, on_done: done, made };
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Ok(page) => {
                    let shown = RwSignal::new(page);
                    // It is about the keys as they were when it was opened: news does not take it from beneath the hands. And it
                    // may be asked for while the list that it stands over is about to be replaced.
                    let dialog = move || {
                        let open = open.get()?;
                        let keys = shown.try_with_untracked(|page| page.keys.clone())?;
                        let unused = PermissionSet::EMPTY;
                        Some(parts::key_dialog(Asked { around, open, keys, unused }))
                    };
                    view! { <KeyList shown heard also company accept now ticked/> {dialog} }.into_any()
                }
                // What was asked for stays. Asked for again it is the same address, which alone would read nothing.
                Err(error) => view! {
                    <section class="card" aria-label=text!(api_keys.title) on:submit=move |_| page.refetch()>
                        <FilterBar now people=Vec::new()/>
                    </section>
                    <LoadError error=error.0/>
                }
                .into_any(),
            }
        })
    };

    view! {
        <PageHead
            title=text!(api_keys.title)
            lead=text!(api_keys.lead)
        >
            <a class="btn" href=export rel="external" download="">
                <Glyph icon=icondata::LuDownload/>
                {text!(common.export_csv)}
            </a>
            <a class="btn primary" href=team::Open::Generate(here.member).href_from(API_KEYS)>
                <Glyph icon=icondata::LuPlus/>
                {text!(connect.generate)}
            </a>
        </PageHead>
        <Checklist extent=Extent::Slim/>
        <Failure action=accept/>
        // Both at once: what comes later would push the list down.
        <Transition fallback=|| view! { <Skeleton lines=14/> }>
            <WaitingKeys company close made page also/>
            {body}
        </Transition>
        {move || Shown::from(made).map(parts::made)}
    }
}

/// Ctrl+K leads to the search, and ⌘K, unless a dialog is open. A character alone would not do: whoever speaks to their
/// machine sends such by accident (WCAG 2.2, 2.1.4).
fn search_by_key() {
    Effect::new(move |_| {
        let heard = window_event_listener(ev::keydown, |event| {
            let is_chord = (event.ctrl_key() != event.meta_key()) && !event.alt_key();
            if !is_chord || !event.key().eq_ignore_ascii_case("k") || find("dialog[open]").is_some()
            {
                return;
            }
            if let Some(search) = find("main input[type=search]") {
                event.prevent_default();
                let _ = search.focus();
            }
        });
        on_cleanup(move || heard.remove());
    });
}

fn address(filter: &ListApiKeys) -> String {
    filters::query(filter).href(API_KEYS)
}

/// The filters that the query of an address asks for.
#[must_use]
pub fn parse_filter(query: &str) -> ListApiKeys {
    filters::parse(&Query::parse(query))
}

/// The bar, the table or what stands in its place, and the way to the pages beside.
#[component]
fn KeyList(
    shown: RwSignal<ApiKeyPage>,
    heard: Heard,
    also: Signal<usize>,
    company: CompanyId,
    accept: Posting,
    now: Now,
    ticked: Ticked,
) -> impl IntoView {
    let filters = now.filter.get_untracked();
    let asked = filters.clone();
    keep_current(shown, heard, also, move || list_api_keys(company, asked.clone()));
    Effect::new(move |_| {
        shown.track();
        // The rows are drawn in the same turn, but maybe after this. And what is ticked before they are alive they do not tell.
        request_animation_frame(move || once_hydrated(move || ticked.restore()));
    });
    let has_any = Memo::new(move |_| shown.with(|page| page.total_unfiltered > 0));
    let listed = move || {
        let filters = filters.clone();
        view! { <Listed shown filters company accept now/> }.into_any()
    };
    if has_any.get_untracked() {
        // Not in a closure: when the list is filtered anew, the bar that somebody types in stays the one that it is.
        return listed();
    }
    let list = move || if has_any.get() { listed() } else { view! { <NoKeys/> }.into_any() };
    list.into_any()
}

#[component]
fn NoKeys() -> impl IntoView {
    // Everybody may make one for themselves; for others only some, and not everybody has others.
    let own = team::Open::Generate(use_company().member).href_from(API_KEYS);
    view! {
        <section class="card">
            <EmptyState icon=icondata::LuKeyRound heading=text!(api_keys.none)>
                <p>{text!(api_keys.none_why)}</p>
                <a class="btn" href=own>{text!(generate.heading_own)}</a>
            </EmptyState>
        </section>
    }
    .into_any()
}

#[component]
fn Listed(
    shown: RwSignal<ApiKeyPage>,
    filters: ListApiKeys,
    company: CompanyId,
    accept: Posting,
    now: Now,
) -> impl IntoView {
    let filter = now.filter;
    let people = shown.with_untracked(|page| page.people.clone());
    let column = if people.is_empty() { People::Left } else { People::Shown };
    let is_empty = Memo::new(move |_| shown.with(|page| page.keys.is_empty()));
    let can_tick =
        Memo::new(move |_| shown.with(|page| page.keys.iter().any(|key| key.may_revoke)));
    let nothing = move || {
        is_empty.get().then(|| {
            view! {
                <EmptyState icon=icondata::LuSearchX heading=text!(api_keys.no_match)>
                    <p>{text!(api_keys.no_match_why)}</p>
                    <a class="btn" href=API_KEYS data-noscroll="">{text!(activity.clear)}</a>
                </EmptyState>
            }
        })
    };
    let count = move || shown.with(|page| count_text(page.total, page.total_unfiltered));
    let ticked = {
        let filters = filters.clone();
        move || can_tick.get().then(|| view! { <TickedForm filter=filters.clone()/> })
    };
    let bar = lazily_hydrated(move || view! { <FilterBar now people/> }.into_any());
    let beside = Signal::derive(move || {
        let at = |cursor: &Option<String>| {
            let cursor = cursor.clone()?;
            Some(address(&ListApiKeys { cursor: Some(cursor), ..filters.clone() }))
        };
        shown.with(|page| Beside { previous: at(&page.previous), next: at(&page.next) })
    });
    // Not in a closure, as the bar: the focus stays in the head that somebody sorts by.
    let table = move || {
        view! {
            <div hidden=move || is_empty.get()>
                <KeyTable shown company accept filter people=column/>
            </div>
        }
        .into_any()
    };
    let foot = move || {
        view! {
            <Pages beside>
                <span>{count}</span>
                {ticked}
            </Pages>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=text!(api_keys.title)>
            {bar}
            {nothing}
            {lazily_hydrated(table)}
            {lazily_hydrated(foot)}
        </section>
    }
    .into_any()
}

/// "3 of 12 keys", "12 keys".
fn count_text(total: u64, unfiltered: u64) -> String {
    if total == unfiltered {
        counted!(total, api_keys.count)
    } else {
        counted!(unfiltered, api_keys.count_of, shown = total)
    }
}

#[cfg(test)]
mod tests {
    use super::count_text;

    #[test]
    fn the_count_says_what_the_filters_hide() {
        assert_eq!(count_text(1, 1), "1 key");
        assert_eq!(count_text(12, 12), "12 keys");
        assert_eq!(count_text(1, 12), "1 of 12 keys");
    }
}
