//! The bare address: it leads to the team.

use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Goes to the Team page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <Redirect path="/team"/> }
}
