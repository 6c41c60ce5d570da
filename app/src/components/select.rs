//! Selects that act at once.

use leptos::{ev::Event, wasm_bindgen::JsCast, web_sys::HtmlSelectElement};

/// Sends the form that a changed control belongs to; without the wasm the button does.
pub fn submit_form(event: Event) {
    let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    if let Some(form) = select.and_then(|select| select.form()) {
        let _ = form.request_submit();
    }
}
