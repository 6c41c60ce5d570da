//! The API keys page: the list with its filters, and the confirmation before a key is revoked.

mod bar;
mod filters;
mod revoke;
mod table;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    api_key::{ApiKeyPage, ListApiKeys},
    id::{ApiKeyId, CompanyId},
};

use self::{
    bar::FilterBar,
    filters::API_KEYS,
    revoke::RevokeDialog,
    table::{KeyTable, People},
};
use crate::{
    components::{EmptyState, Glyph, LoadError, PageHead, Skeleton, use_toaster},
    forms,
    pages::{dialog::Failure, query::use_query, team::Open},
    server_fns::api_keys::{AcceptApiKeyCall, list_api_keys},
    viewer::use_company,
};

/// The keys that the viewer may see.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let here = use_company();
    let company = here.company;
    let query = use_query();
    // Not the whole query: the list does not change when a dialog opens.
    let filter = Memo::new(move |_| query.with(filters::parse));
    let asked =
        Memo::new(move |_| query.with(|query| query.get("revoke")?.parse::<ApiKeyId>().ok()));
    let accept = ServerAction::<AcceptApiKeyCall>::new();
    let accepted = forms::successes(accept);
    let page = Resource::new(
        move || (filter.get(), accepted.get()),
        move |(filter, _)| list_api_keys(company, filter),
    );
    let toaster = use_toaster();

    let navigate = use_navigate();
    let done = Callback::new(move |sentence: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&address(&filter.get_untracked()), options);
        toaster.say(sentence);
        page.refetch();
    });
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Ok(page) => {
                    let keys = page.keys.clone();
                    let dialog = move || {
                        let asked = asked.get()?;
                        let key =
                            keys.iter().find(|key| key.id == asked && key.may_revoke)?.clone();
                        let close = filter.with_untracked(address);
                        Some(view! { <RevokeDialog company key close on_done=done/> })
                    };
                    view! { <KeyList page company accept filter/> {dialog} }.into_any()
                }
                Err(error) => view! { <LoadError error=error.0/> }.into_any(),
            }
        })
    };

    view! {
        <PageHead
            title="API keys"
            lead="Keys let MCP clients such as Cursor or Windsurf work on your Odoo. Each belongs to one person and does only what its permissions allow."
        >
            <a class="btn primary" href=Open::Generate(here.member).href()>
                <Glyph icon=icondata::LuPlus/>
                "Generate a key"
            </a>
        </PageHead>
        <Failure action=accept/>
        <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition>
    }
}

fn address(filter: &ListApiKeys) -> String {
    filters::query(filter).href(API_KEYS)
}

/// The bar, the table or what stands in its place, and the way to the next page.
#[component]
fn KeyList(
    page: ApiKeyPage,
    company: CompanyId,
    accept: ServerAction<AcceptApiKeyCall>,
    filter: Memo<ListApiKeys>,
) -> impl IntoView {
    let now = filter.get_untracked();
    let ApiKeyPage { keys, total, total_unfiltered, next, has_previous, people } = page;
    if total_unfiltered == 0 {
        return view! {
            <section class="card">
                <EmptyState icon=icondata::LuKeyRound heading="No API keys yet">
                <p>"A key lets an MCP client such as Cursor or Windsurf work on your Odoo as one person."</p>
                <a class="btn" href="/team">"Choose a person on the Team page"</a>
            </EmptyState>
            </section>
        }
        .into_any();
    }
    let shown = if people.is_empty() { People::Left } else { People::Shown };
    let list = if keys.is_empty() {
        view! {
            <EmptyState icon=icondata::LuSearchX heading="No key matches">
                <p>"Nothing is hidden for good: the keys are there without these filters."</p>
                <a class="btn" href=API_KEYS data-noscroll="">"Clear the filters"</a>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <KeyTable keys company accept filter people=shown/> }.into_any()
    };
    let first = has_previous
        .then(|| address(&ListApiKeys { cursor: None, ..now.clone() }))
        .map(|href| view! { <a class="btn small" href=href>"First page"</a> });
    let next = next
        .map(|cursor| address(&ListApiKeys { cursor: Some(cursor), ..now.clone() }))
        .map(|href| view! { <a class="btn small" href=href>"Next page"</a> });
    view! {
        <section class="card" aria-label="API keys">
            <FilterBar filter=now people/>
            {list}
            <nav class="foot" aria-label="Pages">
                <span>{count_text(total, total_unfiltered)}</span>
                {first}
                {next}
            </nav>
        </section>
    }
    .into_any()
}

/// "3 of 12 keys", "12 keys".
fn count_text(total: u64, unfiltered: u64) -> String {
    let plural = if unfiltered == 1 { "" } else { "s" };
    if total == unfiltered {
        format!("{total} key{plural}")
    } else {
        format!("{total} of {unfiltered} key{plural}")
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
