//! The bar above the list: search, state, person, order. Plain links and one plain GET form.

use leptos::prelude::*;
use shared::api_key::{ListApiKeys, PersonChoice};

use super::filters::{self, API_KEYS, SORTS, STATES};
use crate::{
    components::{Glyph, PersonSelect, submit_form},
    posting::QueryForm,
    texts::text,
};

/// What the address asks for now, which may be ahead of the list that is drawn: whoever chooses a second thing while the answer
/// to the first is on its way has both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// The filters.
    pub(super) filter: Memo<ListApiKeys>,
    /// What stands in the search: the bar is drawn anew when an answer comes, and what was typed meanwhile stays.
    typed: RwSignal<String>,
}

impl Now {
    /// What the address asks for, and whenever it asks for something else.
    pub(super) fn of(filter: Memo<ListApiKeys>) -> Self {
        let search = Memo::new(move |_| filter.with(|filter| filter.search.clone()));
        let typed = RwSignal::new(search.get_untracked());
        Effect::new(move |before: Option<String>| {
            let now = search.get();
            if before.is_some_and(|before| before != now) {
                typed.set(now.clone());
            }
            now
        });
        Self { filter, typed }
    }
}

/// The controls, set to what is asked for.
#[component]
pub(super) fn FilterBar(
    /// What is asked for.
    now: Now,
    /// Members to filter by; empty for somebody who sees their own keys only.
    people: Vec<PersonChoice>,
) -> impl IntoView {
    let Now { filter, typed } = now;
    let chips = STATES
        .map(|(state, _, label)| {
            // Another state begins at the first page.
            let href = move || {
                let filter = ListApiKeys { state, cursor: None, ..filter.get() };
                filters::query(&filter).href(API_KEYS)
            };
            let current = move || filter.with(|filter| state == filter.state).then_some("true");
            view! { <li><a class="chip" href=href data-noscroll="" aria-current=current>{label()}</a></li> }
        })
        .collect_view();
    let (order, chosen) = filter.with_untracked(|filter| (filter.sort, filter.member));
    let orders = SORTS
        .map(|(sort, value, label)| {
            view! { <option value=value selected={sort == order} prop:selected={sort == order}>{label()}</option> }
        })
        .collect_view();

    view! {
        <div class="bar">
            <QueryForm action=API_KEYS>
                <div class="search">
                    <input
                        type="search"
                        name="q"
                        aria-label=text!(api_keys.search)
                        placeholder=text!(api_keys.search_hint)
                        value=typed.get_untracked()
                        prop:value=typed
                        on:input=move |event| typed.set(event_target_value(&event))
                        aria-keyshortcuts="Control+K Meta+K"
                        title="Ctrl+K, ⌘K"
                        dir="auto"
                    />
                    <button class="btn small quiet" aria-label=text!(api_keys.search_verb)>
                        <Glyph icon=icondata::LuSearch/>
                    </button>
                </div>
                <input type="hidden" name="state" value=move || filter.with(|filter| filters::state_value(filter.state))/>
                <PersonSelect people chosen/>
                <select class="input select" name="sort" aria-label=text!(api_keys.order) on:change=submit_form>{orders}</select>
            </QueryForm>
            <ul class="chips" aria-label=text!(api_keys.state)>{chips}</ul>
        </div>
    }
    .into_any()
}
