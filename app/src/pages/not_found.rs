//! There is no such page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{components::GatePage, texts::text};

/// Says so, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::components::set_page_status(404);
    // Whoever signed in for a file is sent to its address, which the server answers and the router does not know.
    let path = use_location().pathname.get_untracked();
    if path.starts_with("/downloads/") {
        return view! {
            <GatePage title=text!(not_found.file)>
                <p>{text!(not_found.file_once)}</p>
                <p><a class="btn primary" href=path rel="external">{text!(not_found.fetch)}</a></p>
            </GatePage>
        }
        .into_any();
    }
    view! {
        <GatePage title=text!(not_found.title)>
            <p>{text!(not_found.why)}</p>
            <p><a class="btn primary" href="/" rel="external">{text!(not_found.start)}</a></p>
        </GatePage>
    }
    .into_any()
}
