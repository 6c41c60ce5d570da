//! What keeps a person from losing by a slip what is nowhere else.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, prelude::Closure},
    web_sys::{Event, Location},
};

/// While the caller is shown and `holds` says so, the browser asks before the page is left or loaded anew, and its Back stays
/// here. Gives how often Back was tried.
///
/// Only this document's own history can be kept; for what lies before it, the browser asks.
#[must_use]
pub fn use_stay(holds: impl Fn() -> bool + Copy + 'static) -> ReadSignal<u32> {
    let (tries, count) = signal(0_u32);
    Effect::new(move |_| {
        let asked = window_event_listener(ev::beforeunload, move |event| {
            if holds() {
                event.prevent_default();
                // Safari asks only where this is set; no browser shows the text.
                event.set_return_value("stay");
            }
        });
        on_cleanup(move || asked.remove());
    });
    Effect::new(move |_| {
        let (here, page) = (location().href().unwrap_or_default(), page_of(&location()));
        hear_first("popstate", move |event| {
            // A link to a place in the page is heard of in the same way.
            if !holds() || page_of(&location()) == page {
                return;
            }
            event.stop_immediate_propagation();
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
            }
            let _ = count.try_update(|count| *count = count.wrapping_add(1));
        });
    });
    tries
}

/// Hears of an event of the window before everything else does, the router too, until the caller's owner is gone.
pub fn hear_first(event: &'static str, act: impl Fn(Event) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(act);
    let _ = window().add_event_listener_with_callback_and_bool(
        event,
        act.as_ref().unchecked_ref(),
        true,
    );
    let act = StoredValue::new_local(act);
    on_cleanup(move || {
        let _ = act.try_with_value(|act| {
            window().remove_event_listener_with_callback_and_bool(
                event,
                act.as_ref().unchecked_ref(),
                true,
            )
        });
    });
}

/// What the router goes by: an address without the place in its page.
fn page_of(address: &Location) -> (Option<String>, Option<String>) {
    (address.pathname().ok(), address.search().ok())
}
