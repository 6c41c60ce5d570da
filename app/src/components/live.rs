//! News from the server while a page is open: an event stream that says that something of the company
//! has changed, so that lists are read again.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, prelude::Closure};
use leptos::web_sys::{Event, EventSource, MessageEvent};
use shared::id::CompanyId;

/// Where the server tells its news.
const EVENTS: &str = "/events";

/// The news of the company that the pages show.
#[derive(Clone, Copy)]
struct News(ReadSignal<u32>);

/// Counts the news since the frame was opened: whatever depends on it is read again. Without the wasm it
/// stays at 0.
///
/// # Panics
/// Outside the frame.
#[must_use]
pub fn use_news() -> ReadSignal<u32> {
    expect_context::<News>().0
}

/// Opens the stream of `company`'s news, one for the frame and all pages in it. The browser opens it again
/// by itself when it breaks.
pub fn provide_news(company: CompanyId) {
    let (news, count) = signal(0_u32);
    provide_context(News(news));
    Effect::new(move |_| {
        let Ok(source) = EventSource::new(&format!("{EVENTS}?company={company}")) else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |_| {
            // The page may be gone by now.
            let _ = count.try_update(|count| *count = count.wrapping_add(1));
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // Opened again after a break: there may have been news meanwhile.
        let was_open = Cell::new(false);
        let opened = Closure::<dyn Fn(Event)>::new(move |_| {
            if was_open.replace(true) {
                let _ = count.try_update(|count| *count = count.wrapping_add(1));
            }
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local((source, heard, opened));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(source, _, _)| source.close());
        });
    });
}
