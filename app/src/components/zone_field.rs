//! The time zone of whoever fills in a form.

use leptos::{
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Array, Intl::DateTimeFormat, Object, Reflect},
};

/// What the browser calls its time zone, for a form of a new person. Without the wasm it stays empty, which is UTC.
#[component]
pub fn ZoneField() -> impl IntoView {
    let zone = RwSignal::new(String::new());
    Effect::new(move |_| zone.set(browser_zone().unwrap_or_default()));
    view! { <input type="hidden" name="input[time_zone]" prop:value=move || zone.get()/> }
}

fn browser_zone() -> Option<String> {
    let format = DateTimeFormat::new(&Array::new(), &Object::new());
    Reflect::get(&format.resolved_options(), &JsValue::from_str("timeZone")).ok()?.as_string()
}
