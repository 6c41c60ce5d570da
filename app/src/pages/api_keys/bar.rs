//! The bar above the list: search, state, person, order. Plain links and one plain GET form.

use leptos::prelude::*;
use shared::api_key::{ListApiKeys, PersonChoice};

use super::filters::{self, API_KEYS, SORTS, STATES};
use crate::{
    components::{Glyph, PersonSelect, submit_form},
    posting::QueryForm,
    texts::text,
};

/// The controls, set to `filter`.
#[component]
pub(super) fn FilterBar(
    /// The filters in force.
    filter: ListApiKeys,
    /// Members to filter by; empty for somebody who sees their own keys only.
    people: Vec<PersonChoice>,
) -> impl IntoView {
    let chips = STATES
        .map(|(state, _, label)| {
            // Another state begins at the first page.
            let href = filters::query(&ListApiKeys { state, cursor: None, ..filter.clone() })
                .href(API_KEYS);
            let current = (state == filter.state).then_some("true");
            view! { <li><a class="chip" href=href data-noscroll="" aria-current=current>{label()}</a></li> }
        })
        .collect_view();
    let orders = SORTS
        .map(|(sort, value, label)| {
            view! { <option value=value selected={sort == filter.sort} prop:selected={sort == filter.sort}>{label()}</option> }
        })
        .collect_view();
    let chosen = filter.member;

    view! {
        <div class="bar">
            <QueryForm action=API_KEYS>
                <div class="search">
                    <input
                        type="search"
                        name="q"
                        aria-label=text!(api_keys.search)
                        placeholder=text!(api_keys.search_hint)
                        value=filter.search.clone()
                        prop:value=filter.search.clone()
                        aria-keyshortcuts="Control+K Meta+K"
                        title="Ctrl+K, ⌘K"
                        dir="auto"
                    />
                    <button class="btn small quiet" aria-label=text!(api_keys.search_verb)>
                        <Glyph icon=icondata::LuSearch/>
                    </button>
                </div>
                <input type="hidden" name="state" value=filters::state_value(filter.state)/>
                <PersonSelect people chosen/>
                <select class="input select" name="sort" aria-label=text!(api_keys.order) on:change=submit_form>{orders}</select>
            </QueryForm>
            <ul class="chips" aria-label=text!(api_keys.state)>{chips}</ul>
        </div>
    }
    .into_any()
}
