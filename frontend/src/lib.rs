//! The wasm entry point: wakes the page that the server rendered, and nothing else.

// As in `app`, whose pages are compiled into this.
#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Attaches the components to the page's `<body>`. Called once by the page's module script, after
/// the module has loaded; until then, and without scripts at all, the page's forms work as forms.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    app::first_page().await;
    // In one go, and not as leptos hydrates a page whose part is still to come: `frontend/bundle` empties what only that
    // would call.
    app::keep_entered(|| leptos::mount::hydrate_body(app::App));
}
