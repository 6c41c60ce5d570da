//! News from the server while a page is open: an event stream that says that something of the company
//! has changed, so that lists are read again.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, prelude::Closure};
use leptos::web_sys::{EventSource, MessageEvent};
use shared::id::CompanyId;

/// Where the server tells its news.
const EVENTS: &str = "/events";

/// Counts the news of `company` since the page was opened: whatever depends on it is read again. The
/// browser opens the stream again by itself when it breaks. Without the wasm it stays at 0.
#[must_use]
pub fn use_news(company: CompanyId) -> ReadSignal<u32> {
    let (news, count) = signal(0_u32);
    Effect::new(move |_| {
        let Ok(source) = EventSource::new(&format!("{EVENTS}?company={company}")) else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |_| {
            // The page may be gone by now.
            let _ = count.try_update(|count| *count = count.wrapping_add(1));
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local((source, heard));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(source, _)| source.close());
        });
    });
    news
}
