//! There is no such page.

use leptos::prelude::*;

use crate::components::GatePage;

/// Says so, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(404);
    view! {
        <GatePage title="There is no such page">
            <p>"The address may have a typing error, or the page has moved."</p>
            <p><a class="btn primary" href="/" rel="external">"Go to the start page"</a></p>
        </GatePage>
    }
}
