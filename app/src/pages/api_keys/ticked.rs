//! Ticking keys to revoke several at once. The boxes belong to a plain GET form, which opens the
//! confirmation; the wasm counts them and ticks all.

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlInputElement, NodeList},
};
use shared::{api_key::ListApiKeys, id::ApiKeyId};

use super::filters::{self, API_KEYS};
use crate::{
    components::use_ready,
    posting::QueryForm,
    texts::{counted, text},
};

/// The id of the form, which each box names.
const FORM: &str = "ticked";
/// What finds the boxes.
const BOXES: &str = "input[name=revoke][form=ticked]";

/// The boxes that are ticked, by the keys that they stand for, as far as the wasm has heard.
#[derive(Clone, Copy)]
pub(super) struct Ticked {
    keys: RwSignal<Vec<String>>,
    /// Here and not with the list: what follows `keys` in a list that is about to be replaced must find it.
    ready: Signal<bool>,
}

impl Ticked {
    /// None, for the components beneath.
    pub(super) fn provide() -> Self {
        let ticked = Self { keys: RwSignal::default(), ready: use_ready() };
        provide_context(ticked);
        ticked
    }

    /// Ticks what was ticked, in rows that were drawn anew since, and takes note of boxes that were ticked before the
    /// wasm was there.
    pub(super) fn restore(self) {
        // The page may be gone by now.
        let restored = self.keys.try_with_untracked(|ticked| {
            for input in boxes().filter(|input| ticked.contains(&input.value())) {
                input.set_checked(true);
            }
        });
        if restored.is_some() {
            self.note();
        }
    }

    fn note(self) {
        let ticked = boxes().filter(HtmlInputElement::checked).map(|input| input.value());
        self.keys.set(ticked.collect());
    }

    fn count(self) -> u32 {
        self.keys.with(|ticked| u32::try_from(ticked.len()).unwrap_or(u32::MAX))
    }
}

/// The button that opens the confirmation for what is ticked, under the filters in force.
#[component]
pub(super) fn TickedForm(
    /// The filters in force, which the confirmation keeps.
    filter: ListApiKeys,
) -> impl IntoView {
    let ticked: Ticked = expect_context();
    let kept = filters::query(&filter);
    let kept = kept
        .pairs()
        .map(|(name, value)| {
            view! { <input type="hidden" name=name.to_owned() value=value.to_owned()/> }
        })
        .collect_view();
    let verb = move || match ticked.count() {
        0 => text!(api_keys.revoke_ticked).to_owned(),
        count => counted!(count, api_keys.revoke_count),
    };
    // One that were disabled could not have the focus back from the confirmation, after which nothing is ticked.
    let is_idle = move || ticked.ready.get() && ticked.count() == 0;
    let press = move |event: MouseEvent| {
        if untrack(is_idle) {
            event.prevent_default();
        }
    };
    view! {
        <QueryForm action=API_KEYS attr:id=FORM>
            {kept}
            <button class="btn small danger" aria-disabled=move || is_idle().then_some("true") on:click=press>{verb}</button>
        </QueryForm>
    }
    .into_any()
}

/// A key's box.
#[component]
pub(super) fn Tick(
    /// Which key.
    id: ApiKeyId,
    /// Its name.
    name: String,
) -> impl IntoView {
    let ticked: Ticked = expect_context();
    view! {
        // The label is what is hit: a box as large as that would shout.
        <label class="hit">
            <input
                type="checkbox"
                form=FORM
                name="revoke"
                value=id.to_string()
                aria-label=text!(api_keys.tick_one, name = name)
                on:change=move |_| ticked.note()
            />
        </label>
    }
    .into_any()
}

/// Ticks all boxes of the page, or none; it is there once it does something.
#[component]
pub(super) fn TickAll() -> impl IntoView {
    let ticked: Ticked = expect_context();
    let toggle = move |event| {
        let checked = event_target_checked(&event);
        for input in boxes() {
            input.set_checked(checked);
        }
        ticked.note();
    };
    // Rows come and go, and one may have been ticked by itself.
    let is_whole = move || {
        let count = ticked.keys.with(Vec::len);
        count > 0 && count == boxes().count()
    };
    view! {
        <label class="hit" hidden=move || !ticked.ready.get()>
            <input type="checkbox" autocomplete="off" aria-label=text!(api_keys.tick_all) prop:checked=is_whole on:change=toggle/>
        </label>
    }
    .into_any()
}

fn boxes() -> impl Iterator<Item = HtmlInputElement> {
    let found: Option<NodeList> = document().query_selector_all(BOXES).ok();
    let count = found.as_ref().map_or(0, NodeList::length);
    (0..count).filter_map(move |at| found.as_ref()?.item(at)?.dyn_into().ok())
}
