//! Where somebody was on a page, so that Back leads there again. The browser would do so by itself, but it looks for the place
//! before the page is drawn that has it.

use std::cell::Cell;

#[cfg(feature = "hydrate")]
use leptos::{
    ev,
    wasm_bindgen::JsCast as _,
    web_sys::{Element, KeyboardEvent},
};
use leptos::{
    prelude::*,
    web_sys::{FocusOptions, HtmlElement},
};

use super::find;
#[cfg(feature = "hydrate")]
use super::stay::hear_first;

/// In as many frames a page is drawn whole once its list has come.
const DRAWN: u32 = 60;

thread_local! {
    /// How far down the page is to be shown that Back or Forward leads to; none once somebody goes on.
    static PLACE: Cell<Option<f64>> = const { Cell::new(None) };
}

/// Keeps with each page that is left by a link how far down it was, in the browser's own history. To be called once, before
/// there is a router, and after whatever may keep Back from leaving.
#[cfg(feature = "hydrate")]
pub(crate) fn keep_places() {
    hear_first("click", |event| {
        PLACE.set(None);
        let clicked = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if clicked.is_some_and(|clicked| matches!(clicked.closest("a[href]"), Ok(Some(_))))
            && let (Ok(place), Ok(history)) = (window().scroll_y(), window().history())
        {
            let _ = history.replace_state(&place.into(), "");
        }
    })
    .forget();
    // Whoever goes on by a wheel, a finger or a key is not taken back as the page grows.
    for sign in ["wheel", "touchmove", "keydown"] {
        hear_first(sign, |event| {
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
            // These begin something, or are for the screen reader.
            if !matches!(key.as_deref(), Some("Shift" | "Control" | "Alt" | "Meta")) {
                PLACE.set(None);
            }
        })
        .forget();
    }
    let _ = window_event_listener(ev::popstate, |event| {
        PLACE.set(Some(event.state().as_f64().unwrap_or_default()));
    });
}

/// Gives the focus to the heading of a page that somebody has arrived at, as a page load would. By Back and Forward they
/// arrive at their place on it.
pub(super) fn arrive(heading: &HtmlElement) {
    // An element that was just taken out of the page takes no focus, which is right.
    let Some(place) = PLACE.get() else {
        let _ = heading.focus();
        return;
    };
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = heading.focus_with_options(&options);
    go_to(place, DRAWN, 0);
}

/// Goes there whenever the page has another height, as it is longer with each part that comes; a part above the list would push it
/// away too. Looks once a frame, also at `height`, that of the one before.
fn go_to(place: f64, left: u32, height: i32) {
    request_animation_frame(move || {
        // Somebody has gone on.
        if PLACE.get() != Some(place) {
            return;
        }
        let now = document().document_element().map_or(height, |root| root.scroll_height());
        if now != height {
            window().scroll_to_with_x_and_y(0.0, place);
        }
        if left == 0 {
            PLACE.set(None);
            return;
        }
        let is_coming = find(".skeleton").is_some();
        go_to(place, if is_coming { left } else { left - 1 }, now);
    });
}
