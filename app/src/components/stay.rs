//! What keeps a person from losing by a slip what is nowhere else.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, prelude::Closure},
    web_sys::{Event, Location},
};
use leptos_router::{hooks::use_url, location::Url};

/// What is told of Back before the router is.
type Guard = Rc<dyn Fn(&Event)>;

thread_local! {
    /// The last that came, by its number: what it takes the place of may go after it has come.
    static GUARD: RefCell<Option<(u32, Guard)>> = RefCell::default();
    static GUARDS: Cell<u32> = const { Cell::new(0) };
}

/// Hears of Back, once for all pages. To be called before there is a router: of an event of the window itself, its listeners
/// hear in the order in which they came.
#[cfg(feature = "hydrate")]
pub(crate) fn hear_back() {
    // It stays for as long as the document.
    let _ = window_event_listener(ev::popstate, |event| {
        if let Some((_, guard)) = GUARD.with_borrow(Clone::clone) {
            guard(&event);
        }
    });
}

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
    let url = use_url();
    Effect::new(move |_| {
        let last_place = Cell::new(location().hash().unwrap_or_default());
        let guard: Guard = Rc::new(move |event| {
            // The router has not heard of it, and still says where the page is.
            let (Some(here), now) = (url.try_with_untracked(address_of), location()) else {
                return;
            };
            let place = now.hash().unwrap_or_default();
            let is_new = last_place.replace(place.clone()) != place;
            // A link to a place in the page is heard of in the same way, and so is the way back from there.
            let is_within = is_at(&now, &here) && (is_new || !place.is_empty());
            if is_within || !holds() {
                return;
            }
            event.stop_immediate_propagation();
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
            }
            let _ = count.try_update(|count| *count = count.wrapping_add(1));
        });
        let number = GUARDS.get() + 1;
        GUARDS.set(number);
        GUARD.set(Some((number, guard)));
        on_cleanup(move || {
            GUARD.with_borrow_mut(|last| {
                last.take_if(|(own, _)| *own == number);
            });
        });
    });
    tries
}

/// Hears of clicks before whatever was clicked does, and before the router, until the caller's owner is gone.
pub fn hear_clicks_first(act: impl Fn(Event) + 'static) {
    let heard = StoredValue::new_local(hear_first("click", act));
    on_cleanup(move || {
        let _ = heard.try_with_value(|heard| {
            window().remove_event_listener_with_callback_and_bool(
                "click",
                heard.as_ref().unchecked_ref(),
                true,
            )
        });
    });
}

/// Hears of events of this name before what they are for does, for as long as what it gives is there.
pub(super) fn hear_first(name: &str, act: impl Fn(Event) + 'static) -> Closure<dyn Fn(Event)> {
    let heard = Closure::<dyn Fn(Event)>::new(act);
    let _ = window().add_event_listener_with_callback_and_bool(
        name,
        heard.as_ref().unchecked_ref(),
        true,
    );
    heard
}

/// An address of the router's: a path, and its query.
pub fn address_of(url: &Url) -> String {
    match url.search() {
        "" => url.path().to_owned(),
        search => format!("{}?{search}", url.path()),
    }
}

/// Whether the browser is at this path and query, whatever the place in the page.
fn is_at(now: &Location, address: &str) -> bool {
    let (path, query) = (now.pathname().unwrap_or_default(), now.search().unwrap_or_default());
    address.strip_prefix(path.as_str()) == Some(query.as_str())
}
