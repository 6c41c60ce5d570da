//! What keeps a person from losing by a slip what is shown only once.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, prelude::Closure},
    web_sys::Event,
};

/// While the caller is shown, the browser asks before the page is left or loaded anew, and its Back stays
/// here. Gives how often Back was tried.
///
/// Only this document's own history can be kept; for what lies before it, the browser asks.
#[must_use]
pub fn use_stay() -> ReadSignal<u32> {
    let (tries, count) = signal(0_u32);
    Effect::new(move |_| {
        let asked = window_event_listener(ev::beforeunload, |event| {
            event.prevent_default();
            // Safari asks only where this is set; no browser shows the text.
            event.set_return_value("stay");
        });
        let here = location().href().unwrap_or_default();
        let back = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            // Captured before the router hears of it, which would take the page away.
            event.stop_immediate_propagation();
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
            }
            let _ = count.try_update(|count| *count = count.wrapping_add(1));
        });
        let _ = window().add_event_listener_with_callback_and_bool(
            "popstate",
            back.as_ref().unchecked_ref(),
            true,
        );
        let back = StoredValue::new_local(back);
        on_cleanup(move || {
            asked.remove();
            let _ = back.try_with_value(|back| {
                window().remove_event_listener_with_callback_and_bool(
                    "popstate",
                    back.as_ref().unchecked_ref(),
                    true,
                )
            });
        });
    });
    tries
}
