//! There is no such page.

use leptos::prelude::*;

use crate::{components::GatePage, texts::text};

/// Says so, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(404);
    view! {
        <GatePage title=text!(not_found.title)>
            <p>{text!(not_found.why)}</p>
            <p><a class="btn primary" href="/" rel="external">{text!(not_found.start)}</a></p>
        </GatePage>
    }
}
