//! Where the focus is, and where it goes when what had it is moved or gone.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// What has the focus; none when nothing in the page has it.
pub fn focused() -> Option<HtmlElement> {
    document()
        .active_element()?
        .dyn_into()
        .ok()
        .filter(|one: &HtmlElement| one.tag_name() != "BODY")
}

/// Whether nothing in the page has the focus.
pub fn focus_is_nowhere() -> bool {
    focused().is_none()
}

/// What is put elsewhere in a list loses the focus, though it stays what it is: what has it now has it back in the next frame.
pub(super) fn keep_through_drawing() {
    let Some(focused) = focused() else { return };
    request_animation_frame(move || {
        if focused.is_connected() && focus_is_nowhere() {
            let _ = focused.focus();
        }
    });
}

/// The first element of the page that `selector` fits.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}
